//! Lines are added here, by people and by the bot. Every line takes the next number and becomes
//! visible only after all earlier ones.

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use sqlx::types::Json;

use super::line::Words;
use crate::domain::{Attachment, Message};

/// So many lines of one person may wait for the bot: a stuck key must not fill the table.
const PATIENCE: i64 = 20;

/// What a person says or presses.
pub struct NewLine<'a> {
    pub chat: &'a str,
    pub account: &'a str,
    pub name: &'a str,
    pub words: &'a Words,
    pub files: &'a [Attachment],
    pub at: DateTime<Utc>,
}

/// Appends a person's line for the bot to handle. `None` when too many of theirs are waiting.
pub async fn say(work: &PgPool, line: NewLine<'_>) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar!(
        r#"
        WITH next AS (
            UPDATE room_counter
            SET last = last + 1
            WHERE (SELECT count(*) FROM room_line WHERE account = $2 AND NOT handled) < $7
            RETURNING last
        )
        INSERT INTO room_line (seq, chat, account, name, kind, body, at, files)
        SELECT last, $1, $2, $3, $4, $5, $6, $8 FROM next
        RETURNING seq
        "#,
        line.chat,
        line.account,
        line.name,
        line.words.kind(),
        Json(line.words) as _,
        line.at,
        PATIENCE,
        (!line.files.is_empty()).then_some(Json(line.files)) as _,
    )
    .fetch_optional(work)
    .await
}

/// Shows what the bot says. The same outbox row again shows nothing more; returns the line's number.
pub async fn show(
    work: &PgPool,
    outbox: i64,
    chat: &str,
    name: &str,
    message: Message,
    at: DateTime<Utc>,
) -> sqlx::Result<i64> {
    let reply_to = message.reply_to.as_deref().and_then(|line| line.parse::<i64>().ok());
    let words = Words::Answered(message);
    let shown = sqlx::query_scalar!(
        r#"
        WITH next AS (
            UPDATE room_counter SET last = last + 1 RETURNING last
        )
        INSERT INTO room_line (seq, chat, name, kind, body, reply_to, outbox, at, handled)
        SELECT last, $1, $2, $3, $4, $5, $6, $7, true FROM next
        ON CONFLICT (outbox) DO NOTHING
        RETURNING seq
        "#,
        chat,
        name,
        words.kind(),
        Json(&words) as _,
        reply_to,
        outbox,
        at,
    )
    .fetch_optional(work)
    .await?;
    match shown {
        Some(seq) => Ok(seq),
        None => {
            sqlx::query_scalar!("SELECT seq FROM room_line WHERE outbox = $1", outbox).fetch_one(work).await
        }
    }
}

/// Puts other words in the place of what the bot said in this line. Doing it twice shows the same.
pub async fn edit(work: &PgPool, line: i64, chat: &str, message: Message) -> sqlx::Result<()> {
    let words = Words::Answered(message);
    sqlx::query!(
        r#"
        WITH next AS (
            UPDATE room_counter SET last = last + 1 RETURNING last
        )
        UPDATE room_line
        SET body = $3, edited = next.last
        FROM next
        WHERE seq = $1 AND chat = $2 AND kind = 'answered'
        "#,
        line,
        chat,
        Json(&words) as _,
    )
    .execute(work)
    .await
    .map(|_| ())
}

/// Shows the short answer to a press, to whoever pressed. A press nobody made shows nothing.
pub async fn toast(
    work: &PgPool,
    outbox: i64,
    press: i64,
    name: &str,
    text: String,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    let words = Words::Toast(text);
    sqlx::query!(
        r#"
        WITH next AS (
            UPDATE room_counter SET last = last + 1 RETURNING last
        )
        INSERT INTO room_line (seq, chat, account, name, kind, body, outbox, at, handled)
        SELECT next.last, p.chat, p.account, $2, $3, $4, $5, $6, true
        FROM next
        JOIN room_line p ON p.seq = $1 AND p.kind = 'pressed'
        ON CONFLICT (outbox) DO NOTHING
        "#,
        press,
        name,
        words.kind(),
        Json(&words) as _,
        outbox,
        at,
    )
    .execute(work)
    .await
    .map(|_| ())
}

/// The fate of every line up to this number is known.
pub async fn settle(work: &PgPool, up_to: i64) -> sqlx::Result<()> {
    sqlx::query!("UPDATE room_line SET handled = true WHERE NOT handled AND seq <= $1", up_to)
        .execute(work)
        .await
        .map(|_| ())
}
