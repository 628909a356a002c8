//! The auditor: checks that the sums add up, and only then pings the heartbeat outside, so that silence
//! there means trouble here, whatever kind.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use chrono::TimeDelta;
use secrecy::ExposeSecret;

use super::{Stop, rest};
use crate::app::{App, real_now};
use crate::store::sums::{self, Late};

const EVERY: Duration = Duration::from_secs(300);
/// Later than this is late: several turns of every worker have passed.
const GRACE: TimeDelta = TimeDelta::minutes(10);
const PING: Duration = Duration::from_secs(10);

/// Runs until stopped.
pub async fn run(app: Arc<App>, mut stop: Stop) {
    loop {
        if rest(EVERY, &mut stop).await {
            return;
        }
        match step(&app).await {
            Ok(late) if late.is_nothing() => {}
            Ok(late) => tracing::error!(?late, "the sums do not add up; the heartbeat is not pinged"),
            Err(error) => tracing::warn!("the auditor could not finish: {error:#}"),
        }
    }
}

/// Looks once, and pings when nothing is late.
pub async fn step(app: &App) -> anyhow::Result<Late> {
    let ledger = app.clock.now();
    let late = sums::late(&app.read, ledger.utc - GRACE, real_now() - GRACE, ledger.today()).await?;
    metrics::gauge!("duban_late_messages").set(late.messages as f64);
    metrics::gauge!("duban_unsaid_warnings").set(late.unsaid as f64);
    metrics::gauge!("duban_unsent_copies").set(late.copies as f64);
    metrics::gauge!("duban_late_items").set(late.items as f64);
    metrics::gauge!("duban_unsealed_audit_rows").set(late.unsealed as f64);
    metrics::gauge!("duban_late_jobs").set(late.jobs as f64);
    if let Some(url) = app.settings.heartbeat_url.as_ref().filter(|_| late.is_nothing()) {
        let mut client = reqwest::Client::builder().timeout(PING).no_proxy();
        if let Some(proxy) = &app.settings.proxy {
            client = client
                .proxy(reqwest::Proxy::all(proxy.expose_secret()).map_err(reqwest::Error::without_url)?);
        }
        let answer = client.build()?.get(url.expose_secret()).send().await;
        answer
            .and_then(reqwest::Response::error_for_status)
            .map_err(reqwest::Error::without_url)
            .context("the heartbeat was not taken")?;
    }
    Ok(late)
}
