//! A person speaks: words, or a press on a button that the bot really showed in this chat.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::refusal::{Refusal, unreadable};
use super::seat::{Chat, Seated, enter, signature};
use crate::app::App;
use crate::domain::Attachment;
use crate::store::room::{self, NewLine, Visitor, Words};

/// The longest message; what is longer belongs into a file.
pub const LONGEST: usize = 4000;

#[derive(Deserialize)]
pub struct Say {
    chat: String,
    #[serde(rename = "as")]
    account: String,
    #[serde(default)]
    text: String,
}

pub async fn say(
    State(app): State<Arc<App>>,
    Seated(visitor): Seated,
    headers: HeaderMap,
    form: Result<Form<Say>, FormRejection>,
) -> Result<Response, Refusal> {
    let Form(said) = form.map_err(unreadable)?;
    let chat = enter(&visitor, &said.account, &said.chat)?;
    let text = words(&said.text)?;
    if text.is_empty() {
        return Err(Refusal::unfit("还没有写内容。"));
    }
    append(&app, &visitor, &chat, &Words::Said(text), &[]).await?;
    Ok(done(&headers, chat.slot))
}

/// The words of a message, tidy and not too many.
pub fn words(text: &str) -> Result<String, Refusal> {
    let text = clean(text);
    let length = text.chars().count();
    if length > LONGEST {
        return Err(Refusal::unfit(format!(
            "一条消息最多 {LONGEST} 字，这条有 {length} 字，没有发送。请分成几条，或只写要点。"
        )));
    }
    Ok(text)
}

#[derive(Deserialize)]
pub struct Press {
    chat: String,
    #[serde(rename = "as")]
    account: String,
    line: i64,
    says: String,
}

pub async fn press(
    State(app): State<Arc<App>>,
    Seated(visitor): Seated,
    headers: HeaderMap,
    form: Result<Form<Press>, FormRejection>,
) -> Result<Response, Refusal> {
    let Form(press) = form.map_err(unreadable)?;
    let chat = enter(&visitor, &press.account, &press.chat)?;
    // What the page sends is not believed: the button must stand under this very line.
    let message = room::answered_line(&app.read, &chat.id, press.line).await?;
    let button = message
        .and_then(|message| message.buttons.into_iter().flatten().find(|button| button.says == press.says))
        .ok_or_else(|| Refusal::told(StatusCode::FORBIDDEN, "这条消息下没有这个按钮，没有执行。"))?;
    let words = Words::Pressed { line: press.line, label: button.label, says: button.says };
    append(&app, &visitor, &chat, &words, &[]).await?;
    Ok(done(&headers, chat.slot))
}

/// Puts a visitor's words and files into a chat.
pub async fn append(
    app: &App,
    visitor: &Visitor,
    chat: &Chat,
    words: &Words,
    files: &[Attachment],
) -> Result<(), Refusal> {
    let name = signature(visitor);
    let (chat, account, at) = (chat.id.as_str(), visitor.account.as_str(), app.clock.now().utc);
    put(app, NewLine { chat, account, name: &name, words, files, at }).await
}

/// Puts a line into a chat, for everybody there and for the bot.
pub async fn put(app: &App, line: NewLine<'_>) -> Result<(), Refusal> {
    room::say(&app.work, line).await?.ok_or_else(|| {
        Refusal::told(StatusCode::TOO_MANY_REQUESTS, "前面几条还在处理，请等答复后再发。这条没有发送。")
    })?;
    app.room_bell.ring();
    Ok(())
}

/// The live page shows the line when it arrives; without script the chat is loaded anew.
pub fn done(headers: &HeaderMap, slot: &str) -> Response {
    if headers.contains_key("hx-request") {
        StatusCode::NO_CONTENT.into_response()
    } else {
        Redirect::to(&format!("/?chat={slot}")).into_response()
    }
}

/// One kind of line end, no control characters, no blanks around.
pub fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kept_as_written_but_for_line_ends_and_control_characters() {
        assert_eq!(clean("  进度 16 90\r\n设备已到货\u{0}\u{7}\r😀 "), "进度 16 90\n设备已到货\n😀");
    }
}
