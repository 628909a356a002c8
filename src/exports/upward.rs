//! 上报表 (报一次): the ledger in the form another body wants, by a file that says which heading of theirs is
//! which column of ours. The office puts its own file in place of the one in the program; nobody types anything
//! twice.

use std::borrow::Cow;
use std::fs;
use std::path::Path;
use std::sync::atomic::Ordering;

use anyhow::Context;
use rust_xlsxwriter::Workbook;

use super::ledger;
use super::sheet::{Column, Sheet, Value, csv_writer, plain};
use super::{Call, Export, Format, Unmade, Written};
use crate::domain::document::{About, Paper};
use crate::domain::people::Who;
use crate::domain::{Both, Role};
use crate::store::ledger_rows::{LedgerRow, each_ledger_row};

pub const EXPORT: Export = Export {
    paper: Paper {
        name: "upward",
        words: &["上报表", "upward"],
        title: Both { zh: "上报表", en: "upward table" },
        about: Both {
            zh: "按上级要的表头出同一份台账，对照表可换",
            en: "the ledger under the headings a higher office wants, by a mapping you may replace",
        },
        usage: Both { zh: "导出 上报表", en: "export upward" },
        formats: &[Format::Xlsx, Format::Csv],
        who: Who::Roles(&[Role::Office, Role::Supervisor, Role::Auditor]),
        of: About::Round,
    },
    write: |call| Box::pin(write(call)),
};

/// Their heading, our column. What stands in the program, and how the file is written.
const MAPPING: &str = include_str!("upward.csv");
/// Where the office puts its own, below the data folder.
const FILE: &str = "templates/upward.csv";

/// One column of theirs.
#[derive(Debug)]
struct Theirs {
    heading: String,
    of: Of,
}

enum Of {
    Column(&'static Column<LedgerRow>),
    /// The same words in every row.
    Words(String),
}

impl std::fmt::Debug for Of {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Of::Column(column) => f.write_str(column.heading),
            Of::Words(words) => write!(f, "={words}"),
        }
    }
}

impl Theirs {
    fn value<'r>(&'r self, row: &'r LedgerRow) -> Value<'r> {
        match &self.of {
            Of::Column(column) => (column.value)(row),
            Of::Words(words) => Value::Text(Cow::Borrowed(words)),
        }
    }

    fn width(&self) -> u16 {
        match &self.of {
            Of::Column(column) => column.width,
            Of::Words(_) => 12,
        }
    }
}

/// Reads a mapping; what is wrong is said with its line, and what would do.
fn mapping(name: &str, file: &str) -> Result<Vec<Theirs>, Unmade> {
    let mut rows = csv::ReaderBuilder::new()
        .has_headers(true)
        .flexible(true)
        .comment(Some(b'#'))
        .from_reader(file.trim_start_matches('\u{FEFF}').as_bytes());
    let mut theirs = Vec::new();
    for row in rows.records() {
        let row = row.map_err(|why| Unmade(format!("{name} 不是 CSV：{why} / no CSV")))?;
        let line = row.position().map_or(0, |at| at.line());
        let cell = |at| row.get(at).unwrap_or_default().trim().to_owned();
        let (heading, own) = (cell(0), cell(1));
        if heading.is_empty() && own.is_empty() {
            continue;
        }
        let of = match own.strip_prefix('=') {
            Some(words) => Of::Words(words.to_owned()),
            None => Of::Column(ledger::column_called(&own).ok_or_else(|| {
                let known = ledger::headings().collect::<Vec<_>>().join("、");
                Unmade(format!(
                    "{name} 第 {line} 行：台账没有“{own}”这一列；可以写：{known}，或“=固定文字” / line {line}: no column “{own}”"
                ))
            })?),
        };
        if heading.is_empty() {
            return Err(Unmade(format!("{name} 第 {line} 行没有上级的表头 / line {line} has no heading")));
        }
        theirs.push(Theirs { heading, of });
    }
    match theirs.is_empty() {
        true => Err(Unmade(format!("{name} 里一列也没有：每行写“上级表头,台账列” / no column in it"))),
        false => Ok(theirs),
    }
}

fn chosen(data_dir: &Path) -> anyhow::Result<Vec<Theirs>> {
    match fs::read(data_dir.join(FILE)) {
        Ok(bytes) => {
            let file = String::from_utf8(bytes)
                .map_err(|_| Unmade(format!("{FILE} 不是 UTF-8 编码，请另存为 CSV UTF-8 / not UTF-8")))?;
            Ok(mapping(FILE, &file)?)
        }
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => Ok(mapping("upward.csv", MAPPING)?),
        Err(why) => Err(why).context("the mapping cannot be read"),
    }
}

async fn write(call: Call<'_>) -> anyhow::Result<Written> {
    let theirs = chosen(call.data_dir)?;
    let rows = match call.format {
        Format::Csv => {
            let mut file = csv_writer(call.out)?;
            file.write_record(theirs.iter().map(|column| &column.heading))?;
            let rows = each_ledger_row(call.db, call.round, &mut |row| {
                call.rows.fetch_add(1, Ordering::Relaxed);
                Ok(file.write_record(theirs.iter().map(|column| plain(column.value(&row)).into_owned()))?)
            })
            .await?;
            file.flush()?;
            rows
        }
        _ => {
            let mut book = Workbook::new();
            let mut sheet = Sheet::streamed(&mut book, "上报表")?;
            sheet.headings(theirs.iter().map(|column| (column.heading.as_str(), column.width())))?;
            sheet.freeze(2)?;
            let rows = each_ledger_row(call.db, call.round, &mut |row| {
                call.rows.fetch_add(1, Ordering::Relaxed);
                let number = row.number;
                sheet
                    .row(theirs.iter().map(|column| column.value(&row)))
                    .map_err(|_| ledger::too_long(number))
            })
            .await?;
            book.save_to_writer(call.out)?;
            rows
        }
    };
    Ok(Written::rows(rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_mapping_is_said_with_its_line() {
        assert_eq!(mapping("m", MAPPING).expect("ours is right").len(), 13);
        for (file, said) in [
            ("a,b\n省编号,上级编号\n进度,整改进读\n", "m 第 3 行：台账没有“整改进读”这一列；可以写：序号、"),
            ("a,b\n,序号\n", "m 第 2 行没有上级的表头"),
            ("a,b\n\n# 说明\n", "m 里一列也没有"),
        ] {
            let Unmade(told) = mapping("m", file).expect_err("refused");
            assert!(told.starts_with(said), "{told}");
        }
    }
}
