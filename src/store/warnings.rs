//! Warnings as they stand: which were raised before, and what they are about now.

use chrono::NaiveDate;
use sqlx::{PgExecutor, PgPool};
use uuid::Uuid;

use super::known;
use crate::domain::warning::Pending;
use crate::domain::{Lang, Role, Status, UnitRef, quiet};

/// (item, rule, period) of the warnings raised so far about these items.
pub async fn raised(read: impl PgExecutor<'_>, items: &[Uuid]) -> sqlx::Result<Vec<(Uuid, String, String)>> {
    let rows = sqlx::query!("SELECT item, rule, period FROM warning WHERE item = ANY($1)", items)
        .fetch_all(read)
        .await?;
    Ok(rows.into_iter().map(|row| (row.item, row.rule, row.period)).collect())
}

/// These warnings with their items as they are now, by number.
pub async fn pending(read: &PgPool, ids: &[Uuid]) -> sqlx::Result<Vec<Pending>> {
    let rows = sqlx::query!(
        r#"
        SELECT
            w.id, w.unit, u.name AS unit_name, w.rule, w.period, i.round, i.number, i.title, i.percent, i.status,
            i.deadline, i.last_report_on
        FROM warning w
        JOIN item i ON i.id = w.item
        JOIN unit u ON u.id = w.unit
        WHERE w.id = ANY($1)
        ORDER BY i.deadline, i.number
        "#,
        ids,
    )
    .fetch_all(read)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Pending {
                id: row.id,
                unit: UnitRef { id: row.unit, name: row.unit_name },
                rule: row.rule,
                period: row.period,
                round: row.round,
                number: row.number,
                title: row.title,
                percent: row.percent,
                status: known(Status::from_code, "item", "status", &row.status)?,
                deadline: row.deadline,
                last_report_on: row.last_report_on,
            })
        })
        .collect()
}

/// Who reads a row that is about to leave.
pub struct Reader {
    pub lang: Lang,
    pub post: Uuid,
    pub post_title: String,
    pub role: Role,
    pub unit: Uuid,
    /// Unasked messages in this month, this one with them where it counts.
    pub spoken: i64,
    /// Whether it counts.
    pub is_counted: bool,
}

pub async fn reader(read: &PgPool, seq: i64, today: NaiveDate) -> sqlx::Result<Option<Reader>> {
    let (first, last) = quiet::month(today);
    let row = sqlx::query!(
        r#"
        SELECT
            h.lang, h.post, p.title, p.role, p.unit,
            (
                SELECT count(*)
                FROM spoken s
                WHERE s.post = h.post AND s.said_on BETWEEN $2 AND $3
            ) AS "spoken!",
            EXISTS (SELECT 1 FROM spoken s WHERE s.seq = o.seq) AS "is_counted!"
        FROM outbox o
        JOIN holder h ON h.id = o.to_holder
        JOIN post p ON p.id = h.post
        WHERE o.seq = $1
        "#,
        seq,
        first,
        last,
    )
    .fetch_optional(read)
    .await?;
    row.map(|row| {
        Ok(Reader {
            lang: Lang::from_code(&row.lang),
            post: row.post,
            post_title: row.title,
            role: known(Role::from_code, "post", "role", &row.role)?,
            unit: row.unit,
            spoken: row.spoken,
            is_counted: row.is_counted,
        })
    })
    .transpose()
}
