//! What becomes of an extension: confirmed by the head, approved or refused by the office, taken back.

use super::{VERB, bound_heads, head, office_message};
use crate::commands::{Call, Failure, acceptance, answer, held, questions, told};
use crate::domain::acceptance::{
    AcceptanceEffect, Course, Days, Extension, Outcome, extended, moved_milestones,
};
use crate::domain::decision::{Aggregate, Audience, Change, Decision, Effect, Reply};
use crate::domain::dialogue::Ask;
use crate::domain::{Item, ItemState, Lang, Message, Role, Text};
use crate::say;
use crate::store::people::{self, Reader};

/// What the office goes by in the place of the head's consent: a paper.
const ON_PAPER: [&str; 8] = ["书面", "上级", "批复", "〔", "函", "纪要", "会议", "paper"];

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
    let (old, new) = (open.old_deadline, open.new_deadline);
    let is_on_paper = ON_PAPER.iter().any(|word| said.contains(word));
    if said.is_empty() || (open.confirmed_on.is_none() && !is_on_paper) {
        return ask_basis(call, &item, open);
    }
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
        .with(Effect::ItemChanged { item: item.id, version, state, why: Change::Extended });
    let decision = held::settling(&call, &item, decision)
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
    let heard = head(&item, to).then(say!(
        to,
        "：延期已批准（{said}），期限 {old} → {new}。",
        ": the extension is approved ({said}), {old} → {new}."
    ));
    let decision = decision.saying(Reply::notice(Audience::UnitContact(item.lead.id), heard, call.now));
    let decision = heads_hear(&mut call, &item, open, decision, |to| {
        head(&item, to).then(say!(
            to,
            "：你确认的延期已批准（{said}），期限 {old} → {new}。",
            ": the extension you confirmed is approved ({said}), {old} → {new}."
        ))
    })
    .await?;
    let text = say!(
        lang,
        "✅ 第 {number} 项延期已批准（{said}）：{old} → {new}，单位已告知。到 {new} 前不算逾期。",
        "✅ The extension of item {number} is approved ({said}): {old} → {new}; the unit is told. It is not overdue until then."
    );
    Ok(call.say(decision, Message::plain(text)))
}

/// What is it approved by? The paper of whoever set the deadline, or the office itself.
/// What the head has not confirmed wants a paper.
fn ask_basis(call: Call<'_>, item: &Item, open: &Extension) -> Result<Decision, Failure> {
    let (lang, new) = (call.lang(), open.new_deadline);
    let line = held::line(&call, VERB, item, &say!(lang, "批准", "approve"));
    let step = questions::step(Ask::Line { line, said: None }, questions::about(&call, item));
    let (own, missing) = match open.confirmed_on {
        Some(_) => (say!(lang, "整改办批准", "by the office"), String::new()),
        None => (
            say!(lang, "单位书面确认已收", "confirmed on paper"),
            say!(
                lang,
                "单位负责人还没有确认，要有书面确认或上级批复。",
                " The head has not confirmed it, so it takes a paper."
            ),
        ),
    };
    let question = head(item, lang).then(say!(
        lang,
        "：{missing}批准延期到 {new} 的依据是什么？一句话，如批复、函的文号，会告诉单位、记在案上。还没有批准。",
        ":{missing} What is the extension until {new} approved by? One sentence, such as the number of a letter; the unit reads it and it is kept on record. Nothing is approved yet."
    ));
    let message =
        Message::from(question).row([answer::choice(&step, own.clone(), &own, lang), answer::cancel(lang)]);
    let decision = questions::asking(&call, call.decision().by(call.speaker()?), step)?;
    Ok(call.say(decision, message))
}

/// 依据: what an approved extension rests on comes to light afterwards, behind what was written before.
pub(super) async fn based(
    call: Call<'_>,
    item: Item,
    last: Option<&Extension>,
    said: &str,
) -> Result<Decision, Failure> {
    let (lang, number) = (call.lang(), item.number);
    only_office(&call, &item)?;
    let approved = last.filter(|one| matches!(one.closed, Some((_, Outcome::Approved))));
    let Some(approved) = approved else {
        return Err(told(say!(
            lang,
            "第 {number} 项没有已批准的延期，不用补依据。",
            "No extension of item {number} was approved: there is no basis to add."
        )));
    };
    if said.is_empty() {
        let line = held::line(&call, VERB, &item, &say!(lang, "依据", "basis"));
        let question = say!(
            lang,
            "：延期的依据是什么？一句话，如批复、函的文号。还没有登记。",
            ": what is the extension approved by? One sentence, such as the number of a letter. Nothing is recorded yet."
        );
        return held::wants_words(&call, &item, line, question);
    }
    let basis = match approved.basis.as_str() {
        "" => said.to_owned(),
        before => say!(lang, "{before}；{said}", "{before}; {said}"),
    };
    acceptance::fits(&call, &basis)?;
    let text = say!(
        lang,
        "✅ 第 {number} 项延期的依据已记：{basis}",
        "✅ What the extension of item {number} rests on is recorded: {basis}"
    );
    let decision = acceptance::beside(&call, &item)?.accepting(AcceptanceEffect::ExtensionBased {
        item: item.id,
        extension: approved.id,
        basis,
    });
    Ok(call.say(decision, Message::plain(text)))
}

