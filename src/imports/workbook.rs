//! XLSX. A workbook is a zip of XML from outside: it is measured before it is opened, read cell by
//! cell (never as a rectangle, whose size two far cells could dictate), and a panic of the reader
//! counts as a damaged file.

use std::borrow::Cow;
use std::io::{Cursor, Read};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader, SheetVisible, Xlsx};
use chrono::NaiveDate;

use super::cells::{CELL_CHARS, Cell, beginning};
use super::table::Scan;
use crate::domain::ledger_file::{Sentence, sentence};

/// A million rows of a ledger unpack to about two GiB; nothing honest is larger than this.
const UNPACKED_MAX: u64 = 4 << 30;
/// The texts of a workbook are held in memory while it is read.
const TEXTS_MAX: u64 = 1 << 30;
/// What lies between the beginnings of two cells or texts, and is read at once. An honest cell takes a quarter of a
/// megabyte at most; one that is longer than a cell can be is told with its place.
const CELL_MAX: u64 = 64 << 20;
/// A picture beside the ledger, which is measured by its size alone.
const PICTURE_MAX: u64 = 64 << 20;
/// Columns beyond are never read: no ledger has them.
const COLUMNS_MAX: usize = 256;

/// Feeds the first sheet with a heading row to the scan.
pub(super) fn feed(bytes: &[u8], scan: &mut Scan<'_>) -> Result<(), Sentence> {
    measure(bytes)?;
    catch_unwind(AssertUnwindSafe(|| read(bytes, scan))).unwrap_or_else(|_| Err(damaged()))
}

fn damaged() -> Sentence {
    sentence!(
        "文件已损坏，或不是 xlsx；请用 Excel/WPS 打开后另存为 xlsx 再导入",
        "a damaged file, or not xlsx; open it in Excel or WPS, save it as xlsx and import again"
    )
}

/// Unpacks everything once into nothing, so that no part turns out larger than it says.
fn measure(bytes: &[u8]) -> Result<(), Sentence> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let mut left = UNPACKED_MAX;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|_| damaged())?;
        let name = part.name().map_err(|_| damaged())?.to_ascii_lowercase();
        let (said, is_texts) = (part.size(), name.ends_with("sharedstrings.xml"));
        let is_picture = name.starts_with("xl/media/");
        if said > left || (is_texts && said > TEXTS_MAX) || (is_picture && said > PICTURE_MAX) {
            return Err(too_large());
        }
        left -= said;
        let mut part = part.take(said + 1);
        let (mut seen, mut texts, mut stretch) = (0, Vec::new(), Stretch::default());
        let mut piece = vec![0u8; 64 << 10];
        loop {
            let read = part.read(&mut piece).map_err(|_| damaged())?;
            if read == 0 {
                break;
            }
            seen += read as u64;
            if !is_picture && !stretch.goes_on(&piece[..read]) {
                return Err(too_long());
            }
            if is_texts {
                texts.extend_from_slice(&piece[..read]);
            }
        }
        if seen > said || !promises_are_kept(&texts) {
            return Err(damaged());
        }
    }
    Ok(())
}

/// How far it is from the last cell or shared text, in a part that is read piece by piece.
#[derive(Default)]
struct Stretch(u64);

impl Stretch {
    /// `false`: something is longer than any cell is.
    fn goes_on(&mut self, piece: &[u8]) -> bool {
        let is_cell = |start: &[u8]| matches!(start, b"<c" | b"<s");
        let (len, cells) = (piece.len() as u64, || piece.windows(2));
        if self.0 + cells().position(is_cell).map_or(len, |at| at as u64) > CELL_MAX {
            return false;
        }
        match cells().rposition(is_cell) {
            Some(last) => self.0 = len - last as u64,
            None => self.0 += len,
        }
        true
    }
}

fn too_long() -> Sentence {
    sentence!(
        "里面有一格长得不像台账（表格的一格最多 32767 字），没有读；请打开文件删去它，另存后再导入",
        "one cell in it is longer than a spreadsheet's cell can be (32,767 characters), nothing was read; delete it, save the file and import again"
    )
}

fn too_large() -> Sentence {
    let gib = UNPACKED_MAX >> 30;
    sentence!(
        "解压后超过 {gib} GiB，不像台账；请删去无关内容，或拆成几份，或另存为 CSV",
        "unpacks to more than {gib} GiB, which no ledger does; remove what does not belong, split it, or save it as CSV"
    )
}

