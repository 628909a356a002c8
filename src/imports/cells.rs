//! One cell → a value: percents, lists, milestones as people write them; dates are in `dates`. What
//! could mean two things is refused with the question, never guessed.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::dates::dated;
use crate::domain::ledger_file::{Sentence, sentence};
use crate::domain::numeral::{half_width, number};
use crate::domain::visible::is_invisible;

/// The most a spreadsheet's cell holds.
pub(super) const CELL_CHARS: usize = 32_767;

/// The beginning of a text, of so many characters at most.
pub(super) fn beginning(text: &str, chars: usize) -> &str {
    &text[..text.char_indices().nth(chars).map_or(text.len(), |(at, _)| at)]
}

/// A cell as its file holds it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell<'a> {
    Empty,
    Text(Cow<'a, str>),
    /// A number; `percent` when the spreadsheet shows it with a percent sign.
    Number {
        value: f64,
        percent: bool,
    },
    Date(NaiveDate),
    /// `#REF!` and its like.
    Error(String),
}

impl Cell<'_> {
    pub fn is_blank(&self) -> bool {
        match self {
            Cell::Empty => true,
            Cell::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// Longer than any that a person filled in. Looked at no further than that.
    pub fn is_over_long(&self) -> bool {
        matches!(self, Cell::Text(text) if text.len() > CELL_CHARS && text.chars().nth(CELL_CHARS).is_some())
    }

    /// As a person reads it.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Cell::Empty => Cow::Borrowed(""),
            Cell::Text(text) if text.contains(is_stray) => Cow::Owned(tidy(text)),
            Cell::Text(text) => Cow::Borrowed(text.trim()),
            Cell::Number { value, percent: true } => Cow::Owned(format!("{}%", rounded(value * 100.0))),
            Cell::Number { value, percent: false } => Cow::Owned(rounded(*value)),
            Cell::Date(on) => Cow::Owned(on.to_string()),
            Cell::Error(what) => Cow::Borrowed(what),
        }
    }
}

/// Characters that mean nothing in a cell: control ones (the database takes no NUL at all), and marks nobody sees.
fn is_stray(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t')) || is_invisible(c)
}

/// A text without stray characters, with every line break as one.
fn tidy(text: &str) -> String {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    lines.replace(is_stray, "").trim().to_owned()
}

/// 0.1 + 0.2 as people write it.
fn rounded(value: f64) -> String {
    ((value * 1e9).round() / 1e9).to_string()
}

/// A percent as far as one cell tells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Percent {
    Sure(i16),
    /// A bare number between 0 and 1, or 1 itself: a fraction or hardly begun, its column tells.
    Bare(f64),
}

pub(super) fn percent(cell: &Cell<'_>) -> Result<Percent, Sentence> {
    let (value, is_percent) = match cell {
        Cell::Number { value, percent } => (if *percent { value * 100.0 } else { *value }, *percent),
        _ => {
            let text = half_width(&cell.text());
            let (core, sign) = match text.strip_suffix('%').or(text.strip_prefix("百分之")) {
                Some(core) => (core.trim(), true),
                None => (text.trim(), false),
            };
            let value = core.parse::<f64>().ok().or_else(|| number(core).map(|n| n as f64));
            (value.ok_or_else(no_percent)?, sign)
        }
    };
    if !is_percent && value > 0.0 && value <= 1.0 {
        return Ok(Percent::Bare(value));
    }
    whole_percent(value).map(Percent::Sure)
}

/// A percent must be whole: half percents are false precision, but 85.0 is 85.
pub(super) fn whole_percent(value: f64) -> Result<i16, Sentence> {
    let near = value.round();
    if !(0.0..=100.0).contains(&near) || !value.is_finite() {
        return Err(no_percent());
    }
    if (value - near).abs() > 1e-6 {
        return Err(sentence!("进度只取整数百分比，如 85", "a percent is a whole number, like 85"));
    }
    Ok(near as i16)
}

fn no_percent() -> Sentence {
    sentence!("进度应是 0 到 100，如 85 或 85%", "a percent is 0 to 100, like 85 or 85%")
}

