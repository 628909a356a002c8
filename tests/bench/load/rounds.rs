//! The rounds in turn, what each of them printed, and the row for the README at the end.

use std::collections::VecDeque;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use chrono::NaiveDate;
use duban::app::real_now;
use duban::domain::Now;
use sqlx::PgPool;
use tokio::task::JoinSet;

use super::contacts::{CONTACTS, Contact, Numbers, Rhythm, Round};
use super::figures::{Figures, Served, Side, mean};
use super::machine::{machine, today};
use super::seed::Seed;
use super::service::{Service, Setup};
use super::stand_in::StandIn;
use super::world::World;
use super::{Arguments, limit, process, statements, verify};

const DUBAN: &str = "bench_duban";
const LIMIT: &str = "bench_limit";
/// From here on a ledger counts as large and has a past.
const LARGE: u32 = 100_000;
const PAST: u32 = 5;
/// The first number of an update; any will do.
const FIRST: u32 = 700_000_000;
/// Items and the keys by which they and their past are found; texts and old reports stay on the disk.
const WARM: &str = "\
    CREATE EXTENSION IF NOT EXISTS pg_prewarm;
    SELECT pg_prewarm(oid::regclass)
    FROM pg_class
    WHERE relname IN ('report_pkey', 'item_history_pkey')
       OR relkind IN ('r', 'i') AND relname ~ '^(item(?!_text|_history)|milestone)'";
/// A service that was seen working in fewer than so many of the last looks has done what it does by itself after its
/// start (on the first day of a month it opens a period for every item).
const LOOKS: (u32, usize) = (3, 10);
/// And this is how long it may take.
const AT_MOST: Duration = Duration::from_secs(180);
const POLL: Duration = Duration::from_millis(100);

/// All rounds, and the check that what was answered is what was written.
pub async fn all(arguments: &Arguments, world: &mut World) -> Result<()> {
    if arguments.statements {
        statements::install(world).await?;
    }
    let seed = Seed {
        units: CONTACTS,
        items: arguments.items,
        past: if arguments.items >= LARGE { PAST } else { 0 },
        texts: true,
        first_of_month: arguments.first_of_month,
        due_one_in: 0,
    };
    let pool = fill(world, &seed).await?;
    let begun_on = china_today();
    let version: String = sqlx::query_scalar("SHOW server_version").fetch_one(&pool).await?;
    println!("machine: {}; PostgreSQL {version}; {}", machine(), today());
    let stand_in = StandIn::start(Duration::from_millis(100), arguments.fault.clone()).await?;
    let setup = Setup::new(world.folder(), world.url(DUBAN)?, stand_in.url.clone())?;
    let mut bench = Bench { arguments, world, setup, seed, contacts: Contact::all(&seed), next: FIRST };
    let (mut limits, mut served) = (Vec::new(), Vec::new());
    for turn in 1..=arguments.rounds {
        if !arguments.no_limit {
            limits.push(bench.limit(turn).await?);
        }
        served.push(bench.serve(turn, &pool).await?);
        if let (Some(limit), Some(served)) = (limits.last(), served.last()) {
            println!("  ratio   {:.2}", served.side.figures.per_second / limit.figures.per_second);
        }
    }
    verify::answers(&stand_in)?;
    if arguments.statements {
        statements::show(&pool).await?;
    }
    let checked = verify::check(&pool, &bench.seed, &bench.contacts, bench.next - FIRST).await;
    ensure!(
        begun_on == china_today(),
        "the day changed meanwhile, and with it what is asked back: run it again"
    );
    checked?;
    conclude(arguments, &version, &limits, &served);
    pool.close().await;
    Ok(())
}

fn china_today() -> NaiveDate {
    Now::at(real_now()).today()
}

/// Two databases with the same ledger.
async fn fill(world: &World, seed: &Seed) -> Result<PgPool> {
    let pool = world.create(DUBAN).await?;
    println!("a ledger of {} items with {} reports …", seed.items, seed.items * seed.past);
    let took = seed.fill(&pool).await?;
    pool.close().await;
    let begun = Instant::now();
    world.run("postgres", format!("CREATE DATABASE {LIMIT} TEMPLATE {DUBAN} STRATEGY file_copy")).await?;
    world.run(LIMIT, limit::FUNCTION).await?;
    println!(
        "… took {:.1} s, and its copy for the limit {:.1} s",
        took.as_secs_f64(),
        begun.elapsed().as_secs_f64()
    );
    world.pool(DUBAN).await
}

struct Bench<'a> {
    arguments: &'a Arguments,
    world: &'a World,
    setup: Setup,
    seed: Seed,
    contacts: Vec<Contact>,
    next: u32,
}

