//! 签收: a unit says that it has read a warning; the answer asks until when it will be done. Until the
//! promised day nothing is said about the item; not done by then, the case goes one rung up.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use uuid::Uuid;

use super::words::ItemWord;
use super::{Call, Command, Failure, answer, notice, questions, show, told};
use crate::domain::basis::Threshold;
use crate::domain::decision::{Aggregate, Decision, Effect};
use crate::domain::dialogue::{Ask, Draft, Step};
use crate::domain::ladder::{Case, CaseStanding};
use crate::domain::notice::reference;
use crate::domain::people::Who;
use crate::domain::receipt::{NewReceipt, NoPromise, Owed, PROMISES, promised};
use crate::domain::{Both, Item, Lang, Message, Role, Text};
use crate::{say, store};

mod waiting;

pub use waiting::offered;
pub(super) use waiting::owed;
use waiting::{list, nothing, owing};

pub const COMMAND: Command = Command {
    words: &["签收", "acknowledge"],
    glued: true,
    usage: Both { zh: "签收 16 9月20日", en: "acknowledge 16 2018-09-20" },
    about: Both {
        zh: "签收预警并承诺完成日期，到那天前不再提醒；“签收 全部”一次签完",
        en: "sign for a warning and promise a day, silence until then; “acknowledge all” for all of them",
    },
    who: Who::Roles(&[Role::Contact, Role::UnitHead]),
    item: |words| words.clone().item().ok().map(|item| item.number),
    run: |call| Box::pin(run(call)),
};

pub(super) const ALL: Both = Both { zh: "全部", en: "all" };
/// Working days under the question for a day.
const OFFERED: [usize; 3] = [3, 5, 10];

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    notice::private_enough(&call)?;
    if call.words.is_empty() {
        return list(call).await;
    }
    if let Some((number, said)) = reference::number(&call.words.clone().rest()) {
        let day = if said.is_empty() { None } else { Some(read_day(&call, said)?) };
        return notice::receipt::sign(call, number, day).await;
    }
    let is_all = [ALL.zh, "所有", ALL.en].iter().any(|word| call.words.take_word(word));
    let named = match is_all {
        true => None,
        false => Some(call.words.item().map_err(|slip| call.slip(&slip))?),
    };
    let said = call.words.rest();
    let day = if said.is_empty() { None } else { Some(read_day(&call, &said)?) };
    let words = match named {
        None => owing(&mut call, day.is_some()).await?,
        Some(word) => {
            // What waits about an item may be a paper.
            match &notice::receipt::about(&mut call, &word).await?[..] {
                [] => {}
                [number] => return notice::receipt::sign(call, number.clone(), day).await,
                _ => return list(call).await,
            }
            vec![word]
        }
    };
    let decision = call.decision().by(call.speaker()?);
    let papers = match is_all {
        true => notice::receipt::all(&mut call, decision, day, words.is_empty()).await?,
        false => Papers { decision, sentences: Vec::new(), undated: Vec::new() },
    };
    if words.is_empty() && papers.sentences.is_empty() {
        return Ok(call.answer(Message::plain(nothing(call.lang()))));
    }
    sign(call, papers, words, day).await
}

/// The answer to "until when?".
pub(super) async fn answered(
    mut call: Call<'_>,
    step: &Step,
    papers: &[String],
    said: &str,
) -> Result<Decision, Failure> {
    let words: Vec<ItemWord> = step.drafts.iter().filter_map(|draft| draft.item.clone()).collect();
    let day = read_day(&call, said)?;
    let decision = call.decision().by(call.speaker()?);
    // What was warned of is asked about by itself, where it is.
    let papers = notice::receipt::promise(&mut call, decision, papers, day, words.is_empty()).await?;
    sign(call, papers, words, Some(day)).await
}

/// What is signed for beside the items: the decision so far, the sentences about it, and the notices of which no
/// day is promised yet.
pub struct Papers {
    pub decision: Decision,
    pub sentences: Vec<String>,
    pub undated: Vec<String>,
}

/// Whether words are a day, late or not.
pub(super) fn is_day(call: &Call<'_>, said: &str) -> bool {
    promised(said, most(call), call.now.today(), &call.basis.calendar) != Err(NoPromise::Unread)
}

/// Working days that may be promised; the strictest of the open rounds.
fn most(call: &Call<'_>) -> usize {
    call.basis.least(&call.rounds(), Threshold::Promise)
}

fn read_day(call: &Call<'_>, said: &str) -> Result<NaiveDate, Failure> {
    let lang = call.lang();
    promised(said, most(call), call.now.today(), &call.basis.calendar).map_err(|why| {
        told(match why {
            NoPromise::Unread => say!(
                lang,
                "没看懂哪天前完成。请回一个日期，如 9月20日、下周五、5个工作日。",
                "The day was not understood. Send one, such as 2018-09-20."
            ),
            NoPromise::Past => say!(
                lang,
                "承诺的日期要在今天以后。请再回一个日期。",
                "A promised day lies after today. Please send another one."
            ),
            NoPromise::TooLate(last) => say!(
                lang,
                "承诺最晚到 {last}。请再回一个日期；确实更久，请向整改办说明。",
                "The latest day to promise is {last}. Please send another one; if it takes longer, tell the office."
            ),
        })
    })
}

