//! Sealing the audit log, and checking the seals.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::StreamExt;
use sha2::{Digest, Sha256};
use sqlx::{Connection, PgPool};
use uuid::Uuid;

use crate::domain::code::hex;

/// Rows under one seal: enough to keep up, few enough to keep the transaction short.
const ROWS: i64 = 2000;
/// An id that nobody has seen for so long belongs to a transaction that was given up.
const MISSING_FOR: TimeDelta = TimeDelta::days(1);

/// A seal: which rows it covers, and their hash with that of the seal before.
#[derive(Default)]
struct Seal {
    number: i64,
    hash: String,
    rows: i32,
    /// Rows up to this id are covered by this seal or one before …
    last: i64,
    /// … but for these, ascending: ids become visible out of order, and some never.
    missing: Vec<i64>,
}

impl Seal {
    /// The end of the next seal over these lines, and the ids it leaves out. Missing ids up to `given_up`
    /// will not come any more.
    fn beyond(&self, lines: &[Line], given_up: i64) -> (i64, Vec<i64>) {
        let seen: HashSet<i64> = lines.iter().map(|line| line.id).collect();
        let last = lines.last().map_or(self.last, |line| line.id.max(self.last));
        let still = self.missing.iter().copied().filter(|id| *id > given_up);
        let missing = still.chain(self.last + 1..last).filter(|id| !seen.contains(id)).collect();
        (last, missing)
    }
}

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
    let before = sqlx::query_as!(
        Seal,
        "SELECT number, hash, rows, last, missing FROM audit_seal ORDER BY number DESC LIMIT 1",
    )
    .fetch_optional(&mut *tx)
    .await?
    .unwrap_or_default();
    // What the last seal missed, and what came behind it.
    let mut lines = sqlx::query_as!(
        Line,
        r#"
        SELECT
            id AS "id!", at AS "at!", action AS "action!", actor_post, actor_account, item,
            details::text AS "details!"
        FROM audit
        WHERE id = ANY($1)
        UNION ALL
        (
            SELECT id, at, action, actor_post, actor_account, item, details::text
            FROM audit
            WHERE id > $2
            ORDER BY id
            LIMIT $3
        )
        "#,
        &before.missing,
        before.last,
        ROWS,
    )
    .fetch_all(&mut *tx)
    .await?;
    if !lines.is_empty() {
        lines.sort_unstable_by_key(|line| line.id);
        let given_up = sqlx::query_scalar!(
            r#"SELECT COALESCE(max(last), 0) AS "last!" FROM audit_seal WHERE sealed_at < $1"#,
            now - MISSING_FOR,
        )
        .fetch_one(&mut *tx)
        .await?;
        let (last, missing) = before.beyond(&lines, given_up);
        sqlx::query!(
            r#"
            INSERT INTO audit_seal (number, hash, rows, last, missing, sealed_at)
            VALUES ($1, $2, $3, $4, $5, $6)
            "#,
            before.number + 1,
            seal_hash(&before.hash, &lines),
            lines.len() as i32,
            last,
            &missing,
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

/// Recomputes every seal from the first row on, one seal's rows in memory at a time, and what came late.
pub async fn verify(read: &PgPool) -> sqlx::Result<Chain> {
    let seals =
        sqlx::query_as!(Seal, "SELECT number, hash, rows, last, missing FROM audit_seal ORDER BY number")
            .fetch_all(read)
            .await?;
    let mut lines = sqlx::query_as!(
        Line,
        r#"
        SELECT id, at, action, actor_post, actor_account, item, details::text AS "details!"
        FROM audit
        ORDER BY id
        "#
    )
    .fetch(read);
    let (mut before, mut rows, mut unsealed) = (String::new(), 0, 0);
    // Lines that a later seal covers than the one their id falls under.
    let mut late: HashMap<usize, Vec<Line>> = HashMap::new();
    let mut next = lines.next().await.transpose()?;
    for (at, seal) in seals.iter().enumerate() {
        let mut under = late.remove(&at).unwrap_or_default();
        while let Some(line) = next.take_if(|line| line.id <= seal.last) {
            match (at..seals.len()).find(|n| seals[*n].missing.binary_search(&line.id).is_err()) {
                Some(n) if n == at => under.push(line),
                Some(n) => late.entry(n).or_default().push(line),
                None => unsealed += 1,
            }
            next = lines.next().await.transpose()?;
        }
        under.sort_unstable_by_key(|line| line.id);
        let fits = seal.number == at as i64 + 1
            && under.len() == seal.rows as usize
            && seal_hash(&before, &under) == seal.hash;
        if !fits {
            return Ok(Chain::Broken { seal: seal.number });
        }
        before.clone_from(&seal.hash);
        rows += under.len() as i64;
    }
    while next.is_some() {
        unsealed += 1;
        next = lines.next().await.transpose()?;
    }
    Ok(Chain::Whole { seals: seals.len() as i64, rows, unsealed })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(id: i64) -> Line {
        Line {
            id,
            at: DateTime::UNIX_EPOCH,
            action: "report".into(),
            actor_post: None,
            actor_account: None,
            item: None,
            details: "{}".into(),
        }
    }

    #[test]
    fn a_seal_remembers_what_it_did_not_see_until_it_can_no_longer_come() {
        let first = Seal { last: 10, missing: vec![3, 7], ..Seal::default() };
        assert_eq!(first.beyond(&[line(7), line(12), line(14)], 0), (14, vec![3, 11, 13]));
        assert_eq!(first.beyond(&[line(11)], 5), (11, vec![7]));
        assert_eq!(first.beyond(&[line(3)], 0), (10, vec![7]));
    }
}
