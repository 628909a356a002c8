//! From rows of cells to rows of meaning: finds the heading row below titles, knows which cell is
//! which column, skips what is blank. Both kinds of file feed it; one reader per file kind takes
//! what comes out.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use super::cells::{CELL_CHARS, Cell, beginning};
use super::dates::date;
use super::headings::{COMPUTED, Matched, columns, is_heading, match_row, two_rows};
use super::row::{Place, Row};
use crate::domain::ledger_file::{BadCell, BadCells, FileKind, Note, Sentence, sentence};

/// The heading row is looked for in so many rows: titles, dates and remarks take a few.
const HEADING_ROWS: usize = 30;
/// How often progress is told, in rows.
const PROGRESS_ROWS: usize = 10_000;
/// How much of a skipped row is told, in characters.
const SHOWN: usize = 20;
/// How rows of sums begin.
const SUMS: [&str; 4] = ["合计", "总计", "小计", "共计"];

/// Takes one row and what is wrong so far.
pub(super) type OnRow<'s> = dyn FnMut(&Row<'_>, &mut BadCells) + 's;

/// The row, or rows, that turned out to be headings.
struct Headings {
    /// As a spreadsheet shows it: the first of them.
    first: usize,
    last: usize,
    /// Their texts, one row each, to know them again on every printed page.
    rows: Vec<Vec<String>>,
    /// One text a column, out of all of them.
    texts: Vec<String>,
    layout: Vec<Place>,
    unused: Matched,
}

/// Rows that are no items: the first, how it begins, and how many there are.
#[derive(Default)]
struct Skipped {
    first: usize,
    begins: String,
    count: usize,
}

impl Skipped {
    fn add(&mut self, row: usize, cells: &[Cell<'_>]) {
        if self.count == 0 {
            let filled = cells.iter().find(|cell| !cell.is_blank());
            self.begins = filled.map_or(String::new(), |cell| beginning(&cell.text(), SHOWN).to_owned());
            self.first = row;
        }
        self.count += 1;
    }
}

/// The walk through one file.
pub(super) struct Scan<'s> {
    kind: FileKind,
    file: &'s str,
    on_row: &'s mut OnRow<'s>,
    progress: &'s mut dyn FnMut(usize),
    /// Text with separators: a cell behind the last heading is a comma too many.
    pub is_delimited: bool,
    searched: usize,
    best: Option<(usize, Matched)>,
    /// The row above, which may be the upper half of the headings.
    above: Option<(usize, Vec<String>)>,
    headings: Option<Headings>,
    captions: Skipped,
    remarks: Skipped,
    rows: usize,
    /// The first and the last data row.
    span: Option<(usize, usize)>,
    pub wrong: BadCells,
    pub notes: Vec<Note>,
    /// Rows to be kept as they stand, for the workbook of those that failed.
    pub keep: Option<&'s BTreeSet<usize>>,
    pub kept: BTreeMap<usize, Vec<String>>,
}

