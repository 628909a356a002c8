//! Clocks ticking: each worker has a `step` that tests can drive, and a loop around it that this file
//! starts and owns. A worker that meets trouble logs it and goes on at its next turn; only stopping ends it.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::app::{App, real_now};
use crate::platforms::Platform;
use crate::store;

mod acceptance; // what is due on the way to sign-off
pub mod alarms;
pub mod auditor;
pub mod clerk;
mod casework; // what the ladder does with a finding
pub mod cycles;
pub mod daily;
pub mod fetcher;
mod papers; // copies and tasks past their limits
pub mod poller;
pub mod relay;
pub mod sender;
pub mod sweep;

/// How often a platform that could not be reached at start is asked again.
const PREPARE_EVERY: Duration = Duration::from_secs(10);
/// How often unsealed audit rows are sealed.
const SEAL_EVERY: Duration = Duration::from_secs(3);
/// How often old rows are deleted, a batch at a time.
const CLEAN_EVERY: Duration = Duration::from_secs(30);
/// How often the sweep and the day's statements look by themselves; a bell wakes them sooner.
const SWEEP_EVERY: Duration = Duration::from_secs(60);
/// How often the demo's clock is kept, so that the next start goes on from there.
const KEEP_EVERY: Duration = Duration::from_secs(5);

/// Somebody who asked for something so long ago is not spoken to at night.
const FRESH: TimeDelta = TimeDelta::minutes(10);

/// Becomes true once, when the service stops.
pub type Stop = watch::Receiver<bool>;

/// Starts every loop; they end when `stop` becomes true.
pub fn start(app: &Arc<App>, poll_all: bool, stop: &Stop) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    for platform in &app.platforms {
        tasks.spawn(prepare(Arc::clone(platform), stop.clone()));
        tasks.spawn(sender::run(Arc::clone(app), Arc::clone(platform), stop.clone()));
        let can = platform.can();
        if can.only_polls || (poll_all && can.poll) {
            tasks.spawn(poller::run(Arc::clone(app), Arc::clone(platform), stop.clone()));
        }
    }
    tasks.spawn(sweep::run(Arc::clone(app), SWEEP_EVERY, stop.clone()));
    tasks.spawn(daily::run(Arc::clone(app), SWEEP_EVERY, stop.clone()));
    tasks.spawn(fetcher::run(Arc::clone(app), stop.clone()));
    tasks.spawn(clerk::run(Arc::clone(app), stop.clone()));
    tasks.spawn(auditor::run(Arc::clone(app), stop.clone()));
    if app.settings.database_url.is_some() {
        // Only a database of its own address can have other replicas.
        tasks.spawn(relay::run(Arc::clone(app), stop.clone()));
    }
    tasks.spawn(every(SEAL_EVERY, stop.clone(), Arc::clone(app), |app| async move {
        while store::audit::seal(&app.work, app.clock.now().utc, real_now()).await? > 0 {}
        Ok(())
    }));
    tasks.spawn(every(CLEAN_EVERY, stop.clone(), Arc::clone(app), |app| async move {
        store::cleaning::step(&app.work, app.clock.now().utc, real_now()).await.map(|_| ())
    }));
    if app.is_demo {
        tasks.spawn(every(KEEP_EVERY, stop.clone(), Arc::clone(app), |app| async move {
            store::calendar::keep_ledger_clock(&app.work, app.clock.now().utc).await
        }));
    }
    tasks
}

/// Lets a platform learn what it needs, again until it has, then waits for the end like the others.
async fn prepare(platform: Arc<dyn Platform>, mut stop: Stop) {
    loop {
        match platform.prepare().await {
            Ok(()) => break,
            Err(error) => {
                tracing::warn!(platform = platform.name(), "the platform is not reached yet: {error:#}")
            }
        }
        if rest(PREPARE_EVERY, &mut stop).await {
            return;
        }
    }
    let _ = stop.wait_for(|stopping| *stopping).await;
}

/// Runs `step` now and again until stopped.
async fn every<F>(period: Duration, mut stop: Stop, app: Arc<App>, step: fn(Arc<App>) -> F)
where
    F: Future<Output = sqlx::Result<()>>,
{
    loop {
        if let Err(error) = step(Arc::clone(&app)).await {
            tracing::warn!("a worker's turn failed, it goes on at the next one: {error}");
        }
        if rest(period, &mut stop).await {
            return;
        }
    }
}

/// When somebody who asked for something at `asked_at` (ledger time) may be told what came of it: at once, or
/// in the next speaking hours when that was long ago.
async fn not_before(app: &App, asked_at: DateTime<Utc>) -> sqlx::Result<Option<DateTime<Utc>>> {
    let now = app.clock.now();
    if now.utc - asked_at <= FRESH {
        return Ok(None);
    }
    let calendar = &app.desk.basis.fresh(&app.read).await?.calendar;
    Ok((!calendar.is_speaking_time(now)).then(|| calendar.next_speaking_time(now)))
}

/// Waits; `true` when the service stops meanwhile.
async fn rest(period: Duration, stop: &mut Stop) -> bool {
    tokio::select! {
        () = tokio::time::sleep(period) => false,
        _ = stop.wait_for(|stopping| *stopping) => true,
    }
}
