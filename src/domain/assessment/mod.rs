//! 考核: a draft of how the items of each unit came out in a quarter. Scored are items, through the unit that
//! leads them: never a person, never how or when somebody writes. Every point that is lost names its item and
//! why; shares instead of counts make a unit with many items equal to one with few. The office decides what
//! becomes of it, after the units were heard (申诉).

pub mod edition; // frozen, sent, appealed against, published

use chrono::{Datelike, Months, NaiveDate};
use uuid::Uuid;

use super::basis::{Threshold, Thresholds};
use super::cycle::Cycle;
use super::item::{Kind, Status};
use super::lang::{Both, Lang};
use super::ledger_file::{Sentence, sentence};
use super::people::UnitRef;

/// What is looked at. The order is that of the weights in 口径.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Indicator {
    /// Done by the deadline.
    OnTime,
    /// Open items against their milestones.
    Pace,
    /// Windows in which the item was reported on.
    Reported,
    /// Acceptance at the first attempt.
    FirstPass,
    /// Signed off and still so.
    Lasting,
}

impl Indicator {
    pub const ALL: [Indicator; 5] =
        [Indicator::OnTime, Indicator::Pace, Indicator::Reported, Indicator::FirstPass, Indicator::Lasting];

    pub fn code(self) -> &'static str {
        match self {
            Indicator::OnTime => "on_time",
            Indicator::Pace => "pace",
            Indicator::Reported => "reported",
            Indicator::FirstPass => "first_pass",
            Indicator::Lasting => "lasting",
        }
    }

    pub fn from_code(code: &str) -> Option<Indicator> {
        Indicator::ALL.into_iter().find(|indicator| indicator.code() == code)
    }

    pub fn word(self) -> Both {
        match self {
            Indicator::OnTime => Both { zh: "按期完成", en: "done in time" },
            Indicator::Pace => Both { zh: "序时进度", en: "pace" },
            Indicator::Reported => Both { zh: "按期填报", en: "reported in time" },
            Indicator::FirstPass => Both { zh: "一次通过", en: "accepted at once" },
            Indicator::Lasting => Both { zh: "不反弹", en: "lasting" },
        }
    }
}

/// What each indicator counts for, as in 口径: a hundred together.
pub type Weights = [i32; Indicator::ALL.len()];

/// Those that are set.
pub fn weights(set: &Thresholds) -> Weights {
    let all = set.all(Threshold::Assessment);
    std::array::from_fn(|at| all.get(at).copied().unwrap_or_default())
}

/// The calendar quarter a day belongs to: its first and its last day.
pub fn quarter(day: NaiveDate) -> (NaiveDate, NaiveDate) {
    let month = (day.month0() / 3) * 3 + 1;
    let first = NaiveDate::from_ymd_opt(day.year(), month, 1).unwrap_or(day);
    let last = first.checked_add_months(Months::new(3)).and_then(|next| next.pred_opt()).unwrap_or(day);
    (first, last)
}

/// One item at the end of the quarter, or on the day that is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemFacts {
    pub id: Uuid,
    pub number: i32,
    pub title: String,
    pub kind: Kind,
    pub deadline: NaiveDate,
    pub status: Status,
    pub percent: i16,
    pub planned: Option<i16>,
    pub quarter: Quarter,
}

/// What a quarter brought an item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Quarter {
    /// Windows that closed in it and were the lead unit's to report in. Waived ones are not among them, nor those
    /// without a report of which the unit was told nothing.
    pub owed: i64,
    /// Those of them without a report.
    pub missed: Vec<Cycle>,
    /// Site checks with a conclusion, and those that sent the item back.
    pub checked: i64,
    pub sent_back: i64,
    pub was_signed_off: bool,
    /// The last relapse in it.
    pub relapsed_on: Option<NaiveDate>,
}

/// What an item counts for: one that goes on for years moves little in a quarter.
fn share(kind: Kind) -> f64 {
    match kind {
        Kind::LongTerm => 0.5,
        _ => 1.0,
    }
}

/// Overdue for longer weighs more, up to so many days.
const WORST_DAYS: i64 = 90;
/// So many points behind the milestone are all there is to lose.
const WORST_GAP: i16 = 40;
/// An item that is handed in and waits for others counts so little of what it would.
const AWAITING: f64 = 0.3;

