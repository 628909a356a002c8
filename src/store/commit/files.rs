//! Files as evidence: appended when they are sent, placed when their item is known, settled when they
//! were fetched; and the jobs that fetch them.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::domain::attachment::{FileNext, JobKind, NewFile, Settled};
use crate::domain::decision::Aggregate;

pub(super) async fn lock(
    tx: &mut PgConnection,
    files: &[Uuid],
    held: &mut HashMap<(Aggregate, Uuid), i32>,
) -> sqlx::Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    let rows = sqlx::query!(
        "SELECT id, version FROM attachment WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED",
        files,
    )
    .fetch_all(tx)
    .await?;
    held.extend(rows.into_iter().map(|row| ((Aggregate::File, row.id), row.version)));
    Ok(())
}

pub(super) async fn add(tx: &mut PgConnection, file: &NewFile) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        INSERT INTO attachment
            (id, item, report, unit, post, platform, chat, thread, account, album, file, unique_file, name,
             note, shape, said_mime, said_bytes, stage, state, reason, sent_at, answer)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
        "#,
        file.id,
        file.place.map(|place| place.item),
        file.place.and_then(|place| place.report),
        file.unit,
        file.post,
        file.chat.platform,
        file.chat.chat,
        file.chat.thread,
        file.account,
        file.sent.album,
        file.sent.file,
        file.sent.unique,
        file.sent.name,
        file.note,
        file.sent.shape.code(),
        file.sent.mime,
        file.sent.bytes.and_then(|bytes| i64::try_from(bytes).ok()),
        file.stage.map(|stage| stage.code()),
        file.state.code(),
        file.reason,
        file.sent_at,
        file.place.and_then(|place| place.answer),
    )
    .execute(tx)
    .await
    .map(|_| ())
}

pub(super) async fn change(tx: &mut PgConnection, file: Uuid, next: &FileNext) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        UPDATE attachment
        SET item = $2,
            report = $3,
            stage = $4,
            state = $5,
            answer = $6,
            -- What is refused keeps no name, and cannot be fetched any more.
            name = CASE WHEN $5 = 'refused' THEN '' ELSE name END,
            note = CASE WHEN $5 = 'refused' THEN '' ELSE note END,
            file = CASE WHEN $5 = 'refused' THEN '' ELSE file END,
            version = version + 1
        WHERE id = $1
        "#,
        file,
        next.place.map(|place| place.item),
        next.place.and_then(|place| place.report),
        next.stage.map(|stage| stage.code()),
        next.state.code(),
        next.place.and_then(|place| place.answer),
    )
    .execute(tx)
    .await
    .map(|_| ())
}

pub(super) async fn settle(
    tx: &mut PgConnection,
    file: Uuid,
    settled: &Settled,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let kept = settled.kept.as_ref();
    sqlx::query!(
        r#"
        UPDATE attachment
        SET state = $2,
            reason = $3,
            sha256 = $4,
            bytes = $5,
            mime = $6,
            settled_at = $7,
            version = version + 1
        WHERE id = $1
        "#,
        file,
        settled.state.code(),
        settled.reason,
        kept.map(|kept| kept.sha256.as_str()),
        kept.and_then(|kept| i64::try_from(kept.bytes).ok()),
        kept.map(|kept| kept.mime),
        now,
    )
    .execute(tx)
    .await
    .map(|_| ())
}

/// Puts work in line; the same work once.
pub(super) async fn add_job(
    tx: &mut PgConnection,
    kind: JobKind,
    subject: Uuid,
    wait: TimeDelta,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        INSERT INTO job (kind, subject, next_try_at, created_at)
        VALUES ($1, $2, clock_timestamp() + $3::bigint * interval '1 millisecond', clock_timestamp())
        ON CONFLICT (kind, subject) DO NOTHING
        "#,
        kind.code(),
        subject,
        wait.num_milliseconds(),
    )
    .execute(tx)
    .await
    .map(|_| ())
}

/// Forgets one batch of files that belong to no item and were sent before this (ledger) time.
pub async fn forget_unplaced(work: &PgPool, before: DateTime<Utc>) -> sqlx::Result<u64> {
    let gone = sqlx::query!(
        r#"
        DELETE FROM attachment
        WHERE id IN (
            SELECT id
            FROM attachment
            -- What has still to leave the folder is known until it has left.
            WHERE item IS NULL AND sent_at < $1 AND sha256 IS NULL
            LIMIT 1000
        )
        "#,
        before,
    )
    .execute(work)
    .await?;
    Ok(gone.rows_affected())
}
