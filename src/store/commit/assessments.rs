//! Assessments: an edition with its sheets, and what becomes of it. Appended rows are guarded by the edition's
//! version, which every later step moves.

use std::collections::HashMap;

use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::assessment::Draft;
use crate::domain::assessment::edition::{AssessmentEffect, NewEdition, concerned};
use crate::domain::decision::{Aggregate, Decision};

pub(super) async fn lock(
    tx: &mut PgConnection,
    ids: &[Uuid],
    held: &mut HashMap<(Aggregate, Uuid), i32>,
) -> sqlx::Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let rows = sqlx::query!(
        "SELECT id, version FROM assessment WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED",
        ids,
    )
    .fetch_all(tx)
    .await?;
    held.extend(rows.into_iter().map(|row| ((Aggregate::Assessment, row.id), row.version)));
    Ok(())
}

pub(super) async fn write(
    tx: &mut PgConnection,
    decision: &Decision,
    effect: &AssessmentEffect,
) -> sqlx::Result<()> {
    let (post, now) = (decision.actor.post, decision.now.utc);
    match effect {
        AssessmentEffect::Drafted(new) => draft(tx, decision, new).await,
        AssessmentEffect::Sent { edition, appeal_by } => sqlx::query!(
            r#"
            UPDATE assessment
            SET sent_by = $2, sent_at = $3, appeal_by = $4, version = version + 1
            WHERE id = $1
            "#,
            edition,
            post,
            now,
            appeal_by,
        )
        .execute(tx)
        .await
        .map(drop),
        AssessmentEffect::Appealed { edition, sheet, place, handle, text } => sqlx::query!(
            r#"
            WITH moved AS (UPDATE assessment SET version = version + 1 WHERE id = $1)
            INSERT INTO assessment_appeal (handle, sheet, place, post, at, text) VALUES ($2, $3, $4, $5, $6, $7)
            "#,
            edition,
            handle,
            sheet,
            place,
            post,
            now,
            text,
        )
        .execute(tx)
        .await
        .map(drop),
        AssessmentEffect::Decided { edition, handle, holds, reason } => sqlx::query!(
            r#"
            WITH moved AS (
                UPDATE assessment SET version = version + 1 WHERE id = $1
            ), decided AS (
                UPDATE assessment_appeal
                SET holds = $3, reason = $4, decided_by = $5, decided_at = $6
                WHERE handle = $2
                RETURNING sheet, place
            )
            UPDATE assessment_deduction d
            SET struck = $4
            FROM decided
            WHERE $3 AND d.sheet = decided.sheet AND d.place = decided.place
            "#,
            edition,
            handle,
            holds,
            reason,
            post,
            now,
        )
        .execute(tx)
        .await
        .map(drop),
        AssessmentEffect::Published { edition } => sqlx::query!(
            "UPDATE assessment SET published_by = $2, published_at = $3, version = version + 1 WHERE id = $1",
            edition,
            post,
            now,
        )
        .execute(tx)
        .await
        .map(drop),
    }
}

async fn draft(tx: &mut PgConnection, decision: &Decision, new: &NewEdition) -> sqlx::Result<()> {
    let edition = &new.edition;
    sqlx::query!(
        r#"
        INSERT INTO assessment
            (id, round, year, quarter, number, weights, basis_version, reason, drafted_by, drafted_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        "#,
        edition.id,
        edition.round,
        edition.term.year,
        edition.term.quarter,
        edition.number,
        &edition.weights,
        new.basis_version,
        edition.reason,
        edition.drafted_by,
        decision.now.utc,
    )
    .execute(&mut *tx)
    .await?;
    for (at, sheet) in (1..).zip(&new.sheets) {
        write_sheet(tx, edition.id, at, sheet).await?;
    }
    Ok(())
}

async fn write_sheet(tx: &mut PgConnection, edition: Uuid, at: i32, sheet: &Draft) -> sqlx::Result<()> {
    let id = Uuid::now_v7();
    let concerns = concerned(sheet);
    sqlx::query!(
        r#"
        INSERT INTO assessment_sheet (id, assessment, unit, position, items, concerns)
        VALUES ($1, $2, $3, $4, $5, $6)
        "#,
        id,
        edition,
        sheet.unit,
        at,
        i32::try_from(sheet.items).unwrap_or(i32::MAX),
        &concerns as &[&str],
    )
    .execute(&mut *tx)
    .await?;
    let lost = &sheet.deductions;
    sqlx::query!(
        r#"
        INSERT INTO assessment_deduction
            (sheet, place, indicator, item, number, title, why, why_en, points, struck)
        SELECT $1, place::integer, indicator, item, number, title, why, why_en, points, struck
        FROM unnest(
            $2::text[], $3::uuid[], $4::integer[], $5::text[], $6::text[], $7::text[], $8::float8[], $9::text[]
        ) WITH ORDINALITY AS d (indicator, item, number, title, why, why_en, points, struck, place)
        "#,
        id,
        &lost.iter().map(|lost| lost.indicator.code()).collect::<Vec<_>>() as &[&str],
        &lost.iter().map(|lost| lost.item).collect::<Vec<_>>(),
        &lost.iter().map(|lost| lost.number).collect::<Vec<_>>(),
        &lost.iter().map(|lost| lost.title.as_str()).collect::<Vec<_>>() as &[&str],
        &lost.iter().map(|lost| lost.why.zh.as_str()).collect::<Vec<_>>() as &[&str],
        &lost.iter().map(|lost| lost.why.en.as_str()).collect::<Vec<_>>() as &[&str],
        &lost.iter().map(|lost| lost.points).collect::<Vec<_>>(),
        &lost.iter().map(|lost| lost.struck.as_str()).collect::<Vec<_>>() as &[&str],
    )
    .execute(tx)
    .await
    .map(drop)
}
