//! Who sits in the room: sessions of browsers, the post behind an account, and the demo's personas.

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use uuid::Uuid;

use super::super::known;
use crate::domain::{Role, UnitRef};

/// A browser sits down. `digest` is SHA-256 of the token in its cookie.
pub struct NewSession<'a> {
    pub digest: &'a str,
    pub account: &'a str,
    pub name: &'a str,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

pub async fn open(work: &PgPool, session: NewSession<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        INSERT INTO room_session (digest, account, name, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5)
        "#,
        session.digest,
        session.account,
        session.name,
        session.created_at,
        session.expires_at,
    )
    .execute(work)
    .await
    .map(|_| ())
}

pub async fn extend(work: &PgPool, digest: &str, expires_at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("UPDATE room_session SET expires_at = $2 WHERE digest = $1", digest, expires_at)
        .execute(work)
        .await
        .map(|_| ())
}

pub async fn close(work: &PgPool, digest: &str) -> sqlx::Result<()> {
    sqlx::query!("DELETE FROM room_session WHERE digest = $1", digest).execute(work).await.map(|_| ())
}

pub async fn forget_expired(work: &PgPool, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("DELETE FROM room_session WHERE expires_at <= $1", now).execute(work).await.map(|_| ())
}

/// The post an account holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    pub post_title: String,
    pub role: Role,
    pub unit: UnitRef,
}

/// Whoever a session belongs to. Without a seat: somebody not bound (any more).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    pub digest: String,
    pub account: String,
    pub name: String,
    pub expires_at: DateTime<Utc>,
    pub seat: Option<Seat>,
}

pub async fn visitor(read: &PgPool, digest: &str, now: DateTime<Utc>) -> sqlx::Result<Option<Visitor>> {
    let row = sqlx::query!(
        r#"
        SELECT
            s.account,
            s.expires_at,
            COALESCE(NULLIF(h.display_name, ''), s.name) AS "name!",
            p.title AS "title?",
            p.role AS "role?",
            u.id AS "unit?",
            u.name AS "unit_name?"
        FROM room_session s
        LEFT JOIN holder h ON h.platform = 'room' AND h.account = s.account AND h.ended_at IS NULL
        LEFT JOIN post p ON p.id = h.post
        LEFT JOIN unit u ON u.id = p.unit
        WHERE s.digest = $1
          AND s.expires_at > $2
        "#,
        digest,
        now,
    )
    .fetch_optional(read)
    .await?;
    row.map(|row| {
        let seat = match (row.title, row.role, row.unit, row.unit_name) {
            (Some(post_title), Some(role), Some(id), Some(name)) => Some(Seat {
                post_title,
                role: known(Role::from_code, "post", "role", &role)?,
                unit: UnitRef { id, name },
            }),
            _ => None,
        };
        Ok(Visitor {
            digest: digest.to_owned(),
            account: row.account,
            name: row.name,
            expires_at: row.expires_at,
            seat,
        })
    })
    .transpose()
}

/// Somebody the demo lets you be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Persona {
    pub account: String,
    pub name: String,
    pub post_title: String,
    pub unit: UnitRef,
    pub role: Role,
}

/// The demo's personas: current holders of the room whose account says so, in the order they were made.
pub async fn personas(read: &PgPool) -> sqlx::Result<Vec<Persona>> {
    let rows = sqlx::query!(
        r#"
        SELECT h.account, h.display_name, p.title, p.role, u.id AS unit, u.name AS unit_name
        FROM holder h
        JOIN post p ON p.id = h.post
        JOIN unit u ON u.id = p.unit
        WHERE h.platform = 'room'
          AND h.account LIKE 'demo-%'
          AND h.ended_at IS NULL
        ORDER BY h.bound_at, h.id
        "#,
    )
    .fetch_all(read)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Persona {
                name: if row.display_name.is_empty() { row.title.clone() } else { row.display_name },
                account: row.account,
                post_title: row.title,
                unit: UnitRef { id: row.unit, name: row.unit_name },
                role: known(Role::from_code, "post", "role", &row.role)?,
            })
        })
        .collect()
}

/// An open item to try commands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Example {
    pub number: i32,
    pub percent: i16,
    /// The asking unit leads it.
    pub is_own: bool,
}

/// The unit's own open item first, then one that is late: there is something to see.
pub async fn example(read: &PgPool, unit: Uuid) -> sqlx::Result<Option<Example>> {
    let row = sqlx::query!(
        r#"
        SELECT i.number, i.percent, i.lead_unit = $1 AS "is_own!"
        FROM item i
        JOIN round r ON r.id = i.round AND r.is_open
        WHERE i.status NOT IN ('completed', 'publicity', 'signed_off')
        ORDER BY i.lead_unit = $1 DESC, i.flag IS NOT DISTINCT FROM 'overdue' DESC, i.number
        LIMIT 1
        "#,
        unit,
    )
    .fetch_optional(read)
    .await?;
    Ok(row.map(|row| Example { number: row.number, percent: row.percent, is_own: row.is_own }))
}
