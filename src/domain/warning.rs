//! A warning (预警) as a rule raises it. Permanent: unique per (item, unit, rule, rung, period);
//! the outbox refers to it, and it is worded when it leaves.

use uuid::Uuid;

use super::finding::{Facts, Rung};

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

/// A raised warning with the facts of now, looked at again just before it leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    pub id: Uuid,
    pub rule: String,
    pub rung: Rung,
    pub period: String,
    pub facts: Facts,
}
