//! All items of a round as they stood at the end of a day, row by row in the order of their numbers: what
//! tables, pictures and the assessment are made of. A million items take no more memory than a page of them.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{Connection, PgConnection, Postgres, Transaction};
use uuid::Uuid;

use super::items::rhythm;
use super::known;
use crate::domain::basis::Basis;
use crate::domain::decision::Verdict;
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

impl ItemThen {
    /// Its category, or that it has none.
    pub fn category_or_none(&self) -> &str {
        if self.category.is_empty() { "未分类" } else { &self.category }
    }
}

/// So many items a page.
const PAGE: i64 = 1_000;

/// The items a round had by the end of a day, a page at a time, all of one moment. What was recorded after
/// `known_at` is left out.
pub struct Pages<'c> {
    tx: Transaction<'c, Postgres>,
    round: Uuid,
    day: NaiveDate,
    known_at: DateTime<Utc>,
    /// Only what this unit leads.
    lead: Option<Uuid>,
    after: i32,
}

impl<'c> Pages<'c> {
    pub async fn open(
        conn: &'c mut PgConnection,
        round: Uuid,
        day: NaiveDate,
        known_at: DateTime<Utc>,
    ) -> sqlx::Result<Pages<'c>> {
        let mut tx = conn.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
        // Together the pages last as long as the writing of the file: the limit of commands is not for them.
        sqlx::query!("SET LOCAL statement_timeout = 0").execute(&mut *tx).await?;
        // Planned for each page: what is best for a unit with ten items is the worst for one with all of them.
        sqlx::query!("SET LOCAL plan_cache_mode = 'force_custom_plan'").execute(&mut *tx).await?;
        Ok(Pages { tx, round, day, known_at, lead: None, after: i32::MIN })
    }

    /// From here on what this unit leads, from its first item.
    pub fn of_unit(&mut self, lead: Uuid) {
        (self.lead, self.after) = (Some(lead), i32::MIN);
    }

    /// What else is asked about a page's items, at the same moment.
    pub fn conn(&mut self) -> &mut PgConnection {
        &mut self.tx
    }

    pub async fn close(self) -> sqlx::Result<()> {
        self.tx.commit().await
    }

    /// The next items by number, `None` after the last.
    pub async fn next(&mut self, basis: &Basis) -> sqlx::Result<Option<Vec<ItemThen>>> {
        let (round, day) = (self.round, self.day);
        let rows = sqlx::query!(
            r#"
        SELECT
            i.id,
            i.number,
            i.title,
            t.category,
            i.lead_unit,
            u.name AS lead_name,
            i.kind,
            COALESCE(d.deadline, i.deadline) AS "deadline!",
            h.status AS "status!",
            h.percent AS "percent!",
            i.opened_on,
            (
                SELECT max(r.effective_on)
                FROM report r
                WHERE r.item = i.id
                  AND r.part = 'lead'
                  AND r.effective_on <= $2
                  AND r.recorded_at <= $5
                  AND NOT EXISTS (
                      SELECT 1
                      FROM verdict v
                      WHERE v.item = r.item AND v.version = r.version AND v.verdict = 'withdrawn' AND v.at <= $5
                  )
            ) AS last_report_on,
            CASE WHEN d.item IS NULL THEN i.completed_on ELSE d.completed_on END AS completed_on,
            CASE WHEN d.item IS NULL THEN i.signed_off_on ELSE d.signed_off_on END AS signed_off_on,
            i.cycle,
            i.cycle_since,
            i.cycle_why,
            m.due_on AS "due_on!",
            m.percent AS "due_percent!"
        FROM item i
        JOIN item_text t ON t.item = i.id
        JOIN unit u ON u.id = i.lead_unit
        CROSS JOIN LATERAL (
            SELECT n.status, n.percent
            FROM item_history n
            WHERE n.item = i.id
              AND n.effective_on <= $2
              AND n.recorded_at <= $5
            ORDER BY n.effective_on DESC, n.version DESC
            LIMIT 1
        ) h
        LEFT JOIN LATERAL (
            SELECT o.item, o.deadline, o.completed_on, o.signed_off_on
            FROM item_days o
            WHERE o.item = i.id
              AND o.effective_on <= $2
              AND o.recorded_at <= $5
            ORDER BY o.effective_on DESC, o.version DESC
            LIMIT 1
        ) d ON true
        -- The milestones that held on that day.
        CROSS JOIN LATERAL (
            SELECT
                COALESCE(array_agg(held.due_on ORDER BY held.due_on), '{}') AS due_on,
                COALESCE(array_agg(held.percent ORDER BY held.due_on), '{}') AS percent
            FROM (
                SELECT s.due_on, s.percent
                FROM milestone s
                WHERE s.item = i.id
                  AND (s.since IS NULL OR s.since <= $2)
                UNION ALL
                SELECT p.due_on, p.percent
                FROM milestone_past p
                WHERE p.item = i.id
                  AND p.until > $2
                  AND (p.since IS NULL OR p.since <= $2)
            ) held
        ) m
        WHERE i.round = $1
          AND i.number > $3
          AND ($6::uuid IS NULL OR i.lead_unit = $6)
        ORDER BY i.number
        LIMIT $4
            "#,
            round,
            day,
            self.after,
            PAGE,
            self.known_at,
            self.lead,
        )
        .fetch_all(&mut *self.tx)
        .await?;
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
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
            items.push(ItemThen {
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
            });
        }
        self.after = items.last().map_or(self.after, |item| item.number);
        Ok((!items.is_empty()).then_some(items))
    }
}

