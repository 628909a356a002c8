//! Finds a day in the letters of a message. What may be a day or something else (20号, 9.20) counts
//! only where the clause speaks of a plan.

use chrono::{NaiveDate, Weekday};

use super::date::{DateWord, Third, Year};
use super::line::{Line, Span};

/// A day found in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub word: DateWord,
    pub span: Span,
}

/// How far away a day is, in one word.
const DAYS: &[(&str, i64)] = &[
    ("大后天", 3),
    ("后天", 2),
    ("明天", 1),
    ("明日", 1),
    ("今天", 0),
    ("今日", 0),
    ("昨天", -1),
    ("昨日", -1),
    ("前天", -2),
    ("the day after tomorrow", 2),
    ("day after tomorrow", 2),
    ("tomorrow", 1),
    ("today", 0),
    ("yesterday", -1),
];
/// Lengths of time, in days.
const LENGTHS: &[(&str, i64)] = &[
    ("天", 1),
    ("日", 1),
    ("周", 7),
    ("个星期", 7),
    ("星期", 7),
    ("个礼拜", 7),
    ("个月", 30),
    ("days", 1),
    ("day", 1),
    ("weeks", 7),
    ("week", 7),
    ("months", 30),
    ("month", 30),
];
const WORKING_DAYS: &[&str] =
    &["个工作日", "工作日", "working days", "working day", "workdays", "business days"];
const WITHIN: &[&str] = &["以内", "之内", "内", "以后", "之后", "后", "左右"];
const EN_WITHIN: &[&str] = &["in", "within"];
const EN_NUMBERS: &[(&str, i64)] =
    &[("a", 1), ("one", 1), ("two", 2), ("three", 3), ("four", 4), ("five", 5), ("ten", 10)];
const WEEKS: &[(&str, i32)] = &[
    ("下下个", 2),
    ("下下", 2),
    ("下个", 1),
    ("下", 1),
    ("本", 0),
    ("这个", 0),
    ("这", 0),
    ("上个", -1),
    ("上", -1),
];
const WEEK: &[&str] = &["星期", "礼拜", "周"];
const WEEKDAYS: &[(&str, Weekday)] = &[
    ("一", Weekday::Mon),
    ("二", Weekday::Tue),
    ("三", Weekday::Wed),
    ("四", Weekday::Thu),
    ("五", Weekday::Fri),
    ("六", Weekday::Sat),
    ("日", Weekday::Sun),
    ("天", Weekday::Sun),
    ("末", Weekday::Sun),
];
const EN_WEEKDAYS: &[(&str, Weekday)] = &[
    ("monday", Weekday::Mon),
    ("tuesday", Weekday::Tue),
    ("wednesday", Weekday::Wed),
    ("thursday", Weekday::Thu),
    ("friday", Weekday::Fri),
    ("saturday", Weekday::Sat),
    ("sunday", Weekday::Sun),
];
const MONTHS_AHEAD: &[(&str, i32)] = &[
    ("下下个月", 2),
    ("下下月", 2),
    ("下个月", 1),
    ("下月", 1),
    ("本月", 0),
    ("这个月", 0),
    ("当月", 0),
    ("上个月", -1),
    ("上月", -1),
    ("月", 0),
];
const THIRDS: &[(&str, Third)] = &[
    ("上旬", Third::Early),
    ("初", Third::Early),
    ("中旬", Third::Mid),
    ("中", Third::Mid),
    ("下旬", Third::End),
    ("底", Third::End),
    ("末", Third::End),
    ("内", Third::End),
    ("份", Third::End),
];
const YEARS_AHEAD: &[(&str, i32)] = &[("今年", 0), ("本年", 0), ("明年", 1), ("后年", 2), ("去年", -1)];
const YEAR_ENDS: &[&str] = &["年底", "年末", "底", "末", "内"];
const QUARTERS_AHEAD: &[(&str, i32)] =
    &[("本季度", 0), ("这个季度", 0), ("下季度", 1), ("下个季度", 1), ("季度末", 0), ("季末", 0)];
