//! A warning (预警) as a rule raises it. Permanent: unique per (item, unit, rule, rung, period);
//! the outbox refers to it, and it is worded when it leaves.

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

/// One to append; the warnings of its units have its id as their period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewManual {
    pub id: Uuid,
    pub item: Uuid,
    pub colour: &'static Colour,
    pub text: String,
}

/// What a rule is called where people read of it; another version's rules have no better name.
pub fn title(rule: &str) -> Both {
    match rule {
        "promise_broken" => Both { zh: "承诺未兑现", en: "promise broken" },
        "unsigned" => Both { zh: "未签收", en: "not signed for" },
        MANUAL => Both { zh: "整改办预警", en: "warned by the office" },
        "overdue" => Both { zh: "逾期", en: "overdue" },
        "returned_late" => Both { zh: "退回未重报", en: "returned, not reported again" },
        "lagging" => Both { zh: "滞后", en: "lagging" },
        "missing" => Both { zh: "未报", en: "not reported" },
        "stalled" => Both { zh: "久无进展", en: "stalled" },
        "due_soon" => Both { zh: "临期提醒", en: "due soon" },
        "urge" => Both { zh: "催报", en: "urged to report" },
        "odd" => Both { zh: "填报异常", en: "odd report" },
        _ => Both { zh: "提醒", en: "reminder" },
    }
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
    pub facts: Facts,
}
