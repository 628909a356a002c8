//! 调休工作日历: which days are worked. State Council holidays and make-up days are rows of a table;
//! a day without a row is worked from Monday to Friday. Days are days in Asia/Shanghai.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc, Weekday};

use super::time::{Now, in_china};

mod change;
mod count;
#[cfg(test)]
mod tests;

pub use change::{CALENDAR, CalendarChange, Workday, runs};
pub use count::{Count, days_of, spans};

/// Holidays (`false`) and make-up working days (`true`) that differ from the plain week.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    exceptions: BTreeMap<NaiveDate, bool>,
}

/// Unasked messages rest from this time on …
pub const EVENING: NaiveTime = NaiveTime::from_hms_opt(18, 30, 0).expect("half past six exists");
/// … until this one, and on days that are not worked.
pub const MORNING: NaiveTime = NaiveTime::from_hms_opt(8, 30, 0).expect("half past eight exists");
/// Unasked messages leave from this hour on: quiet hours end at 08:30, and nobody wants to be first.
pub const MORNING_SLOT: NaiveTime = NaiveTime::from_hms_opt(9, 0, 0).expect("nine o'clock exists");

/// How far a working day is looked for: in no table is a whole year free.
const SEARCHED: usize = 366;

/// Monday to Friday, whatever the table says.
pub fn is_weekday(day: NaiveDate) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

impl Calendar {
    pub fn new(exceptions: impl IntoIterator<Item = (NaiveDate, bool)>) -> Calendar {
        Calendar { exceptions: exceptions.into_iter().collect() }
    }

    pub fn is_workday(&self, day: NaiveDate) -> bool {
        self.exceptions.get(&day).copied().unwrap_or_else(|| is_weekday(day))
    }

    /// The first working day after `day`. A table of nothing but holidays ends the search after a year.
    pub fn next_workday(&self, day: NaiveDate) -> NaiveDate {
        day.iter_days().skip(1).take(SEARCHED).find(|d| self.is_workday(*d)).unwrap_or(day + Days::new(1))
    }

    /// The last working day of its week, Monday to Sunday.
    pub fn is_last_of_week(&self, day: NaiveDate) -> bool {
        self.is_workday(day) && self.next_workday(day).iso_week() != day.iso_week()
    }

    /// The `n`th working day after `day`: a limit of `n` working days that begins on the day after. With
    /// `n` = 0 it is `day` itself, worked or not.
    pub fn nth_workday_after(&self, day: NaiveDate, n: usize) -> NaiveDate {
        (0..n).fold(day, |day, _| self.next_workday(day))
    }

    /// The `n`th working day from `first` to `last`, both included; the first one is `n` = 1. `None` when
    /// so many are not worked.
    pub fn nth_workday_of(&self, first: NaiveDate, last: NaiveDate, n: usize) -> Option<NaiveDate> {
        first
            .iter_days()
            .take_while(|day| *day <= last)
            .filter(|day| self.is_workday(*day))
            .nth(n.checked_sub(1)?)
    }

    /// `day` when it is worked, else the last working day before it. A table of nothing but holidays ends
    /// the search after a year: `day` itself.
    pub fn last_workday_on_or_before(&self, day: NaiveDate) -> NaiveDate {
        (0..SEARCHED as u64)
            .map(|back| day - Days::new(back))
            .find(|day| self.is_workday(*day))
            .unwrap_or(day)
    }

    /// How many days are worked from `first` to `last`, both included, and how they were counted. None
    /// when `last` lies before `first`.
    pub fn workdays_left(&self, first: NaiveDate, last: NaiveDate) -> Count {
        Count::of(self, first, last)
    }

    /// Whether the table knows a year at all: no holiday row means nobody has imported it.
    pub fn knows_year(&self, year: i32) -> bool {
        let (Some(first), Some(last)) =
            (NaiveDate::from_ymd_opt(year, 1, 1), NaiveDate::from_ymd_opt(year, 12, 31))
        else {
            return false;
        };
        self.exceptions.range(first..=last).next().is_some()
    }

    /// The years that are needed on this day and that nobody has imported: this year, and from December
    /// on the next one, whose notice the State Council publishes in November.
    pub fn missing_years(&self, today: NaiveDate) -> Vec<i32> {
        let next = (today.month() == 12).then_some(today.year() + 1);
        [today.year()].into_iter().chain(next).filter(|year| !self.knows_year(*year)).collect()
    }

    /// Whether an unasked message may leave now: a working day between 08:30 and 18:30.
    pub fn is_speaking_time(&self, now: Now) -> bool {
        self.is_workday(now.today()) && (MORNING..EVENING).contains(&now.time())
    }

    /// The next 09:00 at which an unasked message may leave: today's, or the next working day's.
    pub fn next_speaking_time(&self, now: Now) -> DateTime<Utc> {
        if self.is_workday(now.today()) && now.time() < MORNING_SLOT {
            return in_china(now.today(), MORNING_SLOT);
        }
        self.next_morning_slot(now)
    }

    /// When an unasked message that is decided at `now` leaves: at once, or at the next [`Self::next_speaking_time`].
    pub fn leaves_at(&self, now: Now) -> DateTime<Utc> {
        match self.is_speaking_time(now) {
            true => now.utc,
            false => self.next_speaking_time(now),
        }
    }

    /// 09:00 of the next working day: when a reminder decided at `now` may leave.
    pub fn next_morning_slot(&self, now: Now) -> DateTime<Utc> {
        in_china(self.next_workday(now.today()), MORNING_SLOT)
    }
}
