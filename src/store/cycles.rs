//! The periods of the open rounds, and what is owed in them.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgExecutor, PgPool};
use uuid::Uuid;

use super::known;
use crate::domain::UnitRef;
use crate::domain::cycle::{Addressee, Every, RedLine, Standing, State};
use crate::domain::quiet::Why;

/// The newest period of each kind in each open round.
pub struct Newest {
    pub round: Uuid,
    pub every: Every,
    pub standing: Option<Standing>,
}

fn kinds() -> Vec<&'static str> {
    Every::ALL.into_iter().map(Every::code).collect()
}

pub async fn newest(read: &PgPool) -> sqlx::Result<Vec<Newest>> {
    let rows = sqlx::query!(
        r#"
        SELECT
            r.id AS round, k.kind AS "kind!",
            c.id AS "id?", c.version AS "version?", c.starts_on AS "starts_on?", c.state AS "state?",
            c.walked AS "walked?"
        FROM round r
        CROSS JOIN unnest($1::text[]) AS k (kind)
        LEFT JOIN LATERAL (
            SELECT id, version, starts_on, state, walked
            FROM cycle
            WHERE round = r.id AND kind = k.kind
            ORDER BY starts_on DESC
            LIMIT 1
        ) c ON true
        WHERE r.is_open
        ORDER BY r.id, k.kind
        "#,
        &kinds() as &[&str],
    )
    .fetch_all(read)
    .await?;
    rows.into_iter()
        .map(|row| {
            let standing = match (row.id, row.version, row.starts_on, row.state, row.walked) {
                (Some(id), Some(version), Some(starts_on), Some(state), Some(walked)) => {
                    let state = known(State::from_code, "cycle", "state", &state)?;
                    Some(Standing { id, version, starts_on, state, walked })
                }
                _ => None,
            };
            let every = known(Every::from_code, "cycle", "kind", &row.kind)?;
            Ok(Newest { round: row.round, every, standing })
        })
        .collect()
}

/// A period in which reports are awaited.
#[derive(Debug, Clone)]
pub struct Open {
    pub id: Uuid,
    pub version: i32,
    pub round: Uuid,
    pub every: Every,
    pub starts_on: NaiveDate,
    pub due: i32,
    pub dispatch: Option<Dispatched>,
}

/// When it was sent out, and by whom.
#[derive(Debug, Clone)]
pub struct Dispatched {
    pub id: Uuid,
    pub by_post: Uuid,
    pub by: String,
    pub at: DateTime<Utc>,
}

/// The open periods of these rounds in which something is due, the months at the head.
pub async fn open(read: impl PgExecutor<'_>, rounds: &[Uuid]) -> sqlx::Result<Vec<Open>> {
    let rows = sqlx::query!(
        r#"
        SELECT
            c.id, c.version, c.round, c.kind, c.starts_on, c.due,
            d.id AS "dispatch?", d.at AS "at?", p.id AS "by_post?", p.title AS "by?"
        FROM cycle c
        LEFT JOIN dispatch d ON d.id = c.dispatch
        LEFT JOIN post p ON p.id = d.by_post
        WHERE c.round = ANY($1)
          AND c.state = 'open'
          AND c.due > 0
        ORDER BY array_position($2::text[], c.kind), c.round
        "#,
        rounds,
        &kinds() as &[&str],
    )
    .fetch_all(read)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Open {
                id: row.id,
                version: row.version,
                round: row.round,
                every: known(Every::from_code, "cycle", "kind", &row.kind)?,
                starts_on: row.starts_on,
                due: row.due,
                dispatch: match (row.dispatch, row.by_post, row.by, row.at) {
                    (Some(id), Some(by_post), Some(by), Some(at)) => Some(Dispatched { id, by_post, by, at }),
                    _ => None,
                },
            })
        })
        .collect()
}

/// How many duties of a period are still owed. What is handed in or done owes nothing.
pub async fn owed(read: impl PgExecutor<'_>, cycle: Uuid) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"
        SELECT count(*) AS "owed!" FROM owing WHERE cycle = $1
        "#,
        cycle,
    )
    .fetch_one(read)
    .await
}

