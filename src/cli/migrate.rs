//! `duban migrate`: brings the schema up to date, and nothing else.

use std::process::ExitCode;

use super::database::Database;
use super::out;
use crate::config::Settings;
use crate::store::migrations;

pub async fn run(settings: &Settings) -> anyhow::Result<ExitCode> {
    let database = Database::current(settings).await?;
    let state = migrations::state(&database.read).await;
    database.close().await?;
    out(state?.sentence());
    Ok(ExitCode::SUCCESS)
}
