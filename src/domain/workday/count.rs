//! How many days were worked in a span, and in words how they were counted: whoever reads a limit of
//! working days can check it against the State Council's notice.

use chrono::{Datelike, NaiveDate};

use super::{Calendar, is_weekday};
use crate::domain::Lang;
use crate::say;

/// The working days of a span, and where they differ from the plain week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The first day of the span: years are named where they are other ones.
    pub first: NaiveDate,
    pub days: usize,
    /// 补班: the Saturdays and Sundays that are worked.
    pub made_up: Vec<NaiveDate>,
    /// 放假: holidays without a gap, first and last, where at least one of them is no weekend.
    pub off: Vec<(NaiveDate, NaiveDate)>,
    /// Years of the span that nobody has imported: counted from Monday to Friday.
    pub unknown: Vec<i32>,
}

impl Count {
    pub(super) fn of(calendar: &Calendar, first: NaiveDate, last: NaiveDate) -> Count {
        let mut count = Count { first, days: 0, made_up: vec![], off: vec![], unknown: vec![] };
        if last < first {
            return count;
        }
        count.days =
            first.iter_days().take_while(|day| *day <= last).filter(|day| calendar.is_workday(*day)).count();
        let exceptions = || calendar.exceptions.range(first..=last);
        count.made_up = exceptions()
            .filter(|(day, is_work)| **is_work && !is_weekday(**day))
            .map(|(day, _)| *day)
            .collect();
        let rests: Vec<NaiveDate> =
            exceptions().filter(|(_, is_work)| !**is_work).map(|(day, _)| *day).collect();
        count.off = rests
            .chunk_by(|a, b| a.succ_opt() == Some(*b))
            .filter(|run| run.iter().any(|day| is_weekday(*day)))
            .filter_map(|run| Some((*run.first()?, *run.last()?)))
            .collect();
        count.unknown = (first.year()..=last.year()).filter(|year| !calendar.knows_year(*year)).collect();
        count
    }

    /// `6 个工作日，按 9 月 29、30 日补班计`
    pub fn spoken(&self, lang: Lang) -> String {
        let days = self.days;
        let mut text = match days {
            1 => say!(lang, "{days} 个工作日", "{days} working day"),
            _ => say!(lang, "{days} 个工作日", "{days} working days"),
        };
        if let Some(how) = self.how(lang) {
            text += &say!(lang, "，{how}", " ({how})");
        }
        text
    }

    /// How it was counted, where that is not the plain week of years that are known:
    /// `按 9 月 29、30 日补班计，其间 10 月 1 日至 7 日放假`.
    pub fn how(&self, lang: Lang) -> Option<String> {
        let mut parts = Vec::new();
        if !self.made_up.is_empty() {
            let days = days_of(&self.made_up, self.first.year(), lang);
            parts.push(say!(lang, "按 {days}补班计", "{days} worked"));
        }
        if !self.off.is_empty() {
            let spans = spans(&self.off, self.first.year(), lang);
            parts.push(say!(lang, "其间 {spans}放假", "{spans} off"));
        }
        for year in &self.unknown {
            parts.push(say!(
                lang,
                "{year} 年放假安排未录入，先按周一至周五计",
                "the holidays of {year} are not known yet: counted from Monday to Friday"
            ));
        }
        (!parts.is_empty()).then(|| parts.join(say!(lang, "，", ", ").as_str()))
    }
}

/// `9 月`, with the year where it is another one.
fn month(day: NaiveDate, year: i32, lang: Lang) -> String {
    let (of, month, name) = (day.year(), day.month(), day.format("%b"));
    match of == year {
        true => say!(lang, "{month} 月", "{name}"),
        false => say!(lang, "{of} 年 {month} 月", "{of} {name}"),
    }
}

/// `9 月 29、30 日、10 月 12 日`
pub fn days_of(days: &[NaiveDate], year: i32, lang: Lang) -> String {
    let months = days.chunk_by(|a, b| (a.year(), a.month()) == (b.year(), b.month()));
    let said: Vec<String> = months
        .filter_map(|of_month| {
            let month = month(*of_month.first()?, year, lang);
            let dates: Vec<String> = of_month.iter().map(|day| day.day().to_string()).collect();
            let dates = dates.join(say!(lang, "、", ", ").as_str());
            Some(say!(lang, "{month} {dates} 日", "{month} {dates}"))
        })
        .collect();
    said.join(say!(lang, "、", ", ").as_str())
}

/// `9 月 24 日、10 月 1 日至 7 日`
pub fn spans(spans: &[(NaiveDate, NaiveDate)], year: i32, lang: Lang) -> String {
    let said: Vec<String> = spans
        .iter()
        .map(|(first, last)| {
            let (from, date) = (month(*first, year, lang), first.day());
            let (to, end) = (month(*last, year, lang), last.day());
            if first == last {
                say!(lang, "{from} {date} 日", "{from} {date}")
            } else if from == to {
                say!(lang, "{from} {date} 日至 {end} 日", "{from} {date} to {end}")
            } else {
                say!(lang, "{from} {date} 日至 {to} {end} 日", "{from} {date} to {to} {end}")
            }
        })
        .collect();
    said.join(say!(lang, "、", ", ").as_str())
}
