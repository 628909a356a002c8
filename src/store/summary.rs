//! What was done in a round until the end of a day, counted, as far as was recorded by a moment: for the report
//! that goes upward.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// Counts of a round; a batch (批次) is what went out together, a copy (份) what one unit got of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Done {
    /// Reports of lead and co-units, and the units that made them.
    pub reports: i64,
    pub reporting_units: i64,
    /// Periods that were closed, what was due in them and what came.
    pub cycles: i64,
    pub due: i64,
    pub reported: i64,
    /// 调度 sent out.
    pub dispatches: i64,
    pub dispatch_copies: i64,
    /// Reminders and warnings of the rules and of the office that arrived: days of them, and all of them.
    pub reminder_batches: i64,
    pub reminders: i64,
    pub warning_batches: i64,
    pub warnings: i64,
    /// Papers that were signed and not made void.
    pub warning_notices: i64,
    pub warning_notice_copies: i64,
    pub supervision_notices: i64,
    pub supervision_notice_copies: i64,
    pub circulars: i64,
    pub circular_copies: i64,
    pub interview_notices: i64,
    pub interview_notice_copies: i64,
    /// From the log of activities, as far as they were not revoked.
    pub interviews: i64,
    pub meetings: i64,
    pub field_studies: i64,
    pub site_visits: i64,
    pub analyses: i64,
    pub trainings: i64,
    /// Articles by carrier.
    pub on_tv: i64,
    pub in_papers: i64,
    pub on_sites: i64,
    pub on_accounts: i64,
    pub elsewhere: i64,
    pub applications: i64,
    pub site_checks: i64,
    pub publicities: i64,
    pub objections: i64,
    pub sign_offs: i64,
}

/// `until` is the end of the day.
pub async fn done(
    read: &mut PgConnection,
    round: Uuid,
    day: NaiveDate,
    until: DateTime<Utc>,
    known_at: DateTime<Utc>,
) -> sqlx::Result<Done> {
    let until = until.min(known_at);
    sqlx::query_as!(
        Done,
        r#"
        WITH said AS (
            SELECT r.unit
            FROM report r
            JOIN item i ON i.id = r.item
            WHERE i.round = $1
              AND r.effective_on <= $2
              AND r.recorded_at <= $4
              AND NOT EXISTS (
                  SELECT 1
                  FROM verdict v
                  WHERE v.item = r.item AND v.version = r.version AND v.verdict = 'withdrawn' AND v.at <= $4
              )
        ), period AS (
            SELECT c.due, c.reported, c.dispatch
            FROM cycle c
            WHERE c.round = $1 AND c.state = 'closed' AND c.closes_on <= $2 AND c.closed_at <= $4
        ), sent AS (
            SELECT DISTINCT d.id
            FROM dispatch d
            JOIN cycle c ON c.dispatch = d.id
            WHERE c.round = $1 AND d.at <= $3
        ), warned AS (
            SELECT w.rung, (w.raised_at AT TIME ZONE 'Asia/Shanghai')::date AS on_day
            FROM warning w
            JOIN item i ON i.id = w.item
            WHERE i.round = $1
              AND w.raised_at <= $3
              AND EXISTS (
                  SELECT 1
                  FROM warning_fate f
                  WHERE f.warning = w.id AND f.fate = 'sent' AND f.at <= $3
              )
        ), paper AS (
            SELECT
                n.form,
                (SELECT count(*) FROM notice_copy c WHERE c.notice = n.id AND NOT c.is_cc) AS copies
            FROM notice n
            WHERE n.round = $1 AND n.state IN ('signed', 'closed') AND n.signed_at <= $3
        ), did AS (
            SELECT a.kind, a.carrier, a.count
            FROM activity a
            WHERE a.round = $1
              AND a.on_day <= $2
              AND a.recorded_at <= $4
              AND (a.revoked_at IS NULL OR a.revoked_at > $4)
        ), applied AS (
            SELECT a.id
            FROM application a
            JOIN item i ON i.id = a.item
            WHERE i.round = $1 AND a.applied_on <= $2
        )
        SELECT
            (SELECT count(*) FROM said) AS "reports!",
            (SELECT count(DISTINCT unit) FROM said) AS "reporting_units!",
            (SELECT count(*) FROM period) AS "cycles!",
            (SELECT COALESCE(sum(due), 0) FROM period) AS "due!",
            (SELECT COALESCE(sum(reported), 0) FROM period) AS "reported!",
            (SELECT count(*) FROM sent) AS "dispatches!",
            (SELECT count(*) FROM dispatch_copy c JOIN sent ON sent.id = c.dispatch) AS "dispatch_copies!",
            (SELECT count(DISTINCT on_day) FROM warned WHERE rung = 'reminder') AS "reminder_batches!",
            (SELECT count(*) FROM warned WHERE rung = 'reminder') AS "reminders!",
            (SELECT count(DISTINCT on_day) FROM warned WHERE rung <> 'reminder') AS "warning_batches!",
            (SELECT count(*) FROM warned WHERE rung <> 'reminder') AS "warnings!",
            (SELECT count(*) FROM paper WHERE form IN ('warning', 'letter')) AS "warning_notices!",
            (
                SELECT COALESCE(sum(copies), 0)::bigint FROM paper WHERE form IN ('warning', 'letter')
            ) AS "warning_notice_copies!",
            (SELECT count(*) FROM paper WHERE form = 'supervision') AS "supervision_notices!",
            (
                SELECT COALESCE(sum(copies), 0)::bigint FROM paper WHERE form = 'supervision'
            ) AS "supervision_notice_copies!",
            (SELECT count(*) FROM paper WHERE form = 'circular') AS "circulars!",
            (
                SELECT COALESCE(sum(copies), 0)::bigint FROM paper WHERE form = 'circular'
            ) AS "circular_copies!",
            (SELECT count(*) FROM paper WHERE form = 'interview') AS "interview_notices!",
            (
                SELECT COALESCE(sum(copies), 0)::bigint FROM paper WHERE form = 'interview'
            ) AS "interview_notice_copies!",
            (SELECT COALESCE(sum(count), 0) FROM did WHERE kind = 'interview') AS "interviews!",
            (SELECT COALESCE(sum(count), 0) FROM did WHERE kind = 'meeting') AS "meetings!",
            (SELECT COALESCE(sum(count), 0) FROM did WHERE kind = 'field_study') AS "field_studies!",
            (SELECT COALESCE(sum(count), 0) FROM did WHERE kind = 'site_visit') AS "site_visits!",
            (SELECT COALESCE(sum(count), 0) FROM did WHERE kind = 'analysis') AS "analyses!",
            (SELECT COALESCE(sum(count), 0) FROM did WHERE kind = 'training') AS "trainings!",
            (SELECT COALESCE(sum(count), 0) FROM did WHERE carrier = 'tv') AS "on_tv!",
            (SELECT COALESCE(sum(count), 0) FROM did WHERE carrier = 'paper') AS "in_papers!",
            (SELECT COALESCE(sum(count), 0) FROM did WHERE carrier = 'site') AS "on_sites!",
            (SELECT COALESCE(sum(count), 0) FROM did WHERE carrier = 'account') AS "on_accounts!",
            (SELECT COALESCE(sum(count), 0) FROM did WHERE carrier = 'other') AS "elsewhere!",
            (SELECT count(*) FROM applied) AS "applications!",
            (
                SELECT count(*)
                FROM site_check s
                JOIN applied ON applied.id = s.application
                WHERE s.checked_on <= $2
            ) AS "site_checks!",
            (
                SELECT count(*)
                FROM publicity_window p
                JOIN applied ON applied.id = p.application
                WHERE p.starts_on <= $2
            ) AS "publicities!",
            (
                SELECT count(*)
                FROM objection o
                JOIN publicity_window p ON p.id = o.publicity
                JOIN applied ON applied.id = p.application
                WHERE o.raised_on <= $2
            ) AS "objections!",
            (
                SELECT count(*)
                FROM sign_off s
                JOIN applied ON applied.id = s.application
                WHERE s.signed_on <= $2
            ) AS "sign_offs!"
        "#,
        round,
        day,
        until,
        known_at,
    )
    .fetch_one(read)
    .await
}

