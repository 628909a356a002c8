//! One use of a command: what it is given, and the ways in which it answers. Every command takes a [`Call`] and gives
//! a decision or a [`Failure`]; who may read along is asked here as well.

use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use sqlx::PgConnection;
use uuid::Uuid;

use super::words::{Slip, Words};
use super::{Command, spelling, wording};
use crate::domain::basis::Thresholds;
use crate::domain::decision::{Effect, Saying};
use crate::domain::document::Paper;
use crate::domain::item::LastSaid;
use crate::domain::people::{ChatFacts, Purpose};
use crate::domain::{
    Audience, Basis, Both, Decision, Door, Incoming, Item, Lang, Message, Now, Origin, Reply, Role, RoundRef,
    Speaker, Text, What,
};
use crate::say;

/// How long so many messages take on a platform.
type Lasts = dyn Fn(&str, usize) -> Duration + Send + Sync;

/// A link for a platform and a binding code.
type BindLink = dyn Fn(&str, &str) -> Option<String> + Send + Sync;

/// What a platform is called.
type Title = dyn Fn(&str, Lang) -> String + Send + Sync;

/// What people read of a rule.
#[derive(Clone)]
pub struct RuleNote {
    pub name: &'static str,
    pub version: u16,
    pub title: Both,
    pub meaning: Both,
}

/// What commands ask about the platform a message came from, by the platform's name.
#[derive(Clone)]
pub struct Abilities {
    /// A link that opens a private talk with the bot and says this binding code there.
    pub bind_link: Arc<BindLink>,
    /// As people call it; its name where it is not open.
    pub title: Arc<Title>,
    /// In groups the bot hears only what is addressed to it.
    pub is_deaf: Arc<dyn Fn(&str) -> bool + Send + Sync>,
    /// The platform itself decides who is in its groups: the office has nothing to confirm.
    pub knows_groups: Arc<dyn Fn(&str) -> bool + Send + Sync>,
    /// The rules by which the bot speaks unasked, the gravest first.
    pub rules: Vec<RuleNote>,
    /// The documents that can be asked for, in the order people are told of them.
    pub papers: Vec<&'static Paper>,
    /// How long so many messages take, one to each of as many people, by the platform's limits.
    pub lasts: Arc<Lasts>,
}

/// One use of a command.
pub struct Call<'a> {
    /// The entry of the table that is being used.
    pub command: &'static Command,
    /// A read-only connection.
    pub read: &'a mut PgConnection,
    pub door: &'a Door,
    /// The items of the number that `Command::item` found in the words, in all open rounds.
    pub named: &'a [Item],
    /// What the speaker's unit said last about them, where the door looked it up already.
    pub lasts: &'a [LastSaid],
    pub incoming: &'a Incoming,
    pub able: &'a Abilities,
    pub words: Words,
    pub now: Now,
    /// What the rules go by.
    pub basis: &'a Basis,
}

/// Why there is no ordinary answer.
#[derive(Debug)]
pub enum Failure {
    /// The person can mend it: this sentence is the answer.
    Told(Message),
    /// Not allowed: answered and audited.
    Refused { what: &'static str, item: Option<Uuid>, told: Message },
    /// We must mend it.
    Broken(anyhow::Error),
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Failure {
        Failure::Broken(error.into())
    }
}

/// A sentence for the person.
pub fn told(text: impl Display) -> Failure {
    Failure::Told(Message::plain(text.to_string()))
}

impl<'a> Call<'a> {
    pub fn lang(&self) -> Lang {
        self.door.lang()
    }

    /// The speaker of a command whose `who` admits only bound people.
    pub fn speaker(&self) -> Result<&'a Speaker, Failure> {
        self.door.speaker.as_ref().ok_or_else(|| wording::not_bound(self.lang()))
    }

    /// A slip in the words, told with the right usage.
    pub fn slip(&self, slip: &Slip) -> Failure {
        Failure::Told(wording::slip(slip, self.command.usage, self.lang()))
    }

    pub fn decision(&self) -> Decision {
        let mut decision = Decision::new(origin(self.incoming), self.now);
        decision.actor.account = self.incoming.account.clone();
        decision
    }

    /// A decision that only answers.
    pub fn answer(&self, message: impl Into<Message>) -> Decision {
        self.say(self.decision(), message)
    }

    /// Adds the answer to a decision: where it was asked, quoting the question in a group.
    pub fn say(&self, decision: Decision, message: impl Into<Message>) -> Decision {
        answer_to(self.incoming, decision, message.into())
    }

    /// The colours of totals; where they are of several rounds, those of the first.
    pub fn colours(&self) -> &Thresholds {
        self.basis.of(self.door.rounds.first().map_or(Uuid::nil(), |round| round.id))
    }

    /// The open rounds.
    pub fn rounds(&self) -> Vec<Uuid> {
        self.door.rounds.iter().map(|round| round.id).collect()
    }

