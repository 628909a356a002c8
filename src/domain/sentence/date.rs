//! Days as people name them (月底前, 下周五, 9月20日), before anybody knows which day it is. Today and
//! the working calendar come in as arguments when a word is resolved.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

/// The year of a day or month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Year {
    /// Left out: the plausible one is taken.
    Unsaid,
    Named(i32),
    /// 今年 0, 明年 1, 去年 −1.
    Ahead(i32),
}

/// A third of a month (旬); the day meant is its last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Third {
    Early,
    Mid,
    End,
}

/// A day as it was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateWord {
    /// 9月20日, 2018年9月20日
    Day { year: Year, month: u32, day: u32 },
    /// 9月底, 12月中旬, 2018年底
    PartOfMonth { year: Year, month: u32, third: Third },
    /// 20号, without a month
    DayOfThisOrNext(u32),
    /// 下月5日
    DayOfMonthAhead { months: i32, day: u32 },
    /// 月底, 下月上旬
    PartOfMonthAhead { months: i32, third: Third },
    /// 本季度末
    EndOfQuarterAhead(i32),
    /// 三季度末
    EndOfQuarter(u32),
    /// 年底, 明年底
    EndOfYearAhead(i32),
    /// 周五 (no week said), 下周五
    Weekday { weeks: Option<i32>, day: Weekday },
    /// 本周内, 下周: its last working day
    EndOfWeekAhead(i32),
    /// 今天, 三天后
    Days(i64),
    /// 五个工作日内
    Workdays(u32),
}

/// A date without a year may lie this far back: people report late, they do not plan eleven months ahead.
const PLAUSIBLE_DAYS_BACK: u64 = 31;
/// A 29 February is at most this many years away.
const YEARS_TO_LEAP: i32 = 8;
/// Longest search for a working day.
const SEARCH_DAYS: usize = 40;

impl DateWord {
    /// Whether the working calendar has a say in which day is meant.
    pub fn needs_calendar(&self) -> bool {
        !matches!(
            self,
            DateWord::Day { .. }
                | DateWord::DayOfThisOrNext(_)
                | DateWord::DayOfMonthAhead { .. }
                | DateWord::Days(_)
        )
    }

    /// The day meant by somebody who speaks of what is to come. A day said in so many figures is kept; a
    /// vague one (月底, 下周五) that falls on a rest day is the working day before it.
    pub fn resolve(&self, today: NaiveDate, is_work: &dyn Fn(NaiveDate) -> bool) -> NaiveDate {
        let earliest = today.checked_sub_days(Days::new(PLAUSIBLE_DAYS_BACK)).unwrap_or(today);
        self.seek(today, is_work, &|day| day >= earliest, false)
    }

    /// The day meant by somebody who asks how things stood: where the year or month is left out, the
    /// last such day that is not after today. Only who says in so many figures or words that a day is to
    /// come (2019年1月1日, 明天) gets one.
    pub fn look_back(&self, today: NaiveDate, is_work: &dyn Fn(NaiveDate) -> bool) -> NaiveDate {
        let day = self.seek(today, is_work, &|day| day <= today, true);
        if self.needs_calendar() { day.min(today) } else { day }
    }

    /// The first day of the month meant by somebody who asks about one (8月, 上月), where that is what the
    /// words say: without a year the last that has begun.
    pub fn month_back(&self, today: NaiveDate) -> Option<NaiveDate> {
        match *self {
            DateWord::PartOfMonth { year, month, third: Third::End } => {
                let first = |year| NaiveDate::from_ymd_opt(year, month, 1);
                match year {
                    Year::Named(year) => first(year),
                    Year::Ahead(years) => first(today.year().saturating_add(years)),
                    Year::Unsaid => {
                        nearest_year(today.year(), true, &|year| first(year).filter(|day| *day <= today))
                    }
                }
            }
            DateWord::PartOfMonthAhead { months, third: Third::End } => {
                shift_months(first_of_month(today), months)
            }
            _ => None,
        }
    }

