//! What stands beside an item: its long texts, co-units and milestones. Called by `items`, which
//! holds the locks.

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::ledger_file::ItemStep;

/// One array per column, for `UNNEST`.
#[derive(Default)]
pub(super) struct Texts<'a> {
    items: Vec<Uuid>,
    titles: Vec<&'a str>,
    superiors: Vec<Option<&'a str>>,
    descriptions: Vec<&'a str>,
    categories: Vec<&'a str>,
    regions: Vec<&'a str>,
    goals: Vec<&'a str>,
    measures: Vec<&'a str>,
    deadlines: Vec<Option<&'a str>>,
    responsibles: Vec<&'a str>,
    leaders: Vec<&'a str>,
}

impl<'a> Texts<'a> {
    pub fn of(steps: &[&ItemStep<'a>]) -> Texts<'a> {
        let mut all = Texts::default();
        for step in steps {
            all.items.push(step.id);
            all.titles.push(step.next.title);
            all.superiors.push(step.next.superior_number);
            all.descriptions.push(step.next.description);
            all.categories.push(step.next.category);
            all.regions.push(step.next.region);
            all.goals.push(step.next.goal);
            all.measures.push(step.next.measures);
            all.deadlines.push(step.next.deadline_text);
            all.responsibles.push(step.next.responsible_post);
            all.leaders.push(step.next.leader_text);
        }
        all
    }
}

/// New texts are inserted, known ones replaced.
pub(super) async fn write(conn: &mut PgConnection, all: &Texts<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        INSERT INTO item_text (
            item, superior_number, description, category, region, goal, measures, deadline_text,
            responsible_post, leader_text, title
        )
        SELECT
            item, superior_number, description, category, region, goal, measures, deadline_text,
            responsible_post, leader_text, title
        FROM UNNEST(
            $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
            $9::text[], $10::text[], $11::text[]
        ) AS next (
            item, superior_number, description, category, region, goal, measures, deadline_text,
            responsible_post, leader_text, title
        )
        ON CONFLICT (item) DO UPDATE
        SET superior_number = EXCLUDED.superior_number,
            description = EXCLUDED.description,
            category = EXCLUDED.category,
            region = EXCLUDED.region,
            goal = EXCLUDED.goal,
            measures = EXCLUDED.measures,
            deadline_text = EXCLUDED.deadline_text,
            responsible_post = EXCLUDED.responsible_post,
            leader_text = EXCLUDED.leader_text,
            title = EXCLUDED.title
        "#,
        &all.items,
        &all.superiors as &[Option<&str>],
        &all.descriptions as &[&str],
        &all.categories as &[&str],
        &all.regions as &[&str],
        &all.goals as &[&str],
        &all.measures as &[&str],
        &all.deadlines as &[Option<&str>],
        &all.responsibles as &[&str],
        &all.leaders as &[&str],
        &all.titles as &[&str],
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Co-units of the items where they differ are written anew; of milestones those that differ, from the file's day
/// on: what was so before stays on record.
pub(super) async fn parts(
    conn: &mut PgConnection,
    steps: &[ItemStep<'_>],
    as_of: NaiveDate,
) -> sqlx::Result<()> {
    let differing = || steps.iter().filter(|step| step.parts_changed);
    let known: Vec<Uuid> = differing().filter(|step| step.was.is_some()).map(|step| step.id).collect();
    if !known.is_empty() {
        sqlx::query!(
            r#"
            DELETE FROM item_co_unit
            WHERE item = ANY($1)
            "#,
            &known,
        )
        .execute(&mut *conn)
        .await?;
    }
    let (mut items, mut units, mut positions) = (Vec::new(), Vec::new(), Vec::new());
    for step in differing() {
        for (position, unit) in (1i16..).zip(&step.next.co_units) {
            items.push(step.id);
            units.push(*unit);
            positions.push(position);
        }
    }
    sqlx::query!(
        r#"
        INSERT INTO item_co_unit (item, unit, position)
        SELECT item, unit, position
        FROM UNNEST($1::uuid[], $2::uuid[], $3::smallint[]) AS next (item, unit, position)
        "#,
        &items,
        &units,
        &positions,
    )
    .execute(&mut *conn)
    .await?;
    let (mut items, mut days, mut percents): (Vec<Uuid>, Vec<NaiveDate>, Vec<i16>) = Default::default();
    for step in differing() {
        for milestone in step.next.milestones {
            items.push(step.id);
            days.push(milestone.due_on);
            percents.push(milestone.percent);
        }
    }
    if !known.is_empty() {
        sqlx::query!(
            r#"
            WITH next AS (
                SELECT item, due_on, percent
                FROM UNNEST($2::uuid[], $3::date[], $4::smallint[]) AS next (item, due_on, percent)
            ), gone AS (
                DELETE FROM milestone m
                WHERE m.item = ANY($1)
                  AND NOT EXISTS (
                      SELECT 1
                      FROM next n
                      WHERE n.item = m.item AND n.due_on = m.due_on AND n.percent = m.percent
                  )
                RETURNING item, due_on, percent, since
            )
            INSERT INTO milestone_past (item, due_on, percent, since, until)
            SELECT item, due_on, percent, since, $5
            FROM gone
            "#,
            &known,
            &items,
            &days,
            &percents,
            as_of,
        )
        .execute(&mut *conn)
        .await?;
    }
    // A statement of its own: the one above does not see that its rows are gone.
    sqlx::query!(
        r#"
        INSERT INTO milestone (item, due_on, percent, since)
        SELECT item, due_on, percent, CASE WHEN item = ANY($4) THEN $5::date END
        FROM UNNEST($1::uuid[], $2::date[], $3::smallint[]) AS next (item, due_on, percent)
        ON CONFLICT (item, due_on) DO NOTHING
        "#,
        &items,
        &days,
        &percents,
        &known,
        as_of,
    )
    .execute(conn)
    .await?;
    Ok(())
}
