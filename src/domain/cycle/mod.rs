//! 调度期: the spans in which every open item is reported on once. Months, half months and weeks tile time;
//! each has a window that opens on its first working day and closes on a working day inside it. An item
//! goes by one of them, and by a faster one while it lags (加密调度). Pure: the calendar and the round's
//! numbers come in as the basis.

use chrono::{Datelike, Days, Months, NaiveDate};
use uuid::Uuid;

use super::basis::{Basis, Threshold};
use super::lang::{Both, Lang};
use crate::say;

mod dispatch;
mod steps;
#[cfg(test)]
mod tests;

pub use dispatch::{Addressee, RedLine, Sums};
pub use steps::{CycleEffect, Next, Released, Standing, State, Step, decide, next_step};

/// How often an item is reported on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Every {
    #[default]
    Month,
    HalfMonth,
    Week,
    /// 长期坚持: every few months, once the work is completed.
    LongTerm,
}

impl Every {
    pub const ALL: [Every; 4] = [Every::Month, Every::HalfMonth, Every::Week, Every::LongTerm];

    pub fn code(self) -> &'static str {
        match self {
            Every::Month => "month",
            Every::HalfMonth => "half_month",
            Every::Week => "week",
            Every::LongTerm => "long_term",
        }
    }

    pub fn from_code(code: &str) -> Option<Every> {
        Every::ALL.into_iter().find(|every| every.code() == code)
    }

    pub fn word(self) -> Both {
        match self {
            Every::Month => Both { zh: "每月一次", en: "monthly" },
            Every::HalfMonth => Both { zh: "半月一次", en: "twice a month" },
            Every::Week => Both { zh: "每周一次", en: "weekly" },
            Every::LongTerm => Both { zh: "长期坚持", en: "long term" },
        }
    }

    /// 加密: what an item moves to when it lags.
    pub fn faster(self) -> Option<Every> {
        match self {
            Every::Month => Some(Every::HalfMonth),
            Every::HalfMonth => Some(Every::Week),
            Every::Week | Every::LongTerm => None,
        }
    }

    /// What an item goes back to after a good period.
    pub fn slower(self) -> Option<Every> {
        match self {
            Every::Week => Some(Every::HalfMonth),
            Every::HalfMonth => Some(Every::Month),
            Every::Month | Every::LongTerm => None,
        }
    }
}

/// Why an item moved to another cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Nothing was reported in the period.
    Missing,
    /// Seriously behind its milestones at the end of the period.
    Lagging,
    /// Reported, and not seriously behind.
    Good,
}

impl Why {
    pub fn code(self) -> &'static str {
        match self {
            Why::Missing => "missing",
            Why::Lagging => "lagging",
            Why::Good => "good",
        }
    }

    pub fn from_code(code: &str) -> Option<Why> {
        [Why::Missing, Why::Lagging, Why::Good].into_iter().find(|why| why.code() == code)
    }

    pub fn word(self) -> Both {
        match self {
            Why::Missing => Both { zh: "未报", en: "not reported" },
            Why::Lagging => Both { zh: "滞后", en: "lagging" },
            Why::Good => Both { zh: "一期正常", en: "one good period" },
        }
    }
}

/// The cycle an item goes by, and since when.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rhythm {
    pub every: Every,
    /// The day it moved to this cycle; `None`: it always went by it.
    pub since: Option<NaiveDate>,
    pub why: Option<Why>,
}

impl Rhythm {
    /// The cycle it moved from; `None`: it always went by this one.
    fn came_from(self) -> Option<Every> {
        self.since.and(match self.why {
            Some(Why::Good) => self.every.faster(),
            _ => self.every.slower(),
        })
    }
}

/// One span of time and its window for reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cycle {
    pub every: Every,
    pub starts_on: NaiveDate,
    /// The last day, included; the next cycle starts on the day after.
    pub ends_on: NaiveDate,
    /// The first working day on or after the start.
    pub opens_on: NaiveDate,
    /// The last day on which a report is in time; worked, and never before it opens.
    pub closes_on: NaiveDate,
}

