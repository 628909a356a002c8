//! Sealing the audit log, and checking the seals.

use std::pin::pin;

use chrono::{DateTime, Utc};
use futures_util::StreamExt;
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
    /// As PostgreSQL prints jsonb, which is the same for the same value.
    details: String,
}

/// A line as it is hashed: its columns in order, times in microseconds, parted by a character that none
/// of them holds.
fn canonical(line: &Line) -> String {
    let Line { id, at, action, actor_post, actor_account, item, details } = line;
    let at = at.timestamp_micros();
    let or_none = |id: &Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    let (post, item) = (or_none(actor_post), or_none(item));
    let account = actor_account.as_deref().unwrap_or_default();
    format!("{id}\u{1f}{at}\u{1f}{action}\u{1f}{post}\u{1f}{account}\u{1f}{item}\u{1f}{details}")
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
    let last = sqlx::query!("SELECT number, hash FROM audit_seal ORDER BY number DESC LIMIT 1")
        .fetch_optional(&mut *tx)
        .await?;
    let (number, before) = last.map_or((1, String::new()), |last| (last.number + 1, last.hash));
    // Claimed and read in one: what another sealer takes at this moment does not come back.
    let mut lines = sqlx::query_as!(
        Line,
        r#"
        UPDATE audit
        SET seal = $1
        WHERE seal IS NULL
          AND id IN (SELECT a.id FROM audit a WHERE a.seal IS NULL ORDER BY a.id LIMIT $2)
        RETURNING id, at, action, actor_post, actor_account, item, details::text AS "details!"
        "#,
        number,
        ROWS,
    )
    .fetch_all(&mut *tx)
    .await?;
    if !lines.is_empty() {
        lines.sort_unstable_by_key(|line| line.id);
        sqlx::query!(
            "INSERT INTO audit_seal (number, hash, rows, sealed_at) VALUES ($1, $2, $3, $4)",
            number,
            seal_hash(&before, &lines),
            lines.len() as i32,
            now,
        )
        .execute(&mut *tx)
        .await?;
    }
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

/// Recomputes every seal from the first row on, one seal's rows in memory at a time.
pub async fn verify(read: &PgPool) -> sqlx::Result<Chain> {
    let unsealed = sqlx::query_scalar!(r#"SELECT count(*) AS "n!" FROM audit WHERE seal IS NULL"#)
        .fetch_one(read)
        .await?;
    let seals =
        sqlx::query!("SELECT number, hash, rows FROM audit_seal ORDER BY number").fetch_all(read).await?;
    let mut lines = pin!(
        sqlx::query!(
            r#"
            SELECT
                id, at, action, actor_post, actor_account, item, details::text AS "details!", seal AS "seal!"
            FROM audit
            WHERE seal IS NOT NULL
            ORDER BY seal, id
            "#
        )
        .fetch(read)
        .peekable()
    );
    let (mut before, mut rows, mut expected) = (String::new(), 0, 1);
    for seal in &seals {
        let mut under = Vec::new();
        // Errors come through as well: they end the reading at the question mark.
        while let Some(row) =
            lines.as_mut().next_if(|row| row.as_ref().map_or(true, |row| row.seal <= seal.number)).await
        {
            let row = row?;
            if row.seal < seal.number {
                return Ok(Chain::Broken { seal: row.seal });
            }
            under.push(Line {
                id: row.id,
                at: row.at,
                action: row.action,
                actor_post: row.actor_post,
                actor_account: row.actor_account,
                item: row.item,
                details: row.details,
            });
        }
        let fits = seal.number == expected
            && under.len() == seal.rows as usize
            && seal_hash(&before, &under) == seal.hash;
        if !fits {
            return Ok(Chain::Broken { seal: seal.number });
        }
        before.clone_from(&seal.hash);
        rows += under.len() as i64;
        expected += 1;
    }
    match lines.next().await {
        Some(row) => Ok(Chain::Broken { seal: row?.seal }),
        None => Ok(Chain::Whole { seals: seals.len() as i64, rows, unsealed }),
    }
}
