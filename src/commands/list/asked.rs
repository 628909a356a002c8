//! What the words of a list ask for: one table of filters, then names and months. Pure.

use chrono::NaiveDate;

use super::super::words::{Slip, SlipKind, Words};
use crate::domain::listing::{Cycle, Narrow, Rare, Stage};
use crate::domain::numeral;
use crate::domain::sentence::month as month_called;
use crate::domain::tally::{Lamp, cycle_of};
use crate::domain::{Both, Kind, Lang, Status};

/// A word that narrows a list. The first two spellings are the Chinese and the English one that answers
/// and buttons use.
struct Filter {
    words: &'static [&'static str],
    says: Says,
}

#[derive(Clone, Copy)]
enum Says {
    Lamp(Lamp),
    Stage(Stage),
    Statuses(&'static [Status]),
    Kind(Kind),
    /// Not heard this month, or in the month that is named.
    ToReport,
    /// Heard this month, or in the month that is named.
    Reported,
    Rare(Rare),
    /// The own unit.
    Ours,
}

const FILTERS: &[Filter] = &[
    Filter { words: &["逾期", "overdue", "红灯", "超期"], says: Says::Lamp(Lamp::Overdue) },
    Filter { words: &["滞后", "lagging", "橙灯"], says: Says::Lamp(Lamp::Lagging) },
    Filter { words: &["未报", "missing", "没报", "白灯"], says: Says::Lamp(Lamp::Missing) },
    Filter { words: &["临期", "due_soon", "黄灯", "快到期"], says: Says::Lamp(Lamp::DueSoon) },
    Filter { words: &["正常", "on_track", "绿灯"], says: Says::Lamp(Lamp::OnTrack) },
    Filter { words: &["在办", "open", "未完成", "没完成"], says: Says::Stage(Stage::Open) },
    Filter { words: &["完成", "done", "已完成"], says: Says::Stage(Stage::Done) },
    Filter { words: &["全部", "all", "所有"], says: Says::Stage(Stage::All) },
    Filter {
        words: &["待验收", "awaiting", "验收中"],
        says: Says::Statuses(&[Status::Applied, Status::Checking]),
    },
    Filter { words: &["公示", "publicity", "公示中"], says: Says::Statuses(&[Status::Publicity]) },
    Filter { words: &["退回", "returned", "退回整改"], says: Says::Statuses(&[Status::Returned]) },
    Filter { words: &["基本完成", "completed"], says: Says::Statuses(&[Status::Completed]) },
    Filter { words: &["已销号", "signed_off", "销号"], says: Says::Statuses(&[Status::SignedOff]) },
    Filter { words: &["立行立改", "at_once"], says: Says::Kind(Kind::AtOnce) },
    Filter { words: &["限期整改", "by_deadline", "限期"], says: Says::Kind(Kind::ByDeadline) },
    Filter { words: &["长期坚持", "long_term", "长期"], says: Says::Kind(Kind::LongTerm) },
    Filter { words: &["待报", "to_report"], says: Says::ToReport },
    Filter { words: &["已报", "reported"], says: Says::Reported },
    Filter { words: &["延期", "extended", "申请延期"], says: Says::Rare(Rare::Extended) },
    Filter { words: &["反弹", "relapsed", "反弹重开"], says: Says::Rare(Rare::Relapsed) },
    Filter { words: &["我们", "ours", "本单位", "我单位"], says: Says::Ours },
];

/// Words before a name that say what it is.
const TITLES: &[(&[&str], What)] = &[
    (&["单位", "unit"], What::Unit),
    (&["类别", "category"], What::Category),
    (&["区域", "region", "地区"], What::Region),
];

/// A name in the question, to be looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Name {
    pub what: What,
    pub name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum What {
    Anything,
    Unit,
    Category,
    Region,
}

/// A list's question as it was said; names are not looked up yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Asked {
    pub narrow: Narrow,
    pub ours: bool,
    pub names: Vec<Name>,
    /// Counted from one.
    pub page: usize,
    /// The words of the question in both languages, for heads and buttons.
    pub said: Vec<Phrase>,
    /// A month was named, but not whether reported or not.
    pub is_open_month: bool,
}

/// Words in both languages that are made, not fixed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Phrase {
    pub zh: String,
    pub en: String,
}

