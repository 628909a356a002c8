//! Whether the database's schema is the one this program was built for.

use sqlx::PgPool;

use super::MIGRATOR;

/// What the table of migrations says.
#[derive(Debug, PartialEq, Eq)]
pub enum State {
    Current,
    /// This many migrations of this program are not applied yet.
    Behind(usize),
    /// The database knows migrations that this program does not: an older program on a newer schema.
    Newer,
}

impl State {
    pub fn sentence(&self) -> String {
        match self {
            State::Current => "数据库结构是最新的 / the schema is current".into(),
            State::Behind(n) => format!(
                "数据库结构差 {n} 步，请运行 duban migrate / {n} migrations are missing: run duban migrate"
            ),
            State::Newer => "数据库结构比这个程序新，请换用新版程序，旧版不能启动 / the schema is newer than this program: use the newer program"
                .into(),
        }
    }
}

pub async fn state(read: &PgPool) -> sqlx::Result<State> {
    let exists = sqlx::query_scalar!(r#"SELECT to_regclass('_sqlx_migrations') IS NOT NULL AS "exists!""#)
        .fetch_one(read)
        .await?;
    // The table is sqlx's own and may be absent: the one query that cannot be checked at build time.
    let applied: Vec<i64> = if exists {
        sqlx::query_scalar("SELECT version FROM _sqlx_migrations WHERE success ORDER BY version")
            .fetch_all(read)
            .await?
    } else {
        Vec::new()
    };
    if applied.iter().any(|version| !MIGRATOR.iter().any(|known| known.version == *version)) {
        return Ok(State::Newer);
    }
    let missing = MIGRATOR.iter().filter(|known| !applied.contains(&known.version)).count();
    Ok(if missing == 0 { State::Current } else { State::Behind(missing) })
}

/// Brings the schema up to date; refuses a newer one with a sentence.
pub async fn run(work: &PgPool) -> anyhow::Result<()> {
    if let state @ State::Newer = state(work).await? {
        anyhow::bail!(state.sentence());
    }
    MIGRATOR.run(work).await?;
    Ok(())
}

/// Empties the database, tables and all: the demo's way to start over.
pub async fn wipe(work: &PgPool) -> sqlx::Result<()> {
    sqlx::raw_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public").execute(work).await.map(|_| ())
}
