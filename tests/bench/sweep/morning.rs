//! The morning: everybody is to be told something at the same hour. How long it takes to find them all, beside
//! plain SQL that writes the same rows; nothing is sent.

use std::time::{Duration, Instant};

use anyhow::Result;
use sqlx::PgPool;

use super::Arguments;
use super::checks::Checks;
use super::machine::{machine, today};
use super::plain;
use super::rounds::{LEDGER, copy, drop_copy, median, ms};
use super::seed::Seed;
use super::sweeper::Sweeper;
use super::world::World;
use super::written;

/// Contacts, each of a unit of its own with one item that is due.
const CONTACTS: u32 = 5_000;

/// All rounds, each on fresh copies of one ledger that has been swept; whether every promise was kept.
pub async fn all(arguments: &Arguments, world: &World) -> Result<bool> {
    let seed = Seed {
        units: CONTACTS,
        items: CONTACTS,
        past: 0,
        texts: false,
        first_of_month: false,
        due_one_in: 1,
    };
    let pool = world.create(LEDGER).await?;
    seed.fill(&pool).await?;
    let sweeper = Sweeper::open(&world.url(LEDGER)?)?;
    sweeper.open_periods().await?;
    sweeper.sweep().await?;
    sweeper.close().await;
    let version: String = sqlx::query_scalar("SHOW server_version").fetch_one(&pool).await?;
    pool.close().await;
    println!("{CONTACTS} contacts; machine: {}; PostgreSQL {version}; {}", machine(), today());
    let mut checks = Checks::default();
    let mut rounds: Vec<(Duration, Duration)> = Vec::new();
    for turn in 1..=arguments.rounds {
        let pool = copy(world).await?;
        let mark = written::mark(&pool).await?;
        let (took, again) = addressed(world).await?;
        let rows = written::since(&pool, mark).await?;
        if turn == 1 {
            println!("a morning writes: {}", written::in_words(&rows));
        }
        each_found_once(&mut checks, &pool).await?;
        drop_copy(world, pool).await?;

        let pool = copy(world).await?;
        let plain = plain::write(&world.url(super::rounds::COPY)?, &pool, &rows).await?.all;
        drop_copy(world, pool).await?;
        println!(
            "{turn}  the same rows {:.0} ms   duban {:.0} ms   ratio {:.2}   again {:.1} ms",
            ms(plain),
            ms(took),
            took.as_secs_f64() / plain.as_secs_f64(),
            ms(again)
        );
        rounds.push((took, plain));
    }
    println!(
        "\n| contacts | plain SQL, the same rows | duban | machine, PostgreSQL, date |\n|---|---|---|---|\n\
         | {CONTACTS} | {:.0} ms | {:.0} ms | {}; {version}; {} |",
        median(rounds.iter().map(|(_, plain)| ms(*plain))),
        median(rounds.iter().map(|(took, _)| ms(*took))),
        machine(),
        today()
    );
    Ok(checks.all_kept())
}

/// How long the morning takes, and a second look.
async fn addressed(world: &World) -> Result<(Duration, Duration)> {
    let sweeper = Sweeper::open(&world.url(super::rounds::COPY)?)?;
    sweeper.wait_for_the_morning().await?;
    let begun = Instant::now();
    sweeper.address().await?;
    let took = begun.elapsed();
    let begun = Instant::now();
    sweeper.address().await?;
    let again = begun.elapsed();
    sweeper.close().await;
    Ok((took, again))
}

async fn each_found_once(checks: &mut Checks, pool: &PgPool) -> Result<()> {
    let sql = "SELECT count(*) FROM (
                   SELECT to_holder FROM outbox WHERE chat IS NOT NULL AND state = 'due'
                   GROUP BY to_holder HAVING count(*) = 1
               ) m";
    let told: i64 = sqlx::query_scalar(sql).fetch_one(pool).await?;
    checks.that("every contact has one message", told == i64::from(CONTACTS), || format!("{told}"));
    let left = "SELECT count(*) FROM outbox WHERE chat IS NULL AND audience_unit IS NOT NULL AND merged_into IS NULL";
    let left: i64 = sqlx::query_scalar(left).fetch_one(pool).await?;
    checks.that("and nothing waits", left == 0, || format!("{left} rows"));
    Ok(())
}
