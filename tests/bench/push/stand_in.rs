//! The stand-in for Telegram's Bot API: enforces the limits, makes the trouble that was drawn, and keeps
//! a record of every message that arrived. Two services reach it under addresses of their own.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Result;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::any;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::backlog;
use super::bot_api::{cut, done, otherwise, refused};
use super::faults::{Fault, Plan, Turn};
use super::limits::Limits;

/// A message that arrived.
#[derive(Debug, Clone)]
pub struct Arrival {
    pub number: u32,
    pub chat: i64,
    pub at: Instant,
    /// Under which address.
    pub by: char,
    pub has_markup: bool,
}

#[derive(Default)]
pub struct Record {
    limits: Limits,
    pub arrived: Vec<Arrival>,
    /// Limits that were broken, and waits that were not kept.
    pub broken: BTreeMap<&'static str, u32>,
    /// Trouble that was met, message by message.
    pub met: HashMap<u32, Fault>,
    /// Requests for a group under the id that it has no more.
    pub to_old_ids: HashMap<u32, u32>,
    /// Messages refused because the group is gone.
    pub refused_as_gone: HashSet<u32>,
    /// Said besides: nothing should be.
    pub others: u32,
    waiting: HashMap<i64, Instant>,
    arrived_in: HashMap<u32, u32>,
}

impl Record {
    pub fn closest(&self) -> Option<Duration> {
        self.limits.closest
    }
}

pub struct StandIn {
    url: String,
    plan: Plan,
    /// How long every answer takes.
    pause: Duration,
    record: Mutex<Record>,
}

/// What is answered.
enum Verdict {
    Arrived(usize),
    Refused(u16, String, Value),
    Cut,
}

impl StandIn {
    /// Starts it on a free port; it lives as long as the runtime.
    pub async fn start(plan: Plan, pause: Duration) -> Result<Arc<StandIn>> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let stand_in = Arc::new(StandIn { url, plan, pause, record: Mutex::default() });
        let router =
            Router::new().route("/{by}/{bot}/{method}", any(answer)).with_state(Arc::clone(&stand_in));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(stand_in)
    }

    /// The address for one service.
    pub fn url(&self, by: char) -> String {
        format!("{}/{by}", self.url)
    }

    pub fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the record; nothing may come any more.
    pub fn close(&self) -> Record {
        std::mem::take(&mut *self.record())
    }

    fn take(&self, by: char, message: &Value) -> Verdict {
        let mut record = self.record();
        let chat = message["chat_id"].as_i64().unwrap_or_default();
        let text = message["text"].as_str().unwrap_or_default();
        let Some(number) = backlog::number(text) else {
            record.others += 1;
            return Verdict::Refused(400, "Bad Request: nobody expects this".to_owned(), json!({}));
        };
        let at = Instant::now();
        let group = backlog::group(chat);
        let turn = self.plan.groups.get(&group);
        if turn == Some(&Turn::Gone) {
            record.refused_as_gone.insert(number);
            let why = "Forbidden: bot was kicked from the group chat";
            return Verdict::Refused(403, why.to_owned(), json!({}));
        }
        if let Some(Turn::Moves { after }) = turn
            && chat == backlog::chat(group)
            && record.arrived_in.get(&group).is_some_and(|arrived| arrived >= after)
        {
            *record.to_old_ids.entry(group).or_default() += 1;
            let why = "Bad Request: group chat was upgraded to a supergroup chat";
            let to = json!({ "migrate_to_chat_id": backlog::moved(group) });
            return Verdict::Refused(400, why.to_owned(), to);
        }
        if let Some(until) = record.waiting.get(&chat).filter(|until| at < **until) {
            let left = until.duration_since(at).as_secs() + 1;
            *record.broken.entry("a wait that was asked for").or_default() += 1;
            return too_fast(left);
        }
        let has_markup = message.get("parse_mode").is_some();
        let fault = match self.plan.messages.get(&number) {
            Some(Fault::Markup) if has_markup => Some(Fault::Markup),
            Some(fault) if *fault != Fault::Markup && !record.met.contains_key(&number) => Some(*fault),
            _ => None,
        };
        if let Some(fault) = fault {
            record.met.insert(number, fault);
        }
        match fault {
            Some(Fault::Broken) => {
                return Verdict::Refused(500, "Internal Server Error".to_owned(), json!({}));
            }
            Some(Fault::CutBefore) => return Verdict::Cut,
            Some(Fault::Wait(wait)) => {
                record.waiting.insert(chat, at + wait);
                return too_fast(wait.as_secs());
            }
            Some(Fault::Markup) => {
                let why = "Bad Request: can't parse entities: Unsupported start tag \"b\" at byte offset 0";
                return Verdict::Refused(400, why.to_owned(), json!({}));
            }
            Some(Fault::CutAfter) | None => {}
        }
        if let Err(limit) = record.limits.take(chat, at) {
            *record.broken.entry(limit).or_default() += 1;
            return too_fast(1);
        }
        *record.arrived_in.entry(group).or_default() += 1;
        record.arrived.push(Arrival { number, chat, at, by, has_markup });
        if fault == Some(Fault::CutAfter) { Verdict::Cut } else { Verdict::Arrived(record.arrived.len()) }
    }
}

fn too_fast(seconds: u64) -> Verdict {
    let why = format!("Too Many Requests: retry after {seconds}");
    Verdict::Refused(429, why, json!({ "retry_after": seconds }))
}

async fn answer(
    State(stand_in): State<Arc<StandIn>>,
    Path((by, _bot, method)): Path<(char, String, String)>,
    body: Bytes,
) -> Response {
    if method != "sendMessage" {
        return otherwise(&method);
    }
    let message: Value = serde_json::from_slice(&body).unwrap_or_default();
    let verdict = stand_in.take(by, &message);
    if !stand_in.pause.is_zero() {
        tokio::time::sleep(stand_in.pause).await;
    }
    match verdict {
        Verdict::Arrived(id) => done(json!({
            "message_id": id, "date": 1_795_489_200, "text": message["text"],
            "chat": { "id": message["chat_id"], "type": "group", "title": "工作群" },
        })),
        Verdict::Refused(status, why, parameters) => refused(status, &why, &parameters),
        Verdict::Cut => cut(),
    }
}
