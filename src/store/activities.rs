//! What was done beside the items: one by one, and counted.

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use super::known;
use crate::domain::UnitRef;
use crate::domain::activity::{Carrier, Kind, Task};

/// An activity as it stands.
pub struct Activity {
    pub id: Uuid,
    pub version: i32,
    pub handle: i32,
    pub kind: Kind,
    pub on: NaiveDate,
    pub title: String,
    pub carrier: Option<Carrier>,
    pub count: i32,
    pub is_revoked: bool,
    /// The handle of the notice whose minutes it is.
    pub notice: Option<i32>,
}

/// The handles that the next activity and the next task get.
pub async fn next_handles(read: &mut PgConnection) -> sqlx::Result<(i32, i32)> {
    let row = sqlx::query!(
        "SELECT (SELECT max(handle) FROM activity) AS activity, (SELECT max(handle) FROM finding_task) AS task"
    )
    .fetch_one(read)
    .await?;
    Ok((row.activity.unwrap_or_default() + 1, row.task.unwrap_or_default() + 1))
}

/// The activity of this handle; without one, the newest of these rounds from a day to another, at most so many.
pub async fn activities(
    read: &mut PgConnection,
    rounds: &[Uuid],
    handle: Option<i32>,
    kind: Option<Kind>,
    (from, to): (NaiveDate, NaiveDate),
    at_most: i64,
) -> sqlx::Result<Vec<Activity>> {
    let rows = sqlx::query!(
        r#"
        SELECT
            a.id, a.version, a.handle, a.kind, a.on_day, a.title, a.carrier, a.count,
            a.revoked_at IS NOT NULL AS "is_revoked!", n.handle AS "notice?"
        FROM activity a
        LEFT JOIN notice n ON n.id = a.notice
        WHERE a.round = ANY($1)
          AND (a.handle = $2 OR ($2::integer IS NULL AND a.revoked_at IS NULL AND a.on_day BETWEEN $4 AND $5))
          AND ($3::text IS NULL OR a.kind = $3)
        ORDER BY a.on_day DESC, a.handle DESC
        LIMIT $6
        "#,
        rounds,
        handle,
        kind.map(Kind::code),
        from,
        to,
        at_most,
    )
    .fetch_all(read)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Activity {
                id: row.id,
                version: row.version,
                handle: row.handle,
                kind: known(Kind::from_code, "activity", "kind", &row.kind)?,
                on: row.on_day,
                title: row.title,
                carrier: row
                    .carrier
                    .map(|carrier| known(Carrier::from_code, "activity", "carrier", &carrier))
                    .transpose()?,
                count: row.count,
                is_revoked: row.is_revoked,
                notice: row.notice,
            })
        })
        .collect()
}

/// Activities per kind, carrier and month (its first day), from a day to another: how many.
pub async fn counts(
    read: &mut PgConnection,
    rounds: &[Uuid],
    (from, to): (NaiveDate, NaiveDate),
) -> sqlx::Result<Vec<(Kind, Option<Carrier>, NaiveDate, i64)>> {
    let rows = sqlx::query!(
        r#"
        SELECT kind, carrier, date_trunc('month', on_day::timestamp)::date AS "month!", sum(count) AS "count!"
        FROM activity
        WHERE round = ANY($1)
          AND revoked_at IS NULL
          AND on_day BETWEEN $2 AND $3
        GROUP BY 1, 2, 3
        ORDER BY 1, 2, 3
        "#,
        rounds,
        from,
        to,
    )
    .fetch_all(read)
    .await?;
    rows.into_iter()
        .map(|row| {
            let carrier = row
                .carrier
                .map(|carrier| known(Carrier::from_code, "activity", "carrier", &carrier))
                .transpose()?;
            Ok((known(Kind::from_code, "activity", "kind", &row.kind)?, carrier, row.month, row.count))
        })
        .collect()
}

/// Tasks of these units (`None`: of all), open ones, or the one of this handle.
pub async fn tasks(
    read: &mut PgConnection,
    units: Option<&[Uuid]>,
    handle: Option<i32>,
) -> sqlx::Result<Vec<Task>> {
    let rows = sqlx::query!(
        r#"
        SELECT
            t.id, t.version, t.handle, t.unit, u.name, t.text, t.due_on, t.given_by, t.done_text, t.done_at, t.closed_at
        FROM finding_task t
        JOIN unit u ON u.id = t.unit
        WHERE ($1::uuid[] IS NULL OR t.unit = ANY($1))
          AND (t.handle = $2 OR ($2::integer IS NULL AND t.closed_at IS NULL))
        ORDER BY t.due_on, t.handle
        LIMIT 50
        "#,
        units,
        handle,
    )
    .fetch_all(read)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Task {
            id: row.id,
            version: row.version,
            handle: row.handle,
            unit: UnitRef { id: row.unit, name: row.name },
            text: row.text,
            due_on: row.due_on,
            given_by: row.given_by,
            done_text: row.done_text,
            done_at: row.done_at,
            closed_at: row.closed_at,
        })
        .collect())
}
