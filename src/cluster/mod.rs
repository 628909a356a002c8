//! The embedded database: a private PostgreSQL server in a folder, for people who have none.
//!
//! `Cluster::open` attaches to the server of a folder if it runs, and otherwise starts it. Whoever
//! leaves last stops it: a service and the commands typed beside it can come and go in any order.
//! A server whose users were all killed keeps running, and the next to come adopts it.
//!
//! Reading order: this file, `locks`, `folder`, `server`; the others are details. Nothing here
//! knows what the database is for; migrations and queries are the caller's.

mod account;
mod binaries;
mod database;
mod folder;
mod locks;
mod server;
mod settings;
mod throwaway;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Result;

pub use self::binaries::Binaries;
pub use self::locks::ServiceLock;
pub use self::settings::Profile;

use self::folder::Place;
use self::locks::Users;
use self::server::Server;
use self::throwaway::Guard;

/// How often a condition that sends no word is looked at.
const POLL: Duration = Duration::from_millis(10);

/// The helper processes of a killed server notice its end by themselves, soon.
const HELPERS_LIMIT: Duration = Duration::from_secs(10);

#[derive(Debug, Clone)]
pub struct OpenOptions {
    pub profile: Profile,
    /// `$DUBAN_PG_BIN`: the folder of PostgreSQL's programs, instead of looking for it.
    pub pg_bin: Option<PathBuf>,
}

/// What `Cluster::open` is doing, for showing progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Making a new, empty database: the first start only, and the slowest step.
    Initialising,
    Starting,
    /// Others use the server already.
    Attached,
    /// The server was running, but whoever used it is gone without stopping it.
    Adopted,
    Ready,
}

/// One process's use of a running server. End it with `stop`; merely dropping it stops the server
/// as well when nobody else uses it, but without waiting.
#[derive(Debug)]
pub struct Cluster {
    place: Place,
    users: Users,
    server: Server,
    socket: PathBuf,
    /// A throwaway server's.
    guard: Option<Guard>,
}

/// Whether a durable cluster was ever made in this folder. Makes nothing.
pub fn is_there(folder: &Path) -> bool {
    folder::is_there(folder)
}

impl Cluster {
    pub async fn open(options: OpenOptions, progress: &(dyn Fn(Step) + Sync)) -> Result<Cluster> {
        let folder = match &options.profile {
            Profile::Durable(folder) => folder::make(folder)?,
            Profile::Throwaway => throwaway::folder()?,
        };
        let users = Users::join(&folder).await?;
        let place = Place::settle(&folder)?;
        let guard = match &options.profile {
            Profile::Durable(_) => None,
            Profile::Throwaway => Some(Guard::watch(&place)?),
        };
        let mut cluster = Cluster { server: Server::of(&place), socket: PathBuf::new(), place, users, guard };
        cluster.connect_or_start(&options, progress).await?;
        cluster.users.settled();
        progress(Step::Ready);
        Ok(cluster)
    }

    async fn connect_or_start(
        &mut self,
        options: &OpenOptions,
        progress: &(dyn Fn(Step) + Sync),
    ) -> Result<()> {
        if let Some(socket) = self.server.ready(&self.place).await? {
            self.socket = socket;
            progress(if self.users.alone { Step::Adopted } else { Step::Attached });
            return Ok(());
        }
        let binaries = Binaries::find(options.pg_bin.as_deref())?;
        if !self.place.data().exists() {
            progress(Step::Initialising);
            server::initialise(&self.place, &binaries, &options.profile).await?;
        }
        progress(Step::Starting);
        self.start(&binaries, &options.profile).await
    }

    async fn start(&mut self, binaries: &Binaries, profile: &Profile) -> Result<()> {
        let begun = Instant::now();
        let mut tick = tokio::time::interval(POLL);
        loop {
            tick.tick().await;
            self.server.start(&self.place, binaries, profile)?;
            if let Some(socket) = self.server.ready(&self.place).await? {
                self.socket = socket;
                return Ok(());
            }
            let failure = server::failed_to_start(&self.place);
            let helpers_live = failure.to_string().contains(server::HELPERS_LIVE);
            if !helpers_live || begun.elapsed() > HELPERS_LIMIT {
                return Err(failure);
            }
        }
    }

    /// For sqlx: the database `duban`, which exists.
    pub fn url(&self) -> String {
        self.url_for(database::DATABASE)
    }

    /// For sqlx: any database of this server.
    pub fn url_for(&self, database: &str) -> String {
        database::url(&self.socket, database)
    }

    /// Where the data and the server's logs lie.
    pub fn home(&self) -> &Path {
        &self.place.home
    }

    /// Sentences the person should see, such as that the data had to go elsewhere.
    pub fn notes(&self) -> &[String] {
        &self.place.notes
    }

    /// Stops using the server, and stops it if nobody else uses it.
    pub async fn stop(mut self) -> Result<()> {
        if let Some(guard) = self.guard.take() {
            return guard.finish().await;
        }
        if !self.users.leave().await? {
            tracing::debug!("others still use the database: it keeps running");
            return Ok(());
        }
        self.server.stop().await?;
        self.place.remove_socket_folder(&self.socket);
        Ok(())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // A throwaway server is ended by its guard, which sees our end of the pipe closing.
        if self.guard.is_none() && self.users.try_leave().unwrap_or(false) {
            self.server.interrupt();
        }
    }
}

/// Asks until the answer is yes or the time is up, and says which it was.
async fn poll(limit: Duration, mut is_done: impl FnMut() -> bool) -> bool {
    let begun = Instant::now();
    let mut tick = tokio::time::interval(POLL);
    loop {
        tick.tick().await;
        if is_done() {
            return true;
        }
        if begun.elapsed() > limit {
            return false;
        }
    }
}
