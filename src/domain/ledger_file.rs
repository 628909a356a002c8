//! The rows of the files an office brings (台账, 单位, 岗位, 历史) once they are read and understood,
//! and what an import decides about them. Reading files is `imports`' work; writing is the store's.

use chrono::NaiveDate;

use super::item::{Kind, Milestone, Status};
use super::people::Role;

/// One row of the units file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitRow {
    pub code: String,
    pub name: String,
    pub kind: String,
    pub parent: Option<String>,
    pub aliases: Vec<String>,
}

/// One row of the posts file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostRow {
    pub unit_code: String,
    pub title: String,
    pub role: Role,
}

/// One row of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemRow {
    pub number: i32,
    pub superior_number: Option<String>,
    pub title: String,
    pub description: String,
    pub category: String,
    pub region: String,
    pub goal: String,
    pub measures: String,
    pub deadline: NaiveDate,
    /// The deadline as the plan words it ("2018年底前"), where that is not a plain date.
    pub deadline_text: Option<String>,
    pub kind: Kind,
    pub lead_unit: String,
    pub co_units: Vec<String>,
    pub responsible_post: String,
    pub leader_post: String,
    pub status: Status,
    pub percent: i16,
    /// The date column of the ledger: the sign-off date of a signed-off item, the completion date of
    /// a completed one.
    pub closed_on: Option<NaiveDate>,
    pub milestones: Vec<Milestone>,
}

/// One dated event of the history file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryRow {
    pub effective_on: NaiveDate,
    pub number: i32,
    pub kind: HistoryKind,
    pub percent: Option<i16>,
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HistoryKind {
    Report,
    Application,
    Return,
    Completion,
    SignOff,
}

impl HistoryKind {
    pub const ALL: [HistoryKind; 5] = [
        HistoryKind::Report,
        HistoryKind::Application,
        HistoryKind::Return,
        HistoryKind::Completion,
        HistoryKind::SignOff,
    ];

    pub fn code(self) -> &'static str {
        match self {
            HistoryKind::Report => "report",
            HistoryKind::Application => "application",
            HistoryKind::Return => "return",
            HistoryKind::Completion => "completion",
            HistoryKind::SignOff => "sign_off",
        }
    }

    pub fn from_code(code: &str) -> Option<HistoryKind> {
        HistoryKind::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// Something wrong in a file, told so that it can be found: row and column as a spreadsheet shows
/// them (the heading is row 1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadCell {
    pub file: String,
    pub row: usize,
    pub column: String,
    pub reason: String,
}

/// Everything one import brings, read and understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    pub round: Option<String>,
    pub units: Vec<UnitRow>,
    pub posts: Vec<PostRow>,
    pub items: Vec<ItemRow>,
    pub history: Vec<HistoryRow>,
    /// One entry per file: name, SHA-256 in hex, number of rows.
    pub files: Vec<SourceFile>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    pub kind: &'static str,
    pub name: String,
    pub digest: String,
    pub rows: usize,
}
