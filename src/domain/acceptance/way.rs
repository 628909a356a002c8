//! The whole way of an item, step by step, as its file (卷宗) tells it.

use chrono::NaiveDate;
use uuid::Uuid;

use super::{Conclusion, Ended, Looked, Outcome};
use crate::domain::lang::Both;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// An application, and how it ended.
    Applied(Option<Ended>),
    Checked(Conclusion),
    Published,
    /// What the public table says, in the office's words.
    Worded,
    Objected,
    Settled {
        upheld: bool,
    },
    SignedOff,
    Rechecked(Looked),
    Relapsed,
    ExtensionAsked,
    /// By the head of the unit.
    ExtensionConfirmed,
    ExtensionDecided(Outcome),
}

impl Step {
    /// From its code, with the code of what it came to behind it.
    pub fn from_code(code: &str) -> Option<Step> {
        let (code, came_to) = code.split_once(' ')?;
        Some(match code {
            "applied" if came_to.is_empty() => Step::Applied(None),
            "applied" => Step::Applied(Some(Ended::from_code(came_to)?)),
            "checked" => Step::Checked(Conclusion::from_code(came_to)?),
            "published" => Step::Published,
            "worded" => Step::Worded,
            "objected" => Step::Objected,
            "settled" => Step::Settled { upheld: came_to == "upheld" },
            "signed_off" => Step::SignedOff,
            "rechecked" => Step::Rechecked(Looked::from_code(came_to)?),
            "relapsed" => Step::Relapsed,
            "extension" => Step::ExtensionAsked,
            "confirmed" => Step::ExtensionConfirmed,
            "decided" => Step::ExtensionDecided(Outcome::from_code(came_to)?),
            _ => return None,
        })
    }

    pub fn word(self) -> Both {
        match self {
            Step::Applied(_) => Both { zh: "申请销号", en: "application" },
            Step::Checked(_) => Both { zh: "现场核查", en: "check" },
            Step::Published => Both { zh: "公示", en: "publicity" },
            Step::Worded => Both { zh: "公示表述", en: "public wording" },
            Step::Objected => Both { zh: "异议", en: "objection" },
            Step::Settled { .. } => Both { zh: "异议处理", en: "objection settled" },
            Step::SignedOff => Both { zh: "销号", en: "sign-off" },
            Step::Rechecked(_) => Both { zh: "回头看", en: "look back" },
            Step::Relapsed => Both { zh: "反弹重开", en: "relapse" },
            Step::ExtensionAsked => Both { zh: "申请延期", en: "extension asked for" },
            Step::ExtensionConfirmed => Both { zh: "延期确认", en: "extension confirmed" },
            Step::ExtensionDecided(_) => Both { zh: "延期审批", en: "extension decided" },
        }
    }
}

/// One step that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trod {
    pub step: Step,
    pub on: NaiveDate,
    /// Of the row that tells it.
    pub id: Uuid,
    /// Of the post; empty where the machine did it.
    pub unit: String,
    pub post: String,
    pub text: String,
    /// Why it ended, where somebody said so.
    pub ended: String,
    /// The first and last day of publicity, the old and the new deadline, when it ended.
    pub from: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
    /// Working days, which sign-off, or the percent at that time.
    pub number: i32,
}
