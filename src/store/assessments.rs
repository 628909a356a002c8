//! Assessments as they were frozen: editions, and the sheets of their units with the appeals.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::known;
use crate::domain::UnitRef;
use crate::domain::assessment::edition::{Appeal, Edition, Sheet, Term};
use crate::domain::assessment::{Deduction, Draft, Indicator};
use crate::domain::ledger_file::Sentence;

/// More editions are not listed.
const AT_MOST: i64 = 40;

/// The editions of these rounds, the newest first: of one quarter or of all; with `units` those that were sent
/// and have a sheet of one of them.
pub async fn editions(
    read: &mut PgConnection,
    rounds: &[Uuid],
    term: Option<Term>,
    units: Option<&[Uuid]>,
) -> sqlx::Result<Vec<Edition>> {
    chosen(read, (Some(rounds), None), term, units).await
}

/// The edition with this appeal, however old, and the unit that appealed.
pub async fn appealed(read: &mut PgConnection, handle: i32) -> sqlx::Result<Option<(Edition, Uuid)>> {
    let row = sqlx::query!(
        r#"
        SELECT s.assessment, s.unit
        FROM assessment_appeal p
        JOIN assessment_sheet s ON s.id = p.sheet
        WHERE p.handle = $1
        "#,
        handle,
    )
    .fetch_optional(&mut *read)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let edition = chosen(read, (None, Some(row.assessment)), None, None).await?.pop();
    Ok(edition.map(|edition| (edition, row.unit)))
}

async fn chosen(
    read: &mut PgConnection,
    (rounds, only): (Option<&[Uuid]>, Option<Uuid>),
    term: Option<Term>,
    units: Option<&[Uuid]>,
) -> sqlx::Result<Vec<Edition>> {
    let (year, quarter) = term.map(|term| (term.year, term.quarter)).unzip();
    let rows = sqlx::query_as!(
        Row,
        r#"
        SELECT
            a.id, a.version, a.round, r.name AS round_name, a.year, a.quarter, a.number, a.weights, a.reason,
            a.drafted_by, a.sent_at, a.appeal_by, a.published_at,
            (
                SELECT count(*)
                FROM assessment_sheet s
                JOIN assessment_appeal p ON p.sheet = s.id
                WHERE s.assessment = a.id AND p.decided_at IS NULL
            ) AS "open!"
        FROM assessment a
        JOIN round r ON r.id = a.round
        WHERE ($1::uuid[] IS NULL OR a.round = ANY($1))
          AND ($6::uuid IS NULL OR a.id = $6)
          AND ($2::integer IS NULL OR (a.year = $2 AND a.quarter = $3))
          AND (
              $4::uuid[] IS NULL
              OR (
                  a.sent_at IS NOT NULL
                  AND EXISTS (SELECT 1 FROM assessment_sheet s WHERE s.assessment = a.id AND s.unit = ANY($4))
              )
          )
        ORDER BY a.year DESC, a.quarter DESC, r.name, a.number DESC
        LIMIT $5
        "#,
        rounds,
        year,
        quarter,
        units,
        AT_MOST,
        only,
    )
    .fetch_all(read)
    .await?;
    rows.into_iter().map(Row::edition).collect()
}

struct Row {
    id: Uuid,
    version: i32,
    round: Uuid,
    round_name: String,
    year: i32,
    quarter: i32,
    number: i32,
    weights: Vec<i32>,
    reason: String,
    drafted_by: Uuid,
    sent_at: Option<DateTime<Utc>>,
    appeal_by: Option<NaiveDate>,
    published_at: Option<DateTime<Utc>>,
    open: i64,
}

impl Row {
    fn edition(self) -> sqlx::Result<Edition> {
        let weights = self.weights.try_into();
        Ok(Edition {
            id: self.id,
            version: self.version,
            round: self.round,
            round_name: self.round_name,
            term: Term { year: self.year, quarter: self.quarter },
            number: self.number,
            weights: weights.map_err(|_| sqlx::Error::Decode("assessment.weights are five".into()))?,
            reason: self.reason,
            drafted_by: self.drafted_by,
            sent_at: self.sent_at,
            appeal_by: self.appeal_by,
            published_at: self.published_at,
            open: self.open,
        })
    }
}

