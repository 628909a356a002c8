//! The built-in group chat (platform `room`): useful on an intranet without any chat product.
//! Its server side (lines, sessions, files) is our own and is handed in as three functions, so
//! that this adapter stays like the others: it fetches updates and sends messages.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::io::AsyncWrite;

use super::{Can, Fetched, Limit, Opening, Platform, Polled, Received, Sent, WebhookRequest};
use crate::domain::{Both, Outgoing};

/// Shows a message in the room. Saying the same outbox row twice shows it once.
pub type Show = Arc<dyn for<'a> Fn(&'a Outgoing) -> BoxFuture<'a, anyhow::Result<i64>> + Send + Sync>;
/// Waits for what people said. Every line up to the given number has a known fate and is not handed
/// out again; all others are, until theirs is known.
pub type Take = Arc<dyn Fn(i64) -> BoxFuture<'static, anyhow::Result<Vec<Polled>>> + Send + Sync>;

/// Gives out a file that somebody sent, no more than so many bytes of it.
pub type Give = Arc<
    dyn for<'a> Fn(&'a str, u64, &'a mut (dyn AsyncWrite + Send + Unpin)) -> BoxFuture<'a, Fetched>
        + Send
        + Sync,
>;

/// The room's server side.
#[derive(Clone)]
pub struct Server {
    pub show: Show,
    pub take: Take,
    pub give: Give,
}

struct Room {
    server: Server,
}

pub fn open(opening: &mut Opening<'_>) -> anyhow::Result<Option<Arc<dyn Platform>>> {
    Ok(opening.room.take().map(|server| Arc::new(Room { server }) as Arc<dyn Platform>))
}

impl Platform for Room {
    fn name(&self) -> &'static str {
        "room"
    }

    fn title(&self) -> Both {
        Both { zh: "内置聊天室", en: "the built-in room" }
    }

    /// Our own server: no limits.
    fn pace(&self) -> &'static [Limit] {
        &[]
    }

    fn can(&self) -> Can {
        Can { poll: true, only_polls: true }
    }

    fn is_group(&self, chat: &str) -> bool {
        !chat.starts_with("me:")
    }

    fn private_chat(&self, account: &str) -> String {
        format!("me:{account}")
    }

    fn knows_groups(&self) -> bool {
        true
    }

    /// Nobody calls the room from outside: every such call is a stranger's.
    fn receive(&self, _: &WebhookRequest) -> Received {
        Received::Unauthorised
    }

    fn send<'a>(&'a self, message: &'a Outgoing) -> BoxFuture<'a, Sent> {
        Box::pin(async move {
            match (self.server.show)(message).await {
                Ok(seq) => Sent::Done(seq.to_string()),
                Err(error) => Sent::Again(error.to_string()),
            }
        })
    }

    fn fetch<'a>(
        &'a self,
        file: &'a str,
        limit: u64,
        to: &'a mut (dyn AsyncWrite + Send + Unpin),
    ) -> BoxFuture<'a, Fetched> {
        (self.server.give)(file, limit, to)
    }

    fn poll(&self, settled: i64) -> BoxFuture<'_, anyhow::Result<Vec<Polled>>> {
        (self.server.take)(settled)
    }
}
