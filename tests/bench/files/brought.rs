//! A file that comes in: `duban import` as a process of its own, beside psql that restores the rows it wrote.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use duban::cluster::Binaries;
use nix::unistd::Pid;
use sqlx::AssertSqlSafe;
use tokio::process::Command;

use super::Arguments;
use super::checks::Checks;
use super::process;
use super::table;
use super::world::{World, pg_bin};

const DATABASE: &str = "bench_imported";
const RESTORED: &str = "bench_restored";
/// What an import of 100,000 rows may take of this machine: stated in the README.
const TIME_A_ROW: Duration = Duration::from_micros(1_200);
const MEMORY_MIB: f64 = 512.0;

/// How one run of the program went.
struct Run {
    took: Duration,
    peak_mib: f64,
    is_done: bool,
    said: String,
}

pub async fn measure(arguments: &Arguments, world: &World, checks: &mut Checks) -> Result<()> {
    let rows = arguments.rows;
    let pool = world.create(DATABASE).await?;
    let folder = world.folder();
    let (units, ledger, bad) = (folder.join("units.csv"), folder.join("ledger.csv"), folder.join("bad.csv"));
    let text = table::ledger(rows);
    std::fs::write(&units, table::units())?;
    std::fs::write(&bad, table::with_a_bad_last_row(&text, rows))?;
    std::fs::write(&ledger, &text)?;
    println!("a ledger of {rows} rows, {:.1} MiB", text.len() as f64 / 1024.0 / 1024.0);
    drop(text);
    let counts = || async {
        let sql =
            "SELECT (SELECT count(*) FROM item) + (SELECT count(*) FROM unit) + (SELECT count(*) FROM round)
                       + (SELECT count(*) FROM item_history) + (SELECT count(*) FROM milestone)";
        sqlx::query_scalar::<_, i64>(AssertSqlSafe(sql)).fetch_one(&pool).await
    };

    let first = ["--round", "2026年省督察"];
    let refused = import(world, &first, &units, &bad).await?;
    told("a bad last row", &refused);
    let left = counts().await?;
    checks.that(
        "a bad row at the end is refused and leaves nothing behind",
        !refused.is_done && left == 0,
        || format!("{left} rows; {}", refused.said),
    );
    let row = (rows + 2).to_string();
    checks.that("its row is named", refused.said.contains(&row), || refused.said.clone());

    let done = import(world, &first, &units, &ledger).await?;
    told("the import", &done);
    let items: i64 = sqlx::query_scalar("SELECT count(*) FROM item").fetch_one(&pool).await?;
    checks.that("every row has come in", done.is_done && items == i64::from(rows), || {
        format!("{items} items; {}", done.said)
    });
    let within = TIME_A_ROW * rows;
    checks.that(
        &format!("within {:.0} s and {MEMORY_MIB} MiB", within.as_secs_f64()),
        done.took <= within && done.peak_mib <= MEMORY_MIB,
        || format!("{:.1} s, {:.0} MiB", done.took.as_secs_f64(), done.peak_mib),
    );

    let before = counts().await?;
    let again = import(world, &[], &units, &ledger).await?;
    told("the same file again", &again);
    checks
        .that("again it changes nothing", again.is_done && counts().await? == before, || again.said.clone());

    let book = folder.join("台账.xlsx");
    let out = duban(world, &["export", "--ledger"], &[&book]).await?;
    told("export to a workbook", &out);
    let back = duban(world, &["import", "--ledger"], &[&book]).await?;
    told("the workbook imported", &back);
    let unchanged = back.said.contains("没有变化");
    checks.that("a workbook that goes out comes in without a change", back.is_done && unchanged, || {
        back.said.chars().take(600).collect()
    });

    pool.close().await;
    let limit = restore(world).await?;
    println!(
        "\n| rows | psql restores the same rows | duban import | ratio | peak memory |\n|---|---|---|---|---|\n\
         | {rows} | {:.1} s | {:.1} s | {:.2} | {:.0} MiB |\n",
        limit.as_secs_f64(),
        done.took.as_secs_f64(),
        done.took.as_secs_f64() / limit.as_secs_f64(),
        done.peak_mib
    );
    world.run("postgres", format!("DROP DATABASE {DATABASE} WITH (FORCE)")).await?;
    world.run("postgres", format!("DROP DATABASE {RESTORED} WITH (FORCE)")).await
}