/// The name of a round.
pub async fn round_name(read: &mut PgConnection, round: Uuid) -> sqlx::Result<String> {
    sqlx::query_scalar!("SELECT name FROM round WHERE id = $1", round).fetch_one(read).await
}

/// The newest name under which the office signs: the unit of the office's posts.
pub async fn office_name(read: &mut PgConnection) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        r#"
        SELECT u.name
        FROM post p
        JOIN unit u ON u.id = p.unit
        WHERE p.role = 'office'
        GROUP BY u.name
        ORDER BY count(*) DESC, u.name
        LIMIT 1
        "#
    )
    .fetch_optional(read)
    .await
}

/// An item in publicity.
pub struct Published {
    pub number: i32,
    pub title: String,
    pub description: String,
    pub goal: String,
    /// What is said of it: by the office, else by the unit in its application.
    pub wording: String,
    pub unit: String,
    pub completed_on: Option<NaiveDate>,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub days: i16,
}

/// What is in publicity on a day, by number: windows that run and were not stopped.
pub async fn published(read: &mut PgConnection, round: Uuid, day: NaiveDate) -> sqlx::Result<Vec<Published>> {
    sqlx::query_as!(
        Published,
        r#"
        SELECT
            i.number, i.title, t.description, t.goal, u.name AS unit, i.completed_on, w.starts_on, w.ends_on,
            w.days,
            COALESCE(
                (SELECT p.text FROM public_wording p WHERE p.application = a.id ORDER BY p.id DESC LIMIT 1),
                a.summary
            ) AS "wording!"
        FROM publicity_window w
        JOIN application a ON a.id = w.application
        JOIN item i ON i.id = a.item
        JOIN item_text t ON t.item = i.id
        JOIN unit u ON u.id = i.lead_unit
        WHERE i.round = $1
          AND i.status = 'publicity'
          AND a.closed_on IS NULL
          AND w.stopped_on IS NULL
          AND w.ends_on >= $2
        ORDER BY i.number
        "#,
        round,
        day,
    )
    .fetch_all(read)
    .await
}
