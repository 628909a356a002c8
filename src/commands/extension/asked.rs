//! An extension is asked for: until when and why, by the unit alone, before the deadline.

use chrono::NaiveDate;
use uuid::Uuid;

use super::{VERB, bound_heads, office_message, told_of, words};
use crate::commands::acceptance::relapse::without_because;
use crate::commands::held::{line, wants_words};
use crate::commands::{Call, Failure, acceptance, told};
use crate::domain::acceptance::{AcceptanceEffect, Extension, LONGEST_YEARS, NoExtension, may_extend};
use crate::domain::decision::{Audience, Decision, Reply};
use crate::domain::sentence::{DateWord, is_no_day, leading_limit};
use crate::domain::{Button, Item, Lang, Message, Role, Text};
use crate::say;
use crate::store::people;

const UNTIL: [&str; 4] = ["延期到", "到", "至", "until"];

pub(super) async fn asked(
    mut call: Call<'_>,
    item: Item,
    open: Option<&Extension>,
    said: &str,
) -> Result<Decision, Failure> {
    let (lang, today, number, speaker) = (call.lang(), call.now.today(), item.number, call.speaker()?);
    if speaker.role == Role::Office {
        return Err(told(say!(
            lang,
            "延期由责任单位申请，整改办批：延期 {number} 批准，或 延期 {number} 不批 原因。单位自己不得改期限。",
            "The unit asks for an extension and the office decides: extend {number} approve, or extend {number} refuse REASON."
        )));
    }
    if let Some(open) = open {
        let (by, to) = (&open.by, open.new_deadline);
        return Err(Failure::Told(
            Message::plain(say!(
                lang,
                "第 {number} 项已由{by}申请延期到 {to}，还在办；要改先撤回。",
                "{by} has asked to extend item {number} until {to}; take that back first."
            ))
            .row([Button::new(
                say!(lang, "撤回延期申请", "Take it back"),
                words(number, &say!(lang, "撤回", "withdraw"), lang),
            )]),
        ));
    }
    if let Some(word) = no_day(said) {
        return Err(told(say!(
            lang,
            "没有“{word}”这一天，没有登记。",
            "There is no day “{word}”; nothing was recorded."
        )));
    }
    let Some((new, reason)) = parts(&call, said) else {
        let line = line(&call, VERB, &item, "");
        let question = say!(
            lang,
            "：延期到哪天、因为什么？一句话，如：到 2019-03-31 因 汛期停工两个月。还没有登记。",
            ": until when, and why? One sentence, such as: until 2019-03-31 because of the flood. Nothing is recorded yet."
        );
        return wants_words(&call, &item, line, question);
    };
    acceptance::fits(&call, &reason)?;
    may_extend(&item, new, today).map_err(|why| no_extension(&item, new, why, lang))?;
    if reason.is_empty() {
        let line = line(&call, VERB, &item, &say!(lang, "到 {new} 因", "until {new} because"));
        let question = say!(
            lang,
            "：延期到 {new} 是因为什么？一句话。还没有登记。",
            ": why until {new}? One sentence. Nothing is recorded yet."
        );
        return wants_words(&call, &item, line, question);
    }
    let is_head = speaker.role == Role::UnitHead;
    let percent = item.state.percent;
    let extension = Extension {
        id: Uuid::now_v7(),
        asked_on: today,
        post: speaker.post,
        by: speaker.post_title.clone(),
        reason: reason.clone(),
        percent,
        old_deadline: item.deadline,
        new_deadline: new,
        confirmed_on: is_head.then_some(today),
        closed: None,
        basis: String::new(),
    };
    let text_of = |to| told_of(&item, &extension, to);
    let mut decision = acceptance::beside(&call, &item)?;
    let whom = match is_head {
        true => None,
        false => {
            let heads = bound_heads(&mut call, &item).await?;
            let message = |to: Lang| {
                Message::from(text_of(to).then(say!(to, "\n请你确认。", "\nPlease confirm."))).row([
                    Button::new(say!(to, "确认", "Confirm"), words(number, &say!(to, "确认", "confirm"), to)),
                    Button::new(
                        say!(to, "不同意", "Decline"),
                        words(number, &say!(to, "不同意", "decline"), to),
                    ),
                ])
            };
            for post in &heads {
                let to = people::lang_of(&mut *call.read, people::Reader::Post(*post)).await?;
                decision = decision.saying(Reply::notice(Audience::Post(*post), message(to), call.now));
            }
            Some(heads.len())
        }
    };
    let told = office_message(&item, &extension);
    let asked = AcceptanceEffect::ExtensionAsked { item: item.id, extension: Box::new(extension) };
    decision = decision.accepting(asked);
    // The office hears of it when it is its turn.
    if whom.is_none_or(|heads| heads == 0) {
        decision = decision.saying(Reply::notice(Audience::Office(None), told, call.now));
    }
    let old = item.deadline;
    let next = match whom {
        None => say!(lang, "已报整改办批。", "It is before the office."),
        Some(0) => say!(
            lang,
            "单位负责人还没绑定，请线下签字报整改办，由整改办注明书面确认后批。",
            "No head of your unit is bound: have it signed on paper for the office."
        ),
        Some(_) => say!(
            lang,
            "等单位负责人确认，再由整改办批。",
            "The head of your unit confirms it, then the office decides."
        ),
    };
    let text = Text::default().strong(say!(lang, "✅ 已申请延期", "✅ Asked for")).then(say!(
        lang,
        " 第 {number} 项：{old} → {new}，现进度 {percent}%\n{next}批准前期限不变。",
        " item {number}: {old} → {new}, now {percent}%\n{next} Until then the deadline stands."
    ));
    let undo =
        Button::new(say!(lang, "撤回", "Take back"), words(number, &say!(lang, "撤回", "withdraw"), lang));
    Ok(call.say(decision, Message::from(text).row([undo])))
}

