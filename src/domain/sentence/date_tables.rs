//! The words for days, weeks, months and years, as plain tables.

use chrono::Weekday;

use super::date::{DateWord, Third};

/// How far away a day is, in one word.
pub(super) const DAYS: &[(&str, i64)] = &[
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
pub(super) const LENGTHS: &[(&str, i64)] = &[
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
pub(super) const WORKING_DAYS: &[&str] =
    &["个工作日", "工作日", "working days", "working day", "workdays", "business days"];
pub(super) const WITHIN: &[&str] = &["以内", "之内", "内", "以后", "之后", "后", "左右"];
pub(super) const EN_WITHIN: &[&str] = &["in", "within"];
pub(super) const EN_NUMBERS: &[(&str, i64)] =
    &[("a", 1), ("one", 1), ("two", 2), ("three", 3), ("four", 4), ("five", 5), ("ten", 10)];
pub(super) const WEEKS: &[(&str, i32)] = &[
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
pub(super) const WEEK: &[&str] = &["星期", "礼拜", "周"];
pub(super) const WEEKDAYS: &[(&str, Weekday)] = &[
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
pub(super) const EN_WEEKDAYS: &[(&str, Weekday)] = &[
    ("monday", Weekday::Mon),
    ("tuesday", Weekday::Tue),
    ("wednesday", Weekday::Wed),
    ("thursday", Weekday::Thu),
    ("friday", Weekday::Fri),
    ("saturday", Weekday::Sat),
    ("sunday", Weekday::Sun),
];
pub(super) const MONTHS_AHEAD: &[(&str, i32)] = &[
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
pub(super) const EN_MONTHS_AHEAD: &[(&str, i32)] = &[("this_month", 0), ("last_month", -1)];
pub(super) const THIRDS: &[(&str, Third)] = &[
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
pub(super) const YEARS_AHEAD: &[(&str, i32)] =
    &[("今年", 0), ("本年", 0), ("明年", 1), ("后年", 2), ("去年", -1)];
pub(super) const YEAR_ENDS: &[&str] = &["年底", "年末", "底", "末", "内"];
pub(super) const QUARTERS_AHEAD: &[(&str, i32)] =
    &[("本季度", 0), ("这个季度", 0), ("下季度", 1), ("下个季度", 1), ("季度末", 0), ("季末", 0)];
pub(super) const QUARTERS: &[(&str, u32)] = &[
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
pub(super) const EN_PHRASES: &[(&str, DateWord)] = &[
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
pub(super) const EN_MONTHS: &[&str] = &[
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
