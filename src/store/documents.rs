//! Documents that were asked for, and what was said in those that were made. Written by `commit` alone.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use super::{known, summary};
use crate::domain::document::{Figures, Format, Needs, NewDocument};
use crate::domain::{ChatAddress, Lang};

/// Documents of a post that are being made.
pub async fn waiting(read: impl PgExecutor<'_>, post: Uuid) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"
        SELECT count(*) AS "documents!"
        FROM document d
        WHERE d.post = $1
          AND NOT EXISTS (SELECT 1 FROM document_end e WHERE e.document = d.id)
        "#,
        post,
    )
    .fetch_one(read)
    .await
}

/// Whether a round has what a paper of this day needs. Whether an item was open on a day of the past only the paper
/// itself finds out.
pub async fn is_there(
    read: &mut PgConnection,
    needs: Needs,
    round: Uuid,
    day: NaiveDate,
    today: NaiveDate,
) -> sqlx::Result<bool> {
    match needs {
        Needs::Nothing => Ok(true),
        Needs::Published => Ok(!summary::published(read, round, day).await?.is_empty()),
        Needs::Open if day == today => {
            sqlx::query_scalar!(
                r#"
                SELECT EXISTS (
                    SELECT 1 FROM item WHERE round = $1 AND status NOT IN ('completed', 'publicity', 'signed_off')
                ) AS "is_open!"
                "#,
                round,
            )
            .fetch_one(read)
            .await
        }
        // What has come back is open from another day, and was there before.
        Needs::Items | Needs::Open => {
            sqlx::query_scalar!(
                r#"
                SELECT
                    EXISTS (SELECT 1 FROM item WHERE round = $1 AND opened_on <= $2)
                    OR EXISTS (
                        SELECT 1
                        FROM item i
                        JOIN item_days d ON d.item = i.id
                        WHERE i.round = $1 AND d.effective_on <= $2
                    ) AS "is_there!"
                "#,
                round,
                day,
            )
            .fetch_one(read)
            .await
        }
    }
}

/// A document as it is made.
pub struct ToMake {
    pub asked: NewDocument,
    pub asked_at: DateTime<Utc>,
}

/// `None`: there is none, or making it has ended.
pub async fn to_make(read: impl PgExecutor<'_>, id: Uuid) -> sqlx::Result<Option<ToMake>> {
    let row = sqlx::query!(
        r#"
        SELECT
            d.id, d.paper, d.format, d.round, d.subject, d.label, d.as_of, d.post, d.platform, d.chat, d.thread,
            d.lang, d.asked_at
        FROM document d
        WHERE d.id = $1
          AND NOT EXISTS (SELECT 1 FROM document_end e WHERE e.document = d.id)
        "#,
        id,
    )
    .fetch_optional(read)
    .await?;
    row.map(|row| {
        Ok(ToMake {
            asked: NewDocument {
                id: row.id,
                paper: row.paper,
                format: known(Format::from_code, "document", "format", &row.format)?,
                round: row.round,
                subject: row.subject,
                label: row.label,
                as_of: row.as_of,
                post: row.post,
                chat: ChatAddress { platform: row.platform, chat: row.chat, thread: row.thread },
                lang: Lang::from_code(&row.lang),
            },
            asked_at: row.asked_at,
        })
    })
    .transpose()
}

/// What an earlier document of the same paper, subject and day said.
pub struct Earlier {
    pub figures: Figures,
    /// The moment up to which the ledger was read.
    pub known_at: DateTime<Utc>,
}

/// The last one that was made, of this round.
pub async fn earlier(
    read: impl PgExecutor<'_>,
    paper: &str,
    round: Uuid,
    subject: Option<Uuid>,
    as_of: NaiveDate,
) -> sqlx::Result<Option<Earlier>> {
    let row = sqlx::query!(
        r#"
        SELECT e.figures AS "figures!: Json<Figures>", e.known_at
        FROM document d
        JOIN document_end e ON e.document = d.id
        WHERE d.paper = $1
          AND d.round = $2
          AND d.subject IS NOT DISTINCT FROM $3
          AND d.as_of = $4
          AND e.is_made
        ORDER BY e.known_at DESC, e.document DESC
        LIMIT 1
        "#,
        paper,
        round,
        subject,
        as_of,
    )
    .fetch_optional(read)
    .await?;
    Ok(row.map(|row| Earlier { figures: row.figures.0, known_at: row.known_at }))
}
