//! 核查: the acceptance unit looks at an application and writes its conclusion on the spot. The office says
//! who checks, and checks itself where it has named nobody. A conclusion may be written anew until publicity.

use uuid::Uuid;

use super::others::Others;
use super::points::line_of;
use super::{
    APPLIES, CHECKS, PUBLISHES, applicant, beside, button, checker, completed_on, contact_lang, course, head,
    item, not_there_yet, sent_back, step,
};
use crate::commands::held::{line, meant, wants_a_yes, wants_words};
use crate::commands::words::SlipKind;
use crate::commands::{Call, Failure, told};
use crate::domain::acceptance::{AcceptanceEffect, Application, Conclusion, Course, Days, SiteCheck, Stage};
use crate::domain::decision::{Audience, Change, Decision, Reply};
use crate::domain::{Both, Button, Item, Lang, Message, Role, Status};
use crate::{say, store};

const BEGIN: [&str; 3] = ["开始", "start", "begin"];
/// The longer word first: 不通过 ends with 通过.
const CONCLUSIONS: [(&str, Conclusion); 9] = [
    ("不通过", Conclusion::Failed),
    ("未通过", Conclusion::Failed),
    ("退回", Conclusion::Failed),
    ("fail", Conclusion::Failed),
    ("补充材料", Conclusion::Supplement),
    ("补充", Conclusion::Supplement),
    ("supplement", Conclusion::Supplement),
    ("通过", Conclusion::Passed),
    ("pass", Conclusion::Passed),
];

pub(super) async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    if call.words.is_empty() {
        return super::sign_off::list(call, 0).await;
    }
    let is_by = {
        let mut ahead = call.words.clone();
        ahead.item().is_ok() && checker::BY.iter().any(|word| ahead.take_word(word))
    };
    if is_by {
        return checker::named(call).await;
    }
    let item = item(&mut call, checks).await?;
    let course = course(&mut call, &item).await?;
    if BEGIN.iter().any(|word| call.words.take_word(word)) {
        return begun(call, &item, &course).await;
    }
    let said = CONCLUSIONS.iter().find(|(word, _)| call.words.take(word)).map(|(_, conclusion)| *conclusion);
    let text = call.words.rest();
    match said {
        Some(conclusion) => concluded(call, item, &course, conclusion, &text).await,
        None if text.is_empty() => shown(call, &item, &course).await,
        None => Err(call.slip(&call.words.clone().slip(SlipKind::TooMuch))),
    }
}

/// The acceptance unit checks, never the unit that applied; where none is named, the office. Whoever oversees it
/// reads along.
fn checks(call: &Call<'_>, item: &Item) -> Result<(), Failure> {
    let (lang, number, speaker) = (call.lang(), item.number, call.speaker()?);
    let is_named = item.acceptance_unit.is_some_and(|unit| speaker.units().any(|own| own.id == unit));
    if speaker.role.sees_all() || (is_named && speaker.unit.id != item.lead.id) {
        return Ok(());
    }
    Err(Failure::Refused {
        what: "check_not_yours",
        item: Some(item.id),
        told: Message::plain(say!(
            lang,
            "第 {number} 项不由你单位核查验收。",
            "Your unit does not check item {number}."
        )),
    })
}

/// What can be concluded so now: the application, unless publicity has begun. It passes once what was asked for has
/// come with another application.
fn to_conclude<'c>(
    call: &Call<'_>,
    item: &Item,
    course: &'c Course,
    conclusion: Option<Conclusion>,
) -> Result<&'c Application, Failure> {
    match course.stage() {
        Some((open, Stage::ToCheck | Stage::ToPublish(_))) => Ok(open),
        Some((open, Stage::ToSupplement(_))) if conclusion != Some(Conclusion::Passed) => Ok(open),
        _ => Err(not_there_yet(call, item, course)),
    }
}

