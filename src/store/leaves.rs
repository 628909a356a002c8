//! Leaves that have not ended.

use chrono::NaiveDate;
use sqlx::PgExecutor;
use uuid::Uuid;

use crate::domain::UnitRef;
use crate::domain::leave::Leave;
use crate::domain::people::StandIn;

/// The open leaves of these posts, and those in which they stand in; the next one first.
pub async fn open(read: impl PgExecutor<'_>, posts: &[Uuid], today: NaiveDate) -> sqlx::Result<Vec<Leave>> {
    sqlx::query_as!(
        Leave,
        r#"
        SELECT
            v.id, v.version, v.post, p.title AS post_title,
            v.substitute_post AS substitute, s.title AS substitute_title,
            v.from_on, v.to_on
        FROM leave v
        JOIN post p ON p.id = v.post
        JOIN post s ON s.id = v.substitute_post
        WHERE (v.post = ANY($1) OR v.substitute_post = ANY($1))
          AND v.ended_on IS NULL
          AND v.to_on >= $2
        ORDER BY v.from_on, v.id
        "#,
        posts,
        today,
    )
    .fetch_all(read)
    .await
}

/// Whom a post stands in for on this day.
pub async fn standing_in(
    read: impl PgExecutor<'_>,
    post: Uuid,
    today: NaiveDate,
) -> sqlx::Result<Vec<StandIn>> {
    let rows = sqlx::query!(
        r#"
        SELECT p.id, p.title, u.id AS unit, u.name
        FROM leave v
        JOIN post p ON p.id = v.post
        JOIN unit u ON u.id = p.unit
        WHERE v.substitute_post = $1
          AND v.ended_on IS NULL
          AND v.from_on <= $2
          AND v.to_on >= $2
        ORDER BY v.from_on, v.id
        "#,
        post,
        today,
    )
    .fetch_all(read)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| StandIn {
            post: row.id,
            post_title: row.title,
            unit: UnitRef { id: row.unit, name: row.name },
        })
        .collect())
}

/// Who ended the last leave of a post, by the title of the post, and on which day.
pub async fn last_ended(read: impl PgExecutor<'_>, post: Uuid) -> sqlx::Result<Option<(String, NaiveDate)>> {
    let row = sqlx::query!(
        r#"
        SELECT p.title, v.ended_on AS "ended_on!"
        FROM leave v
        JOIN post p ON p.id = v.ended_by
        WHERE v.post = $1 AND v.ended_on IS NOT NULL
        ORDER BY v.ended_on DESC, v.id DESC
        LIMIT 1
        "#,
        post,
    )
    .fetch_optional(read)
    .await?;
    Ok(row.map(|row| (row.title, row.ended_on)))
}
