//! Copies that are out and not closed: which of them have passed a limit, and which are to be answered now. What
//! follows the office decides; nothing climbs by itself.

use chrono::NaiveDate;
use uuid::Uuid;

use super::Form;
use crate::domain::Lang;
use crate::domain::basis::{Basis, Threshold};
use crate::domain::people::UnitRef;
use crate::domain::workday::Calendar;
use crate::say;

/// One of them, as far as its limits go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutCopy {
    pub id: Uuid,
    pub version: i32,
    pub notice: Uuid,
    pub handle: i32,
    pub number: String,
    pub form: Form,
    pub round: Uuid,
    pub unit: UnitRef,
    pub answer_by: Option<NaiveDate>,
    /// The day it reached somebody, by a message or otherwise.
    pub sent_on: Option<NaiveDate>,
    /// For information: nothing is owed.
    pub for_information: bool,
    pub is_signed: bool,
    pub is_answered: bool,
    pub is_escalated: bool,
    /// The items in it that concern its unit, with their numbers.
    pub items: Vec<(Uuid, i32)>,
    /// The numbers of those that are not completed.
    pub open: Vec<i32>,
    /// It could leave only after it was overtaken, and waits for the office.
    pub is_overtaken: bool,
    /// Its unit was reminded of the answer; once is enough.
    pub is_reminded: bool,
    /// What the office was told of it.
    pub put_up: Vec<Matter>,
}

/// Which limit has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Past {
    /// Nobody has signed for what was sent on this day.
    Unsigned(NaiveDate),
    /// No answer by this day.
    Unanswered(NaiveDate),
}

/// What the office is told of once, in the morning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matter {
    Unsigned,
    Unanswered,
    /// 交办 past its limit.
    Task,
    /// The time for appeals against an assessment is over.
    Assessment,
    /// A copy that was overtaken before it could leave.
    Overtaken,
}

impl Matter {
    const ALL: [Matter; 5] =
        [Matter::Unsigned, Matter::Unanswered, Matter::Task, Matter::Assessment, Matter::Overtaken];

    pub fn code(self) -> &'static str {
        match self {
            Matter::Unsigned => "unsigned",
            Matter::Unanswered => "unanswered",
            Matter::Task => "task",
            Matter::Assessment => "assessment",
            Matter::Overtaken => "overtaken",
        }
    }

    pub fn from_code(code: &str) -> Option<Matter> {
        Matter::ALL.into_iter().find(|matter| matter.code() == code)
    }
}

impl Past {
    pub fn matter(self) -> Matter {
        match self {
            Past::Unsigned(_) => Matter::Unsigned,
            Past::Unanswered(_) => Matter::Unanswered,
        }
    }
}

/// The day by which a copy is answered: the notice's, or so many working days after a copy that arrived when that
/// day had come.
pub fn due_of(due: NaiveDate, came_on: NaiveDate, days: usize, calendar: &Calendar) -> NaiveDate {
    if came_on >= due { calendar.nth_workday_after(came_on, days) } else { due }
}

impl OutCopy {
    /// The day by which its unit answers.
    fn due(&self, basis: &Basis) -> Option<NaiveDate> {
        let days = basis.of(self.round).count(Threshold::Answer);
        Some(due_of(self.answer_by?, self.sent_on?, days, &basis.calendar))
    }

    pub fn owes_answer(&self) -> bool {
        !self.is_answered && self.is_owed()
    }

    /// Whether anything is owed: not where another paper took its place, or all that it is about is completed.
    fn is_owed(&self) -> bool {
        let is_done = !self.items.is_empty() && self.open.is_empty();
        !self.for_information && !self.is_escalated && !is_done
    }

    /// Why it does not leave by itself any more.
    pub fn overtaken_by(&self, lang: Lang) -> String {
        match (self.is_escalated, self.answer_by) {
            (true, _) => say!(lang, "已另行发文", "another paper took its place"),
            (false, _) if !self.items.is_empty() && self.open.is_empty() => {
                say!(lang, "所涉事项已完成", "its items are completed")
            }
            (false, Some(by)) => say!(lang, "限期 {by} 已过", "its limit {by} has passed"),
            (false, None) => say!(lang, "已办结", "it is closed"),
        }
    }

