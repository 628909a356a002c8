//! Periods, their duties and their dispatch. What concerns many items is done by one statement over the next
//! chunk of them, in the order of their numbers.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::cycle::{CycleEffect, Every, Next, Released};
use crate::domain::decision::{Aggregate, Decision, Effect};

/// Items of one step. A transaction holds others up: this many take a fraction of a second.
pub const CHUNK: i64 = 5_000;

pub(super) async fn lock(
    tx: &mut PgConnection,
    cycles: &[Uuid],
    held: &mut HashMap<(Aggregate, Uuid), i32>,
) -> sqlx::Result<()> {
    if !cycles.is_empty() {
        let rows = sqlx::query!(
            "SELECT id, version FROM cycle WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED",
            cycles,
        )
        .fetch_all(tx)
        .await?;
        held.extend(rows.into_iter().map(|row| ((Aggregate::Cycle, row.id), row.version)));
    }
    Ok(())
}

/// To be called behind the items' own next states: what moves here moves from those.
pub(super) async fn carry_out(
    tx: &mut PgConnection,
    decision: &Decision,
    real_now: DateTime<Utc>,
) -> sqlx::Result<()> {
    for effect in &decision.effects {
        let Effect::Cycle(effect) = effect else { continue };
        match effect {
            CycleEffect::Opened { id, round, cycle } => {
                sqlx::query!(
                    r#"
                    INSERT INTO cycle (id, round, kind, starts_on, closes_on, opened_at)
                    VALUES ($1, $2, $3, $4, $5, $6)
                    "#,
                    id,
                    round,
                    cycle.every.code(),
                    cycle.starts_on,
                    cycle.closes_on,
                    decision.now.utc,
                )
                .execute(&mut *tx)
                .await?;
            }
            CycleEffect::Filled(next) => fill(tx, next).await?,
            CycleEffect::Settled { next, closes_on, serious, moves } => {
                settle(tx, decision, next, (*closes_on, *serious, *moves)).await?;
            }
            CycleEffect::Released(released) => release(tx, decision, released, real_now).await?,
            CycleEffect::Waived { cycles, lines } => waive(tx, decision, cycles, lines).await?,
        }
    }
    Ok(())
}

/// The duties of the next items. New ones have time until the next period, and so have those that moved to
/// this kind of period after it had begun.
async fn fill(tx: &mut PgConnection, next: &Next) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        WITH chunk AS MATERIALIZED (
            (
                SELECT id, number, lead_unit,
                    status NOT IN ('completed', 'publicity', 'signed_off')
                        AND opened_on < $5
                        AND (cycle_since IS NULL OR cycle_since <= $5) AS owes
                FROM item
                WHERE round = $3 AND cycle = $4 AND number > $6
                ORDER BY number
                LIMIT $2
            )
            UNION ALL
            -- 长期坚持: these go on after completion, whatever cycle they went by before.
            (
                SELECT id, number, lead_unit, COALESCE(completed_on, opened_on) < $5
                FROM item
                WHERE $4 = $7
                  AND round = $3
                  AND number > $6
                  AND kind = 'long_term'
                  AND status = 'completed'
                  AND status IN ('completed', 'publicity', 'signed_off')
                ORDER BY number
                LIMIT $2
            )
        ), made AS (
            INSERT INTO duty (cycle, number, item, unit)
            SELECT $1, number, id, lead_unit FROM chunk WHERE owes
            ON CONFLICT DO NOTHING
            RETURNING number
        ), sums AS (
            SELECT
                (SELECT count(*) FROM chunk) AS items,
                (SELECT max(number) FROM chunk) AS last,
                (SELECT count(*) FROM made) AS made
        )
        UPDATE cycle
        SET version = version + 1,
            due = due + sums.made::integer,
            walked = CASE WHEN sums.items < $2 THEN 0 ELSE sums.last END,
            state = CASE WHEN sums.items < $2 THEN 'open' ELSE state END
        FROM sums
        WHERE id = $1
        "#,
        next.id,
        CHUNK,
        next.round,
        next.every.code(),
        next.starts_on,
        next.walked,
        Every::LongTerm.code(),
    )
    .execute(tx)
    .await
    .map(|_| ())
}

