//! 台账外活动: meetings, field studies, site visits, publicity … in one sentence of the office, counted per kind,
//! carrier and month. Words in one table; pure.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use uuid::Uuid;

use super::audit_line::AuditLine;
use super::lang::Both;
use super::numeral::{half_width, item_number, number};
use super::sentence;
use super::workday::Calendar;

/// What kind of activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Meeting,
    FieldStudy,
    SiteVisit,
    Analysis,
    Training,
    Publicity,
    Interview,
}

/// What a kind is called, and what is counted.
struct Spec {
    of: Kind,
    code: &'static str,
    word: Both,
    /// Other words for it.
    also: &'static [&'static str],
    /// 次, 篇
    measure: Both,
}

/// Every kind there is, in the order of the enum.
const KINDS: &[Spec] = &[
    Spec {
        of: Kind::Meeting,
        code: "meeting",
        word: Both { zh: "会议", en: "meeting" },
        also: &["开会", "推进会", "调度会", "领导小组会"],
        measure: Both { zh: "次", en: "" },
    },
    Spec {
        of: Kind::FieldStudy,
        code: "field_study",
        word: Both { zh: "调研", en: "study" },
        also: &["现场调研", "实地调研"],
        measure: Both { zh: "次", en: "" },
    },
    Spec {
        of: Kind::SiteVisit,
        code: "site_visit",
        word: Both { zh: "督查", en: "visit" },
        also: &["专项督查", "现场督查", "检查"],
        measure: Both { zh: "次", en: "" },
    },
    Spec {
        of: Kind::Analysis,
        code: "analysis",
        word: Both { zh: "研判", en: "analysis" },
        also: &["分析研判", "会商"],
        measure: Both { zh: "次", en: "" },
    },
    Spec {
        of: Kind::Training,
        code: "training",
        word: Both { zh: "培训", en: "training" },
        also: &[],
        measure: Both { zh: "次", en: "" },
    },
    Spec {
        of: Kind::Publicity,
        code: "publicity",
        word: Both { zh: "宣传", en: "publicity" },
        also: &["报道", "宣传报道"],
        measure: Both { zh: "篇", en: "" },
    },
    Spec {
        of: Kind::Interview,
        code: "interview",
        word: Both { zh: "约谈", en: "interview" },
        also: &[],
        measure: Both { zh: "次", en: "" },
    },
];

impl Kind {
    pub fn all() -> impl Iterator<Item = Kind> {
        KINDS.iter().map(|spec| spec.of)
    }

    fn spec(self) -> &'static Spec {
        &KINDS[self as usize]
    }

    pub fn code(self) -> &'static str {
        self.spec().code
    }

    pub fn from_code(code: &str) -> Option<Kind> {
        Kind::all().find(|kind| kind.code() == code)
    }

    pub fn word(self) -> Both {
        self.spec().word
    }

    pub fn measure(self) -> Both {
        self.spec().measure
    }

    /// As people say it.
    pub fn said(word: &str) -> Option<Kind> {
        let spec = KINDS.iter().find(|spec| {
            spec.also.contains(&word) || spec.word.zh == word || spec.word.en.eq_ignore_ascii_case(word)
        })?;
        Some(spec.of)
    }
}

/// Where something was published: 一台一报一网, and the city's own account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Carrier {
    Tv,
    Paper,
    Site,
    Account,
    Other,
}

const CARRIERS: &[(Carrier, &str, Both, &[&str])] = &[
    (Carrier::Tv, "tv", Both { zh: "电视台", en: "tv" }, &["电视", "广播电视台", "台"]),
    (Carrier::Paper, "paper", Both { zh: "报纸", en: "paper" }, &["日报", "党报", "报"]),
    (Carrier::Site, "site", Both { zh: "网站", en: "site" }, &["政府网", "政府网站", "门户网站", "网"]),
    (Carrier::Account, "account", Both { zh: "公众号", en: "account" }, &["微信公众号", "微信"]),
    (Carrier::Other, "other", Both { zh: "其他", en: "other" }, &["其它"]),
];

impl Carrier {
    pub fn all() -> impl Iterator<Item = Carrier> {
        CARRIERS.iter().map(|row| row.0)
    }

