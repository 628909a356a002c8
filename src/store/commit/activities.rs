//! What was done beside the items, and what site visits found.

use std::collections::HashMap;

use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::activity::{ActivityEffect, NewActivity, NewTask};
use crate::domain::decision::{Aggregate, Decision};

pub(super) async fn lock(
    tx: &mut PgConnection,
    activities: &[Uuid],
    tasks: &[Uuid],
    held: &mut HashMap<(Aggregate, Uuid), i32>,
) -> sqlx::Result<()> {
    if !activities.is_empty() {
        let rows = sqlx::query!(
            "SELECT id, version FROM activity WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED",
            activities,
        )
        .fetch_all(&mut *tx)
        .await?;
        held.extend(rows.into_iter().map(|row| ((Aggregate::Activity, row.id), row.version)));
    }
    if !tasks.is_empty() {
        let rows = sqlx::query!(
            "SELECT id, version FROM finding_task WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED",
            tasks,
        )
        .fetch_all(tx)
        .await?;
        held.extend(rows.into_iter().map(|row| ((Aggregate::Task, row.id), row.version)));
    }
    Ok(())
}

pub(super) async fn write(
    tx: &mut PgConnection,
    decision: &Decision,
    effect: &ActivityEffect,
) -> sqlx::Result<()> {
    let (post, now) = (decision.actor.post, decision.now.utc);
    match effect {
        ActivityEffect::Recorded(new) => record(tx, decision, new).await,
        ActivityEffect::TaskGiven(new) => give(tx, decision, new).await,
        ActivityEffect::Revoked { activity } => sqlx::query!(
            "UPDATE activity SET revoked_by = $2, revoked_at = $3, version = version + 1 WHERE id = $1",
            activity,
            post,
            now,
        )
        .execute(tx)
        .await
        .map(drop),
        ActivityEffect::TaskDone { task, text } => sqlx::query!(
            r#"
            UPDATE finding_task
            SET done_text = $2, done_by = $3, done_at = $4, version = version + 1
            WHERE id = $1
            "#,
            task,
            text,
            post,
            now,
        )
        .execute(tx)
        .await
        .map(drop),
        ActivityEffect::TaskClosed { task } => sqlx::query!(
            "UPDATE finding_task SET closed_by = $2, closed_at = $3, version = version + 1 WHERE id = $1",
            task,
            post,
            now,
        )
        .execute(tx)
        .await
        .map(drop),
    }
}

async fn record(tx: &mut PgConnection, decision: &Decision, new: &NewActivity) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        INSERT INTO activity
            (id, handle, kind, on_day, round, title, carrier, count, items, units, notice, by_post, recorded_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        "#,
        new.id,
        new.handle,
        new.kind.code(),
        new.on,
        new.round,
        new.title,
        new.carrier.map(|carrier| carrier.code()),
        new.count,
        &new.items,
        &new.units,
        new.notice,
        decision.actor.post,
        decision.now.utc,
    )
    .execute(tx)
    .await
    .map(drop)
}

async fn give(tx: &mut PgConnection, decision: &Decision, new: &NewTask) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        INSERT INTO finding_task (id, handle, activity, unit, text, due_on, given_by, given_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        "#,
        new.id,
        new.handle,
        new.activity,
        new.unit,
        new.text,
        new.due_on,
        decision.actor.post,
        decision.now.utc,
    )
    .execute(tx)
    .await
    .map(drop)
}
