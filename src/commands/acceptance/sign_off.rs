//! 销号: after publicity, by another post than the one that checked. Without a number: how far applications
//! have come. The bot says when a window is over; nothing is signed off by itself.

use chrono::NaiveDate;
use uuid::Uuid;

use super::others::whoever_passed_hears;
use super::{
    CHECKS, OBJECTS, PUBLISHES, SIGNS_OFF, anybody, applicant, button, contact_lang, course, ended, head,
    item, not_there_yet, sent_back, span, step, words,
};
use crate::commands::held::{line, wants_words};
use crate::commands::words::SlipKind;
use crate::commands::{Call, Failure, confirmed, decline, declined, left_as_it_is, told, wording};
use crate::domain::acceptance::{
    AcceptanceEffect, Application, Conclusion, Course, Days, Ended, SiteCheck, Stage, Window, rechecks,
};
use crate::domain::decision::{Audience, Change, Decision, Reply};
use crate::domain::{Both, Button, Item, Lang, Message, Status, Text};
use crate::store::people::{self, Reader};
use crate::store::waiting::Open;
use crate::{say, store};

/// Applications on one page.
const PAGE: i64 = 8;
const RETURN: [&str; 2] = ["退回", "return"];

pub(super) async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    if call.words.is_empty() {
        return list(call, 0).await;
    }
    if let Some(page) = call.words.page() {
        return list(call, page - 1).await;
    }
    let lang = call.lang();
    let item = item(&mut call, anybody).await?;
    let said = call.words.clone().rest();
    if declined(&said) {
        return Ok(left_as_it_is(&call));
    }
    let course = course(&mut call, &item).await?;
    if RETURN.iter().any(|word| call.words.take(word)) {
        return back(call, &item, &course).await;
    }
    let (said, is_confirmed) = confirmed(&said);
    if !said.is_empty() {
        return Err(call.slip(&call.words.clone().slip(SlipKind::TooMuch)));
    }
    let Some((open, Stage::Published(check, window))) = course.stage() else {
        return Err(not_there_yet(&call, &item, &course));
    };
    if !window.is_over(call.now.today()) {
        let (number, ends_on) = (item.number, window.ends_on);
        let from = ends_on + chrono::Days::new(1);
        return Err(told(say!(
            lang,
            "第 {number} 项公示到 {ends_on}，{from} 起才能销号。",
            "Item {number} is published until {ends_on}; it can be signed off from {from} on."
        )));
    }
    another_post(&call, &item, check)?;
    match is_confirmed {
        true => signed(call, item, &course, open).await,
        false => Ok(looked_over(&call, &item, &course, (open, check, window))),
    }
}

/// 核查的人不销号: two people stand for a sign-off.
fn another_post(call: &Call<'_>, item: &Item, check: &SiteCheck) -> Result<(), Failure> {
    let (lang, number, by) = (call.lang(), item.number, &check.by);
    if call.speaker()?.post != check.post {
        return Ok(());
    }
    Err(Failure::Refused {
        what: "sign_off_own_check",
        item: Some(item.id),
        told: Message::plain(say!(
            lang,
            "第 {number} 项是你（{by}）核查的，核查和销号要由两个岗位办，请整改办另一个岗位销号。",
            "You ({by}) checked item {number}; another post of the office signs it off."
        )),
    })
}

