//! Documents: appended when they are asked for, with the job that makes them, and again when that has ended.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use crate::domain::document::{MadeDocument, NewDocument};

pub(super) async fn ask(tx: &mut PgConnection, new: &NewDocument, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        WITH line AS (
            INSERT INTO job (kind, subject, next_try_at, created_at)
            VALUES ('document', $1, clock_timestamp(), clock_timestamp())
        )
        INSERT INTO document
            (id, paper, format, round, subject, label, as_of, post, platform, chat, thread, lang, asked_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        "#,
        new.id,
        new.paper,
        new.format.code(),
        new.round,
        new.subject,
        new.label,
        new.as_of,
        new.post,
        new.chat.platform,
        new.chat.chat,
        new.chat.thread,
        new.lang.code(),
        now,
    )
    .execute(tx)
    .await
    .map(|_| ())
}

pub(super) async fn made(
    tx: &mut PgConnection,
    document: Uuid,
    made: &MadeDocument,
    known_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        INSERT INTO document_end (document, is_made, name, mime, sha256, bytes, rows, basis, figures, known_at)
        VALUES ($1, true, $2, $3, $4, $5, $6, $7, $8, $9)
        "#,
        document,
        made.file.name,
        made.file.mime,
        made.file.sha256,
        i64::try_from(made.file.bytes).unwrap_or(i64::MAX),
        i64::try_from(made.rows).unwrap_or(i64::MAX),
        made.basis,
        Json(&made.figures) as _,
        known_at,
    )
    .execute(tx)
    .await
    .map(|_| ())
}

pub(super) async fn failed(
    tx: &mut PgConnection,
    document: Uuid,
    reason: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO document_end (document, is_made, reason, known_at) VALUES ($1, false, $2, $3)",
        document,
        reason,
        now,
    )
    .execute(tx)
    .await
    .map(|_| ())
}
