//! 发文: notices of the office, from the draft to the last answer. Drafted and checked by two, signed with a
//! number that is never used again, delivered to each addressee as a copy that is signed for, answered and
//! closed by itself. Pure: who steps, and what is known, come in as arguments.

pub mod effects;
pub mod overdue; // copies past their limits
pub mod reference; // how people name one
pub mod series; // numbers without gaps
mod steps; // from the draft to the end
pub mod text; // what stands in one

pub use self::steps::NoStep;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::finding::Rung;
use super::lang::Both;
use super::people::UnitRef;
use super::quiet::Why;
use super::time::Now;

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
    /// Who answers for it.
    pub lead: Uuid,
    /// The units that the item concerns, lead and co.
    pub units: Vec<Uuid>,
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
    /// 约谈 alone: when and where.
    pub appointment: String,
    /// 抄送, as it stands in the imprint; empty: nobody.
    pub cc: String,
    /// 约谈 that was held: until when its unit reports what it has put right.
    pub report_by: Option<NaiveDate>,
}

impl Standing {
    /// By when its units have to answer now.
    pub fn due(&self) -> Option<NaiveDate> {
        self.report_by.or(self.answer_by)
    }

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
            appointment: String::new(),
            cc: String::new(),
            report_by: None,
        }
    }
}

/// One addressee's copy (一份).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeCopy {
    pub id: Uuid,
    pub version: i32,
    pub unit: UnitRef,
    /// For information: nothing is to be signed for or answered.
    pub for_information: bool,
    /// 抄送: the unit is no addressee.
    pub is_cc: bool,
    /// What the platform has taken. Nobody knows from it that it was read.
    pub sent: Option<Sent>,
    /// Why it has not left, where that was the last that is known.
    pub held: Option<Why>,
    /// The office delivered it itself.
    pub delivered: Option<Delivered>,
    /// Another paper to the unit about the same items took its place: nothing is owed any more.
    pub escalated: Option<Escalated>,
    pub standing: CopyStanding,
    /// What the unit answered, the oldest first; all but the last were sent back or put right by the next.
    pub answers: Vec<Answer>,
}

impl NoticeCopy {
    /// The answer that stands, or was sent back last.
    pub fn answer(&self) -> Option<&Answer> {
        self.answers.last()
    }

    /// Whether it is still to be signed for and answered.
    pub fn is_open(&self) -> bool {
        self.standing.closed.is_none() && self.escalated.is_none()
    }

    /// The day it reached its unit.
    pub fn came_on(&self) -> Option<NaiveDate> {
        let sent = self.sent.as_ref().map(|sent| Now::at(sent.at).today());
        sent.or(self.delivered.as_ref().map(|delivered| delivered.on))
    }
}

/// How a copy was delivered where no message could be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    pub on: NaiveDate,
    pub how: String,
}

/// When another paper took the place of a copy, and its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escalated {
    pub at: DateTime<Utc>,
    pub by: Option<String>,
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
    /// What came along with it.
    pub files: Vec<AnswerFile>,
}

/// A file that came along with an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerFile {
    pub name: String,
    /// SHA-256 in hex, once it is kept.
    pub sha256: Option<String>,
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
}

impl Notice {
    /// 主送: the copies of those it is addressed to.
    pub fn addressed(&self) -> impl Iterator<Item = &NoticeCopy> {
        self.copies.iter().filter(|copy| !copy.is_cc)
    }

    /// What of it a unit reads: a circular whole, as whoever is 抄送 reads any; of another one what the unit answers for, as what the other
    /// addressees have to do is theirs. Where it only co-operates that is marked, and left out where it has items of
    /// its own beside and the lead unit has the other in its copy.
    pub fn for_unit(&self, unit: Uuid) -> Notice {
        let is_cc = self.copies.iter().any(|copy| copy.is_cc && copy.unit.id == unit);
        if self.form == Form::Circular || is_cc {
            return self.clone();
        }
        let leads = self.lines.iter().any(|line| line.lead == unit);
        let is_addressed = |lead: Uuid| self.addressed().any(|copy| copy.unit.id == lead);
        let is_own = |line: &&Line| {
            line.lead == unit || (line.units.contains(&unit) && !(leads && is_addressed(line.lead)))
        };
        let marked = |line: &Line| match line.lead == unit {
            true => line.clone(),
            false => Line { fact: format!("{}{}", text::CO, line.fact), ..line.clone() },
        };
        let lines: Vec<Line> = self.lines.iter().filter(is_own).map(marked).collect();
        if lines.is_empty() {
            return self.clone();
        }
        let numbers = |lines: &[Line]| lines.iter().map(|line| line.number).collect::<Vec<_>>();
        let (all, own) = (numbers(&self.lines), numbers(&lines));
        let whole = all.len() == own.len();
        Notice {
            title: if whole { self.title.clone() } else { text::title(self.form, &own) },
            basis: text::basis_of(&self.basis, &all, &own),
            lines,
            ..self.clone()
        }
    }

    /// With the copies marked that go out for information: those to whom it is not addressed, and those of a circular
    /// to units that lead none of the items it names. Where nobody is named, no answer is expected.
    pub fn marked(mut self) -> Notice {
        let (is_circular, lines) = (self.form == Form::Circular, &self.lines);
        for copy in &mut self.copies {
            let is_named = lines.iter().any(|line| line.lead == copy.unit.id);
            copy.for_information = copy.is_cc || (is_circular && !is_named);
        }
        if !self.asks() {
            self.standing.answer_by = None;
        }
        self
    }

    /// Somebody is to sign for it and to answer.
    pub fn asks(&self) -> bool {
        self.copies.iter().any(|copy| !copy.for_information)
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
