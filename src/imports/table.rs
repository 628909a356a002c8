//! From rows of cells to rows of meaning: finds the heading row below titles, knows which cell is
//! which column, skips what is blank. Both kinds of file feed it; one reader per file kind takes
//! what comes out.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::cells::Cell;
use super::headings::{COMPUTED, Matched, columns, match_row};
use crate::domain::ledger_file::{BadCell, BadCells, FileKind, Note, Sentence, sentence};

/// The heading row is looked for in so many rows: titles, dates and remarks take a few.
const HEADING_ROWS: usize = 30;
/// How often progress is told, in rows.
const PROGRESS_ROWS: usize = 10_000;

/// One data row.
pub(super) struct Row<'r> {
    /// As a spreadsheet shows it.
    pub number: usize,
    file: &'r str,
    cells: &'r [Cell<'r>],
    layout: &'r [Place],
}

/// Where a column stands.
struct Place {
    key: &'static str,
    at: usize,
    heading: String,
}

impl Row<'_> {
    /// The cell of a column; `None` when the file has no such column.
    pub fn cell(&self, key: &str) -> Option<&Cell<'_>> {
        let place = self.layout.iter().find(|place| place.key == key)?;
        Some(self.cells.get(place.at).unwrap_or(&Cell::Empty))
    }

    /// Says what is wrong with a cell of this row.
    pub fn bad(&self, bad: &mut BadCells, key: &str, reason: Sentence) {
        let heading = self.layout.iter().find(|place| place.key == key).map(|place| place.heading.clone());
        let (file, column) = (self.file.to_owned(), heading.unwrap_or_else(|| key.to_owned()));
        bad.push(BadCell { file, row: self.number, column, reason });
    }

    /// The text of a column; `None` when the file has no such column.
    pub fn text(&self, key: &str, bad: &mut BadCells) -> Option<String> {
        let cell = self.cell(key)?;
        if let Cell::Error(what) = cell {
            self.bad(bad, key, sentence!("单元格里是错误值 {what}", "the cell holds the error {what}"));
        }
        Some(cell.text().into_owned())
    }

    /// A value; `None` when there is no such column, the cell is blank, or it is wrong (and told).
    pub fn read<T>(
        &self,
        key: &str,
        bad: &mut BadCells,
        parse: impl FnOnce(&Cell<'_>) -> Result<T, Sentence>,
    ) -> Option<T> {
        let cell = self.cell(key).filter(|cell| !cell.is_blank())?;
        match parse(cell) {
            Ok(value) => Some(value),
            Err(why) => {
                let shown: String = cell.text().chars().take(30).collect();
                let why = Sentence {
                    zh: format!("“{shown}”：{}", why.zh),
                    en: format!("“{shown}”: {}", why.en),
                };
                self.bad(bad, key, why);
                None
            }
        }
    }

    /// A value that must be there.
    pub fn need<T>(
        &self,
        key: &str,
        bad: &mut BadCells,
        parse: impl FnOnce(&Cell<'_>) -> Result<T, Sentence>,
    ) -> Option<T> {
        if self.cell(key).is_none_or(Cell::is_blank) {
            let why = sentence!(
                "必填，不能空着（合并过的单元格请先拆开填满）",
                "must not be blank (unmerge merged cells and fill each)"
            );
            self.bad(bad, key, why);
            return None;
        }
        self.read(key, bad, parse)
    }

    /// A text that must be there.
    pub fn need_text(&self, key: &str, bad: &mut BadCells) -> Option<String> {
        self.need(key, bad, |cell| match cell {
            Cell::Error(_) => Err(sentence!("单元格里是错误值", "the cell holds an error")),
            _ => Ok(cell.text().into_owned()),
        })
    }
}

/// Takes one row and what is wrong so far.
pub(super) type OnRow<'s> = dyn FnMut(&Row<'_>, &mut BadCells) + 's;

/// The walk through one file.
pub(super) struct Scan<'s> {
    kind: FileKind,
    file: &'s str,
    on_row: &'s mut OnRow<'s>,
    progress: &'s mut dyn FnMut(usize),
    /// In delimited files a cell behind the last heading is a comma too many.
    pub strict_width: bool,
    searched: usize,
    best: Option<(usize, Matched)>,
    layout: Option<(usize, Vec<Place>)>,
    captions: Option<(usize, usize)>,
    rows: usize,
    pub bad: BadCells,
    pub notes: Vec<Note>,
}

/// What a walk leaves besides its rows.
pub(super) struct Scanned {
    pub rows: usize,
    pub headings: BTreeMap<&'static str, String>,
    pub notes: Vec<Note>,
    pub bad: BadCells,
}

