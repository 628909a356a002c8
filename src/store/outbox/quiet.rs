//! What is said unasked: rows that wait for their hour, rows that leave as one message, and what became of
//! the warnings in them.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use sqlx::PgPool;
use uuid::Uuid;

use super::address::{Place, Recipient, Wanted};
use crate::domain::people::Role;
use crate::domain::quiet::{self, LetThrough, Listener, Slot, Why};
use crate::store::known;

/// A row without a chat whose time has come.
#[derive(Debug)]
pub struct Waiting {
    pub seq: i64,
    pub wanted: Wanted,
    /// Follows from something the person takes part in, rather than from the bot's own accord.
    pub is_notice: bool,
    /// A copy of a signed notice: a message of its own.
    pub is_copy: bool,
    pub let_through: Option<LetThrough>,
}

/// More than one morning brings; all of it at once, so that what one person is told stays together.
const AT_MOST: i64 = 5000;

/// Rows that are to be addressed now, or tried again.
pub async fn waiting(work: &PgPool, ledger_now: DateTime<Utc>) -> sqlx::Result<Vec<Waiting>> {
    let rows = sqlx::query!(
        r#"
        SELECT seq AS "seq!", kind AS "kind!", audience, audience_id, audience_unit, let_through
        FROM (
            SELECT seq, kind, audience, audience_id, audience_unit, let_through
            FROM outbox
            WHERE state = 'due' AND chat IS NULL AND not_before <= $1
            UNION ALL
            SELECT seq, kind, audience, audience_id, audience_unit, let_through
            FROM outbox
            WHERE state = 'held' AND hold IS NOT NULL AND not_before <= $1
        ) AS w
        ORDER BY seq
        LIMIT $2
        "#,
        ledger_now,
        AT_MOST,
    )
    .fetch_all(work)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Waiting {
                seq: row.seq,
                wanted: Wanted::of(row.audience.as_deref(), row.audience_id, row.audience_unit),
                is_notice: row.kind == "notice",
                is_copy: row.kind == "copy",
                let_through: match row.let_through.as_deref() {
                    Some(code) => Some(known(LetThrough::from_code, "outbox", "let_through", code)?),
                    None => None,
                },
            })
        })
        .collect()
}

/// The post of a holder who is to hear something in this chat, and what speaks against it.
pub async fn listener(
    work: &PgPool,
    holder: Uuid,
    chat: &str,
    today: NaiveDate,
    slot: Slot,
) -> sqlx::Result<(Uuid, Listener)> {
    let (first, last) = quiet::month(today);
    let row = sqlx::query!(
        r#"
        SELECT
            p.id, p.role, p.quiet_until,
            (
                SELECT count(*)
                FROM spoken s
                WHERE s.post = p.id AND s.said_on BETWEEN $3 AND $4
            ) AS "spoken!",
            EXISTS (
                SELECT 1
                FROM spoken s
                WHERE s.post = p.id AND s.said_on = $5 AND s.slot = $6
            ) AS "is_spoken_to!",
            EXISTS (
                SELECT 1
                FROM chat c
                WHERE c.platform = h.platform AND c.chat = $2 AND c.state IN ('blocked', 'removed')
            ) AS "is_gone!"
        FROM holder h
        JOIN post p ON p.id = h.post
        WHERE h.id = $1
        "#,
        holder,
        chat,
        first,
        last,
        today,
        slot.code(),
    )
    .fetch_one(work)
    .await?;
    let listener = Listener {
        role: known(Role::from_code, "post", "role", &row.role)?,
        quiet_until: row.quiet_until,
        spoken: row.spoken,
        is_spoken_to: row.is_spoken_to,
        is_gone: row.is_gone,
    };
    Ok((row.id, listener))
}

/// How a message counts: to whose post, on which day, and in which slot (none: the office let it through).
pub struct Counted {
    pub post: Uuid,
    pub on: NaiveDate,
    pub slot: Option<Slot>,
}

