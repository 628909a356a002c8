//! `duban with-database PROGRAM …`: runs a program with DATABASE_URL, libpq's own variables and
//! PostgreSQL's programs on its PATH, for backup, restore and development.

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use nix::sys::signal::kill;
use nix::unistd::Pid;
use tokio::process::Command;

use super::database::Database;
use super::stop::{Stop, interrupted};
use crate::cluster::Binaries;
use crate::config::Settings;
use crate::store::migrations;

pub async fn run(
    settings: &Settings,
    migrate: bool,
    program: &[String],
    stop: &mut Stop,
) -> anyhow::Result<ExitCode> {
    let opened = stop.unless(Database::open(settings)).await;
    let Some(database) = opened.transpose()? else { return Ok(interrupted()) };
    let done = async {
        database.reach().await?;
        if migrate {
            migrations::run(&database.work).await?;
        }
        accompany(settings, &database, program, stop).await
    }
    .await;
    database.close().await?;
    done
}

/// Runs the program to its end, handing on the signals we get, and ends with its code.
async fn accompany(
    settings: &Settings,
    database: &Database,
    program: &[String],
    stop: &mut Stop,
) -> anyhow::Result<ExitCode> {
    let (name, arguments) = program.split_first().context("要运行什么？/ which program?")?;
    let mut command = Command::new(name);
    command.args(arguments).env("DATABASE_URL", &database.url).env("PATH", path(settings)?);
    // They would overrule the others.
    command.env_remove("PGSERVICE").env_remove("PGHOSTADDR");
    command.envs(super::libpq::variables(&database.url)?);
    let mut child = command.spawn().with_context(|| format!("{name} 运行不了 / cannot be run"))?;
    let status = loop {
        tokio::select! {
            status = child.wait() => break status?,
            signal = stop.asked() => {
                if let Some(pid) = child.id() {
                    let _ = kill(Pid::from_raw(pid.cast_signed()), signal); // it may just have ended
                }
            }
        }
    };
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

/// PATH with PostgreSQL's programs: those of the embedded server come first, because its data wants its
/// own version; beside a server elsewhere those that are on PATH already do.
fn path(settings: &Settings) -> anyhow::Result<std::ffi::OsString> {
    let path = env::var_os("PATH").unwrap_or_default();
    let own = Binaries::find(settings.pg_bin.as_deref()).ok().map(|binaries| binaries.bin);
    let there: Vec<PathBuf> = env::split_paths(&path).collect();
    let all: Vec<PathBuf> = match settings.database_url {
        None => own.into_iter().chain(there).collect(),
        Some(_) => there.into_iter().chain(own).collect(),
    };
    Ok(env::join_paths(all)?)
}
