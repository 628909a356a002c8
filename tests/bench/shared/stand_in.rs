//! A stand-in for Telegram's Bot API on loopback: answers like it, remembers what was said to whom and
//! when, and fails as it is told. Lean, because it shares the processors with what is measured.

use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::any;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::bot_api::{self, cut, done, refused};

/// What the server asks of somebody who is too fast.
const RETRY_AFTER: u64 = 2;

/// One message that arrived, whatever was answered.
#[derive(Debug, Clone)]
pub struct Said {
    pub chat: i64,
    pub text: String,
    pub at: Instant,
}

/// Trouble on the way, for so many of a hundred messages: `429:5`, `403:1`, `500:5`, `cut:2`, `delay:10`.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    what: What,
    percent: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    TooFast,
    Blocked,
    Broken,
    /// The message arrives, and its answer is lost.
    Cut,
    /// Answered after some seconds.
    Delay,
}

impl FromStr for Fault {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Fault> {
        let (what, percent) = text.split_once(':').context("write faults as 429:5 (percent)")?;
        let what = match what {
            "429" => What::TooFast,
            "403" => What::Blocked,
            "500" => What::Broken,
            "cut" => What::Cut,
            "delay" => What::Delay,
            _ => bail!("faults are 429, 403, 500, cut and delay"),
        };
        Ok(Fault { what, percent: percent.parse()? })
    }
}

/// How long a delayed answer takes; shorter than any client's patience.
const DELAY: Duration = Duration::from_secs(3);

pub struct StandIn {
    pub url: String,
    said: Mutex<Vec<Said>>,
    messages: AtomicU64,
    faults: Vec<Fault>,
    /// The longest an answer takes; they differ, from nothing on.
    pause: Duration,
}

impl StandIn {
    /// Starts it on a free port; it lives as long as the runtime.
    pub async fn start(pause: Duration, faults: Vec<Fault>) -> Result<Arc<StandIn>> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let stand_in = Arc::new(StandIn {
            url: format!("http://{}", listener.local_addr()?),
            said: Mutex::default(),
            messages: AtomicU64::new(0),
            faults,
            pause,
        });
        let router = Router::new().route("/{bot}/{method}", any(answer)).with_state(Arc::clone(&stand_in));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(stand_in)
    }

    /// Everything that arrived so far, in the order in which it was sent.
    pub fn said(&self) -> Vec<Said> {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner).clone();
        said.sort_by_key(|said| said.at);
        said
    }

    /// The most messages that arrived within any one second: the platform allows 30.
    pub fn busiest_second(&self) -> usize {
        let said = self.said();
        let within = |from: usize| {
            let until = said[from].at + Duration::from_secs(1);
            said[from..].iter().take_while(|said| said.at < until).count()
        };
        (0..said.len()).map(within).max().unwrap_or_default()
    }

    /// The trouble of this message: each fault meets its share of them, evenly spread.
    fn fault(&self, number: u64) -> Option<What> {
        let meets = |fault: &&Fault| (number + 1) * fault.percent / 100 > number * fault.percent / 100;
        self.faults.iter().find(meets).map(|fault| fault.what)
    }

    async fn send(&self, message: &Value) -> Response {
        let at = Instant::now();
        let number = self.messages.fetch_add(1, Ordering::Relaxed);
        let fault = self.fault(number);
        let chat = message["chat_id"].as_i64().unwrap_or_default();
        let text = message["text"].as_str().unwrap_or_default().to_owned();
        let result = json!({
            "message_id": number + 1, "date": 1_795_489_200, "chat": { "id": chat, "type": "private" }, "text": text,
        });
        let arrives = matches!(fault, Some(What::Cut | What::Delay) | None);
        let mut said = Some(Said { chat, text, at }).filter(|_| arrives);
        // Whoever hangs up meanwhile cannot know whether the message arrived: every second one has.
        if number.is_multiple_of(2) {
            self.note(said.take());
        }
        tokio::time::sleep(self.pause * (number * 37 % 100) as u32 / 100).await;
        self.note(said);
        match fault {
            None => done(result),
            Some(What::Cut) => cut(),
            Some(What::Delay) => {
                tokio::time::sleep(DELAY).await;
                done(result)
            }
            Some(What::TooFast) => {
                let wait = json!({ "retry_after": RETRY_AFTER });
                refused(429, "Too Many Requests: retry after 2", &wait)
            }
            Some(What::Blocked) => refused(403, "Forbidden: bot was blocked by the user", &json!({})),
            Some(What::Broken) => refused(500, "Internal Server Error", &json!({})),
        }
    }

    fn note(&self, said: Option<Said>) {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).extend(said);
    }
}

async fn answer(
    State(stand_in): State<Arc<StandIn>>,
    Path((_bot, method)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    match method.as_str() {
        "sendMessage" => stand_in.send(&body).await,
        other => bot_api::otherwise(other),
    }
}
