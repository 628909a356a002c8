//! Who asks for facts: messages that wait anyway are looked up together by one statement; nothing waits for a
//! timer. A lookup that fails is made again one by one, so that a bad message harms nobody else.

use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use tokio::sync::{Mutex, mpsc, oneshot};

use super::commit::is_passing;
use super::door::{Asked, Facts, facts};
use super::line::Line;

/// Lookups made side by side: while one is on its way, the messages of the next gather.
const PORTERS: usize = 2;
/// The most messages of one lookup.
const TOGETHER: usize = 32;
/// Messages that may wait; behind them the doors wait.
const QUEUE: usize = 1024;
/// A message that is not looked up in this time is answered 503, and the platform comes again.
const PATIENCE: Duration = Duration::from_secs(3);

struct Waiting {
    asked: Asked,
    found: oneshot::Sender<sqlx::Result<Facts>>,
}

/// The queue in front of the lookups.
pub struct Porter {
    queue: mpsc::Sender<Waiting>,
}

impl Porter {
    /// `options` as [`super::pools::door_options`] makes them. The lookups end with their queue.
    pub fn start(options: &PgConnectOptions) -> Porter {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..PORTERS {
            tokio::spawn(run(Line::new(options.clone()), Arc::clone(&waiting)));
        }
        Porter { queue }
    }

    /// The facts of one message.
    pub async fn facts(&self, asked: Asked) -> sqlx::Result<Facts> {
        let (found, told) = oneshot::channel();
        let looking = async {
            self.queue.send(Waiting { asked, found }).await.map_err(|_| sqlx::Error::WorkerCrashed)?;
            told.await.map_err(|_| sqlx::Error::WorkerCrashed)?
        };
        tokio::time::timeout(PATIENCE, looking).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
    }
}

async fn look_up(line: &mut Line, asked: &[Asked]) -> sqlx::Result<Vec<Facts>> {
    let looking = async { facts(line.conn().await?, asked).await };
    let found = tokio::time::timeout(PATIENCE, looking).await.unwrap_or(Err(sqlx::Error::PoolTimedOut));
    if found.as_ref().is_err_and(is_passing) {
        line.close();
    }
    found
}

async fn run(mut line: Line, entrance: Arc<Mutex<mpsc::Receiver<Waiting>>>) {
    let mut together = Vec::with_capacity(TOGETHER);
    while entrance.lock().await.recv_many(&mut together, TOGETHER).await > 0 {
        // Who asked may have lost patience.
        let waiting = together.drain(..).filter(|waiting| !waiting.found.is_closed());
        let (asked, tellers): (Vec<_>, Vec<_>) = waiting.map(|w| (w.asked, w.found)).unzip();
        if asked.is_empty() {
            continue;
        }
        let found = match look_up(&mut line, &asked).await {
            Ok(found) => found.into_iter().map(Ok).collect(),
            Err(error) if asked.len() == 1 => vec![Err(error)],
            Err(error) if is_passing(&error) => {
                // One error told to many: the text is all that can be copied.
                let away = error.to_string();
                asked.iter().map(|_| Err(sqlx::Error::Protocol(away.clone()))).collect()
            }
            Err(_) => {
                let mut found = Vec::with_capacity(asked.len());
                for one in &asked {
                    let alone = look_up(&mut line, std::slice::from_ref(one)).await;
                    found.push(alone.and_then(|mut one| one.pop().ok_or(sqlx::Error::RowNotFound)));
                }
                found
            }
        };
        for (teller, found) in tellers.into_iter().zip(found) {
            let _ = teller.send(found); // or nobody waits any more
        }
    }
}
