//! From [`Message`] to `sendMessage`, and what the answer says about its fate. One attempt is one
//! message; what the server refuses for its dress, its reply or its topic is said once more without.

use std::time::Duration;

use teloxide_core::payloads::{
    AnswerCallbackQuery, AnswerCallbackQuerySetters, EditMessageText, EditMessageTextSetters, SendMessage,
    SendMessageSetters,
};
use teloxide_core::types::{
    ChatId, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, MessageId, ParseMode,
    ReplyMarkup, ReplyParameters, ThreadId,
};

use super::TEXT_LIMIT;
use super::api::{Api, Called};
use super::classify::{Answer, Class};
use crate::domain::message::Span;
use crate::domain::split::split;
use crate::domain::{Button, ChatAddress, Message, Text};
use crate::platforms::Sent;

/// The longest answer to a pressed button, in UTF-16 units.
const TOAST_LIMIT: usize = 200;
/// The most buttons in one row; more are wrapped.
const ROW: usize = 8;
/// The longest wait we take over from the server: beyond it, one try a day tells more.
const LONGEST_WAIT_SECONDS: u64 = 24 * 60 * 60;

/// Sends one message.
pub async fn message(api: &Api, to: &ChatAddress, message: &Message) -> Sent {
    let mut request = match request(to, message) {
        Ok(request) => request,
        Err(why) => return Sent::Refused(why.to_owned()),
    };
    loop {
        let called = api.call(&request).await;
        match &called {
            Called::Answered(answer) if answer.class == Class::Permanent => {
                if !simplify(&mut request, &answer.description, &message.text) {
                    return fate(called);
                }
            }
            _ => return fate(called),
        }
    }
}

/// Edits a message of ours in place. One that reads so already is done; one that is gone or too old to be
/// edited is refused.
pub async fn edit(api: &Api, to: &ChatAddress, message_id: &str, message: &Message) -> Sent {
    let (Ok(chat), Ok(id)) = (to.chat.parse(), message_id.parse()) else {
        return Sent::Refused("会话或消息编号不是数字 / the chat or message id is not a number".to_owned());
    };
    if message.text.is_blank() || message.text.units() > TEXT_LIMIT {
        return Sent::Refused("卡片没有文字或过长 / the card is blank or too long".to_owned());
    }
    let mut request = EditMessageText::new(ChatId(chat), MessageId(id), html(&message.text))
        .parse_mode(ParseMode::Html)
        .link_preview_options(no_preview());
    if !message.buttons.is_empty() {
        request = request.reply_markup(keyboard(&message.buttons));
    }
    match fate(api.call(&request).await) {
        // Editing twice shows the same.
        Sent::Doubt(why) => Sent::Again(why),
        Sent::Done(_) => Sent::Done(message_id.to_owned()),
        sent => sent,
    }
}

/// Answers a pressed button; an empty text only ends the button's waiting.
pub async fn toast(api: &Api, press_id: &str, text: &str) -> Sent {
    let request = AnswerCallbackQuery::new(press_id.to_owned().into());
    let text = shortened(text);
    let request = if text.is_empty() { request } else { request.text(text) };
    fate(api.call(&request).await)
}

fn request(to: &ChatAddress, message: &Message) -> Result<SendMessage, &'static str> {
    let chat: i64 = to.chat.parse().map_err(|_| "会话编号不是数字 / the chat id is not a number")?;
    if message.text.is_blank() {
        return Err("消息没有文字 / the message has no text");
    }
    if message.text.units() > TEXT_LIMIT {
        return Err("消息过长，应先拆分 / the message is too long and was not split");
    }
    let mut request = SendMessage::new(ChatId(chat), html(&message.text))
        .parse_mode(ParseMode::Html)
        .link_preview_options(no_preview());
    if let Some(thread) = to.thread.as_ref().and_then(|thread| thread.parse().ok()) {
        request = request.message_thread_id(ThreadId(MessageId(thread)));
    }
    if let Some(answered) = message.reply_to.as_ref().and_then(|id| id.parse().ok()) {
        let reply = ReplyParameters::new(MessageId(answered)).allow_sending_without_reply();
        request = request.reply_parameters(reply);
    }
    if !message.buttons.is_empty() {
        request = request.reply_markup(ReplyMarkup::InlineKeyboard(keyboard(&message.buttons)));
    }
    Ok(request)
}

fn no_preview() -> LinkPreviewOptions {
    LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    }
}

/// Takes out of a request what the server stumbled over; each thing once. A closed topic is a decision
/// of people and stays refused; a deleted one is not, and the same people read the chat itself.
fn simplify(request: &mut SendMessage, refusal: &str, text: &Text) -> bool {
    let dressed = request.parse_mode.is_some();
    if dressed && refusal.contains("can't parse entities") {
        request.parse_mode = None;
        request.text = text.bare();
        return true;
    }
    let no_reply =
        ["message to be replied not found", "message to reply not found", "replied message not found"];
    if no_reply.iter().any(|words| refusal.contains(words)) {
        return request.reply_parameters.take().is_some();
    }
    refusal.contains("message thread not found") && request.message_thread_id.take().is_some()
}

pub(super) fn fate(called: Called) -> Sent {
    let answer = match called {
        Called::Answered(answer) => answer,
        Called::Unreached(why) => return Sent::Again(why),
        Called::Broken(why) => return Sent::Doubt(why),
    };
    let Answer { class, result, .. } = &answer;
    match class {
        Class::Ok => Sent::Done(result["message_id"].as_i64().map(|id| id.to_string()).unwrap_or_default()),
        Class::Ignore => Sent::Done(String::new()),
        Class::RetryAfter { seconds } => {
            Sent::Wait(Duration::from_secs((*seconds).clamp(1, LONGEST_WAIT_SECONDS)))
        }
        Class::Migrated { to } => Sent::Moved(to.to_string()),
        Class::Gone => Sent::Gone(answer.wording()),
        Class::Permanent => Sent::Refused(answer.wording()),
        Class::Token => Sent::Locked(answer.wording()),
        Class::Conflict => Sent::Again(answer.wording()),
        Class::Retry | Class::UnknownOutcome => Sent::Doubt(answer.wording()),
    }
}

fn html(text: &Text) -> String {
    let mut html = String::new();
    for span in text.0.iter().filter(|span| !span.words().is_empty()) {
        let (open, close) = match span {
            Span::Plain(_) => ("", ""),
            Span::Strong(_) => ("<b>", "</b>"),
            Span::Code(_) | Span::File(_) => ("<code>", "</code>"),
        };
        html.push_str(open);
        for letter in span.words().chars() {
            match letter {
                '<' => html.push_str("&lt;"),
                '>' => html.push_str("&gt;"),
                '&' => html.push_str("&amp;"),
                _ => html.push(letter),
            }
        }
        html.push_str(close);
    }
    html
}

pub(super) fn keyboard(rows: &[Vec<Button>]) -> InlineKeyboardMarkup {
    let rows = rows.iter().flat_map(|row| row.chunks(ROW));
    InlineKeyboardMarkup::new(
        rows.map(|row| row.iter().map(|button| InlineKeyboardButton::callback(&button.label, &button.says))),
    )
}

fn shortened(text: &str) -> String {
    let whole = Text::plain(text.trim());
    if whole.units() <= TOAST_LIMIT {
        return whole.bare();
    }
    let first = split(&whole, TOAST_LIMIT - 1).into_iter().next().unwrap_or_default();
    format!("{}…", first.bare().trim_end())
}
