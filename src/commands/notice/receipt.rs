//! 签收 of a notice: once for its unit, by whoever speaks for it first. What the unit was warned of about the same
//! items is signed for with it, so that nothing is asked twice.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use uuid::Uuid;

use super::message;
use super::steps::{copy_moved, stamp};
use crate::commands::receipt::{self, Papers};
use crate::commands::{Call, Failure, questions, told};
use crate::domain::decision::Decision;
use crate::domain::dialogue::Ask;
use crate::domain::notice::reference::Reference;
use crate::domain::notice::{CopyStanding, Notice, NoticeCopy};
use crate::domain::{Lang, Message, Now, Text};
use crate::{say, store};

/// Signs for one, and promises a day if one is said.
pub async fn sign(mut call: Call<'_>, number: String, day: Option<NaiveDate>) -> Result<Decision, Failure> {
    let lang = call.lang();
    let notice = super::readable(&mut call, &Reference::Number(number.clone())).await?;
    let Some(copy) = super::copy_of(&call, &notice)? else {
        return Err(told(say!(lang, "没有发给你单位的 {number}。", "{number} did not go to your unit.")));
    };
    if let Some(why) = super::settled(copy, &number, lang) {
        return Err(told(why));
    }
    if let (Some(signed), None) = (&copy.standing.signed, day) {
        let (by, on) = (&signed.title, Now::at(signed.at).today());
        return Ok(call.answer(Message::plain(say!(
            lang,
            "{number} 已由{by}于 {on} 签收，不用再签。",
            "{by} signed for {number} on {on}."
        ))));
    }
    let decision = call.decision().by(call.speaker()?);
    let decision = copy_moved(decision, copy, signed(&call, copy, day)?);
    let ids: Vec<Uuid> = notice.lines.iter().map(|line| line.item).collect();
    let decision = with_warnings(&mut call, decision, &ids, copy.unit.id, day).await?;
    let mut text = Text::plain(told_of(&number, day, lang));
    if copy.standing.answered_at.is_none() {
        let until = until(&call, &notice, copy);
        text = text.then(say!(lang, "\n{until}：", "\n{until}: ")).code(say!(
            lang,
            "回复 {number} 原因、措施和完成日期",
            "reply {number} why, what, until when"
        ));
    }
    match day {
        None => receipt::ask_day(&call, decision, text, Vec::new(), vec![number]),
        Some(_) => {
            let is_it = |ask: &Ask| matches!(ask, Ask::Promise { papers } if papers.contains(&number));
            Ok(call.say(questions::settling(&call, decision, is_it), text))
        }
    }
}

/// The day that is promised with notices that are signed for; `is_alone`: and with what was warned of about
/// the same items.
pub async fn promise(
    call: &mut Call<'_>,
    mut decision: Decision,
    numbers: &[String],
    day: NaiveDate,
    is_alone: bool,
) -> Result<Papers, Failure> {
    let lang = call.lang();
    let mut sentences = Vec::new();
    let mut about: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
    for number in numbers {
        let notice = super::readable(call, &Reference::Number(number.clone())).await?;
        let Some(copy) = super::copy_of(call, &notice)?.filter(|copy| copy.is_open()) else {
            continue;
        };
        decision = copy_moved(decision, copy, signed(call, copy, Some(day))?);
        about.entry(copy.unit.id).or_default().extend(notice.lines.iter().map(|line| line.item));
        sentences.push(told_of(number, Some(day), lang));
    }
    for (unit, ids) in about.into_iter().filter(|_| is_alone) {
        decision = with_warnings(call, decision, &ids, unit, Some(day)).await?;
    }
    Ok(Papers { decision, sentences, undated: Vec::new() })
}

/// Signs for everything that waits, beside the warnings, and promises a day if one is said.
pub async fn all(
    call: &mut Call<'_>,
    mut decision: Decision,
    day: Option<NaiveDate>,
) -> Result<Papers, Failure> {
    let lang = call.lang();
    let units: Vec<Uuid> = call.speaker()?.units().map(|unit| unit.id).collect();
    let (mut sentences, mut undated) = (Vec::new(), Vec::new());
    let open = store::notices::open_copies(&mut *call.read, &units).await?;
    for number in open.into_iter().filter(|copy| !copy.is_signed).map(|copy| copy.number) {
        let named = Reference::Number(number.clone());
        let Some(notice) = store::notices::named(&mut *call.read, &named).await? else { continue };
        let mut sentence = told_of(&number, day, lang);
        for copy in notice.copies.iter().filter(|copy| units.contains(&copy.unit.id)) {
            if copy.standing.signed.is_none() && copy.is_open() {
                decision = copy_moved(decision, copy, signed(call, copy, day)?);
                let until = until(call, &notice, copy);
                sentence += &say!(lang, "{until}。", " {until}.");
            }
        }
        sentences.push(sentence);
        if day.is_none() {
            undated.push(number);
        }
    }
    Ok(Papers { decision, sentences, undated })
}

/// Who signed first stays; a day may follow.
fn signed(call: &Call<'_>, copy: &NoticeCopy, day: Option<NaiveDate>) -> Result<CopyStanding, Failure> {
    let standing = copy.standing.clone();
    Ok(CopyStanding {
        signed: standing.signed.or(Some(stamp(call)?)),
        promised_on: day.or(standing.promised_on),
        ..standing
    })
}

/// The unit's open warnings about the items of a notice are signed for as well.
async fn with_warnings(
    call: &mut Call<'_>,
    mut decision: Decision,
    ids: &[Uuid],
    unit: Uuid,
    day: Option<NaiveDate>,
) -> Result<Decision, Failure> {
    let rounds = call.rounds();
    let items = store::items::these(&mut *call.read, ids).await?;
    let open = store::receipts::open(&mut *call.read, &rounds, Some(&[unit]), None).await?;
    let cases = store::cases::open_of(&mut *call.read, ids).await?;
    for item in &items {
        let of_item: Vec<_> = open.iter().filter(|owed| owed.item == item.id && owed.is_told).collect();
        let case = cases.iter().find(|case| case.item == item.id && case.unit == unit);
        decision = receipt::one(decision, item, case, &of_item, day).0;
    }
    Ok(decision)
}

/// By when it is to be answered.
fn until(call: &Call<'_>, notice: &Notice, copy: &NoticeCopy) -> String {
    let (lang, today) = (call.lang(), call.now.today());
    match message::due(notice, copy, today, call.basis) {
        None => say!(lang, "请回复", "Please answer"),
        Some(by) if by < today => {
            say!(lang, "回复限期 {by} 已过，请尽快回复", "The answer was due by {by}: please answer soon")
        }
        Some(by) => say!(lang, "请于 {by} 前回复", "Please answer by {by}"),
    }
}

fn told_of(number: &str, day: Option<NaiveDate>, lang: Lang) -> String {
    match day {
        Some(on) => say!(
            lang,
            "✅ {number} 已签收，承诺 {on} 前完成。",
            "✅ {number} is signed for, promised by {on}."
        ),
        None => say!(lang, "✅ {number} 已签收。", "✅ {number} is signed for."),
    }
}
