//! One sentence as people really write it (16项，进度到90%，预计9月20日调试), and what it means. Pure and
//! driven by word tables: no facts, no clock; days stay words until they are resolved. What is ambiguous
//! is handed back as a doubt, never guessed; quotes, forwards and code are not the speaker's words.
//! The golden cases are in `tests/fixtures/sentences.txt`.

mod asking;
mod correcting;
mod date;
mod date_tables;
mod date_words;
mod fields;
mod figures;
mod judging;
mod line;
mod own_words;
mod segment;
mod several;
mod telling;
mod without_item;
#[cfg(test)]
mod tests;
#[rustfmt::skip] // tables read best filled, not one word a line
mod trouble_words;
#[rustfmt::skip]
mod words;

pub use date::{DateWord, Third, Year};

use serde::{Deserialize, Serialize};

use crate::domain::{Both, Flag};
use line::Line;

/// What a message means for the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sentence {
    /// Clear reports, each on one item.
    Reports(Vec<Report>),
    /// Meant as reports, but about `doubts` something has to be asked back; the `clear` ones stand.
    Doubtful {
        doubts: Vec<Doubt>,
        clear: Vec<Report>,
    },
    /// Corrects the speaker's last report: its percent, its item, or without saying what is right.
    CorrectLast {
        percent: Option<Percent>,
        item: Option<ItemWord>,
        text: String,
    },
    Ask(Question),
    /// Chatter: nothing of ours.
    Nothing,
}

/// An item as somebody named it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemWord {
    pub number: i32,
    /// The round's name behind `@`.
    pub round: Option<String>,
}

/// A percent as it was said. Not limited to 0–100: the ledger says what is wrong with 120.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Percent {
    Exact(i64),
    /// 八十左右, 约80%, 90.5%: to be asked back; the lower figure of a range.
    About(i64),
}

/// How the item moved since the last report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Change {
    #[default]
    Progress,
    /// 无变化
    Unchanged,
    /// 同上月: the last report's text stands as well.
    SameAsLast,
}

/// A report (进度填报) as it was said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// `None`: the speaker's one open item, or to be asked.
    pub item: Option<ItemWord>,
    pub percent: Option<Percent>,
    pub change: Change,
    /// As written, without the item and the percent where they stand apart.
    pub text: String,
    pub fields: Fields,
    /// 更正: a lower percent is meant.
    pub is_correction: bool,
    /// All the unit's items are meant: 都没变化.
    pub is_all: bool,
    /// Tells that acceptance (验收) or sign-off was applied for, or the papers handed in.
    pub applies: bool,
    /// Names its item and says where it stands in so many words.
    pub is_unmistakable: bool,
}

/// What the text of a report tells besides the percent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fields {
    pub next: Option<Next>,
    pub cause: Option<Cause>,
    /// The clause that tells what holds the item up.
    pub difficulty: Option<String>,
    /// 需协调事项: the clause that asks for help.
    pub help: Option<String>,
}

/// The next step (下一步).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    pub date: Option<DateWord>,
    /// What is to be done; empty where only the day is told.
    pub what: String,
}

/// Why an item is held up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Money, design, permits, tender.
    Plan,
    /// Too little time.
    Deadline,
    /// Several parties, land, residents.
    Parties,
    /// Weather, epidemics.
    Uncontrollable,
    Other,
}

impl Cause {
    pub const ALL: [Cause; 5] =
        [Cause::Plan, Cause::Deadline, Cause::Parties, Cause::Uncontrollable, Cause::Other];

    pub fn code(self) -> &'static str {
        match self {
            Cause::Plan => "plan",
            Cause::Deadline => "deadline",
            Cause::Parties => "parties",
            Cause::Uncontrollable => "uncontrollable",
            Cause::Other => "other",
        }
    }

    pub fn from_code(code: &str) -> Option<Cause> {
        Cause::ALL.into_iter().find(|cause| cause.code() == code)
    }

    pub fn word(self) -> Both {
        match self {
            Cause::Plan => Both { zh: "方案资金手续", en: "plan, money or permits" },
            Cause::Deadline => Both { zh: "时限过紧", en: "too little time" },
            Cause::Parties => Both { zh: "涉及多方", en: "several parties" },
            Cause::Uncontrollable => Both { zh: "不可控因素", en: "beyond control" },
            Cause::Other => Both { zh: "其他", en: "other" },
        }
    }
}

/// A report that has to be asked about, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    pub why: Why,
    pub report: Report,
}

