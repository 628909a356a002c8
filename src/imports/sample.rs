//! The sample ledger of a fictional city, carried in the binary: 60 items of which 45 are completed,
//! as of 31 August 2018. For the demo and the tests.

use chrono::NaiveDate;

use crate::domain::ledger_file::FileKind;

/// The round the sample's items belong to.
pub const ROUND: &str = "2017年省级环保督察";

/// The sample ledger is as it stood on this day.
pub const AS_OF: NaiveDate = NaiveDate::from_ymd_opt(2018, 8, 31).expect("a day of the calendar");

/// (kind, name, content) of the four files.
pub const FILES: [(FileKind, &str, &[u8]); 4] = [
    (FileKind::Units, "units.csv", include_bytes!("sample/units.csv")),
    (FileKind::Posts, "posts.csv", include_bytes!("sample/posts.csv")),
    (FileKind::Ledger, "ledger.csv", include_bytes!("sample/ledger.csv")),
    (FileKind::History, "history.csv", include_bytes!("sample/history.csv")),
];