/// What happened to one item.
pub(super) enum Done {
    Signed,
    /// Somebody had signed before, and nothing more was said.
    Before {
        by: String,
        on: NaiveDate,
        promised_on: Option<NaiveDate>,
    },
    /// `climbs`: a case follows it.
    Promised {
        climbs: bool,
    },
    /// What had been promised for the item before stands for this as well.
    Kept(NaiveDate),
    /// The day has moved as often as it may.
    Fixed(NaiveDate),
    Nothing,
}

async fn sign(
    mut call: Call<'_>,
    papers: Papers,
    words: Vec<ItemWord>,
    day: Option<NaiveDate>,
) -> Result<Decision, Failure> {
    let Papers { mut decision, sentences: signed, undated } = papers;
    let lang = call.lang();
    let speaker = call.speaker()?;
    let units: Vec<Uuid> = speaker.units().map(|unit| unit.id).collect();
    let refs: Vec<&ItemWord> = words.iter().collect();
    let items = show::items(&mut call, &refs).await?;
    let mut named: Vec<Item> = Vec::new();
    for word in &words {
        named.push(show::pick(&call, &items, word)?.clone());
    }
    for item in &named {
        if !units.iter().any(|unit| item.part_of(*unit).is_some()) {
            return Err(not_yours(item, lang));
        }
    }
    let ids: Vec<Uuid> = named.iter().map(|item| item.id).collect();
    let rounds = call.rounds();
    let open = store::receipts::open(&mut *call.read, &rounds, Some(&units), None).await?;
    let cases = store::cases::open_of(&mut *call.read, &ids).await?;
    let standing = store::receipts::promised(&mut *call.read, &ids, &units, call.now.today()).await?;
    let mut done: BTreeMap<i32, Done> = BTreeMap::new();
    for item in &named {
        let of_item: Vec<&Owed> = open.iter().filter(|owed| owed.item == item.id && owed.is_told).collect();
        let case = cases.iter().find(|case| case.item == item.id && units.contains(&case.unit));
        let is_new = day.is_none() && of_item.iter().any(|owed| owed.receipt.is_none());
        let kept = standing.get(&item.id).copied().filter(|_| is_new);
        let (next, what) = one(decision, item, case, &of_item, day.or(kept));
        decision = next;
        done.insert(
            item.number,
            match (what, kept) {
                (Done::Promised { .. }, Some(on)) => Done::Kept(on),
                (what, _) => what,
            },
        );
    }
    let is_open = |done: &Done| matches!(done, Done::Signed | Done::Before { promised_on: None, .. });
    let asks = day.is_none() && (done.values().any(is_open) || !undated.is_empty());
    let sentences = done.iter().map(|(number, done)| told_of(*number, done, day, lang));
    let sentences: Vec<String> = signed.into_iter().chain(sentences).collect();
    let text = Text::plain(sentences.join("\n"));
    if !asks {
        let decision = match day {
            Some(_) => questions::ending(&call, decision),
            None => decision,
        };
        return Ok(call.say(decision, text));
    }
    let asked = words.into_iter().zip(&named).filter(|(_, item)| done.get(&item.number).is_some_and(is_open));
    let drafts = asked.map(|(word, _)| Draft { item: Some(word), ..Draft::default() }).collect();
    ask_day(&call, decision, text, drafts, undated)
}

/// Until when will it be done? Of items whose warnings are signed for, and of notices.
pub(super) fn ask_day(
    call: &Call<'_>,
    decision: Decision,
    text: Text,
    mut drafts: Vec<Draft>,
    papers: Vec<String>,
) -> Result<Decision, Failure> {
    let (lang, today, calendar) = (call.lang(), call.now.today(), &call.basis.calendar);
    let last = calendar.nth_workday_after(today, most(call));
    let mut text = text.then(say!(
        lang,
        "\n哪天前能完成？点一个，或回一个日期（最晚 {last}）。",
        "\nUntil when will it be done? Press one, or send a day ({last} at the latest)."
    ));
    match drafts.is_empty() {
        true => drafts.push(Draft::default()),
        false => text = text.then(say!(lang, "到那天前不再提醒。", " Nothing is said until then.")),
    }
    let step = questions::step(Ask::Promise { papers }, drafts);
    let choices = OFFERED.map(|days| {
        let on = calendar.nth_workday_after(today, days);
        let label = say!(lang, "{days} 个工作日", "{days} working days");
        answer::choice(&step, label, &on.to_string(), lang)
    });
    let message = Message::from(text).row(choices);
    let decision = questions::asking(call, decision, step)?;
    Ok(call.say(decision, message))
}

