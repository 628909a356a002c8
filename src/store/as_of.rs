//! An item as it stood at the end of a day, read from its history: what was true by then (`effective_on`),
//! whenever it was learnt. On one day the later version counts.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use super::{items, known};
use crate::domain::{Item, ItemState, Status};

/// Items read at a time.
const PAGE: i64 = 500;

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

/// Hands on every item of a round as it stood at the end of a day, as far as was recorded by `known_at`: its
/// state, its deadline and its category. What has no history by then was assigned and nothing more. Flags, being
/// of today, are left out.
pub async fn each_item(
    read: &mut PgConnection,
    round: Uuid,
    day: NaiveDate,
    known_at: DateTime<Utc>,
    on_item: &mut (dyn FnMut(Item, &str) + Send),
) -> sqlx::Result<()> {
    let mut behind = 0;
    loop {
        let page = items::page(&mut *read, round, behind, day, PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        behind = last.number;
        let ids: Vec<Uuid> = page.iter().map(|item| item.id).collect();
        let rows = sqlx::query!(
            r#"
            SELECT
                i.id, t.category, COALESCE(d.deadline, i.deadline) AS "deadline!",
                h.status AS "status?", h.percent AS "percent?", h.verified_percent,
                (
                    SELECT max(r.effective_on)
                    FROM report r
                    WHERE r.item = i.id
                      AND r.part = 'lead'
                      AND r.effective_on <= $2
                      AND r.recorded_at <= $3
                      AND NOT EXISTS (
                          SELECT 1
                          FROM verdict v
                          WHERE v.item = r.item AND v.version = r.version AND v.verdict = 'withdrawn'
                            AND v.at <= $3
                      )
                ) AS last_report_on
            FROM item i
            JOIN item_text t ON t.item = i.id
            LEFT JOIN LATERAL (
                SELECT h.status, h.percent, h.verified_percent
                FROM item_history h
                WHERE h.item = i.id AND h.effective_on <= $2 AND h.recorded_at <= $3
                ORDER BY h.effective_on DESC, h.version DESC
                LIMIT 1
            ) h ON true
            LEFT JOIN LATERAL (
                SELECT d.deadline
                FROM item_days d
                WHERE d.item = i.id AND d.effective_on <= $2 AND d.recorded_at <= $3
                ORDER BY d.effective_on DESC, d.version DESC
                LIMIT 1
            ) d ON true
            WHERE i.id = ANY($1)
            ORDER BY i.number
            "#,
            &ids,
            day,
            known_at,
        )
        .fetch_all(&mut *read)
        .await?;
        for (item, row) in page.into_iter().zip(rows) {
            let status = row.status.as_deref().unwrap_or(Status::Assigned.code());
            let state = ItemState {
                status: known(Status::from_code, "item_history", "status", status)?,
                percent: row.percent.unwrap_or_default(),
                verified_percent: row.verified_percent,
                last_report_on: row.last_report_on,
                flag: None,
                other_flags: Vec::new(),
                next_check_on: None,
            };
            on_item(Item { state, deadline: row.deadline, ..item }, &row.category);
        }
    }
}
