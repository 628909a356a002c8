//! The thresholds of a round: appended.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::basis::Threshold;
use crate::domain::decision::Decision;

/// Sets a threshold (`None`: back to the default) and moves the version that every process watches. The batch
/// marks the open items for a new look.
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
    .execute(tx)
    .await
    .map(|_| ())
}