/// Points that were lost, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Deduction {
    pub indicator: Indicator,
    pub item: Uuid,
    pub number: i32,
    pub title: String,
    pub why: Sentence,
    pub points: f64,
    /// Why it is not lost after all, where an appeal held; empty: it is.
    pub struck: String,
}

impl Deduction {
    pub fn counts(&self) -> bool {
        self.struck.is_empty()
    }
}

/// One unit's draft.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    pub unit: Uuid,
    pub unit_name: String,
    pub items: usize,
    /// Points of each indicator and out of how many; `None`: no item of the unit is concerned.
    pub parts: [Option<(f64, f64)>; 5],
    /// Out of a hundred, over the indicators that concern the unit; `None` when none does.
    pub total: Option<f64>,
    pub deductions: Vec<Deduction>,
}

/// How much of an item is lost under an indicator, with the reason; `None`: it is not concerned.
fn look(indicator: Indicator, item: &ItemFacts, day: NaiveDate) -> Option<(f64, Sentence)> {
    let nothing = || (0.0, Sentence { zh: String::new(), en: String::new() });
    let is_done = item.status.is_completed();
    let percent = item.percent;
    Some(match indicator {
        Indicator::OnTime => {
            let late = (day - item.deadline).num_days();
            if late < 0 {
                return None;
            }
            let deadline = item.deadline;
            let graded = 0.5 + 0.5 * late.min(WORST_DAYS) as f64 / WORST_DAYS as f64;
            match (is_done || late == 0, item.status.is_awaiting()) {
                (true, _) => nothing(),
                (false, true) => (
                    AWAITING,
                    sentence!(
                        "时限 {deadline}，已过 {late} 天，已申请验收、待核查",
                        "due {deadline}, {late} days ago; applied for acceptance, to be checked"
                    ),
                ),
                (false, false) => (
                    graded,
                    sentence!(
                        "时限 {deadline}，已逾期 {late} 天，上报进度 {percent}%",
                        "due {deadline}, {late} days overdue, reported {percent}%"
                    ),
                ),
            }
        }
        Indicator::Pace => {
            // What is overdue has lost already.
            let planned = item.planned.filter(|_| !is_done && item.deadline >= day)?;
            let gap = (planned - percent).max(0);
            let why = sentence!(
                "阶段目标应达 {planned}%，上报进度 {percent}%，差 {gap} 个百分点",
                "the milestone is {planned}%, reported {percent}%, {gap} points behind"
            );
            (f64::from(gap.min(WORST_GAP)) / f64::from(WORST_GAP), why)
        }
        Indicator::Reported => {
            let (owed, missed) = (item.quarter.owed, item.quarter.missed.len());
            if owed == 0 {
                return None;
            }
            let (zh, en) = (periods(&item.quarter.missed, Lang::Zh), periods(&item.quarter.missed, Lang::En));
            let why = sentence!(
                "本季度应报 {owed} 期，{missed} 期未按期填报：{zh}",
                "{missed} of {owed} periods of the quarter not reported in time: {en}"
            );
            (missed as f64 / owed as f64, why)
        }
        Indicator::FirstPass => {
            let (checked, back) = (item.quarter.checked, item.quarter.sent_back);
            if checked == 0 {
                return None;
            }
            let why = sentence!(
                "本季度核查 {checked} 次，{back} 次未通过",
                "{back} of {checked} checks of the quarter not passed"
            );
            (back as f64 / checked as f64, why)
        }
        Indicator::Lasting => {
            if !item.quarter.was_signed_off {
                return None;
            }
            match item.quarter.relapsed_on {
                Some(on) => (1.0, sentence!("销号后 {on} 反弹重开", "signed off, and open again on {on}")),
                None => nothing(),
            }
        }
    })
}

/// `2018 年 7 月、8 月`: the year stands where it changes.
fn periods(missed: &[Cycle], lang: Lang) -> String {
    let mut year = None;
    let names = missed.iter().map(|cycle| {
        let is_new = year.replace(cycle.starts_on.year()) != Some(cycle.starts_on.year());
        let (name, year) = (cycle.name(lang), cycle.starts_on.year());
        match lang {
            Lang::Zh if is_new => format!("{year} 年 {name}"),
            Lang::Zh | Lang::En => name,
        }
    });
    names.collect::<Vec<_>>().join(Both { zh: "、", en: ", " }.pick(lang))
}

