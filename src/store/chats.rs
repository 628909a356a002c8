//! Chats as the office sees them: what each is for, and which are lost.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;
use uuid::Uuid;

use crate::domain::UnitRef;
use crate::domain::people::Purpose;

/// One chat, in full.
#[derive(Debug, Clone)]
pub struct Chat {
    pub id: Uuid,
    pub version: i32,
    pub platform: String,
    pub chat: String,
    pub title: String,
    pub is_private: bool,
    pub confirmed: bool,
    pub purpose: Option<Purpose>,
    pub units: Vec<UnitRef>,
    pub state: String,
    /// The title of the post that set it up, and when.
    pub set_by: Option<String>,
    pub set_at: Option<DateTime<Utc>>,
}

/// `chats!("WHERE …", arguments…)`: the chats that match.
macro_rules! chats {
    ($read:expr, $tail:tt, $($argument:expr),*) => {{
        let rows = sqlx::query!(
            r#"
            SELECT
                c.id, c.version, c.platform, c.chat, c.title, c.is_private, c.confirmed, c.purpose, c.state,
                p.title AS "set_by?", c.set_at,
                ARRAY(SELECT u.id FROM unit u WHERE u.id = ANY (c.units) ORDER BY u.code) AS "units!",
                ARRAY(SELECT u.name FROM unit u WHERE u.id = ANY (c.units) ORDER BY u.code) AS "names!"
            FROM chat c
            LEFT JOIN post p ON p.id = c.set_by
            "# + $tail,
            $($argument),*
        )
        .fetch_all($read)
        .await?;
        rows.into_iter()
            .map(|row| Chat {
                id: row.id,
                version: row.version,
                platform: row.platform,
                chat: row.chat,
                title: row.title,
                is_private: row.is_private,
                confirmed: row.confirmed,
                purpose: row.purpose.as_deref().and_then(Purpose::from_code),
                units: row.units.into_iter().zip(row.names).map(|(id, name)| UnitRef { id, name }).collect(),
                state: row.state,
                set_by: row.set_by,
                set_at: row.set_at,
            })
            .collect::<Vec<_>>()
    }};
}

/// The chat at this address.
pub async fn at(read: impl PgExecutor<'_>, platform: &str, chat: &str) -> sqlx::Result<Option<Chat>> {
    Ok(chats!(read, "WHERE c.platform = $1 AND c.chat = $2", platform, chat).pop())
}

/// Groups by the last letters of their key, as buttons name them.
pub async fn by_reference(read: impl PgExecutor<'_>, reference: &str) -> sqlx::Result<Vec<Chat>> {
    Ok(chats!(read, "WHERE right(c.id::text, 8) = $1 AND NOT c.is_private", reference))
}

/// The groups the bot is in, those that wait for the office first.
pub async fn groups(read: impl PgExecutor<'_>, at_most: i64) -> sqlx::Result<Vec<Chat>> {
    Ok(chats!(
        read,
        "WHERE NOT c.is_private AND c.state = 'active' ORDER BY c.confirmed, c.title, c.id LIMIT $1",
        at_most
    ))
}

/// Chats that are wanted and cannot be spoken in: confirmed groups the bot was put out of, and private
/// chats that present holders have blocked.
pub async fn lost(read: impl PgExecutor<'_>) -> sqlx::Result<Vec<Chat>> {
    Ok(chats!(
        read,
        "WHERE (c.state = 'removed' AND c.confirmed)
            OR (c.state = 'blocked' AND EXISTS (
                SELECT 1
                FROM holder h
                WHERE h.platform = c.platform AND h.account = c.chat AND h.ended_at IS NULL
            ))
         ORDER BY c.platform, c.chat
         LIMIT $1",
        50
    ))
}

/// How many groups wait for the office to say what they are for.
pub async fn waiting(read: impl PgExecutor<'_>) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"
        SELECT count(*) AS "groups!"
        FROM chat
        WHERE NOT is_private AND NOT confirmed AND state = 'active' AND platform <> 'room'
        "#
    )
    .fetch_one(read)
    .await
}

/// What is lost with a chat: whose it is, and how it stood before.
#[derive(Debug, Clone)]
pub struct Loss {
    pub state: Option<String>,
    pub purpose: Option<Purpose>,
    /// The title of a group that the office has confirmed.
    pub group: Option<String>,
    /// The title of the post whose holder talks there in private.
    pub holder: Option<String>,
}

pub async fn loss(read: impl PgExecutor<'_>, platform: &str, chat: &str) -> sqlx::Result<Loss> {
    let row = sqlx::query!(
        r#"
        SELECT
            c.state AS "state?",
            c.purpose AS "purpose?",
            CASE WHEN c.confirmed THEN COALESCE(NULLIF(c.title, ''), c.chat) END AS title,
            p.title AS "holder?"
        FROM (VALUES (1)) AS one (row)
        LEFT JOIN chat c ON c.platform = $1 AND c.chat = $2
        LEFT JOIN holder h ON h.platform = $1 AND h.account = $2 AND h.ended_at IS NULL
        LEFT JOIN post p ON p.id = h.post
        "#,
        platform,
        chat,
    )
    .fetch_one(read)
    .await?;
    Ok(Loss {
        state: row.state,
        purpose: row.purpose.as_deref().and_then(Purpose::from_code),
        group: row.title,
        holder: row.holder,
    })
}
