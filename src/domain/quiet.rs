//! When something may be said unasked: working hours, one message per person and slot, a published number a
//! month, and 免打扰. Pure. What follows from something the person takes part in (a verdict on the own
//! report, a leave) keeps to the hours only.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};

use super::people::Role;
use super::time::{Now, in_china};
use super::workday::{Calendar, MORNING_SLOT};

/// The afternoon's slot: whoever was spoken to in the morning hears the rest then.
const AFTERNOON_SLOT: NaiveTime = NaiveTime::from_hms_opt(15, 0, 0).expect("three o'clock exists");
/// From here on it is afternoon.
const NOON: NaiveTime = NaiveTime::from_hms_opt(13, 0, 0).expect("one o'clock exists");

/// Half a working day, in which a person is spoken to unasked once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    Morning,
    Afternoon,
}

impl Slot {
    pub fn of(now: Now) -> Slot {
        if now.time() < NOON { Slot::Morning } else { Slot::Afternoon }
    }

    pub fn code(self) -> i16 {
        match self {
            Slot::Morning => 0,
            Slot::Afternoon => 1,
        }
    }
}

/// Whoever is to hear something, as known when it is to leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listener {
    pub role: Role,
    /// 免打扰: the last day of it.
    pub quiet_until: Option<NaiveDate>,
    /// Unasked messages in this month.
    pub spoken: i64,
    /// Spoken to in this slot already.
    pub is_spoken_to: bool,
    /// The chat is blocked or gone.
    pub is_gone: bool,
    /// 减负预算: how many there may be, where the role has one.
    pub budget: usize,
}

/// The office lets a warning through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetThrough {
    /// In the next speaking hours, whatever else speaks against it.
    Day,
    /// At any hour.
    Now,
}

impl LetThrough {
    pub fn code(self) -> &'static str {
        match self {
            LetThrough::Day => "day",
            LetThrough::Now => "now",
        }
    }

    pub fn from_code(code: &str) -> Option<LetThrough> {
        [LetThrough::Day, LetThrough::Now].into_iter().find(|let_through| let_through.code() == code)
    }
}

/// Why something is not said now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Why {
    /// Night, or a rest day.
    Hours,
    /// Spoken to in this slot already.
    Slot,
    /// As many messages this month as the budget says.
    Budget,
    /// 免打扰.
    Quiet,
    /// The chat is blocked or gone.
    Gone,
    /// Nobody is bound, or whoever stands in is away.
    Nobody,
    /// A copy of a notice that was overtaken while nobody could receive it: the office says whether it still leaves.
    Overtaken,
}

impl Why {
    const ALL: [Why; 7] =
        [Why::Hours, Why::Slot, Why::Budget, Why::Quiet, Why::Gone, Why::Nobody, Why::Overtaken];

    pub fn code(self) -> &'static str {
        match self {
            Why::Hours => "hours",
            Why::Slot => "slot",
            Why::Budget => "budget",
            Why::Quiet => "quiet",
            Why::Gone => "gone",
            Why::Nobody => "nobody",
            Why::Overtaken => "overtaken",
        }
    }

    pub fn from_code(code: &str) -> Option<Why> {
        Why::ALL.into_iter().find(|why| why.code() == code)
    }

    /// Put before the office, who may let it through or telephone; the others only wait for their hour.
    pub fn is_for_the_office(self) -> bool {
        !matches!(self, Why::Hours | Why::Slot)
    }
}

/// Why this person hears it later, and when it is tried again. `None`: now. `is_unasked`: it is said of the
/// bot's own accord, rather than following from something the person takes part in.
pub fn wait(
    is_unasked: bool,
    let_through: Option<LetThrough>,
    listener: &Listener,
    calendar: &Calendar,
    now: Now,
) -> Option<(Why, DateTime<Utc>)> {
    if let_through != Some(LetThrough::Now) && !calendar.is_speaking_time(now) {
        return Some((Why::Hours, calendar.next_speaking_time(now)));
    }
    if let_through.is_some() {
        return None;
    }
    if listener.is_gone {
        return Some((Why::Gone, calendar.next_morning_slot(now)));
    }
    if !is_unasked {
        return None;
    }
    if let Some(until) = listener.quiet_until.filter(|until| *until >= now.today()) {
        return Some((Why::Quiet, morning_after(calendar, until)));
    }
    if listener.role.has_budget()
        && usize::try_from(listener.spoken).is_ok_and(|spoken| spoken >= listener.budget)
    {
        return Some((Why::Budget, morning_after(calendar, month(now.today()).1)));
    }
    listener.is_spoken_to.then(|| (Why::Slot, next_slot(calendar, now)))
}

/// 09:00 of the first working day after this one.
fn morning_after(calendar: &Calendar, day: NaiveDate) -> DateTime<Utc> {
    in_china(calendar.next_workday(day), MORNING_SLOT)
}

