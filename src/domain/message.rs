//! What comes in and what goes out, said without naming a platform.
//! Adapters translate; nothing here knows Telegram's, Feishu's or the room's shapes.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::attachment::Attachment;
use super::document::Enclosed;

/// Where a message goes or came from. Ids are text: platforms disagree on everything else.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ChatAddress {
    /// The adapter's name: `telegram`, `room`, …
    pub platform: String,
    /// The chat's id on that platform.
    pub chat: String,
    /// The topic inside the chat, where the platform has topics.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<String>,
}

/// One update of one platform, translated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// The platform's own key of this update; a redelivery carries the same one.
    pub update_id: String,
    pub chat: ChatAddress,
    /// What the group is called; empty in private and where it is not told.
    pub chat_title: String,
    /// A chat with one person, where nobody else reads along.
    pub private: bool,
    /// The unit whose own group this is, where the platform itself knows: confirmed by construction.
    /// Chat products do not know; there the office confirms.
    pub unit: Option<uuid::Uuid>,
    /// The sender's account id; `None` for channel posts and service messages without a person.
    pub account: Option<String>,
    /// How the sender is called on the platform, for the binding record only.
    pub display_name: String,
    /// The message itself, for answers that quote it.
    pub message_id: Option<String>,
    pub what: What,
    /// What came with the words; a caption is the text of its message.
    pub files: Vec<Attachment>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Somebody wrote. `text` has the bot's own mention taken out.
    Said {
        text: String,
        /// The bot was meant: private chat, mention, command with its name, or a reply to it.
        addressed: bool,
        /// This is a later edit of a message seen before.
        edited: bool,
    },
    /// Somebody pressed a button; `data` is the command line it stands for.
    Pressed { press_id: String, data: String },
    /// The bot's own place in the chat changed.
    Membership(Membership),
    /// These accounts joined the group.
    Joined(Vec<String>),
    /// The chat got a new id (Telegram: group → supergroup).
    Moved { to: String },
    /// Understood, and nothing for us: unknown kinds, service messages, other bots' commands.
    Nothing,
}

/// The bot's place in a chat, as the platform tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Membership {
    Added,
    Promoted,
    Removed,
    Blocked,
    Unblocked,
}

/// A neutral text: spans, each plain or strong. Platforms escape and dress it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text(pub Vec<Span>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    Plain(String),
    Strong(String),
    /// Words to copy: a command in a hint.
    Code(String),
    /// A kept file, by the head of its digest: a link where there is a page to open it.
    File(String),
}

impl Text {
    pub fn plain(text: impl Into<String>) -> Text {
        Text(vec![Span::Plain(text.into())])
    }

    pub fn then(mut self, text: impl Into<String>) -> Text {
        self.0.push(Span::Plain(text.into()));
        self
    }

    pub fn strong(mut self, text: impl Into<String>) -> Text {
        self.0.push(Span::Strong(text.into()));
        self
    }

    pub fn code(mut self, text: impl Into<String>) -> Text {
        self.0.push(Span::Code(text.into()));
        self
    }

    pub fn file(mut self, digest: impl Into<String>) -> Text {
        self.0.push(Span::File(digest.into()));
        self
    }

    /// The text without any dress, for toasts, logs of tests and platforms without markup.
    pub fn bare(&self) -> String {
        self.0
            .iter()
            .map(|span| match span {
                Span::Plain(t) | Span::Strong(t) | Span::Code(t) | Span::File(t) => t.as_str(),
            })
            .collect()
    }
}

/// A button: what it says, and the command line it stands for. Pressing is the same as saying it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    pub label: String,
    pub says: String,
}

/// The tightest platform takes this many bytes of UTF-8 behind a button (Telegram).
pub const BUTTON_BYTES: usize = 64;

impl Button {
    /// `None` when the words do not fit behind a button of every platform; offer them as text then.
    pub fn new(label: impl Into<String>, says: impl Into<String>) -> Option<Button> {
        let says = says.into();
        (!says.is_empty() && says.len() <= BUTTON_BYTES).then(|| Button { label: label.into(), says })
    }
}

/// What the bot says: a text and rows of buttons.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub text: Text,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Vec<Button>>,
    /// The message this one answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// A file that goes with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<Box<Enclosed>>,
}

impl Message {
    pub fn plain(text: impl Into<String>) -> Message {
        Message { text: Text::plain(text), ..Message::default() }
    }

    /// One more row of buttons; those whose words did not fit are left out.
    pub fn row(mut self, buttons: impl IntoIterator<Item = Option<Button>>) -> Message {
        let row: Vec<Button> = buttons.into_iter().flatten().collect();
        if !row.is_empty() {
            self.buttons.push(row);
        }
        self
    }

    /// Both as one message: a text below the other, all buttons at the foot.
    pub fn and(mut self, next: Message) -> Message {
        self.text = self.text.then("\n\n");
        self.text.0.extend(next.text.0);
        self.buttons.extend(next.buttons);
        self
    }
}

impl From<Text> for Message {
    fn from(text: Text) -> Message {
        Message { text, ..Message::default() }
    }
}

/// One message on its way out, as the sender hands it to an adapter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The outbox row: a platform that can tell repeats apart by a key uses this one.
    pub id: i64,
    pub to: ChatAddress,
    pub body: Body,
    /// Where the file of the message lies, if it has one.
    pub path: Option<PathBuf>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    Message(Message),
    /// A message that was sent before, as it shall read from now on.
    Edit {
        message_id: String,
        message: Message,
    },
    /// The short answer to a pressed button, shown to the presser alone.
    Toast {
        press_id: String,
        text: String,
    },
}
