//! Lines, days and the clock as people see them: what templates need, worded.

use chrono::{Datelike, NaiveDate, Timelike};

use super::seat::Chat;
use super::send::MARK;
use crate::domain::message::{Button, Span};
use crate::domain::{Attachment, Now};
use crate::store::room::{Line, Quote, Words};

/// A quote reminds, it does not repeat.
const QUOTE: usize = 40;

/// For whom and where lines are shown.
#[derive(Debug, Clone)]
pub struct Reader {
    pub account: String,
    pub slot: &'static str,
}

/// The line above the next one.
#[derive(Debug, Clone, Copy)]
pub struct Above {
    seq: i64,
    day: NaiveDate,
}

impl Above {
    pub fn of(line: &Line) -> Above {
        Above { seq: line.seq, day: Now::at(line.at).today() }
    }
}

impl Reader {
    pub fn new(account: &str, chat: &Chat) -> Reader {
        Reader { account: account.to_owned(), slot: chat.slot }
    }

    /// A new day is announced, and what answers the very line above it needs no quote.
    pub fn view(&self, line: Line, above: &mut Option<Above>) -> LineView {
        let at = Now::at(line.at);
        let day = at.today();
        let before = above.replace(Above { seq: line.seq, day });
        let is_new_day = before.is_none_or(|before| before.day != day);
        let is_far = |quote: &Quote| before.is_none_or(|before| before.seq != quote.seq);
        let is_pressed = matches!(line.words, Words::Pressed { .. });
        let (spans, buttons, file) = match line.words {
            Words::Said(text) | Words::Toast(text) => (vec![Span::Plain(text)], Vec::new(), None),
            Words::Pressed { label, .. } => (vec![Span::Plain(label)], Vec::new(), None),
            Words::Answered(message) => (message.text.0, message.buttons, message.file),
        };
        let given =
            file.map(|file| Given { is_picture: file.is_picture(), sha256: file.sha256, name: file.name });
        LineView {
            seq: line.seq,
            whose: match &line.account {
                None => "bot",
                Some(account) if *account == self.account => "mine",
                Some(_) => "other",
            },
            face: line.name.chars().next().map(String::from).unwrap_or_default(),
            name: line.name,
            day: is_new_day.then(|| day_words(day)),
            time: hour_words(at),
            stamp: at.spoken(),
            quote: line.quote.filter(is_far).map(quoted),
            is_pressed,
            spans,
            files: line.files.into_iter().map(shown).collect(),
            given,
            buttons,
            reader: self.clone(),
        }
    }
}

/// One line, ready for its template.
pub struct LineView {
    pub seq: i64,
    /// `bot`, `mine` or `other`.
    pub whose: &'static str,
    pub face: String,
    pub name: String,
    /// The first line of a day says which.
    pub day: Option<String>,
    pub time: String,
    pub stamp: String,
    pub quote: Option<(String, String)>,
    pub is_pressed: bool,
    pub spans: Vec<Span>,
    /// What came with the words, by name.
    pub files: Vec<String>,
    /// What the bot gives: its place, and whether to show it.
    pub given: Option<Given>,
    pub buttons: Vec<Vec<Button>>,
    pub reader: Reader,
}

/// A file of the bot's.
pub struct Given {
    pub sha256: String,
    pub name: String,
    pub is_picture: bool,
}

/// A file's name, as far as it may be shown.
fn shown(file: Attachment) -> String {
    match file.name.as_str() {
        MARK => "带密级标志，没有保存".to_owned(),
        "" => file.shape.word().zh.to_owned(),
        _ => file.name,
    }
}

fn quoted(quote: Quote) -> (String, String) {
    let text = quote.words.bare().replace('\n', " ");
    let mut short: String = text.chars().take(QUOTE).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    (quote.name, short)
}

/// The ledger's clock, in parts, so that a narrow page may leave some out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockView {
    pub year: String,
    pub day: String,
    pub weekday: &'static str,
    pub time: String,
}

impl ClockView {
    pub fn new(now: Now) -> ClockView {
        let day = now.today();
        ClockView {
            year: format!("{}年", day.year()),
            day: format!("{}月{}日", day.month(), day.day()),
            weekday: weekday(day),
            time: hour_words(now),
        }
    }
}

fn hour_words(at: Now) -> String {
    format!("{:02}:{:02}", at.time().hour(), at.time().minute())
}

fn day_words(day: NaiveDate) -> String {
    format!("{}年{}月{}日 {}", day.year(), day.month(), day.day(), weekday(day))
}

fn weekday(day: NaiveDate) -> &'static str {
    const NAMES: [&str; 7] = ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"];
    NAMES[day.weekday().num_days_from_monday() as usize]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::in_china;
    use crate::domain::workday::MORNING_SLOT;

    #[test]
    fn the_demos_first_morning_reads_as_people_write_it() {
        let day = NaiveDate::from_ymd_opt(2018, 8, 31).unwrap();
        let clock = ClockView::new(Now::at(in_china(day, MORNING_SLOT)));
        assert_eq!(
            (clock.year.as_str(), clock.day.as_str(), clock.weekday, clock.time.as_str()),
            ("2018年", "8月31日", "星期五", "09:00")
        );
        assert_eq!(day_words(day), "2018年8月31日 星期五");
    }
}
