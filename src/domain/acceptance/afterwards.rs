//! What comes before and behind acceptance: an extension (延期) of the deadline, a relapse (反弹) of what was
//! signed off, the looks back (回头看) that follow a sign-off.

use chrono::{Days as Span, Months, NaiveDate};
use uuid::Uuid;

use crate::domain::basis::{Basis, Threshold};
use crate::domain::item::{Item, ItemState, Milestone, Status};
use crate::domain::lang::Both;

/// What became of an extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Approved,
    /// By the office.
    Refused,
    /// By the head of the unit.
    Declined,
    /// By whoever asked.
    Withdrawn,
}

impl Outcome {
    pub const ALL: [Outcome; 4] =
        [Outcome::Approved, Outcome::Refused, Outcome::Declined, Outcome::Withdrawn];

    pub fn code(self) -> &'static str {
        match self {
            Outcome::Approved => "approved",
            Outcome::Refused => "refused",
            Outcome::Declined => "declined",
            Outcome::Withdrawn => "withdrawn",
        }
    }

    pub fn from_code(code: &str) -> Option<Outcome> {
        Outcome::ALL.into_iter().find(|it| it.code() == code)
    }

    pub fn word(self) -> Both {
        match self {
            Outcome::Approved => Both { zh: "已批准", en: "approved" },
            Outcome::Refused => Both { zh: "未批准", en: "refused" },
            Outcome::Declined => {
                Both { zh: "单位负责人不同意", en: "declined by the head of the unit" }
            }
            Outcome::Withdrawn => Both { zh: "已撤回", en: "taken back" },
        }
    }
}

/// An extension as it stands, or stood on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    pub id: Uuid,
    pub asked_on: NaiveDate,
    pub post: Uuid,
    /// The post's title.
    pub by: String,
    pub reason: String,
    /// What the unit had reported when it asked.
    pub percent: i16,
    pub old_deadline: NaiveDate,
    pub new_deadline: NaiveDate,
    pub confirmed_on: Option<NaiveDate>,
    pub closed: Option<(NaiveDate, Outcome)>,
    /// What it was approved by, or why it was not.
    pub basis: String,
}

impl Extension {
    pub fn is_open(&self) -> bool {
        self.closed.is_none()
    }
}

/// Why no extension may be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoExtension {
    /// Done, or handed in.
    NotOpen,
    /// 只能在到期前申请.
    Expired,
    NotLater,
    /// More than [`LONGEST_YEARS`] behind the deadline: a slip in the year.
    TooFar,
}

/// The longest extension.
pub const LONGEST_YEARS: u32 = 3;

/// Whether a new deadline may be asked for today.
pub fn may_extend(item: &Item, new: NaiveDate, today: NaiveDate) -> Result<(), NoExtension> {
    let status = item.state.status;
    let farthest = item.deadline + Months::new(12 * LONGEST_YEARS);
    match () {
        () if status.is_completed() || status.is_awaiting() => Err(NoExtension::NotOpen),
        () if item.deadline < today => Err(NoExtension::Expired),
        () if new <= item.deadline => Err(NoExtension::NotLater),
        () if new > farthest => Err(NoExtension::TooFar),
        () => Ok(()),
    }
}

/// The milestones that a new deadline moves: the last one goes along with it.
pub fn moved_milestones(item: &Item, new: NaiveDate) -> (Vec<NaiveDate>, Vec<Milestone>) {
    let moves = item.milestones.iter().filter(|milestone| milestone.due_on == item.deadline);
    let (gone, come) = moves.map(|m| (m.due_on, Milestone { due_on: new, percent: m.percent })).unzip();
    (gone, come)
}

/// The item with another deadline and the milestones that go along.
pub fn extended(item: &Item, new: NaiveDate) -> Item {
    let (gone, come) = moved_milestones(item, new);
    let stays = item.milestones.iter().filter(|m| !gone.contains(&m.due_on) && m.due_on != new);
    let mut milestones: Vec<Milestone> = stays.copied().chain(come).collect();
    milestones.sort_by_key(|m| m.due_on);
    Item { deadline: new, milestones, ..item.clone() }
}

/// How long work that came back has, in days, where nobody says otherwise.
pub const RELAPSE_DAYS: u64 = 60;

/// The deadline of work that came back: what was said, or the old one where that is later.
pub fn relapse_deadline(item: &Item, said: Option<NaiveDate>, today: NaiveDate) -> NaiveDate {
    said.unwrap_or_else(|| item.deadline.max(today + Span::new(RELAPSE_DAYS)))
}