/// The sheets of an edition in the ledger's order: all, or those of these units.
pub async fn sheets(
    read: &mut PgConnection,
    edition: &Edition,
    units: Option<&[Uuid]>,
) -> sqlx::Result<Vec<Sheet>> {
    let sheets = sqlx::query!(
        r#"
        SELECT s.id, s.unit, u.name, s.items, s.concerns
        FROM assessment_sheet s
        JOIN unit u ON u.id = s.unit
        WHERE s.assessment = $1 AND ($2::uuid[] IS NULL OR s.unit = ANY($2))
        ORDER BY s.position
        "#,
        edition.id,
        units,
    )
    .fetch_all(&mut *read)
    .await?;
    let ids: Vec<Uuid> = sheets.iter().map(|sheet| sheet.id).collect();
    let lost = sqlx::query!(
        r#"
        SELECT
            d.sheet, d.place, d.indicator, d.item, d.number, d.title, d.why, d.points::float8 AS "points!", d.struck,
            -- What was frozen before has no other wording.
            COALESCE(NULLIF(d.why_en, ''), d.why) AS "why_en!",
            p.handle AS "handle?", p.text AS "text?", p.holds AS "holds?", p.reason AS "reason?"
        FROM assessment_deduction d
        LEFT JOIN assessment_appeal p ON p.sheet = d.sheet AND p.place = d.place
        WHERE d.sheet = ANY($1)
        ORDER BY d.sheet, d.place
        "#,
        &ids,
    )
    .fetch_all(read)
    .await?;
    sheets
        .into_iter()
        .map(|sheet| {
            let of_sheet = || lost.iter().filter(|row| row.sheet == sheet.id);
            let deductions = of_sheet().map(|row| {
                Ok(Deduction {
                    indicator: known(
                        Indicator::from_code,
                        "assessment_deduction",
                        "indicator",
                        &row.indicator,
                    )?,
                    item: row.item,
                    number: row.number,
                    title: row.title.clone(),
                    why: Sentence { zh: row.why.clone(), en: row.why_en.clone() },
                    points: row.points,
                    struck: row.struck.clone(),
                })
            });
            let deductions = deductions.collect::<sqlx::Result<Vec<_>>>()?;
            let appeals = of_sheet().filter_map(|row| {
                Some(Appeal {
                    handle: row.handle?,
                    place: row.place,
                    text: row.text.clone()?,
                    decided: row.holds.zip(row.reason.clone()),
                })
            });
            let concerns = Indicator::ALL.map(|of| sheet.concerns.iter().any(|code| code == of.code()));
            let (unit, items) = (UnitRef { id: sheet.unit, name: sheet.name }, sheet.items);
            let items = usize::try_from(items).unwrap_or_default();
            Ok(Sheet {
                id: sheet.id,
                appeals: appeals.collect(),
                draft: Draft::counted(unit, items, concerns, deductions, &edition.weights),
            })
        })
        .collect()
}

/// The sheets of an edition whose message has reached nobody, so far as the platforms know.
pub async fn unreached(read: &mut PgConnection, edition: Uuid) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        r#"
        SELECT s.id
        FROM assessment_sheet s
        WHERE s.assessment = $1
          AND NOT EXISTS (SELECT 1 FROM copy_fate f WHERE f.copy = s.id AND f.fate = 'sent')
        "#,
        edition,
    )
    .fetch_all(read)
    .await
}

/// The handle that the next appeal gets.
pub async fn next_handle(read: &mut PgConnection) -> sqlx::Result<i32> {
    let last = sqlx::query_scalar!("SELECT max(handle) FROM assessment_appeal").fetch_one(read).await?;
    Ok(last.unwrap_or_default() + 1)
}
