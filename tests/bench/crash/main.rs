//! The crash test: the service is killed (`kill -9`) again and again under load, and then PostgreSQL
//! under a service that must live on. Whoever sends comes again until it is answered 200, as Telegram
//! does. Afterwards every promise is checked against the tables and against what arrived.
//!
//! `cargo bench --bench crash`; `--help` tells the rest. Fails with a list when a promise is broken.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;
use tokio::task::LocalSet;

#[path = "../shared/bot_api.rs"]
mod bot_api;
#[path = "../shared/checks.rs"]
mod checks;
#[path = "../shared/http.rs"]
mod http;
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

mod couriers;
mod kills;
mod promises;
mod records;

/// The crash test of duban: kills the service, then PostgreSQL, under load, and checks every promise.
#[derive(Debug, Clone, Parser)]
pub struct Arguments {
    /// How often the service is killed
    #[arg(long, default_value_t = 20)]
    kills: u32,
    /// How often PostgreSQL is killed
    #[arg(long, default_value_t = 5)]
    outages: u32,
    /// Updates on their way around each kill
    #[arg(long, default_value_t = 80)]
    updates: u32,
    /// Contacts, each in a private chat of its own
    #[arg(long, default_value_t = 400)]
    contacts: u32,
    /// Where the random moments begin; printed, so that a run can be repeated
    #[arg(long)]
    seed: Option<u64>,
    /// Trouble of the chat platform besides, as `429:5` (percent); also 500, cut, delay (403 loses answers)
    #[arg(long)]
    fault: Vec<stand_in::Fault>,
    /// Where the database lies meanwhile; should be a real disk
    #[arg(long, default_value = "/var/tmp")]
    folder: PathBuf,
    /// Given by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    world::exit_code(LocalSet::new().run_until(run(arguments)).await)
}

/// Whether every promise was kept.
async fn run(arguments: Arguments) -> Result<bool> {
    world::World::within(&arguments.folder, async |world| kills::all(&arguments, world).await).await
}
