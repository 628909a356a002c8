//! What became of a report (撤回, 通过, 退回): appended, one for each report. Reports themselves never change.

use chrono::NaiveDate;
use uuid::Uuid;

use super::decision::Change;
use super::lang::Both;

/// What became of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewVerdict {
    pub item: Uuid,
    /// The report's version.
    pub version: i32,
    pub verdict: Verdict,
    pub reason: String,
    /// Until when a report that was sent back is expected anew.
    pub due_on: Option<NaiveDate>,
}

impl NewVerdict {
    /// Without a reason or a limit.
    pub fn plain(item: Uuid, version: i32, verdict: Verdict) -> NewVerdict {
        NewVerdict { item, version, verdict, reason: String::new(), due_on: None }
    }
}

/// What can become of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// 撤回, by whoever reported.
    Withdrawn,
    /// 审核通过, by the office.
    Accepted,
    /// 退回, by the office.
    Returned,
}

impl Verdict {
    pub const ALL: [Verdict; 3] = [Verdict::Withdrawn, Verdict::Accepted, Verdict::Returned];

    pub fn code(self) -> &'static str {
        match self {
            Verdict::Withdrawn => "withdrawn",
            Verdict::Accepted => "accepted",
            Verdict::Returned => "returned",
        }
    }

    pub fn from_code(code: &str) -> Option<Verdict> {
        Verdict::ALL.into_iter().find(|verdict| verdict.code() == code)
    }

    /// What the item's history calls it.
    pub fn change(self) -> Change {
        match self {
            Verdict::Withdrawn => Change::Withdrawn,
            Verdict::Accepted => Change::Accepted,
            Verdict::Returned => Change::SentBack,
        }
    }

    pub fn word(self) -> Both {
        match self {
            Verdict::Withdrawn => Both { zh: "已撤回", en: "taken back" },
            Verdict::Accepted => Both { zh: "已通过", en: "accepted" },
            Verdict::Returned => Both { zh: "已退回", en: "sent back" },
        }
    }
}
