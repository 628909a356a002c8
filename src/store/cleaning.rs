//! Deletion in small batches of what need not be known for ever.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgPool;

use super::commit::files::forget_unplaced;

/// Platforms redeliver for a day; two days are safe.
const INBOX_LIFE: TimeDelta = TimeDelta::hours(48);
/// Delivered messages stay a week, for questions about them.
const OUTBOX_LIFE: TimeDelta = TimeDelta::days(7);

/// Files that nobody placed; an album's pieces come within seconds.
const UNPLACED_LIFE: TimeDelta = TimeDelta::hours(48);
/// Jobs that were done; their effects stand in the ledger.
const JOB_LIFE: TimeDelta = TimeDelta::days(7);

/// What was said in the room stays a year; reports stay for ever, in the ledger.
const ROOM_LIFE: TimeDelta = TimeDelta::days(366);

/// A question that has lapsed is still told apart from no question at all for so long.
const QUESTION_LIFE: TimeDelta = TimeDelta::days(7);

/// Deletes one batch of each kind; returns how many rows went.
pub async fn step(work: &PgPool, ledger_now: DateTime<Utc>, now: DateTime<Utc>) -> sqlx::Result<u64> {
    let inbox = sqlx::query!(
        r#"
        DELETE FROM inbox
        WHERE (account, key) IN (
            SELECT account, key
            FROM inbox
            -- An import's key says that this very file was read; it stays.
            WHERE received_at < $1 AND account <> 'import'
            ORDER BY received_at
            LIMIT 2000
        )
        "#,
        now - INBOX_LIFE,
    )
    .execute(work)
    .await?;
    let outbox = sqlx::query_scalar!(
        r#"
        WITH gone AS (
            DELETE FROM outbox
            WHERE seq IN (
                SELECT seq
                FROM outbox o
                WHERE settled_at < $1
                  AND state IN ('sent', 'withdrawn')
                  -- What is to leave with another one stays as long as that one.
                  AND NOT EXISTS (
                      SELECT 1 FROM outbox m WHERE m.seq = o.merged_into AND m.state IN ('due', 'sending')
                  )
                ORDER BY settled_at
                LIMIT 2000
            )
            RETURNING seq, kind, state, merged_into
        ), kept AS (
            -- What became of a dispatch is asked for longer.
            UPDATE dispatch_copy
            SET outcome = CASE
                WHEN gone.merged_into IS NULL THEN gone.state
                ELSE COALESCE((SELECT m.state FROM outbox m WHERE m.seq = gone.merged_into), 'sent')
            END
            FROM gone
            WHERE gone.kind = 'dispatch' AND dispatch_copy.seq = gone.seq
        )
        SELECT count(*) AS "rows!" FROM gone
        "#,
        now - OUTBOX_LIFE,
    )
    .fetch_one(work)
    .await?;
    let room = sqlx::query!(
        r#"
        DELETE FROM room_line
        WHERE seq IN (SELECT seq FROM room_line WHERE handled AND at < $1 ORDER BY seq LIMIT 2000)
        "#,
        ledger_now - ROOM_LIFE,
    )
    .execute(work)
    .await?;
    let asked = sqlx::query!(
        "DELETE FROM dialogue WHERE id IN (SELECT id FROM dialogue WHERE expires_at < $1 ORDER BY expires_at LIMIT 2000)",
        ledger_now - QUESTION_LIFE,
    )
    .execute(work)
    .await?;
    let jobs = sqlx::query!(
        r#"
        DELETE FROM job
        WHERE (kind, subject) IN (
            SELECT kind, subject FROM job WHERE settled_at < $1 AND state = 'done' ORDER BY settled_at LIMIT 2000
        )
        "#,
        now - JOB_LIFE,
    )
    .execute(work)
    .await?;
    let unplaced = forget_unplaced(work, ledger_now - UNPLACED_LIFE).await?;
    Ok(unplaced
        + asked.rows_affected()
        + jobs.rows_affected()
        + inbox.rows_affected()
        + u64::try_from(outbox).unwrap_or_default()
        + room.rows_affected())
}
