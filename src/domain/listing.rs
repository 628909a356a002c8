//! What a list is narrowed to, and in which order its rows stand. The store narrows a whole round by the
//! same words inside its statements; `fits` says them for items that are at hand.

use chrono::{Months, NaiveDate};
use uuid::Uuid;

use super::basis::Basis;
use super::item::{Item, Kind, Part, Status};
use super::tally::Lamp;

/// Which part of the ledger a list speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stage {
    /// 在办
    #[default]
    Open,
    /// 完成, signed off or not.
    Done,
    All,
}

impl Stage {
    pub fn has(self, status: Status) -> bool {
        match self {
            Stage::Open => !status.is_completed(),
            Stage::Done => status.is_completed(),
            Stage::All => true,
        }
    }
}

/// A month of reporting (调度期) that is over, and whether the lead unit was heard in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cycle {
    pub first: NaiveDate,
    pub is_reported: bool,
}

impl Cycle {
    /// The first day after it.
    pub fn next(self) -> NaiveDate {
        self.first + Months::new(1)
    }
}

/// What happens to few items, and stands in rows of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rare {
    /// 延期: asked for, or running.
    Extended,
    /// 反弹: signed off once, and open again.
    Relapsed,
}

/// What somebody wants to see. Nothing said: all open items.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Narrow {
    pub stage: Stage,
    /// Any of these; empty: every lamp.
    pub lamps: Vec<Lamp>,
    /// Any of these; empty: every status of the stage.
    pub statuses: Vec<Status>,
    pub kind: Option<Kind>,
    /// 待报
    pub to_report: bool,
    pub cycle: Option<Cycle>,
    pub category: Option<String>,
    pub region: Option<String>,
    pub rare: Option<Rare>,
}

impl Narrow {
    /// Whether an item belongs here by what it says itself. What its reports, texts and other rows say
    /// (`cycle`, `category`, `region`, `rare`) is asked of the store.
    pub fn fits(&self, item: &Item, today: NaiveDate, basis: &Basis) -> bool {
        let status = item.state.status;
        self.stage.has(status)
            && (self.statuses.is_empty() || self.statuses.contains(&status))
            && (self.lamps.is_empty()
                || (!status.is_completed() && self.lamps.contains(&item.lamp(today, basis))))
            && self.kind.is_none_or(|kind| kind == item.kind)
            && (!self.to_report || item.is_to_report(today, basis))
            && self.cycle.is_none_or(|cycle| cycle.is_reported || item.opened_on < cycle.first)
    }

    /// Only stage and lamps, which the indexes of lists know.
    pub fn is_plain(&self) -> bool {
        *self == Narrow { stage: self.stage, lamps: self.lamps.clone(), ..Narrow::default() }
    }

    /// The lamps of the list, the gravest first.
    pub fn lit(&self) -> Vec<Lamp> {
        let asked = |lamp: &Lamp| self.lamps.is_empty() || self.lamps.contains(lamp);
        Lamp::ALL.into_iter().filter(asked).collect()
    }
}

/// The order of rows: open items by lamp, the own unit's before those it only helps with, then by
/// deadline — the longest overdue first. Closed ones behind them, by number.
pub fn order(item: &Item, unit: Option<Uuid>, today: NaiveDate, basis: &Basis) -> impl Ord + use<> {
    let is_closed = item.state.status.is_completed();
    let pressing = (!is_closed).then(|| {
        let helps = unit.is_some_and(|unit| item.part_of(unit) == Some(Part::Co));
        (item.lamp(today, basis), helps, item.deadline)
    });
    (is_closed, pressing, item.number, item.round)
}
