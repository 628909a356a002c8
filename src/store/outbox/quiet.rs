//! What is said unasked: rows that wait for their hour, rows that leave as one message, and what became of
//! the warnings in them.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use sqlx::PgPool;
use uuid::Uuid;

use super::address::{Recipient, Wanted};
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
    /// It could not leave before.
    pub is_held: bool,
    pub let_through: Option<LetThrough>,
}

/// More than one morning brings; all of it at once, so that what one person is told stays together.
const AT_MOST: i64 = 5000;

/// Rows that are to be addressed now, or tried again.
pub async fn waiting(work: &PgPool, ledger_now: DateTime<Utc>) -> sqlx::Result<Vec<Waiting>> {
    let rows = sqlx::query!(
        r#"
        SELECT
            seq AS "seq!", kind AS "kind!", audience, audience_id, audience_unit, let_through, is_held AS "is_held!"
        FROM (
            SELECT seq, kind, audience, audience_id, audience_unit, let_through, false AS is_held
            FROM outbox
            WHERE state = 'due' AND chat IS NULL AND not_before <= $1
            UNION ALL
            SELECT seq, kind, audience, audience_id, audience_unit, let_through, true
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
                is_held: row.is_held,
                let_through: match row.let_through.as_deref() {
                    Some(code) => Some(known(LetThrough::from_code, "outbox", "let_through", code)?),
                    None => None,
                },
            })
        })
        .collect()
}

/// Which of these copies were overtaken while they could not leave: their limit has passed, another paper took their
/// place, or all that they are about is completed.
pub async fn overtaken(work: &PgPool, seqs: &[i64], today: NaiveDate) -> sqlx::Result<HashSet<i64>> {
    let seqs = sqlx::query_scalar!(
        r#"
        SELECT o.seq
        FROM outbox o
        JOIN notice_copy c ON c.id = o.copy
        JOIN notice n ON n.id = c.notice
        CROSS JOIN LATERAL (
            SELECT
                count(*) AS all,
                count(*) FILTER (WHERE i.status NOT IN ('completed', 'publicity', 'signed_off')) AS open
            FROM notice_item l
            JOIN item i ON i.id = l.item
            WHERE l.notice = c.notice
              AND (
                  i.lead_unit = c.unit
                  OR EXISTS (SELECT 1 FROM item_co_unit u WHERE u.item = i.id AND u.unit = c.unit)
              )
        ) of
        WHERE o.seq = ANY($1)
          AND n.state = 'signed'
          AND (
              COALESCE(n.report_by, n.answer_by) < $2
              OR c.escalated_at IS NOT NULL
              OR c.closed_at IS NOT NULL
              OR (of.all > 0 AND of.open = 0)
          )
        "#,
        seqs,
        today,
    )
    .fetch_all(work)
    .await?;
    Ok(seqs.into_iter().collect())
}

/// Whoever is to hear something in a chat: their posts, and what speaks against it, by holder.
pub async fn listeners(
    work: &PgPool,
    told: &[(Uuid, &str)],
    today: NaiveDate,
    slot: Slot,
    budget: usize,
) -> sqlx::Result<HashMap<Uuid, (Uuid, Listener)>> {
    let (first, last) = quiet::month(today);
    let (holders, chats): (Vec<Uuid>, Vec<&str>) = told.iter().copied().unzip();
    let rows = sqlx::query!(
        r#"
        SELECT
            h.id AS "holder!", p.id AS "post!", p.role AS "role!", p.quiet_until,
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
                WHERE c.platform = h.platform AND c.chat = a.chat AND c.state IN ('blocked', 'removed')
            ) AS "is_gone!"
        FROM unnest($1::uuid[], $2::text[]) AS a (holder, chat)
        JOIN holder h ON h.id = a.holder
        JOIN post p ON p.id = h.post
        "#,
        &holders,
        &chats as &[&str],
        first,
        last,
        today,
        slot.code(),
    )
    .fetch_all(work)
    .await?;
    rows.into_iter()
        .map(|row| {
            let listener = Listener {
                role: known(Role::from_code, "post", "role", &row.role)?,
                quiet_until: row.quiet_until,
                spoken: row.spoken,
                is_spoken_to: row.is_spoken_to,
                is_gone: row.is_gone,
                budget,
            };
            Ok((row.holder, (row.post, listener)))
        })
        .collect()
}

