//! Days and months as people write them in a question about the past: `2018-08-15`, `8月15日`, `8-15`,
//! `2018-08`, `8月`, 本月, 上月. Without a year it is the last one that is not in the future.

use chrono::{Datelike, Months, NaiveDate};

use crate::domain::numeral;
use crate::domain::tally::cycle_of;

/// The numbers of a word, and the signs between and behind them: `8月15日` is (8, 15) and `月日`.
fn pieces(word: &str) -> Option<(Vec<i64>, String)> {
    let (mut numbers, mut signs) = (Vec::new(), String::new());
    let mut number = String::new();
    for c in word.chars().chain(['\n']) {
        if matches!(c, '年' | '月' | '日' | '号' | '-' | '/' | '.' | '\n') {
            if !number.is_empty() {
                numbers.push(numeral::number(&number)?);
                number.clear();
            }
            signs.push(c);
        } else {
            number.push(c);
        }
    }
    Some((numbers, signs.trim_end().to_owned()))
}

fn date(year: i32, month: i64, day: i64) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month.try_into().ok()?, day.try_into().ok()?)
}

/// A day; one that is written with its year may lie in the future.
pub(super) fn day(word: &str, today: NaiveDate) -> Option<NaiveDate> {
    let (numbers, signs) = pieces(word)?;
    match (numbers.as_slice(), signs.as_str()) {
        ([year, month, day], "--" | "//" | ".." | "年月日" | "年月号" | "年月") if *year >= 1000 => {
            date((*year).try_into().ok()?, *month, *day)
        }
        ([month, day], "-" | "/" | "月日" | "月号" | "月") => {
            // The 29th of February may lie some years back.
            (0..8).filter_map(|back| date(today.year() - back, *month, *day)).find(|day| *day <= today)
        }
        _ => None,
    }
}

/// The first day of a month; without a year the last that has begun.
pub(super) fn month(word: &str, today: NaiveDate) -> Option<NaiveDate> {
    match word {
        "本月" | "this_month" => return Some(cycle_of(today)),
        "上月" | "上个月" | "last_month" => return Some(cycle_of(today) - Months::new(1)),
        _ => {}
    }
    let (numbers, signs) = pieces(word.trim_end_matches('份'))?;
    match (numbers.as_slice(), signs.as_str()) {
        ([year, month], "-" | "年月") if *year >= 1000 => date((*year).try_into().ok()?, *month, 1),
        ([month], "月") => {
            (0..2).filter_map(|back| date(today.year() - back, *month, 1)).find(|first| *first <= today)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn days_of_the_past_are_read_with_and_without_their_year() {
        let today = on("2018-08-31");
        for word in ["2018-08-15", "8月15日", "8月15号", "8-15", "2018年8月15日", "八月十五日", "2018/8/15"]
        {
            assert_eq!(day(word, today), Some(on("2018-08-15")), "{word}");
        }
        assert_eq!(day("12月1日", today), Some(on("2017-12-01")));
        assert_eq!(day("8月31日", today), Some(today));
        assert_eq!(day("2-29", today), Some(on("2016-02-29")));
        assert_eq!(day("2019-01-01", today), Some(on("2019-01-01")));
        for word in ["17", "8月", "13月1日", "8月32日", "昨天", "", "月日", "-", "2018-8-15-1"] {
            assert_eq!(day(word, today), None, "{word}");
        }
    }

    #[test]
    fn months_are_the_last_that_have_begun() {
        let today = on("2018-08-31");
        for word in ["8月", "8月份", "2018-08", "2018年8月", "本月", "八月"] {
            assert_eq!(month(word, today), Some(on("2018-08-01")), "{word}");
        }
        assert_eq!(month("9月", today), Some(on("2017-09-01")));
        assert_eq!(month("上月", today), Some(on("2018-07-01")));
        for word in ["13月", "8", "水环境", "月"] {
            assert_eq!(month(word, today), None, "{word}");
        }
    }
}
