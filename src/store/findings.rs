//! What the rules ask about items besides the items themselves, read set-wise by index.

use std::collections::HashMap;

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{cases, receipts};
use crate::domain::basis::Threshold;
use crate::domain::finding::{Facts, Returned, still_since};
use crate::domain::ladder::Case;
use crate::domain::{Basis, Item, Now, Status};

/// The facts of these items on a day, in their order.
pub async fn facts(
    read: &mut PgConnection,
    items: Vec<Item>,
    today: NaiveDate,
    basis: &Basis,
) -> sqlx::Result<Vec<Facts>> {
    let ids: Vec<Uuid> = items.iter().map(|item| item.id).collect();
    let since: Vec<NaiveDate> = items.iter().map(|item| still_since(item.round, today, basis)).collect();
    let rows = sqlx::query!(
        r#"
        SELECT
            a.item AS "item!",
            (
                SELECT h.percent
                FROM item_history h
                WHERE h.item = a.item AND h.effective_on < a.since
                ORDER BY h.effective_on DESC, h.version DESC
                LIMIT 1
            ) AS percent_before,
            (
                SELECT max(h.effective_on) FROM item_history h WHERE h.item = a.item AND h.change = 'return'
            ) AS checked_back_on,
            l.version AS "version?",
            l.odd AS "odd?",
            v.verdict AS "verdict?",
            v.at AS "judged_at?",
            v.due_on
        FROM unnest($1::uuid[], $2::date[]) AS a (item, since)
        LEFT JOIN LATERAL (
            -- The lead unit's last report that was not taken back. What came with a file has no post.
            SELECT r.version, r.odd
            FROM report r
            WHERE r.item = a.item
              AND r.part = 'lead'
              AND NOT EXISTS (
                  SELECT 1
                  FROM verdict w
                  WHERE w.item = r.item AND w.version = r.version AND w.verdict = 'withdrawn'
              )
            ORDER BY r.version DESC
            LIMIT 1
        ) l ON true
        LEFT JOIN verdict v ON v.item = a.item AND v.version = l.version
        "#,
        &ids,
        &since,
    )
    .fetch_all(&mut *read)
    .await?;
    let mut cases: HashMap<Uuid, Vec<Case>> = HashMap::new();
    for case in cases::open_of(read, &ids).await? {
        cases.entry(case.item).or_default().push(case);
    }
    let mut unsigned = receipts::unsigned(read, &ids).await?;
    let mut rows: HashMap<Uuid, _> = rows.into_iter().map(|row| (row.item, row)).collect();
    let facts = items.into_iter().map(|item| {
        let (of_lead, former): (Vec<Case>, Vec<Case>) = cases
            .remove(&item.id)
            .unwrap_or_default()
            .into_iter()
            .partition(|case| case.unit == item.lead.id);
        let case = of_lead.into_iter().next();
        let former = former.into_iter().map(|case| case.id).collect();
        let unsigned = unsigned.remove(&item.id).unwrap_or_default();
        let Some(row) = rows.remove(&item.id) else {
            return Facts { item, returned: None, percent_before: None, odd: None, case, former, unsigned };
        };
        let limit = |on| {
            let workdays = basis.of(item.round).count(Threshold::Rework);
            Returned { on, due_on: basis.calendar.nth_workday_after(on, workdays) }
        };
        let by_office = row.judged_at.filter(|_| row.verdict.as_deref() == Some("returned")).map(|at| {
            let returned = limit(Now::at(at).today());
            Returned { due_on: row.due_on.unwrap_or(returned.due_on), ..returned }
        });
        // 退回整改 by the site check: over with the next report.
        let by_check = row
            .checked_back_on
            .filter(|on| item.state.status == Status::Returned && item.state.last_report_on < Some(*on))
            .map(limit);
        let is_odd = row.verdict.is_none() && row.odd.is_some_and(|odd| !odd.is_empty());
        Facts {
            returned: by_office.or(by_check),
            percent_before: row.percent_before,
            odd: row.version.filter(|_| is_odd),
            case,
            former,
            unsigned,
            item,
        }
    });
    Ok(facts.collect())
}
