//! The right to speak for an account: one sender at a time, told apart by an epoch.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgPool;
use uuid::Uuid;

/// Takes or renews the right to speak for an account. `None`: somebody else has it.
/// The database's own clock decides, because replicas' clocks disagree.
pub async fn lease(
    work: &PgPool,
    platform: &str,
    owner: Uuid,
    length: TimeDelta,
) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar!(
        r#"
        INSERT INTO sender_lease (platform, epoch, owner, until)
        VALUES ($1, 1, $2, clock_timestamp() + $3::bigint * interval '1 millisecond')
        ON CONFLICT (platform) DO UPDATE
        SET epoch = CASE WHEN sender_lease.owner = $2 THEN sender_lease.epoch ELSE sender_lease.epoch + 1 END,
            owner = $2,
            until = EXCLUDED.until
        WHERE sender_lease.owner = $2 OR sender_lease.until < clock_timestamp()
        RETURNING epoch
        "#,
        platform,
        owner,
        length.num_milliseconds(),
    )
    .fetch_optional(work)
    .await
}

/// Ends every lease. Only for a service that knows itself alone on its database: whoever held them is gone.
pub async fn free_leases(work: &PgPool) -> sqlx::Result<()> {
    sqlx::query!("UPDATE sender_lease SET until = clock_timestamp()").execute(work).await.map(|_| ())
}

/// Gives the lease back at a clean stop, so that the next sender need not wait.
pub async fn release(work: &PgPool, platform: &str, owner: Uuid) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE sender_lease SET until = clock_timestamp() WHERE platform = $1 AND owner = $2",
        platform,
        owner,
    )
    .execute(work)
    .await
    .map(|_| ())
}

/// A message that was marked as being sent, though nobody is sending it.
pub struct TakenOver {
    pub chat: String,
    /// Put before the office instead of being sent again.
    pub is_unclear: bool,
}

/// What nobody is sending, though it is marked so: an earlier sender went, or a mark of our own was
/// written whose answer was lost. Sent again, or put before the office, as each row says; all of it may
/// have been sent a moment ago, which the pace has to know. `flying` is what this sender has in hand.
pub async fn take_over(
    work: &PgPool,
    platform: &str,
    epoch: i64,
    flying: &[i64],
    ledger_now: DateTime<Utc>,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<TakenOver>> {
    let rows = sqlx::query!(
        r#"
        WITH taken AS (
            UPDATE outbox
            SET state = CASE WHEN on_doubt = 'repeat' THEN 'due' ELSE 'unclear' END,
                settled_at = CASE WHEN on_doubt = 'repeat' THEN NULL ELSE $3::timestamptz END,
                reason = 'taken over while being sent'
            WHERE platform = $1
              AND state = 'sending'
              AND (epoch < $2 OR (epoch = $2 AND seq <> ALL ($4)))
            RETURNING seq, chat, state, warnings, to_holder
        ), fated AS (
            INSERT INTO warning_fate (warning, at, fate, post)
            SELECT w.id, $5, t.state, h.post
            FROM (
                SELECT state, warnings, to_holder FROM taken
                UNION ALL
                SELECT m.state, p.warnings, m.to_holder
                FROM taken m
                JOIN outbox p ON p.merged_into = m.seq
            ) AS t
            CROSS JOIN unnest(t.warnings) AS said (id)
            JOIN warning w ON w.id = said.id
            LEFT JOIN holder h ON h.id = t.to_holder
            WHERE t.state = 'unclear'
            ON CONFLICT DO NOTHING
        )
        SELECT chat AS "chat!", state AS "state!" FROM taken
        "#,
        platform,
        epoch,
        now,
        flying,
        ledger_now,
    )
    .fetch_all(work)
    .await?;
    Ok(rows.into_iter().map(|row| TakenOver { chat: row.chat, is_unclear: row.state == "unclear" }).collect())
}

/// What was sent in the last minute, chat by chat, so that a new sender keeps the pace.
pub async fn sent_since(
    work: &PgPool,
    platform: &str,
    since: DateTime<Utc>,
) -> sqlx::Result<Vec<(String, DateTime<Utc>)>> {
    let rows = sqlx::query!(
        r#"
        SELECT chat AS "chat!", settled_at AS "settled_at!"
        FROM outbox
        WHERE settled_at > $2 AND platform = $1 AND lane = 'chat' AND state = 'sent' AND chat IS NOT NULL
        ORDER BY settled_at
        "#,
        platform,
        since,
    )
    .fetch_all(work)
    .await?;
    Ok(rows.into_iter().map(|row| (row.chat, row.settled_at)).collect())
}
