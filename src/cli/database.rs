//! The database of a command: `DATABASE_URL`, or the data folder's own PostgreSQL, attached to when a
//! service runs beside us and started for the length of the command when none does.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use secrecy::ExposeSecret;
use sqlx::PgPool;

use super::tell;
use crate::app::real_now;
use crate::cluster::{Cluster, OpenOptions, Profile, Step, is_there};
use crate::config::Settings;
use crate::store::commit::{Committer, Surroundings};
use crate::store::{migrations, pools};

/// An open database and what has to be put away afterwards.
pub struct Database {
    pub url: String,
    pub read: PgPool,
    pub work: PgPool,
    cluster: Option<Cluster>,
}

/// What a step of the embedded server is called while one waits for it.
pub fn step_name(step: Step) -> &'static str {
    match step {
        Step::Initialising => "首次启动，正在建立数据库 / making a new database",
        Step::Starting => "正在启动数据库 / starting the database",
        Step::Attached => "数据库已在运行 / the database is running already",
        Step::Adopted => "接管上次遗留的数据库 / taking over a database left running",
        Step::Ready => "数据库就绪 / the database is ready",
    }
}

/// Says so where the data folder has no database yet, and where the demo's is.
pub fn is_begun(settings: &Settings) -> anyhow::Result<()> {
    let folder = &settings.data_dir;
    if settings.database_url.is_some() || is_there(folder) {
        return Ok(());
    }
    let demo = folder.join("demo");
    let (folder, other) = (folder.display(), demo.display());
    anyhow::ensure!(
        !is_there(&demo),
        "{folder} 里没有数据，演示的数据在 {other}：请设 DUBAN_DATA_DIR={other} 再运行 / \
         no data in {folder}; the demo's are in {other}: set DUBAN_DATA_DIR to that"
    );
    anyhow::bail!(
        "{folder} 里还没有数据。试用请运行 deploy/demo.sh，正式使用请运行 duban serve 或 duban import；数据在别处的，请设 DUBAN_DATA_DIR 或 DATABASE_URL 再试 / \
         no data in {folder} yet: run deploy/demo.sh to try, duban serve or duban import to use it; if the data are elsewhere, set DUBAN_DATA_DIR or DATABASE_URL"
    )
}

impl Database {
    /// Opens what the settings name. The schema is not looked at.
    pub async fn open(settings: &Settings) -> anyhow::Result<Database> {
        match &settings.database_url {
            Some(url) => Database::connect(url.expose_secret().to_owned(), None),
            None => {
                let folder = &settings.data_dir;
                let shown = |step| match step {
                    // A slip in the name of the folder must not go unnoticed.
                    Step::Initialising | Step::Adopted => {
                        tell(format_args!("{}：{}", step_name(step), folder.display()))
                    }
                    Step::Starting | Step::Attached | Step::Ready => tracing::debug!("{}", step_name(step)),
                };
                Database::embedded(settings, folder, &shown).await
            }
        }
    }

    /// The folder's own server.
    pub async fn embedded(
        settings: &Settings,
        folder: &Path,
        progress: &(dyn Fn(Step) + Sync),
    ) -> anyhow::Result<Database> {
        let options =
            OpenOptions { profile: Profile::Durable(folder.to_owned()), pg_bin: settings.pg_bin.clone() };
        let cluster = Cluster::open(options, progress).await?;
        for note in cluster.notes() {
            tell(note);
        }
        Database::connect(cluster.url(), Some(cluster))
    }

    fn connect(url: String, cluster: Option<Cluster>) -> anyhow::Result<Database> {
        anyhow::ensure!(
            url.starts_with("postgres://") || url.starts_with("postgresql://"),
            "DATABASE_URL 要以 postgres:// 开头 / DATABASE_URL must begin with postgres://"
        );
        let options = pools::options(&url).context("DATABASE_URL 有误 / DATABASE_URL cannot be read")?;
        Ok(Database { read: pools::read(&options), work: pools::work(&options), url, cluster })
    }

    /// A sentence when the database does not answer.
    pub async fn reach(&self) -> anyhow::Result<()> {
        pools::reach(&pools::options(&self.url)?, &self.work).await.context(
            "数据库连不上，请检查 DATABASE_URL（主机、端口、用户、密码）和数据库是否在运行 / \
             the database cannot be reached: check DATABASE_URL (host, port, user, password) and whether it runs",
        )
    }

    /// What the settings name, for a command that begins nothing: an empty folder is a slip in its name.
    pub async fn there(settings: &Settings) -> anyhow::Result<Database> {
        is_begun(settings)?;
        Database::current(settings).await
    }

    /// What the settings name, with the schema brought up to date.
    pub async fn current(settings: &Settings) -> anyhow::Result<Database> {
        let database = Database::open(settings).await?;
        let done = async {
            database.reach().await?;
            migrations::run(&database.work)
                .await
                .context("数据库结构升不上去 / the schema cannot be brought up to date")
        };
        match done.await {
            Ok(()) => Ok(database),
            Err(error) => {
                database.close().await?;
                Err(error)
            }
        }
    }

    /// A committer of its own, for a command that decides something.
    pub fn committer(&self) -> anyhow::Result<Committer> {
        let around = Surroundings { real_now, ring: Arc::new(|| ()) };
        Ok(Committer::start(pools::commit_options(&pools::options(&self.url)?), 1, around))
    }

    /// Puts everything away; the server stops when nobody else uses it.
    pub async fn close(self) -> anyhow::Result<()> {
        self.read.close().await;
        self.work.close().await;
        match self.cluster {
            Some(cluster) => cluster.stop().await,
            None => Ok(()),
        }
    }
}
