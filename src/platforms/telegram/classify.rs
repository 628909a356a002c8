//! What an answer of the Bot API means: a pure function of status, header and body. The texts are
//! those the server is known to send; a body that is not the server's says nothing about the message.

use serde_json::Value;

/// What follows from an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    Ok,
    /// The chat or the person is out of reach for good.
    Gone,
    /// The group became a supergroup with this id.
    Migrated {
        to: i64,
    },
    /// Never deliverable as it is.
    Permanent,
    RetryAfter {
        seconds: u64,
    },
    /// Refused, but there is nothing left to do.
    Ignore,
    /// The token (or the server's address) is wrong.
    Token,
    /// A webhook or another poller is in the way.
    Conflict,
    /// The server or something before it is in trouble; whether it acted is unknown.
    Retry,
    /// Not an answer at all.
    UnknownOutcome,
}

/// When a 429 names no time.
const PAUSE_SECONDS: u64 = 5;
/// More of a description than this is of no use in a list.
const DESCRIPTION_LETTERS: usize = 300;

/// See [`Class`].
pub fn classify(status: u16, retry_after: Option<&str>, body: &[u8]) -> Class {
    Answer::read(status, retry_after, body).class
}

/// One answer, read.
pub struct Answer {
    pub class: Class,
    pub status: u16,
    pub description: String,
    pub result: Value,
}

impl Answer {
    pub fn read(status: u16, retry_after: Option<&str>, body: &[u8]) -> Answer {
        let mut body: Value = serde_json::from_slice(body).unwrap_or_default();
        let description: String =
            body["description"].as_str().unwrap_or_default().chars().take(DESCRIPTION_LETTERS).collect();
        let class = match body["ok"].as_bool() {
            Some(true) if (200..300).contains(&status) && !body["result"].is_null() => Class::Ok,
            Some(false) => {
                let code = number(&body["error_code"]).and_then(|code| u16::try_from(code).ok());
                refusal(code.unwrap_or(status), retry_after, &description, &body["parameters"])
            }
            _ => strangers(status, retry_after),
        };
        let result = body.get_mut("result").map(Value::take).unwrap_or_default();
        Answer { class, status, description, result }
    }

    /// The answer in words: for a log or the office's list.
    pub fn wording(&self) -> String {
        let Answer { status, description, .. } = self;
        let what = match self.class {
            Class::Ok | Class::Ignore => "已受理 / accepted",
            Class::Gone => "会话已不可达 / the chat is out of reach",
            Class::Migrated { .. } => "群已升级为超级群 / the group became a supergroup",
            Class::Permanent => "Telegram 拒收 / Telegram refuses it",
            Class::RetryAfter { .. } => "发送过快 / too fast",
            Class::Token => {
                "令牌或接口地址有误，请检查 DUBAN_TELEGRAM_TOKEN、DUBAN_TELEGRAM_API_URL 与代理 / wrong token \
                 or address: check DUBAN_TELEGRAM_TOKEN, DUBAN_TELEGRAM_API_URL and the proxy"
            }
            Class::Conflict => "与 webhook 或另一轮询冲突 / a webhook or another poller is in the way",
            Class::Retry => "Telegram 或其网关故障 / Telegram or a gateway is in trouble",
            Class::UnknownOutcome => "应答无法辨认 / unreadable answer",
        };
        if description.is_empty() {
            format!("{what} ({status})")
        } else {
            format!("{what} ({status}: {description})")
        }
    }
}

/// The server said no and why.
fn refusal(code: u16, retry_after: Option<&str>, description: &str, parameters: &Value) -> Class {
    let says = |words: &[&str]| words.iter().any(|word| description.contains(word));
    if let Some(to) = number(&parameters["migrate_to_chat_id"]) {
        return Class::Migrated { to };
    }
    let told = number(&parameters["retry_after"]).and_then(|seconds| u64::try_from(seconds).ok());
    match code {
        429 => Class::RetryAfter { seconds: told.unwrap_or_else(|| pause(retry_after)) },
        // "restart" and the like, also when it names a time
        500.. => Class::Retry,
        401 | 404 => Class::Token,
        409 => Class::Conflict,
        _ if told.is_some() => Class::RetryAfter { seconds: told.unwrap_or(PAUSE_SECONDS) },
        // The bot is in the chat, it only may not speak there.
        403 if says(&["rights", "_FORBIDDEN"]) => Class::Permanent,
        403 => Class::Gone,
        _ if says(&[
            "message is not modified",
            "query is too old",
            "query ID is invalid",
            "QUERY_ID_INVALID",
        ]) =>
        {
            Class::Ignore
        }
        _ if says(&["chat not found", "PEER_ID_INVALID", "CHANNEL_PRIVATE", "group chat was deleted"])
            || says(&["USER_IS_BLOCKED", "INPUT_USER_DEACTIVATED", "user not found"]) =>
        {
            Class::Gone
        }
        _ => Class::Permanent,
    }
}

/// Something in between answered, or the server did without saying anything.
fn strangers(status: u16, retry_after: Option<&str>) -> Class {
    match status {
        429 => Class::RetryAfter { seconds: pause(retry_after) },
        // A redirect is not followed; a proxy that wants a password passed nothing on.
        300..=399 | 401 | 404 | 407 => Class::Token,
        413 | 414 | 431 => Class::Permanent,
        408 | 500.. => Class::Retry,
        _ => Class::UnknownOutcome,
    }
}

fn pause(retry_after: Option<&str>) -> u64 {
    retry_after.and_then(|seconds| seconds.trim().parse().ok()).unwrap_or(PAUSE_SECONDS)
}

fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}
