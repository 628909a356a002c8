//! The basis (口径) in force: read once, kept in memory, and read again when its version has moved.

use std::sync::Arc;

use chrono::NaiveDate;
use sqlx::{PgConnection, PgPool};
use tokio::sync::watch;
use uuid::Uuid;

use super::{calendar, known};
use crate::domain::basis::{Basis, Threshold};

/// The basis as this process knows it. Only handed out after its version was looked at.
#[derive(Debug, Default)]
pub struct Known(watch::Sender<Arc<Basis>>);

impl Known {
    /// The basis of this version, which a statement has just brought along.
    pub async fn of_version(&self, read: &mut PgConnection, version: i64) -> sqlx::Result<Arc<Basis>> {
        let here = Arc::clone(&self.0.borrow());
        if here.version == version {
            return Ok(here);
        }
        let fresh = Arc::new(load(read).await?);
        self.0.send_if_modified(|here| {
            let is_newer = fresh.version > here.version;
            if is_newer {
                *here = Arc::clone(&fresh);
            }
            is_newer
        });
        Ok(fresh)
    }

    /// The basis in force, for workers.
    pub async fn fresh(&self, read: &PgPool) -> sqlx::Result<Arc<Basis>> {
        let mut conn = read.acquire().await?;
        let version = version(&mut conn).await?;
        self.of_version(&mut conn, version).await
    }
}

async fn version(read: &mut PgConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar!("SELECT version FROM basis_version").fetch_one(read).await
}

/// The basis in force. The version is read first: what changes meanwhile is read again next time.
pub async fn load(read: &mut PgConnection) -> sqlx::Result<Basis> {
    let version = version(&mut *read).await?;
    let rows = sqlx::query!(
        r#"
        SELECT DISTINCT ON (round, name) round, name, value
        FROM threshold
        ORDER BY round, name, seq DESC
        "#
    )
    .fetch_all(&mut *read)
    .await?;
    let set = rows
        .into_iter()
        // Without a value: back to the default.
        .filter_map(|row| Some((row.round, row.name, row.value?)))
        .map(|(round, name, value)| {
            Ok((round, known(Threshold::from_code, "threshold", "name", &name)?, value))
        })
        .collect::<sqlx::Result<Vec<_>>>()?;
    Ok(Basis::new(version, calendar::load(read).await?, set))
}

/// How a threshold was set once.
pub struct Setting {
    pub threshold: Threshold,
    /// `None`: back to the default.
    pub values: Option<Vec<i32>>,
    pub since: NaiveDate,
    /// The title of the post that set it.
    pub set_by: Option<String>,
}

/// How the thresholds of a round were set, the newest first.
pub async fn settings(read: &mut PgConnection, round: Uuid) -> sqlx::Result<Vec<Setting>> {
    let rows = sqlx::query!(
        r#"
        SELECT t.name, t.value, t.since, p.title AS "title?"
        FROM threshold t
        LEFT JOIN post p ON p.id = t.set_by
        WHERE t.round = $1
        ORDER BY t.seq DESC
        "#,
        round,
    )
    .fetch_all(read)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Setting {
                threshold: known(Threshold::from_code, "threshold", "name", &row.name)?,
                values: row.value,
                since: row.since,
                set_by: row.title,
            })
        })
        .collect()
}
