//! The command line: one file per command, all in one enum. Results go to stdout, everything else to
//! stderr, so that `duban invite … | xclip` works.

// A reader that has seen enough (`| head`) or a terminal that was closed must not end a command half-way,
// as these macros would: `out` and `tell` are used instead.
#![deny(clippy::print_stdout, clippy::print_stderr)]

use std::fmt::Display;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use chrono::NaiveDate;
use clap::{Parser, Subcommand};

use self::stop::Stop;
use crate::config::Settings;

mod calendar;
mod database;
pub mod demo;
mod doctor;
mod export;
mod import;
mod invite;
mod libpq;
mod migrate;
pub mod sample;
mod serve;
mod stop;
mod telegram;
mod template;
mod with_database;

/// 督办：整改事项跟踪的聊天机器人服务 / a chat-bot service for the follow-up of inspection items
#[derive(Debug, Parser)]
#[command(
    name = "duban",
    version,
    after_help = "第一次用 / to begin:\n  duban demo\n每个命令都有说明和例子 / each command explains itself:\n  duban import --help"
)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// 演示：自带数据库和样例台账，打开 http://127.0.0.1:8080 即用 / the demo, with its own database
    #[command(after_help = "例 / example:\n  duban demo\n  duban demo --fresh")]
    Demo {
        /// 丢弃上次的演示数据，重新开始 / start over
        #[arg(long)]
        fresh: bool,
    },
    /// 正式运行 / run the service
    #[command(
        after_help = "例 / example:\n  DUBAN_TELEGRAM_TOKEN=… DUBAN_TELEGRAM_SECRET=… duban serve\n  duban serve --poll"
    )]
    Serve {
        /// 主动拉取消息，适合没有公网地址的服务器 / fetch updates instead of receiving webhooks
        #[arg(long)]
        poll: bool,
    },
    /// 导入台账、单位、岗位、历史（CSV 或 XLSX）/ import files, all or nothing
    #[command(
        after_help = "例 / example:\n  duban import --round 2017年省督察 --as-of 2018-08-31 --units units.csv --posts posts.csv --ledger ledger.xlsx --history history.csv\n  duban import --ledger ledger.xlsx --dry-run"
    )]
    Import(import::Files),
    /// 导出台账 / export the ledger
    #[command(
        after_help = "例 / example:\n  duban export --ledger 台账.xlsx\n  duban export --ledger ledger.csv --round 2017年省督察"
    )]
    Export {
        /// 文件名，.xlsx 或 .csv / the file to write
        #[arg(long, value_name = "FILE")]
        ledger: PathBuf,
        /// 轮次；只有一个在办轮次时可省 / the round, when several are open
        #[arg(long, value_name = "NAME")]
        round: Option<String>,
    },
    /// 生成一次性绑定码（标准输出只有绑定码）/ print a one-time binding code
    #[command(
        after_help = "例 / example:\n  duban invite --unit 市整改办 --post 调度专员A\n  duban invite --unit ZYX --post 紫岩县联络员A"
    )]
    Invite {
        /// 单位名称、别名或代码 / name, alias or code of the unit
        #[arg(long, value_name = "NAME_OR_CODE")]
        unit: String,
        /// 岗位名称 / title of the post
        #[arg(long, value_name = "TITLE")]
        post: String,
    },
    /// 调休工作日历 / the working-day calendar
    #[command(
        subcommand,
        after_help = "例 / example:\n  duban calendar show 2018\n  duban calendar import 2027.csv"
    )]
    Calendar(calendar::Calendar),
    /// 升级数据库结构 / bring the schema up to date
    #[command(after_help = "例 / example:\n  duban migrate")]
    Migrate,
    /// 带着数据库地址运行别的程序，备份恢复用 / run a program with DATABASE_URL, for backup and restore
    #[command(after_help = "例 / example:\n  duban with-database psql", hide = true)]
    WithDatabase {
        /// 先升级数据库结构 / bring the schema up to date first
        #[arg(long)]
        migrate: bool,
        #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        program: Vec<String>,
    },
    /// 体检：数据库、结构、机器人、时钟、日历、审计链 / check everything, each with the next step
    #[command(after_help = "例 / example:\n  duban doctor\n  duban doctor --audit")]
    Doctor {
        /// 逐条核对审计链 / recompute the whole audit chain
        #[arg(long)]
        audit: bool,
    },
    /// Telegram 机器人的设置 / set up the Telegram bot
    #[command(subcommand, after_help = "例 / example:\n  duban telegram setup")]
    Telegram(telegram::Telegram),
    /// 公文模板：导出来改、换上、检查 / templates of documents
    #[command(subcommand, after_help = "例 / example:\n  duban template export\n  duban template check")]
    Template(template::Template),
}

/// Dates on the command line.
fn date(text: &str) -> Result<NaiveDate, String> {
    text.parse().map_err(|_| "日期请写成 2018-08-31 / write dates as 2018-08-31".to_owned())
}

/// A line of the result.
fn out(line: impl Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// A line beside the result.
pub fn tell(line: impl Display) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Runs one command.
pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let settings = Settings::from_env()?;
    let mut stop = Stop::listen()?;
    match arguments.command {
        Command::Demo { fresh } => demo::run(settings, fresh, &mut stop).await,
        Command::Serve { poll } => serve::run(settings, poll, &mut stop).await,
        Command::WithDatabase { migrate, program } => {
            with_database::run(&settings, migrate, &program, &mut stop).await
        }
        command => stop.unless(once(&settings, command)).await.unwrap_or_else(|| Ok(stop::interrupted())),
    }
}

/// The commands that do one thing and end.
async fn once(settings: &Settings, command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Import(files) => import::run(settings, files).await,
        Command::Export { ledger, round } => export::run(settings, &ledger, round.as_deref()).await,
        Command::Invite { unit, post } => invite::run(settings, &unit, &post).await,
        Command::Calendar(calendar) => calendar::run(settings, calendar).await,
        Command::Migrate => migrate::run(settings).await,
        Command::Doctor { audit } => doctor::run(settings, audit).await,
        Command::Telegram(telegram) => telegram::run(settings, telegram).await,
        Command::Template(template) => template::run(settings, template).await,
        Command::Demo { .. } | Command::Serve { .. } | Command::WithDatabase { .. } => {
            unreachable!("these listen to `stop` themselves")
        }
    }
}
