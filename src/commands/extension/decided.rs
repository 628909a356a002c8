//! What becomes of an extension: confirmed by the head, approved or refused by the office, taken back.

use super::{head, office_message, words};
use crate::commands::{Call, Failure, acceptance, told};
use crate::domain::acceptance::{
    AcceptanceEffect, Course, Days, Extension, Outcome, extended, moved_milestones,
};
use crate::domain::decision::{Aggregate, Audience, Change, Decision, Effect, Reply};
use crate::domain::{Item, ItemState, Lang, Message, Role, Text};
use crate::say;

/// The head's consent is on paper.
const ON_PAPER: [&str; 3] = ["书面", "上级", "paper"];

/// The head of the unit stands behind it; then it is before the office.
pub(super) async fn confirmed(call: Call<'_>, item: Item, open: &Extension) -> Result<Decision, Failure> {
    let (lang, today, number) = (call.lang(), call.now.today(), item.number);
    only_head(&call, &item)?;
    if let Some(on) = open.confirmed_on {
        return Err(told(say!(
            lang,
            "第 {number} 项的延期 {on} 已确认，等整改办批。",
            "The extension of item {number} was confirmed on {on}; the office decides."
        )));
    }
    let after = Extension { confirmed_on: Some(today), ..open.clone() };
    let decision = acceptance::beside(&call, &item)?
        .accepting(AcceptanceEffect::ExtensionConfirmed { item: item.id, extension: open.id })
        .saying(Reply::notice(Audience::Office(None), office_message(&item, &after), call.now));
    let text = say!(
        lang,
        "✅ 第 {number} 项的延期申请已确认，报整改办批。",
        "✅ The extension of item {number} is confirmed and before the office."
    );
    Ok(call.say(decision, Message::plain(text)))
}

fn only_head(call: &Call<'_>, item: &Item) -> Result<(), Failure> {
    let (lang, number) = (call.lang(), item.number);
    if call.speaker()?.role == Role::UnitHead {
        return Ok(());
    }
    Err(Failure::Refused {
        what: "extension_not_head",
        item: Some(item.id),
        told: Message::plain(say!(
            lang,
            "第 {number} 项的延期要由单位负责人确认。",
            "The head of the unit confirms the extension of item {number}."
        )),
    })
}

fn only_office(call: &Call<'_>, item: &Item) -> Result<(), Failure> {
    let lang = call.lang();
    if call.speaker()?.role == Role::Office {
        return Ok(());
    }
    Err(Failure::Refused {
        what: "extension_not_office",
        item: Some(item.id),
        told: Message::plain(say!(lang, "延期由整改办批。", "The office decides on extensions.")),
    })
}

pub(super) async fn approved(
    mut call: Call<'_>,
    item: Item,
    course: &Course,
    open: &Extension,
    said: &str,
) -> Result<Decision, Failure> {
    let (lang, today, number) = (call.lang(), call.now.today(), item.number);
    only_office(&call, &item)?;
    acceptance::fits(&call, said)?;
    if open.confirmed_on.is_none() && !ON_PAPER.iter().any(|word| said.contains(word)) {
        return Err(told(say!(
            lang,
            "第 {number} 项的延期还没有单位负责人确认。已有书面确认或上级批复的，请注明：延期 {number} 批准 书面确认已收",
            "The head of the unit has not confirmed the extension of item {number}. If that is on paper say so: extend {number} approve on paper"
        )));
    }
    let (old, new) = (open.old_deadline, open.new_deadline);
    let later = extended(&item, new);
    let state = later.restated_after(item.state.clone(), today, call.basis);
    // The ladder looks at it today: what was found for the old day alone is over.
    let state = ItemState { next_check_on: Some(today), ..state };
    let (gone, come) = moved_milestones(&item, new);
    let version = item.version + 1;
    let decision = call
        .decision()
        .by(call.speaker()?)
        .changing(Aggregate::Item, item.id, item.version)
        .with(Effect::ItemChanged { item: item.id, version, state, why: Change::Extended })
        .accepting(AcceptanceEffect::Dated {
            item: item.id,
            version,
            days: Days { deadline: new, ..course.days },
        })
        .accepting(AcceptanceEffect::Replanned { item: item.id, gone, come })
        .accepting(AcceptanceEffect::ExtensionClosed {
            item: item.id,
            extension: open.id,
            outcome: Outcome::Approved,
            basis: said.to_owned(),
        });
    let to = acceptance::contact_lang(&mut call, item.lead.id).await?;
    let basis = if said.is_empty() { String::new() } else { say!(to, "（{said}）", " ({said})") };
    let heard = head(&item, to).then(say!(
        to,
        "：延期已批准{basis}，期限 {old} → {new}。",
        ": the extension is approved{basis}, {old} → {new}."
    ));
    let decision = decision.saying(Reply::notice(Audience::UnitContact(item.lead.id), heard, call.now));
    let text = say!(
        lang,
        "✅ 第 {number} 项延期已批准：{old} → {new}，单位已告知。到 {new} 前不算逾期。",
        "✅ The extension of item {number} is approved: {old} → {new}; the unit is told. It is not overdue until then."
    );
    Ok(call.say(decision, Message::plain(text)))
}

