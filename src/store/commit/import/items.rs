//! Items of an import, a chunk at a time: locked, compared, written. What stands beside them is in
//! `texts`, what they went through in `history`.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::texts::{self, Texts};
use crate::domain::ledger_file::{ItemStep, Moved, NextItem};

/// Locks and compares what changes, then writes the chunk. Changed items come in the order of their
/// ids, new ones in that of their numbers: two imports cannot wait for one another in a circle.
pub(super) async fn write(
    conn: &mut PgConnection,
    round: Uuid,
    steps: &[ItemStep<'_>],
    as_of: NaiveDate,
    at: DateTime<Utc>,
) -> sqlx::Result<Option<Moved>> {
    let (changed, new): (Vec<&ItemStep<'_>>, Vec<&ItemStep<'_>>) =
        steps.iter().partition(|step| step.was.is_some());
    if let Some(moved) = lock(conn, &changed).await? {
        return Ok(Some(moved));
    }
    if !changed.is_empty() {
        let all = Columns::of(&changed);
        days(conn, &all, as_of, at).await?;
        update(conn, &all).await?;
    }
    if !new.is_empty() {
        insert(conn, round, &Columns::of(&new)).await?;
    }
    // Items of which only the history grows keep their texts.
    let told: Vec<&ItemStep<'_>> =
        steps.iter().filter(|step| step.was.is_none() || !step.what.changes().is_empty()).collect();
    texts::write(conn, &Texts::of(&told)).await?;
    texts::parts(conn, steps, as_of).await?;
    Ok(None)
}

async fn lock(conn: &mut PgConnection, steps: &[&ItemStep<'_>]) -> sqlx::Result<Option<Moved>> {
    if steps.is_empty() {
        return Ok(None);
    }
    let ids: Vec<Uuid> = steps.iter().map(|step| step.id).collect();
    let locked = sqlx::query!(
        r#"
        SELECT id, version
        FROM item
        WHERE id = ANY($1)
        ORDER BY id
        FOR NO KEY UPDATE
        "#,
        &ids,
    )
    .fetch_all(conn)
    .await?;
    let versions: HashMap<Uuid, i32> = locked.into_iter().map(|row| (row.id, row.version)).collect();
    let moved = steps.iter().find(|step| versions.get(&step.id).copied() != step.was);
    Ok(moved.map(|step| Moved::Item(step.number)))
}

/// One array per column, for `UNNEST`.
#[derive(Default)]
struct Columns<'a> {
    ids: Vec<Uuid>,
    versions: Vec<i32>,
    numbers: Vec<i32>,
    titles: Vec<&'a str>,
    leads: Vec<Uuid>,
    leaders: Vec<Option<Uuid>>,
    acceptances: Vec<Option<Uuid>>,
    deadlines: Vec<NaiveDate>,
    deadline_texts: Vec<Option<&'a str>>,
    kinds: Vec<&'a str>,
    statuses: Vec<&'a str>,
    percents: Vec<i16>,
    opened: Vec<NaiveDate>,
    reported: Vec<Option<NaiveDate>>,
    completed: Vec<Option<NaiveDate>>,
    signed_off: Vec<Option<NaiveDate>>,
    flags: Vec<Option<&'a str>>,
    /// Codes joined by commas: arrays of arrays do not unnest to rows.
    other_flags: Vec<String>,
    checks: Vec<Option<NaiveDate>>,
}

impl<'a> Columns<'a> {
    fn of(steps: &[&ItemStep<'a>]) -> Columns<'a> {
        let mut all = Columns::default();
        for step in steps {
            let next: &NextItem<'a> = &step.next;
            let others: Vec<&str> = next.standing.others.iter().map(|flag| flag.code()).collect();
            all.ids.push(step.id);
            all.versions.push(step.version);
            all.numbers.push(step.number);
            all.titles.push(next.title);
            all.leads.push(next.lead_unit);
            all.leaders.push(next.leader_post);
            all.acceptances.push(next.acceptance_unit);
            all.deadlines.push(next.deadline);
            all.deadline_texts.push(next.deadline_text);
            all.kinds.push(next.kind.code());
            all.statuses.push(next.status.code());
            all.percents.push(next.percent);
            all.opened.push(next.opened_on);
            all.reported.push(next.last_report_on);
            all.completed.push(next.completed_on);
            all.signed_off.push(next.signed_off_on);
            all.flags.push(next.standing.primary.map(|flag| flag.code()));
            all.other_flags.push(others.join(","));
            all.checks.push(next.standing.next_check_on);
        }
        all
    }
}

async fn insert(conn: &mut PgConnection, round: Uuid, all: &Columns<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        INSERT INTO item (
            id, version, round, number, title, lead_unit, leader_post, deadline, kind, status, percent,
            opened_on, last_report_on, completed_on, signed_off_on, flag, other_flags, next_check_on,
            acceptance_unit
        )
        SELECT
            id, version, $18, number, title, lead_unit, leader_post, deadline, kind, status, percent,
            opened_on, last_report_on, completed_on, signed_off_on, flag, string_to_array(other_flags, ','),
            next_check_on, acceptance_unit
        FROM UNNEST(
            $1::uuid[], $2::integer[], $3::integer[], $4::text[], $5::uuid[], $6::uuid[], $7::date[],
            $8::text[], $9::text[], $10::smallint[], $11::date[], $12::date[], $13::date[], $14::date[],
            $15::text[], $16::text[], $17::date[], $19::uuid[]
        ) AS next (
            id, version, number, title, lead_unit, leader_post, deadline, kind, status, percent,
            opened_on, last_report_on, completed_on, signed_off_on, flag, other_flags, next_check_on,
            acceptance_unit
        )
        "#,
        &all.ids,
        &all.versions,
        &all.numbers,
        &all.titles as &[&str],
        &all.leads,
        &all.leaders as &[Option<Uuid>],
        &all.deadlines,
        &all.kinds as &[&str],
        &all.statuses as &[&str],
        &all.percents,
        &all.opened,
        &all.reported as &[Option<NaiveDate>],
        &all.completed as &[Option<NaiveDate>],
        &all.signed_off as &[Option<NaiveDate>],
        &all.flags as &[Option<&str>],
        &all.other_flags,
        &all.checks as &[Option<NaiveDate>],
        round,
        &all.acceptances as &[Option<Uuid>],
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Remembers the days of items whose deadline a file moves, with those before; and of items that are
/// remembered already, whatever day it moves.
async fn days(
    conn: &mut PgConnection,
    all: &Columns<'_>,
    as_of: NaiveDate,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        WITH moved AS (
            SELECT
                i.*, t.deadline_text, next.version AS new_version, next.deadline AS new_deadline,
                next.completed_on AS new_completed_on, next.signed_off_on AS new_signed_off_on,
                next.deadline_text AS new_deadline_text,
                EXISTS (SELECT 1 FROM item_days d WHERE d.item = i.id) AS is_remembered
            FROM UNNEST($1::uuid[], $2::integer[], $3::date[], $4::date[], $5::date[], $8::text[]) AS next (
                id, version, deadline, completed_on, signed_off_on, deadline_text
            )
            JOIN item i ON i.id = next.id
            JOIN item_text t ON t.item = i.id
            WHERE (i.deadline, i.completed_on, i.signed_off_on, t.deadline_text)
                IS DISTINCT FROM
                (next.deadline, next.completed_on, next.signed_off_on, next.deadline_text)
        ), before AS (
            INSERT INTO item_days
                (item, version, deadline, deadline_text, completed_on, accepted_on, signed_off_on,
                 effective_on, recorded_at)
            SELECT
                id, version, deadline, deadline_text, completed_on, accepted_on, signed_off_on,
                least(opened_on, $6), $7
            FROM moved
            WHERE deadline <> new_deadline AND NOT is_remembered
        )
        INSERT INTO item_days
            (item, version, deadline, deadline_text, completed_on, accepted_on, signed_off_on, effective_on,
             recorded_at)
        SELECT
            id, new_version, new_deadline, new_deadline_text,
            new_completed_on, accepted_on, new_signed_off_on, $6, $7
        FROM moved
        WHERE deadline <> new_deadline OR is_remembered
        "#,
        &all.ids,
        &all.versions,
        &all.deadlines,
        &all.completed as &[Option<NaiveDate>],
        &all.signed_off as &[Option<NaiveDate>],
        as_of,
        at,
        &all.deadline_texts as &[Option<&str>],
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn update(conn: &mut PgConnection, all: &Columns<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        UPDATE item
        SET version = next.version,
            title = next.title,
            lead_unit = next.lead_unit,
            leader_post = next.leader_post,
            acceptance_unit = next.acceptance_unit,
            deadline = next.deadline,
            kind = next.kind,
            status = next.status,
            percent = next.percent,
            opened_on = next.opened_on,
            last_report_on = next.last_report_on,
            completed_on = next.completed_on,
            signed_off_on = next.signed_off_on,
            flag = next.flag,
            other_flags = string_to_array(next.other_flags, ','),
            next_check_on = next.next_check_on
            -- verified_percent and accepted_on are the office's own and no file's.
        FROM UNNEST(
            $1::uuid[], $2::integer[], $3::text[], $4::uuid[], $5::uuid[], $6::date[], $7::text[],
            $8::text[], $9::smallint[], $10::date[], $11::date[], $12::date[], $13::date[], $14::text[],
            $15::text[], $16::date[], $17::uuid[]
        ) AS next (
            id, version, title, lead_unit, leader_post, deadline, kind, status, percent,
            opened_on, last_report_on, completed_on, signed_off_on, flag, other_flags, next_check_on,
            acceptance_unit
        )
        WHERE item.id = next.id
        "#,
        &all.ids,
        &all.versions,
        &all.titles as &[&str],
        &all.leads,
        &all.leaders as &[Option<Uuid>],
        &all.deadlines,
        &all.kinds as &[&str],
        &all.statuses as &[&str],
        &all.percents,
        &all.opened,
        &all.reported as &[Option<NaiveDate>],
        &all.completed as &[Option<NaiveDate>],
        &all.signed_off as &[Option<NaiveDate>],
        &all.flags as &[Option<&str>],
        &all.other_flags,
        &all.checks as &[Option<NaiveDate>],
        &all.acceptances as &[Option<Uuid>],
    )
    .execute(conn)
    .await?;
    Ok(())
}
