//! How far items have come on their way to sign-off, now or at the end of a day.

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use super::known;
use crate::domain::acceptance::{
    Answer, Application, Conclusion, Course, Days, Ended, Extension, Objection, Outcome, Point, Settled,
    SiteCheck, Standard, Window,
};
use crate::domain::{Milestone, UnitRef};

/// The course of an item by the end of this day.
pub async fn course(read: &mut PgConnection, item: Uuid, day: NaiveDate) -> sqlx::Result<Course> {
    let row = sqlx::query!(
        r#"
        SELECT
            COALESCE(d.deadline, i.deadline) AS "deadline!",
            CASE WHEN d.item IS NULL THEN t.deadline_text ELSE d.deadline_text END AS deadline_text,
            CASE WHEN d.item IS NULL THEN i.completed_on ELSE d.completed_on END AS completed_on,
            CASE WHEN d.item IS NULL THEN i.accepted_on ELSE d.accepted_on END AS accepted_on,
            CASE WHEN d.item IS NULL THEN i.signed_off_on ELSE d.signed_off_on END AS signed_off_on,
            (
                SELECT max(s.no) FROM sign_off s WHERE s.item = i.id AND s.signed_on <= $2
            ) AS sign_offs,
            least(i.opened_on, (SELECT min(d.effective_on) FROM item_days d WHERE d.item = i.id)) AS "assigned_on!",
            r.relapsed_on AS "relapsed_on?", r.reason AS "relapse?",
            a.id AS "application?", a.unit AS "unit?", u.name AS "unit_name?", p.title AS "by?", a.post AS "applied_by?",
            a.applied_on AS "applied_on?", a.summary AS "summary?", a.files AS "files?", a.closed_on, a.closed_why,
            a.closed_text AS "closed_text?"
        FROM item i
        JOIN item_text t ON t.item = i.id
        LEFT JOIN LATERAL (
            SELECT * FROM item_days d WHERE d.item = i.id AND d.effective_on <= $2
            ORDER BY d.effective_on DESC, d.version DESC
            LIMIT 1
        ) d ON true
        LEFT JOIN LATERAL (
            SELECT * FROM application a WHERE a.item = i.id AND a.applied_on <= $2
            ORDER BY a.applied_on DESC, a.id DESC
            LIMIT 1
        ) a ON true
        LEFT JOIN LATERAL (
            SELECT * FROM relapse r WHERE r.item = i.id AND r.relapsed_on <= $2
            ORDER BY r.relapsed_on DESC, r.id DESC
            LIMIT 1
        ) r ON true
        LEFT JOIN unit u ON u.id = a.unit
        LEFT JOIN post p ON p.id = a.post
        WHERE i.id = $1
        "#,
        item,
        day,
    )
    .fetch_one(&mut *read)
    .await?;
    let by_then = |on: Option<NaiveDate>| on.filter(|on| *on <= day);
    let days = Days {
        deadline: row.deadline,
        completed_on: by_then(row.completed_on),
        accepted_on: by_then(row.accepted_on),
        signed_off_on: by_then(row.signed_off_on),
    };
    let mut course = Course {
        days,
        deadline_text: row.deadline_text,
        application: None,
        check: None,
        window: None,
        objections: Vec::new(),
        sign_offs: row.sign_offs.unwrap_or_default(),
        assigned_on: row.assigned_on,
        relapse: row.relapsed_on.zip(row.relapse),
        extension: None,
        approved: None,
    };
    let mut extensions = extensions(read, item, day).await?.into_iter();
    course.extension = extensions.next();
    course.approved = extensions.find(|one| matches!(one.closed, Some((_, Outcome::Approved))));

    let (Some(id), Some(unit), Some(applied_on)) = (row.application, row.unit, row.applied_on) else {
        return Ok(course);
    };
    let why = row.closed_why.map(|why| known(Ended::from_code, "application", "closed_why", &why));
    let ended = by_then(row.closed_on).zip(why.transpose()?);
    course.application = Some(Application {
        id,
        unit: UnitRef { id: unit, name: row.unit_name.unwrap_or_default() },
        post: row.applied_by,
        by: row.by.unwrap_or_default(),
        applied_on,
        summary: row.summary.unwrap_or_default(),
        files: row.files.unwrap_or_default(),
        reason: row.closed_text.filter(|_| ended.is_some()).unwrap_or_default(),
        ended,
    });
    course.check = last_check(read, id, day).await?;
    if course.check.is_some() {
        course.window = last_window(read, id, day).await?;
    }
    if course.window.is_some() {
        course.objections = objections(read, id, day).await?;
    }
    Ok(course)
}

