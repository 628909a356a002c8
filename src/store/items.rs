//! Items as commands and rules ask for them. One list of columns serves every question.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgExecutor;
use uuid::Uuid;

use super::known;
use crate::domain::{Flag, Item, ItemState, Kind, Milestone, Part, Status, UnitRef};

struct Row {
    id: Uuid,
    version: i32,
    round: Uuid,
    number: i32,
    title: String,
    lead_unit: Uuid,
    lead_name: String,
    leader_post: Option<Uuid>,
    deadline: NaiveDate,
    kind: String,
    status: String,
    percent: i16,
    opened_on: NaiveDate,
    last_report_on: Option<NaiveDate>,
    flag: Option<String>,
    other_flags: Vec<String>,
    next_check_on: Option<NaiveDate>,
    co: Vec<Uuid>,
    milestone_days: Vec<NaiveDate>,
    milestone_percents: Vec<i16>,
}

/// `items!("WHERE …", arguments…)`: the items that match, as [`Row`]s.
macro_rules! items {
    ($tail:tt, $($argument:expr),*) => {
        sqlx::query_as!(
            Row,
            r#"
            SELECT
                i.id, i.version, i.round, i.number, i.title, i.lead_unit,
                u.name AS lead_name,
                i.leader_post, i.deadline, i.kind, i.status, i.percent, i.opened_on,
                i.last_report_on, i.flag, i.other_flags, i.next_check_on,
                ARRAY(SELECT c.unit FROM item_co_unit c WHERE c.item = i.id ORDER BY c.position) AS "co!",
                ARRAY(SELECT m.due_on FROM milestone m WHERE m.item = i.id ORDER BY m.due_on) AS "milestone_days!",
                ARRAY(SELECT m.percent FROM milestone m WHERE m.item = i.id ORDER BY m.due_on) AS "milestone_percents!"
            FROM item i
            JOIN unit u ON u.id = i.lead_unit
            "# + $tail,
            $($argument),*
        )
    };
}

impl Row {
    fn item(self) -> sqlx::Result<Item> {
        Ok(Item {
            id: self.id,
            version: self.version,
            round: self.round,
            number: self.number,
            title: self.title,
            lead: UnitRef { id: self.lead_unit, name: self.lead_name },
            co: self.co,
            leader_post: self.leader_post,
            deadline: self.deadline,
            kind: known(Kind::from_code, "item", "kind", &self.kind)?,
            opened_on: self.opened_on,
            milestones: self
                .milestone_days
                .into_iter()
                .zip(self.milestone_percents)
                .map(|(due_on, percent)| Milestone { due_on, percent })
                .collect(),
            state: ItemState {
                status: known(Status::from_code, "item", "status", &self.status)?,
                percent: self.percent,
                last_report_on: self.last_report_on,
                flag: self.flag.map(|f| known(Flag::from_code, "item", "flag", &f)).transpose()?,
                other_flags: self
                    .other_flags
                    .iter()
                    .map(|f| known(Flag::from_code, "item", "other_flags", f))
                    .collect::<sqlx::Result<_>>()?,
                next_check_on: self.next_check_on,
            },
        })
    }
}

fn all(rows: Vec<Row>) -> sqlx::Result<Vec<Item>> {
    rows.into_iter().map(Row::item).collect()
}

/// The items of this number in these rounds: at most one a round.
pub async fn by_number(read: impl PgExecutor<'_>, rounds: &[Uuid], number: i32) -> sqlx::Result<Vec<Item>> {
    all(items!("WHERE i.round = ANY($1) AND i.number = $2", rounds, number).fetch_all(read).await?)
}

/// The open items of a unit, lead and co, by number.
pub async fn open_of_unit(read: impl PgExecutor<'_>, rounds: &[Uuid], unit: Uuid) -> sqlx::Result<Vec<Item>> {
    all(items!(
        "WHERE i.round = ANY($1)
           AND i.status NOT IN ('completed', 'signed_off')
           AND (i.lead_unit = $2 OR i.id IN (SELECT c.item FROM item_co_unit c WHERE c.unit = $2))
         ORDER BY i.number, i.round",
        rounds,
        unit
    )
    .fetch_all(read)
    .await?)
}

