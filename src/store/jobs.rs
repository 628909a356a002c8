//! Work that takes its time: who has taken it until when, and how each try ended. Rows are put in line by
//! `commit`. The database's own clock decides, because replicas' clocks disagree; nothing is locked while
//! the work goes on.

use chrono::TimeDelta;
use sqlx::PgPool;
use uuid::Uuid;

use super::known;
use crate::domain::attachment::JobKind;

/// A job that was taken.
pub struct Taken {
    pub kind: JobKind,
    pub subject: Uuid,
    /// This try counted.
    pub attempts: i32,
}

/// Takes jobs of these kinds that are due for `length`; what somebody has taken and not settled in time is
/// taken again.
pub async fn take(
    work: &PgPool,
    kinds: &[JobKind],
    owner: Uuid,
    length: TimeDelta,
    at_most: i64,
) -> sqlx::Result<Vec<Taken>> {
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.code()).collect();
    let rows = sqlx::query!(
        r#"
        UPDATE job
        SET owner = $1,
            until = clock_timestamp() + $2::bigint * interval '1 millisecond',
            attempts = attempts + 1
        WHERE (kind, subject) IN (
            SELECT kind, subject
            FROM job
            WHERE state = 'due'
              AND kind = ANY($4)
              AND next_try_at <= clock_timestamp()
              AND (until IS NULL OR until <= clock_timestamp())
            ORDER BY next_try_at
            LIMIT $3
            FOR UPDATE SKIP LOCKED
        )
        RETURNING kind, subject, attempts
        "#,
        owner,
        length.num_milliseconds(),
        at_most,
        &kinds as &[&str],
    )
    .fetch_all(work)
    .await?;
    rows.into_iter()
        .map(|row| {
            let kind = known(JobKind::from_code, "job", "kind", &row.kind)?;
            Ok(Taken { kind, subject: row.subject, attempts: row.attempts })
        })
        .collect()
}

/// Keeps a job for `length` from now on. `false`: somebody else has taken it meanwhile.
pub async fn keep(work: &PgPool, job: &Taken, owner: Uuid, length: TimeDelta) -> sqlx::Result<bool> {
    let kept = sqlx::query!(
        r#"
        UPDATE job
        SET until = clock_timestamp() + $4::bigint * interval '1 millisecond'
        WHERE kind = $1 AND subject = $2 AND owner = $3 AND state = 'due'
        "#,
        job.kind.code(),
        job.subject,
        owner,
        length.num_milliseconds(),
    )
    .execute(work)
    .await?;
    Ok(kept.rows_affected() == 1)
}

/// How a try ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    Done,
    /// To be tried again after this time; `is_free`: it does not count as a try.
    Again {
        wait: TimeDelta,
        reason: String,
        is_free: bool,
    },
    Dead {
        reason: String,
    },
}

/// Writes how a try ended. `false`: somebody else has taken the job meanwhile.
pub async fn end(work: &PgPool, job: &Taken, owner: Uuid, end: &End) -> sqlx::Result<bool> {
    let (state, wait, reason, is_free) = match end {
        End::Done => ("done", None, "", false),
        End::Again { wait, reason, is_free } => ("due", Some(*wait), reason.as_str(), *is_free),
        End::Dead { reason } => ("dead", None, reason.as_str(), false),
    };
    let done = sqlx::query!(
        r#"
        UPDATE job
        SET state = $3,
            owner = NULL,
            until = NULL,
            attempts = attempts - CASE WHEN $6 THEN 1 ELSE 0 END,
            next_try_at = clock_timestamp() + COALESCE($4::bigint, 0) * interval '1 millisecond',
            reason = $5,
            settled_at = CASE WHEN $3 = 'due' THEN NULL ELSE clock_timestamp() END
        WHERE kind = $7 AND subject = $1 AND owner = $2 AND state = 'due'
        "#,
        job.subject,
        owner,
        state,
        wait.map(|wait| wait.num_milliseconds()),
        reason,
        is_free,
        job.kind.code(),
    )
    .execute(work)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives back what this owner has taken, or what anybody has: only for a service that knows itself alone
/// on its database.
pub async fn free(work: &PgPool, owner: Option<Uuid>) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        UPDATE job
        SET owner = NULL, until = NULL
        WHERE state = 'due' AND owner IS NOT NULL AND ($1::uuid IS NULL OR owner = $1)
        "#,
        owner,
    )
    .execute(work)
    .await
    .map(|_| ())
}

/// Jobs that were given up, with the reason and how many of a kind: for the doctor.
pub async fn dead(read: &PgPool) -> sqlx::Result<Vec<(JobKind, String, i64)>> {
    let rows = sqlx::query!(
        r#"
        SELECT kind, reason, count(*) AS "jobs!"
        FROM job
        WHERE state = 'dead'
        GROUP BY kind, reason
        ORDER BY 3 DESC, 2
        LIMIT 20
        "#
    )
    .fetch_all(read)
    .await?;
    rows.into_iter()
        .map(|row| Ok((known(JobKind::from_code, "job", "kind", &row.kind)?, row.reason, row.jobs)))
        .collect()
}
