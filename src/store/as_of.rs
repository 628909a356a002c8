//! An item as it stood at the end of a day, read from its history: what was true by then (`effective_on`),
//! whenever it was learnt. On one day the later version counts.

use chrono::NaiveDate;
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use super::items::Report;
use super::known;
use crate::domain::{Part, Status};

/// What the history says of a day.
pub struct Stood {
    pub status: Status,
    pub percent: i16,
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
            (
                SELECT max(r.effective_on)
                FROM report r
                WHERE r.item = $1
                  AND r.part = 'lead'
                  AND r.effective_on <= $2
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

/// The last reports until a day, newest first.
pub async fn reports(
    conn: &mut PgConnection,
    item: Uuid,
    day: NaiveDate,
    at_most: i64,
) -> sqlx::Result<Vec<Report>> {
    let rows = sqlx::query!(
        r#"
        SELECT u.name, r.part, r.percent, r.text, r.correction, r.effective_on, r.recorded_at
        FROM report r
        JOIN unit u ON u.id = r.unit
        WHERE r.item = $1
          AND r.effective_on <= $2
        ORDER BY r.effective_on DESC, r.version DESC
        LIMIT $3
        "#,
        item,
        day,
        at_most,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Report {
                unit_name: row.name,
                part: known(Part::from_code, "report", "part", &row.part)?,
                percent: row.percent,
                text: row.text,
                correction: row.correction,
                effective_on: row.effective_on,
                recorded_at: row.recorded_at,
            })
        })
        .collect()
}
