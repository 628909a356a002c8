//! 调休工作日历: which days are worked. State Council holidays and make-up days are rows of a table;
//! a day without a row is worked from Monday to Friday.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc, Weekday};

use super::time::{Now, in_china};

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

impl Calendar {
    pub fn new(exceptions: impl IntoIterator<Item = (NaiveDate, bool)>) -> Calendar {
        Calendar { exceptions: exceptions.into_iter().collect() }
    }

    pub fn is_workday(&self, day: NaiveDate) -> bool {
        self.exceptions
            .get(&day)
            .copied()
            .unwrap_or_else(|| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
    }

    /// The first working day after `day`. A table of nothing but holidays ends the search after a year.
    pub fn next_workday(&self, day: NaiveDate) -> NaiveDate {
        day.iter_days().skip(1).take(366).find(|d| self.is_workday(*d)).unwrap_or(day + Days::new(1))
    }

    /// How many days are worked from `first` to `last`, both included.
    pub fn workdays(&self, first: NaiveDate, last: NaiveDate) -> usize {
        first.iter_days().take_while(|day| *day <= last).filter(|day| self.is_workday(*day)).count()
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

    /// 09:00 of the next working day: when a reminder decided at `now` may leave.
    pub fn next_morning_slot(&self, now: Now) -> DateTime<Utc> {
        in_china(self.next_workday(now.today()), MORNING_SLOT)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn the_national_day_week_of_2018_is_skipped_and_its_make_up_days_are_worked() {
        let calendar = Calendar::new(
            ["2018-10-01", "2018-10-02", "2018-10-03", "2018-10-04", "2018-10-05"]
                .map(|d| (day(d), false))
                .into_iter()
                .chain([(day("2018-09-29"), true), (day("2018-09-30"), true)]),
        );
        assert_eq!(calendar.next_workday(day("2018-09-28")), day("2018-09-29"));
        assert_eq!(calendar.next_workday(day("2018-09-30")), day("2018-10-08"));
        // Saturday and Sunday are made up for, the week is free.
        assert_eq!(calendar.workdays(day("2018-09-28"), day("2018-10-08")), 4);
        assert_eq!(calendar.workdays(day("2018-10-06"), day("2018-10-07")), 0);
    }

    proptest! {
        #[test]
        fn the_next_workday_is_worked_later_and_the_first_such(
            offset in 0u64..4000,
            exceptions in proptest::collection::vec((0u64..4020, any::<bool>()), 0..60),
        ) {
            let epoch = day("2017-01-01");
            let calendar = Calendar::new(exceptions.into_iter().map(|(d, w)| (epoch + Days::new(d), w)));
            let from = epoch + Days::new(offset);
            let next = calendar.next_workday(from);
            prop_assert!(next > from && calendar.is_workday(next));
            prop_assert!(from.iter_days().skip(1).take_while(|d| *d < next).all(|d| !calendar.is_workday(d)));
        }
    }
}
