//! Warnings as they stand: which were raised before, and what they are about now.

use chrono::NaiveDate;
use sqlx::{PgExecutor, PgPool};
use uuid::Uuid;

use super::{findings, items, known};
use crate::domain::finding::{Raised, Rung};
use crate::domain::warning::Pending;
use crate::domain::{Basis, Lang};

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
    let rows = sqlx::query!("SELECT id, item, rule, rung, period FROM warning WHERE id = ANY($1)", ids)
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
            Ok(Pending { id: row.id, rule: row.rule, rung, period: row.period, facts })
        })
        .collect()
}

/// Who reads a row that is about to leave.
pub struct Reader {
    pub lang: Lang,
    /// The post on leave for which the reader stands in.
    pub for_post: Option<String>,
}

pub async fn reader(read: &PgPool, seq: i64) -> sqlx::Result<Option<Reader>> {
    let row = sqlx::query!(
        r#"
        SELECT h.lang, p.title AS "title?"
        FROM outbox o
        JOIN holder h ON h.id = o.to_holder
        LEFT JOIN post p ON p.id = o.for_post
        WHERE o.seq = $1
        "#,
        seq,
    )
    .fetch_optional(read)
    .await?;
    Ok(row.map(|row| Reader { lang: Lang::from_code(&row.lang), for_post: row.title }))
}