/// Addresses these rows to one person as one message, the first of them; the others leave with it.
/// `false`: somebody else has them in hand, or the person was spoken to meanwhile.
pub async fn gather(
    work: &PgPool,
    seqs: &[i64],
    (to, chat): (&Recipient, &str),
    counted: Option<Counted>,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let (Place::Account { holder, .. }, Some(first)) = (&to.place, seqs.iter().min()) else {
        return Ok(false);
    };
    let mut tx = work.begin().await?;
    let held = sqlx::query_scalar!(
        r#"
        SELECT seq
        FROM outbox
        WHERE seq = ANY($1) AND chat IS NULL AND state IN ('due', 'held')
        ORDER BY seq
        FOR NO KEY UPDATE SKIP LOCKED
        "#,
        seqs,
    )
    .fetch_all(&mut *tx)
    .await?;
    if held.len() < seqs.len() {
        return Ok(false);
    }
    if let Some(Counted { post, on, slot }) = counted {
        let is_first = sqlx::query!(
            "INSERT INTO spoken (seq, post, said_on, slot) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            first,
            post,
            on,
            slot.map(Slot::code),
        )
        .execute(&mut *tx)
        .await?;
        if is_first.rows_affected() == 0 {
            return Ok(false);
        }
    }
    sqlx::query!(
        r#"
        UPDATE outbox
        SET platform = CASE WHEN seq = $2 THEN $3 END,
            chat = CASE WHEN seq = $2 THEN $4 END,
            to_holder = $5,
            for_post = $6,
            state = CASE WHEN seq = $2 THEN 'due' ELSE 'withdrawn' END,
            merged_into = CASE WHEN seq <> $2 THEN $2 END,
            reason = CASE WHEN seq <> $2 THEN 'merged' END,
            settled_at = CASE WHEN seq <> $2 THEN $7::timestamptz END,
            hold = NULL,
            -- Several in one are never sent twice.
            on_doubt = CASE WHEN seq = $2 AND cardinality($1::bigint[]) > 1 THEN 'hold' ELSE on_doubt END
        WHERE seq = ANY($1::bigint[])
        "#,
        seqs,
        first,
        to.platform,
        chat,
        holder,
        to.for_post,
        now,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(true)
}

/// These rows are not said now, and tried again at `until` (ledger time). What the office should know of is
/// put before it; each new reason goes on record.
pub async fn put_off(
    work: &PgPool,
    seqs: &[i64],
    (why, until): (Why, DateTime<Utc>),
    reason: &str,
    listener: Option<(Uuid, Uuid)>,
    ledger_now: DateTime<Utc>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let (holder, post) = listener.unzip();
    let is_held = why.is_for_the_office();
    sqlx::query!(
        r#"
        WITH waiting AS (
            SELECT seq, hold, warnings, copy
            FROM outbox
            WHERE seq = ANY($1) AND chat IS NULL AND state IN ('due', 'held')
            FOR NO KEY UPDATE SKIP LOCKED
        ), put_off AS (
            UPDATE outbox
            SET state = CASE WHEN $2 THEN 'held' ELSE 'due' END,
                hold = CASE WHEN $2 THEN $3::text END,
                settled_at = CASE WHEN $2 THEN $4::timestamptz END,
                not_before = $5,
                reason = $6,
                to_holder = $7
            FROM waiting
            WHERE outbox.seq = waiting.seq
        ), copies AS (
            INSERT INTO copy_fate (copy, at, fate, reason, post, until)
            SELECT copy, $8, CASE WHEN $2 THEN 'held' ELSE 'later' END, $3, $9, $5
            FROM waiting
            WHERE copy IS NOT NULL AND hold IS DISTINCT FROM $3
            ON CONFLICT DO NOTHING
        )
        INSERT INTO warning_fate (warning, at, fate, reason, post, until)
        SELECT w.id, $8, CASE WHEN $2 THEN 'held' ELSE 'later' END, $3, $9, $5
        FROM waiting
        CROSS JOIN unnest(waiting.warnings) AS said (id)
        JOIN warning w ON w.id = said.id
        WHERE waiting.hold IS DISTINCT FROM $3
        ON CONFLICT DO NOTHING
        "#,
        seqs,
        is_held,
        why.code(),
        now,
        until,
        reason,
        holder,
        ledger_now,
        post,
    )
    .execute(work)
    .await
    .map(|_| ())
}

/// One of the rows that leave as one message.
#[derive(Debug)]
pub struct Part {
    pub seq: i64,
    pub kind: String,
    pub payload: Option<Value>,
    pub warnings: Vec<Uuid>,
    /// The copy of a notice that it carries.
    pub copy: Option<Uuid>,
}

/// What leaves with a row: itself first, then what was merged into it.
pub async fn parts(work: &PgPool, seq: i64) -> sqlx::Result<Vec<Part>> {
    let rows = sqlx::query!(
        r#"
        SELECT seq AS "seq!", kind AS "kind!", payload, warnings, copy
        FROM (
            SELECT seq, kind, payload, warnings, copy FROM outbox WHERE seq = $1
            UNION ALL
            SELECT seq, kind, payload, warnings, copy FROM outbox WHERE merged_into = $1
        ) AS p
        ORDER BY seq
        "#,
        seq,
    )
    .fetch_all(work)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Part {
            seq: row.seq,
            kind: row.kind,
            payload: row.payload,
            warnings: row.warnings.unwrap_or_default(),
            copy: row.copy,
        })
        .collect())
}

/// Warnings that are no longer true do not leave with this row, and that is on record.
pub async fn drop_mended(
    work: &PgPool,
    seq: i64,
    mended: &[Uuid],
    post: Option<Uuid>,
    ledger_now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        WITH dropped AS (
            UPDATE outbox
            SET warnings = ARRAY(SELECT id FROM unnest(warnings) AS w (id) WHERE id <> ALL ($2))
            WHERE (seq = $1 OR merged_into = $1) AND warnings && $2
        )
        INSERT INTO warning_fate (warning, at, fate, reason, post)
        SELECT id, $4, 'withdrawn', 'mended', $3
        FROM warning
        WHERE id = ANY($2)
        ON CONFLICT DO NOTHING
        "#,
        seq,
        mended,
        post,
        ledger_now,
    )
    .execute(work)
    .await
    .map(|_| ())
}
