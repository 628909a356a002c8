//! Files in and out of a large ledger: what an import costs beside PostgreSQL restoring the same rows, that a bad
//! last row leaves nothing behind, and that the memory of an export does not grow with the ledger.
//!
//! `cargo bench --bench files`; `--help` tells the rest. Fails with a list when a promise is broken.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

#[path = "../shared/checks.rs"]
#[expect(dead_code, reason = "its rows have no numbers of our own")]
mod checks;
#[path = "../shared/machine.rs"]
mod machine;
#[path = "../shared/process.rs"]
#[expect(dead_code, reason = "only memory is looked at")]
mod process;
#[path = "../shared/seed.rs"]
#[expect(dead_code, reason = "nobody reports here")]
mod seed;
#[path = "../shared/world.rs"]
#[expect(dead_code, reason = "PostgreSQL is killed by the crash program only")]
mod world;

mod brought;
mod table;
mod taken;

/// Ledger files of duban, in and out.
#[derive(Debug, Clone, Parser)]
pub struct Arguments {
    /// Rows of the file that is imported
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1_000..=1_000_000))]
    rows: u32,
    /// Items of the ledger that documents are made of, beside one of a hundredth
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(100_000..=5_000_000))]
    items: u32,
    /// Only the import, or only the exports
    #[arg(long)]
    only: Option<Half>,
    /// Where the database and the files lie meanwhile; should be a real disk
    #[arg(long, default_value = "/var/tmp")]
    folder: PathBuf,
    /// Given by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Half {
    Imports,
    Exports,
}

#[tokio::main]
async fn main() -> ExitCode {
    world::exit_code(run(Arguments::parse()).await)
}

/// Whether every promise was kept.
async fn run(arguments: Arguments) -> Result<bool> {
    world::World::within(&arguments.folder, async |world| both(&arguments, world).await).await
}

async fn both(arguments: &Arguments, world: &world::World) -> Result<bool> {
    println!("machine: {}; {}", machine::machine(), machine::today());
    let mut checks = checks::Checks::default();
    if arguments.only != Some(Half::Exports) {
        brought::measure(arguments, world, &mut checks).await?;
    }
    if arguments.only != Some(Half::Imports) {
        taken::measure(arguments, world, &mut checks).await?;
    }
    Ok(checks.all_kept())
}
