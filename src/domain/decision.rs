//! A decision: everything one message, sweep or file does, as plain data.
//! Commands and workers make decisions; `store::commit` alone carries them out, many at once.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use uuid::Uuid;

use super::acceptance::AcceptanceEffect;
use super::activity::ActivityEffect;
use super::assessment::edition::AssessmentEffect;
use super::attachment::{FileNext, JobKind, NewFile, Settled};
pub use super::audit_line::AuditLine;
use super::basis::Threshold;
use super::cycle::CycleEffect;
use super::dialogue::Step;
use super::document::{MadeDocument, NewDocument};
use super::finding::Rung;
use super::item::{ItemState, NewReport};
use super::ladder::{self, Case, CaseStanding, Closed, NewProposal};
use super::lang::Lang;
use super::leave::NewLeave;
use super::message::ChatAddress;
use super::notice::effects::NoticeEffect;
use super::people::{Purpose, Speaker};
use super::quiet::LetThrough;
use super::receipt::NewReceipt;
pub use super::reply::{Audience, OnDoubt, Reply, Saying};
use super::statement::Statement;
use super::time::Now;
pub use super::verdict::{NewVerdict, Verdict};
use super::warning::{NewManual, NewWarning};
use super::workday::CalendarChange;

/// The key by which a repeat of the same cause is recognised: the platform's update, the sweep's
/// slot, the import's file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    pub account: String,
    pub key: String,
}

/// What can be changed in place; each row carries a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aggregate {
    Item,
    Holder,
    Post,
    Code,
    Chat,
    Dialogue,
    Leave,
    File,
    /// The working-day table as a whole.
    Calendar,
    /// A period of a round.
    Cycle,
    Activity,
    /// What a site visit found.
    Task,
    /// An edition of a quarter's assessment, with its appeals.
    Assessment,
    Notice,
    /// An addressee's copy of a notice.
    Copy,
    /// The numbers of one form in one year: what most decisions want comes last.
    Series,
}

/// One row a decision changes or rests on, as it was when the facts were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Touch {
    pub of: Aggregate,
    pub id: Uuid,
    pub version: i32,
}

/// Who did it, for history and audit: ids only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Actor {
    pub post: Option<Uuid>,
    pub unit: Option<Uuid>,
    /// The chat account, for speakers without a post.
    pub account: Option<String>,
}

impl Actor {
    pub fn speaker(speaker: &Speaker) -> Actor {
        Actor { post: Some(speaker.post), unit: Some(speaker.unit.id), account: None }
    }
}

/// See the module's text.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    pub origin: Origin,
    pub actor: Actor,
    pub now: Now,
    pub changes: Vec<Touch>,
    pub rests_on: Vec<Touch>,
    pub effects: Vec<Effect>,
    pub replies: Vec<Reply>,
}

impl Decision {
    pub fn new(origin: Origin, now: Now) -> Decision {
        Decision {
            origin,
            actor: Actor::default(),
            now,
            changes: Vec::new(),
            rests_on: Vec::new(),
            effects: Vec::new(),
            replies: Vec::new(),
        }
    }

    /// Nothing to write: not committed at all.
    pub fn is_empty(&self) -> bool {
        self.effects.is_empty() && self.replies.is_empty()
    }

    /// Decided on behalf of this person, as long as the person still holds the post.
    pub fn by(mut self, speaker: &Speaker) -> Decision {
        self.actor = Actor::speaker(speaker);
        self.rests_on.push(Touch {
            of: Aggregate::Holder,
            id: speaker.holder,
            version: speaker.holder_version,
        });
        self
    }

    pub fn changing(mut self, of: Aggregate, id: Uuid, version: i32) -> Decision {
        self.changes.push(Touch { of, id, version });
        self
    }

    pub fn with(mut self, effect: Effect) -> Decision {
        self.effects.push(effect);
        self
    }

    pub fn saying(mut self, reply: Reply) -> Decision {
        self.replies.push(reply);
        self
    }
}