impl Phrase {
    pub(super) fn same(word: impl Into<String>) -> Phrase {
        let zh = word.into();
        Phrase { en: zh.clone(), zh }
    }

    pub(in super::super) fn pick(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

impl Default for Asked {
    fn default() -> Asked {
        Asked {
            narrow: Narrow::default(),
            ours: false,
            names: Vec::new(),
            page: 1,
            said: Vec::new(),
            is_open_month: false,
        }
    }
}

/// Whether a word means the own unit.
pub(in super::super) fn is_ours(word: &str) -> bool {
    FILTERS.iter().any(|filter| matches!(filter.says, Says::Ours) && filter.words.contains(&word))
}

/// The number of a page: `2`, `第2页`, `page2`.
pub(in super::super) fn page_number(word: &str) -> Option<usize> {
    let digits = word.strip_prefix("page").unwrap_or(word);
    let digits = digits.strip_prefix('第').unwrap_or(digits);
    let digits = digits.strip_suffix('页').unwrap_or(digits);
    numeral::number(digits).filter(|page| (1..100_000).contains(page)).and_then(|page| page.try_into().ok())
}

/// Reads the words behind 清单.
pub(super) fn parse(words: &mut Words, today: NaiveDate) -> Result<Asked, Slip> {
    let mut asked = Asked::default();
    let mut month = None;
    let (mut to_report, mut reported) = (false, false);
    while !words.is_empty() {
        if let Some(filter) = longest(words) {
            let phrase = Phrase { zh: filter.words[0].to_owned(), en: filter.words[1].to_owned() };
            match filter.says {
                Says::Lamp(lamp) if asked.narrow.lamps.contains(&lamp) => continue,
                Says::Lamp(lamp) => asked.narrow.lamps.push(lamp),
                Says::Stage(stage) => asked.narrow.stage = stage,
                Says::Statuses(statuses) => {
                    asked.narrow.statuses.extend_from_slice(statuses);
                    let done = asked.narrow.statuses.iter().filter(|status| status.is_completed()).count();
                    asked.narrow.stage = match asked.narrow.statuses.len() - done {
                        0 => Stage::Done,
                        _ if done > 0 => Stage::All,
                        _ => asked.narrow.stage,
                    };
                }
                Says::Kind(kind) => asked.narrow.kind = Some(kind),
                Says::ToReport => to_report = true,
                Says::Reported => reported = true,
                Says::Rare(rare) => asked.narrow.rare = Some(rare),
                Says::Ours => asked.ours = true,
            }
            asked.said.push(phrase);
            continue;
        }
        let title = TITLES.iter().find(|(titles, _)| titles.iter().any(|title| words.take_word(title)));
        let what = title.map_or(What::Anything, |(_, what)| *what);
        let Some(word) = words.word() else { return Err(words.slip(SlipKind::NoWords)) };
        if what == What::Anything {
            if let Some(page) = page_number(&word) {
                asked.page = page;
                continue;
            }
            if let Some(first) = month_called(&word).and_then(|word| word.month_back(today)) {
                month = Some(first);
                asked.said.push(Phrase::same(first.format("%Y-%m").to_string()));
                continue;
            }
        }
        asked.names.push(Name { what, name: word });
    }
    asked.turn(month, to_report, reported, today);
    Ok(asked)
}

/// The filter that comes next; the longest spelling wins.
fn longest(words: &mut Words) -> Option<&'static Filter> {
    let (filter, spelling) = FILTERS
        .iter()
        .flat_map(|filter| filter.words.iter().map(move |spelling| (filter, *spelling)))
        .filter(|(_, spelling)| words.clone().take_word(spelling))
        .max_by_key(|(_, spelling)| spelling.chars().count())?;
    words.take_word(spelling).then_some(filter)
}

impl Asked {
    /// What a month and the words about reporting mean together: 未报 alone is a lamp, with a month that
    /// is over it is about that month's reports.
    fn turn(&mut self, month: Option<NaiveDate>, to_report: bool, reported: bool, today: NaiveDate) {
        let narrow = &mut self.narrow;
        let first = month.unwrap_or_else(|| cycle_of(today));
        let missing = month.is_some() && narrow.lamps.contains(&Lamp::Missing);
        if missing {
            narrow.lamps.retain(|lamp| *lamp != Lamp::Missing);
        }
        if reported {
            narrow.cycle = Some(Cycle { first, is_reported: true });
        } else if (to_report || missing) && first >= cycle_of(today) {
            narrow.to_report = true;
        } else if to_report || missing {
            narrow.cycle = Some(Cycle { first, is_reported: false });
        } else {
            self.is_open_month = month.is_some();
        }
    }

