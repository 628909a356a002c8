//! `duban calendar`: the working-day table, shown and replaced year by year.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use chrono::{Datelike, NaiveDate};
use clap::Subcommand;

use super::database::Database;
use crate::config::Settings;
use crate::store::calendar;

#[derive(Debug, Subcommand)]
pub enum Calendar {
    /// 显示某年的放假和调休 / show a year
    Show { year: i32 },
    /// 导入 CSV：日期,类型(休|班),名称；文件里出现的年份整年替换 / import a CSV: date, rest|work, name
    Import { file: PathBuf },
}

pub async fn run(settings: &Settings, command: Calendar) -> anyhow::Result<ExitCode> {
    let days = match &command {
        Calendar::Import { file } => read(file)?,
        Calendar::Show { .. } => Vec::new(),
    };
    let database = Database::current(settings).await?;
    let done = async {
        match command {
            Calendar::Show { year } => {
                for (day, is_work, name) in calendar::of_year(&database.read, year).await? {
                    println!("{day},{},{name}", if is_work { "班" } else { "休" });
                }
            }
            Calendar::Import { .. } => {
                let rows = calendar::replace(&mut *database.work.acquire().await?, &days).await?;
                let mut years: Vec<i32> = days.iter().map(|day| day.0.year()).collect();
                years.dedup();
                println!("已导入 {rows} 天，年份 {years:?} / imported");
            }
        }
        anyhow::Ok(())
    }
    .await;
    database.close().await?;
    done.map(|()| ExitCode::SUCCESS)
}

fn read(file: &PathBuf) -> anyhow::Result<Vec<(NaiveDate, bool, String)>> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("读不了 {}（要 UTF-8 的 CSV）/ cannot read it", file.display()))?;
    let mut days = Vec::new();
    let mut bad = Vec::new();
    for (at, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let mut cells = line.split(',').map(str::trim);
        let (day, kind, name) =
            (cells.next().unwrap_or(""), cells.next().unwrap_or(""), cells.next().unwrap_or(""));
        if line.trim().is_empty()
            || (at == 0 && day.parse::<NaiveDate>().is_err() && day.chars().all(|c| !c.is_ascii_digit()))
        {
            continue;
        }
        let is_work = match kind {
            "班" | "work" => Some(true),
            "休" | "rest" => Some(false),
            _ => None,
        };
        match (day.parse::<NaiveDate>(), is_work) {
            (Ok(day), Some(is_work)) => days.push((day, is_work, name.to_owned())),
            (Err(_), _) => bad.push(format!("第 {} 行：日期“{day}”要写成 2027-01-01", at + 1)),
            (_, None) => bad.push(format!("第 {} 行：类型“{kind}”要写 休 或 班", at + 1)),
        }
    }
    days.sort();
    anyhow::ensure!(bad.is_empty(), "没有导入 / nothing was imported:\n{}", bad.join("\n"));
    anyhow::ensure!(!days.is_empty(), "文件里没有日期 / no dates in the file");
    anyhow::ensure!(
        days.windows(2).all(|pair| pair[0].0 != pair[1].0),
        "同一天出现了两次，没有导入 / a day stands twice; nothing was imported"
    );
    Ok(days)
}