/// An item that is open again: it begins anew from today, with nothing done and nothing verified, and without
/// the milestones of its former course.
pub fn reopened(item: &Item, deadline: NaiveDate, today: NaiveDate, basis: &Basis) -> (Item, ItemState) {
    let state =
        ItemState { status: Status::InProgress, percent: 0, verified_percent: None, ..item.state.clone() };
    let item = Item { deadline, opened_on: today, milestones: Vec::new(), ..item.clone() };
    let state = item.restated_after(state, today, basis);
    (item, ItemState { next_check_on: Some(today), ..state })
}

/// The days of the looks back after a sign-off on this day.
pub fn rechecks(round: Uuid, signed_on: NaiveDate, basis: &Basis) -> Vec<NaiveDate> {
    let months = basis.of(round).all(Threshold::Recheck).iter();
    months
        .filter_map(|months| u32::try_from(*months).ok())
        .map(|months| signed_on + Months::new(months))
        .collect()
}

/// What a look back came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looked {
    Passed,
    Relapsed,
}

impl Looked {
    pub fn code(self) -> &'static str {
        match self {
            Looked::Passed => "passed",
            Looked::Relapsed => "relapsed",
        }
    }

    pub fn from_code(code: &str) -> Option<Looked> {
        [Looked::Passed, Looked::Relapsed].into_iter().find(|it| it.code() == code)
    }

    pub fn word(self) -> Both {
        match self {
            Looked::Passed => Both { zh: "未反弹", en: "still well" },
            Looked::Relapsed => Both { zh: "已反弹", en: "relapsed" },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::cycle::Rhythm;
    use crate::domain::item::Kind;
    use crate::domain::people::UnitRef;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn item() -> Item {
        let milestone = |due_on, percent| Milestone { due_on: day(due_on), percent };
        Item {
            id: Uuid::nil(),
            version: 3,
            round: Uuid::nil(),
            number: 22,
            title: String::new(),
            lead: UnitRef { id: Uuid::nil(), name: String::new() },
            co: Vec::new(),
            leader_post: None,
            acceptance_unit: None,
            deadline: day("2018-12-31"),
            kind: Kind::ByDeadline,
            opened_on: day("2017-10-01"),
            rhythm: Rhythm::default(),
            milestones: vec![milestone("2018-06-30", 60), milestone("2018-12-31", 100)],
            state: ItemState {
                status: Status::InProgress,
                percent: 65,
                verified_percent: Some(60),
                last_report_on: Some(day("2018-12-20")),
                flag: None,
                other_flags: Vec::new(),
                next_check_on: None,
            },
        }
    }

    #[test]
    fn the_day_of_the_deadline_is_the_last_to_ask_on() {
        let ask = |new: &str, today: &str| may_extend(&item(), day(new), day(today));
        assert_eq!(ask("2019-03-31", "2018-12-31"), Ok(()));
        assert_eq!(ask("2019-03-31", "2019-01-01"), Err(NoExtension::Expired));
        assert_eq!(ask("2018-12-31", "2018-12-01"), Err(NoExtension::NotLater));
        assert_eq!(ask("2091-03-31", "2018-12-01"), Err(NoExtension::TooFar));
        let mut done = item();
        done.state.status = Status::Applied;
        assert_eq!(may_extend(&done, day("2019-03-31"), day("2018-12-01")), Err(NoExtension::NotOpen));
    }

    #[test]
    fn an_approved_extension_is_neither_overdue_nor_lagging_behind_the_old_day() {
        let later = extended(&item(), day("2019-03-31"));
        let standing = later.standing(day("2019-01-02"), &Basis::default());
        assert_eq!(standing.primary, None, "{standing:?}");
        assert_eq!(later.milestones.len(), 2);
    }

    #[test]
    fn what_came_back_begins_anew_and_is_not_late_at_once() {
        let mut signed = item();
        (signed.state.status, signed.state.percent) = (Status::SignedOff, 100);
        let today = day("2019-06-03");
        let deadline = relapse_deadline(&signed, None, today);
        assert_eq!(deadline, day("2019-08-02"));
        let (item, state) = reopened(&signed, deadline, today, &Basis::default());
        assert_eq!((state.status, state.percent, state.flag), (Status::InProgress, 0, None));
        assert_eq!(item.standing(today, &Basis::default()).primary, None);
    }
}
