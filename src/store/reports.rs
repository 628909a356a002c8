//! Reports as commands ask for them: the last ones of an item or a unit, with what became of them.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use super::known;
use crate::domain::decision::Verdict;
use crate::domain::dialogue::Details;
use crate::domain::item::LastSaid;
use crate::domain::odd::Odd;
use crate::domain::sentence::Cause;
use crate::domain::{Item, Part};

/// Changes of an item among which its last report nearly always is.
pub(super) const RECENT: i32 = 16;

/// One report as it is shown.
pub struct Report {
    pub item: Uuid,
    pub version: i32,
    pub unit: Uuid,
    pub unit_name: String,
    pub post: Option<Uuid>,
    pub part: Part,
    pub percent: Option<i16>,
    pub text: String,
    pub correction: bool,
    pub unchanged: bool,
    pub details: Details,
    pub odd: Vec<Odd>,
    pub effective_on: NaiveDate,
    pub recorded_at: DateTime<Utc>,
    pub verdict: Option<Verdict>,
    /// The post that gave it.
    pub judged_by: Option<String>,
    /// Why it was sent back.
    pub reason: Option<String>,
}

/// A report with what stands beside it where it is shown in full.
pub struct Shown {
    pub report: Report,
    /// 代: the unit of whoever made it for the report's unit.
    pub made_by: Option<String>,
    /// Files that belong to it and are kept, or on their way.
    pub files: i64,
}

/// `reports!(["more columns"], "FROM … r … WHERE …", arguments…)`: reports `r`, for `report!`.
macro_rules! reports {
    ($([$more:literal],)* $tail:literal, $($argument:expr),*) => {
        sqlx::query!(
            r#"
            SELECT
                r.item AS "item!", r.version AS "version!", r.unit AS "unit!", u.name AS "unit_name!", r.post,
                r.part AS "part!", r.percent, r.text AS "text!", r.correction AS "correction!",
                r.unchanged AS "unchanged!", r.next_step AS "next_step!", r.next_on, r.cause,
                r.difficulty AS "difficulty!", r.help AS "help!", r.odd AS "odd!",
                r.effective_on AS "effective_on!", r.recorded_at AS "recorded_at!", v.verdict AS "verdict?", v.reason AS "reason?",
                (SELECT p.title FROM post p WHERE p.id = v.by_post) AS judged_by
            "# $(+ $more)* + $tail,
            $($argument),*
        )
    };
}