/// What is unclear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// "90": a percent, or an item?
    PercentOrItem(i64),
    /// An item and nothing else: to show it, or to report on it?
    OnlyItem,
    /// 16号 with work behind it: item 16, or the 16th?
    ItemOrDay,
    /// 完成: the work done (100 %), or sign-off (销号) applied for?
    DoneOrSignOff,
    /// 八十左右: which percent exactly?
    AboutPercent(i64),
    /// Which of these is the item's?
    WhichPercent(Vec<i64>),
}

/// What somebody wants to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// 37项现在什么情况
    Item(ItemWord),
    /// 查 16 8月15日; the day is meant backwards: [`DateWord::look_back`].
    ItemAsOf(ItemWord, DateWord),
    /// 哪些逾期
    Flagged(Flag, Scope),
    /// 洵口还剩几项
    Remaining(Scope),
    /// 哪些没报
    Unreported(Scope),
    /// 本月截止几号
    WindowCloses,
    /// 我的
    Mine,
    /// 找 渗滤液
    Find(String),
}

/// Whose items a question is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    All,
    /// 我们
    Own,
    /// A unit as it was named.
    Unit(String),
}

impl Sentence {
    /// Whether it says anew where an item stands, naming the item: no answer to a question about another.
    pub fn restates(&self) -> bool {
        let says = |report: &Report| {
            report.item.is_some() && (report.percent.is_some() || report.change != Change::Progress)
        };
        match self {
            Sentence::Reports(reports) => reports.iter().any(|report| report.is_all || says(report)),
            Sentence::Doubtful { doubts, clear } => {
                clear.iter().any(says)
                    || doubts.iter().any(|doubt| {
                        doubt.report.item.is_some()
                            && matches!(
                                doubt.why,
                                Why::AboutPercent(_) | Why::WhichPercent(_) | Why::DoneOrSignOff
                            )
                    })
            }
            Sentence::CorrectLast { .. } | Sentence::Ask(_) => true,
            Sentence::Nothing => false,
        }
    }

    /// Whether a bot in a work group may act on the sentence unasked: every part of it is a report that
    /// names its item and says in so many words where it stands.
    pub fn is_unmistakable(&self) -> bool {
        match self {
            Sentence::Reports(reports) => reports.iter().all(|report| report.is_unmistakable),
            _ => false,
        }
    }
}

/// The longest message that is read; what is longer is a document, not a sentence.
const LONGEST: usize = 4096;

/// What a message means. Never fails: what is not understood is [`Sentence::Nothing`].
pub fn understand(text: &str) -> Sentence {
    let own = own_words::own_words(text);
    let line = Line::new(&own);
    if line.len() == 0 || line.len() > LONGEST {
        return Sentence::Nothing;
    }
    if let Some(question) = asking::ask(&line) {
        return Sentence::Ask(question);
    }
    match several::unchanged(&line) {
        Some(reports) if reports.is_empty() => return Sentence::Nothing,
        Some(reports) => return Sentence::Reports(reports),
        None => {}
    }
    correcting::correct_last(&line).or_else(|| telling::tell(&line)).unwrap_or(Sentence::Nothing)
}

/// The limit that a text begins with (10个工作日, 9月20日前), standing apart, and what is written behind it.
pub fn leading_limit(text: &str) -> Option<(DateWord, String)> {
    let line = Line::new(text);
    let (word, end) = date_words::length(&line, 0).or_else(|| date_words::at(&line, 0))?;
    let end = line.any_at(end, words::BY_THEN).unwrap_or(end);
    let is_apart = line.at(end).is_none_or(|c| !c.is_alphanumeric() && c != '%');
    is_apart.then(|| (word, line.written(line::Span::new(end, line.len()))))
}

/// The day that a word is: 昨天, 上周五, 8月15日, 8-15.
pub fn day(word: &str) -> Option<DateWord> {
    date_words::whole(&Line::new(word))
}

/// The days of the calendar that a text names, in their order: no lengths of time (30天内).
pub fn days_in(text: &str) -> Vec<DateWord> {
    let (line, mut from, mut days) = (Line::new(text), 0, Vec::new());
    while let Some(found) = date_words::find(&line, line::Span::new(from, line.len()), false) {
        from = found.span.to;
        days.extend(
            Some(found.word).filter(|word| !matches!(word, DateWord::Days(_) | DateWord::Workdays(_))),
        );
    }
    days
}

/// Whether a word is written as a day that no year has: 9月31日, 2018-13-40.
pub fn is_no_day(word: &str) -> bool {
    date_words::is_no_day(&Line::new(word))
}

/// The month that a word is, as [`DateWord::month_back`] reads it: 8月, 2018-08, 上月.
pub fn month(word: &str) -> Option<DateWord> {
    date_words::month(&Line::new(word))
}

/// The fields of a report's free text, also behind an explicit command.
pub fn fields(text: &str) -> Fields {
    fields::fields_of(&Line::new(text))
}
