//! Comma, semicolon and tab separated text. The separator is the one under which the headings are
//! recognised; row numbers are those a spreadsheet shows, blank lines and line breaks inside cells
//! included.

use std::borrow::Cow;
use std::ops::ControlFlow;

use super::cells::Cell;
use super::headings::match_row;
use super::table::Scan;
use crate::domain::formula::unguarded;
use crate::domain::ledger_file::{FileKind, Sentence, sentence};

/// The headings are looked for in so many records when the separator is chosen.
const SNIFFED: usize = 30;

fn reader(text: &str, separator: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes())
}

/// The separator that shows the most headings; a comma when none does.
fn separator(kind: FileKind, text: &str) -> u8 {
    let known = |separator: u8| {
        let rows = reader(text, separator).into_records().take(SNIFFED).flatten();
        rows.map(|row| match_row(kind, &row.iter().map(str::to_owned).collect::<Vec<_>>()).columns.len())
            .max()
            .unwrap_or(0)
    };
    // The last of equals wins in max_by_key: the comma stands last.
    [b'\t', b';', b','].into_iter().max_by_key(|separator| known(*separator)).unwrap_or(b',')
}

/// Feeds every record to the scan.
pub(super) fn feed(kind: FileKind, text: &str, scan: &mut Scan<'_>) -> Result<(), Sentence> {
    scan.is_delimited = true;
    let separator = separator(kind, text);
    let mut records = reader(text, separator);
    let mut record = csv::StringRecord::new();
    let mut row = 0;
    loop {
        let start = usize::try_from(records.position().byte()).unwrap_or(usize::MAX);
        match records.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(why) => return Err(sentence!("表格格式有误：{why}", "the table is malformed: {why}")),
        }
        row += 1 + blank_lines(text, start);
        if records.position().byte() == text.len() as u64 && is_open(&text[start..], separator, record.len())
        {
            let reason = sentence!(
                "双引号没有成对，从这里到文件末尾都成了一格；请检查这一行",
                "a quote is never closed, so that this cell goes on to the end of the file; look at this row"
            );
            scan.bad(row, record.len().checked_sub(1), reason);
            return Ok(());
        }
        let cells: Vec<Cell<'_>> =
            record.iter().map(|field| Cell::Text(Cow::Borrowed(unguarded(field)))).collect();
        if let ControlFlow::Break(()) = scan.row(row, &cells) {
            return Ok(());
        }
    }
}

/// Whether the last record ends inside a quote: one more separator then makes no other cell.
fn is_open(last: &str, separator: u8, cells: usize) -> bool {
    let more = format!("{}{}", last.trim_end_matches(['\r', '\n']), char::from(separator));
    reader(&more, separator).into_records().next().and_then(Result::ok).is_some_and(|row| row.len() == cells)
}

/// Blank lines at the beginning of a record: the csv crate passes over them, a spreadsheet shows them.
pub(super) fn blank_lines(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut rest = bytes.get(start..).unwrap_or(&[]);
    // The record before ended with the first half of CR LF.
    if start > 0 && bytes[start - 1] == b'\r' && rest.first() == Some(&b'\n') {
        rest = &rest[1..];
    }
    let mut lines = 0;
    loop {
        rest = match rest {
            [b'\r', b'\n', after @ ..] | [b'\r', after @ ..] | [b'\n', after @ ..] => after,
            _ => return lines,
        };
        lines += 1;
    }
}
