//! The ledger as people read it, row by row in the order of its numbers, for exports. A million items
//! take no more memory than one.

use chrono::NaiveDate;
use futures_util::TryStreamExt;
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::known;
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
    /// Who leads the acceptance; empty where that is the office.
    pub acceptance_unit: String,
    pub status: Status,
    pub percent: i16,
    pub verified_percent: Option<i16>,
    pub completed_on: Option<NaiveDate>,
    pub signed_off_on: Option<NaiveDate>,
    pub last_report_on: Option<NaiveDate>,
    /// What the lead unit reported last.
    pub last_text: String,
    pub flag: Option<Flag>,
    pub other_flags: Vec<Flag>,
    pub milestones: Vec<Milestone>,
}

/// Hands all items of a round to `on_row`, as they stood when it began; their number.
pub async fn each_ledger_row(
    conn: &mut PgConnection,
    round: Uuid,
    on_row: &mut (dyn FnMut(LedgerRow) -> anyhow::Result<()> + Send),
) -> anyhow::Result<u64> {
    let mut tx = conn.begin().await?;
    // The statement lasts as long as the writing of the file: the limit of commands is not for it.
    sqlx::query!("SET LOCAL statement_timeout = 0").execute(&mut *tx).await?;
    let mut rows = sqlx::query!(
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
            COALESCE(acceptance.name, '') AS "acceptance_unit!",
            item.status,
            item.percent,
            item.verified_percent,
            item.completed_on,
            item.signed_off_on,
            item.last_report_on,
            COALESCE((
                SELECT report.text
                FROM report
                WHERE report.item = item.id
                  AND report.part = 'lead'
                  AND NOT EXISTS (
                      SELECT 1
                      FROM verdict
                      WHERE verdict.item = report.item
                        AND verdict.version = report.version
                        AND verdict.verdict = 'withdrawn'
                  )
                ORDER BY report.version DESC
                LIMIT 1
            ), '') AS "last_text!",
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
        LEFT JOIN unit AS acceptance ON acceptance.id = item.acceptance_unit
        WHERE item.round = $1
        ORDER BY item.number
        "#,
        round,
    )
    .fetch(&mut *tx);
    let mut count = 0;
    while let Some(row) = rows.try_next().await? {
        let flag = |code: &str| known(Flag::from_code, "item", "flag", code);
        let milestones = row.due_on.into_iter().zip(row.due_percent);
        on_row(LedgerRow {
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
            kind: known(Kind::from_code, "item", "kind", &row.kind)?,
            lead_unit: row.lead_unit,
            co_units: row.co_units,
            responsible_post: row.responsible_post,
            leader: row.leader,
            acceptance_unit: row.acceptance_unit,
            status: known(Status::from_code, "item", "status", &row.status)?,
            percent: row.percent,
            verified_percent: row.verified_percent,
            completed_on: row.completed_on,
            signed_off_on: row.signed_off_on,
            last_report_on: row.last_report_on,
            last_text: row.last_text,
            flag: row.flag.as_deref().map(flag).transpose()?,
            other_flags: row.other_flags.iter().map(|code| flag(code)).collect::<Result<_, _>>()?,
            milestones: milestones.map(|(due_on, percent)| Milestone { due_on, percent }).collect(),
        })?;
        count += 1;
    }
    drop(rows);
    tx.commit().await?;
    Ok(count)
}
