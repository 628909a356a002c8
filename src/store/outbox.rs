//! The outbox as its sender sees it: leases, what is due, and how each attempt ended.
//! Rows are written by `commit`; states after that are moved here, always under the sender's epoch.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
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

/// What an earlier sender was sending when it went: sent again, or put before the office, as each row
/// says. Returns (again, unclear).
pub async fn take_over(
    work: &PgPool,
    platform: &str,
    epoch: i64,
    now: DateTime<Utc>,
) -> sqlx::Result<(i64, i64)> {
    let rows = sqlx::query!(
        r#"
        UPDATE outbox
        SET state = CASE WHEN on_doubt = 'repeat' THEN 'due' ELSE 'unclear' END,
            settled_at = CASE WHEN on_doubt = 'repeat' THEN NULL ELSE $3::timestamptz END,
            reason = 'taken over while being sent'
        WHERE platform = $1 AND state = 'sending' AND epoch < $2
        RETURNING state
        "#,
        platform,
        epoch,
        now,
    )
    .fetch_all(work)
    .await?;
    let again = rows.iter().filter(|row| row.state == "due").count() as i64;
    Ok((again, rows.len() as i64 - again))
}

/// A due row without a chat, with its unit's present contact on each platform.
pub struct Unaddressed {
    pub seq: i64,
    pub holder: Option<(String, String)>,
}

/// Rows that speak to a unit's contact and are due now; the contact bound last comes first.
pub async fn unaddressed(work: &PgPool, ledger_now: DateTime<Utc>) -> sqlx::Result<Vec<Unaddressed>> {
    let rows = sqlx::query!(
        r#"
        SELECT o.seq, h.platform AS "platform?", h.account AS "account?"
        FROM outbox o
        LEFT JOIN LATERAL (
            SELECT h.platform, h.account
            FROM holder h
            JOIN post p ON p.id = h.post
            WHERE p.unit = o.audience_unit AND p.role = 'contact' AND h.ended_at IS NULL
            ORDER BY h.bound_at DESC
            LIMIT 1
        ) h ON true
        WHERE o.state = 'due' AND o.chat IS NULL AND o.not_before <= $1
        ORDER BY o.seq
        LIMIT 500
        "#,
        ledger_now,
    )
    .fetch_all(work)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Unaddressed { seq: row.seq, holder: row.platform.zip(row.account) })
        .collect())
}

/// Addresses a row, or holds it for the office when its unit has nobody bound.
pub async fn address(
    work: &PgPool,
    seq: i64,
    to: Option<(&str, &str)>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        UPDATE outbox
        SET platform = $2,
            chat = $3,
            state = CASE WHEN $3::text IS NULL THEN 'held' ELSE 'due' END,
            reason = CASE WHEN $3::text IS NULL THEN 'the unit has no bound contact' END,
            settled_at = CASE WHEN $3::text IS NULL THEN $4::timestamptz END
        WHERE seq = $1 AND state = 'due' AND chat IS NULL
        "#,
        seq,
        to.map(|to| to.0),
        to.map(|to| to.1),
        now,
    )
    .execute(work)
    .await
    .map(|_| ())
}

/// One message to send.
#[derive(Debug)]
pub struct Due {
    pub seq: i64,
    pub kind: String,
    pub chat: String,
    pub thread: Option<String>,
    pub audience_unit: Option<Uuid>,
    pub press_id: Option<String>,
    pub payload: Option<Value>,
    pub warnings: Vec<Uuid>,
    pub repeats: bool,
    pub attempts: i32,
}

