//! All SQL and nothing but SQL, one file per table or question.
//! House rules: upper-case keywords, one clause per line, explicit columns, time as a parameter.
//! Reads take a pool of read-only connections; ledger tables are written by `commit` alone, every
//! other table by the module that bears its name.

pub mod acceptance; // how far items have come to sign-off
pub mod activities; // what was done beside the items
pub mod as_of; // an item as it stood on a day
pub mod assessed; // an item's quarter
pub mod assessments; // frozen, heard, published
pub mod as_of_rows; // all items of a round on that day
pub mod basis; // the thresholds in force
pub mod audit; // sealing and checking the log
pub mod calendar;
pub mod cases; // the ladder
pub mod chats; // what groups are for
pub mod circulars; // figures and problems of a round
pub mod cleaning;
pub mod commit; // decisions → rows, many at once
pub mod cycles; // periods, and what is owed in them
pub mod documents; // papers people asked for
pub mod dossier;
pub mod door; // what every door knows before it reads the words
pub mod fates; // what became of warnings
pub mod findings; // what the rules look at
pub mod files; // evidence people sent
pub mod import_facts; // what an import compares its files with
pub mod items;
pub mod jobs; // work that takes its time
pub mod leaves; // who is away
pub mod lists; // items by lamp, unit, category …, a page at a time
pub mod ledger_rows; // the ledger, streamed
pub mod migrations;
pub mod notices; // what the office sends out under a number
pub mod overdue; // papers past their limits
pub mod outbox; // what is due, and how each attempt ended
pub mod people;
pub mod poison;
pub mod pools;
pub mod reports;
pub mod room; // the built-in chat: sessions and lines
pub mod receipts; // what is to be signed for
mod line; // a connection of one's own
pub mod porter; // facts for the doors
pub mod readers; // connections for messages
pub mod relay; // the bell between replicas
pub mod search; // items by words in their texts
pub mod series; // how papers are signed and numbered
pub mod statements; // what the calendar asks to be told
pub mod summary; // what was done until a day, counted
pub mod sums; // whether the sums add up
pub mod under_way; // papers that are not settled
pub mod waiting; // what waits on the way to sign-off
pub mod warnings;
pub mod withdrawals; // what taking a report back brings back

/// Shared by the service and every test, so that migrations are embedded once.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

/// A value in the database that no version of this program has written: says where it stands.
#[derive(Debug, thiserror::Error)]
#[error("{table}.{column} holds {value:?}, which this version does not know")]
pub struct UnknownValue {
    pub table: &'static str,
    pub column: &'static str,
    pub value: String,
}

impl From<UnknownValue> for sqlx::Error {
    fn from(error: UnknownValue) -> sqlx::Error {
        sqlx::Error::Decode(Box::new(error))
    }
}

/// Reads one of our own codes, or says where a strange one stands.
pub(crate) fn known<T>(
    read: fn(&str) -> Option<T>,
    table: &'static str,
    column: &'static str,
    value: &str,
) -> sqlx::Result<T> {
    read(value).ok_or_else(|| UnknownValue { table, column, value: value.to_owned() }.into())
}
