//! Documents people take away: one table, one file per entry. An export reads from the store and
//! writes to an `io::Write`; it knows neither chat nor HTTP.
//! To add one: a file with an `EXPORT`, and two lines here.

use std::io;

use futures_util::future::BoxFuture;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::Both;

mod ledger;
pub mod failed;
mod sheet;

/// How a document is dressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Csv,
    Xlsx,
}

impl Format {
    pub fn extension(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Xlsx => "xlsx",
        }
    }

    pub fn mime(self) -> &'static str {
        match self {
            Format::Csv => "text/csv; charset=utf-8",
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// One request for a document.
pub struct Call<'a> {
    pub db: &'a mut PgConnection,
    pub round: Uuid,
    pub format: Format,
    pub out: &'a mut (dyn io::Write + Send),
}

pub struct Export {
    /// In commands and addresses.
    pub name: &'static str,
    pub title: Both,
    pub formats: &'static [Format],
    /// Writes the document; the number of its rows.
    pub write: for<'a> fn(Call<'a>) -> BoxFuture<'a, anyhow::Result<u64>>,
}

pub const EXPORTS: &[Export] = &[ledger::EXPORT];

/// An export by its name.
pub fn find(name: &str) -> Option<&'static Export> {
    EXPORTS.iter().find(|export| export.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_export_is_found_by_its_name_alone() {
        for export in EXPORTS {
            assert_eq!(find(export.name).map(|found| found.title), Some(export.title));
            assert!(!export.formats.is_empty(), "{}", export.name);
            assert!(export.name.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", export.name);
        }
    }
}