impl Cycle {
    /// A week of holidays is nobody's to report on.
    pub fn is_worked(&self) -> bool {
        self.opens_on <= self.ends_on
    }

    /// `9 月`, `9 月上半月`, `9 月 3 日至 9 日`, `7 至 9 月长期坚持`.
    pub fn name(&self, lang: Lang) -> String {
        let (from, to) = (self.starts_on, self.ends_on);
        let (month, last) = (from.month(), to.month());
        match self.every {
            Every::Month => {
                let year = from.year();
                say!(lang, "{month} 月", "{year}-{month:02}")
            }
            Every::HalfMonth if from.day() == 1 => say!(lang, "{month} 月上半月", "{from} to {to}"),
            Every::HalfMonth => say!(lang, "{month} 月下半月", "{from} to {to}"),
            Every::Week => {
                let (first, end) = (from.day(), to.day());
                match month == last {
                    true => say!(lang, "{month} 月 {first} 日至 {end} 日", "{from} to {to}"),
                    false => say!(lang, "{month} 月 {first} 日至 {last} 月 {end} 日", "{from} to {to}"),
                }
            }
            Every::LongTerm => say!(lang, "{month} 至 {last} 月长期坚持", "long term, {from} to {to}"),
        }
    }
}

/// Further than this nobody looks for a cycle: a table of nothing but holidays ends the search.
const SEARCHED: usize = 60;

fn bounds(every: Every, months: u32, day: NaiveDate) -> (NaiveDate, NaiveDate) {
    let first = day.with_day(1).unwrap_or(day);
    match every {
        Every::Month => (first, first + Months::new(1) - Days::new(1)),
        Every::HalfMonth if day.day() <= 15 => (first, first + Days::new(14)),
        Every::HalfMonth => (first + Days::new(15), first + Months::new(1) - Days::new(1)),
        Every::Week => {
            let monday = day - Days::new(day.weekday().num_days_from_monday().into());
            (monday, monday + Days::new(6))
        }
        Every::LongTerm => {
            let month = day.year().unsigned_abs() * 12 + day.month0();
            let first = first - Months::new(month % months);
            (first, first + Months::new(months) - Days::new(1))
        }
    }
}

/// The first days of the month, the half month and the week that a day lies in.
pub fn begun(day: NaiveDate) -> [NaiveDate; 3] {
    [Every::Month, Every::HalfMonth, Every::Week].map(|every| bounds(every, 1, day).0)
}

impl Basis {
    /// The cycle of this kind that a day lies in.
    pub fn cycle(&self, round: Uuid, every: Every, day: NaiveDate) -> Cycle {
        let months = u32::try_from(self.of(round).first(Threshold::LongTermMonths)).unwrap_or(1).max(1);
        let (starts_on, ends_on) = bounds(every, months, day);
        let calendar = &self.calendar;
        let opens_on = match calendar.is_workday(starts_on) {
            true => starts_on,
            false => calendar.next_workday(starts_on),
        };
        let closes_on = match every {
            Every::Month => self.month_closes_on(round, starts_on),
            Every::LongTerm => self.month_closes_on(round, ends_on.with_day(1).unwrap_or(ends_on)),
            Every::HalfMonth => self.nth_or_last(round, Threshold::HalfCloses, starts_on, ends_on),
            Every::Week => self.nth_or_last(round, Threshold::WeekCloses, starts_on, ends_on),
        };
        Cycle { every, starts_on, ends_on, opens_on, closes_on: closes_on.max(opens_on) }
    }

    /// `window_day` of a month, moved on (顺延) when it is not worked; moved forward where the month ends
    /// before that.
    fn month_closes_on(&self, round: Uuid, month: NaiveDate) -> NaiveDate {
        let day = u32::try_from(self.of(round).first(Threshold::WindowDay)).unwrap_or_default();
        let day = month.with_day(day).unwrap_or(month);
        if self.calendar.is_workday(day) {
            return day;
        }
        let next = self.calendar.next_workday(day);
        match next.month() == day.month() {
            true => next,
            false => self.calendar.last_workday_on_or_before(day),
        }
    }

