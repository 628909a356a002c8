//! What happens to the bot without anybody typing a command: chats that come, go and move, and edits
//! of messages that had been taken as reports.

use chrono::TimeDelta;
use sqlx::PgConnection;
use uuid::Uuid;

use super::report::Spoken;
use super::{Call, Failure, answer_to, group_words, origin, posts, show};
use crate::domain::decision::{Audience, ChatTold, Decision, Effect, Reply};
use crate::domain::dialogue::Draft;
use crate::domain::message::Membership;
use crate::domain::people::Purpose;
use crate::domain::{Button, Door, Incoming, Lang, Message, Now, Role, Text};
use crate::{say, store};

/// Later edits are about something else: a day is long enough to see a slip.
const EDITED_WITHIN: TimeDelta = TimeDelta::days(1);

fn told(door: &Door, incoming: &Incoming, state: &'static str, moved_to: Option<String>) -> ChatTold {
    ChatTold {
        id: door.chat.as_ref().map_or_else(Uuid::now_v7, |chat| chat.id),
        platform: incoming.chat.platform.clone(),
        chat: incoming.chat.chat.clone(),
        private: incoming.private,
        state,
        moved_to,
        new_id: Uuid::now_v7(),
        title: incoming.chat_title.clone(),
    }
}

/// The bot was added, removed, blocked …
pub(super) fn membership(door: &Door, incoming: &Incoming, change: Membership, now: Now) -> Decision {
    let state = match change {
        Membership::Removed => "removed",
        Membership::Blocked => "blocked",
        Membership::Added | Membership::Promoted | Membership::Unblocked => "active",
    };
    let told = told(door, incoming, state, None);
    let (known, chat) = (door.chat.as_ref(), told.id);
    let decision = Decision::new(origin(incoming), now).with(Effect::ChatTold(told));
    if known.is_some_and(|chat| chat.state == state) {
        return decision;
    }
    match change {
        Membership::Added if !incoming.private => added(door, incoming, decision, chat, now),
        Membership::Removed if known.is_some_and(|chat| chat.confirmed) => {
            let name = group_words::called(&incoming.chat_title, &incoming.chat, Lang::Zh);
            let purpose = known.and_then(|chat| chat.purpose);
            decision.saying(lost(state, &name, purpose, now))
        }
        Membership::Blocked => match &door.speaker {
            Some(speaker) => decision.saying(lost(state, &speaker.post_title, None, now)),
            None => decision,
        },
        _ => decision,
    }
}

/// A greeting; and the office is asked what the group is for, right there when one of its people has
/// added the bot.
fn added(door: &Door, incoming: &Incoming, decision: Decision, chat: Uuid, now: Now) -> Decision {
    let lang = door.lang();
    let is_confirmed = door.chat.as_ref().is_some_and(|chat| chat.confirmed);
    let is_office = door.speaker.as_ref().is_some_and(|speaker| speaker.role == Role::Office);
    let mut hello = say!(
        lang,
        "大家好，我是督办助手。联络员一句话就能报进度，我只在被问到时说话。发送“帮助”看用法。",
        "Hello, I am duban. Contacts report in one sentence; I speak when spoken to. Send “help”."
    );
    if !is_confirmed {
        hello.push_str(&say!(
            lang,
            "\n本群经整改办确认前，这里只显示编号和百分比。",
            "\nUntil the office confirms this group, only numbers and percents are shown here."
        ));
    }
    let mut hello = Message::plain(hello);
    if is_office && !is_confirmed {
        hello.text = hello
            .text
            .then(say!(
                lang,
                "\n请整改办确认用途，单位群请发：",
                "\nThe office: what is it for? For a unit send: "
            ))
            .code(say!(lang, "群设置 单位群 单位名", "group unit NAME"));
        hello = group_words::choices(hello, "", None, lang);
    }
    let decision = answer_to(incoming, decision, hello);
    if is_office && !is_confirmed {
        return decision;
    }
    decision.saying(Reply::notice(Audience::Office(None), ask_office(door, incoming, chat), now))
}

/// Which units, what purpose: the office presses a button, wherever it reads this.
fn ask_office(door: &Door, incoming: &Incoming, chat: Uuid) -> Message {
    let lang = Lang::Zh;
    let name = group_words::called(&incoming.chat_title, &incoming.chat, lang);
    let who = match &door.speaker {
        Some(speaker) => speaker.post_title.clone(),
        None => match incoming.display_name.trim() {
            "" => say!(lang, "一位未绑定的成员", "somebody not bound"),
            shown => {
                let shown = posts::name(shown, "");
                say!(lang, "{shown}，未绑定", "{shown}, not bound")
            }
        },
    };
    let target = group_words::reference(chat);
    if let Some(purpose) = door.chat.as_ref().filter(|chat| chat.confirmed).and_then(|chat| chat.purpose) {
        let purpose = purpose.title().pick(lang);
        let text = say!(
            lang,
            "机器人又被拉进了群{name}（操作人：{who}）。原来的设置（{purpose}）仍然有效；群里的人如有变化，请解除后重新确认。",
            "The bot was added to {name} again (by {who}). It is still set up ({purpose}); if its people have changed, release it."
        );
        return Message::plain(text)
            .row([Button::new(say!(lang, "解除设置", "Release"), format!("群设置 {target} 解除"))]);
    }
    let text = Text::plain(say!(
        lang,
        "机器人被拉进了群{name}（操作人：{who}）。请确认用途，确认前那里只显示编号和百分比。单位群请发：",
        "The bot was added to {name} (by {who}). What is it for? Until you say so only numbers and percents are shown. For a unit send: "
    ))
    .code(format!("群设置 {target} 单位群 单位名"));
    let unit = door
        .speaker
        .as_ref()
        .filter(|speaker| !speaker.role.sees_all())
        .map(|speaker| speaker.unit.name.as_str());
    group_words::choices(text.into(), &target, unit, lang)
}

