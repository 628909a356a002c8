//! The world of a measurement: a durable PostgreSQL of its own (fsync on) in a fresh folder on disk,
//! which is gone afterwards, also where somebody interrupts. The programs decide what stands in its databases.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;

use anyhow::{Context, Result, anyhow};
use duban::cluster::{Cluster, OpenOptions, Profile};
use nix::unistd::Pid;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, PgPool};
use tempfile::TempDir;
use tokio::signal::unix::{SignalKind, signal};

/// `DUBAN_PG_BIN`, as everywhere else.
pub fn pg_bin() -> Option<PathBuf> {
    std::env::var_os("DUBAN_PG_BIN").filter(|bin| !bin.is_empty()).map(PathBuf::from)
}

/// The server may run as another user than we do, who must be able to pass through.
const PASS_THROUGH: u32 = 0o711;

/// How a program ends, by whether every promise was kept.
pub fn exit_code(outcome: Result<bool>) -> ExitCode {
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("✗ {error:#}");
            ExitCode::FAILURE
        }
    }
}

pub struct World {
    folder: TempDir,
    cluster: Option<Cluster>,
}

impl World {
    /// Works in a fresh world below `base`, until it is done or interrupted.
    pub async fn within<T>(base: &Path, work: impl AsyncFnOnce(&mut World) -> Result<T>) -> Result<T> {
        let mut world = World::open(base).await?;
        let mut terminate = signal(SignalKind::terminate())?;
        let outcome = tokio::select! {
            outcome = work(&mut world) => outcome,
            _ = tokio::signal::ctrl_c() => Err(anyhow!("interrupted")),
            _ = terminate.recv() => Err(anyhow!("terminated")),
        };
        // A killed server is started once more, to be stopped in order.
        world.reopen().await?;
        world.close().await?;
        outcome
    }

    /// A fresh folder below `base`, which should lie on a real disk, and a server in it.
    async fn open(base: &Path) -> Result<World> {
        let folder = tempfile::Builder::new()
            .prefix("duban-bench-")
            .tempdir_in(base)
            .with_context(|| format!("cannot make a folder in {}", base.display()))?;
        fs::set_permissions(folder.path(), Permissions::from_mode(PASS_THROUGH))?;
        let mut world = World { folder, cluster: None };
        world.reopen().await?;
        Ok(world)
    }

    /// Starts the server if it does not run, as after a kill.
    pub async fn reopen(&mut self) -> Result<()> {
        let profile = Profile::Durable(self.folder.path().join("cluster"));
        let options = OpenOptions { profile, pg_bin: pg_bin() };
        // The former value goes only now: it may not stop a server that others use.
        self.cluster = Some(Cluster::open(options, &|_| ()).await?);
        Ok(())
    }

    fn cluster(&self) -> Result<&Cluster> {
        self.cluster.as_ref().context("the server is not open")
    }

    /// Where logs of the processes around may lie.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn url(&self, database: &str) -> Result<String> {
        Ok(self.cluster()?.url_for(database))
    }

    /// The server's first process, whose death is the server's.
    pub fn postmaster(&self) -> Result<Pid> {
        let file = self.cluster()?.home().join("data/postmaster.pid");
        let text = fs::read_to_string(&file).with_context(|| format!("{}", file.display()))?;
        let pid = text.lines().next().and_then(|line| line.trim().parse().ok());
        pid.map(Pid::from_raw).context("postmaster.pid names no process")
    }

    /// One statement on a database, outside any transaction.
    pub async fn run(&self, database: &str, sql: impl Into<String>) -> Result<()> {
        let options = PgConnectOptions::from_str(&self.url(database)?)?;
        let mut connection = PgConnection::connect_with(&options).await?;
        connection.execute(sqlx::raw_sql(AssertSqlSafe(sql.into()))).await?;
        connection.close().await?;
        Ok(())
    }

    /// An empty database with the present schema.
    pub async fn create(&self, database: &str) -> Result<PgPool> {
        self.run("postgres", format!("CREATE DATABASE {database}")).await?;
        let pool = self.pool(database).await?;
        duban::store::migrations::run(&pool).await?;
        Ok(pool)
    }

    pub async fn pool(&self, database: &str) -> Result<PgPool> {
        Ok(PgPool::connect(&self.url(database)?).await?)
    }

    /// Stops the server; returns where its files lie.
    pub async fn stop(&mut self) -> Result<PathBuf> {
        let cluster = self.cluster.take().context("the server is not open")?;
        let home = cluster.home().to_owned();
        cluster.stop().await?;
        Ok(home)
    }

    /// Stops the server and removes everything.
    async fn close(mut self) -> Result<()> {
        let home = self.stop().await?;
        if !home.starts_with(self.folder.path()) {
            fs::remove_dir_all(home)?;
        }
        self.folder.close().context("cannot remove the folder")
    }
}