/// The reader reserves memory for as many texts as the file promises; a text takes five bytes at
/// least, so a larger promise is a trap.
fn promises_are_kept(texts: &[u8]) -> bool {
    let word = b"uniqueCount";
    if texts.contains(&0) {
        return false; // UTF-16: allowed in XML, written by no spreadsheet
    }
    texts.windows(word.len()).enumerate().filter(|(_, window)| window[0] == word[0] && window == word).all(
        |(at, _)| {
            let digits: Vec<u8> = texts[at + word.len()..]
                .iter()
                .copied()
                .skip_while(|byte| !byte.is_ascii_digit() && !matches!(byte, b'<' | b'>'))
                .take_while(u8::is_ascii_digit)
                .collect();
            let count = std::str::from_utf8(&digits).ok().filter(|digits| !digits.is_empty());
            count.is_none_or(|count| count.parse::<usize>().is_ok_and(|count| count <= texts.len() / 5 + 1))
        },
    )
}

fn read(bytes: &[u8], scan: &mut Scan<'_>) -> Result<(), Sentence> {
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let mut sheets = book.sheets_metadata().to_vec();
    // What is hidden is an old copy more often than the ledger.
    sheets.sort_by_key(|sheet| sheet.visible != SheetVisible::Visible);
    for sheet in &sheets {
        scan.next_sheet();
        // A chart or a broken sheet beside the ledger is none of our business.
        if let Err(why) = read_sheet(&mut book, &sheet.name, scan)
            && scan.has_headings()
        {
            return Err(why);
        }
        if scan.has_headings() {
            if sheets.len() > 1 {
                let others = sheets.iter().filter(|other| other.name != sheet.name);
                let others = others.map(|other| format!("“{}”", other.name)).collect::<Vec<_>>().join("、");
                let name = &sheet.name;
                scan.note(sentence!(
                    "只读了工作表“{name}”，没有读{others}；也要导入的，请并到同一张表，或另存为单独的文件",
                    "only the sheet “{name}” was read, not {others}; merge them, or save them as files of their own"
                ));
            }
            return Ok(());
        }
    }
    Ok(())
}

fn read_sheet(book: &mut Xlsx<Cursor<&[u8]>>, sheet: &str, scan: &mut Scan<'_>) -> Result<(), Sentence> {
    let mut cells = book.worksheet_cells_reader(sheet).map_err(|_| damaged())?;
    let percents: Vec<bool> = cells
        .styles()
        .iter()
        .map(|style| style.number_format.as_ref().is_some_and(|format| format.format_code.contains('%')))
        .collect();
    let mut row: Vec<Cell<'_>> = Vec::new();
    let mut number = 0;
    while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(|_| damaged())? {
        let (at, column) = cell.get_position();
        if at != number {
            if let ControlFlow::Break(()) = scan.row(number as usize + 1, &row) {
                return Ok(());
            }
            row.clear();
            number = at;
        }
        let column = column as usize;
        if column < COLUMNS_MAX && *cell.get_value() != DataRef::Empty {
            if row.len() <= column {
                row.resize(column + 1, Cell::Empty);
            }
            row[column] = value(cell.get_value(), percents.get(style).copied().unwrap_or(false));
        }
    }
    _ = scan.row(number as usize + 1, &row);
    Ok(())
}

fn value<'a>(value: &DataRef<'a>, percent: bool) -> Cell<'a> {
    // As much as shows that it is too long: a row of such cells must not fill the memory.
    let text = |text: &str| Cell::Text(Cow::Owned(beginning(text, CELL_CHARS + 1).to_owned()));
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::Int(value) => Cell::Number { value: *value as f64, percent },
        DataRef::Float(value) => Cell::Number { value: *value, percent },
        DataRef::String(value) => text(value),
        DataRef::SharedString(value) => Cell::Text(Cow::Borrowed(value)),
        DataRef::Bool(value) => text(if *value { "TRUE" } else { "FALSE" }),
        DataRef::DateTime(at) if at.is_datetime() => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day))
                .map_or_else(|| Cell::Error(at.as_f64().to_string()), Cell::Date)
        }
        DataRef::DateTime(at) => Cell::Number { value: at.as_f64(), percent: false },
        DataRef::DateTimeIso(value) | DataRef::DurationIso(value) => text(value),
        DataRef::Error(what) => Cell::Error(what.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether so many pieces go through, one after another.
    fn pass(pieces: usize, piece: &[u8]) -> bool {
        let mut stretch = Stretch::default();
        (0..pieces).all(|_| stretch.goes_on(piece))
    }

    #[test]
    fn a_cell_ends_somewhere_whether_in_one_piece_or_in_many() {
        let blank = vec![b'x'; 64 << 10];
        assert!(pass(1024, &blank) && !pass(1025, &blank));
        let mut cell = blank;
        cell[..3].copy_from_slice(b"<c>");
        assert!(pass(5000, &cell));
    }
}
