//! Which statements cost PostgreSQL most, by its own count.

use anyhow::{Context, Result};
use sqlx::PgPool;

use super::world::World;

/// Loads PostgreSQL's counter, which needs a new start of the server.
pub async fn install(world: &mut World) -> Result<()> {
    world.run("postgres", "ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'").await?;
    world.stop().await?;
    world.reopen().await?;
    world
        .run("postgres", "CREATE EXTENSION pg_stat_statements")
        .await
        .context("pg_stat_statements comes with PostgreSQL's contrib package")
}

/// The costliest statements of the service's database, in one table.
pub async fn show(pool: &PgPool) -> Result<()> {
    // The extension stands in another database; its counts are of all.
    sqlx::query("CREATE EXTENSION IF NOT EXISTS pg_stat_statements").execute(pool).await?;
    let rows: Vec<(i64, f64, f64, i64, i64, String)> = sqlx::query_as(
        r#"
        SELECT
            s.calls, s.total_exec_time, s.mean_exec_time * 1000, s.rows, s.wal_bytes::bigint,
            left(regexp_replace(s.query, '\s+', ' ', 'g'), 110)
        FROM pg_stat_statements s
        JOIN pg_database d ON d.oid = s.dbid
        WHERE d.datname = current_database()
        ORDER BY s.total_exec_time DESC
        LIMIT 16
        "#,
    )
    .fetch_all(pool)
    .await?;
    println!("\n   total ms     calls  µs/call      rows   WAL MiB  statement");
    for (calls, total, micros, rows, wal, query) in rows {
        let wal = wal as f64 / 1024.0 / 1024.0;
        println!("{total:>11.0} {calls:>9} {micros:>8.0} {rows:>9} {wal:>9.1}  {query}");
    }
    Ok(())
}
