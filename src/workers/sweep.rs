//! The sweep: looks again at items whose flags the calendar may have moved, stores how they stand, and
//! raises the warnings that the rules ask for. Late, doubled or on another replica, it does the same.

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use super::{Stop, alarms, rest};
use crate::app::App;
use crate::domain::decision::{
    Aggregate, Audience, Change, Decision, Effect, Fate, OnDoubt, Origin, Reply, Saying,
};
use crate::domain::warning::NewWarning;
use crate::domain::{Basis, Item, Now};
use crate::store::commit::CommitError;
use crate::{store, warnings};

/// Items looked at in one go.
const CHUNK: i64 = 500;

/// Runs until stopped: at every bell of the clock, and every `period` anyway.
pub async fn run(app: Arc<App>, period: Duration, mut stop: Stop) {
    loop {
        let mut moved = app.clock_bell.listen();
        match step(&app).await {
            Ok(0) => {}
            Ok(items) => {
                tracing::info!(items, "items were looked at again");
                continue;
            }
            Err(error) => tracing::warn!("the sweep goes on at its next turn: {error:#}"),
        }
        tokio::select! {
            stopping = rest(period, &mut stop) => if stopping { return },
            _ = moved.changed() => {}
        }
    }
}

/// Looks at one chunk; returns how many items it settled. Zero: nothing is due.
pub async fn step(app: &App) -> anyhow::Result<usize> {
    let now = app.clock.now();
    let basis = app.desk.basis.fresh(&app.read).await?;
    if let Err(error) = alarms::step(app, &basis.calendar).await {
        tracing::warn!("an alarm could not be raised, the next turn tries again: {error:#}");
    }
    let items = store::items::due_for_check(&app.read, now.today(), CHUNK).await?;
    if items.is_empty() {
        return Ok(0);
    }
    let ids: Vec<Uuid> = items.iter().map(|item| item.id).collect();
    let raised = store::warnings::raised(&app.read, &ids).await?;
    let mut decisions = Vec::new();
    for unit in items.chunk_by(|a, b| a.lead.id == b.lead.id) {
        decisions.push(decide(unit, &raised, &basis, now));
    }
    let mut settled = 0;
    let fates = futures_util::future::join_all(decisions.into_iter().map(|decision| {
        let items = decision.changes.len();
        async move { (items, app.desk.committer.commit(decision).await) }
    }))
    .await;
    for (items, fate) in fates {
        match fate {
            Ok(Fate::Committed | Fate::Repeat) => settled += items,
            // Somebody reported meanwhile: the next sweep sees what stands then.
            Ok(Fate::Conflict) => {}
            Ok(Fate::Refused(constraint)) => anyhow::bail!("a sweep was refused by {constraint}"),
            Err(error @ CommitError::Broken(_)) => anyhow::bail!(error),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(settled)
}

/// One unit's items: how they stand today, and one message with everything new to say.
fn decide(items: &[Item], raised: &[(Uuid, String, String)], basis: &Basis, now: Now) -> Decision {
    let today = now.today();
    let key = match items {
        [first, ..] => format!("{today}/{}/{}", first.id, first.version),
        [] => String::new(),
    };
    let mut decision = Decision::new(Origin { account: "sweep".into(), key }, now);
    let mut said = Vec::new();
    let lead = items.first().map(|item| item.lead.id);
    for item in items {
        decision = decision.changing(Aggregate::Item, item.id, item.version).with(Effect::ItemChanged {
            item: item.id,
            version: item.version + 1,
            state: item.restated(today, basis),
            why: Change::Flags,
        });
        for draft in warnings::check(item, today, basis) {
            let known = raised
                .iter()
                .any(|(id, rule, period)| *id == item.id && rule == draft.rule && *period == draft.period);
            if known {
                continue;
            }
            let id = Uuid::now_v7();
            said.push(id);
            decision = decision.with(Effect::WarningRaised(NewWarning {
                id,
                item: item.id,
                unit: item.lead.id,
                rule: draft.rule,
                rung: draft.rung,
                period: draft.period,
            }));
        }
    }
    match lead {
        Some(unit) if !said.is_empty() => decision.saying(Reply {
            audience: Audience::UnitContact(unit),
            not_before: Some(basis.calendar.next_morning_slot(now)),
            // Several warnings in one digest are never sent twice; a single one rather twice than never.
            on_doubt: if said.len() > 1 { OnDoubt::Hold } else { OnDoubt::Repeat },
            say: Saying::Warnings(said),
            card_of: None,
        }),
        _ => decision,
    }
}
