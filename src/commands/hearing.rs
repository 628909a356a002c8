//! When the bot is spoken to: a command word, a mention, a press, an event, or a sentence that may be a
//! report or the answer to an open question. Pure; known before any fact is read. Whether a sentence in a
//! group is ours is decided with the facts; everything else there is left in silence.

use super::report::{self, Spoken};
use super::words::Words;
use super::{Command, find};
use crate::domain::sentence::{Question, Sentence, understand};
use crate::domain::visible::visible;
use crate::domain::{Incoming, What};

/// What a message is for the bot, before any fact is known.
#[derive(Clone)]
pub(super) enum Heard {
    Command(&'static Command, Words),
    /// Free words; `addressed`: the bot is meant.
    Said {
        text: String,
        sentence: Sentence,
        addressed: bool,
    },
    /// Files without words.
    Files {
        addressed: bool,
    },
    /// A press that stands for nothing we know.
    Unclear,
    /// A report's text was edited.
    Edited(Spoken),
    Event,
}

impl Heard {
    /// The items the message is about, as numbers.
    pub(super) fn items(&self) -> Vec<i32> {
        match self {
            Heard::Command(command, words) => (command.item)(words).into_iter().collect(),
            Heard::Edited(spoken) => spoken.items().collect(),
            Heard::Said { sentence, .. } => match sentence {
                Sentence::Reports(reports) => {
                    reports.iter().filter_map(|report| Some(report.item.as_ref()?.number)).collect()
                }
                Sentence::Doubtful { doubts, clear } => doubts
                    .iter()
                    .map(|doubt| &doubt.report)
                    .chain(clear)
                    .filter_map(|report| Some(report.item.as_ref()?.number))
                    .collect(),
                Sentence::Ask(Question::Item(word) | Question::ItemAsOf(word, _)) => vec![word.number],
                Sentence::Ask(_) | Sentence::CorrectLast { .. } | Sentence::Nothing => Vec::new(),
            },
            Heard::Files { .. } | Heard::Unclear | Heard::Event => Vec::new(),
        }
    }

    /// Whether the message may report on the items it names.
    pub(super) fn may_report(&self) -> bool {
        match self {
            Heard::Command(command, _) => command.words == report::COMMAND.words,
            Heard::Said { sentence, .. } => {
                matches!(sentence, Sentence::Reports(_) | Sentence::Doubtful { .. })
            }
            Heard::Files { .. } | Heard::Unclear | Heard::Edited(_) | Heard::Event => false,
        }
    }
}

/// `None`: nothing of ours, whatever the facts are.
pub(super) fn hear(incoming: &Incoming) -> Option<Heard> {
    match &incoming.what {
        What::Said { text, edited: true, .. } => match find(&visible(text)) {
            Some((command, mut words)) if command.words == report::COMMAND.words => {
                report::parse(&mut words).ok().map(Heard::Edited)
            }
            Some(_) => None,
            None => match understand(&visible(text)) {
                Sentence::Reports(reports) => Some(Heard::Edited(report::spoken(reports))),
                _ => None,
            },
        },
        What::Said { text, addressed, edited: false } => said(incoming, visible(text), *addressed),
        What::Pressed { data, .. } => Some(pressed(data)),
        What::Membership(_) | What::Joined(_) | What::Moved { .. } => Some(Heard::Event),
        What::Nothing => None,
    }
}

/// The line that a button stands for.
pub(super) fn pressed(line: &str) -> Heard {
    match find(line) {
        Some((command, words)) => Heard::Command(command, words),
        None => Heard::Unclear,
    }
}

fn said(incoming: &Incoming, text: String, addressed: bool) -> Option<Heard> {
    match find(&text) {
        Some((command, words)) => Some(Heard::Command(command, words)),
        None if text.trim().is_empty() && !incoming.files.is_empty() => {
            incoming.account.as_ref().map(|_| Heard::Files { addressed })
        }
        // A chat without a person behind it has nobody who could be answering.
        None if text.trim().is_empty() || (!addressed && incoming.account.is_none()) => None,
        None => Some(Heard::Said { sentence: understand(&text), text, addressed }),
    }
}
