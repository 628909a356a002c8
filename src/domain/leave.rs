//! 请假: a contact is away for some days and another contact stands in. Days as people write them, and
//! what forbids a leave. Pure: what is open comes in as facts.

use chrono::{Datelike, Days, NaiveDate};
use uuid::Uuid;

use super::numeral;

/// A leave is planned at most this far ahead: a slip in the month is more likely than such a plan.
const AHEAD: Days = Days::new(180);
/// The longest leave; who is away longer hands the post over.
pub const LONGEST: u64 = 92;

/// A leave to append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLeave {
    pub id: Uuid,
    pub post: Uuid,
    pub substitute: Uuid,
    pub from_on: NaiveDate,
    /// The last day, included.
    pub to_on: NaiveDate,
}

/// A leave that has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leave {
    pub id: Uuid,
    pub version: i32,
    pub post: Uuid,
    pub post_title: String,
    pub substitute: Uuid,
    pub substitute_title: String,
    pub from_on: NaiveDate,
    pub to_on: NaiveDate,
}

/// Why a leave is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clash<'a> {
    /// The post has leave on some of these days already.
    Overlaps(&'a Leave),
    /// Whoever should stand in is away: no chains.
    SubstituteAway(&'a Leave),
    /// Whoever goes away stands in for somebody else then: no chains.
    StandsIn(&'a Leave),
}

/// The first open leave that forbids this one.
pub fn clash<'a>(open: &'a [Leave], new: &NewLeave) -> Option<Clash<'a>> {
    open.iter().filter(|leave| leave.from_on <= new.to_on && new.from_on <= leave.to_on).find_map(|leave| {
        if leave.post == new.post {
            Some(Clash::Overlaps(leave))
        } else if leave.post == new.substitute {
            Some(Clash::SubstituteAway(leave))
        } else if leave.substitute == new.post {
            Some(Clash::StandsIn(leave))
        } else {
            None
        }
    })
}

/// Why words are no span of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoSpan {
    /// Not to be read as days.
    Unread,
    /// The last day is before the first.
    Backwards,
    /// Begins before today.
    Past,
    /// Longer than [`LONGEST`].
    TooLong,
    TooFar,
}

/// `3天`, `9月1日到9月5日`, `明天`, `9月1日起3天`, `2018-09-01 to 2018-09-05`, `3 days`: first and last day.
/// Without a first day it is today; a date without a year is the next such day.
pub fn span(words: &str, today: NaiveDate) -> Result<(NaiveDate, NaiveDate), NoSpan> {
    let words: String =
        numeral::half_width(words).to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    let words = words.strip_prefix("从").or(words.strip_prefix("from ")).unwrap_or(&words).trim();
    let (first, last) = if let Some(days) = count(words) {
        (today, after(today, days)?)
    } else if let Some((first, days)) = ["起", " for "]
        .iter()
        .find_map(|mark| words.split_once(mark))
        .filter(|(_, days)| count(days).is_some())
    {
        let first = day(first, today).ok_or(NoSpan::Unread)?;
        (first, after(first, count(days).ok_or(NoSpan::Unread)?)?)
    } else if let Some((first, last)) =
        ["到", "至", "~", "—", "–", " to ", " - "].iter().find_map(|mark| words.split_once(mark))
    {
        let first = day(first, today).ok_or(NoSpan::Unread)?;
        // 9月1日到5日: the month is the same.
        let last = day(last, first).or_else(|| day_of_month(last.trim(), first)).ok_or(NoSpan::Unread)?;
        (first, last)
    } else {
        let only = day(words, today).ok_or(NoSpan::Unread)?;
        (only, only)
    };
    if last < first {
        return Err(NoSpan::Backwards);
    }
    if first < today {
        return Err(NoSpan::Past);
    }
    if today.checked_add_days(AHEAD).is_none_or(|farthest| first > farthest) {
        return Err(NoSpan::TooFar);
    }
    if (last - first).num_days() >= LONGEST as i64 {
        return Err(NoSpan::TooLong);
    }
    Ok((first, last))
}

/// The last of so many days.
fn after(first: NaiveDate, days: u64) -> Result<NaiveDate, NoSpan> {
    if days > LONGEST {
        return Err(NoSpan::TooLong);
    }
    first.checked_add_days(Days::new(days.saturating_sub(1))).ok_or(NoSpan::TooFar)
}

