//! What every door knows before the words are read, in one statement: seen before? who speaks, for
//! which unit, in which chat, and which rounds are open.

use sqlx::PgExecutor;

use super::known;
use crate::domain::{ChatFacts, Door, Incoming, Lang, Role, RoundRef, Speaker, UnitRef};

/// The facts of one incoming message.
pub async fn facts(read: impl PgExecutor<'_>, incoming: &Incoming) -> sqlx::Result<Door> {
    let row = sqlx::query!(
        r#"
        SELECT
            EXISTS (SELECT 1 FROM inbox WHERE inbox.account = $1 AND inbox.key = $2) AS "seen!",
            h.id AS "holder?",
            h.version AS "holder_version?",
            h.lang AS "lang?",
            p.id AS "post?",
            p.title AS "post_title?",
            p.role AS "role?",
            u.id AS "unit?",
            u.name AS "unit_name?",
            c.id AS "chat?",
            c.version AS "chat_version?",
            c.confirmed AS "confirmed?",
            c.unit AS "chat_unit?",
            c.state AS "chat_state?",
            f.failures AS "failures?",
            f.since AS "failing_since?",
            ARRAY(SELECT r.id FROM round r WHERE r.is_open ORDER BY r.name) AS "rounds!",
            ARRAY(SELECT r.name FROM round r WHERE r.is_open ORDER BY r.name) AS "round_names!"
        FROM (VALUES (1)) AS one (row)
        LEFT JOIN holder h ON h.platform = $1 AND h.account = $3 AND h.ended_at IS NULL
        LEFT JOIN post p ON p.id = h.post
        LEFT JOIN unit u ON u.id = p.unit
        LEFT JOIN chat c ON c.platform = $1 AND c.chat = $4
        LEFT JOIN bind_failure f ON f.platform = $1 AND f.account = $3
        "#,
        incoming.chat.platform,
        incoming.update_id,
        incoming.account,
        incoming.chat.chat,
    )
    .fetch_one(read)
    .await?;
    let speaker = match (row.holder, row.holder_version, row.post, row.unit) {
        (Some(holder), Some(holder_version), Some(post), Some(unit)) => Some(Speaker {
            holder,
            holder_version,
            post,
            post_title: row.post_title.unwrap_or_default(),
            role: known(Role::from_code, "post", "role", &row.role.unwrap_or_default())?,
            unit: UnitRef { id: unit, name: row.unit_name.unwrap_or_default() },
            lang: Lang::from_code(&row.lang.unwrap_or_default()),
        }),
        _ => None,
    };
    Ok(Door {
        seen: row.seen,
        speaker,
        chat: row.chat.zip(row.chat_version).map(|(id, version)| ChatFacts {
            id,
            version,
            confirmed: row.confirmed.unwrap_or_default(),
            unit: row.chat_unit,
            state: row.chat_state.unwrap_or_default(),
        }),
        rounds: row.rounds.into_iter().zip(row.round_names).map(|(id, name)| RoundRef { id, name }).collect(),
        bind_failures: row.failures.unwrap_or(0),
        bind_failing_since: row.failing_since,
    })
}

/// A binding code by its digest: its post, and whether it can still be used.
pub struct Code {
    pub id: uuid::Uuid,
    pub version: i32,
    pub post: uuid::Uuid,
    pub post_version: i32,
    pub post_title: String,
    pub role: Role,
    pub unit: UnitRef,
    pub is_used: bool,
    pub expires_at: chrono::DateTime<chrono::Utc>,
    /// The present holder of this post on this platform, who would have to go first.
    pub held_by: Option<(uuid::Uuid, i32)>,
}

pub async fn code(read: impl PgExecutor<'_>, digest: &str, platform: &str) -> sqlx::Result<Option<Code>> {
    let row = sqlx::query!(
        r#"
        SELECT
            c.id, c.version, c.expires_at, c.used_by,
            p.id AS post, p.version AS post_version, p.title, p.role,
            u.id AS unit, u.name,
            h.id AS "holder?", h.version AS "holder_version?"
        FROM binding_code c
        JOIN post p ON p.id = c.post
        JOIN unit u ON u.id = p.unit
        LEFT JOIN holder h ON h.post = p.id AND h.platform = $2 AND h.ended_at IS NULL
        WHERE c.digest = $1
        "#,
        digest,
        platform,
    )
    .fetch_optional(read)
    .await?;
    row.map(|row| {
        Ok(Code {
            id: row.id,
            version: row.version,
            post: row.post,
            post_version: row.post_version,
            post_title: row.title,
            role: known(Role::from_code, "post", "role", &row.role)?,
            unit: UnitRef { id: row.unit, name: row.name },
            is_used: row.used_by.is_some(),
            expires_at: row.expires_at,
            held_by: row.holder.zip(row.holder_version),
        })
    })
    .transpose()
}
