//! One line of the room: who said what, when, and what it answers.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::{Attachment, Message};

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Words {
    /// Somebody wrote.
    Said(String),
    /// Somebody pressed the button `label` under the bot's line; it stands for `says`.
    Pressed { line: i64, label: String, says: String },
    /// The bot spoke.
    Answered(Message),
    /// The bot's short answer to a press, for the presser alone.
    Toast(String),
}

impl Words {
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Words::Said(_) => "said",
            Words::Pressed { .. } => "pressed",
            Words::Answered(_) => "answered",
            Words::Toast(_) => "toast",
        }
    }

    /// Without any dress, for quotes.
    pub fn bare(&self) -> String {
        match self {
            Words::Said(text) | Words::Toast(text) => text.clone(),
            Words::Pressed { label, .. } => label.clone(),
            Words::Answered(message) => message.text.bare(),
        }
    }
}

/// One line of a chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub seq: i64,
    pub chat: String,
    /// `None` for the bot.
    pub account: Option<String>,
    pub name: String,
    pub words: Words,
    /// What came with the words.
    pub files: Vec<Attachment>,
    pub at: DateTime<Utc>,
    /// The line this one answers.
    pub quote: Option<Quote>,
    /// The number of its last edit.
    pub edited: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    pub seq: i64,
    pub name: String,
    pub words: Words,
}
