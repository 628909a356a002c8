//! A warning (预警) as a rule raises it. Permanent: unique per (item, unit, rule, rung, period);
//! the outbox refers to it, and it is worded when it leaves.

use chrono::NaiveDate;
use uuid::Uuid;

use super::item::Status;
use super::lang::Both;
use super::people::UnitRef;

/// A warning to append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWarning {
    pub id: Uuid,
    pub item: Uuid,
    pub unit: Uuid,
    pub rule: &'static str,
    pub rung: &'static str,
    /// What makes it happen once: a deadline, a month, a cycle.
    pub period: String,
}

/// What a rule asks to be said, before anybody has an id for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub rule: &'static str,
    pub rung: &'static str,
    pub period: String,
}

/// What a rule is called where people read of it; another version's rules have no better name.
pub fn title(rule: &str) -> Both {
    match rule {
        "due_soon" => Both { zh: "临期提醒", en: "due soon" },
        "urge" => Both { zh: "催报", en: "urged to report" },
        _ => Both { zh: "提醒", en: "reminder" },
    }
}

/// A raised warning with the item as it is now, looked at again just before it leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    pub id: Uuid,
    /// To whose contact it is said.
    pub unit: UnitRef,
    pub rule: String,
    pub period: String,
    pub round: Uuid,
    pub number: i32,
    pub title: String,
    pub percent: i16,
    pub status: Status,
    pub deadline: NaiveDate,
    pub last_report_on: Option<NaiveDate>,
}
