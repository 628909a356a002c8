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

/// Units in whose name or alias these words stand.
pub async fn units_like(read: impl PgExecutor<'_>, words: &str, at_most: i64) -> sqlx::Result<Vec<UnitRef>> {
    sqlx::query_as!(
        UnitRef,
        r#"
        SELECT id, name
        FROM unit
        WHERE position($1 IN name) > 0
           OR EXISTS (SELECT 1 FROM unnest(aliases) AS a (alias) WHERE position($1 IN a.alias) > 0)
        ORDER BY code
        LIMIT $2
        "#,
        words,
        at_most,
    )
    .fetch_all(read)
    .await
}

pub async fn unit(read: impl PgExecutor<'_>, id: Uuid) -> sqlx::Result<Option<UnitRef>> {
    sqlx::query_as!(UnitRef, "SELECT id, name FROM unit WHERE id = $1", id).fetch_optional(read).await
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
