//! The course of the test: kills of the service, kills of PostgreSQL, quiet, checks.

use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use nix::sys::signal::{Signal, kill};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sqlx::PgPool;
use tokio::task::JoinSet;

use super::couriers::Post;
use super::promises::{self, Evidence, Kill, Victim};
use super::seed::Seed;
use super::service::{Service, Setup, is_ready};
use super::stand_in::StandIn;
use super::world::World;
use super::{Arguments, records};

const DATABASE: &str = "bench_crash";
/// How long the stand-in may take for a message: the platform allows 30 a second, which leave together,
/// and some of them shall be in flight at any moment.
const SEND: Duration = Duration::from_secs(1);
/// A sender that was killed keeps its lease for 15 s; then the next one speaks.
const SPEAKS_LIMIT: Duration = Duration::from_secs(40);
/// Updates that were on their way at a kill are all taken soon after.
const QUIET_LIMIT: Duration = Duration::from_secs(60);
/// The lease and then all answers at the platform's pace; twice that is a finding.
const DRAIN_LIMIT: Duration = Duration::from_secs(240);
const POLL: Duration = Duration::from_millis(20);

pub async fn all(arguments: &Arguments, world: &mut World) -> Result<bool> {
    let random_seed = arguments.seed.unwrap_or_else(rand::random);
    println!("random moments from --seed {random_seed}");
    let seed = Seed {
        units: arguments.contacts,
        items: arguments.contacts * 2,
        past: 0,
        texts: true,
        first_of_month: false,
        due_one_in: 0,
    };
    let pool = world.create(DATABASE).await?;
    seed.fill(&pool).await?;
    pool.close().await;
    let stand_in = StandIn::start(SEND, arguments.fault.clone()).await?;
    let setup = Setup::new(world.folder(), world.url(DATABASE)?, stand_in.url.clone())?;
    let post = Post::open(setup.port);
    let couriers = post.start(&seed);
    let mut test = Test {
        arguments,
        random: StdRng::seed_from_u64(random_seed),
        service: Service::start(&setup).await?,
        setup,
        stand_in,
        post,
        couriers,
        kills: Vec::new(),
    };
    for turn in 1..=arguments.kills {
        test.kill_service(turn).await?;
    }
    for turn in 1..=arguments.outages {
        test.kill_database(turn, world).await?;
    }
    let pool = world.pool(DATABASE).await?;
    test.drain(&pool).await?;
    let kept = test.conclude(&pool, &seed).await?;
    pool.close().await;
    Ok(kept)
}

struct Test<'a> {
    arguments: &'a Arguments,
    random: StdRng,
    service: Service,
    setup: Setup,
    stand_in: Arc<StandIn>,
    post: Rc<Post>,
    couriers: JoinSet<Result<()>>,
    kills: Vec<Kill>,
}

