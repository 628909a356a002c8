//! Files that people send as evidence: what a platform tells of them (nothing of which is trusted), the
//! stage of the work they show, and how far they have come on their way into the folder.

mod effects;
mod secrecy;
mod stage;

pub use effects::audit;
pub use secrecy::is_marked;
pub use stage::{Stage, is_label};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::lang::Both;
use super::message::ChatAddress;
use super::visible::is_invisible;

/// The largest file taken: what Telegram lets a bot download.
pub const MOST_BYTES: u64 = 20 * 1024 * 1024;
/// The most files of one report, and of those that wait for their item.
pub const MOST_FILES: usize = 20;
/// How a person may name the files that are taken, told in every refusal.
pub const TAKEN: Both = Both {
    zh: "只收图片（jpg、png、webp、heic）和文档（pdf、ofd、doc、docx、xls、xlsx、ppt、pptx、wps、et、dps），不含宏，每个不超过 20 MB",
    en: "pictures (jpg, png, webp, heic) and documents (pdf, ofd, doc, docx, xls, xlsx, ppt, pptx, wps, et, dps) without macros are taken, up to 20 MB each",
};
/// The endings that are taken.
const ENDINGS: [&str; 17] = [
    "jpg", "jpeg", "png", "webp", "heic", "heif", "pdf", "ofd", "doc", "docx", "xls", "xlsx", "ppt", "pptx",
    "wps", "et", "dps",
];
/// The longest name kept, in characters.
const NAME_CHARS: usize = 80;
/// Longer than any id a platform gives.
const ID_CHARS: usize = 512;

/// What was sent, as the platform sorts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    Photo,
    Document,
    /// Video, sound and the like: not taken.
    Other,
}

impl Shape {
    pub fn code(self) -> &'static str {
        match self {
            Shape::Photo => "photo",
            Shape::Document => "document",
            Shape::Other => "other",
        }
    }

    pub fn from_code(code: &str) -> Option<Shape> {
        [Shape::Photo, Shape::Document, Shape::Other].into_iter().find(|shape| shape.code() == code)
    }

    pub fn word(self) -> Both {
        match self {
            Shape::Photo => Both { zh: "照片", en: "photo" },
            Shape::Document | Shape::Other => Both { zh: "文件", en: "file" },
        }
    }
}

/// A file that came with a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// By this the platform gives the file out.
    pub file: String,
    /// The same for the same content, on platforms that know.
    pub unique: String,
    /// As the sender called it; empty for photos.
    pub name: String,
    /// What the sender's program says it is.
    pub mime: String,
    pub bytes: Option<u64>,
    /// All of its caption, also what is quoted in it and thus no words of the sender.
    pub caption: String,
    /// Files sent together carry the same one; only one of them carries the words.
    pub album: Option<String>,
    pub shape: Shape,
}

/// Why a file is not taken, as far as can be told before it is fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    Shape,
    Ending,
    Size,
}

impl Attachment {
    /// The same with nothing in it that could disturb a database, a screen or a list. `None` when the
    /// ids are no ids.
    pub fn tidy(self) -> Option<Attachment> {
        let is_id = |id: &str| id.len() <= ID_CHARS && id.bytes().all(|byte| byte.is_ascii_graphic());
        let fits = !self.file.is_empty()
            && is_id(&self.file)
            && is_id(&self.unique)
            && self.album.as_deref().is_none_or(is_id);
        let mime: String = self.mime.chars().filter(char::is_ascii_graphic).take(NAME_CHARS).collect();
        fits.then(|| Attachment { name: tidy_name(&self.name), mime, ..self })
    }

    pub fn unfit(&self) -> Option<Unfit> {
        let has_ending = ending(&self.name).is_none_or(|ending| ENDINGS.contains(&ending.as_str()));
        match self.shape {
            Shape::Other => Some(Unfit::Shape),
            Shape::Document if !has_ending => Some(Unfit::Ending),
            _ if self.bytes.is_some_and(|bytes| bytes > MOST_BYTES) => Some(Unfit::Size),
            _ => None,
        }
    }
}

/// The ending of a file's name in small letters.
pub fn ending(name: &str) -> Option<String> {
    let (stem, ending) = name.rsplit_once('.')?;
    (!stem.is_empty() && !ending.is_empty()).then(|| ending.trim().to_ascii_lowercase())
}

/// A name to be shown, never to be opened: its last part, without control letters and without those that
/// turn the writing around; the ending survives.
pub fn tidy_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let turns = |c: char| is_invisible(c) || matches!(c, '\u{200d}' | '\u{2028}' | '\u{2029}');
    let shown: Vec<char> = last.trim().chars().filter(|c| !c.is_control() && !turns(*c)).collect();
    if shown.len() <= NAME_CHARS {
        return shown.into_iter().collect();
    }
    let tail = shown.len() - 12;
    shown[..NAME_CHARS - 13].iter().chain(['…'].iter()).chain(&shown[tail..]).collect()
}

