//! From an update to [`Incoming`]. No I/O and no opinion on who may do what: only who spoke, where, and
//! whether we were meant. Nobody can act through an account that is not one person's.

use serde::Deserialize;
use teloxide_core::types::{
    CallbackQuery, Chat, ChatId, ChatMemberUpdated, MaybeInaccessibleMessage, Message, Update, UpdateKind,
    User,
};

use super::words::{self, Command, Me};
use super::{NAME, link, narrow};
use crate::domain::message::Membership;
use crate::domain::{ChatAddress, Incoming, What};

/// Accounts behind which the platform hides others: channels' automatic forwards, anonymous
/// administrators, people who speak as a channel.
const MASKS: [u64; 3] = [777_000, 1_087_968_824, 136_817_688];
/// The topic every forum has; the platform refuses its number.
const GENERAL_TOPIC: i32 = 1;

/// The update's number, whatever else it holds.
#[derive(Deserialize)]
struct Numbered {
    update_id: i64,
}

/// Reads one update; `None` when it has no number. What is newer than our types is `Nothing`.
pub fn read(body: &[u8], me: &Me<'_>) -> Option<Incoming> {
    let whole = serde_json::from_slice::<Update>(body).ok();
    let number = match &whole {
        Some(update) => i64::from(update.id.0),
        None => serde_json::from_slice::<Numbered>(body).ok()?.update_id,
    };
    let update = whole.filter(|update| !narrow::is_hollow(&update.kind)).or_else(|| narrow::read(body));
    let incoming = update.map_or_else(nowhere, |update| translate(&update, me));
    Some(Incoming { update_id: number.to_string(), ..incoming })
}

fn translate(update: &Update, me: &Me<'_>) -> Incoming {
    match &update.kind {
        UpdateKind::Message(message) | UpdateKind::ChannelPost(message) => said(message, false, me),
        UpdateKind::EditedMessage(message) | UpdateKind::EditedChannelPost(message) => {
            said(message, true, me)
        }
        UpdateKind::CallbackQuery(press) => pressed(press),
        UpdateKind::MyChatMember(change) => membership(change),
        _ => update.chat().map_or_else(nowhere, |chat| at(chat, None)),
    }
}

fn said(message: &Message, edited: bool, me: &Me<'_>) -> Incoming {
    let place = Incoming {
        message_id: Some(message.id.0.to_string()),
        ..at(&message.chat, message.from.as_ref().filter(|_| message.sender_chat.is_none()))
    };
    let place = with_thread(place, message);
    if let Some(to) = message.migrate_to_chat_id() {
        return Incoming { what: What::Moved { to: to.to_string() }, ..place };
    }
    if let Some(from) = message.migrate_from_chat_id() {
        // The same move, told in the new chat.
        let to = message.chat.id.to_string();
        return Incoming { chat: address(*from), message_id: None, what: What::Moved { to }, ..place };
    }
    Incoming { what: meant(message, edited, me), ..place }
}

/// What a message means to us, its place aside.
fn meant(message: &Message, edited: bool, me: &Me<'_>) -> What {
    // Not the speaker's own words: a channel's, forwarded, or written by another bot in the speaker's name.
    let is_borrowed = message.chat.is_channel()
        || message.forward_origin().is_some()
        || message.is_automatic_forward()
        || message.via_bot.is_some();
    if is_borrowed {
        return What::Nothing;
    }
    let (Some(text), Some(entities)) = (
        message.text().or_else(|| message.caption()),
        message.entities().or_else(|| message.caption_entities()),
    ) else {
        return What::Nothing;
    };
    let words = words::read(text, entities, me);
    if words.command == Command::Anothers {
        return What::Nothing;
    }
    let addressed = message.chat.is_private()
        || words.called
        || words.command == Command::Ours
        || answers_us(message, me);
    if words.text.is_empty() && !addressed {
        return What::Nothing;
    }
    let text = match words.text.split_once(char::is_whitespace).unwrap_or((&words.text, "")) {
        ("/start", payload) if words.command == Command::Ours => link::meaning(payload.trim()),
        _ => words.text,
    };
    What::Said { text, addressed, edited }
}

