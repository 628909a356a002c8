//! Files an office brings → rows the domain understands. One call per file: [`read`]; the caller puts
//! the files together in a [`Batch`](crate::domain::ledger_file::Batch) and lets the domain plan.
//! No database, no clock, and no input that makes it panic.

use sha2::{Digest, Sha256};

use crate::domain::ledger_file::{BadCell, BadCells, FileKind, Note, Rows, Sentence, SourceFile, sentence};
use table::{OnRow, Scan, Scanned};

mod cells;
mod dates;
mod decode;
mod delimited;
mod failed;
mod headings;
mod history;
mod ledger;
mod posts;
mod readings;
mod row;
pub mod sample;
mod table;
mod units;
mod words;
mod workbook;
mod workdays;

pub use failed::failed;
pub use workdays::workdays;

/// A packed workbook: a ledger of a million rows takes about 200 MB.
const WORKBOOK_MAX: usize = 256 << 20;
/// A text file: a million rows with their measures and goals take about half of it.
const TEXT_MAX: usize = 1 << 30;

/// One file, read and understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadFile {
    pub source: SourceFile,
    pub rows: Rows,
    pub notes: Vec<Note>,
    /// What was taken for what: columns, worded dates, numerals. Told by a dry run.
    pub reading: Vec<Note>,
}

/// SHA-256 of a file, in hex.
pub fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads one file: CSV in any usual dress, or XLSX; its content tells which. `progress` is told the
/// number of rows now and then. All that is wrong is told at once.
pub fn read(
    kind: FileKind,
    name: &str,
    bytes: &[u8],
    progress: &mut dyn FnMut(usize),
) -> Result<ReadFile, BadCells> {
    match kind {
        FileKind::Units => {
            let mut units = units::Units::default();
            let scanned = scan(kind, name, bytes, progress, &mut |row, bad| units.row(row, bad))?;
            finish(kind, name, bytes, scanned, Rows::Units(units.rows))
        }
        FileKind::Posts => {
            let mut posts = posts::Posts::default();
            let scanned = scan(kind, name, bytes, progress, &mut |row, bad| posts.row(row, bad))?;
            finish(kind, name, bytes, scanned, Rows::Posts(posts.rows))
        }
        FileKind::Ledger => {
            let mut ledger = ledger::Ledger::default();
            let mut scanned = scan(kind, name, bytes, progress, &mut |row, bad| ledger.row(row, bad))?;
            let note = |text| Note { file: name.to_owned(), text };
            scanned.notes.extend(ledger.note().map(note));
            let (items, readings) = ledger.finish(&mut scanned.bad);
            scanned.reading.extend(readings.into_iter().map(note));
            finish(kind, name, bytes, scanned, Rows::Ledger(items))
        }
        FileKind::History => {
            let mut history = history::History::default();
            let mut scanned = scan(kind, name, bytes, progress, &mut |row, bad| history.row(row, bad))?;
            let (rows, twice) = history.finish();
            for (first, row) in twice {
                let reason = sentence!("与第 {first} 行完全相同", "says the same as row {first}");
                scanned.bad.push(BadCell { file: name.to_owned(), row, column: String::new(), reason });
            }
            finish(kind, name, bytes, scanned, Rows::History(rows))
        }
    }
}

fn finish(
    kind: FileKind,
    name: &str,
    bytes: &[u8],
    scanned: Scanned,
    rows: Rows,
) -> Result<ReadFile, BadCells> {
    let Scanned { rows: count, headings, notes, reading, bad } = scanned;
    let source = SourceFile { kind, name: name.to_owned(), digest: digest(bytes), rows: count, headings };
    bad.ok_or(ReadFile { source, rows, notes, reading })
}

fn scan(
    kind: FileKind,
    name: &str,
    bytes: &[u8],
    progress: &mut dyn FnMut(usize),
    on_row: &mut OnRow<'_>,
) -> Result<Scanned, BadCells> {
    let mut scan = Scan::new(kind, name, on_row, progress);
    match feed(kind, bytes, &mut scan) {
        Ok(()) => scan.finish(),
        Err(why) => {
            // What was wrong before the file broke off is told too.
            let mut bad = BadCells::whole(name, why);
            bad.append(scan.wrong);
            Err(bad)
        }
    }
}

/// Tells the format by the first bytes and walks through the file.
fn feed(kind: FileKind, bytes: &[u8], scan: &mut Scan<'_>) -> Result<(), Sentence> {
    let is_workbook = bytes.starts_with(b"PK");
    let limit = if is_workbook { WORKBOOK_MAX } else { TEXT_MAX };
    if bytes.len() > limit {
        let mib = limit >> 20;
        return Err(sentence!(
            "文件超过 {mib} MB；请拆成几份，或另存为 CSV",
            "larger than {mib} MB; split it, or save it as CSV"
        ));
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(sentence!("文件是空的", "the file is empty"));
    }
    if is_workbook {
        return workbook::feed(bytes, scan);
    }
    if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Err(sentence!(
            "这是旧式 .xls 或加了密码的文件；请打开后另存为不加密码的 .xlsx",
            "an old .xls or a password-protected file; open it and save it as .xlsx without a password"
        ));
    }
    let head = bytes.trim_ascii_start();
    if head.starts_with(b"<") || head.starts_with(b"%PDF") || head.starts_with(b"{\\rtf") {
        return Err(sentence!(
            "这是网页、PDF 或文档，不是表格；请用 Excel/WPS 打开后另存为 .xlsx",
            "a web page, PDF or document, not a table; open it in Excel or WPS and save it as .xlsx"
        ));
    }
    let (text, is_gbk) = decode::decode(bytes)?;
    if is_gbk {
        scan.note(sentence!("文字按 GBK 编码读取", "the text was read as GBK"));
    }
    delimited::feed(kind, &text, scan)
}
