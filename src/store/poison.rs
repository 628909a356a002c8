//! Updates that made us fail: counted by their key; the fifth time recorded for the office.

use chrono::{DateTime, Utc};
use sqlx::PgPool;

use crate::domain::Origin;
use crate::domain::code::hex;

/// After so many failures an update is recorded and settled: it must not block its chat for ever.
pub const ENOUGH: i32 = 5;
/// What is kept of an error's text.
const ERROR_CHARS: usize = 500;

pub struct Poisoned {
    pub is_recorded: bool,
    /// A short code that people can read out on the telephone.
    pub reference: String,
}

/// One more failure of this update.
pub async fn count(
    work: &PgPool,
    origin: &Origin,
    error: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<Poisoned> {
    let reference = hex(&rand::random::<[u8; 3]>());
    let error: String = error.chars().take(ERROR_CHARS).collect();
    let row = sqlx::query!(
        r#"
        INSERT INTO poison (account, key, failures, reference, error, last_at)
        VALUES ($1, $2, 1, $3, $4, $5)
        ON CONFLICT (account, key) DO UPDATE
        SET failures = poison.failures + 1,
            error = EXCLUDED.error,
            last_at = EXCLUDED.last_at,
            recorded_at = CASE WHEN poison.failures + 1 >= $6 THEN EXCLUDED.last_at END
        RETURNING failures, reference
        "#,
        origin.account,
        origin.key,
        reference,
        error,
        now,
        ENOUGH,
    )
    .fetch_one(work)
    .await?;
    Ok(Poisoned { is_recorded: row.failures >= ENOUGH, reference: row.reference })
}

/// A body that came rightly signed and could not be read: recorded at once.
pub async fn record_unreadable(
    work: &PgPool,
    account: &str,
    body_digest: &str,
    error: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let reference = hex(&rand::random::<[u8; 3]>());
    let error: String = error.chars().take(ERROR_CHARS).collect();
    sqlx::query!(
        r#"
        INSERT INTO poison (account, key, failures, reference, error, recorded_at, last_at)
        VALUES ($1, 'unreadable/' || $2, 1, $3, $4, $5, $5)
        ON CONFLICT (account, key) DO UPDATE
        SET failures = poison.failures + 1, last_at = EXCLUDED.last_at
        "#,
        account,
        body_digest,
        reference,
        error,
        now,
    )
    .execute(work)
    .await
    .map(|_| ())
}

/// What was given up lately: reference, account, failures.
pub async fn recorded(read: &PgPool) -> sqlx::Result<Vec<(String, String, i32)>> {
    let rows = sqlx::query!(
        r#"
        SELECT reference, account, failures
        FROM poison
        WHERE recorded_at IS NOT NULL
        ORDER BY recorded_at DESC
        LIMIT 20
        "#
    )
    .fetch_all(read)
    .await?;
    Ok(rows.into_iter().map(|row| (row.reference, row.account, row.failures)).collect())
}
