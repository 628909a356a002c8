//! The Telegram adapter: recorded bodies in, requests to loopback servers out.
#![expect(clippy::unwrap_used, reason = "tests")]

mod files; // what comes with messages, and fetching it
mod network; // cut, silent, refusing, proxied
mod outbound; // beside other libraries' requests
mod outside; // poll, prepare, setup, doctor
mod receive;
mod send;
mod vectors;
mod words; // names, commands, quotes

use duban::config::Settings;
use duban::domain::{ChatAddress, Incoming};
use duban::platforms::telegram::Telegram;
use duban::platforms::{Platform, Received, WebhookRequest};
use serde_json::Value;

const SECRET: &str = "DhGQPAcg92ADu7wKeNofNdGs4XomGwH4WNQN_-Ab";
const TOKEN: &str = "7255925334:AAHushHush_never-shown";
const GROUP: &str = "-1002781909976";

/// An account that knows its name and talks to nobody.
fn bot() -> Telegram {
    Telegram::new(TOKEN, SECRET, "duban_bot").unwrap()
}

/// An account that talks to this server.
fn bot_at(server: &str) -> Telegram {
    Telegram::open(&settings(&[("DUBAN_TELEGRAM_API_URL", server)])).unwrap().unwrap()
}

/// The usual settings with these put in their place or besides; an empty one is absent.
fn settings(more: &[(&str, &str)]) -> Settings {
    let usual = [("DUBAN_TELEGRAM_TOKEN", TOKEN), ("DUBAN_TELEGRAM_SECRET", SECRET)];
    let kept = usual.iter().filter(|(name, _)| more.iter().all(|(other, _)| other != name));
    let vars = kept.chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Settings::from_vars(vars).unwrap()
}

fn call(secret: Option<&str>, body: &[u8]) -> WebhookRequest {
    let secret = secret.map(|secret| ("X-Telegram-Bot-Api-Secret-Token".to_owned(), secret.to_owned()));
    WebhookRequest { headers: secret.into_iter().collect(), query: String::new(), body: body.to_vec() }
}

/// What the account makes of an update.
fn told(bot: &Telegram, update: &Value) -> Incoming {
    match bot.receive(&call(Some(SECRET), update.to_string().as_bytes())) {
        Received::Update(incoming) => *incoming,
        other => panic!("{other:?}"),
    }
}

fn address(chat: &str) -> ChatAddress {
    ChatAddress { platform: "telegram".into(), chat: chat.into(), thread: None }
}
