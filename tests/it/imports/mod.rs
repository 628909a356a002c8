//! Importing and exporting the ledger: files in, plan, database, files out.

use chrono::NaiveDate;
use duban::domain::decision::Actor;
use duban::domain::ledger_file::{BadCells, Batch, Counts, FileKind, Note, Outcome, Plan, plan};
use duban::domain::{Lang, Now};
use duban::imports::{read, sample};
use duban::store::commit::import::write;
use duban::store::import_facts::current;
use sqlx::PgPool;
use uuid::Uuid;

mod again;
mod export;
mod files;
mod ledger;
mod office;
mod workbook;

/// An empty, migrated database.
async fn database() -> PgPool {
    let url = crate::harness::database("template_empty").await;
    PgPool::connect(&url).await.expect("connects")
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// The ledger's day in these tests.
fn now() -> Now {
    Now::at("2018-09-03T01:00:00Z".parse().expect("an instant"))
}

/// Reads the files of one import into the sample's round.
fn batch(files: &[(FileKind, &str, &[u8])]) -> Result<Batch, BadCells> {
    batch_with_notes(files).map(|(batch, _)| batch)
}

fn batch_with_notes(files: &[(FileKind, &str, &[u8])]) -> Result<(Batch, Vec<Note>), BadCells> {
    let mut batch = Batch { round: Some(sample::ROUND.to_owned()), ..Batch::default() };
    let mut notes = Vec::new();
    for (kind, name, bytes) in files {
        let file = read(*kind, name, bytes, &mut |_| ())?;
        notes.extend(file.notes);
        batch.add(file.source, file.rows)?;
    }
    Ok((batch, notes))
}

fn sample_batch() -> Batch {
    batch(&sample::FILES).expect("the sample reads")
}

/// What an import did.
#[derive(Debug)]
struct Done {
    outcome: Outcome,
    changes: Vec<String>,
    items: Counts,
    new_events: usize,
    notes: Vec<String>,
}

fn done(plan: &Plan<'_>, outcome: Outcome) -> Done {
    Done {
        outcome,
        changes: plan.changes(Lang::Zh).collect(),
        items: plan.item_counts,
        new_events: plan.new_events,
        notes: plan.notes.iter().map(|note| note.line(Lang::Zh)).collect(),
    }
}

/// Plans and writes a batch as a caller does.
async fn import(pool: &PgPool, batch: &Batch, as_of: NaiveDate) -> Result<Done, BadCells> {
    let mut conn = pool.acquire().await.expect("a connection");
    let facts = current(&mut conn, batch).await.expect("facts");
    let plan = plan(batch, &facts, as_of, now().today(), &mut Uuid::now_v7)?;
    let outcome =
        write(&mut conn, &plan, &Actor::default(), now(), &mut |_| ()).await.expect("written or refused");
    Ok(done(&plan, outcome))
}

async fn import_sample(pool: &PgPool) -> Done {
    import(pool, &sample_batch(), sample::AS_OF).await.expect("the sample imports")
}

/// One figure out of the database.
async fn count(pool: &PgPool, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(pool).await.expect("a count")
}

/// The lines of what is wrong, in Chinese.
fn lines(bad: &BadCells) -> Vec<String> {
    bad.lines(Lang::Zh)
}
