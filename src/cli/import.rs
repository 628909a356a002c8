//! `duban import`: files are read and understood, compared with the ledger, and written all or nothing.
//! Everything wrong is listed at once, with row, column and reason.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use chrono::NaiveDate;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use sqlx::PgPool;
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;
use uuid::Uuid;

use super::database::Database;
use super::{out, tell};
use crate::app::real_now;
use crate::config::Settings;
use crate::domain::decision::Actor;
use crate::domain::ledger_file::{BadCells, Batch, Counts, FileKind, Outcome, Plan, plan};
use crate::domain::{Lang, Now};
use crate::store::{calendar, commit, import_facts};
use crate::{exports, imports, say};

/// Changes listed one by one; more are counted.
const LISTED: usize = 200;

/// Any subset of the four files.
#[derive(Debug, Args)]
pub struct Files {
    /// 轮次名称；已有且只有一个在办轮次时可省 / the round
    #[arg(long, value_name = "NAME")]
    round: Option<String>,
    /// 台账截至日期，默认今天 / the day the ledger stands on, today unless given
    #[arg(long, value_name = "DATE", value_parser = super::date)]
    as_of: Option<NaiveDate>,
    /// 单位表 / units
    #[arg(long, value_name = "FILE")]
    units: Option<PathBuf>,
    /// 岗位表 / posts
    #[arg(long, value_name = "FILE")]
    posts: Option<PathBuf>,
    /// 整改台账 / the ledger
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,
    /// 历史记录 / history
    #[arg(long, value_name = "FILE")]
    history: Option<PathBuf>,
    /// 只检查、说明怎样读、列出变化，不写入 / check, explain the reading, list changes; write nothing
    #[arg(long)]
    dry_run: bool,
    /// 有错时把出错的行连同原因写成 .xlsx / where rows that fail are written, with the reasons
    #[arg(long, value_name = "FILE")]
    failed: Option<PathBuf>,
}

impl Files {
    fn named(&self) -> impl Iterator<Item = (FileKind, &Path)> {
        let all = [
            (FileKind::Units, &self.units),
            (FileKind::Posts, &self.posts),
            (FileKind::Ledger, &self.ledger),
            (FileKind::History, &self.history),
        ];
        all.into_iter().filter_map(|(kind, path)| Some((kind, path.as_deref()?)))
    }
}

/// The language of the terminal: Chinese unless it is set to English.
pub fn lang() -> Lang {
    let names = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter();
    let set = names.filter_map(|name| std::env::var(name).ok()).find(|value| !value.is_empty());
    Lang::from_code(&set.unwrap_or_default())
}

/// What keeps a processor busy has threads of its own, so that we hear when we are told to stop; it ends with the
/// process: a file that is read has touched nothing, and what is written half is not committed.
pub async fn run(settings: &Settings, files: Files) -> anyhow::Result<ExitCode> {
    let (lang, files) = (lang(), Arc::new(files));
    let named = Arc::clone(&files);
    let batch = match spawn_blocking(move || read(&named, lang)).await?? {
        Ok(batch) => batch,
        Err(bad) => return spawn_blocking(move || files.refused(&bad, lang)).await?,
    };
    let database = Database::current(settings).await?;
    let (read, work) = (database.read.clone(), database.work.clone());
    let (as_of, dry_run) = (files.as_of, files.dry_run);
    let runtime = Handle::current();
    let writing = spawn_blocking(move || {
        runtime.block_on(async {
            let now = Now::at(calendar::ledger_clock(&read).await?.unwrap_or_else(real_now));
            carry_out(&work, &batch, as_of.unwrap_or_else(|| now.today()), now, dry_run, lang).await
        })
    });
    let done = writing.await;
    database.close().await?;
    match done?? {
        Ok(true) => Ok(ExitCode::SUCCESS),
        Ok(false) => Ok(ExitCode::FAILURE),
        Err(bad) => spawn_blocking(move || files.refused(&bad, lang)).await?,
    }
}

impl Files {
    /// Lists what is wrong; the rows themselves go into a workbook where one was asked for.
    fn refused(&self, bad: &BadCells, lang: Lang) -> anyhow::Result<ExitCode> {
        let code = refused(bad, lang);
        let Some(path) = &self.failed else { return Ok(code) };
        let mut sheets = Vec::new();
        for (kind, file) in self.named() {
            let (name, bytes) = contents(file)?;
            sheets.extend(imports::failed(kind, &name, &bytes, bad, lang));
        }
        if sheets.is_empty() {
            return Ok(code);
        }
        let mut book = Vec::new();
        let rows = exports::failed::write(&sheets, &mut book)?;
        let shown = path.display();
        fs::write(path, book).with_context(|| {
            format!("写不了 {shown}，请检查目录、权限和磁盘空间 / {shown} cannot be written")
        })?;
        tell(say!(
            lang,
            "出错的 {rows} 行和原因写在 {shown}；请在原文件里改好再导入。",
            "The {rows} rows that failed are in {shown}, with the reasons; correct them in the original file."
        ));
        Ok(code)
    }
}

/// A file's name and what is in it.
pub fn contents(path: &Path) -> anyhow::Result<(String, Vec<u8>)> {
    let shown = path.display();
    anyhow::ensure!(
        !path.is_dir(),
        "{shown} 是文件夹，请写明其中哪一个文件 / {shown} is a folder: name a file in it"
    );
    let bytes = fs::read(path)
        .with_context(|| format!("读不了 {shown}，请检查文件名和权限 / {shown} cannot be read"))?;
    Ok((path.file_name().unwrap_or_default().to_string_lossy().into_owned(), bytes))
}

