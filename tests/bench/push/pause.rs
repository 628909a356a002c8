//! Two services on one database: the one that speaks is stopped with messages in hand, the other takes
//! over, and the first one wakes up while the other speaks. It must not say another word.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use chrono::{DateTime, Utc};
use duban::app::real_now;
use nix::sys::signal::{Signal, kill};

use super::Arguments;
use super::checks::Checks;
use super::course::{Backlog, drain, setup, show_log};
use super::faults::Plan;
use super::limits::least;
use super::promises::{self, Evidence};
use super::service::Service;
use super::stand_in::StandIn;
use super::world::World;

/// Answers take a while, so that some are on their way at any moment.
const ANSWER: Duration = Duration::from_millis(400);
/// How many messages the first one says before it is stopped.
const BEFORE: usize = 100;
/// What was on the wire at the stop arrives within this.
const ON_THE_WIRE: Duration = Duration::from_millis(500);
/// The lease of the first one ends, and the other speaks.
const TAKE_OVER: Duration = Duration::from_secs(30);
/// After it woke: longer than any of its periods.
const LISTEN: Duration = Duration::from_secs(15);
const POLL: Duration = Duration::from_millis(20);

pub async fn run(arguments: &Arguments, world: &World, seconds: u32) -> Result<bool> {
    let backlog = Backlog::write(arguments, world).await?;
    let (least, _) = least(arguments.messages, arguments.groups);
    let stand_in = StandIn::start(Plan::default(), ANSWER).await?;
    let (first, second) = (setup(world, &stand_in, 'a')?, setup(world, &stand_in, 'b')?);
    let a = Service::start(&first).await?;
    wait_for(&stand_in, BEFORE, 'a', TAKE_OVER).await?;
    let b = Service::start(&second).await?;
    with_messages_in_hand(&stand_in).await;
    kill(a.pid(), Signal::SIGSTOP)?;
    let stopped = Instant::now();
    println!("the first service is stopped after {} messages", stand_in.record().arrived.len());
    wait_for(&stand_in, 1, 'b', TAKE_OVER).await?;
    let (taken, taken_at) = (stopped.elapsed(), real_now());
    println!("the second one speaks {taken:.1?} later");
    tokio::time::sleep(Duration::from_secs(seconds.into()).saturating_sub(stopped.elapsed())).await;
    let (woke, by_then) = (stopped.elapsed(), stand_in.record().arrived.len());
    kill(a.pid(), Signal::SIGCONT)?;
    println!("the first one wakes {woke:.0?} after its stop; {by_then} messages have arrived");
    drain(&backlog.pool, &stand_in, least * 3).await?;
    tokio::time::sleep(LISTEN.saturating_sub(stopped.elapsed().saturating_sub(woke))).await;

    let mut checks = Checks::default();
    let late = {
        let record = stand_in.record();
        let after = |since: Duration| {
            record.arrived.iter().filter(move |arrival| arrival.by == 'a' && arrival.at > stopped + since)
        };
        let wire = after(Duration::ZERO).count() - after(ON_THE_WIRE).count();
        println!("  · on the wire at the stop: {wire} messages");
        after(ON_THE_WIRE).map(|arrival| arrival.number).collect::<Vec<_>>()
    };
    checks.none("the first one said no word after its stop", "said", &late);
    let marks = marks(&backlog.pool, taken_at).await?;
    checks.that("and marked nothing", marks == 0, || format!("{marks} rows"));
    let epoch: i64 = sqlx::query_scalar("SELECT epoch FROM sender_lease").fetch_one(&backlog.pool).await?;
    checks.that("the second one still has the lease", epoch == 2, || format!("epoch {epoch}"));
    let in_hand: i64 =
        sqlx::query_scalar("SELECT count(*) FROM outbox WHERE attempts > 1 OR state = 'unclear'")
            .fetch_one(&backlog.pool)
            .await?;
    checks.that("it was stopped with messages in hand", in_hand > 0, || "with none".to_owned());
    let silent = checks.all_kept();
    b.stop().await?;
    a.stop().await?;
    let evidence = Evidence {
        plan: Plan::default(),
        messages: arguments.messages,
        groups: arguments.groups,
        group_of: backlog.group_of,
        in_hand_at_a_stop: true,
    };
    let kept = promises::check(&backlog.pool, &stand_in.close(), &evidence).await?;
    backlog.pool.close().await;
    if !(silent && kept) {
        show_log(&first);
        show_log(&second);
    }
    Ok(silent && kept)
}

/// Ends that the first sender wrote after the second one had taken over.
async fn marks(pool: &sqlx::PgPool, since: DateTime<Utc>) -> Result<i64> {
    let sql = "SELECT count(*) FROM outbox WHERE epoch = 1 AND settled_at > $1";
    Ok(sqlx::query_scalar(sql).bind(since).fetch_one(pool).await?)
}

/// Waits for the first of several messages that leave together: none of them is answered by then.
async fn with_messages_in_hand(stand_in: &StandIn) {
    let arrived = || stand_in.record().arrived.len();
    let (mut before, mut since) = (arrived(), Instant::now());
    while arrived() == before || since.elapsed() < ANSWER {
        if arrived() != before {
            (before, since) = (arrived(), Instant::now());
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Waits until so many messages have arrived under a letter.
async fn wait_for(stand_in: &StandIn, count: usize, by: char, limit: Duration) -> Result<()> {
    let begun = Instant::now();
    while stand_in.record().arrived.iter().filter(|arrival| arrival.by == by).count() < count {
        ensure!(begun.elapsed() < limit, "{count} messages of {by} did not arrive within {limit:?}");
        tokio::time::sleep(POLL).await;
    }
    Ok(())
}