async fn begun(mut call: Call<'_>, item: &Item, course: &Course) -> Result<Decision, Failure> {
    let (lang, number) = (call.lang(), item.number);
    to_conclude(&call, item, course, None)?;
    if item.state.status == Status::Checking {
        return Err(told(say!(
            lang,
            "第 {number} 项已经在核查了。",
            "Item {number} is being checked already."
        )));
    }
    if item.state.status.is_completed() {
        return Err(told(say!(
            lang,
            "第 {number} 项不用登记开始，核查完直接写结论。",
            "Item {number}: just write the conclusion when the check is done."
        )));
    }
    let to = contact_lang(&mut call, item.lead.id).await?;
    let by = call.speaker()?.unit.name.clone();
    let told = head(item, to).then(say!(
        to,
        "：{by}开始核查，请备好材料和现场。",
        ": {by} has begun to check it; please have the papers ready."
    ));
    let decision = step(&call, item, Status::Checking, item.state.verified_percent, Change::Checking)?
        .saying(Reply::notice(Audience::UnitContact(item.lead.id), told, call.now));
    let text = say!(
        lang,
        "🔍 第 {number} 项开始核查，已告知单位。看完请在现场写结论：",
        "🔍 The check of item {number} has begun; the unit is told. Write the conclusion on the spot:"
    );
    Ok(call.say(decision, Message::plain(text).row(choices(item, lang))))
}

/// The three conclusions, as buttons.
fn choices(item: &Item, lang: Lang) -> [Option<Button>; 3] {
    let choice =
        |label: Both, words: Both| button(label.pick(lang).to_owned(), CHECKS, item, words.pick(lang), lang);
    [
        choice(Both { zh: "✅ 通过", en: "✅ pass" }, Both { zh: "通过", en: "pass" }),
        choice(Both { zh: "不通过", en: "fail" }, Both { zh: "不通过", en: "fail" }),
        choice(Both { zh: "补充材料", en: "supplement" }, Both { zh: "补充", en: "supplement" }),
    ]
}

async fn shown(call: Call<'_>, item: &Item, course: &Course) -> Result<Decision, Failure> {
    let (lang, today) = (call.lang(), call.now.today());
    let Some((open, stage)) = course.stage() else { return Err(not_there_yet(&call, item, course)) };
    let answers = store::acceptance::answers(&mut *call.read, open.id).await?;
    let goal = store::items::texts(&mut *call.read, item.id).await?.goal;
    let (unit, by, on) = (&open.unit.name, applicant(open, lang), open.applied_on);
    let mut text = head(item, lang)
        .then(say!(lang, "\n{unit}（{by}）{on} 申请销号", "\n{unit} ({by}) applied on {on}"))
        .then(say!(lang, "\n目标：{goal}", "\ngoal: {goal}"));
    for (point, given) in &answers {
        text.0.extend(line_of(point, given, lang).0);
    }
    if !open.summary.is_empty() {
        let summary = &open.summary;
        text = text.then(say!(lang, "\n说明：{summary}", "\nsaid: {summary}"));
    }
    if !open.files.is_empty() {
        let files = open.files.len();
        text = text.then(say!(lang, "\n其他材料 {files} 个文件", "\nother files: {files}"));
    }
    text.0.extend(super::lines(item, course, today, call.basis, lang).0);
    let number = item.number;
    text = text.then(say!(lang, "\n材料：", "\nfiles: ")).code(say!(lang, "材料 {number}", "files {number}"));
    let mut message = Message::from(text);
    if matches!(stage, Stage::ToCheck | Stage::ToSupplement(_) | Stage::ToPublish(_)) {
        let may_begin = matches!(stage, Stage::ToCheck) && item.state.status == Status::Applied;
        let begin = may_begin.then(|| {
            button(say!(lang, "开始核查", "Begin"), CHECKS, item, &say!(lang, "开始", "start"), lang)
        });
        let [pass, fail, supplement] = choices(item, lang);
        let pass = pass.filter(|_| !matches!(stage, Stage::ToSupplement(_)));
        message = message.row(begin.into_iter().chain([pass, fail, supplement]));
    }
    Ok(call.answer(message))
}

