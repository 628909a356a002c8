//! The versions an import appends: item history, and a report for each event that is one.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::ledger_file::ItemStep;

/// Appends the events of a chunk of items. Reports of a file are the lead unit's; who sent them then
/// is not known, so they carry no post.
pub(super) async fn write(
    conn: &mut PgConnection,
    steps: &[ItemStep<'_>],
    by_post: Option<Uuid>,
    recorded_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    let mut all = Versions::default();
    let mut reports = Reports::default();
    for step in steps {
        for event in &step.events {
            all.items.push(step.id);
            all.versions.push(event.version);
            all.changes.push(event.change);
            all.statuses.push(event.status.code());
            all.percents.push(event.percent);
            all.flags.push(event.flag.map(|flag| flag.code()));
            all.texts.push(event.text);
            all.days.push(event.effective_on);
            if let Some(percent) = event.report {
                reports.items.push(step.id);
                reports.versions.push(event.version);
                reports.units.push(step.next.lead_unit);
                reports.percents.push(percent);
                reports.texts.push(event.text);
                reports.days.push(event.effective_on);
            }
        }
    }
    sqlx::query!(
        r#"
        INSERT INTO item_history (
            item, version, change, status, percent, flag, text, by_post, effective_on, recorded_at
        )
        SELECT item, version, change, status, percent, flag, text, $9, effective_on, $10
        FROM UNNEST(
            $1::uuid[], $2::integer[], $3::text[], $4::text[], $5::smallint[], $6::text[], $7::text[], $8::date[]
        ) AS next (item, version, change, status, percent, flag, text, effective_on)
        "#,
        &all.items,
        &all.versions,
        &all.changes as &[&str],
        &all.statuses as &[&str],
        &all.percents,
        &all.flags as &[Option<&str>],
        &all.texts as &[&str],
        &all.days,
        by_post,
        recorded_at,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        r#"
        INSERT INTO report (item, version, unit, part, percent, text, effective_on, recorded_at)
        SELECT item, version, unit, 'lead', percent, text, effective_on, $7
        FROM UNNEST(
            $1::uuid[], $2::integer[], $3::uuid[], $4::smallint[], $5::text[], $6::date[]
        ) AS next (item, version, unit, percent, text, effective_on)
        "#,
        &reports.items,
        &reports.versions,
        &reports.units,
        &reports.percents as &[Option<i16>],
        &reports.texts as &[&str],
        &reports.days,
        recorded_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

#[derive(Default)]
struct Versions<'a> {
    items: Vec<Uuid>,
    versions: Vec<i32>,
    changes: Vec<&'a str>,
    statuses: Vec<&'a str>,
    percents: Vec<i16>,
    flags: Vec<Option<&'a str>>,
    texts: Vec<&'a str>,
    days: Vec<NaiveDate>,
}

#[derive(Default)]
struct Reports<'a> {
    items: Vec<Uuid>,
    versions: Vec<i32>,
    units: Vec<Uuid>,
    percents: Vec<Option<i16>>,
    texts: Vec<&'a str>,
    days: Vec<NaiveDate>,
}