/// Hands over every item the round had by then; their number.
pub async fn each_item_then(
    conn: &mut PgConnection,
    round: Uuid,
    day: NaiveDate,
    known_at: DateTime<Utc>,
    basis: &Basis,
    on_row: &mut (dyn FnMut(ItemThen) -> anyhow::Result<()> + Send),
) -> anyhow::Result<u64> {
    let mut pages = Pages::open(conn, round, day, known_at).await?;
    let mut count = 0;
    while let Some(items) = pages.next(basis).await? {
        count += items.len() as u64;
        items.into_iter().try_for_each(&mut *on_row)?;
    }
    pages.close().await?;
    Ok(count)
}

/// What a month brought an item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Month {
    /// Status and percent at the end of the month before; `None`: there was no such item.
    pub before: Option<(Status, i16)>,
    /// The lead unit's last report in it.
    pub report: Option<MonthReport>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MonthReport {
    pub text: String,
    pub next_step: String,
    pub next_on: Option<NaiveDate>,
    pub difficulty: String,
    pub help: String,
    /// Title of the post that made it, empty where a file brought it.
    pub post: String,
    /// What the office said of it and the post that did, in Chinese; empty while it waits.
    pub judged: String,
}

/// The months of these items, between the end of `before` and that of `until`.
pub async fn months(
    read: &mut PgConnection,
    items: &[Uuid],
    before: NaiveDate,
    until: NaiveDate,
) -> sqlx::Result<HashMap<Uuid, Month>> {
    let rows = sqlx::query!(
        r#"
        SELECT
            asked.item AS "item!",
            h.status AS "status?",
            h.percent AS "percent?",
            r.text AS "text?",
            r.next_step AS "next_step?",
            r.next_on AS "next_on?",
            r.difficulty AS "difficulty?",
            r.help AS "help?",
            p.title AS "post?",
            v.verdict AS "verdict?",
            j.title AS "judge?"
        FROM UNNEST($1::uuid[]) AS asked (item)
        LEFT JOIN LATERAL (
            SELECT n.status, n.percent
            FROM item_history n
            WHERE n.item = asked.item
              AND n.effective_on <= $2
            ORDER BY n.effective_on DESC, n.version DESC
            LIMIT 1
        ) h ON true
        LEFT JOIN LATERAL (
            SELECT o.item, o.version, o.text, o.next_step, o.next_on, o.difficulty, o.help, o.post
            FROM report o
            WHERE o.item = asked.item
              AND o.part = 'lead'
              AND o.effective_on > $2
              AND o.effective_on <= $3
              AND NOT EXISTS (
                  SELECT 1
                  FROM verdict w
                  WHERE w.item = o.item AND w.version = o.version AND w.verdict = 'withdrawn'
              )
            ORDER BY o.effective_on DESC, o.version DESC
            LIMIT 1
        ) r ON true
        LEFT JOIN post p ON p.id = r.post
        LEFT JOIN verdict v ON v.item = r.item AND v.version = r.version
        LEFT JOIN post j ON j.id = v.by_post
        "#,
        items,
        before,
        until,
    )
    .fetch_all(read)
    .await?;
    let mut months = HashMap::with_capacity(rows.len());
    for row in rows {
        let before = match (row.status, row.percent) {
            (Some(status), Some(percent)) => {
                Some((known(Status::from_code, "item_history", "status", &status)?, percent))
            }
            _ => None,
        };
        let verdict =
            row.verdict.map(|code| known(Verdict::from_code, "verdict", "verdict", &code)).transpose()?;
        let judged = match (verdict, row.judge.unwrap_or_default()) {
            (Some(Verdict::Accepted), judge) => format!("通过 {judge}").trim_end().to_owned(),
            (Some(Verdict::Returned), judge) => format!("退回 {judge}").trim_end().to_owned(),
            _ => String::new(),
        };
        let report = row.text.map(|text| MonthReport {
            text,
            next_step: row.next_step.unwrap_or_default(),
            next_on: row.next_on,
            difficulty: row.difficulty.unwrap_or_default(),
            help: row.help.unwrap_or_default(),
            post: row.post.unwrap_or_default(),
            judged,
        });
        months.insert(row.item, Month { before, report });
    }
    Ok(months)
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

/// The counts of these days, oldest first; what was recorded after `known_at` is left out.
pub async fn counts(
    conn: &mut PgConnection,
    round: Uuid,
    days: &[NaiveDate],
    known_at: DateTime<Utc>,
) -> anyhow::Result<Vec<CountThen>> {
    let mut tx = conn.begin().await?;
    sqlx::query!("SET LOCAL statement_timeout = 0").execute(&mut *tx).await?;
    let rows = sqlx::query_as!(
        CountThen,
        r#"
        SELECT
            d.day AS "day!",
            count(*) AS "total!",
            count(*) FILTER (WHERE COALESCE(s.deadline, i.deadline) <= d.day) AS "due!",
            count(*) FILTER (WHERE h.status IN ('completed', 'publicity', 'signed_off')) AS "done!",
            count(*) FILTER (WHERE h.status = 'signed_off') AS "signed_off!"
        FROM UNNEST($2::date[]) AS d (day)
        JOIN item i ON i.round = $1
        CROSS JOIN LATERAL (
            SELECT n.status
            FROM item_history n
            WHERE n.item = i.id
              AND n.effective_on <= d.day
              AND n.recorded_at <= $3
            ORDER BY n.effective_on DESC, n.version DESC
            LIMIT 1
        ) h
        LEFT JOIN LATERAL (
            SELECT o.deadline
            FROM item_days o
            WHERE o.item = i.id
              AND o.effective_on <= d.day
              AND o.recorded_at <= $3
            ORDER BY o.effective_on DESC, o.version DESC
            LIMIT 1
        ) s ON true
        GROUP BY d.day
        ORDER BY d.day
        "#,
        round,
        days,
        known_at,
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
