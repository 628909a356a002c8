//! Lines are read here: by the bot, by a page, and by the live stream.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgPool;
use sqlx::types::Json;

use super::line::{Line, Quote, Words};
use crate::domain::{Attachment, Message};

/// Lines of one page of a chat, and of one step of every other reader.
pub const PAGE: i64 = 100;

struct Row {
    seq: i64,
    chat: String,
    account: Option<String>,
    name: String,
    body: Json<Words>,
    files: Option<Json<Vec<Attachment>>>,
    at: DateTime<Utc>,
    edited: Option<i64>,
    quote: Option<i64>,
    quote_name: Option<String>,
    quote_body: Option<Json<Words>>,
}

impl From<Row> for Line {
    fn from(row: Row) -> Line {
        let quote = match (row.quote, row.quote_name, row.quote_body) {
            (Some(seq), Some(name), Some(Json(words))) => Some(Quote { seq, name, words }),
            _ => None,
        };
        Line {
            seq: row.seq,
            chat: row.chat,
            // A toast stands under the account that may see it, but it is the bot that speaks.
            account: row.account.filter(|_| !matches!(row.body.0, Words::Toast(_))),
            name: row.name,
            words: row.body.0,
            files: row.files.map_or_else(Vec::new, |files| files.0),
            at: row.at,
            quote,
            edited: row.edited,
        }
    }
}

/// What people said and the bot has not settled yet, oldest first.
pub async fn unhandled(work: &PgPool) -> sqlx::Result<Vec<Line>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        SELECT
            seq, chat, account, name, body AS "body: Json<Words>", files AS "files: Json<Vec<Attachment>>", at, edited,
            NULL::bigint AS quote, NULL::text AS quote_name, NULL::jsonb AS "quote_body: Json<Words>"
        FROM room_line
        WHERE NOT handled
        ORDER BY seq
        LIMIT $1
        "#,
        PAGE,
    )
    .fetch_all(work)
    .await?;
    Ok(rows.into_iter().map(Line::from).collect())
}

/// The last page of a chat, or the page before a line; oldest line first.
pub async fn transcript(read: &PgPool, chat: &str, before: Option<i64>) -> sqlx::Result<Vec<Line>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        SELECT
            l.seq, l.chat, l.account, l.name, l.body AS "body: Json<Words>", l.files AS "files: Json<Vec<Attachment>>", l.at, l.edited,
            q.seq AS "quote?", q.name AS "quote_name?", q.body AS "quote_body?: Json<Words>"
        FROM room_line l
        LEFT JOIN room_line q ON q.seq = l.reply_to AND q.chat = l.chat
        WHERE l.chat = $1
          AND l.seq < $2
          AND l.kind <> 'toast'
        ORDER BY l.seq DESC
        LIMIT $3
        "#,
        chat,
        before.unwrap_or(i64::MAX),
        PAGE,
    )
    .fetch_all(read)
    .await?;
    Ok(rows.into_iter().rev().map(Line::from).collect())
}

/// What follows a line in a chat, for one reader: toasts are seen by whom they are for.
pub async fn following(read: &PgPool, chat: &str, after: i64, reader: &str) -> sqlx::Result<Vec<Line>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        SELECT
            l.seq, l.chat, l.account, l.name, l.body AS "body: Json<Words>", l.files AS "files: Json<Vec<Attachment>>", l.at, l.edited,
            q.seq AS "quote?", q.name AS "quote_name?", q.body AS "quote_body?: Json<Words>"
        FROM room_line l
        LEFT JOIN room_line q ON q.seq = l.reply_to AND q.chat = l.chat
        WHERE l.chat = $1
          AND l.seq > $2
          AND (l.kind <> 'toast' OR l.account = $3)
        ORDER BY l.seq
        LIMIT $4
        "#,
        chat,
        after,
        reader,
        PAGE,
    )
    .fetch_all(read)
    .await?;
    Ok(rows.into_iter().map(Line::from).collect())
}

/// Lines of a chat that were edited after a number, in the order of their edits.
pub async fn edited(read: &PgPool, chat: &str, after: i64) -> sqlx::Result<Vec<Line>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        SELECT
            l.seq, l.chat, l.account, l.name, l.body AS "body: Json<Words>", l.files AS "files: Json<Vec<Attachment>>", l.at, l.edited,
            q.seq AS "quote?", q.name AS "quote_name?", q.body AS "quote_body?: Json<Words>"
        FROM room_line l
        LEFT JOIN room_line q ON q.seq = l.reply_to AND q.chat = l.chat
        WHERE l.chat = $1
          AND l.edited > $2
        ORDER BY l.edited
        LIMIT $3
        "#,
        chat,
        after,
        PAGE,
    )
    .fetch_all(read)
    .await?;
    Ok(rows.into_iter().map(Line::from).collect())
}

/// The number of the last line of all.
pub async fn last_number(read: &PgPool) -> sqlx::Result<i64> {
    sqlx::query_scalar!("SELECT last FROM room_counter").fetch_one(read).await
}

/// What the bot said in this very line, so that a press is compared with what was really shown.
pub async fn answered_line(read: &PgPool, chat: &str, seq: i64) -> sqlx::Result<Option<Message>> {
    let body = sqlx::query_scalar!(
        r#"
        SELECT body AS "body: Json<Words>"
        FROM room_line
        WHERE seq = $2
          AND chat = $1
          AND kind = 'answered'
        "#,
        chat,
        seq,
    )
    .fetch_optional(read)
    .await?;
    Ok(body.and_then(|Json(words)| match words {
        Words::Answered(message) => Some(message),
        _ => None,
    }))
}

/// The last line of a chat that its reader has not written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Latest {
    pub chat: String,
    pub reader: String,
    pub seq: i64,
}

/// The newest line of each chat for a reader (pairs of chat and account).
pub async fn latest(read: &PgPool, readers: &[(String, String)]) -> sqlx::Result<Vec<Latest>> {
    let (chats, accounts): (Vec<String>, Vec<String>) = readers.iter().cloned().unzip();
    sqlx::query_as!(
        Latest,
        r#"
        SELECT r.chat AS "chat!", r.reader AS "reader!", l.seq
        FROM unnest($1::text[], $2::text[]) AS r (chat, reader)
        CROSS JOIN LATERAL (
            SELECT seq
            FROM room_line
            WHERE room_line.chat = r.chat
              AND kind <> 'toast'
              AND account IS DISTINCT FROM r.reader
            ORDER BY seq DESC
            LIMIT 1
        ) AS l
        ORDER BY r.chat, r.reader
        "#,
        &chats,
        &accounts,
    )
    .fetch_all(read)
    .await
}