/// Everything that a signature stands for.
fn looked_over(
    call: &Call<'_>,
    item: &Item,
    course: &Course,
    (open, check, window): (&Application, &SiteCheck, &Window),
) -> Decision {
    let (lang, days) = (call.lang(), &course.days);
    let (unit, by, on) = (&open.unit.name, applicant(open, lang), open.applied_on);
    let mut text = head(item, lang)
        .then(say!(lang, "销号，请核对：", ": sign off? Please look it over:"))
        .then(say!(lang, "\n申请 {on} {unit}（{by}）", "\napplied {on} {unit} ({by})"));
    let (unit, by, on) = (&check.unit.name, &check.by, check.checked_on);
    text = text.then(say!(lang, "\n核查通过 {on} {unit}（{by}）", "\npassed {on} {unit} ({by})"));
    if !check.text.is_empty() {
        let said = wording::head(&check.text, 80);
        text = text.then(say!(lang, "：{said}", ": {said}"));
    }
    let counted = span((window.starts_on, window.ends_on), call.basis, lang);
    text = text.then(say!(lang, "\n公示 {counted}", "\npublished {counted}"));
    let objections = course.objections.len();
    text = text.then(match objections {
        0 => say!(lang, "，没有异议", ", no objection"),
        _ => say!(lang, "，异议 {objections} 件已处理", ", {objections} objection(s) settled"),
    });
    let day = |on: Option<NaiveDate>| on.map_or("—".to_owned(), |on| on.to_string());
    let (deadline, completed, accepted) = (days.deadline, day(days.completed_on), day(days.accepted_on));
    text = text.then(say!(
        lang,
        "\n期限 {deadline}，完成 {completed}，验收 {accepted}",
        "\ndue {deadline}, completed {completed}, accepted {accepted}"
    ));
    let number = item.number;
    call.answer(Message::from(text).row([
        button(say!(lang, "确认销号", "Sign off"), SIGNS_OFF, item, &say!(lang, "确认", "confirm"), lang),
        button(say!(lang, "退回", "Send back"), SIGNS_OFF, item, &say!(lang, "退回", "return"), lang),
        decline(&words(SIGNS_OFF, number, "", lang), lang),
    ]))
}

async fn signed(
    mut call: Call<'_>,
    item: Item,
    course: &Course,
    open: &Application,
) -> Result<Decision, Failure> {
    let (lang, today, number) = (call.lang(), call.now.today(), item.number);
    let days = Days { signed_off_on: Some(today), ..course.days };
    let no = course.sign_offs + 1;
    let told =
        |lang: Lang| head(&item, lang).then(say!(lang, "：{today} 已销号。", " was signed off on {today}."));
    let to = contact_lang(&mut call, item.lead.id).await?;
    let sign_off = Uuid::now_v7();
    let mut decision = step(&call, &item, Status::SignedOff, item.state.verified_percent, Change::SignedOff)?
        .accepting(AcceptanceEffect::SignedOff { id: sign_off, item: item.id, no, application: open.id })
        .accepting(ended(item.id, open, Ended::SignedOff, ""))
        .accepting(AcceptanceEffect::Dated { item: item.id, version: item.version + 1, days })
        .saying(Reply::notice(Audience::UnitContact(item.lead.id), told(to), call.now));
    if let Some(leader) = item.leader_post {
        let to = people::lang_of(&mut *call.read, Reader::Post(leader)).await?;
        decision = decision.saying(Reply::notice(Audience::Post(leader), told(to), call.now));
    }
    let mut decision = whoever_passed_hears(&mut call, course, decision, told).await?;
    let looks = rechecks(item.round, today, call.basis);
    for due_on in &looks {
        let (id, due_on) = (Uuid::now_v7(), *due_on);
        decision =
            decision.accepting(AcceptanceEffect::RecheckPlanned { id, item: item.id, sign_off, due_on });
    }
    let looks: Vec<String> = looks.iter().map(|on| on.to_string()).collect();
    let looks = looks.join(say!(lang, "、", ", ").as_str());
    let text = say!(
        lang,
        "✅ 第 {number} 项已销号，销号日 {today}，单位和包抓领导会收到告知。回头看：{looks}，到时提醒。",
        "✅ Item {number} is signed off as of {today}; the unit and its leader are told. It is looked at again on {looks}."
    );
    Ok(call.say(decision, Message::plain(text)))
}

/// 退回: the office finds the file wanting, at whatever step.
async fn back(mut call: Call<'_>, item: &Item, course: &Course) -> Result<Decision, Failure> {
    let (lang, number) = (call.lang(), item.number);
    let Some(open) = course.open() else { return Err(not_there_yet(&call, item, course)) };
    let reason = call.words.rest();
    super::fits(&call, &reason)?;
    if reason.is_empty() {
        let line = line(&call, SIGNS_OFF, item, &say!(lang, "退回", "return"));
        let question = say!(
            lang,
            "：退回的原因是什么？一句话，会原样告诉单位，还没有退回。",
            ": why is it sent back? One sentence; the unit reads it as it stands. Nothing is sent back yet."
        );
        return wants_words(&call, item, line, question);
    }
    let to = contact_lang(&mut call, item.lead.id).await?;
    let told = sent_back(item, &reason, to);
    let decision = super::returned(&mut call, item, course, open, &reason).await?.saying(Reply::notice(
        Audience::UnitContact(item.lead.id),
        told,
        call.now,
    ));
    let decision = whoever_passed_hears(&mut call, course, decision, |to| {
        head(item, to).then(say!(to, "：整改办退回整改，{reason}", ": sent back by the office: {reason}"))
    })
    .await?;
    let lead = &item.lead.name;
    let text = say!(
        lang,
        "↩️ 第 {number} 项已退回{lead}整改，原因已告知。",
        "↩️ Item {number} goes back to {lead}, with the reason."
    );
    Ok(call.say(decision, Message::plain(text)))
}

