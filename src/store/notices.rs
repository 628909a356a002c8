//! Notices with their copies, as commands and the sender ask for them.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::known;
use crate::domain::UnitRef;
use crate::domain::notice::reference::Reference;
use crate::domain::notice::{
    Answer, AnswerFile, CopyStanding, Delivered, Escalated, Form, Line, Notice, NoticeCopy, Returned, Sent,
    Stamp, Standing, State,
};
use crate::domain::quiet::Why;

/// How many papers of each form these units got since a moment: unit, form (none: a task) and number.
pub async fn received(
    read: &mut PgConnection,
    units: &[Uuid],
    since: DateTime<Utc>,
) -> sqlx::Result<Vec<(Uuid, Option<Form>, i64)>> {
    let rows = sqlx::query!(
        r#"
        SELECT c.unit AS "unit!", n.form, count(*) AS "papers!"
        FROM notice_copy c
        JOIN notice n ON n.id = c.notice
        WHERE c.unit = ANY($1)
          AND NOT c.is_cc
          AND n.state IN ('signed', 'closed')
          AND n.signed_at >= $2
        GROUP BY c.unit, n.form
        UNION ALL
        SELECT unit, NULL, count(*)
        FROM finding_task
        WHERE unit = ANY($1) AND given_at >= $2
        GROUP BY unit
        "#,
        units,
        since,
    )
    .fetch_all(read)
    .await?;
    rows.into_iter()
        .map(|row| {
            let form = row.form.map(|form| known(Form::from_code, "notice", "form", &form)).transpose()?;
            Ok((row.unit, form, row.papers))
        })
        .collect()
}

/// The notice that somebody named.
pub async fn named(read: &mut PgConnection, said: &Reference) -> sqlx::Result<Option<Notice>> {
    let (handle, number) = match said {
        Reference::Handle(handle) => (Some(*handle), None),
        Reference::Number(number) => (None, Some(number.as_str())),
    };
    let id = sqlx::query_scalar!("SELECT id FROM notice WHERE handle = $1 OR number = $2", handle, number)
        .fetch_optional(&mut *read)
        .await?;
    match id {
        Some(id) => notice(read, id).await,
        None => Ok(None),
    }
}

/// The notice of a copy.
pub async fn of_copy(read: &mut PgConnection, copy: Uuid) -> sqlx::Result<Option<Notice>> {
    let id = sqlx::query_scalar!("SELECT notice FROM notice_copy WHERE id = $1", copy)
        .fetch_optional(&mut *read)
        .await?;
    match id {
        Some(id) => notice(read, id).await,
        None => Ok(None),
    }
}

/// Notices about an item that got a number, the oldest first.
pub async fn about(read: &mut PgConnection, item: Uuid) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        r#"
        SELECT n.id
        FROM notice n
        JOIN notice_item l ON l.notice = n.id
        WHERE l.item = $1 AND n.number IS NOT NULL
        ORDER BY n.signed_at, n.handle
        "#,
        item,
    )
    .fetch_all(read)
    .await
}

/// All answers to the copies of a notice, the oldest first, with the copy of each.
async fn answers(read: &mut PgConnection, notice: Uuid) -> sqlx::Result<Vec<(Uuid, Answer)>> {
    let rows = sqlx::query!(
        r#"
        SELECT
            a.copy, p.title, a.at, a.text, a.returned_at, a.returned,
            f.names AS "names!", f.digests AS "digests!"
        FROM notice_copy c
        JOIN notice_answer a ON a.copy = c.id
        JOIN post p ON p.id = a.post
        CROSS JOIN LATERAL (
            SELECT
                COALESCE(array_agg(COALESCE(NULLIF(name, ''), '照片') ORDER BY sent_at, id), '{}') AS names,
                COALESCE(array_agg(COALESCE(sha256, '') ORDER BY sent_at, id), '{}') AS digests
            FROM attachment
            WHERE answer = a.id AND state IN ('waiting', 'stored')
        ) f
        WHERE c.notice = $1
        ORDER BY a.at, a.id
        "#,
        notice,
    )
    .fetch_all(read)
    .await?;
    let answers = rows.into_iter().map(|row| {
        let returned = row.returned_at.zip(row.returned).map(|(at, reason)| Returned { at, reason });
        let files = row.names.into_iter().zip(row.digests);
        let files =
            files.map(|(name, digest)| AnswerFile { name, sha256: Some(digest).filter(|d| !d.is_empty()) });
        (row.copy, Answer { by: row.title, at: row.at, text: row.text, returned, files: files.collect() })
    });
    Ok(answers.collect())
}

fn stamp(post: Option<Uuid>, title: Option<String>, at: Option<DateTime<Utc>>) -> Option<Stamp> {
    Some(Stamp { post: post?, title: title.unwrap_or_default(), at: at? })
}

