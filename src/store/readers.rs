//! Read-only connections for messages, taken and given back without a word to the server. sqlx's pool asks
//! each connection for a sign of life when it comes back, which costs as much as a question; here one
//! that was not given back in good order is simply closed.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Messages read side by side; more connections only fight for the processors.
const READERS: usize = 8;
/// A message that gets no connection in this time is answered 503, and the platform comes again.
const PATIENCE: Duration = Duration::from_secs(3);

/// The connections that wait, and places for those in use.
pub struct Readers {
    options: PgConnectOptions,
    idle: Mutex<Vec<PgConnection>>,
    places: Semaphore,
}

/// One connection in use.
pub struct Reader<'a> {
    readers: &'a Readers,
    conn: PgConnection,
    _place: SemaphorePermit<'a>,
}

impl Readers {
    /// `options` as [`super::pools::read_options`] makes them.
    pub fn new(options: PgConnectOptions) -> Readers {
        Readers { options, idle: Mutex::new(Vec::new()), places: Semaphore::new(READERS) }
    }

    /// A connection, waiting for a free place if need be.
    pub async fn take(&self) -> sqlx::Result<Reader<'_>> {
        let taken = async {
            let place = self.places.acquire().await.map_err(|_| sqlx::Error::PoolClosed)?;
            let waiting = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let conn = match waiting {
                Some(conn) => conn,
                None => PgConnection::connect_with(&self.options).await?,
            };
            Ok(Reader { readers: self, conn, _place: place })
        };
        tokio::time::timeout(PATIENCE, taken).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
    }
}

impl Reader<'_> {
    pub fn conn(&mut self) -> &mut PgConnection {
        &mut self.conn
    }

    /// Back to the others. Not after an error: a connection in doubt is dropped, and with it closed.
    pub fn give_back(self) {
        self.readers.idle.lock().unwrap_or_else(PoisonError::into_inner).push(self.conn);
    }
}
