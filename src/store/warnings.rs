//! Warnings as they stand: which were raised before, and what they are about now.

use sqlx::{PgExecutor, PgPool};
use uuid::Uuid;

use super::known;
use crate::domain::Status;
use crate::domain::warning::Pending;

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
        SELECT w.id, w.rule, w.period, i.number, i.title, i.percent, i.status, i.deadline, i.last_report_on
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

/// The language of a unit's present contact on a platform: the one its messages are addressed to.
pub async fn lang_of(read: &PgPool, platform: &str, unit: Uuid) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        r#"
        SELECT h.lang
        FROM holder h
        JOIN post p ON p.id = h.post
        WHERE h.platform = $1 AND p.unit = $2 AND p.role = 'contact' AND h.ended_at IS NULL
        ORDER BY h.bound_at DESC
        LIMIT 1
        "#,
        platform,
        unit,
    )
    .fetch_optional(read)
    .await
}
