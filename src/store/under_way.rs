//! What of notices is under way: drafts and signed papers that are not settled, and the answer that somebody gave a
//! moment ago.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::known;
use crate::domain::notice::{Form, State};

/// A draft, or a signed paper of which something is owed.
pub struct Paper {
    pub handle: i32,
    pub number: Option<String>,
    pub form: Form,
    pub state: State,
    pub units: Vec<String>,
    pub numbers: Vec<i32>,
}

/// Those about some of these items to some of these units, the newest first, with the units and items meant.
pub async fn papers(read: &mut PgConnection, items: &[Uuid], units: &[Uuid]) -> sqlx::Result<Vec<Paper>> {
    let rows = sqlx::query!(
        r#"
        SELECT
            n.handle, n.number, n.form, n.state,
            array_agg(DISTINCT u.name) AS "units!", array_agg(DISTINCT i.number) AS "numbers!"
        FROM notice n
        JOIN notice_item l ON l.notice = n.id AND l.item = ANY($1)
        JOIN item i ON i.id = l.item
        JOIN notice_copy c ON c.notice = n.id AND c.unit = ANY($2)
        JOIN unit u ON u.id = c.unit
        LEFT JOIN notice x ON x.id = c.escalated_by
        WHERE n.state IN ('draft', 'checked', 'signed')
          AND c.closed_at IS NULL
          AND NOT c.for_information
          AND (c.escalated_at IS NULL OR x.state = 'void')
        GROUP BY n.id
        ORDER BY n.handle DESC
        "#,
        items,
        units,
    )
    .fetch_all(read)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Paper {
                handle: row.handle,
                number: row.number,
                form: known(Form::from_code, "notice", "form", &row.form)?,
                state: known(State::from_code, "notice", "state", &row.state)?,
                units: row.units,
                numbers: row.numbers,
            })
        })
        .collect()
}

/// The last answer of this post since a moment: where what is sent after it belongs.
pub struct Given {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub number: String,
    /// The first item of the notice that concerns the unit.
    pub item: Uuid,
}

pub async fn last_answer(
    read: &mut PgConnection,
    post: Uuid,
    since: DateTime<Utc>,
) -> sqlx::Result<Option<Given>> {
    sqlx::query_as!(
        Given,
        r#"
        SELECT a.id, a.at, n.number AS "number!", of.item AS "item!"
        FROM notice_answer a
        JOIN notice_copy c ON c.id = a.copy
        JOIN notice n ON n.id = c.notice
        CROSS JOIN LATERAL (
            SELECT l.item
            FROM notice_item l
            JOIN item i ON i.id = l.item
            WHERE l.notice = c.notice
              AND (
                  i.lead_unit = c.unit
                  OR EXISTS (SELECT 1 FROM item_co_unit o WHERE o.item = i.id AND o.unit = c.unit)
              )
            ORDER BY l.position
            LIMIT 1
        ) of
        WHERE a.post = $1 AND a.at >= $2
        ORDER BY a.at DESC, a.id DESC
        LIMIT 1
        "#,
        post,
        since,
    )
    .fetch_optional(read)
    .await
}