impl Bench<'_> {
    /// Both begin alike: nothing left to be written, and in memory what a server that has run for a day has there.
    async fn settle(&self, database: &str) -> Result<()> {
        if !self.arguments.cold {
            self.world.run(database, WARM).await?;
        }
        self.world.run("postgres", "CHECKPOINT").await
    }

    async fn limit(&self, turn: u32) -> Result<Side> {
        self.settle(LIMIT).await?;
        let side = limit::round(self.arguments, self.world, LIMIT, turn).await?;
        show(&format!("{turn} LIMIT"), &side);
        Ok(side)
    }

    /// One round of the service, started for it, so that it never runs beside pgbench.
    async fn serve(&mut self, turn: u32, pool: &PgPool) -> Result<Served> {
        let arguments = self.arguments;
        self.settle(DUBAN).await?;
        let service = Service::start(&self.setup).await?;
        at_rest(pool).await?;
        let idle_mib = process::memory(service.pid(), "VmRSS");
        let round = Rc::new(Round::default());
        let numbers = Rc::new(Numbers { next: self.next.into() });
        let working = self.begin(&round, &numbers);
        tokio::time::sleep(arguments.warm_up()).await;
        let (own, postmaster) = (service.pid(), self.world.postmaster()?);
        let us = nix::unistd::Pid::this();
        let used = || [process::cpu(own), process::cpu_with_children(postmaster), process::cpu(us)];
        let before = used();
        let begun = Instant::now();
        round.measuring.set(true);
        tokio::time::sleep(arguments.length()).await;
        round.measuring.set(false);
        let (took, after) = (begun.elapsed(), used());
        let load_mib = process::memory(own, "VmHWM");
        round.over.set(true);
        self.contacts = working.join_all().await.into_iter().collect::<Result<_>>()?;
        self.contacts.sort_by_key(Contact::unit);
        self.next = numbers.next.get();
        service.stop().await?;
        let tally = Rc::into_inner(round).context("the round is over")?.tally.into_inner();
        let updates = tally.micros.len() as f64;
        let micros = |at: usize| (after[at] - before[at]).as_micros() as f64 / updates;
        let figures = Figures::new(updates / took.as_secs_f64(), tally.micros);
        let side = Side { figures, driver_micros: micros(2), database_micros: micros(1) };
        let served = Served { side, own_micros: micros(0), idle_mib, load_mib };
        show(&format!("{turn} duban"), &served.side);
        println!(
            "          own CPU {:.0} µs/update, memory {idle_mib:.1} MiB idle, {load_mib:.1} MiB at most; repeats {:.1} %",
            served.own_micros,
            tally.repeats as f64 * 100.0 / updates
        );
        for (what, count) in &tally.others {
            println!("          not 200: {count} × {what}");
        }
        let backlog: i64 =
            sqlx::query_scalar("SELECT count(*) FROM outbox WHERE state = 'due'").fetch_one(pool).await?;
        println!("          answers waiting to be sent at its end: {backlog}");
        Ok(served)
    }

    fn begin(&mut self, round: &Rc<Round>, numbers: &Rc<Numbers>) -> JoinSet<Result<Contact>> {
        let start = Instant::now() + Duration::from_millis(100);
        let mut working = JoinSet::new();
        for (place, contact) in (0..).zip(std::mem::take(&mut self.contacts)) {
            let rhythm = match self.arguments.rate {
                Some(rate) => Rhythm::Open {
                    first: start + Duration::from_secs(1) * place / rate,
                    every: Duration::from_secs(1) * CONTACTS / rate,
                },
                None => Rhythm::Closed,
            };
            working.spawn_local(contact.work(self.setup.port, Rc::clone(round), Rc::clone(numbers), rhythm));
        }
        working
    }
}

/// Waits until the service keeps the database busy no longer.
async fn at_rest(pool: &PgPool) -> Result<()> {
    let begun = Instant::now();
    let (seen, of) = LOOKS;
    let mut looks = VecDeque::new();
    while looks.len() < of || looks.iter().sum::<u32>() >= seen {
        ensure!(begun.elapsed() < AT_MOST, "the service was still busy with itself after {AT_MOST:?}");
        let works: bool = sqlx::query_scalar(
            "SELECT EXISTS (
                 SELECT 1 FROM pg_stat_activity
                 WHERE application_name = 'duban' AND state <> 'idle' AND pid <> pg_backend_pid()
             )",
        )
        .fetch_one(pool)
        .await?;
        looks.push_front(u32::from(works));
        looks.truncate(of);
        tokio::time::sleep(POLL).await;
    }
    Ok(())
}

fn show(who: &str, side: &Side) {
    println!(
        "{who}  {:>6.0}/s   p50 / p95 / p99 {} ms   CPU µs/update: PostgreSQL {:.0}, whoever asks {:.0}",
        side.figures.per_second,
        side.figures.percentiles(),
        side.database_micros,
        side.driver_micros
    );
}

/// Everything together, as a row of the README's table.
fn conclude(arguments: &Arguments, version: &str, limits: &[Side], served: &[Served]) {
    let limit = Figures::together(&limits.iter().map(|side| side.figures.clone()).collect::<Vec<_>>());
    let duban = Figures::together(&served.iter().map(|s| s.side.figures.clone()).collect::<Vec<_>>());
    let load = arguments.rate.map_or("40 in flight".to_owned(), |rate| format!("{rate} per second"));
    println!(
        "\n| items | load | LIMIT | duban | ratio | LIMIT p50 / p95 / p99 ms | duban p50 / p95 / p99 ms | own CPU per update | memory idle / under load | machine, PostgreSQL, date |\n\
         |---|---|---|---|---|---|---|---|---|---|\n\
         | {} | {load} | {:.0}/s | {:.0}/s | {:.2} | {} | {} | {:.0} µs | {:.1} / {:.1} MiB | {}; {version}; {} |",
        arguments.items,
        limit.per_second,
        duban.per_second,
        duban.per_second / limit.per_second,
        limit.percentiles(),
        duban.percentiles(),
        mean(served.iter().map(|s| s.own_micros)),
        mean(served.iter().map(|s| s.idle_mib)),
        served.iter().map(|s| s.load_mib).fold(0.0, f64::max),
        machine(),
        today()
    );
}
