//! Live cards: which message shows an item in a group. Written when that message has been sent.

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use uuid::Uuid;

/// The message of a group that shows this item now. `None`: there is none, or the office has taken its
/// word for the group back.
pub async fn message_of(
    work: &PgPool,
    platform: &str,
    chat: &str,
    item: Uuid,
) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        r#"
        SELECT k.message_id
        FROM card k
        LEFT JOIN chat c ON c.platform = k.platform AND c.chat = k.chat
        WHERE k.item = $3
          AND k.platform = $1
          AND k.chat = $2
          AND c.confirmed IS DISTINCT FROM false
        "#,
        platform,
        chat,
        item,
    )
    .fetch_optional(work)
    .await
}

/// A sent message is the card of its item from now on.
pub async fn placed(work: &PgPool, seq: i64, message_id: &str, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        INSERT INTO card (item, platform, chat, thread, message_id, sent_at)
        SELECT card_item, platform, chat, thread, $2, $3
        FROM outbox
        WHERE seq = $1
          AND card_item IS NOT NULL
          AND platform IS NOT NULL
          AND chat IS NOT NULL
        ON CONFLICT (item, platform, chat) DO UPDATE
        SET thread = EXCLUDED.thread, message_id = EXCLUDED.message_id, sent_at = EXCLUDED.sent_at
        "#,
        seq,
        message_id,
        now,
    )
    .execute(work)
    .await
    .map(|_| ())
}

/// The message is gone or can no longer be edited: the next answer begins a new card.
pub async fn lost(work: &PgPool, platform: &str, chat: &str, item: Uuid) -> sqlx::Result<()> {
    sqlx::query!("DELETE FROM card WHERE platform = $1 AND chat = $2 AND item = $3", platform, chat, item)
        .execute(work)
        .await
        .map(|_| ())
}
