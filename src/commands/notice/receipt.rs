//! 签收 of a notice: once for its unit, by whoever speaks for it first. What the unit was warned of about the same
//! items is signed for with it, so that nothing is asked twice.

use chrono::NaiveDate;
use uuid::Uuid;

use super::steps::{copy_moved, stamp};
use crate::commands::{Call, Failure, receipt, told};
use crate::domain::decision::Decision;
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
    if copy.standing.closed.is_some() {
        return Err(told(say!(lang, "{number} 已办结，不用再签收。", "{number} is closed.")));
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
    let decision = with_warnings(&mut call, decision, &notice, copy, day).await?;
    let mut text = Text::plain(told_of(&number, day, lang));
    if copy.standing.answered_at.is_none() {
        let by = notice.standing.answer_by;
        let until = by.map_or(String::new(), |by| say!(lang, "于 {by} 前", " by {by}"));
        text = text.then(say!(lang, "\n请{until}回复：", "\nPlease answer{until}: ")).code(say!(
            lang,
            "回复 {number} 原因、措施和完成日期",
            "reply {number} why, what, until when"
        ));
    }
    Ok(call.say(decision, text))
}

/// Signs for everything that waits, beside the warnings. The sentences about it come back with the decision.
pub async fn all(call: &mut Call<'_>, mut decision: Decision) -> Result<(Decision, Vec<String>), Failure> {
    let lang = call.lang();
    let units: Vec<Uuid> = call.speaker()?.units().map(|unit| unit.id).collect();
    let mut sentences = Vec::new();
    let open = store::notices::open_copies(&mut *call.read, &units).await?;
    for number in open.into_iter().filter(|copy| !copy.is_signed).map(|copy| copy.number) {
        let named = Reference::Number(number.clone());
        let Some(notice) = store::notices::named(&mut *call.read, &named).await? else { continue };
        for copy in notice.copies.iter().filter(|copy| units.contains(&copy.unit.id)) {
            if copy.standing.signed.is_none() && copy.standing.closed.is_none() {
                decision = copy_moved(decision, copy, signed(call, copy, None)?);
            }
        }
        sentences.push(told_of(&number, None, lang));
    }
    Ok((decision, sentences))
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

/// The unit's open warnings about the items of the notice are signed for as well.
async fn with_warnings(
    call: &mut Call<'_>,
    mut decision: Decision,
    notice: &Notice,
    copy: &NoticeCopy,
    day: Option<NaiveDate>,
) -> Result<Decision, Failure> {
    let rounds = call.rounds();
    let ids: Vec<Uuid> = notice.lines.iter().map(|line| line.item).collect();
    let items = store::items::these(&mut *call.read, &ids).await?;
    let open = store::receipts::open(&mut *call.read, &rounds, Some(&[copy.unit.id]), None).await?;
    let cases = store::cases::open_of(&mut *call.read, &ids).await?;
    for item in &items {
        let of_item: Vec<_> = open.iter().filter(|owed| owed.item == item.id && owed.is_told).collect();
        let case = cases.iter().find(|case| case.item == item.id && case.unit == copy.unit.id);
        decision = receipt::one(decision, item, case, &of_item, day).0;
    }
    Ok(decision)
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
