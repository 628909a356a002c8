//! What the platform says about the bot and its webhook, for `duban doctor`.
//! The answers are read as plain JSON: older servers of one's own leave out fields teloxide requires.

use chrono::DateTime;
use reqwest::Url;
use serde_json::Value;
use teloxide_core::payloads::{GetMe, GetWebhookInfo};

use super::poll::ALLOWED;
use super::setup;
use crate::config::Settings;

/// More waiting updates than this mean that we do not keep up, or that nobody answers.
const MANY_PENDING: u64 = 100;

/// One line of the doctor's report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Nothing to do.
    pub good: bool,
    pub text: String,
}

fn good(text: impl Into<String>) -> Finding {
    Finding { good: true, text: text.into() }
}

fn bad(text: impl Into<String>) -> Finding {
    Finding { good: false, text: text.into() }
}

/// Asks the platform; an error when it cannot be asked.
pub async fn webhook_state(settings: &Settings) -> anyhow::Result<Vec<Finding>> {
    let api = setup::account(settings)?;
    let mut findings = of_bot(&api.ask(&GetMe::new()).await?);
    let wanted = match setup::hook(settings) {
        Ok(hook) => hook.map(|(url, _)| url),
        Err(error) => {
            findings.push(bad(error.to_string()));
            return Ok(findings);
        }
    };
    findings.extend(of_webhook(&api.ask(&GetWebhookInfo::new()).await?, wanted.as_ref()));
    Ok(findings)
}

/// What `getMe` tells.
pub fn of_bot(me: &Value) -> Vec<Finding> {
    let name = me["username"].as_str().unwrap_or("?");
    let mut findings = vec![good(format!("机器人 @{name} / the bot is @{name}"))];
    findings.push(match me["can_read_all_group_messages"].as_bool() {
        Some(true) => good("隐私模式已关：群内消息都能收到 / privacy mode is off: it hears every group message"),
        _ => bad(
            "隐私模式开启：群里只收到命令、回复和 @；请用 BotFather 的 /setprivacy 关闭后重新拉入群，或设为群管理员 / \
             privacy mode is on: in groups it hears only commands, replies and mentions; turn it off with \
             BotFather's /setprivacy and add the bot again, or make it an administrator",
        ),
    });
    if me["can_join_groups"] == false {
        findings.push(bad(
            "不允许拉入群：请用 BotFather 的 /setjoingroups 打开 / it may not be added to groups: allow it with \
             BotFather's /setjoingroups",
        ));
    }
    findings
}

/// What `getWebhookInfo` tells, compared with what the settings want. Only hosts are shown: the path of
/// somebody else's webhook is often a secret.
pub fn of_webhook(info: &Value, wanted: Option<&Url>) -> Vec<Finding> {
    let set = info["url"].as_str().filter(|url| !url.is_empty());
    let host = set.and_then(|url| Url::parse(url).ok()?.host_str().map(str::to_owned)).unwrap_or_default();
    let mut findings = vec![match (set, wanted) {
        (Some(set), Some(wanted)) if set == wanted.as_str() => {
            good(format!("webhook 指向本服务（{host}） / the webhook points here ({host})"))
        }
        (Some(_), Some(_)) => bad(format!(
            "webhook 指向别处（{host}），请运行 duban telegram setup / the webhook points elsewhere ({host}): run \
             duban telegram setup"
        )),
        (Some(_), None) => bad(format!(
            "未设 DUBAN_PUBLIC_URL，但登记着 webhook（{host}），轮询会被拒绝。请设上它，或运行 duban telegram setup \
             撤掉 webhook / a webhook is set ({host}) although DUBAN_PUBLIC_URL is not: polling is refused; set it, \
             or run duban telegram setup to remove the webhook"
        )),
        (None, Some(_)) => bad(
            "webhook 尚未登记，请运行 duban telegram setup / the webhook is not registered: run duban telegram setup",
        ),
        (None, None) => good("没有 webhook，消息靠轮询 / no webhook: updates are polled"),
    }];
    let pending = info["pending_update_count"].as_u64().unwrap_or(0);
    if pending > MANY_PENDING {
        findings.push(bad(format!(
            "积压 {pending} 条更新，请看服务是否在运行 / {pending} updates are waiting: is the service running?"
        )));
    }
    if let Some(error) = info["last_error_message"].as_str() {
        let when = info["last_error_date"]
            .as_i64()
            .and_then(|at| DateTime::from_timestamp(at, 0))
            .map_or_else(String::new, |at| at.format("%Y-%m-%d %H:%M UTC ").to_string());
        findings.push(bad(format!(
            "最近一次投递失败，请检查 DUBAN_PUBLIC_URL、证书和 DUBAN_TELEGRAM_SECRET / last failed delivery: check \
             these and the certificate: {when}{error}"
        )));
    }
    if let (Some(_), Some(allowed)) = (set, info["allowed_updates"].as_array()) {
        let missing: Vec<String> = ALLOWED
            .iter()
            .filter_map(|kind| serde_json::to_value(kind).ok())
            .filter(|kind| !allowed.contains(kind))
            .filter_map(|kind| kind.as_str().map(str::to_owned))
            .collect();
        if !missing.is_empty() {
            let missing = missing.join(", ");
            findings.push(bad(format!(
                "webhook 未订阅 {missing}，请运行 duban telegram setup / the webhook leaves out {missing}: run duban \
                 telegram setup"
            )));
        }
    }
    findings
}
