//! What is out and not settled: copies of notices, tasks of site visits, and what the office was told of them.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::known;
use crate::domain::assessment::edition::Term;
use crate::domain::notice::Form;
use crate::domain::notice::overdue::{Matter, OutCopy};
use crate::domain::quiet::Why;
use crate::domain::{Now, UnitRef};

/// More are looked at on another turn.
const AT_MOST: i64 = 5_000;

/// The copies of signed notices that are not closed, the oldest first: of these units, or all.
pub async fn copies(read: &mut PgConnection, units: Option<&[Uuid]>) -> sqlx::Result<Vec<OutCopy>> {
    let rows = sqlx::query!(
        r#"
        SELECT
            c.id, c.version, c.notice, n.handle, n.number AS "number!", n.form, n.round, c.unit, u.name,
            COALESCE(n.report_by, n.answer_by) AS answer_by, c.for_information,
            -- Who was handed a copy has signed for it.
            (c.signed_at IS NOT NULL OR c.delivered_on IS NOT NULL) AS "is_signed!",
            c.answered_at IS NOT NULL AS "is_answered!",
            (c.escalated_at IS NOT NULL AND x.state IS DISTINCT FROM 'void') AS "is_escalated!",
            (SELECT min(f.at) FROM copy_fate f WHERE f.copy = c.id AND f.fate = 'sent') AS sent_at,
            c.delivered_on,
            EXISTS (
                SELECT 1 FROM copy_fate f WHERE f.copy = c.id AND f.fate = 'held' AND f.reason = 'overtaken'
            ) AS "is_overtaken!",
            of.items AS "items!", of.numbers AS "numbers!", of.open AS "open!",
            EXISTS (
                SELECT 1
                FROM warning w
                WHERE w.item = ANY(of.items)
                  AND w.unit = c.unit
                  AND w.rule = 'answer_due'
                  AND w.period = c.id::text
            ) AS "is_reminded!",
            ARRAY(SELECT p.matter FROM put_up p WHERE p.subject = c.id) AS "put_up!"
        FROM notice_copy c
        JOIN notice n ON n.id = c.notice
        JOIN unit u ON u.id = c.unit
        LEFT JOIN notice x ON x.id = c.escalated_by
        CROSS JOIN LATERAL (
            SELECT
                COALESCE(array_agg(i.id ORDER BY l.position), '{}') AS items,
                COALESCE(array_agg(i.number ORDER BY l.position), '{}') AS numbers,
                COALESCE(
                    array_agg(i.number ORDER BY l.position)
                        FILTER (WHERE i.status NOT IN ('completed', 'publicity', 'signed_off')),
                    '{}'
                ) AS open
            FROM notice_item l
            JOIN item i ON i.id = l.item
            WHERE l.notice = c.notice
              AND (
                  i.lead_unit = c.unit
                  OR EXISTS (SELECT 1 FROM item_co_unit o WHERE o.item = i.id AND o.unit = c.unit)
              )
        ) of
        WHERE n.state = 'signed'
          AND c.closed_at IS NULL
          AND ($1::uuid[] IS NULL OR c.unit = ANY($1))
        ORDER BY n.signed_at, n.handle, c.position
        LIMIT $2
        "#,
        units,
        AT_MOST,
    )
    .fetch_all(read)
    .await?;
    rows.into_iter()
        .map(|row| {
            let put_up = row.put_up.iter().map(|code| known(Matter::from_code, "put_up", "matter", code));
            Ok(OutCopy {
                id: row.id,
                version: row.version,
                notice: row.notice,
                handle: row.handle,
                number: row.number,
                form: known(Form::from_code, "notice", "form", &row.form)?,
                round: row.round,
                unit: UnitRef { id: row.unit, name: row.name },
                answer_by: row.answer_by,
                sent_on: row.sent_at.map(|at: DateTime<Utc>| Now::at(at).today()).or(row.delivered_on),
                for_information: row.for_information,
                is_signed: row.is_signed,
                is_answered: row.is_answered,
                is_escalated: row.is_escalated,
                items: row.items.into_iter().zip(row.numbers).collect(),
                open: row.open,
                is_overtaken: row.is_overtaken,
                is_reminded: row.is_reminded,
                put_up: put_up.collect::<sqlx::Result<Vec<_>>>()?,
            })
        })
        .collect()
}