const QUARTERS: &[(&str, u32)] = &[
    ("一季度", 1),
    ("二季度", 2),
    ("三季度", 3),
    ("四季度", 4),
    ("1季度", 1),
    ("2季度", 2),
    ("3季度", 3),
    ("4季度", 4),
    ("q1", 1),
    ("q2", 2),
    ("q3", 3),
    ("q4", 4),
    ("上半年", 2),
    ("下半年", 4),
];
/// Fixed English phrases.
const EN_PHRASES: &[(&str, DateWord)] = &[
    ("end of next month", DateWord::PartOfMonthAhead { months: 1, third: Third::End }),
    ("end of this month", DateWord::PartOfMonthAhead { months: 0, third: Third::End }),
    ("end of the month", DateWord::PartOfMonthAhead { months: 0, third: Third::End }),
    ("end of month", DateWord::PartOfMonthAhead { months: 0, third: Third::End }),
    ("month end", DateWord::PartOfMonthAhead { months: 0, third: Third::End }),
    ("next month", DateWord::PartOfMonthAhead { months: 1, third: Third::End }),
    ("end of the year", DateWord::EndOfYearAhead(0)),
    ("end of year", DateWord::EndOfYearAhead(0)),
    ("year end", DateWord::EndOfYearAhead(0)),
    ("end of the quarter", DateWord::EndOfQuarterAhead(0)),
    ("end of quarter", DateWord::EndOfQuarterAhead(0)),
    ("end of the week", DateWord::EndOfWeekAhead(0)),
    ("this week", DateWord::EndOfWeekAhead(0)),
    ("next week", DateWord::EndOfWeekAhead(1)),
];
const EN_MONTHS: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The first day named in the span. `planned` admits 20号 and 9.20.
pub(super) fn find(line: &Line, span: Span, planned: bool) -> Option<Found> {
    (span.from..span.to).find_map(|at| {
        let (word, to) = strict(line, at).or_else(|| loose(line, at).filter(|_| planned))?;
        (to <= span.to).then_some(Found { word, span: Span::new(at, to) })
    })
}

/// A day that starts at `at`.
pub(super) fn at(line: &Line, at: usize) -> Option<(DateWord, usize)> {
    strict(line, at).or_else(|| loose(line, at))
}

/// The longest word of a table with a value, at `at`.
fn pick<T: Copy>(line: &Line, at: usize, table: &[(&str, T)]) -> Option<(T, usize)> {
    table
        .iter()
        .filter_map(|(word, value)| line.word_at(at, word).map(|end| (*value, end)))
        .max_by_key(|(_, end)| *end)
}

fn strict(line: &Line, at: usize) -> Option<(DateWord, usize)> {
    pick(line, at, EN_PHRASES)
        .or_else(|| pick(line, at, DAYS).map(|(days, end)| (DateWord::Days(days), end)))
        .or_else(|| in_some_days(line, at))
        .or_else(|| weekday(line, at))
        .or_else(|| quarter(line, at))
        .or_else(|| with_year(line, at))
        .or_else(|| of_month(line, at, Year::Unsaid))
        .or_else(|| month_ahead(line, at))
        .or_else(|| year_end(line, at))
        .or_else(|| english(line, at))
}

/// A day of the month that exists in some year.
fn day_of(month: i64, day: i64) -> Option<(u32, u32)> {
    let (month, day) = (u32::try_from(month).ok()?, u32::try_from(day).ok()?);
    NaiveDate::from_ymd_opt(2020, month, day).map(|_| (month, day))
}

fn year_of(year: i64) -> Option<i32> {
    i32::try_from(year).ok().filter(|year| (1990..2100).contains(year))
}

/// 三天后, 10天内, 半个月后, 5个工作日内; in 3 days.
fn in_some_days(line: &Line, at: usize) -> Option<(DateWord, usize)> {
    let english = line.any_at(at, EN_WITHIN).map(|end| line.skip_gaps(end, line.len()));
    let start = english.unwrap_or(at);
    if line.word_at(start, "半个月").is_some_and(|end| line.any_at(end, WITHIN).is_some()) {
        let end = line.any_at(start + 3, WITHIN)?;
        return Some((DateWord::Days(15), end));
    }
    let (count, end) = line.number_at(start).or_else(|| pick(line, start, EN_NUMBERS))?;
    let end = line.skip_gaps(end, line.len());
    let count = if (0..=999).contains(&count) { count } else { return None };
    let close = |end: usize| if english.is_some() { Some(end) } else { line.any_at(end, WITHIN) };
    if let Some(end) = line.any_at(end, WORKING_DAYS) {
        return close(end).zip(u32::try_from(count).ok()).map(|(end, n)| (DateWord::Workdays(n), end));
    }
    let (length, end) = pick(line, end, LENGTHS)?;
    close(end).map(|end| (DateWord::Days(count * length), end))
}

