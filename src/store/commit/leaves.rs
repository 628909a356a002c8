//! Leaves and who stands in: taken and ended one by one.

use std::collections::HashMap;

use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::decision::{Aggregate, Decision};
use crate::domain::leave::NewLeave;

pub(super) async fn lock(
    tx: &mut PgConnection,
    leaves: &[Uuid],
    held: &mut HashMap<(Aggregate, Uuid), i32>,
) -> sqlx::Result<()> {
    if !leaves.is_empty() {
        let rows = sqlx::query!(
            "SELECT id, version FROM leave WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED",
            leaves,
        )
        .fetch_all(tx)
        .await?;
        held.extend(rows.into_iter().map(|row| ((Aggregate::Leave, row.id), row.version)));
    }
    Ok(())
}

/// A new leave. Both posts' versions move: whoever decided about them without knowing of it decides again.
pub(super) async fn take(tx: &mut PgConnection, leave: &NewLeave, decision: &Decision) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        WITH moved AS (
            UPDATE post
            SET version = version + 1,
                stands_in_until = CASE WHEN id = $3 THEN GREATEST(stands_in_until, $5) ELSE stands_in_until END
            WHERE id IN ($2, $3)
        )
        INSERT INTO leave (id, post, substitute_post, from_on, to_on, taken_by, taken_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        "#,
        leave.id,
        leave.post,
        leave.substitute,
        leave.from_on,
        leave.to_on,
        decision.actor.post,
        decision.now.utc,
    )
    .execute(tx)
    .await
    .map(|_| ())
}

pub(super) async fn end(tx: &mut PgConnection, leave: Uuid, decision: &Decision) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE leave SET ended_on = $2, ended_by = $3, version = version + 1 WHERE id = $1",
        leave,
        decision.now.today(),
        decision.actor.post,
    )
    .execute(tx)
    .await
    .map(|_| ())
}
