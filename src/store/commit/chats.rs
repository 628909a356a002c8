//! Chats: as platforms tell of them (added, removed, blocked, moved), and as the office sets them up.

use std::collections::HashMap;

use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::decision::{Aggregate, ChatSet, ChatTold, Decision};
use crate::domain::people::Purpose;

pub(super) async fn lock(
    tx: &mut PgConnection,
    chats: &[Uuid],
    held: &mut HashMap<(Aggregate, Uuid), i32>,
) -> sqlx::Result<()> {
    if !chats.is_empty() {
        let rows = sqlx::query!(
            "SELECT id, version FROM chat WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED",
            chats,
        )
        .fetch_all(tx)
        .await?;
        held.extend(rows.into_iter().map(|row| ((Aggregate::Chat, row.id), row.version)));
    }
    Ok(())
}

/// The chat's present state. A move takes what the office confirmed, and what is still to be said, to
/// the new id; told twice (by both chats, and by a refused send) it changes nothing more.
pub(super) async fn tell(tx: &mut PgConnection, told: &ChatTold) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        INSERT INTO chat (id, platform, chat, is_private, state, moved_to, title)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (platform, chat) DO UPDATE
        SET state = EXCLUDED.state,
            moved_to = COALESCE(EXCLUDED.moved_to, chat.moved_to),
            title = COALESCE(NULLIF(EXCLUDED.title, ''), chat.title),
            version = chat.version + 1
        "#,
        told.id,
        told.platform,
        told.chat,
        told.private,
        told.state,
        told.moved_to,
        told.title,
    )
    .execute(&mut *tx)
    .await?;
    let Some(to) = &told.moved_to else { return Ok(()) };
    sqlx::query!(
        r#"
        INSERT INTO chat
            (id, platform, chat, is_private, confirmed, state, purpose, units, title, thread, set_by, set_at)
        SELECT
            $1, c.platform, $4, c.is_private, c.confirmed, 'active', c.purpose, c.units, c.title, c.thread,
            c.set_by, c.set_at
        FROM chat c
        WHERE c.platform = $2 AND c.chat = $3
        ON CONFLICT (platform, chat) DO UPDATE
        -- What the office has said about the new chat itself stands.
        SET purpose = CASE WHEN chat.confirmed THEN chat.purpose ELSE EXCLUDED.purpose END,
            units = CASE WHEN chat.confirmed THEN chat.units ELSE EXCLUDED.units END,
            set_by = CASE WHEN chat.confirmed THEN chat.set_by ELSE EXCLUDED.set_by END,
            set_at = CASE WHEN chat.confirmed THEN chat.set_at ELSE EXCLUDED.set_at END,
            confirmed = chat.confirmed OR EXCLUDED.confirmed,
            title = COALESCE(NULLIF(chat.title, ''), EXCLUDED.title),
            state = 'active',
            version = chat.version + 1
        "#,
        told.new_id,
        told.platform,
        told.chat,
        to,
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        r#"
        UPDATE outbox
        SET chat = $3
        WHERE platform = $1 AND chat = $2 AND state IN ('due', 'sending')
        "#,
        told.platform,
        told.chat,
        to,
    )
    .execute(tx)
    .await
    .map(|_| ())
}

/// What the office says a group is for. Two who set up a chat without a row at the same moment meet at
/// `chat_address_once`.
pub(super) async fn set_up(tx: &mut PgConnection, set: &ChatSet, decision: &Decision) -> sqlx::Result<()> {
    if !set.is_known {
        sqlx::query!(
            "INSERT INTO chat (id, platform, chat, is_private) VALUES ($1, $2, $3, false)",
            set.id,
            set.to.platform,
            set.to.chat,
        )
        .execute(&mut *tx)
        .await?;
    }
    sqlx::query!(
        r#"
        UPDATE chat
        SET purpose = $2,
            units = $3,
            confirmed = $2::text IS NOT NULL,
            thread = $4,
            set_by = $5,
            set_at = $6,
            version = version + 1
        WHERE id = $1
        "#,
        set.id,
        set.purpose.map(Purpose::code),
        &set.units,
        set.to.thread,
        decision.actor.post,
        decision.now.utc,
    )
    .execute(tx)
    .await
    .map(|_| ())
}
