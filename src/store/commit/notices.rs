//! Notices, their copies and their numbers. Each is guarded by its own version; a number is taken in the
//! transaction that signs.

use std::collections::HashMap;

use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::decision::{Aggregate, Decision};
use crate::domain::notice::effects::NoticeEffect;
use crate::domain::notice::overdue::Matter;
use crate::domain::notice::series::Series;
use crate::domain::notice::{CopyStanding, Notice, Stamp, Standing};

pub(super) async fn lock(
    tx: &mut PgConnection,
    of: Aggregate,
    ids: &[Uuid],
    held: &mut HashMap<(Aggregate, Uuid), i32>,
) -> sqlx::Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let rows: Vec<(Uuid, i32)> = match of {
        Aggregate::Notice => sqlx::query!(
            "SELECT id, version FROM notice WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED",
            ids,
        )
        .fetch_all(tx)
        .await?
        .into_iter()
        .map(|row| (row.id, row.version))
        .collect(),
        Aggregate::Copy => sqlx::query!(
            "SELECT id, version FROM notice_copy WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED",
            ids,
        )
        .fetch_all(tx)
        .await?
        .into_iter()
        .map(|row| (row.id, row.version))
        .collect(),
        _ => sqlx::query!(
            "SELECT id, version FROM series WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED",
            ids,
        )
        .fetch_all(tx)
        .await?
        .into_iter()
        .map(|row| (row.id, row.version))
        .collect(),
    };
    held.extend(rows.into_iter().map(|(id, version)| ((of, id), version)));
    Ok(())
}

pub(super) async fn write(
    tx: &mut PgConnection,
    decision: &Decision,
    effect: &NoticeEffect,
) -> sqlx::Result<()> {
    match effect {
        NoticeEffect::Drafted(new) => draft(tx, new).await,
        NoticeEffect::Moved { notice, next } => move_on(tx, *notice, next).await,
        NoticeEffect::Refreshed(of) => refresh(tx, of).await,
        NoticeEffect::CopiedTo { notice, copies } => copy_to(tx, *notice, copies).await,
        NoticeEffect::NumberTaken(series) => number(tx, series).await,
        NoticeEffect::CopyMoved { copy, next } => move_copy(tx, *copy, next).await,
        NoticeEffect::AnswerReturned { copy, reason } => sqlx::query!(
            r#"
            UPDATE notice_answer
            SET returned_at = $2, returned = $3
            WHERE id = (SELECT id FROM notice_answer WHERE copy = $1 ORDER BY at DESC, id DESC LIMIT 1)
            "#,
            copy,
            decision.now.utc,
            reason,
        )
        .execute(tx)
        .await
        .map(drop),
        NoticeEffect::Answered { id, copy, text } => sqlx::query!(
            "INSERT INTO notice_answer (id, copy, post, at, text) VALUES ($1, $2, $3, $4, $5)",
            id,
            copy,
            decision.actor.post,
            decision.now.utc,
            text,
        )
        .execute(tx)
        .await
        .map(drop),
        NoticeEffect::Escalated { copies, by } => sqlx::query!(
            r#"
            UPDATE notice_copy
            SET escalated_at = $2, escalated_by = $3, version = version + 1
            WHERE id = ANY($1)
            "#,
            copies,
            decision.now.utc,
            by,
        )
        .execute(tx)
        .await
        .map(drop),
        NoticeEffect::Delivered { copy, delivered } => sqlx::query!(
            r#"
            WITH withdrawn AS (
                UPDATE outbox
                SET state = 'withdrawn', hold = NULL, reason = 'delivered otherwise', settled_at = $4
                WHERE copy = $1
                  AND kind = 'copy'
                  AND chat IS NULL
                  AND state IN ('due', 'held')
                RETURNING copy
            ), fate AS (
                INSERT INTO copy_fate (copy, at, fate, reason)
                SELECT copy, $4, 'withdrawn', 'delivered otherwise'
                FROM withdrawn
                ON CONFLICT DO NOTHING
            )
            UPDATE notice_copy
            SET delivered_on = $2, delivered_how = $3, version = version + 1
            WHERE id = $1
            "#,
            copy,
            delivered.on,
            delivered.how,
            decision.now.utc,
        )
        .execute(tx)
        .await
        .map(drop),
        NoticeEffect::PutUp(matters) => put_up(tx, decision, matters).await,
        NoticeEffect::LetThrough { rows, how, .. } => sqlx::query!(
            r#"
            UPDATE outbox
            SET state = 'due', hold = NULL, let_through = $2, not_before = $3
            WHERE seq = ANY($1)
              AND kind = 'copy'
              AND chat IS NULL
              AND state IN ('due', 'held')
            "#,
            rows,
            how.code(),
            decision.now.utc,
        )
        .execute(tx)
        .await
        .map(drop),
        NoticeEffect::AgencySet { abbr, name } => sqlx::query!(
            "INSERT INTO agency (abbr, name, set_by, recorded_at) VALUES ($1, $2, $3, $4)",
            abbr,
            name,
            decision.actor.post,
            decision.now.utc,
        )
        .execute(tx)
        .await
        .map(drop),
    }
}

