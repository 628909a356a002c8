//! When the bot is spoken to: a command word, a mention, a press, an event. Everything else in a group is
//! left in silence. Pure; known before any fact is read.

use super::words::Words;
use super::{Command, find, report};
use crate::domain::{Incoming, What};

/// What a message is for the bot, before any fact is known.
#[derive(Clone)]
pub(super) enum Heard {
    Command(&'static Command, Words),
    /// Meant for the bot, but no command.
    Unclear,
    /// A report's text was edited.
    Edited(&'static Command, Words),
    Event,
}

impl Heard {
    /// The item the message is about.
    pub(super) fn item(&self) -> Option<i32> {
        match self {
            Heard::Command(command, words) | Heard::Edited(command, words) => (command.item)(words),
            Heard::Unclear | Heard::Event => None,
        }
    }
}

/// Chatter, questions to others and other bots' commands are left in silence: `None`.
pub(super) fn hear(incoming: &Incoming) -> Option<Heard> {
    match &incoming.what {
        What::Said { text, addressed, edited } => match find(text) {
            Some((command, words)) if *edited => {
                (command.words == report::COMMAND.words).then_some(Heard::Edited(command, words))
            }
            Some((command, words)) => Some(Heard::Command(command, words)),
            None if *addressed && !edited && !text.trim().is_empty() => Some(Heard::Unclear),
            None => None,
        },
        What::Pressed { data, .. } => Some(match find(data) {
            Some((command, words)) => Heard::Command(command, words),
            None => Heard::Unclear,
        }),
        What::Membership(_) | What::Joined(_) | What::Moved { .. } => Some(Heard::Event),
        What::Nothing => None,
    }
}