fn weekday(line: &Line, at: usize) -> Option<(DateWord, usize)> {
    let (weeks, start) = match pick(line, at, WEEKS) {
        Some((weeks, end)) => (Some(weeks), end),
        None => (None, at),
    };
    if let Some(end) = line.any_at(start, WEEK) {
        if let Some((day, end)) = pick(line, end, WEEKDAYS) {
            // 周一期 and 周一百 do not occur; 上周日 and 周日常 hardly.
            return Some((DateWord::Weekday { weeks, day }, end));
        }
        let end = line.word_at(end, "内").unwrap_or(end);
        let is_word = line.at(end).is_some_and(|c| "期边围转密例岁".contains(c));
        return weeks.filter(|_| !is_word).map(|weeks| (DateWord::EndOfWeekAhead(weeks), end));
    }
    let (weeks, start) = match pick(line, at, &[("next ", 1), ("this ", 0), ("last ", -1)]) {
        Some((weeks, end)) => (Some(weeks), end),
        None => (None, at),
    };
    pick(line, start, EN_WEEKDAYS).map(|(day, end)| (DateWord::Weekday { weeks, day }, end))
}

fn quarter(line: &Line, at: usize) -> Option<(DateWord, usize)> {
    let end_of = |end: usize| line.any_at(end, &["末", "底", "内"]).unwrap_or(end);
    if let Some((ahead, end)) = pick(line, at, QUARTERS_AHEAD) {
        return Some((DateWord::EndOfQuarterAhead(ahead), end_of(end)));
    }
    let start = line.word_at(at, "第").unwrap_or(at);
    pick(line, start, QUARTERS).map(|(quarter, end)| (DateWord::EndOfQuarter(quarter), end_of(end)))
}

/// 2018年9月20日, 2018-09-20, 2018年底, 明年3月.
fn with_year(line: &Line, at: usize) -> Option<(DateWord, usize)> {
    if let Some((years, end)) = pick(line, at, YEARS_AHEAD) {
        return of_month(line, end, Year::Ahead(years))
            .or_else(|| line.any_at(end, YEAR_ENDS).map(|end| (DateWord::EndOfYearAhead(years), end)));
    }
    let (year, end) = line.number_at(at)?;
    let year = Year::Named(year_of(year)?);
    let sign = line.at(end)?;
    if sign == '年' {
        return of_month(line, line.skip_gaps(end + 1, line.len()), year).or_else(|| {
            let end = line.any_at(end + 1, YEAR_ENDS)?;
            Some((DateWord::PartOfMonth { year, month: 12, third: Third::End }, end))
        });
    }
    if !matches!(sign, '-' | '/' | '.') {
        return None;
    }
    let (month, end) = line_number(line, end + 1)?;
    let (day, end) = if line.at(end) == Some(sign) { line_number(line, end + 1)? } else { return None };
    let (month, day) = day_of(month, day)?;
    Some((DateWord::Day { year, month, day }, line.any_at(end, &["日", "号"]).unwrap_or(end)))
}

/// One or two digits, also behind a point.
fn line_number(line: &Line, at: usize) -> Option<(i64, usize)> {
    let digit = |at: usize| line.at(at).and_then(|c| c.to_digit(10)).map(i64::from);
    let first = digit(at)?;
    match digit(at + 1) {
        Some(_) if digit(at + 2).is_some() => None,
        Some(second) => Some((first * 10 + second, at + 2)),
        None => Some((first, at + 1)),
    }
}

/// 9月20日, 9月底, 9月.
fn of_month(line: &Line, at: usize, year: Year) -> Option<(DateWord, usize)> {
    let (month, end) = line.number_at(at)?;
    let month = u32::try_from(month).ok().filter(|month| (1..=12).contains(month))?;
    let end = line.word_at(line.skip_gaps(end, line.len()), "月")?;
    let after = line.skip_gaps(end, line.len());
    if let Some((day, end)) = line.number_at(after)
        && let Some((month, day)) = day_of(i64::from(month), day)
    {
        return Some((DateWord::Day { year, month, day }, line.any_at(end, &["日", "号"]).unwrap_or(end)));
    }
    let (third, end) = pick(line, end, THIRDS).unwrap_or((Third::End, end));
    Some((DateWord::PartOfMonth { year, month, third }, line.word_at(end, "底").unwrap_or(end)))
}