async fn put_up(tx: &mut PgConnection, decision: &Decision, matters: &[(Uuid, Matter)]) -> sqlx::Result<()> {
    let (subjects, codes): (Vec<Uuid>, Vec<&str>) =
        matters.iter().map(|(subject, matter)| (*subject, matter.code())).unzip();
    sqlx::query!(
        r#"
        INSERT INTO put_up (subject, matter, at)
        SELECT subject, matter, $3
        FROM unnest($1::uuid[], $2::text[]) AS m (subject, matter)
        ON CONFLICT DO NOTHING
        "#,
        &subjects,
        &codes as &[&str],
        decision.now.utc,
    )
    .execute(tx)
    .await
    .map(drop)
}

async fn draft(tx: &mut PgConnection, new: &Notice) -> sqlx::Result<()> {
    let figures = figures(new)?;
    sqlx::query!(
        r#"
        INSERT INTO notice
            (id, handle, round, form, state, title, basis, demand, answer_by, as_of, basis_version, proposal,
             drafted_by, drafted_at, figures)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        "#,
        new.id,
        new.handle,
        new.round,
        new.form.code(),
        new.standing.state.code(),
        new.title,
        new.basis,
        new.standing.demand,
        new.standing.answer_by,
        new.as_of,
        new.basis_version,
        new.proposal,
        new.drafted.post,
        new.drafted.at,
        figures,
    )
    .execute(&mut *tx)
    .await?;
    lines(tx, new).await?;
    let (ids, units): (Vec<Uuid>, Vec<Uuid>) = new.copies.iter().map(|copy| (copy.id, copy.unit.id)).unzip();
    let told: Vec<bool> = new.copies.iter().map(|copy| copy.for_information).collect();
    sqlx::query!(
        r#"
        INSERT INTO notice_copy (id, notice, unit, for_information, position)
        SELECT id, $4, unit, for_information, place
        FROM unnest($1::uuid[], $2::uuid[], $3::bool[]) WITH ORDINALITY AS c (id, unit, for_information, place)
        "#,
        &ids,
        &units,
        &told,
        new.id,
    )
    .execute(tx)
    .await
    .map(drop)
}

/// Nothing has become of the copies of a draft.
async fn copy_to(tx: &mut PgConnection, notice: Uuid, copies: &[(Uuid, Uuid)]) -> sqlx::Result<()> {
    sqlx::query!("DELETE FROM notice_copy WHERE notice = $1 AND is_cc", notice).execute(&mut *tx).await?;
    let (ids, units): (Vec<Uuid>, Vec<Uuid>) = copies.iter().copied().unzip();
    sqlx::query!(
        r#"
        INSERT INTO notice_copy (id, notice, unit, for_information, is_cc, position)
        SELECT id, $3, unit, true, true, place + (SELECT max(position) FROM notice_copy WHERE notice = $3)
        FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS c (id, unit, place)
        "#,
        &ids,
        &units,
        notice,
    )
    .execute(tx)
    .await
    .map(drop)
}

async fn lines(tx: &mut PgConnection, of: &Notice) -> sqlx::Result<()> {
    let items: Vec<Uuid> = of.lines.iter().map(|line| line.item).collect();
    let facts: Vec<&str> = of.lines.iter().map(|line| line.fact.as_str()).collect();
    sqlx::query!(
        r#"
        INSERT INTO notice_item (notice, item, position, fact)
        SELECT $3, item, place, fact
        FROM unnest($1::uuid[], $2::text[]) WITH ORDINALITY AS l (item, fact, place)
        ON CONFLICT (notice, item) DO UPDATE SET fact = EXCLUDED.fact, position = EXCLUDED.position
        "#,
        &items,
        &facts as &[&str],
        of.id,
    )
    .execute(tx)
    .await
    .map(drop)
}