/// Lists what is wrong with files that were not imported.
pub fn refused(bad: &BadCells, lang: Lang) -> ExitCode {
    for line in bad.lines(lang) {
        tell(format_args!("✗ {line}"));
    }
    tell(say!(
        lang,
        "什么也没有导入。改好后再运行一次。",
        "Nothing was imported. Correct the files and run again."
    ));
    ExitCode::FAILURE
}

/// Counts long work of unknown length; quiet when nobody looks.
fn counter(what: String) -> ProgressBar {
    spinner("{spinner} {msg} {human_pos} · {elapsed}").with_message(what)
}

/// A bar for long work that counts up to something; quiet when nobody looks.
fn bar(what: String, length: usize) -> ProgressBar {
    let bar = spinner("{msg} {wide_bar} {human_pos}/{human_len} · {eta}").with_message(what);
    bar.set_length(length as u64);
    bar
}

/// A sign of life in this style.
pub fn spinner(template: &str) -> ProgressBar {
    let style = ProgressStyle::with_template(template);
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar
}

fn read(files: &Files, lang: Lang) -> anyhow::Result<Result<Batch, BadCells>> {
    let mut batch = Batch { round: files.round.clone(), ..Batch::default() };
    let mut bad = BadCells::default();
    for (kind, path) in files.named() {
        let (name, bytes) = contents(path)?;
        let bar = counter(say!(lang, "读 {name}，行", "reading {name}, rows"));
        let read = imports::read(kind, &name, &bytes, &mut |rows| bar.set_position(rows as u64));
        bar.finish_and_clear();
        match read {
            Ok(file) => {
                for note in &file.notes {
                    tell(format_args!("· {}", note.line(lang)));
                }
                for note in file.reading.iter().filter(|_| files.dry_run) {
                    out(format_args!("读法 {}", note.line(lang)));
                }
                if let Err(more) = batch.add(file.source, file.rows) {
                    bad.append(more);
                }
            }
            Err(more) => bad.append(more),
        }
    }
    anyhow::ensure!(
        !batch.files.is_empty() || !bad.is_empty(),
        "没有指定文件：至少给出 --units、--posts、--ledger、--history 之一 / name at least one file"
    );
    Ok(bad.ok_or(batch))
}

/// Plans and writes; `Ok(false)`: something moved meanwhile.
async fn carry_out(
    pool: &PgPool,
    batch: &Batch,
    as_of: NaiveDate,
    now: Now,
    dry_run: bool,
    lang: Lang,
) -> anyhow::Result<Result<bool, BadCells>> {
    let mut conn = pool.acquire().await?;
    let current = import_facts::current(&mut conn, batch).await?;
    let plan = match plan(batch, &current, as_of, now.today(), &mut Uuid::now_v7) {
        Ok(plan) => plan,
        Err(bad) => return Ok(Err(bad)),
    };
    for note in &plan.notes {
        tell(format_args!("· {}", note.line(lang)));
    }
    for text in plan.reading().iter().filter(|_| dry_run) {
        out(format_args!("读法 {}", text.pick(lang)));
    }
    let mut changes = plan.changes(lang);
    for line in changes.by_ref().take(LISTED) {
        out(line);
    }
    let more = changes.count();
    if more > 0 {
        out(say!(lang, "……另有 {more} 处变化", "… {more} more changes"));
    }
    summary(&plan, lang);
    if dry_run {
        out(say!(lang, "仅检查，没有写入。", "Checked only; nothing was written."));
        return Ok(Ok(true));
    }
    let bar = bar(say!(lang, "写入事项", "writing items"), plan.items.len());
    let outcome = commit::import::write(&mut conn, &plan, &Actor::default(), now, &mut |items| {
        bar.set_position(items as u64)
    })
    .await;
    bar.finish_and_clear();
    Ok(Ok(match outcome? {
        Outcome::Written => {
            out(say!(lang, "已导入。", "Imported."));
            true
        }
        Outcome::Nothing | Outcome::Repeat => {
            out(say!(lang, "与台账一致，没有变化。", "Nothing has changed."));
            true
        }
        Outcome::Moved(moved) => {
            tell(format_args!("✗ {}", moved.sentence().pick(lang)));
            false
        }
    }))
}

fn summary(plan: &Plan<'_>, lang: Lang) {
    let line = |what: &str, counts: &Counts| {
        let Counts { inserted, updated, unchanged } = counts;
        if inserted + updated + unchanged > 0 {
            out(say!(
                lang,
                "{what}：新增 {inserted}，变更 {updated}，不变 {unchanged}",
                "{what}: {inserted} new, {updated} changed, {unchanged} unchanged"
            ));
        }
    };
    line(&say!(lang, "单位", "units"), &plan.unit_counts);
    line(&say!(lang, "岗位", "posts"), &plan.post_counts);
    line(&say!(lang, "事项", "items"), &plan.item_counts);
    let (fresh, known) = (plan.new_events, plan.known_events);
    if fresh + known > 0 {
        out(say!(lang, "历史：新增 {fresh}，已有 {known}", "history: {fresh} new, {known} known"));
    }
}
