//! How the outbox stands as a whole: for `/metrics` and the doctor.

use sqlx::PgPool;

/// How many rows stand in each state, and the age of the oldest one due: for `/metrics` and the doctor.
pub async fn standing(read: &PgPool) -> sqlx::Result<Vec<(String, i64)>> {
    let rows = sqlx::query!(
        r#"
        SELECT state, count(*) AS "rows!"
        FROM outbox
        WHERE state IN ('due', 'sending', 'held', 'unclear', 'dead')
        GROUP BY state
        "#
    )
    .fetch_all(read)
    .await?;
    Ok(rows.into_iter().map(|row| (row.state, row.rows)).collect())
}

/// Why messages did not reach anybody: state, reason, how many.
pub async fn troubled(read: &PgPool) -> sqlx::Result<Vec<(String, String, i64)>> {
    let rows = sqlx::query!(
        r#"
        SELECT state, COALESCE(reason, '') AS "reason!", count(*) AS "rows!"
        FROM outbox
        WHERE state IN ('held', 'unclear', 'dead')
        GROUP BY state, reason
        ORDER BY 3 DESC
        LIMIT 10
        "#
    )
    .fetch_all(read)
    .await?;
    Ok(rows.into_iter().map(|row| (row.state, row.reason, row.rows)).collect())
}
