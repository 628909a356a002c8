//! A rectification item (整改事项): its states, and what a report does to it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::basis::Basis;
use super::cycle::Rhythm;
use super::dialogue::Details;
use super::flag::{Flag, FlagFacts, Standing, standing};
use super::lang::Both;
use super::odd::{self, Before, Odd};
use super::people::{Speaker, UnitRef};
use super::time::Now;

/// Where an item stands on its way to sign-off (销号).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// 交办
    Assigned,
    /// 整改中
    InProgress,
    /// 申请验收
    Applied,
    /// 核查中 / 验收中
    Checking,
    /// 公示中
    Publicity,
    /// 退回整改
    Returned,
    /// 基本完成: completed, not signed off.
    Completed,
    /// 已销号
    SignedOff,
}

impl Status {
    pub const ALL: [Status; 8] = [
        Status::Assigned,
        Status::InProgress,
        Status::Applied,
        Status::Checking,
        Status::Publicity,
        Status::Returned,
        Status::Completed,
        Status::SignedOff,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Status::Assigned => "assigned",
            Status::InProgress => "in_progress",
            Status::Applied => "applied",
            Status::Checking => "checking",
            Status::Publicity => "publicity",
            Status::Returned => "returned",
            Status::Completed => "completed",
            Status::SignedOff => "signed_off",
        }
    }

    pub fn from_code(code: &str) -> Option<Status> {
        Status::ALL.into_iter().find(|status| status.code() == code)
    }

    pub fn word(self) -> Both {
        match self {
            Status::Assigned => Both { zh: "交办", en: "assigned" },
            Status::InProgress => Both { zh: "整改中", en: "in progress" },
            Status::Applied => Both { zh: "申请验收", en: "acceptance applied for" },
            Status::Checking => Both { zh: "验收中", en: "being accepted" },
            Status::Publicity => Both { zh: "公示中", en: "in publicity" },
            Status::Returned => Both { zh: "退回整改", en: "returned" },
            Status::Completed => Both { zh: "基本完成", en: "completed" },
            Status::SignedOff => Both { zh: "已销号", en: "signed off" },
        }
    }

    /// Completed, signed off or not: the "done" of every total. What is in publicity has been accepted.
    pub fn is_completed(self) -> bool {
        matches!(self, Status::Completed | Status::Publicity | Status::SignedOff)
    }

    /// The unit has said that it is done: such an item has a day of completion (完成时间).
    pub fn is_said_done(self) -> bool {
        self.is_completed() || self.is_awaiting()
    }

    /// Handed in and waiting for somebody else's conclusion.
    pub fn is_awaiting(self) -> bool {
        matches!(self, Status::Applied | Status::Checking)
    }
}

/// What a unit said last about an item, as far as its next report is judged by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastSaid {
    pub item: Uuid,
    pub unit: Uuid,
    pub text: String,
    pub unchanged: bool,
    pub effective_on: NaiveDate,
}

/// 整改类型; independent of the status: a long-term item can be complete and go on reporting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 立行立改
    AtOnce,
    /// 限期整改
    ByDeadline,
    /// 长期坚持
    LongTerm,
}

impl Kind {
    pub const ALL: [Kind; 3] = [Kind::AtOnce, Kind::ByDeadline, Kind::LongTerm];

    pub fn code(self) -> &'static str {
        match self {
            Kind::AtOnce => "at_once",
            Kind::ByDeadline => "by_deadline",
            Kind::LongTerm => "long_term",
        }
    }

    pub fn from_code(code: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    pub fn word(self) -> Both {
        match self {
            Kind::AtOnce => Both { zh: "立行立改", en: "at once" },
            Kind::ByDeadline => Both { zh: "限期整改", en: "by deadline" },
            Kind::LongTerm => Both { zh: "长期坚持", en: "long term" },
        }
    }
}

/// 牵头 or 配合: only the lead unit's report moves the percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Lead,
    Co,
}

impl Part {
    pub fn code(self) -> &'static str {
        match self {
            Part::Lead => "lead",
            Part::Co => "co",
        }
    }

    pub fn from_code(code: &str) -> Option<Part> {
        [Part::Lead, Part::Co].into_iter().find(|part| part.code() == code)
    }

    pub fn word(self) -> Both {
        match self {
            Part::Lead => Both { zh: "牵头", en: "lead" },
            Part::Co => Both { zh: "配合", en: "co-unit" },
        }
    }
}

/// 阶段目标: by the end of this day, this percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestone {
    pub due_on: NaiveDate,
    pub percent: i16,
}

/// An item with what commands and rules ask of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub id: Uuid,
    pub version: i32,
    pub round: Uuid,
    pub number: i32,
    pub title: String,
    pub lead: UnitRef,
    pub co: Vec<Uuid>,
    pub leader_post: Option<Uuid>,
    /// Who leads the acceptance (验收单位); `None`: the office.
    pub acceptance_unit: Option<Uuid>,
    pub deadline: NaiveDate,
    pub kind: Kind,
    pub opened_on: NaiveDate,
    /// How often it is reported on while it is open.
    pub rhythm: Rhythm,
    pub milestones: Vec<Milestone>,
    pub state: ItemState,
}

/// The columns of an item that change: the next state an effect carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemState {
    pub status: Status,
    /// Self-reported by the lead unit, 0–100. What the office has verified is another column.
    pub percent: i16,
    /// What the office has verified; never mixed with the unit's own figure.
    pub verified_percent: Option<i16>,
    pub last_report_on: Option<NaiveDate>,
    pub flag: Option<Flag>,
    pub other_flags: Vec<Flag>,
    pub next_check_on: Option<NaiveDate>,
}

