//! What a decision does to notices: rows to append, next states; and what the audit log says of it.

use serde_json::json;
use uuid::Uuid;

use super::overdue::Matter;
use super::series::Series;
use super::{CopyStanding, Delivered, Notice, Standing};
use crate::domain::audit_line::AuditLine;
use crate::domain::quiet::LetThrough;

#[derive(Debug, Clone, PartialEq)]
pub enum NoticeEffect {
    /// A notice with its copies is appended. Its handle is used once (`notice_handle_once`).
    Drafted(Box<Notice>),
    /// The next state of a notice.
    Moved { notice: Uuid, next: Box<Standing> },
    /// Its figures anew, as of today.
    Refreshed(Box<Notice>),
    /// The units of ours that it is 抄送 to, in the place of those before: copies and units.
    CopiedTo { notice: Uuid, copies: Vec<(Uuid, Uuid)> },
    /// A number was taken: the series behind it. A new series begins once (`series_once`).
    NumberTaken(Series),
    /// The next state of a copy.
    CopyMoved { copy: Uuid, next: Box<CopyStanding> },
    /// A unit answered.
    Answered { id: Uuid, copy: Uuid, text: String },
    /// The last answer to a copy is sent back.
    AnswerReturned { copy: Uuid, reason: String },
    /// Copies past their limit, of which another paper to their unit about the same items goes out.
    Escalated { copies: Vec<Uuid>, by: Uuid },
    /// The office delivered a copy itself: no message carries it any more.
    Delivered { copy: Uuid, delivered: Delivered },
    /// What the office is told of, each matter once.
    PutUp(Vec<(Uuid, Matter)>),
    /// The office lets copies leave that wait in these outbox rows.
    LetThrough { rows: Vec<i64>, copies: Vec<Uuid>, how: LetThrough },
    /// 代字 and name of the office, from now on.
    AgencySet { abbr: String, name: String },
}

impl NoticeEffect {
    pub fn audit(&self) -> Option<AuditLine> {
        let line = |action, details| Some(AuditLine { action, item: None, details });
        match self {
            NoticeEffect::Drafted(new) => line(
                "notice",
                json!({
                    "notice": new.id, "form": new.form.code(), "proposal": new.proposal,
                    "items": new.lines.iter().map(|line| line.item).collect::<Vec<_>>(),
                    "units": new.copies.iter().map(|copy| copy.unit.id).collect::<Vec<_>>(),
                }),
            ),
            NoticeEffect::Moved { notice, next } => line(
                "notice_moved",
                json!({ "notice": notice, "state": next.state.code(), "number": next.number }),
            ),
            NoticeEffect::Refreshed(of) => {
                line("notice_refreshed", json!({ "notice": of.id, "as_of": of.as_of }))
            }
            NoticeEffect::CopiedTo { notice, copies } => line(
                "notice_cc",
                json!({
                    "notice": notice, "units": copies.iter().map(|(_, unit)| unit).collect::<Vec<_>>(),
                }),
            ),
            NoticeEffect::CopyMoved { copy, next } => line(
                "copy_moved",
                json!({
                    "copy": copy, "signed": next.signed.is_some(), "answered": next.answered_at.is_some(),
                    "closed": next.closed.is_some(), "promised_on": next.promised_on,
                }),
            ),
            NoticeEffect::Answered { id, copy, .. } => {
                line("notice_answered", json!({ "copy": copy, "answer": id }))
            }
            NoticeEffect::AnswerReturned { copy, .. } => line("answer_returned", json!({ "copy": copy })),
            NoticeEffect::AgencySet { abbr, .. } => line("agency", json!({ "abbr": abbr })),
            NoticeEffect::Escalated { copies, by } => {
                line("copy_escalated", json!({ "copies": copies, "by": by }))
            }
            NoticeEffect::Delivered { copy, delivered } => {
                line("copy_delivered", json!({ "copy": copy, "on": delivered.on }))
            }
            NoticeEffect::LetThrough { copies, how, .. } => {
                line("let_through", json!({ "copies": copies, "how": how.code() }))
            }
            // The notice's own line names the number; what the office is told changes nothing.
            NoticeEffect::NumberTaken(_) | NoticeEffect::PutUp(_) => None,
        }
    }
}
