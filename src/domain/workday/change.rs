//! Changes of the working-day table, from the chat or from a file: which days are set, which are plain again.

use chrono::NaiveDate;
use serde_json::{Value, json};
use uuid::Uuid;

/// A day that differs from the plain week: whether it is worked, and why.
pub type Workday = (NaiveDate, bool, String);

/// The key of the one row whose version moves with the table.
pub const CALENDAR: Uuid = Uuid::nil();

/// What of the table changes; no day stands twice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CalendarChange {
    pub set: Vec<Workday>,
    /// Days that have no row any more: plain days of the week.
    pub cleared: Vec<NaiveDate>,
}

impl CalendarChange {
    /// What turns the rows that stand into those that are wanted; both by day.
    pub fn between(standing: &[Workday], wanted: &[Workday]) -> CalendarChange {
        CalendarChange {
            set: wanted.iter().filter(|day| !standing.contains(day)).cloned().collect(),
            cleared: standing
                .iter()
                .map(|(day, ..)| *day)
                .filter(|day| wanted.iter().all(|(other, ..)| other != day))
                .collect(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.cleared.is_empty()
    }

    /// For the audit log. What a day is called is free text, and stays out of it.
    pub(crate) fn audit(&self) -> Value {
        let days = |is_work: bool| -> Vec<NaiveDate> {
            self.set.iter().filter(|day| day.1 == is_work).map(|day| day.0).collect()
        };
        json!({ "work": days(true), "rest": days(false), "plain": self.cleared })
    }
}

/// Days without a gap that are equal by `same`, first and last of each run. `days` is in order.
pub fn runs<T>(days: &[(NaiveDate, T)], same: fn(&T, &T) -> bool) -> Vec<(NaiveDate, NaiveDate, &T)> {
    days.chunk_by(|a, b| a.0.succ_opt() == Some(b.0) && same(&a.1, &b.1))
        .filter_map(|run| Some((run.first()?.0, run.last()?.0, &run.first()?.1)))
        .collect()
}