/// How far a file has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileState {
    /// Not fetched yet.
    Waiting,
    /// In the folder, under its digest.
    Stored,
    /// Not taken for a secrecy mark, its own or one of its album's; it has no name.
    Refused,
    /// Fetched, and of no kind that is kept.
    Unkept,
    /// Could not be fetched.
    Failed,
}

impl FileState {
    pub const ALL: [FileState; 5] =
        [FileState::Waiting, FileState::Stored, FileState::Refused, FileState::Unkept, FileState::Failed];

    pub fn code(self) -> &'static str {
        match self {
            FileState::Waiting => "waiting",
            FileState::Stored => "stored",
            FileState::Refused => "refused",
            FileState::Unkept => "unkept",
            FileState::Failed => "failed",
        }
    }

    pub fn from_code(code: &str) -> Option<FileState> {
        FileState::ALL.into_iter().find(|state| state.code() == code)
    }

    pub fn word(self) -> Both {
        match self {
            FileState::Waiting => Both { zh: "正在取", en: "being fetched" },
            FileState::Stored => Both { zh: "已存", en: "kept" },
            FileState::Refused => Both { zh: "带密级标志，未收", en: "marked as secret, not taken" },
            FileState::Unkept => Both { zh: "未收", en: "not kept" },
            FileState::Failed => Both { zh: "没取到", en: "not fetched" },
        }
    }
}

/// Where a file belongs: an item, and the report of it that the file shows, or the answer to a notice about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub item: Uuid,
    /// The report's version; `None`: the unit has not reported on the item yet, or this is an answer's.
    pub report: Option<i32>,
    pub answer: Option<Uuid>,
}

/// A file as it is appended to the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    pub id: Uuid,
    /// `None`: it waits until its item is known.
    pub place: Option<Place>,
    pub unit: Uuid,
    pub post: Uuid,
    pub chat: ChatAddress,
    pub account: String,
    pub sent: Attachment,
    /// What its caption says, when that is no report.
    pub note: String,
    pub stage: Option<Stage>,
    pub state: FileState,
    pub reason: &'static str,
    pub sent_at: DateTime<Utc>,
}

/// The columns of a file that people change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileNext {
    pub place: Option<Place>,
    pub stage: Option<Stage>,
    pub state: FileState,
}

/// A file as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub id: Uuid,
    pub version: i32,
    pub post: Uuid,
    pub place: Option<Place>,
    pub stage: Option<Stage>,
    pub state: FileState,
    pub album: Option<String>,
}

impl Held {
    /// As it is, to change some of it.
    pub fn next(&self) -> FileNext {
        FileNext { place: self.place, stage: self.stage, state: self.state }
    }
}

/// How fetching a file ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    pub state: FileState,
    /// Of what is kept: SHA-256 in hex, size, and the kind its content shows.
    pub kept: Option<Kept>,
    pub reason: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub sha256: String,
    pub bytes: u64,
    pub mime: &'static str,
}

/// Work that takes its time: rows of the job table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobKind {
    /// A file is fetched from its platform.
    Fetch,
    /// A file that should not have been kept leaves the folder.
    Discard,
    /// A document that somebody asked for is made.
    Document,
}

impl JobKind {
    pub fn code(self) -> &'static str {
        match self {
            JobKind::Fetch => "fetch",
            JobKind::Discard => "discard",
            JobKind::Document => "document",
        }
    }

    pub fn from_code(code: &str) -> Option<JobKind> {
        [JobKind::Fetch, JobKind::Discard, JobKind::Document].into_iter().find(|kind| kind.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_ending_and_nothing_that_disturbs() {
        assert_eq!(tidy_name("../../etc/passwd"), "passwd");
        assert_eq!(tidy_name("C:\\用户\\整改后.jpg"), "整改后.jpg");
        assert_eq!(tidy_name("a\u{0}b\n\u{202e}gpj.exe"), "abgpj.exe");
        let long = tidy_name(&format!("{}.pdf", "长".repeat(5000)));
        assert_eq!((long.chars().count(), long.ends_with(".pdf")), (NAME_CHARS, true));
        assert_eq!(ending("a.tar.GZ").as_deref(), Some("gz"));
        assert_eq!((ending("README"), ending(".hidden"), ending("x.")), (None, None, None));
    }

    #[test]
    fn ids_that_are_no_ids_are_left_out() {
        let sent = |file: &str| Attachment {
            file: file.into(),
            unique: String::new(),
            name: String::new(),
            mime: String::new(),
            bytes: None,
            caption: String::new(),
            album: None,
            shape: Shape::Photo,
        };
        assert!(sent("AgACAgIAAxkBAAI").tidy().is_some());
        for bad in ["", "a\u{0}", "a b", "编号", &"x".repeat(600)] {
            assert_eq!(sent(bad).tidy(), None, "{bad}");
        }
    }
}