    fn seek(
        &self,
        today: NaiveDate,
        is_work: &dyn Fn(NaiveDate) -> bool,
        fits: &dyn Fn(NaiveDate) -> bool,
        is_back: bool,
    ) -> NaiveDate {
        let year_of = |year: Year, build: &dyn Fn(i32) -> Option<NaiveDate>| match year {
            Year::Named(year) => build(year),
            Year::Ahead(years) => build(today.year().saturating_add(years)),
            Year::Unsaid => nearest_year(today.year(), is_back, &|year| build(year).filter(|d| fits(*d))),
        };
        let month_ahead = |months: i32| shift_months(first_of_month(today), months);
        let (day, is_vague) = match *self {
            DateWord::Day { year, month, day } => {
                // 29 February of a named plain year is the last day there is.
                (year_of(year, &|year| last_day_up_to(year, month, day, matches_said(year, self))), false)
            }
            DateWord::PartOfMonth { year, month, third } => (
                year_of(year, &|year| {
                    NaiveDate::from_ymd_opt(year, month, 1).map(|first| end_of_third(first, third))
                }),
                true,
            ),
            DateWord::DayOfThisOrNext(day) => {
                let months = if is_back { [0, -1, -2] } else { [0, 1, 2] };
                let found = months
                    .into_iter()
                    .filter_map(|months| month_ahead(months)?.with_day(day))
                    .find(|d| if is_back { *d <= today } else { *d >= today });
                (found, false)
            }
            DateWord::DayOfMonthAhead { months, day } => (
                month_ahead(months).map(|first| first.with_day(day).unwrap_or_else(|| end_of_month(first))),
                false,
            ),
            DateWord::PartOfMonthAhead { months, third } => {
                (month_ahead(months).map(|first| end_of_third(first, third)), true)
            }
            DateWord::EndOfQuarterAhead(quarters) => {
                let into = i32::try_from(today.month0() % 3).unwrap_or(0);
                (month_ahead(quarters.saturating_mul(3).saturating_add(2 - into)).map(end_of_month), true)
            }
            DateWord::EndOfQuarter(quarter) => (
                year_of(Year::Unsaid, &|year| {
                    NaiveDate::from_ymd_opt(year, quarter.clamp(1, 4) * 3, 1).map(end_of_month)
                }),
                true,
            ),
            DateWord::EndOfYearAhead(years) => {
                (NaiveDate::from_ymd_opt(today.year().saturating_add(years), 12, 31), true)
            }
            DateWord::Weekday { weeks, day } => {
                let ahead = weeks.unwrap_or(0);
                let found = day_of_week(today, ahead, day);
                // 周五 said on a Saturday is the coming one.
                let is_other =
                    weeks.is_none() && if is_back { found > Some(today) } else { found < Some(today) };
                let found =
                    if is_other { day_of_week(today, if is_back { -1 } else { 1 }, day) } else { found };
                (found, true)
            }
            DateWord::EndOfWeekAhead(weeks) => (day_of_week(today, weeks, Weekday::Sun), true),
            DateWord::Days(days) => (shift_days(today, days), false),
            DateWord::Workdays(count) => {
                let ahead = today.iter_days().skip(1).take(SEARCH_DAYS * 10).filter(|d| is_work(*d));
                (ahead.take(count.max(1) as usize).last(), false)
            }
        };
        let day = day.unwrap_or(today);
        if is_vague { work_on_or_before(day, today, is_work) } else { day }
    }
}

/// Whether a day that does not exist may be read as the last of its month: only where the year was said.
fn matches_said(year: i32, word: &DateWord) -> bool {
    match word {
        DateWord::Day { year: Year::Named(named), .. } => *named == year,
        DateWord::Day { year: Year::Ahead(_), .. } => true,
        _ => false,
    }
}

fn last_day_up_to(year: i32, month: u32, day: u32, may_shorten: bool) -> Option<NaiveDate> {
    let exact = NaiveDate::from_ymd_opt(year, month, day);
    exact.or_else(|| NaiveDate::from_ymd_opt(year, month, 1).filter(|_| may_shorten).map(end_of_month))
}

/// The first year, from last year on or from this year back, that gives a day.
fn nearest_year(this: i32, is_back: bool, build: &dyn Fn(i32) -> Option<NaiveDate>) -> Option<NaiveDate> {
    if is_back {
        (0..=YEARS_TO_LEAP).find_map(|n| build(this - n))
    } else {
        (-1..=YEARS_TO_LEAP).find_map(|n| build(this + n))
    }
}

fn first_of_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

fn shift_months(day: NaiveDate, months: i32) -> Option<NaiveDate> {
    if months < 0 {
        day.checked_sub_months(Months::new(months.unsigned_abs()))
    } else {
        day.checked_add_months(Months::new(months.unsigned_abs()))
    }
}

fn shift_days(day: NaiveDate, days: i64) -> Option<NaiveDate> {
    let count = Days::new(days.unsigned_abs());
    if days < 0 { day.checked_sub_days(count) } else { day.checked_add_days(count) }
}

fn end_of_month(day: NaiveDate) -> NaiveDate {
    let next = shift_months(first_of_month(day), 1);
    next.and_then(|next| next.pred_opt()).unwrap_or(day)
}

fn end_of_third(first: NaiveDate, third: Third) -> NaiveDate {
    match third {
        Third::Early => first.with_day(10).unwrap_or(first),
        Third::Mid => first.with_day(20).unwrap_or(first),
        Third::End => end_of_month(first),
    }
}

fn day_of_week(today: NaiveDate, weeks: i32, day: Weekday) -> Option<NaiveDate> {
    let monday = shift_days(today, -i64::from(today.weekday().num_days_from_monday()))?;
    shift_days(monday, i64::from(weeks) * 7 + i64::from(day.num_days_from_monday()))
}

/// The working day on or before a vague day. It does not fall behind today by that: said on a Sunday,
/// 周日 is today.
fn work_on_or_before(day: NaiveDate, today: NaiveDate, is_work: &dyn Fn(NaiveDate) -> bool) -> NaiveDate {
    std::iter::successors(Some(day), |d| d.pred_opt())
        .take(SEARCH_DAYS)
        .find(|d| is_work(*d))
        .filter(|found| *found >= today || day < today)
        .unwrap_or(day)
}