/// One notice, with all its copies.
pub async fn notice(read: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<Notice>> {
    let row = sqlx::query!(
        r#"
        SELECT
            n.id, n.version, n.handle, n.round, n.form, n.state, n.number, n.title, n.basis, n.demand, n.answer_by,
            n.as_of, n.basis_version, n.proposal, n.drafted_by, n.drafted_at, n.checked_by, n.checked_at,
            n.signed_by, n.signed_at, n.ended_at, n.void_reason, n.approval, n.appointment, n.cc, n.report_by,
            n.figures,
            d.title AS drafter, c.title AS "checker?", s.title AS "signer?"
        FROM notice n
        JOIN post d ON d.id = n.drafted_by
        LEFT JOIN post c ON c.id = n.checked_by
        LEFT JOIN post s ON s.id = n.signed_by
        WHERE n.id = $1
        "#,
        id,
    )
    .fetch_optional(&mut *read)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let lines = sqlx::query_as!(
        Line,
        r#"
        SELECT
            l.item, i.number, l.fact, i.lead_unit AS lead,
            ARRAY(
                SELECT i.lead_unit
                UNION ALL
                SELECT o.unit FROM item_co_unit o WHERE o.item = i.id
            ) AS "units!"
        FROM notice_item l
        JOIN item i ON i.id = l.item
        WHERE l.notice = $1
        ORDER BY l.position
        "#,
        id,
    )
    .fetch_all(&mut *read)
    .await?;
    let copies = copies(read, id).await?;
    Ok(Some(Notice {
        id: row.id,
        version: row.version,
        handle: row.handle,
        round: row.round,
        form: known(Form::from_code, "notice", "form", &row.form)?,
        title: row.title,
        basis: row.basis,
        lines,
        as_of: row.as_of,
        basis_version: row.basis_version,
        proposal: row.proposal,
        figures: row
            .figures
            .map(serde_json::from_value)
            .transpose()
            .map_err(|error| sqlx::Error::Decode(error.into()))?,
        drafted: Stamp { post: row.drafted_by, title: row.drafter, at: row.drafted_at },
        standing: Standing {
            state: known(State::from_code, "notice", "state", &row.state)?,
            demand: row.demand,
            answer_by: row.answer_by,
            number: row.number,
            checked: stamp(row.checked_by, row.checker, row.checked_at),
            signed: stamp(row.signed_by, row.signer, row.signed_at),
            ended_at: row.ended_at,
            void_reason: row.void_reason,
            approval: row.approval,
            appointment: row.appointment,
            cc: row.cc,
            report_by: row.report_by,
        },
        copies,
    }))
}

async fn copies(read: &mut PgConnection, notice: Uuid) -> sqlx::Result<Vec<NoticeCopy>> {
    let mut answers = answers(&mut *read, notice).await?;
    let rows = sqlx::query!(
        r#"
        SELECT
            c.id, c.version, c.unit, u.name, c.signed_by, c.signed_at, c.promised_on, c.answered_at, c.returned,
            c.closed_by, c.closed_at, c.for_information, c.is_cc, c.delivered_on, c.delivered_how,
            -- What a void paper took the place of is owed again.
            CASE WHEN x.state IS DISTINCT FROM 'void' THEN c.escalated_at END AS escalated_at,
            x.number AS "escalated_by?",
            s.title AS "signer?", e.title AS "closer?",
            f.at AS "sent_at?", fp.title AS "sent_to?", ff.title AS "for_post?",
            h.reason AS "held?"
        FROM notice_copy c
        JOIN unit u ON u.id = c.unit
        LEFT JOIN post s ON s.id = c.signed_by
        LEFT JOIN post e ON e.id = c.closed_by
        LEFT JOIN notice x ON x.id = c.escalated_by
        LEFT JOIN LATERAL (
            SELECT at, post, for_post FROM copy_fate WHERE copy = c.id AND fate = 'sent' ORDER BY at LIMIT 1
        ) f ON true
        LEFT JOIN post fp ON fp.id = f.post
        LEFT JOIN post ff ON ff.id = f.for_post
        LEFT JOIN LATERAL (
            SELECT reason FROM copy_fate WHERE copy = c.id AND fate = 'held' ORDER BY at DESC LIMIT 1
        ) h ON f.at IS NULL
        WHERE c.notice = $1
        ORDER BY c.position
        "#,
        notice,
    )
    .fetch_all(read)
    .await?;
    rows.into_iter()
        .map(|row| {
            let own = answers.extract_if(.., |(copy, _)| *copy == row.id).map(|(_, answer)| answer).collect();
            Ok(NoticeCopy {
                id: row.id,
                version: row.version,
                unit: UnitRef { id: row.unit, name: row.name },
                for_information: row.for_information,
                is_cc: row.is_cc,
                sent: row.sent_at.map(|at| Sent { at, to: row.sent_to, for_post: row.for_post }),
                held: row.held.map(|why| known(Why::from_code, "copy_fate", "reason", &why)).transpose()?,
                delivered: row.delivered_on.map(|on| Delivered { on, how: row.delivered_how }),
                escalated: row.escalated_at.map(|at| Escalated { at, by: row.escalated_by }),
                standing: CopyStanding {
                    signed: stamp(row.signed_by, row.signer, row.signed_at),
                    promised_on: row.promised_on,
                    answered_at: row.answered_at,
                    returned: row.returned,
                    closed: stamp(row.closed_by, row.closer, row.closed_at),
                },
                answers: own,
            })
        })
        .collect()
}

/// Whose notices somebody may list.
pub enum Of<'a> {
    All,
    /// Those with a copy for one of these units.
    Units(&'a [Uuid]),
    /// Those about an item that this post holds.
    Leader(Uuid),
}

/// One line of a list.
pub struct Listed {
    pub handle: i32,
    pub form: Form,
    pub state: State,
    pub number: Option<String>,
    pub title: String,
    pub answer_by: Option<NaiveDate>,
    pub units: Vec<String>,
    /// Copies: all, signed for, answered, closed; of those that this list is about.
    pub copies: i64,
    pub signed: i64,
    pub answered: i64,
    /// How many there are in all.
    pub all: i64,
}

/// Notices, what is still to be done first, then the newest; those that are not out only as `drafts`.
pub async fn list(
    read: &mut PgConnection,
    of: &Of<'_>,
    drafts: bool,
    item: Option<Uuid>,
    at_most: i64,
    skipped: i64,
) -> sqlx::Result<Vec<Listed>> {
    let (units, leader) = match of {
        Of::All => (None, None),
        Of::Units(units) => (Some(*units), None),
        Of::Leader(post) => (None, Some(*post)),
    };
    let rows = sqlx::query!(
        r#"
        SELECT
            n.handle, n.form, n.state, n.number, n.title, COALESCE(n.report_by, n.answer_by) AS answer_by,
            s.units AS "units!", s.copies AS "copies!", s.signed AS "signed!", s.answered AS "answered!",
            count(*) OVER () AS "all!"
        FROM notice n
        CROSS JOIN LATERAL (
            SELECT
                array_agg(u.name ORDER BY c.position) AS units, count(*) AS copies, count(c.signed_at) AS signed,
                count(c.answered_at) AS answered
            FROM notice_copy c
            JOIN unit u ON u.id = c.unit
            WHERE c.notice = n.id
              AND CASE WHEN $2::uuid[] IS NULL THEN NOT c.is_cc ELSE c.unit = ANY($2) END
        ) s
        WHERE ($1 OR n.state IN ('signed', 'closed'))
          AND s.copies > 0
          AND (
              $3::uuid IS NULL OR EXISTS (
                  SELECT 1
                  FROM notice_item l
                  JOIN item i ON i.id = l.item
                  WHERE l.notice = n.id AND i.leader_post = $3
              )
          )
          AND (
              $4::uuid IS NULL
              OR EXISTS (SELECT 1 FROM notice_item l WHERE l.notice = n.id AND l.item = $4)
          )
        ORDER BY (n.state IN ('closed', 'void')), n.handle DESC
        LIMIT $5
        OFFSET $6
        "#,
        drafts,
        units,
        leader,
        item,
        at_most,
        skipped,
    )
    .fetch_all(read)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Listed {
                handle: row.handle,
                form: known(Form::from_code, "notice", "form", &row.form)?,
                state: known(State::from_code, "notice", "state", &row.state)?,
                number: row.number,
                title: row.title,
                answer_by: row.answer_by,
                units: row.units,
                copies: row.copies,
                signed: row.signed,
                answered: row.answered,
                all: row.all,
            })
        })
        .collect()
}

