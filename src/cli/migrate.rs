//! `duban migrate`: brings the schema up to date, and nothing else.

use std::process::ExitCode;

use super::database::Database;
use crate::config::Settings;
use crate::store::migrations;

pub async fn run(settings: &Settings) -> anyhow::Result<ExitCode> {
    let database = Database::current(settings).await?;
    let state = migrations::state(&database.read).await?;
    println!("{}", state.sentence());
    database.close().await?;
    Ok(ExitCode::SUCCESS)
}
