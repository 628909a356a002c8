//! Units and posts by the names people use, and who holds a post.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgExecutor, PgPool};
use uuid::Uuid;

use super::known;
use crate::domain::decision::CodeFor;
use crate::domain::mask::Person;
use crate::domain::{Lang, Role, UnitRef};

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

/// A post as somebody named it.
#[derive(Debug, Clone)]
pub struct NamedPost {
    pub id: Uuid,
    pub version: i32,
    pub title: String,
    pub role: Role,
    pub unit: UnitRef,
    pub unit_code: String,
    /// 免打扰: the last day of it.
    pub quiet_until: Option<NaiveDate>,
}

fn named(
    id: Uuid,
    version: i32,
    title: String,
    role: &str,
    (unit, name, unit_code): (Uuid, String, String),
    quiet_until: Option<NaiveDate>,
) -> sqlx::Result<NamedPost> {
    let role = known(Role::from_code, "post", "role", role)?;
    Ok(NamedPost { id, version, title, role, unit: UnitRef { id: unit, name }, unit_code, quiet_until })
}

/// Posts of this title; or of the unit called `unit`, those whose title is `post`, with or without the
/// unit's name before it, or that have the role `post` names. Without `post` all of the unit's.
pub async fn posts_called(
    read: impl PgExecutor<'_>,
    title: &str,
    unit: &str,
    post: &str,
    role: Option<Role>,
) -> sqlx::Result<Vec<NamedPost>> {
    let rows = sqlx::query!(
        r#"
        SELECT p.id, p.version, p.title, p.role, p.quiet_until, u.id AS unit, u.name, u.code
        FROM post p
        JOIN unit u ON u.id = p.unit
        WHERE p.title = $1
           OR (
               (u.name = $2 OR upper(u.code) = upper($2) OR $2 = ANY (u.aliases))
               AND ($3 = '' OR p.title = $3 OR p.title = u.name || $3 OR p.role = $4)
           )
        ORDER BY u.code, p.title
        "#,
        title,
        unit,
        post,
        role.map(Role::code),
    )
    .fetch_all(read)
    .await?;
    rows.into_iter()
        .map(|row| {
            named(row.id, row.version, row.title, &row.role, (row.unit, row.name, row.code), row.quiet_until)
        })
        .collect()
}

/// One post by its key.
pub async fn post(read: impl PgExecutor<'_>, id: Uuid) -> sqlx::Result<Option<NamedPost>> {
    let row = sqlx::query!(
        r#"
        SELECT p.id, p.version, p.title, p.role, p.quiet_until, u.id AS unit, u.name, u.code
        FROM post p
        JOIN unit u ON u.id = p.unit
        WHERE p.id = $1
        "#,
        id,
    )
    .fetch_optional(read)
    .await?;
    row.map(|row| {
        named(row.id, row.version, row.title, &row.role, (row.unit, row.name, row.code), row.quiet_until)
    })
    .transpose()
}

/// The posts that these accounts hold.
pub async fn holding(
    read: impl PgExecutor<'_>,
    platform: &str,
    accounts: &[String],
) -> sqlx::Result<Vec<NamedPost>> {
    let rows = sqlx::query!(
        r#"
        SELECT p.id, p.version, p.title, p.role, p.quiet_until, u.id AS unit, u.name, u.code
        FROM holder h
        JOIN post p ON p.id = h.post
        JOIN unit u ON u.id = p.unit
        WHERE h.platform = $1 AND h.account = ANY($2) AND h.ended_at IS NULL
        ORDER BY p.title
        "#,
        platform,
        accounts,
    )
    .fetch_all(read)
    .await?;
    rows.into_iter()
        .map(|row| {
            named(row.id, row.version, row.title, &row.role, (row.unit, row.name, row.code), row.quiet_until)
        })
        .collect()
}

/// A present holder of a post.
#[derive(Debug, Clone)]
pub struct Holder {
    pub id: Uuid,
    pub version: i32,
    pub platform: String,
    pub account: String,
    pub display_name: String,
    pub lang: String,
}

/// Who holds a post, on every platform; bound last first.
pub async fn holders_of(read: impl PgExecutor<'_>, post: Uuid) -> sqlx::Result<Vec<Holder>> {
    sqlx::query_as!(
        Holder,
        r#"
        SELECT id, version, platform, account, display_name, lang
        FROM holder
        WHERE post = $1 AND ended_at IS NULL
        ORDER BY bound_at DESC, id
        "#,
        post,
    )
    .fetch_all(read)
    .await
}

/// Somebody who will read something.
#[derive(Debug, Clone, Copy)]
pub enum Reader {
    /// Whoever holds this post.
    Post(Uuid),
    /// The contact of this unit.
    ContactOf(Uuid),
}

