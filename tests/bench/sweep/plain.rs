//! The other side: plain SQL that writes the very rows a sweep wrote, set-wise in one transaction. The
//! rows lie ready in tables beside the ledger; the statements follow from the rows.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use duban::store::pools;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, PgPool};

use super::written::Written;

/// The warnings alone, and everything.
pub struct Plain {
    pub warnings: Duration,
    pub all: Duration,
}

/// One table's rows, ready to be written.
struct Ready<'w> {
    table: &'w str,
    sql: String,
}

/// Writes the rows into a fresh copy of the ledger.
pub async fn write(url: &str, pool: &PgPool, written: &[Written]) -> Result<Plain> {
    pool.execute("CREATE SCHEMA bench").await?;
    let mut ready = Vec::new();
    for table in written {
        ready.push(make_ready(pool, table).await?);
    }
    pool.execute("VACUUM (ANALYZE)").await?;
    pool.execute("CHECKPOINT").await?;
    // With a committer's settings: both sides find the rows by key.
    let options = pools::commit_options(&pools::options(url)?);
    let mut connection = PgConnection::connect_with(&options).await?;
    let warnings: Vec<&Ready> = ready.iter().filter(|ready| ready.table == "warning").collect();
    let alone = run(&mut connection, &warnings).await?;
    // With what refers to warnings: nothing yet.
    connection.execute("TRUNCATE warning CASCADE").await?;
    connection.execute("CHECKPOINT").await?;
    let all = run(&mut connection, &ready.iter().collect::<Vec<_>>()).await?;
    connection.close().await?;
    Ok(Plain { warnings: alone, all })
}

async fn run(connection: &mut PgConnection, ready: &[&Ready<'_>]) -> Result<Duration> {
    let begun = Instant::now();
    let mut tx = connection.begin().await?;
    for ready in ready {
        tx.execute(sqlx::raw_sql(AssertSqlSafe(ready.sql.clone())))
            .await
            .with_context(|| ready.sql.clone())?;
    }
    tx.commit().await?;
    Ok(begun.elapsed())
}

/// Lays a table's rows beside it and words the statement: an INSERT for new rows, an UPDATE of what has
/// changed for rows that stand.
async fn make_ready<'w>(pool: &PgPool, written: &'w Written) -> Result<Ready<'w>> {
    let table = written.table.as_str();
    pool.execute(AssertSqlSafe(format!("CREATE TABLE bench.{table} (LIKE {table})"))).await?;
    let fill = format!(
        "INSERT INTO bench.{table} SELECT r.* FROM unnest($1::text[]) row, jsonb_populate_record(NULL::{table}, row::jsonb) r"
    );
    sqlx::query(AssertSqlSafe(fill)).bind(&written.rows).execute(pool).await?;
    let key = keys(pool, table).await?;
    let same = key.iter().map(|key| format!("t.{key} = s.{key}")).collect::<Vec<_>>().join(" AND ");
    let meeting = format!("FROM bench.{table} s JOIN {table} t ON {same}");
    let standing: i64 =
        sqlx::query_scalar(AssertSqlSafe(format!("SELECT count(*) {meeting}"))).fetch_one(pool).await?;
    let columns = columns(pool, table).await?;
    if standing == 0 {
        let columns = columns.join(", ");
        let sql = format!(
            "INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM bench.{table}"
        );
        return Ok(Ready { table, sql });
    }
    ensure!(
        standing == written.rows.len() as i64,
        "of the {} rows in {table} {standing} stood before: this program knows tables with new rows and tables with changed ones",
        written.rows.len()
    );
    let compared: Vec<String> =
        columns.iter().map(|c| format!("bool_or(t.{c} IS DISTINCT FROM s.{c}) AS {c}")).collect();
    let compare = format!("SELECT to_jsonb(c) FROM (SELECT {} {meeting}) c", compared.join(", "));
    let differs: Value = sqlx::query_scalar(AssertSqlSafe(compare)).fetch_one(pool).await?;
    let set: Vec<String> = columns
        .iter()
        .filter(|column| differs.get(column.trim_matches('"')) == Some(&Value::Bool(true)))
        .map(|column| format!("{column} = s.{column}"))
        .collect();
    ensure!(!set.is_empty(), "{table} was written without a change");
    Ok(Ready {
        table,
        sql: format!("UPDATE {table} t SET {} FROM bench.{table} s WHERE {same}", set.join(", ")),
    })
}

/// The columns of the primary key.
async fn keys(pool: &PgPool, table: &str) -> Result<Vec<String>> {
    let sql = "SELECT quote_ident(a.attname)
               FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
               WHERE i.indrelid = $1::regclass AND i.indisprimary";
    let keys: Vec<String> = sqlx::query_scalar(sql).bind(table).fetch_all(pool).await?;
    ensure!(!keys.is_empty(), "{table} has no primary key");
    Ok(keys)
}

/// The columns that can be written.
async fn columns(pool: &PgPool, table: &str) -> Result<Vec<String>> {
    let sql = "SELECT quote_ident(attname)
               FROM pg_attribute
               WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
               ORDER BY attnum";
    Ok(sqlx::query_scalar(sql).bind(table).fetch_all(pool).await?)
}
