//! What must hold whatever it took.

use anyhow::Result;
use sqlx::PgPool;

use super::checks::Checks;
use super::rounds::Swept;
use super::written::{self, Written};

/// A lone sweep and its repeat.
pub async fn of_one(checks: &mut Checks, pool: &PgPool, swept: &Swept, due: i64) -> Result<()> {
    checks.that("everything due was looked at", swept.items as i64 == due, || {
        format!("{} of {due}", swept.items)
    });
    each_said_once(checks, pool, due).await?;
    checks.that("the repeat found nothing due", swept.items_again == 0, || {
        format!("{} items", swept.items_again)
    });
    checks
        .that("and wrote no row", swept.written_again.is_empty(), || written::in_words(&swept.written_again));
    checks.that("and took none away", swept.counts_moved.is_empty(), || swept.counts_moved.join(", "));
    Ok(())
}

/// What two sweepers left behind, beside what one alone did.
pub async fn of_two(
    checks: &mut Checks,
    pool: &PgPool,
    due: i64,
    alone: &[Written],
    both: &[Written],
) -> Result<()> {
    each_said_once(checks, pool, due).await?;
    // A message may hold other warnings, and then there are more or fewer of them; everything else is the same.
    for table in alone.iter().filter(|written| !["inbox", "outbox"].contains(&written.table.as_str())) {
        let rows = both.iter().find(|other| other.table == table.table).map_or(0, |other| other.rows.len());
        let promise = format!("two wrote as many rows in {} as one", table.table);
        checks.that(&promise, rows == table.rows.len(), || format!("{rows} and {}", table.rows.len()));
    }
    Ok(())
}

/// Every item due has its warning, and every warning stands in one message.
async fn each_said_once(checks: &mut Checks, pool: &PgPool, due: i64) -> Result<()> {
    let warnings = "SELECT count(*) FROM (SELECT item FROM warning GROUP BY item HAVING count(*) = 1) w";
    let warned: i64 = sqlx::query_scalar(warnings).fetch_one(pool).await?;
    checks.that("every item has one warning", warned == due, || format!("{warned} of {due}"));
    let unsaid = "SELECT count(*)
                  FROM warning w
                  FULL JOIN (SELECT unnest(warnings) AS id, count(*) AS times FROM outbox GROUP BY 1) o USING (id)
                  WHERE w.item IS NULL OR o.times IS DISTINCT FROM 1";
    let unsaid: i64 = sqlx::query_scalar(unsaid).fetch_one(pool).await?;
    checks.that("every warning stands in one message", unsaid == 0, || format!("{unsaid} do not"));
    Ok(())
}
