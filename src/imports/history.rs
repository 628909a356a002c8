//! 历史: dated events of items, from which their state arises. Called by `read`, row by row; what
//! an event does to its item is the plan's business.

use super::cells::{Percent, percent, whole_percent};
use super::dates::date;
use super::ledger::number;
use super::row::Row;
use super::words;
use crate::domain::ledger_file::{BadCells, HistoryRow, sentence};

#[derive(Default)]
pub(super) struct History {
    rows: Vec<HistoryRow>,
}

impl History {
    pub fn row(&mut self, row: &Row<'_>, bad: &mut BadCells) {
        let effective_on = row.need("effective_on", bad, |cell| match date(cell)? {
            (on, None) => Ok(on),
            (_, Some(_)) => Err(sentence!("要写明是哪一天", "the very day is needed")),
        });
        let number = row.need("number", bad, number);
        let kind = row.need("kind", bad, |cell| words::event(&cell.text()));
        let percent = row.read("percent", bad, |cell| match percent(cell)? {
            Percent::Sure(percent) => Ok(percent),
            Percent::Bare(value) => whole_percent(value),
        });
        let text = row.text("text", bad).unwrap_or_default();
        if let (Some(effective_on), Some(number), Some(kind)) = (effective_on, number, kind) {
            self.rows.push(HistoryRow { row: row.number, effective_on, number, kind, percent, text });
        }
    }

    /// The rows in the file's order, and those that say exactly the same twice.
    pub fn finish(self) -> (Vec<HistoryRow>, Vec<(usize, usize)>) {
        let mut order: Vec<&HistoryRow> = self.rows.iter().collect();
        let key = |row: &HistoryRow| (row.number, row.effective_on, row.kind, row.percent);
        order.sort_by(|a, b| (key(a), &a.text, a.row).cmp(&(key(b), &b.text, b.row)));
        let twice = order
            .windows(2)
            .filter(|pair| key(pair[0]) == key(pair[1]) && pair[0].text == pair[1].text)
            .map(|pair| (pair[0].row, pair[1].row))
            .collect();
        (self.rows, twice)
    }
}
