//! The room's server side, as the platform adapter sees it: take what people said, show what the bot
//! says. What was said is handed out again until its fate is known.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::PgPool;
use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, timeout_at};

use super::{BOT, MENTIONS, PLATFORM};
use crate::app::{Bell, Clock};
use crate::domain::message::Body;
use crate::domain::{ChatAddress, Incoming, Outgoing, What};
use crate::files::Folder;
use crate::platforms::{Fetched, Polled, room::Server};
use crate::store::room::{self, Line, Words};

/// How long one call waits for words: other replicas ring no bell of ours, so look again.
const WAIT: Duration = Duration::from_secs(20);

/// `pool` may write; `bell` is rung for every line the bot shows; `data_dir` has the folder that
/// holds what people sent.
pub fn server(pool: PgPool, bell: Bell, clock: Clock, data_dir: &Path) -> Server {
    let folder = Folder::of(data_dir);
    let (showing, ringing) = (pool.clone(), bell.clone());
    Server {
        show: std::sync::Arc::new(move |outgoing| {
            let (pool, bell, clock) = (showing.clone(), ringing.clone(), clock.clone());
            Box::pin(async move { show(&pool, &bell, &clock, outgoing).await })
        }),
        take: std::sync::Arc::new(move |settled| {
            let (pool, bell) = (pool.clone(), bell.clone());
            Box::pin(async move { take(&pool, &bell, settled).await })
        }),
        give: std::sync::Arc::new(move |file, limit, to| {
            let held = folder.held(file);
            Box::pin(async move { give(held, limit, to).await })
        }),
    }
}

async fn show(pool: &PgPool, bell: &Bell, clock: &Clock, outgoing: &Outgoing) -> anyhow::Result<i64> {
    let at = clock.now().utc;
    let seq = match &outgoing.body {
        Body::Message(message) => {
            room::show(pool, outgoing.id, &outgoing.to.chat, BOT, message.clone(), at).await?
        }
        Body::Edit { message_id, message } => {
            let line = message_id.parse()?;
            room::edit(pool, line, &outgoing.to.chat, message.clone()).await?;
            line
        }
        Body::Toast { press_id, text } => {
            let press = press_id.parse().unwrap_or_default();
            // An empty one only stops a spinner; buttons here have none.
            if text.is_empty() {
                return Ok(press);
            }
            room::toast(pool, outgoing.id, press, BOT, text.clone(), at).await?;
            press
        }
    };
    bell.ring();
    Ok(seq)
}

/// Everything up to `settled` has a known fate. Lines become visible in the order of their numbers,
/// so none can turn up below it later.
async fn take(pool: &PgPool, bell: &Bell, settled: i64) -> anyhow::Result<Vec<Polled>> {
    let until = Instant::now() + WAIT;
    let mut ring = bell.listen();
    if settled > 0 {
        room::settle(pool, settled).await?;
    }
    loop {
        let lines = room::unhandled(pool).await?;
        if !lines.is_empty() {
            return Ok(lines.into_iter().map(polled).collect());
        }
        if timeout_at(until, ring.changed()).await.is_err() {
            return Ok(Vec::new());
        }
    }
}

/// What somebody sent, out of the folder where it is held.
async fn give(held: Option<PathBuf>, limit: u64, to: &mut (dyn AsyncWrite + Send + Unpin)) -> Fetched {
    let gone = || Fetched::Gone("it was not kept so long".to_owned());
    let Some(path) = held else { return gone() };
    let copied = async {
        let mut file = tokio::fs::File::open(&path).await?.take(limit + 1);
        let copied = tokio::io::copy(&mut file, to).await?;
        to.flush().await?;
        std::io::Result::Ok(copied)
    };
    match copied.await {
        Ok(bytes) if bytes > limit => Fetched::TooBig,
        Ok(_) => Fetched::Done,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => gone(),
        Err(error) => Fetched::Again(error.to_string()),
    }
}

fn polled(line: Line) -> Polled {
    let private = line.chat.starts_with("me:");
    let what = match line.words {
        Words::Said(text) => {
            let (text, mentioned) = without_mention(&text);
            What::Said { text: text.to_owned(), addressed: private || mentioned, edited: false }
        }
        Words::Pressed { says, .. } => What::Pressed { press_id: line.seq.to_string(), data: says },
        Words::Answered(_) | Words::Toast(_) => What::Nothing,
    };
    // Everybody in a unit's group of the room holds a post of that unit.
    let unit = line.chat.strip_prefix("unit:").and_then(|id| id.parse().ok());
    Polled {
        number: line.seq,
        update: Incoming {
            unit,
            update_id: line.seq.to_string(),
            chat: ChatAddress { platform: PLATFORM.to_owned(), chat: line.chat, thread: None },
            chat_title: String::new(),
            private,
            account: line.account,
            display_name: line.name,
            message_id: Some(line.seq.to_string()),
            what,
            files: line.files,
        },
    }
}

/// Takes the bot's own name off the front.
fn without_mention(text: &str) -> (&str, bool) {
    match MENTIONS.iter().find_map(|mention| text.strip_prefix(mention)) {
        Some(rest) => (rest.trim_start_matches([' ', '\u{3000}', ',', '，', ':', '：']), true),
        None => (text, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mention_is_taken_off_and_a_word_that_only_begins_alike_is_not() {
        assert_eq!(without_mention("@督办助手 总览"), ("总览", true));
        assert_eq!(without_mention("＠督办，查 16"), ("查 16", true));
        assert_eq!(without_mention("督办得怎么样"), ("督办得怎么样", false));
    }
}
