//! Cases and proposals of a whole batch, written set-wise: one statement for each kind that occurs. The
//! item's lock and version guard them.

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::decision::{Decision, Effect};
use crate::domain::ladder::{Case, CaseStanding, Closed, NewProposal};

/// One column per vector, as `unnest` wants them.
#[derive(Default)]
struct Standings<'d> {
    id: Vec<Uuid>,
    rule: Vec<&'d str>,
    period: Vec<&'d str>,
    rung: Vec<&'d str>,
    step_on: Vec<NaiveDate>,
    limit_on: Vec<NaiveDate>,
    paused_until: Vec<Option<NaiveDate>>,
    pause_reason: Vec<&'d str>,
    promised_on: Vec<Option<NaiveDate>>,
    promises: Vec<i16>,
}

impl<'d> Standings<'d> {
    fn push(&mut self, case: Uuid, standing: &'d CaseStanding) {
        self.id.push(case);
        self.rule.push(&standing.rule);
        self.period.push(&standing.period);
        self.rung.push(standing.rung.code());
        self.step_on.push(standing.step_on);
        self.limit_on.push(standing.limit_on);
        self.paused_until.push(standing.paused_until);
        self.pause_reason.push(&standing.pause_reason);
        self.promised_on.push(standing.promised_on);
        self.promises.push(standing.promises);
    }
}

pub(super) async fn write(
    tx: &mut PgConnection,
    decisions: impl Iterator<Item = &Decision>,
) -> sqlx::Result<()> {
    let (mut opened, mut moved) = (Vec::new(), Standings::default());
    let (mut closed, mut proposed) = (Vec::new(), Vec::new());
    for decision in decisions {
        let today = decision.now.today();
        for effect in &decision.effects {
            match effect {
                Effect::CaseOpened(case) => opened.push(&**case),
                Effect::CaseMoved { case, standing, .. } => moved.push(*case, standing),
                Effect::CaseClosed { case, why, .. } => closed.push((*case, *why, today)),
                Effect::Proposed(proposal) => proposed.push((&**proposal, today)),
                _ => {}
            }
        }
    }
    if !opened.is_empty() {
        open(tx, &opened).await?;
    }
    if !moved.id.is_empty() {
        move_on(tx, &moved).await?;
    }
    if !closed.is_empty() {
        close(tx, &closed).await?;
    }
    if !proposed.is_empty() {
        propose(tx, &proposed).await?;
    }
    Ok(())
}

async fn open(tx: &mut PgConnection, cases: &[&Case]) -> sqlx::Result<()> {
    let mut now = Standings::default();
    for case in cases {
        now.push(case.id, &case.standing);
    }
    let items: Vec<Uuid> = cases.iter().map(|case| case.item).collect();
    let units: Vec<Uuid> = cases.iter().map(|case| case.unit).collect();
    let opened: Vec<NaiveDate> = cases.iter().map(|case| case.opened_on).collect();
    let ladders: Vec<serde_json::Value> = cases
        .iter()
        .map(|case| serde_json::to_value(&case.ladder))
        .collect::<Result<_, _>>()
        .map_err(|error| sqlx::Error::Encode(error.into()))?;
    sqlx::query!(
        r#"
        INSERT INTO ladder_case (id, item, unit, rule, period, ladder, rung, step_on, limit_on, opened_on)
        SELECT *
        FROM unnest(
            $1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::jsonb[], $7::text[], $8::date[],
            $9::date[], $10::date[]
        )
        "#,
        &now.id,
        &items,
        &units,
        &now.rule as &[&str],
        &now.period as &[&str],
        &ladders,
        &now.rung as &[&str],
        &now.step_on,
        &now.limit_on,
        &opened,
    )
    .execute(tx)
    .await
    .map(|_| ())
}