/// All that were asked for, the last one first.
async fn extensions(read: &mut PgConnection, item: Uuid, day: NaiveDate) -> sqlx::Result<Vec<Extension>> {
    let rows = sqlx::query!(
        r#"
        SELECT
            e.id, e.asked_on, e.post, p.title, e.reason, e.percent, e.old_deadline, e.new_deadline, e.confirmed_on,
            e.closed_on, e.outcome, e.basis
        FROM extension e
        JOIN post p ON p.id = e.post
        WHERE e.item = $1 AND e.asked_on <= $2
        ORDER BY e.asked_on DESC, e.id DESC
        "#,
        item,
        day,
    )
    .fetch_all(read)
    .await?;
    let by_then = |on: Option<NaiveDate>| on.filter(|on| *on <= day);
    rows.into_iter()
        .map(|row| {
            let outcome = row.outcome.map(|code| known(Outcome::from_code, "extension", "outcome", &code));
            let closed = by_then(row.closed_on).zip(outcome.transpose()?);
            Ok(Extension {
                id: row.id,
                asked_on: row.asked_on,
                post: row.post,
                by: row.title,
                reason: row.reason,
                percent: row.percent,
                old_deadline: row.old_deadline,
                new_deadline: row.new_deadline,
                confirmed_on: by_then(row.confirmed_on),
                basis: if closed.is_some() { row.basis } else { String::new() },
                closed,
            })
        })
        .collect()
}

/// The milestones that held on a day.
pub async fn milestones(read: &mut PgConnection, item: Uuid, day: NaiveDate) -> sqlx::Result<Vec<Milestone>> {
    sqlx::query_as!(
        Milestone,
        r#"
        SELECT due_on AS "due_on!", percent AS "percent!"
        FROM (
            SELECT due_on, percent FROM milestone WHERE item = $1 AND (since IS NULL OR since <= $2)
            UNION ALL
            SELECT due_on, percent
            FROM milestone_past
            WHERE item = $1 AND until > $2 AND (since IS NULL OR since <= $2)
        ) AS held
        ORDER BY due_on
        "#,
        item,
        day,
    )
    .fetch_all(read)
    .await
}

async fn last_check(
    read: &mut PgConnection,
    application: Uuid,
    day: NaiveDate,
) -> sqlx::Result<Option<SiteCheck>> {
    let row = sqlx::query!(
        r#"
        SELECT
            c.id, c.unit, u.name, c.post, p.title, p.role = 'office' AS "is_of_office!", c.checked_on, c.conclusion,
            c.text
        FROM site_check c
        JOIN unit u ON u.id = c.unit
        JOIN post p ON p.id = c.post
        WHERE c.application = $1 AND c.checked_on <= $2
        ORDER BY c.checked_on DESC, c.id DESC
        LIMIT 1
        "#,
        application,
        day,
    )
    .fetch_optional(read)
    .await?;
    row.map(|row| {
        Ok(SiteCheck {
            id: row.id,
            application,
            unit: UnitRef { id: row.unit, name: row.name },
            post: row.post,
            by: row.title,
            is_of_office: row.is_of_office,
            checked_on: row.checked_on,
            conclusion: known(Conclusion::from_code, "site_check", "conclusion", &row.conclusion)?,
            text: row.text,
        })
    })
    .transpose()
}

async fn last_window(
    read: &mut PgConnection,
    application: Uuid,
    day: NaiveDate,
) -> sqlx::Result<Option<Window>> {
    sqlx::query_as!(
        Window,
        r#"
        SELECT
            id, application, starts_on, ends_on, days,
            CASE WHEN stopped_on <= $2 THEN stopped_on END AS stopped_on
        FROM publicity_window
        WHERE application = $1 AND opened_on <= $2
        ORDER BY opened_on DESC, id DESC
        LIMIT 1
        "#,
        application,
        day,
    )
    .fetch_optional(read)
    .await
}