    /// What a rule is called; another version's rules have no better name.
    pub(super) fn rule_title(&self, rule: &str) -> &'static str {
        let known = self.able.rules.iter().find(|known| known.name == rule);
        known.map_or(Both { zh: "提醒", en: "reminder" }, |known| known.title).pick(self.lang())
    }

    /// The round that is meant: the one named, or the only open one.
    pub fn round(&self, named: Option<&str>) -> Result<&'a RoundRef, Failure> {
        let (lang, rounds) = (self.lang(), &self.door.rounds);
        let found = match (named, &rounds[..]) {
            (Some(name), _) => rounds.iter().find(|round| round.name == name),
            (None, [round]) => Some(round),
            (None, _) => None,
        };
        found.ok_or_else(|| {
            let names: Vec<&str> = rounds.iter().map(|round| round.name.as_str()).collect();
            let (names, word) = (names.join(say!(lang, "、", ", ").as_str()), spelling(self.command, lang));
            told(say!(
                lang,
                "请写明哪一轮，例：{word} @轮次名。在办的有：{names}",
                "Name the round, e.g. {word} @ROUND. Open: {names}"
            ))
        })
    }

    /// Adds several answers, of which the first quotes the question.
    pub fn say_all(&self, decision: Decision, messages: Vec<Message>) -> Decision {
        let mut messages = messages.into_iter();
        let Some(first) = messages.next() else { return decision };
        let decision = self.say(decision, first);
        messages.fold(decision, |decision, message| {
            decision.saying(Reply::answer(Audience::Chat(self.incoming.chat.clone()), message))
        })
    }

    /// Whether an answer about this item becomes its live card: in a group that may read it.
    pub fn is_card_of(&self, item: &Item) -> bool {
        !self.incoming.private && self.shows(item)
    }

    /// The one unit whose own group this is, by construction or by the office's word.
    pub(super) fn group_unit(&self) -> Option<Uuid> {
        let confirmed = self.door.chat.as_ref().and_then(|chat| chat.owner());
        self.incoming.unit.or(confirmed).filter(|_| !self.incoming.private)
    }

    /// Whether this is the office's own group, where everybody sees everything: by the office's word, or where
    /// the platform itself knows that only the office's unit is there.
    pub(super) fn is_office_group(&self) -> bool {
        let is_set = |chat: &ChatFacts| chat.confirmed && chat.purpose == Some(Purpose::Office);
        let is_own =
            |speaker: &Speaker| speaker.role == Role::Office && self.incoming.unit == Some(speaker.unit.id);
        !self.incoming.private
            && (self.door.chat.as_ref().is_some_and(is_set) || self.door.speaker.as_ref().is_some_and(is_own))
    }

    /// Whether this is the confirmed group of the speaker's own unit.
    pub fn is_own_group(&self) -> bool {
        self.group_unit().zip(self.door.speaker.as_ref()).is_some_and(|(unit, s)| unit == s.unit.id)
    }

    /// An answer with a binding code in it: nothing keeps it longer than until it was sent.
    pub fn say_secret(&self, decision: Decision, message: impl Into<Message>) -> Decision {
        let mut decision = self.say(decision, message);
        if let Some(Reply { say, .. }) = decision.replies.last_mut()
            && let Saying::Message(message) = say
        {
            *say = Saying::Secret(std::mem::take(message));
        }
        decision
    }

    /// What only the speaker may read or press is not for groups: told how to do it.
    pub fn only_in_private(&self) -> Result<(), Failure> {
        if self.incoming.private {
            return Ok(());
        }
        let lang = self.lang();
        let word = Both { zh: self.command.words[0], en: self.command.words[1] }.pick(lang);
        let rest = wording::head(&self.words.clone().rest(), 40);
        Err(Failure::Told(
            Text::plain(say!(
                lang,
                "这件事只在私聊里办，群里不处理。请私聊我发送：",
                "This is done in private only, not in a group. Send me in private: "
            ))
            .code(format!("{word} {rest}").trim_end())
            .into(),
        ))
    }

    /// What units would read along in any other group is for private chats and the office's own.
    pub fn office_only(&self) -> Result<(), Failure> {
        match self.is_office_group() {
            true => Ok(()),
            false => self.only_in_private(),
        }
    }

    /// Whether this chat may read an item's texts and flags: in private whoever may see the item; in a
    /// group only where the office has confirmed it and everybody in it is concerned.
    pub fn shows(&self, item: &Item) -> bool {
        let Some(speaker) = &self.door.speaker else { return false };
        item.is_open_to(speaker)
            && (self.incoming.private
                || match self.incoming.unit {
                    Some(unit) => {
                        item.part_of(unit).is_some() || (unit == speaker.unit.id && speaker.role.sees_all())
                    }
                    None => self.door.chat.as_ref().is_some_and(|chat| chat.may_read(item)),
                })
    }
}

/// The key by which a redelivery of the same update is recognised.
pub fn origin(incoming: &Incoming) -> Origin {
    Origin { account: incoming.chat.platform.clone(), key: incoming.update_id.clone() }
}

/// A refusal, counted and audited.
pub(super) fn refused(incoming: &Incoming, what: &'static str, item: Option<Uuid>) -> Effect {
    let account = incoming.account.clone().unwrap_or_default();
    Effect::Refused { platform: incoming.chat.platform.clone(), account, what, item }
}

pub(super) fn answer_to(incoming: &Incoming, decision: Decision, mut message: Message) -> Decision {
    let decision = match &incoming.what {
        // The presser's button stops spinning at once; the answer itself follows in the chat.
        What::Pressed { press_id, .. } => decision.saying(Reply::answer(
            Audience::Press { to: incoming.chat.clone(), press_id: press_id.clone() },
            Message::default(),
        )),
        _ => decision,
    };
    if !incoming.private && matches!(incoming.what, What::Said { .. }) {
        message.reply_to = incoming.message_id.clone();
    }
    decision.saying(Reply::answer(Audience::Chat(incoming.chat.clone()), message))
}
