//! 验收销号: applications, checks, publicity, objections, sign-offs, and the days of an item. The item's lock
//! and version guard them.

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::Milestone;
use crate::domain::acceptance::{AcceptanceEffect, Answer, Days, NewApplication, Point};
use crate::domain::decision::Decision;

pub(super) async fn write(
    tx: &mut PgConnection,
    decision: &Decision,
    effect: &AcceptanceEffect,
) -> sqlx::Result<()> {
    let today = decision.now.today();
    let by = decision.actor.post;
    match effect {
        AcceptanceEffect::Applied(new) => return apply(tx, decision, new).await,
        AcceptanceEffect::Answered { item, answers } => return keep(tx, *item, answers).await,
        AcceptanceEffect::Dated { item, version, days } => {
            return date(tx, decision, *item, *version, days).await;
        }
        AcceptanceEffect::Ended { application, why, reason, .. } => sqlx::query!(
            r#"
            UPDATE application
            SET closed_on = $2, closed_why = $3, closed_text = $4
            WHERE id = $1 AND closed_on IS NULL
            "#,
            application,
            today,
            why.code(),
            reason,
        ),
        AcceptanceEffect::CheckedBy { item, unit } => {
            sqlx::query!("UPDATE item SET acceptance_unit = $2 WHERE id = $1", item, *unit)
        }
        AcceptanceEffect::Checked { check, .. } => sqlx::query!(
            r#"
            INSERT INTO site_check (id, application, unit, post, checked_on, conclusion, text)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            "#,
            check.id,
            check.application,
            check.unit.id,
            check.post,
            check.checked_on,
            check.conclusion.code(),
            check.text,
        ),
        AcceptanceEffect::Published { window, .. } => sqlx::query!(
            r#"
            INSERT INTO publicity_window (id, application, post, starts_on, ends_on, days, opened_on)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            "#,
            window.id,
            window.application,
            by,
            window.starts_on,
            window.ends_on,
            window.days,
            today,
        ),
        AcceptanceEffect::Worded { id, application, text, .. } => sqlx::query!(
            "INSERT INTO public_wording (id, application, post, worded_on, text) VALUES ($1, $2, $3, $4, $5)",
            id,
            application,
            by,
            today,
            text,
        ),
        AcceptanceEffect::Objected { objection, .. } => sqlx::query!(
            r#"
            WITH stopped AS (
                UPDATE publicity_window SET stopped_on = $4 WHERE id = $2 AND stopped_on IS NULL
            )
            INSERT INTO objection (id, publicity, post, raised_on, text)
            VALUES ($1, $2, $3, $4, $5)
            "#,
            objection.id,
            objection.window,
            by,
            objection.raised_on,
            objection.text,
        ),
        AcceptanceEffect::Settled { objection, settled, .. } => sqlx::query!(
            r#"
            UPDATE objection
            SET settled_on = $2, upheld = $3, settlement = $4, settled_by = $5
            WHERE id = $1 AND settled_on IS NULL
            "#,
            objection,
            settled.on,
            settled.upheld,
            settled.text,
            by,
        ),
        AcceptanceEffect::SignedOff { id, item, no, application } => sqlx::query!(
            "INSERT INTO sign_off (id, item, no, application, post, signed_on) VALUES ($1, $2, $3, $4, $5, $6)",
            id,
            item,
            no,
            application,
            by,
            today,
        ),
        AcceptanceEffect::Told { windows, rechecks } => sqlx::query!(
            r#"
            WITH told AS (
                UPDATE recheck SET told_on = $3 WHERE id = ANY($2) AND told_on IS NULL
            )
            UPDATE publicity_window SET told_on = $3 WHERE id = ANY($1) AND told_on IS NULL
            "#,
            windows,
            rechecks,
            today,
        ),
        AcceptanceEffect::ExtensionAsked { item, extension } => sqlx::query!(
            r#"
            INSERT INTO extension
                (id, item, post, asked_on, reason, percent, old_deadline, new_deadline, confirmed_on,
                 confirmed_by)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, CASE WHEN $9::date IS NOT NULL THEN $3::uuid END)
            "#,
            extension.id,
            item,
            by,
            extension.asked_on,
            extension.reason,
            extension.percent,
            extension.old_deadline,
            extension.new_deadline,
            extension.confirmed_on,
        ),
        AcceptanceEffect::ExtensionConfirmed { extension, .. } => sqlx::query!(
            "UPDATE extension SET confirmed_on = $2, confirmed_by = $3 WHERE id = $1 AND confirmed_on IS NULL",
            extension,
            today,
            by,
        ),
        AcceptanceEffect::ExtensionClosed { extension, outcome, basis, .. } => sqlx::query!(
            r#"
            UPDATE extension
            SET closed_on = $2, outcome = $3, closed_by = $4, basis = $5
            WHERE id = $1 AND closed_on IS NULL
            "#,
            extension,
            today,
            outcome.code(),
            by,
            basis,
        ),
        AcceptanceEffect::ExtensionBased { extension, basis, .. } => sqlx::query!(
            "UPDATE extension SET basis = $2 WHERE id = $1 AND outcome = 'approved'",
            extension,
            basis,
        ),
        AcceptanceEffect::Relapsed { id, item, reason } => sqlx::query!(
            r#"
            WITH opened AS (
                UPDATE item SET opened_on = $4 WHERE id = $2
            )
            INSERT INTO relapse (id, item, post, relapsed_on, reason)
            VALUES ($1, $2, $3, $4, $5)
            "#,
            id,
            item,
            by,
            today,
            reason,
        ),
        AcceptanceEffect::Replanned { item, gone, come } => {
            return replan(tx, decision, *item, gone, come).await;
        }
        AcceptanceEffect::RecheckPlanned { id, item, sign_off, due_on } => sqlx::query!(
            "INSERT INTO recheck (id, item, sign_off, due_on) VALUES ($1, $2, $3, $4)",
            id,
            item,
            sign_off,
            due_on,
        ),
        AcceptanceEffect::Rechecked { item, recheck, outcome, text } => sqlx::query!(
            r#"
            UPDATE recheck
            SET done_on = $3,
                outcome = CASE WHEN id = $2 THEN $4 ELSE 'dropped' END,
                text = CASE WHEN id = $2 THEN $5 ELSE '' END,
                post = $6
            WHERE item = $1
              AND done_on IS NULL
              AND (id = $2 OR $4 = 'relapsed')
            "#,
            item,
            *recheck,
            today,
            outcome.code(),
            text,
            by,
        ),
    }
    .execute(tx)
    .await
    .map(|_| ())
}

