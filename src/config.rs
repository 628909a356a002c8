//! Settings from the environment. Every variable has a line here and in `deploy/env.example`;
//! secrets are wrapped, so that neither a log nor `Debug` ever shows them.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context;
use secrecy::SecretString;
use serde::Deserialize;

/// What the environment says, read once at start.
#[derive(Debug, Clone, Deserialize)]
pub struct Settings {
    /// `DATABASE_URL`: the PostgreSQL to use; absent: an embedded one in the data folder.
    #[serde(default)]
    pub database_url: Option<SecretString>,
    /// `DUBAN_LISTEN`: address and port of the HTTP door.
    #[serde(default = "default_listen")]
    pub listen: SocketAddr,
    /// `DUBAN_DATA_DIR`: where the embedded PostgreSQL and files live.
    #[serde(default = "default_data_dir")]
    pub data_dir: PathBuf,
    /// `DUBAN_PG_BIN`: folder of PostgreSQL's programs, when they are not found by themselves.
    #[serde(default)]
    pub pg_bin: Option<PathBuf>,
    /// `DUBAN_PUBLIC_URL`: how the chat platforms reach us, `https://…`.
    #[serde(default)]
    pub public_url: Option<String>,
    /// `DUBAN_PROXY`: HTTP or SOCKS5 proxy for outgoing calls. May hold a password.
    #[serde(default)]
    pub proxy: Option<SecretString>,
    /// `DUBAN_ROOM`: `on` opens the built-in group chat.
    #[serde(default)]
    pub room: Switch,
    /// `DUBAN_HEARTBEAT_URL`: pinged only when the day's sums add up.
    #[serde(default)]
    pub heartbeat_url: Option<SecretString>,
    /// `DUBAN_METRICS_TOKEN`: bearer token of `/metrics`; absent: loopback only.
    #[serde(default)]
    pub metrics_token: Option<SecretString>,
    /// `DUBAN_TELEGRAM_TOKEN`: the bot's token; absent: no Telegram.
    #[serde(default)]
    pub telegram_token: Option<SecretString>,
    /// `DUBAN_TELEGRAM_SECRET`: the secret the platform sends with every webhook call.
    #[serde(default)]
    pub telegram_secret: Option<SecretString>,
    /// `DUBAN_TELEGRAM_API_URL`: address of a self-hosted Bot API server.
    #[serde(default)]
    pub telegram_api_url: Option<String>,
}

/// `on` / `off` as people write them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Switch {
    #[serde(alias = "true", alias = "yes", alias = "1")]
    On,
    #[default]
    #[serde(alias = "false", alias = "no", alias = "0", alias = "")]
    Off,
}

fn default_listen() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 8080))
}

fn default_data_dir() -> PathBuf {
    PathBuf::from("data")
}

impl Settings {
    /// Reads the process's environment.
    pub fn from_env() -> anyhow::Result<Settings> {
        let mut vars = Vec::new();
        // Other people's variables may hold anything; ours must be text.
        for (name, value) in std::env::vars_os() {
            let Some(name) = name.to_str().filter(|name| field(name).is_some()) else { continue };
            let value = value.into_string().ok();
            let value = value.with_context(|| format!("{name} 不是 UTF-8 文本 / {name} is no UTF-8 text"))?;
            vars.push((name.to_owned(), value));
        }
        Settings::from_vars(vars)
    }

    /// Reads `DUBAN_*` and `DATABASE_URL` from pairs of name and value. An empty value counts as absent.
    pub fn from_vars(vars: impl IntoIterator<Item = (String, String)>) -> anyhow::Result<Settings> {
        let mut fields = serde_json::Map::new();
        for (name, value) in vars {
            let Some(field) = field(&name).filter(|_| !value.is_empty()) else { continue };
            // Read alone first, so that what is wrong has a name.
            let alone = serde_json::Map::from_iter([(field.clone(), value.clone().into())]);
            serde_json::from_value::<Settings>(alone.into()).with_context(|| {
                format!(
                    "{name} 的值不对，请对照 deploy/env.example 改正 / {name} is wrong: compare with deploy/env.example"
                )
            })?;
            fields.insert(field, value.into());
        }
        Ok(serde_json::from_value(fields.into())?)
    }
}

/// The field of a variable of ours.
fn field(name: &str) -> Option<String> {
    let field = name.strip_prefix("DUBAN_").or((name == "DATABASE_URL").then_some(name))?;
    Some(field.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vars(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn absent_and_empty_variables_leave_the_defaults() {
        let settings = Settings::from_vars(vars(&[("DUBAN_LISTEN", ""), ("HOME", "/x")])).expect("reads");
        assert_eq!(settings.listen, default_listen());
        assert_eq!(settings.room, Switch::Off);
    }

    #[test]
    fn secrets_never_show_in_debug_output() {
        let settings = Settings::from_vars(vars(&[
            ("DUBAN_TELEGRAM_TOKEN", "12345"),
            ("DUBAN_TELEGRAM_SECRET", "hush-hush"),
            ("DATABASE_URL", "postgres://u:pw-in-url@h/d"),
            ("DUBAN_PROXY", "http://u:pw-in-proxy@h"),
            ("DUBAN_ROOM", "on"),
        ]))
        .expect("reads");
        let shown = format!("{settings:?}");
        for secret in ["12345", "hush", "pw-in"] {
            assert!(!shown.contains(secret), "{shown}");
        }
        assert_eq!(settings.room, Switch::On);
    }

    #[test]
    fn a_wrong_value_is_an_error_that_names_the_way_out() {
        let wrong = Settings::from_vars(vars(&[("DUBAN_LISTEN", "nowhere")])).expect_err("refused");
        assert!(wrong.to_string().contains("DUBAN_LISTEN"), "{wrong}");
        assert!(wrong.to_string().contains("env.example"), "{wrong}");
    }
}