/// The outcomes of the next duties, and where the items go from here. An item that waits for somebody else's
/// conclusion, or is done, is let off.
async fn settle(
    tx: &mut PgConnection,
    decision: &Decision,
    next: &Next,
    (closes_on, serious, moves): (NaiveDate, i16, bool),
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        WITH chunk AS MATERIALIZED (
            SELECT number, item, unit
            FROM duty
            WHERE cycle = $1 AND number > $8
            ORDER BY number
            LIMIT $2
        ), seen AS MATERIALIZED (
            SELECT
                c.number, c.item, c.unit, i.cycle,
                CASE
                    WHEN i.last_report_on BETWEEN $9 AND $3
                      OR (i.last_report_on > $3 AND EXISTS (
                            SELECT 1
                            FROM report r
                            WHERE r.item = i.id
                              AND r.part = 'lead'
                              AND r.effective_on BETWEEN $9 AND $3
                              AND NOT EXISTS (
                                  SELECT 1
                                  FROM verdict v
                                  WHERE v.item = r.item AND v.version = r.version AND v.verdict = 'withdrawn'
                              )
                      )) THEN 'reported'
                    WHEN i.status IN ('applied', 'checking', 'publicity', 'signed_off')
                      OR (i.status = 'completed' AND $10 <> 'long_term') THEN 'waived'
                    ELSE 'missed'
                END AS outcome,
                i.status IN ('assigned', 'in_progress', 'returned')
                    AND COALESCE((
                        SELECT m.percent
                        FROM milestone m
                        WHERE m.item = i.id AND m.due_on <= $3
                        ORDER BY m.due_on DESC
                        LIMIT 1
                    ) - i.percent >= $4, false) AS is_behind
            FROM chunk c
            JOIN item i ON i.id = c.item
        ), settled AS (
            UPDATE duty
            SET outcome = s.outcome,
                settled_on = $5,
                told = s.outcome = 'missed' AND was_asked($1, s.item, s.unit)
            FROM seen s
            WHERE duty.cycle = $1 AND duty.number = s.number
        ), wanted AS MATERIALIZED (
            SELECT
                item,
                CASE
                    WHEN outcome = 'missed' OR is_behind
                        THEN CASE cycle WHEN 'month' THEN 'half_month' WHEN 'half_month' THEN 'week' END
                    ELSE CASE cycle WHEN 'week' THEN 'half_month' WHEN 'half_month' THEN 'month' END
                END AS cycle,
                CASE WHEN outcome = 'missed' THEN 'missing' WHEN is_behind THEN 'lagging' ELSE 'good' END AS why
            FROM seen
            WHERE $6
              AND cycle = $10
              AND outcome <> 'waived'
        ), held AS MATERIALIZED (
            SELECT i.id, w.cycle, w.why
            FROM wanted w
            JOIN item i ON i.id = w.item
            WHERE w.cycle IS NOT NULL
            ORDER BY i.id
            FOR NO KEY UPDATE OF i
        ), moved AS (
            UPDATE item
            SET cycle = h.cycle,
                cycle_since = $5,
                cycle_why = h.why,
                next_check_on = $5,
                version = version + 1
            FROM held h
            WHERE item.id = h.id
            RETURNING item.id, item.version, item.status, item.percent, item.flag, h.why
        ), remembered AS (
            INSERT INTO item_history
                (item, version, change, status, percent, flag, effective_on, recorded_at)
            SELECT
                id, version, CASE why WHEN 'good' THEN 'slower' ELSE 'faster' END, status, percent, flag, $5, $7
            FROM moved
        ), sums AS (
            SELECT
                (SELECT count(*) FROM chunk) AS items,
                (SELECT max(number) FROM chunk) AS last,
                count(*) FILTER (WHERE outcome = 'reported') AS reported,
                count(*) FILTER (WHERE outcome = 'missed') AS missed,
                count(*) FILTER (WHERE outcome = 'waived') AS waived
            FROM seen
        )
        UPDATE cycle
        SET version = version + 1,
            reported = cycle.reported + sums.reported::integer,
            missed = cycle.missed + sums.missed::integer,
            waived = cycle.waived + sums.waived::integer,
            closes_on = $3,
            walked = CASE WHEN sums.items < $2 THEN 0 ELSE sums.last END,
            state = CASE WHEN sums.items < $2 THEN 'closed' ELSE 'closing' END,
            closed_at = CASE WHEN sums.items < $2 THEN $7::timestamptz END
        FROM sums
        WHERE id = $1
        "#,
        next.id,
        CHUNK,
        closes_on,
        serious,
        decision.now.today(),
        moves,
        decision.now.utc,
        next.walked,
        next.starts_on,
        next.every.code(),
    )
    .execute(tx)
    .await
    .map(|_| ())
}

/// The office's dispatch, with a message to each unit's contact. The cycles are locked by the decision.
async fn release(
    tx: &mut PgConnection,
    decision: &Decision,
    released: &Released,
    real_now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO dispatch (id, by_post, at) VALUES ($1, $2, $3)",
        released.id,
        decision.actor.post,
        decision.now.utc,
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "UPDATE cycle SET dispatch = $1, version = version + 1 WHERE id = ANY($2)",
        released.id,
        &released.cycles,
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        r#"
        WITH said AS (
            INSERT INTO outbox (kind, lane, audience_unit, on_doubt, not_before, created_at)
            SELECT 'dispatch', 'chat', unit, 'repeat', $3, $4
            FROM unnest($2::uuid[]) WITH ORDINALITY AS u (unit, place)
            ORDER BY place
            RETURNING seq, audience_unit
        )
        INSERT INTO dispatch_copy (dispatch, unit, seq)
        SELECT $1, audience_unit, seq FROM said
        "#,
        released.id,
        &released.units,
        released.not_before,
        real_now,
    )
    .execute(tx)
    .await
    .map(|_| ())
}

async fn waive(
    tx: &mut PgConnection,
    decision: &Decision,
    cycles: &[Uuid],
    lines: &[(Uuid, &'static str)],
) -> sqlx::Result<()> {
    let (units, codes): (Vec<Uuid>, Vec<&str>) = lines.iter().copied().unzip();
    sqlx::query!(
        r#"
        INSERT INTO dispatch_waiver (cycle, unit, line, waived_by, waived_at)
        SELECT c.cycle, l.unit, l.line, $4, $5
        FROM unnest($1::uuid[]) AS c (cycle)
        CROSS JOIN unnest($2::uuid[], $3::text[]) AS l (unit, line)
        ON CONFLICT DO NOTHING
        "#,
        cycles,
        &units,
        &codes as &[&str],
        decision.actor.post,
        decision.now.utc,
    )
    .execute(tx)
    .await
    .map(|_| ())
}
