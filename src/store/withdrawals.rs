//! What it takes to take a report back (撤回) or to send it back (退回): how the item stood before it, and whether
//! its maker has taken one back already.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgExecutor;
use uuid::Uuid;

use super::known;
use crate::domain::Status;

/// How an item stood just before a report of its lead unit: what 撤回 brings back.
pub struct Earlier {
    pub percent: i16,
    pub status: Status,
    pub last_report_on: Option<NaiveDate>,
}

/// `None` when the item has no history before that version.
pub async fn earlier(read: impl PgExecutor<'_>, item: Uuid, version: i32) -> sqlx::Result<Option<Earlier>> {
    let row = sqlx::query!(
        r#"
        SELECT
            h.percent, h.status,
            (
                SELECT r.effective_on
                FROM report r
                LEFT JOIN verdict v ON v.item = r.item AND v.version = r.version
                WHERE r.item = $1
                  AND r.version < $2
                  AND r.part = 'lead'
                  AND v.verdict IS DISTINCT FROM 'withdrawn'
                ORDER BY r.version DESC
                LIMIT 1
            ) AS last_report_on
        FROM item_history h
        WHERE h.item = $1 AND h.version < $2
        ORDER BY h.version DESC
        LIMIT 1
        "#,
        item,
        version,
    )
    .fetch_optional(read)
    .await?;
    row.map(|row| {
        Ok(Earlier {
            percent: row.percent,
            status: known(Status::from_code, "item_history", "status", &row.status)?,
            last_report_on: row.last_report_on,
        })
    })
    .transpose()
}

/// Whether this post took a report of this unit back that was made then or later.
pub async fn took_back_since(
    read: impl PgExecutor<'_>,
    rounds: &[Uuid],
    unit: Uuid,
    post: Uuid,
    since: DateTime<Utc>,
) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"
        SELECT EXISTS (
            SELECT 1
            FROM (
                SELECT i.id FROM item i WHERE i.lead_unit = $2 AND i.round = ANY($1)
                UNION
                SELECT c.item FROM item_co_unit c JOIN item i ON i.id = c.item
                WHERE c.unit = $2 AND i.round = ANY($1)
            ) AS own (item)
            JOIN verdict v ON v.item = own.item AND v.verdict = 'withdrawn' AND v.by_post = $3
            JOIN report r ON r.item = v.item AND r.version = v.version
            WHERE r.recorded_at >= $4
        ) AS "is_so!"
        "#,
        rounds,
        unit,
        post,
        since,
    )
    .fetch_one(read)
    .await
}
