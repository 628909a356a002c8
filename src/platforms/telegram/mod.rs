//! Telegram: translates the Bot API both ways. Types and payloads are teloxide's; the requests are our
//! own, because its client hides the error code and waits ten seconds by itself after a 5xx.
//!
//! Until the bot's name is known (`prepare`), people reach it in groups by replies, bare commands and
//! mentions that carry its id; `/command@Somebody` counts as another bot's, so that nothing is done
//! that was not meant for us.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use anyhow::Context;
use futures_util::future::BoxFuture;
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;
use teloxide_core::payloads::GetMe;
use tokio::io::AsyncWrite;

use self::api::Api;
use super::{Can, Fetched, Limit, Opening, Platform, Polled, Received, Scope, Sent, WebhookRequest};
use crate::config::Settings;
use crate::domain::message::Body;
use crate::domain::{Both, Message, Outgoing};

mod api;
mod classify;
mod doctor;
mod fetch;
mod link;
mod update;
mod poll;
mod receive;
mod send;
mod setup;
mod upload;
mod words;

pub use classify::{Class, classify};
pub use doctor::{Finding, webhook_state};
pub use link::deep_link;
pub use setup::{CommandWords, setup};

/// The adapter's name.
const NAME: &str = "telegram";
/// The header that carries the webhook's secret.
const SECRET_HEADER: &str = "x-telegram-bot-api-secret-token";
/// The longest secret the platform accepts.
const SECRET_LETTERS: usize = 256;
/// The longest text of one message in UTF-16 units, counted after the markup is taken out.
const TEXT_LIMIT: usize = 4096;

/// The largest file a bot may send.
const FILE_LIMIT: u64 = 50 * 1024 * 1024;

/// The limits the platform publishes for bots.
const PACE: &[Limit] = &[
    Limit { scope: Scope::Chat, count: 1, per: Duration::from_secs(1) },
    Limit { scope: Scope::Group, count: 20, per: Duration::from_secs(60) },
    Limit { scope: Scope::Account, count: 30, per: Duration::from_secs(1) },
];

/// One bot account.
pub struct Telegram {
    api: Api,
    /// Absent: webhook calls are a stranger's, whatever they carry.
    secret: Option<SecretString>,
    username: OnceLock<String>,
    /// Privacy mode is off.
    hears_all: OnceLock<bool>,
}

pub fn open(opening: &mut Opening<'_>) -> anyhow::Result<Option<Arc<dyn Platform>>> {
    let telegram = Telegram::open(opening.settings)?;
    Ok(telegram.map(|telegram| Arc::new(telegram) as Arc<dyn Platform>))
}

impl Telegram {
    /// The account the settings name; `None` without a token. No I/O.
    pub fn open(settings: &Settings) -> anyhow::Result<Option<Telegram>> {
        let Some(api) = Api::open(settings)? else { return Ok(None) };
        if let Some(secret) = &settings.telegram_secret {
            setup::check_secret(secret)?;
        }
        Ok(Some(Telegram {
            api,
            secret: settings.telegram_secret.clone(),
            username: OnceLock::new(),
            hears_all: OnceLock::new(),
        }))
    }

    /// An account whose name is known already. An empty secret is none.
    pub fn new(token: &str, secret: &str, username: &str) -> anyhow::Result<Telegram> {
        let settings = Settings::from_vars([
            ("DUBAN_TELEGRAM_TOKEN".to_owned(), token.to_owned()),
            ("DUBAN_TELEGRAM_SECRET".to_owned(), secret.to_owned()),
        ])?;
        let telegram = Telegram::open(&settings)?.context("令牌为空 / the token is empty")?;
        Ok(telegram.named(username))
    }

    /// Gives the name without asking the platform.
    pub fn named(self, username: &str) -> Telegram {
        // The first name stays: a bot cannot change it.
        let _ = self.username.set(username.to_owned());
        self
    }

    /// How long one request may take altogether.
    pub fn patience(mut self, patience: Duration) -> Telegram {
        self.api.patience = patience;
        self.api.file_patience = patience;
        self
    }

    fn me(&self) -> words::Me<'_> {
        words::Me { id: self.api.bot_id, username: self.username.get().map(String::as_str) }
    }

    fn is_signed(&self, request: &WebhookRequest) -> bool {
        let (Some(secret), Some(given)) = (&self.secret, request.header(SECRET_HEADER)) else { return false };
        let secret = secret.expose_secret();
        // The comparison itself takes the same time wherever the first difference stands; of the
        // length it may tell, as of anything public.
        !secret.is_empty()
            && given.len() <= SECRET_LETTERS
            && bool::from(given.as_bytes().ct_eq(secret.as_bytes()))
    }
}

impl Platform for Telegram {
    fn name(&self) -> &'static str {
        NAME
    }

    fn title(&self) -> Both {
        Both { zh: "Telegram", en: "Telegram" }
    }

    fn pace(&self) -> &'static [Limit] {
        PACE
    }

    fn can(&self) -> Can {
        Can { poll: true, only_polls: false }
    }

    /// Groups and channels have negative ids.
    fn is_group(&self, chat: &str) -> bool {
        chat.starts_with('-')
    }

    fn text_limit(&self) -> usize {
        TEXT_LIMIT
    }

    fn file_limit(&self) -> u64 {
        FILE_LIMIT
    }

    fn bind_link(&self, code: &str) -> Option<String> {
        link::bind_link(self.username.get()?, code)
    }

    fn is_deaf(&self) -> bool {
        self.hears_all.get() == Some(&false)
    }

    fn prepare(&self) -> BoxFuture<'_, anyhow::Result<()>> {
        Box::pin(async move {
            if self.username.get().is_none() {
                let me = self.api.ask(&GetMe::new()).await?;
                let name = me["username"].as_str().context("getMe 未给出用户名 / getMe gave no username")?;
                if let Some(hears_all) = me["can_read_all_group_messages"].as_bool() {
                    let _ = self.hears_all.set(hears_all);
                }
                let _ = self.username.set(name.to_owned());
            }
            Ok(())
        })
    }

    fn receive(&self, request: &WebhookRequest) -> Received {
        if !self.is_signed(request) {
            return Received::Unauthorised;
        }
        match receive::read(&request.body, &self.me()) {
            Some(incoming) => Received::Update(Box::new(incoming)),
            None => {
                let bytes = request.body.len();
                Received::Unreadable(format!(
                    "{bytes} 字节，无 update_id / {bytes} bytes without an update_id"
                ))
            }
        }
    }

    fn send<'a>(&'a self, message: &'a Outgoing) -> BoxFuture<'a, Sent> {
        Box::pin(async move {
            match &message.body {
                Body::Message(said @ Message { file: Some(file), .. }) => {
                    upload::file(&self.api, &message.to, said, file, message.path.as_deref()).await
                }
                Body::Message(said) => send::message(&self.api, &message.to, said).await,
                Body::Edit { message_id, message: said } => {
                    send::edit(&self.api, &message.to, message_id, said).await
                }
                Body::Toast { press_id, text } => send::toast(&self.api, press_id, text).await,
            }
        })
    }

    fn fetch<'a>(
        &'a self,
        file: &'a str,
        limit: u64,
        to: &'a mut (dyn AsyncWrite + Send + Unpin),
    ) -> BoxFuture<'a, Fetched> {
        Box::pin(fetch::file(&self.api, file, limit, to))
    }

    fn poll(&self, settled: i64) -> BoxFuture<'_, anyhow::Result<Vec<Polled>>> {
        Box::pin(poll::updates(&self.api, settled, self.me()))
    }
}
