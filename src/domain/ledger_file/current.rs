//! What the database holds now, by natural key: the facts an import decides on, read set-wise.

use std::collections::HashMap;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::domain::basis::Basis;
use crate::domain::item::{Kind, Milestone, Status};
use crate::domain::people::Role;

/// The facts of one import. `items` holds those the files speak of, by number; `history` only items
/// with rows in the history file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Current {
    pub rounds: Vec<RoundNow>,
    pub units: Vec<UnitNow>,
    pub posts: Vec<PostNow>,
    pub items: HashMap<i32, ItemNow>,
    pub history: HashMap<i32, Vec<EventNow>>,
    /// What the flags go by.
    pub basis: Basis,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundNow {
    pub id: Uuid,
    pub name: String,
    pub is_open: bool,
}

/// The round an import goes to: the named one, else the only open one. `None` when it is new or the
/// choice is not clear.
pub fn choose_round<'a>(rounds: &'a [RoundNow], named: Option<&str>) -> Option<&'a RoundNow> {
    match named {
        Some(name) => rounds.iter().find(|round| round.name == name),
        None => {
            let mut open = rounds.iter().filter(|round| round.is_open);
            open.next().filter(|_| open.next().is_none())
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitNow {
    pub id: Uuid,
    pub code: String,
    pub name: String,
    pub kind: String,
    pub parent: Option<Uuid>,
    pub aliases: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostNow {
    pub id: Uuid,
    pub unit: Uuid,
    pub title: String,
    pub role: Role,
    pub version: i32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemNow {
    pub id: Uuid,
    pub version: i32,
    pub title: String,
    pub lead_unit: Uuid,
    pub leader_post: Option<Uuid>,
    pub acceptance_unit: Option<Uuid>,
    pub deadline: NaiveDate,
    pub kind: Kind,
    pub status: Status,
    pub percent: i16,
    pub opened_on: NaiveDate,
    pub last_report_on: Option<NaiveDate>,
    pub completed_on: Option<NaiveDate>,
    pub signed_off_on: Option<NaiveDate>,
    pub superior_number: Option<String>,
    pub description: String,
    pub category: String,
    pub region: String,
    pub goal: String,
    pub measures: String,
    pub deadline_text: Option<String>,
    pub responsible_post: String,
    /// The leader as the ledger words it, where no post of that title is known.
    pub leader_text: String,
    pub co_units: Vec<Uuid>,
    pub milestones: Vec<Milestone>,
    /// The latest day anything but a flag is known of; a file that is older than this does not
    /// decide about status and percent.
    pub latest_on: Option<NaiveDate>,
}

/// One stored version of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventNow {
    pub version: i32,
    pub change: String,
    pub status: Status,
    pub percent: i16,
    pub text: String,
    pub effective_on: NaiveDate,
}