async fn move_on(tx: &mut PgConnection, moved: &Standings<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        UPDATE ladder_case
        SET rule = m.rule,
            period = m.period,
            rung = m.rung,
            step_on = m.step_on,
            limit_on = m.limit_on,
            paused_until = m.paused_until,
            pause_reason = m.pause_reason,
            promised_on = m.promised_on,
            promises = m.promises
        FROM unnest(
            $1::uuid[], $2::text[], $3::text[], $4::text[], $5::date[], $6::date[], $7::date[], $8::text[],
            $9::date[], $10::smallint[]
        ) AS m (
            id, rule, period, rung, step_on, limit_on, paused_until, pause_reason, promised_on, promises
        )
        WHERE ladder_case.id = m.id
        "#,
        &moved.id,
        &moved.rule as &[&str],
        &moved.period as &[&str],
        &moved.rung as &[&str],
        &moved.step_on,
        &moved.limit_on,
        &moved.paused_until as &[Option<NaiveDate>],
        &moved.pause_reason as &[&str],
        &moved.promised_on as &[Option<NaiveDate>],
        &moved.promises,
    )
    .execute(tx)
    .await
    .map(|_| ())
}

/// Closes cases; what waits for the office about them is dropped.
async fn close(tx: &mut PgConnection, closed: &[(Uuid, Closed, NaiveDate)]) -> sqlx::Result<()> {
    let ids: Vec<Uuid> = closed.iter().map(|case| case.0).collect();
    let whys: Vec<&str> = closed.iter().map(|case| case.1.code()).collect();
    let days: Vec<NaiveDate> = closed.iter().map(|case| case.2).collect();
    sqlx::query!(
        r#"
        WITH dropped AS (
            UPDATE proposal SET decided = 'dropped' WHERE case_id = ANY($1) AND decided IS NULL
        )
        UPDATE ladder_case
        SET closed_on = c.day, closed_why = c.why
        FROM unnest($1::uuid[], $2::text[], $3::date[]) AS c (id, why, day)
        WHERE ladder_case.id = c.id
        "#,
        &ids,
        &whys as &[&str],
        &days,
    )
    .execute(tx)
    .await
    .map(|_| ())
}

async fn propose(tx: &mut PgConnection, proposed: &[(&NewProposal, NaiveDate)]) -> sqlx::Result<()> {
    let ids: Vec<Uuid> = proposed.iter().map(|p| p.0.id).collect();
    let cases: Vec<Uuid> = proposed.iter().map(|p| p.0.case).collect();
    let rungs: Vec<&str> = proposed.iter().map(|p| p.0.rung.code()).collect();
    let facts: Vec<&str> = proposed.iter().map(|p| p.0.facts.zh.as_str()).collect();
    let facts_en: Vec<&str> = proposed.iter().map(|p| p.0.facts.en.as_str()).collect();
    let days: Vec<NaiveDate> = proposed.iter().map(|p| p.1).collect();
    sqlx::query!(
        r#"
        INSERT INTO proposal (id, case_id, rung, facts, proposed_on, facts_en)
        SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::date[], $6::text[])
        "#,
        &ids,
        &cases,
        &rungs as &[&str],
        &facts as &[&str],
        &days,
        &facts_en as &[&str],
    )
    .execute(tx)
    .await
    .map(|_| ())
}

/// What the office decided about a proposal.
pub(super) async fn decide(tx: &mut PgConnection, decision: &Decision, effect: &Effect) -> sqlx::Result<()> {
    let Effect::ProposalDecided { proposal, verdict, rung, reason, .. } = effect else { return Ok(()) };
    sqlx::query!(
        r#"
        UPDATE proposal
        SET decided = $2, decided_rung = $3, reason = $4, by_post = $5, decided_at = $6
        WHERE id = $1
        "#,
        proposal,
        verdict.code(),
        rung.map(|rung| rung.code()),
        reason,
        decision.actor.post,
        decision.now.utc,
    )
    .execute(tx)
    .await
    .map(|_| ())
}
