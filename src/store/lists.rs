//! Lists of whole rounds, a page's worth at a time, by index: as fast with a million items as with sixty.
//! What belongs to one unit or post is few and read as it is (`items::of_unit`, `items::held_by`).

use chrono::NaiveDate;
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use super::items::statuses;
use crate::domain::Flag;
use crate::domain::cycle::begun;
use crate::domain::listing::{Narrow, Rare, Stage};
use crate::domain::tally::Lamp;

/// A row of a list, before it is read in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub id: Uuid,
    pub number: i32,
    pub deadline: NaiveDate,
}

/// A question that almost nothing fits ends after so many items: none keeps the database busy for
/// seconds. [`has_more_under`] and [`has_more_by_number`] tell that it did.
pub const WALK: i64 = 20_000;

/// `keys!(read, narrow, round, today, at_most, "WHERE … ORDER BY … LIMIT …", "ORDER BY …", more…)`: of
/// the first items of a round those that fit, as [`Key`]s.
macro_rules! keys {
    (
        $read:expr, $narrow:expr, $round:expr, $today:expr, $at_most:expr,
        $first:literal, $order:literal $(, $argument:expr)*
    ) => {{
        let narrow: &Narrow = $narrow;
        let (codes, cycle) = (codes(narrow), narrow.cycle);
        sqlx::query_as!(
            Key,
            r#"
            SELECT i.id, i.number, i.deadline
            FROM (
                SELECT id, number, deadline, kind, status, opened_on, last_report_on, cycle, cycle_since
                FROM item
                WHERE round = $1
                  AND "# + $first + r#"
                LIMIT $11
            ) i
            WHERE ($2::text IS NULL OR i.kind = $2)
              AND ($3::text[] IS NULL OR i.status = ANY($3))
              AND ($4::text IS NULL
                   OR EXISTS (SELECT 1 FROM item_text t WHERE t.item = i.id AND t.category = $4))
              AND ($5::text IS NULL
                   OR EXISTS (SELECT 1 FROM item_text t WHERE t.item = i.id AND t.region = $5))
              -- Nothing heard since its cycle began: the month, the half month, the week.
              AND ($6::date[] IS NULL
                   OR GREATEST(i.opened_on, i.last_report_on) < CASE i.cycle
                       WHEN 'week' THEN $6[CASE WHEN i.cycle_since > $6[3] THEN 2 ELSE 3 END]
                       WHEN 'half_month' THEN $6[CASE WHEN i.cycle_since > $6[2] THEN 1 ELSE 2 END]
                       ELSE $6[1]
                   END)
              -- Heard, or not, in a month that is over.
              AND ($7::date IS NULL
                   OR (($9 OR i.opened_on < $7)
                       AND $9 = EXISTS (
                           SELECT 1
                           FROM report r
                           WHERE r.item = i.id
                             AND r.part = 'lead'
                             AND r.effective_on >= $7
                             AND r.effective_on < $8
                             AND NOT EXISTS (
                                 SELECT 1
                                 FROM verdict v
                                 WHERE v.item = r.item AND v.version = r.version AND v.verdict = 'withdrawn'
                             )
                       )))
            "# + $order + r#"
            LIMIT $10
            "#,
            $round,
            narrow.kind.map(|kind| kind.code()),
            codes.as_deref() as Option<&[&str]>,
            narrow.category.as_deref(),
            narrow.region.as_deref(),
            narrow.to_report.then(|| begun($today).to_vec()) as Option<Vec<NaiveDate>>,
            cycle.map(|cycle| cycle.first),
            cycle.map(|cycle| cycle.next()),
            cycle.is_some_and(|cycle| cycle.is_reported),
            $at_most,
            WALK
            $(, $argument)*
        )
        .fetch_all($read)
        .await
    }};
}

fn codes(narrow: &Narrow) -> Option<Vec<&'static str>> {
    (!narrow.statuses.is_empty()).then(|| narrow.statuses.iter().map(|status| status.code()).collect())
}

