//! `duban serve`: the service, until it is told to stop.

use std::process::ExitCode;

use metrics_exporter_prometheus::PrometheusBuilder;
use tokio::signal::unix::{SignalKind, signal};

use super::database::Database;
use crate::app::Clock;
use crate::cluster::ServiceLock;
use crate::config::Settings;
use crate::service::{Plan, Service};

pub async fn run(settings: Settings, poll: bool) -> anyhow::Result<ExitCode> {
    // One service per data folder; with a database elsewhere, replicas are welcome.
    let _lock = match &settings.database_url {
        Some(_) => None,
        None => Some(ServiceLock::take(&settings.data_dir)?),
    };
    let database = Database::current(&settings).await?;
    let plan = Plan {
        database_url: database.url.clone(),
        clock: Clock::default(),
        is_demo: false,
        poll,
        figures: Some(PrometheusBuilder::new().install_recorder()?),
        settings,
    };
    let outcome = until_stopped(plan, |service| {
        eprintln!("督办已启动 / duban is running: http://{}", service.address);
        for platform in &service.app.platforms {
            eprintln!("  · {}", platform.name());
        }
        if service.app.platforms.is_empty() {
            eprintln!(
                "  还没有接入聊天平台：设置 DUBAN_TELEGRAM_TOKEN，或 DUBAN_ROOM=on 打开内置聊天室 / no chat platform yet: set DUBAN_TELEGRAM_TOKEN or DUBAN_ROOM=on"
            );
        }
    })
    .await;
    database.close().await?;
    outcome
}

/// Runs a service until Ctrl-C, SIGTERM, or until one of its parts fails.
pub async fn until_stopped(plan: Plan, started: impl FnOnce(&Service)) -> anyhow::Result<ExitCode> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut service = Service::start(plan).await?;
    started(&service);
    let failure = tokio::select! {
        _ = tokio::signal::ctrl_c() => None,
        _ = terminate.recv() => None,
        failure = service.failed() => Some(failure),
    };
    eprintln!("正在停止 / stopping …");
    service.stop().await;
    failure.map_or(Ok(ExitCode::SUCCESS), Err)
}
