//! An item's history, stored and new, played through in the order in which it was true: what state
//! each new event leaves behind, and the dates an item carries because of it.
//! As-of reads order by (`effective_on`, `version`): an event that is learnt late has a high version
//! and an early day.

use std::collections::HashSet;

use chrono::NaiveDate;
use uuid::Uuid;

use super::{EventNow, HistoryKind, HistoryRow};
use crate::domain::basis::Basis;
use crate::domain::cycle::Rhythm;
use crate::domain::flag::{Flag, FlagFacts, standing};
use crate::domain::item::{Milestone, Status};

/// One version to append to an item's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventStep<'a> {
    pub version: i32,
    /// The kind of the event, or `import` where the ledger row itself moved the item.
    pub change: &'static str,
    pub status: Status,
    pub percent: i16,
    /// For a report: the percent it names, if any.
    pub report: Option<Option<i16>>,
    pub flag: Option<Flag>,
    pub text: &'a str,
    pub effective_on: NaiveDate,
}

/// The word of the history for a change that comes from the ledger row.
pub(super) const IMPORT: &str = "import";

/// What the history of one item says, all in all.
#[derive(Debug, Default)]
pub(super) struct Timeline<'a> {
    /// The new events, in the order of their versions.
    pub events: Vec<EventStep<'a>>,
    /// State after the latest event, stored or new.
    pub last: Option<(Status, i16)>,
    pub first_on: Option<NaiveDate>,
    pub latest_on: Option<NaiveDate>,
    pub last_report_on: Option<NaiveDate>,
    /// The last application that was not returned, and what it says.
    pub applied_on: Option<NaiveDate>,
    pub applied_text: &'a str,
    /// The first day 100 % was reported.
    pub full_on: Option<NaiveDate>,
    pub completed_on: Option<NaiveDate>,
    pub signed_off_on: Option<NaiveDate>,
}

/// What flags are computed from, besides the state.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame<'a> {
    pub round: Uuid,
    pub basis: &'a Basis,
    pub deadline: NaiveDate,
    pub milestones: &'a [Milestone],
    /// `None`: the first event opens the item.
    pub opened_on: Option<NaiveDate>,
}

/// The rows of the file that are not in the database yet.
pub(super) fn unknown<'a>(stored: &[EventNow], rows: &[&'a HistoryRow]) -> Vec<&'a HistoryRow> {
    let loose: HashSet<(NaiveDate, &str, &str)> =
        stored.iter().map(|e| (e.effective_on, e.change.as_str(), e.text.as_str())).collect();
    let exact: HashSet<(NaiveDate, &str, &str, i16)> =
        stored.iter().map(|e| (e.effective_on, e.change.as_str(), e.text.as_str(), e.percent)).collect();
    let is_known = |row: &HistoryRow| {
        let (on, change, text) = (row.effective_on, row.kind.code(), row.text.as_str());
        match row.percent {
            Some(percent) => exact.contains(&(on, change, text, percent)),
            None => loose.contains(&(on, change, text)),
        }
    };
    rows.iter().copied().filter(|row| !is_known(row)).collect()
}

