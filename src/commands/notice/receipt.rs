//! 签收 of a notice: once for its unit, by whoever speaks for it first. What the unit was warned of about the same
//! items is signed for with it, so that nothing is asked twice.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use uuid::Uuid;

use super::message;
use super::steps::{copy_moved, stamp};
use crate::commands::receipt::{self, Papers};
use crate::commands::words::ItemWord;
use crate::commands::{Call, Failure, questions, told};
use crate::domain::decision::Decision;
use crate::domain::dialogue::Ask;
use crate::domain::notice::reference::Reference;
use crate::domain::notice::{CopyStanding, Notice, NoticeCopy};
use crate::domain::receipt::PROMISES;
use crate::domain::{Lang, Message, Now, Text};
use crate::store::notices::OpenCopy;
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
    let kept = kept(&mut call, &notice, copy.unit.id, day).await?;
    let on = day.or(kept.whole);
    let decision = call.decision().by(call.speaker()?);
    let decision = copy_moved(decision, copy, signed(&call, copy, on)?);
    let ids: Vec<Uuid> = notice.lines.iter().map(|line| line.item).collect();
    let decision = with_warnings(&mut call, decision, &ids, copy.unit.id, day, &kept.of).await?;
    let mut text = Text::plain(told_of(&number, on, day.is_none(), lang));
    if copy.standing.answered_at.is_none() {
        let until = until(&call, &notice, copy);
        text = text.then(say!(lang, "\n{until}：", "\n{until}: ")).code(say!(
            lang,
            "回复 {number} 原因、措施和完成日期",
            "reply {number} why, what, until when"
        ));
    }
    match on {
        None => receipt::ask_day(&call, decision, text, Vec::new(), vec![number]),
        Some(_) => {
            let is_it = |ask: &Ask| matches!(ask, Ask::Promise { papers } if papers.contains(&number));
            Ok(call.say(questions::settling(&call, decision, is_it), text))
        }
    }
}

/// The papers about an item that wait for a receipt, where no warning about it does.
pub async fn about(call: &mut Call<'_>, item: &ItemWord) -> Result<Vec<String>, Failure> {
    if receipt::owed(call, false).await?.iter().any(|owed| owed.number == item.number) {
        return Ok(Vec::new());
    }
    let units: Vec<Uuid> = call.speaker()?.units().map(|unit| unit.id).collect();
    let open = store::notices::open_copies(&mut *call.read, &units).await?;
    let waits = |copy: &OpenCopy| !copy.is_signed && copy.about.contains(&item.number);
    Ok(open.into_iter().filter(waits).map(|copy| copy.number).collect())
}

/// What a unit has promised before about the items of a notice: 一事一诺.
struct Kept {
    of: HashMap<Uuid, NaiveDate>,
    /// The last of the days, where there is one for each item.
    whole: Option<NaiveDate>,
}

async fn kept(
    call: &mut Call<'_>,
    notice: &Notice,
    unit: Uuid,
    day: Option<NaiveDate>,
) -> Result<Kept, Failure> {
    if day.is_some() {
        return Ok(Kept { of: HashMap::new(), whole: None });
    }
    let own = notice.for_unit(unit).lines.into_iter().filter(|line| line.units.contains(&unit));
    let ids: Vec<Uuid> = own.map(|line| line.item).collect();
    let of = store::receipts::promised(&mut *call.read, &ids, &[unit], call.now.today()).await?;
    let days: Option<Vec<NaiveDate>> = ids.iter().map(|id| of.get(id).copied()).collect();
    Ok(Kept { whole: days.and_then(|days| days.into_iter().max()), of })
}

/// The day that is promised with notices that are signed for, or are by this; `is_alone`: and with what was warned of
/// about the same items.
pub async fn promise(
    call: &mut Call<'_>,
    mut decision: Decision,
    numbers: &[String],
    day: NaiveDate,
    is_alone: bool,
) -> Result<Papers, Failure> {
    let lang = call.lang();
    let units: Vec<Uuid> = call.speaker()?.units().map(|unit| unit.id).collect();
    let mut sentences = Vec::new();
    let mut about: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
    for number in numbers {
        let notice = super::readable(call, &Reference::Number(number.clone())).await?;
        let is_own = |copy: &&NoticeCopy| units.contains(&copy.unit.id) && copy.is_open();
        let own: Vec<&NoticeCopy> = notice.copies.iter().filter(is_own).collect();
        for copy in &own {
            decision = copy_moved(decision, copy, signed(call, copy, Some(day))?);
            about.entry(copy.unit.id).or_default().extend(notice.lines.iter().map(|line| line.item));
        }
        if !own.is_empty() {
            sentences.push(told_of(number, Some(day), false, lang) + &due(call, &notice, &own));
        }
    }
    for (unit, ids) in about.into_iter().filter(|_| is_alone) {
        decision = with_warnings(call, decision, &ids, unit, Some(day), &HashMap::new()).await?;
    }
    Ok(Papers { decision, sentences, undated: Vec::new() })
}

