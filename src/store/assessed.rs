//! What a quarter's assessment asks about items beside how they stand: duties, site checks, relapses. Rows of
//! the ledger only; nothing of anybody's messages.

use std::collections::HashMap;

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

/// One item's quarter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Quarter {
    /// Windows that closed in it and were the lead unit's to report in; waived ones are not among them.
    pub owed: i64,
    pub missed: i64,
    pub checked: i64,
    pub sent_back: i64,
    pub was_signed_off: bool,
    pub relapsed_on: Option<NaiveDate>,
}

/// The quarters of these items, both days included.
pub async fn quarters(
    read: &mut PgConnection,
    round: Uuid,
    items: &[Uuid],
    first: NaiveDate,
    day: NaiveDate,
) -> sqlx::Result<HashMap<Uuid, Quarter>> {
    let rows = sqlx::query!(
        r#"
        SELECT
            i.id,
            (
                SELECT count(*)
                FROM cycle c
                JOIN duty d ON d.cycle = c.id AND d.number = i.number
                WHERE c.round = $2
                  AND c.closes_on BETWEEN $3 AND $4
                  AND d.unit = i.lead_unit
                  AND d.outcome IN ('reported', 'missed')
            ) AS "owed!",
            (
                SELECT count(*)
                FROM cycle c
                JOIN duty d ON d.cycle = c.id AND d.number = i.number
                WHERE c.round = $2
                  AND c.closes_on BETWEEN $3 AND $4
                  AND d.unit = i.lead_unit
                  AND d.outcome = 'missed'
            ) AS "missed!",
            (
                SELECT count(*)
                FROM application a
                JOIN site_check s ON s.application = a.id
                WHERE a.item = i.id
                  AND s.checked_on BETWEEN $3 AND $4
                  AND s.conclusion IN ('passed', 'failed')
            ) AS "checked!",
            (
                SELECT count(*)
                FROM application a
                JOIN site_check s ON s.application = a.id
                WHERE a.item = i.id
                  AND s.checked_on BETWEEN $3 AND $4
                  AND s.conclusion = 'failed'
            ) AS "sent_back!",
            EXISTS (
                SELECT 1
                FROM item_history h
                WHERE h.item = i.id
                  AND h.status = 'signed_off'
                  AND h.effective_on <= $4
            ) AS "was_signed_off!",
            (
                SELECT max(n.effective_on)
                FROM item_history n
                JOIN item_history s ON s.item = n.item AND s.version = n.version - 1
                WHERE n.item = i.id
                  AND n.effective_on BETWEEN $3 AND $4
                  AND s.status = 'signed_off'
                  AND n.status NOT IN ('completed', 'publicity', 'signed_off')
            ) AS relapsed_on
        FROM item i
        WHERE i.id = ANY($1)
        "#,
        items,
        round,
        first,
        day,
    )
    .fetch_all(read)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let quarter = Quarter {
                owed: row.owed,
                missed: row.missed,
                checked: row.checked,
                sent_back: row.sent_back,
                was_signed_off: row.was_signed_off,
                relapsed_on: row.relapsed_on,
            };
            (row.id, quarter)
        })
        .collect())
}