async fn apply(tx: &mut PgConnection, decision: &Decision, new: &NewApplication) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        WITH answered AS (
            DELETE FROM application_draft WHERE item = $2
        )
        INSERT INTO application (id, item, unit, post, applied_on, summary)
        VALUES ($1, $2, $3, $4, $5, $6)
        "#,
        new.id,
        new.item,
        new.unit,
        new.post,
        decision.now.today(),
        new.summary,
    )
    .execute(&mut *tx)
    .await?;
    let Columns { standards, measures, needed, notes, files } = Columns::of(&new.answers);
    sqlx::query!(
        r#"
        INSERT INTO application_standard (application, place, standard, measure, needed, note, files)
        SELECT $1, place, standard, measure, needed, note, string_to_array(files, ',')::uuid[]
        FROM unnest($2::text[], $3::text[], $4::boolean[], $5::text[], $6::text[])
            WITH ORDINALITY AS a (standard, measure, needed, note, files, place)
        "#,
        new.id,
        &standards as &[&str],
        &measures as &[&str],
        &needed,
        &notes as &[&str],
        &files,
    )
    .execute(tx)
    .await
    .map(|_| ())
}

/// Answers column by column, for one statement.
struct Columns<'a> {
    standards: Vec<&'static str>,
    measures: Vec<&'a str>,
    needed: Vec<bool>,
    notes: Vec<&'a str>,
    /// The ids of each answer's files, between commas: arrays of arrays must be rectangles.
    files: Vec<String>,
}

