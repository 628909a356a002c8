//! The push test: thousands of messages to hundreds of groups, through a stand-in that enforces Telegram's
//! limits by counters of its own; the same with trouble of every kind; and with a sender that is paused
//! while another one takes over. The service is the real `duban serve`.
//!
//! `cargo bench --bench push`; `--help` tells the rest. Fails with a list when a promise is broken.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

#[path = "../shared/bot_api.rs"]
mod bot_api;
#[path = "../shared/checks.rs"]
mod checks;
#[path = "../shared/http.rs"]
mod http;
#[path = "../shared/service.rs"]
mod service;
#[path = "../shared/world.rs"]
#[expect(dead_code, reason = "PostgreSQL is killed by the crash program only")]
mod world;

mod backlog;
mod course;
mod faults;
mod limits;
mod pause;
mod promises;
mod records;
mod stand_in;

/// The push test of duban: a backlog leaves under Telegram's limits, and every promise is checked.
#[derive(Debug, Clone, Parser)]
pub struct Arguments {
    /// Messages in all, the same number for each group; every fourth must never come twice
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u32).range(20..=20_000))]
    messages: u32,
    /// Groups
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(20..=2_000))]
    groups: u32,
    /// 5 % of trouble of each kind: 500, cut connections, 429, 403, migration, rejected markup
    #[arg(long, conflicts_with = "pause")]
    faults: bool,
    /// The longest wait that a 429 asks for, in seconds
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=60))]
    longest_wait: u32,
    /// Two services; the one that speaks is stopped (SIGSTOP) for so many seconds and wakes up again
    #[arg(long, num_args = 0..=1, default_missing_value = "60", value_parser = clap::value_parser!(u32).range(15..=120))]
    pause: Option<u32>,
    /// Where chance begins; printed, so that a run can be repeated
    #[arg(long)]
    seed: Option<u64>,
    /// Where the database lies meanwhile; should be a real disk
    #[arg(long, default_value = "/var/tmp")]
    folder: PathBuf,
    /// Given by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    world::exit_code(run(Arguments::parse()).await)
}

/// Whether every promise was kept.
async fn run(arguments: Arguments) -> Result<bool> {
    world::World::within(&arguments.folder, async |world| match arguments.pause {
        None => course::run(&arguments, world).await,
        Some(seconds) => pause::run(&arguments, world, seconds).await,
    })
    .await
}