/// A reply to a message of ours. Every message of a topic "replies" to the topic's first message, which
/// may be ours: that one does not count.
fn answers_us(message: &Message, me: &Me<'_>) -> bool {
    message.reply_to_message().is_some_and(|answered| {
        let is_topic =
            message.is_topic_message && message.thread_id.is_some_and(|topic| topic.0 == answered.id);
        !is_topic && answered.from.as_ref().is_some_and(|from| from.id.0 == me.id)
    })
}

fn pressed(press: &CallbackQuery) -> Incoming {
    let what = match &press.data {
        Some(data) => What::Pressed { press_id: press.id.0.clone(), data: data.clone() },
        None => What::Nothing,
    };
    let Some(carrier) = &press.message else {
        // The message is no longer known: the presser's private chat is the only place left.
        let place = Incoming { private: true, ..by(Some(&press.from), nowhere()) };
        return Incoming { chat: address(ChatId::from(press.from.id)), what, ..place };
    };
    let place = at(carrier.chat(), Some(&press.from));
    let place = match carrier {
        MaybeInaccessibleMessage::Regular(message) => with_thread(place, message),
        MaybeInaccessibleMessage::Inaccessible(_) => place,
    };
    Incoming { message_id: Some(carrier.id().0.to_string()), what, ..place }
}

fn membership(change: &ChatMemberUpdated) -> Incoming {
    let (old, new) = (&change.old_chat_member.kind, &change.new_chat_member.kind);
    let membership = match (old.is_present(), new.is_present()) {
        _ if change.chat.is_channel() => None,
        (_, false) if change.chat.is_private() => new.is_banned().then_some(Membership::Blocked),
        (_, true) if change.chat.is_private() => old.is_banned().then_some(Membership::Unblocked),
        (false, true) => Some(Membership::Added),
        (true, false) => Some(Membership::Removed),
        (true, true) => (!old.is_privileged() && new.is_privileged()).then_some(Membership::Promoted),
        (false, false) => None,
    };
    let what = membership.map_or(What::Nothing, What::Membership);
    Incoming { what, ..at(&change.chat, Some(&change.from)) }
}

/// An update of this chat, caused by this person.
fn at(chat: &Chat, from: Option<&User>) -> Incoming {
    by(from, Incoming { chat: address(chat.id), private: chat.is_private(), ..nowhere() })
}

fn by(from: Option<&User>, place: Incoming) -> Incoming {
    let person = from.filter(|user| !user.is_bot && !MASKS.contains(&user.id.0));
    Incoming {
        account: person.map(|user| user.id.to_string()),
        unit: None,
        display_name: person.map(User::full_name).unwrap_or_default(),
        ..place
    }
}

/// An update that has no chat (or none we can read): there is nothing to answer.
fn nowhere() -> Incoming {
    Incoming {
        update_id: String::new(),
        chat: ChatAddress { platform: NAME.to_owned(), chat: String::new(), thread: None },
        private: false,
        account: None,
        unit: None,
        display_name: String::new(),
        message_id: None,
        what: What::Nothing,
    }
}

fn address(chat: ChatId) -> ChatAddress {
    ChatAddress { platform: NAME.to_owned(), chat: chat.to_string(), thread: None }
}

/// Only a topic is a thread to answer in: in ordinary groups a chain of replies carries a number too,
/// which the platform refuses.
fn with_thread(mut place: Incoming, message: &Message) -> Incoming {
    place.chat.thread = message
        .thread_id
        .filter(|topic| message.is_topic_message && topic.0.0 != GENERAL_TOPIC)
        .map(|topic| topic.to_string());
    place
}
