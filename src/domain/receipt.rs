//! 签收 and 承诺: a unit says that it has read a warning, and until when it will be done.

use chrono::NaiveDate;
use uuid::Uuid;

use super::finding::Rung;
use super::people::UnitRef;
use super::workday::Calendar;
use super::{leave, numeral, sentence};

/// How often a date may be promised in one case: once, and moved once.
pub const PROMISES: i16 = 2;

/// A receipt to write. A warning that is signed for already keeps who signed; only its promise moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReceipt {
    pub warning: Uuid,
    pub item: Uuid,
    pub promised_on: Option<NaiveDate>,
}

/// Who signed, when, and what was promised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub by: String,
    pub on: NaiveDate,
    pub promised_on: Option<NaiveDate>,
}

/// A warning above the reminder whose matter is not settled, with its receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    pub warning: Uuid,
    pub item: Uuid,
    pub number: i32,
    pub round: Uuid,
    pub unit: UnitRef,
    pub rung: Rung,
    pub rule: String,
    pub period: String,
    /// The day it reached somebody; `None`: nobody yet.
    pub sent_on: Option<NaiveDate>,
    /// It reached somebody, or may have: only that can be signed for.
    pub is_told: bool,
    pub receipt: Option<Receipt>,
}

/// Why words are no promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoPromise {
    Unread,
    /// Today, or before.
    Past,
    /// Behind the last day that may be promised.
    TooLate(NaiveDate),
}

/// `9月20日前`, `下周五`, `月底前完成`, `10个工作日内`: the last day of a promise, at most so many working days
/// ahead.
pub fn promised(
    words: &str,
    most: usize,
    today: NaiveDate,
    calendar: &Calendar,
) -> Result<NaiveDate, NoPromise> {
    let half = numeral::half_width(words);
    let mut words = half.trim().trim_end_matches(['。', '.', '！', '!']);
    for head in ["承诺", "争取", "计划", "预计", "by ", "until "] {
        words = words.strip_prefix(head).unwrap_or(words).trim();
    }
    for tail in ["办结", "完成", "做完", "以前", "之前", "前"] {
        words = words.strip_suffix(tail).unwrap_or(words).trim();
    }
    // `5个工作日` is within them.
    let word = sentence::day(words).or_else(|| sentence::day(&format!("{words}内")));
    let said = word.map(|day| day.resolve(today, &|day| calendar.is_workday(day)));
    let on = match said {
        Some(on) => on,
        None => leave::span(words, today)
            .map(|(_, last)| last)
            .map_err(|why| match why {
                leave::NoSpan::Past => NoPromise::Past,
                leave::NoSpan::TooLong | leave::NoSpan::TooFar => NoPromise::TooLate(today),
                leave::NoSpan::Unread | leave::NoSpan::Backwards => NoPromise::Unread,
            })
            .or_else(|why| match why {
                NoPromise::TooLate(_) => Ok(NaiveDate::MAX),
                why => Err(why),
            })?,
    };
    let last = calendar.nth_workday_after(today, most);
    if on <= today {
        Err(NoPromise::Past)
    } else if on > last {
        Err(NoPromise::TooLate(last))
    } else {
        Ok(on)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn promises_read_as_people_write_them() {
        let calendar = Calendar::default();
        let read = |words: &str| promised(words, 20, day("2018-09-03"), &calendar);
        for (words, on) in [
            ("9月20日", "2018-09-20"),
            ("９月２０日前", "2018-09-20"),
            ("9月20日之前完成。", "2018-09-20"),
            ("2018-09-20", "2018-09-20"),
            ("下周五", "2018-09-14"),
            ("下周五前", "2018-09-14"),
            ("5个工作日", "2018-09-10"),
        ] {
            assert_eq!(read(words), Ok(day(on)), "{words}");
        }
        assert_eq!(read("尽快"), Err(NoPromise::Unread));
        assert_eq!(read(""), Err(NoPromise::Unread));
        assert_eq!(read("9月3日"), Err(NoPromise::Past), "today is no promise");
        assert_eq!(read("8月20日"), Err(NoPromise::Past));
        for late in ["10月20日", "2019-06-01"] {
            assert_eq!(read(late), Err(NoPromise::TooLate(day("2018-10-01"))), "{late}");
        }
    }
}