impl Test<'_> {
    fn millis(&mut self, from: u64, to: u64) -> Duration {
        Duration::from_millis(self.random.random_range(from..to))
    }

    /// A kill in the middle of a burst of updates; every second one while answers are being sent.
    async fn kill_service(&mut self, turn: u32) -> Result<()> {
        let is_speaking = turn.is_multiple_of(2);
        let is_speaking = is_speaking && self.speaks().await;
        tokio::time::sleep(self.millis(50, 1500)).await;
        let before = self.post.answered.borrow().len();
        self.post.permits.add_permits(self.arguments.updates as usize);
        let within = self.millis(0, 80);
        tokio::time::sleep(within).await;
        kill(self.service.pid(), Signal::SIGKILL)?;
        self.kills.push(Kill { at: Instant::now(), victim: Victim::Service });
        let (answered, under_way) = (self.post.answered.borrow().len() - before, self.post.under_way.get());
        self.service = Service::start(&self.setup).await?;
        let took = self.quiet().await?;
        println!(
            "kill {turn:>2} of the service{} {within:?} into {} updates: {answered} answered, {under_way} on their way; all taken {took:.1?} later",
            if is_speaking { ", while sending," } else { "" },
            self.arguments.updates,
        );
        Ok(())
    }

    /// PostgreSQL dies in the middle of a burst, stays away for a while and comes back; the service
    /// says 503 meanwhile and goes on by itself.
    async fn kill_database(&mut self, turn: u32, world: &mut World) -> Result<()> {
        let _ = self.speaks().await;
        tokio::time::sleep(self.millis(50, 1500)).await;
        self.post.permits.add_permits(self.arguments.updates as usize);
        let within = self.millis(0, 80);
        tokio::time::sleep(within).await;
        kill(world.postmaster()?, Signal::SIGKILL)?;
        self.kills.push(Kill { at: Instant::now(), victim: Victim::Database });
        let refused = self.post.others.borrow().get("503").copied().unwrap_or(0);
        let outage = self.millis(200, 3000);
        tokio::time::sleep(outage).await;
        ensure!(!is_ready(self.setup.port).await, "/readyz says ready without a database");
        world.reopen().await?;
        let took = self.quiet().await?;
        let refused = self.post.others.borrow().get("503").copied().unwrap_or(0) - refused;
        if let Some(end) = self.service.ended()? {
            bail!("the service did not survive the outage: {end}");
        }
        println!(
            "kill {turn:>2} of PostgreSQL {within:?} into {} updates, away for {outage:.1?}: {refused} answers 503; all taken {took:.1?} after its return",
            self.arguments.updates
        );
        Ok(())
    }

    /// Waits until the present sender speaks; `false`: it has nothing to say, or is stuck, which shows
    /// at the end.
    async fn speaks(&self) -> bool {
        let begun = Instant::now();
        let last = self.kills.last().map(|kill| kill.at);
        loop {
            let said = self.stand_in.said();
            if said.last().is_some_and(|said| last.is_none_or(|kill| said.at > kill + SEND)) {
                return true;
            }
            if begun.elapsed() > SPEAKS_LIMIT {
                return false;
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Waits until every update so far is answered 200.
    async fn quiet(&mut self) -> Result<Duration> {
        let begun = Instant::now();
        while !self.post.is_quiet() {
            if let Some(ended) = self.couriers.try_join_next() {
                ended??;
            }
            ensure!(begun.elapsed() < QUIET_LIMIT, "updates were not taken for {QUIET_LIMIT:?}");
            tokio::time::sleep(POLL).await;
        }
        Ok(begun.elapsed())
    }

    /// Waits until every answer has left.
    async fn drain(&self, pool: &PgPool) -> Result<()> {
        let begun = Instant::now();
        let mut told = Instant::now();
        loop {
            let waiting = records::waiting(pool).await?;
            if waiting == 0 {
                println!("every answer has left {:.0?} after the last update", begun.elapsed());
                return Ok(());
            }
            if begun.elapsed() > DRAIN_LIMIT {
                println!("{waiting} answers have not left after {DRAIN_LIMIT:?}");
                return Ok(());
            }
            if told.elapsed() > Duration::from_secs(20) {
                println!("  {waiting} answers still to be sent …");
                told = Instant::now();
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    }

    async fn conclude(mut self, pool: &PgPool, seed: &Seed) -> Result<bool> {
        self.post.permits.close();
        while let Some(ended) = self.couriers.join_next().await {
            ended??;
        }
        for (what, count) in self.post.others.borrow().iter() {
            println!("not 200: {count} × {what}");
        }
        println!("delivered once more after their 200: {}", self.post.repeats.get());
        self.service.stop().await?;
        let evidence = Evidence {
            answered: self.post.answered.borrow().clone(),
            said: self.stand_in.said(),
            kills: self.kills,
            with_faults: !self.arguments.fault.is_empty(),
        };
        println!("at most {} answers arrived within a second", self.stand_in.busiest_second());
        let kept = promises::check(pool, seed, &evidence).await?;
        if !kept {
            println!("\nthe end of the service's log:\n{}", self.setup.log_end());
        }
        Ok(kept)
    }
}
