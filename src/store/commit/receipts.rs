//! What the office warns of by hand, and receipts: the first who signs for a warning is kept, a later promise moves its day.

use sqlx::PgConnection;

use crate::domain::decision::Decision;
use crate::domain::receipt::NewReceipt;
use crate::domain::warning::NewManual;

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

pub(super) async fn warn(tx: &mut PgConnection, decision: &Decision, new: &NewManual) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO manual_warning (id, item, colour, words, by_post, at) VALUES ($1, $2, $3, $4, $5, $6)",
        new.id,
        new.item,
        new.colour.code,
        new.text,
        decision.actor.post,
        decision.now.utc,
    )
    .execute(tx)
    .await
    .map(|_| ())
}
