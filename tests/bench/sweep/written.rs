//! What was written since a moment, found in the tables themselves: every row names the transaction that
//! wrote it. So nothing here has to know what a sweep writes.

use anyhow::{Result, ensure};
use sqlx::{AssertSqlSafe, PgPool};

/// One table's rows, each as JSON with all its columns, in the order of their text.
#[derive(Debug, PartialEq, Eq)]
pub struct Written {
    pub table: String,
    pub rows: Vec<String>,
}

/// Before now and after it: a server this young has not run out of transaction numbers.
pub async fn mark(pool: &PgPool) -> Result<i64> {
    Ok(sqlx::query_scalar("SELECT pg_current_xact_id()::text::bigint").fetch_one(pool).await?)
}

/// The rows that were written after a mark and still stand, of every table that has some.
pub async fn since(pool: &PgPool, mark: i64) -> Result<Vec<Written>> {
    let mut written = Vec::new();
    for table in tables(pool).await? {
        let sql = format!(
            "SELECT COALESCE(array_agg(row ORDER BY row), '{{}}')
             FROM (SELECT to_jsonb(t)::text AS row FROM {table} t WHERE t.xmin::text::bigint > $1) found"
        );
        let rows: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql)).bind(mark).fetch_one(pool).await?;
        if !rows.is_empty() {
            written.push(Written { table, rows });
        }
    }
    Ok(written)
}

/// How many rows every table has: what is deleted leaves no other trace.
pub async fn counts(pool: &PgPool) -> Result<Vec<(String, i64)>> {
    let mut counts = Vec::new();
    for table in tables(pool).await? {
        let sql = format!("SELECT count(*) FROM {table}");
        counts.push((table, sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(pool).await?));
    }
    Ok(counts)
}

async fn tables(pool: &PgPool) -> Result<Vec<String>> {
    let sql = "SELECT oid::regclass::text FROM pg_class
               WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
               ORDER BY 1";
    let tables: Vec<String> = sqlx::query_scalar(sql).fetch_all(pool).await?;
    ensure!(!tables.is_empty(), "the ledger has no tables");
    Ok(tables)
}

/// `item 10000, warning 10000 …`
pub fn in_words(written: &[Written]) -> String {
    let each: Vec<String> = written.iter().map(|w| format!("{} {}", w.table, w.rows.len())).collect();
    each.join(", ")
}