async fn refresh(tx: &mut PgConnection, of: &Notice) -> sqlx::Result<()> {
    let figures = figures(of)?;
    let named: Vec<Uuid> = of.lines.iter().map(|line| line.item).collect();
    let told = of.copies.iter().filter(|copy| copy.for_information).map(|copy| copy.unit.id);
    let told: Vec<Uuid> = told.collect();
    lines(&mut *tx, of).await?;
    sqlx::query!(
        r#"
        WITH gone AS (
            DELETE FROM notice_item WHERE notice = $1 AND item <> ALL ($6)
        ), told AS (
            UPDATE notice_copy SET for_information = (unit = ANY($7)) WHERE notice = $1
        )
        UPDATE notice SET basis = $2, as_of = $3, basis_version = $4, figures = $5 WHERE id = $1
        "#,
        of.id,
        of.basis,
        of.as_of,
        of.basis_version,
        figures,
        &named,
        &told,
    )
    .execute(tx)
    .await
    .map(drop)
}

fn figures(of: &Notice) -> sqlx::Result<Option<serde_json::Value>> {
    let figures = of.figures.as_ref().map(serde_json::to_value).transpose();
    figures.map_err(|error| sqlx::Error::Encode(error.into()))
}

async fn move_on(tx: &mut PgConnection, notice: Uuid, next: &Standing) -> sqlx::Result<()> {
    let (checked, signed) = (next.checked.as_ref(), next.signed.as_ref());
    sqlx::query!(
        r#"
        UPDATE notice
        SET version = version + 1,
            state = $2,
            number = $3,
            demand = $4,
            answer_by = $5,
            checked_by = $6,
            checked_at = $7,
            signed_by = $8,
            signed_at = $9,
            ended_at = $10,
            void_reason = $11,
            approval = $12,
            appointment = $13,
            report_by = $14,
            cc = $15
        WHERE id = $1
        "#,
        notice,
        next.state.code(),
        next.number,
        next.demand,
        next.answer_by,
        checked.map(|stamp| stamp.post),
        checked.map(|stamp| stamp.at),
        signed.map(|stamp| stamp.post),
        signed.map(|stamp| stamp.at),
        next.ended_at,
        next.void_reason,
        next.approval,
        next.appointment,
        next.report_by,
        next.cc,
    )
    .execute(tx)
    .await
    .map(drop)
}

/// The series behind a number that was taken. Two that begin the same one at once: `series_once` lets one
/// through, and the other decides again.
async fn number(tx: &mut PgConnection, series: &Series) -> sqlx::Result<()> {
    match series.version {
        None => sqlx::query!(
            "INSERT INTO series (id, abbr, form, year, next) VALUES ($1, $2, $3, $4, $5)",
            series.id,
            series.abbr,
            series.form.code(),
            series.year,
            series.next,
        )
        .execute(tx)
        .await
        .map(drop),
        Some(_) => sqlx::query!(
            "UPDATE series SET next = $2, version = version + 1 WHERE id = $1",
            series.id,
            series.next,
        )
        .execute(tx)
        .await
        .map(drop),
    }
}

async fn move_copy(tx: &mut PgConnection, copy: Uuid, next: &CopyStanding) -> sqlx::Result<()> {
    let stamp = |stamp: &Option<Stamp>| stamp.as_ref().map(|stamp| (stamp.post, stamp.at)).unzip();
    let (signed_by, signed_at) = stamp(&next.signed);
    let (closed_by, closed_at) = stamp(&next.closed);
    sqlx::query!(
        r#"
        UPDATE notice_copy
        SET version = version + 1,
            signed_by = $2,
            signed_at = $3,
            promised_on = $4,
            answered_at = $5,
            returned = $6,
            closed_by = $7,
            closed_at = $8
        WHERE id = $1
        "#,
        copy,
        signed_by,
        signed_at,
        next.promised_on,
        next.answered_at,
        next.returned,
        closed_by,
        closed_at,
    )
    .execute(tx)
    .await
    .map(drop)
}
