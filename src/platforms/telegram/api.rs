//! One request to the Bot API. The token is part of its address and the proxy's address may hold a
//! password, so errors are worded here from their kind alone and never quote an address.

use std::error::Error;
use std::time::Duration;

use anyhow::{Context, bail};
use reqwest::header::RETRY_AFTER;
use reqwest::multipart::Form;
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Proxy, RequestBuilder, Response, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::Value;
use teloxide_core::requests::Payload;

use super::classify::{Answer, Class};
use crate::config::Settings;

/// The public server.
const PUBLIC_API: &str = "https://api.telegram.org";
/// Long enough for a slow proxy; a server that is down is noticed at once.
const CONNECT: Duration = Duration::from_secs(5);
/// The server answers within seconds or has lost the request.
const PATIENCE: Duration = Duration::from_secs(20);
/// 20 MB through a slow proxy; the job's lease is longer.
const FILE_PATIENCE: Duration = Duration::from_secs(180);
/// Shorter than servers keep idle connections: writing on one they just closed leaves a doubt.
const IDLE: Duration = Duration::from_secs(20);

/// The way to one account on one server.
pub struct Api {
    client: Client,
    /// `…/bot<token>`
    base: SecretString,
    /// `…/file/bot<token>`
    files: SecretString,
    pub bot_id: i64,
    pub patience: Duration,
    /// How long a whole file may take.
    pub file_patience: Duration,
}

/// Nothing came back; in words without addresses.
pub struct Unreached(pub String);

/// How a request ended.
pub enum Called {
    Answered(Answer),
    /// The server never saw it.
    Unreached(String),
    /// It was on its way when something broke.
    Broken(String),
}

impl Api {
    /// `None` without a token.
    pub fn open(settings: &Settings) -> anyhow::Result<Option<Api>> {
        let Some(token) = &settings.telegram_token else { return Ok(None) };
        let token = token.expose_secret();
        let bot_id = bot_id(token).context(
            "DUBAN_TELEGRAM_TOKEN 格式不对，应为 BotFather 给出的“数字:字母” / \
             DUBAN_TELEGRAM_TOKEN is not of the form digits:letters that BotFather gives",
        )?;
        let server = settings.telegram_api_url.as_deref().unwrap_or(PUBLIC_API).trim_end_matches('/');
        if !Url::parse(server).is_ok_and(|url| url.has_host() && matches!(url.scheme(), "http" | "https")) {
            bail!("DUBAN_TELEGRAM_API_URL 不是网址 / DUBAN_TELEGRAM_API_URL is not an http(s) address");
        }
        let client = through_proxy(Client::builder(), settings)?
            // A redirect would carry the token to whoever it names.
            .redirect(Policy::none())
            .connect_timeout(CONNECT)
            .pool_idle_timeout(IDLE)
            .build()
            .map_err(|_| anyhow::anyhow!("无法建立 HTTP 客户端 / cannot set up the HTTP client"))?;
        let base = format!("{server}/bot{token}").into();
        let files = format!("{server}/file/bot{token}").into();
        Ok(Some(Api { client, base, files, bot_id, patience: PATIENCE, file_patience: FILE_PATIENCE }))
    }

    /// Begins to download a file; the body is the caller's to read.
    pub async fn download(&self, path: &str) -> Result<Response, Unreached> {
        let address = format!("{}/{path}", self.files.expose_secret());
        let request = self.client.get(address).timeout(self.file_patience);
        request.send().await.map_err(|error| Unreached(wording(&error)))
    }

    pub async fn call<P: Payload + Serialize>(&self, payload: &P) -> Called {
        self.call_within(payload, self.patience).await
    }

    pub async fn call_within<P: Payload + Serialize>(&self, payload: &P, patience: Duration) -> Called {
        let address = format!("{}/{}", self.base.expose_secret(), method::<P>());
        called(self.client.post(address).timeout(patience).json(payload)).await
    }

    /// A request that carries a file.
    pub async fn upload(&self, method: &str, form: Form) -> Called {
        let address = format!("{}/{method}", self.base.expose_secret());
        called(self.client.post(address).timeout(self.file_patience).multipart(form)).await
    }

    /// A request whose answer we need: the result, or a sentence.
    pub async fn ask<P: Payload + Serialize>(&self, payload: &P) -> anyhow::Result<Value> {
        self.call(payload).await.result().with_context(|| format!("Telegram {}", method::<P>()))
    }
}

async fn called(request: RequestBuilder) -> Called {
    match request.send().await {
        Ok(response) => {
            let status = response.status().as_u16();
            let retry_after =
                response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok().map(str::to_owned));
            match response.bytes().await {
                Ok(body) => Called::Answered(Answer::read(status, retry_after.as_deref(), &body)),
                Err(error) => Called::Broken(wording(&error)),
            }
        }
        Err(error) if error.is_connect() || error.is_builder() => Called::Unreached(wording(&error)),
        Err(error) => Called::Broken(wording(&error)),
    }
}

impl Called {
    pub fn result(self) -> anyhow::Result<Value> {
        match self {
            Called::Answered(Answer { class: Class::Ok, result, .. }) => Ok(result),
            Called::Answered(answer) => bail!(answer.wording()),
            Called::Unreached(why) | Called::Broken(why) => bail!(why),
        }
    }
}

/// The account's number: the token's part before the colon.
fn bot_id(token: &str) -> Option<i64> {
    let (id, key) = token.split_once(':')?;
    let is_key = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    id.parse().ok().filter(|_| is_key && id.bytes().all(|b| b.is_ascii_digit()))
}

/// `SendMessage` → `sendMessage`: the server does not mind, but others in between might.
fn method<P: Payload>() -> String {
    let mut name = P::NAME.to_owned();
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    name
}

/// The proxy of the settings, or none: what the system's variables say is not ours to follow.
fn through_proxy(client: ClientBuilder, settings: &Settings) -> anyhow::Result<ClientBuilder> {
    let client = client.no_proxy();
    let Some(proxy) = &settings.proxy else { return Ok(client) };
    // The proxy resolves names: where Telegram needs one, local answers to its names are forged.
    let address = proxy.expose_secret().replacen("socks5://", "socks5h://", 1);
    let is_known = Url::parse(&address)
        .is_ok_and(|url| url.has_host() && matches!(url.scheme(), "http" | "https" | "socks5h"));
    match Proxy::all(address) {
        Ok(proxy) if is_known => Ok(client.proxy(proxy)),
        _ => bail!(
            "DUBAN_PROXY 不是可用的代理地址（http://、https://、socks5://） / \
             DUBAN_PROXY is not a proxy address (http://, https://, socks5://)"
        ),
    }
}

/// What broke, without addresses: reqwest's own texts quote them.
pub fn wording(error: &reqwest::Error) -> String {
    let (zh, en) = if error.is_connect() {
        ("连不上 Telegram", "cannot connect to Telegram")
    } else if error.is_timeout() {
        ("Telegram 未在限期内应答", "Telegram did not answer in time")
    } else {
        ("与 Telegram 的连接中断", "the connection to Telegram broke")
    };
    match io_kind(error) {
        Some(kind) => format!("{zh} / {en} ({kind})"),
        None => format!("{zh} / {en}"),
    }
}

/// The operating system's reason, where there is one.
fn io_kind(error: &reqwest::Error) -> Option<std::io::ErrorKind> {
    let mut source = error.source();
    while let Some(inner) = source {
        if let Some(io) = inner.downcast_ref::<std::io::Error>() {
            return Some(io.kind());
        }
        source = inner.source();
    }
    None
}
