//! Whether the sums add up: everything due has been decided, said and sealed in time.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sqlx::PgPool;
use uuid::Uuid;

/// What is late. All zero: the sums add up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Late {
    /// Messages that should have left by now.
    pub messages: i64,
    /// Warnings that neither wait to be said nor have a fate on record.
    pub unsaid: i64,
    /// Copies of signed notices that neither wait to leave nor have a fate on record.
    pub copies: i64,
    /// Items that no sweep has looked at since yesterday.
    pub items: i64,
    /// Audit rows without a seal.
    pub unsealed: i64,
    /// Work that nobody has taken.
    pub jobs: i64,
}

impl Late {
    pub fn is_nothing(self) -> bool {
        self == Late { messages: 0, unsaid: 0, copies: 0, items: 0, unsealed: 0, jobs: 0 }
    }
}

/// Warnings are looked after so long; whatever is wrong is known by then.
const WATCHED: TimeDelta = TimeDelta::days(60);

/// The least id made at this moment: ids begin with the time.
fn first_id(at: DateTime<Utc>) -> Uuid {
    Uuid::from_u128(u128::try_from(at.timestamp_millis()).unwrap_or_default() << 80)
}

/// Messages created before `before` (real time) and due by the ledger's clock that have no outcome yet,
/// items due for a look before `today`, and audit rows older than a sealer's turn by far.
pub async fn late(
    read: &PgPool,
    ledger_before: DateTime<Utc>,
    before: DateTime<Utc>,
    today: NaiveDate,
) -> sqlx::Result<Late> {
    sqlx::query_as!(
        Late,
        r#"
        WITH line AS (
            SELECT seq, warnings, copy FROM outbox WHERE state IN ('due', 'sending', 'held')
        ), waiting AS (
            SELECT unnest(warnings) AS id FROM line
            UNION ALL
            SELECT unnest(p.warnings) FROM line m JOIN outbox p ON p.merged_into = m.seq
        )
        SELECT
            (
                SELECT count(*)
                FROM outbox
                WHERE state IN ('due', 'sending')
                  AND created_at < $2
                  AND (not_before IS NULL OR not_before < $1)
                  AND (next_try_at IS NULL OR next_try_at < $2)
            ) + (
                -- Held, and to be tried again by now.
                SELECT count(*) FROM outbox WHERE state = 'held' AND hold IS NOT NULL AND not_before < $1
            ) AS "messages!",
            (
                SELECT count(*)
                FROM warning w
                WHERE w.id > $4
                  AND w.raised_at < $1
                  AND NOT EXISTS (SELECT 1 FROM warning_fate f WHERE f.warning = w.id)
                  AND NOT EXISTS (SELECT 1 FROM waiting WHERE waiting.id = w.id)
            ) AS "unsaid!",
            (
                SELECT count(*)
                FROM notice_copy c
                JOIN notice n ON n.id = c.notice
                WHERE n.id > $4
                  AND n.state = 'signed'
                  AND n.signed_at < $1
                  AND NOT EXISTS (SELECT 1 FROM copy_fate f WHERE f.copy = c.id)
                  AND NOT EXISTS (SELECT 1 FROM line WHERE line.copy = c.id)
            ) AS "copies!",
            (SELECT count(*) FROM item WHERE next_check_on < $3) AS "items!",
            (
                SELECT count(*)
                FROM audit
                WHERE id > (SELECT COALESCE(max(last), 0) FROM audit_seal)
                  AND at < $1
            ) + (
                SELECT count(*)
                FROM audit
                WHERE id = ANY(
                    (SELECT missing FROM audit_seal ORDER BY number DESC LIMIT 1)::bigint[]
                )
                  AND at < $1
            ) AS "unsealed!",
            (
                SELECT count(*)
                FROM job
                WHERE state = 'due' AND next_try_at < $2 AND (until IS NULL OR until < $2)
            ) AS "jobs!"
        "#,
        ledger_before,
        before,
        today,
        first_id(before - WATCHED),
    )
    .fetch_one(read)
    .await
}
