//! What became of warnings: what waits before the office and why, and an item's whole record.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;
use uuid::Uuid;

use super::known;
use crate::domain::quiet::Why;

/// A warning that has not reached anybody, or for which nobody can say.
#[derive(Debug)]
pub struct Stuck {
    /// The outbox row in which it stands.
    pub row: i64,
    pub warning: Uuid,
    pub item: Uuid,
    pub number: i32,
    pub unit: Uuid,
    pub unit_name: String,
    pub rule: String,
    /// `due` (waits for its hour), `held`, `unclear` or `dead`.
    pub state: String,
    pub why: Option<Why>,
    /// When it is tried again, where it is.
    pub until: Option<DateTime<Utc>>,
    /// Whoever would have heard it.
    pub post_title: Option<String>,
}

/// More are told as a number.
pub const AT_MOST: i64 = 200;

/// What is put before the office, by unit and number; of one item also what only waits for its hour.
pub async fn stuck(read: impl PgExecutor<'_>, item: Option<Uuid>) -> sqlx::Result<Vec<Stuck>> {
    let rows = sqlx::query!(
        r#"
        SELECT
            o.seq AS "seq!", o.state AS "state!", o.hold, o.not_before,
            w.id AS "id!", w.item AS "item!", w.rule AS "rule!", i.number AS "number!",
            u.id AS "unit!", u.name AS "unit_name!", p.title AS "post_title?"
        FROM (
            SELECT seq, state, hold, not_before, warnings, to_holder
            FROM outbox
            WHERE kind = 'warning' AND state IN ('held', 'unclear', 'dead')
            UNION ALL
            -- What was merged into a message of unknown outcome shares it.
            SELECT m.seq, m.state, NULL, NULL, p.warnings, m.to_holder
            FROM outbox m
            JOIN outbox p ON p.merged_into = m.seq
            WHERE m.state IN ('unclear', 'dead')
            UNION ALL
            SELECT seq, state, hold, not_before, warnings, to_holder
            FROM outbox
            WHERE $1::uuid IS NOT NULL AND kind = 'warning' AND state = 'due' AND chat IS NULL
        ) AS o
        CROSS JOIN unnest(o.warnings) AS said (id)
        JOIN warning w ON w.id = said.id
        JOIN item i ON i.id = w.item
        JOIN unit u ON u.id = w.unit
        LEFT JOIN holder h ON h.id = o.to_holder
        LEFT JOIN post p ON p.id = h.post
        WHERE $1::uuid IS NULL OR w.item = $1
        ORDER BY u.code, i.number, w.id
        LIMIT $2
        "#,
        item,
        AT_MOST,
    )
    .fetch_all(read)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Stuck {
                row: row.seq,
                warning: row.id,
                item: row.item,
                number: row.number,
                unit: row.unit,
                unit_name: row.unit_name,
                rule: row.rule,
                state: row.state,
                why: match row.hold.as_deref() {
                    Some(code) => Some(known(Why::from_code, "outbox", "hold", code)?),
                    None => None,
                },
                until: row.not_before,
                post_title: row.post_title,
            })
        })
        .collect()
}

/// A warning about an item, and one thing that became of it; none yet where it waits for its hour.
#[derive(Debug)]
pub struct Told {
    pub warning: Uuid,
    pub rule: String,
    pub raised_at: DateTime<Utc>,
    pub unit_name: String,
    pub fate: Option<String>,
    pub at: Option<DateTime<Utc>>,
    pub reason: Option<String>,
    pub until: Option<DateTime<Utc>>,
    pub post_title: Option<String>,
    /// Where it stands in the outbox now: the hour before which it does not leave.
    pub waits_until: Option<DateTime<Utc>>,
}

/// Warnings that are shown of one item.
const WARNINGS: i64 = 12;

/// The last warnings about an item with everything that became of them, the oldest first.
pub async fn of_item(read: impl PgExecutor<'_>, item: Uuid) -> sqlx::Result<Vec<Told>> {
    sqlx::query_as!(
        Told,
        r#"
        WITH last AS (
            SELECT id, unit, rule, raised_at
            FROM warning
            WHERE item = $1
            ORDER BY raised_at DESC, id DESC
            LIMIT $2
        ), waiting AS (
            SELECT said.id, min(o.not_before) AS until
            FROM outbox o
            CROSS JOIN unnest(o.warnings) AS said (id)
            WHERE o.kind = 'warning' AND o.state IN ('due', 'sending', 'held')
            GROUP BY said.id
        )
        SELECT
            l.id AS warning, l.rule, l.raised_at, u.name AS unit_name, f.fate AS "fate?", f.at AS "at?", f.reason,
            f.until, p.title AS "post_title?", w.until AS "waits_until?"
        FROM last l
        JOIN unit u ON u.id = l.unit
        LEFT JOIN warning_fate f ON f.warning = l.id
        LEFT JOIN post p ON p.id = f.post
        LEFT JOIN waiting w ON w.id = l.id
        ORDER BY l.raised_at, l.id, f.at
        "#,
        item,
        WARNINGS,
    )
    .fetch_all(read)
    .await
}
