//! The working-day calendar and the demo's clock.

use chrono::{DateTime, Utc};
use sqlx::{PgExecutor, PgPool};

use crate::domain::workday::{Calendar, Workday};

pub async fn load(read: impl PgExecutor<'_>) -> sqlx::Result<Calendar> {
    let rows = sqlx::query!("SELECT day, is_work FROM workday ORDER BY day").fetch_all(read).await?;
    Ok(Calendar::new(rows.into_iter().map(|row| (row.day, row.is_work))))
}

/// The days of these years that differ from the plain week, in their order.
pub async fn days(read: impl PgExecutor<'_>, first: i32, last: i32) -> sqlx::Result<Vec<Workday>> {
    let rows = sqlx::query!(
        r#"
        SELECT day, is_work, name
        FROM workday
        WHERE day BETWEEN make_date($1, 1, 1) AND make_date($2, 12, 31)
        ORDER BY day
        "#,
        first,
        last,
    )
    .fetch_all(read)
    .await?;
    Ok(rows.into_iter().map(|row| (row.day, row.is_work, row.name)).collect())
}

/// The version of the table, to be read before what a change rests on.
pub async fn version(read: impl PgExecutor<'_>) -> sqlx::Result<i32> {
    sqlx::query_scalar!("SELECT version FROM calendar").fetch_one(read).await
}

/// Whether the office was told of this before.
pub async fn was_alarmed(read: impl PgExecutor<'_>, name: &str, period: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM alarm WHERE name = $1 AND period = $2) AS "was!""#,
        name,
        period,
    )
    .fetch_one(read)
    .await
}

/// Where the demo's clock stood last.
pub async fn ledger_clock(read: &PgPool) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!("SELECT ledger_at FROM ledger_clock").fetch_optional(read).await
}

/// Keeps the demo's clock; it never goes back.
pub async fn keep_ledger_clock(work: &PgPool, ledger_at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        INSERT INTO ledger_clock (one, ledger_at)
        VALUES (true, $1)
        ON CONFLICT (one) DO UPDATE SET ledger_at = GREATEST(ledger_clock.ledger_at, EXCLUDED.ledger_at)
        "#,
        ledger_at,
    )
    .execute(work)
    .await
    .map(|_| ())
}

/// The database's own clock, to compare with ours.
pub async fn database_time(read: &PgPool) -> sqlx::Result<DateTime<Utc>> {
    sqlx::query_scalar!(r#"SELECT clock_timestamp() AS "now!""#).fetch_one(read).await
}
