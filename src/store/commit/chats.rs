//! Chats as platforms tell of them: added, removed, blocked, moved.

use std::collections::HashMap;

use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::decision::{Aggregate, ChatTold};

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
        INSERT INTO chat (id, platform, chat, is_private, unit, confirmed, state, moved_to)
        VALUES ($1, $2, $3, $4, $7, $8, $5, $6)
        ON CONFLICT (platform, chat) DO UPDATE
        SET state = EXCLUDED.state,
            moved_to = COALESCE(EXCLUDED.moved_to, chat.moved_to),
            version = chat.version + 1
        "#,
        told.id,
        told.platform,
        told.chat,
        told.private,
        told.state,
        told.moved_to,
        told.unit,
        told.confirmed,
    )
    .execute(&mut *tx)
    .await?;
    let Some(to) = &told.moved_to else { return Ok(()) };
    sqlx::query!(
        r#"
        INSERT INTO chat (id, platform, chat, is_private, unit, confirmed, state)
        SELECT $1, c.platform, $4, c.is_private, c.unit, c.confirmed, 'active'
        FROM chat c
        WHERE c.platform = $2 AND c.chat = $3
        ON CONFLICT (platform, chat) DO UPDATE
        SET unit = COALESCE(chat.unit, EXCLUDED.unit),
            confirmed = chat.confirmed OR EXCLUDED.confirmed,
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