/// The units that still owe reports of these periods, and how each can be reached on this day.
pub async fn addressees(
    read: impl PgExecutor<'_>,
    cycles: &[Uuid],
    today: NaiveDate,
) -> sqlx::Result<Vec<Addressee>> {
    let rows = sqlx::query!(
        r#"
        WITH owing AS MATERIALIZED (
            SELECT unit, count(*) AS items FROM owing WHERE cycle = ANY($1) GROUP BY unit
        )
        SELECT
            u.id, u.name, u.code, o.items AS "items!", r.platform AS "platform?", r.account AS "account?",
            (
                SELECT min(p.title) FROM post p WHERE p.unit = u.id AND p.role = 'contact'
            ) AS contact,
            EXISTS (
                SELECT 1
                FROM post p
                JOIN leave v ON v.post = p.id
                WHERE p.unit = u.id
                  AND p.role = 'contact'
                  AND v.ended_on IS NULL
                  AND v.from_on <= $2
                  AND v.to_on >= $2
            ) AS "is_away!",
            EXISTS (
                SELECT 1
                FROM chat b
                WHERE b.platform = r.platform AND b.chat = r.account AND b.state IN ('blocked', 'removed')
            ) AS "is_blocked!",
            (
                SELECT right(g.id::text, 8)
                FROM chat g
                WHERE g.units = ARRAY[u.id]
                  AND g.confirmed
                  AND NOT g.is_private
                  AND g.state = 'removed'
                ORDER BY g.id
                LIMIT 1
            ) AS group_gone,
            ARRAY(
                SELECT DISTINCT w.line FROM dispatch_waiver w WHERE w.unit = u.id AND w.cycle = ANY($1)
            ) AS "waived!"
        FROM owing o
        JOIN unit u ON u.id = o.unit
        -- As a message finds its reader when it leaves.
        LEFT JOIN LATERAL unit_reader(u.id, $2, NULL) r ON true
        ORDER BY u.code
        "#,
        cycles,
        today,
    )
    .fetch_all(read)
    .await?;
    rows.into_iter()
        .map(|row| {
            let waived = row.waived.iter();
            Ok(Addressee {
                unit: UnitRef { id: row.id, name: row.name },
                code: row.code,
                items: row.items,
                contact: row.contact,
                is_away: row.is_away,
                reached: row.platform.zip(row.account),
                is_blocked: row.is_blocked,
                group_gone: row.group_gone,
                waived: waived
                    .map(|line| known(RedLine::from_code, "dispatch_waiver", "line", line))
                    .collect::<sqlx::Result<_>>()?,
            })
        })
        .collect()
}

/// What a unit still owes in a period.
#[derive(Debug, Clone)]
pub struct Owed {
    pub round: Uuid,
    pub every: Every,
    pub starts_on: NaiveDate,
    pub number: i32,
    pub title: String,
    pub percent: i16,
    pub last_report_on: Option<NaiveDate>,
    /// How many there are in all; only the first are read.
    pub all: i64,
}

/// The first items that a unit still owes reports on in these periods, the nearest deadline first.
pub async fn owed_by(
    read: impl PgExecutor<'_>,
    cycles: &[Uuid],
    unit: Uuid,
    at_most: i64,
) -> sqlx::Result<Vec<Owed>> {
    let rows = sqlx::query!(
        r#"
        SELECT
            round AS "round!", kind AS "kind!", starts_on AS "starts_on!", number AS "number!",
            title AS "title!", percent AS "percent!", last_report_on, count(*) OVER () AS "all!"
        FROM owing
        WHERE cycle = ANY($1)
          AND unit = $2
        ORDER BY closes_on, deadline, number
        LIMIT $3
        "#,
        cycles,
        unit,
        at_most,
    )
    .fetch_all(read)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Owed {
                round: row.round,
                every: known(Every::from_code, "cycle", "kind", &row.kind)?,
                starts_on: row.starts_on,
                number: row.number,
                title: row.title,
                percent: row.percent,
                last_report_on: row.last_report_on,
                all: row.all,
            })
        })
        .collect()
}

/// What a message of a dispatch is about: its unit, and the periods.
pub async fn copy(read: impl PgExecutor<'_>, seq: i64) -> sqlx::Result<Option<(Uuid, String, Vec<Uuid>)>> {
    let row = sqlx::query!(
        r#"
        SELECT m.unit, u.name, ARRAY(SELECT c.id FROM cycle c WHERE c.dispatch = m.dispatch) AS "cycles!"
        FROM dispatch_copy m
        JOIN unit u ON u.id = m.unit
        WHERE m.seq = $1
        "#,
        seq,
    )
    .fetch_optional(read)
    .await?;
    Ok(row.map(|row| (row.unit, row.name, row.cycles)))
}

/// One message of a dispatch, and what became of it.
#[derive(Debug, Clone)]
pub struct Copy {
    pub unit: UnitRef,
    pub code: String,
    pub contact: Option<String>,
    pub state: String,
    /// Why it waits for the office.
    pub hold: Option<Why>,
    /// The unit owes nothing any more.
    pub is_reported: bool,
}

/// The messages of a dispatch by unit: with the outbox while it has them, else as they ended.
pub async fn copies(read: impl PgExecutor<'_>, dispatch: Uuid) -> sqlx::Result<Vec<Copy>> {
    let rows = sqlx::query!(
        r#"
        SELECT
            u.id, u.name, u.code,
            -- What leaves with another message ends as that one does.
            COALESCE(m.outcome, w.state, o.state, 'sent') AS "state!",
            o.hold,
            (
                SELECT min(p.title) FROM post p WHERE p.unit = u.id AND p.role = 'contact'
            ) AS contact,
            NOT EXISTS (
                SELECT 1 FROM owing g WHERE g.dispatch = m.dispatch AND g.unit = m.unit
            ) AS "is_reported!"
        FROM dispatch_copy m
        JOIN unit u ON u.id = m.unit
        LEFT JOIN outbox o ON o.seq = m.seq
        LEFT JOIN outbox w ON w.seq = o.merged_into
        WHERE m.dispatch = $1
        ORDER BY u.code
        "#,
        dispatch,
    )
    .fetch_all(read)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Copy {
            unit: UnitRef { id: row.id, name: row.name },
            code: row.code,
            contact: row.contact,
            state: row.state,
            hold: row.hold.as_deref().and_then(Why::from_code),
            is_reported: row.is_reported,
        })
        .collect())
}