/// Signs for everything that waits, beside the warnings; a day that is said is promised for it, and for what was
/// signed for without one. `is_alone`: there are no warnings beside it.
pub async fn all(
    call: &mut Call<'_>,
    mut decision: Decision,
    day: Option<NaiveDate>,
    is_alone: bool,
) -> Result<Papers, Failure> {
    let lang = call.lang();
    let units: Vec<Uuid> = call.speaker()?.units().map(|unit| unit.id).collect();
    let open = store::notices::open_copies(&mut *call.read, &units).await?;
    let waits =
        |copy: &OpenCopy| !copy.is_signed || (day.is_some() && !copy.is_promised && !copy.is_answered);
    let numbers: Vec<String> = open.into_iter().filter(waits).map(|copy| copy.number).collect();
    if let Some(day) = day {
        return promise(call, decision, &numbers, day, is_alone).await;
    }
    let (mut sentences, mut undated) = (Vec::new(), Vec::new());
    for number in numbers {
        let named = Reference::Number(number.clone());
        let Some(notice) = store::notices::named(&mut *call.read, &named).await? else { continue };
        let is_own = |copy: &&NoticeCopy| {
            units.contains(&copy.unit.id) && copy.standing.signed.is_none() && copy.is_open()
        };
        let own: Vec<&NoticeCopy> = notice.copies.iter().filter(is_own).collect();
        let mut on = None;
        for copy in &own {
            on = kept(call, &notice, copy.unit.id, None).await?.whole;
            decision = copy_moved(decision, copy, signed(call, copy, on)?);
        }
        sentences.push(told_of(&number, on, true, lang) + &due(call, &notice, &own));
        undated.extend(on.is_none().then_some(number));
    }
    Ok(Papers { decision, sentences, undated })
}

/// By when it is to be answered, where it is signed for only now.
fn due(call: &Call<'_>, notice: &Notice, own: &[&NoticeCopy]) -> String {
    let new = own.iter().find(|copy| copy.standing.signed.is_none());
    new.map_or(String::new(), |copy| {
        let until = until(call, notice, copy);
        say!(call.lang(), "{until}。", " {until}.")
    })
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

/// The unit's open warnings about the items of a notice are signed for as well; what was promised is silence until
/// then, also where nothing was warned of yet.
async fn with_warnings(
    call: &mut Call<'_>,
    mut decision: Decision,
    ids: &[Uuid],
    unit: Uuid,
    day: Option<NaiveDate>,
    kept: &HashMap<Uuid, NaiveDate>,
) -> Result<Decision, Failure> {
    let rounds = call.rounds();
    let items = store::items::these(&mut *call.read, ids).await?;
    let open = store::receipts::open(&mut *call.read, &rounds, Some(&[unit]), None).await?;
    let cases = store::cases::open_of(&mut *call.read, ids).await?;
    for item in &items {
        let of_item: Vec<_> = open.iter().filter(|owed| owed.item == item.id && owed.is_told).collect();
        let case = cases.iter().find(|case| case.item == item.id && case.unit == unit);
        let on = day.or(kept.get(&item.id).copied());
        decision = match (of_item.is_empty(), case.filter(|case| case.standing.promises < PROMISES).zip(on)) {
            (true, Some(promised)) => receipt::resting(decision, item, Some(promised)),
            _ => receipt::one(decision, item, case, &of_item, on).0,
        };
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

/// `is_kept`: nothing was promised anew.
fn told_of(number: &str, day: Option<NaiveDate>, is_kept: bool, lang: Lang) -> String {
    match day {
        Some(on) if is_kept => say!(
            lang,
            "✅ {number} 已签收，仍按原来承诺的 {on}，不用再承诺。",
            "✅ {number} is signed for; the {on} that was promised stands."
        ),
        Some(on) => say!(
            lang,
            "✅ {number} 已签收，承诺 {on} 前完成。",
            "✅ {number} is signed for, promised by {on}."
        ),
        None => say!(lang, "✅ {number} 已签收。", "✅ {number} is signed for."),
    }
}
