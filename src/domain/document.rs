//! Documents (文书) that people take away: what can be asked for, one that was asked for, and how making it
//! ended. Who writes them is none of this file's business.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::audit_line::AuditLine;
use super::decision::Effect;
use super::lang::{Both, Lang};
use super::ledger_file::{Sentence, sentence};
use super::message::ChatAddress;
use super::people::Who;

/// How a document is dressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Csv,
    Xlsx,
    Docx,
    Png,
    Zip,
}

impl Format {
    pub const ALL: [Format; 5] = [Format::Csv, Format::Xlsx, Format::Docx, Format::Png, Format::Zip];

    /// The ending of its files, and its word in commands and rows.
    pub fn code(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Xlsx => "xlsx",
            Format::Docx => "docx",
            Format::Png => "png",
            Format::Zip => "zip",
        }
    }

    pub fn from_code(code: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.code() == code)
    }

    pub fn mime(self) -> &'static str {
        match self {
            Format::Csv => "text/csv; charset=utf-8",
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Format::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Format::Png => "image/png",
            Format::Zip => "application/zip",
        }
    }
}

/// What has to be said behind a paper's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// Nothing: it is of today, and of each open round.
    Round,
    /// A day of the past may be said.
    Day,
    /// The number of an item.
    Item,
    /// The number of a notice, or the one it has in the office.
    Notice,
}

/// What a round has to have before a paper is made of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    Nothing,
    /// An item, by the day it is of.
    Items,
    /// An item that is open.
    Open,
    /// An item in publicity.
    Published,
}

impl Needs {
    /// Why there is no such paper of this day.
    pub fn lacking(self, day: NaiveDate) -> Sentence {
        match self {
            Needs::Nothing | Needs::Items => {
                sentence!("截至 {day} 台账上还没有事项。", "There was no item by {day}.")
            }
            Needs::Open => sentence!("截至 {day} 没有在办的事项。", "No item was open by {day}."),
            Needs::Published => sentence!(
                "现在没有正在公示的事项。核查通过后发“公示 编号”开始公示。",
                "Nothing is in publicity now. After a check has passed, “publish NUMBER” begins it."
            ),
        }
    }
}

/// One kind of document, as people ask for it: an entry's plain half.
#[derive(Debug)]
pub struct Paper {
    /// In rows and addresses.
    pub name: &'static str,
    /// What people say behind 导出; the first is the Chinese one that messages use, the second the English one.
    pub words: &'static [&'static str],
    pub title: Both,
    /// One line of the list of what can be asked for.
    pub about: Both,
    /// The first unless another one is named.
    /// A whole line that asks for it.
    pub usage: Both,
    pub formats: &'static [Format],
    pub who: Who,
    pub of: About,
    pub needs: Needs,
}

impl Paper {
    /// Asked for as 图, and seen at once.
    pub fn is_picture(&self) -> bool {
        self.formats == [Format::Png]
    }
}

/// The figures a document says, by name: what a later one of the same day is compared with.
pub type Figures = BTreeMap<String, Value>;

/// A document that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDocument {
    pub id: Uuid,
    /// The name of a [`Paper`].
    pub paper: String,
    pub format: Format,
    pub round: Uuid,
    /// What it is about, where it is not the whole round: an item, …
    pub subject: Option<Uuid>,
    /// The same in words, for names of files: `第16项`.
    pub label: String,
    pub as_of: NaiveDate,
    pub post: Uuid,
    /// Where it is given.
    pub chat: ChatAddress,
    pub lang: Lang,
}

/// A document that was made.
#[derive(Debug, Clone, PartialEq)]
pub struct MadeDocument {
    pub file: Enclosed,
    /// As many as it has, where it has rows.
    pub rows: u64,
    /// What it was counted by.
    pub basis: Value,
    pub figures: Figures,
}

/// A kept file that goes out with a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enclosed {
    pub sha256: String,
    pub name: String,
    pub mime: String,
    pub bytes: u64,
}

impl Enclosed {
    /// To be shown, rather than opened by another program.
    pub fn is_picture(&self) -> bool {
        self.mime.starts_with("image/")
    }
}

/// The line of an effect on a document.
pub fn audit(effect: &Effect) -> Option<AuditLine> {
    let line = |action, item, details| Some(AuditLine { action, item, details });
    match effect {
        Effect::DocumentAsked(new) => line(
            "document",
            None,
            json!({
                "document": new.id, "paper": new.paper, "format": new.format.code(), "round": new.round,
                "subject": new.subject, "as_of": new.as_of,
            }),
        ),
        Effect::DocumentMade { document, made } => line(
            "document_made",
            None,
            json!({ "document": document, "sha256": made.file.sha256, "rows": made.rows }),
        ),
        Effect::DocumentFailed { document, .. } => {
            line("document_failed", None, json!({ "document": document }))
        }
        _ => None,
    }
}
