//! Files as commands and the fetcher ask for them. Written by `commit` alone.

use chrono::{DateTime, Utc};
use sqlx::{PgExecutor, PgPool};
use uuid::Uuid;

use super::known;
use crate::domain::attachment::{FileState, Held, Place, Shape, Stage};
use crate::domain::{ChatAddress, Lang};

struct Row {
    id: Uuid,
    version: i32,
    post: Uuid,
    item: Option<Uuid>,
    report: Option<i32>,
    answer: Option<Uuid>,
    stage: Option<String>,
    state: String,
    album: Option<String>,
}

/// `held!("WHERE …", arguments…)`: files `a`, as [`Row`]s.
macro_rules! held {
    ($tail:tt, $($argument:expr),*) => {
        sqlx::query_as!(
            Row,
            "SELECT a.id, a.version, a.post, a.item, a.report, a.answer, a.stage, a.state, a.album FROM attachment a "
                + $tail,
            $($argument),*
        )
    };
}

impl Row {
    fn held(self) -> sqlx::Result<Held> {
        Ok(Held {
            id: self.id,
            version: self.version,
            post: self.post,
            place: self.item.map(|item| Place { item, report: self.report, answer: self.answer }),
            stage: self.stage.map(|s| known(Stage::from_code, "attachment", "stage", &s)).transpose()?,
            state: known(FileState::from_code, "attachment", "state", &self.state)?,
            album: self.album,
        })
    }
}

fn all(rows: Vec<Row>) -> sqlx::Result<Vec<Held>> {
    rows.into_iter().map(Row::held).collect()
}

/// Whose files are asked for: those an account sent in a chat.
#[derive(Clone, Copy)]
pub struct Sent<'a> {
    pub chat: &'a ChatAddress,
    pub account: &'a str,
}

/// The files of an album.
pub async fn of_album(read: impl PgExecutor<'_>, of: Sent<'_>, album: &str) -> sqlx::Result<Vec<Held>> {
    all(held!(
        "WHERE a.album = $1 AND a.platform = $2 AND a.chat = $3 AND a.account = $4 ORDER BY a.id",
        album,
        of.chat.platform,
        of.chat.chat,
        of.account
    )
    .fetch_all(read)
    .await?)
}

/// These files as far as they still wait for their item, and the others of their albums that do.
pub async fn waiting_with(read: impl PgExecutor<'_>, of: Sent<'_>, ids: &[Uuid]) -> sqlx::Result<Vec<Held>> {
    all(held!(
        "WHERE a.account = $2
           AND a.platform = $3
           AND a.chat = $4
           AND a.item IS NULL
           AND a.state = 'waiting'
           AND (a.id = ANY($1) OR a.album IN (SELECT b.album FROM attachment b WHERE b.id = ANY($1)))
         ORDER BY a.id",
        ids,
        of.account,
        of.chat.platform,
        of.chat.chat
    )
    .fetch_all(read)
    .await?)
}

/// Files of an account in a chat that wait for their item.
pub async fn waiting(
    read: impl PgExecutor<'_>,
    of: Sent<'_>,
    since: DateTime<Utc>,
) -> sqlx::Result<Vec<Held>> {
    all(held!(
        "WHERE a.account = $1
           AND a.platform = $2
           AND a.chat = $3
           AND a.item IS NULL
           AND a.state = 'waiting'
           AND a.sent_at >= $4
         ORDER BY a.id",
        of.account,
        of.chat.platform,
        of.chat.chat,
        since
    )
    .fetch_all(read)
    .await?)
}

/// One file, whatever became of it.
pub async fn one(read: impl PgExecutor<'_>, id: Uuid) -> sqlx::Result<Option<Held>> {
    held!("WHERE a.id = $1", id).fetch_optional(read).await?.map(Row::held).transpose()
}

/// The files of a report, of an answer, or of an item without either that are not refused.
pub async fn of_place(read: impl PgExecutor<'_>, place: Place) -> sqlx::Result<Vec<Held>> {
    all(held!(
        "WHERE a.item = $1
           AND a.report IS NOT DISTINCT FROM $2
           AND a.answer IS NOT DISTINCT FROM $3
           AND a.state <> 'refused'
         ORDER BY a.id",
        place.item,
        place.report,
        place.answer
    )
    .fetch_all(read)
    .await?)
}

