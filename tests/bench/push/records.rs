//! What the tables say of every message, found by the number in its text.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use sqlx::PgPool;

use super::backlog;

/// One row of the outbox.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    text: String,
    pub state: String,
    pub attempts: i32,
}

/// The rows of our messages, by number.
pub async fn rows(pool: &PgPool) -> Result<BTreeMap<u32, Row>> {
    let sql = "SELECT payload::text AS text, state, attempts FROM outbox WHERE kind = 'answer'";
    let rows: Vec<Row> = sqlx::query_as(sql).fetch_all(pool).await?;
    rows.into_iter()
        .map(|row| Ok((backlog::number(&row.text).context("a row without a number")?, row)))
        .collect()
}

/// Messages that have not left.
pub async fn waiting(pool: &PgPool) -> Result<i64> {
    let sql = "SELECT count(*) FROM outbox WHERE kind = 'answer' AND state IN ('due', 'sending')";
    Ok(sqlx::query_scalar(sql).fetch_one(pool).await?)
}

/// How many rows of any kind are in a state.
pub async fn in_state(pool: &PgPool, state: &str) -> Result<i64> {
    let sql = "SELECT count(*) FROM outbox WHERE state = $1";
    Ok(sqlx::query_scalar(sql).bind(state).fetch_one(pool).await?)
}