/// The head of each chat's line that may leave now, except for chats in flight or waiting.
/// A row being retried blocks its chat, so that order is kept; a row for later does not.
pub async fn heads(
    work: &PgPool,
    platform: &str,
    busy: &[String],
    ledger_now: DateTime<Utc>,
    now: DateTime<Utc>,
    at_most: i64,
) -> sqlx::Result<Vec<Due>> {
    let rows = sqlx::query!(
        r#"
        WITH RECURSIVE chats AS (
            (
                SELECT chat
                FROM outbox
                WHERE platform = $1 AND lane = 'chat' AND state IN ('due', 'sending')
                ORDER BY chat
                LIMIT 1
            )
            UNION ALL
            -- One index probe per chat, however long the lines are.
            SELECT (
                SELECT o.chat
                FROM outbox o
                WHERE o.platform = $1 AND o.lane = 'chat' AND o.state IN ('due', 'sending') AND o.chat > c.chat
                ORDER BY o.chat
                LIMIT 1
            )
            FROM chats c
            WHERE c.chat IS NOT NULL
        )
        SELECT
            head.seq AS "seq!", head.kind AS "kind!", c.chat AS "chat!", head.thread, head.audience_unit, head.payload,
            head.warnings, head.on_doubt AS "on_doubt!", head.attempts AS "attempts!"
        FROM chats c
        CROSS JOIN LATERAL (
            SELECT o.seq, o.kind, o.thread, o.audience_unit, o.payload, o.warnings, o.on_doubt, o.attempts, o.next_try_at, o.state
            FROM outbox o
            WHERE o.platform = $1 AND o.lane = 'chat' AND o.chat = c.chat
              AND o.state IN ('due', 'sending')
              AND (o.not_before IS NULL OR o.not_before <= $3)
            ORDER BY o.seq
            LIMIT 1
        ) head
        WHERE c.chat <> ALL ($2)
          AND head.state = 'due'
          AND (head.next_try_at IS NULL OR head.next_try_at <= $4)
        ORDER BY head.seq
        LIMIT $5
        "#,
        platform,
        busy,
        ledger_now,
        now,
        at_most,
    )
    .fetch_all(work)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Due {
            seq: row.seq,
            kind: row.kind,
            chat: row.chat,
            thread: row.thread,
            audience_unit: row.audience_unit,
            press_id: None,
            payload: row.payload,
            warnings: row.warnings.unwrap_or_default(),
            repeats: row.on_doubt == "repeat",
            attempts: row.attempts,
        })
        .collect())
}

/// Answers to pressed buttons that are still worth something; the rest is withdrawn.
pub async fn toasts(work: &PgPool, platform: &str, epoch: i64, now: DateTime<Utc>) -> sqlx::Result<Vec<Due>> {
    let rows = sqlx::query!(
        r#"
        UPDATE outbox
        SET state = CASE WHEN expires_at > $3 THEN 'sending' ELSE 'withdrawn' END,
            settled_at = CASE WHEN expires_at > $3 THEN NULL ELSE $3::timestamptz END,
            reason = CASE WHEN expires_at > $3 THEN NULL ELSE 'too late to be seen' END,
            attempts = attempts + 1,
            epoch = $2
        WHERE seq IN (
            SELECT seq
            FROM outbox
            WHERE platform = $1 AND lane = 'toast' AND state = 'due'
            ORDER BY seq
            LIMIT 100
        )
        RETURNING seq, kind, chat AS "chat!", press_id, payload, state
        "#,
        platform,
        epoch,
        now,
    )
    .fetch_all(work)
    .await?;
    Ok(rows
        .into_iter()
        .filter(|row| row.state == "sending")
        .map(|row| Due {
            seq: row.seq,
            kind: row.kind,
            chat: row.chat,
            thread: None,
            audience_unit: None,
            press_id: row.press_id,
            payload: row.payload,
            warnings: Vec::new(),
            repeats: false,
            attempts: 0,
        })
        .collect())
}

