//! A message with a file: `sendDocument`, or `sendPhoto` for a picture that people shall see at once. Its words
//! go without any dress, so that a file is never refused for its caption.

use std::path::Path;

use reqwest::Body;
use reqwest::multipart::{Form, Part};
use serde_json::json;
use tokio::fs::File;

use super::api::{Api, Called};
use super::classify::Class;
use super::send::{fate, keyboard};
use crate::domain::document::Enclosed;
use crate::domain::split::CAPTION;
use crate::domain::{ChatAddress, Message};
use crate::platforms::Sent;

/// The largest picture that is shown as one.
const PHOTO_LIMIT: u64 = 10 * 1024 * 1024;

/// Sends the file that lies at `path`; what the chat's topic is refused for is sent once more without it.
pub async fn file(
    api: &Api,
    to: &ChatAddress,
    message: &Message,
    file: &Enclosed,
    path: Option<&Path>,
) -> Sent {
    if to.chat.parse::<i64>().is_err() {
        return Sent::Refused("会话编号不是数字 / the chat id is not a number".to_owned());
    }
    if message.text.units() > CAPTION {
        return Sent::Refused("文件说明过长 / the words beside a file are too long".to_owned());
    }
    if file.bytes > super::FILE_LIMIT {
        return Sent::Refused(
            "文件超过 50 MB，Telegram 不收 / over 50 MB, which Telegram refuses".to_owned(),
        );
    }
    let mut thread = to.thread.as_deref();
    loop {
        let Some(Ok(opened)) = (match path {
            Some(path) => Some(File::open(path).await),
            None => None,
        }) else {
            return Sent::Again("数据目录里读不到这个文件 / the file cannot be read".to_owned());
        };
        let is_photo = file.is_picture() && file.bytes <= PHOTO_LIMIT;
        let (method, field) = if is_photo { ("sendPhoto", "photo") } else { ("sendDocument", "document") };
        let Ok(part) = Part::stream_with_length(Body::from(opened), file.bytes)
            .file_name(file.name.clone())
            .mime_str(&file.mime)
        else {
            return Sent::Refused("文件类型写法不对 / the file's type is no type".to_owned());
        };
        let called = api.upload(method, words(to, message, thread).part(field, part)).await;
        match &called {
            Called::Answered(answer)
                if answer.class == Class::Permanent
                    && answer.description.contains("message thread not found")
                    && thread.take().is_some() => {}
            _ => return fate(called),
        }
    }
}

/// Everything but the file.
fn words(to: &ChatAddress, message: &Message, thread: Option<&str>) -> Form {
    let mut form = Form::new().text("chat_id", to.chat.clone());
    if !message.text.is_blank() {
        form = form.text("caption", message.text.bare());
    }
    if let Some(thread) = thread.filter(|thread| thread.parse::<i32>().is_ok()) {
        form = form.text("message_thread_id", thread.to_owned());
    }
    if let Some(answered) = message.reply_to.as_ref().and_then(|id| id.parse::<i32>().ok()) {
        let reply = json!({ "message_id": answered, "allow_sending_without_reply": true });
        form = form.text("reply_parameters", reply.to_string());
    }
    if !message.buttons.is_empty()
        && let Ok(keyboard) = serde_json::to_string(&keyboard(&message.buttons))
    {
        form = form.text("reply_markup", keyboard);
    }
    form
}