/// The head who stood behind it hears what the office decided.
async fn heads_hear(
    call: &mut Call<'_>,
    item: &Item,
    open: &Extension,
    decision: Decision,
    text: impl Fn(Lang) -> Text,
) -> Result<Decision, Failure> {
    let heads = if open.confirmed_on.is_some() { bound_heads(call, item).await? } else { Vec::new() };
    let mut decision = decision;
    for post in heads {
        let to = people::lang_of(&mut *call.read, Reader::Post(post)).await?;
        decision = decision.saying(Reply::notice(Audience::Post(post), text(to), call.now));
    }
    Ok(decision)
}

/// Refused by the office, declined by the head, taken back by the unit: the deadline stays.
pub(super) async fn closed(
    mut call: Call<'_>,
    item: Item,
    open: &Extension,
    outcome: Outcome,
    said: &str,
) -> Result<Decision, Failure> {
    let (lang, number, old, new) = (call.lang(), item.number, item.deadline, open.new_deadline);
    let speaker = call.speaker()?;
    acceptance::fits(&call, said)?;
    match outcome {
        Outcome::Refused => only_office(&call, &item)?,
        Outcome::Declined => only_head(&call, &item)?,
        Outcome::Withdrawn if speaker.role == Role::Office => {
            return Err(told(say!(
                lang,
                "延期申请由单位自己撤回；整改办不同意请发：延期 {number} 不批 原因",
                "The unit takes its own application back; to refuse it: extend {number} refuse REASON"
            )));
        }
        _ => {}
    }
    let is_own = open.post == speaker.post;
    let (said, is_sure) = held::meant(said);
    let verb = match outcome {
        Outcome::Declined => Some(say!(lang, "不同意", "decline")),
        Outcome::Refused => Some(say!(lang, "不批", "refuse")),
        Outcome::Withdrawn | Outcome::Approved => None,
    };
    if let Some(verb) = verb.filter(|_| said.is_empty()) {
        let line = held::line(&call, VERB, &item, &verb);
        let question = say!(
            lang,
            "：{verb}延期到 {new}，原因是什么？一句话，会原样告诉单位，还没有登记。",
            ": why not until {new}? One sentence; the unit reads it as it stands. Nothing is recorded yet."
        );
        return held::wants_words(&call, &item, line, question);
    }
    if outcome == Outcome::Withdrawn && !is_own && !is_sure {
        let line = held::line(&call, VERB, &item, &say!(lang, "撤回", "withdraw"));
        let by = &open.by;
        let question = head(&item, lang).then(say!(
            lang,
            "：延期到 {new} 是{by}申请的，要撤回吗？撤回后会告诉对方。",
            ": {by} asked for the extension until {new}. Take it back? {by} is told."
        ));
        return held::wants_a_yes(&call, &item, (line, said), question, say!(lang, "撤回", "Take it back"));
    }
    let mut decision = acceptance::beside(&call, &item)?.accepting(AcceptanceEffect::ExtensionClosed {
        item: item.id,
        extension: open.id,
        outcome,
        basis: said.to_owned(),
    });
    let why = if said.is_empty() { String::new() } else { say!(lang, "，{said}", ", {said}") };
    if outcome != Outcome::Withdrawn {
        let to = acceptance::contact_lang(&mut call, item.lead.id).await?;
        let word = outcome.word().pick(to);
        let heard = head(&item, to).then(say!(
            to,
            "：延期{word}{why}。期限仍为 {old}。",
            ": the extension was {word}{why}. The deadline stays {old}."
        ));
        decision = decision.saying(Reply::notice(Audience::UnitContact(item.lead.id), heard, call.now));
        if outcome == Outcome::Refused {
            decision = heads_hear(&mut call, &item, open, decision, |to| {
                head(&item, to).then(say!(
                    to,
                    "：你确认的延期（到 {new}）未批准{why}。期限仍为 {old}。",
                    ": the extension you confirmed (until {new}) was refused{why}. The deadline stays {old}."
                ))
            })
            .await?;
        }
    } else if !is_own {
        let to = people::lang_of(&mut *call.read, Reader::Post(open.post)).await?;
        let by = &speaker.post_title;
        let heard = head(&item, to).then(say!(
            to,
            "：你申请的延期（到 {new}）已由{by}撤回{why}。期限仍为 {old}。",
            ": the extension you asked for (until {new}) was taken back by {by}{why}. The deadline stays {old}."
        ));
        decision = decision.saying(Reply::notice(Audience::Post(open.post), heard, call.now));
    }
    // The office hears the end of what it has heard of.
    let is_before_office = open.confirmed_on.is_some() || bound_heads(&mut call, &item).await?.is_empty();
    if outcome != Outcome::Refused && is_before_office {
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