/// The open items under a lamp, the nearest deadline first, without those due for a new look
/// ([`super::items::stale`] brings these).
pub async fn under(
    read: impl PgExecutor<'_>,
    round: Uuid,
    lamp: Lamp,
    narrow: &Narrow,
    today: NaiveDate,
    at_most: i64,
) -> sqlx::Result<Vec<Key>> {
    keys!(
        read,
        narrow,
        round,
        today,
        at_most,
        "COALESCE(flag, '') = $12
         AND status NOT IN ('completed', 'publicity', 'signed_off')
         AND (next_check_on IS NULL OR next_check_on > $13)
         ORDER BY deadline, number",
        "ORDER BY i.deadline, i.number",
        lamp.flag().map_or("", Flag::code),
        today
    )
}

/// The completed items of a round, or all of them, by number.
pub async fn by_number(
    read: impl PgExecutor<'_>,
    round: Uuid,
    narrow: &Narrow,
    today: NaiveDate,
    at_most: i64,
) -> sqlx::Result<Vec<Key>> {
    if narrow.stage == Stage::Done {
        return keys!(
            read,
            narrow,
            round,
            today,
            at_most,
            "status IN ('completed', 'publicity', 'signed_off') ORDER BY number",
            "ORDER BY i.number"
        );
    }
    keys!(read, narrow, round, today, at_most, "true ORDER BY number", "ORDER BY i.number")
}

/// Whether there are more than [`WALK`] items under a lamp.
pub async fn has_more_under(read: impl PgExecutor<'_>, round: Uuid, lamp: Lamp) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"
        SELECT EXISTS (
            SELECT 1
            FROM item
            WHERE round = $1
              AND COALESCE(flag, '') = $2
              AND status NOT IN ('completed', 'publicity', 'signed_off')
            OFFSET $3
        ) AS "more!"
        "#,
        round,
        lamp.flag().map_or("", Flag::code),
        WALK,
    )
    .fetch_one(read)
    .await
}

/// Whether there are more than [`WALK`] items in a list by number.
pub async fn has_more_by_number(read: impl PgExecutor<'_>, round: Uuid, stage: Stage) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"
        SELECT EXISTS (
            SELECT 1
            FROM item
            WHERE round = $1
              AND status = ANY($2)
            OFFSET $3
        ) AS "more!"
        "#,
        round,
        &statuses(stage) as &[&str],
        WALK,
    )
    .fetch_one(read)
    .await
}

/// The items of these rounds, or those of `items`, to which this has happened.
pub async fn of_rare(
    read: impl PgExecutor<'_>,
    rare: Rare,
    rounds: &[Uuid],
    items: Option<&[Uuid]>,
    today: NaiveDate,
    at_most: i64,
) -> sqlx::Result<Vec<Uuid>> {
    match rare {
        Rare::Extended => extended(read, rounds, items, today, at_most).await,
        Rare::Relapsed => relapsed(read, rounds, items, at_most).await,
    }
}

/// Open again after they were signed off.
async fn relapsed(
    read: impl PgExecutor<'_>,
    rounds: &[Uuid],
    items: Option<&[Uuid]>,
    at_most: i64,
) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        r#"
        SELECT DISTINCT r.item
        FROM relapse r
        JOIN item i ON i.id = r.item
        WHERE i.round = ANY($1)
          AND i.status <> 'signed_off'
          AND ($2::uuid[] IS NULL OR r.item = ANY($2))
        LIMIT $3
        "#,
        rounds,
        items,
        at_most,
    )
    .fetch_all(read)
    .await
}

