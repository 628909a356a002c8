//! What the audit log says of each effect: ids and codes, never names.

use serde_json::{Value, json};
use uuid::Uuid;

use super::decision::Effect;
use super::people::Purpose;
use super::{attachment, document};

/// One line of the audit log.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditLine {
    pub action: &'static str,
    pub item: Option<Uuid>,
    pub details: Value,
}

impl Effect {
    /// What the audit log says of this effect; audit follows from the effects by itself.
    pub fn audit(&self) -> Option<AuditLine> {
        let line = |action, item, details| Some(AuditLine { action, item, details });
        match self {
            Effect::ReportAdded(report) => line(
                "report",
                Some(report.item),
                json!({
                    "version": report.version, "part": report.part.code(),
                    "percent": report.percent, "correction": report.correction, "unit": report.unit,
                }),
            ),
            Effect::WarningRaised(warning) => line(
                "warning",
                Some(warning.item),
                json!({
                    "warning": warning.id, "rule": warning.rule, "rung": warning.rung,
                    "period": warning.period, "unit": warning.unit,
                }),
            ),
            Effect::HolderBound { holder, code } => line(
                "bind",
                None,
                json!({ "holder": holder.id, "post": holder.post, "platform": holder.platform, "code": code }),
            ),
            Effect::HolderEnded { holder } => line("unbind", None, json!({ "holder": holder })),
            Effect::CodeIssued(code) => {
                line(code.purpose.code(), None, json!({ "code": code.id, "post": code.post }))
            }
            Effect::CodeRevoked { code } => line("revoke", None, json!({ "code": code })),
            Effect::LeaveTaken(leave) => line(
                "leave",
                None,
                json!({
                    "leave": leave.id, "post": leave.post, "substitute": leave.substitute,
                    "from": leave.from_on, "to": leave.to_on,
                }),
            ),
            Effect::LeaveEnded { leave } => line("leave_ended", None, json!({ "leave": leave })),
            Effect::ChatSet(set) => line(
                "chat_set",
                None,
                json!({
                    "chat": set.id, "platform": set.to.platform,
                    "purpose": set.purpose.map(Purpose::code), "units": set.units,
                }),
            ),
            Effect::ChatTold(told) => {
                line("chat", None, json!({ "chat": told.id, "platform": told.platform, "state": told.state }))
            }
            Effect::VerdictGiven(given) => line(
                "verdict",
                Some(given.item),
                json!({ "version": given.version, "verdict": given.verdict.code(), "due_on": given.due_on }),
            ),
            Effect::CaseOpened(case) => line(
                "case_opened",
                Some(case.item),
                json!({
                    "case": case.id, "unit": case.unit, "rule": case.standing.rule,
                    "rung": case.standing.rung, "limit_on": case.standing.limit_on,
                }),
            ),
            Effect::CaseMoved { case, item, standing } => line(
                "case_moved",
                Some(*item),
                json!({
                    "case": case, "rule": standing.rule, "rung": standing.rung,
                    "limit_on": standing.limit_on, "paused_until": standing.paused_until,
                    "promised_on": standing.promised_on,
                }),
            ),
            Effect::CaseClosed { case, item, why } => {
                line("case_closed", Some(*item), json!({ "case": case, "why": why.code() }))
            }
            Effect::Proposed(proposal) => line(
                "proposed",
                Some(proposal.item),
                json!({ "proposal": proposal.id, "case": proposal.case, "rung": proposal.rung }),
            ),
            Effect::ProposalDecided { proposal, item, verdict, rung, .. } => line(
                "proposal_decided",
                Some(*item),
                json!({ "proposal": proposal, "decided": verdict.code(), "rung": rung }),
            ),
            Effect::WarnedByHand(new) => {
                line("warned", Some(new.item), json!({ "manual": new.id, "colour": new.colour.code }))
            }
            Effect::ReceiptGiven(new) => line(
                "receipt",
                Some(new.item),
                json!({ "warning": new.warning, "promised_on": new.promised_on }),
            ),
            Effect::ThresholdSet { round, threshold, values } => line(
                "threshold",
                None,
                json!({ "round": round, "name": threshold.spec().code, "values": values }),
            ),
            Effect::QuietSet { post, until } => line("quiet", None, json!({ "post": post, "until": until })),
            Effect::LetThrough(out) => line(
                "let_through",
                Some(out.item),
                json!({ "warnings": out.warnings, "how": out.how.code() }),
            ),
            Effect::CalendarChanged(change) => line("calendar", None, change.audit()),
            Effect::Alarmed { name, period } => {
                line("alarm", None, json!({ "name": name, "period": period }))
            }
            Effect::Acceptance(effect) => effect.audit(),
            Effect::Cycle(effect) => effect.audit(),
            Effect::Notice(effect) => effect.audit(),
            Effect::Activity(effect) => Some(effect.audit()),
            Effect::Assessment(effect) => Some(effect.audit()),
            Effect::EditAsked { message } => line("edit_asked", None, json!({ "message": message })),
            Effect::FileAdded(_) | Effect::FileChanged { .. } | Effect::FileSettled { .. } => {
                attachment::audit(self)
            }
            Effect::DocumentAsked(_) | Effect::DocumentMade { .. } | Effect::DocumentFailed { .. } => {
                document::audit(self)
            }
            // An item's own history tells how it changed; refusals are gathered by the minute.
            Effect::ItemChanged { .. }
            | Effect::ItemChecked { .. }
            | Effect::Stated(_)
            | Effect::Asked { .. }
            | Effect::DialogueEnded { .. }
            | Effect::LangChosen { .. }
            | Effect::BindFailed { .. }
            | Effect::Refused { .. }
            | Effect::JobAdded { .. } => None,
        }
    }
}
