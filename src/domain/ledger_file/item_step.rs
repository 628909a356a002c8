//! One item of an import: its row, its history and what the ledger has, put together to the state it
//! will have. A file never rolls an item back: where the ledger knows of a later day than the file
//! speaks of, status and percent stay as they are.

use chrono::NaiveDate;
use uuid::Uuid;

use super::changes::differences;
use super::names::Names;
use super::people_steps::Leaders;
use super::timeline::{Frame, IMPORT, Timeline, replay, unknown};
use super::{EventNow, EventStep, HistoryRow, ItemNow, ItemRow, What};
use crate::domain::acceptance::rechecks;
use crate::domain::basis::Basis;
use crate::domain::cycle::Rhythm;
use crate::domain::flag::{FlagFacts, Standing, standing};
use crate::domain::item::{Kind, Milestone, Status};

/// One item as it will be, and the versions to append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemStep<'a> {
    pub id: Uuid,
    pub number: i32,
    /// The version that was read; `None` for a new item.
    pub was: Option<i32>,
    pub version: i32,
    pub what: What,
    /// Co-units or milestones differ from the ledger's (or are new).
    pub parts_changed: bool,
    pub next: NextItem<'a>,
    pub events: Vec<EventStep<'a>>,
    /// Acceptance has been applied for: the day, and what was said. An application that is open already stays.
    pub application: Option<(NaiveDate, &'a str)>,
    /// What the file says of its sign-off, where that is new.
    pub sign_off: Option<SignOffStep>,
}

/// A sign-off that was done elsewhere, or is so no longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignOffStep {
    /// `None`: the item is open again.
    pub on: Option<NaiveDate>,
    /// The last one stands under another day: it is no other.
    pub is_moved: bool,
    /// When it is to be looked at again, as far as that lies behind the day of the file.
    pub looks: Vec<NaiveDate>,
}

/// All comparable columns of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextItem<'a> {
    pub title: &'a str,
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
    pub standing: Standing,
    pub superior_number: Option<&'a str>,
    pub description: &'a str,
    pub category: &'a str,
    pub region: &'a str,
    pub goal: &'a str,
    pub measures: &'a str,
    pub deadline_text: Option<&'a str>,
    pub responsible_post: &'a str,
    pub leader_text: &'a str,
    pub co_units: Vec<Uuid>,
    pub milestones: &'a [Milestone],
}

/// Everything known of one item. The row, the history or both are from the files.
pub(super) struct ItemFacts<'a, 'f> {
    pub row: Option<&'a ItemRow>,
    pub now: Option<&'a ItemNow>,
    pub stored: &'a [EventNow],
    pub history: &'f [&'a HistoryRow],
    /// Units of the row, found by name; those of the ledger where there is no row.
    pub units: Units,
    pub names: &'f Names<'a>,
    pub leaders: &'f Leaders<'a>,
    pub as_of: NaiveDate,
    pub round: Uuid,
    pub basis: &'f Basis,
}

/// The units an item will have.
pub(super) struct Units {
    pub lead: Uuid,
    pub co: Vec<Uuid>,
    pub acceptance: Option<Uuid>,
}

