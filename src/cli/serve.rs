//! `duban serve`: the service, until it is told to stop.

use std::process::ExitCode;

use metrics_exporter_prometheus::PrometheusBuilder;

use super::database::Database;
use super::stop::{Stop, interrupted};
use super::tell;
use crate::app::Clock;
use crate::cluster::ServiceLock;
use crate::config::Settings;
use crate::service::{Plan, Service};

pub async fn run(settings: Settings, poll: bool, stop: &mut Stop) -> anyhow::Result<ExitCode> {
    // One service per data folder; with a database elsewhere, replicas are welcome.
    let _lock = match &settings.database_url {
        Some(_) => None,
        None => Some(ServiceLock::take(&settings.data_dir)?),
    };
    let opened = stop.unless(Database::current(&settings)).await;
    let Some(database) = opened.transpose()? else { return Ok(interrupted()) };
    let plan = Plan {
        database_url: database.url.clone(),
        clock: Clock::default(),
        is_demo: false,
        poll,
        figures: Some(PrometheusBuilder::new().install_recorder()?),
        settings,
    };
    let outcome = until_stopped(plan, stop, |service| {
        tell(format_args!("督办已启动 / duban is running: http://{}", service.address));
        let names: Vec<&str> = service.app.platforms.iter().map(|platform| platform.name()).collect();
        if !names.is_empty() {
            tell(format_args!("  已接入 / connected: {}", names.join("、")));
        } else {
            tell("  还没有接入聊天平台：设置 DUBAN_TELEGRAM_TOKEN，或 DUBAN_ROOM=on 打开内置聊天室 / no chat platform yet: set DUBAN_TELEGRAM_TOKEN or DUBAN_ROOM=on");
        }
    })
    .await;
    database.close().await?;
    outcome
}

/// Runs a service until it is told to stop, or until one of its parts fails.
pub async fn until_stopped(
    plan: Plan,
    stop: &mut Stop,
    started: impl FnOnce(&Service),
) -> anyhow::Result<ExitCode> {
    let mut service = Service::start(plan).await?;
    started(&service);
    let failure = stop.unless(service.failed()).await;
    tell("正在停止 / stopping …");
    service.stop().await;
    failure.map_or(Ok(ExitCode::SUCCESS), Err)
}
