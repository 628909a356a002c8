//! What people are being asked: one row per person and chat, gone when it is answered.

use std::collections::HashMap;

use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::decision::{Aggregate, Effect};

pub(super) async fn lock(
    tx: &mut PgConnection,
    dialogues: &[Uuid],
    held: &mut HashMap<(Aggregate, Uuid), i32>,
) -> sqlx::Result<()> {
    if dialogues.is_empty() {
        return Ok(());
    }
    let rows = sqlx::query!(
        "SELECT id, version FROM dialogue WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED",
        dialogues,
    )
    .fetch_all(tx)
    .await?;
    held.extend(rows.into_iter().map(|row| ((Aggregate::Dialogue, row.id), row.version)));
    Ok(())
}

/// The next question of a dialogue. A first one that another message has begun at the same moment
/// violates `dialogue_one_each`.
pub(super) async fn ask(tx: &mut PgConnection, effect: &Effect) -> sqlx::Result<()> {
    let Effect::Asked { dialogue, is_new, holder, chat, step, expires_at } = effect else { return Ok(()) };
    let step = serde_json::to_value(step).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    if *is_new {
        sqlx::query!(
            "INSERT INTO dialogue (id, holder, chat, step, expires_at) VALUES ($1, $2, $3, $4, $5)",
            dialogue,
            holder,
            chat,
            step,
            expires_at,
        )
        .execute(tx)
        .await?;
    } else {
        sqlx::query!(
            "UPDATE dialogue SET step = $2, expires_at = $3, version = version + 1 WHERE id = $1",
            dialogue,
            step,
            expires_at,
        )
        .execute(tx)
        .await?;
    }
    Ok(())
}

pub(super) async fn end(tx: &mut PgConnection, dialogue: Uuid) -> sqlx::Result<()> {
    sqlx::query!("DELETE FROM dialogue WHERE id = $1", dialogue).execute(tx).await.map(|_| ())
}