/// What a decision does to the ledger: rows to append, next states of aggregates.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// The next state of an item; `version` is the new one. `why` is the history's word for it.
    ItemChanged { item: Uuid, version: i32, state: ItemState, why: Change },
    /// An item was looked at and stands as before; only the day of the next look moves.
    ItemChecked { item: Uuid, version: i32, next_check_on: Option<NaiveDate> },
    /// A report is appended.
    ReportAdded(NewReport),
    /// A warning is raised, once per (item, unit, rule, rung, period).
    WarningRaised(NewWarning),
    /// A one-time code ties an account to a post.
    HolderBound { holder: NewHolder, code: Uuid },
    /// The holder of a post ends.
    HolderEnded { holder: Uuid },
    /// A holder chose a language.
    LangChosen { holder: Uuid, lang: Lang },
    /// A one-time code is issued for a post.
    CodeIssued(NewCode),
    /// A code that nobody has used is worth nothing any more.
    CodeRevoked { code: Uuid },
    /// A contact is away, and another one stands in. Both posts' versions move.
    LeaveTaken(NewLeave),
    /// A leave is over before its last day, or never begins.
    LeaveEnded { leave: Uuid },
    /// A wrong binding code: counted, so that guessing is throttled. A right one resets the count.
    BindFailed { platform: String, account: String },
    /// The state of a chat as the platform tells it.
    ChatTold(ChatTold),
    /// What a group is for, as the office confirms it.
    ChatSet(ChatSet),
    /// A refusal, audited once a minute with a count.
    Refused { platform: String, account: String, what: &'static str, item: Option<Uuid> },
    /// What became of a report: one verdict each.
    VerdictGiven(NewVerdict),
    /// A person is asked something in a chat: the next state of the one dialogue there. `is_new`: there
    /// was none before.
    Asked { dialogue: Uuid, is_new: bool, holder: Uuid, chat: String, step: Step, expires_at: DateTime<Utc> },
    /// The question has been answered or given up.
    DialogueEnded { dialogue: Uuid },
    /// A case of the ladder begins.
    CaseOpened(Box<Case>),
    /// The next state of a case. Guarded by the item, whose version moves.
    CaseMoved { case: Uuid, item: Uuid, standing: Box<CaseStanding> },
    /// A case is over; what waits for the office about it is dropped.
    CaseClosed { case: Uuid, item: Uuid, why: Closed },
    /// The office is asked for the next rung.
    Proposed(Box<NewProposal>),
    /// What the office decided; `rung`: what goes out.
    ProposalDecided {
        proposal: Uuid,
        item: Uuid,
        verdict: ladder::Verdict,
        rung: Option<Rung>,
        reason: String,
    },
    /// The office warns by hand: its words; the warnings of the units are raised beside it.
    WarnedByHand(NewManual),
    /// A warning is signed for, or the day promised with it moves. Guarded by the item, whose version moves.
    ReceiptGiven(NewReceipt),
    /// A threshold of a round is set, or goes back to its default; what rests on it is looked at again.
    ThresholdSet { round: Uuid, threshold: Threshold, values: Option<Vec<i32>> },
    /// An edited message that had been taken for a report: the office can see that it was asked.
    EditAsked { message: String },
    /// 免打扰 of a post: the last day of it, or none. The post's version moves.
    QuietSet { post: Uuid, until: Option<NaiveDate> },
    /// What the calendar asks to be told is told, once for each day.
    Stated(Statement),
    /// The office lets warnings through that wait in these outbox rows.
    LetThrough(LetOut),
    /// Days of the working-day table are set or cleared. Every open item is looked at again.
    CalendarChanged(CalendarChange),
    /// The office is alarmed about something that is no item's, once a period.
    Alarmed { name: &'static str, period: String },
    /// 验收销号: an application, a check, publicity, a sign-off.
    Acceptance(Box<AcceptanceEffect>),
    /// A period of a round opens, goes on or closes, over all its items at once; or is dispatched.
    Cycle(CycleEffect),
    /// A notice, its copies, its number.
    Notice(NoticeEffect),
    /// What was done beside the items, and what a site visit found.
    Activity(ActivityEffect),
    /// 考核: an edition, its appeals.
    Assessment(AssessmentEffect),
    /// A file that was sent is appended.
    FileAdded(Box<NewFile>),
    /// The next state of a file: where it belongs, what it shows.
    FileChanged { file: Uuid, next: FileNext },
    /// A file was fetched, or could not be.
    FileSettled { file: Uuid, settled: Settled },
    /// Work that takes its time is put in line, once for each subject; not before this time has passed.
    JobAdded { kind: JobKind, subject: Uuid, wait: TimeDelta },
    /// A document is asked for; the job that makes it is put in line beside it.
    DocumentAsked(Box<NewDocument>),
    /// It was made, once.
    DocumentMade { document: Uuid, made: Box<MadeDocument> },
    /// It will not be made; why, for the log.
    DocumentFailed { document: Uuid, reason: String },
}

/// Warnings about one item that the office lets through, whatever holds them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetOut {
    pub item: Uuid,
    /// The outbox rows in which they wait.
    pub rows: Vec<i64>,
    pub warnings: Vec<Uuid>,
    pub how: LetThrough,
}

