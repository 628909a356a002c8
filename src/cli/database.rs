//! The database of a command: `DATABASE_URL`, or the data folder's own PostgreSQL, attached to when a
//! service runs beside us and started for the length of the command when none does.

use std::path::Path;

use anyhow::Context;
use secrecy::ExposeSecret;
use sqlx::PgPool;

use crate::cluster::{Cluster, OpenOptions, Profile, Step};
use crate::config::Settings;
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

impl Database {
    /// Opens what the settings name. The schema is not looked at.
    pub async fn open(settings: &Settings) -> anyhow::Result<Database> {
        match &settings.database_url {
            Some(url) => Database::connect(url.expose_secret().to_owned(), None),
            None => {
                Database::embedded(settings, &settings.data_dir, &|step| {
                    tracing::debug!("{}", step_name(step))
                })
                .await
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
            eprintln!("{note}");
        }
        Database::connect(cluster.url(), Some(cluster))
    }

    fn connect(url: String, cluster: Option<Cluster>) -> anyhow::Result<Database> {
        let options = pools::options(&url).context("DATABASE_URL 有误 / DATABASE_URL cannot be read")?;
        Ok(Database { read: pools::read(&options), work: pools::work(&options), url, cluster })
    }

    /// The same, with the schema brought up to date.
    pub async fn current(settings: &Settings) -> anyhow::Result<Database> {
        let database = Database::open(settings).await?;
        match migrations::run(&database.work)
            .await
            .context("数据库连不上或结构升不上去 / the database cannot be reached or brought up to date")
        {
            Ok(()) => Ok(database),
            Err(error) => {
                database.close().await?;
                Err(error)
            }
        }
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
