//! After the rounds: what was answered is what stands in the ledger, no more and no less.

use anyhow::{Result, ensure};
use futures_util::TryStreamExt;
use sqlx::PgPool;

use super::contacts::Contact;
use super::seed::Seed;
use super::stand_in::StandIn;

/// Every distinct update made one report, one line of the audit log and one answer; every item stands at
/// the percent last reported, at the version that its reports make.
pub async fn check(pool: &PgPool, seed: &Seed, contacts: &[Contact], distinct: u32) -> Result<()> {
    let before = i64::from(seed.items) * i64::from(seed.past);
    // What the service does by itself (it opens the periods of the day, …) nobody speaks for.
    for (table, before, but) in [
        ("report", before, ""),
        ("inbox", 0, "WHERE account = 'telegram'"),
        ("audit", 0, "WHERE actor_post IS NOT NULL"),
        ("outbox", 0, ""),
    ] {
        let count = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table} {but}"));
        let rows: i64 = sqlx::query_scalar(count).fetch_one(pool).await?;
        let written = rows - before;
        ensure!(written == i64::from(distinct), "{distinct} updates, but {written} new rows in {table}");
    }
    let mut expected = vec![0; seed.items as usize + 1];
    for (number, reports) in contacts.iter().flat_map(Contact::accepted) {
        expected[number as usize] = reports;
    }
    let mut rows = sqlx::query_as("SELECT number, version, percent FROM item").fetch(pool);
    while let Some((number, version, percent)) = rows.try_next().await? {
        let (number, version, percent): (i32, i32, i16) = (number, version, percent);
        let number = number as u32;
        let reports = expected[number as usize];
        let stands = (version, percent as u32);
        // An item nobody reported stands as it was seeded.
        let should = (seed.version() + reports as i32, Seed::percent(number, reports));
        ensure!(stands == should, "item {number} has (version, percent) {stands:?} instead of {should:?}");
    }
    println!(
        "checked: {distinct} distinct updates made as many reports, audit lines and answers; every item stands at its last percent"
    );
    Ok(())
}

/// Every answer that was sent so far says that a report was taken.
pub fn answers(stand_in: &StandIn) -> Result<()> {
    let said = stand_in.said();
    for message in &said {
        ensure!(message.text.contains("已登记"), "chat {} was told: {}", message.chat, message.text);
    }
    let (sent, busiest) = (said.len(), stand_in.busiest_second());
    println!("{sent} answers were sent meanwhile, at most {busiest} in a second (the platform allows 30)");
    Ok(())
}
