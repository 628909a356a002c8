//! What the ledger holds now, as an import needs it: set-wise, by natural key, one statement a table.
//! Called once per import, before the plan.

use std::collections::{HashMap, HashSet};

use anyhow::Context;
use futures_util::TryStreamExt;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{basis, known};
use crate::domain::item::{Kind, Milestone, Status};
use crate::domain::ledger_file::{
    Batch, Current, EventNow, ItemNow, PostNow, RoundNow, UnitNow, choose_round,
};
use crate::domain::people::Role;

/// The facts of this batch. In a round that is new there are no items to read.
pub async fn current(conn: &mut PgConnection, batch: &Batch) -> anyhow::Result<Current> {
    let mut facts = Current {
        rounds: rounds(conn).await?,
        units: units(conn).await?,
        posts: posts(conn).await?,
        basis: basis::load(conn).await?,
        ..Current::default()
    };
    if let Some(round) = choose_round(&facts.rounds, batch.round.as_deref()).map(|round| round.id) {
        let told: HashSet<i32> = batch.history.iter().map(|event| event.number).collect();
        let told: Vec<i32> = told.into_iter().collect();
        let asked: Vec<i32> =
            batch.items.iter().map(|item| item.number).chain(told.iter().copied()).collect();
        facts.items = items(conn, round, &asked).await.context("reading the items")?;
        facts.history = history(conn, round, &told).await.context("reading the history")?;
    }
    Ok(facts)
}

pub async fn rounds(conn: &mut PgConnection) -> sqlx::Result<Vec<RoundNow>> {
    sqlx::query_as!(
        RoundNow,
        r#"
        SELECT id, name, is_open
        FROM round
        ORDER BY name
        "#,
    )
    .fetch_all(conn)
    .await
}

async fn units(conn: &mut PgConnection) -> sqlx::Result<Vec<UnitNow>> {
    sqlx::query_as!(
        UnitNow,
        r#"
        SELECT id, code, name, kind, parent, aliases
        FROM unit
        ORDER BY id
        "#,
    )
    .fetch_all(conn)
    .await
}

async fn posts(conn: &mut PgConnection) -> sqlx::Result<Vec<PostNow>> {
    let rows = sqlx::query!(
        r#"
        SELECT id, unit, title, role, version
        FROM post
        ORDER BY id
        "#,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let role = known(Role::from_code, "post", "role", &row.role)?;
            Ok(PostNow { id: row.id, unit: row.unit, title: row.title, role, version: row.version })
        })
        .collect()
}

async fn items(
    conn: &mut PgConnection,
    round: Uuid,
    numbers: &[i32],
) -> anyhow::Result<HashMap<i32, ItemNow>> {
    let mut rows = sqlx::query!(
        r#"
        WITH asked AS (
            SELECT DISTINCT number
            FROM UNNEST($2::integer[]) AS asked (number)
        )
        SELECT
            item.id,
            item.version,
            item.number,
            item.title,
            item.lead_unit,
            item.leader_post,
            item.acceptance_unit,
            item.deadline,
            item.kind,
            item.status,
            item.percent,
            item.opened_on,
            item.last_report_on,
            item.completed_on,
            item.signed_off_on,
            item_text.superior_number,
            item_text.description,
            item_text.category,
            item_text.region,
            item_text.goal,
            item_text.measures,
            item_text.deadline_text,
            item_text.responsible_post,
            item_text.leader_text,
            ARRAY(
                SELECT unit
                FROM item_co_unit
                WHERE item_co_unit.item = item.id
                ORDER BY position
            ) AS "co_units!",
            ARRAY(
                SELECT due_on
                FROM milestone
                WHERE milestone.item = item.id
                ORDER BY due_on
            ) AS "due_on!",
            ARRAY(
                SELECT percent
                FROM milestone
                WHERE milestone.item = item.id
                ORDER BY due_on
            ) AS "due_percent!",
            -- Flags and cycles move by the calendar; they say nothing about what is known of an item.
            (
                SELECT max(effective_on)
                FROM item_history
                WHERE item_history.item = item.id
                  AND change NOT IN ('flags', 'faster', 'slower')
            ) AS latest_on
        FROM asked
        JOIN item ON item.round = $1 AND item.number = asked.number
        JOIN item_text ON item_text.item = item.id
        "#,
        round,
        numbers,
    )
    .fetch(conn);
    let mut items = HashMap::new();
    while let Some(row) = rows.try_next().await? {
        let milestones = row.due_on.into_iter().zip(row.due_percent);
        let item = ItemNow {
            id: row.id,
            version: row.version,
            title: row.title,
            lead_unit: row.lead_unit,
            leader_post: row.leader_post,
            acceptance_unit: row.acceptance_unit,
            deadline: row.deadline,
            kind: known(Kind::from_code, "item", "kind", &row.kind)?,
            status: known(Status::from_code, "item", "status", &row.status)?,
            percent: row.percent,
            opened_on: row.opened_on,
            last_report_on: row.last_report_on,
            completed_on: row.completed_on,
            signed_off_on: row.signed_off_on,
            superior_number: row.superior_number,
            description: row.description,
            category: row.category,
            region: row.region,
            goal: row.goal,
            measures: row.measures,
            deadline_text: row.deadline_text,
            responsible_post: row.responsible_post,
            leader_text: row.leader_text,
            co_units: row.co_units,
            milestones: milestones.map(|(due_on, percent)| Milestone { due_on, percent }).collect(),
            latest_on: row.latest_on,
        };
        items.insert(row.number, item);
    }
    Ok(items)
}

async fn history(
    conn: &mut PgConnection,
    round: Uuid,
    numbers: &[i32],
) -> anyhow::Result<HashMap<i32, Vec<EventNow>>> {
    let mut rows = sqlx::query!(
        r#"
        WITH asked AS (
            SELECT number
            FROM UNNEST($2::integer[]) AS asked (number)
        )
        SELECT
            item.number,
            item_history.version,
            -- A co-unit's report is kept, but it is not the item's last report.
            CASE WHEN report.part = 'co' THEN 'co_report' ELSE item_history.change END AS "change!",
            item_history.status,
            item_history.percent,
            COALESCE(report.text, item_history.text) AS "text!",
            item_history.effective_on
        FROM asked
        JOIN item ON item.round = $1 AND item.number = asked.number
        JOIN item_history ON item_history.item = item.id
        LEFT JOIN report ON report.item = item.id AND report.version = item_history.version
        WHERE item_history.change <> 'flags'
        ORDER BY item.number, item_history.version
        "#,
        round,
        numbers,
    )
    .fetch(conn);
    let mut history: HashMap<i32, Vec<EventNow>> = HashMap::new();
    while let Some(row) = rows.try_next().await? {
        history.entry(row.number).or_default().push(EventNow {
            version: row.version,
            change: row.change,
            status: known(Status::from_code, "item_history", "status", &row.status)?,
            percent: row.percent,
            text: row.text,
            effective_on: row.effective_on,
        });
    }
    Ok(history)
}