    /// The limit that has passed, the graver one; none where it never arrived.
    pub fn past(&self, today: NaiveDate, basis: &Basis) -> Option<Past> {
        let sent_on = self.sent_on?;
        if let Some(by) = self.due(basis).filter(|by| *by < today && self.owes_answer()) {
            return Some(Past::Unanswered(by));
        }
        let days = basis.of(self.round).count(Threshold::Receipt);
        let is_late =
            !self.is_signed && self.is_owed() && basis.calendar.nth_workday_after(sent_on, days) < today;
        is_late.then_some(Past::Unsigned(sent_on))
    }

    /// Whether its unit is reminded of the answer now: on the last working day before the limit, or later where
    /// that day was missed; never on the day it came.
    pub fn is_due(&self, today: NaiveDate, basis: &Basis) -> bool {
        let is_near = self.due(basis).is_some_and(|by| basis.calendar.nth_workday_after(today, 1) >= by);
        let was_there = self.sent_on.is_some_and(|on| on < today);
        is_near && was_there && self.owes_answer() && !self.is_reminded
    }
}

/// The paper that may follow one that nobody heeds.
pub fn next(form: Form) -> Option<Form> {
    match form {
        Form::Warning | Form::Letter => Some(Form::Supervision),
        Form::Supervision => Some(Form::Circular),
        Form::Circular => Some(Form::Interview),
        Form::Interview => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn copy() -> OutCopy {
        OutCopy {
            id: Uuid::nil(),
            version: 1,
            notice: Uuid::nil(),
            handle: 1,
            number: "号".into(),
            form: Form::Supervision,
            round: Uuid::nil(),
            unit: UnitRef { id: Uuid::nil(), name: "县".into() },
            answer_by: Some(day("2018-09-07")),
            sent_on: Some(day("2018-08-31")),
            for_information: false,
            is_signed: false,
            is_answered: false,
            is_escalated: false,
            items: vec![(Uuid::nil(), 16)],
            open: vec![16],
            is_overtaken: false,
            is_reminded: false,
            put_up: Vec::new(),
        }
    }

    #[test]
    fn a_limit_has_passed_on_the_day_after_it() {
        let past = |copy: &OutCopy, on: &str| copy.past(day(on), &Basis::default());
        let open = copy();
        assert_eq!(past(&open, "2018-09-04"), None, "two working days to sign");
        assert_eq!(past(&open, "2018-09-05"), Some(Past::Unsigned(day("2018-08-31"))));
        assert_eq!(past(&open, "2018-09-08"), Some(Past::Unanswered(day("2018-09-07"))));
        let signed = OutCopy { is_signed: true, ..copy() };
        assert_eq!(past(&signed, "2018-09-07"), None);
        assert_eq!(past(&OutCopy { sent_on: None, ..copy() }, "2018-12-01"), None);
        let named_nowhere = OutCopy { form: Form::Circular, for_information: true, ..copy() };
        assert_eq!(past(&named_nowhere, "2018-12-01"), None, "nothing is asked of it");
        let replaced = OutCopy { is_escalated: true, ..copy() };
        let done = OutCopy { open: Vec::new(), ..copy() };
        assert_eq!((past(&replaced, "2018-12-01"), past(&done, "2018-12-01")), (None, None));
        // Who got it a month late has the same time as the others.
        let late = OutCopy { sent_on: Some(day("2018-09-27")), is_signed: true, ..copy() };
        assert_eq!(past(&late, "2018-10-04"), None);
        assert_eq!(past(&late, "2018-10-05"), Some(Past::Unanswered(day("2018-10-04"))));
    }

    #[test]
    fn an_answer_is_reminded_of_on_the_working_day_before() {
        let due = |copy: &OutCopy, on: &str| copy.is_due(day(on), &Basis::default());
        assert!(!due(&copy(), "2018-09-05") && due(&copy(), "2018-09-06"));
        let monday = OutCopy { answer_by: Some(day("2018-09-10")), ..copy() };
        assert!(due(&monday, "2018-09-07"), "on Friday of what is due on Monday");
        assert!(!due(&OutCopy { is_reminded: true, ..copy() }, "2018-09-06"));
        assert!(!due(&OutCopy { is_answered: true, ..copy() }, "2018-09-06"));
        assert!(!due(&OutCopy { sent_on: Some(day("2018-09-06")), ..copy() }, "2018-09-06"));
    }
}
