//! `duban calendar`: the working-day table, shown and replaced year by year.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;

use chrono::Datelike;
use clap::Subcommand;

use super::database::Database;
use super::import::{contents, lang};
use super::{out, tell};
use crate::app::real_now;
use crate::config::Settings;
use crate::domain::Now;
use crate::domain::decision::{Aggregate, Decision, Effect, Fate, Origin};
use crate::domain::workday::{CALENDAR, CalendarChange, Workday};
use crate::imports;
use crate::store::calendar;

#[derive(Debug, Subcommand)]
pub enum Calendar {
    /// 显示某年的放假和调休 / show a year
    #[command(after_help = "例 / example:\n  duban calendar show 2018")]
    Show {
        /// 年份 / the year
        year: i32,
    },
    /// 导入 CSV：日期,类型(休|班),名称；文件里出现的年份整年替换 / import a CSV: date, rest|work, name
    #[command(
        after_help = "例 / example:\n  duban calendar import 2027.csv\n文件内容 / the file:\n  2027-01-01,休,元旦\n  2027-02-14,班,春节调休"
    )]
    Import {
        /// 日历文件 / the file
        file: PathBuf,
    },
}

pub async fn run(settings: &Settings, command: Calendar) -> anyhow::Result<ExitCode> {
    match command {
        Calendar::Show { year } => show(settings, year).await,
        Calendar::Import { file } => {
            let (name, bytes) = contents(&file)?;
            match imports::workdays(&name, &bytes) {
                Ok(days) => replace(settings, &days, &imports::digest(&bytes)).await,
                Err(bad) => Ok(super::import::refused(&bad, lang())),
            }
        }
    }
}

async fn show(settings: &Settings, year: i32) -> anyhow::Result<ExitCode> {
    let database = Database::there(settings).await?;
    let days = calendar::days(&database.read, year, year).await;
    database.close().await?;
    let days = days?;
    for (day, is_work, name) in &days {
        out(format_args!("{day},{},{name}", if *is_work { "班" } else { "休" }));
    }
    if days.is_empty() {
        tell(format_args!(
            "✗ 没有 {year} 年的调休日历，请导入：duban calendar import 文件 / the calendar does not know {year}: import it"
        ));
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

/// Replaces every year that the file speaks of, by the same way as the office's `日历` in chat.
async fn replace(settings: &Settings, days: &[Workday], digest: &str) -> anyhow::Result<ExitCode> {
    let database = Database::current(settings).await?;
    let replaced = commit(&database, days, digest).await;
    database.close().await?;
    if !replaced? {
        out("与现有日历一致，没有变化 / nothing has changed");
        return Ok(ExitCode::SUCCESS);
    }
    for year in days.chunk_by(|a, b| a.0.year() == b.0.year()) {
        let work = year.iter().filter(|day| day.1).count();
        let (name, rest) = (year.first().map_or(0, |day| day.0.year()), year.len() - work);
        out(format_args!(
            "已导入 {name} 年：休 {rest} 天，班 {work} 天 / imported {name}: {rest} days off, {work} make-up days"
        ));
    }
    Ok(ExitCode::SUCCESS)
}

/// `false`: the table says so already.
async fn commit(database: &Database, days: &[Workday], digest: &str) -> anyhow::Result<bool> {
    let years: BTreeSet<i32> = days.iter().map(|day| day.0.year()).collect();
    let (Some(first), Some(last)) = (years.first(), years.last()) else { return Ok(false) };
    let version = calendar::version(&database.read).await?;
    let mut standing = calendar::days(&database.read, *first, *last).await?;
    standing.retain(|day| years.contains(&day.0.year()));
    let change = CalendarChange::between(&standing, days);
    if change.is_empty() {
        return Ok(false);
    }
    let now = Now::at(calendar::ledger_clock(&database.read).await?.unwrap_or_else(real_now));
    let origin = Origin { account: "calendar".into(), key: format!("{digest}/{version}") };
    let decision = Decision::new(origin, now)
        .changing(Aggregate::Calendar, CALENDAR, version)
        .with(Effect::CalendarChanged(change));
    match database.committer()?.commit(decision).await? {
        Fate::Committed => Ok(true),
        _ => anyhow::bail!("刚才有人在改日历，请再运行一次 / somebody changed the calendar: run it again"),
    }
}
