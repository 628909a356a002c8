//! An item as it stood at the end of a day, read from its history: what was true by then (`effective_on`),
//! whenever it was learnt. On one day the later version counts.

use chrono::NaiveDate;
use sqlx::PgExecutor;
use uuid::Uuid;

use super::known;
use crate::domain::Status;

/// What the history says of a day.
pub struct Stood {
    pub status: Status,
    pub percent: i16,
    pub verified_percent: Option<i16>,
    /// The last day until then on which the lead unit reported.
    pub last_report_on: Option<NaiveDate>,
}

/// `None` when the history of the item begins later.
pub async fn stood(read: impl PgExecutor<'_>, item: Uuid, day: NaiveDate) -> sqlx::Result<Option<Stood>> {
    let row = sqlx::query!(
        r#"
        SELECT
            h.status,
            h.percent,
            h.verified_percent,
            (
                SELECT max(r.effective_on)
                FROM report r
                WHERE r.item = $1
                  AND r.part = 'lead'
                  AND r.effective_on <= $2
                  AND NOT EXISTS (
                      SELECT 1
                      FROM verdict v
                      WHERE v.item = r.item AND v.version = r.version AND v.verdict = 'withdrawn'
                  )
            ) AS last_report_on
        FROM item_history h
        WHERE h.item = $1
          AND h.effective_on <= $2
        ORDER BY h.effective_on DESC, h.version DESC
        LIMIT 1
        "#,
        item,
        day,
    )
    .fetch_optional(read)
    .await?;
    row.map(|row| {
        Ok(Stood {
            status: known(Status::from_code, "item_history", "status", &row.status)?,
            percent: row.percent,
            verified_percent: row.verified_percent,
            last_report_on: row.last_report_on,
        })
    })
    .transpose()
}

/// The first day the history of an item speaks of.
pub async fn begins_on(read: impl PgExecutor<'_>, item: Uuid) -> sqlx::Result<Option<NaiveDate>> {
    sqlx::query_scalar!("SELECT min(effective_on) FROM item_history WHERE item = $1", item)
        .fetch_one(read)
        .await
}
