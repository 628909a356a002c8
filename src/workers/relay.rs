//! Rings the other replicas' bells and hears theirs. Only speed: polling finds everything anyway.

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use super::{Stop, rest};
use crate::app::App;
use crate::store::relay::{self, Hearing};

/// At most one NOTIFY in this time, however many commits: a message waits no longer than a blink.
const GATHER: Duration = Duration::from_millis(200);
/// The pause after the listening connection was lost.
const PAUSE: Duration = Duration::from_secs(5);

/// Runs until stopped.
pub async fn run(app: Arc<App>, stop: Stop) {
    let own = Uuid::now_v7().to_string();
    tokio::join!(tell(&app, &own, stop.clone()), hear(&app, &own, stop));
}

async fn tell(app: &App, own: &str, mut stop: Stop) {
    let mut bell = app.commit_bell.listen();
    loop {
        tokio::select! {
            _ = bell.changed() => {}
            _ = stop.wait_for(|stopping| *stopping) => return,
        }
        if let Err(error) = relay::ring(&app.work, own).await {
            tracing::debug!("other replicas find it by polling: {error}");
        }
        if rest(GATHER, &mut stop).await {
            return;
        }
    }
}

async fn hear(app: &App, own: &str, mut stop: Stop) {
    loop {
        let heard = async {
            let mut hearing = match Hearing::start(&app.work).await {
                Ok(hearing) => hearing,
                Err(error) => return error,
            };
            loop {
                match hearing.next(own).await {
                    Ok(()) => app.outbox_bell.ring(),
                    Err(error) => return error,
                }
            }
        };
        let lost: sqlx::Error = tokio::select! {
            lost = heard => lost,
            _ = stop.wait_for(|stopping| *stopping) => return,
        };
        tracing::debug!("not hearing other replicas for a moment: {lost}");
        if rest(PAUSE, &mut stop).await {
            return;
        }
    }
}
