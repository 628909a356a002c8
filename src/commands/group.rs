//! 群设置: the office says what a group is for and which units belong to it; only then item texts are shown
//! there. Without words it shows how the group stands. A button pressed elsewhere names the group by the
//! last letters of its key: `群设置 @1a2b3c4d 单位群 紫岩县`.

use uuid::Uuid;

use super::group_words::{TITLE, called, choices, describe, reference, short};
use super::words::Words;
use super::{Call, Command, Failure, told, wording};
use crate::domain::decision::{Aggregate, Audience, ChatSet, Decision, Effect, Reply};
use crate::domain::people::{Purpose, Who};
use crate::domain::{Both, Button, ChatAddress, Lang, Message, Now, Role, Text, UnitRef};
use crate::store::chats::Chat;
use crate::{say, store};

pub const COMMAND: Command = Command {
    words: &["群设置", "group"],
    glued: false,
    usage: Both { zh: "群设置 单位群 紫岩县", en: "group unit ZYX" },
    about: Both {
        zh: "确认群的用途：单位群、整改办群、领导群、解除",
        en: "what a group is for: unit, office, leaders, release",
    },
    who: Who::Roles(&[Role::Office]),
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

/// Groups in one list.
const LISTED: i64 = 20;
/// Groups that wait, with buttons.
const WITH_BUTTONS: usize = 3;
/// What is wanted of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Wish {
    Show,
    Release,
    /// With the units' names as written.
    Set(Purpose, Vec<String>),
    Unread(String),
}

fn wish(words: &mut Words) -> (Option<String>, Wish) {
    let mut next = words.word();
    let reference = next.clone().and_then(|word| word.strip_prefix('@').map(str::to_ascii_lowercase));
    if reference.is_some() {
        next = words.word();
    }
    let wish = match next.as_deref().map(str::to_lowercase).as_deref() {
        None => Wish::Show,
        Some("解除" | "release") => Wish::Release,
        Some("单位群" | "单位" | "unit") => {
            Wish::Set(Purpose::Unit, std::iter::from_fn(|| words.word()).collect())
        }
        Some("整改办群" | "整改办" | "office") => Wish::Set(Purpose::Office, Vec::new()),
        Some("领导群" | "领导" | "leaders") => Wish::Set(Purpose::Leaders, Vec::new()),
        Some(other) => Wish::Unread(other.to_owned()),
    };
    (reference, wish)
}

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let lang = call.lang();
    let (reference, wish) = wish(&mut call.words);
    if let Wish::Unread(other) = &wish {
        let other = wording::head(other, TITLE);
        return Err(told(say!(
            lang,
            "没看懂“{other}”，没有改。可以写：单位群 单位名、整改办群、领导群、解除。",
            "“{other}” was not understood; nothing was changed. Write: unit NAME, office, leaders or release."
        )));
    }
    if reference.is_none() && call.incoming.private {
        return match wish {
            Wish::Show => list(call).await,
            _ => Err(told(say!(
                lang,
                "请在那个群里发，或先私聊发“群设置”，从列表里选群。没有改。",
                "Send it in that group, or send “group” here and choose from the list. Nothing was changed."
            ))),
        };
    }
    if reference.is_none() && (call.able.knows_groups)(&call.incoming.chat.platform) {
        return Err(told(say!(
            lang,
            "聊天室的群由岗位决定谁在里面，不用设置，没有改。",
            "Who is in a group of the room follows from the posts: there is nothing to set, nothing was changed."
        )));
    }
    let known = match &reference {
        Some(reference) => {
            let mut found = store::chats::by_reference(&mut *call.read, reference).await?;
            match found.len() {
                1 => found.pop(),
                _ => {
                    return Err(told(say!(
                        lang,
                        "没有找到这个群，没有改。请私聊发“群设置”，从列表里选。",
                        "No such group; nothing was changed. Send “group” in private and choose."
                    )));
                }
            }
        }
        None => {
            let (platform, chat) = (&call.incoming.chat.platform, &call.incoming.chat.chat);
            store::chats::at(&mut *call.read, platform, chat).await?
        }
    };
    match wish {
        Wish::Show | Wish::Unread(_) => Ok(call.answer(state(&call, known.as_ref()))),
        Wish::Release => set(call, known, None, Vec::new()),
        Wish::Set(purpose, names) => {
            let units = units(&mut call, purpose, &names).await?;
            set(call, known, Some(purpose), units)
        }
    }
}

