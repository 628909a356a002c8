//! The course: the backlog is written, the service starts, everything leaves, everything is checked.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use rand::SeedableRng;
use rand::rngs::StdRng;
use sqlx::PgPool;

use super::faults::Plan;
use super::limits::least;
use super::promises::{self, Evidence};
use super::service::{Service, Setup};
use super::stand_in::StandIn;
use super::world::World;
use super::{Arguments, backlog, records};

const DATABASE: &str = "bench_push";
const POLL: Duration = Duration::from_millis(250);
/// Several times what the limits ask for: a message that is still here then is a finding.
const PATIENCE: u32 = 3;

/// The backlog of a run, and who it is for.
pub struct Backlog {
    pub pool: PgPool,
    pub group_of: Vec<u32>,
    pub random: StdRng,
}

impl Backlog {
    /// A database of its own with all messages due.
    pub async fn write(arguments: &Arguments, world: &World) -> Result<Backlog> {
        let seed = arguments.seed.unwrap_or_else(rand::random);
        println!("chance from --seed {seed}");
        let mut random = StdRng::seed_from_u64(seed);
        let group_of = backlog::groups_in_turn(&mut random, arguments.messages, arguments.groups);
        let pool = world.create(DATABASE).await?;
        backlog::write(&pool, &world.url(DATABASE)?, arguments.groups, &group_of).await?;
        Ok(Backlog { pool, group_of, random })
    }
}

/// How to start a service that says under this letter what it says.
pub fn setup(world: &World, stand_in: &StandIn, by: char) -> Result<Setup> {
    let folder = world.folder().join(by.to_string());
    std::fs::create_dir(&folder)?;
    Setup::new(&folder, world.url(DATABASE)?, stand_in.url(by))
}

pub async fn run(arguments: &Arguments, world: &World) -> Result<bool> {
    let mut backlog = Backlog::write(arguments, world).await?;
    let Arguments { messages, groups, longest_wait, .. } = *arguments;
    let plan = match arguments.faults {
        true => Plan::draw(&mut backlog.random, messages, groups, &backlog.group_of, longest_wait),
        false => Plan::default(),
    };
    let stand_in = StandIn::start(plan.clone(), Duration::ZERO).await?;
    let setup = setup(world, &stand_in, 'a')?;
    let (least, sum) = least(messages, groups);
    println!("the limits ask for at least {least:?} ({sum})");
    let service = Service::start(&setup).await?;
    drain(&backlog.pool, &stand_in, least * PATIENCE + plan.longest_wait()).await?;
    service.stop().await?;
    let evidence = Evidence { plan, messages, groups, group_of: backlog.group_of, in_hand_at_a_stop: false };
    let kept = promises::check(&backlog.pool, &stand_in.close(), &evidence).await?;
    backlog.pool.close().await;
    if !kept {
        show_log(&setup);
    }
    Ok(kept)
}

/// Waits until every message has left or is put before the office.
pub async fn drain(pool: &PgPool, stand_in: &Arc<StandIn>, limit: Duration) -> Result<()> {
    let (begun, mut told) = (Instant::now(), Instant::now());
    loop {
        let waiting = records::waiting(pool).await?;
        if waiting == 0 {
            return Ok(());
        }
        if begun.elapsed() > limit {
            bail!("{waiting} messages have not left after {limit:?}");
        }
        if told.elapsed() > Duration::from_secs(20) {
            println!("  {} have arrived, {waiting} still to be sent …", stand_in.record().arrived.len());
            told = Instant::now();
        }
        tokio::time::sleep(POLL).await;
    }
}

/// The end of a service's log, for whoever looks for a cause.
pub fn show_log(setup: &Setup) {
    let log = std::fs::read_to_string(setup.log()).unwrap_or_default();
    let lines: Vec<&str> = log.lines().collect();
    println!("\nthe end of the service's log:\n{}", lines[lines.len().saturating_sub(20)..].join("\n"));
}