/// An extension is asked for, or runs on this day.
async fn extended(
    read: impl PgExecutor<'_>,
    rounds: &[Uuid],
    items: Option<&[Uuid]>,
    today: NaiveDate,
    at_most: i64,
) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        r#"
        SELECT DISTINCT e.item
        FROM extension e
        JOIN item i ON i.id = e.item
        WHERE i.round = ANY($1)
          AND ($2::uuid[] IS NULL OR e.item = ANY($2))
          AND (e.closed_on IS NULL OR (e.outcome = 'approved' AND e.new_deadline >= $3))
        LIMIT $4
        "#,
        rounds,
        items,
        today,
        at_most,
    )
    .fetch_all(read)
    .await
}

/// The items of a category or region, if there are no more than `at_most`; so many of what is rare anyway.
pub async fn rare(
    conn: &mut PgConnection,
    narrow: &Narrow,
    rounds: &[Uuid],
    today: NaiveDate,
    at_most: i64,
) -> sqlx::Result<Option<Vec<Uuid>>> {
    if let Some(rare) = narrow.rare {
        return of_rare(conn, rare, rounds, None, today, at_most).await.map(Some);
    }
    let by_category = match &narrow.category {
        Some(category) => {
            sqlx::query_scalar!(
                r#"
                SELECT t.item
                FROM item_text t
                JOIN item i ON i.id = t.item
                WHERE t.category = $1
                  AND i.round = ANY($2)
                  AND i.status = ANY($3)
                LIMIT $4
                "#,
                category,
                rounds,
                &statuses(narrow.stage) as &[&str],
                at_most + 1,
            )
            .fetch_all(&mut *conn)
            .await?
        }
        None => Vec::new(),
    };
    let by_region = match &narrow.region {
        Some(region) => {
            sqlx::query_scalar!(
                r#"
                SELECT t.item
                FROM item_text t
                JOIN item i ON i.id = t.item
                WHERE t.region = $1
                  AND i.round = ANY($2)
                  AND i.status = ANY($3)
                LIMIT $4
                "#,
                region,
                rounds,
                &statuses(narrow.stage) as &[&str],
                at_most + 1,
            )
            .fetch_all(conn)
            .await?
        }
        None => Vec::new(),
    };
    let asked = [(&narrow.category, by_category), (&narrow.region, by_region)];
    let few = asked.into_iter().filter(|(word, _)| word.is_some()).map(|(_, ids)| ids);
    Ok(few.filter(|ids| ids.len() as i64 <= at_most).min_by_key(Vec::len))
}

/// Those of these items that are of this category and region.
pub async fn of_texts(
    read: impl PgExecutor<'_>,
    items: &[Uuid],
    category: Option<&str>,
    region: Option<&str>,
) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        r#"
        SELECT item
        FROM item_text
        WHERE item = ANY($1)
          AND ($2::text IS NULL OR category = $2)
          AND ($3::text IS NULL OR region = $3)
        "#,
        items,
        category,
        region,
    )
    .fetch_all(read)
    .await
}

/// Those of these items whose lead unit reported in a month.
pub async fn heard_in(
    read: impl PgExecutor<'_>,
    items: &[Uuid],
    first: NaiveDate,
    next: NaiveDate,
) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        r#"
        SELECT DISTINCT r.item
        FROM report r
        WHERE r.item = ANY($1)
          AND r.part = 'lead'
          AND r.effective_on >= $2
          AND r.effective_on < $3
          AND NOT EXISTS (
              SELECT 1
              FROM verdict v
              WHERE v.item = r.item AND v.version = r.version AND v.verdict = 'withdrawn'
          )
        "#,
        items,
        first,
        next,
    )
    .fetch_all(read)
    .await
}

/// What a word of the plan is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    pub is_category: bool,
    pub is_region: bool,
}

pub async fn known_word(read: impl PgExecutor<'_>, word: &str) -> sqlx::Result<Known> {
    sqlx::query_as!(
        Known,
        r#"
        SELECT
            EXISTS (SELECT 1 FROM item_text WHERE category = $1) AS "is_category!",
            EXISTS (SELECT 1 FROM item_text WHERE region = $1) AS "is_region!"
        "#,
        word,
    )
    .fetch_one(read)
    .await
}
