//! The sweep: looks again at items whose flags the calendar may have moved, stores how they stand, and
//! raises the warnings that the rules ask for. Late, doubled or on another replica, it does the same.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveDate;
use uuid::Uuid;

use super::casework::{self, When};
use super::{Stop, alarms, cycles, rest};
use crate::app::App;
use crate::domain::decision::{
    Aggregate, Audience, Change, Decision, Effect, Fate, OnDoubt, Origin, Reply, Saying,
};
use crate::domain::finding::{Facts, Finding, Raised, Rung};
use crate::domain::warning::NewWarning;
use crate::domain::{Basis, Item, Now};
use crate::store::commit::CommitError;
use crate::warnings::{To, unsigned};
use crate::{store, warnings};

/// Items looked at in one go.
const CHUNK: i64 = 2_000;
/// Whoever is at an item is done with it in a moment.
const CONFLICT_PAUSE: Duration = Duration::from_secs(1);

/// Runs until stopped: at every bell of the clock, and every `period` anyway.
pub async fn run(app: Arc<App>, period: Duration, mut stop: Stop) {
    loop {
        let mut moved = app.clock_bell.listen();
        let pause = match turn(&app).await {
            Ok(turn) => {
                if turn.items > 0 {
                    tracing::info!(turn.items, "items were looked at again");
                }
                if turn.has_conflicts { CONFLICT_PAUSE.min(period) } else { period }
            }
            Err(error) => {
                tracing::warn!("the sweep goes on at its next turn: {error:#}");
                period
            }
        };
        tokio::select! {
            stopping = rest(pause, &mut stop) => if stopping { return },
            _ = moved.changed() => {}
        }
    }
}

/// What a turn came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Turn {
    /// Items settled, by this sweeper or another one.
    pub items: usize,
    /// Somebody was at some of the rest: they are still to be looked at.
    pub has_conflicts: bool,
}

/// One turn: the alarms, the periods as far as they go, then everything that is due, a chunk at a time. Ends
/// early when everything left is in other hands.
pub async fn turn(app: &App) -> anyhow::Result<Turn> {
    let basis = app.desk.basis.fresh(&app.read).await?;
    if let Err(error) = alarms::step(app, &basis.calendar).await {
        tracing::warn!("an alarm could not be raised, the next turn tries again: {error:#}");
    }
    while cycles::step(app, &basis).await? > 0 {}
    let mut turn = Turn::default();
    loop {
        let chunk = step(app).await?;
        turn = Turn { items: turn.items + chunk.items, ..chunk };
        if chunk.items == 0 {
            return Ok(turn);
        }
    }
}

