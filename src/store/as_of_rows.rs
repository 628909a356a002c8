//! All items of a round as they stood at the end of a day, row by row in the order of their numbers: what
//! tables, pictures and the assessment are made of. A million items take no more memory than one.

use chrono::NaiveDate;
use futures_util::TryStreamExt;
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::items::rhythm;
use super::known;
use crate::domain::basis::Basis;
use crate::domain::flag::{FlagFacts, Standing, standing};
use crate::domain::item::{Kind, Milestone, Status};

/// One item on that day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemThen {
    pub id: Uuid,
    pub number: i32,
    pub title: String,
    pub category: String,
    pub lead: Uuid,
    pub lead_unit: String,
    pub kind: Kind,
    pub deadline: NaiveDate,
    pub status: Status,
    pub percent: i16,
    pub opened_on: NaiveDate,
    /// The last day until then on which the lead unit reported.
    pub last_report_on: Option<NaiveDate>,
    pub completed_on: Option<NaiveDate>,
    pub signed_off_on: Option<NaiveDate>,
    pub milestones: Vec<Milestone>,
    pub standing: Standing,
}

/// Hands over every item the round had by then; their number.
pub async fn each_item_then(
    conn: &mut PgConnection,
    round: Uuid,
    day: NaiveDate,
    basis: &Basis,
    on_row: &mut (dyn FnMut(ItemThen) -> anyhow::Result<()> + Send),
) -> anyhow::Result<u64> {
    let mut tx = conn.begin().await?;
    // The statement lasts as long as the writing of the file: the limit of commands is not for it.
    sqlx::query!("SET LOCAL statement_timeout = 0").execute(&mut *tx).await?;
    let mut rows = sqlx::query!(
        r#"
        SELECT
            i.id,
            i.number,
            i.title,
            t.category,
            i.lead_unit,
            u.name AS lead_name,
            i.kind,
            COALESCE(x.deadline, i.deadline) AS "deadline!",
            h.status AS "status!",
            h.percent AS "percent!",
            i.opened_on,
            (
                SELECT max(r.effective_on)
                FROM report r
                WHERE r.item = i.id
                  AND r.part = 'lead'
                  AND r.effective_on <= $2
                  AND NOT EXISTS (
                      SELECT 1
                      FROM verdict v
                      WHERE v.item = r.item AND v.version = r.version AND v.verdict = 'withdrawn'
                  )
            ) AS last_report_on,
            CASE WHEN x.item IS NULL THEN i.completed_on ELSE x.completed_on END AS completed_on,
            CASE WHEN x.item IS NULL THEN i.signed_off_on ELSE x.signed_off_on END AS signed_off_on,
            i.cycle,
            i.cycle_since,
            i.cycle_why,
            ARRAY(
                SELECT m.due_on
                FROM milestone m
                WHERE m.item = i.id
                ORDER BY m.due_on
            ) AS "due_on!",
            ARRAY(
                SELECT m.percent
                FROM milestone m
                WHERE m.item = i.id
                ORDER BY m.due_on
            ) AS "due_percent!"
        FROM item i
        JOIN item_text t ON t.item = i.id
        JOIN unit u ON u.id = i.lead_unit
        LEFT JOIN LATERAL (
            -- The days of an item from their first change on.
            SELECT d.item, d.deadline, d.completed_on, d.signed_off_on
            FROM item_days d
            WHERE d.item = i.id
              AND d.effective_on <= $2
            ORDER BY d.effective_on DESC, d.version DESC
            LIMIT 1
        ) x ON true
        CROSS JOIN LATERAL (
            SELECT n.status, n.percent
            FROM item_history n
            WHERE n.item = i.id
              AND n.effective_on <= $2
            ORDER BY n.effective_on DESC, n.version DESC
            LIMIT 1
        ) h
        WHERE i.round = $1
        ORDER BY i.number
        "#,
        round,
        day,
    )
    .fetch(&mut *tx);
    let mut count = 0;
    while let Some(row) = rows.try_next().await? {
        let milestones: Vec<Milestone> = row
            .due_on
            .into_iter()
            .zip(row.due_percent)
            .map(|(due_on, percent)| Milestone { due_on, percent })
            .collect();
        let status = known(Status::from_code, "item_history", "status", &row.status)?;
        let facts = FlagFacts {
            round,
            status,
            percent: row.percent,
            deadline: row.deadline,
            opened_on: row.opened_on,
            last_report_on: row.last_report_on,
            rhythm: rhythm(&row.cycle, row.cycle_since, row.cycle_why.as_deref())?,
            milestones: &milestones,
        };
        let standing = standing(facts, day, basis);
        on_row(ItemThen {
            id: row.id,
            number: row.number,
            title: row.title,
            category: row.category,
            lead: row.lead_unit,
            lead_unit: row.lead_name,
            kind: known(Kind::from_code, "item", "kind", &row.kind)?,
            deadline: row.deadline,
            status,
            percent: row.percent,
            opened_on: row.opened_on,
            last_report_on: row.last_report_on,
            completed_on: row.completed_on.filter(|on| *on <= day),
            signed_off_on: row.signed_off_on.filter(|on| *on <= day),
            milestones,
            standing,
        })?;
        count += 1;
    }
    drop(rows);
    tx.commit().await?;
    Ok(count)
}

