//! Carries out one import: all of it in one transaction, or nothing. Rows that change are locked in
//! key order and compared with what the plan was made from; whoever reads meanwhile reads the old
//! ledger. Called by whoever runs an import, on a connection of its own.

use anyhow::Context;
use chrono::{DateTime, Utc};
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::{Connection, PgConnection};

use crate::domain::Now;
use crate::domain::decision::Actor;
use crate::domain::ledger_file::{Counts, FileKind, Moved, Outcome, Plan};

mod applications;
mod history;
mod items;
mod people;
mod sign_offs;
mod texts;

/// Rows per statement: large enough to forget the round trip, small enough to tell progress by.
const CHUNK: usize = 5_000;

/// The account of imports in `inbox`.
const ACCOUNT: &str = "import";

/// Writes the plan. `progress` is told the number of items written. Anything but
/// [`Outcome::Written`] has written nothing.
pub async fn write(
    conn: &mut PgConnection,
    plan: &Plan<'_>,
    actor: &Actor,
    now: Now,
    progress: &mut (dyn FnMut(usize) + Send),
) -> anyhow::Result<Outcome> {
    if plan.is_empty() {
        return Ok(Outcome::Nothing);
    }
    let mut tx = conn.begin().await.context("beginning the import")?;
    match everything(&mut tx, plan, actor, now, progress).await {
        Ok(Outcome::Written) => {
            tx.commit().await.context("committing the import")?;
            Ok(Outcome::Written)
        }
        Ok(other) => {
            tx.rollback().await.context("rolling the import back")?;
            Ok(other)
        }
        Err(why) => {
            // The connection may be gone; what matters is the first error.
            _ = tx.rollback().await;
            taken(&why).map(Outcome::Moved).ok_or(why)
        }
    }
}

async fn everything(
    conn: &mut PgConnection,
    plan: &Plan<'_>,
    actor: &Actor,
    now: Now,
    progress: &mut (dyn FnMut(usize) + Send),
) -> anyhow::Result<Outcome> {
    if !claim(conn, &origin_key(plan), now.utc).await? {
        return Ok(Outcome::Repeat);
    }
    if let Some(round) = plan.round.as_ref().filter(|round| round.is_new) {
        people::round(conn, round).await.context("writing the round")?;
    }
    if let Some(moved) = people::units(conn, &plan.units).await.context("writing the units")? {
        return Ok(Outcome::Moved(moved));
    }
    if let Some(moved) = people::posts(conn, &plan.posts).await.context("writing the posts")? {
        return Ok(Outcome::Moved(moved));
    }
    if let Some(round) = &plan.round {
        let mut written = 0;
        for steps in plan.items.chunks(CHUNK) {
            if let Some(moved) =
                items::write(conn, round.id, steps, plan.as_of, now.utc).await.context("writing the items")?
            {
                return Ok(Outcome::Moved(moved));
            }
            history::write(conn, steps, actor.post, now.utc).await.context("writing the history")?;
            applications::write(conn, steps, plan.as_of).await.context("writing the applications")?;
            sign_offs::write(conn, steps, plan.as_of).await.context("writing the sign-offs")?;
            written += steps.len();
            progress(written);
        }
    }
    audit(conn, plan, actor, now.utc).await.context("writing the audit rows")?;
    Ok(Outcome::Written)
}

/// The digest of what was brought, and the decision made of it: the same files on a ledger that has
/// moved are another decision, and one that changes nothing is not written at all.
fn origin_key(plan: &Plan<'_>) -> String {
    let mut hash = Sha256::new();
    let round = plan.round.as_ref().map_or("", |round| round.name);
    hash.update(format!("{round}\n{}\n", plan.as_of));
    for file in plan.files {
        hash.update(format!("{} {}\n", file.kind.code(), file.digest));
    }
    let digest: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{digest}:{}", plan.id)
}

async fn claim(conn: &mut PgConnection, key: &str, at: DateTime<Utc>) -> sqlx::Result<bool> {
    let claimed = sqlx::query!(
        r#"
        INSERT INTO inbox (account, key, received_at)
        VALUES ($1, $2, $3)
        ON CONFLICT DO NOTHING
        "#,
        ACCOUNT,
        key,
        at,
    )
    .execute(conn)
    .await?;
    Ok(claimed.rows_affected() == 1)
}

/// One audit row per file: what came, as digest and counts. Names of files may name people.
async fn audit(
    conn: &mut PgConnection,
    plan: &Plan<'_>,
    actor: &Actor,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    for file in plan.files {
        let counts = match file.kind {
            FileKind::Units => counted(plan.unit_counts),
            FileKind::Posts => counted(plan.post_counts),
            FileKind::Ledger => counted(plan.item_counts),
            FileKind::History => json!({ "inserted": plan.new_events, "unchanged": plan.known_events }),
        };
        let details = json!({
            "file": file.kind.code(), "sha256": file.digest, "rows": file.rows,
            "round": plan.round.as_ref().map(|round| round.id), "as_of": plan.as_of, "counts": counts,
        });
        sqlx::query!(
            r#"
            INSERT INTO audit (at, action, actor_post, actor_account, details)
            VALUES ($1, 'import', $2, $3, $4)
            "#,
            at,
            actor.post,
            actor.account.as_deref(),
            details,
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

fn counted(counts: Counts) -> serde_json::Value {
    json!({ "inserted": counts.inserted, "updated": counts.updated, "unchanged": counts.unchanged })
}

/// A unique constraint that fired: somebody wrote the same natural key since the facts were read.
fn taken(why: &anyhow::Error) -> Option<Moved> {
    let database = why.downcast_ref::<sqlx::Error>()?.as_database_error()?;
    database.is_unique_violation().then(|| Moved::Taken(database.constraint().unwrap_or("?").to_owned()))
}
