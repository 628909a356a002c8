//! Tells Telegram about us: where updates go and which commands there are. Run by a person after the
//! settings changed; saying it twice changes nothing.

use anyhow::{Context, bail, ensure};
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use teloxide_core::payloads::{
    DeleteWebhook, DeleteWebhookSetters, GetMe, SetMyCommands, SetMyCommandsSetters, SetWebhook,
    SetWebhookSetters,
};
use teloxide_core::types::{BotCommand, BotCommandScope};

use super::SECRET_LETTERS;
use super::api::Api;
use super::doctor::{self, Finding};
use super::poll::ALLOWED;
use crate::config::Settings;

/// How many calls the platform may have open at once: its own default, far above what groups need.
const CONNECTIONS: u8 = 40;
/// The ports the public server calls.
const PORTS: [u16; 4] = [443, 80, 88, 8443];

/// One entry of the command menu. Adapters do not know the commands; the caller does.
#[derive(Debug, Clone, Copy)]
pub struct CommandWords<'a> {
    /// `[a-z0-9_]{1,32}`, without the slash.
    pub command: &'a str,
    pub zh: &'a str,
    pub en: &'a str,
}

/// Registers the webhook (without a public address: removes it, so that polling works) and the command
/// menu; tells what was done.
pub async fn setup(settings: &Settings, names: &[CommandWords<'_>]) -> anyhow::Result<Vec<String>> {
    let api = account(settings)?;
    let hook = hook(settings)?;
    check_names(names)?;
    let me = api.ask(&GetMe::new()).await?;
    let mut done: Vec<String> = doctor::of_bot(&me).into_iter().map(|Finding { text, .. }| text).collect();
    match hook {
        Some((url, secret)) => {
            let host = url.host_str().unwrap_or_default().to_owned();
            let request = SetWebhook::new(url)
                .secret_token(secret.expose_secret())
                .allowed_updates(ALLOWED)
                .max_connections(CONNECTIONS)
                .drop_pending_updates(false);
            api.ask(&request).await?;
            done.push(format!("已登记 webhook（{host}） / webhook set ({host})"));
        }
        None => {
            api.ask(&DeleteWebhook::new().drop_pending_updates(false)).await?;
            done.push(
                "未设 DUBAN_PUBLIC_URL：已取消 webhook，改为轮询 / no DUBAN_PUBLIC_URL: webhook removed, \
                 updates are polled"
                    .to_owned(),
            );
        }
    }
    for request in menus(names) {
        api.ask(&request).await?;
    }
    let count = names.len();
    done.push(format!("已登记 {count} 条命令（中、英） / {count} commands set (Chinese, English)"));
    Ok(done)
}

/// The account of the settings, or a sentence.
pub fn account(settings: &Settings) -> anyhow::Result<Api> {
    Api::open(settings)?.context("未设 DUBAN_TELEGRAM_TOKEN / DUBAN_TELEGRAM_TOKEN is not set")
}

/// Where updates should go, with the secret that will come along; `None` without a public address.
pub fn hook(settings: &Settings) -> anyhow::Result<Option<(Url, SecretString)>> {
    let Some(public) = &settings.public_url else { return Ok(None) };
    let url = Url::parse(&format!("{}/hooks/{}", public.trim_end_matches('/'), super::NAME))
        .context("DUBAN_PUBLIC_URL 不是网址 / DUBAN_PUBLIC_URL is not an address")?;
    // One's own server may call any address.
    if settings.telegram_api_url.is_none() {
        let port = url.port_or_known_default().unwrap_or_default();
        ensure!(
            url.scheme() == "https" && PORTS.contains(&port) && is_public(&url),
            "DUBAN_PUBLIC_URL 须为公网 https 地址，端口 443、80、88 或 8443 / DUBAN_PUBLIC_URL must be a public \
             https address on port 443, 80, 88 or 8443"
        );
    }
    let secret = settings.telegram_secret.clone().context(
        "未设 DUBAN_TELEGRAM_SECRET：没有它，来访一律拒绝 / DUBAN_TELEGRAM_SECRET is not set: without it every \
         call is refused",
    )?;
    check_secret(&secret)?;
    Ok(Some((url, secret)))
}

/// Refuses what the platform would refuse.
pub fn check_secret(secret: &SecretString) -> anyhow::Result<()> {
    let secret = secret.expose_secret();
    let is_fine = (1..=SECRET_LETTERS).contains(&secret.len())
        && secret.bytes().all(|letter| letter.is_ascii_alphanumeric() || letter == b'_' || letter == b'-');
    ensure!(
        is_fine,
        "DUBAN_TELEGRAM_SECRET 只能含字母、数字、_ 和 -，1 至 256 个 / DUBAN_TELEGRAM_SECRET must be 1 to 256 \
         letters, digits, _ or -"
    );
    Ok(())
}

fn is_public(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    match host.parse::<std::net::Ipv4Addr>() {
        Ok(ip) => !(ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_unspecified()),
        // IPv6 alone is never called.
        Err(_) => host != "localhost" && !host.starts_with('['),
    }
}

fn check_names(names: &[CommandWords<'_>]) -> anyhow::Result<()> {
    ensure!(names.len() <= 100, "命令超过 100 条 / more than 100 commands");
    for CommandWords { command, zh, en } in names {
        let is_command = (1..=32).contains(&command.len())
            && command.bytes().all(|l| l.is_ascii_lowercase() || l.is_ascii_digit() || l == b'_');
        let is_described = [zh, en].iter().all(|words| (1..=256).contains(&words.encode_utf16().count()));
        if !(is_command && is_described) {
            bail!(
                "命令 {command}：名称须为 1–32 个小写字母、数字或 _，说明 1–256 字 / command {command}: 1–32 \
                 lower-case letters, digits or _, and a description of 1–256 letters"
            );
        }
    }
    Ok(())
}

/// The menus of every scope: Chinese for all, and once more for each of the two languages.
fn menus(names: &[CommandWords<'_>]) -> Vec<SetMyCommands> {
    let scopes = [BotCommandScope::Default, BotCommandScope::AllPrivateChats, BotCommandScope::AllGroupChats];
    let menu = |in_english: bool| {
        names.iter().map(move |n| BotCommand::new(n.command, if in_english { n.en } else { n.zh }))
    };
    scopes
        .into_iter()
        .flat_map(|scope| {
            let chinese = SetMyCommands::new(menu(false)).scope(scope.clone());
            let english = SetMyCommands::new(menu(true)).scope(scope).language_code("en");
            [chinese.clone(), chinese.language_code("zh"), english]
        })
        .collect()
}
