//! 异议: an objection in publicity stops the clock. When all are settled the whole period begins anew; one that
//! holds sends the work back to the unit. Telephone numbers in it are masked before they are kept.

use uuid::Uuid;

use super::apply::place_of;
use super::others::whoever_passed_hears;
use super::{
    OBJECTS, anybody, beside, button, contact_lang, course, head, item, not_there_yet, sent_back, span,
};
use crate::commands::evidence::Evidence;
use crate::commands::held::{line, meant, wants_a_yes, wants_words};
use crate::commands::{Call, Failure, evidence, told, wording};
use crate::domain::acceptance::{
    AcceptanceEffect, Application, Course, Objection, Settled, Stage, Window, masked, publicity_days,
};
use crate::domain::decision::{Audience, Decision, Reply};
use crate::domain::{Button, Item, Lang, Message, Role};
use crate::say;

const SETTLE: [&str; 3] = ["处理", "不成立", "settle"];
const UPHOLD: [&str; 3] = ["成立", "属实", "uphold"];

pub(super) async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    if call.speaker()?.role != Role::Office {
        return found(call).await;
    }
    call.office_only()?;
    let item = item(&mut call, anybody).await?;
    let course = course(&mut call, &item).await?;
    if call.words.is_empty() {
        return Ok(shown(&call, &item, &course));
    }
    let settles = SETTLE.iter().any(|word| call.words.take(word));
    let upholds = !settles && UPHOLD.iter().any(|word| call.words.take(word));
    let said = call.words.rest();
    let (said, is_meant) = if settles || upholds { (said.as_str(), true) } else { meant(&said) };
    // 成立 属实，…: it has been said that it holds.
    let said = if upholds { without_upheld(said) } else { said };
    let text = masked(said);
    super::fits(&call, &text)?;
    match settles || upholds {
        false if text.is_empty() => Ok(shown(&call, &item, &course)),
        true => settled(call, item, &course, upholds, text).await,
        false => raised(call, item, &course, text, is_meant).await,
    }
}

fn without_upheld(said: &str) -> &str {
    let bare = UPHOLD.iter().find_map(|word| said.strip_prefix(word)).unwrap_or(said);
    bare.trim_start_matches(|c: char| c.is_whitespace() || "，,。；;：:".contains(c))
}

/// What the unit found: the office settles the objection with it.
async fn found(mut call: Call<'_>) -> Result<Decision, Failure> {
    let item = item(&mut call, is_lead).await?;
    if let Some(decision) = evidence::refuse_secret(&mut call).await? {
        return Ok(decision);
    }
    let course = course(&mut call, &item).await?;
    let (lang, number) = (call.lang(), item.number);
    let (Some((_, Stage::Stopped(..))), Some(first)) = (course.stage(), course.unsettled().next()) else {
        return Err(nothing_to_settle(&call, &item));
    };
    let text = masked(&call.words.rest());
    super::fits(&call, &text)?;
    if text.is_empty() {
        let objection = wording::head(&first.text, 80);
        let question = say!(
            lang,
            "：异议是“{objection}”。核实的情况是什么？一句话，报整改办、写进卷宗，不写来电人姓名住址。还没有登记。",
            ": the objection is “{objection}”. What was found? One sentence for the office and the file: no names. Nothing is recorded yet."
        );
        return wants_words(&call, &item, line(&call, OBJECTS, &item, ""), question);
    }
    let (objection, unit) = (first.id, &call.speaker()?.unit.name);
    let told = head(&item, Lang::Zh).then(say!(
        Lang::Zh,
        "：{unit}核实异议，{text}",
        ": {unit} has looked into the objection: {text}"
    ));
    let told = Message::from(told).row(choices(&item, Lang::Zh));
    let decision = beside(&call, &item)?
        .accepting(AcceptanceEffect::Found { id: Uuid::now_v7(), item: item.id, objection, text })
        .saying(Reply::notice(Audience::Office(None), told, call.now));
    let mut evidence = Evidence::of_report(&mut call, &[]).await?;
    let (decision, put) = evidence.place(decision, place_of(&item));
    let text = say!(
        lang,
        "✅ 第 {number} 项异议的核实情况已报整改办，处理结果会告诉你。",
        "✅ What was found about item {number} is before the office; you will hear what it decides."
    );
    let message = evidence.say(Message::plain(text), put.as_ref(), lang);
    Ok(call.say(decision, message))
}

/// The lead unit alone answers for the item.
fn is_lead(call: &Call<'_>, item: &Item) -> Result<(), Failure> {
    let (lang, number, lead) = (call.lang(), item.number, &item.lead.name);
    if call.speaker()?.unit.id == item.lead.id {
        return Ok(());
    }
    Err(Failure::Refused {
        what: "objection_not_yours",
        item: Some(item.id),
        told: Message::plain(say!(
            lang,
            "第 {number} 项的异议由牵头单位{lead}核实。",
            "{lead} leads item {number} and looks into objections."
        )),
    })
}

