//! 公示: what has passed the check is published for so many working days before it is signed off.

use uuid::Uuid;

use super::{anybody, contact_lang, course, head, item, not_there_yet, span, step};
use crate::commands::{Call, Failure, told};
use crate::domain::acceptance::{AcceptanceEffect, Stage, Window, publicity_days};
use crate::domain::decision::{Audience, Change, Decision, Reply};
use crate::domain::{Message, Status, sentence};
use crate::say;

/// The latest day to begin, counted from today.
const AHEAD: i64 = 30;

pub(super) async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    if call.words.is_empty() {
        return super::sign_off::list(call, 0).await;
    }
    let (lang, today) = (call.lang(), call.now.today());
    let item = item(&mut call, anybody).await?;
    let number = item.number;
    let mut ahead = call.words.clone();
    let from = match ahead.word() {
        None => today,
        Some(word) => {
            let calendar = &call.basis.calendar;
            let said = word.strip_suffix('起').unwrap_or(&word);
            let day = sentence::day(said).map(|day| day.resolve(today, &|day| calendar.is_workday(day)));
            call.words = ahead;
            day.filter(|_| call.words.is_empty()).ok_or_else(|| {
                told(say!(
                    lang,
                    "没看懂从哪天起公示，没有登记。例：公示 {number} 9月20日",
                    "The day was not understood; nothing was recorded. E.g. publish {number} 2018-09-20"
                ))
            })?
        }
    };
    if from < today || (from - today).num_days() > AHEAD {
        return Err(told(say!(
            lang,
            "公示要从今天起、{AHEAD} 天以内开始，没有登记。",
            "Publicity begins today or within {AHEAD} days; nothing was recorded."
        )));
    }
    let course = course(&mut call, &item).await?;
    let Some((open, Stage::ToPublish(_))) = course.stage() else {
        return Err(not_there_yet(&call, &item, &course));
    };
    let days = publicity_days(&item, call.basis);
    let window = Window::from(Uuid::now_v7(), open.id, from, days, &call.basis.calendar);
    let dates = (window.starts_on, window.ends_on);
    let to = contact_lang(&mut call, item.lead.id).await?;
    let counted = span(dates, call.basis, to);
    let told = head(&item, to).then(say!(to, "：开始公示，{counted}。", " is published: {counted}."));
    let decision = step(&call, &item, Status::Publicity, item.state.verified_percent, Change::Published)?
        .accepting(AcceptanceEffect::Published { item: item.id, window })
        .saying(Reply::notice(Audience::UnitContact(item.lead.id), told, call.now));
    let counted = span(dates, call.basis, lang);
    let text = say!(
        lang,
        "📢 第 {number} 项公示：{counted}，首尾都算。期满没有异议会提醒你销号；收到异议请发：异议 {number} 内容",
        "📢 Item {number} is published: {counted}, both ends counted. You will be told when it is over; an objection: objection {number} TEXT"
    );
    Ok(call.say(decision, Message::plain(text)))
}