/// `3天`, `三日`, `一周`, `3 days`.
fn count(words: &str) -> Option<u64> {
    let words = words.trim();
    let (number, factor) = ["天", "日", " days", " day"]
        .iter()
        .find_map(|mark| Some((words.strip_suffix(mark)?, 1)))
        .or_else(|| {
            ["个星期", "星期", "周", " weeks", " week"]
                .iter()
                .find_map(|mark| Some((words.strip_suffix(mark)?, 7)))
        })?;
    let days = u64::try_from(numeral::number(number.trim())?).ok()?;
    (days > 0).then_some(days * factor)
}

/// One day, at or after `today` where the year is left out.
fn day(words: &str, today: NaiveDate) -> Option<NaiveDate> {
    let words = words.trim();
    match words {
        "今天" | "今日" | "today" => return Some(today),
        "明天" | "明日" | "tomorrow" => return today.checked_add_days(Days::new(1)),
        "后天" => return today.checked_add_days(Days::new(2)),
        _ => {}
    }
    let part = |text: &str| u32::try_from(numeral::number(text.trim())?).ok();
    if let Some((year, rest)) = words.split_once('年').or(words.split_once('-')).or(words.split_once('/'))
        && let Some(year) = part(year).filter(|year| (2000..2200).contains(year))
    {
        let (month, day) = rest.split_once(['月', '-', '/'])?;
        return NaiveDate::from_ymd_opt(year as i32, part(month)?, part(without_mark(day))?);
    }
    let (month, day) = words.split_once(['月', '.', '/'])?;
    let (month, day) = (part(month)?, part(without_mark(day))?);
    let this_year = NaiveDate::from_ymd_opt(today.year(), month, day);
    let next_year = NaiveDate::from_ymd_opt(today.year() + 1, month, day);
    // A day that has just passed is a slip, not next year's.
    let half_a_year_ago = today.checked_sub_days(AHEAD)?;
    this_year.filter(|day| *day > half_a_year_ago).or(next_year)
}

/// `5日` within the month of another day.
fn day_of_month(words: &str, of: NaiveDate) -> Option<NaiveDate> {
    let number = numeral::number(without_mark(words).trim()).filter(|_| words.ends_with(['日', '号']))?;
    of.with_day(u32::try_from(number).ok()?)
}

fn without_mark(day: &str) -> &str {
    day.trim().trim_end_matches(['日', '号'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn days_read_as_people_write_them() {
        for (words, first, last) in [
            ("3天", "2018-08-31", "2018-09-02"),
            ("三天", "2018-08-31", "2018-09-02"),
            ("１天", "2018-08-31", "2018-08-31"),
            ("一周", "2018-08-31", "2018-09-06"),
            ("2 days", "2018-08-31", "2018-09-01"),
            ("明天", "2018-09-01", "2018-09-01"),
            ("明天起3天", "2018-09-01", "2018-09-03"),
            ("9月1日到9月5日", "2018-09-01", "2018-09-05"),
            ("从9月1日至5日", "2018-09-01", "2018-09-05"),
            ("9月1号到5号", "2018-09-01", "2018-09-05"),
            ("九月一日到九月五日", "2018-09-01", "2018-09-05"),
            ("9.1 到 9.5", "2018-09-01", "2018-09-05"),
            ("2018-09-01 to 2018-09-05", "2018-09-01", "2018-09-05"),
            ("2018年9月1日到2018年9月5日", "2018-09-01", "2018-09-05"),
            ("12月30日到1月4日", "2018-12-30", "2019-01-04"),
            ("1月5日到1月8日", "2019-01-05", "2019-01-08"),
        ] {
            assert_eq!(span(words, day("2018-08-31")), Ok((day(first), day(last))), "{words}");
        }
        for (words, why) in [
            ("", NoSpan::Unread),
            ("几天", NoSpan::Unread),
            ("0天", NoSpan::Unread),
            ("13月1日", NoSpan::Unread),
            ("2月30日", NoSpan::Unread),
            ("8月20日到9月2日", NoSpan::Past),
            ("9月5日到9月1日", NoSpan::Backwards),
            ("100天", NoSpan::TooLong),
            ("99999999周", NoSpan::TooLong),
            ("2018-09-01 to 2018-12-31", NoSpan::TooLong),
            ("2019-06-01", NoSpan::TooFar),
        ] {
            assert_eq!(span(words, day("2018-08-31")), Err(why), "{words}");
        }
    }

    proptest! {
        #[test]
        fn no_words_upset_the_reader(words in "[0-9一三十]{0,3}(月|天|日|到|-|年|起|周)?\\PC{0,8}") {
            if let Ok((first, last)) = span(&words, day("2018-08-31")) {
                prop_assert!(first >= day("2018-08-31") && first <= last);
            }
        }
    }
}
