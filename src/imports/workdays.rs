//! The working-day calendar of a year (调休安排) as an office types it from the State Council's notice:
//! CSV with date, kind and name. Everything wrong is told at once.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::cells::Cell;
use super::dates;
use super::decode::decode;
use super::delimited::blank_lines;
use crate::domain::ledger_file::{BadCell, BadCells, Sentence, sentence};
use crate::domain::workday::Workday;

/// Reads a calendar. A first line without a date holds headings.
pub fn workdays(file: &str, bytes: &[u8]) -> Result<Vec<Workday>, BadCells> {
    if bytes.starts_with(b"PK") {
        let why = sentence!("日历要用 CSV，请另存为 CSV 再导入", "a calendar must be CSV: save it as CSV");
        return Err(BadCells::whole(file, why));
    }
    let (text, _) = decode(bytes).map_err(|why| BadCells::whole(file, why))?;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut days: BTreeMap<NaiveDate, (bool, String)> = BTreeMap::new();
    let mut bad = BadCells::default();
    let mut line = 0;
    for (at, record) in reader.records().enumerate() {
        let record = record.map_err(|why| {
            BadCells::whole(file, sentence!("表格格式有误：{why}", "the table is malformed: {why}"))
        })?;
        let start = record.position().map_or(0, |position| position.byte() as usize);
        line += 1 + blank_lines(&text, start);
        let cell = |column: usize| record.get(column).unwrap_or_default().trim();
        if (at == 0 && !cell(0).contains(|c: char| c.is_ascii_digit())) || record.iter().all(str::is_empty) {
            continue;
        }
        let mut refuse = |column: &str, reason: Sentence| {
            bad.push(BadCell { file: file.to_owned(), row: line, column: column.to_owned(), reason });
        };
        let (day, is_work) = (plain_day(cell(0)), is_work(cell(1)));
        if let Err(reason) = &day {
            refuse("日期", reason.clone());
        }
        if let Err(reason) = &is_work {
            refuse("类型", reason.clone());
        }
        let (Ok(day), Ok(is_work)) = (day, is_work) else { continue };
        if days.insert(day, (is_work, cell(2).to_owned())).is_some() {
            refuse("日期", sentence!("{day} 出现了两次", "{day} stands twice"));
        }
    }
    if days.is_empty() && bad.is_empty() {
        bad = BadCells::whole(file, sentence!("文件里没有日期", "no dates in the file"));
    }
    bad.ok_or(days.into_iter().map(|(day, (is_work, name))| (day, is_work, name)).collect())
}

/// One day, not the end of a month or year.
fn plain_day(text: &str) -> Result<NaiveDate, Sentence> {
    match dates::date(&Cell::Text(Cow::Borrowed(text))) {
        Ok((day, None)) => Ok(day),
        _ => Err(sentence!("“{text}”要写成 2027-01-01 的样子", "“{text}”: write dates like 2027-01-01")),
    }
}

fn is_work(word: &str) -> Result<bool, Sentence> {
    match word {
        "班" | "上班" | "补班" | "work" => Ok(true),
        "休" | "放假" | "休息" | "rest" => Ok(false),
        _ => Err(sentence!("“{word}”要写 休 或 班", "“{word}”: write rest or work")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Lang;

    #[test]
    fn an_offices_own_way_of_writing_is_read() {
        let text = "日期,类型,名称\r\n2027/1/1,休,元旦\r\n\r\n\"2027年1月3日\",补班,\"元旦,调休\"\r\n";
        let (gbk, _, _) = encoding_rs::GBK.encode(text);
        for bytes in [text.as_bytes(), &gbk] {
            let days = workdays("2027.csv", bytes).expect("readable");
            let shown: Vec<String> =
                days.iter().map(|day| format!("{} {} {}", day.0, day.1, day.2)).collect();
            assert_eq!(shown, ["2027-01-01 false 元旦", "2027-01-03 true 元旦,调休"]);
        }
    }

    #[test]
    fn all_that_is_wrong_is_told_with_its_place() {
        let text = "2027-01-01,休,元旦\n2027年底,班,\n2027-01-02,加班,\n2027-01-01,休,元旦\n";
        let bad = workdays("2027.csv", text.as_bytes()).expect_err("wrong");
        assert_eq!(
            bad.lines(Lang::Zh),
            [
                "2027.csv 第 2 行“日期”：“2027年底”要写成 2027-01-01 的样子",
                "2027.csv 第 3 行“类型”：“加班”要写 休 或 班",
                "2027.csv 第 4 行“日期”：2027-01-01 出现了两次",
            ]
        );
        let nothing = workdays("2027.csv", "日期,类型\n".as_bytes()).expect_err("nothing in it");
        assert_eq!(nothing.lines(Lang::Zh), ["2027.csv：文件里没有日期"]);
    }
}
