//! One data row, as the readers of the four kinds of file ask it: a cell by the key of its column, and what is
//! wrong with it under the heading that the file itself has.

use super::cells::Cell;
use crate::domain::ledger_file::{BadCell, BadCells, Sentence, sentence};

/// One data row.
pub(super) struct Row<'r> {
    /// As a spreadsheet shows it.
    pub number: usize,
    pub file: &'r str,
    pub cells: &'r [Cell<'r>],
    pub layout: &'r [Place],
}

/// Where a column stands.
pub(super) struct Place {
    pub key: &'static str,
    pub at: usize,
    pub heading: String,
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
