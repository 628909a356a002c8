//! `duban telegram setup`: webhook and command menus; and what the doctor asks of Telegram.

use std::process::ExitCode;

use clap::Subcommand;

use super::doctor::{Finding, aside, ill, well};
use super::out;
use crate::commands::COMMANDS;
use crate::config::Settings;
use crate::platforms::telegram::{CommandWords, setup, webhook_state};

#[derive(Debug, Subcommand)]
pub enum Telegram {
    /// 设置 webhook 和命令菜单（没有 DUBAN_PUBLIC_URL 时撤掉 webhook，改用 serve --poll）/ setWebhook and setMyCommands
    #[command(
        after_help = "例 / example:\n  DUBAN_TELEGRAM_TOKEN=… DUBAN_TELEGRAM_SECRET=… DUBAN_PUBLIC_URL=https://duban.example.gov.cn duban telegram setup"
    )]
    Setup,
}

pub async fn run(settings: &Settings, command: Telegram) -> anyhow::Result<ExitCode> {
    let Telegram::Setup = command;
    anyhow::ensure!(
        settings.telegram_token.is_some(),
        "还没有机器人令牌：向 @BotFather 要一个，设为 DUBAN_TELEGRAM_TOKEN / set DUBAN_TELEGRAM_TOKEN to the token from @BotFather"
    );
    let names: Vec<CommandWords> = COMMANDS
        .iter()
        .filter(|command| !command.about.zh.is_empty())
        .map(|command| CommandWords { command: command.words[1], zh: command.about.zh, en: command.about.en })
        .collect();
    for line in setup(settings, &names).await? {
        out(format_args!("✓ {line}"));
    }
    Ok(ExitCode::SUCCESS)
}

/// What the doctor finds.
pub async fn look(settings: &Settings) -> Vec<Finding> {
    if settings.telegram_token.is_none() {
        return vec![aside("没有接入 Telegram（要接入请设 DUBAN_TELEGRAM_TOKEN）/ Telegram is not set up")];
    }
    match webhook_state(settings).await {
        Ok(findings) => findings
            .into_iter()
            .map(|finding| if finding.good { well(finding.text) } else { ill(finding.text) })
            .collect(),
        Err(error) => vec![ill(format!(
            "Telegram：{error:#}。请检查 DUBAN_TELEGRAM_TOKEN、DUBAN_PROXY 和网络 / check these settings and the network"
        ))],
    }
}