/// Refused by the office, declined by the head, taken back by whoever asked: the deadline stays.
pub(super) async fn closed(
    mut call: Call<'_>,
    item: Item,
    open: &Extension,
    outcome: Outcome,
    said: &str,
) -> Result<Decision, Failure> {
    let (lang, number, old) = (call.lang(), item.number, item.deadline);
    acceptance::fits(&call, said)?;
    match outcome {
        Outcome::Refused => only_office(&call, &item)?,
        Outcome::Declined => only_head(&call, &item)?,
        Outcome::Withdrawn if call.speaker()?.role == Role::Office => {
            return Err(told(say!(
                lang,
                "延期申请由单位自己撤回；整改办不同意请发：延期 {number} 不批 原因",
                "The unit takes its own application back; to refuse it: extend {number} refuse REASON"
            )));
        }
        _ => {}
    }
    if outcome == Outcome::Refused && said.is_empty() {
        let example =
            words(number, &say!(lang, "不批 工期可以压缩", "refuse the work can be speeded up"), lang);
        let text = Text::plain(say!(
            lang,
            "请在后面写一句原因，会原样告诉单位，还没有登记。例：",
            "Please add the reason; the unit reads it as it stands. Nothing is recorded yet. E.g. "
        ));
        return Ok(call.answer(text.code(example)));
    }
    let mut decision = acceptance::beside(&call, &item)?.accepting(AcceptanceEffect::ExtensionClosed {
        item: item.id,
        extension: open.id,
        outcome,
        basis: said.to_owned(),
    });
    let why = if said.is_empty() { String::new() } else { format!("：{said}") };
    if outcome != Outcome::Withdrawn {
        let to = acceptance::contact_lang(&mut call, item.lead.id).await?;
        let word = outcome.word().pick(to);
        let heard = head(&item, to).then(say!(
            to,
            "：延期{word}{why}。期限仍为 {old}。",
            ": the extension was {word}{why}. The deadline stays {old}."
        ));
        decision = decision.saying(Reply::notice(Audience::UnitContact(item.lead.id), heard, call.now));
    }
    if outcome != Outcome::Refused {
        let word = outcome.word().zh;
        let heard = head(&item, Lang::Zh).then(say!(Lang::Zh, "：延期申请{word}{why}。", ": {word}{why}."));
        decision = decision.saying(Reply::notice(Audience::Office(None), heard, call.now));
    }
    let word = outcome.word().pick(lang);
    let text = say!(
        lang,
        "第 {number} 项的延期申请{word}，期限仍为 {old}。",
        "The extension of item {number} is {word}; the deadline stays {old}."
    );
    Ok(call.say(decision, Message::plain(text)))
}