/// As `reports!`, with what stands beside them, for `shown!`.
macro_rules! shown_reports {
    ($([$more:literal],)* $tail:literal, $($argument:expr),*) => {
        reports!(
            [r#",
                (
                    SELECT o.name
                    FROM post p
                    JOIN unit o ON o.id = p.unit
                    WHERE p.id = r.post AND p.unit <> r.unit
                ) AS made_by,
                (
                    SELECT count(*)
                    FROM attachment a
                    WHERE a.item = r.item AND a.report = r.version AND a.state IN ('waiting', 'stored')
                ) AS "files!"
            "#],
            $([$more],)*
            $tail,
            $($argument),*
        )
    };
}

/// The report of a row, as `sqlx::Result`.
macro_rules! report {
    ($row:expr) => {{
        let row = $row;
        (move || -> sqlx::Result<Report> {
            Ok(Report {
                item: row.item,
                version: row.version,
                unit: row.unit,
                unit_name: row.unit_name,
                post: row.post,
                part: known(Part::from_code, "report", "part", &row.part)?,
                percent: row.percent,
                text: row.text,
                correction: row.correction,
                unchanged: row.unchanged,
                details: Details {
                    next_step: row.next_step,
                    next_on: row.next_on,
                    cause: row.cause.map(|c| known(Cause::from_code, "report", "cause", &c)).transpose()?,
                    difficulty: row.difficulty,
                    help: row.help,
                },
                odd: row
                    .odd
                    .iter()
                    .map(|o| known(Odd::from_code, "report", "odd", o))
                    .collect::<sqlx::Result<_>>()?,
                effective_on: row.effective_on,
                recorded_at: row.recorded_at,
                verdict: row
                    .verdict
                    .map(|v| known(Verdict::from_code, "verdict", "verdict", &v))
                    .transpose()?,
                judged_by: row.judged_by,
                reason: row.reason,
            })
        })()
    }};
}

/// As `report!`, with what stands beside it.
macro_rules! shown {
    ($row:expr) => {{
        let mut row = $row;
        let (made_by, files) = (row.made_by.take(), row.files);
        report!(row).map(|report| Shown { report, made_by, files })
    }};
}

/// The last reports of an item, newest first; what was taken back is left out.
pub async fn last(read: impl PgExecutor<'_>, item: Uuid, at_most: i64) -> sqlx::Result<Vec<Shown>> {
    let rows = shown_reports!(
        "FROM report r
         JOIN unit u ON u.id = r.unit
         LEFT JOIN verdict v ON v.item = r.item AND v.version = r.version
         WHERE r.item = $1
           AND v.verdict IS DISTINCT FROM 'withdrawn'
         ORDER BY r.version DESC
         LIMIT $2",
        item,
        at_most
    )
    .fetch_all(read)
    .await?;
    rows.into_iter().map(|row| shown!(row)).collect()
}

/// The last reports of an item until a day, newest first; what was taken back is left out.
pub async fn until(
    read: impl PgExecutor<'_>,
    item: Uuid,
    day: NaiveDate,
    at_most: i64,
) -> sqlx::Result<Vec<Shown>> {
    let rows = shown_reports!(
        "FROM report r
         JOIN unit u ON u.id = r.unit
         LEFT JOIN verdict v ON v.item = r.item AND v.version = r.version
         WHERE r.item = $1
           AND r.effective_on <= $2
           AND v.verdict IS DISTINCT FROM 'withdrawn'
         ORDER BY r.effective_on DESC, r.version DESC
         LIMIT $3",
        item,
        day,
        at_most
    )
    .fetch_all(read)
    .await?;
    rows.into_iter().map(|row| shown!(row)).collect()
}

/// The last report of this unit on each of these items; what was taken back is left out. Looked for among
/// the last changes of an item first, so that it costs the same however long its history is.
pub async fn last_of_unit(read: &mut PgConnection, items: &[&Item], unit: Uuid) -> sqlx::Result<Vec<Report>> {
    let mut found = newest(&mut *read, items, RECENT, unit).await?;
    let is_found = |item: &Item| found.iter().any(|report| report.item == item.id);
    let older: Vec<&Item> =
        items.iter().copied().filter(|item| item.version > RECENT && !is_found(item)).collect();
    if !older.is_empty() {
        found.extend(newest(read, &older, i32::MAX, unit).await?);
    }
    Ok(found)
}

/// The same, as far as the next report is judged by it.
pub async fn last_said(read: &mut PgConnection, items: &[&Item], unit: Uuid) -> sqlx::Result<Vec<LastSaid>> {
    let found = last_of_unit(read, items, unit).await?.into_iter().map(|report| {
        let Report { item, unit, text, unchanged, effective_on, .. } = report;
        LastSaid { item, unit, text, unchanged, effective_on }
    });
    Ok(found.collect())
}

/// The newest report of a unit within so many of the last versions of each item.
async fn newest(
    read: &mut PgConnection,
    items: &[&Item],
    within: i32,
    unit: Uuid,
) -> sqlx::Result<Vec<Report>> {
    let ids: Vec<Uuid> = items.iter().map(|item| item.id).collect();
    let after: Vec<i32> = items.iter().map(|item| item.version.saturating_sub(within)).collect();
    let rows = reports!(
        "FROM unnest($1::uuid[], $2::integer[]) AS asked (item, after)
         CROSS JOIN LATERAL (
             SELECT n.version
             FROM report n
             WHERE n.item = asked.item
               AND n.version > asked.after
               AND n.unit = $3
               AND NOT EXISTS (
                   SELECT 1
                   FROM verdict w
                   WHERE w.item = n.item AND w.version = n.version AND w.verdict = 'withdrawn'
               )
             ORDER BY n.version DESC
             LIMIT 1
         ) newest
         CROSS JOIN LATERAL (
             -- One row by key; the limit keeps it from being joined by reading everything.
             SELECT
                 o.item, o.version, o.unit, o.post, o.part, o.percent, o.text, o.correction, o.unchanged,
                 o.next_step, o.next_on, o.cause, o.difficulty, o.help, o.odd, o.effective_on, o.recorded_at
             FROM report o
             WHERE o.item = asked.item AND o.version = newest.version
             LIMIT 1
         ) r
         JOIN unit u ON u.id = r.unit
         LEFT JOIN verdict v ON v.item = r.item AND v.version = r.version",
        &ids,
        &after,
        unit
    )
    .fetch_all(read)
    .await?;
    rows.into_iter().map(|row| report!(row)).collect()
}

/// The last report that this post made for this unit, on whatever item of the unit's.
pub async fn last_by_post(
    read: impl PgExecutor<'_>,
    rounds: &[Uuid],
    unit: Uuid,
    post: Uuid,
) -> sqlx::Result<Option<Report>> {
    let row = reports!(
        "FROM (
             SELECT i.id FROM item i WHERE i.lead_unit = $2 AND i.round = ANY($1)
             UNION
             SELECT c.item FROM item_co_unit c JOIN item i ON i.id = c.item
             WHERE c.unit = $2 AND i.round = ANY($1)
         ) AS own (item)
         JOIN report r ON r.item = own.item AND r.version = (
             SELECT max(n.version)
             FROM report n
             WHERE n.item = own.item
               AND n.unit = $2
               AND n.post = $3
               AND NOT EXISTS (
                   SELECT 1
                   FROM verdict w
                   WHERE w.item = n.item AND w.version = n.version AND w.verdict = 'withdrawn'
                   OFFSET 0
               )
         )
         JOIN unit u ON u.id = r.unit
         LEFT JOIN verdict v ON v.item = r.item AND v.version = r.version
         ORDER BY r.recorded_at DESC
         LIMIT 1",
        rounds,
        unit,
        post
    )
    .fetch_optional(read)
    .await?;
    row.map(|row| report!(row)).transpose()
}

