//! 日历: which days are worked. The office reads a year, a month or a day, and sets or clears days from the
//! State Council's notice; the answer says how to take it back.

use chrono::{Datelike, NaiveDate};

use super::words::{Slip, SlipKind};
use super::{Call, Command, Failure, line, told, wording};
use crate::domain::decision::{Aggregate, Decision, Effect};
use crate::domain::people::Who;
use crate::domain::sentence::{self, DateWord, Year};
use crate::domain::workday::{CALENDAR, CalendarChange, Workday, is_weekday, runs};
use crate::domain::{Both, Button, Lang, Message, Role, Text};
use crate::{say, store};

mod show;

pub const COMMAND: Command = Command {
    words: &["日历", "calendar"],
    glued: true,
    usage: Both { zh: "日历 2027-01-01 休 元旦", en: "calendar 2027-01-01 rest New Year" },
    about: Both {
        zh: "放假调休：日历 2027 看一年；日历 2027-01-01 休 元旦 改一天（休、班、平）",
        en: "holidays and make-up days: calendar 2027 shows a year; calendar 2027-01-01 rest New Year sets a day (rest, work, plain)",
    },
    who: Who::Roles(&[Role::Office]),
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

/// Days set at once: the longest holiday has ten.
const AT_MOST: i64 = 31;
/// Characters of a holiday's name.
const NAME: usize = 20;
const TO: [&str; 3] = ["至", "到", "to"];
const REST: [&str; 4] = ["放假", "休息", "休", "rest"];
const WORK: [&str; 4] = ["补班", "上班", "班", "work"];
const PLAIN: [&str; 4] = ["平常", "平", "删除", "plain"];

/// Days that are to become one thing.
struct Wish {
    first: NaiveDate,
    last: NaiveDate,
    /// `None`: days like any other.
    is_work: Option<bool>,
    name: String,
}

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let today = call.now.today();
    let mut ahead = call.words.clone();
    let Some(word) = ahead.word() else { return show::year(call, today.year()).await };
    let bare = word.trim_end_matches('年');
    let named = match bare {
        "今" | "this_year" => Some(today.year()),
        "明" | "next_year" => Some(today.year() + 1),
        _ => bare.parse().ok().filter(|year| (1000..=9999).contains(year)),
    };
    let first = match named {
        Some(named) => NaiveDate::from_ymd_opt(named, 1, 1),
        None => month(&word, today),
    };
    if let Some(first) = first {
        call.words = ahead;
        if !call.words.is_empty() {
            return Err(call.slip(&call.words.clone().slip(SlipKind::TooMuch)));
        }
        return match named {
            Some(named) => show::year(call, named).await,
            None => show::one_month(call, first).await,
        };
    }
    let (first, no_year) = next_day(&mut call)?;
    let is_span = TO.iter().any(|word| call.words.take_word(word));
    if call.words.is_empty() && !is_span {
        return show::one_day(call, first).await;
    }
    let (last, neither) = if is_span { next_day(&mut call)? } else { (first, None) };
    // Next year's days are set in December: which year is meant must be said.
    if let Some(slip) = no_year.or(neither) {
        return Err(call.slip(&slip));
    }
    let is_work = [(&REST, Some(false)), (&WORK, Some(true)), (&PLAIN, None)]
        .into_iter()
        .find(|(words, _)| words.iter().any(|word| call.words.take_word(word)));
    let Some((_, is_work)) = is_work else {
        return Err(call.slip(&call.words.clone().slip(SlipKind::NoDayKind)));
    };
    let name = call.words.rest();
    set(call, Wish { first, last, is_work, name }).await
}

fn said(words: &str, lang: Lang) -> String {
    line(&COMMAND, words, lang)
}

/// The last day of the year: a month or day without a year is one of this year.
fn this_year(today: NaiveDate) -> NaiveDate {
    NaiveDate::from_ymd_opt(today.year(), 12, 31).unwrap_or(today)
}

fn month(word: &str, today: NaiveDate) -> Option<NaiveDate> {
    match sentence::month(word)? {
        ahead @ DateWord::PartOfMonthAhead { .. } => ahead.month_back(today),
        named => named.month_back(this_year(today)),
    }
}

/// A day, and a slip when its year is left out. More may stand behind it at once: `2027-10-01至2027-10-07休`.
fn next_day(call: &mut Call<'_>) -> Result<(NaiveDate, Option<Slip>), Failure> {
    let today = call.now.today();
    let mut ahead = call.words.clone();
    let word = ahead.word().unwrap_or_default();
    let end = word.find(|c: char| !(c.is_ascii_digit() || "-/.年月日号".contains(c))).unwrap_or(word.len());
    let day = match sentence::day(&word[..end]) {
        Some(DateWord::Day { year: Year::Named(year), month, day }) => {
            NaiveDate::from_ymd_opt(year, month, day)
        }
        // The 29th of February may lie some years back.
        Some(day @ DateWord::Day { .. }) => Some(day.look_back(this_year(today), &is_weekday)),
        _ => None,
    };
    let Some(day) = day else {
        return Err(call.slip(&call.words.clone().slip(SlipKind::BadDay)));
    };
    let has_year = word.chars().take_while(char::is_ascii_digit).count() == 4;
    let slip = (!has_year).then(|| call.words.clone().slip(SlipKind::BadDay));
    let _ = call.words.take(&word[..end]);
    Ok((day, slip))
}

