//! 暂停: the office lets a case rest until a day, with the reason. Nothing is said and nothing climbs until
//! then; what was left of the limit goes on behind it.

use super::proposals::moved;
use super::words::ItemWord;
use super::{Call, Command, Failure, show, told, wording};
use crate::domain::decision::Decision;
use crate::domain::leave::span;
use crate::domain::people::Who;
use crate::domain::{Both, Message, Role, Text};
use crate::{say, store};

pub const COMMAND: Command = Command {
    words: &["暂停", "pause"],
    glued: true,
    usage: Both {
        zh: "暂停 16 到 9月20日 因 汛期停工",
        en: "pause 16 until 2018-09-20 because of the flood",
    },
    about: Both {
        zh: "预警先放一放：到哪天、因为什么；到期自动接着走",
        en: "let the warnings about an item rest until a day, and why",
    },
    who: Who::Roles(&[Role::Office]),
    item: |words| words.clone().item().ok().map(|item| item.number),
    run: |call| Box::pin(run(call)),
};

/// The longest rest in days; what takes longer is an extension.
const LONGEST: i64 = 92;

/// 暂停 16 取消
const CANCEL: [&str; 4] = ["取消", "恢复", "cancel", "off"];

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let (lang, today) = (call.lang(), call.now.today());
    let word = call.words.item().map_err(|slip| call.slip(&slip))?;
    if CANCEL.iter().any(|cancel| call.words.take_word(cancel)) {
        return go_on(call, &word).await;
    }
    let said = call.words.rest();
    let said = ["到", "until"].iter().find_map(|word| said.strip_prefix(word)).unwrap_or(&said);
    let parts = said
        .split_once("因为")
        .or_else(|| said.split_once('因'))
        .or_else(|| said.split_once("because of"))
        .or_else(|| said.split_once("because"));
    let reason = parts.map(|(_, reason)| reason.trim().to_owned()).unwrap_or_default();
    let until = parts.and_then(|(until, _)| span(until.trim(), today).ok()).map(|(from, _)| from);
    let usage = call.command.usage.pick(lang);
    if until.is_none() && !reason.is_empty() {
        let said = wording::head(parts.map_or("", |(until, _)| until.trim()), 20);
        return Err(told(say!(
            lang,
            "没看懂“{said}”是哪天，或不在今天以后、{LONGEST} 天以内。没有暂停。写法：9月20日",
            "“{said}” is no day, or not after today and within {LONGEST} days. Nothing was paused. E.g. 2018-09-20"
        )));
    }
    let (Some(until), false) = (until, reason.is_empty()) else {
        return Err(Failure::Told(
            Text::plain(say!(
                lang,
                "请写到哪天、因为什么，没有暂停。例：",
                "Say until when and why; nothing was paused. E.g. "
            ))
            .code(usage)
            .into(),
        ));
    };
    if until <= today || (until - today).num_days() > LONGEST {
        return Err(told(say!(
            lang,
            "暂停要到今天以后、{LONGEST} 天以内的一天；更久请办延期。没有暂停。",
            "A pause ends after today and within {LONGEST} days; for longer ask for an extension. Nothing was paused."
        )));
    }
    let item = show::item(&mut call, &word).await?;
    let number = item.number;
    let Some(case) = store::cases::of_lead(&mut *call.read, &item).await? else {
        return Err(told(say!(
            lang,
            "第 {number} 项现在没有在走的预警，不用暂停。",
            "No warning is under way about item {number}: nothing to pause."
        )));
    };
    let standing = case.paused(until, &reason, today, call.basis);
    let (rung, limit) = (standing.rung.word().pick(lang), standing.limit_on);
    let text = say!(
        lang,
        "⏸ 第 {number} 项的{rung}暂停到 {until}（{reason}），期间不提醒、不升级；{rung}的限期顺延到 {limit}。",
        "⏸ The {rung} about item {number} rests until {until} ({reason}): no reminders, no next step; its limit is {limit} then."
    );
    let decision = moved(&call, &item, &case, standing)?;
    Ok(call.say(decision, Message::plain(text)))
}

/// The pause ends today, and the limit is again what is left of it.
async fn go_on(mut call: Call<'_>, word: &ItemWord) -> Result<Decision, Failure> {
    let (lang, today, item) = (call.lang(), call.now.today(), show::item(&mut call, word).await?);
    let number = item.number;
    let case = store::cases::of_lead(&mut *call.read, &item).await?;
    let Some(case) = case.filter(|case| case.standing.paused_until >= Some(today)) else {
        return Err(told(say!(lang, "第 {number} 项没有在暂停。", "Item {number} is not paused.")));
    };
    let standing = case.resumed(today, call.basis);
    let (rung, limit) = (standing.rung.word().pick(lang), standing.limit_on);
    let text = say!(
        lang,
        "▶️ 第 {number} 项的{rung}不再暂停，{rung}的限期是 {limit}。",
        "▶️ The {rung} about item {number} goes on; its limit is {limit}."
    );
    let decision = moved(&call, &item, &case, standing)?;
    Ok(call.say(decision, Message::plain(text)))
}