fn not_yours(item: &Item, lang: Lang) -> Failure {
    let number = item.number;
    Failure::Refused {
        what: "receipt_not_yours",
        item: Some(item.id),
        told: Message::plain(say!(
            lang,
            "第 {number} 项不是你单位牵头或配合的事项，没有签收。",
            "Item {number} is not led or shared by your unit; nothing was signed."
        )),
    }
}

/// Receipts for one item, and its case at rest until the promised day.
pub(super) fn one(
    mut decision: Decision,
    item: &Item,
    case: Option<&Case>,
    open: &[&Owed],
    day: Option<NaiveDate>,
) -> (Decision, Done) {
    let Some(last) = open.last() else { return (decision, Done::Nothing) };
    let unsigned = open.iter().any(|owed| owed.receipt.is_none());
    let kept = case
        .map(|case| &case.standing)
        .filter(|now| now.promises >= PROMISES)
        .and_then(|now| now.promised_on);
    let day = day.filter(|_| kept.is_none());
    if !unsigned && day.is_none() {
        return (
            decision,
            match (kept, &last.receipt) {
                (Some(on), _) => Done::Fixed(on),
                (None, Some(receipt)) => {
                    Done::Before { by: receipt.by.clone(), on: receipt.on, promised_on: receipt.promised_on }
                }
                (None, None) => Done::Nothing,
            },
        );
    }
    decision = resting(decision, item, case.zip(day));
    for owed in open.iter().filter(|owed| owed.receipt.is_none() || day.is_some()) {
        decision = decision.with(Effect::ReceiptGiven(NewReceipt {
            warning: owed.warning,
            item: item.id,
            promised_on: day,
        }));
    }
    (
        decision,
        match (day, kept) {
            (Some(_), _) => Done::Promised { climbs: case.is_some() },
            (None, Some(on)) => Done::Fixed(on),
            (None, None) => Done::Signed,
        },
    )
}

/// The item as it is looked at again, and its case at rest until a promised day. The same day once more is no other
/// promise.
pub(super) fn resting(mut decision: Decision, item: &Item, promised: Option<(&Case, NaiveDate)>) -> Decision {
    let mut looks = item.state.next_check_on;
    if let Some((case, on)) = promised {
        let now = &case.standing;
        let promises = now.promises + i16::from(now.promised_on != Some(on));
        let standing = CaseStanding { promised_on: Some(on), promises, ..now.clone() };
        looks = [looks, on.succ_opt()].into_iter().flatten().min();
        let moved = Effect::CaseMoved { case: case.id, item: item.id, standing: Box::new(standing) };
        decision = decision.with(moved);
    }
    decision.changing(Aggregate::Item, item.id, item.version).with(Effect::ItemChecked {
        item: item.id,
        version: item.version + 1,
        next_check_on: looks,
    })
}

fn told_of(number: i32, done: &Done, day: Option<NaiveDate>, lang: Lang) -> String {
    match (done, day) {
        (Done::Promised { climbs: false }, Some(on)) => say!(
            lang,
            "✅ 第 {number} 项已签收，承诺 {on} 前完成。",
            "✅ Item {number} is signed for, promised by {on}."
        ),
        (Done::Promised { climbs: true }, Some(on)) => say!(
            lang,
            "✅ 第 {number} 项已签收，承诺 {on} 前完成。{on} 前不再提醒这一项，届时未完成会升一级。",
            "✅ Item {number} is signed for, promised by {on}. Nothing is said about it until then; not done by then, it goes one rung up."
        ),
        (Done::Before { by, on, promised_on: Some(until) }, _) => say!(
            lang,
            "第 {number} 项已由{by}于 {on} 签收，承诺 {until} 前完成，不用再签。要改日期（只能改一次）：签收 {number} 日期",
            "{by} signed for item {number} on {on} and promised {until}. To move the day, once: acknowledge {number} DAY"
        ),
        (Done::Before { by, on, promised_on: None }, _) => {
            say!(lang, "第 {number} 项已由{by}于 {on} 签收。", "{by} signed for item {number} on {on}.")
        }
        (Done::Fixed(on), _) => say!(
            lang,
            "✅ 第 {number} 项已签收。承诺的日期改过一次，不再改（{on}）；有困难请向整改办说明。",
            "✅ Item {number} is signed for. The promised day has moved once and stays ({on}); tell the office what is in the way."
        ),
        (Done::Kept(on), _) => say!(
            lang,
            "✅ 第 {number} 项已签收，仍按原来承诺的 {on}，不用再承诺。要改日期：签收 {number} 日期",
            "✅ Item {number} is signed for; the {on} that was promised stands. To move it: acknowledge {number} DAY"
        ),
        (Done::Nothing, _) => say!(
            lang,
            "第 {number} 项现在没有要签收的预警。",
            "Nothing is to be signed for about item {number}."
        ),
        (Done::Signed | Done::Promised { .. }, _) => {
            say!(lang, "✅ 第 {number} 项的预警已签收。", "✅ Item {number} is signed for.")
        }
    }
}