fn no_extension(item: &Item, new: NaiveDate, why: NoExtension, lang: Lang) -> Failure {
    let (number, old) = (item.number, item.deadline);
    told(match why {
        NoExtension::NotOpen => {
            let status = item.state.status.word().pick(lang);
            say!(
                lang,
                "第 {number} 项现在{status}，不用延期。",
                "Item {number} is {status}: no extension is needed."
            )
        }
        NoExtension::Expired => say!(
            lang,
            "第 {number} 项期限 {old} 已过，延期只能在到期前申请，没有登记。请向整改办说明情况。",
            "Item {number} was due on {old}: an extension is asked for before that; nothing was recorded. Tell the office."
        ),
        NoExtension::NotLater => say!(
            lang,
            "{new} 不晚于现在的期限 {old}，没有登记。",
            "{new} is not later than the deadline {old}; nothing was recorded."
        ),
        NoExtension::TooFar => say!(
            lang,
            "一次延期最多 {LONGEST_YEARS} 年，{new} 太远了，没有登记。",
            "An extension is at most {LONGEST_YEARS} years, {new} is too far; nothing was recorded."
        ),
    })
}

/// The part behind the word that a day follows.
fn behind_until(said: &str) -> &str {
    UNTIL.iter().find_map(|word| said.strip_prefix(word)).unwrap_or(said).trim_start()
}

/// `到 2018-13-40 因 …`: the word where a day is meant, if no year has it.
fn no_day(said: &str) -> Option<&str> {
    let is_end = |c: char| c.is_whitespace() || "，,。;；：:因".contains(c);
    let word = behind_until(said).split(is_end).next()?;
    is_no_day(word).then_some(word)
}

/// `到明年3月，因为资金未到位`: the day and the reason. A month alone is its last day.
fn parts(call: &Call<'_>, said: &str) -> Option<(NaiveDate, String)> {
    let today = call.now.today();
    let rest = behind_until(said);
    let calendar = &call.basis.calendar;
    let read = |text: &str| {
        let (word, reason) = leading_limit(text)?;
        // A deadline is a day of the calendar, worked or not.
        let counts = |day| !matches!(word, DateWord::Workdays(_)) || calendar.is_workday(day);
        Some((word.resolve(today, &counts), without_because(&reason)))
    };
    let to_the_end = rest.split_once('月').map(|(month, after)| format!("{month}月底{after}"));
    read(rest).or_else(|| read(&to_the_end?))
}
