//! Receipts: the first who signs for a warning is kept, a later promise moves its day.

use sqlx::PgConnection;

use crate::domain::decision::Decision;
use crate::domain::receipt::NewReceipt;

pub(super) async fn give(tx: &mut PgConnection, decision: &Decision, new: &NewReceipt) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        INSERT INTO receipt (warning, post, signed_at, promised_on)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (warning) DO UPDATE SET
            -- Who signed, and when, stays.
            promised_on = coalesce(excluded.promised_on, receipt.promised_on)
        "#,
        new.warning,
        decision.actor.post,
        decision.now.utc,
        new.promised_on,
    )
    .execute(tx)
    .await
    .map(|_| ())
}