enum Entry<'a> {
    Stored(&'a EventNow),
    New(&'a HistoryRow),
}

/// Plays the stored versions and the new rows through, by day; on one day the stored ones come first
/// and the new ones follow in the order of the file. New ones get the versions after `version`.
pub(super) fn replay<'a>(
    stored: &'a [EventNow],
    rows: &[&'a HistoryRow],
    version: i32,
    frame: Frame<'_>,
) -> Timeline<'a> {
    let mut entries: Vec<(NaiveDate, i32, Entry<'a>)> = stored
        .iter()
        .map(|event| (event.effective_on, event.version, Entry::Stored(event)))
        .chain(rows.iter().map(|row| (row.effective_on, i32::MAX, Entry::New(row))))
        .collect();
    entries.sort_by_key(|(on, version, _)| (*on, *version));
    let first_on = entries.first().map(|(on, _, _)| *on);
    let opened_on = [frame.opened_on, first_on].into_iter().flatten().min();
    let mut line =
        Timeline { first_on, latest_on: entries.last().map(|(on, _, _)| *on), ..Timeline::default() };
    let (mut status, mut percent, mut next) = (Status::Assigned, 0, version);
    for (on, _, entry) in entries {
        match entry {
            Entry::Stored(event) => {
                (status, percent) = (event.status, event.percent);
                line.dates(HistoryKind::from_code(&event.change), percent, on, &event.text);
            }
            Entry::New(row) => {
                status = after(status, row.kind);
                percent = row.percent.unwrap_or(if status.is_completed() { 100 } else { percent });
                line.dates(Some(row.kind), percent, on, &row.text);
                next += 1;
                let facts = FlagFacts {
                    round: frame.round,
                    status,
                    percent,
                    deadline: frame.deadline,
                    opened_on: opened_on.unwrap_or(on),
                    last_report_on: line.last_report_on,
                    rhythm: Rhythm::default(),
                    milestones: frame.milestones,
                };
                line.events.push(EventStep {
                    version: next,
                    change: row.kind.code(),
                    status,
                    percent,
                    report: (row.kind == HistoryKind::Report).then_some(row.percent),
                    flag: standing(facts, on, frame.basis).primary,
                    text: &row.text,
                    effective_on: on,
                });
            }
        }
        line.last = Some((status, percent));
    }
    line
}

impl<'a> Timeline<'a> {
    fn dates(&mut self, kind: Option<HistoryKind>, percent: i16, on: NaiveDate, text: &'a str) {
        match kind {
            Some(HistoryKind::Report) => self.last_report_on = Some(on),
            Some(HistoryKind::Application) => (self.applied_on, self.applied_text) = (Some(on), text),
            Some(HistoryKind::Completion) => self.completed_on = Some(on),
            Some(HistoryKind::SignOff) => self.signed_off_on = Some(on),
            Some(HistoryKind::Return) => self.applied_on = None,
            None => {}
        }
        if percent == 100 && self.full_on.is_none() {
            self.full_on = Some(on);
        }
    }
}

/// What an event makes of an item.
fn after(status: Status, kind: HistoryKind) -> Status {
    match kind {
        HistoryKind::Report if status == Status::Assigned => Status::InProgress,
        HistoryKind::Report => status,
        HistoryKind::Application => Status::Applied,
        HistoryKind::Return => Status::Returned,
        HistoryKind::Completion => Status::Completed,
        HistoryKind::SignOff => Status::SignedOff,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn row(on: &str, kind: HistoryKind, percent: Option<i16>) -> HistoryRow {
        HistoryRow { row: 2, effective_on: day(on), number: 1, kind, percent, text: "说明".into() }
    }

    fn frame() -> Frame<'static> {
        let (round, basis) = (Uuid::nil(), Box::leak(Box::default()));
        Frame { round, basis, deadline: day("2018-06-30"), milestones: &[], opened_on: None }
    }

    #[test]
    fn an_item_walks_through_return_to_sign_off() {
        let rows = [
            row("2018-01-20", HistoryKind::Report, Some(30)),
            row("2018-02-01", HistoryKind::Application, None),
            row("2018-02-20", HistoryKind::Return, None),
            row("2018-03-20", HistoryKind::Report, Some(100)),
            row("2018-03-22", HistoryKind::Application, Some(100)),
            row("2018-04-10", HistoryKind::SignOff, None),
        ];
        let line = replay(&[], &rows.iter().collect::<Vec<_>>(), 0, frame());
        let states: Vec<(i32, Status, i16)> =
            line.events.iter().map(|e| (e.version, e.status, e.percent)).collect();
        assert_eq!(
            states,
            [
                (1, Status::InProgress, 30),
                (2, Status::Applied, 30),
                (3, Status::Returned, 30),
                (4, Status::Returned, 100),
                (5, Status::Applied, 100),
                (6, Status::SignedOff, 100),
            ]
        );
        assert_eq!(line.applied_on, Some(day("2018-03-22")));
        assert_eq!(line.last_report_on, Some(day("2018-03-20")));
        assert_eq!(line.signed_off_on, Some(day("2018-04-10")));
    }

    #[test]
    fn an_event_learnt_late_takes_the_state_of_its_own_day() {
        let stored = [EventNow {
            version: 1,
            change: "report".into(),
            status: Status::InProgress,
            percent: 80,
            text: "说明".into(),
            effective_on: day("2018-05-20"),
        }];
        let late = row("2018-03-20", HistoryKind::Report, Some(40));
        let same = row("2018-05-20", HistoryKind::Report, Some(80));
        let fresh = unknown(&stored, &[&late, &same]);
        assert_eq!(fresh, [&late]);
        let line = replay(&stored, &fresh, 1, frame());
        assert_eq!(line.events.len(), 1);
        assert_eq!((line.events[0].version, line.events[0].percent), (2, 40));
        assert_eq!(line.last, Some((Status::InProgress, 80)));
    }
}
