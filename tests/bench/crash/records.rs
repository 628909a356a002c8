//! What the tables say of every update, found by the number in its text.

use std::collections::HashMap;

use anyhow::Result;
use sqlx::PgPool;

/// One answer of the outbox.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Answer {
    pub serial: i32,
    pub state: String,
    pub attempts: i32,
    pub on_doubt: String,
}

/// Answers that have not left.
pub async fn waiting(pool: &PgPool) -> Result<i64> {
    let waiting = "SELECT count(*) FROM outbox WHERE state IN ('due', 'sending')";
    Ok(sqlx::query_scalar(waiting).fetch_one(pool).await?)
}

/// Rows of the ledger per update: one effect each is what is promised.
pub async fn reports(pool: &PgPool) -> Result<HashMap<u32, i64>> {
    let rows: Vec<(i32, i64)> = sqlx::query_as(
        "SELECT substring(text FROM '（记(\\d+)）')::integer AS serial, count(*) FROM report GROUP BY 1",
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|(serial, rows)| (serial as u32, rows)).collect())
}

pub async fn answers(pool: &PgPool) -> Result<Vec<Answer>> {
    let sql = r#"
        SELECT COALESCE(substring(payload::text FROM '（记(\d+)）')::integer, 0) AS serial, state, attempts, on_doubt
        FROM outbox
        ORDER BY seq
    "#;
    Ok(sqlx::query_as(sql).fetch_all(pool).await?)
}

/// Number, version and percent of every item.
pub async fn items(pool: &PgPool) -> Result<Vec<(i32, i32, i16)>> {
    Ok(sqlx::query_as("SELECT number, version, percent FROM item ORDER BY number").fetch_all(pool).await?)
}

/// Reports whose version is not followed by the next one's: a hole in an item's history.
pub async fn holes(pool: &PgPool) -> Result<i64> {
    let sql = r#"
        SELECT count(*)
        FROM item i
        WHERE i.version - 1 <> (SELECT count(*) FROM report r WHERE r.item = i.id)
           OR i.version - 1 <> (SELECT count(*) FROM item_history h WHERE h.item = i.id AND h.version > 1)
    "#;
    Ok(sqlx::query_scalar(sql).fetch_one(pool).await?)
}

pub async fn count(pool: &PgPool, table: &str, condition: &str) -> Result<i64> {
    let sql = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table} WHERE {condition}"));
    Ok(sqlx::query_scalar(sql).fetch_one(pool).await?)
}
