//! What is done with files, as decisions say it, and what the audit log says of it.

use chrono::TimeDelta;
use serde_json::json;
use uuid::Uuid;

use super::{FileNext, FileState, Held, JobKind};
use crate::domain::decision::{Aggregate, AuditLine, Decision, Effect};

/// The words of an album may come last: its files are not fetched before that.
const ALBUM_WAIT: TimeDelta = TimeDelta::seconds(5);

impl Decision {
    /// Gives a file its next state: what gets a place is fetched, what is refused leaves the folder.
    pub fn moving(self, held: &Held, next: FileNext) -> Decision {
        let decision = self
            .changing(Aggregate::File, held.id, held.version)
            .with(Effect::FileChanged { file: held.id, next });
        match next.state {
            FileState::Waiting if next.place.is_some() => {
                decision.with(Effect::fetch(held.id, held.album.is_some()))
            }
            FileState::Refused if held.state == FileState::Stored => {
                let kind = JobKind::Discard;
                decision.with(Effect::JobAdded { kind, subject: held.id, wait: TimeDelta::zero() })
            }
            _ => decision,
        }
    }
}

impl Effect {
    /// A file is to be fetched.
    pub fn fetch(file: Uuid, is_album: bool) -> Effect {
        let wait = if is_album { ALBUM_WAIT } else { TimeDelta::zero() };
        Effect::JobAdded { kind: JobKind::Fetch, subject: file, wait }
    }
}

/// The line of an effect on a file: ids, codes and digests, never a name.
pub fn audit(effect: &Effect) -> Option<AuditLine> {
    let line = |action, item, details| Some(AuditLine { action, item, details });
    match effect {
        Effect::FileAdded(file) => line(
            "file",
            file.place.map(|place| place.item),
            json!({
                "file": file.id, "report": file.place.and_then(|place| place.report),
                "answer": file.place.and_then(|place| place.answer), "unit": file.unit,
                "state": file.state.code(),
            }),
        ),
        Effect::FileChanged { file, next } => line(
            "file_changed",
            next.place.map(|place| place.item),
            json!({
                "file": file, "report": next.place.and_then(|place| place.report),
                "answer": next.place.and_then(|place| place.answer),
                "stage": next.stage.map(|stage| stage.code()), "state": next.state.code(),
            }),
        ),
        Effect::FileSettled { file, settled } => line(
            "file_settled",
            None,
            json!({
                "file": file, "state": settled.state.code(), "reason": settled.reason,
                "sha256": settled.kept.as_ref().map(|kept| &kept.sha256),
            }),
        ),
        _ => None,
    }
}