    /// The same question as a command line, on another page.
    pub(super) fn line(&self, lang: Lang, page: usize) -> String {
        let mut line = super::verb(lang).to_owned();
        for word in &self.said {
            line = format!("{line} {}", word.pick(lang));
        }
        if page > 1 { format!("{line} {page}") } else { line }
    }

    /// The question as the head of its answer says it.
    pub(super) fn title(&self, lang: Lang) -> String {
        let ours = |word: &&Phrase| word.en != "ours";
        let mut words: Vec<String> =
            self.said.iter().filter(ours).map(|word| word.pick(lang).replace('_', " ")).collect();
        let narrow = &self.narrow;
        let is_plain = narrow.lamps.is_empty()
            && narrow.statuses.is_empty()
            && narrow.stage == Stage::Open
            && !narrow.to_report
            && narrow.cycle.is_none()
            && narrow.rare.is_none()
            && !self.is_open_month;
        let open = Both { zh: "在办", en: "open" }.pick(lang);
        if is_plain && !words.iter().any(|word| word == open) {
            words.push(open.to_owned());
        }
        words.join(" · ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Asked {
        let (command, mut words) = super::super::super::find(line).expect("a command");
        assert_eq!(command.words, super::super::COMMAND.words, "{line}");
        parse(&mut words, "2018-08-31".parse().expect("a date")).expect(line)
    }

    #[test]
    fn filters_are_read_in_any_order_and_with_or_without_blanks() {
        for line in
            ["清单 逾期 洵口", "清单 洵口 逾期", "清单 逾期洵口", "哪些 逾期、洵口", "list overdue 洵口"]
        {
            let asked = read(line);
            assert_eq!(asked.narrow.lamps, [Lamp::Overdue], "{line}");
            assert_eq!(asked.names, [Name { what: What::Anything, name: "洵口".into() }], "{line}");
        }
        let asked = read("清单 类别 水环境 区域 全市 限期 2");
        assert_eq!((asked.narrow.kind, asked.page), (Some(Kind::ByDeadline), 2));
        assert_eq!(
            asked.names.iter().map(|name| name.what).collect::<Vec<_>>(),
            [What::Category, What::Region]
        );
        assert_eq!(read("清单 退回整改").narrow.statuses, [Status::Returned]);
        assert_eq!(read("LIST Due_Soon").narrow.lamps, [Lamp::DueSoon]);
        assert_eq!(read("清单 基本完成").narrow.stage, Stage::Done);
    }

    #[test]
    fn a_month_turns_not_reported_into_a_question_about_its_reports() {
        let july = "2018-07-01".parse().expect("a date");
        assert_eq!(read("清单 未报").narrow.lamps, [Lamp::Missing]);
        for line in ["清单 7月 未报", "清单 未报 2018-07", "清单 上月 待报"] {
            let narrow = read(line).narrow;
            assert_eq!(narrow.cycle, Some(Cycle { first: july, is_reported: false }), "{line}");
            assert!(narrow.lamps.is_empty(), "{line}");
        }
        assert_eq!(read("清单 已报 7月").narrow.cycle, Some(Cycle { first: july, is_reported: true }));
        assert!(read("清单 本月 未报").narrow.to_report);
        assert!(read("清单 7月").is_open_month);
    }

    #[test]
    fn every_filter_is_read_by_each_of_its_words_and_no_word_stands_twice() {
        let mut seen = std::collections::HashSet::new();
        for filter in FILTERS {
            let [zh, en, ..] = filter.words else { panic!("{:?}", filter.words) };
            assert!(!zh.is_ascii() && en.is_ascii(), "{:?}", filter.words);
            for word in filter.words {
                assert!(seen.insert(word), "{word} stands twice");
                assert!(read(&format!("清单 {word}")).names.is_empty(), "{word}");
            }
        }
    }
}
