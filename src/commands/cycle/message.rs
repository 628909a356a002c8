//! The one message of a dispatch that a unit's contact gets: what to report in this period, until when, and how.
//! Worded when it leaves.

use chrono::{Days, NaiveDate};

use super::short_day;
use crate::commands::{line, list, window, wording};
use crate::domain::cycle::Every;
use crate::domain::{Basis, Button, Lang, Message, Text};
use crate::say;
use crate::store::cycles::Owed;

/// Items that are named; of more the list tells.
pub const NAMED: i64 = 12;
/// Titles are cut here.
const TITLE: usize = 30;

/// The message about what a unit owes. `None`: nothing any more.
pub fn words(unit: &str, owed: &[Owed], today: NaiveDate, basis: &Basis, lang: Lang) -> Option<Message> {
    let closing = |item: &Owed| basis.cycle(item.round, item.every, item.starts_on).closes_on;
    let first = owed.first()?;
    let (until, all) = (owed.iter().map(closing).max()?, first.all);
    let is_one = owed.iter().all(|item| closing(item) == until);
    let left = basis.calendar.workdays_left(today + Days::new(1), until).spoken(lang);
    let day = window::spoken(until, lang);
    let head = match today > until {
        // A late dispatch: a late report still counts.
        true => say!(lang, "本期 {all} 项已过截止日", "{all} items of this period are late"),
        false if is_one => say!(
            lang,
            "本期 {all} 项，请在{day}前报（还有 {left}）",
            "{all} items to report until {day} ({left})"
        ),
        false => say!(
            lang,
            "本期 {all} 项，最晚{day}前报（还有 {left}）",
            "{all} items to report, the last until {day} ({left})"
        ),
    };
    let mut text = Text::default().strong(say!(lang, "📋 {unit}：{head}", "📋 {unit}: {head}"));
    for item in owed {
        let (title, percent) = (wording::head(&item.title, TITLE), item.percent);
        let last = match item.last_report_on {
            Some(on) => {
                let on = short_day(on, lang);
                say!(lang, "上次 {on}报 {percent}%", "last on {on}, {percent}%")
            }
            None => say!(lang, "还没有报过", "never yet"),
        };
        text = text.then("\n").strong(format!("【{}】", item.number)).then(say!(
            lang,
            "{title}：{last}",
            "{title}: {last}"
        ));
        if !is_one || item.every != Every::Month {
            let (often, day) = (item.every.word().pick(lang), short_day(closing(item), lang));
            text = text.then(say!(lang, "；{often}，{day}前", "; {often}, until {day}"));
        }
    }
    let more = all - owed.len() as i64;
    if more > 0 {
        text = text.then(say!(lang, "\n另有 {more} 项", "\n{more} more"));
    }
    let (number, percent) = (first.number, first.percent);
    let text = text
        .then(say!(
            lang,
            "\n每项回一句就行，没有变化就发“{number}项无变化”，例：",
            "\nOne sentence for each is enough, “item {number} no change” is one; e.g. "
        ))
        .code(say!(lang, "进度 {number} {percent} 本期做了什么", "report {number} {percent} what was done"));
    let says = line(&list::COMMAND, &say!(lang, "待报 我们", "to_report ours"), lang);
    Some(Message::from(text).row([Button::new(say!(lang, "待报 {all} 项", "{all} to report"), says)]))
}
