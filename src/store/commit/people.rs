//! Holders, binding codes and refusals: rare, one statement each.

use std::collections::HashMap;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::Lang;
use crate::domain::decision::{Aggregate, NewCode, NewHolder};

/// Locks holders and codes that change.
pub(super) async fn lock(
    tx: &mut PgConnection,
    holders: &[Uuid],
    codes: &[Uuid],
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
    Ok(())
}

/// Locks posts that change, and those that are rested on.
pub(super) async fn lock_posts(
    tx: &mut PgConnection,
    changing: &[Uuid],
    rested: &[Uuid],
    held: &mut HashMap<(Aggregate, Uuid), i32>,
) -> sqlx::Result<()> {
    if !changing.is_empty() {
        let rows = sqlx::query!(
            "SELECT id, version FROM post WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED",
            changing,
        )
        .fetch_all(&mut *tx)
        .await?;
        held.extend(rows.into_iter().map(|row| ((Aggregate::Post, row.id), row.version)));
    }
    if !rested.is_empty() {
        let rows = sqlx::query!(
            "SELECT id, version FROM post WHERE id = ANY($1) ORDER BY id FOR SHARE SKIP LOCKED",
            rested,
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
        ), heard AS (
            -- 免打扰 was the predecessor's.
            UPDATE post SET quiet_until = NULL, version = version + 1 WHERE id = $2 AND quiet_until IS NOT NULL
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

/// Ends a holding. What was already addressed to this person and concerns a unit or a post finds whoever
/// comes next.
pub(super) async fn end(
    tx: &mut PgConnection,
    holder: Uuid,
    by: Option<Uuid>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        WITH addressed_anew AS (
            UPDATE outbox
            SET platform = NULL, chat = NULL, to_holder = NULL, for_post = NULL,
                on_doubt = CASE
                    WHEN kind NOT IN ('warning', 'notice', 'dispatch') THEN on_doubt
                    WHEN cardinality(warnings) > 1 THEN 'hold'
                    ELSE 'repeat'
                END
            WHERE to_holder = $1
              AND state = 'due'
              AND audience IS DISTINCT FROM 'holder'
            RETURNING seq
        ), apart AS (
            -- What was to leave with it concerns somebody else, perhaps.
            UPDATE outbox p
            SET state = 'due', merged_into = NULL, settled_at = NULL, reason = NULL
            FROM addressed_anew a
            WHERE p.merged_into = a.seq
        ), unsaid AS (
            DELETE FROM spoken USING addressed_anew a WHERE spoken.seq = a.seq
        )
        UPDATE holder
        SET ended_at = $3, ended_by = $2, version = version + 1
        WHERE id = $1
        "#,
        holder,
        by,
        now,
    )
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
        r#"
        INSERT INTO binding_code (id, post, digest, expires_at, purpose, issued_by)
        VALUES ($1, $2, $3, $4, $5, $6)
        "#,
        code.id,
        code.post,
        code.digest,
        code.expires_at,
        code.purpose.code(),
        code.issued_by,
    )
    .execute(tx)
    .await
    .map(|_| ())
}

pub(super) async fn revoke_code(tx: &mut PgConnection, code: Uuid, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("UPDATE binding_code SET revoked_at = $2, version = version + 1 WHERE id = $1", code, now)
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
