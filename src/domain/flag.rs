//! Flags (临期 / 滞后 / 逾期 / 未报 …): how an open item stands on a day, by its round's thresholds.
//! Pure arithmetic on one item's facts; also says when to look again, so that a sweep touches only
//! what may have changed.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use uuid::Uuid;

use super::basis::{Basis, Threshold};
use super::cycle::Rhythm;
use super::item::{Milestone, Status};
use super::lang::Both;

/// One flag. The first four are primary, in this order; the others only stand behind them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// 逾期: the deadline has passed and the work is not accepted.
    Overdue,
    /// 滞后: the reported percent is behind the latest milestone passed.
    Lagging,
    /// 未报: nothing reported since the cycle began that closed last.
    Missing,
    /// 临期: the deadline is near, at most 30 days by default.
    DueSoon,
    /// 逾期待验收: past the deadline with an application pending; counted inside overdue.
    AwaitingAcceptance,
    /// 退回整改: sent back after the site check.
    Returned,
}

impl Flag {
    pub const ALL: [Flag; 6] = [
        Flag::Overdue,
        Flag::Lagging,
        Flag::Missing,
        Flag::DueSoon,
        Flag::AwaitingAcceptance,
        Flag::Returned,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Flag::Overdue => "overdue",
            Flag::Lagging => "lagging",
            Flag::Missing => "missing",
            Flag::DueSoon => "due_soon",
            Flag::AwaitingAcceptance => "awaiting_acceptance",
            Flag::Returned => "returned",
        }
    }

    pub fn from_code(code: &str) -> Option<Flag> {
        Flag::ALL.into_iter().find(|flag| flag.code() == code)
    }

    /// The word that always stands beside the colour.
    pub fn word(self) -> Both {
        match self {
            Flag::Overdue => Both { zh: "逾期", en: "overdue" },
            Flag::Lagging => Both { zh: "滞后", en: "lagging" },
            Flag::Missing => Both { zh: "未报", en: "not reported" },
            Flag::DueSoon => Both { zh: "临期", en: "due soon" },
            Flag::AwaitingAcceptance => Both { zh: "逾期待验收", en: "overdue, awaiting acceptance" },
            Flag::Returned => Both { zh: "退回整改", en: "returned" },
        }
    }
}

/// What the rules look at.
#[derive(Debug, Clone, Copy)]
pub struct FlagFacts<'a> {
    pub round: Uuid,
    pub status: Status,
    pub percent: i16,
    pub deadline: NaiveDate,
    pub opened_on: NaiveDate,
    pub last_report_on: Option<NaiveDate>,
    pub rhythm: Rhythm,
    pub milestones: &'a [Milestone],
}

/// How an item stands on a day: the primary flag, the others behind it, and when to look again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    /// `None`: on track, or closed.
    pub primary: Option<Flag>,
    pub others: Vec<Flag>,
    /// The first later day on which a flag may change by the calendar alone; `None` when closed.
    pub next_check_on: Option<NaiveDate>,
}

impl Standing {
    pub fn has(&self, flag: Flag) -> bool {
        self.primary == Some(flag) || self.others.contains(&flag)
    }
}

/// The percent that should have been reached by the end of yesterday.
pub fn planned_percent(milestones: &[Milestone], today: NaiveDate) -> Option<i16> {
    milestones.iter().filter(|m| m.due_on < today).max_by_key(|m| m.due_on).map(|m| m.percent)
}

