//! What waits for somebody on the way to sign-off and behind it, in lists: open applications, windows that are
//! over, looks back, extensions.

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use super::known;
use crate::domain::acceptance::Conclusion;

/// An open application as the office's list shows it.
pub struct Open {
    pub number: i32,
    pub round: Uuid,
    pub title: String,
    pub unit: String,
    /// The acceptance unit; `None`: the office.
    pub checked_by: Option<String>,
    pub applied_on: NaiveDate,
    pub conclusion: Option<Conclusion>,
    /// The unit that wrote it.
    pub concluded_by: Option<String>,
    pub ends_on: Option<NaiveDate>,
    pub stopped_on: Option<NaiveDate>,
    /// How many there are in all.
    pub all: i64,
}

/// The open applications of these rounds, the oldest first: all of them, or those that this unit accepts.
pub async fn open(
    read: &mut PgConnection,
    rounds: &[Uuid],
    accepted_by: Option<Uuid>,
    at_most: i64,
    skipped: i64,
) -> sqlx::Result<Vec<Open>> {
    let rows = sqlx::query!(
        r#"
        SELECT
            i.number, i.round, i.title, u.name AS unit, b.name AS "checked_by?", a.applied_on,
            c.conclusion AS "conclusion?", c.unit_name AS "concluded_by?", w.ends_on AS "ends_on?", w.stopped_on,
            count(*) OVER () AS "all!"
        FROM application a
        JOIN item i ON i.id = a.item
        JOIN unit u ON u.id = a.unit
        LEFT JOIN unit b ON b.id = i.acceptance_unit
        LEFT JOIN LATERAL (
            SELECT c.conclusion, cu.name AS unit_name
            FROM site_check c
            JOIN unit cu ON cu.id = c.unit
            WHERE c.application = a.id
            ORDER BY c.checked_on DESC, c.id DESC
            LIMIT 1
        ) c ON true
        LEFT JOIN LATERAL (
            SELECT ends_on, stopped_on FROM publicity_window w WHERE w.application = a.id
            ORDER BY w.opened_on DESC, w.id DESC
            LIMIT 1
        ) w ON true
        WHERE a.closed_on IS NULL
          AND i.round = ANY($1)
          AND ($2::uuid IS NULL OR i.acceptance_unit = $2)
        ORDER BY a.applied_on, i.number, a.id
        LIMIT $3
        OFFSET $4
        "#,
        rounds,
        accepted_by,
        at_most,
        skipped,
    )
    .fetch_all(read)
    .await?;
    rows.into_iter()
        .map(|row| {
            let conclusion = row
                .conclusion
                .map(|code| known(Conclusion::from_code, "site_check", "conclusion", &code))
                .transpose()?;
            Ok(Open {
                number: row.number,
                round: row.round,
                title: row.title,
                unit: row.unit,
                checked_by: row.checked_by,
                applied_on: row.applied_on,
                conclusion,
                concluded_by: row.concluded_by,
                ends_on: row.ends_on,
                stopped_on: row.stopped_on,
                all: row.all,
            })
        })
        .collect()
}

/// A window that is over, with nothing against it, and that the office has not heard of.
pub struct Over {
    pub window: Uuid,
    pub number: i32,
    pub title: String,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    /// The post that checked, which does not sign off.
    pub checked_by: Uuid,
}

pub async fn over(read: &sqlx::PgPool, today: NaiveDate) -> sqlx::Result<Vec<Over>> {
    sqlx::query_as!(
        Over,
        r#"
        SELECT w.id AS window, i.number, i.title, w.starts_on, w.ends_on, c.post AS checked_by
        FROM publicity_window w
        JOIN application a ON a.id = w.application AND a.closed_on IS NULL
        JOIN item i ON i.id = a.item
        JOIN LATERAL (
            SELECT post FROM site_check WHERE application = a.id ORDER BY checked_on DESC, id DESC LIMIT 1
        ) c ON true
        WHERE w.stopped_on IS NULL AND w.told_on IS NULL AND w.ends_on < $1
        ORDER BY w.ends_on, i.number
        "#,
        today,
    )
    .fetch_all(read)
    .await
}

/// The last look back at an item that found it as it should be.
pub struct Seen {
    pub on: NaiveDate,
    pub due_on: NaiveDate,
    /// The post's title.
    pub by: String,
}