    pub fn code(self) -> &'static str {
        CARRIERS[self as usize].1
    }

    pub fn from_code(code: &str) -> Option<Carrier> {
        Carrier::all().find(|carrier| carrier.code() == code)
    }

    pub fn word(self) -> Both {
        CARRIERS[self as usize].2
    }

    /// As people say it, whosoever it is: 市电视台.
    fn said(word: &str) -> Option<Carrier> {
        let word = word.trim_start_matches(['省', '市', '县', '区']);
        let row = CARRIERS.iter().find(|(_, _, both, also)| {
            also.contains(&word) || both.zh == word || both.en.eq_ignore_ascii_case(word)
        })?;
        Some(row.0)
    }
}

/// An activity to append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewActivity {
    pub id: Uuid,
    /// Names it for people; used once (`activity_handle_once`).
    pub handle: i32,
    pub kind: Kind,
    pub on: NaiveDate,
    pub round: Uuid,
    pub title: String,
    pub carrier: Option<Carrier>,
    pub count: i32,
    pub items: Vec<Uuid>,
    pub units: Vec<Uuid>,
    /// The notice that led to it.
    pub notice: Option<Uuid>,
}

/// A finding of a site visit, as a task with a limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTask {
    pub id: Uuid,
    pub handle: i32,
    pub activity: Uuid,
    pub unit: Uuid,
    pub text: String,
    pub due_on: NaiveDate,
}

/// What a decision does to activities.
#[derive(Debug, Clone, PartialEq)]
pub enum ActivityEffect {
    Recorded(Box<NewActivity>),
    /// It was a mistake; the row stays.
    Revoked {
        activity: Uuid,
    },
    TaskGiven(Box<NewTask>),
    /// The unit says that it is done.
    TaskDone {
        task: Uuid,
        text: String,
    },
    TaskClosed {
        task: Uuid,
    },
}

impl ActivityEffect {
    pub fn audit(&self) -> AuditLine {
        let line = |action, details| AuditLine { action, item: None, details };
        match self {
            ActivityEffect::Recorded(new) => line(
                "activity",
                json!({ "activity": new.id, "kind": new.kind.code(), "on": new.on, "count": new.count }),
            ),
            ActivityEffect::Revoked { activity } => line("activity_revoked", json!({ "activity": activity })),
            ActivityEffect::TaskGiven(new) => line(
                "task",
                json!({ "task": new.id, "activity": new.activity, "unit": new.unit, "due_on": new.due_on }),
            ),
            ActivityEffect::TaskDone { task, .. } => line("task_done", json!({ "task": task })),
            ActivityEffect::TaskClosed { task } => line("task_closed", json!({ "task": task })),
        }
    }
}

/// A finding's task as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    pub id: Uuid,
    pub version: i32,
    pub handle: i32,
    pub unit: super::people::UnitRef,
    pub text: String,
    pub due_on: NaiveDate,
    pub given_by: Uuid,
    pub done_text: String,
    pub done_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
}

/// The most that one sentence counts.
pub const MOST: i32 = 1000;

/// What a sentence tells besides its title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub kind: Kind,
    pub on: NaiveDate,
    /// How many, and of publicity where: each is recorded by itself. Never empty.
    pub parts: Vec<(Option<Carrier>, i32)>,
    /// Numbers of items.
    pub items: Vec<i32>,
    /// The words that are neither day, count nor carrier.
    pub title: String,
    /// Those of them that may name a unit.
    pub names: Vec<String>,
}

/// Why a sentence is no activity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Untold {
    NoKind,
    /// In the future: nothing is recorded before it was.
    Ahead(NaiveDate),
    /// A day that no year has, as it was written.
    NoDay(String),
    /// A count that is none, or more than [`MOST`], as it was written.
    BadCount(String),
    /// A count too many: what it counts is not said.
    WhatCount(i32),
    NoTitle,
    /// Publicity without a carrier.
    NoCarrier,
}

