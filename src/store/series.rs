//! How papers are signed and numbered: the office's 代字, the handle of the next draft, the series of a form and year.

use sqlx::PgConnection;

use crate::domain::notice::Form;
use crate::domain::notice::series::Series;

/// How the office signs.
#[derive(Debug, Clone)]
pub struct Agency {
    pub abbr: String,
    pub name: String,
}

pub async fn agency(read: &mut PgConnection) -> sqlx::Result<Option<Agency>> {
    sqlx::query_as!(Agency, "SELECT abbr, name FROM agency ORDER BY seq DESC LIMIT 1")
        .fetch_optional(read)
        .await
}

/// The handle that the next draft gets.
pub async fn next_handle(read: &mut PgConnection) -> sqlx::Result<i32> {
    let last = sqlx::query_scalar!("SELECT max(handle) FROM notice").fetch_one(read).await?;
    Ok(last.unwrap_or_default() + 1)
}

/// The series of these numbers; `None`: no number was taken.
pub async fn series(
    read: &mut PgConnection,
    abbr: &str,
    form: Form,
    year: i32,
) -> sqlx::Result<Option<Series>> {
    let row = sqlx::query!(
        "SELECT id, version, next FROM series WHERE abbr = $1 AND form = $2 AND year = $3",
        abbr,
        form.code(),
        year,
    )
    .fetch_optional(read)
    .await?;
    Ok(row.map(|row| Series {
        id: row.id,
        version: Some(row.version),
        abbr: abbr.to_owned(),
        form,
        year,
        next: row.next,
    }))
}