/// What a walk leaves besides its rows.
pub(super) struct Scanned {
    pub rows: usize,
    pub headings: BTreeMap<&'static str, String>,
    pub notes: Vec<Note>,
    /// What was taken for what, for a person who checks the reading.
    pub reading: Vec<Note>,
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
            is_delimited: false,
            searched: 0,
            best: None,
            above: None,
            headings: None,
            captions: Skipped::default(),
            remarks: Skipped::default(),
            rows: 0,
            span: None,
            wrong: BadCells::default(),
            notes: Vec::new(),
            keep: None,
            kept: BTreeMap::new(),
        }
    }

    pub fn note(&mut self, text: Sentence) {
        self.notes.push(Note { file: self.file.to_owned(), text });
    }

    pub fn has_headings(&self) -> bool {
        self.headings.is_some()
    }

    /// Begins another sheet, while no heading row has been found.
    pub fn next_sheet(&mut self) {
        self.searched = 0;
        self.above = None;
        self.kept.clear();
    }

    /// Takes one row of the file; `Break` when going on is of no use.
    pub fn row(&mut self, number: usize, cells: &[Cell<'_>]) -> ControlFlow<()> {
        let filled = cells.iter().filter(|cell| !cell.is_blank()).count();
        if filled == 0 {
            return ControlFlow::Continue(());
        }
        if self.keep.is_some_and(|keep| keep.contains(&number)) {
            let shown = |cell: &Cell<'_>| beginning(&cell.text(), CELL_CHARS).to_owned();
            self.kept.insert(number, cells.iter().map(shown).collect());
        }
        if cells.iter().any(Cell::is_over_long) {
            self.over_long(number, cells);
            return ControlFlow::Continue(());
        }
        if self.rows == 0 && self.goes_on(number, cells) {
            return ControlFlow::Continue(());
        }
        let Some(headings) = &self.headings else { return self.look_for_headings(number, cells) };
        let Headings { texts, layout, .. } = headings;
        let row = Row { number, file: self.file, cells, layout };
        if filled == 1 && self.kind == FileKind::Ledger && row.cell("number").is_none_or(is_caption) {
            self.captions.add(number, cells);
            return ControlFlow::Continue(());
        }
        if self.kind == FileKind::Ledger && is_remark(&row) {
            self.remarks.add(number, cells);
            return ControlFlow::Continue(());
        }
        if headings.rows.iter().any(|heading| says(cells, heading)) {
            return ControlFlow::Continue(()); // headings repeated on every printed page
        }
        if self.is_delimited && cells.iter().skip(texts.len()).any(|cell| !cell.is_blank()) {
            let (found, width) = (cells.len(), texts.len());
            let reason = sentence!(
                "这一行有 {found} 格，标题只有 {width} 列；含逗号的文字要用英文双引号括起来",
                "{found} cells under {width} headings; put text with a comma into double quotes"
            );
            self.bad(number, None, reason);
            return ControlFlow::Continue(());
        }
        (self.on_row)(&row, &mut self.wrong);
        self.rows += 1;
        self.span = Some((self.span.map_or(number, |(first, _)| first), number));
        if self.rows.is_multiple_of(PROGRESS_ROWS) {
            (self.progress)(self.rows);
        }
        ControlFlow::Continue(())
    }

    /// Says what is wrong with a row, or with its cell at this place.
    pub fn bad(&mut self, row: usize, at: Option<usize>, reason: Sentence) {
        let heading = || self.headings.as_ref()?.texts.get(at?).cloned();
        let column = heading().unwrap_or_default();
        self.wrong.push(BadCell { file: self.file.to_owned(), row, column, reason });
    }

    fn over_long(&mut self, row: usize, cells: &[Cell<'_>]) {
        for (at, _) in cells.iter().enumerate().filter(|(_, cell)| cell.is_over_long()) {
            let reason = match self.is_delimited {
                true => sentence!(
                    "这一格超过 {CELL_CHARS} 字，多半是双引号没有成对；请检查这一行",
                    "longer than {CELL_CHARS} characters: a quote was probably never closed; look at this row"
                ),
                false => sentence!(
                    "这一格超过 {CELL_CHARS} 字，表格的一格放不下；请删短",
                    "longer than the {CELL_CHARS} characters a cell can hold; shorten it"
                ),
            };
            self.bad(row, Some(at), reason);
        }
    }

    fn look_for_headings(&mut self, number: usize, cells: &[Cell<'_>]) -> ControlFlow<()> {
        let texts = texts(cells);
        let matched = match_row(self.kind, &texts);
        if matched.missing(self.kind).is_empty() {
            self.take_headings(matched, texts.clone(), vec![(number, texts)]);
            return ControlFlow::Continue(());
        }
        if let Some((first, above)) = self.above.take() {
            let both = two_rows(self.kind, &above, &texts);
            let matched = match_row(self.kind, &both);
            if matched.missing(self.kind).is_empty() {
                self.take_headings(matched, both, vec![(first, above), (number, texts)]);
                return ControlFlow::Continue(());
            }
        }
        self.above = Some((number, texts));
        let known = matched.columns.len();
        if known >= 2 && self.best.as_ref().is_none_or(|(_, best)| best.columns.len() < known) {
            self.best = Some((number, matched));
        }
        self.searched += 1;
        if self.searched < HEADING_ROWS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }

    fn take_headings(&mut self, matched: Matched, mut texts: Vec<String>, rows: Vec<(usize, Vec<String>)>) {
        let place = |(at, column): &(usize, super::headings::Column)| Place {
            key: column.key,
            at: *at,
            heading: texts[*at].clone(),
        };
        let layout = matched.columns.iter().map(place).collect();
        texts.truncate(texts.iter().rposition(|text| !text.is_empty()).map_or(0, |at| at + 1));
        let (first, last) = (rows.first().map_or(0, |row| row.0), rows.last().map_or(0, |row| row.0));
        self.headings = Some(Headings {
            first,
            last,
            rows: rows.into_iter().map(|(_, texts)| texts).collect(),
            texts,
            layout,
            unused: matched,
        });
    }

    /// Whether the row right below the headings is their second half: no number, and names of columns.
    fn goes_on(&mut self, number: usize, cells: &[Cell<'_>]) -> bool {
        let Some(Headings { first, last, rows, layout, .. }) = &self.headings else { return false };
        let [above] = &rows[..] else { return false };
        let texts = texts(cells);
        let blank = |key| {
            let place = layout.iter().find(|place| place.key == key);
            place.is_none_or(|place| texts.get(place.at).is_none_or(|text| text.is_empty()))
        };
        let named = texts.iter().filter(|text| is_heading(self.kind, text)).count();
        let is_second = named > 1 || (named == 1 && blank("title"));
        if number != last + 1 || !blank("number") || !is_second {
            return false;
        }
        let both = two_rows(self.kind, above, &texts);
        let matched = match_row(self.kind, &both);
        let goes_on = matched.missing(self.kind).is_empty();
        if goes_on {
            let rows = vec![(*first, above.clone()), (number, texts)];
            self.take_headings(matched, both, rows);
        }
        goes_on
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

    /// The headings' texts, one a column.
    pub fn heading_texts(&self) -> Vec<String> {
        self.headings.as_ref().map_or_else(Vec::new, |headings| headings.texts.clone())
    }

    /// Ends the walk: without a heading row, that is what is wrong.
    pub fn finish(mut self) -> Result<Scanned, BadCells> {
        (self.progress)(self.rows);
        if let Some(unused) = self.headings.as_mut().map(|headings| std::mem::take(&mut headings.unused)) {
            self.say_unused(&unused);
        }
        if let Skipped { first, count: count @ 1.., .. } = self.captions {
            self.note(sentence!(
                "略过 {count} 行小标题（整行只有一格有字），第一处在第 {first} 行",
                "skipped {count} caption rows (one filled cell only), the first in row {first}"
            ));
        }
        if let Skipped { first, count: count @ 1.., begins } = std::mem::take(&mut self.remarks) {
            self.note(sentence!(
                "略过 {count} 行不是事项的（合计、落款等：没有编号、单位和时限），第一处在第 {first} 行“{begins}”",
                "skipped {count} rows that are no items (sums, signatures: no number, unit or deadline), the first is row {first}, “{begins}”"
            ));
        }
        let Some(headings) = self.headings.take() else {
            self.wrong.append(self.no_headings());
            return Err(self.wrong);
        };
        if self.rows == 0 && self.wrong.is_empty() {
            let reason = sentence!(
                "标题以下没有数据；请检查是不是选错了文件或工作表",
                "there is nothing below the headings: is it the right file, and the right sheet?"
            );
            return Err(BadCells::whole(self.file, reason));
        }
        let reading = self.reading(&headings);
        let headings = headings.layout.into_iter().map(|place| (place.key, place.heading)).collect();
        Ok(Scanned { rows: self.rows, headings, notes: self.notes, reading, bad: self.wrong })
    }

    /// Where the headings stand, which of them means what, and where the rows are.
    fn reading(&self, headings: &Headings) -> Vec<Note> {
        let Headings { first, last, layout, .. } = headings;
        let above = first - 1;
        let known: Vec<String> = layout
            .iter()
            .filter_map(|place| {
                let name = columns(self.kind).iter().find(|column| column.key == place.key)?.names[0];
                let heading = place.heading.split_whitespace().collect::<String>();
                Some(if heading == name { heading } else { format!("{heading}→{name}") })
            })
            .collect();
        let (zh, en) = (known.join("、"), known.join(", "));
        let mut told = vec![
            match first == last {
                true => sentence!("标题在第 {first} 行", "the headings are in row {first}"),
                false => sentence!(
                    "标题占第 {first} 至 {last} 行，合并的单元格按下一行细分",
                    "the headings take rows {first} to {last}; what is merged above is told apart below"
                ),
            },
            sentence!("读作列：{zh}", "columns: {en}"),
        ];
        if above > 0 {
            told.insert(
                1,
                sentence!(
                    "标题以上 {above} 行是表名和说明，不导入",
                    "{above} rows above are titles, not imported"
                ),
            );
        }
        if let (rows, Some((first, last))) = (self.rows, self.span) {
            told.push(sentence!(
                "数据 {rows} 行，第 {first} 行至第 {last} 行",
                "{rows} rows of data, from row {first} to row {last}"
            ));
        }
        told.into_iter().map(|text| Note { file: self.file.to_owned(), text }).collect()
    }

    fn no_headings(&self) -> BadCells {
        let Some((row, matched)) = &self.best else {
            let needed = columns(self.kind).iter().filter(|column| column.required);
            let names = needed.map(|column| column.names[0]).collect::<Vec<_>>().join("、");
            let reason = sentence!(
                "找不到标题行：要有一行写着 {names}（上面可以有表名；CSV 各列用逗号、分号或制表符隔开）",
                "no heading row: one must say {names} (titles may stand above; columns of a CSV are separated by comma, semicolon or tab)"
            );
            return BadCells::whole(self.file, reason);
        };
        let (row, mut bad) = (*row, BadCells::default());
        for column in matched.missing(self.kind) {
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

fn texts(cells: &[Cell<'_>]) -> Vec<String> {
    cells.iter().map(|cell| cell.text().into_owned()).collect()
}

/// Whether a row says what this heading row says, cell by cell.
fn says(cells: &[Cell<'_>], heading: &[String]) -> bool {
    let width = cells.len().max(heading.len());
    (0..width).all(|at| {
        let text = heading.get(at).map_or("", |text| text);
        cells.get(at).map_or(text.is_empty(), |cell| cell.text() == text)
    })
}

/// Whether a row below the items is none itself: sums, who filled it in. Where the number is blank it may be the
/// lower part of a merged item, which is refused.
fn is_remark(row: &Row<'_>) -> bool {
    let is_blank = |key| row.cell(key).is_none_or(Cell::is_blank);
    let begins = row.cells.iter().find(|cell| !cell.is_blank()).map(Cell::text).unwrap_or_default();
    let is_sum = SUMS.iter().any(|word| begins.replace(char::is_whitespace, "").starts_with(word));
    let is_named = row.cell("number").is_some_and(|cell| !cell.is_blank() && is_caption(cell));
    let is_dated = row.cell("deadline").is_some_and(|cell| date(cell).is_ok());
    is_blank("lead_unit") && !is_dated && (is_sum || is_named)
}

/// Whether the only filled cell of a row is a caption and not a number without its row.
fn is_caption(cell: &Cell<'_>) -> bool {
    cell.is_blank() || super::ledger::number(cell).is_err()
}