/// Marks rows as being sent under this epoch, before the first byte leaves. Returns those marked.
pub async fn begin(work: &PgPool, platform: &str, epoch: i64, seqs: &[i64]) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        r#"
        UPDATE outbox
        SET state = 'sending', epoch = $2, attempts = attempts + 1
        WHERE seq = ANY($3)
          AND state = 'due'
          AND EXISTS (SELECT 1 FROM sender_lease l WHERE l.platform = $1 AND l.epoch = $2)
        RETURNING seq
        "#,
        platform,
        epoch,
        seqs,
    )
    .fetch_all(work)
    .await
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    Sent {
        id: String,
    },
    /// Back in line, not before this (real) time.
    Again {
        at: DateTime<Utc>,
        reason: String,
    },
    /// Back in line, not before this ledger time: it is night, or a rest day.
    Later {
        not_before: DateTime<Utc>,
    },
    Withdrawn {
        reason: String,
    },
    Unclear {
        reason: String,
    },
    Dead {
        reason: String,
    },
}

impl End {
    /// The word for the figures.
    pub fn name(&self) -> &'static str {
        match self {
            End::Sent { .. } => "sent",
            End::Again { .. } => "again",
            End::Later { .. } => "later",
            End::Withdrawn { .. } => "withdrawn",
            End::Unclear { .. } => "unclear",
            End::Dead { .. } => "dead",
        }
    }
}

/// Writes how an attempt ended. `false`: this sender has lost its lease and must stop.
pub async fn end(
    work: &PgPool,
    platform: &str,
    epoch: i64,
    seq: i64,
    end: &End,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let (state, settled, next_try_at, not_before, reason, sent_id) = match end {
        End::Sent { id } => ("sent", true, None, None, None, Some(id.as_str())),
        End::Again { at, reason } => ("due", false, Some(*at), None, Some(reason.as_str()), None),
        End::Later { not_before } => {
            ("due", false, None, Some(*not_before), Some("outside speaking hours"), None)
        }
        End::Withdrawn { reason } => ("withdrawn", true, None, None, Some(reason.as_str()), None),
        End::Unclear { reason } => ("unclear", true, None, None, Some(reason.as_str()), None),
        End::Dead { reason } => ("dead", true, None, None, Some(reason.as_str()), None),
    };
    let done = sqlx::query!(
        r#"
        UPDATE outbox
        SET state = $4,
            settled_at = CASE WHEN $5 THEN $10::timestamptz END,
            next_try_at = $6,
            not_before = COALESCE($7, not_before),
            reason = $8,
            sent_id = $9
        WHERE seq = $3
          AND state = 'sending'
          AND epoch = $2
          AND EXISTS (SELECT 1 FROM sender_lease l WHERE l.platform = $1 AND l.epoch = $2)
        "#,
        platform,
        epoch,
        seq,
        state,
        settled,
        next_try_at,
        not_before,
        reason,
        sent_id,
        now,
    )
    .execute(work)
    .await?;
    Ok(done.rows_affected() == 1)
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

/// How many rows stand in each state, and the age of the oldest one due: for `/metrics` and the doctor.
pub async fn standing(read: &PgPool) -> sqlx::Result<Vec<(String, i64)>> {
    let rows = sqlx::query!(
        r#"
        SELECT state, count(*) AS "rows!"
        FROM outbox
        WHERE state IN ('due', 'sending', 'held', 'unclear', 'dead')
        GROUP BY state
        "#
    )
    .fetch_all(read)
    .await?;
    Ok(rows.into_iter().map(|row| (row.state, row.rows)).collect())
}

/// Why messages did not reach anybody: state, reason, how many.
pub async fn troubled(read: &PgPool) -> sqlx::Result<Vec<(String, String, i64)>> {
    let rows = sqlx::query!(
        r#"
        SELECT state, COALESCE(reason, '') AS "reason!", count(*) AS "rows!"
        FROM outbox
        WHERE state IN ('held', 'unclear', 'dead')
        GROUP BY state, reason
        ORDER BY 3 DESC
        LIMIT 10
        "#
    )
    .fetch_all(read)
    .await?;
    Ok(rows.into_iter().map(|row| (row.state, row.reason, row.rows)).collect())
}
