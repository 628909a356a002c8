//! What acceptance writes, and what the audit log says of it.

use chrono::NaiveDate;
use serde_json::json;
use uuid::Uuid;

use super::{
    Answer, Days, Ended, Extension, Looked, NewApplication, Objection, Outcome, Point, Settled, SiteCheck,
    Window,
};
use crate::domain::Milestone;
use crate::domain::audit_line::AuditLine;
use crate::domain::decision::{Decision, Effect};

/// What acceptance writes besides the item itself. Guarded by the item, whose version moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AcceptanceEffect {
    Applied(NewApplication),
    /// What was answered on the way to an application, point by point; gone with the application. Nothing guards
    /// it: the last answer counts.
    Answered {
        item: Uuid,
        answers: Vec<(Point, Answer)>,
    },
    /// An application is no longer open; what the unit was told, where it goes back.
    Ended {
        application: Uuid,
        item: Uuid,
        why: Ended,
        reason: String,
    },
    /// Who leads the acceptance; `None`: the office.
    CheckedBy {
        item: Uuid,
        unit: Option<Uuid>,
    },
    Checked {
        item: Uuid,
        check: SiteCheck,
    },
    Published {
        item: Uuid,
        window: Window,
    },
    /// What the public table says of it, in the office's words.
    Worded {
        id: Uuid,
        item: Uuid,
        application: Uuid,
        text: String,
    },
    /// An objection, which stops the window.
    Objected {
        item: Uuid,
        objection: Objection,
    },
    Settled {
        item: Uuid,
        objection: Uuid,
        settled: Settled,
    },
    SignedOff {
        id: Uuid,
        item: Uuid,
        no: i16,
        application: Uuid,
    },
    /// The days of an item as they stand from this version on.
    Dated {
        item: Uuid,
        version: i32,
        days: Days,
    },
    /// The office has heard that these windows are over, and that these looks back are due.
    Told {
        windows: Vec<Uuid>,
        rechecks: Vec<Uuid>,
    },
    /// 延期 is asked for; `confirmed`: by the head of the unit.
    ExtensionAsked {
        item: Uuid,
        extension: Box<Extension>,
    },
    /// The head of the unit stands behind it.
    ExtensionConfirmed {
        item: Uuid,
        extension: Uuid,
    },
    ExtensionClosed {
        item: Uuid,
        extension: Uuid,
        outcome: Outcome,
        basis: String,
    },
    /// What an approved one rests on, as it was learned afterwards.
    ExtensionBased {
        item: Uuid,
        extension: Uuid,
        basis: String,
    },
    /// 反弹: open again from this day. To be written behind its days, which remember the first one.
    Relapsed {
        id: Uuid,
        item: Uuid,
        reason: String,
    },
    /// Milestones of these days are set aside, others take their place.
    Replanned {
        item: Uuid,
        gone: Vec<NaiveDate>,
        come: Vec<Milestone>,
    },
    /// 回头看 after a sign-off.
    RecheckPlanned {
        id: Uuid,
        item: Uuid,
        sign_off: Uuid,
        due_on: NaiveDate,
    },
    /// With a relapse the others that are planned are dropped.
    Rechecked {
        item: Uuid,
        recheck: Option<Uuid>,
        outcome: Looked,
        text: String,
    },
}

impl AcceptanceEffect {
    /// What the audit log says of this effect: ids and codes.
    pub fn audit(&self) -> Option<AuditLine> {
        let line = |action, item: &Uuid, details| Some(AuditLine { action, item: Some(*item), details });
        match self {
            AcceptanceEffect::Applied(new) => {
                line("application", &new.item, json!({ "application": new.id, "unit": new.unit }))
            }
            AcceptanceEffect::Ended { application, item, why, .. } => {
                line("application_ended", item, json!({ "application": application, "why": why.code() }))
            }
            AcceptanceEffect::CheckedBy { item, unit } => line("checked_by", item, json!({ "unit": unit })),
            AcceptanceEffect::Checked { item, check } => line(
                "site_check",
                item,
                json!({
                    "application": check.application, "unit": check.unit.id,
                    "conclusion": check.conclusion.code(),
                }),
            ),
            AcceptanceEffect::Published { item, window } => line(
                "publicity",
                item,
                json!({
                    "window": window.id, "application": window.application, "from": window.starts_on,
                    "to": window.ends_on,
                }),
            ),
            AcceptanceEffect::Worded { id, item, application, .. } => {
                line("public_wording", item, json!({ "wording": id, "application": application }))
            }
            AcceptanceEffect::Objected { item, objection } => {
                line("objection", item, json!({ "objection": objection.id, "window": objection.window }))
            }
            AcceptanceEffect::Settled { item, objection, settled } => {
                line("objection_settled", item, json!({ "objection": objection, "upheld": settled.upheld }))
            }
            AcceptanceEffect::SignedOff { id, item, no, application } => {
                line("sign_off", item, json!({ "sign_off": id, "no": no, "application": application }))
            }
            AcceptanceEffect::Dated { item, days, .. } => line(
                "item_days",
                item,
                json!({
                    "deadline": days.deadline, "completed": days.completed_on,
                    "accepted": days.accepted_on, "signed_off": days.signed_off_on,
                }),
            ),
            AcceptanceEffect::ExtensionAsked { item, extension } => line(
                "extension",
                item,
                json!({
                    "extension": extension.id, "to": extension.new_deadline,
                    "confirmed": extension.confirmed_on.is_some(),
                }),
            ),
            AcceptanceEffect::ExtensionConfirmed { item, extension } => {
                line("extension_confirmed", item, json!({ "extension": extension }))
            }
            AcceptanceEffect::ExtensionClosed { item, extension, outcome, .. } => {
                line("extension_closed", item, json!({ "extension": extension, "outcome": outcome.code() }))
            }
            AcceptanceEffect::ExtensionBased { item, extension, .. } => {
                line("extension_basis", item, json!({ "extension": extension }))
            }
            AcceptanceEffect::Relapsed { id, item, .. } => line("relapse", item, json!({ "relapse": id })),
            AcceptanceEffect::Rechecked { item, recheck, outcome, .. } => {
                line("recheck", item, json!({ "recheck": recheck, "outcome": outcome.code() }))
            }
            AcceptanceEffect::Replanned { item, gone, come } => {
                let come: Vec<NaiveDate> = come.iter().map(|milestone| milestone.due_on).collect();
                line("milestones", item, json!({ "gone": gone, "come": come }))
            }
            AcceptanceEffect::Answered { .. }
            | AcceptanceEffect::RecheckPlanned { .. }
            | AcceptanceEffect::Told { .. } => None,
        }
    }
}

impl Decision {
    /// Goes on with an item's acceptance.
    pub fn accepting(self, effect: AcceptanceEffect) -> Decision {
        self.with(Effect::Acceptance(Box::new(effect)))
    }
}