/// The open items a leader's post holds, by number.
pub async fn open_held_by(read: impl PgExecutor<'_>, rounds: &[Uuid], post: Uuid) -> sqlx::Result<Vec<Item>> {
    all(items!(
        "WHERE i.round = ANY($1)
           AND i.status NOT IN ('completed', 'signed_off')
           AND i.leader_post = $2
         ORDER BY i.number, i.round",
        rounds,
        post
    )
    .fetch_all(read)
    .await?)
}

/// Items whose flags may have changed by the calendar, the longest waiting first.
pub async fn due_for_check(
    read: impl PgExecutor<'_>,
    today: NaiveDate,
    at_most: i64,
) -> sqlx::Result<Vec<Item>> {
    all(items!(
        "WHERE i.next_check_on <= $1
         ORDER BY i.next_check_on, i.lead_unit, i.id
         LIMIT $2",
        today,
        at_most
    )
    .fetch_all(read)
    .await?)
}

/// The long texts of an item.
pub struct Texts {
    pub description: String,
    pub goal: String,
    pub measures: String,
    pub deadline_text: Option<String>,
    pub responsible_post: String,
    pub leader_text: String,
    pub co_names: Vec<String>,
    pub signed_off_on: Option<NaiveDate>,
    pub completed_on: Option<NaiveDate>,
    pub verified_percent: Option<i16>,
}

pub async fn texts(read: impl PgExecutor<'_>, item: Uuid) -> sqlx::Result<Texts> {
    sqlx::query_as!(
        Texts,
        r#"
        SELECT
            t.description, t.goal, t.measures, t.deadline_text, t.responsible_post, t.leader_text,
            ARRAY(
                SELECT u.name
                FROM item_co_unit c
                JOIN unit u ON u.id = c.unit
                WHERE c.item = i.id
                ORDER BY c.position
            ) AS "co_names!",
            i.signed_off_on, i.completed_on, i.verified_percent
        FROM item i
        JOIN item_text t ON t.item = i.id
        WHERE i.id = $1
        "#,
        item,
    )
    .fetch_one(read)
    .await
}

/// One report as it is shown.
pub struct Report {
    pub unit_name: String,
    pub part: Part,
    pub percent: Option<i16>,
    pub text: String,
    pub correction: bool,
    pub effective_on: NaiveDate,
    pub recorded_at: DateTime<Utc>,
}

/// The last reports of an item, newest first.
pub async fn last_reports(read: impl PgExecutor<'_>, item: Uuid, at_most: i64) -> sqlx::Result<Vec<Report>> {
    let rows = sqlx::query!(
        r#"
        SELECT u.name, r.part, r.percent, r.text, r.correction, r.effective_on, r.recorded_at
        FROM report r
        JOIN unit u ON u.id = r.unit
        WHERE r.item = $1
        ORDER BY r.version DESC
        LIMIT $2
        "#,
        item,
        at_most,
    )
    .fetch_all(read)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Report {
                unit_name: row.name,
                part: known(Part::from_code, "report", "part", &row.part)?,
                percent: row.percent,
                text: row.text,
                correction: row.correction,
                effective_on: row.effective_on,
                recorded_at: row.recorded_at,
            })
        })
        .collect()
}

/// How many open items stand under each stored status and flag.
pub struct Count {
    pub status: Status,
    pub flag: Option<Flag>,
    pub items: i64,
}

/// Items by stored status and flag, without those due for a new look: [`stale`] brings these.
pub async fn counts(
    read: impl PgExecutor<'_>,
    rounds: &[Uuid],
    today: NaiveDate,
) -> sqlx::Result<Vec<Count>> {
    let rows = sqlx::query!(
        r#"
        SELECT i.status, i.flag, count(*) AS "items!"
        FROM item i
        WHERE i.round = ANY($1)
          AND (i.next_check_on IS NULL OR i.next_check_on > $2)
        GROUP BY i.status, i.flag
        "#,
        rounds,
        today,
    )
    .fetch_all(read)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Count {
                status: known(Status::from_code, "item", "status", &row.status)?,
                flag: row.flag.map(|f| known(Flag::from_code, "item", "flag", &f)).transpose()?,
                items: row.items,
            })
        })
        .collect()
}

/// The items of these rounds whose stored flags may be out of date on this day.
pub async fn stale(read: impl PgExecutor<'_>, rounds: &[Uuid], today: NaiveDate) -> sqlx::Result<Vec<Item>> {
    all(items!("WHERE i.round = ANY($1) AND i.next_check_on <= $2", rounds, today).fetch_all(read).await?)
}