/// A copy that is out and not closed.
pub struct OpenCopy {
    pub number: String,
    pub is_signed: bool,
    pub is_answered: bool,
    pub is_promised: bool,
    /// The numbers of the items it is about.
    pub about: Vec<i32>,
}

/// The copies of these units that are not closed and of which something is owed, the oldest first.
pub async fn open_copies(read: &mut PgConnection, units: &[Uuid]) -> sqlx::Result<Vec<OpenCopy>> {
    sqlx::query_as!(
        OpenCopy,
        r#"
        SELECT
            n.number AS "number!", c.signed_at IS NOT NULL AS "is_signed!",
            c.answered_at IS NOT NULL AS "is_answered!", c.promised_on IS NOT NULL AS "is_promised!",
            ARRAY(
                SELECT i.number FROM notice_item l JOIN item i ON i.id = l.item WHERE l.notice = n.id
            ) AS "about!"
        FROM notice_copy c
        JOIN notice n ON n.id = c.notice
        LEFT JOIN notice x ON x.id = c.escalated_by
        WHERE c.unit = ANY($1)
          AND c.closed_at IS NULL
          AND (c.escalated_at IS NULL OR x.state = 'void')
          AND NOT c.for_information
          AND n.state = 'signed'
        ORDER BY n.signed_at, n.handle
        "#,
        units,
    )
    .fetch_all(read)
    .await
}
