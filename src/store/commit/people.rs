//! Holders, binding codes and refusals: rare, one statement each.

use std::collections::HashMap;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::Lang;
use crate::domain::decision::{Aggregate, NewCode, NewHolder};

/// Locks holders and codes that change, and posts that are rested on.
pub(super) async fn lock(
    tx: &mut PgConnection,
    holders: &[Uuid],
    codes: &[Uuid],
    posts: &[Uuid],
    held: &mut HashMap<(Aggregate, Uuid), i32>,
) -> sqlx::Result<()> {
    if !holders.is_empty() {
        let rows = sqlx::query!(
            "SELECT id, version FROM holder WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED",
            holders,
        )
        .fetch_all(&mut *tx)
        .await?;
        held.extend(rows.into_iter().map(|row| ((Aggregate::Holder, row.id), row.version)));
    }
    if !codes.is_empty() {
        let rows = sqlx::query!(
            "SELECT id, version FROM binding_code WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED",
            codes,
        )
        .fetch_all(&mut *tx)
        .await?;
        held.extend(rows.into_iter().map(|row| ((Aggregate::Code, row.id), row.version)));
    }
    if !posts.is_empty() {
        let rows = sqlx::query!(
            "SELECT id, version FROM post WHERE id = ANY($1) ORDER BY id FOR SHARE SKIP LOCKED",
            posts,
        )
        .fetch_all(&mut *tx)
        .await?;
        held.extend(rows.into_iter().map(|row| ((Aggregate::Post, row.id), row.version)));
    }
    Ok(())
}

/// A new holder; the code is used up, and this account's wrong guesses are forgotten.
pub(super) async fn bind(tx: &mut PgConnection, holder: &NewHolder, code: Uuid) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        WITH used AS (
            UPDATE binding_code SET used_by = $1, version = version + 1 WHERE id = $8
        ), forgotten AS (
            DELETE FROM bind_failure WHERE platform = $3 AND account = $4
        )
        INSERT INTO holder (id, post, platform, account, display_name, lang, bound_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        "#,
        holder.id,
        holder.post,
        holder.platform,
        holder.account,
        holder.display_name,
        holder.lang.code(),
        holder.bound_at,
        code,
    )
    .execute(tx)
    .await
    .map(|_| ())
}

pub(super) async fn end(tx: &mut PgConnection, holder: Uuid, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("UPDATE holder SET ended_at = $2, version = version + 1 WHERE id = $1", holder, now)
        .execute(tx)
        .await
        .map(|_| ())
}

pub(super) async fn choose_lang(tx: &mut PgConnection, holder: Uuid, lang: Lang) -> sqlx::Result<()> {
    sqlx::query!("UPDATE holder SET lang = $2, version = version + 1 WHERE id = $1", holder, lang.code())
        .execute(tx)
        .await
        .map(|_| ())
}

pub(super) async fn issue_code(tx: &mut PgConnection, code: &NewCode) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO binding_code (id, post, digest, expires_at) VALUES ($1, $2, $3, $4)",
        code.id,
        code.post,
        code.digest,
        code.expires_at,
    )
    .execute(tx)
    .await
    .map(|_| ())
}

/// One more wrong code of this account. A quarter of an hour without one starts the count anew.
pub(super) async fn count_failure(
    tx: &mut PgConnection,
    platform: &str,
    account: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        INSERT INTO bind_failure (platform, account, failures, since)
        VALUES ($1, $2, 1, $3)
        ON CONFLICT (platform, account) DO UPDATE
        SET failures = CASE WHEN bind_failure.since < $4 THEN 1 ELSE bind_failure.failures + 1 END,
            since = $3
        "#,
        platform,
        account,
        now,
        now - crate::domain::people::GUESSING_WINDOW,
    )
    .execute(tx)
    .await
    .map(|_| ())
}

/// One more refusal of this kind in this minute; the sealer turns finished minutes into audit rows.
pub(super) async fn count_refusal(
    tx: &mut PgConnection,
    platform: &str,
    account: &str,
    what: &str,
    item: Option<Uuid>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        INSERT INTO refusal (minute, platform, account, what, item, count)
        VALUES ($1, $2, $3, $4, $5, 1)
        ON CONFLICT (minute, platform, account, what, item) DO UPDATE SET count = refusal.count + 1
        "#,
        now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now),
        platform,
        account,
        what,
        item.unwrap_or_default(),
    )
    .execute(tx)
    .await
    .map(|_| ())
}
