//! What the rules look at, and what they find: plain facts about one item, read set-wise.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::basis::{Basis, Threshold};
use super::cycle::Every;
use super::item::Item;
use super::ladder::Case;
use super::lang::Both;

/// A step of the ladder (提醒 → 预警 → 督办 → 通报 → 约谈), the mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    Reminder,
    Warning,
    Notice,
    Circular,
    Interview,
}

impl Rung {
    pub const ALL: [Rung; 5] = [Rung::Reminder, Rung::Warning, Rung::Notice, Rung::Circular, Rung::Interview];

    pub fn code(self) -> &'static str {
        match self {
            Rung::Reminder => "reminder",
            Rung::Warning => "warning",
            Rung::Notice => "notice",
            Rung::Circular => "circular",
            Rung::Interview => "interview",
        }
    }

    pub fn from_code(code: &str) -> Option<Rung> {
        Rung::ALL.into_iter().find(|rung| rung.code() == code)
    }

    pub fn word(self) -> Both {
        match self {
            Rung::Reminder => Both { zh: "提醒", en: "reminder" },
            Rung::Warning => Both { zh: "预警", en: "warning" },
            Rung::Notice => Both { zh: "督办", en: "supervision notice" },
            Rung::Circular => Both { zh: "通报", en: "circular" },
            Rung::Interview => Both { zh: "约谈", en: "interview" },
        }
    }
}

/// A report or the work was sent back, and nothing was reported since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Returned {
    pub on: NaiveDate,
    /// Until when a new report is expected.
    pub due_on: NaiveDate,
}

/// The last warning of a unit about an item, that nobody has signed for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsigned {
    pub warning: Uuid,
    pub unit: Uuid,
    pub rung: Rung,
    /// The day it reached somebody.
    pub sent_on: Option<NaiveDate>,
}

/// Everything the rules ask about an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    pub item: Item,
    pub returned: Option<Returned>,
    /// The percent at the end of the day before [`still_since`]; `None`: the item was not there yet.
    pub percent_before: Option<i16>,
    /// The version of the lead unit's last report, where it looks odd and nobody has reviewed it.
    pub odd: Option<i32>,
    /// The lead unit's open case.
    pub case: Option<Case>,
    /// Open cases of units that led the item before.
    pub former: Vec<Uuid>,
    /// Of each unit concerned at most one.
    pub unsigned: Vec<Unsigned>,
}

/// What a rule finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub rule: &'static str,
    /// Where on the ladder it begins.
    pub rung: Rung,
    /// What makes it be said once: a deadline, a milestone, a month.
    pub period: String,
}

/// A rule's look at an item on a day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Look {
    pub finding: Option<Finding>,
    /// The first later day on which the rule may change its mind by the calendar alone.
    pub again: Option<NaiveDate>,
}

/// A warning that was raised before, as far as it keeps others from being raised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raised {
    pub item: Uuid,
    pub rule: String,
    pub rung: Rung,
    pub period: String,
}

impl Raised {
    /// Whether this was said already, as gravely or more so.
    pub fn covers(&self, item: Uuid, finding: &Finding) -> bool {
        self.item == item
            && self.rule == finding.rule
            && self.period == finding.period
            && self.rung >= finding.rung
    }
}

/// 停滞 is judged from this day on: the first day of the earliest of the `stalled` windows that closed last.
pub fn still_since(round: Uuid, today: NaiveDate, basis: &Basis) -> NaiveDate {
    let windows = u32::try_from(basis.of(round).first(Threshold::Stalled)).unwrap_or(1);
    basis.closed_cycle(round, Every::Month, today).starts_on - chrono::Months::new(windows.saturating_sub(1))
}