/// How a message counts: to whose post, on which day, and in which slot (none: the office let it through).
#[derive(Debug)]
pub struct Counted {
    pub post: Uuid,
    pub on: NaiveDate,
    pub slot: Option<Slot>,
}

/// Rows that leave to one person as one message.
#[derive(Debug)]
pub struct Gathered<'r> {
    pub seqs: Vec<i64>,
    pub to: &'r Recipient,
    pub holder: Uuid,
    pub chat: &'r str,
    pub counted: Option<Counted>,
}

impl Gathered<'_> {
    /// The one that becomes the message.
    fn first(&self) -> i64 {
        self.seqs.iter().copied().min().unwrap_or_default()
    }
}

/// Addresses the rows of each of these as one message, the first of them; the others leave with it. Left as
/// they are where somebody else has rows in hand, or the person was spoken to meanwhile.
pub async fn gather(work: &PgPool, mut told: Vec<Gathered<'_>>, now: DateTime<Utc>) -> sqlx::Result<()> {
    let seqs: Vec<i64> = told.iter().flat_map(|one| one.seqs.iter().copied()).collect();
    let mut tx = work.begin().await?;
    let held: HashSet<i64> = sqlx::query_scalar!(
        r#"
        SELECT seq
        FROM outbox
        WHERE seq = ANY($1) AND chat IS NULL AND state IN ('due', 'held')
        ORDER BY seq
        FOR NO KEY UPDATE SKIP LOCKED
        "#,
        &seqs,
    )
    .fetch_all(&mut *tx)
    .await?
    .into_iter()
    .collect();
    told.retain(|one| one.seqs.iter().all(|seq| held.contains(seq)));
    let counted: Vec<(i64, &Counted)> =
        told.iter().filter_map(|one| Some((one.first(), one.counted.as_ref()?))).collect();
    let spoken: HashSet<i64> = sqlx::query_scalar!(
        r#"
        INSERT INTO spoken (seq, post, said_on, slot)
        SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::date[], $4::smallint[])
        ON CONFLICT DO NOTHING
        RETURNING seq
        "#,
        &counted.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(),
        &counted.iter().map(|(_, counted)| counted.post).collect::<Vec<_>>(),
        &counted.iter().map(|(_, counted)| counted.on).collect::<Vec<_>>(),
        &counted.iter().map(|(_, counted)| counted.slot.map(Slot::code)).collect::<Vec<_>>()
            as &[Option<i16>],
    )
    .fetch_all(&mut *tx)
    .await?
    .into_iter()
    .collect();
    told.retain(|one| one.counted.is_none() || spoken.contains(&one.first()));
    let rows: Vec<(i64, &Gathered<'_>)> =
        told.iter().flat_map(|one| one.seqs.iter().map(move |seq| (*seq, one))).collect();
    sqlx::query!(
        r#"
        UPDATE outbox o
        SET platform = CASE WHEN o.seq = g.first THEN g.platform END,
            chat = CASE WHEN o.seq = g.first THEN g.chat END,
            to_holder = g.holder,
            for_post = g.for_post,
            state = CASE WHEN o.seq = g.first THEN 'due' ELSE 'withdrawn' END,
            merged_into = CASE WHEN o.seq <> g.first THEN g.first END,
            reason = CASE WHEN o.seq <> g.first THEN 'merged' END,
            settled_at = CASE WHEN o.seq <> g.first THEN $8::timestamptz END,
            hold = NULL,
            -- Several in one are never sent twice.
            on_doubt = CASE WHEN o.seq = g.first AND g.several THEN 'hold' ELSE o.on_doubt END
        FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::boolean[])
            AS g (seq, first, platform, chat, holder, for_post, several)
        WHERE o.seq = g.seq
        "#,
        &rows.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(),
        &rows.iter().map(|(_, one)| one.first()).collect::<Vec<_>>(),
        &rows.iter().map(|(_, one)| one.to.platform.as_str()).collect::<Vec<_>>() as &[&str],
        &rows.iter().map(|(_, one)| one.chat).collect::<Vec<_>>() as &[&str],
        &rows.iter().map(|(_, one)| one.holder).collect::<Vec<_>>(),
        &rows.iter().map(|(_, one)| one.to.for_post).collect::<Vec<_>>() as &[Option<Uuid>],
        &rows.iter().map(|(_, one)| one.seqs.len() > 1).collect::<Vec<_>>(),
        now,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}