/// How far applications have come: all of them for the office and its overseers, the own ones for an acceptance unit.
pub(super) async fn list(call: Call<'_>, page: i64) -> Result<Decision, Failure> {
    let (lang, today, rounds, speaker) = (call.lang(), call.now.today(), call.rounds(), call.speaker()?);
    let own = (!speaker.role.sees_all()).then_some(speaker.unit.id);
    let open = store::waiting::open(&mut *call.read, &rounds, own, PAGE, page * PAGE).await?;
    let Some(all) = open.first().map(|first| first.all) else {
        return Ok(call.answer(Message::plain(match own {
            Some(_) => say!(lang, "没有等你单位核查的销号申请。", "No application waits for your unit."),
            None => say!(lang, "没有在办的销号申请。", "No application is open."),
        })));
    };
    let mut text = Text::default().strong(say!(lang, "销号申请 {all} 件", "{all} application(s)"));
    let mut buttons = Vec::new();
    for entry in &open {
        let (said, next) = entry_line(entry, today, lang);
        text.0.extend(said.0);
        if let Some((verb, label)) = next {
            let label = format!("{} {label}", entry.number);
            buttons.push(Button::new(label, words(verb, entry.number, "", lang)));
        }
    }
    let mut message = Message::from(text);
    for row in buttons.chunks(3) {
        message = message.row(row.to_vec());
    }
    if (page + 1) * PAGE < all {
        let next = page + 2;
        let more = say!(lang, "销号 第{next}页", "sign_off page {next}");
        message = message.row([Button::new(say!(lang, "下一页", "Next page"), more)]);
    }
    Ok(call.answer(message))
}

/// One application in two lines, and the command that goes on with it.
fn entry_line(entry: &Open, today: NaiveDate, lang: Lang) -> (Text, Option<(Both, String)>) {
    let (number, title, unit, on) =
        (entry.number, wording::head(&entry.title, 24), &entry.unit, entry.applied_on);
    let checks = entry.checked_by.as_deref().unwrap_or(Both { zh: "整改办", en: "the office" }.pick(lang));
    let by = entry.concluded_by.as_deref().unwrap_or(checks);
    let (stands, next) = match (entry.conclusion, entry.ends_on) {
        (None, _) => (
            say!(lang, "待核查（{checks}）", "to be checked by {checks}"),
            Some((CHECKS, say!(lang, "核查", "check"))),
        ),
        (Some(Conclusion::Supplement | Conclusion::Failed), _) => {
            (say!(lang, "待单位补充材料（{by}要求）", "the unit is to send more, asked by {by}"), None)
        }
        (Some(Conclusion::Passed), None) => (
            say!(lang, "{by}核查通过，待公示", "passed by {by}, to be published"),
            Some((PUBLISHES, say!(lang, "公示", "publish"))),
        ),
        (Some(Conclusion::Passed), Some(ends_on)) => match entry.stopped_on {
            Some(on) => (
                say!(lang, "{on} 因异议中止公示", "stopped by an objection on {on}"),
                Some((OBJECTS, say!(lang, "异议", "objection"))),
            ),
            None if ends_on < today => (
                say!(lang, "公示 {ends_on} 期满，可以销号", "publicity over since {ends_on}"),
                Some((SIGNS_OFF, say!(lang, "销号", "sign off"))),
            ),
            None => (say!(lang, "公示到 {ends_on}", "published until {ends_on}"), None),
        },
    };
    let text = Text::plain("\n").strong(format!("【{number}】{title}")).then(say!(
        lang,
        "\n{unit} {on} 申请，{stands}",
        "\n{unit} applied {on}: {stands}"
    ));
    (text, next)
}
