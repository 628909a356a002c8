//! The rows of a file that stopped an import, read again as they stand: the person gets them back with
//! the reason beside each.

use std::collections::{BTreeMap, BTreeSet};

use super::feed;
use super::row::Row;
use super::table::Scan;
use crate::domain::lang::Lang;
use crate::domain::ledger_file::{BadCells, FailedRow, FailedRows, FileKind};

/// The rows of this file that `bad` speaks of, in their order; `None` when it speaks of none.
pub fn failed(kind: FileKind, name: &str, bytes: &[u8], bad: &BadCells, lang: Lang) -> Option<FailedRows> {
    let mut reasons: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for cell in bad.cells.iter().filter(|cell| cell.file == name) {
        let (column, reason) = (&cell.column, cell.reason.pick(lang));
        let told = match (column.is_empty(), lang) {
            (true, _) => reason.to_owned(),
            (false, Lang::Zh) => format!("{column}：{reason}"),
            (false, Lang::En) => format!("{column}: {reason}"),
        };
        reasons.entry(cell.row).or_default().push(told);
    }
    if reasons.is_empty() {
        return None;
    }
    let wanted: BTreeSet<usize> = reasons.keys().copied().collect();
    let mut ignore = |_: &Row<'_>, _: &mut BadCells| ();
    let mut quiet = |_| ();
    let mut scan = Scan::new(kind, name, &mut ignore, &mut quiet);
    scan.keep = Some(&wanted);
    // A file that breaks off gives the rows before that; why it does is among the reasons.
    let _ = feed(kind, bytes, &mut scan);
    let headings = scan.heading_texts();
    let mut kept = std::mem::take(&mut scan.kept);
    let rows = reasons
        .into_iter()
        .map(|(row, reasons)| FailedRow { row, reasons, cells: kept.remove(&row).unwrap_or_default() })
        .collect();
    Some(FailedRows { file: name.to_owned(), headings, rows })
}
