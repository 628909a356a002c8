//! Warnings as they stand: which were raised before, and what they are about now.

use chrono::NaiveDate;
use sqlx::{PgExecutor, PgPool};
use uuid::Uuid;

use super::{findings, items, known};
use crate::domain::finding::{Raised, Rung};
use crate::domain::warning::Pending;
use crate::domain::{Basis, Lang, Role, UnitRef, quiet};

/// The warnings raised so far about these items.
pub async fn raised(read: impl PgExecutor<'_>, items: &[Uuid]) -> sqlx::Result<Vec<Raised>> {
    let rows = sqlx::query!("SELECT item, rule, rung, period FROM warning WHERE item = ANY($1)", items)
        .fetch_all(read)
        .await?;
    rows.into_iter()
        .map(|row| {
            let rung = known(Rung::from_code, "warning", "rung", &row.rung)?;
            Ok(Raised { item: row.item, rule: row.rule, rung, period: row.period })
        })
        .collect()
}

/// These warnings with the facts of now.
pub async fn pending(
    read: &PgPool,
    ids: &[Uuid],
    today: NaiveDate,
    basis: &Basis,
) -> sqlx::Result<Vec<Pending>> {
    let rows = sqlx::query!(
        r#"
        SELECT w.id, w.item, w.unit, u.name AS unit_name, w.rule, w.rung, w.period
        FROM warning w
        JOIN unit u ON u.id = w.unit
        WHERE w.id = ANY($1)
        "#,
        ids,
    )
    .fetch_all(read)
    .await?;
    let mut about: Vec<Uuid> = rows.iter().map(|row| row.item).collect();
    about.sort_unstable();
    about.dedup();
    let items = items::these(read, &about).await?;
    let facts = findings::facts(&mut *read.acquire().await?, items, today, basis).await?;
    rows.into_iter()
        .filter_map(|row| Some((facts.iter().find(|facts| facts.item.id == row.item)?.clone(), row)))
        .map(|(facts, row)| {
            let rung = known(Rung::from_code, "warning", "rung", &row.rung)?;
            let unit = UnitRef { id: row.unit, name: row.unit_name };
            Ok(Pending { id: row.id, unit, rule: row.rule, rung, period: row.period, facts })
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
