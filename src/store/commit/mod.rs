//! Decisions become rows: the only module that writes ledger tables.
//!
//! Decisions that wait anyway are written together in one transaction ([`batch`]); nothing waits for
//! a timer. A [`Committer`] is the queue in front of a few connections that do so. Conflicts and
//! repeats never abort a batch; a batch that fails is tried again one by one, so that a bad decision
//! harms nobody else.

mod acceptance;
mod activities;
mod assessments;
mod basis;
mod batch;
mod calendar;
mod cases;
mod chats;
mod checks; // looked at, and as before
mod cycles;
mod dialogues;
mod documents;
pub mod files; // with what is forgotten of them
mod hot;
pub mod import; // a whole import, in a transaction of its own
mod leaves;
mod notices;
mod people;
mod quiet;
mod receipts;
mod statements;
mod verdicts;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sqlx::postgres::PgConnectOptions;
use tokio::sync::{Mutex, Semaphore, SemaphorePermit, mpsc, oneshot};

use super::line::Line;
use crate::domain::{Decision, decision::Fate};

/// How many transactions are written at a time, one for every two processors: what costs is the transaction, not
/// its rows, and the decisions that arrive meanwhile make the next one larger. On two processors one costs
/// PostgreSQL a tenth less per decision than two.
pub fn writers() -> usize {
    std::thread::available_parallelism().map_or(1, |processors| (processors.get() / 2).clamp(1, 4))
}
/// The most decisions of one transaction: enough to share its cost, few enough to keep it short.
const BATCH: usize = 64;
/// Decisions that may wait in front of the committers; behind them the doors wait.
const QUEUE: usize = 1024;

/// Why a decision was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// The database cannot be reached or is in no state to work: come again.
    #[error("the database is not available: {0}")]
    Unavailable(sqlx::Error),
    /// The decision itself fails, tried alone.
    #[error("the decision cannot be written: {0}")]
    Broken(sqlx::Error),
    #[error("the service is stopping")]
    Stopping,
}

/// Whether an error says something about the database's state rather than about what was asked.
pub fn is_passing(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(db) => db.code().is_some_and(|code| {
            // Connection, authorisation, no such database, rollback, resources, operator, system; and:
            // read-only (a standby took our place), no connections allowed, a lock not given in time.
            ["08", "28", "3D", "40", "53", "57", "58"].iter().any(|class| code.starts_with(class))
                || ["25006", "55000", "55P03"].contains(&code.as_ref())
        }),
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        _ => false,
    }
}

/// Whether nobody answered at all.
fn is_away(error: &sqlx::Error) -> bool {
    is_passing(error)
        && !matches!(error, sqlx::Error::Database(db) if db.code().is_some_and(|c| c.starts_with("40") || c == "55P03"))
}

/// One error told to many: the text is all that can be copied.
fn unavailable(text: &str) -> CommitError {
    CommitError::Unavailable(sqlx::Error::Protocol(text.to_owned()))
}

struct Waiting {
    decision: Decision,
    fate: oneshot::Sender<Result<Fate, CommitError>>,
}

/// The queue in front of the committing connections. Cheap to clone.
#[derive(Clone)]
pub struct Committer {
    queue: mpsc::Sender<Waiting>,
}

/// What committers need besides connections.
#[derive(Clone)]
pub struct Surroundings {
    /// Real time, for the outbox.
    pub real_now: fn() -> DateTime<Utc>,
    /// Called after a commit that has something to say.
    pub ring: Arc<dyn Fn() + Send + Sync>,
}

impl Committer {
    /// Starts as many committers as may write at a time and one more, so that nobody is idle while a
    /// transaction waits for the disk. They end when the last clone of the queue is dropped.
    ///
    /// `options` as [`super::pools::commit_options`] makes them.
    pub fn start(options: PgConnectOptions, writers: usize, around: Surroundings) -> Committer {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let door = Arc::new(Entrance { waiting: Mutex::new(waiting), turns: Semaphore::new(writers) });
        for _ in 0..=writers {
            let line = Line::new(options.clone());
            tokio::spawn(run(line, around.clone(), Arc::clone(&door)));
        }
        Committer { queue }
    }

    /// Carries out one decision, together with whatever else waits.
    pub async fn commit(&self, decision: Decision) -> Result<Fate, CommitError> {
        let (fate, told) = oneshot::channel();
        self.queue.send(Waiting { decision, fate }).await.map_err(|_| CommitError::Stopping)?;
        told.await.map_err(|_| CommitError::Stopping)?
    }
}

