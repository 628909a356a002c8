//! 发文: notices of the office, from the draft to the last answer. Drafted and checked by two, signed with a
//! number that is never used again, delivered to each addressee as a copy that is signed for, answered and
//! closed by itself. Pure: who steps, and what is known, come in as arguments.

pub mod effects;
pub mod overdue; // copies past their limits
pub mod reference; // how people name one
pub mod series; // numbers without gaps
pub mod text; // what stands in one

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::finding::Rung;
use super::lang::Both;
use super::people::UnitRef;
use super::quiet::Why;

/// What kind of paper it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// 预警通知
    Warning,
    /// 督办通知
    Supervision,
    /// 提醒函
    Letter,
    /// 通报
    Circular,
    /// 约谈通知
    Interview,
}

impl Form {
    pub const ALL: [Form; 5] =
        [Form::Warning, Form::Supervision, Form::Letter, Form::Circular, Form::Interview];

    pub fn code(self) -> &'static str {
        match self {
            Form::Warning => "warning",
            Form::Supervision => "supervision",
            Form::Letter => "letter",
            Form::Circular => "circular",
            Form::Interview => "interview",
        }
    }

    pub fn from_code(code: &str) -> Option<Form> {
        Form::ALL.into_iter().find(|form| form.code() == code)
    }

    pub fn word(self) -> Both {
        match self {
            Form::Warning => Both { zh: "预警通知", en: "warning notice" },
            Form::Supervision => Both { zh: "督办通知", en: "supervision notice" },
            Form::Letter => Both { zh: "提醒函", en: "letter" },
            Form::Circular => Both { zh: "通报", en: "circular" },
            Form::Interview => Both { zh: "约谈通知", en: "interview notice" },
        }
    }

    /// The paper of a rung, from the third on.
    pub fn of(rung: Rung) -> Option<Form> {
        match rung {
            Rung::Reminder | Rung::Warning => None,
            Rung::Notice => Some(Form::Supervision),
            Rung::Circular => Some(Form::Circular),
            Rung::Interview => Some(Form::Interview),
        }
    }

    /// The rung of the ladder on which it stands.
    pub fn rung(self) -> Rung {
        match self {
            Form::Warning | Form::Letter => Rung::Warning,
            Form::Supervision => Rung::Notice,
            Form::Circular => Rung::Circular,
            Form::Interview => Rung::Interview,
        }
    }
}

/// How far a notice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// 拟稿
    Draft,
    /// 已核稿
    Checked,
    /// 已签发
    Signed,
    /// 已办结
    Closed,
    /// 作废; its number, if it had one, stays with it.
    Void,
}

impl State {
    pub const ALL: [State; 5] = [State::Draft, State::Checked, State::Signed, State::Closed, State::Void];

    pub fn code(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Checked => "checked",
            State::Signed => "signed",
            State::Closed => "closed",
            State::Void => "void",
        }
    }

    pub fn from_code(code: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.code() == code)
    }

    pub fn word(self) -> Both {
        match self {
            State::Draft => Both { zh: "待核稿", en: "to be checked" },
            State::Checked => Both { zh: "待签发", en: "to be signed" },
            State::Signed => Both { zh: "已签发", en: "signed" },
            State::Closed => Both { zh: "已办结", en: "closed" },
            State::Void => Both { zh: "已作废", en: "void" },
        }
    }

    /// Signed, whatever became of it: it was or is out.
    pub fn is_out(self) -> bool {
        matches!(self, State::Signed | State::Closed)
    }
}

/// Who took a step, and when (ledger time).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    pub post: Uuid,
    /// What the post is called.
    pub title: String,
    pub at: DateTime<Utc>,
}

/// A notice with its copies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub id: Uuid,
    pub version: i32,
    /// 件号: names it before it has a number, and afterwards.
    pub handle: i32,
    pub round: Uuid,
    pub form: Form,
    pub title: String,
    /// On what it rests (依据).
    pub basis: String,
    /// What it says of each item, in order.
    pub lines: Vec<Line>,
    /// The day its figures are of, and by which version of the basis.
    pub as_of: NaiveDate,
    pub basis_version: i64,
    /// The proposal of the ladder that led to it.
    pub proposal: Option<Uuid>,
    /// 通报 alone: the annex.
    pub figures: Option<Figures>,
    pub drafted: Stamp,
    pub standing: Standing,
    pub copies: Vec<NoticeCopy>,
}

/// The annex of a circular (附表): how the items of each lead unit stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    pub units: Vec<UnitFigures>,
}

/// One row of it. Each item that is not completed is counted once, under its gravest flag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitFigures {
    pub unit: UnitRef,
    pub total: i64,
    /// Signed off or not.
    pub completed: i64,
    pub signed_off: i64,
    pub overdue: i64,
    pub lagging: i64,
    pub missing: i64,
}

