//! Cases of the ladder and what is proposed to the office, as they stand.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::known;
use crate::domain::finding::Rung;
use crate::domain::ladder::{Case, CaseStanding, Ladder};
use crate::domain::ledger_file::Sentence;
use crate::domain::{Item, UnitRef};

/// The open cases of these items.
pub async fn open_of(read: &mut PgConnection, items: &[Uuid]) -> sqlx::Result<Vec<Case>> {
    let rows = sqlx::query!(
        r#"
        SELECT
            c.id, c.item, c.unit, c.rule, c.period, c.ladder, c.rung, c.step_on, c.limit_on, c.paused_until,
            c.pause_reason, c.promised_on, c.promises, c.opened_on,
            (SELECT max(p.proposed_on) FROM proposal p WHERE p.case_id = c.id) AS proposed_on,
            EXISTS (
                SELECT 1 FROM proposal p WHERE p.case_id = c.id AND p.decided IS NULL
            ) AS "is_pending!",
            EXISTS (
                SELECT 1
                FROM warning w
                JOIN warning_fate f ON f.warning = w.id AND f.fate = 'sent'
                WHERE w.item = c.item
                  AND w.unit = c.unit
                  AND (f.at AT TIME ZONE 'Asia/Shanghai')::date >= c.opened_on
            ) AS "is_told!",
            -- A circular that others began names it as well.
            EXISTS (
                SELECT 1
                FROM proposal p
                JOIN notice n ON n.state IN ('draft', 'checked')
                LEFT JOIN notice_item l ON l.notice = n.id AND l.item = c.item
                WHERE p.case_id = c.id
                  AND p.decided IN ('agreed', 'adjusted')
                  AND (n.proposal = p.id OR (n.form = 'circular' AND p.decided_rung = 'circular' AND l.item IS NOT NULL))
            ) AS "is_drafting!"
        FROM ladder_case c
        WHERE c.item = ANY($1) AND c.closed_on IS NULL
        "#,
        items,
    )
    .fetch_all(read)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Case {
                id: row.id,
                item: row.item,
                unit: row.unit,
                ladder: serde_json::from_value::<Ladder>(row.ladder)
                    .map_err(|error| sqlx::Error::Decode(error.into()))?,
                opened_on: row.opened_on,
                standing: CaseStanding {
                    rule: row.rule,
                    period: row.period,
                    rung: known(Rung::from_code, "ladder_case", "rung", &row.rung)?,
                    step_on: row.step_on,
                    limit_on: row.limit_on,
                    paused_until: row.paused_until,
                    pause_reason: row.pause_reason,
                    promised_on: row.promised_on,
                    promises: row.promises,
                },
                proposed_on: row.proposed_on,
                is_pending: row.is_pending,
                is_told: row.is_told,
                is_drafting: row.is_drafting,
            })
        })
        .collect()
}

/// A proposal that the office has not decided.
pub struct Waiting {
    pub id: Uuid,
    pub item: Uuid,
    pub number: i32,
    pub round: Uuid,
    pub unit: UnitRef,
    pub rung: Rung,
    pub facts: Sentence,
    pub proposed_on: NaiveDate,
    /// How many there are in all.
    pub all: i64,
}

/// The open case of an item's lead unit.
pub async fn of_lead(read: &mut PgConnection, item: &Item) -> sqlx::Result<Option<Case>> {
    let cases = open_of(read, &[item.id]).await?;
    Ok(cases.into_iter().find(|case| case.unit == item.lead.id))
}

/// What waits for the office in these rounds, the oldest first; of one item alone when it is given.
pub async fn waiting(
    read: &mut PgConnection,
    rounds: &[Uuid],
    item: Option<Uuid>,
    at_most: i64,
    skipped: i64,
) -> sqlx::Result<Vec<Waiting>> {
    let rows = sqlx::query!(
        r#"
        SELECT
            p.id, p.rung, p.facts, p.proposed_on,
            -- What was proposed before has no other wording.
            COALESCE(NULLIF(p.facts_en, ''), p.facts) AS "facts_en!",
            c.item, i.number, i.round, c.unit, u.name,
            count(*) OVER () AS "all!"
        FROM proposal p
        JOIN ladder_case c ON c.id = p.case_id
        JOIN item i ON i.id = c.item
        JOIN unit u ON u.id = c.unit
        WHERE p.decided IS NULL
          AND i.round = ANY($1)
          AND ($2::uuid IS NULL OR c.item = $2)
        ORDER BY p.proposed_on, i.number, p.id
        LIMIT $3
        OFFSET $4
        "#,
        rounds,
        item,
        at_most,
        skipped,
    )
    .fetch_all(read)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Waiting {
                id: row.id,
                item: row.item,
                number: row.number,
                round: row.round,
                unit: UnitRef { id: row.unit, name: row.name },
                rung: known(Rung::from_code, "proposal", "rung", &row.rung)?,
                facts: Sentence { zh: row.facts, en: row.facts_en },
                proposed_on: row.proposed_on,
                all: row.all,
            })
        })
        .collect()
}

/// What lies with the office.
pub struct Undecided {
    /// What it has not heard of, in words, with the rung; the oldest first.
    pub untold: Vec<(String, Rung)>,
    /// How many others there are, and since when the oldest waits.
    pub others: i64,
    pub since: Option<NaiveDate>,
    /// When it last heard of one of the others.
    pub told_on: Option<NaiveDate>,
}

pub async fn undecided(read: &PgPool) -> sqlx::Result<Undecided> {
    let rows = sqlx::query!(
        "SELECT facts, rung FROM proposal WHERE decided IS NULL AND told_on IS NULL ORDER BY proposed_on, id"
    )
    .fetch_all(read)
    .await?;
    let untold = rows
        .into_iter()
        .map(|row| Ok((row.facts, known(Rung::from_code, "proposal", "rung", &row.rung)?)))
        .collect::<sqlx::Result<_>>()?;
    let others = sqlx::query!(
        r#"
        SELECT count(*) AS "count!", min(proposed_on) AS since, max(told_on) AS told_on
        FROM proposal
        WHERE decided IS NULL AND told_on IS NOT NULL
        "#
    )
    .fetch_one(read)
    .await?;
    Ok(Undecided { untold, others: others.count, since: others.since, told_on: others.told_on })
}

/// Who decided the last proposal about an item, and what.
pub struct Decided {
    pub decided: String,
    pub by: Option<String>,
    pub at: Option<DateTime<Utc>>,
}

pub async fn last_decided(read: &mut PgConnection, item: Uuid) -> sqlx::Result<Option<Decided>> {
    let row = sqlx::query!(
        r#"
        SELECT p.decided AS "decided!", o.title AS "title?", p.decided_at
        FROM proposal p
        JOIN ladder_case c ON c.id = p.case_id
        LEFT JOIN post o ON o.id = p.by_post
        WHERE c.item = $1 AND p.decided IS NOT NULL
        ORDER BY p.decided_at DESC
        LIMIT 1
        "#,
        item,
    )
    .fetch_optional(read)
    .await?;
    Ok(row.map(|row| Decided { decided: row.decided, by: row.title, at: row.decided_at }))
}