async fn set(call: Call<'_>, mut wish: Wish) -> Result<Decision, Failure> {
    let lang = call.lang();
    let (first, last, next) = (wish.first, wish.last, call.now.today().year() + 1);
    if last < first || (last - first).num_days() >= AT_MOST {
        return Err(told(say!(
            lang,
            "起始日期要在前，一次最多 {AT_MOST} 天，没有改。",
            "The first day comes first, {AT_MOST} days at most; nothing was changed."
        )));
    }
    if last.year() > next {
        return Err(told(say!(
            lang,
            "{last} 太远了，最多录到 {next} 年，没有改。",
            "{last} is too far away: {next} is the last year to set; nothing was changed."
        )));
    }
    if wish.name.chars().count() > NAME {
        return Err(told(say!(
            lang,
            "名称最多 {NAME} 个字，没有改。",
            "A name has {NAME} characters at most; nothing was changed."
        )));
    }
    let version = store::calendar::version(&mut *call.read).await?;
    let mut standing = store::calendar::days(&mut *call.read, first.year(), last.year()).await?;
    standing.retain(|(day, ..)| (first..=last).contains(day));
    if wish.is_work.is_none() {
        wish.name.clear();
    }
    let change = CalendarChange::between(&standing, &wanted(&wish, &standing));
    let shown = match first == last {
        true => wording::dated(first, lang),
        false => {
            let (first, last) = (wording::dated(first, lang), wording::dated(last, lang));
            say!(lang, "{first}至 {last}", "{first} to {last}")
        }
    };
    if change.is_empty() {
        return Err(told(say!(
            lang,
            "{shown}本来就是这样，没有变化。",
            "{shown} stands like that already; nothing has changed."
        )));
    }
    let name = match wish.name.as_str() {
        "" => String::new(),
        name => say!(lang, "（{name}）", " ({name})"),
    };
    let becomes = match wish.is_work {
        Some(false) => say!(lang, "放假", "off"),
        Some(true) => say!(lang, "上班", "worked"),
        None => say!(lang, "照平常算", "like any other day"),
    };
    let mut text = Text::plain(say!(
        lang,
        "✅ 已改：{shown}{becomes}{name}。在办事项随即按新日历核对。\n改回请发：",
        "✅ Changed: {shown} {becomes}{name}. Open items are looked at again.\nTo take it back send:"
    ));
    let undo = undo(&change, &standing, lang);
    for line in &undo {
        text = text.then("\n").code(line);
    }
    let back = match undo.as_slice() {
        [one] => Button::new(say!(lang, "改回", "Take back"), one),
        _ => None,
    };
    let year = first.year();
    let look = Button::new(say!(lang, "看 {year} 年", "See {year}"), said(&year.to_string(), lang));
    let decision = call
        .decision()
        .by(call.speaker()?)
        .changing(Aggregate::Calendar, CALENDAR, version)
        .with(Effect::CalendarChanged(change));
    Ok(call.say(decision, Message::from(text).row([back, look])))
}

/// The rows that are to stand: a weekday that is worked needs none, and what has a name keeps it.
fn wanted(wish: &Wish, standing: &[Workday]) -> Vec<Workday> {
    let Some(is_work) = wish.is_work else { return Vec::new() };
    let name = |day: NaiveDate| {
        let kept = standing.iter().find(|row| row.0 == day && row.1 == is_work && wish.name.is_empty());
        kept.map_or_else(|| wish.name.clone(), |row| row.2.clone())
    };
    wish.first
        .iter_days()
        .take_while(|day| *day <= wish.last)
        .filter(|day| !(is_work && is_weekday(*day)))
        .map(|day| (day, is_work, name(day)))
        .collect()
}

/// The lines that bring back what stood before, a line for days in a row that were alike.
fn undo(change: &CalendarChange, standing: &[Workday], lang: Lang) -> Vec<String> {
    let mut touched: Vec<NaiveDate> =
        change.set.iter().map(|(day, ..)| *day).chain(change.cleared.iter().copied()).collect();
    touched.sort_unstable();
    let before: Vec<(NaiveDate, Option<&Workday>)> =
        touched.into_iter().map(|day| (day, standing.iter().find(|row| row.0 == day))).collect();
    let alike = |a: &Option<&Workday>, b: &Option<&Workday>| a.map(|r| (r.1, &r.2)) == b.map(|r| (r.1, &r.2));
    runs(&before, alike)
        .into_iter()
        .map(|(first, last, was)| {
            let days = match first == last {
                true => first.to_string(),
                false => say!(lang, "{first} 至 {last}", "{first} to {last}"),
            };
            let (kind, name) = match was {
                None => (say!(lang, "平", "plain"), ""),
                Some((_, true, name)) => (say!(lang, "班", "work"), name.as_str()),
                Some((_, false, name)) => (say!(lang, "休", "rest"), name.as_str()),
            };
            said(&format!("{days} {kind} {name}"), lang)
        })
        .collect()
}
