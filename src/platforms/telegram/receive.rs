//! From an update to [`Incoming`]. No I/O and no opinion on who may do what: only who spoke, where, and
//! whether we were meant. Nobody can act through an account that is not one person's.

use serde::Deserialize;

use super::update::{Carrier, Chat, MemberChange, Message, Press, Readable, Sent, Update, User};
use super::words::{self, Command, Me};
use super::{NAME, link};
use crate::domain::attachment::Shape;
use crate::domain::message::Membership;
use crate::domain::{Attachment, ChatAddress, Incoming, What};

/// Accounts behind which the platform hides others: channels' automatic forwards, anonymous
/// administrators, people who speak as a channel.
const MASKS: [i64; 3] = [777_000, 1_087_968_824, 136_817_688];
/// The topic every forum has; the platform refuses its number.
const GENERAL_TOPIC: i64 = 1;

/// The update's number, whatever else it holds.
#[derive(Deserialize)]
struct Numbered {
    update_id: i64,
}

/// Reads one update; `None` when it has no number. What we cannot read otherwise is `Nothing`.
pub fn read(body: &[u8], me: &Me<'_>) -> Option<Incoming> {
    let number = serde_json::from_slice::<Numbered>(body).ok()?.update_id;
    let incoming =
        serde_json::from_slice::<Update>(body).map_or_else(|_| nowhere(), |update| translate(&update, me));
    Some(Incoming { update_id: number.to_string(), ..incoming })
}

fn translate(update: &Update, me: &Me<'_>) -> Incoming {
    if let Some(message) = update.message.as_ref().or(update.channel_post.as_ref()) {
        return said(message, false, me);
    }
    if let Some(message) = update.edited_message.as_ref().or(update.edited_channel_post.as_ref()) {
        return said(message, true, me);
    }
    if let Some(press) = &update.callback_query {
        return pressed(press);
    }
    update.my_chat_member.as_ref().map_or_else(nowhere, membership)
}

fn said(message: &Message, edited: bool, me: &Me<'_>) -> Incoming {
    let place = Incoming {
        message_id: Some(message.message_id.to_string()),
        ..at(&message.chat, message.from.as_ref().filter(|_| message.sender_chat.is_none()))
    };
    let place = with_thread(place, message.message_thread_id.filter(|_| message.is_topic_message));
    if let Some(to) = message.migrate_to_chat_id {
        return Incoming { what: What::Moved { to: to.to_string() }, ..place };
    }
    if let Some(from) = message.migrate_from_chat_id {
        // The same move, told in the new chat.
        let to = message.chat.id.to_string();
        return Incoming { chat: address(from), message_id: None, what: What::Moved { to }, ..place };
    }
    let people = message.new_chat_members.iter().filter_map(Readable::get).filter(|user| !user.is_bot);
    let joined: Vec<String> = people.map(|user| user.id.to_string()).collect();
    if !joined.is_empty() {
        return Incoming { what: What::Joined(joined), ..place };
    }
    let files: Vec<Attachment> = file(message).into_iter().collect();
    let what = meant(message, edited, !files.is_empty(), me);
    let files = if what == What::Nothing { Vec::new() } else { files };
    Incoming { what, files, ..place }
}

/// What came with a message: one file at most, an album being several messages.
fn file(message: &Message) -> Option<Attachment> {
    let sent = |sent: &Option<Readable<Sent>>| sent.as_ref().and_then(Readable::get).is_some();
    let of = |sent: &Sent, shape| {
        let album = message.media_group_id.as_ref().and_then(Readable::get).cloned();
        let attachment = Attachment {
            file: sent.file_id.clone(),
            unique: sent.file_unique_id.clone(),
            name: sent.file_name.clone().unwrap_or_default(),
            mime: sent.mime_type.clone().unwrap_or_default(),
            bytes: sent.file_size,
            caption: message.caption.clone().unwrap_or_default(),
            album,
            shape,
        };
        attachment.tidy()
    };
    let moving = [&message.animation, &message.video, &message.video_note, &message.audio, &message.voice];
    // An animation is a document as well.
    if let Some(other) = moving.into_iter().find(|other| sent(other)) {
        return of(other.as_ref()?.get()?, Shape::Other);
    }
    if let Some(document) = message.document.as_ref().and_then(Readable::get) {
        return of(document, Shape::Document);
    }
    let sizes = message.photo.as_ref().and_then(Readable::get)?;
    let largest =
        sizes.iter().filter_map(Readable::get).max_by_key(|size| size.width.saturating_mul(size.height))?;
    of(largest, Shape::Photo)
}

