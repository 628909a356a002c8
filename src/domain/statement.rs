//! What the calendar asks to be told: to the office how the day's reminders fared, to the leaders once a
//! week. When, and sums that add up.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc};

use uuid::Uuid;

use super::time::{Now, in_china};
use super::workday::{Calendar, MORNING_SLOT};

/// The office reads how the day went before it goes home: both slots are past.
const OFFICE_AT: NaiveTime = NaiveTime::from_hms_opt(17, 0, 0).expect("five o'clock exists");

/// To whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Office,
    Leaders,
    /// What the ladder proposes to the office.
    Proposals,
}

impl Kind {
    pub fn code(self) -> &'static str {
        match self {
            Kind::Office => "office",
            Kind::Leaders => "leaders",
            Kind::Proposals => "proposals",
        }
    }
}

/// What became of the warnings whose time came in a span; each counts once, by its last fate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    pub due: i32,
    pub sent: i32,
    /// Of those sent, what has been signed for.
    pub acknowledged: i32,
    /// With the office, or waiting for another hour.
    pub held: i32,
    /// Not delivered, or nobody knows.
    pub failed: i32,
    /// No longer true when they were to leave.
    pub withdrawn: i32,
    /// Still in line.
    pub open: i32,
}

impl Sums {
    /// Everything that was due has reached somebody, or had no need to.
    pub fn are_smooth(&self) -> bool {
        self.held + self.failed + self.open == 0
    }
}

/// A rule that was heard of an item by its lead unit's contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    pub item: Uuid,
    pub rule: String,
    /// Since the leaders' week before the one being worded it was heard for the first time, or the item's percent
    /// or flag has moved; in the first week of a month everything is new.
    pub is_new: bool,
}

/// One of them, once for each day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statement {
    pub kind: Kind,
    pub on_day: NaiveDate,
    /// `None`: everything before.
    pub since: Option<DateTime<Utc>>,
    pub until: DateTime<Utc>,
    pub sums: Sums,
}

/// The last moment at which the office's statement was due, with its day.
pub fn office_moment(calendar: &Calendar, now: Now) -> (NaiveDate, DateTime<Utc>) {
    let today = now.today();
    let days = (0..366).filter_map(|back| today.checked_sub_days(Days::new(back)));
    let day = days
        .filter(|day| calendar.is_workday(*day))
        .find(|day| *day < today || now.time() >= OFFICE_AT)
        .unwrap_or(today);
    (day, in_china(day, OFFICE_AT))
}

/// The Monday of this week, once its first working day has come to 09:00 and unasked messages may leave.
pub fn leaders_week(calendar: &Calendar, now: Now) -> Option<NaiveDate> {
    let today = now.today();
    let monday = today.checked_sub_days(Days::new(u64::from(today.weekday().num_days_from_monday())))?;
    let first = monday.iter_days().take(7).find(|day| calendar.is_workday(*day))?;
    let has_come = today > first || (today == first && now.time() >= MORNING_SLOT);
    (has_come && calendar.is_speaking_time(now)).then_some(monday)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Now {
        let at = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a moment");
        Now::at(in_china(at.date(), at.time()))
    }

    fn national_day() -> Calendar {
        let day = |text: &str| text.parse().expect("a date");
        Calendar::new(
            ["2018-10-01", "2018-10-02", "2018-10-03", "2018-10-04", "2018-10-05"].map(|d| (day(d), false)),
        )
    }

    #[test]
    fn the_office_is_told_at_five_on_working_days() {
        let moment = |now| office_moment(&national_day(), at(now)).0.to_string();
        assert_eq!(moment("2018-09-28 16:59"), "2018-09-27");
        assert_eq!(moment("2018-09-28 17:00"), "2018-09-28");
        assert_eq!(moment("2018-10-07 20:00"), "2018-09-28");
        assert_eq!(moment("2018-10-08 17:00"), "2018-10-08");
    }

    #[test]
    fn leaders_are_told_on_the_first_working_day_of_a_week_and_not_in_a_week_of_rest() {
        let week = |now| leaders_week(&national_day(), at(now)).map(|monday| monday.to_string());
        assert_eq!(week("2018-09-24 08:59"), None);
        assert_eq!(week("2018-09-24 09:00").as_deref(), Some("2018-09-24"));
        assert_eq!(week("2018-09-26 10:00").as_deref(), Some("2018-09-24"), "late rather than never");
        assert_eq!(week("2018-09-30 10:00"), None, "a Sunday");
        assert_eq!(week("2018-10-03 10:00"), None);
        assert_eq!(week("2018-10-08 09:00").as_deref(), Some("2018-10-08"));
    }
}
