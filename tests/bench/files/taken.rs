//! Documents of a whole round that go out: how long each takes, and that a ledger a hundred times as long takes no
//! more memory. They are made in this process, as the service's clerk makes them.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use duban::app::real_now;
use duban::domain::document::About;
use duban::domain::{Basis, Now};
use duban::exports::{Call, EXPORTS, Export, Format, Unmade};
use nix::unistd::Pid;
use sqlx::PgPool;
use uuid::Uuid;

use super::Arguments;
use super::checks::Checks;
use super::process;
use super::seed::Seed;
use super::world::World;

const DATABASE: &str = "bench_exported";
const UNITS: u32 = 400;
/// The other ledger has a hundredth of the items.
const SHARE: u32 = 100;
/// Pages, buffers and what the allocator keeps: not more than this may a hundred times the items add.
const MORE_MIB: f64 = 24.0;

/// One document made.
struct Made {
    name: String,
    took: Duration,
    peak_mib: f64,
    file_mib: f64,
    rows: u64,
}

pub async fn measure(arguments: &Arguments, world: &World, checks: &mut Checks) -> Result<()> {
    let small = all(world, arguments.items / SHARE).await?;
    let large = all(world, arguments.items).await?;
    println!(
        "\n| document | {} items | {} items | rows | size | peak memory of both |\n|---|---|---|---|---|---|",
        arguments.items / SHARE,
        arguments.items
    );
    for (small, large) in small.iter().zip(&large) {
        println!(
            "| {} | {:.1} s | {:.1} s | {} | {:.1} MiB | {:.0} / {:.0} MiB |",
            large.name,
            small.took.as_secs_f64(),
            large.took.as_secs_f64(),
            large.rows,
            large.file_mib,
            small.peak_mib,
            large.peak_mib
        );
    }
    println!();
    for (small, large) in small.iter().zip(&large) {
        let more = large.peak_mib - small.peak_mib;
        checks.that(&format!("{}: memory stays flat", large.name), more <= MORE_MIB, || {
            format!("{more:.0} MiB more")
        });
    }
    Ok(())
}

/// Every document of a round as of today, in every format, from a ledger of so many items.
async fn all(world: &World, items: u32) -> Result<Vec<Made>> {
    let pool = world.create(DATABASE).await?;
    // Nothing here looks for words, and to fill their index takes longer than all the rest.
    world.run(DATABASE, "DROP INDEX item_text_pairs").await?;
    let seed = Seed { units: UNITS, items, past: 2, texts: true, first_of_month: false, due_one_in: 0 };
    let took = seed.fill(&pool).await?;
    println!("a ledger of {items} items took {:.1} s", took.as_secs_f64());
    let round: Uuid = sqlx::query_scalar("SELECT id FROM round").fetch_one(&pool).await?;
    let mut made = Vec::new();
    for export in EXPORTS {
        if matches!(export.paper.of, About::Round | About::Day) {
            for format in export.paper.formats {
                match make(world, &pool, round, export, *format).await {
                    Ok(document) => made.push(document),
                    // This ledger has nothing to put into it.
                    Err(error) if error.is::<Unmade>() => println!("{}: {error}", export.paper.title.zh),
                    Err(error) => return Err(error.context(export.paper.title.zh)),
                }
            }
        }
    }
    pool.close().await;
    world.run("postgres", format!("DROP DATABASE {DATABASE} WITH (FORCE)")).await?;
    Ok(made)
}

async fn make(world: &World, pool: &PgPool, round: Uuid, export: &Export, format: Format) -> Result<Made> {
    let name = format!("{} {}", export.paper.title.zh, format.code());
    let path = world.folder().join("document");
    let mut out = BufWriter::new(File::create(&path)?);
    let now = Now::at(real_now());
    let mut db = pool.acquire().await?;
    // The high-water mark begins anew.
    fs::write("/proc/self/clear_refs", "5").context("the kernel does not forget the high-water mark")?;
    let begun = Instant::now();
    let written = (export.write)(Call {
        db: &mut db,
        round,
        subject: None,
        as_of: now.today(),
        now,
        basis: &Basis::default(),
        format,
        data_dir: world.folder(),
        out: &mut out,
        rows: &AtomicU64::new(0),
    })
    .await?;
    out.flush()?;
    let took = begun.elapsed();
    let peak_mib = process::memory(Pid::this(), "VmHWM");
    let file_mib = fs::metadata(&path)?.len() as f64 / 1024.0 / 1024.0;
    println!("{name}: {:.1} s, {peak_mib:.0} MiB", took.as_secs_f64());
    Ok(Made { name, took, peak_mib, file_mib, rows: written.rows })
}
