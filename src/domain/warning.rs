//! A warning (预警) as a rule raises it. Permanent: unique per (item, unit, rule, rung, period);
//! the outbox refers to it, and it is worded when it leaves.

use chrono::NaiveDate;
use uuid::Uuid;

use super::finding::{Facts, Rung};
use super::lang::{Both, Lang};
use super::people::UnitRef;

/// A warning to append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWarning {
    pub id: Uuid,
    pub item: Uuid,
    pub unit: Uuid,
    pub rule: String,
    pub rung: &'static str,
    /// What makes it happen once: a deadline, a month, a cycle.
    pub period: String,
}

/// The rule under which the office warns by hand.
pub const MANUAL: &str = "manual";
/// The rule under which a unit is reminded of an answer to a notice; the period is the copy.
pub const ANSWER_DUE: &str = "answer_due";

/// How grave the office calls what it warns of by hand. A colour is always shown with its word.
#[derive(Debug, PartialEq, Eq)]
pub struct Colour {
    pub code: &'static str,
    pub name: Both,
    pub word: Both,
    /// Goes out only when the office confirms it.
    pub is_confirmed: bool,
}

/// The colours, the mildest first.
pub const COLOURS: &[Colour] = &[
    Colour {
        code: "blue",
        name: Both { zh: "蓝", en: "blue" },
        word: Both { zh: "提示", en: "notice" },
        is_confirmed: false,
    },
    Colour {
        code: "yellow",
        name: Both { zh: "黄", en: "yellow" },
        word: Both { zh: "预警", en: "warning" },
        is_confirmed: false,
    },
    Colour {
        code: "orange",
        name: Both { zh: "橙", en: "orange" },
        word: Both { zh: "严重预警", en: "serious warning" },
        is_confirmed: false,
    },
    Colour {
        code: "red",
        name: Both { zh: "红", en: "red" },
        word: Both { zh: "紧急预警", en: "urgent warning" },
        is_confirmed: true,
    },
];

impl Colour {
    pub fn from_code(code: &str) -> Option<&'static Colour> {
        COLOURS.iter().find(|colour| colour.code == code)
    }

    /// As people say it: 黄, 黄色, yellow.
    pub fn said(word: &str) -> Option<&'static Colour> {
        let word = word.trim_end_matches('色');
        COLOURS.iter().find(|colour| colour.name.zh == word || colour.name.en.eq_ignore_ascii_case(word))
    }

    /// `黄 · 预警`
    pub fn shown(&self, lang: Lang) -> String {
        format!("{} · {}", self.name.pick(lang), self.word.pick(lang))
    }
}

/// What the office warned of by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByHand {
    pub colour: &'static Colour,
    pub text: String,
}

/// A notice that its unit has not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerDue {
    pub number: String,
    pub by: NaiveDate,
}

/// One to append; the warnings of its units have its id as their period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewManual {
    pub id: Uuid,
    pub item: Uuid,
    pub colour: &'static Colour,
    pub text: String,
}

/// A raised warning with the facts of now, looked at again just before it leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    pub id: Uuid,
    /// To whose contact it is said.
    pub unit: UnitRef,
    pub rule: String,
    pub rung: Rung,
    pub period: String,
    /// Somebody has signed for it.
    pub is_signed: bool,
    /// The office's own words, where it warned by hand.
    pub by_hand: Option<ByHand>,
    /// The notice that is to be answered, as long as it is.
    pub answer_due: Option<AnswerDue>,
    pub facts: Facts,
}