async fn write(
    line: &mut Line,
    around: &Surroundings,
    decisions: &[Decision],
    turn: Option<SemaphorePermit<'_>>,
) -> Result<Vec<Fate>, batch::Failed> {
    let written = batch::write(line.conn().await?, around, decisions, turn).await;
    if written.as_ref().is_err_and(|failed| failed.may_have_committed || is_away(&failed.error)) {
        line.close();
    }
    written
}

/// Where committers take what waits.
struct Entrance {
    waiting: Mutex<mpsc::Receiver<Waiting>>,
    /// To write; given back before COMMIT, which only waits for the disk.
    turns: Semaphore,
}

async fn run(mut line: Line, around: Surroundings, entrance: Arc<Entrance>) {
    let mut together = Vec::with_capacity(BATCH);
    // It is never closed.
    while let Ok(turn) = entrance.turns.acquire().await {
        let got = entrance.waiting.lock().await.recv_many(&mut together, BATCH).await;
        if got == 0 {
            return;
        }
        let (decisions, tellers): (Vec<_>, Vec<_>) = together.drain(..).map(|w| (w.decision, w.fate)).unzip();
        let fates = commit_all(&mut line, &around, &decisions, turn).await;
        for (teller, fate) in tellers.into_iter().zip(fates) {
            // Whoever asked may have gone; the effect stands, and a redelivery will find it.
            let _ = teller.send(fate);
        }
    }
}

/// Carries out decisions together; falls back to one by one when the transaction fails.
async fn commit_all(
    line: &mut Line,
    around: &Surroundings,
    decisions: &[Decision],
    turn: SemaphorePermit<'_>,
) -> Vec<Result<Fate, CommitError>> {
    match write(line, around, decisions, Some(turn)).await {
        Ok(fates) => fates.into_iter().map(Ok).collect(),
        Err(failed) if failed.may_have_committed => look_up(line, decisions, failed.error).await,
        Err(failed) if decisions.len() == 1 => vec![alone(failed.error)],
        // Nobody there: each of them alone would only wait for the same silence.
        Err(failed) if is_away(&failed.error) => {
            let away = failed.error.to_string();
            decisions.iter().map(|_| Err(unavailable(&away))).collect()
        }
        Err(_) => {
            let mut fates = Vec::with_capacity(decisions.len());
            for decision in decisions {
                let one = std::slice::from_ref(decision);
                fates.push(match write(line, around, one, None).await {
                    Ok(fate) => fate.into_iter().next().ok_or(CommitError::Stopping),
                    Err(failed) if failed.may_have_committed => {
                        look_up(line, one, failed.error).await.pop().unwrap_or(Err(CommitError::Stopping))
                    }
                    Err(failed) => alone(failed.error),
                });
            }
            fates
        }
    }
}

/// The fate of a decision that failed alone: a named constraint refuses it, anything else breaks it.
fn alone(error: sqlx::Error) -> Result<Fate, CommitError> {
    if is_passing(&error) {
        return Err(CommitError::Unavailable(error));
    }
    match error.as_database_error().and_then(|db| db.constraint()) {
        Some(constraint) => Ok(Fate::Refused(constraint.to_owned())),
        None => Err(CommitError::Broken(error)),
    }
}

/// A COMMIT of unknown outcome is looked up by the decisions' origin keys.
async fn look_up(
    line: &mut Line,
    decisions: &[Decision],
    error: sqlx::Error,
) -> Vec<Result<Fate, CommitError>> {
    let keys: Vec<&str> = decisions.iter().map(|d| d.origin.key.as_str()).collect();
    let accounts: Vec<&str> = decisions.iter().map(|d| d.origin.account.as_str()).collect();
    let away = error.to_string();
    let Ok(conn) = line.conn().await else {
        return decisions.iter().map(|_| Err(unavailable(&away))).collect();
    };
    let found = sqlx::query!(
        r#"
        SELECT i.account, i.key
        FROM unnest($1::text[], $2::text[]) AS asked (account, key)
        JOIN inbox i ON i.account = asked.account AND i.key = asked.key
        "#,
        &accounts as &[&str],
        &keys as &[&str],
    )
    .fetch_all(conn)
    .await;
    let Ok(found) = found else { return decisions.iter().map(|_| Err(unavailable(&away))).collect() };
    decisions
        .iter()
        .map(|d| {
            let stands = found.iter().any(|f| f.account == d.origin.account && f.key == d.origin.key);
            if stands { Ok(Fate::Committed) } else { Err(unavailable(&away)) }
        })
        .collect()
}