impl<'a> Columns<'a> {
    fn of(answers: &'a [(Point, Answer)]) -> Columns<'a> {
        let ids = |answer: &Answer| answer.files.iter().map(Uuid::to_string).collect::<Vec<_>>().join(",");
        Columns {
            standards: answers.iter().map(|(point, _)| point.standard.code()).collect(),
            measures: answers.iter().map(|(point, _)| point.measure.as_str()).collect(),
            needed: answers.iter().map(|(_, answer)| !answer.not_needed).collect(),
            notes: answers.iter().map(|(_, answer)| answer.note.as_str()).collect(),
            files: answers.iter().map(|(_, answer)| ids(answer)).collect(),
        }
    }
}

/// Answers of an application that is not handed in yet.
async fn keep(tx: &mut PgConnection, item: Uuid, answers: &[(Point, Answer)]) -> sqlx::Result<()> {
    let Columns { standards, measures, needed, notes, files } = Columns::of(answers);
    sqlx::query!(
        r#"
        INSERT INTO application_draft (item, standard, measure, needed, note, files)
        -- A plan may say the same measure twice: what was answered last holds.
        SELECT DISTINCT ON (standard, measure)
            $1::uuid, standard, measure, needed, note, string_to_array(files, ',')::uuid[]
        FROM unnest($2::text[], $3::text[], $4::boolean[], $5::text[], $6::text[])
            WITH ORDINALITY AS a (standard, measure, needed, note, files, place)
        ORDER BY standard, measure, place DESC
        ON CONFLICT (item, standard, measure)
        DO UPDATE SET needed = excluded.needed, note = excluded.note, files = excluded.files
        "#,
        item,
        &standards as &[&str],
        &measures as &[&str],
        &needed,
        &notes as &[&str],
        &files,
    )
    .execute(tx)
    .await
    .map(|_| ())
}

/// The days from this version on. What stood before the first change is kept too, as of the day the item
/// was opened. A deadline that moves is no longer worded as the plan had it.
async fn date(
    tx: &mut PgConnection,
    decision: &Decision,
    item: Uuid,
    version: i32,
    days: &Days,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        WITH was AS (
            SELECT
                i.id, i.version, i.opened_on, i.deadline, i.completed_on, i.accepted_on, i.signed_off_on,
                t.deadline_text
            FROM item i
            JOIN item_text t ON t.item = i.id
            WHERE i.id = $1
        ), before AS (
            INSERT INTO item_days
                (item, version, deadline, deadline_text, completed_on, accepted_on, signed_off_on,
                 effective_on, recorded_at)
            SELECT
                id, version, deadline, deadline_text, completed_on, accepted_on, signed_off_on,
                least(opened_on, $7), $8
            FROM was
            WHERE NOT EXISTS (SELECT 1 FROM item_days d WHERE d.item = $1)
        ), after AS (
            INSERT INTO item_days
                (item, version, deadline, deadline_text, completed_on, accepted_on, signed_off_on,
                 effective_on, recorded_at)
            SELECT id, $2, $3, CASE WHEN deadline = $3 THEN deadline_text END, $4, $5, $6, $7, $8
            FROM was
        ), worded AS (
            UPDATE item_text
            SET deadline_text = NULL
            FROM was
            WHERE item_text.item = was.id AND was.deadline <> $3
        )
        UPDATE item
        SET deadline = $3, completed_on = $4, accepted_on = $5, signed_off_on = $6
        WHERE id = $1
        "#,
        item,
        version,
        days.deadline,
        days.completed_on,
        days.accepted_on,
        days.signed_off_on,
        decision.now.today(),
        decision.now.utc,
    )
    .execute(tx)
    .await
    .map(|_| ())
}

/// Milestones that are set aside are kept with the days they held; what was so before this day stays so.
async fn replan(
    tx: &mut PgConnection,
    decision: &Decision,
    item: Uuid,
    gone: &[NaiveDate],
    come: &[Milestone],
) -> sqlx::Result<()> {
    let today = decision.now.today();
    sqlx::query!(
        r#"
        WITH gone AS (
            DELETE FROM milestone WHERE item = $1 AND due_on = ANY($2) RETURNING due_on, percent, since
        )
        INSERT INTO milestone_past (item, due_on, percent, since, until)
        SELECT $1, due_on, percent, since, $3 FROM gone
        "#,
        item,
        gone,
        today,
    )
    .execute(&mut *tx)
    .await?;
    for milestone in come {
        sqlx::query!(
            r#"
            INSERT INTO milestone (item, due_on, percent, since)
            VALUES ($1, $2, $3, $4)
            ON CONFLICT (item, due_on) DO UPDATE SET percent = greatest(milestone.percent, excluded.percent)
            "#,
            item,
            milestone.due_on,
            milestone.percent,
            today,
        )
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}
