//! What a circular is made of: the figures of a round by unit, its problems, and the one that is being drafted.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::UnitRef;
use crate::domain::notice::{Notice, UnitFigures};

/// How the items of each lead unit of a round stand, by the stored flags.
pub async fn by_unit(read: &mut PgConnection, round: Uuid) -> sqlx::Result<Vec<UnitFigures>> {
    let rows = sqlx::query!(
        r#"
        SELECT
            u.id, u.name,
            count(*) AS "total!",
            count(*) FILTER (WHERE i.status IN ('completed', 'publicity', 'signed_off')) AS "completed!",
            count(*) FILTER (WHERE i.status = 'signed_off') AS "signed_off!",
            count(*) FILTER (WHERE i.flag = 'overdue') AS "overdue!",
            count(*) FILTER (WHERE i.flag = 'lagging') AS "lagging!",
            count(*) FILTER (WHERE i.flag = 'missing') AS "missing!"
        FROM item i
        JOIN unit u ON u.id = i.lead_unit
        WHERE i.round = $1
        GROUP BY u.id, u.name, u.code
        ORDER BY u.id
        "#,
        round,
    )
    .fetch_all(read)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| UnitFigures {
            unit: UnitRef { id: row.id, name: row.name },
            total: row.total,
            completed: row.completed,
            signed_off: row.signed_off,
            overdue: row.overdue,
            lagging: row.lagging,
            missing: row.missing,
        })
        .collect())
}

/// Items of a round that are overdue, lagging or not reported, at most a hundred: those whose lead unit has got a
/// warning or a notice about it, and the numbers of the others.
pub async fn problems(read: &mut PgConnection, round: Uuid) -> sqlx::Result<(Vec<Uuid>, Vec<i32>)> {
    let rows = sqlx::query!(
        r#"
        SELECT
            i.id, i.number,
            EXISTS (
                SELECT 1
                FROM warning w
                JOIN warning_fate f ON f.warning = w.id AND f.fate = 'sent'
                WHERE w.item = i.id AND w.unit = i.lead_unit
            ) OR EXISTS (
                SELECT 1
                FROM notice_item l
                JOIN notice n ON n.id = l.notice AND n.state IN ('signed', 'closed')
                JOIN notice_copy c ON c.notice = n.id AND c.unit = i.lead_unit
                WHERE l.item = i.id
                  AND (
                      c.delivered_on IS NOT NULL
                      OR EXISTS (SELECT 1 FROM copy_fate f WHERE f.copy = c.id AND f.fate = 'sent')
                  )
            ) AS "is_told!"
        FROM item i
        WHERE i.round = $1
          AND i.flag IN ('overdue', 'lagging', 'missing')
          AND i.status NOT IN ('completed', 'publicity', 'signed_off')
        ORDER BY i.number
        LIMIT 100
        "#,
        round,
    )
    .fetch_all(read)
    .await?;
    let (told, untold): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.is_told);
    Ok((told.into_iter().map(|row| row.id).collect(), untold.into_iter().map(|row| row.number).collect()))
}

/// The circular of a round that is being drafted, the newest.
pub async fn drafted(read: &mut PgConnection, round: Uuid) -> sqlx::Result<Option<Notice>> {
    let id = sqlx::query_scalar!(
        r#"
        SELECT id
        FROM notice
        WHERE round = $1 AND form = 'circular' AND state IN ('draft', 'checked')
        ORDER BY handle DESC
        LIMIT 1
        "#,
        round,
    )
    .fetch_optional(&mut *read)
    .await?;
    match id {
        Some(id) => super::notices::notice(read, id).await,
        None => Ok(None),
    }
}
