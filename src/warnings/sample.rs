//! An item for the tests of rules: on track until a test says otherwise.

use chrono::NaiveDate;
use uuid::Uuid;

use super::Rule;
use crate::domain::cycle::Rhythm;
use crate::domain::finding::{Facts, Rung};
use crate::domain::warning::Pending;
use crate::domain::{Item, ItemState, Kind, Status, UnitRef};

pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

pub fn facts(deadline: &str) -> Facts {
    let state = ItemState {
        status: Status::InProgress,
        percent: 88,
        verified_percent: None,
        last_report_on: Some(day("2018-08-24")),
        flag: None,
        other_flags: Vec::new(),
        next_check_on: None,
    };
    let item = Item {
        id: Uuid::nil(),
        version: 1,
        round: Uuid::nil(),
        number: 30,
        title: "红石岭水源输水干渠未封闭".into(),
        lead: UnitRef { id: Uuid::nil(), name: "滨江区".into() },
        co: Vec::new(),
        leader_post: None,
        acceptance_unit: None,
        deadline: day(deadline),
        kind: Kind::ByDeadline,
        rhythm: Rhythm::default(),
        opened_on: day("2017-10-01"),
        milestones: Vec::new(),
        state,
    };
    Facts {
        item,
        returned: None,
        percent_before: None,
        odd: None,
        case: None,
        former: Vec::new(),
        unsigned: Vec::new(),
    }
}

/// A reminder of this rule, as it was raised.
pub fn pending(facts: Facts, rule: &Rule, period: &str) -> Pending {
    let (rule, period) = (rule.name.to_owned(), period.to_owned());
    let unit = facts.item.lead.clone();
    Pending {
        id: Uuid::nil(),
        unit,
        rule,
        rung: Rung::Reminder,
        period,
        is_signed: false,
        by_hand: None,
        answer_due: None,
        facts,
    }
}
