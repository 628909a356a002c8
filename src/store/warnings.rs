//! Warnings as they stand: which were raised before, and what they are about now.

use chrono::NaiveDate;
use sqlx::{PgExecutor, PgPool};
use uuid::Uuid;

use super::{findings, items, known};
use crate::domain::finding::{Raised, Rung};
use crate::domain::warning::{AnswerDue, ByHand, Colour, Pending};
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
        SELECT
            w.id AS "id!", w.item AS "item!", w.unit AS "unit!", u.name AS "unit_name!", w.rule AS "rule!",
            w.rung AS "rung!", w.period AS "period!",
            EXISTS (SELECT 1 FROM receipt r WHERE r.warning = w.id) AS "is_signed!",
            m.colour AS "colour?", m.words AS "words?",
            n.number AS "number?", COALESCE(n.report_by, n.answer_by) AS "answer_by?"
        FROM warning w
        JOIN unit u ON u.id = w.unit
        LEFT JOIN manual_warning m ON m.id = CASE WHEN w.rule = 'manual' THEN w.period::uuid END
        LEFT JOIN notice_copy c ON c.id = CASE WHEN w.rule = 'answer_due' THEN w.period::uuid END
            AND c.closed_at IS NULL
            AND c.escalated_at IS NULL
            AND c.answered_at IS NULL
        LEFT JOIN notice n ON n.id = c.notice AND n.state = 'signed'
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
            let (rule, period, is_signed) = (row.rule, row.period, row.is_signed);
            let by_hand = row.colour.zip(row.words).map(|(code, text)| {
                let colour = known(Colour::from_code, "manual_warning", "colour", &code)?;
                Ok::<_, sqlx::Error>(ByHand { colour, text })
            });
            let by_hand = by_hand.transpose()?;
            let answer_due = row.number.zip(row.answer_by).map(|(number, by)| AnswerDue { number, by });
            Ok(Pending { id: row.id, unit, rule, rung, period, is_signed, by_hand, answer_due, facts })
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