fn told(what: &str, run: &Run) {
    println!("{what}: {:.1} s, {:.0} MiB at most", run.took.as_secs_f64(), run.peak_mib);
}

async fn import(world: &World, first: &[&str], units: &Path, ledger: &Path) -> Result<Run> {
    let mut command = command(world, &["import"])?;
    command.args(first).arg("--units").arg(units).arg("--ledger").arg(ledger);
    watch(command).await
}

async fn duban(world: &World, words: &[&str], paths: &[&Path]) -> Result<Run> {
    let mut command = command(world, words)?;
    command.args(paths);
    watch(command).await
}

fn command(world: &World, words: &[&str]) -> Result<Command> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_duban"));
    command.args(words).env("DATABASE_URL", world.url(DATABASE)?).env("LANG", "zh_CN.UTF-8");
    command.env_remove("LC_ALL").env_remove("LC_MESSAGES");
    Ok(command)
}

/// Runs it to its end, looking at its memory; the high-water mark only rises, so the last look has it.
async fn watch(mut command: Command) -> Result<Run> {
    let begun = Instant::now();
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .context("cannot start duban")?;
    let pid = child.id().map(|pid| Pid::from_raw(pid.cast_signed())).context("duban has ended")?;
    let mut output = tokio::spawn(child.wait_with_output());
    let mut peak_mib = 0.0_f64;
    let output = loop {
        match tokio::time::timeout(Duration::from_millis(5), &mut output).await {
            Ok(output) => break output??,
            Err(_) => peak_mib = peak_mib.max(process::memory(pid, "VmHWM")),
        }
    };
    let took = begun.elapsed();
    let said =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    Ok(Run { took, peak_mib, is_done: output.status.success(), said })
}

/// How long PostgreSQL's own tools take to write the same rows into a database with the same schema: one
/// transaction of COPY, indexes and keys kept as duban keeps them.
async fn restore(world: &World) -> Result<Duration> {
    let pool = world.create(RESTORED).await?;
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
    )
    .fetch_all(&pool)
    .await?;
    let mut command = tool("pg_dump")?;
    command.args(["--data-only", "--no-owner", "-d", &world.url(DATABASE)?]);
    for table in tables {
        // What the migrations have written stands there already.
        let is_empty: bool =
            sqlx::query_scalar(AssertSqlSafe(format!("SELECT NOT EXISTS (SELECT FROM {table})")))
                .fetch_one(&pool)
                .await?;
        if !is_empty {
            command.args(["--exclude-table-data", &table]);
        }
    }
    pool.close().await;
    let dump = world.folder().join("rows.sql");
    let written = command.arg("-f").arg(&dump).output().await?;
    ensure!(written.status.success(), "pg_dump failed: {}", String::from_utf8_lossy(&written.stderr));
    let begun = Instant::now();
    let mut command = tool("psql")?;
    command.args(["--quiet", "--single-transaction", "-v", "ON_ERROR_STOP=1", "-d", &world.url(RESTORED)?]);
    let restored = command.arg("-f").arg(&dump).output().await?;
    ensure!(restored.status.success(), "psql failed: {}", String::from_utf8_lossy(&restored.stderr));
    Ok(begun.elapsed())
}

fn tool(name: &str) -> Result<Command> {
    let mut command = Command::new(Binaries::find(pg_bin().as_deref())?.bin.join(name));
    command.stdin(Stdio::null()).kill_on_drop(true);
    Ok(command)
}
