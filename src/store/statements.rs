//! What was told by the calendar, and the figures for it.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgExecutor;
use uuid::Uuid;

use crate::domain::statement::{Heard, Kind, Sums};

/// The day and the end of the last statement of a kind.
pub async fn last(read: impl PgExecutor<'_>, kind: Kind) -> sqlx::Result<Option<(NaiveDate, DateTime<Utc>)>> {
    let row = sqlx::query!(
        "SELECT on_day, until FROM statement WHERE kind = $1 ORDER BY on_day DESC LIMIT 1",
        kind.code(),
    )
    .fetch_optional(read)
    .await?;
    Ok(row.map(|row| (row.on_day, row.until)))
}

/// What became of the warnings whose time came after `since` and not after `until`.
pub async fn sums(
    read: impl PgExecutor<'_>,
    since: Option<DateTime<Utc>>,
    until: DateTime<Utc>,
) -> sqlx::Result<Sums> {
    sqlx::query_as!(
        Sums,
        r#"
        WITH fate AS (
            SELECT DISTINCT ON (warning) warning, fate
            FROM warning_fate
            WHERE ($1::timestamptz IS NULL OR at > $1) AND at <= $2 AND fate <> 'let_through'
            ORDER BY warning, at DESC
        ), line AS (
            SELECT seq, merged_into, warnings
            FROM outbox
            WHERE kind = 'warning' AND state IN ('due', 'sending') AND not_before <= $2
        ), open AS (
            SELECT w.id
            FROM (
                SELECT warnings FROM line
                UNION ALL
                SELECT p.warnings FROM line m JOIN outbox p ON p.merged_into = m.seq
            ) AS l
            CROSS JOIN unnest(l.warnings) AS said (id)
            JOIN warning w ON w.id = said.id
            GROUP BY w.id
        ), each AS (
            SELECT id AS warning, 'open' AS end FROM open
            UNION ALL
            SELECT warning, fate FROM fate WHERE NOT EXISTS (SELECT 1 FROM open WHERE open.id = fate.warning)
        )
        SELECT
            count(*)::integer AS "due!",
            (count(*) FILTER (WHERE each.end = 'sent'))::integer AS "sent!",
            (count(*) FILTER (
                WHERE each.end = 'sent'
                  AND EXISTS (SELECT 1 FROM receipt r WHERE r.warning = each.warning)
            ))::integer AS "acknowledged!",
            (count(*) FILTER (WHERE each.end IN ('held', 'later')))::integer AS "held!",
            (count(*) FILTER (WHERE each.end IN ('unclear', 'dead')))::integer AS "failed!",
            (count(*) FILTER (WHERE each.end = 'withdrawn'))::integer AS "withdrawn!",
            (count(*) FILTER (WHERE each.end = 'open'))::integer AS "open!"
        FROM each
        "#,
        since,
        until,
    )
    .fetch_one(read)
    .await
}

/// Posts that hold open items and have somebody who can hear of them.
pub async fn leaders(read: impl PgExecutor<'_>) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        r#"
        SELECT p.id
        FROM post p
        WHERE p.role = 'leader'
          AND EXISTS (SELECT 1 FROM holder h WHERE h.post = p.id AND h.ended_at IS NULL)
          AND EXISTS (
              SELECT 1
              FROM item i
              JOIN round r ON r.id = i.round AND r.is_open
              WHERE i.leader_post = p.id AND i.status NOT IN ('completed', 'publicity', 'signed_off')
          )
        ORDER BY p.id
        "#
    )
    .fetch_all(read)
    .await
}

/// Which rules have been heard by the lead unit's contact, of the open items that a post holds. The last
/// week on record is the one that is being worded.
pub async fn heard(read: impl PgExecutor<'_>, post: Uuid) -> sqlx::Result<Vec<Heard>> {
    sqlx::query_as!(
        Heard,
        r#"
        WITH week AS (
            SELECT on_day, until FROM statement WHERE kind = 'leaders' ORDER BY on_day DESC LIMIT 2
        ), before AS (
            SELECT min(until) AS at
            FROM week
            HAVING count(*) = 2 AND to_char(min(on_day), 'YYYY-MM') = to_char(max(on_day), 'YYYY-MM')
        )
        SELECT
            w.item, w.rule,
            -- What a leader sees of it is its flag and percent: hearing a rule once more is no news, and neither is a
            -- report of the same percent or a receipt.
            b.at IS NULL
                OR min(f.at) > b.at
                OR EXISTS (
                    SELECT 1
                    FROM item_history h
                    LEFT JOIN LATERAL (
                        SELECT p.percent, p.flag
                        FROM item_history p
                        WHERE p.item = h.item AND p.version < h.version
                        ORDER BY p.version DESC
                        LIMIT 1
                    ) p ON true
                    WHERE h.item = w.item
                      AND h.recorded_at > b.at
                      AND (h.percent, h.flag) IS DISTINCT FROM (p.percent, p.flag)
                ) AS "is_new!"
        FROM item i
        JOIN round r ON r.id = i.round AND r.is_open
        JOIN warning w ON w.item = i.id AND w.unit = i.lead_unit
        JOIN warning_fate f ON f.warning = w.id AND f.fate = 'sent'
        LEFT JOIN before b ON true
        WHERE i.leader_post = $1 AND i.status NOT IN ('completed', 'publicity', 'signed_off')
        GROUP BY w.item, w.rule, b.at
        "#,
        post,
    )
    .fetch_all(read)
    .await
}

/// The open rounds.
pub async fn rounds(read: impl PgExecutor<'_>) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!("SELECT id FROM round WHERE is_open ORDER BY name").fetch_all(read).await
}
