//! The sweep on a large ledger: how long it takes beside plain SQL that writes all the same rows, that a
//! second one writes nothing, and that two sweepers at once say everything once.
//!
//! `cargo bench --bench sweep`; `-- --morning` finds everybody on a morning; `--help` tells the rest. Fails with a list when a promise is broken; an aim
//! that is missed is only told.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

#[path = "../shared/checks.rs"]
#[expect(dead_code, reason = "its rows have no numbers of our own")]
mod checks;
#[path = "../shared/machine.rs"]
mod machine;
#[path = "../shared/seed.rs"]
#[expect(dead_code, reason = "nobody reports here")]
mod seed;
#[path = "../shared/world.rs"]
#[expect(dead_code, reason = "PostgreSQL is killed by the crash program only")]
mod world;

mod morning;
mod plain;
mod promises;
mod rounds;
mod sweeper;
mod written;

/// The sweep benchmark of duban: one item in a hundred comes near its deadline today.
#[derive(Debug, Clone, Parser)]
pub struct Arguments {
    /// Items in the ledger
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(1_000..=5_000_000))]
    items: u32,
    /// Rounds of each, in turn, each on a fresh copy of the ledger
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=9))]
    rounds: u32,
    /// Instead: a morning on which 5,000 contacts are to be found
    #[arg(long)]
    morning: bool,
    /// Where the database lies meanwhile; should be a real disk
    #[arg(long, default_value = "/var/tmp")]
    folder: PathBuf,
    /// Given by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    world::exit_code(run(Arguments::parse()).await)
}

/// Whether every promise was kept.
async fn run(arguments: Arguments) -> Result<bool> {
    world::World::within(&arguments.folder, async |world| match arguments.morning {
        true => morning::all(&arguments, world).await,
        false => rounds::all(&arguments, world).await,
    })
    .await
}