/// One report, as appended to the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReport {
    pub item: Uuid,
    /// The item's version that this report makes: its key and its order.
    pub version: i32,
    pub unit: Uuid,
    pub post: Uuid,
    pub part: Part,
    /// `None` for a co-unit: its text is kept, the percent is the lead's.
    pub percent: Option<i16>,
    pub text: String,
    pub correction: bool,
    pub unchanged: bool,
    pub details: Details,
    pub odd: Vec<Odd>,
    pub effective_on: NaiveDate,
    pub recorded_at: DateTime<Utc>,
}

/// Why a report is not taken; the command words it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportRefusal {
    /// Neither lead nor co-unit of this item.
    NotYours,
    /// 已销号: nothing more is reported.
    Closed,
    OutOfRange(i64),
    /// Lower than the last report and not said to be a correction.
    Backwards {
        from: i16,
        to: i16,
    },
}

/// The longest report text kept, in characters; longer ones belong into a document.
pub const REPORT_TEXT_MAX: usize = 2000;

impl Item {
    pub fn part_of(&self, unit: Uuid) -> Option<Part> {
        if self.lead.id == unit {
            Some(Part::Lead)
        } else if self.co.contains(&unit) {
            Some(Part::Co)
        } else {
            None
        }
    }

    /// Whether this speaker may read the item's texts: the units concerned, the office, supervisors,
    /// auditors, who accepts it, and the leader who holds it.
    pub fn is_open_to(&self, speaker: &Speaker) -> bool {
        speaker.role.sees_all()
            || self.part_of(speaker.unit.id).is_some()
            || self.acceptance_unit == Some(speaker.unit.id)
            || self.leader_post == Some(speaker.post)
    }

    pub fn standing(&self, today: NaiveDate, basis: &Basis) -> Standing {
        self.standing_with(&self.state, today, basis)
    }

    fn standing_with(&self, state: &ItemState, today: NaiveDate, basis: &Basis) -> Standing {
        let facts = FlagFacts {
            round: self.round,
            status: state.status,
            percent: state.percent,
            deadline: self.deadline,
            opened_on: self.opened_on,
            last_report_on: state.last_report_on,
            rhythm: self.rhythm,
            milestones: &self.milestones,
        };
        standing(facts, today, basis)
    }

    /// The item's columns with the flags of this day.
    pub fn restated(&self, today: NaiveDate, basis: &Basis) -> ItemState {
        self.restated_as(self.state.clone(), today, basis)
    }

    /// These columns with the flags that this day gives them.
    pub fn restated_as(&self, state: ItemState, today: NaiveDate, basis: &Basis) -> ItemState {
        let found = self.standing_with(&state, today, basis);
        ItemState {
            flag: found.primary,
            other_flags: found.others,
            next_check_on: found.next_check_on,
            ..state
        }
    }

    /// These columns after somebody did something: an earlier look that was planned stands, and where a flag
    /// moved the rules look again today.
    pub fn restated_after(&self, state: ItemState, today: NaiveDate, basis: &Basis) -> ItemState {
        let state = self.restated_as(state, today, basis);
        let moved = (state.flag != self.state.flag).then_some(today);
        let next_check_on = [state.next_check_on, self.state.next_check_on, moved];
        ItemState { next_check_on: next_check_on.into_iter().flatten().min(), ..state }
    }

    /// A report by `unit`, made by the post: the item's next state and the row to append.
    pub fn report(
        &self,
        unit: Uuid,
        post: Uuid,
        said: &Said<'_>,
        now: Now,
        basis: &Basis,
    ) -> Result<(ItemState, NewReport), ReportRefusal> {
        let part = self.part_of(unit).ok_or(ReportRefusal::NotYours)?;
        if self.state.status == Status::SignedOff {
            return Err(ReportRefusal::Closed);
        }
        let percent = i16::try_from(said.percent)
            .ok()
            .filter(|p| (0..=100).contains(p))
            .ok_or(ReportRefusal::OutOfRange(said.percent))?;
        let today = now.today();
        let mut state = self.state.clone();
        let mut odd = Vec::new();
        if part == Part::Lead {
            if percent < self.state.percent && !said.correction {
                return Err(ReportRefusal::Backwards { from: self.state.percent, to: percent });
            }
            let before = Before {
                percent: self.state.percent,
                is_awaiting: self.state.status.is_awaiting(),
                earlier_text: said.earlier_text,
            };
            odd = odd::odd(&before, percent, if said.unchanged { "" } else { said.text });
            state.percent = percent;
            state.last_report_on = Some(today);
            if state.status == Status::Assigned {
                state.status = Status::InProgress;
            }
        }
        let mut state = self.restated_after(state, today, basis);
        if !odd.is_empty() && !state.status.is_completed() {
            state.next_check_on = Some(today);
        }
        let report = NewReport {
            item: self.id,
            version: self.version + 1,
            unit,
            post,
            part,
            percent: (part == Part::Lead).then_some(percent),
            text: said.text.to_owned(),
            correction: said.correction,
            unchanged: said.unchanged,
            details: said.details.clone(),
            odd,
            effective_on: today,
            recorded_at: now.utc,
        };
        Ok((state, report))
    }
}

/// What was said about an item, read but not yet judged.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    pub percent: i64,
    pub text: &'a str,
    /// The word 更正 was there.
    pub correction: bool,
    /// 无变化
    pub unchanged: bool,
    pub details: &'a Details,
    /// The unit's last report on the item, when it was made in an earlier month.
    pub earlier_text: Option<&'a str>,
}
