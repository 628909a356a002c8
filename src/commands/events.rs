//! What happens to the bot without anybody typing a command: chats that come, go and move, and edits
//! of messages that had been taken as reports.

use chrono::TimeDelta;
use uuid::Uuid;

use super::report::Spoken;
use super::{Call, Failure, answer_to, origin, show};
use crate::domain::decision::{ChatTold, Decision, Effect};
use crate::domain::dialogue::Draft;
use crate::domain::message::Membership;
use crate::domain::{Button, Door, Incoming, Message, Now, Text};
use crate::{say, store};

/// Later edits are about something else: a day is long enough to see a slip.
const EDITED_WITHIN: TimeDelta = TimeDelta::days(1);

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

/// A message that had been a report was edited: the ledger stays, and the person is asked. An edit of
/// anything else is left in silence.
pub(super) async fn edited(mut call: Call<'_>, spoken: Spoken) -> Result<Option<Decision>, Failure> {
    let lang = call.lang();
    let Some(speaker) = &call.door.speaker else { return Ok(None) };
    let drafts = spoken.drafts(&mut call).await?;
    let [Draft { item: Some(word), percent: Some(percent), text, .. }] = drafts.as_slice() else {
        return Ok(None);
    };
    let Ok(item) = show::named(&call, word) else { return Ok(None) };
    let last = store::reports::last_of_unit(&mut *call.read, &[item.id], speaker.unit.id).await?.pop();
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