/// The items of one unit, counted one after the other; what is kept of them is what they lose.
#[derive(Debug)]
pub struct Counting {
    unit: UnitRef,
    day: NaiveDate,
    items: usize,
    /// What the items that each indicator concerns count for.
    bases: [f64; 5],
    /// With shares of those instead of points.
    lost: Vec<Deduction>,
}

impl Counting {
    pub fn new(unit: UnitRef, day: NaiveDate) -> Counting {
        Counting { unit, day, items: 0, bases: [0.0; 5], lost: Vec::new() }
    }

    pub fn add(&mut self, item: ItemFacts) {
        self.items += 1;
        for indicator in Indicator::ALL {
            let Some((part, why)) = look(indicator, &item, self.day) else { continue };
            let share = share(item.kind);
            self.bases[indicator as usize] += share;
            if part > 0.0 {
                let (item, number, title) = (item.id, item.number, item.title.clone());
                let (points, struck) = (share * part, String::new());
                self.lost.push(Deduction { indicator, item, number, title, why, points, struck });
            }
        }
    }

    /// The unit's draft; `None`: it leads nothing.
    pub fn draft(self, weights: &Weights) -> Option<Draft> {
        let Counting { unit, items, bases, mut lost, .. } = self;
        let weight = |indicator: Indicator| f64::from(weights[indicator as usize]);
        let concerns = Indicator::ALL.map(|i| bases[i as usize] > 0.0 && weight(i) > 0.0);
        for lost in &mut lost {
            let base = bases[lost.indicator as usize];
            lost.points = rounded(weight(lost.indicator) * lost.points / base, base);
        }
        lost.retain(|lost| lost.points > 0.0);
        lost.sort_by_key(|lost| lost.indicator);
        (items > 0).then(|| Draft::counted(unit, items, concerns, lost, weights))
    }
}

impl Draft {
    /// What is left of each indicator that concerns the unit, and the total.
    pub fn counted(
        unit: UnitRef,
        items: usize,
        concerns: [bool; 5],
        deductions: Vec<Deduction>,
        weights: &Weights,
    ) -> Draft {
        let parts = Indicator::ALL.map(|indicator| {
            let full = f64::from(weights[indicator as usize]);
            let lost = deductions.iter().filter(|lost| lost.indicator == indicator && lost.counts());
            let lost: f64 = lost.map(|lost| lost.points).sum();
            concerns[indicator as usize].then(|| (tenth((full - lost).max(0.0)), full))
        });
        let (got, full) = parts.iter().flatten().fold((0.0, 0.0), |(got, full), (g, f)| (got + g, full + f));
        let total = (full > 0.0).then(|| tenth(got / full * 100.0));
        Draft { unit: unit.id, unit_name: unit.name, items, parts, total, deductions }
    }
}

fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// Points of one of so many items, with a decimal more for each ten times as many: what is rounded away from all of
/// them together stays below half a point, and the evidence adds up to what is missing.
fn rounded(points: f64, items: f64) -> f64 {
    let scale = [(10.0, 10.0), (100.0, 100.0), (1000.0, 1000.0)];
    let scale = scale.into_iter().find(|(most, _)| items <= *most).map_or(10_000.0, |(_, scale)| scale);
    (points * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::super::cycle::Every;
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn item(number: i32) -> ItemFacts {
        ItemFacts {
            id: Uuid::from_u128(number as u128),
            number,
            title: "提标改造".into(),
            kind: Kind::ByDeadline,
            deadline: day("2018-06-30"),
            status: Status::Completed,
            percent: 100,
            planned: Some(100),
            quarter: Quarter::default(),
        }
    }

    const WEIGHTS: Weights = [40, 25, 15, 10, 10];

    fn draft(items: impl IntoIterator<Item = ItemFacts>, on: &str) -> Draft {
        let unit = UnitRef { id: Uuid::from_u128(1), name: "单位".into() };
        let mut counting = Counting::new(unit, day(on));
        items.into_iter().for_each(|item| counting.add(item));
        counting.draft(&WEIGHTS).expect("it has items")
    }

    #[test]
    fn a_quarter_has_its_days() {
        assert_eq!(quarter(day("2018-08-31")), (day("2018-07-01"), day("2018-09-30")));
        assert_eq!(quarter(day("2018-12-31")), (day("2018-10-01"), day("2018-12-31")));
    }

    #[test]
    fn who_leads_nothing_has_no_draft() {
        let unit = UnitRef { id: Uuid::nil(), name: "单位".into() };
        assert_eq!(Counting::new(unit, day("2018-08-31")).draft(&WEIGHTS), None);
    }

    #[test]
    fn the_same_share_costs_the_same_whatever_the_number() {
        let late = |number| ItemFacts {
            deadline: day("2018-03-31"),
            status: Status::InProgress,
            percent: 85,
            ..item(number)
        };
        let few = draft([late(1), item(2)], "2018-08-31");
        let many = draft([late(10), late(11), item(12), item(13)], "2018-08-31");
        assert_eq!((few.total, many.total), (Some(50.0), Some(50.0)));
        assert_eq!(few.parts[1..], [None; 4], "nothing else concerns them");
        let points = |draft: &Draft| draft.deductions.iter().map(|lost| lost.points).collect::<Vec<_>>();
        assert_eq!((points(&few), points(&many)), (vec![20.0], vec![10.0, 10.0]));
        assert_eq!(few.deductions[0].why.zh, "时限 2018-03-31，已逾期 153 天，上报进度 85%");
        let on_its_day = ItemFacts { planned: Some(80), ..late(3) };
        assert!(draft([on_its_day], "2018-03-31").deductions.is_empty());
    }

    #[test]
    fn among_thousands_of_items_each_still_costs_its_share() {
        for many in [9, 48, 800, 4000] {
            let late = |number| ItemFacts {
                deadline: day("2018-03-31"),
                status: Status::InProgress,
                percent: 85,
                ..item(number)
            };
            let found = draft((1..=many).map(late), "2018-08-31");
            let lost: f64 = found.deductions.iter().map(|lost| lost.points).sum();
            assert_eq!(found.deductions.len(), many as usize);
            assert!((lost - 40.0).abs() <= 0.5 && found.total <= Some(1.0), "{lost} of {many}");
        }
    }

    #[test]
    fn who_waits_for_others_loses_little_and_who_is_in_time_nothing() {
        let waiting = ItemFacts { status: Status::Applied, ..item(1) };
        let on_its_day = ItemFacts { status: Status::InProgress, deadline: day("2018-08-31"), ..item(2) };
        assert_eq!(draft([waiting], "2018-08-31").deductions[0].points, 12.0);
        assert_eq!(draft([on_its_day], "2018-08-31").total, Some(100.0));
    }

    #[test]
    fn what_was_not_reported_is_named() {
        let cycle = |every, starts_on, ends_on| Cycle {
            every,
            starts_on: day(starts_on),
            ends_on: day(ends_on),
            opens_on: day(starts_on),
            closes_on: day(ends_on),
        };
        let missed = vec![
            cycle(Every::Month, "2018-11-01", "2018-11-30"),
            cycle(Every::HalfMonth, "2018-12-16", "2018-12-31"),
            cycle(Every::Month, "2019-01-01", "2019-01-31"),
        ];
        let silent = ItemFacts { quarter: Quarter { owed: 4, missed, ..Quarter::default() }, ..item(1) };
        let why = &draft([silent], "2019-01-31").deductions[0].why;
        assert_eq!(why.zh, "本季度应报 4 期，3 期未按期填报：2018 年 11 月、12 月下半月、2019 年 1 月");
        assert_eq!(
            why.en,
            "3 of 4 periods of the quarter not reported in time: 2018-11, 2018-12-16 to 2018-12-31, 2019-01"
        );
    }

    #[test]
    fn long_term_work_weighs_half() {
        let open = |number, kind| ItemFacts {
            kind,
            deadline: day("2019-12-31"),
            status: Status::InProgress,
            percent: 30,
            planned: Some(50),
            ..item(number)
        };
        let found = draft([open(1, Kind::LongTerm), open(2, Kind::ByDeadline)], "2018-08-31");
        let points: Vec<f64> = found.deductions.iter().map(|lost| lost.points).collect();
        assert_eq!(points, [4.2, 8.3]);
    }
}
