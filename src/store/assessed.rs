//! What a quarter's assessment asks about items beside how they stand: duties, site checks, relapses. Rows of
//! the ledger only; nothing of anybody's messages.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::as_of_rows::{ItemThen, Pages};
use super::known;
use crate::domain::assessment::{Counting, Draft, ItemFacts, Quarter, quarter, weights};
use crate::domain::cycle::Every;
use crate::domain::flag::planned_percent;
use crate::domain::{Basis, UnitRef};

/// Hands over the draft of each unit that leads an item of a round, in the order of their first items: as the
/// items stood on a day, with what the quarter up to it brought them, as it was known at a moment. A unit is held
/// at a time. `rows` counts items on.
pub async fn each_draft(
    read: &mut PgConnection,
    round: Uuid,
    (day, known_at): (NaiveDate, DateTime<Utc>),
    basis: &Basis,
    rows: &AtomicU64,
    on_draft: &mut (dyn FnMut(Draft) -> anyhow::Result<()> + Send),
) -> anyhow::Result<()> {
    let weights = weights(basis.of(round));
    let mut pages = Pages::open(read, round, day, known_at).await?;
    for unit in leading(pages.conn(), round).await? {
        pages.of_unit(unit.id);
        let mut counting = Counting::new(unit, day);
        while let Some(page) = pages.next(basis).await? {
            let read = page.len() as u64;
            count(&mut counting, &mut pages, page, (round, basis), day).await?;
            rows.fetch_add(read, Ordering::Relaxed);
        }
        counting.draft(&weights).map_or(Ok(()), &mut *on_draft)?;
    }
    Ok(pages.close().await?)
}

async fn count(
    counting: &mut Counting,
    pages: &mut Pages<'_>,
    page: Vec<ItemThen>,
    of: (Uuid, &Basis),
    day: NaiveDate,
) -> sqlx::Result<()> {
    let (first, _) = quarter(day);
    let ids: Vec<_> = page.iter().map(|item| item.id).collect();
    let mut found = quarters(pages.conn(), of, &ids, first, day).await?;
    for item in page {
        counting.add(ItemFacts {
            id: item.id,
            number: item.number,
            title: item.title,
            kind: item.kind,
            deadline: item.deadline,
            status: item.status,
            percent: item.percent,
            planned: planned_percent(&item.milestones, day),
            quarter: found.remove(&item.id).unwrap_or_default(),
        });
    }
    Ok(())
}

/// The units that lead items of a round, in the order of their first ones.
async fn leading(read: &mut PgConnection, round: Uuid) -> sqlx::Result<Vec<UnitRef>> {
    sqlx::query_as!(
        UnitRef,
        r#"
        SELECT u.id, u.name
        FROM (SELECT lead_unit, min(number) AS first FROM item WHERE round = $1 GROUP BY lead_unit) l
        JOIN unit u ON u.id = l.lead_unit
        ORDER BY l.first
        "#,
        round,
    )
    .fetch_all(read)
    .await
}

/// Whether a round has more items than these.
pub async fn has_more(read: &mut PgConnection, round: Uuid, than: i64) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM item WHERE round = $1 OFFSET $2) AS "more!""#,
        round,
        than,
    )
    .fetch_one(read)
    .await
}

/// The quarters of these items, both days included.
async fn quarters(
    read: &mut PgConnection,
    (round, basis): (Uuid, &Basis),
    items: &[Uuid],
    first: NaiveDate,
    day: NaiveDate,
) -> sqlx::Result<HashMap<Uuid, Quarter>> {
    let rows = sqlx::query!(
        r#"
        SELECT
            i.id,
            duties.owed AS "owed!", duties.kinds AS "kinds!", duties.starts AS "starts!",
            checks.checked AS "checked!", checks.sent_back AS "sent_back!",
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
        CROSS JOIN LATERAL (
            SELECT
                count(*) AS owed,
                COALESCE(array_agg(c.kind ORDER BY c.starts_on) FILTER (WHERE d.outcome = 'missed'), '{}') AS kinds,
                COALESCE(array_agg(c.starts_on ORDER BY c.starts_on) FILTER (WHERE d.outcome = 'missed'), '{}')
                    AS starts
            FROM cycle c
            JOIN duty d ON d.cycle = c.id AND d.number = i.number
            WHERE c.round = $2
              AND c.closes_on BETWEEN $3 AND $4
              AND d.unit = i.lead_unit
              -- Of what nobody was told nothing is owed.
              AND (d.outcome = 'reported' OR (d.outcome = 'missed' AND d.told))
        ) duties
        CROSS JOIN LATERAL (
            SELECT count(*) AS checked, count(*) FILTER (WHERE s.conclusion = 'failed') AS sent_back
            FROM application a
            JOIN site_check s ON s.application = a.id
            WHERE a.item = i.id
              AND s.checked_on BETWEEN $3 AND $4
              AND s.conclusion IN ('passed', 'failed')
        ) checks
        WHERE i.id = ANY($1)
        "#,
        items,
        round,
        first,
        day,
    )
    .fetch_all(read)
    .await?;
    rows.into_iter()
        .map(|row| {
            let missed = row.kinds.iter().zip(row.starts).map(|(kind, starts_on)| {
                Ok(basis.cycle(round, known(Every::from_code, "cycle", "kind", kind)?, starts_on))
            });
            let quarter = Quarter {
                owed: row.owed,
                missed: missed.collect::<sqlx::Result<_>>()?,
                checked: row.checked,
                sent_back: row.sent_back,
                was_signed_off: row.was_signed_off,
                relapsed_on: row.relapsed_on,
            };
            Ok((row.id, quarter))
        })
        .collect()
}
