//! Units and posts by the names people use.

use sqlx::{PgExecutor, PgPool};
use uuid::Uuid;

use super::known;
use crate::domain::{Role, UnitRef};

/// Units of this name, code or alias.
pub async fn units_called(read: impl PgExecutor<'_>, called: &str) -> sqlx::Result<Vec<UnitRef>> {
    sqlx::query_as!(
        UnitRef,
        r#"
        SELECT id, name
        FROM unit
        WHERE name = $1 OR upper(code) = upper($1) OR $1 = ANY (aliases)
        ORDER BY (name = $1) DESC, name
        "#,
        called,
    )
    .fetch_all(read)
    .await
}

/// What the units are called.
pub async fn unit_names(read: &PgPool) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!("SELECT name FROM unit ORDER BY code").fetch_all(read).await
}

/// A post of a unit.
pub struct Post {
    pub id: Uuid,
    pub version: i32,
    pub title: String,
    pub role: Role,
}

pub async fn posts_of(read: &PgPool, unit: Uuid) -> sqlx::Result<Vec<Post>> {
    let rows = sqlx::query!("SELECT id, version, title, role FROM post WHERE unit = $1 ORDER BY title", unit)
        .fetch_all(read)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Post {
                id: row.id,
                version: row.version,
                title: row.title,
                role: known(Role::from_code, "post", "role", &row.role)?,
            })
        })
        .collect()
}
