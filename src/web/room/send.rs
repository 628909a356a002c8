//! A person sends pictures and documents, with words that may be a report. What comes is held beside the
//! folder of files, and fetched from there like from any platform when it has found its item. What is
//! marked as secret is neither written nor named; the bot says why.

use std::sync::Arc;

use axum::extract::State;
use axum::extract::multipart::{Field, Multipart, MultipartRejection};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

use super::refusal::{Refusal, unsent};
use super::seat::{Seated, enter};
use super::speak::{LONGEST, append, done, words};
use crate::app::App;
use crate::domain::Attachment;
use crate::domain::attachment::{MOST_BYTES, Shape, is_marked};
use crate::files::Folder;
use crate::store::room::Words;

/// All of one message: three of the largest files, and the words.
pub const MOST_AT_ONCE: usize = 61 * 1024 * 1024;
/// Files of one message.
const MOST_FILES: usize = 10;
/// The longest field that is no file, in bytes.
const FIELD_BYTES: usize = 4 * LONGEST;
/// Stands for a name that is not to be kept.
pub const MARK: &str = "★";

pub async fn send(
    State(app): State<Arc<App>>,
    Seated(visitor): Seated,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Refusal> {
    let Ok(mut form) = form else {
        return Err(Refusal::told(StatusCode::BAD_REQUEST, "没有看懂这个表单。请刷新页面再试。"));
    };
    let folder = Folder::of(&app.settings.data_dir);
    let (mut account, mut slot, mut text) = (String::new(), String::new(), String::new());
    let mut sent = Sent { folder: &folder, files: Vec::new(), is_marked: false };
    while let Some(field) = form.next_field().await.map_err(|error| unsent(&error))? {
        match field.name().unwrap_or_default() {
            "as" => account = short(field).await?,
            "chat" => slot = short(field).await?,
            "text" => text = words(&short(field).await?)?,
            "files" => {
                // Nobody fills the disk without a seat in this chat: the form names both before its files.
                enter(&visitor, &account, &slot)?;
                sent.is_marked |= is_marked(&text);
                sent.take(field).await?;
            }
            _ => {}
        }
    }
    let chat = enter(&visitor, &account, &slot)?;
    // The words may have come last.
    if sent.is_marked || (!sent.files.is_empty() && is_marked(&text)) {
        sent.forget();
        text = String::new();
    }
    if text.is_empty() && sent.files.is_empty() {
        return Err(Refusal::unfit("还没有选文件，也没有写内容。"));
    }
    append(&app, &visitor, &chat, &Words::Said(text), &sent.files).await?;
    // They are the bot's now.
    sent.files.clear();
    Ok(done(&headers, chat.slot))
}

/// The words of a field.
async fn short(mut field: Field<'_>) -> Result<String, Refusal> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(|error| unsent(&error))? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > FIELD_BYTES {
            return Err(Refusal::unfit(format!("一条消息最多 {LONGEST} 字，没有发送。请只写要点。")));
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// What has come so far; what nobody took on is not held any longer.
struct Sent<'a> {
    folder: &'a Folder,
    files: Vec<Attachment>,
    is_marked: bool,
}

impl Sent<'_> {
    async fn take(&mut self, mut field: Field<'_>) -> Result<(), Refusal> {
        let name = field.file_name().unwrap_or_default().to_owned();
        let mime = field.content_type().unwrap_or_default().to_owned();
        self.is_marked |= is_marked(&name);
        let shape = match mime.split('/').next() {
            Some("video" | "audio") => Shape::Other,
            _ => Shape::Document,
        };
        let file = Attachment {
            file: Uuid::now_v7().simple().to_string(),
            unique: String::new(),
            name,
            mime,
            bytes: None,
            caption: String::new(),
            album: None,
            shape,
        };
        let Some(mut file) = file.tidy() else { return Ok(()) };
        // What is not taken is not written; the bot says so.
        let mut part = match self.is_marked || file.unfit().is_some() {
            true => None,
            false => Some(self.folder.begin()?),
        };
        let mut to = match &mut part {
            Some((_, to)) => Some(tokio::fs::File::from_std(to.try_clone()?)),
            None => None,
        };
        let mut bytes = 0;
        while let Some(piece) = field.chunk().await.map_err(|error| unsent(&error))? {
            bytes += piece.len() as u64;
            if let Some(to) = to.as_mut().filter(|_| bytes <= MOST_BYTES) {
                to.write_all(&piece).await?;
            }
        }
        if let Some(to) = &mut to {
            to.flush().await?;
        }
        // A form without a chosen file sends an empty one without a name.
        if bytes == 0 && file.name.is_empty() {
            return Ok(());
        }
        if self.files.len() == MOST_FILES {
            return Err(Refusal::unfit(format!("一次最多发 {MOST_FILES} 个文件，没有发送。请分几次发。")));
        }
        file.bytes = Some(bytes);
        if let Some((part, _)) = part.filter(|_| file.unfit().is_none()) {
            file.file = self.folder.hold(part)?;
        }
        self.files.push(file);
        Ok(())
    }

    /// One is marked: none of them is kept, nor what they are called.
    fn forget(&mut self) {
        for file in &mut self.files {
            self.folder.release(&file.file);
            MARK.clone_into(&mut file.name);
        }
    }
}

impl Drop for Sent<'_> {
    fn drop(&mut self) {
        for file in &self.files {
            self.folder.release(&file.file);
        }
    }
}
