//! The working-day table, and what was computed from it.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::decision::Aggregate;
use crate::domain::workday::CalendarChange;

pub(super) async fn lock(
    tx: &mut PgConnection,
    calendars: &[Uuid],
    held: &mut HashMap<(Aggregate, Uuid), i32>,
) -> sqlx::Result<()> {
    if !calendars.is_empty() {
        let rows = sqlx::query!(
            "SELECT id, version FROM calendar WHERE id = ANY($1) FOR NO KEY UPDATE SKIP LOCKED",
            calendars,
        )
        .fetch_all(tx)
        .await?;
        held.extend(rows.into_iter().map(|row| ((Aggregate::Calendar, row.id), row.version)));
    }
    Ok(())
}

pub(super) async fn change(tx: &mut PgConnection, change: &CalendarChange) -> sqlx::Result<()> {
    let days: Vec<NaiveDate> = change.set.iter().map(|day| day.0).collect();
    let works: Vec<bool> = change.set.iter().map(|day| day.1).collect();
    let names: Vec<&str> = change.set.iter().map(|day| day.2.as_str()).collect();
    sqlx::query!(
        r#"
        WITH cleared AS (
            DELETE FROM workday WHERE day = ANY($4)
        ), moved AS (
            UPDATE calendar SET version = version + 1
        ), rebased AS (
            UPDATE basis_version SET version = version + 1
        )
        INSERT INTO workday (day, is_work, name)
        SELECT day, is_work, name FROM unnest($1::date[], $2::boolean[], $3::text[]) AS fresh (day, is_work, name)
        ON CONFLICT (day) DO UPDATE SET is_work = EXCLUDED.is_work, name = EXCLUDED.name
        "#,
        &days,
        &works,
        &names as &[&str],
        &change.cleared,
    )
    .execute(tx)
    .await
    .map(|_| ())
}

/// Marks every open item for the sweep of this day, for changes that many items depend on. The item's
/// version moves: whoever decided about it before the change decides again, and cannot write the mark away.
/// In key order, like every lock on items.
pub(super) async fn look_again(tx: &mut PgConnection, today: NaiveDate) -> sqlx::Result<()> {
    // A hundred thousand open items take longer than a committer's statement may.
    sqlx::query!("SET LOCAL statement_timeout = '5min'").execute(&mut *tx).await?;
    sqlx::query!(
        r#"
        WITH open AS MATERIALIZED (
            SELECT id FROM item WHERE next_check_on > $1 ORDER BY id FOR NO KEY UPDATE
        )
        UPDATE item
        SET next_check_on = $1, version = version + 1
        FROM open
        WHERE item.id = open.id
        "#,
        today,
    )
    .execute(tx)
    .await
    .map(|_| ())
}

/// Something the office is told once a period.
pub(super) async fn alarm(
    tx: &mut PgConnection,
    name: &str,
    period: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!("INSERT INTO alarm (name, period, raised_at) VALUES ($1, $2, $3)", name, period, at)
        .execute(tx)
        .await
        .map(|_| ())
}
