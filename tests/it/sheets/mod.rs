//! Documents made from the ledger, opened by independent readers and compared with it.

use std::path::Path;
use std::sync::atomic::AtomicU64;

use chrono::NaiveDate;
use duban::domain::Now;
use duban::exports::{Call, Format, Written, find};
use duban::store::basis;
use sqlx::PgPool;
use uuid::Uuid;

mod pictures;
mod tables;

/// The sample's day.
fn day() -> NaiveDate {
    "2018-08-31".parse().expect("a date")
}

async fn sample() -> PgPool {
    let url = crate::harness::database("template_sample").await;
    PgPool::connect(&url).await.expect("connects")
}

async fn item(pool: &PgPool, number: i32) -> Uuid {
    let found = sqlx::query_scalar("SELECT id FROM item WHERE number = $1").bind(number);
    found.fetch_one(pool).await.expect("the item")
}

/// A document as of a day, as the clerk has it made.
async fn made(
    pool: &PgPool,
    name: &str,
    format: Format,
    subject: Option<Uuid>,
    as_of: NaiveDate,
) -> anyhow::Result<(Written, Vec<u8>)> {
    made_from(pool, name, format, subject, as_of, Path::new("/nonexistent")).await
}

/// With a data folder.
async fn made_from(
    pool: &PgPool,
    name: &str,
    format: Format,
    subject: Option<Uuid>,
    as_of: NaiveDate,
    data_dir: &Path,
) -> anyhow::Result<(Written, Vec<u8>)> {
    let round: Uuid = sqlx::query_scalar("SELECT id FROM round").fetch_one(pool).await?;
    let mut db = pool.acquire().await?;
    let basis = basis::load(&mut db).await?;
    let mut out = Vec::new();
    let export = find(name).expect("it is in the table");
    let written = (export.write)(Call {
        db: &mut db,
        round,
        subject,
        as_of,
        now: Now::at("2018-08-31T09:00:00Z".parse().expect("an instant")),
        basis: &basis,
        format,
        data_dir,
        out: &mut out,
        rows: &AtomicU64::new(0),
    })
    .await?;
    Ok((written, out))
}
