//! `duban export`: the ledger as the office knows it, CSV or XLSX by the file's ending.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::AtomicU64;

use anyhow::Context;
use uuid::Uuid;

use super::database::Database;
use super::tell;
use crate::app::real_now;
use crate::config::Settings;
use crate::domain::Now;
use crate::exports::{self, Call, Format};
use crate::store::{self, import_facts};

pub async fn run(settings: &Settings, file: &Path, round: Option<&str>) -> anyhow::Result<ExitCode> {
    let format = match file.extension().and_then(|e| e.to_str()).map(str::to_lowercase).as_deref() {
        Some("csv") => Format::Csv,
        Some("xlsx") => Format::Xlsx,
        _ => anyhow::bail!("文件名要以 .csv 或 .xlsx 结尾 / the file's name must end in .csv or .xlsx"),
    };
    let database = Database::there(settings).await?;
    let rows = write(&database, &settings.data_dir, file, format, round).await;
    database.close().await?;
    let rows = rows?;
    tell(format_args!("已导出 {rows} 项到 {} / {rows} items exported", file.display()));
    Ok(ExitCode::SUCCESS)
}

/// Writes beside the file and renames: a failed export leaves an older one as it was.
async fn write(
    database: &Database,
    data_dir: &Path,
    file: &Path,
    format: Format,
    round: Option<&str>,
) -> anyhow::Result<u64> {
    let mut conn = database.read.acquire().await?;
    let rounds = import_facts::rounds(&mut conn).await?;
    let round: Uuid = match round {
        Some(name) => rounds
            .iter()
            .find(|r| r.name == name)
            .map(|r| r.id)
            .with_context(|| format!("没有叫“{name}”的轮次，有：{} / no such round", names(&rounds)))?,
        None => match rounds.as_slice() {
            [only] => only.id,
            [] => anyhow::bail!("台账还是空的，没有可导出的 / the ledger is empty"),
            _ => anyhow::bail!("有几个轮次，请加 --round：{} / several rounds: choose one", names(&rounds)),
        },
    };
    let unwritable = || {
        let file = file.display();
        format!("写不了 {file}，请检查目录、权限和磁盘空间 / {file} cannot be written")
    };
    let mut name = file.as_os_str().to_owned();
    name.push(".part");
    let part = Part(name.into());
    let mut out = BufWriter::new(fs::File::create(&part.0).with_context(unwritable)?);
    let export = exports::find("ledger").context("the ledger's export is missing from the table")?;
    let now = Now::at(real_now());
    let basis = store::basis::load(&mut conn).await?;
    let written = (export.write)(Call {
        db: &mut conn,
        round,
        subject: None,
        as_of: now.today(),
        now,
        basis: &basis,
        format,
        data_dir,
        out: &mut out,
        rows: &AtomicU64::new(0),
    })
    .await?;
    out.flush().with_context(unwritable)?;
    drop(out);
    fs::rename(&part.0, file).with_context(unwritable)?;
    Ok(written.rows)
}

/// An unfinished file, which goes away unless it was renamed.
struct Part(PathBuf);

impl Drop for Part {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn names(rounds: &[crate::domain::ledger_file::RoundNow]) -> String {
    rounds.iter().map(|round| round.name.as_str()).collect::<Vec<_>>().join("、")
}
