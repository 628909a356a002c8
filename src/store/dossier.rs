//! Everything that was done about an item on its way to sign-off and behind it, step by step, for its file.

use sqlx::PgConnection;
use uuid::Uuid;

use super::known;
use crate::domain::acceptance::{Step, Trod};

/// All steps, in order: those of a day by their ids, which grow with time.
pub async fn steps(read: &mut PgConnection, item: Uuid) -> sqlx::Result<Vec<Trod>> {
    let rows = sqlx::query!(
        r#"
        WITH applied AS (
            SELECT * FROM application WHERE item = $1
        ), step AS (
            SELECT
                applied_on AS on_day, id, 0 AS place, 'applied' AS step, post, unit, summary AS text,
                COALESCE(closed_why, '') AS code, NULL::date AS from_day, closed_on AS until_day, 0 AS number
            FROM applied
            UNION ALL
            SELECT
                c.checked_on, c.id, 0, 'checked', c.post, c.unit, c.text, c.conclusion, NULL, NULL, 0
            FROM site_check c
            JOIN applied a ON a.id = c.application
            UNION ALL
            SELECT
                w.opened_on, w.id, 0, 'published', w.post, NULL, '', '', w.starts_on, w.ends_on, w.days
            FROM publicity_window w
            JOIN applied a ON a.id = w.application
            UNION ALL
            SELECT p.worded_on, p.id, 0, 'worded', p.post, NULL, p.text, '', NULL, NULL, 0
            FROM public_wording p
            JOIN applied a ON a.id = p.application
            UNION ALL
            SELECT o.raised_on, o.id, 0, 'objected', o.post, NULL, o.text, '', NULL, w.stopped_on, 0
            FROM objection o
            JOIN publicity_window w ON w.id = o.publicity
            JOIN applied a ON a.id = w.application
            UNION ALL
            SELECT
                o.settled_on, o.id, 1, 'settled', o.settled_by, NULL, o.settlement,
                CASE WHEN o.upheld THEN 'upheld' ELSE '' END, NULL, NULL, 0
            FROM objection o
            JOIN publicity_window w ON w.id = o.publicity
            JOIN applied a ON a.id = w.application
            WHERE o.settled_on IS NOT NULL
            UNION ALL
            SELECT signed_on, id, 0, 'signed_off', post, NULL, '', '', NULL, NULL, no
            FROM sign_off
            WHERE item = $1
            UNION ALL
            SELECT
                done_on, id, 0, 'rechecked', post, NULL, text, outcome, due_on, NULL, 0
            FROM recheck
            WHERE item = $1 AND done_on IS NOT NULL AND outcome <> 'dropped'
            UNION ALL
            SELECT relapsed_on, id, 0, 'relapsed', post, NULL, reason, '', NULL, NULL, 0
            FROM relapse
            WHERE item = $1
            UNION ALL
            SELECT asked_on, id, 0, 'extension', post, NULL, reason, '', old_deadline, new_deadline, percent
            FROM extension
            WHERE item = $1
            UNION ALL
            SELECT confirmed_on, id, 1, 'confirmed', confirmed_by, NULL, '', '', NULL, NULL, 0
            FROM extension
            WHERE item = $1 AND confirmed_on IS NOT NULL
            UNION ALL
            SELECT closed_on, id, 2, 'decided', closed_by, NULL, basis, outcome, NULL, new_deadline, 0
            FROM extension
            WHERE item = $1 AND closed_on IS NOT NULL
        )
        SELECT
            s.on_day AS "on_day!", s.id AS "id!", s.step || ' ' || s.code AS "step!", COALESCE(u.name, '') AS "unit!",
            COALESCE(p.title, '') AS "post!", s.text AS "text!", COALESCE(a.closed_text, '') AS "ended!",
            s.from_day, s.until_day, s.number AS "number!"
        FROM step s
        LEFT JOIN applied a ON a.id = s.id
        LEFT JOIN post p ON p.id = s.post
        LEFT JOIN unit u ON u.id = COALESCE(s.unit, p.unit)
        ORDER BY s.on_day, s.id, s.place
        "#,
        item,
    )
    .fetch_all(read)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Trod {
                step: known(Step::from_code, "step", "code", &row.step)?,
                on: row.on_day,
                id: row.id,
                unit: row.unit,
                post: row.post,
                text: row.text,
                ended: row.ended,
                from: row.from_day,
                until: row.until_day,
                number: row.number,
            })
        })
        .collect()
}
