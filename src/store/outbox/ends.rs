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

/// Writes how attempts begun under this epoch ended, all at once, and what became of the warnings in them by
/// the ledger's clock. Returns the rows that were written;
/// whoever misses one has lost the lease to somebody who settled it.
pub async fn end(
    work: &PgPool,
    platform: &str,
    epoch: i64,
    ends: &[(i64, &End)],
    ledger_now: DateTime<Utc>,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<i64>> {
    let columns: Vec<Columns<'_>> = ends.iter().map(|(_, end)| Columns::of(end)).collect();
    let seqs: Vec<i64> = ends.iter().map(|(seq, _)| *seq).collect();
    let states: Vec<&str> = columns.iter().map(|c| c.state).collect();
    let tries: Vec<Option<DateTime<Utc>>> = columns.iter().map(|c| c.next_try_at).collect();
    let later: Vec<Option<DateTime<Utc>>> = columns.iter().map(|c| c.not_before).collect();
    // What a platform says may hold anything; the database takes no zero byte.
    let reasons: Vec<Option<String>> = columns.iter().map(|c| Some(c.reason?.replace('\0', ""))).collect();
    let ids: Vec<Option<&str>> = columns.iter().map(|c| c.sent_id).collect();
    sqlx::query_scalar!(
        r#"
        WITH ended AS (
            UPDATE outbox o
            SET state = e.state,
                settled_at = CASE WHEN e.state <> 'due' THEN $9::timestamptz END,
                next_try_at = e.next_try_at,
                not_before = COALESCE(e.not_before, o.not_before),
                on_doubt = CASE
                    WHEN e.not_before IS NULL OR o.kind = 'week' THEN o.on_doubt
                    WHEN cardinality(o.warnings) > 1 THEN 'hold'
                    ELSE 'repeat'
                END,
                -- By the time it leaves somebody else may hold the post or stand in.
                platform = CASE
                    WHEN e.not_before IS NOT NULL AND (o.audience IS NOT NULL OR o.audience_unit IS NOT NULL) THEN NULL
                    ELSE o.platform
                END,
                chat = CASE
                    WHEN e.not_before IS NOT NULL AND (o.audience IS NOT NULL OR o.audience_unit IS NOT NULL) THEN NULL
                    ELSE o.chat
                END,
                -- A binding code is not kept.
                payload = CASE WHEN e.state = 'sent' AND o.kind = 'secret' THEN NULL ELSE o.payload END,
                reason = e.reason,
                sent_id = e.sent_id
            FROM unnest($3::bigint[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::text[], $8::text[])
                AS e (seq, state, next_try_at, not_before, reason, sent_id)
            WHERE o.seq = e.seq
              AND o.state = 'sending'
              AND o.epoch = $2
              AND EXISTS (SELECT 1 FROM sender_lease l WHERE l.platform = $1 AND l.epoch = $2)
            RETURNING o.seq, o.kind, o.state, o.warnings, o.copy, o.to_holder, o.for_post, e.not_before
        ), settled AS (
            SELECT * FROM ended WHERE kind IN ('warning', 'notice', 'week', 'dispatch', 'copy') AND (state <> 'due' OR not_before IS NOT NULL)
        ), apart AS (
            -- What left with a row that waits again waits by itself.
            UPDATE outbox p
            SET state = 'due', merged_into = NULL, settled_at = NULL, reason = NULL, not_before = s.not_before
            FROM settled s
            WHERE p.merged_into = s.seq AND s.state = 'due'
        ), unsaid AS (
            DELETE FROM spoken USING settled s WHERE spoken.seq = s.seq AND s.state NOT IN ('sent', 'unclear')
        ), delivered AS (
            INSERT INTO copy_fate (copy, at, fate, reason, post, for_post, until)
            SELECT
                s.copy, $10, CASE WHEN s.state = 'due' THEN 'later' ELSE s.state END,
                CASE s.state WHEN 'due' THEN 'hours' WHEN 'withdrawn' THEN 'void' END, h.post, s.for_post,
                s.not_before
            FROM (
                SELECT copy, state, to_holder, for_post, not_before FROM settled
                UNION ALL
                SELECT p.copy, m.state, m.to_holder, m.for_post, m.not_before
                FROM settled m
                JOIN outbox p ON p.merged_into = m.seq
            ) AS s
            LEFT JOIN holder h ON h.id = s.to_holder
            WHERE s.copy IS NOT NULL
            ON CONFLICT DO NOTHING
        ), fated AS (
            INSERT INTO warning_fate (warning, at, fate, reason, post, until)
            SELECT
                w.id, $10, CASE WHEN s.state = 'due' THEN 'later' ELSE s.state END,
                CASE s.state WHEN 'due' THEN 'hours' WHEN 'withdrawn' THEN 'mended' END, h.post, s.not_before
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
            RETURNING warning, fate
        ), shown AS (
            -- A group's card tells of a warning once it was told to those it is for.
            INSERT INTO outbox (kind, lane, platform, chat, thread, card_item, on_doubt, created_at)
            SELECT DISTINCT 'card', 'chat', k.platform, k.chat, k.thread, k.item, 'repeat', $9::timestamptz
            FROM fated f
            JOIN warning w ON w.id = f.warning
            JOIN card k ON k.item = w.item
            WHERE f.fate = 'sent'
              AND w.rung <> 'reminder'
              AND NOT EXISTS (
                  SELECT 1
                  FROM outbox e
                  WHERE e.card_item = k.item AND e.chat = k.chat AND e.kind = 'card' AND e.state = 'due'
              )
        )
        SELECT seq AS "seq!" FROM ended
        "#,
        platform,
        epoch,
        &seqs,
        &states as &[&str],
        &tries as &[Option<DateTime<Utc>>],
        &later as &[Option<DateTime<Utc>>],
        &reasons as &[Option<String>],
        &ids as &[Option<&str>],
        now,
        ledger_now,
    )
    .fetch_all(work)
    .await
}

/// What an end writes.
#[derive(Default)]
struct Columns<'e> {
    state: &'static str,
    next_try_at: Option<DateTime<Utc>>,
    not_before: Option<DateTime<Utc>>,
    reason: Option<&'e str>,
    sent_id: Option<&'e str>,
}

impl Columns<'_> {
    fn of(end: &End) -> Columns<'_> {
        let settled = |state, reason| Columns { state, reason: Some(reason), ..Columns::default() };
        match end {
            End::Sent { id } => Columns { state: "sent", sent_id: Some(id), ..Columns::default() },
            End::Again { at, reason } => {
                Columns { state: "due", next_try_at: Some(*at), reason: Some(reason), ..Columns::default() }
            }
            End::Later { not_before } => Columns {
                state: "due",
                not_before: Some(*not_before),
                reason: Some("outside speaking hours"),
                ..Columns::default()
            },
            End::Withdrawn { reason } => settled("withdrawn", reason),
            End::Unclear { reason } => settled("unclear", reason),
            End::Dead { reason } => settled("dead", reason),
        }
    }
}