/// A row that is not said now.
#[derive(Debug)]
pub struct PutOff {
    pub seq: i64,
    /// For the doctor's list.
    pub reason: &'static str,
    /// Who would have heard it: the holder, and the post.
    pub listener: Option<(Uuid, Uuid)>,
}

/// These rows are not said now, and tried again at `until` (ledger time). What the office should know of is
/// put before it; each new reason goes on record.
pub async fn put_off(
    work: &PgPool,
    rows: &[PutOff],
    (why, until): (Why, DateTime<Utc>),
    ledger_now: DateTime<Utc>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let listener = |row: &PutOff| row.listener.unzip();
    let is_held = why.is_for_the_office();
    sqlx::query!(
        r#"
        WITH waiting AS (
            SELECT o.seq, o.hold, o.warnings, o.copy, r.reason, r.holder, r.post
            FROM unnest($1::bigint[], $6::text[], $7::uuid[], $9::uuid[]) AS r (seq, reason, holder, post)
            JOIN outbox o ON o.seq = r.seq
            WHERE o.chat IS NULL AND o.state IN ('due', 'held')
            FOR NO KEY UPDATE OF o SKIP LOCKED
        ), put_off AS (
            UPDATE outbox
            SET state = CASE WHEN $2 THEN 'held' ELSE 'due' END,
                hold = CASE WHEN $2 THEN $3::text END,
                settled_at = CASE WHEN $2 THEN $4::timestamptz END,
                not_before = $5,
                reason = waiting.reason,
                to_holder = waiting.holder
            FROM waiting
            WHERE outbox.seq = waiting.seq
        ), copies AS (
            INSERT INTO copy_fate (copy, at, fate, reason, post, until)
            SELECT copy, $8, CASE WHEN $2 THEN 'held' ELSE 'later' END, $3, post, $5
            FROM waiting
            WHERE copy IS NOT NULL AND hold IS DISTINCT FROM $3
            ON CONFLICT DO NOTHING
        )
        INSERT INTO warning_fate (warning, at, fate, reason, post, until)
        SELECT w.id, $8, CASE WHEN $2 THEN 'held' ELSE 'later' END, $3, waiting.post, $5
        FROM waiting
        CROSS JOIN unnest(waiting.warnings) AS said (id)
        JOIN warning w ON w.id = said.id
        WHERE waiting.hold IS DISTINCT FROM $3
        ON CONFLICT DO NOTHING
        "#,
        &rows.iter().map(|row| row.seq).collect::<Vec<_>>(),
        is_held,
        why.code(),
        now,
        until,
        &rows.iter().map(|row| row.reason).collect::<Vec<_>>() as &[&str],
        &rows.iter().map(|row| listener(row).0).collect::<Vec<_>>() as &[Option<Uuid>],
        ledger_now,
        &rows.iter().map(|row| listener(row).1).collect::<Vec<_>>() as &[Option<Uuid>],
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
    /// The copy of a notice, or the sheet of an assessment, that it carries.
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
