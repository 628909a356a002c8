//! The rows of the files an office brings (台账, 单位, 岗位, 历史) once they are read and understood,
//! and what an import decides about them: [`plan()`] is the whole decision. Reading files is `imports`'
//! work; reading and writing the database is the store's.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::item::{Kind, Milestone, Status};
use super::people::Role;

mod bad;
mod changes;
mod current;
mod item_step;
mod names;
mod outcome;
mod people_steps;
mod plan;
mod timeline;

pub(crate) use bad::sentence;
pub use bad::{BadCell, BadCells, FailedRow, FailedRows, LISTED_MAX, Note, Sentence};
pub use changes::{FieldChange, What};
pub use current::{Current, EventNow, ItemNow, PostNow, RoundNow, UnitNow, choose_round};
pub use item_step::{ItemStep, NextItem, SignOffStep};
pub use names::plain;
pub use outcome::{Moved, Outcome};
pub use people_steps::{PostStep, UnitStep};
pub use plan::{Counts, Plan, RoundStep, plan};
pub use timeline::EventStep;

/// The four files of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    /// 单位
    Units,
    /// 岗位
    Posts,
    /// 台账
    Ledger,
    /// 历史
    History,
}

impl FileKind {
    pub const ALL: [FileKind; 4] = [FileKind::Units, FileKind::Posts, FileKind::Ledger, FileKind::History];

    pub fn code(self) -> &'static str {
        match self {
            FileKind::Units => "units",
            FileKind::Posts => "posts",
            FileKind::Ledger => "ledger",
            FileKind::History => "history",
        }
    }
}

/// One row of the units file. Here as below, `row` is the row a spreadsheet shows, and `None` means
/// that the file does not say (it has no such column): what the ledger has then stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitRow {
    pub row: usize,
    pub code: String,
    pub name: String,
    pub kind: Option<String>,
    /// Code or name of the unit above; empty for a root.
    pub parent: Option<String>,
    pub aliases: Option<Vec<String>>,
}

/// One row of the posts file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostRow {
    pub row: usize,
    /// Code or name of the unit.
    pub unit: String,
    pub title: String,
    pub role: Role,
}

/// One row of the ledger. A blank status, kind or percent does not say anything either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemRow {
    pub row: usize,
    pub number: i32,
    pub superior_number: Option<String>,
    pub title: String,
    pub description: Option<String>,
    pub category: Option<String>,
    pub region: Option<String>,
    pub goal: Option<String>,
    pub measures: Option<String>,
    pub deadline: NaiveDate,
    /// The deadline as the plan words it ("2018年底前"), where that is not a plain date.
    pub deadline_text: Option<String>,
    pub kind: Option<Kind>,
    pub lead_unit: String,
    pub co_units: Option<Vec<String>>,
    pub responsible_post: Option<String>,
    pub leader_post: Option<String>,
    /// Who leads the acceptance; empty where that is the office.
    pub acceptance_unit: Option<String>,
    pub status: Option<Status>,
    pub percent: Option<i16>,
    /// When the unit said that it was done.
    pub completed_on: Option<NaiveDate>,
    pub signed_off_on: Option<NaiveDate>,
    pub milestones: Option<Vec<Milestone>>,
}

/// One dated event of the history file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryRow {
    pub row: usize,
    pub effective_on: NaiveDate,
    pub number: i32,
    pub kind: HistoryKind,
    pub percent: Option<i16>,
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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

/// The rows of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rows {
    Units(Vec<UnitRow>),
    Posts(Vec<PostRow>),
    Ledger(Vec<ItemRow>),
    History(Vec<HistoryRow>),
}

/// A file as it was read: for finding cells again, and for the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    pub kind: FileKind,
    pub name: String,
    /// SHA-256 of its bytes, in hex.
    pub digest: String,
    pub rows: usize,
    /// The file's own heading of each column that was understood, by the column's key.
    pub headings: BTreeMap<&'static str, String>,
}

/// Everything one import brings, read and understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    pub round: Option<String>,
    pub units: Vec<UnitRow>,
    pub posts: Vec<PostRow>,
    pub items: Vec<ItemRow>,
    pub history: Vec<HistoryRow>,
    pub files: Vec<SourceFile>,
}

impl Batch {
    /// Takes in one file. A second one of the same kind is refused: which of the two would hold?
    pub fn add(&mut self, source: SourceFile, rows: Rows) -> Result<(), BadCells> {
        if let Some(first) = self.file(source.kind) {
            let (first, kind) = (&first.name, source.kind.code());
            let why = sentence!(
                "同类文件（{kind}）已有一份：{first}；请合并成一份再导入",
                "there is one {kind} file already: {first}; merge the two first"
            );
            return Err(BadCells::whole(&source.name, why));
        }
        match rows {
            Rows::Units(rows) => self.units = rows,
            Rows::Posts(rows) => self.posts = rows,
            Rows::Ledger(rows) => self.items = rows,
            Rows::History(rows) => self.history = rows,
        }
        self.files.push(source);
        self.files.sort_by_key(|file| file.kind);
        Ok(())
    }

    pub fn file(&self, kind: FileKind) -> Option<&SourceFile> {
        self.files.iter().find(|file| file.kind == kind)
    }

    /// A bad cell of one of the files, named by the file's own heading.
    fn bad(&self, kind: FileKind, row: usize, column: &str, reason: Sentence) -> BadCell {
        let file = self.file(kind);
        let heading = file.and_then(|file| file.headings.get(column).cloned());
        BadCell {
            file: file.map_or_else(|| kind.code().to_owned(), |file| file.name.clone()),
            row,
            column: heading.unwrap_or_else(|| column.to_owned()),
            reason,
        }
    }

    fn note(&self, kind: FileKind, text: Sentence) -> Note {
        Note { file: self.file(kind).map_or_else(String::new, |file| file.name.clone()), text }
    }
}
