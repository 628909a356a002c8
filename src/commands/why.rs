//! 为什么没提醒: everything the bot would have said about an item and did not, with time and reason, and
//! what it has said to whom.

use uuid::Uuid;

use super::words::SlipKind;
use super::{Call, Command, Failure, show, wording};
use crate::domain::decision::Decision;
use crate::domain::people::Who;
use crate::domain::quiet::Why;
use crate::domain::{Both, Lang, Message, Now, Role, Text};
use crate::say;
use crate::store::fates::{self, Told};

pub const COMMAND: Command = Command {
    words: &["为什么没提醒", "why", "为什么没有提醒"],
    glued: true,
    usage: Both { zh: "为什么没提醒 16", en: "why 16" },
    about: Both {
        zh: "某一项的提醒记录：发给了谁，没发的为什么没发",
        en: "what was said about an item and to whom, and why something was not",
    },
    who: Who::Roles(&[Role::Contact, Role::UnitHead, Role::Office, Role::Supervisor, Role::Auditor]),
    item: |words| words.clone().item().ok().map(|word| word.number),
    run: |call| Box::pin(run(call)),
};

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let word = call.words.item().map_err(|slip| call.slip(&slip))?;
    if !call.words.is_empty() {
        return Err(call.slip(&call.words.clone().slip(SlipKind::TooMuch)));
    }
    let (lang, item) = (call.lang(), show::named(&call, &word)?);
    let (number, title) = (item.number, &item.title);
    if !item.is_open_to(call.speaker()?) {
        return Err(wording::not_concerned(&item, "why_not_yours", lang));
    }
    if !call.shows(&item) {
        return Ok(call.answer(Message::plain(wording::ask_in_private(lang))));
    }
    let told = fates::of_item(&mut *call.read, item.id).await?;
    if told.is_empty() {
        return Ok(call.answer(Message::plain(say!(
            lang,
            "第 {number} 项「{title}」还没有触发过提醒，所以没有发过。",
            "No rule has asked for a reminder of item {number} “{title}”, so none was sent."
        ))));
    }
    let mut text = Text::default().strong(say!(
        lang,
        "第 {number} 项「{title}」的提醒记录",
        "Reminders of item {number} “{title}”"
    ));
    let mut last: Option<Uuid> = None;
    for one in &told {
        if last != Some(one.warning) {
            let (on, unit) = (Now::at(one.raised_at).today(), &one.unit_name);
            let rule = call.rule_title(&one.rule);
            text = text.then("\n").strong(say!(lang, "{on} {rule}（{unit}）", "{on} {rule} ({unit})"));
            last = Some(one.warning);
        }
        text = text.then("\n· ").then(line(one, lang));
    }
    Ok(call.answer(text))
}

/// `2018-09-03 09:00 已发给 紫岩县联络员A`
fn line(one: &Told, lang: Lang) -> String {
    let spoken = |at| Now::at(at).spoken();
    let post = one.post_title.as_deref().unwrap_or_default();
    let (Some(fate), Some(at)) = (one.fate.as_deref(), one.at) else {
        return match one.waits_until {
            Some(until) => {
                let until = spoken(until);
                say!(lang, "还没到时间，{until} 起发出", "not yet: it leaves from {until} on")
            }
            None => say!(lang, "没有记录", "no record"),
        };
    };
    let at = spoken(at);
    let until = one.until.map_or_else(String::new, spoken);
    let why = one.reason.as_deref().and_then(Why::from_code);
    match fate {
        "sent" => say!(lang, "{at} 已发给 {post}", "{at} said to {post}"),
        "withdrawn" => {
            say!(lang, "{at} 没有发：要发时情况已变，不用提醒了", "{at} not said: no longer true by then")
        }
        "unclear" => say!(
            lang,
            "{at} 发给 {post}，是否送到不清楚，没有重发",
            "{at} sent to {post}, unclear whether it arrived; not sent again"
        ),
        "dead" => say!(lang, "{at} 发给 {post}，没有送到", "{at} sent to {post}, not delivered"),
        "let_through" => say!(lang, "{at} 由 {post} 放行", "{at} let through by {post}"),
        _ => match why {
            Some(why) => {
                let held = wording::held(why, post, &until, lang);
                say!(lang, "{at} 没有发：{held}", "{at} not said: {held}")
            }
            None => say!(lang, "{at} 没有发", "{at} not said"),
        },
    }
}
