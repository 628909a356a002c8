//! The ledger as people read it, row by row in the order of its numbers, for exports. Streams: a
//! million items take no more memory than one.

use anyhow::Context;
use chrono::NaiveDate;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::flag::Flag;
use crate::domain::item::{Kind, Milestone, Status};

/// One item with the names of its units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerRow {
    pub number: i32,
    pub superior_number: Option<String>,
    pub title: String,
    pub description: String,
    pub category: String,
    pub region: String,
    pub goal: String,
    pub measures: String,
    pub deadline: NaiveDate,
    pub deadline_text: Option<String>,
    pub kind: Kind,
    pub lead_unit: String,
    pub co_units: Vec<String>,
    pub responsible_post: String,
    /// Title of the leader's post, or the words of the ledger.
    pub leader: String,
    pub status: Status,
    pub percent: i16,
    pub verified_percent: Option<i16>,
    pub completed_on: Option<NaiveDate>,
    pub signed_off_on: Option<NaiveDate>,
    pub last_report_on: Option<NaiveDate>,
    pub flag: Option<Flag>,
    pub other_flags: Vec<Flag>,
    pub milestones: Vec<Milestone>,
}

/// All items of a round.
pub fn ledger_rows(conn: &mut PgConnection, round: Uuid) -> BoxStream<'_, anyhow::Result<LedgerRow>> {
    sqlx::query!(
        r#"
        SELECT
            item.number,
            item_text.superior_number,
            item.title,
            item_text.description,
            item_text.category,
            item_text.region,
            item_text.goal,
            item_text.measures,
            item.deadline,
            item_text.deadline_text,
            item.kind,
            lead.name AS lead_unit,
            ARRAY(
                SELECT unit.name
                FROM item_co_unit
                JOIN unit ON unit.id = item_co_unit.unit
                WHERE item_co_unit.item = item.id
                ORDER BY item_co_unit.position
            ) AS "co_units!",
            item_text.responsible_post,
            COALESCE(leader.title, item_text.leader_text) AS "leader!",
            item.status,
            item.percent,
            item.verified_percent,
            item.completed_on,
            item.signed_off_on,
            item.last_report_on,
            item.flag,
            item.other_flags,
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
            ) AS "due_percent!"
        FROM item
        JOIN item_text ON item_text.item = item.id
        JOIN unit AS lead ON lead.id = item.lead_unit
        LEFT JOIN post AS leader ON leader.id = item.leader_post
        WHERE item.round = $1
        ORDER BY item.number
        "#,
        round,
    )
    .fetch(conn)
    .map_err(anyhow::Error::from)
    .and_then(async |row| {
        let milestones = row.due_on.into_iter().zip(row.due_percent);
        Ok(LedgerRow {
            number: row.number,
            superior_number: row.superior_number,
            title: row.title,
            description: row.description,
            category: row.category,
            region: row.region,
            goal: row.goal,
            measures: row.measures,
            deadline: row.deadline,
            deadline_text: row.deadline_text,
            kind: Kind::from_code(&row.kind).with_context(|| format!("item.kind {}", row.kind))?,
            lead_unit: row.lead_unit,
            co_units: row.co_units,
            responsible_post: row.responsible_post,
            leader: row.leader,
            status: Status::from_code(&row.status).with_context(|| format!("item.status {}", row.status))?,
            percent: row.percent,
            verified_percent: row.verified_percent,
            completed_on: row.completed_on,
            signed_off_on: row.signed_off_on,
            last_report_on: row.last_report_on,
            flag: row.flag.as_deref().and_then(Flag::from_code),
            other_flags: row.other_flags.iter().filter_map(|code| Flag::from_code(code)).collect(),
            milestones: milestones.map(|(due_on, percent)| Milestone { due_on, percent }).collect(),
        })
    })
    .boxed()
}