/// Several names in one cell.
pub(super) fn list(text: &str) -> Vec<String> {
    text.split([';', '；', '、', '，', ',', '\n', '\r'])
        .map(|word| without_part(word.trim()).to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

/// `市环保局（牵头）` is 市环保局.
fn without_part(word: &str) -> &str {
    ["（牵头）", "(牵头)", "（配合）", "(配合)", "牵头"]
        .iter()
        .find_map(|part| word.strip_suffix(part))
        .map_or(word, str::trim_end)
}

/// `2017-12-31=10;2018-06-30=30`, `2018年6月底前：30%；…`.
pub(super) fn milestones(text: &str) -> Result<Vec<(NaiveDate, i16)>, Sentence> {
    let mut found: Vec<(NaiveDate, i16)> = Vec::new();
    for part in text.split([';', '；', '、', '\n', '\r', ',', '，']) {
        if part.trim().is_empty() {
            continue;
        }
        let shown = part.trim();
        let wrong = |why: Sentence| Sentence {
            zh: format!("“{shown}”：{}", why.zh),
            en: format!("“{shown}”: {}", why.en),
        };
        let (on, rest, _) = dated(part).map_err(wrong)?;
        let rest = rest.trim_start_matches(|c: char| "=:>→-达到完成至率进度 ".contains(c));
        let percent = match percent(&Cell::Text(Cow::Borrowed(rest))).map_err(wrong)? {
            Percent::Sure(percent) => percent,
            Percent::Bare(value) => whole_percent(value).map_err(wrong)?,
        };
        if found.iter().any(|(day, _)| *day == on) {
            return Err(sentence!("{on} 写了两次", "{on} is there twice"));
        }
        found.push((on, percent));
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Cell<'_> {
        Cell::Text(Cow::Borrowed(text))
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn what_nobody_sees_does_not_come_in() {
        assert_eq!(text("\u{feff}紫岩县\u{202e}污水\u{0}\r\n提标").text(), "紫岩县污水\n提标");
    }

    #[test]
    fn percents_read_with_and_without_their_sign() {
        for (word, value) in [
            ("85", 85),
            ("85%", 85),
            ("８５％", 85),
            ("85.0", 85),
            ("百分之八十五", 85),
            ("0.85%", -1),
            ("0", 0),
        ] {
            match value {
                -1 => assert!(percent(&text(word)).is_err(), "{word}"),
                _ => assert_eq!(percent(&text(word)), Ok(Percent::Sure(value)), "{word}"),
            }
        }
        assert_eq!(percent(&Cell::Number { value: 0.85, percent: true }), Ok(Percent::Sure(85)));
        assert_eq!(percent(&Cell::Number { value: 1.0, percent: true }), Ok(Percent::Sure(100)));
        assert_eq!(percent(&text("0.85")), Ok(Percent::Bare(0.85)));
        for wrong in ["120", "-1", "八成", "inf", "NaN", "12.5"] {
            assert!(percent(&text(wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn milestones_take_what_people_put_between_date_and_figure() {
        let expected = vec![(day("2017-12-31"), 10), (day("2018-06-30"), 30)];
        for written in [
            "2017-12-31=10;2018-06-30=30",
            "2017年底前：10%；2018年6月底前：30%",
            "2018/6/30 30%、2017/12/31 10%",
            "2017-12-31=10\n2018-06-30=30\n",
            "2017年12月31日完成10%；2018年6月30日达到30%",
        ] {
            assert_eq!(milestones(written), Ok(expected.clone()), "{written}");
        }
        assert!(milestones("2018-06-30=30;2018-06-30=40").is_err());
        assert!(milestones("年底前完成").is_err());
    }

    #[test]
    fn lists_are_cut_at_every_usual_mark() {
        assert_eq!(
            list("滨江区;云阴县；清泉县、宁岭县\n紫岩县（配合）"),
            ["滨江区", "云阴县", "清泉县", "宁岭县", "紫岩县"]
        );
        assert!(list(" ; ").is_empty());
    }
}
