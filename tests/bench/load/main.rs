//! The load benchmark: the service under realistic Telegram updates, beside what PostgreSQL itself can
//! do when one function writes the same rows, in alternating rounds on one machine at one time.
//!
//! `cargo bench --bench load -- --items 60` (or 1000000); `--help` tells the rest.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::Parser;
use tokio::task::LocalSet;

#[path = "../shared/bot_api.rs"]
mod bot_api;
#[path = "../shared/http.rs"]
mod http;
#[path = "../shared/machine.rs"]
mod machine;
#[path = "../shared/process.rs"]
mod process;
#[path = "../shared/seed.rs"]
mod seed;
#[path = "../shared/service.rs"]
mod service;
#[path = "../shared/stand_in.rs"]
mod stand_in;
#[path = "../shared/updates.rs"]
mod updates;
#[path = "../shared/world.rs"]
mod world;

mod contacts;
mod figures;
mod limit;
mod rounds;
mod statements;
mod verify;

/// The load benchmark of duban: 40 contacts who report as fast as they are answered, beside pgbench.
#[derive(Debug, Clone, Parser)]
pub struct Arguments {
    /// Items in the ledger; from 100000 on each has five reports behind it
    #[arg(long, default_value_t = 60)]
    items: u32,
    /// How long each round is measured
    #[arg(long, default_value_t = 10)]
    seconds: u32,
    /// What runs before the clock starts, in each round
    #[arg(long, default_value_t = 3)]
    warm_up: u32,
    /// Rounds of each, in turn
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    /// A fixed number of updates per second instead of as many as possible
    #[arg(long)]
    rate: Option<u32>,
    /// Let pgbench's clients meet on the same items, instead of each keeping to its own as contacts do
    #[arg(long)]
    shared_items: bool,
    /// Begin with what the last round left in memory, instead of with all items and keys, as after a day's work
    #[arg(long)]
    cold: bool,
    /// Each report is the first of its month on its item, and is compared with the one before it
    #[arg(long)]
    first_of_month: bool,
    /// Leave the limit out
    #[arg(long)]
    no_limit: bool,
    /// Show which statements cost PostgreSQL most (needs its pg_stat_statements; slows both a little)
    #[arg(long)]
    statements: bool,
    /// Trouble of the chat platform, as `429:5` (percent); also 403, 500, cut, delay
    #[arg(long)]
    fault: Vec<stand_in::Fault>,
    /// Where the database lies meanwhile; should be a real disk
    #[arg(long, default_value = "/var/tmp")]
    folder: PathBuf,
    /// Given by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

impl Arguments {
    fn warm_up(&self) -> Duration {
        Duration::from_secs(self.warm_up.into())
    }

    fn length(&self) -> Duration {
        Duration::from_secs(self.seconds.into())
    }
}

/// One thread for everything: the processors belong to the service and the database.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = LocalSet::new().run_until(run(arguments)).await;
    world::exit_code(outcome.map(|()| true))
}

async fn run(arguments: Arguments) -> Result<()> {
    if arguments.items < limit::CLIENTS.max(contacts::CONTACTS) {
        bail!("at least {} items, so that everybody has one", contacts::CONTACTS);
    }
    world::World::within(&arguments.folder, async |world| rounds::all(&arguments, world).await).await
}
