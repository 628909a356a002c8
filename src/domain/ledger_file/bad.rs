//! What is said about a file: cells that stop an import, and notes that do not.
//! Both languages always stand side by side; whoever prints picks one.

use std::fmt;

use crate::domain::lang::Lang;

/// A sentence in both languages, with figures in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    pub zh: String,
    pub en: String,
}

impl Sentence {
    pub fn pick(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} / {}", self.zh, self.en)
    }
}

/// `sentence!("第 {n} 行", "row {n}")`: both wordings, formatted.
macro_rules! sentence {
    ($zh:literal, $en:literal $(,)?) => {
        $crate::domain::ledger_file::Sentence { zh: format!($zh), en: format!($en) }
    };
}
pub(crate) use sentence;

/// Something wrong in a file, told so that it can be found: row and column as a spreadsheet shows
/// them. Row 0 means the file as a whole, an empty column the row as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadCell {
    pub file: String,
    pub row: usize,
    pub column: String,
    pub reason: Sentence,
}

impl BadCell {
    /// One line for a person: where, then what.
    pub fn line(&self, lang: Lang) -> String {
        let BadCell { file, row, column, .. } = self;
        let place = match (lang, row, column.is_empty()) {
            (_, 0, true) => file.clone(),
            (Lang::Zh, 0, false) => format!("{file}“{column}”"),
            (Lang::En, 0, false) => format!("{file}, “{column}”"),
            (Lang::Zh, _, true) => format!("{file} 第 {row} 行"),
            (Lang::En, _, true) => format!("{file} row {row}"),
            (Lang::Zh, _, false) => format!("{file} 第 {row} 行“{column}”"),
            (Lang::En, _, false) => format!("{file} row {row}, “{column}”"),
        };
        let reason = self.reason.pick(lang);
        match (place.is_empty(), lang) {
            (true, _) => reason.to_owned(),
            (false, Lang::Zh) => format!("{place}：{reason}"),
            (false, Lang::En) => format!("{place}: {reason}"),
        }
    }
}

/// So many bad cells are listed one by one: a screen or two. The rest is a count.
pub const LISTED_MAX: usize = 50;

/// So many are kept for the workbook of rows that failed; a file with more has something else wrong.
const KEPT_MAX: usize = 100_000;

/// All that is wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BadCells {
    pub cells: Vec<BadCell>,
    /// How many more there are.
    more: usize,
}

impl BadCells {
    pub fn push(&mut self, cell: BadCell) {
        if self.cells.len() < KEPT_MAX {
            self.cells.push(cell);
        } else {
            self.more += 1;
        }
    }

    /// One thing wrong with a file as a whole.
    pub fn whole(file: &str, reason: Sentence) -> BadCells {
        let cell = BadCell { file: file.to_owned(), row: 0, column: String::new(), reason };
        BadCells { cells: vec![cell], more: 0 }
    }

    pub fn append(&mut self, other: BadCells) {
        self.more += other.more;
        other.cells.into_iter().for_each(|cell| self.push(cell));
    }

    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    pub fn total(&self) -> usize {
        self.cells.len() + self.more
    }

    /// One line for each of the first bad cells, and one for those not listed.
    pub fn lines(&self, lang: Lang) -> Vec<String> {
        let mut lines: Vec<String> = self.cells.iter().take(LISTED_MAX).map(|cell| cell.line(lang)).collect();
        let more = self.total() - lines.len();
        if more > 0 {
            lines.push(crate::say!(lang, "……另有 {more} 处", "… and {more} more"));
        }
        lines
    }

    /// `Ok` when nothing is wrong.
    pub fn ok_or<T>(self, value: T) -> Result<T, BadCells> {
        if self.is_empty() { Ok(value) } else { Err(self) }
    }
}

impl fmt::Display for BadCells {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines(Lang::Zh).join("\n"))
    }
}

impl std::error::Error for BadCells {}

/// Something worth knowing that stops nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub file: String,
    pub text: Sentence,
}

impl Note {
    pub fn line(&self, lang: Lang) -> String {
        let (file, text) = (&self.file, self.text.pick(lang));
        if file.is_empty() { text.to_owned() } else { crate::say!(lang, "{file}：{text}", "{file}: {text}") }
    }
}

/// Rows of one file that were not imported, as the file has them, for the person who corrects them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FailedRows {
    pub file: String,
    /// One text a column.
    pub headings: Vec<String>,
    pub rows: Vec<FailedRow>,
}

/// Row 0 is the file as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FailedRow {
    pub row: usize,
    pub reasons: Vec<String>,
    pub cells: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fifty_are_listed_and_the_rest_is_counted() {
        let mut bad = BadCells::default();
        for row in 1..=60 {
            bad.push(BadCell {
                file: "台账.csv".into(),
                row,
                column: "整改时限".into(),
                reason: sentence!("空", "empty"),
            });
        }
        assert_eq!((bad.lines(Lang::Zh).len(), bad.total()), (LISTED_MAX + 1, 60));
        assert_eq!(bad.lines(Lang::Zh)[0], "台账.csv 第 1 行“整改时限”：空");
        assert_eq!(bad.lines(Lang::En)[50], "… and 10 more");
    }
}
