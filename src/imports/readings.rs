//! What was understood where a cell does not say it plainly: `第十六项` is 16, `2018年底前` is 2018-12-31.
//! Collected by the reader of the ledger, told by a dry run, so that a person can check the reading.

use crate::domain::ledger_file::{Sentence, sentence};

/// So many examples of a kind are shown; the rest is counted.
const EXAMPLES: usize = 4;

/// Readings of one column.
struct Column {
    zh: &'static str,
    en: &'static str,
    /// Cell and meaning, each pair once, with the number of its rows.
    examples: Vec<(String, String, usize)>,
    rows: usize,
}

#[derive(Default)]
pub(super) struct Readings {
    columns: Vec<Column>,
}

impl Readings {
    /// A cell of this column that means something else than its letters.
    pub fn saw(&mut self, (zh, en): (&'static str, &'static str), cell: &str, meaning: &str) {
        if cell == meaning {
            return;
        }
        let at = self.columns.iter().position(|column| column.zh == zh).unwrap_or_else(|| {
            self.columns.push(Column { zh, en, examples: Vec::new(), rows: 0 });
            self.columns.len() - 1
        });
        let column = &mut self.columns[at];
        column.rows += 1;
        let examples = &mut column.examples;
        match examples.iter().position(|(said, meant, _)| said == cell && meant == meaning) {
            Some(at) => examples[at].2 += 1,
            None if examples.len() < EXAMPLES => examples.push((cell.to_owned(), meaning.to_owned(), 1)),
            None => {}
        }
    }

    /// One sentence a column.
    pub fn told(&self) -> Vec<Sentence> {
        self.columns
            .iter()
            .map(|Column { zh, en, examples, rows }| {
                let shown: usize = examples.iter().map(|(.., rows)| rows).sum();
                let (mut told_zh, mut told_en) = (Vec::new(), Vec::new());
                for (cell, meaning, rows) in examples {
                    let times = if *rows > 1 { format!("（{rows} 行）") } else { String::new() };
                    told_zh.push(format!("“{cell}”读作 {meaning}{times}"));
                    let times = if *rows > 1 { format!(" ({rows} rows)") } else { String::new() };
                    told_en.push(format!("“{cell}” as {meaning}{times}"));
                }
                let more = rows - shown;
                if more > 0 {
                    told_zh.push(format!("另有 {more} 行同样换读"));
                    told_en.push(format!("{more} more rows alike"));
                }
                let (told_zh, told_en) = (told_zh.join("；"), told_en.join("; "));
                sentence!("{zh}：{told_zh}", "{en}: {told_en}")
            })
            .collect()
    }
}