fn next_slot(calendar: &Calendar, now: Now) -> DateTime<Utc> {
    match Slot::of(now) {
        Slot::Morning => in_china(now.today(), AFTERNOON_SLOT),
        Slot::Afternoon => calendar.next_morning_slot(now),
    }
}

/// The first and the last day of a day's month: the month of the budget, and the longest 免打扰.
pub fn month(day: NaiveDate) -> (NaiveDate, NaiveDate) {
    let first = day.with_day(1).unwrap_or(day);
    let last =
        first.checked_add_months(chrono::Months::new(1)).and_then(|next| next.pred_opt()).unwrap_or(day);
    (first, last)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Now {
        let at = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a moment");
        Now::at(in_china(at.date(), at.time()))
    }

    const BUDGET: i64 = 6;
    const CONTACT: Listener = Listener {
        role: Role::Contact,
        quiet_until: None,
        spoken: 0,
        is_spoken_to: false,
        is_gone: false,
        budget: BUDGET as usize,
    };

    fn told(listener: Listener, is_unasked: bool, now: &str) -> Option<(Why, String)> {
        // 2018-09-03 is a Monday; nothing but plain weeks.
        wait(is_unasked, None, &listener, &Calendar::default(), at(now))
            .map(|(why, until)| (why, Now::at(until).spoken()))
    }

    #[test]
    fn each_reason_holds_until_its_own_end() {
        let said = |listener, now| told(listener, true, now);
        assert_eq!(said(CONTACT, "2018-09-03 10:00"), None);
        assert_eq!(said(CONTACT, "2018-09-03 19:00"), Some((Why::Hours, "2018-09-04 09:00".into())));
        let once = Listener { is_spoken_to: true, spoken: 1, ..CONTACT };
        assert_eq!(said(once, "2018-09-03 10:00"), Some((Why::Slot, "2018-09-03 15:00".into())));
        assert_eq!(said(once, "2018-09-07 16:00"), Some((Why::Slot, "2018-09-10 09:00".into())));
        let full = Listener { spoken: BUDGET, ..once };
        assert_eq!(said(full, "2018-09-03 10:00"), Some((Why::Budget, "2018-10-01 09:00".into())));
        assert_eq!(
            said(Listener { role: Role::Leader, ..full }, "2018-09-03 10:00").map(|w| w.0),
            Some(Why::Slot)
        );
        let quiet = Listener { quiet_until: "2018-09-07".parse().ok(), ..full };
        assert_eq!(said(quiet, "2018-09-07 10:00"), Some((Why::Quiet, "2018-09-10 09:00".into())));
        assert_eq!(said(quiet, "2018-09-10 10:00").map(|w| w.0), Some(Why::Budget));
    }

    #[test]
    fn what_one_takes_part_in_keeps_to_the_hours_only() {
        let full = Listener {
            quiet_until: "2018-09-07".parse().ok(),
            spoken: BUDGET,
            is_spoken_to: true,
            ..CONTACT
        };
        assert_eq!(told(full, false, "2018-09-03 10:00"), None);
        assert_eq!(told(full, false, "2018-09-03 08:00").map(|w| w.0), Some(Why::Hours));
        let gone = Listener { is_gone: true, ..CONTACT };
        assert_eq!(told(gone, false, "2018-09-03 10:00"), Some((Why::Gone, "2018-09-04 09:00".into())));
    }

    proptest! {
        /// Whatever holds a message, it is tried again later, in the morning or in the afternoon of a working
        /// day; and what the office lets through leaves, at night only when it says so.
        #[test]
        fn nothing_waits_for_ever_and_nothing_let_through_waits(
            minutes in 0i64..600_000,
            spoken in 0i64..10,
            quiet in proptest::option::of(0u64..60),
            is_unasked: bool, is_spoken_to: bool, is_gone: bool,
            let_through in proptest::option::of(prop_oneof![Just(LetThrough::Day), Just(LetThrough::Now)]),
        ) {
            let now = Now::at(at("2018-01-01 00:00").utc + chrono::TimeDelta::minutes(minutes));
            let quiet_until = quiet.map(|days| now.today() + chrono::Days::new(days));
            let listener = Listener { quiet_until, spoken, is_spoken_to, is_gone, ..CONTACT };
            let calendar = Calendar::default();
            match wait(is_unasked, let_through, &listener, &calendar, now) {
                None => prop_assert!(let_through == Some(LetThrough::Now) || calendar.is_speaking_time(now)),
                Some((why, until)) => {
                    prop_assert!(until > now.utc && calendar.is_speaking_time(Now::at(until)));
                    prop_assert!(let_through.is_none() || (let_through == Some(LetThrough::Day) && why == Why::Hours));
                    prop_assert!(until <= now.utc + chrono::TimeDelta::days(66));
                }
            }
        }
    }
}
