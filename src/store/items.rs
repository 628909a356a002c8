//! Items as commands and rules ask for them. One list of columns serves every question.

use chrono::{NaiveDate, TimeDelta};
use sqlx::PgExecutor;
use uuid::Uuid;

use super::known;
use crate::domain::cycle::{Every, Rhythm, Why};
use crate::domain::listing::Stage;
use crate::domain::{Flag, Item, ItemState, Kind, Milestone, Status, UnitRef};

/// An item as a statement brings it.
pub(super) struct Row {
    pub(super) id: Uuid,
    pub(super) version: i32,
    pub(super) round: Uuid,
    pub(super) number: i32,
    pub(super) title: String,
    pub(super) lead_unit: Uuid,
    pub(super) lead_name: String,
    pub(super) leader_post: Option<Uuid>,
    pub(super) acceptance_unit: Option<Uuid>,
    pub(super) deadline: NaiveDate,
    pub(super) kind: String,
    pub(super) status: String,
    pub(super) percent: i16,
    pub(super) verified_percent: Option<i16>,
    pub(super) opened_on: NaiveDate,
    pub(super) cycle: String,
    pub(super) cycle_since: Option<NaiveDate>,
    pub(super) cycle_why: Option<String>,
    pub(super) last_report_on: Option<NaiveDate>,
    pub(super) flag: Option<String>,
    pub(super) other_flags: Vec<String>,
    pub(super) next_check_on: Option<NaiveDate>,
    pub(super) co: Vec<Uuid>,
    pub(super) milestones: Vec<i32>,
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
                i.leader_post, i.acceptance_unit, i.deadline, i.kind, i.status, i.percent, i.verified_percent, i.opened_on,
                i.cycle, i.cycle_since, i.cycle_why,
                i.last_report_on, i.flag, i.other_flags, i.next_check_on,
                ARRAY(SELECT c.unit FROM item_co_unit c WHERE c.item = i.id ORDER BY c.position) AS "co!",
                ARRAY(
                    SELECT (m.due_on - DATE '1970-01-01') * 1000 + m.percent
                    FROM milestone m
                    WHERE m.item = i.id
                    ORDER BY m.due_on
                ) AS "milestones!"
            FROM item i
            JOIN unit u ON u.id = i.lead_unit
            "# + $tail,
            $($argument),*
        )
    };
}

/// A milestone in one number, days since 1970 and thousandths for the percent: every question inside a
/// statement costs as much as the item itself.
fn milestone(number: i32) -> Milestone {
    Milestone {
        due_on: NaiveDate::default() + TimeDelta::days(i64::from(number.div_euclid(1000))),
        percent: number.rem_euclid(1000) as i16,
    }
}

