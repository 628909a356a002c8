//! Fetches updates where the platform does not call us: long polling, and the room.
//! A chat's next message is handed over only after the previous one's fate; chats run side by side.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;

use super::{Stop, rest};
use crate::app::App;
use crate::commands::dispatch::Outcome;
use crate::platforms::{Platform, Polled};

/// The pause after a failed fetch, and between tries of an update that is not settled yet.
const PAUSE: Duration = Duration::from_secs(1);

/// Runs until stopped.
pub async fn run(app: Arc<App>, platform: Arc<dyn Platform>, mut stop: Stop) {
    let mut settled = 0;
    loop {
        let fetched = tokio::select! {
            fetched = platform.poll(settled) => fetched,
            _ = stop.wait_for(|stopping| *stopping) => return,
        };
        match fetched {
            Ok(updates) => {
                if let Some(last) = settle(&app, updates, &mut stop).await {
                    settled = settled.max(last);
                }
            }
            Err(error) => {
                tracing::warn!(platform = platform.name(), "fetching updates failed: {error:#}");
                if rest(PAUSE, &mut stop).await {
                    return;
                }
            }
        }
        if *stop.borrow() {
            return;
        }
    }
}

/// Settles fetched updates; returns the highest number, or `None` when stopped before all were settled.
async fn settle(app: &App, updates: Vec<Polled>, stop: &mut Stop) -> Option<i64> {
    let last = updates.iter().map(|polled| polled.number).max()?;
    let mut chats: BTreeMap<String, Vec<Polled>> = BTreeMap::new();
    for polled in updates {
        chats.entry(polled.update.chat.chat.clone()).or_default().push(polled);
    }
    let all = join_all(chats.into_values().map(|line| {
        let mut stop = stop.clone();
        async move {
            for polled in line {
                while app.desk.handle(&polled.update, app.clock.now()).await != Outcome::Settled {
                    if rest(PAUSE, &mut stop).await {
                        return false;
                    }
                }
            }
            true
        }
    }))
    .await;
    all.into_iter().all(|settled| settled).then_some(last)
}