impl<'s> Scan<'s> {
    pub fn new(
        kind: FileKind,
        file: &'s str,
        on_row: &'s mut OnRow<'s>,
        progress: &'s mut dyn FnMut(usize),
    ) -> Scan<'s> {
        Scan {
            kind,
            file,
            on_row,
            progress,
            strict_width: false,
            searched: 0,
            best: None,
            layout: None,
            captions: None,
            rows: 0,
            bad: BadCells::default(),
            notes: Vec::new(),
        }
    }

    pub fn note(&mut self, text: Sentence) {
        self.notes.push(Note { file: self.file.to_owned(), text });
    }

    pub fn has_headings(&self) -> bool {
        self.layout.is_some()
    }

    /// Begins another sheet, while no heading row has been found.
    pub fn next_sheet(&mut self) {
        self.searched = 0;
    }

    /// Takes one row of the file; `Break` when going on is of no use.
    pub fn row(&mut self, number: usize, cells: &[Cell<'_>]) -> ControlFlow<()> {
        let filled = cells.iter().filter(|cell| !cell.is_blank()).count();
        if filled == 0 {
            return ControlFlow::Continue(());
        }
        if self.layout.is_none() {
            return self.look_for_headings(number, cells);
        }
        let Some((width, layout)) = &self.layout else { return ControlFlow::Continue(()) };
        let row = Row { number, file: self.file, cells, layout };
        if filled == 1 && self.kind == FileKind::Ledger && row.cell("number").is_none_or(is_caption) {
            self.captions = Some(self.captions.map_or((number, 1), |(first, count)| (first, count + 1)));
            return ControlFlow::Continue(());
        }
        if layout.iter().all(|place| row.cell(place.key).is_some_and(|cell| cell.text() == place.heading)) {
            return ControlFlow::Continue(()); // headings repeated on every printed page
        }
        if self.strict_width && cells.iter().skip(*width).any(|cell| !cell.is_blank()) {
            let (found, width) = (cells.len(), *width);
            let reason = sentence!(
                "这一行有 {found} 格，标题只有 {width} 列；含逗号的文字要用英文双引号括起来",
                "{found} cells under {width} headings; put text with a comma into double quotes"
            );
            let (file, column) = (self.file.to_owned(), String::new());
            self.bad.push(BadCell { file, row: number, column, reason });
            return ControlFlow::Continue(());
        }
        (self.on_row)(&row, &mut self.bad);
        self.rows += 1;
        if self.rows.is_multiple_of(PROGRESS_ROWS) {
            (self.progress)(self.rows);
        }
        ControlFlow::Continue(())
    }

    fn look_for_headings(&mut self, number: usize, cells: &[Cell<'_>]) -> ControlFlow<()> {
        let texts: Vec<String> = cells.iter().map(|cell| cell.text().into_owned()).collect();
        let matched = match_row(self.kind, &texts);
        if matched.missing(self.kind).is_empty() {
            self.say_unused(&matched);
            let width = texts.iter().rposition(|text| !text.is_empty()).map_or(0, |at| at + 1);
            let place = |(at, column): (usize, super::headings::Column)| Place {
                key: column.key,
                at,
                heading: texts[at].clone(),
            };
            self.layout = Some((width, matched.columns.into_iter().map(place).collect()));
            return ControlFlow::Continue(());
        }
        let known = matched.columns.len();
        if known >= 2 && self.best.as_ref().is_none_or(|(_, best)| best.columns.len() < known) {
            self.best = Some((number, matched));
        }
        self.searched += 1;
        if self.searched < HEADING_ROWS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }

    fn say_unused(&mut self, matched: &Matched) {
        let (computed, unknown): (Vec<&String>, Vec<&String>) =
            matched.unknown.iter().partition(|heading| COMPUTED.contains(&heading.as_str()));
        let join = |words: Vec<&String>| words.into_iter().map(String::as_str).collect::<Vec<_>>().join("、");
        for (words, zh, en) in [
            (join(unknown), "这些列认不出，没有导入", "unknown columns, not imported"),
            (
                join(matched.doubled.iter().collect()),
                "这些列与已用的列重复，没有导入",
                "columns that repeat another one, not imported",
            ),
            (join(computed), "这些列由系统计算，不导入", "columns the system computes, not imported"),
        ] {
            if !words.is_empty() {
                self.note(sentence!("{zh}：{words}", "{en}: {words}"));
            }
        }
    }

    /// Ends the walk: without a heading row, that is what is wrong.
    pub fn finish(mut self) -> Result<Scanned, BadCells> {
        (self.progress)(self.rows);
        if let Some((first, count)) = self.captions {
            self.note(sentence!(
                "略过 {count} 行小标题（整行只有一格有字），第一处在第 {first} 行",
                "skipped {count} caption rows (one filled cell only), the first in row {first}"
            ));
        }
        let Some((_, layout)) = self.layout else {
            return Err(self.no_headings());
        };
        let headings = layout.into_iter().map(|place| (place.key, place.heading)).collect();
        Ok(Scanned { rows: self.rows, headings, notes: self.notes, bad: self.bad })
    }

    fn no_headings(&self) -> BadCells {
        let mut bad = BadCells::default();
        let (row, missing) = match &self.best {
            Some((row, matched)) => (*row, matched.missing(self.kind)),
            None => (0, columns(self.kind).iter().filter(|column| column.required).collect()),
        };
        for column in missing {
            let names = column.names.join("、");
            let reason = sentence!(
                "缺少这一列；标题可写作：{names}",
                "this column is missing; it may be headed: {names}"
            );
            let (file, column) = (self.file.to_owned(), column.names[0].to_owned());
            bad.push(BadCell { file, row, column, reason });
        }
        bad
    }
}

/// Whether the only filled cell of a row is a caption and not a number without its row.
fn is_caption(cell: &Cell<'_>) -> bool {
    cell.is_blank() || super::ledger::number(cell).is_err()
}
