//! What is due now: the head of each chat's line, and answers to buttons.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgPool;
use uuid::Uuid;

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
    /// The office lets it through at any hour.
    pub at_any_hour: bool,
    pub repeats: bool,
    /// The item whose live card this becomes or edits.
    pub card_item: Option<Uuid>,
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
            head.let_through, head.on_doubt AS "on_doubt!", head.card_item, head.attempts AS "attempts!"
        FROM chats c
        CROSS JOIN LATERAL (
            SELECT o.seq, o.kind, o.thread, o.audience_unit, o.payload, o.let_through, o.on_doubt, o.attempts,
                o.card_item, o.next_try_at, o.state
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
            at_any_hour: row.let_through.as_deref() == Some("now"),
            repeats: row.on_doubt == "repeat",
            card_item: row.card_item,
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
            at_any_hour: true,
            repeats: false,
            card_item: None,
            attempts: 0,
        })
        .collect())
}