/// `会议 9月5日 领导小组第三次会议 16、22项`, `宣传 公众号 3篇 垃圾场整改纪实`, `宣传 电视台2条、报纸1篇 江水清了`: words
/// in any order behind the kind.
pub fn told(said: &str, today: NaiveDate, calendar: &Calendar) -> Result<Told, Untold> {
    let mut words = said.split_whitespace();
    let kind = words.next().and_then(Kind::said).ok_or(Untold::NoKind)?;
    let mut told = Told {
        kind,
        on: today,
        parts: Vec::new(),
        items: Vec::new(),
        title: String::new(),
        names: Vec::new(),
    };
    let is_published = kind == Kind::Publicity;
    let mut parts = Parts::default();
    // Whatever else is counted, it is counted once.
    parts.of.extend((!is_published).then_some((None, None)));
    let mut has_day = false;
    for word in words {
        let half = half_width(word);
        let half = half.trim_matches([',', '，', '。', ';', '；']);
        if let Some(day) = sentence::day(half).filter(|_| !has_day) {
            (told.on, has_day) = (past(&day, today, calendar), true);
        } else if sentence::is_no_day(half) {
            return Err(Untold::NoDay(half.to_owned()));
        } else if let Some(pieces) = pieces(half, is_published) {
            for piece in pieces {
                parts.take(piece?)?;
            }
        } else {
            if let Some(items) = items(half) {
                told.items.extend(items);
            } else {
                let name = half.trim_start_matches(['到', '赴', '在']);
                told.names.extend(name.split(['、', ',', '，']).map(str::to_owned));
            }
            if !told.title.is_empty() {
                told.title.push(' ');
            }
            told.title += word;
        }
    }
    if told.on > today {
        return Err(Untold::Ahead(told.on));
    }
    if told.title.is_empty() {
        return Err(Untold::NoTitle);
    }
    if parts.of.is_empty() {
        return Err(Untold::NoCarrier);
    }
    if let Some(count) = parts.before {
        return Err(Untold::WhatCount(count));
    }
    told.parts = parts.of.into_iter().map(|(carrier, count)| (carrier, count.unwrap_or(1))).collect();
    Ok(told)
}

/// A carrier, a count, or both in one.
type Piece = (Option<Carrier>, Option<i32>);

/// What is counted so far.
#[derive(Default)]
struct Parts {
    of: Vec<Piece>,
    /// A count whose carrier is still to come.
    before: Option<i32>,
}

impl Parts {
    /// A count belongs to the carrier before it, or else to the one behind it.
    fn take(&mut self, (carrier, count): Piece) -> Result<(), Untold> {
        if carrier.is_some() {
            let before = if count.is_none() { self.before.take() } else { None };
            self.of.push((carrier, count.or(before)));
        } else if let Some((_, open @ None)) = self.of.last_mut() {
            *open = count;
        } else if let (Some(before), Some(_)) = (self.before, count) {
            return Err(Untold::WhatCount(before));
        } else {
            self.before = count;
        }
        Ok(())
    }
}

/// `电视台`, `2条`, `电视台2条、报纸1篇`: a word that is nothing but carriers and counts.
fn pieces(word: &str, has_carriers: bool) -> Option<Vec<Result<Piece, Untold>>> {
    word.split(['、', ',', '，', '和', '；', ';']).map(|piece| one(piece, has_carriers)).collect()
}

fn one(word: &str, has_carriers: bool) -> Option<Result<Piece, Untold>> {
    let of = |carrier, count: Option<i32>, said: &str| match count {
        Some(count) => Ok((carrier, Some(count))),
        None => Err(Untold::BadCount(said.to_owned())),
    };
    if let Some(count) = counted(word) {
        return Some(of(None, count, word));
    }
    if !has_carriers {
        return None;
    }
    if let Some(carrier) = Carrier::said(word) {
        return Some(Ok((Some(carrier), None)));
    }
    word.char_indices().skip(1).find_map(|(at, _)| {
        let (head, tail) = word.split_at(at);
        Some(of(Some(Carrier::said(head)?), counted(tail)?, tail))
    })
}

/// The day that is meant, looking back; one that is soon to come is rather meant than one of last year.
fn past(day: &sentence::DateWord, today: NaiveDate, calendar: &Calendar) -> NaiveDate {
    let is_work = |day| calendar.is_workday(day);
    let (back, ahead) = (day.look_back(today, &is_work), day.resolve(today, &is_work));
    let is_ahead = (today - back).num_days() > 180 && (0..=60).contains(&(ahead - today).num_days());
    if is_ahead { ahead } else { back }
}