/// The word of a conclusion on its line, and what is asked where it comes without a sentence.
fn asks(conclusion: Conclusion, lang: Lang) -> (&'static str, String) {
    let verb = match conclusion {
        Conclusion::Passed => Both { zh: "通过", en: "pass" },
        Conclusion::Failed => Both { zh: "不通过", en: "fail" },
        Conclusion::Supplement => Both { zh: "补充", en: "supplement" },
    };
    let question = match conclusion {
        Conclusion::Passed | Conclusion::Failed => say!(
            lang,
            "：核查不通过的原因是什么？一句话，会原样告诉单位，还没有登记。",
            ": why has it failed? One sentence; the unit reads it as it stands. Nothing is recorded yet."
        ),
        Conclusion::Supplement => say!(
            lang,
            "：要补充什么材料？一句话，会原样告诉单位，还没有登记。",
            ": which papers are wanted? One sentence; the unit reads it as it stands. Nothing is recorded yet."
        ),
    };
    (verb.pick(lang), question)
}

/// A conclusion that the own unit has written stands: it is not registered twice. Whoever wrote it may say what was
/// seen on the spot afterwards.
fn concluded_before(
    call: &Call<'_>,
    item: &Item,
    course: &Course,
    conclusion: Conclusion,
    text: &str,
) -> Result<Option<Decision>, Failure> {
    let (lang, number, speaker) = (call.lang(), item.number, call.speaker()?);
    let is_own = |check: &&SiteCheck| speaker.units().any(|own| own.id == check.unit.id);
    let same = course.check.as_ref().filter(|check| check.conclusion == conclusion).filter(is_own);
    let Some(before) = same else { return Ok(None) };
    let (is_new, on, by) = (!text.is_empty() && text != before.text, before.checked_on, &before.by);
    if is_new && conclusion == Conclusion::Supplement {
        return Ok(None);
    }
    if !is_new || before.post != speaker.post {
        let word = conclusion.word().pick(lang);
        return Err(told(say!(
            lang,
            "第 {number} 项 {on} {by}已写“{word}”，没有再登记。",
            "{by} concluded “{word}” on item {number} on {on}; nothing was recorded again."
        )));
    }
    let check = SiteCheck { id: Uuid::now_v7(), checked_on: on, text: text.to_owned(), ..before.clone() };
    let decision = beside(call, item)?.accepting(AcceptanceEffect::Checked { item: item.id, check });
    let text = say!(
        lang,
        "✅ 第 {number} 项 {on} 的核查记录已补：{text}",
        "✅ Added to the check of item {number} on {on}: {text}"
    );
    Ok(Some(call.say(decision, Message::plain(text))))
}

