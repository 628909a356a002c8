//! Warnings as they stand: which were raised before, and what they are about now.

use sqlx::{PgExecutor, PgPool};
use uuid::Uuid;

use super::known;
use crate::domain::warning::Pending;
use crate::domain::{Lang, Status};

/// (item, rule, period) of the warnings raised so far about these items.
pub async fn raised(read: impl PgExecutor<'_>, items: &[Uuid]) -> sqlx::Result<Vec<(Uuid, String, String)>> {
    let rows = sqlx::query!("SELECT item, rule, period FROM warning WHERE item = ANY($1)", items)
        .fetch_all(read)
        .await?;
    Ok(rows.into_iter().map(|row| (row.item, row.rule, row.period)).collect())
}

/// These warnings with their items as they are now, by number.
pub async fn pending(read: &PgPool, ids: &[Uuid]) -> sqlx::Result<Vec<Pending>> {
    let rows = sqlx::query!(
        r#"
        SELECT w.id, w.rule, w.period, i.round, i.number, i.title, i.percent, i.status, i.deadline, i.last_report_on
        FROM warning w
        JOIN item i ON i.id = w.item
        WHERE w.id = ANY($1)
        ORDER BY i.deadline, i.number
        "#,
        ids,
    )
    .fetch_all(read)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Pending {
                id: row.id,
                rule: row.rule,
                period: row.period,
                round: row.round,
                number: row.number,
                title: row.title,
                percent: row.percent,
                status: known(Status::from_code, "item", "status", &row.status)?,
                deadline: row.deadline,
                last_report_on: row.last_report_on,
            })
        })
        .collect()
}

/// Who reads a row that is about to leave.
pub struct Reader {
    pub lang: Lang,
    /// The post on leave for which the reader stands in.
    pub for_post: Option<String>,
}

pub async fn reader(read: &PgPool, seq: i64) -> sqlx::Result<Option<Reader>> {
    let row = sqlx::query!(
        r#"
        SELECT h.lang, p.title AS "title?"
        FROM outbox o
        JOIN holder h ON h.id = o.to_holder
        LEFT JOIN post p ON p.id = o.for_post
        WHERE o.seq = $1
        "#,
        seq,
    )
    .fetch_optional(read)
    .await?;
    Ok(row.map(|row| Reader { lang: Lang::from_code(&row.lang), for_post: row.title }))
}