/// A task past its limit.
pub struct LateTask {
    pub id: Uuid,
    pub handle: i32,
    pub unit: String,
    pub due_on: NaiveDate,
    pub text: String,
}

/// The tasks that nobody has reported done by their day, and that the office was not told of.
pub async fn tasks(read: &mut PgConnection, today: NaiveDate) -> sqlx::Result<Vec<LateTask>> {
    sqlx::query_as!(
        LateTask,
        r#"
        SELECT t.id, t.handle, u.name AS unit, t.due_on, t.text
        FROM finding_task t
        JOIN unit u ON u.id = t.unit
        WHERE t.closed_at IS NULL
          AND t.done_at IS NULL
          AND t.due_on < $1
          AND NOT EXISTS (SELECT 1 FROM put_up p WHERE p.subject = t.id AND p.matter = 'task')
        ORDER BY t.due_on, t.handle
        LIMIT $2
        "#,
        today,
        AT_MOST,
    )
    .fetch_all(read)
    .await
}

/// An assessment of which the time for appeals is over.
pub struct Heard {
    pub id: Uuid,
    pub round: String,
    pub term: Term,
    /// Appeals that are not decided.
    pub open: i64,
}

/// Those that are not published, and that the office was not told of.
pub async fn assessments(read: &mut PgConnection, today: NaiveDate) -> sqlx::Result<Vec<Heard>> {
    let rows = sqlx::query!(
        r#"
        SELECT
            a.id, r.name AS round, a.year, a.quarter,
            (
                SELECT count(*)
                FROM assessment_sheet s
                JOIN assessment_appeal p ON p.sheet = s.id
                WHERE s.assessment = a.id AND p.decided_at IS NULL
            ) AS "open!"
        FROM assessment a
        JOIN round r ON r.id = a.round
        WHERE a.published_at IS NULL
          AND a.appeal_by < $1
          AND NOT EXISTS (SELECT 1 FROM put_up p WHERE p.subject = a.id AND p.matter = 'assessment')
        ORDER BY a.year, a.quarter, r.name
        LIMIT $2
        "#,
        today,
        AT_MOST,
    )
    .fetch_all(read)
    .await?;
    let heard = rows.into_iter().map(|row| Heard {
        id: row.id,
        round: row.round,
        term: Term { year: row.year, quarter: row.quarter },
        open: row.open,
    });
    Ok(heard.collect())
}

/// A copy that has not reached anybody, or nobody can say.
pub struct StuckCopy {
    /// The outbox row in which it stands.
    pub row: i64,
    pub copy: Uuid,
    pub number: String,
    pub unit: String,
    /// `due` (waits for its hour), `held`, `unclear` or `dead`.
    pub state: String,
    pub why: Option<Why>,
    pub until: Option<DateTime<Utc>>,
    pub post_title: Option<String>,
}

/// What is put before the office of it; of one notice also what only waits for its hour.
pub async fn stuck(read: &mut PgConnection, number: Option<&str>) -> sqlx::Result<Vec<StuckCopy>> {
    let rows = sqlx::query!(
        r#"
        SELECT
            o.seq AS row, c.id AS copy, n.number AS "number!", u.name AS unit, o.state, o.hold,
            o.not_before AS until, p.title AS "post_title?"
        FROM outbox o
        JOIN notice_copy c ON c.id = o.copy
        JOIN notice n ON n.id = c.notice
        JOIN unit u ON u.id = c.unit
        LEFT JOIN holder h ON h.id = o.to_holder
        LEFT JOIN post p ON p.id = h.post
        WHERE o.kind = 'copy'
          AND (
              o.state IN ('held', 'unclear', 'dead')
              OR ($1::text IS NOT NULL AND o.state = 'due' AND o.chat IS NULL)
          )
          AND n.state = 'signed'
          AND c.closed_at IS NULL
          AND c.delivered_on IS NULL
          AND ($1::text IS NULL OR n.number = $1)
        ORDER BY n.signed_at, n.handle, c.position
        LIMIT $2
        "#,
        number,
        AT_MOST,
    )
    .fetch_all(read)
    .await?;
    rows.into_iter()
        .map(|row| {
            let why = row.hold.map(|code| known(Why::from_code, "outbox", "hold", &code)).transpose()?;
            Ok(StuckCopy {
                row: row.row,
                copy: row.copy,
                number: row.number,
                unit: row.unit,
                state: row.state,
                why,
                until: row.until,
                post_title: row.post_title,
            })
        })
        .collect()
}
