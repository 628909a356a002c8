//! What the sweep does to the cycles of a round: one step at a time, each a decision of its own, so that it
//! may stop anywhere and goes on from what is stored. The store carries a step out over the next items.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use uuid::Uuid;

use super::{Cycle, Every};
use crate::domain::basis::{Basis, Threshold};
use crate::domain::decision::{Aggregate, AuditLine, Decision, Effect, Origin};
use crate::domain::time::Now;

/// How far a stored cycle is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Its duties are being written.
    Opening,
    Open,
    /// The outcomes of its duties are being written.
    Closing,
    Closed,
}

impl State {
    pub const ALL: [State; 4] = [State::Opening, State::Open, State::Closing, State::Closed];

    pub fn code(self) -> &'static str {
        match self {
            State::Opening => "opening",
            State::Open => "open",
            State::Closing => "closing",
            State::Closed => "closed",
        }
    }

    pub fn from_code(code: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// A cycle as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub id: Uuid,
    pub version: i32,
    pub starts_on: NaiveDate,
    pub state: State,
    /// The number of the last item that is done with in this state.
    pub walked: i32,
}

/// The next items of a cycle: those behind `walked`, in the order of their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Next {
    pub id: Uuid,
    pub round: Uuid,
    pub every: Every,
    pub starts_on: NaiveDate,
    pub walked: i32,
}

/// What is to be done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Open(Cycle),
    /// Writes the duties of the next items.
    Fill(Standing),
    /// Writes the next outcomes. `moves`: and moves items to another cycle (加密调度). Only the newest
    /// period does: after months of standstill nobody is moved twice at once.
    Settle {
        of: Standing,
        closes_on: NaiveDate,
        moves: bool,
    },
}

/// The next step for one kind of cycle in one round, given the newest one stored. Periods before the first
/// one are not made up: the past is known from the reports.
pub fn next_step(
    round: Uuid,
    every: Every,
    newest: Option<Standing>,
    today: NaiveDate,
    basis: &Basis,
) -> Option<Step> {
    let Some(newest) = newest else {
        let cycle = basis.cycle(round, every, today);
        let is_open = cycle.is_worked() && (cycle.opens_on..=cycle.closes_on).contains(&today);
        return is_open.then_some(Step::Open(cycle));
    };
    let cycle = basis.cycle(round, every, newest.starts_on);
    let next = basis.cycle_after(round, &cycle);
    match newest.state {
        State::Opening => Some(Step::Fill(newest)),
        State::Open if cycle.closes_on >= today => None,
        State::Open | State::Closing => {
            let moves = next.closes_on >= today;
            Some(Step::Settle { of: newest, closes_on: cycle.closes_on, moves })
        }
        State::Closed => (next.opens_on <= today).then_some(Step::Open(next)),
    }
}

/// A step as a decision: named by the cycle and how far it was, so that two replicas do it once.
pub fn decide(round: Uuid, every: Every, step: Step, now: Now, basis: &Basis) -> Decision {
    let decision = |key| Decision::new(Origin { account: "cycle".into(), key }, now);
    let next = |of: Standing| Next { id: of.id, round, every, starts_on: of.starts_on, walked: of.walked };
    let (of, effect) = match step {
        Step::Open(cycle) => {
            let key = format!("{round}/{}/{}", every.code(), cycle.starts_on);
            let opened = CycleEffect::Opened { id: Uuid::now_v7(), round, cycle };
            return decision(key).with(Effect::Cycle(opened));
        }
        Step::Fill(of) => (of, CycleEffect::Filled(next(of))),
        Step::Settle { of, closes_on, moves } => {
            let points = basis.of(round).all(Threshold::Lagging).get(1).copied();
            let serious = points.and_then(|points| i16::try_from(points).ok()).unwrap_or(i16::MAX);
            (of, CycleEffect::Settled { next: next(of), closes_on, serious, moves })
        }
    };
    decision(format!("{}/{}", of.id, of.version))
        .changing(Aggregate::Cycle, of.id, of.version)
        .with(Effect::Cycle(effect))
}

/// The office's dispatch: what goes out for these cycles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Released {
    pub id: Uuid,
    pub cycles: Vec<Uuid>,
    /// One message each.
    pub units: Vec<Uuid>,
    pub not_before: DateTime<Utc>,
}

/// What happens to a cycle. Carried out by the store over all items it concerns, a chunk at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CycleEffect {
    Opened {
        id: Uuid,
        round: Uuid,
        cycle: Cycle,
    },
    Filled(Next),
    /// `serious`: so many points behind are serious.
    Settled {
        next: Next,
        closes_on: NaiveDate,
        serious: i16,
        moves: bool,
    },
    Released(Released),
    /// The office lets a dispatch go although this stands against it: units, and codes of lines.
    Waived {
        cycles: Vec<Uuid>,
        lines: Vec<(Uuid, &'static str)>,
    },
}

impl CycleEffect {
    pub fn audit(&self) -> Option<AuditLine> {
        let line = |action, details| Some(AuditLine { action, item: None, details });
        match self {
            CycleEffect::Opened { id, round, cycle } => line(
                "cycle_opened",
                json!({
                    "cycle": id, "round": round, "kind": cycle.every.code(), "from": cycle.starts_on,
                    "closes": cycle.closes_on,
                }),
            ),
            // The history of each item that moves tells it.
            CycleEffect::Filled(_) | CycleEffect::Settled { .. } => None,
            CycleEffect::Released(released) => line(
                "dispatched",
                json!({ "dispatch": released.id, "cycles": released.cycles, "units": released.units.len() }),
            ),
            CycleEffect::Waived { cycles, lines } => {
                line("dispatch_waived", json!({ "cycles": cycles, "lines": lines }))
            }
        }
    }
}
