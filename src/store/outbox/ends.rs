//! How an attempt begins and ends; every mark checks the epoch, so that a sender that was paused cannot
//! speak or write twice.

use chrono::{DateTime, Utc};
use sqlx::PgPool;

/// Marks rows as being sent under this epoch, before the first byte leaves. Returns those marked.
pub async fn begin(work: &PgPool, platform: &str, epoch: i64, seqs: &[i64]) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        r#"
        UPDATE outbox
        SET state = 'sending', epoch = $2, attempts = attempts + 1
        WHERE seq = ANY($3)
          AND state = 'due'
          AND EXISTS (SELECT 1 FROM sender_lease l WHERE l.platform = $1 AND l.epoch = $2)
        RETURNING seq
        "#,
        platform,
        epoch,
        seqs,
    )
    .fetch_all(work)
    .await
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    Sent {
        id: String,
    },
    /// Back in line, not before this (real) time.
    Again {
        at: DateTime<Utc>,
        reason: String,
    },
    /// Back in line, not before this ledger time: it is night, or a rest day.
    Later {
        not_before: DateTime<Utc>,
    },
    Withdrawn {
        reason: String,
    },
    Unclear {
        reason: String,
    },
    Dead {
        reason: String,
    },
}

impl End {
    /// The word for the figures.
    pub fn name(&self) -> &'static str {
        match self {
            End::Sent { .. } => "sent",
            End::Again { .. } => "again",
            End::Later { .. } => "later",
            End::Withdrawn { .. } => "withdrawn",
            End::Unclear { .. } => "unclear",
            End::Dead { .. } => "dead",
        }
    }
}

/// Writes how an attempt ended, and what became of the warnings in it by the ledger's clock. `false`: this
/// sender has lost its lease and must stop.
pub async fn end(
    work: &PgPool,
    platform: &str,
    epoch: i64,
    seq: i64,
    end: &End,
    ledger_now: DateTime<Utc>,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let (state, settled, next_try_at, not_before, reason, sent_id) = match end {
        End::Sent { id } => ("sent", true, None, None, None, Some(id.as_str())),
        End::Again { at, reason } => ("due", false, Some(*at), None, Some(reason.as_str()), None),
        End::Later { not_before } => {
            ("due", false, None, Some(*not_before), Some("outside speaking hours"), None)
        }
        End::Withdrawn { reason } => ("withdrawn", true, None, None, Some(reason.as_str()), None),
        End::Unclear { reason } => ("unclear", true, None, None, Some(reason.as_str()), None),
        End::Dead { reason } => ("dead", true, None, None, Some(reason.as_str()), None),
    };
    let done = sqlx::query_scalar!(
        r#"
        WITH ended AS (
            UPDATE outbox
            SET state = $4,
                settled_at = CASE WHEN $5 THEN $10::timestamptz END,
                next_try_at = $6,
                not_before = COALESCE($7, not_before),
                on_doubt = CASE
                    WHEN $7 IS NULL OR kind = 'week' THEN on_doubt
                    WHEN cardinality(warnings) > 1 THEN 'hold'
                    ELSE 'repeat'
                END,
                -- By the time it leaves somebody else may hold the post or stand in.
                platform = CASE
                    WHEN $7 IS NOT NULL AND (audience IS NOT NULL OR audience_unit IS NOT NULL) THEN NULL
                    ELSE platform
                END,
                chat = CASE
                    WHEN $7 IS NOT NULL AND (audience IS NOT NULL OR audience_unit IS NOT NULL) THEN NULL
                    ELSE chat
                END,
                -- A binding code is not kept.
                payload = CASE WHEN $4 = 'sent' AND kind = 'secret' THEN NULL ELSE payload END,
                reason = $8,
                sent_id = $9
            WHERE seq = $3
              AND state = 'sending'
              AND epoch = $2
              AND EXISTS (SELECT 1 FROM sender_lease l WHERE l.platform = $1 AND l.epoch = $2)
            RETURNING seq, kind, state, warnings, to_holder, not_before
        ), settled AS (
            SELECT * FROM ended WHERE kind IN ('warning', 'notice', 'week') AND (state <> 'due' OR $7 IS NOT NULL)
        ), apart AS (
            -- What left with a row that waits again waits by itself.
            UPDATE outbox p
            SET state = 'due', merged_into = NULL, settled_at = NULL, reason = NULL, not_before = s.not_before
            FROM settled s
            WHERE p.merged_into = s.seq AND s.state = 'due'
        ), unsaid AS (
            DELETE FROM spoken USING settled s WHERE spoken.seq = s.seq AND s.state NOT IN ('sent', 'unclear')
        ), fated AS (
            INSERT INTO warning_fate (warning, at, fate, reason, post, until)
            SELECT
                w.id, $11, CASE WHEN s.state = 'due' THEN 'later' ELSE s.state END,
                CASE s.state WHEN 'due' THEN 'hours' WHEN 'withdrawn' THEN 'mended' END, h.post,
                CASE WHEN s.state = 'due' THEN s.not_before END
            FROM (
                SELECT state, warnings, to_holder, not_before FROM settled
                UNION ALL
                SELECT m.state, p.warnings, m.to_holder, m.not_before
                FROM settled m
                JOIN outbox p ON p.merged_into = m.seq
            ) AS s
            CROSS JOIN unnest(s.warnings) AS said (id)
            JOIN warning w ON w.id = said.id
            LEFT JOIN holder h ON h.id = s.to_holder
            ON CONFLICT DO NOTHING
        )
        SELECT seq AS "seq!" FROM ended
        "#,
        platform,
        epoch,
        seq,
        state,
        settled,
        next_try_at,
        not_before,
        reason,
        sent_id,
        now,
        ledger_now,
    )
    .fetch_optional(work)
    .await?;
    Ok(done.is_some())
}