    fn nth_or_last(&self, round: Uuid, of: Threshold, first: NaiveDate, last: NaiveDate) -> NaiveDate {
        let n = usize::try_from(self.of(round).first(of)).unwrap_or(1);
        let calendar = &self.calendar;
        calendar.nth_workday_of(first, last, n).unwrap_or_else(|| calendar.last_workday_on_or_before(last))
    }

    /// The next cycle that has a working day.
    pub fn cycle_after(&self, round: Uuid, cycle: &Cycle) -> Cycle {
        let mut next = *cycle;
        for _ in 0..SEARCHED {
            next = self.cycle(round, next.every, next.ends_on + Days::new(1));
            if next.is_worked() {
                break;
            }
        }
        next
    }

    /// The cycle of the same kind before this one.
    pub fn cycle_before(&self, round: Uuid, cycle: &Cycle) -> Cycle {
        self.cycle(round, cycle.every, cycle.starts_on - Days::new(1))
    }

    /// The cycle of this kind whose window closed last, as seen on `today`.
    pub fn closed_cycle(&self, round: Uuid, every: Every, today: NaiveDate) -> Cycle {
        let mut cycle = self.cycle(round, every, today);
        for _ in 0..SEARCHED {
            if cycle.is_worked() && cycle.closes_on < today {
                break;
            }
            cycle = self.cycle_before(round, &cycle);
        }
        cycle
    }

    /// The cycle an item is in. One that began before the item moved to its rhythm is not the item's: it
    /// stays in the one it came from until the next begins.
    pub fn current(&self, round: Uuid, rhythm: Rhythm, today: NaiveDate) -> Cycle {
        self.of_rhythm(rhythm, today, |every, on| self.cycle(round, every, on))
    }

    /// The last cycle of an item that has closed.
    pub fn last_closed(&self, round: Uuid, rhythm: Rhythm, today: NaiveDate) -> Cycle {
        self.of_rhythm(rhythm, today, |every, on| self.closed_cycle(round, every, on))
    }

    /// The item's cycle before one that has closed: before its first in this rhythm lies the one that moved it.
    pub fn closed_before(&self, round: Uuid, rhythm: Rhythm, cycle: &Cycle) -> Cycle {
        let before = self.cycle_before(round, cycle);
        let earlier = match rhythm.since {
            Some(since) if cycle.every == rhythm.every && before.starts_on < since => {
                rhythm.came_from().map(|from| self.closed_cycle(round, from, since))
            }
            // It has moved on meanwhile, and how it came to this one is not kept: in doubt the longer one.
            Some(_) if cycle.every < rhythm.every => {
                cycle.every.slower().map(|from| self.closed_cycle(round, from, cycle.starts_on))
            }
            _ => None,
        };
        earlier.unwrap_or(before)
    }

    fn of_rhythm(
        &self,
        rhythm: Rhythm,
        today: NaiveDate,
        cycle: impl Fn(Every, NaiveDate) -> Cycle,
    ) -> Cycle {
        // A day of the past, from before it moved.
        if rhythm.since.is_some_and(|since| today < since) {
            return cycle(Every::Month, today);
        }
        let own = cycle(rhythm.every, today);
        let moved_on = rhythm.since.filter(|since| own.starts_on < *since);
        match moved_on.zip(rhythm.came_from()) {
            // Faster ones that began since are not the item's either.
            Some((since, from)) if from > rhythm.every => cycle(from, since),
            Some((_, from)) => cycle(from, today),
            None => own,
        }
    }

    /// The first later day on which what [`Basis::last_closed`] says may change.
    pub fn next_closed_on(&self, round: Uuid, rhythm: Rhythm, today: NaiveDate) -> NaiveDate {
        let next = |every| {
            let closed = self.closed_cycle(round, every, today);
            self.cycle_after(round, &closed).closes_on + Days::new(1)
        };
        let own = next(rhythm.every);
        match (rhythm.since, rhythm.every.slower()) {
            (Some(_), Some(before)) => own.min(next(before)),
            _ => own,
        }
    }
}
