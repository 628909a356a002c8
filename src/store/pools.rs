//! The three ways to the database: read-only for commands and pages, committers with settings of
//! their own, and one for workers.

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, PgPool};

/// Pages, sweeps and the doctor read beside each other; more connections only fight for the processors.
const READERS: u32 = 8;
/// Sender, sealer, sweeps, room and pages' own tables.
const WORKERS: u32 = 8;
/// A door that gets no connection in this time answers 503, and the platform comes again.
const PATIENCE: Duration = Duration::from_secs(3);

/// How to reach the database. Nothing we ask is worth compiling: on a large ledger a sweep that found
/// nothing due spent a second on that, and a millisecond on looking.
pub fn options(url: &str) -> sqlx::Result<PgConnectOptions> {
    Ok(PgConnectOptions::from_str(url)?.application_name("duban").options([("jit", "off")]))
}

/// A connection that cannot write: a command that tried would fail, whatever its code says.
pub fn read_options(options: &PgConnectOptions) -> PgConnectOptions {
    options.clone().options([
        ("default_transaction_read_only", "on"),
        ("statement_timeout", "10s"),
        // Questions go by key: planning each of them anew would cost more than answering it. And a plan
        // made while a table was tiny must not read all of it when it has grown.
        ("plan_cache_mode", "force_generic_plan"),
        ("enable_seqscan", "off"),
    ])
}

/// A connection that looks messages up: by key, however many at once.
pub fn door_options(options: &PgConnectOptions) -> PgConnectOptions {
    read_options(options).options([("enable_hashjoin", "off"), ("enable_mergejoin", "off")])
}

/// For pages and workers that read.
pub fn read(options: &PgConnectOptions) -> PgPool {
    PgPoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(PATIENCE)
        .test_before_acquire(false)
        .connect_lazy_with(read_options(options))
}

/// Whether the database answers. A pool only says that it waited for a connection; one connection of
/// our own says why there is none.
pub async fn reach(options: &PgConnectOptions, pool: &PgPool) -> sqlx::Result<()> {
    match pool.acquire().await {
        Err(sqlx::Error::PoolTimedOut) => {}
        other => return other.map(drop),
    }
    match tokio::time::timeout(PATIENCE, options.connect()).await {
        Ok(connected) => connected?.close().await,
        Err(_elapsed) => Err(sqlx::Error::PoolTimedOut),
    }
}

pub fn work(options: &PgConnectOptions) -> PgPool {
    PgPoolOptions::new().max_connections(WORKERS).acquire_timeout(PATIENCE).connect_lazy_with(options.clone())
}

/// One committer's connection. All its statements go by key: a tiny hot table must not fall into
/// sequential scans over dead rows, and a plan made once is good for ever.
pub fn commit_options(options: &PgConnectOptions) -> PgConnectOptions {
    options.clone().options([
        ("plan_cache_mode", "force_generic_plan"),
        ("enable_seqscan", "off"),
        ("enable_hashjoin", "off"),
        ("enable_mergejoin", "off"),
        ("lock_timeout", "5s"),
        ("statement_timeout", "15s"),
        ("idle_in_transaction_session_timeout", "30s"),
    ])
}
