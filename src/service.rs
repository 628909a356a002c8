//! One running service: pools, committers, platforms, workers and the HTTP door, put together and
//! taken apart in order. `serve`, `demo` and the tests start it in the same way.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::app::{App, Bell, Clock, real_now};
use crate::commands::dispatch::Desk;
use crate::commands::{Abilities, RuleNote, self_test};
use crate::config::{Settings, Switch};
use crate::exports;
use crate::platforms::{Opening, PLATFORMS, Platform, lasts};
use crate::store::commit::{Committer, Surroundings, writers};
use crate::store::porter::Porter;
use crate::store::readers::Readers;
use crate::store::{jobs, outbox, pools};
use crate::warnings::{Rule, WARNINGS};
use crate::{web, workers};

/// How long requests and sends in flight may take to end when the service stops.
const FAREWELL: Duration = Duration::from_secs(5);

/// What a service is started with.
pub struct Plan {
    pub settings: Settings,
    pub database_url: String,
    pub clock: Clock,
    pub is_demo: bool,
    /// Fetch updates where a platform can be polled, instead of waiting for its webhook.
    pub poll: bool,
    pub figures: Option<PrometheusHandle>,
}

/// A running service.
pub struct Service {
    pub app: Arc<App>,
    /// Where the HTTP door listens.
    pub address: SocketAddr,
    stop: watch::Sender<bool>,
    workers: JoinSet<()>,
    door: JoinHandle<std::io::Result<()>>,
}

/// The app without its workers and doors: tests drive these by hand, with platforms of their own.
pub fn open(plan: Plan, more: Vec<Arc<dyn Platform>>) -> anyhow::Result<Arc<App>> {
    let options =
        pools::options(&plan.database_url).context("DATABASE_URL 有误 / DATABASE_URL cannot be read")?;
    let (read, work) = (pools::read(&options), pools::work(&options));
    let (outbox_bell, commit_bell, room_bell) = (Bell::default(), Bell::default(), Bell::default());
    let rung = [outbox_bell.clone(), commit_bell.clone()];
    let around = Surroundings { real_now, ring: Arc::new(move || rung.iter().for_each(Bell::ring)) };
    let committer = Committer::start(pools::commit_options(&options), writers(), around);
    let with_room = plan.is_demo || plan.settings.room == Switch::On;
    let room = with_room.then(|| {
        web::room::server(work.clone(), room_bell.clone(), plan.clock.clone(), &plan.settings.data_dir)
    });
    let mut opening = Opening { settings: &plan.settings, room };
    let mut platforms = more;
    for open in PLATFORMS {
        platforms.extend(open(&mut opening)?);
    }
    let limits = platforms.iter().map(|platform| (platform.name(), platform.text_limit())).collect();
    let porter = Porter::start(&pools::door_options(&options));
    let readers = Readers::new(pools::read_options(&options));
    Ok(Arc::new(App {
        desk: Desk::new(porter, readers, work.clone(), committer, limits, abilities(&platforms)),
        read,
        work,
        platforms,
        clock: plan.clock,
        outbox_bell,
        commit_bell,
        clock_bell: Bell::default(),
        room_bell,
        figures: plan.figures,
        is_demo: plan.is_demo,
        settings: plan.settings,
    }))
}

fn note(rule: &Rule) -> RuleNote {
    RuleNote { name: rule.name, version: rule.version, title: rule.title, meaning: rule.meaning }
}

/// What commands may ask of the platforms they know nothing of.
fn abilities(platforms: &[Arc<dyn Platform>]) -> Abilities {
    let named = |platforms: &[Arc<dyn Platform>], name: &str| {
        platforms.iter().find(|platform| platform.name() == name).cloned()
    };
    let (links, ears, groups) = (platforms.to_vec(), platforms.to_vec(), platforms.to_vec());
    let paces = platforms.to_vec();
    let titles = platforms.to_vec();
    Abilities {
        rules: WARNINGS.iter().map(note).collect(),
        papers: exports::papers(),
        title: Arc::new(move |platform, lang| match named(&titles, platform) {
            Some(platform) => platform.title().pick(lang).to_owned(),
            None => platform.to_owned(),
        }),
        bind_link: Arc::new(move |platform, code| named(&links, platform)?.bind_link(code)),
        is_deaf: Arc::new(move |platform| named(&ears, platform).is_some_and(|platform| platform.is_deaf())),
        knows_groups: Arc::new(move |platform| {
            named(&groups, platform).is_some_and(|platform| platform.knows_groups())
        }),
        lasts: Arc::new(move |platform, messages| {
            named(&paces, platform).map_or(Duration::ZERO, |platform| lasts(platform.pace(), messages))
        }),
    }
}

impl Service {
    /// Opens the door and starts the workers. The schema must be current.
    pub async fn start(plan: Plan) -> anyhow::Result<Service> {
        let (listen, poll) = (plan.settings.listen, plan.poll);
        let listener = TcpListener::bind(listen).await.with_context(|| {
            format!("端口 {listen} 打不开，换一个：DUBAN_LISTEN=127.0.0.1:8081 / {listen} cannot be opened: choose another with DUBAN_LISTEN")
        })?;
        let address = listener.local_addr()?;
        let app = open(plan, Vec::new())?;
        if app.settings.database_url.is_none() {
            // The folder's lock says that we are alone: no need to wait for a dead sender's lease to end.
            outbox::free_leases(&app.work).await.context("数据库用不了 / the database cannot be used")?;
            jobs::free(&app.work, None).await.context("数据库用不了 / the database cannot be used")?;
        }
        for template in exports::TEMPLATES {
            // Said at start; whoever asks for that document is told as well.
            if let Err(error) = template.check(&app.settings.data_dir) {
                tracing::error!("{error}");
            }
        }
        self_test::strangers_are_refused(&app.desk, app.clock.now()).await?;
        let (stop, stopping) = watch::channel(false);
        let workers = workers::start(&app, poll, &stopping);
        let router = web::router(Arc::clone(&app)).into_make_service_with_connect_info::<SocketAddr>();
        let mut closing = stopping.clone();
        let door = tokio::spawn(async move {
            axum::serve(listener, router)
                .with_graceful_shutdown(async move {
                    let _ = closing.wait_for(|stopping| *stopping).await;
                })
                .await
        });
        Ok(Service { app, address, stop, workers, door })
    }

    /// Returns when a worker or the door ends by itself, which they never should.
    pub async fn failed(&mut self) -> anyhow::Error {
        tokio::select! {
            door = &mut self.door => anyhow::anyhow!("the HTTP door has closed: {door:?}"),
            worker = self.workers.join_next() => anyhow::anyhow!("a worker has ended: {worker:?}"),
        }
    }

    /// Stops in order: no new requests, workers end their turn, connections close.
    pub async fn stop(mut self) {
        let _ = self.stop.send(true);
        let ended =
            tokio::time::timeout(FAREWELL, async { while self.workers.join_next().await.is_some() {} });
        if ended.await.is_err() {
            tracing::warn!("a worker did not end in time and was cut off; what it did is in the database");
        }
        // Event streams never end by themselves: the door gets a moment, not for ever.
        if tokio::time::timeout(Duration::from_millis(300), &mut self.door).await.is_err() {
            self.door.abort();
        }
        self.workers.abort_all();
        self.app.read.close().await;
        self.app.work.close().await;
    }
}
