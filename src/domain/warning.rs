//! A warning (预警) as a rule raises it. Permanent: unique per (item, unit, rule, rung, period);
//! the outbox refers to it, and it is worded when it leaves.

use chrono::NaiveDate;
use uuid::Uuid;

use super::item::Status;

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

/// A raised warning with the item as it is now, looked at again just before it leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    pub id: Uuid,
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
