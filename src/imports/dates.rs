//! Dates as plans word them: `2018-03-31`, `2018年3月31日`, `2018年底前`, a spreadsheet's day count.
//! A month or a year stands for its last day; what may mean the day before it is asked about.

use chrono::{Datelike, Days, Months, NaiveDate};

use super::cells::Cell;
use crate::domain::ledger_file::{Sentence, sentence};
use crate::domain::numeral::{half_width, number};

/// A date, and its wording where that is not simply a date.
pub(super) fn date(cell: &Cell<'_>) -> Result<(NaiveDate, Option<String>), Sentence> {
    match cell {
        Cell::Date(on) => sensible(*on).map(|on| (on, None)),
        Cell::Number { value, percent: false } if (20_000.0..80_000.0).contains(value) => {
            serial(*value as u64).map(|on| (on, None))
        }
        _ => {
            let text = cell.text();
            if let Some(word) = KINDS.iter().find(|word| text.trim() == **word) {
                return Err(sentence!(
                    "“{word}”是整改类型，不是日期；请写在“整改类型”列，时限写方案要求的最后一天",
                    "{word} is a kind of item, no date: it belongs under 整改类型, and the last day of the plan here"
                ));
            }
            let (on, rest, is_plain) = dated(&text)?;
            let is_worded = !rest.trim().is_empty();
            if is_worded && !only_says_done(&rest) {
                return Err(unclear());
            }
            Ok((on, (!is_plain || is_worded).then(|| text.into_owned())))
        }
    }
}

/// Kinds of items that plans write in the place of a date.
const KINDS: [&str; 4] = ["长期坚持", "长期", "立行立改", "立行立改，长期坚持"];

/// Whether what follows a date only says that it is done by then and kept up: `前完成，并长期坚持`.
fn only_says_done(rest: &str) -> bool {
    let is_mark = |c: char| c.is_whitespace() || ",，、；;。".contains(c);
    let mut rest = rest.trim_matches(is_mark);
    for words in [&["完成整改", "整改完成", "整改到位", "完成销号", "完成"][..], &["并长期坚持", "长期坚持"]]
    {
        rest =
            words.iter().find_map(|word| rest.strip_prefix(word)).unwrap_or(rest).trim_start_matches(is_mark);
    }
    rest.is_empty()
}

fn unclear() -> Sentence {
    sentence!(
        "日期认不出；请写成 2018-12-31、2018年12月31日、2018年12月底前 或 2018年底前",
        "unknown date; write it like 2018-12-31 or 2018年12月底前"
    )
}

fn sensible(on: NaiveDate) -> Result<NaiveDate, Sentence> {
    let year = on.year();
    if (1990..2100).contains(&year) {
        return Ok(on);
    }
    Err(sentence!("年份 {year} 不像台账里的日期", "the year {year} does not look like a date of a ledger"))
}

/// Days of a spreadsheet: 1 is 1 January 1900, and there is a day too many in February 1900.
fn serial(days: u64) -> Result<NaiveDate, Sentence> {
    NaiveDate::from_ymd_opt(1899, 12, 30)
        .and_then(|epoch| epoch.checked_add_days(Days::new(days)))
        .ok_or_else(unclear)
        .and_then(sensible)
}

/// The date at the beginning of a text, what follows it, and whether it is a plain date.
pub(super) fn dated(text: &str) -> Result<(NaiveDate, String, bool), Sentence> {
    let text = half_width(text.trim());
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    if digits == text.len() && (digits == 5 || digits == 8) {
        let whole: u64 = text.parse().map_err(|_| unclear())?;
        if digits == 5 {
            return serial(whole).map(|on| (on, String::new(), true));
        }
        let (year, month, day) = (whole / 10_000, whole / 100 % 100, whole % 100);
        return ymd(year as i64, month as i64, day as i64).map(|on| (on, String::new(), true));
    }
    let (year, rest) = figure(&text).ok_or_else(unclear)?;
    if let Some(rest) = rest.strip_prefix(['-', '/', '.']) {
        let separator = text[text.len() - rest.len() - 1..].chars().next().unwrap_or('-');
        // 2018.10 typed as a number is kept as 2018.1: only the person knows which it was.
        if separator == '.' && rest == "1" {
            return Err(sentence!(
                "是 1 月还是 10 月？请写成“2018年10月”的样子",
                "is it January or October? write it like 2018-10"
            ));
        }
        let (month, rest) = figure(rest).ok_or_else(unclear)?;
        let Some(rest) = rest.strip_prefix(separator) else {
            return month_end(year, month).map(|on| (on, rest.to_owned(), false));
        };
        let (day, rest) = figure(rest).ok_or_else(unclear)?;
        return ymd(year, month, day).map(|on| after_day(on, rest));
    }
    let rest = rest.strip_prefix('年').ok_or_else(unclear)?.trim_start();
    if let Some((month, rest)) = figure(rest).and_then(|(n, rest)| Some((n, rest.strip_prefix('月')?))) {
        if let Some((day, rest)) = figure(rest) {
            let rest = rest.strip_prefix(['日', '号']).ok_or_else(unclear)?;
            return ymd(year, month, day).map(|on| after_day(on, rest));
        }
        let rest = end_of_period(rest).ok_or_else(|| {
            sentence!(
                "是 {month} 月底前，还是 {month} 月之前？请写成“{month}月底前”或写明日期",
                "by the end of month {month}, or before it? write “{month}月底前” or a date"
            )
        })?;
        return month_end(year, month).map(|on| (on, rest.to_owned(), false));
    }
    let periods = [
        ("上半年", 6),
        ("第一季度", 3),
        ("一季度", 3),
        ("第二季度", 6),
        ("二季度", 6),
        ("第三季度", 9),
        ("三季度", 9),
        ("第四季度", 12),
        ("四季度", 12),
        ("下半年", 12),
        ("全年", 12),
        ("年", 12),
    ];
    let found = periods.iter().find_map(|(name, month)| Some((rest.strip_prefix(name)?, *month)));
    let (rest, month) = found.unwrap_or((rest, 12));
    let rest = end_of_period(rest).ok_or_else(|| {
        sentence!(
            "是 {year} 年底前，还是 {year} 年之前？请写成“{year}年底前”或写明日期",
            "by the end of {year}, or before it? write “{year}年底前” or a date"
        )
    })?;
    month_end(year, month).map(|on| (on, rest.to_owned(), false))
}

