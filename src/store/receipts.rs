//! Warnings that are to be signed for, and who did.

use std::collections::HashMap;

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use super::known;
use crate::domain::finding::{Rung, Unsigned};
use crate::domain::receipt::{Owed, Receipt};
use crate::domain::{Now, UnitRef};

/// A query whose conditions end in that the matter of a warning `w` is not settled.
macro_rules! unsettled {
    ($head:literal, $tail:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query!(
            $head + r#"
          AND (
              -- What the office warned of by hand is no case's.
              w.rule = 'manual'
              OR EXISTS (
                  SELECT 1
                  FROM ladder_case c
                  WHERE c.item = w.item
                    AND c.unit = w.unit
                    AND c.closed_on IS NULL
                    AND c.opened_on <= (w.raised_at AT TIME ZONE 'Asia/Shanghai')::date
              )
          )
            "# + $tail
            $(, $argument)*
        )
    };
}

/// Every warning above the reminder whose matter is not settled, in these rounds, the oldest first: of
/// these units, or of all; of one item, or of all.
pub async fn open(
    read: &mut PgConnection,
    rounds: &[Uuid],
    units: Option<&[Uuid]>,
    item: Option<Uuid>,
) -> sqlx::Result<Vec<Owed>> {
    let rows = unsettled!(
        r#"
        SELECT
            w.id, w.item, i.number, i.round, w.unit, u.name AS unit_name, w.rung, w.rule, w.period,
            (SELECT max(f.at) FROM warning_fate f WHERE f.warning = w.id AND f.fate = 'sent') AS sent_at,
            EXISTS (
                SELECT 1 FROM warning_fate f WHERE f.warning = w.id AND f.fate IN ('sent', 'unclear')
            ) AS "is_told!",
            r.signed_at AS "signed_at?",
            r.promised_on,
            p.title AS "signed_by?"
        FROM warning w
        JOIN item i ON i.id = w.item
        JOIN unit u ON u.id = w.unit
        LEFT JOIN receipt r ON r.warning = w.id
        LEFT JOIN post p ON p.id = r.post
        WHERE w.rung <> 'reminder'
          AND ($2::uuid[] IS NULL OR w.unit = ANY($2))
          AND ($3::uuid IS NULL OR w.item = $3)
          AND i.round = ANY($1)
          AND i.status NOT IN ('completed', 'publicity', 'signed_off')
        "#,
        r#"
        ORDER BY w.raised_at, i.number, w.id
        "#,
        rounds,
        units,
        item,
    )
    .fetch_all(read)
    .await?;
    rows.into_iter()
        .map(|row| {
            let receipt = row.signed_by.zip(row.signed_at).map(|(by, at)| Receipt {
                by,
                on: Now::at(at).today(),
                promised_on: row.promised_on,
            });
            Ok(Owed {
                warning: row.id,
                item: row.item,
                number: row.number,
                round: row.round,
                unit: UnitRef { id: row.unit, name: row.unit_name },
                rung: known(Rung::from_code, "warning", "rung", &row.rung)?,
                rule: row.rule,
                period: row.period,
                sent_on: row.sent_at.map(|at| Now::at(at).today()),
                is_told: row.is_told,
                receipt,
            })
        })
        .collect()
}

/// The last warning of each unit about these items, where its matter is not settled and nobody has signed.
pub async fn unsigned(read: &mut PgConnection, items: &[Uuid]) -> sqlx::Result<HashMap<Uuid, Vec<Unsigned>>> {
    let rows = unsettled!(
        r#"
        SELECT
            w.id AS "id!", w.item AS "item!", w.unit AS "unit!", w.rung AS "rung!",
            (SELECT max(f.at) FROM warning_fate f WHERE f.warning = w.id AND f.fate = 'sent') AS sent_at
        FROM (
            SELECT DISTINCT ON (item, unit) id, item, unit, rule, rung, raised_at
            FROM warning
            WHERE item = ANY($1) AND rung <> 'reminder'
            ORDER BY item, unit, raised_at DESC, id DESC
        ) AS w
        WHERE NOT EXISTS (SELECT 1 FROM receipt r WHERE r.warning = w.id)
        "#,
        r#"
        ORDER BY w.id
        "#,
        items,
    )
    .fetch_all(read)
    .await?;
    let mut unsigned: HashMap<Uuid, Vec<Unsigned>> = HashMap::new();
    for row in rows {
        unsigned.entry(row.item).or_default().push(Unsigned {
            warning: row.id,
            unit: row.unit,
            rung: known(Rung::from_code, "warning", "rung", &row.rung)?,
            sent_on: row.sent_at.map(|at| Now::at(at).today()),
        });
    }
    Ok(unsigned)
}

/// The day until which one of these units has promised each of these items, with a warning or a notice, where it has
/// not passed.
pub async fn promised(
    read: &mut PgConnection,
    items: &[Uuid],
    units: &[Uuid],
    today: NaiveDate,
) -> sqlx::Result<HashMap<Uuid, NaiveDate>> {
    let rows = sqlx::query!(
        r#"
        SELECT p.item AS "item!", max(p.promised_on) AS "on!"
        FROM (
            SELECT w.item, r.promised_on
            FROM receipt r
            JOIN warning w ON w.id = r.warning
            WHERE w.item = ANY($1) AND w.unit = ANY($2)
            UNION ALL
            SELECT l.item, c.promised_on
            FROM notice_item l
            JOIN notice n ON n.id = l.notice AND n.state IN ('signed', 'closed')
            JOIN notice_copy c ON c.notice = n.id
            WHERE l.item = ANY($1) AND c.unit = ANY($2)
        ) p
        WHERE p.promised_on >= $3
        GROUP BY p.item
        "#,
        items,
        units,
        today,
    )
    .fetch_all(read)
    .await?;
    Ok(rows.into_iter().map(|row| (row.item, row.on)).collect())
}