/// A sentence about an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub item: Uuid,
    pub number: i32,
    pub fact: String,
}

/// The columns of a notice that change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub state: State,
    /// What is asked for (要求).
    pub demand: String,
    /// Until when an answer is expected.
    pub answer_by: Option<NaiveDate>,
    pub number: Option<String>,
    pub checked: Option<Stamp>,
    pub signed: Option<Stamp>,
    pub ended_at: Option<DateTime<Utc>>,
    pub void_reason: String,
    /// 约谈 alone: who approved it.
    pub approval: String,
}

impl Standing {
    pub fn drafted(demand: String, answer_by: Option<NaiveDate>) -> Standing {
        Standing {
            state: State::Draft,
            demand,
            answer_by,
            number: None,
            checked: None,
            signed: None,
            ended_at: None,
            void_reason: String::new(),
            approval: String::new(),
        }
    }
}

/// One addressee's copy (一份).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeCopy {
    pub id: Uuid,
    pub version: i32,
    pub unit: UnitRef,
    /// What the platform has taken. Nobody knows from it that it was read.
    pub sent: Option<Sent>,
    /// Why it has not left, where that was the last that is known.
    pub held: Option<Why>,
    pub standing: CopyStanding,
    /// What the unit answered, the oldest first; all but the last were sent back or put right by the next.
    pub answers: Vec<Answer>,
}

impl NoticeCopy {
    /// The answer that stands, or was sent back last.
    pub fn answer(&self) -> Option<&Answer> {
        self.answers.last()
    }
}

/// To whom a copy went, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    pub at: DateTime<Utc>,
    pub to: Option<String>,
    /// The post on leave, where somebody stands in.
    pub for_post: Option<String>,
}

/// What a unit answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub by: String,
    pub at: DateTime<Utc>,
    pub text: String,
    pub returned: Option<Returned>,
}

/// An answer that the office sent back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    pub at: DateTime<Utc>,
    pub reason: String,
}

/// The columns of a copy that change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CopyStanding {
    pub signed: Option<Stamp>,
    pub promised_on: Option<NaiveDate>,
    pub answered_at: Option<DateTime<Utc>>,
    /// Why the last answer was sent back; empty: it was not.
    pub returned: String,
    pub closed: Option<Stamp>,
    pub escalated_at: Option<DateTime<Utc>>,
}

/// Why a step is not taken; the command words it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoStep {
    /// Not in this state.
    NotNow(State),
    /// 约谈 that nobody has approved.
    NotApproved,
    /// Whoever drafted it neither checks nor signs it, where the office has somebody else.
    OwnDraft,
    /// Whoever drafted it checked it while the office had nobody else; now it has.
    OwnCheck,
}

impl Notice {
    /// Whether whoever drafted it checked it too, as somebody alone in the office may.
    pub fn is_checked_by_drafter(&self) -> bool {
        self.standing.checked.as_ref().is_some_and(|checked| checked.post == self.drafted.post)
    }

    /// The state from which the next step is taken: what its drafter checked is a draft once there are others.
    pub fn stands(&self, is_alone: bool) -> State {
        match self.standing.state {
            State::Checked if self.is_checked_by_drafter() && !is_alone => State::Draft,
            state => state,
        }
    }

    /// 核稿. `is_alone`: the office has nobody else.
    pub fn check(&self, by: Stamp, is_alone: bool) -> Result<Standing, NoStep> {
        self.step(State::Draft, by.post, is_alone)?;
        Ok(Standing { state: State::Checked, checked: Some(by), ..self.standing.clone() })
    }

    /// 签发, under this number.
    pub fn sign(&self, by: Stamp, is_alone: bool, number: String) -> Result<Standing, NoStep> {
        self.step(State::Checked, by.post, is_alone)?;
        if self.form == Form::Interview && self.standing.approval.is_empty() {
            return Err(NoStep::NotApproved);
        }
        Ok(Standing { state: State::Signed, signed: Some(by), number: Some(number), ..self.standing.clone() })
    }

    fn step(&self, from: State, by: Uuid, is_alone: bool) -> Result<(), NoStep> {
        match self.stands(is_alone) {
            state if state == from && by == self.drafted.post && !is_alone => Err(NoStep::OwnDraft),
            state if state == from => Ok(()),
            State::Draft if self.standing.state == State::Checked => Err(NoStep::OwnCheck),
            _ => Err(NoStep::NotNow(self.standing.state)),
        }
    }

    /// Another demand or another day; what was checked is to be checked anew.
    pub fn amended(&self, demand: String, answer_by: Option<NaiveDate>) -> Result<Standing, NoStep> {
        match self.standing.state {
            State::Draft | State::Checked => Ok(Standing {
                approval: self.standing.approval.clone(),
                ..Standing::drafted(demand, answer_by)
            }),
            state => Err(NoStep::NotNow(state)),
        }
    }