pub async fn last_seen(read: &mut PgConnection, item: Uuid) -> sqlx::Result<Option<Seen>> {
    sqlx::query_as!(
        Seen,
        r#"
        SELECT r.done_on AS "on!", r.due_on, p.title AS by
        FROM recheck r
        JOIN post p ON p.id = r.post
        WHERE r.item = $1 AND r.outcome = 'passed'
        ORDER BY r.done_on DESC, r.due_on DESC
        LIMIT 1
        "#,
        item,
    )
    .fetch_optional(read)
    .await
}

/// A look back that is due, or planned.
pub struct Due {
    pub recheck: Uuid,
    pub item: Uuid,
    pub number: i32,
    pub title: String,
    pub unit: String,
    pub signed_on: NaiveDate,
    pub due_on: NaiveDate,
}

/// `due!("AND …", arguments…)`: looks back that are not done, as [`Due`]s.
macro_rules! due {
    ($tail:tt, $($argument:expr),*) => {
        sqlx::query_as!(
            Due,
            r#"
            SELECT r.id AS recheck, i.id AS item, i.number, i.title, u.name AS unit, s.signed_on, r.due_on
            FROM recheck r
            JOIN sign_off s ON s.id = r.sign_off
            JOIN item i ON i.id = r.item
            JOIN unit u ON u.id = i.lead_unit
            WHERE r.done_on IS NULL
            "# + $tail + " ORDER BY r.due_on, i.number, r.id",
            $($argument),*
        )
    };
}

/// Those that are due by this day and that the office has not heard of.
pub async fn rechecks_untold(read: &sqlx::PgPool, today: NaiveDate) -> sqlx::Result<Vec<Due>> {
    due!("AND r.told_on IS NULL AND r.due_on <= $1", today).fetch_all(read).await
}

/// Those of these rounds that are due by a day.
pub async fn rechecks_by(read: &mut PgConnection, rounds: &[Uuid], day: NaiveDate) -> sqlx::Result<Vec<Due>> {
    due!("AND i.round = ANY($1) AND r.due_on <= $2", rounds, day).fetch_all(read).await
}

/// Those of an item, the next one first.
pub async fn rechecks_of(read: &mut PgConnection, item: Uuid) -> sqlx::Result<Vec<Due>> {
    due!("AND r.item = $1", item).fetch_all(read).await
}

/// How the extension of an item stands that is asked for, or was approved last.
pub struct Standing {
    pub item: Uuid,
    pub old_deadline: NaiveDate,
    pub new_deadline: NaiveDate,
    pub is_confirmed: bool,
    pub is_approved: bool,
    pub basis: String,
}

/// The extensions of these items that are asked for; where none is, the last that was approved.
pub async fn extensions_of(read: &mut PgConnection, items: &[Uuid]) -> sqlx::Result<Vec<Standing>> {
    sqlx::query_as!(
        Standing,
        r#"
        SELECT DISTINCT ON (item)
            item, old_deadline, new_deadline, confirmed_on IS NOT NULL AS "is_confirmed!",
            closed_on IS NOT NULL AS "is_approved!", basis
        FROM extension
        WHERE item = ANY($1)
          AND (closed_on IS NULL OR outcome = 'approved')
        ORDER BY item, closed_on IS NULL DESC, asked_on DESC, id DESC
        "#,
        items,
    )
    .fetch_all(read)
    .await
}

/// An extension that is not decided, as lists show it.
pub struct Asked {
    pub number: i32,
    pub title: String,
    pub unit: String,
    pub old_deadline: NaiveDate,
    pub new_deadline: NaiveDate,
    pub reason: String,
    pub is_confirmed: bool,
}

/// The extensions of these rounds that are not decided, the oldest first: all of them, or those of a unit.
pub async fn extensions(
    read: &mut PgConnection,
    rounds: &[Uuid],
    unit: Option<Uuid>,
) -> sqlx::Result<Vec<Asked>> {
    sqlx::query_as!(
        Asked,
        r#"
        SELECT
            i.number, i.title, u.name AS unit, e.old_deadline, e.new_deadline, e.reason,
            e.confirmed_on IS NOT NULL AS "is_confirmed!"
        FROM extension e
        JOIN item i ON i.id = e.item
        JOIN unit u ON u.id = i.lead_unit
        WHERE e.closed_on IS NULL
          AND i.round = ANY($1)
          AND ($2::uuid IS NULL OR i.lead_unit = $2)
        ORDER BY e.asked_on, i.number, e.id
        "#,
        rounds,
        unit,
    )
    .fetch_all(read)
    .await
}
