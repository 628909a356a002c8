//! Sealing the audit log, and checking the seals.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::{Connection, PgPool};
use uuid::Uuid;

use crate::domain::code::hex;

/// Rows under one seal: enough to keep up, few enough to keep the transaction short.
const ROWS: i64 = 2000;

struct Line {
    id: i64,
    at: DateTime<Utc>,
    action: String,
    actor_post: Option<Uuid>,
    actor_account: Option<String>,
    item: Option<Uuid>,
    details: Value,
}

/// A line as it is hashed: one canonical JSON array, times in microseconds.
fn canonical(line: &Line) -> String {
    json!([
        line.id,
        line.at.to_rfc3339_opts(SecondsFormat::Micros, true),
        line.action,
        line.actor_post,
        line.actor_account,
        line.item,
        line.details,
    ])
    .to_string()
}

fn seal_hash(before: &str, lines: &[Line]) -> String {
    let mut hash = Sha256::new();
    hash.update(before);
    for line in lines {
        hash.update(canonical(line));
        hash.update("\n");
    }
    hex(&hash.finalize())
}

/// Turns refusals of finished minutes into audit rows, then seals what is unsealed. Returns how many
/// rows were sealed. Two sealers at once: the second fails on the seal's number and changes nothing.
pub async fn seal(work: &PgPool, ledger_now: DateTime<Utc>, now: DateTime<Utc>) -> sqlx::Result<usize> {
    let mut conn = work.acquire().await?;
    let mut tx = conn.begin().await?;
    sqlx::query!(
        r#"
        WITH finished AS (
            DELETE FROM refusal WHERE minute < date_trunc('minute', $1::timestamptz)
            RETURNING minute, platform, account, what, item, count
        )
        INSERT INTO audit (at, action, actor_account, item, details)
        SELECT
            minute, 'refused', platform || ':' || account,
            NULLIF(item, '00000000-0000-0000-0000-000000000000'),
            jsonb_build_object('what', what, 'count', count)
        FROM finished
        "#,
        ledger_now,
    )
    .execute(&mut *tx)
    .await?;
    let lines = sqlx::query_as!(
        Line,
        r#"
        SELECT id, at, action, actor_post, actor_account, item, details
        FROM audit
        WHERE seal IS NULL
        ORDER BY id
        LIMIT $1
        "#,
        ROWS,
    )
    .fetch_all(&mut *tx)
    .await?;
    if lines.is_empty() {
        tx.commit().await?;
        return Ok(0);
    }
    let last = sqlx::query!("SELECT number, hash FROM audit_seal ORDER BY number DESC LIMIT 1")
        .fetch_optional(&mut *tx)
        .await?;
    let (number, before) = last.map_or((1, String::new()), |last| (last.number + 1, last.hash));
    sqlx::query!(
        "INSERT INTO audit_seal (number, hash, rows, sealed_at) VALUES ($1, $2, $3, $4)",
        number,
        seal_hash(&before, &lines),
        lines.len() as i32,
        now,
    )
    .execute(&mut *tx)
    .await?;
    let ids: Vec<i64> = lines.iter().map(|line| line.id).collect();
    sqlx::query!("UPDATE audit SET seal = $1 WHERE id = ANY($2) AND seal IS NULL", number, &ids)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(lines.len())
}

/// The state of the chain.
#[derive(Debug, PartialEq, Eq)]
pub enum Chain {
    /// Every seal fits: how many seals, rows sealed, rows not sealed yet.
    Whole { seals: i64, rows: i64, unsealed: i64 },
    /// The first seal that does not fit its rows or its predecessor.
    Broken { seal: i64 },
}

/// Recomputes every seal from the first row on, one seal in memory at a time.
pub async fn verify(read: &PgPool) -> sqlx::Result<Chain> {
    let unsealed = sqlx::query_scalar!(r#"SELECT count(*) AS "n!" FROM audit WHERE seal IS NULL"#)
        .fetch_one(read)
        .await?;
    let seals =
        sqlx::query!("SELECT number, hash, rows FROM audit_seal ORDER BY number").fetch_all(read).await?;
    let (mut before, mut rows, mut expected) = (String::new(), 0, 1);
    for seal in &seals {
        let lines = sqlx::query_as!(
            Line,
            r#"
            SELECT id, at, action, actor_post, actor_account, item, details
            FROM audit
            WHERE seal = $1
            ORDER BY id
            "#,
            seal.number,
        )
        .fetch_all(read)
        .await?;
        let fits = seal.number == expected
            && lines.len() == seal.rows as usize
            && seal_hash(&before, &lines) == seal.hash;
        if !fits {
            return Ok(Chain::Broken { seal: seal.number });
        }
        before.clone_from(&seal.hash);
        rows += lines.len() as i64;
        expected += 1;
    }
    Ok(Chain::Whole { seals: seals.len() as i64, rows, unsealed })
}