/// Files that wait although one of their album has a place, because two messages crossed; each with the
/// one that has.
pub async fn strays(read: &PgPool) -> sqlx::Result<Vec<(Held, Held)>> {
    let strays = all(held!(
        "WHERE a.item IS NULL
           AND a.state = 'waiting'
           AND a.album IS NOT NULL
           AND EXISTS (
               SELECT 1
               FROM attachment b
               WHERE b.album = a.album AND b.account = a.account AND b.chat = a.chat
                 AND b.platform = a.platform AND (b.item IS NOT NULL OR b.state = 'refused')
           )
         ORDER BY a.id
         LIMIT $1",
        100
    )
    .fetch_all(read)
    .await?)?;
    let mut found = Vec::with_capacity(strays.len());
    for stray in strays {
        let placed = held!(
            "JOIN attachment s ON s.album = a.album AND s.account = a.account AND s.chat = a.chat
                 AND s.platform = a.platform
             WHERE s.id = $1 AND (a.item IS NOT NULL OR a.state = 'refused')
             ORDER BY a.state = 'refused' DESC, a.id
             LIMIT 1",
            stray.id
        );
        if let Some(placed) = placed.fetch_optional(read).await? {
            found.push((stray, placed.held()?));
        }
    }
    Ok(found)
}

/// A file as a list shows it.
pub struct Listed {
    pub id: Uuid,
    pub name: String,
    pub note: String,
    pub shape: Shape,
    pub stage: Option<Stage>,
    pub state: FileState,
    pub reason: String,
    pub sha256: Option<String>,
    pub bytes: Option<i64>,
    pub sent_at: DateTime<Utc>,
    pub post: String,
    /// The percent of the report it belongs to, and whether that was taken back.
    pub percent: Option<i16>,
    pub is_withdrawn: bool,
    /// The number of the notice to the answer of which it belongs.
    pub answers: Option<String>,
}

/// The files of an item with those of its units' answers to notices about it, in the order they were sent.
pub async fn of_item(read: impl PgExecutor<'_>, item: Uuid, at_most: i64) -> sqlx::Result<Vec<Listed>> {
    let rows = sqlx::query!(
        r#"
        SELECT
            a.id, a.name, a.note, a.shape, a.stage, a.state, a.reason, a.sha256, a.bytes, a.sent_at,
            p.title AS post,
            r.percent AS "percent?",
            v.verdict IS NOT DISTINCT FROM 'withdrawn' AS "is_withdrawn!",
            n.number AS "answers?"
        FROM (
            SELECT id FROM attachment WHERE item = $1
            UNION
            SELECT f.id
            FROM item i
            JOIN notice_item l ON l.item = i.id
            JOIN notice_copy c ON c.notice = l.notice
            JOIN notice_answer w ON w.copy = c.id
            JOIN attachment f ON f.answer = w.id
            WHERE i.id = $1
              AND (
                  i.lead_unit = c.unit
                  OR EXISTS (SELECT 1 FROM item_co_unit o WHERE o.item = i.id AND o.unit = c.unit)
              )
        ) AS of
        JOIN attachment a ON a.id = of.id
        JOIN post p ON p.id = a.post
        LEFT JOIN notice_answer w ON w.id = a.answer
        LEFT JOIN notice_copy c ON c.id = w.copy
        LEFT JOIN notice n ON n.id = c.notice
        LEFT JOIN report r ON r.item = a.item AND r.version = a.report
        LEFT JOIN verdict v ON v.item = a.item AND v.version = a.report
        ORDER BY a.sent_at, a.id
        LIMIT $2
        "#,
        item,
        at_most,
    )
    .fetch_all(read)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Listed {
                id: row.id,
                name: row.name,
                note: row.note,
                shape: known(Shape::from_code, "attachment", "shape", &row.shape)?,
                stage: row.stage.map(|s| known(Stage::from_code, "attachment", "stage", &s)).transpose()?,
                state: known(FileState::from_code, "attachment", "state", &row.state)?,
                reason: row.reason,
                sha256: row.sha256,
                bytes: row.bytes,
                sent_at: row.sent_at,
                post: row.post,
                percent: row.percent,
                is_withdrawn: row.is_withdrawn,
                answers: row.answers,
            })
        })
        .collect()
}

/// A file as the fetcher needs it.
pub struct ToFetch {
    pub version: i32,
    pub state: FileState,
    pub file: String,
    pub name: String,
    pub shape: Shape,
    pub sha256: Option<String>,
    pub sent_at: DateTime<Utc>,
    pub chat: ChatAddress,
    /// The item's number, and the language of whoever holds the post that sent it.
    pub number: Option<i32>,
    pub lang: Lang,
}