/// What a message means to us, its place aside.
fn meant(message: &Message, edited: bool, has_file: bool, me: &Me<'_>) -> What {
    // Not the speaker's own words: a channel's, forwarded, or written by another bot in the speaker's name.
    let is_borrowed = message.chat.is_channel()
        || message.forward_origin.is_some()
        || message.is_automatic_forward
        || message.via_bot.is_some();
    if is_borrowed {
        return What::Nothing;
    }
    let (text, marks) = match message.words() {
        Some(words) => words,
        None if has_file => ("", Vec::new()),
        None => return What::Nothing,
    };
    let words = words::read(text, &marks, me);
    if words.command == Command::Anothers {
        return What::Nothing;
    }
    let addressed = message.chat.is_private()
        || words.called
        || words.command == Command::Ours
        || answers_us(message, me);
    // A picture without words in a group may belong to an album with words, or to nothing of ours.
    if words.text.is_empty() && !addressed && !(has_file && message.media_group_id.is_some()) {
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
    message.reply_to_message.as_ref().and_then(Readable::get).is_some_and(|answered| {
        let is_topic = message.is_topic_message && message.message_thread_id == Some(answered.message_id);
        !is_topic && answered.from.as_ref().is_some_and(|from| from.id == me.id)
    })
}

fn pressed(press: &Press) -> Incoming {
    let what = match &press.data {
        Some(data) => What::Pressed { press_id: press.id.clone(), data: data.clone() },
        None => What::Nothing,
    };
    let Some(carrier) = press.message.as_ref().and_then(Readable::get) else {
        // The message is no longer known: the presser's private chat is the only place left.
        let place = Incoming { private: true, ..by(Some(&press.from), nowhere()) };
        return Incoming { chat: address(press.from.id), what, ..place };
    };
    let Carrier { message_id, message_thread_id, is_topic_message, chat } = carrier;
    let place = with_thread(at(chat, Some(&press.from)), message_thread_id.filter(|_| *is_topic_message));
    Incoming { message_id: Some(message_id.to_string()), what, ..place }
}

fn membership(change: &MemberChange) -> Incoming {
    let (old, new) = (&change.old_chat_member, &change.new_chat_member);
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
    let place = Incoming {
        chat: address(chat.id),
        chat_title: chat.title.clone().unwrap_or_default(),
        private: chat.is_private(),
        ..nowhere()
    };
    by(from, place)
}

fn by(from: Option<&User>, place: Incoming) -> Incoming {
    let person = from.filter(|user| !user.is_bot && !MASKS.contains(&user.id));
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
        chat_title: String::new(),
        private: false,
        account: None,
        unit: None,
        display_name: String::new(),
        message_id: None,
        what: What::Nothing,
        files: Vec::new(),
    }
}

fn address(chat: i64) -> ChatAddress {
    ChatAddress { platform: NAME.to_owned(), chat: chat.to_string(), thread: None }
}

/// Only a topic is a thread to answer in: in ordinary groups a chain of replies carries a number too,
/// which the platform refuses.
fn with_thread(mut place: Incoming, topic: Option<i64>) -> Incoming {
    place.chat.thread = topic.filter(|topic| *topic != GENERAL_TOPIC).map(|topic| topic.to_string());
    place
}
