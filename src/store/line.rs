//! A connection of one's own, which stays open from use to use and is opened anew after trouble. For committers and
//! lookups: a pool would ask it for a sign of life each time.

use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};

/// How long a new connection is waited for; what wanted it is told to come again.
const PATIENCE: Duration = Duration::from_secs(3);

pub(super) struct Line {
    options: PgConnectOptions,
    conn: Option<PgConnection>,
}

impl Line {
    pub(super) fn new(options: PgConnectOptions) -> Line {
        Line { options, conn: None }
    }

    pub(super) async fn conn(&mut self) -> sqlx::Result<&mut PgConnection> {
        let conn = match self.conn.take() {
            Some(conn) => conn,
            None => {
                let opening = PgConnection::connect_with(&self.options);
                tokio::time::timeout(PATIENCE, opening).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))?
            }
        };
        Ok(self.conn.insert(conn))
    }

    /// After trouble: nobody knows what it would say next.
    pub(super) fn close(&mut self) {
        self.conn = None;
    }
}
