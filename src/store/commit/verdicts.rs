//! What became of reports: appended, one for each report.

use sqlx::PgConnection;

use crate::domain::decision::{Decision, NewVerdict};

/// A second verdict on the same report violates `verdict_once`.
pub(super) async fn give(tx: &mut PgConnection, decision: &Decision, given: &NewVerdict) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        INSERT INTO verdict (item, version, verdict, reason, due_on, by_post, at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        "#,
        given.item,
        given.version,
        given.verdict.code(),
        given.reason,
        given.due_on,
        decision.actor.post,
        decision.now.utc,
    )
    .execute(tx)
    .await
    .map(|_| ())
}
