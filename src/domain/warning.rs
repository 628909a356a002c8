//! A warning (预警) as a rule raises it. Permanent: unique per (item, unit, rule, rung, period);
//! the outbox refers to it, and it is worded when it leaves.

use uuid::Uuid;

use super::finding::{Facts, Rung};
use super::lang::Both;
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

/// What a rule is called where people read of it; another version's rules have no better name.
pub fn title(rule: &str) -> Both {
    match rule {
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
    pub facts: Facts,
}
