//! The thresholds of a round: appended, with everything that rests on them looked at again.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::basis::Threshold;
use crate::domain::decision::Decision;

/// Sets a threshold (`None`: back to the default), moves the version that every process watches, and marks
/// the round's open items for a new look. Their versions move: whoever decided by the old numbers decides
/// again, and cannot write the mark away.
pub(super) async fn set(
    tx: &mut PgConnection,
    round: Uuid,
    threshold: Threshold,
    values: Option<&[i32]>,
    decision: &Decision,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        WITH rebased AS (
            UPDATE basis_version SET version = version + 1
        )
        INSERT INTO threshold (round, name, value, since, set_by, recorded_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        "#,
        round,
        threshold.spec().code,
        values,
        decision.now.today(),
        decision.actor.post,
        decision.now.utc,
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        r#"
        WITH open AS MATERIALIZED (
            -- In key order, like every lock on items.
            SELECT id FROM item WHERE round = $1 AND next_check_on > $2 ORDER BY id FOR NO KEY UPDATE
        )
        UPDATE item
        SET next_check_on = $2, version = version + 1
        FROM open
        WHERE item.id = open.id
        "#,
        round,
        decision.now.today(),
    )
    .execute(tx)
    .await
    .map(|_| ())
}
