//! The working-day calendar and the demo's clock.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgConnection, PgExecutor, PgPool};

use crate::domain::workday::Calendar;

pub async fn load(read: impl PgExecutor<'_>) -> sqlx::Result<Calendar> {
    let rows = sqlx::query!("SELECT day, is_work FROM workday ORDER BY day").fetch_all(read).await?;
    Ok(Calendar::new(rows.into_iter().map(|row| (row.day, row.is_work))))
}

/// The calendar of these days alone, both included.
pub async fn between(read: impl PgExecutor<'_>, first: NaiveDate, last: NaiveDate) -> sqlx::Result<Calendar> {
    let rows = sqlx::query!("SELECT day, is_work FROM workday WHERE day BETWEEN $1 AND $2", first, last)
        .fetch_all(read)
        .await?;
    Ok(Calendar::new(rows.into_iter().map(|row| (row.day, row.is_work))))
}

/// Years the table knows, for `duban doctor`.
pub async fn years(read: &PgPool) -> sqlx::Result<Vec<i32>> {
    sqlx::query_scalar!(
        r#"SELECT DISTINCT EXTRACT(YEAR FROM day)::integer AS "year!" FROM workday ORDER BY 1"#
    )
    .fetch_all(read)
    .await
}

/// Replaces the days of every year that the new table speaks of. Returns how many rows stand now.
pub async fn replace(conn: &mut PgConnection, days: &[(NaiveDate, bool, String)]) -> sqlx::Result<u64> {
    let dates: Vec<NaiveDate> = days.iter().map(|d| d.0).collect();
    let works: Vec<bool> = days.iter().map(|d| d.1).collect();
    let names: Vec<String> = days.iter().map(|d| d.2.clone()).collect();
    sqlx::query!(
        r#"
        WITH fresh AS (
            SELECT day, is_work, name FROM unnest($1::date[], $2::boolean[], $3::text[]) AS f (day, is_work, name)
        ), rebased AS (
            UPDATE basis_version SET version = version + 1
        ), gone AS (
            DELETE FROM workday w
            WHERE EXTRACT(YEAR FROM w.day) IN (SELECT EXTRACT(YEAR FROM f.day) FROM fresh f)
              AND w.day NOT IN (SELECT f.day FROM fresh f)
        )
        INSERT INTO workday (day, is_work, name)
        SELECT day, is_work, name FROM fresh
        ON CONFLICT (day) DO UPDATE SET is_work = EXCLUDED.is_work, name = EXCLUDED.name
        "#,
        &dates,
        &works,
        &names,
    )
    .execute(conn)
    .await
    .map(|done| done.rows_affected())
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

/// The days of a year that differ from the plain week.
pub async fn of_year(read: &PgPool, year: i32) -> sqlx::Result<Vec<(NaiveDate, bool, String)>> {
    let rows = sqlx::query!(
        "SELECT day, is_work, name FROM workday WHERE EXTRACT(YEAR FROM day) = $1::integer ORDER BY day",
        year,
    )
    .fetch_all(read)
    .await?;
    Ok(rows.into_iter().map(|row| (row.day, row.is_work, row.name)).collect())
}

/// The database's own clock, to compare with ours.
pub async fn database_time(read: &PgPool) -> sqlx::Result<DateTime<Utc>> {
    sqlx::query_scalar!(r#"SELECT clock_timestamp() AS "now!""#).fetch_one(read).await
}
