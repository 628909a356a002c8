//! The bell between replicas: one NOTIFY for many commits, never inside a message's transaction, because
//! NOTIFY serialises commits.

use sqlx::PgPool;
use sqlx::postgres::PgListener;

const CHANNEL: &str = "duban_outbox";

/// Tells the other replicas that there is something to say. `from` marks our own call.
pub async fn ring(work: &PgPool, from: &str) -> sqlx::Result<()> {
    sqlx::query!("SELECT pg_notify($1, $2)", CHANNEL, from).execute(work).await.map(|_| ())
}

/// Hears the bells of other replicas.
pub struct Hearing(PgListener);

impl Hearing {
    pub async fn start(work: &PgPool) -> sqlx::Result<Hearing> {
        let mut listener = PgListener::connect_with(work).await?;
        listener.listen(CHANNEL).await?;
        Ok(Hearing(listener))
    }

    /// The next bell of somebody else than `own`.
    pub async fn next(&mut self, own: &str) -> sqlx::Result<()> {
        while self.0.recv().await?.payload() == own {}
        Ok(())
    }
}
