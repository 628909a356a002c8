//! What acceptance writes, and what the audit log says of it.

use serde_json::json;
use uuid::Uuid;

use super::{Days, Ended, NewApplication, Objection, Settled, SiteCheck, Window};
use crate::domain::audit_line::AuditLine;
use crate::domain::decision::{Decision, Effect};

/// What acceptance writes besides the item itself. Guarded by the item, whose version moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AcceptanceEffect {
    Applied(NewApplication),
    /// An application is no longer open.
    Ended {
        application: Uuid,
        item: Uuid,
        why: Ended,
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
    /// The office has heard that these windows are over.
    Told {
        windows: Vec<Uuid>,
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
            AcceptanceEffect::Ended { application, item, why } => {
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
            AcceptanceEffect::Told { .. } => None,
        }
    }
}

impl Decision {
    /// Goes on with an item's acceptance.
    pub fn accepting(self, effect: AcceptanceEffect) -> Decision {
        self.with(Effect::Acceptance(Box::new(effect)))
    }
}
