//! 免打扰, and what the office lets through.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::decision::{Decision, LetOut};

/// The last day on which nothing is said to a post unasked. What was held because of it is tried at once:
/// where it still holds, it waits anew.
pub(super) async fn set(
    tx: &mut PgConnection,
    post: Uuid,
    until: Option<chrono::NaiveDate>,
    decision: &Decision,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        WITH tried_again AS (
            UPDATE outbox o
            SET not_before = $3
            FROM holder h
            WHERE o.state = 'held' AND o.hold = 'quiet' AND h.id = o.to_holder AND h.post = $1
        )
        UPDATE post SET quiet_until = $2, version = version + 1 WHERE id = $1
        "#,
        post,
        until,
        decision.now.utc,
    )
    .execute(tx)
    .await
    .map(|_| ())
}

/// These warnings leave the rows in which they wait, for a row of their own that passes.
pub(super) async fn let_through(
    tx: &mut PgConnection,
    out: &LetOut,
    decision: &Decision,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        WITH waiting AS (
            SELECT seq, warnings
            FROM outbox
            WHERE seq = ANY($1) AND chat IS NULL AND state IN ('due', 'held')
            ORDER BY seq
            FOR NO KEY UPDATE
        ), left_behind AS (
            UPDATE outbox o
            SET warnings = ARRAY(SELECT id FROM unnest(o.warnings) AS w (id) WHERE id <> ALL ($2)),
                on_doubt = CASE WHEN o.warnings <@ $2 THEN o.on_doubt ELSE 'hold' END,
                state = CASE WHEN o.warnings <@ $2 THEN 'withdrawn' ELSE o.state END,
                hold = CASE WHEN o.warnings <@ $2 THEN NULL ELSE o.hold END,
                reason = CASE WHEN o.warnings <@ $2 THEN 'let through' ELSE o.reason END,
                settled_at = CASE WHEN o.warnings <@ $2 THEN clock_timestamp() ELSE o.settled_at END
            FROM waiting
            WHERE o.seq = waiting.seq
        ), out AS (
            SELECT w.id, w.unit
            FROM waiting
            CROSS JOIN unnest(waiting.warnings) AS said (id)
            JOIN warning w ON w.id = said.id
            WHERE w.id = ANY($2)
        ), fated AS (
            INSERT INTO warning_fate (warning, at, fate, reason, post)
            SELECT id, $3, 'let_through', $4, $5 FROM out
            ON CONFLICT DO NOTHING
        )
        INSERT INTO outbox
            (kind, lane, audience_unit, warnings, on_doubt, not_before, let_through, created_at)
        SELECT
            'warning', 'chat', unit, array_agg(id ORDER BY id),
            CASE WHEN count(*) > 1 THEN 'hold' ELSE 'repeat' END, $3, $4, clock_timestamp()
        FROM out
        GROUP BY unit
        "#,
        &out.rows,
        &out.warnings,
        decision.now.utc,
        out.how.code(),
        decision.actor.post,
    )
    .execute(tx)
    .await
    .map(|_| ())
}
