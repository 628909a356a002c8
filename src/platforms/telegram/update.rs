//! The few fields of an update that we use, as plain structures. teloxide's types read a message as a
//! whole, trying one kind after another: one entity, button or right newer than they are, and a person's
//! words arrive as an empty message; and it costs more than everything else a message takes. Here what
//! is not used is skipped, and what cannot be read is left out where it stands.

use serde::Deserialize;
use serde::de::IgnoredAny;

/// One update. Kinds that are not named here are nothing for us.
#[derive(Debug, Deserialize)]
pub struct Update {
    pub message: Option<Message>,
    pub edited_message: Option<Message>,
    pub callback_query: Option<Press>,
    pub my_chat_member: Option<MemberChange>,
    /// Of the kinds that are nothing for us, those with a place to note.
    pub channel_post: Option<Message>,
    pub edited_channel_post: Option<Message>,
}

#[derive(Debug, Deserialize)]
pub struct Message {
    pub message_id: i64,
    pub message_thread_id: Option<i64>,
    #[serde(default)]
    pub is_topic_message: bool,
    pub chat: Chat,
    pub from: Option<User>,
    pub sender_chat: Option<IgnoredAny>,
    pub via_bot: Option<IgnoredAny>,
    pub forward_origin: Option<IgnoredAny>,
    #[serde(default)]
    pub is_automatic_forward: bool,
    pub reply_to_message: Option<Readable<Answered>>,
    pub text: Option<String>,
    #[serde(default)]
    pub entities: Vec<Readable<Entity>>,
    pub caption: Option<String>,
    #[serde(default)]
    pub caption_entities: Vec<Readable<Entity>>,
    #[serde(default)]
    pub new_chat_members: Vec<Readable<User>>,
    pub media_group_id: Option<Readable<String>>,
    /// One picture in several sizes.
    pub photo: Option<Readable<Vec<Readable<Sent>>>>,
    pub document: Option<Readable<Sent>>,
    pub video: Option<Readable<Sent>>,
    pub animation: Option<Readable<Sent>>,
    pub video_note: Option<Readable<Sent>>,
    pub audio: Option<Readable<Sent>>,
    pub voice: Option<Readable<Sent>>,
    pub migrate_to_chat_id: Option<i64>,
    pub migrate_from_chat_id: Option<i64>,
}

impl Message {
    /// What the person wrote, and its marks: a caption is a text to us.
    pub fn words(&self) -> Option<(&str, Vec<&Entity>)> {
        let (text, marks) = match (&self.text, &self.caption) {
            (Some(text), _) => (text, &self.entities),
            (None, Some(caption)) => (caption, &self.caption_entities),
            (None, None) => return None,
        };
        Some((text, marks.iter().filter_map(Readable::get).collect()))
    }
}

/// A file that came with a message.
#[derive(Debug, Deserialize)]
pub struct Sent {
    pub file_id: String,
    #[serde(default)]
    pub file_unique_id: String,
    pub file_name: Option<String>,
    pub mime_type: Option<String>,
    pub file_size: Option<u64>,
    #[serde(default)]
    pub width: u64,
    #[serde(default)]
    pub height: u64,
}

/// A message that another one answers.
#[derive(Debug, Deserialize)]
pub struct Answered {
    pub message_id: i64,
    pub from: Option<User>,
}

#[derive(Debug, Deserialize)]
pub struct Chat {
    pub id: i64,
    #[serde(rename = "type")]
    pub kind: String,
    pub title: Option<String>,
}

impl Chat {
    pub fn is_private(&self) -> bool {
        self.kind == "private"
    }

    pub fn is_channel(&self) -> bool {
        self.kind == "channel"
    }
}

#[derive(Debug, Deserialize)]
pub struct User {
    pub id: i64,
    #[serde(default)]
    pub is_bot: bool,
    #[serde(default)]
    pub first_name: String,
    pub last_name: Option<String>,
}

impl User {
    pub fn full_name(&self) -> String {
        match &self.last_name {
            Some(last) => format!("{} {last}", self.first_name),
            None => self.first_name.clone(),
        }
    }
}

/// A mark in a text; its place is counted in UTF-16 units.
#[derive(Debug, Deserialize)]
pub struct Entity {
    #[serde(rename = "type")]
    pub kind: String,
    pub offset: usize,
    pub length: usize,
    /// Of a mention of somebody without a username.
    pub user: Option<User>,
}

#[derive(Debug, Deserialize)]
pub struct Press {
    pub id: String,
    pub from: User,
    pub data: Option<String>,
    pub message: Option<Readable<Carrier>>,
}

/// The message that carried a pressed button; of one that is no longer accessible little is left.
#[derive(Debug, Deserialize)]
pub struct Carrier {
    pub message_id: i64,
    pub message_thread_id: Option<i64>,
    #[serde(default)]
    pub is_topic_message: bool,
    pub chat: Chat,
}

#[derive(Debug, Deserialize)]
pub struct MemberChange {
    pub chat: Chat,
    pub from: User,
    pub old_chat_member: Member,
    pub new_chat_member: Member,
}

#[derive(Debug, Deserialize)]
pub struct Member {
    status: String,
    #[serde(default)]
    is_member: bool,
}

impl Member {
    pub fn is_present(&self) -> bool {
        match self.status.as_str() {
            "creator" | "administrator" | "member" => true,
            "restricted" => self.is_member,
            _ => false,
        }
    }

    pub fn is_privileged(&self) -> bool {
        matches!(self.status.as_str(), "creator" | "administrator")
    }

    pub fn is_banned(&self) -> bool {
        self.status == "kicked"
    }
}

/// Something that is left out when it cannot be read, instead of taking the rest with it.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Readable<T> {
    Yes(T),
    No(IgnoredAny),
}

impl<T> Readable<T> {
    pub fn get(&self) -> Option<&T> {
        match self {
            Readable::Yes(value) => Some(value),
            Readable::No(_) => None,
        }
    }
}