/// 下月5日, 月底, 下月. 本月 and 上月 alone tell what was done, not when.
fn month_ahead(line: &Line, at: usize) -> Option<(DateWord, usize)> {
    let (months, end) = pick(line, at, MONTHS_AHEAD)?;
    let is_bare = line.at(at) == Some('月');
    if let Some((day, stop)) = line.number_at(end).filter(|_| !is_bare)
        && let Some((_, day)) = day_of(1, day)
        && let Some(stop) = line.any_at(stop, &["日", "号"])
    {
        return Some((DateWord::DayOfMonthAhead { months, day }, stop));
    }
    match pick(line, end, THIRDS) {
        Some((third, end)) => Some((DateWord::PartOfMonthAhead { months, third }, end)),
        None if months > 0 => Some((DateWord::PartOfMonthAhead { months, third: Third::End }, end)),
        None => None,
    }
}

fn year_end(line: &Line, at: usize) -> Option<(DateWord, usize)> {
    line.any_at(at, &["年底", "年末", "年内"]).map(|end| (DateWord::EndOfYearAhead(0), end))
}

fn en_month(line: &Line, at: usize) -> Option<(u32, usize)> {
    EN_MONTHS.iter().zip(1..).find_map(|(name, month)| {
        let short = [&name[..3], &name[..name.len().min(4)]];
        let end = line.word_at(at, name).or_else(|| line.any_at(at, &short))?;
        Some((month, if line.at(end) == Some('.') { end + 1 } else { end }))
    })
}

/// Sep 20, 20 September 2018, end of September.
fn english(line: &Line, at: usize) -> Option<(DateWord, usize)> {
    let skip = |at: usize| {
        let at = line.skip_gaps(at, line.len());
        if line.at(at) == Some(',') { line.skip_gaps(at + 1, line.len()) } else { at }
    };
    let ordinal = |at: usize| line.any_at(at, &["st", "nd", "rd", "th"]).unwrap_or(at);
    let year = |at: usize| {
        let said = line.number_at(skip(at)).and_then(|(year, end)| Some((year_of(year)?, end)));
        said.map_or((Year::Unsaid, at), |(year, end)| (Year::Named(year), end))
    };
    if let Some(start) = line.word_at(at, "end of ") {
        let (month, end) = en_month(line, start)?;
        let (year, end) = year(end);
        return Some((DateWord::PartOfMonth { year, month, third: Third::End }, end));
    }
    if let Some((month, end)) = en_month(line, at) {
        if let Some((day, stop)) = line.number_at(line.skip_gaps(end, line.len()))
            && let Some((month, day)) = day_of(i64::from(month), day)
        {
            let (year, end) = year(ordinal(stop));
            return Some((DateWord::Day { year, month, day }, end));
        }
        // "may" is a verb more often than a month.
        let is_name = month != 5 && line.word_at(at, EN_MONTHS[month as usize - 1]).is_some();
        return is_name
            .then_some((DateWord::PartOfMonth { year: Year::Unsaid, month, third: Third::End }, end));
    }
    let (day, end) = line.number_at(at)?;
    let (month, end) = en_month(line, line.skip_gaps(ordinal(end), line.len()))?;
    let (month, day) = day_of(i64::from(month), day)?;
    let (year, end) = year(end);
    Some((DateWord::Day { year, month, day }, end))
}

/// 20号, 20日; 9.20, 9/20.
fn loose(line: &Line, at: usize) -> Option<(DateWord, usize)> {
    let (first, end) = line.number_at(at)?;
    if let Some(end) = line.any_at(end, &["日", "号"]) {
        let is_machine = line.at(end).is_some_and(|c| "机楼泵线井桥池闸坝厂路地标炉塔罐车文项".contains(c));
        let (_, day) = day_of(1, first).filter(|_| !is_machine)?;
        return Some((DateWord::DayOfThisOrNext(day), end));
    }
    let sign = line.at(end).filter(|c| matches!(c, '.' | '/'))?;
    let (second, end) = line_number(line, end + 1)?;
    let goes_on = line.at(end).is_some_and(|c| c == sign || "%万亿元米吨亩公千".contains(c));
    let (month, day) = day_of(first, second).filter(|_| !goes_on)?;
    Some((DateWord::Day { year: Year::Unsaid, month, day }, line.any_at(end, &["日", "号"]).unwrap_or(end)))
}