/// What cannot be reached any more, told to the office.
pub fn lost(state: &str, name: &str, purpose: Option<Purpose>, now: Now) -> Reply {
    let lang = Lang::Zh;
    let text = match state {
        "blocked" => say!(
            lang,
            "{name} 停用了机器人的私聊，提醒送不到。请电话联系，请本人重新打开和机器人的对话。",
            "{name} has blocked the bot: reminders do not arrive. Please telephone."
        ),
        "moved" => say!(
            lang,
            "群{name}升级换了编号，设置和待发消息已随之转移，不用处理。",
            "The group {name} has a new id; its settings and messages moved along. Nothing to do."
        ),
        _ => {
            let purpose = purpose.map_or_else(String::new, |purpose| {
                let title = purpose.title().pick(lang);
                say!(lang, "（{title}）", " ({title})")
            });
            say!(
                lang,
                "机器人被移出群{name}{purpose}，发到那里的消息送不到。需要的话请把它拉回群里。",
                "The bot was put out of {name}{purpose}: what is sent there does not arrive. Add it again if it is needed."
            )
        }
    };
    Reply::notice(Audience::Office(None), Message::plain(text), now)
}

/// Somebody joined a unit's group who belongs to none of its units: reads along there what is shown, so the
/// office hears of it. People who are not bound are a unit's own affair.
pub(super) async fn joined(
    read: &mut PgConnection,
    door: &Door,
    incoming: &Incoming,
    accounts: &[String],
    now: Now,
) -> sqlx::Result<Option<Decision>> {
    let Some(chat) = door.chat.as_ref().filter(|chat| chat.confirmed && chat.purpose == Some(Purpose::Unit))
    else {
        return Ok(None);
    };
    let strangers: Vec<String> = store::people::holding(read, &incoming.chat.platform, accounts)
        .await?
        .into_iter()
        .filter(|post| !chat.units.contains(&post.unit.id) && !post.role.sees_all())
        .map(|post| post.title)
        .collect();
    if strangers.is_empty() {
        return Ok(None);
    }
    let lang = Lang::Zh;
    let (name, who) = (group_words::called(&incoming.chat_title, &incoming.chat, lang), strangers.join("、"));
    let target = group_words::reference(chat.id);
    let told = Message::plain(say!(
        lang,
        "别的单位的人进了单位群{name}：{who}。那里会显示该单位的事项；不该在的请移出，确需同群请先解除、再把各单位都写上。",
        "People of other units have joined the unit's group {name}: {who}. Its items are shown there; ask them out, or release it and name all units."
    ))
    .row([Button::new(say!(lang, "解除设置", "Release"), format!("群设置 {target} 解除"))]);
    let decision = Decision::new(origin(incoming), now);
    Ok(Some(decision.saying(Reply::notice(Audience::Office(None), told, now))))
}

/// The chat has a new id.
pub(super) fn moved(door: &Door, incoming: &Incoming, to: &str, now: Now) -> Decision {
    let told = told(door, incoming, "moved", Some(to.to_owned()));
    let decision = Decision::new(origin(incoming), now).with(Effect::ChatTold(told));
    match &door.chat {
        Some(chat) if chat.confirmed && chat.state != "moved" => {
            let name = group_words::called(&incoming.chat_title, &incoming.chat, Lang::Zh);
            decision.saying(lost("moved", &name, chat.purpose, now))
        }
        _ => decision,
    }
}

/// A message that had been a report was edited: the ledger stays, and the person is asked. An edit of
/// anything else is left in silence.
pub(super) async fn edited(call: Call<'_>, spoken: Spoken) -> Result<Option<Decision>, Failure> {
    let lang = call.lang();
    let Some(speaker) = &call.door.speaker else { return Ok(None) };
    let drafts = spoken.drafts(&call);
    let [Draft { item: Some(word), percent: Some(percent), text, .. }] = drafts.as_slice() else {
        return Ok(None);
    };
    let Ok(item) = show::named(&call, word) else { return Ok(None) };
    let last = store::reports::last_of_unit(&mut *call.read, &[&item], speaker.unit.id).await?.pop();
    let Some(last) = last.filter(|last| last.post == Some(speaker.post)) else { return Ok(None) };
    let is_old = call.now.utc - last.recorded_at > EDITED_WITHIN;
    let same = last.text == *text && last.percent.is_none_or(|p| i64::from(p) == *percent);
    if is_old || same {
        return Ok(None);
    }
    let number = item.number;
    let says = say!(lang, "更正 {number} {percent} {text}", "correct {number} {percent} {text}");
    let question = say!(
        lang,
        "你修改了消息，账上没有变。要更正第 {number} 项吗？请点按钮，或发送：",
        "You edited the message; the ledger has not changed. To correct item {number}, press the button or send: "
    );
    let button = Button::new(say!(lang, "更正为 {percent}%", "Correct to {percent}%"), says.trim_end());
    let message = Message::from(Text::plain(question).code(says.trim_end())).row([button]);
    let asked = Effect::EditAsked { message: call.incoming.message_id.clone().unwrap_or_default() };
    Ok(Some(call.say(call.decision().with(asked), message)))
}