fn nothing_to_settle(call: &Call<'_>, item: &Item) -> Failure {
    let number = item.number;
    told(say!(
        call.lang(),
        "第 {number} 项没有待处理的异议。",
        "No objection about item {number} is to be settled."
    ))
}

/// The unit reads the words as they stand: whoever writes them down looks them over first.
async fn raised(
    mut call: Call<'_>,
    item: Item,
    course: &Course,
    text: String,
    is_meant: bool,
) -> Result<Decision, Failure> {
    let (lang, today, number) = (call.lang(), call.now.today(), item.number);
    let window = match course.stage() {
        Some((_, Stage::Published(_, window) | Stage::Stopped(_, window))) => window,
        _ => return Err(not_there_yet(&call, &item, course)),
    };
    if !is_meant {
        let lead = &item.lead.name;
        let question = head(&item, lang).then(say!(
            lang,
            "：下面这句会原样告诉{lead}并写进卷宗，不要写来电人姓名、电话、住址。还没有登记；要改就重新写一句。\n{text}",
            ": {lead} reads these words as they stand, and the file keeps them; leave out who raised it. Nothing is recorded yet; to change it write it anew.\n{text}"
        ));
        let yes = say!(lang, "登记并告知单位", "Record it and tell the unit");
        return wants_a_yes(&call, &item, (line(&call, OBJECTS, &item, ""), &text), question, yes);
    }
    let objection = Objection {
        id: Uuid::now_v7(),
        window: window.id,
        raised_on: today,
        text: text.clone(),
        found: Vec::new(),
        settled: None,
    };
    let to = contact_lang(&mut call, item.lead.id).await?;
    let told = head(&item, to).then(say!(
        to,
        "：公示期收到异议，{text}\n公示先停，请核实，点下面把情况报整改办。",
        ": an objection was raised: {text}\nPublicity has stopped; look into it, then press below to tell the office."
    ));
    let say = button(say!(to, "说明核实情况", "Say what was found"), OBJECTS, &item, "", to);
    let told = Message::from(told).row([say]);
    let decision = beside(&call, &item)?
        .accepting(AcceptanceEffect::Objected { item: item.id, objection })
        .saying(Reply::notice(Audience::UnitContact(item.lead.id), told, call.now));
    let (kept, from) = (wording::head(&text, 60), window.starts_on);
    let stopped = match from > today {
        true => say!(lang, "公示不按原定的 {from} 开始", "Publicity does not begin on {from}"),
        false => say!(lang, "公示自 {today} 中止", "Publicity stopped on {today}"),
    };
    let text = say!(
        lang,
        "⏸ 第 {number} 项已记异议：{kept}\n{stopped}，单位已告知。查实处理后点下面，或写上情况：异议 {number} 处理 情况",
        "⏸ Item {number}, objection: {kept}\n{stopped} and the unit is told. When it is looked into: objection {number} settle TEXT"
    );
    Ok(call.say(decision, Message::plain(text).row(choices(&item, lang))))
}

fn choices(item: &Item, lang: Lang) -> [Option<Button>; 2] {
    [
        button(say!(lang, "已处理，重新公示", "Settled"), OBJECTS, item, &say!(lang, "处理", "settle"), lang),
        button(say!(lang, "属实，退回整改", "It holds"), OBJECTS, item, &say!(lang, "成立", "uphold"), lang),
    ]
}

