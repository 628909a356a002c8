//! The rounds in turn, each on fresh copies of one ledger; then two sweepers at once, and the table.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use sqlx::PgPool;

use super::Arguments;
use super::checks::Checks;
use super::machine::{machine, today};
use super::plain::{self, Plain};
use super::promises;
use super::seed::Seed;
use super::sweeper::Sweeper;
use super::world::World;
use super::written::{self, Written};

/// Units that lead items: no factor in common with the share that is due, so that each has its part of it.
const UNITS: u32 = 401;
/// One item in so many is due.
const DUE_ONE_IN: u32 = 100;
pub const LEDGER: &str = "bench_ledger";
pub const COPY: &str = "bench_copy";
/// DESIGN.md section 9: a sweep beside plain SQL that writes the same rows, and a repeat.
const AIM: f64 = 3.0;
const AIM_AGAIN: Duration = Duration::from_millis(30);

/// One lone sweep, and what its repeat did.
pub struct Swept {
    pub items: usize,
    took: Duration,
    written: Vec<Written>,
    pub items_again: usize,
    took_again: Duration,
    pub written_again: Vec<Written>,
    /// Tables that have another number of rows after the repeat.
    pub counts_moved: Vec<String>,
}

/// All rounds and the race; whether every promise was kept.
pub async fn all(arguments: &Arguments, world: &World) -> Result<bool> {
    let seed = Seed {
        units: UNITS,
        items: arguments.items,
        past: 0,
        texts: false,
        first_of_month: false,
        due_one_in: DUE_ONE_IN,
    };
    let due = i64::from(arguments.items / DUE_ONE_IN);
    let pool = world.create(LEDGER).await?;
    let took = seed.fill(&pool).await?;
    let sweeper = Sweeper::open(&world.url(LEDGER)?)?;
    sweeper.open_periods().await?;
    sweeper.close().await;
    let version: String = sqlx::query_scalar("SHOW server_version").fetch_one(&pool).await?;
    pool.close().await;
    println!(
        "a ledger of {} items, {due} of them due today, took {:.1} s",
        arguments.items,
        took.as_secs_f64()
    );
    println!("machine: {}; PostgreSQL {version}; {}", machine(), today());
    let mut checks = Checks::default();
    let mut rounds: Vec<(Swept, Plain)> = Vec::new();
    for turn in 1..=arguments.rounds {
        let pool = copy(world).await?;
        let swept = sweep(world, &pool).await?;
        if turn == 1 {
            println!("a sweep writes: {}", written::in_words(&swept.written));
        }
        promises::of_one(&mut checks, &pool, &swept, due).await?;
        drop_copy(world, pool).await?;

        let pool = copy(world).await?;
        let mark = written::mark(&pool).await?;
        let plain = plain::write(&world.url(COPY)?, &pool, &swept.written).await?;
        let same = written::since(&pool, mark).await? == swept.written;
        checks.that("plain SQL wrote the same rows", same, || "others".to_owned());
        drop_copy(world, pool).await?;
        println!("{turn}  {}", in_words(&swept, &plain));
        rounds.push((swept, plain));
    }
    let (swept, _) = rounds.last().context("at least one round")?;
    race(&mut checks, world, due, &swept.written).await?;
    conclude(arguments, &version, due, &rounds);
    Ok(checks.all_kept())
}

pub async fn copy(world: &World) -> Result<PgPool> {
    world.run("postgres", format!("CREATE DATABASE {COPY} TEMPLATE {LEDGER} STRATEGY file_copy")).await?;
    world.run("postgres", "CHECKPOINT").await?;
    world.pool(COPY).await
}

pub async fn drop_copy(world: &World, pool: PgPool) -> Result<()> {
    pool.close().await;
    // Connections of a sweeper may still be on their way out.
    world.run("postgres", format!("DROP DATABASE {COPY} WITH (FORCE)")).await
}

async fn sweep(world: &World, pool: &PgPool) -> Result<Swept> {
    let mark = written::mark(pool).await?;
    let sweeper = Sweeper::open(&world.url(COPY)?)?;
    let (items, took) = sweeper.sweep().await?;
    let written = written::since(pool, mark).await?;
    let (counts, mark) = (written::counts(pool).await?, written::mark(pool).await?);
    let (items_again, took_again) = sweeper.sweep().await?;
    let written_again = written::since(pool, mark).await?;
    let counts_again = written::counts(pool).await?;
    sweeper.close().await;
    let moved = counts.iter().zip(&counts_again).filter(|(before, after)| before != after);
    let counts_moved =
        moved.map(|((table, before), (_, after))| format!("{table}: {before} → {after}")).collect();
    Ok(Swept { items, took, written, items_again, took_again, written_again, counts_moved })
}

/// Two sweepers with connections, committers and bells of their own, as two replicas have.
async fn race(checks: &mut Checks, world: &World, due: i64, alone: &[Written]) -> Result<()> {
    let pool = copy(world).await?;
    let mark = written::mark(&pool).await?;
    let url = world.url(COPY)?;
    let (a, b) = (Sweeper::open(&url)?, Sweeper::open(&url)?);
    let begun = Instant::now();
    let (by_a, by_b) = tokio::try_join!(a.race(), b.race())?;
    println!("two at once: {:.0} ms, {by_a} items by one and {by_b} by the other", ms(begun.elapsed()));
    let both = written::since(&pool, mark).await?;
    promises::of_two(checks, &pool, due, alone, &both).await?;
    a.close().await;
    b.close().await;
    drop_copy(world, pool).await
}

pub fn ms(took: Duration) -> f64 {
    took.as_secs_f64() * 1000.0
}

fn ratio(swept: &Swept, plain: &Plain) -> f64 {
    swept.took.as_secs_f64() / plain.all.as_secs_f64()
}

fn in_words(swept: &Swept, plain: &Plain) -> String {
    format!(
        "warnings alone {:.0} ms   the same rows {:.0} ms   duban {:.0} ms   ratio {:.2}   repeat {:.1} ms",
        ms(plain.warnings),
        ms(plain.all),
        ms(swept.took),
        ratio(swept, plain),
        ms(swept.took_again)
    )
}

/// The middle of the rounds.
pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// The middle of the rounds as a row of the README's table, and whether the aims are reached.
fn conclude(arguments: &Arguments, version: &str, due: i64, rounds: &[(Swept, Plain)]) {
    let of =
        |value: fn(&Swept, &Plain) -> f64| median(rounds.iter().map(|(swept, plain)| value(swept, plain)));
    let ratio = of(ratio);
    let again = of(|swept, _| ms(swept.took_again));
    println!(
        "\n| items, due | the warnings alone | plain SQL, the same rows | duban | ratio | repeat | machine, PostgreSQL, date |\n\
         |---|---|---|---|---|---|---|\n\
         | {}, {due} | {:.0} ms | {:.0} ms | {:.0} ms | {ratio:.2} | {again:.1} ms | {}; {version}; {} |\n",
        arguments.items,
        of(|_, plain| ms(plain.warnings)),
        of(|_, plain| ms(plain.all)),
        of(|swept, _| ms(swept.took)),
        machine(),
        today()
    );
    let told = |reached| if reached { "reached" } else { "missed" };
    println!("aim of at most {AIM} × the same rows: {}", told(ratio <= AIM));
    println!("aim of at most {} ms for a repeat: {}", AIM_AGAIN.as_millis(), told(again <= ms(AIM_AGAIN)));
}