/// `3篇`, `两次`; `Some(None)`: written as a count, and impossible as one.
fn counted(word: &str) -> Option<Option<i32>> {
    let core = ["篇", "次", "条", "场", "期", "件"].iter().find_map(|unit| word.strip_suffix(unit))?;
    let is_figure = !core.is_empty() && core.chars().all(|c| c.is_ascii_digit() || "+-−.".contains(c));
    let count = number(core);
    let fits = count.and_then(|count| i32::try_from(count).ok()).filter(|count| (1..=MOST).contains(count));
    (is_figure || count.is_some()).then_some(fits)
}

/// `16项`, `第16、22项`
fn items(word: &str) -> Option<Vec<i32>> {
    let core = word.strip_suffix('项')?.trim_start_matches('第');
    core.split(['、', ',', '，', '和']).map(item_number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn read(said: &str) -> Result<Told, Untold> {
        told(said, day("2018-09-10"), &Calendar::default())
    }

    #[test]
    fn every_kind_and_carrier_stands_at_its_place() {
        for (at, kind) in Kind::all().enumerate() {
            assert_eq!((kind as usize, Kind::from_code(kind.code())), (at, Some(kind)));
            assert_eq!((Kind::said(kind.word().zh), Kind::said(kind.word().en)), (Some(kind), Some(kind)));
        }
        for (at, carrier) in Carrier::all().enumerate() {
            assert_eq!((carrier as usize, Carrier::from_code(carrier.code())), (at, Some(carrier)));
        }
    }

    #[test]
    fn a_sentence_tells_kind_day_count_carrier_and_items() {
        let meeting = read("会议 9月5日 领导小组第三次会议 研究16、22项").expect("a meeting");
        assert_eq!((meeting.kind, meeting.on), (Kind::Meeting, day("2018-09-05")));
        assert_eq!(meeting.parts, vec![(None, 1)]);
        assert_eq!(meeting.title, "领导小组第三次会议 研究16、22项");
        let visit = read("专项督查 到紫岩县 第16项 昨天").expect("a visit");
        assert_eq!((visit.kind, visit.on), (Kind::SiteVisit, day("2018-09-09")));
        assert_eq!((visit.items, visit.names), (vec![16], vec!["紫岩县".to_owned()]));
        let press = read("宣传 公众号 3篇 垃圾场整改纪实").expect("articles");
        assert_eq!(press.parts, vec![(Some(Carrier::Account), 3)]);
        assert_eq!(press.title, "垃圾场整改纪实");
        assert_eq!(read("宣传 3篇 垃圾场整改纪实"), Err(Untold::NoCarrier));
        assert_eq!(read("会议 9月12日 推进会"), Err(Untold::Ahead(day("2018-09-12"))));
        assert_eq!(read("会议 2月30日 推进会"), Err(Untold::NoDay("2月30日".into())));
        for count in ["-3篇", "99999999999篇", "0篇", "2.5篇", "一万篇"] {
            assert_eq!(read(&format!("宣传 报纸 {count} 纪实")), Err(Untold::BadCount(count.into())));
        }
        assert_eq!(read("宣传 报纸 第12345期 纪实").expect("articles").title, "第12345期 纪实");
        assert_eq!(read("吃饭 9月5日"), Err(Untold::NoKind));
        assert_eq!(read("会议 9月5日"), Err(Untold::NoTitle));
    }

    #[test]
    fn what_several_carriers_brought_is_counted_for_each() {
        let both = vec![(Some(Carrier::Tv), 2), (Some(Carrier::Paper), 1)];
        for said in [
            "宣传 电视台 2条 报纸 1篇 江水清了",
            "宣传 2条 电视台 1篇 报纸 江水清了",
            "宣传 电视台2条、报纸1篇 江水清了",
            "宣传 电视台2条 报纸 江水清了",
            "宣传 江水清了 市电视台 两条，日报 一篇",
        ] {
            let told = read(said).expect(said);
            assert_eq!((told.parts, told.title.as_str()), (both.clone(), "江水清了"), "{said}");
        }
        for (said, count) in
            [("宣传 电视台 2条 3篇 江水清了", 3), ("会议 2次 3次 推进会", 3), ("宣传 1条 2条 报纸 纪实", 1)]
        {
            assert_eq!(read(said), Err(Untold::WhatCount(count)), "{said}");
        }
        assert_eq!(read("宣传 报纸0篇 纪实"), Err(Untold::BadCount("0篇".into())));
    }
}