/// The oldest open objection is settled; with the last one publicity begins anew, or the work goes back.
async fn settled(
    mut call: Call<'_>,
    item: Item,
    course: &Course,
    upheld: bool,
    text: String,
) -> Result<Decision, Failure> {
    let (lang, today, number) = (call.lang(), call.now.today(), item.number);
    let (Some((open, Stage::Stopped(..))), Some(first)) = (course.stage(), course.unsettled().next()) else {
        return Err(nothing_to_settle(&call, &item));
    };
    if text.is_empty() {
        let (rest, question) = match upheld {
            true => (
                say!(lang, "成立", "uphold"),
                say!(
                    lang,
                    "：异议属实，现场是什么情况？一句话，会原样告诉单位，不写来电人姓名住址。还没有登记。",
                    ": the objection holds; what was found? One sentence; the unit reads it as it stands: no names. Nothing is recorded yet."
                ),
            ),
            false => (
                say!(lang, "处理", "settle"),
                say!(
                    lang,
                    "：异议怎么处理的？一句话，记入卷宗，不写来电人姓名住址。还没有登记。",
                    ": how was the objection settled? One sentence, kept in the file: no names. Nothing is recorded yet."
                ),
            ),
        };
        return wants_words(&call, &item, line(&call, OBJECTS, &item, &rest), question);
    }
    let settled = Settled { on: today, upheld, text: text.clone() };
    let settles = AcceptanceEffect::Settled { item: item.id, objection: first.id, settled };
    if upheld {
        return back(call, &item, course, open, settles, &text).await;
    }
    let left = course.unsettled().count() - 1;
    if left > 0 {
        let decision = beside(&call, &item)?.accepting(settles);
        let text = say!(
            lang,
            "✅ 第 {number} 项一件异议已处理，还有 {left} 件；都处理完后重新公示。",
            "✅ Item {number}: one objection is settled, {left} left; then publicity begins anew."
        );
        return Ok(call.say(decision, Message::plain(text).row(choices(&item, lang))));
    }
    let days = publicity_days(&item, call.basis);
    let window = Window::from(Uuid::now_v7(), open.id, today, days, &call.basis.calendar);
    let dates = (window.starts_on, window.ends_on);
    let to = contact_lang(&mut call, item.lead.id).await?;
    let counted = span(dates, call.basis, to);
    let told = head(&item, to).then(say!(
        to,
        "：异议已处理，重新公示，{counted}。",
        ": the objection is settled, published anew: {counted}."
    ));
    let decision = beside(&call, &item)?
        .accepting(settles)
        .accepting(AcceptanceEffect::Published { item: item.id, window })
        .saying(Reply::notice(Audience::UnitContact(item.lead.id), told, call.now));
    let counted = span(dates, call.basis, lang);
    let text = say!(
        lang,
        "▶️ 第 {number} 项异议已处理，重新公示：{counted}，首尾都算。",
        "▶️ Item {number}: the objection is settled, published anew: {counted}, both ends counted."
    );
    Ok(call.say(decision, Message::plain(text)))
}

/// 成立: the item goes back, and what else was raised is over with it.
async fn back(
    mut call: Call<'_>,
    item: &Item,
    course: &Course,
    open: &Application,
    settles: AcceptanceEffect,
    text: &str,
) -> Result<Decision, Failure> {
    let (lang, today, number) = (call.lang(), call.now.today(), item.number);
    let to = contact_lang(&mut call, item.lead.id).await?;
    let told = sent_back(item, &say!(to, "公示期异议属实，{text}", "an objection holds: {text}"), to);
    let mut decision = super::returned(&mut call, item, course, open, text).await?.accepting(settles);
    for other in course.unsettled().skip(1) {
        let settled = Settled { on: today, upheld: true, text: text.to_owned() };
        decision =
            decision.accepting(AcceptanceEffect::Settled { item: item.id, objection: other.id, settled });
    }
    let decision = decision.saying(Reply::notice(Audience::UnitContact(item.lead.id), told, call.now));
    let decision = whoever_passed_hears(&mut call, course, decision, |to| {
        head(item, to).then(say!(
            to,
            "：公示期异议属实，退回整改，{text}",
            ": sent back, as an objection holds: {text}"
        ))
    })
    .await?;
    let lead = &item.lead.name;
    let text = say!(
        lang,
        "↩️ 第 {number} 项异议属实，公示终止，已退回{lead}整改。",
        "↩️ Item {number}: the objection holds; publicity ends and the work goes back to {lead}."
    );
    Ok(call.say(decision, Message::plain(text)))
}

fn shown(call: &Call<'_>, item: &Item, course: &Course) -> Decision {
    let lang = call.lang();
    let mut text = head(item, lang);
    if course.objections.is_empty() {
        return call.answer(text.then(say!(lang, "没有收到异议。", ": no objection.")));
    }
    for objection in &course.objections {
        let (on, said) = (objection.raised_on, wording::head(&objection.text, 80));
        text = text.then(say!(lang, "\n{on} 异议：{said}", "\n{on} objection: {said}"));
        for (on, said) in &objection.found {
            let said = wording::head(said, 80);
            text = text.then(say!(lang, "\n　{on} 单位核实：{said}", "\n  {on} found: {said}"));
        }
        text = text.then(match &objection.settled {
            None => say!(lang, "（待处理）", " (to be settled)"),
            Some(settled) => {
                let (on, said) = (settled.on, wording::head(&settled.text, 80));
                match settled.upheld {
                    true => say!(lang, "\n　{on} 属实：{said}", "\n  {on} it holds: {said}"),
                    false => say!(lang, "\n　{on} 已处理：{said}", "\n  {on} settled: {said}"),
                }
            }
        });
    }
    let open = course.unsettled().next().is_some();
    let message = Message::from(text);
    call.answer(if open { message.row(choices(item, lang)) } else { message })
}
