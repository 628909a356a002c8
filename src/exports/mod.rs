//! Documents people take away: one table, one file per entry. An export reads from the store and
//! writes to an `io::Write`; it knows neither chat nor HTTP. The clerk (`workers/clerk`) makes them.
//! To add one: a file with an `EXPORT`, and two lines here.

use std::io;
use std::path::Path;
use std::sync::atomic::AtomicU64;

use chrono::NaiveDate;
use futures_util::future::BoxFuture;
use sqlx::PgConnection;
use uuid::Uuid;

pub use crate::domain::document::Format;
use crate::domain::document::{Figures, Needs, Paper};
use crate::domain::ledger_file::Sentence;
use crate::domain::{Basis, Now};

use docx::Template;

mod card;
pub mod docx; // templates with placeholders
mod dossier;
pub mod failed;
mod ledger;
mod notice;
mod assessment;
mod monthly;
mod picture;
mod publicity;
mod sheet;
mod summary;
mod upward;

/// One request for a document.
pub struct Call<'a> {
    /// A read-only connection. What reads long sets its own `statement_timeout` (see `store::ledger_rows`).
    pub db: &'a mut PgConnection,
    pub round: Uuid,
    /// What it is about, by `Paper::of`: an item's id, …
    pub subject: Option<Uuid>,
    /// The day whose end it shows; today's is what stands now.
    pub as_of: NaiveDate,
    /// The ledger's time. What was recorded later is not in it.
    pub now: Now,
    pub basis: &'a Basis,
    pub format: Format,
    /// The data folder: what people sent, and templates the office has put in place of ours.
    pub data_dir: &'a Path,
    pub out: &'a mut (dyn io::Write + Send),
    /// Rows written so far, told to whoever waits.
    pub rows: &'a AtomicU64,
}

/// What was written.
#[derive(Debug, Default)]
pub struct Written {
    pub rows: u64,
    /// The figures it says, kept with it and compared with those of a later one.
    pub figures: Figures,
    /// Said beside the file: a line or a few, in Chinese like the document.
    pub note: String,
}

impl Written {
    /// So many rows and nothing to be said.
    pub fn rows(rows: u64) -> Written {
        Written { rows, ..Written::default() }
    }
}

/// Why a document cannot be made, as a sentence for whoever asked: trying again helps nothing.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unmade(pub Sentence);

impl Unmade {
    fn new(zh: impl Into<String>, en: impl Into<String>) -> Unmade {
        Unmade(Sentence { zh: zh.into(), en: en.into() })
    }

    /// The round has nothing to make it of.
    fn lacking(needs: Needs, day: NaiveDate) -> Unmade {
        Unmade(needs.lacking(day))
    }
}

pub struct Export {
    pub paper: Paper,
    /// Writes the document.
    pub write: for<'a> fn(Call<'a>) -> BoxFuture<'a, anyhow::Result<Written>>,
}

/// Every document there is, in the order people are told of them.
pub const EXPORTS: &[Export] = &[
    summary::EXPORT,
    ledger::EXPORT,
    notice::EXPORT,
    notice::RECORD,
    publicity::EXPORT,
    card::EXPORT,
    dossier::EXPORT,
    monthly::EXPORT,
    upward::EXPORT,
    assessment::EXPORT,
    picture::course::EXPORT,
    picture::open::EXPORT,
    picture::groups::UNITS,
    picture::groups::CATEGORIES,
    picture::curve::EXPORT,
];

/// The templates the office may replace.
pub const TEMPLATES: &[&Template] = &[
    &summary::TEMPLATE,
    &notice::TEMPLATE,
    &notice::RECORD_TEMPLATE,
    &publicity::TEMPLATE,
    &card::TEMPLATE,
    &dossier::TEMPLATE,
];

/// How the office signs: as it says itself, else by the unit of its posts.
async fn office(db: &mut PgConnection) -> sqlx::Result<String> {
    let said =
        crate::store::series::agency(db).await?.map(|agency| agency.name).filter(|name| !name.is_empty());
    Ok(match said {
        Some(name) => name,
        None => crate::store::summary::office_name(db).await?.unwrap_or_else(|| "整改办".to_owned()),
    })
}

/// An export by its name.
pub fn find(name: &str) -> Option<&'static Export> {
    EXPORTS.iter().find(|export| export.paper.name == name)
}

/// All that can be asked for.
pub fn papers() -> Vec<&'static Paper> {
    EXPORTS.iter().map(|export| &export.paper).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_export_is_found_by_its_name_and_no_word_means_two() {
        let mut seen = HashSet::new();
        for paper in papers() {
            assert_eq!(find(paper.name).map(|found| found.paper.title), Some(paper.title));
            assert!(!paper.formats.is_empty(), "{}", paper.name);
            assert!(paper.name.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", paper.name);
            let [zh, en, ..] = paper.words else { panic!("{} has too few words", paper.name) };
            assert!(!zh.is_ascii() && en.is_ascii(), "{}", paper.name);
            assert!(paper.words.iter().all(|word| seen.insert(*word)), "{:?}", paper.words);
        }
    }
}