    /// 批准 of an interview, by whom.
    pub fn approved(&self, by: &str) -> Result<Standing, NoStep> {
        match self.standing.state {
            State::Draft | State::Checked => {
                Ok(Standing { approval: by.to_owned(), ..self.standing.clone() })
            }
            state => Err(NoStep::NotNow(state)),
        }
    }

    /// The interview was held: its unit reports until this day what it has put right.
    pub fn held(&self, answer_by: NaiveDate) -> Result<Standing, NoStep> {
        match self.standing.state {
            State::Signed => Ok(Standing { answer_by: Some(answer_by), ..self.standing.clone() }),
            state => Err(NoStep::NotNow(state)),
        }
    }

    /// 作废. The number stays.
    pub fn void(&self, reason: &str, at: DateTime<Utc>) -> Result<Standing, NoStep> {
        match self.standing.state {
            State::Draft | State::Checked | State::Signed => Ok(Standing {
                state: State::Void,
                ended_at: Some(at),
                void_reason: reason.to_owned(),
                ..self.standing.clone()
            }),
            state => Err(NoStep::NotNow(state)),
        }
    }

    /// The last of its copies is closed.
    pub fn close(&self, at: DateTime<Utc>) -> Standing {
        Standing { state: State::Closed, ended_at: Some(at), ..self.standing.clone() }
    }

    /// How it is named: by its number, or by what stands for it until it has one.
    pub fn name(&self, lang: super::Lang) -> String {
        match &self.standing.number {
            Some(number) => number.clone(),
            None => {
                let handle = self.handle;
                crate::say!(lang, "稿{handle}", "draft {handle}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(post: u128) -> Stamp {
        Stamp { post: Uuid::from_u128(post), title: String::new(), at: DateTime::default() }
    }

    fn notice(state: State) -> Notice {
        Notice {
            id: Uuid::nil(),
            version: 1,
            handle: 1,
            round: Uuid::nil(),
            form: Form::Supervision,
            title: String::new(),
            basis: String::new(),
            lines: Vec::new(),
            as_of: NaiveDate::default(),
            basis_version: 0,
            proposal: None,
            figures: None,
            drafted: stamp(1),
            standing: Standing { state, ..Standing::drafted(String::new(), None) },
            copies: Vec::new(),
        }
    }

    #[test]
    fn two_people_stand_behind_a_number() {
        let number = || "号".to_owned();
        assert_eq!(notice(State::Draft).check(stamp(1), false), Err(NoStep::OwnDraft));
        assert!(notice(State::Draft).check(stamp(1), true).is_ok_and(|s| s.state == State::Checked));
        let draft = notice(State::Draft);
        assert_eq!(draft.sign(stamp(2), false, number()), Err(NoStep::NotNow(State::Draft)));
        let mut checked = notice(State::Checked);
        checked.standing.checked = Some(stamp(2));
        assert_eq!(checked.sign(stamp(1), false, number()), Err(NoStep::OwnDraft));
        let signed = checked.sign(stamp(2), false, number()).expect("is signed");
        assert_eq!((signed.state, signed.number.as_deref()), (State::Signed, Some("号")));
    }

    #[test]
    fn who_was_alone_checked_it_and_once_there_are_others_it_is_checked_again() {
        let mut own = notice(State::Checked);
        own.standing.checked = Some(stamp(1));
        assert!(own.sign(stamp(1), true, String::new()).is_ok());
        assert_eq!(own.sign(stamp(1), false, String::new()), Err(NoStep::OwnCheck));
        assert_eq!(own.sign(stamp(2), false, String::new()), Err(NoStep::OwnCheck));
        assert_eq!(own.check(stamp(1), false), Err(NoStep::OwnDraft));
        assert_eq!(own.check(stamp(3), false).map(|next| next.checked), Ok(Some(stamp(3))));
    }

    #[test]
    fn a_void_one_keeps_its_number_and_nothing_moves_it_any_more() {
        let mut out = notice(State::Signed);
        out.standing.number = Some("号".into());
        let void = out.void("误发", DateTime::default()).expect("is voided");
        assert_eq!((void.state, void.number.as_deref()), (State::Void, Some("号")));
        for state in [State::Void, State::Closed] {
            let over = notice(state);
            assert_eq!(over.void("再来", DateTime::default()), Err(NoStep::NotNow(state)));
            assert_eq!(over.amended(String::new(), None), Err(NoStep::NotNow(state)));
            assert_eq!(over.check(stamp(2), true), Err(NoStep::NotNow(state)));
        }
        let checked = notice(State::Checked);
        assert!(
            checked.amended("另".into(), None).is_ok_and(|s| s.state == State::Draft && s.checked.is_none())
        );
    }
}
