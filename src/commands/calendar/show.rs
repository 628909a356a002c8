//! A year, a month or a day of the calendar, as the office reads it.

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::commands::{Call, Failure, told, wording};
use crate::domain::decision::Decision;
use crate::domain::workday::{Calendar, Workday, days_of, runs, spans};
use crate::domain::{Lang, Message, Text};
use crate::{say, store};

pub(super) async fn year(call: Call<'_>, year: i32) -> Result<Decision, Failure> {
    let lang = call.lang();
    let rows = store::calendar::days(&mut *call.read, year, year).await?;
    let (Some(first), Some(last)) =
        (NaiveDate::from_ymd_opt(year, 1, 1), NaiveDate::from_ymd_opt(year, 12, 31))
    else {
        return Err(told(say!(lang, "没有这一年。", "There is no such year.")));
    };
    if rows.is_empty() {
        let text = Text::plain(say!(
            lang,
            "{year} 年的放假调休还没有录入，先按周一至周五计。按国务院办公厅的通知逐条发，放假写“休”，补班写“班”，例：",
            "The holidays of {year} are not known yet: counted from Monday to Friday. Send the State Council's notice span by span, “rest” or “work”, e.g. "
        ))
        .code(say!(
            lang,
            "日历 {year}-10-01 至 {year}-10-07 休 国庆节",
            "calendar {year}-10-01 to {year}-10-07 rest National Day"
        ));
        return Ok(call.answer(text));
    }
    let days = calendar(&rows).workdays_left(first, last).days;
    let text = Text::default().strong(say!(
        lang,
        "{year} 年放假调休（{days} 个工作日）",
        "Holidays of {year} ({days} working days)"
    ));
    Ok(call.answer(festivals(text, &rows, year, lang)))
}

pub(super) async fn one_month(call: Call<'_>, first: NaiveDate) -> Result<Decision, Failure> {
    let lang = call.lang();
    let (year, month) = (first.year(), first.month());
    let last = first + Months::new(1) - Days::new(1);
    let mut rows = store::calendar::days(&mut *call.read, year, year).await?;
    let count = calendar(&rows).workdays_left(first, last);
    let days = match count.unknown.is_empty() {
        // The lines below say which days differ.
        true => {
            let days = count.days;
            say!(lang, "{days} 个工作日", "{days} working days")
        }
        false => count.spoken(lang),
    };
    rows.retain(|(day, ..)| (first..=last).contains(day));
    let text =
        Text::default().strong(say!(lang, "{year} 年 {month} 月：{days}", "{year}-{month:02}: {days}"));
    Ok(call.answer(festivals(text, &rows, year, lang)))
}

pub(super) async fn one_day(call: Call<'_>, day: NaiveDate) -> Result<Decision, Failure> {
    let lang = call.lang();
    let rows = store::calendar::days(&mut *call.read, day.year(), day.year()).await?;
    let shown = wording::dated(day, lang);
    let state = match calendar(&rows).is_workday(day) {
        true => say!(lang, "上班", "worked"),
        false => say!(lang, "休息", "not worked"),
    };
    let why = match rows.iter().find(|row| row.0 == day).map(|row| row.2.as_str()) {
        Some("") | None => String::new(),
        Some(name) => say!(lang, "（{name}）", " ({name})"),
    };
    Ok(call.answer(Message::plain(say!(lang, "{shown}{state}{why}。", "{shown} is {state}{why}."))))
}

fn calendar(rows: &[Workday]) -> Calendar {
    Calendar::new(rows.iter().map(|row| (row.0, row.1)))
}

/// A line for each holiday with its days off and its make-up days: `春节：2 月 15 日至 21 日放假，2 月 11、24 日补班`.
fn festivals(mut text: Text, rows: &[Workday], year: i32, lang: Lang) -> Text {
    let mut names: Vec<&str> = Vec::new();
    for (_, _, name) in rows {
        let name = festival(name);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    for name in names {
        let of = |is_work: bool| {
            rows.iter().filter(move |row| festival(&row.2) == name && row.1 == is_work).map(|row| row.0)
        };
        let off: Vec<(NaiveDate, ())> = of(false).map(|day| (day, ())).collect();
        let off: Vec<_> =
            runs(&off, |(), ()| true).into_iter().map(|(first, last, ())| (first, last)).collect();
        let made_up: Vec<NaiveDate> = of(true).collect();
        let mut parts = Vec::new();
        if !off.is_empty() {
            let off = spans(&off, year, lang);
            parts.push(say!(lang, "{off}放假", "{off} off"));
        }
        if !made_up.is_empty() {
            let made_up = days_of(&made_up, year, lang);
            parts.push(say!(lang, "{made_up}补班", "{made_up} worked"));
        }
        let parts = parts.join(say!(lang, "，", "; ").as_str());
        let name = match name {
            "" => say!(lang, "其他", "other"),
            name => name.to_owned(),
        };
        text = text.then(say!(lang, "\n{name}：{parts}", "\n{name}: {parts}"));
    }
    text
}

/// 春节调休 belongs to 春节.
fn festival(name: &str) -> &str {
    name.strip_suffix("调休").unwrap_or(name)
}