/// The flags of one item on a day.
pub fn standing(facts: FlagFacts<'_>, today: NaiveDate, basis: &Basis) -> Standing {
    if facts.status.is_completed() {
        return Standing::default();
    }
    let thresholds = basis.of(facts.round);
    let overdue = facts.deadline < today;
    let soon_from = facts.deadline - thresholds.days(Threshold::DueSoon);
    let due_soon = !overdue && today >= soon_from;
    let behind = planned_percent(facts.milestones, today).map_or(0, |planned| planned - facts.percent);
    let lagging = i32::from(behind) >= thresholds.first(Threshold::Lagging);
    let last_heard = facts.last_report_on.map_or(facts.opened_on, |on| on.max(facts.opened_on));
    let missing = last_heard < basis.last_closed(facts.round, facts.rhythm, today).starts_on;
    let mut found: Vec<Flag> = [
        (Flag::Overdue, overdue),
        (Flag::Lagging, lagging),
        (Flag::Missing, missing),
        (Flag::DueSoon, due_soon),
    ]
    .into_iter()
    .filter_map(|(flag, is_on)| is_on.then_some(flag))
    .collect();
    let primary = (!found.is_empty()).then(|| found.remove(0));
    if overdue && facts.status.is_awaiting() {
        found.push(Flag::AwaitingAcceptance);
    }
    if facts.status == Status::Returned {
        found.push(Flag::Returned);
    }
    let next_check_on = facts
        .milestones
        .iter()
        .map(|m| m.due_on + Days::new(1))
        .chain([
            soon_from,
            facts.deadline + Days::new(1),
            basis.next_closed_on(facts.round, facts.rhythm, today),
        ])
        .filter(|day| *day > today)
        .min();
    Standing { primary, others: found, next_check_on }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::cycle::{Every, Why};
    use crate::domain::workday::Calendar;

    fn standing(facts: FlagFacts<'_>, today: NaiveDate) -> Standing {
        super::standing(facts, today, &Basis::default())
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn the_day_of_the_deadline_is_not_overdue_and_the_next_one_is() {
        let facts = FlagFacts {
            round: Uuid::nil(),
            status: Status::InProgress,
            percent: 90,
            deadline: day("2018-09-30"),
            opened_on: day("2017-10-01"),
            last_report_on: Some(day("2018-09-24")),
            rhythm: Rhythm::default(),
            milestones: &[],
        };
        assert_eq!(standing(facts, day("2018-08-30")).primary, None);
        assert_eq!(standing(facts, day("2018-08-31")).primary, Some(Flag::DueSoon));
        assert_eq!(standing(facts, day("2018-09-30")).primary, Some(Flag::DueSoon));
        assert_eq!(standing(facts, day("2018-10-01")).primary, Some(Flag::Overdue));
        assert_eq!(
            standing(FlagFacts { status: Status::SignedOff, ..facts }, day("2018-12-01")),
            Standing::default()
        );
    }

    #[test]
    fn an_item_is_missing_only_after_the_window_has_closed() {
        let facts = FlagFacts {
            round: Uuid::nil(),
            status: Status::InProgress,
            percent: 50,
            deadline: day("2019-12-31"),
            opened_on: day("2017-10-01"),
            last_report_on: Some(day("2018-07-24")),
            rhythm: Rhythm::default(),
            milestones: &[],
        };
        // The 25th is a Saturday: the window closes on Monday the 27th.
        assert_eq!(standing(facts, day("2018-08-27")).primary, None);
        assert_eq!(standing(facts, day("2018-08-28")).primary, Some(Flag::Missing));
        assert_eq!(
            standing(FlagFacts { opened_on: day("2018-08-26"), ..facts }, day("2018-08-28")).primary,
            None
        );
    }

    proptest! {
        /// Between two looks nothing changes by the calendar alone.
        #[test]
        fn next_check_on_misses_no_change(
            deadline in 0u64..900, start in 0u64..700, last in 0u64..600, percent in 0i16..=100,
            milestones in proptest::collection::vec((0u64..900, 0i16..=100), 0..4),
            exceptions in proptest::collection::vec((0u64..900, any::<bool>()), 0..60),
            closes in 5i32..=28, soon in 0i32..=60, behind in 1i32..50,
            every in 0usize..3, since in proptest::option::of(0u64..700), is_back: bool,
        ) {
            let epoch = day("2017-10-01");
            let milestones: Vec<Milestone> = milestones
                .into_iter()
                .map(|(d, percent)| Milestone { due_on: epoch + Days::new(d), percent })
                .collect();
            let round = Uuid::nil();
            let set = [(Threshold::WindowDay, vec![closes]), (Threshold::DueSoon, vec![soon]),
                (Threshold::Lagging, vec![behind, 60, 80])];
            let calendar = Calendar::new(exceptions.into_iter().map(|(d, w)| (epoch + Days::new(d), w)));
            let basis = Basis::new(1, calendar, set.map(|(threshold, values)| (round, threshold, values)));
            let standing = |facts, today| super::standing(facts, today, &basis);
            let since = since.map(|days| epoch + Days::new(days)).filter(|since| *since <= epoch + Days::new(start));
            let why = is_back.then_some(Why::Good);
            let rhythm = Rhythm { every: Every::ALL[every], since, why };
            let facts = FlagFacts {
                round,
                status: Status::InProgress,
                percent,
                deadline: epoch + Days::new(deadline),
                opened_on: epoch,
                last_report_on: Some(epoch + Days::new(last)),
                rhythm,
                milestones: &milestones,
            };
            let today = epoch + Days::new(start);
            let now = standing(facts, today);
            let next = now.next_check_on.expect("open items are looked at again");
            prop_assert!(next > today);
            for between in today.iter_days().take_while(|d| *d < next) {
                let then = standing(facts, between);
                prop_assert_eq!((now.primary, &now.others), (then.primary, &then.others));
            }
        }
    }
}
