//! What happens to the bot without anybody typing a command: chats that come, go and move, and edits
//! of messages that had been taken as reports.

use uuid::Uuid;

use super::{Call, Failure, answer_to, origin, report, show};
use crate::domain::decision::{ChatTold, Decision, Effect};
use crate::domain::message::Membership;
use crate::domain::{Button, Door, Incoming, Message, Now, Text};
use crate::{say, store};

fn told(incoming: &Incoming, state: &'static str, moved_to: Option<String>) -> Effect {
    Effect::ChatTold(ChatTold {
        id: Uuid::now_v7(),
        platform: incoming.chat.platform.clone(),
        chat: incoming.chat.chat.clone(),
        private: incoming.private,
        state,
        moved_to,
        new_id: Uuid::now_v7(),
        unit: None,
        confirmed: false,
    })
}

/// The bot was added, removed, blocked …
pub(super) fn membership(door: &Door, incoming: &Incoming, change: Membership, now: Now) -> Decision {
    let state = match change {
        Membership::Removed => "removed",
        Membership::Blocked => "blocked",
        Membership::Added | Membership::Promoted | Membership::Unblocked => "active",
    };
    let known_active = door.chat.as_ref().is_some_and(|chat| chat.state == state);
    let decision = Decision::new(origin(incoming), now).with(told(incoming, state, None));
    if change != Membership::Added || incoming.private || known_active {
        return decision;
    }
    let lang = door.lang();
    let hello = say!(
        lang,
        "大家好，我是督办助手。联络员一句话就能报进度，我只在被问到时说话。发送“帮助”看用法。\n本群经整改办确认前，这里只显示编号和百分比。",
        "Hello, I am duban. Contacts report in one sentence; I speak when spoken to. Send “help”.\nUntil the office confirms this group, only numbers and percents are shown here."
    );
    answer_to(incoming, decision, Message::plain(hello))
}

/// The chat has a new id.
pub(super) fn moved(incoming: &Incoming, to: &str, now: Now) -> Decision {
    Decision::new(origin(incoming), now).with(told(incoming, "moved", Some(to.to_owned())))
}

/// A message that had been a report was edited: the ledger stays, and the person is asked.
pub(super) async fn edited(call: Call<'_>) -> Result<Option<Decision>, Failure> {
    let lang = call.lang();
    let (Some(speaker), Ok(parsed)) = (&call.door.speaker, report::parse(&mut call.words.clone())) else {
        return Ok(None);
    };
    let Ok(item) = show::named(&call, &parsed.item) else { return Ok(None) };
    if item.part_of(speaker.unit.id).is_none() {
        return Ok(None);
    }
    let last = store::items::last_reports(&mut *call.read, item.id, 1).await?.pop();
    let same = last.is_some_and(|last| {
        last.text == parsed.said.text && last.percent.is_none_or(|p| i64::from(p) == parsed.said.percent)
    });
    if same {
        return Ok(None);
    }
    let (number, percent, text) = (item.number, parsed.said.percent, &parsed.said.text);
    let says =
        say!(lang, "进度 {number} {percent} 更正 {text}", "report {number} {percent} correction {text}");
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
