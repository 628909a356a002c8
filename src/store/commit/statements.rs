//! What was told by the calendar: once for each day, or the decision is refused.

use sqlx::PgConnection;

use crate::domain::statement::{Kind, Statement};

pub(super) async fn state(tx: &mut PgConnection, statement: &Statement) -> sqlx::Result<()> {
    let sums = &statement.sums;
    sqlx::query!(
        r#"
        INSERT INTO statement (kind, on_day, since, until, due, sent, held, failed, withdrawn, open, acknowledged)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        "#,
        statement.kind.code(),
        statement.on_day,
        statement.since,
        statement.until,
        sums.due,
        sums.sent,
        sums.held,
        sums.failed,
        sums.withdrawn,
        sums.open,
        sums.acknowledged,
    )
    .execute(&mut *tx)
    .await?;
    if statement.kind == Kind::Proposals {
        sqlx::query!("UPDATE proposal SET told_on = $1 WHERE decided IS NULL", statement.on_day)
            .execute(tx)
            .await?;
    }
    Ok(())
}