async fn units(call: &mut Call<'_>, purpose: Purpose, names: &[String]) -> Result<Vec<UnitRef>, Failure> {
    let lang = call.lang();
    if purpose == Purpose::Unit && names.is_empty() {
        return Err(told(say!(
            lang,
            "单位群要写明单位，如：群设置 单位群 紫岩县。几个单位就都写上。没有改。",
            "Name the unit or units, such as: group unit ZYX. Nothing was changed."
        )));
    }
    let mut units: Vec<UnitRef> = Vec::new();
    for name in names {
        let mut found = store::people::units_called(&mut *call.read, name).await?;
        let shown = wording::head(name, TITLE);
        match found.len() {
            1 => units.extend(found.pop()),
            0 => {
                return Err(told(say!(
                    lang,
                    "没有叫“{shown}”的单位，没有改。",
                    "No unit is called “{shown}”; nothing was changed."
                )));
            }
            _ => {
                let names = found.iter().map(|unit| unit.name.as_str()).collect::<Vec<_>>().join("、");
                return Err(told(say!(
                    lang,
                    "“{shown}”对应几个单位：{names}。请写全称，没有改。",
                    "“{shown}” fits several units: {names}. Write the full name; nothing was changed."
                )));
            }
        }
    }
    units.sort_by_key(|unit| unit.id);
    units.dedup();
    Ok(units)
}

/// How a group stands, and what one may do about it.
fn state(call: &Call<'_>, known: Option<&Chat>) -> Message {
    let lang = call.lang();
    let purpose = known.filter(|chat| chat.confirmed).and_then(|chat| chat.purpose);
    let units = known.map(|chat| chat.units.as_slice()).unwrap_or_default();
    let what = describe(purpose, units, lang);
    let mut text = Text::default().strong(say!(lang, "本群：{what}", "This group: {what}"));
    text = text.then(match purpose {
        Some(Purpose::Unit) => say!(
            lang,
            "\n这里显示上述单位都相关的事项；其他事项只显示编号和百分比。",
            "\nItems that concern all these units are shown here; of others only number and percent."
        ),
        Some(Purpose::Office) => say!(
            lang,
            "\n这里显示全部事项，整改办的提醒和待办发到这里。",
            "\nAll items are shown here; what the office must know is sent here."
        ),
        Some(Purpose::Leaders) => say!(
            lang,
            "\n这里只显示总数、编号和百分比；领导包抓的事项请私聊查。",
            "\nOnly totals, numbers and percents are shown here; leaders ask in private for what they hold."
        ),
        None => say!(lang, "\n这里只显示编号和百分比。", "\nOnly numbers and percents are shown here."),
    });
    if let Some((by, at)) = known.and_then(|chat| chat.set_by.as_ref().zip(chat.set_at)) {
        let at = Now::at(at).spoken();
        text = text.then(say!(lang, "\n由 {by} 于 {at} 设置。", "\nSet by {by} at {at}."));
    }
    if (call.able.is_deaf)(&call.incoming.chat.platform) {
        text = text.then(say!(
            lang,
            "\n机器人开着隐私模式：群里只听得到命令、回复和 @。要听到普通句子，请把它设为群管理员，或用 BotFather 的 /setprivacy 关闭后重新拉入群。",
            "\nPrivacy mode is on: in groups the bot hears only commands, replies and mentions. Make it an administrator, or turn privacy off with BotFather's /setprivacy and add it again."
        ));
    }
    match purpose {
        Some(_) => Message::from(text).row([Button::new(
            say!(lang, "解除设置", "Release"),
            say!(lang, "群设置 解除", "group release"),
        )]),
        None => {
            let text = text
                .then(say!(lang, "\n设为单位群请发：", "\nFor a unit's group send: "))
                .code(call.command.usage.pick(lang));
            choices(text.into(), "", None, lang)
        }
    }
}

async fn list(call: Call<'_>) -> Result<Decision, Failure> {
    let lang = call.lang();
    let groups = store::chats::groups(&mut *call.read, LISTED).await?;
    if groups.is_empty() {
        return Ok(call.answer(Message::plain(say!(
            lang,
            "机器人还没有被拉进任何群。拉进群后，会在这里请你确认用途。",
            "The bot is in no group yet. When it is added to one, you are asked what it is for."
        ))));
    }
    let count = groups.len();
    let mut text =
        Text::default().strong(say!(lang, "机器人所在的群（{count}）", "Groups of the bot ({count})"));
    for chat in &groups {
        let to = ChatAddress { platform: chat.platform.clone(), chat: chat.chat.clone(), thread: None };
        let (name, reference) = (called(&chat.title, &to, lang), reference(chat.id));
        let what = describe(chat.purpose.filter(|_| chat.confirmed), &chat.units, lang);
        text = text.then(format!("\n{name} {what} ")).code(reference);
    }
    text = text.then(say!(lang, "\n在群里设置，或在这里发：", "\nSet them up there, or here: ")).code(say!(
        lang,
        "群设置 @编号 单位群 单位名",
        "group @REF unit NAME"
    ));
    let mut message = Message::from(text);
    for chat in groups.iter().filter(|chat| !chat.confirmed).take(WITH_BUTTONS) {
        let reference = reference(chat.id);
        let name = short(if chat.title.is_empty() { &reference } else { &chat.title }, 10);
        message = message.row([
            Button::new(
                say!(lang, "{name} → 整改办群", "{name} → office"),
                format!("群设置 {reference} 整改办群"),
            ),
            Button::new(
                say!(lang, "{name} → 领导群", "{name} → leaders"),
                format!("群设置 {reference} 领导群"),
            ),
        ]);
    }
    Ok(call.answer(message))
}

