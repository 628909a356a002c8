//! Items by words in their texts. Pairs of neighbouring characters find them by index; then the whole word
//! is looked for, because the pairs of a word may stand apart.

use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

/// Items whose pairs fit are looked at one by one, up to so many.
const WALK: i64 = 20_000;

/// Items of these rounds in whose plan (title, finding, goal, measures, category, region) all of these
/// words stand, and whether all that might be were looked at. Of more than `at_most` it brings any.
pub async fn in_rounds(
    conn: &mut PgConnection,
    rounds: &[Uuid],
    words: &[String],
    at_most: i64,
) -> sqlx::Result<(Vec<Uuid>, bool)> {
    let found = sqlx::query_scalar!(
        r#"
        SELECT f.item
        FROM (
            SELECT
                t.item,
                item_words(t.title, t.description, t.goal, t.measures, t.category, t.region) AS words
            FROM item_text t
            JOIN item i ON i.id = t.item
            WHERE i.round = ANY($1)
              AND pairs(item_words(t.title, t.description, t.goal, t.measures, t.category, t.region))
                  @> pairs(folded(array_to_string($2::text[], ' ')))
            LIMIT $4
        ) f
        WHERE NOT EXISTS (
            SELECT 1
            FROM unnest($2::text[]) AS w (word)
            WHERE position(folded(w.word) IN f.words) = 0
        )
        LIMIT $3
        "#,
        rounds,
        words,
        at_most,
        WALK,
    )
    .fetch_all(&mut *conn)
    .await?;
    if found.len() as i64 >= at_most {
        return Ok((found, true));
    }
    let is_longer = sqlx::query_scalar!(
        r#"
        SELECT EXISTS (
            SELECT 1
            FROM item_text t
            WHERE pairs(item_words(t.title, t.description, t.goal, t.measures, t.category, t.region))
                  @> pairs(folded(array_to_string($1::text[], ' ')))
            OFFSET $2
        ) AS "longer!"
        "#,
        words,
        WALK,
    )
    .fetch_one(conn)
    .await?;
    Ok((found, !is_longer))
}

/// Those of these items in whose plan or last report all of these words stand.
pub async fn among(read: impl PgExecutor<'_>, items: &[Uuid], words: &[String]) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        r#"
        SELECT t.item
        FROM item_text t
        LEFT JOIN LATERAL (
            SELECT r.text
            FROM report r
            LEFT JOIN verdict v ON v.item = r.item AND v.version = r.version
            WHERE r.item = t.item
              AND v.verdict IS DISTINCT FROM 'withdrawn'
            ORDER BY r.version DESC
            LIMIT 1
        ) last ON true
        WHERE t.item = ANY($1)
          AND NOT EXISTS (
              SELECT 1
              FROM unnest($2::text[]) AS w (word)
              WHERE position(
                  folded(w.word)
                  IN item_words(t.title, t.description, t.goal, t.measures, t.category, t.region)
                      || chr(10) || folded(COALESCE(last.text, ''))
              ) = 0
          )
        "#,
        items,
        words,
    )
    .fetch_all(read)
    .await
}

/// The texts of an item that can be quoted.
pub struct Quotable {
    pub item: Uuid,
    pub description: String,
    pub goal: String,
    pub measures: String,
    pub category: String,
    pub region: String,
    pub last_report: String,
}

pub async fn quotable(read: impl PgExecutor<'_>, items: &[Uuid]) -> sqlx::Result<Vec<Quotable>> {
    sqlx::query_as!(
        Quotable,
        r#"
        SELECT
            t.item, t.description, t.goal, t.measures, t.category, t.region,
            COALESCE(
                (
                    SELECT r.text
                    FROM report r
                    LEFT JOIN verdict v ON v.item = r.item AND v.version = r.version
                    WHERE r.item = t.item
                      AND v.verdict IS DISTINCT FROM 'withdrawn'
                    ORDER BY r.version DESC
                    LIMIT 1
                ),
                ''
            ) AS "last_report!"
        FROM item_text t
        WHERE t.item = ANY($1)
        "#,
        items,
    )
    .fetch_all(read)
    .await
}
