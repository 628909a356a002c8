//! What a decision says, to whom, and what it means when nobody knows whether it arrived. The store turns each
//! reply into a row of the outbox; whom it reaches is found out when it leaves.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::message::{ChatAddress, Message};
use super::time::Now;

/// What doubt about a delivery means for a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnDoubt {
    /// Send again: a second copy is better than none.
    Repeat,
    /// Never twice: the office decides.
    Hold,
}

impl OnDoubt {
    pub fn code(self) -> &'static str {
        match self {
            OnDoubt::Repeat => "repeat",
            OnDoubt::Hold => "hold",
        }
    }
}

/// To whom something is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// Where it was asked.
    Chat(ChatAddress),
    /// The presser of a button, in a toast.
    Press { to: ChatAddress, press_id: String },
    /// Whoever is the unit's contact when the message leaves.
    UnitContact(Uuid),
    /// This holder in private, also when the holding has ended.
    Holder(Uuid),
    /// Whoever holds the post when the message leaves, in private.
    Post(Uuid),
    /// The office: its confirmed group; without one the holder of this post, or somebody of the office.
    Office(Option<Uuid>),
    /// What waits for another post of the office than this one: the group, or somebody else; this one alone where
    /// there is nobody else.
    OfficeBut(Uuid),
}

/// One thing to say.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    pub audience: Audience,
    pub say: Saying,
    /// Ledger time before which it does not leave.
    pub not_before: Option<DateTime<Utc>>,
    pub on_doubt: OnDoubt,
    /// The item whose live card in this chat the message becomes.
    pub card_of: Option<Uuid>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Saying {
    /// Worded now.
    Message(Message),
    /// Said unasked: it rests outside speaking hours.
    Notice(Message),
    /// A unit's sheet of an assessment, said unasked; what became of it is kept.
    Sheet(Uuid, Message),
    /// An answer that is kept no longer than until it was sent: a binding code stands in it.
    Secret(Message),
    /// Worded when it leaves, from what still holds then.
    Warnings(Vec<Uuid>),
    /// A leader's week, worded when it leaves.
    Week,
    /// An addressee's copy of a notice, worded when it leaves: a message of its own, sent again when in doubt,
    /// always under the same number.
    Copy(Uuid),
}

impl Reply {
    /// An answer, sent at once and again when in doubt.
    pub fn answer(audience: Audience, message: Message) -> Reply {
        Reply {
            audience,
            say: Saying::Message(message),
            not_before: None,
            on_doubt: OnDoubt::Repeat,
            card_of: None,
        }
    }

    /// Said unasked, in the next speaking hours.
    pub fn notice(audience: Audience, message: impl Into<Message>, now: Now) -> Reply {
        Reply {
            audience,
            say: Saying::Notice(message.into()),
            not_before: Some(now.utc),
            on_doubt: OnDoubt::Repeat,
            card_of: None,
        }
    }
}