/// The language of whoever of these reads first; the ledger's own where nobody is bound.
pub async fn lang_of(read: impl PgExecutor<'_>, reader: Reader) -> sqlx::Result<Lang> {
    let (post, unit) = match reader {
        Reader::Post(post) => (Some(post), None),
        Reader::ContactOf(unit) => (None, Some(unit)),
    };
    let lang = sqlx::query_scalar!(
        r#"
        SELECT h.lang
        FROM post p
        JOIN holder h ON h.post = p.id AND h.ended_at IS NULL
        WHERE p.id = $1 OR (p.unit = $2 AND p.role = 'contact')
        ORDER BY p.id, h.bound_at DESC
        LIMIT 1
        "#,
        post,
        unit,
    )
    .fetch_optional(read)
    .await?;
    Ok(Lang::from_code(&lang.unwrap_or_default()))
}

/// Who ended the last holding of a post in chat, by the title of the post, and when.
pub async fn last_ended(
    read: impl PgExecutor<'_>,
    post: Uuid,
) -> sqlx::Result<Option<(String, DateTime<Utc>)>> {
    let row = sqlx::query!(
        r#"
        SELECT p.title, h.ended_at AS "ended_at!"
        FROM holder h
        JOIN post p ON p.id = h.ended_by
        WHERE h.post = $1 AND h.ended_at IS NOT NULL
        ORDER BY h.ended_at DESC
        LIMIT 1
        "#,
        post,
    )
    .fetch_optional(read)
    .await?;
    Ok(row.map(|row| (row.title, row.ended_at)))
}

/// The first contact of a unit whose post somebody holds: who reads what is said to the unit unasked.
pub async fn first_reader(read: impl PgExecutor<'_>, unit: Uuid) -> sqlx::Result<Option<(Uuid, String)>> {
    let row = sqlx::query!(
        r#"
        SELECT p.id, p.title
        FROM post p
        WHERE p.unit = $1
          AND p.role = 'contact'
          AND EXISTS (SELECT 1 FROM holder h WHERE h.post = p.id AND h.ended_at IS NULL)
        ORDER BY p.id
        LIMIT 1
        "#,
        unit,
    )
    .fetch_optional(read)
    .await?;
    Ok(row.map(|row| (row.id, row.title)))
}

/// Codes for a post that can still be used for this, with their versions.
pub async fn open_codes(
    read: impl PgExecutor<'_>,
    post: Uuid,
    purpose: CodeFor,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<(Uuid, i32)>> {
    let rows = sqlx::query!(
        r#"
        SELECT id, version
        FROM binding_code
        WHERE post = $1
          AND used_by IS NULL
          AND revoked_at IS NULL
          AND purpose = $3
          AND expires_at > $2
        "#,
        post,
        now,
        purpose.code(),
    )
    .fetch_all(read)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.version)).collect())
}

/// Those of these units whose contact nobody is bound as: a message would wait for the office.
pub async fn unreachable(read: impl PgExecutor<'_>, units: &[Uuid]) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        r#"
        SELECT u.id AS "id!"
        FROM unnest($1::uuid[]) AS u (id)
        WHERE NOT EXISTS (
            SELECT 1
            FROM post p
            JOIN holder h ON h.post = p.id AND h.ended_at IS NULL
            WHERE p.unit = u.id
              AND p.role = 'contact'
        )
        "#,
        units,
    )
    .fetch_all(read)
    .await
}

/// The posts of heads of these units that somebody holds: unit and post.
pub async fn heads(read: impl PgExecutor<'_>, units: &[Uuid]) -> sqlx::Result<Vec<(Uuid, Uuid)>> {
    let rows = sqlx::query!(
        r#"
        SELECT p.unit, p.id
        FROM post p
        WHERE p.unit = ANY($1)
          AND p.role = 'unit_head'
          AND EXISTS (SELECT 1 FROM holder h WHERE h.post = p.id AND h.ended_at IS NULL)
        ORDER BY p.unit, p.id
        "#,
        units,
    )
    .fetch_all(read)
    .await?;
    Ok(rows.into_iter().map(|row| (row.unit, row.id)).collect())
}

/// These units, by name.
pub async fn units(read: impl PgExecutor<'_>, ids: &[Uuid]) -> sqlx::Result<Vec<UnitRef>> {
    sqlx::query_as!(UnitRef, "SELECT id, name FROM unit WHERE id = ANY($1) ORDER BY name", ids)
        .fetch_all(read)
        .await
}

/// Everybody who holds or held a post, as far as the name is kept.
pub async fn everybody(read: impl PgExecutor<'_>) -> sqlx::Result<Vec<Person>> {
    sqlx::query_as!(
        Person,
        r#"
        SELECT DISTINCT h.display_name, p.title, u.name AS unit, u.aliases
        FROM holder h
        JOIN post p ON p.id = h.post
        JOIN unit u ON u.id = p.unit
        WHERE h.display_name <> ''
        "#,
    )
    .fetch_all(read)
    .await
}

/// How many posts of the office somebody holds.
pub async fn office_posts(read: impl PgExecutor<'_>) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"
        SELECT count(DISTINCT p.id) AS "posts!"
        FROM post p
        JOIN holder h ON h.post = p.id AND h.ended_at IS NULL
        WHERE p.role = 'office'
        "#
    )
    .fetch_one(read)
    .await
}