impl Row {
    pub(super) fn item(self) -> sqlx::Result<Item> {
        Ok(Item {
            id: self.id,
            version: self.version,
            round: self.round,
            number: self.number,
            title: self.title,
            lead: UnitRef { id: self.lead_unit, name: self.lead_name },
            co: self.co,
            leader_post: self.leader_post,
            acceptance_unit: self.acceptance_unit,
            deadline: self.deadline,
            kind: known(Kind::from_code, "item", "kind", &self.kind)?,
            opened_on: self.opened_on,
            rhythm: rhythm(&self.cycle, self.cycle_since, self.cycle_why.as_deref())?,
            milestones: self.milestones.into_iter().map(milestone).collect(),
            state: ItemState {
                status: known(Status::from_code, "item", "status", &self.status)?,
                percent: self.percent,
                verified_percent: self.verified_percent,
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

/// How often an item is reported on, from its columns.
pub(super) fn rhythm(every: &str, since: Option<NaiveDate>, why: Option<&str>) -> sqlx::Result<Rhythm> {
    Ok(Rhythm {
        every: known(Every::from_code, "item", "cycle", every)?,
        since,
        why: why.map(|why| known(Why::from_code, "item", "cycle_why", why)).transpose()?,
    })
}

fn all(rows: Vec<Row>) -> sqlx::Result<Vec<Item>> {
    rows.into_iter().map(Row::item).collect()
}

/// One item.
pub async fn by_id(read: impl PgExecutor<'_>, item: Uuid) -> sqlx::Result<Option<Item>> {
    Ok(all(items!("WHERE i.id = $1", item).fetch_all(read).await?)?.pop())
}

/// The number of an item.
pub async fn number_of(read: impl PgExecutor<'_>, item: Uuid) -> sqlx::Result<i32> {
    sqlx::query_scalar!("SELECT number FROM item WHERE id = $1", item).fetch_one(read).await
}

/// The items of these numbers in these rounds.
pub async fn by_numbers(
    read: impl PgExecutor<'_>,
    rounds: &[Uuid],
    numbers: &[i32],
) -> sqlx::Result<Vec<Item>> {
    all(items!("WHERE i.round = ANY($1) AND i.number = ANY($2)", rounds, numbers).fetch_all(read).await?)
}

/// The open items of a unit, lead and co, by number.
pub async fn open_of_unit(read: impl PgExecutor<'_>, rounds: &[Uuid], unit: Uuid) -> sqlx::Result<Vec<Item>> {
    of_unit(read, rounds, unit, Stage::Open).await
}

/// The items of a unit, lead and co, by number.
pub async fn of_unit(
    read: impl PgExecutor<'_>,
    rounds: &[Uuid],
    unit: Uuid,
    stage: Stage,
) -> sqlx::Result<Vec<Item>> {
    all(items!(
        "WHERE i.round = ANY($1)
           AND i.status = ANY($3)
           -- Not with OR, which would read the whole round.
           AND i.id IN (
               SELECT l.id FROM item l WHERE l.lead_unit = $2
               UNION ALL
               SELECT c.item FROM item_co_unit c WHERE c.unit = $2
           )
         ORDER BY i.number, i.round",
        rounds,
        unit,
        &statuses(stage) as &[&str]
    )
    .fetch_all(read)
    .await?)
}

/// The items a leader's post holds, by number.
pub async fn held_by(
    read: impl PgExecutor<'_>,
    rounds: &[Uuid],
    post: Uuid,
    stage: Stage,
) -> sqlx::Result<Vec<Item>> {
    all(items!(
        "WHERE i.round = ANY($1)
           AND i.status = ANY($3)
           AND i.leader_post = $2
         ORDER BY i.number, i.round",
        rounds,
        post,
        &statuses(stage) as &[&str]
    )
    .fetch_all(read)
    .await?)
}

/// These items of these rounds, in no order.
pub async fn by_ids(read: impl PgExecutor<'_>, rounds: &[Uuid], ids: &[Uuid]) -> sqlx::Result<Vec<Item>> {
    all(items!("WHERE i.id = ANY($2) AND i.round = ANY($1)", rounds, ids).fetch_all(read).await?)
}

/// These items of whatever round, in no order.
pub async fn these(read: impl PgExecutor<'_>, ids: &[Uuid]) -> sqlx::Result<Vec<Item>> {
    all(items!("WHERE i.id = ANY($1)", ids).fetch_all(read).await?)
}

/// The codes of a stage.
pub(super) fn statuses(stage: Stage) -> Vec<&'static str> {
    Status::ALL.into_iter().filter(|status| stage.has(*status)).map(Status::code).collect()
}

/// Open items whose lead unit has not been heard since their cycle began, by number. `begun`: the first days
/// of the month, the half month and the week. What is handed in waits for others and is left alone.
pub async fn unheard(
    read: impl PgExecutor<'_>,
    rounds: &[Uuid],
    lead: Option<Uuid>,
    begun: [NaiveDate; 3],
    at_most: i64,
) -> sqlx::Result<Vec<Item>> {
    let [month, half, week] = begun;
    all(items!(
        "WHERE i.round = ANY($1)
           AND i.status IN ('assigned', 'in_progress', 'returned')
           AND (i.last_report_on IS NULL OR i.last_report_on < CASE i.cycle
               WHEN 'week' THEN CASE WHEN i.cycle_since > $4 THEN $3 ELSE $4 END
               WHEN 'half_month' THEN CASE WHEN i.cycle_since > $3 THEN $2 ELSE $3 END
               ELSE $2::date
           END)
           AND ($5::uuid IS NULL OR i.lead_unit = $5)
         ORDER BY i.number, i.round
         LIMIT $6",
        rounds,
        month,
        half,
        week,
        lead,
        at_most
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
    pub responsible_post: String,
    pub leader_text: String,
    pub co_names: Vec<String>,
}

pub async fn texts(read: impl PgExecutor<'_>, item: Uuid) -> sqlx::Result<Texts> {
    sqlx::query_as!(
        Texts,
        r#"
        SELECT
            t.description, t.goal, t.measures, t.responsible_post, t.leader_text,
            ARRAY(
                SELECT u.name
                FROM item_co_unit c
                JOIN unit u ON u.id = c.unit
                WHERE c.item = i.id
                ORDER BY c.position
            ) AS "co_names!"
        FROM item i
        JOIN item_text t ON t.item = i.id
        WHERE i.id = $1
        "#,
        item,
    )
    .fetch_one(read)
    .await
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
