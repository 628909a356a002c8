//! Chat platforms: one trait, one table, one file per adapter. An adapter only translates: it knows
//! the message types of `domain` and its own protocol, never commands, SQL or items.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::io::AsyncWrite;

use crate::config::Settings;
use crate::domain::{Both, Incoming, Outgoing};

pub mod room;
pub mod telegram;

/// One webhook call, raw: signatures need the bytes as they came.
#[derive(Debug, Clone)]
pub struct WebhookRequest {
    pub headers: Vec<(String, String)>,
    pub query: String,
    pub body: Vec<u8>,
}

impl WebhookRequest {
    /// The first header of this name (names compare without case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// What a webhook call turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received {
    Update(Box<Incoming>),
    /// A handshake: the body to answer with.
    Answer(String),
    /// Rightly signed, but not readable: recorded, answered 200.
    Unreadable(String),
    /// Not signed by the platform: 401, nothing recorded.
    Unauthorised,
}

/// What became of one attempt to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// Delivered; the platform's id of the message, empty where it gives none.
    Done(String),
    /// Too fast: not delivered, nothing more to this chat before this time has passed.
    Wait(Duration),
    /// Surely not delivered; worth another try.
    Again(String),
    /// Nobody can say whether it was delivered (cut connection, gateway error, empty answer).
    Doubt(String),
    /// The chat is gone: blocked, kicked, deleted.
    Gone(String),
    /// The chat has a new id; not delivered to the old one.
    Moved(String),
    /// Never deliverable as it is.
    Refused(String),
    /// Our token or setup is wrong: nothing can be sent for this account until somebody mends it.
    Locked(String),
}

/// What became of one attempt to fetch a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// All of it was written.
    Done,
    /// Too fast: not before this time has passed.
    Wait(Duration),
    /// Not this time; worth another try. What was written is worth nothing.
    Again(String),
    /// The platform will never give it.
    Gone(String),
    /// It is larger than the limit.
    TooBig,
}

/// How fast a platform lets us speak: at most `count` messages per `per`, in each scope.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    pub scope: Scope,
    pub count: u32,
    pub per: Duration,
}

/// How long so many messages take by these limits, one to each of as many chats: from the first one's leaving
/// to the last one's.
pub fn lasts(limits: &[Limit], messages: usize) -> Duration {
    let behind = u32::try_from(messages.saturating_sub(1)).unwrap_or(u32::MAX);
    let account = limits.iter().filter(|limit| limit.scope == Scope::Account);
    account.map(|limit| limit.per * (behind / limit.count.max(1))).max().unwrap_or_default()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Each chat, whatever its kind.
    Chat,
    /// Each group chat.
    Group,
    /// The whole account.
    Account,
}

/// What a platform can do, so that the rest need not know its name.
#[derive(Debug, Clone, Copy, Default)]
pub struct Can {
    /// Updates can be fetched (`poll`).
    pub poll: bool,
    /// Polling is the only way in.
    pub only_polls: bool,
}

/// One fetched update with the platform's running number.
#[derive(Debug, Clone)]
pub struct Polled {
    pub number: i64,
    pub update: Incoming,
}

/// A chat platform.
pub trait Platform: Send + Sync {
    /// Also the path: `/hooks/<name>`, and the `platform` of every row.
    fn name(&self) -> &'static str;
    /// As people call it.
    fn title(&self) -> Both;
    fn pace(&self) -> &'static [Limit];
    fn can(&self) -> Can;
    /// Whether this chat id is a group, for the pace.
    fn is_group(&self, chat: &str) -> bool;
    /// The chat in which this account alone talks with the bot.
    fn private_chat(&self, account: &str) -> String {
        account.to_owned()
    }
    /// The longest text of one message in UTF-16 units; longer ones are cut (`Message::parts`) before
    /// they become outbox rows, as `send` refuses them.
    fn text_limit(&self) -> usize {
        usize::MAX
    }
    /// The largest file that can be sent, in bytes.
    fn file_limit(&self) -> u64 {
        u64::MAX
    }
    /// A link that opens a private talk with the bot and says this binding code there; `None` where there
    /// are no such links, or while the bot's own name is not known.
    fn bind_link(&self, code: &str) -> Option<String> {
        let _ = code;
        None
    }
    /// Whether the platform keeps from the bot what is said in groups without addressing it, as far as is
    /// known. In a group where the bot is an administrator it may hear all the same.
    fn is_deaf(&self) -> bool {
        false
    }
    /// Whether the platform itself decides who is in a group, as the room does by posts.
    fn knows_groups(&self) -> bool {
        false
    }
    /// Learns from the platform what receiving needs (the bot's own name). Called at start and again
    /// until it succeeds; receiving works before, only less sharply. Costs nothing once it succeeded.
    fn prepare(&self) -> BoxFuture<'_, anyhow::Result<()>> {
        Box::pin(std::future::ready(Ok(())))
    }
    /// Verify and translate one webhook call. No I/O, so recorded bodies test it.
    fn receive(&self, request: &WebhookRequest) -> Received;
    /// Send one message, once; never retries by itself.
    fn send<'a>(&'a self, message: &'a Outgoing) -> BoxFuture<'a, Sent>;
    /// Fetch a file, once, and write it to `to`; never more than `limit` bytes, whatever its size was said
    /// to be.
    fn fetch<'a>(
        &'a self,
        file: &'a str,
        limit: u64,
        to: &'a mut (dyn AsyncWrite + Send + Unpin),
    ) -> BoxFuture<'a, Fetched> {
        let _ = (file, limit, to);
        let why = "这个平台没有文件 / this platform has no files";
        Box::pin(std::future::ready(Fetched::Gone(why.to_owned())))
    }
    /// Wait for updates after `settled`, the highest number whose fate is known (0 at the start: the
    /// platform remembers what was settled before).
    fn poll(&self, settled: i64) -> BoxFuture<'_, anyhow::Result<Vec<Polled>>> {
        let _ = settled;
        Box::pin(std::future::ready(Ok(Vec::new())))
    }
}

/// What adapters are opened with.
pub struct Opening<'a> {
    pub settings: &'a Settings,
    /// The room's server side, which lives in our own database; absent when the room is off.
    pub room: Option<room::Server>,
}

/// Opens one adapter; `None` when it is not configured.
pub type Open = fn(&mut Opening<'_>) -> anyhow::Result<Option<Arc<dyn Platform>>>;

/// Every platform there is. A new one is a file and two lines here.
pub const PLATFORMS: &[Open] = &[room::open, telegram::open];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_alone_holds_up_messages_to_many_people() {
        let limits = [
            Limit { scope: Scope::Chat, count: 1, per: Duration::from_secs(1) },
            Limit { scope: Scope::Account, count: 30, per: Duration::from_secs(1) },
        ];
        let seconds = |messages| lasts(&limits, messages).as_secs();
        assert_eq!([0, 1, 30, 31, 2000].map(seconds), [0, 0, 0, 1, 66]);
        assert_eq!(lasts(&[], 2000), Duration::ZERO);
    }
}