pub async fn to_fetch(read: &PgPool, id: Uuid) -> sqlx::Result<Option<ToFetch>> {
    let row = sqlx::query!(
        r#"
        SELECT
            a.version, a.state, a.file, a.name, a.shape, a.sha256, a.sent_at, a.platform, a.chat, a.thread,
            i.number AS "number?", h.lang AS "lang?"
        FROM attachment a
        LEFT JOIN item i ON i.id = a.item
        LEFT JOIN holder h ON h.platform = a.platform AND h.account = a.account AND h.ended_at IS NULL
        WHERE a.id = $1
        "#,
        id,
    )
    .fetch_optional(read)
    .await?;
    row.map(|row| {
        Ok(ToFetch {
            version: row.version,
            state: known(FileState::from_code, "attachment", "state", &row.state)?,
            file: row.file,
            name: row.name,
            shape: known(Shape::from_code, "attachment", "shape", &row.shape)?,
            sha256: row.sha256,
            sent_at: row.sent_at,
            chat: ChatAddress { platform: row.platform, chat: row.chat, thread: row.thread },
            number: row.number,
            lang: Lang::from_code(&row.lang.unwrap_or_default()),
        })
    })
    .transpose()
}

/// Whether anything that is kept has this content.
pub async fn is_kept(read: &PgPool, sha256: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"
        SELECT EXISTS (SELECT 1 FROM attachment WHERE sha256 = $1 AND state = 'stored')
            OR EXISTS (SELECT 1 FROM document_end WHERE sha256 = $1) AS "kept!"
        "#,
        sha256,
    )
    .fetch_one(read)
    .await
}

/// A kept file that somebody may have.
pub struct Download {
    pub sha256: String,
    pub name: String,
    pub mime: String,
}

/// The kept file whose digest begins so, among those of items that the holder of this account may see:
/// whoever sees all, the units concerned, the leader who holds the item (`Item::is_open_to`). A document is
/// for these as well when it is about an item, and for the post that asked for it.
/// `None` also when two contents begin so.
pub async fn download(
    read: &PgPool,
    platform: &str,
    account: &str,
    digest: &str,
) -> sqlx::Result<Option<Download>> {
    let mut rows = sqlx::query!(
        r#"
        WITH kept AS (
            SELECT a.sha256, a.name, a.mime, a.item, NULL::uuid AS asked_by, a.sent_at AS at
            FROM attachment a
            WHERE a.sha256 >= $3 AND a.sha256 <= $3 || 'g' AND a.state = 'stored' AND a.item IS NOT NULL
            UNION ALL
            SELECT e.sha256, e.name, e.mime, d.subject, d.post, e.known_at
            FROM document_end e
            JOIN document d ON d.id = e.document
            WHERE e.sha256 >= $3 AND e.sha256 <= $3 || 'g'
        )
        SELECT DISTINCT ON (k.sha256) k.sha256 AS "sha256!", k.name AS "name!", k.mime AS "mime!"
        FROM holder h
        JOIN post p ON p.id = h.post
        CROSS JOIN kept k
        LEFT JOIN item i ON i.id = k.item
        WHERE h.platform = $1
          AND h.account = $2
          AND h.ended_at IS NULL
          AND (
              p.role IN ('office', 'supervisor', 'auditor')
              OR k.asked_by = p.id
              OR i.lead_unit = p.unit
              OR i.leader_post = p.id
              OR EXISTS (SELECT 1 FROM item_co_unit c WHERE c.item = i.id AND c.unit = p.unit)
          )
        ORDER BY k.sha256, k.at
        LIMIT 2
        "#,
        platform,
        account,
        digest,
    )
    .fetch_all(read)
    .await?;
    let only = rows.pop().filter(|_| rows.is_empty());
    Ok(only.map(|row| Download { sha256: row.sha256, name: row.name, mime: row.mime }))
}

/// Files that could not be fetched, with their items: for the doctor.
pub async fn failed(read: &PgPool) -> sqlx::Result<Vec<(i32, i64)>> {
    let rows = sqlx::query!(
        r#"
        SELECT i.number, count(*) AS "files!"
        FROM attachment a
        JOIN item i ON i.id = a.item
        WHERE a.state = 'failed'
        GROUP BY i.number
        ORDER BY i.number
        LIMIT 20
        "#
    )
    .fetch_all(read)
    .await?;
    Ok(rows.into_iter().map(|row| (row.number, row.files)).collect())
}
