//! 上报表 (报一次): the ledger in the form another body wants, by a file that says which heading of theirs is
//! which column of ours. The office puts its own file in place of the one in the program; nobody types anything
//! twice.

use std::fs;
use std::path::Path;

use anyhow::Context;

use super::ledger::{self, Of, Shown};
use super::{Call, Export, Format, Unmade, Written};
use crate::domain::document::{About, Needs, Paper};
use crate::domain::people::Who;
use crate::domain::{Both, Role};

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
        needs: Needs::Nothing,
    },
    write: |call| Box::pin(write(call)),
};

/// Their heading, our column. What stands in the program, and how the file is written.
const MAPPING: &str = include_str!("upward.csv");
/// Where the office puts its own, below the data folder.
const FILE: &str = "templates/upward.csv";

/// Reads a mapping; what is wrong is said with its line, and what would do.
fn mapping(name: &str, file: &str) -> Result<Vec<Shown>, Unmade> {
    let mut rows = csv::ReaderBuilder::new()
        .has_headers(true)
        .flexible(true)
        .comment(Some(b'#'))
        .from_reader(file.trim_start_matches('\u{FEFF}').as_bytes());
    let mut theirs = Vec::new();
    for row in rows.records() {
        let row = row.map_err(|why| {
            Unmade::new(format!("{name} 不是 CSV：{why}"), format!("{name} is no CSV: {why}"))
        })?;
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
                Unmade::new(
                    format!("{name} 第 {line} 行：台账没有“{own}”这一列；可以写：{known}，或“=固定文字”"),
                    format!("{name} line {line}: the ledger has no column “{own}”; it has {known}, or write “=words”"),
                )
            })?),
        };
        if heading.is_empty() {
            return Err(Unmade::new(
                format!("{name} 第 {line} 行没有上级的表头"),
                format!("{name} line {line} has no heading"),
            ));
        }
        theirs.push(Shown { heading: heading.into(), of });
    }
    match theirs.is_empty() {
        true => Err(Unmade::new(
            format!("{name} 里一列也没有：每行写“上级表头,台账列”"),
            format!("there is no column in {name}: write THEIR HEADING,OUR COLUMN in each line"),
        )),
        false => Ok(theirs),
    }
}

fn chosen(data_dir: &Path) -> anyhow::Result<Vec<Shown>> {
    match fs::read(data_dir.join(FILE)) {
        Ok(bytes) => {
            let file = String::from_utf8(bytes).map_err(|_| {
                Unmade::new(
                    format!("{FILE} 不是 UTF-8 编码，请另存为 CSV UTF-8"),
                    format!("{FILE} is not UTF-8"),
                )
            })?;
            Ok(mapping(FILE, &file)?)
        }
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => Ok(mapping("upward.csv", MAPPING)?),
        Err(why) => Err(why).context("the mapping cannot be read"),
    }
}

async fn write(call: Call<'_>) -> anyhow::Result<Written> {
    let theirs = chosen(call.data_dir)?;
    ledger::table(call, "上报表", 2, &theirs).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_mapping_is_said_with_its_line() {
        assert_eq!(mapping("m", MAPPING).expect("ours is right").len(), 14);
        for (file, said) in [
            ("a,b\n省编号,上级编号\n进度,整改进读\n", "m 第 3 行：台账没有“整改进读”这一列；可以写：序号、"),
            ("a,b\n,序号\n", "m 第 2 行没有上级的表头"),
            ("a,b\n\n# 说明\n", "m 里一列也没有"),
        ] {
            let told = mapping("m", file).expect_err("refused").0.zh;
            assert!(told.starts_with(said), "{told}");
        }
    }
}