fn set(
    call: Call<'_>,
    known: Option<Chat>,
    purpose: Option<Purpose>,
    units: Vec<UnitRef>,
) -> Result<Decision, Failure> {
    let lang = call.lang();
    let speaker = call.speaker()?;
    if let Some(chat) = &known {
        may_change(chat, purpose, &units, lang)?;
    }
    let to = match &known {
        Some(chat)
            if (&chat.platform, &chat.chat) != (&call.incoming.chat.platform, &call.incoming.chat.chat) =>
        {
            ChatAddress { platform: chat.platform.clone(), chat: chat.chat.clone(), thread: None }
        }
        _ => call.incoming.chat.clone(),
    };
    let is_here = to == call.incoming.chat;
    let title = known.as_ref().map(|chat| chat.title.clone()).unwrap_or_default();
    let name = if is_here { say!(lang, "本群", "This group") } else { called(&title, &to, lang) };
    let what = describe(purpose, &units, lang);
    let set = ChatSet {
        id: known.as_ref().map_or_else(Uuid::now_v7, |chat| chat.id),
        to: to.clone(),
        is_known: known.is_some(),
        purpose,
        units: units.iter().map(|unit| unit.id).collect(),
    };
    let mut decision = call.decision().by(speaker);
    if let Some(chat) = &known {
        decision = decision.changing(Aggregate::Chat, chat.id, chat.version);
    }
    let decision = decision.with(Effect::ChatSet(set));
    let answer = match purpose {
        Some(_) => say!(lang, "✅ {name}已设为 {what}。", "✅ {name} is now: {what}."),
        None => say!(
            lang,
            "✅ {name}已解除，只显示编号和百分比。",
            "✅ {name} is released: only numbers and percents are shown."
        ),
    };
    let decision = call.say(decision, Message::plain(answer));
    if is_here || purpose.is_none() {
        return Ok(decision);
    }
    // Those in the group read there what it is for.
    Ok(decision.saying(Reply::notice(
        Audience::Chat(to),
        Message::plain(say!(
            Lang::Zh,
            "整改办已把本群设为 {what}。发送“帮助”看用法。",
            "The office has set up this group: {what}. Send “help”."
        )),
        call.now,
    )))
}

/// A group the bot has left, one that somebody has set up already, and one that is bound elsewhere.
fn may_change(chat: &Chat, purpose: Option<Purpose>, units: &[UnitRef], lang: Lang) -> Result<(), Failure> {
    if chat.state != "active" {
        return Err(told(say!(
            lang,
            "机器人已不在那个群（或群已升级换号），没有改。请先把它拉回群里。",
            "The bot is no longer in that group (or the group has a new id); nothing was changed."
        )));
    }
    let by = chat.set_by.as_deref().unwrap_or("duban");
    let at = chat.set_at.map_or_else(String::new, |at| Now::at(at).spoken());
    let now = describe(chat.purpose.filter(|_| chat.confirmed), &chat.units, lang);
    let same_units = |units: &[UnitRef]| {
        units.len() == chat.units.len() && units.iter().all(|unit| chat.units.contains(unit))
    };
    match purpose {
        None if !chat.confirmed => Err(told(match chat.set_at {
            Some(_) => say!(
                lang,
                "这个群现在没有设置：已由 {by} 于 {at} 处理。",
                "This group is not set up: done by {by} at {at}."
            ),
            None => say!(lang, "这个群没有设置过。", "This group was never set up."),
        })),
        None => Ok(()),
        Some(_) if !chat.confirmed => Ok(()),
        Some(purpose) if chat.purpose == Some(purpose) && same_units(units) => {
            Err(told(say!(lang, "已由 {by} 于 {at} 设为 {now}，不用再设。", "Done by {by} at {at}: {now}.")))
        }
        // One more unit that reads along: less is shown than before.
        Some(Purpose::Unit)
            if chat.purpose == Some(Purpose::Unit) && chat.units.iter().all(|unit| units.contains(unit)) =>
        {
            Ok(())
        }
        Some(_) => {
            let reference = reference(chat.id);
            Err(Failure::Told(
                Message::plain(say!(
                    lang,
                    "这个群已由 {by} 于 {at} 设为 {now}，没有改。群里的人可能看过那边的内容；确实要换，请先解除。",
                    "{by} has set up this group at {at}: {now}. Nothing was changed; to change it, release it first."
                ))
                .row([Button::new(
                    say!(lang, "解除设置", "Release"),
                    format!("群设置 {reference} 解除"),
                )]),
            ))
        }
    }
}