/// `None` when neither file nor ledger has this item.
pub(super) fn item_step<'a>(
    facts: ItemFacts<'a, '_>,
    new_id: &mut dyn FnMut() -> Uuid,
) -> Option<ItemStep<'a>> {
    let ItemFacts { row, now, as_of, round, basis, .. } = facts;
    let deadline = row.map(|row| row.deadline).or(now.map(|now| now.deadline))?;
    let number = row.map(|row| row.number).or(facts.history.first().map(|event| event.number))?;
    let milestones =
        row.and_then(|row| row.milestones.as_deref()).or(now.map(|now| &*now.milestones)).unwrap_or(&[]);
    let was = now.map(|now| now.version);
    let fresh = unknown(facts.stored, facts.history);
    let opened_on = now.map(|now| now.opened_on);
    let line = replay(
        facts.stored,
        &fresh,
        was.unwrap_or(0),
        Frame { deadline, milestones, opened_on, round, basis },
    );

    let known_on = now.and_then(|now| now.latest_on);
    let state = State::decide(row.filter(|_| known_on.is_none_or(|on| on <= as_of)), now, &line);
    let opened_on = [opened_on, line.first_on, opened_on.is_none().then(|| state.closed_or(as_of))]
        .into_iter()
        .flatten()
        .min()
        .unwrap_or(as_of);
    let last_report_on = now.and_then(|now| now.last_report_on).max(line.last_report_on);
    let day = known_on.map_or(as_of, |on| on.max(as_of));
    let State { status, percent, .. } = state;
    // An item that is asked about more often is put right by the next sweep.
    let rhythm = Rhythm::default();
    let flags = FlagFacts { round, status, percent, deadline, opened_on, last_report_on, rhythm, milestones };
    let mut standing = standing(flags, day, basis);
    // Open items are looked at by the next sweep, so that the rules can raise what is already due.
    let was_open = now.is_some_and(|now| !now.status.is_completed());
    standing.next_check_on = standing.next_check_on.or(was_open.then_some(day)).map(|_| day);

    let (leader_post, leader_text) = leader(row, now, facts.leaders);
    let next = NextItem {
        title: row.map(|row| &*row.title).or(now.map(|now| &*now.title)).unwrap_or(""),
        lead_unit: facts.units.lead,
        leader_post,
        acceptance_unit: facts.units.acceptance,
        deadline,
        kind: row.and_then(|row| row.kind).or(now.map(|now| now.kind)).unwrap_or(Kind::ByDeadline),
        status,
        percent,
        opened_on,
        last_report_on,
        completed_on: state.completed_on,
        signed_off_on: state.signed_off_on,
        standing,
        superior_number: row
            .and_then(|row| row.superior_number.as_deref())
            .or(now.and_then(|now| now.superior_number.as_deref()))
            .filter(|text| !text.is_empty()),
        description: said(row.and_then(|r| r.description.as_deref()), now.map(|n| &*n.description)),
        category: said(row.and_then(|r| r.category.as_deref()), now.map(|n| &*n.category)),
        region: said(row.and_then(|r| r.region.as_deref()), now.map(|n| &*n.region)),
        goal: said(row.and_then(|r| r.goal.as_deref()), now.map(|n| &*n.goal)),
        measures: said(row.and_then(|r| r.measures.as_deref()), now.map(|n| &*n.measures)),
        deadline_text: row
            .and_then(|row| row.deadline_text.as_deref())
            .or(now.filter(|now| now.deadline == deadline).and_then(|now| now.deadline_text.as_deref())),
        responsible_post: said(
            row.and_then(|r| r.responsible_post.as_deref()),
            now.map(|n| &*n.responsible_post),
        ),
        leader_text,
        co_units: facts.units.co,
        milestones,
    };
    let changes = now.map(|now| differences(now, &next, facts.names, facts.leaders)).unwrap_or_default();
    let mut events = line.events;
    let version = was.unwrap_or(0) + i32::try_from(events.len()).ok()?;
    let touched = now.is_none() || !changes.is_empty() || !events.is_empty();
    if touched && (events.is_empty() || line.last != Some((status, percent))) {
        events.push(EventStep {
            version: version + 1,
            change: IMPORT,
            status,
            percent,
            report: None,
            flag: next.standing.primary,
            text: "",
            effective_on: line.latest_on.map_or(day, |on| on.max(day)),
        });
    }
    let what = match now {
        None => What::Insert,
        Some(_) if changes.is_empty() && events.is_empty() => What::Unchanged,
        Some(_) => What::Update(changes),
    };
    let version = events.last().map_or(version, |event| event.version);
    let same_parts = |now: &ItemNow| now.co_units == next.co_units && now.milestones == next.milestones;
    let parts_changed = !now.is_some_and(same_parts);
    let id = now.map_or_else(new_id, |now| now.id);
    let application = status.is_awaiting().then(|| (line.applied_on.unwrap_or(day), line.applied_text));
    let sign_off = sign_off(now, &next, day, |on| {
        rechecks(round, on, basis).into_iter().filter(|due_on| *due_on > as_of).collect()
    });
    Some(ItemStep { id, number, was, version, what, parts_changed, next, events, application, sign_off })
}

