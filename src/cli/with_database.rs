//! `duban with-database PROGRAM …`: runs a program with DATABASE_URL and PostgreSQL's own programs on its
//! PATH, for backup, restore and development.

use std::process::ExitCode;

use anyhow::Context;

use super::database::Database;
use crate::cluster::Binaries;
use crate::config::Settings;
use crate::store::migrations;

pub async fn run(settings: &Settings, migrate: bool, program: &[String]) -> anyhow::Result<ExitCode> {
    let database = Database::open(settings).await?;
    let done = async {
        if migrate {
            migrations::run(&database.work).await?;
        }
        let (name, arguments) = program.split_first().context("要运行什么？/ which program?")?;
        let mut command = tokio::process::Command::new(name);
        command.args(arguments).env("DATABASE_URL", &database.url);
        if let Ok(binaries) = Binaries::find(settings.pg_bin.as_deref()) {
            let path = std::env::var("PATH").unwrap_or_default();
            command.env("PATH", format!("{}:{path}", binaries.bin.display()));
        }
        command.status().await.with_context(|| format!("{name} 运行不了 / cannot be run"))
    }
    .await;
    database.close().await?;
    Ok(if done?.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