async fn concluded(
    mut call: Call<'_>,
    item: Item,
    course: &Course,
    conclusion: Conclusion,
    text: &str,
) -> Result<Decision, Failure> {
    let (lang, today, number, speaker) = (call.lang(), call.now.today(), item.number, call.speaker()?);
    let open = to_conclude(&call, &item, course, Some(conclusion))?;
    let (text, is_meant) = meant(text);
    super::fits(&call, text)?;
    let (verb, question) = asks(conclusion, lang);
    let held = line(&call, CHECKS, &item, verb);
    if text.is_empty() && conclusion != Conclusion::Passed {
        return wants_words(&call, &item, held, question);
    }
    if let Some(decision) = concluded_before(&call, &item, course, conclusion, text)? {
        return Ok(decision);
    }
    let others = Others::of(&mut call, &item, course).await?;
    if let Some(question) = others.question(&item, conclusion, lang).filter(|_| !is_meant) {
        let yes = say!(lang, "写这个结论", "Conclude so");
        return wants_a_yes(&call, &item, (held, text), question, yes);
    }
    let check = SiteCheck {
        id: Uuid::now_v7(),
        application: open.id,
        unit: speaker.unit.clone(),
        post: speaker.post,
        by: String::new(),
        is_of_office: speaker.role == Role::Office,
        checked_on: today,
        conclusion,
        text: text.to_owned(),
    };
    // What another conclusion had verified is so no longer.
    let verified = match &course.check {
        Some(before) if before.conclusion == Conclusion::Passed => {
            store::acceptance::verified_before(&mut *call.read, item.id).await?
        }
        _ => item.state.verified_percent,
    };
    let is_completed = item.state.status.is_completed();
    // Of an application that came with a file nobody has noted that day.
    let completed_on = completed_on(&mut call, &item, course, open.applied_on).await?;
    let dated = |days| AcceptanceEffect::Dated { item: item.id, version: item.version + 1, days };
    let decision = match conclusion {
        Conclusion::Passed => step(&call, &item, Status::Completed, Some(100), Change::Passed)?
            .accepting(dated(Days { completed_on, accepted_on: Some(today), ..course.days })),
        Conclusion::Failed => super::returned(&mut call, &item, course, open, text).await?,
        Conclusion::Supplement => {
            let status = if is_completed && course.days.accepted_on.is_none() {
                item.state.status
            } else {
                Status::Checking
            };
            step(&call, &item, status, verified, Change::Checking)?
                .accepting(dated(Days { accepted_on: None, ..course.days }))
        }
    };
    let decision = decision.accepting(AcceptanceEffect::Checked { item: item.id, check });
    let (by, lead) = (&speaker.unit.name, &item.lead.name);
    let to = contact_lang(&mut call, item.lead.id).await?;
    let told = match conclusion {
        Conclusion::Passed => {
            let said = if text.is_empty() { String::new() } else { say!(to, "，{text}", ", {text}") };
            Message::from(head(&item, to).then(say!(
                to,
                "：{by}核查通过{said}。接下来由整改办公示。",
                " has passed the check by {by}{said}. The office publishes it next."
            )))
        }
        Conclusion::Failed => sent_back(&item, &say!(to, "{by}核查不通过，{text}", "{by} found: {text}"), to),
        Conclusion::Supplement => Message::from(head(&item, to).then(say!(
            to,
            "：{by}核查，请补充：{text}\n补齐后再发一次申请，上次填的会带出来。",
            ": {by} wants more: {text}\nApply once more when you have it; what you wrote is kept."
        )))
        .row([button(say!(to, "补齐，再申请", "Apply again"), APPLIES, &item, "", to)]),
    };
    let heard = |lang: Lang| {
        let word = conclusion.word().pick(lang);
        let mut heard = head(&item, lang).then(say!(lang, "：{by}{word}", "{by}: {word}"));
        if !text.is_empty() {
            heard = heard.then(say!(lang, "，{text}", ", {text}"));
        }
        heard.then(others.told(lang))
    };
    let publish = (conclusion == Conclusion::Passed)
        .then(|| button(say!(Lang::Zh, "去公示", "Publish"), PUBLISHES, &item, "", Lang::Zh));
    let office = match others.office_post() {
        None if speaker.role == Role::Office => Audience::OfficeBut(speaker.post),
        overruled => Audience::Office(overruled),
    };
    let mut decision = decision
        .saying(Reply::notice(Audience::UnitContact(item.lead.id), told, call.now))
        .saying(Reply::notice(office, Message::from(heard(Lang::Zh)).row(publish), call.now));
    if let Some(unit) = &others.named {
        let to = contact_lang(&mut call, unit.id).await?;
        decision = decision.saying(Reply::notice(Audience::UnitContact(unit.id), heard(to), call.now));
    }
    let answer = match conclusion {
        Conclusion::Passed => say!(
            lang,
            "✅ 第 {number} 项核查通过，验收日 {today}。接下来由整改办公示、销号（要由另一个岗位销号）。",
            "✅ Item {number} has passed, accepted on {today}. The office publishes it and another post signs it off."
        ),
        Conclusion::Failed => say!(
            lang,
            "↩️ 第 {number} 项核查不通过，已退回{lead}整改，原因已告知。",
            "↩️ Item {number} has failed and goes back to {lead}, with the reason."
        ),
        Conclusion::Supplement => say!(
            lang,
            "📎 第 {number} 项请{lead}补充材料，已告知。补齐重新申请后再写结论。",
            "📎 {lead} is asked for more about item {number}; conclude when it has applied again."
        ),
    };
    let answer = match conclusion == Conclusion::Passed && text.is_empty() {
        true => {
            answer
                + &say!(
                    lang,
                    "\n现场看了什么可以补一句：核查 {number} 通过 情况",
                    "\nTo add what was seen: check {number} pass TEXT"
                )
        }
        false => answer,
    };
    let may_publish = conclusion == Conclusion::Passed && speaker.role == Role::Office;
    let publish = may_publish.then(|| button(say!(lang, "去公示", "Publish"), PUBLISHES, &item, "", lang));
    Ok(call.say(decision, Message::plain(answer).row(publish)))
}