async fn objections(
    read: &mut PgConnection,
    application: Uuid,
    day: NaiveDate,
) -> sqlx::Result<Vec<Objection>> {
    let rows = sqlx::query!(
        r#"
        SELECT
            o.id, o.publicity, o.raised_on, o.text, o.settled_on, o.upheld, o.settlement, f.days AS "days!",
            f.texts AS "texts!"
        FROM objection o
        JOIN publicity_window w ON w.id = o.publicity
        CROSS JOIN LATERAL (
            SELECT
                COALESCE(array_agg(f.said_on ORDER BY f.id), '{}') AS days,
                COALESCE(array_agg(f.text ORDER BY f.id), '{}') AS texts
            FROM objection_answer f
            WHERE f.objection = o.id AND f.said_on <= $2
        ) f
        WHERE w.application = $1 AND o.raised_on <= $2
        ORDER BY o.raised_on, o.id
        "#,
        application,
        day,
    )
    .fetch_all(read)
    .await?;
    let settled = |on: Option<NaiveDate>, upheld: Option<bool>, text| {
        on.filter(|on| *on <= day).map(|on| Settled { on, upheld: upheld.unwrap_or_default(), text })
    };
    Ok(rows
        .into_iter()
        .map(|row| Objection {
            id: row.id,
            window: row.publicity,
            raised_on: row.raised_on,
            text: row.text,
            found: row.days.into_iter().zip(row.texts).collect(),
            settled: settled(row.settled_on, row.upheld, row.settlement),
        })
        .collect())
}

/// What the office has said of an application for the public table.
pub async fn public_wording(read: &mut PgConnection, application: Uuid) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        "SELECT text FROM public_wording WHERE application = $1 ORDER BY id DESC LIMIT 1",
        application,
    )
    .fetch_optional(read)
    .await
}

/// What the unit said to each point of an application.
pub async fn answers(read: &mut PgConnection, application: Uuid) -> sqlx::Result<Vec<(Point, Answer)>> {
    let rows = sqlx::query!(
        r#"
        SELECT standard, measure, needed, note, files
        FROM application_standard
        WHERE application = $1
        ORDER BY place
        "#,
        application,
    )
    .fetch_all(read)
    .await?;
    rows.into_iter()
        .map(|row| {
            answered("application_standard", &row.standard, row.measure, row.needed, row.note, row.files)
        })
        .collect()
}

/// What was sent along with an application and none of its points.
pub async fn files(read: &mut PgConnection, application: Uuid) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!("SELECT files FROM application WHERE id = $1", application).fetch_one(read).await
}

/// What was answered on the way to an application that is not handed in.
pub async fn draft(read: &mut PgConnection, item: Uuid) -> sqlx::Result<Vec<(Point, Answer)>> {
    let rows = sqlx::query!(
        "SELECT standard, measure, needed, note, files FROM application_draft WHERE item = $1",
        item,
    )
    .fetch_all(read)
    .await?;
    rows.into_iter()
        .map(|row| answered("application_draft", &row.standard, row.measure, row.needed, row.note, row.files))
        .collect()
}

fn answered(
    table: &'static str,
    standard: &str,
    measure: String,
    needed: bool,
    note: String,
    files: Vec<Uuid>,
) -> sqlx::Result<(Point, Answer)> {
    let standard = known(Standard::from_code, table, "standard", standard)?;
    Ok((Point { standard, measure }, Answer { not_needed: !needed, note, files }))
}

/// Since when the unit has said that all is done: its first full report since the item last stood below, was sent back
/// or came back, or an earlier day that has been noted since.
pub async fn done_since(read: &mut PgConnection, item: Uuid) -> sqlx::Result<Option<NaiveDate>> {
    sqlx::query_scalar!(
        r#"
        WITH below AS (
            SELECT h.effective_on, h.version
            FROM item_history h
            WHERE h.item = $1 AND (h.percent < 100 OR h.change IN ('return', 'relapse'))
            ORDER BY h.effective_on DESC, h.version DESC
            LIMIT 1
        )
        SELECT least(
            (
                SELECT min(r.effective_on)
                FROM report r
                WHERE r.item = $1 AND r.part = 'lead' AND r.percent = 100
                  AND NOT EXISTS (SELECT 1 FROM below b WHERE (r.effective_on, r.version) < (b.effective_on, b.version))
            ),
            (
                SELECT max(d.completed_on)
                FROM item_days d
                WHERE d.item = $1 AND NOT EXISTS (SELECT 1 FROM below b WHERE d.version <= b.version)
            )
        ) AS "since"
        "#,
        item,
    )
    .fetch_one(read)
    .await
}

/// What had been verified before the whole was: what is left of it when the whole is no longer. Nothing of what was
/// before a relapse counts.
pub async fn verified_before(read: &mut PgConnection, item: Uuid) -> sqlx::Result<Option<i16>> {
    let row = sqlx::query_scalar!(
        r#"
        SELECT h.verified_percent AS "verified_percent!"
        FROM item_history h
        WHERE h.item = $1
          AND h.verified_percent < 100
          AND h.version > COALESCE(
              (SELECT max(r.version) FROM item_history r WHERE r.item = $1 AND r.change = 'relapse'), 0
          )
        ORDER BY h.version DESC
        LIMIT 1
        "#,
        item,
    )
    .fetch_optional(read)
    .await?;
    Ok(row)
}
