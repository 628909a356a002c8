//! Finds a day in the letters of a message. What may be a day or something else (20号, 9.20) counts
//! only where the clause speaks of a plan.

use chrono::NaiveDate;

use super::date::{DateWord, Third, Year};
use super::date_tables::{
    DAYS, EN_MONTHS, EN_MONTHS_AHEAD, EN_NUMBERS, EN_PHRASES, EN_WEEKDAYS, EN_WITHIN, LENGTHS, MONTHS_AHEAD,
    QUARTERS, QUARTERS_AHEAD, THIRDS, WEEK, WEEKDAYS, WEEKS, WITHIN, WORKING_DAYS, YEAR_ENDS, YEARS_AHEAD,
};
use super::line::{Line, Span};

/// A day found in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub word: DateWord,
    pub span: Span,
}

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

/// The day that the whole line is, also 8-15, which elsewhere may be anything.
pub(super) fn whole(line: &Line) -> Option<DateWord> {
    let is_whole = |(word, end): (DateWord, usize)| (end == line.len()).then_some(word);
    at(line, 0)
        .and_then(is_whole)
        .filter(|word| !matches!(word, DateWord::PartOfMonth { .. }) || month(line).is_none())
        .or_else(|| short(line, 0, &['-']).and_then(is_whole))
}

/// Whether the whole line is a month and a day, or these behind a year, that do not exist.
pub(super) fn is_no_day(line: &Line) -> bool {
    let (mut numbers, mut signs, mut at) = (Vec::new(), Vec::new(), 0);
    while let Some((number, end)) = line.number_at(at) {
        numbers.push(number);
        let sign = line.at(end).filter(|c| "年月日号-/.".contains(*c));
        signs.push(sign);
        at = end + usize::from(sign.is_some());
    }
    let (month, day) = match (&numbers[..], &signs[..]) {
        (&[month, day], [Some('月'), _]) => (month, day),
        (&[year, month, day], [Some(_), Some(_), _]) if year_of(year).is_some() => (month, day),
        _ => return false,
    };
    at == line.len() && day_of(month, day).is_none()
}

/// The month that the whole line is: 8月, 8月份, 2018-08, 2018年8月, 本月, 上个月.
pub(super) fn month(line: &Line) -> Option<DateWord> {
    let ahead = pick(line, 0, MONTHS_AHEAD).or_else(|| pick(line, 0, EN_MONTHS_AHEAD));
    if let Some((months, end)) = ahead {
        let is_said = line.at(0) != Some('月') && end == line.len();
        return is_said.then_some(DateWord::PartOfMonthAhead { months, third: Third::End });
    }
    let is_month = |end: usize| end == line.len() && matches!(line.before(end), Some('月' | '份'));
    let named = with_year(line, 0).or_else(|| of_month(line, 0, Year::Unsaid));
    if let Some((word @ DateWord::PartOfMonth { third: Third::End, .. }, end)) = named {
        return is_month(end).then_some(word);
    }
    let (year, end) = line.number_at(0)?;
    let (month, end) = line_number(line, end + 1).filter(|_| line.at(end) == Some('-'))?;
    let year = Year::Named(year_of(year)?);
    let (month, _) = day_of(month, 1).filter(|_| end == line.len())?;
    Some(DateWord::PartOfMonth { year, month, third: Third::End })
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
        .or_else(|| day_only(line, at, &["日"]))
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

/// 10个工作日, 7天: how long it may take, without the word behind it that says so.
pub(super) fn length(line: &Line, at: usize) -> Option<(DateWord, usize)> {
    let (count, end) = line.number_at(at).filter(|(count, _)| (1..=999).contains(count))?;
    let end = line.skip_gaps(end, line.len());
    match line.any_at(end, WORKING_DAYS) {
        Some(end) => u32::try_from(count).ok().map(|count| (DateWord::Workdays(count), end)),
        None => line.any_at(end, &["天", "days"]).map(|end| (DateWord::Days(count), end)),
    }
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

/// 20日, 20号, without a month.
fn day_only(line: &Line, at: usize, signs: &[&str]) -> Option<(DateWord, usize)> {
    let (day, end) = line.number_at(at)?;
    let end = line.any_at(end, signs)?;
    let is_other = line.at(end).is_some_and(|c| "机楼泵线井桥池闸坝厂路地标炉塔罐车文项处均产供".contains(c));
    let (_, day) = day_of(1, day).filter(|_| !is_other)?;
    Some((DateWord::DayOfThisOrNext(day), end))
}

/// 20号; 9.20, 9/20.
fn loose(line: &Line, at: usize) -> Option<(DateWord, usize)> {
    if let Some(found) = day_only(line, at, &["日", "号"]) {
        return Some(found);
    }
    short(line, at, &['.', '/'])
}

/// A month and a day with a sign between them.
fn short(line: &Line, at: usize, signs: &[char]) -> Option<(DateWord, usize)> {
    let (first, end) = line.number_at(at)?;
    let sign = line.at(end).filter(|c| signs.contains(c))?;
    let (second, end) = line_number(line, end + 1)?;
    let goes_on = line.at(end).is_some_and(|c| c == sign || "%万亿元米吨亩公千".contains(c));
    let (month, day) = day_of(first, second).filter(|_| !goes_on)?;
    Some((DateWord::Day { year: Year::Unsaid, month, day }, line.any_at(end, &["日", "号"]).unwrap_or(end)))
}