/// The sign-off where it is another than the ledger's; one without a day was done by `day`.
fn sign_off(
    now: Option<&ItemNow>,
    next: &NextItem<'_>,
    day: NaiveDate,
    looks: impl Fn(NaiveDate) -> Vec<NaiveDate>,
) -> Option<SignOffStep> {
    let before = now.filter(|now| now.status == Status::SignedOff).map(|now| now.signed_off_on);
    let after = (next.status == Status::SignedOff).then_some(next.signed_off_on);
    let on = after.map(|on| on.unwrap_or(day));
    (before != after).then(|| SignOffStep {
        on,
        is_moved: before.is_some() && on.is_some(),
        looks: on.map(looks).unwrap_or_default(),
    })
}

/// What the file says, else what the ledger has.
pub(super) fn said<'a>(file: Option<&'a str>, now: Option<&'a str>) -> &'a str {
    file.or(now).unwrap_or("")
}

/// A leader by post where one leader has this title, else by the words of the file.
fn leader<'a>(
    row: Option<&'a ItemRow>,
    now: Option<&'a ItemNow>,
    leaders: &Leaders<'_>,
) -> (Option<Uuid>, &'a str) {
    let post = now.and_then(|now| now.leader_post);
    match row.and_then(|row| row.leader_post.as_deref()) {
        None => (post, now.map_or("", |now| &now.leader_text)),
        Some("") => (None, ""),
        Some(title) => match leaders.find(title, post) {
            Some(found) => (Some(found), ""),
            None => (None, title),
        },
    }
}

/// The moving part of an item.
struct State {
    status: Status,
    percent: i16,
    completed_on: Option<NaiveDate>,
    signed_off_on: Option<NaiveDate>,
}

impl State {
    /// From the file's row (if it may speak), the new events, and the ledger, in this order.
    fn decide(row: Option<&ItemRow>, now: Option<&ItemNow>, line: &Timeline<'_>) -> State {
        let replayed = line.last.filter(|_| !line.events.is_empty());
        let percent_said = row.and_then(|row| row.percent);
        let status = row
            .and_then(|row| row.status)
            .or(replayed.map(|(status, _)| status))
            .or(now.map(|now| now.status))
            .unwrap_or(if percent_said.unwrap_or(0) > 0 { Status::InProgress } else { Status::Assigned });
        let percent = percent_said
            .or(status.is_completed().then_some(100))
            .or(replayed.map(|(_, percent)| percent))
            .or(now.map(|now| now.percent))
            .unwrap_or(0);
        let completed_said = row.and_then(|row| row.completed_on);
        let signed_off_said = row.and_then(|row| row.signed_off_on);
        let completed_now = now.and_then(|now| now.completed_on);
        let (completed_on, signed_off_on) = match status {
            Status::SignedOff => (
                completed_said.or(line.applied_on).or(line.full_on).or(completed_now),
                signed_off_said.or(line.signed_off_on).or(now.and_then(|now| now.signed_off_on)),
            ),
            Status::Completed | Status::Publicity => {
                (completed_said.or(line.completed_on).or(completed_now), None)
            }
            _ => {
                let kept = completed_now.filter(|_| now.is_some_and(|now| !now.status.is_completed()));
                (completed_said.filter(|_| status.is_said_done()).or(kept), None)
            }
        };
        State { status, percent, completed_on, signed_off_on }
    }

    /// The earliest day a new item without history is known of.
    fn closed_or(&self, as_of: NaiveDate) -> NaiveDate {
        [self.completed_on, self.signed_off_on].into_iter().flatten().min().map_or(as_of, |on| on.min(as_of))
    }
}