/// One report.
pub async fn one(read: impl PgExecutor<'_>, item: Uuid, version: i32) -> sqlx::Result<Option<Shown>> {
    let row = shown_reports!(
        "FROM report r
         JOIN unit u ON u.id = r.unit
         LEFT JOIN verdict v ON v.item = r.item AND v.version = r.version
         WHERE r.item = $1 AND r.version = $2",
        item,
        version
    )
    .fetch_optional(read)
    .await?;
    row.map(|row| shown!(row)).transpose()
}

/// A report that the office has not looked at.
pub struct Waiting {
    pub number: i32,
    pub title: String,
    /// How the item stood before it.
    pub percent_before: Option<i16>,
    pub shown: Shown,
}

/// One page of what waits, and how much there is.
pub struct WaitingPage {
    pub all: i64,
    pub reports: Vec<Waiting>,
}

/// Lead units' reports since a day without a verdict, oldest first; of several on one item only the
/// newest waits.
pub async fn waiting(
    read: impl PgExecutor<'_>,
    rounds: &[Uuid],
    since: NaiveDate,
    at_most: i64,
    skipped: i64,
) -> sqlx::Result<WaitingPage> {
    let rows = shown_reports!(
        [r#",
            i.number, i.title, count(*) OVER () AS "all!",
            (
                SELECT h.percent
                FROM item_history h
                WHERE h.item = r.item AND h.version < r.version
                ORDER BY h.version DESC
                LIMIT 1
            ) AS percent_before
        "#],
        "FROM report r
         JOIN item i ON i.id = r.item
         JOIN unit u ON u.id = r.unit
         LEFT JOIN verdict v ON v.item = r.item AND v.version = r.version
         WHERE r.recorded_at >= $2::date::timestamptz
           AND r.part = 'lead'
           -- What came with a file is the office's own.
           AND r.post IS NOT NULL
           AND i.round = ANY($1)
           AND v.item IS NULL
           AND NOT EXISTS (
               SELECT 1
               FROM report n
               LEFT JOIN verdict w ON w.item = n.item AND w.version = n.version
               WHERE n.item = r.item
                 AND n.version > r.version
                 AND n.part = 'lead'
                 AND w.verdict IS DISTINCT FROM 'withdrawn'
           )
         ORDER BY r.recorded_at, r.item
         LIMIT $3 OFFSET $4",
        rounds,
        since,
        at_most,
        skipped
    )
    .fetch_all(read)
    .await?;
    let all = rows.first().map_or(0, |row| row.all);
    let reports = rows.into_iter().map(|mut row| {
        let (number, title, percent_before) =
            (row.number, std::mem::take(&mut row.title), row.percent_before);
        Ok(Waiting { number, title, percent_before, shown: shown!(row)? })
    });
    Ok(WaitingPage { all, reports: reports.collect::<sqlx::Result<_>>()? })
}