/// How an item went: every change of status or percent by its day, oldest first.
pub async fn course(
    read: &mut PgConnection,
    item: Uuid,
    until: NaiveDate,
) -> sqlx::Result<Vec<(NaiveDate, i16)>> {
    let rows = sqlx::query!(
        r#"
        SELECT effective_on, percent
        FROM item_history
        WHERE item = $1
          AND effective_on <= $2
          AND change NOT IN ('flags', 'faster', 'slower')
        ORDER BY effective_on, version
        "#,
        item,
        until,
    )
    .fetch_all(read)
    .await?;
    Ok(rows.into_iter().map(|row| (row.effective_on, row.percent)).collect())
}

/// How many items of a round there were at the end of a day, and how they stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountThen {
    pub day: NaiveDate,
    pub total: i64,
    /// Whose deadline had come.
    pub due: i64,
    /// Completed, signed off or not.
    pub done: i64,
    pub signed_off: i64,
}

/// The counts of these days, oldest first.
pub async fn counts(
    conn: &mut PgConnection,
    round: Uuid,
    days: &[NaiveDate],
) -> anyhow::Result<Vec<CountThen>> {
    let mut tx = conn.begin().await?;
    sqlx::query!("SET LOCAL statement_timeout = 0").execute(&mut *tx).await?;
    let rows = sqlx::query_as!(
        CountThen,
        r#"
        SELECT
            d.day AS "day!",
            count(*) AS "total!",
            count(*) FILTER (WHERE COALESCE((
                SELECT x.deadline
                FROM item_days x
                WHERE x.item = i.id AND x.effective_on <= d.day
                ORDER BY x.effective_on DESC, x.version DESC
                LIMIT 1
            ), i.deadline) <= d.day) AS "due!",
            count(*) FILTER (WHERE h.status IN ('completed', 'publicity', 'signed_off')) AS "done!",
            count(*) FILTER (WHERE h.status = 'signed_off') AS "signed_off!"
        FROM UNNEST($2::date[]) AS d (day)
        JOIN item i ON i.round = $1
        CROSS JOIN LATERAL (
            SELECT n.status
            FROM item_history n
            WHERE n.item = i.id
              AND n.effective_on <= d.day
            ORDER BY n.effective_on DESC, n.version DESC
            LIMIT 1
        ) h
        GROUP BY d.day
        ORDER BY d.day
        "#,
        round,
        days,
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(rows)
}

/// The first day the history of a round speaks of.
pub async fn begins_on(read: &mut PgConnection, round: Uuid) -> sqlx::Result<Option<NaiveDate>> {
    sqlx::query_scalar!("SELECT min(opened_on) FROM item WHERE round = $1", round).fetch_one(read).await
}

/// The name of a round.
pub async fn round_name(read: &mut PgConnection, round: Uuid) -> sqlx::Result<String> {
    sqlx::query_scalar!("SELECT name FROM round WHERE id = $1", round).fetch_one(read).await
}