/// Looks at one chunk of what is due.
pub async fn step(app: &App) -> anyhow::Result<Turn> {
    let now = app.clock.now();
    let basis = app.desk.basis.fresh(&app.read).await?;
    let items = store::items::due_for_check(&app.read, now.today(), CHUNK).await?;
    if items.is_empty() {
        return Ok(Turn::default());
    }
    let ids: Vec<Uuid> = items.iter().map(|item| item.id).collect();
    let raised = store::warnings::raised(&app.read, &ids).await?;
    let mut facts =
        store::findings::facts(&mut *app.read.acquire().await?, items, now.today(), &basis).await?;
    // A unit's items are one decision, and one message.
    facts.sort_by_key(|facts| facts.item.lead.id);
    let mut decisions = Vec::new();
    for unit in facts.chunk_by(|a, b| a.item.lead.id == b.item.lead.id) {
        decisions.push(decide(unit, &raised, &basis, now));
    }
    let mut turn = Turn::default();
    let fates = futures_util::future::join_all(decisions.into_iter().map(|decision| {
        let items = decision.changes.len();
        async move { (items, app.desk.committer.commit(decision).await) }
    }))
    .await;
    for (items, fate) in fates {
        match fate {
            Ok(Fate::Committed | Fate::Repeat) => turn.items += items,
            // Somebody reported meanwhile: the next look sees what stands then.
            Ok(Fate::Conflict) => turn.has_conflicts = true,
            Ok(Fate::Refused(constraint)) => anyhow::bail!("a sweep was refused by {constraint}"),
            Err(error @ CommitError::Broken(_)) => anyhow::bail!(error),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(turn)
}

/// One unit's items: how they stand today, and everything new to say: one message to the unit's contact, one
/// to the office. What the office is to decide it hears in the morning, in one message.
fn decide(unit: &[Facts], raised: &[Raised], basis: &Basis, now: Now) -> Decision {
    let today = now.today();
    let leaves_at = basis.calendar.next_speaking_time(now);
    let told_on = Now::at(leaves_at).today();
    let key = match unit {
        [Facts { item: first, .. }, ..] => format!("{today}/{}/{}", first.id, first.version),
        [] => String::new(),
    };
    let mut decision = Decision::new(Origin { account: "sweep".into(), key }, now);
    let mut to_units: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
    let mut to_office = Vec::new();
    for facts in unit {
        let item = &facts.item;
        let (findings, again) = warnings::look(facts, today, basis);
        let (alone, for_unit): (Vec<Finding>, Vec<Finding>) =
            findings.into_iter().partition(|finding| matches!(heard_by(finding), To::Office | To::Beside));
        let work = casework::work(facts, for_unit.into_iter().next(), When { today, told_on }, basis);
        let (silent, sign_by) = unsigned::silent(facts, today, basis);
        // What is raised now is looked at again when it should have been signed for.
        let new_by = work.say.as_ref().filter(|finding| finding.rung > Rung::Reminder);
        let new_by = new_by.and_then(|_| unsigned::due_on(facts, told_on, basis).succ_opt());
        let again = [again, work.again, sign_by, new_by].into_iter().flatten().min();
        decision = decision
            .changing(Aggregate::Item, item.id, item.version)
            .with(looked_at(item, again, today, basis));
        decision.effects.extend(work.effects);
        let lead = item.lead.id;
        let found = alone.into_iter().chain(work.say).map(|finding| (lead, finding));
        for (unit, finding) in found.chain(silent) {
            if raised.iter().any(|before| before.covers(item.id, &finding)) {
                continue;
            }
            let id = Uuid::now_v7();
            let is_office = heard_by(&finding) == To::Office;
            if is_office { &mut to_office } else { to_units.entry(unit).or_default() }.push(id);
            decision = decision.with(Effect::WarningRaised(NewWarning {
                id,
                item: item.id,
                unit,
                rule: finding.rule.to_owned(),
                rung: finding.rung.code(),
                period: finding.period,
            }));
        }
    }
    let units = to_units.into_iter().map(|(unit, said)| (Audience::UnitContact(unit), said));
    let office = Some((Audience::Office(None), to_office)).filter(|(_, said)| !said.is_empty());
    for (audience, said) in units.chain(office) {
        decision = decision.saying(Reply {
            audience,
            not_before: Some(leaves_at),
            // Several warnings in one digest are never sent twice; a single one rather twice than never.
            on_doubt: if said.len() > 1 { OnDoubt::Hold } else { OnDoubt::Repeat },
            say: Saying::Warnings(said),
            card_of: None,
        });
    }
    decision
}

fn heard_by(finding: &Finding) -> To {
    warnings::rule(finding.rule).map_or(To::Unit, |rule| rule.to)
}

/// The item with the flags of today and the day of the next look; its history tells only of flags that moved.
fn looked_at(item: &Item, again: Option<NaiveDate>, today: NaiveDate, basis: &Basis) -> Effect {
    let mut state = item.restated(today, basis);
    state.next_check_on = [state.next_check_on, again].into_iter().flatten().min();
    let version = item.version + 1;
    if (state.flag, &state.other_flags) == (item.state.flag, &item.state.other_flags) {
        return Effect::ItemChecked { item: item.id, version, next_check_on: state.next_check_on };
    }
    Effect::ItemChanged { item: item.id, version, state, why: Change::Flags }
}