/// Why an item changed, as the history says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Report,
    /// Only the flags moved, by the calendar.
    Flags,
    /// The last report was taken back.
    Withdrawn,
    /// The office accepted a report.
    Accepted,
    /// The office sent a report back.
    SentBack,
    /// 申请销号
    Applied,
    /// The unit took its application back.
    Unapplied,
    /// The check has begun, or wants more papers.
    Checking,
    /// The check was passed: completed.
    Passed,
    /// 退回整改, by the check, an objection or the office.
    Returned,
    /// 公示 has begun.
    Published,
    SignedOff,
    /// 反弹: open again.
    Relapsed,
    /// 延期 was approved.
    Extended,
}

impl Change {
    pub fn code(self) -> &'static str {
        match self {
            Change::Report => "report",
            Change::Flags => "flags",
            Change::Withdrawn => "withdrawn",
            Change::Accepted => "accepted",
            Change::SentBack => "sent_back",
            // As histories that are imported say it.
            Change::Applied => "application",
            Change::Unapplied => "unapplied",
            Change::Checking => "checking",
            Change::Passed => "completion",
            Change::Returned => "return",
            Change::Published => "publicity",
            Change::SignedOff => "sign_off",
            Change::Relapsed => "relapse",
            Change::Extended => "extension",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHolder {
    pub id: Uuid,
    pub post: Uuid,
    pub platform: String,
    pub account: String,
    pub display_name: String,
    pub lang: Lang,
    pub bound_at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCode {
    pub id: Uuid,
    pub post: Uuid,
    /// SHA-256 of the code, hex. The code itself is shown once and stored nowhere.
    pub digest: String,
    pub expires_at: DateTime<Utc>,
    pub purpose: CodeFor,
    /// The post of whoever issued it in chat; `None` from the command line.
    pub issued_by: Option<Uuid>,
}

/// What a binding code is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeFor {
    /// 邀请: a new holder on one platform.
    Invite,
    /// 交接: a successor, who takes the post over on every platform, and confirms it.
    Handover,
}

impl CodeFor {
    pub fn code(self) -> &'static str {
        match self {
            CodeFor::Invite => "invite",
            CodeFor::Handover => "handover",
        }
    }

    pub fn from_code(code: &str) -> Option<CodeFor> {
        [CodeFor::Invite, CodeFor::Handover].into_iter().find(|purpose| purpose.code() == code)
    }
}

/// What a platform told about the bot's place in a chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatTold {
    pub id: Uuid,
    pub platform: String,
    pub chat: String,
    pub private: bool,
    /// `active`, `removed`, `blocked` or `moved`.
    pub state: &'static str,
    /// The new id, when moved; `new_id` is the key its row gets.
    pub moved_to: Option<String>,
    pub new_id: Uuid,
    /// What the group is called; empty where it is not told.
    pub title: String,
}

/// A group as the office sets it up. A chat that has no row yet gets one under `id`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatSet {
    pub id: Uuid,
    pub to: ChatAddress,
    /// The row exists: it is among the decision's changes.
    pub is_known: bool,
    /// `None`: nothing is confirmed any more (解除).
    pub purpose: Option<Purpose>,
    pub units: Vec<Uuid>,
}

/// What became of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    Committed,
    /// The same origin was committed before; nothing changed.
    Repeat,
    /// Something it changes or rests on has moved: read and decide again.
    Conflict,
    /// A named rule over many rows says no; the command words it.
    Refused(String),
}