/// `底前`, `底`, `末`… behind a month or year; `None` for a bare `前`, which may mean before it.
fn end_of_period(rest: &str) -> Option<&str> {
    let ends = ["底之前", "底以前", "底前", "末之前", "末前", "底", "末"];
    match ends.iter().find_map(|end| rest.strip_prefix(end)) {
        Some(rest) => Some(rest),
        None if rest.starts_with('前') || rest.starts_with("之前") || rest.starts_with("以前") => None,
        None => Some(rest),
    }
}

/// Leading figures, arabic or Chinese.
fn figure(text: &str) -> Option<(i64, &str)> {
    let is_figure = |c: char| c.is_ascii_digit() || "〇○零一二三四五六七八九十".contains(c);
    let text = text.trim_start();
    let end = text.find(|c| !is_figure(c)).unwrap_or(text.len());
    let value = number(&text[..end])?;
    Some((value, text[end..].trim_start()))
}

/// What may stand behind a day: `前`, or the time programs write.
fn after_day(on: NaiveDate, rest: &str) -> (NaiveDate, String, bool) {
    if let Some(rest) = ["之前", "以前", "前"].iter().find_map(|before| rest.strip_prefix(before)) {
        return (on, rest.to_owned(), false);
    }
    let is_time = rest.contains(':') && rest.chars().all(|c| c.is_ascii_digit() || "T:. ".contains(c));
    (on, if is_time { String::new() } else { rest.to_owned() }, true)
}

fn ymd(year: i64, month: i64, day: i64) -> Result<NaiveDate, Sentence> {
    let on = i32::try_from(year).ok().zip(u32::try_from(month).ok()).zip(u32::try_from(day).ok());
    on.and_then(|((year, month), day)| NaiveDate::from_ymd_opt(year, month, day))
        .ok_or_else(|| {
            sentence!(
                "没有 {year} 年 {month} 月 {day} 日这一天",
                "there is no such day: {year}-{month}-{day}"
            )
        })
        .and_then(sensible)
}

fn month_end(year: i64, month: i64) -> Result<NaiveDate, Sentence> {
    let first = ymd(year, month, 1)?;
    Ok(first.checked_add_months(Months::new(1)).and_then(|next| next.pred_opt()).unwrap_or(first))
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    fn text(text: &str) -> Cell<'_> {
        Cell::Text(Cow::Borrowed(text))
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn dates_read_as_people_write_them() {
        for plain in [
            "2018-03-31",
            "2018/3/31",
            "2018.3.31",
            "2018年3月31日",
            "２０１８年３月３１日",
            "20180331",
            "43190",
            "2018-03-31 00:00:00",
            "2018-03-31T08:30:00",
            "二〇一八年三月三十一日",
            " 2018 年 3 月 31 日 ",
        ] {
            assert_eq!(date(&text(plain)), Ok((day("2018-03-31"), None)), "{plain}");
        }
        for (worded, on) in [
            ("2018年底前", "2018-12-31"),
            ("2018年底", "2018-12-31"),
            ("2018年", "2018-12-31"),
            ("2018年12月底前", "2018-12-31"),
            ("2018年6月", "2018-06-30"),
            ("2020年2月底", "2020-02-29"),
            ("2018年6月30日前", "2018-06-30"),
            ("2018/6/30前", "2018-06-30"),
            ("2018年6月30日前完成，长期坚持", "2018-06-30"),
            ("2018年6月底前完成整改，并长期坚持。", "2018-06-30"),
            ("2018-06", "2018-06-30"),
            ("2018年上半年", "2018-06-30"),
            ("2018年第三季度", "2018-09-30"),
            ("2018年年底前", "2018-12-31"),
        ] {
            assert_eq!(date(&text(worded)), Ok((day(on), Some(worded.to_owned()))), "{worded}");
        }
        assert_eq!(date(&Cell::Number { value: 43190.0, percent: false }), Ok((day("2018-03-31"), None)));
    }

    #[test]
    fn unclear_dates_are_asked_about() {
        for asked in
            ["2018年6月前", "2018年前", "2018.1", "2018-02-30", "长期坚持", "2018", "0218-03-31", "", "年"]
        {
            assert!(date(&text(asked)).is_err(), "{asked}");
        }
    }
}
