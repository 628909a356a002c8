//! An edition (版) of a quarter's assessment: frozen as rows when it is drafted, sent to each unit as its own
//! sheet, heard (申诉) and published. What is published stays; a correction is another edition that says what
//! differs.

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use serde_json::json;
use uuid::Uuid;

use super::{Deduction, Draft, Indicator, Weights};
use crate::domain::audit_line::AuditLine;
use crate::domain::lang::Lang;
use crate::domain::numeral::{half_width, number};
use crate::domain::people::UnitRef;
use crate::say;

/// A quarter of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term {
    pub year: i32,
    /// 1 to 4.
    pub quarter: i32,
}

impl Term {
    /// The one a day belongs to.
    pub fn of(day: NaiveDate) -> Term {
        Term { year: day.year(), quarter: day.month0().cast_signed() / 3 + 1 }
    }

    /// The last one that is over.
    pub fn ended(today: NaiveDate) -> Term {
        let (first, _) = super::quarter(today);
        Term::of(first - Days::new(1))
    }

    /// Its first and its last day.
    pub fn days(self) -> (NaiveDate, NaiveDate) {
        let month = u32::try_from(self.quarter * 3).unwrap_or(12);
        super::quarter(NaiveDate::from_ymd_opt(self.year, month, 1).unwrap_or_default())
    }

    /// `2018年3季度`, `第三季度`, `2018Q3`; without a year the last such quarter that has begun.
    pub fn said(word: &str, today: NaiveDate) -> Option<Term> {
        let word = half_width(word).to_lowercase();
        let (year, quarter) = match word.strip_suffix("季度") {
            Some(core) => core.split_once('年').unwrap_or(("", core)),
            None => word.split_once('q')?,
        };
        let quarter = i32::try_from(number(quarter.trim_start_matches('第'))?).ok()?;
        let year = match year {
            "" => None,
            said => Some(said.parse().ok().filter(|year| (2000..=2100).contains(year))?),
        };
        let this = Term { year: today.year(), quarter };
        let last = || this.year - i32::from(this.days().0 > today);
        (1..=4).contains(&quarter).then(|| Term { year: year.unwrap_or_else(last), quarter })
    }

    /// `2018年第3季度`
    pub fn name(self, lang: Lang) -> String {
        let Term { year, quarter } = self;
        say!(lang, "{year}年第{quarter}季度", "{year}Q{quarter}")
    }

    /// As it is said in a command.
    pub fn word(self, lang: Lang) -> String {
        let Term { year, quarter } = self;
        say!(lang, "{year}年{quarter}季度", "{year}Q{quarter}")
    }
}

/// An edition as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    pub id: Uuid,
    pub version: i32,
    pub round: Uuid,
    pub round_name: String,
    pub term: Term,
    /// 第几版, from 1 on.
    pub number: i32,
    pub weights: Weights,
    /// Why there is another one after the first.
    pub reason: String,
    pub drafted_by: Uuid,
    pub sent_at: Option<DateTime<Utc>>,
    /// The last day to appeal, once it was sent.
    pub appeal_by: Option<NaiveDate>,
    pub published_at: Option<DateTime<Utc>>,
    /// Appeals that are not decided.
    pub open: i64,
}

/// How far an edition is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Draft,
    /// With the units; appeals until this day.
    Heard(NaiveDate),
    /// The last day to appeal has passed; so many appeals are not decided.
    Over(i64),
    Published,
}

impl Edition {
    pub fn stage(&self, today: NaiveDate) -> Stage {
        match (self.published_at, self.appeal_by) {
            (Some(_), _) => Stage::Published,
            (None, Some(by)) if by >= today => Stage::Heard(by),
            (None, Some(_)) => Stage::Over(self.open),
            (None, None) => Stage::Draft,
        }
    }
}

/// One unit's part of an edition.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    pub id: Uuid,
    pub draft: Draft,
    pub appeals: Vec<Appeal>,
}

/// A unit's word against a deduction (申诉), and the office's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appeal {
    /// Names it for people; used once (`assessment_appeal_handle_once`).
    pub handle: i32,
    /// Which deduction of the sheet, from 1 on.
    pub place: i32,
    pub text: String,
    /// Whether it held, and why.
    pub decided: Option<(bool, String)>,
}

/// An edition to append, with the sheets of all units.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEdition {
    pub edition: Edition,
    pub basis_version: i64,
    pub sheets: Vec<Draft>,
}

/// What a decision does to assessments. All of it but the first moves the edition's version.
#[derive(Debug, Clone, PartialEq)]
pub enum AssessmentEffect {
    /// Once for each number (`assessment_edition_once`).
    Drafted(Box<NewEdition>),
    Sent {
        edition: Uuid,
        appeal_by: NaiveDate,
    },
    /// Once for each deduction (`assessment_appeal_once`).
    Appealed {
        edition: Uuid,
        sheet: Uuid,
        place: i32,
        handle: i32,
        text: String,
    },
    /// An appeal that holds strikes its deduction.
    Decided {
        edition: Uuid,
        handle: i32,
        holds: bool,
        reason: String,
    },
    Published {
        edition: Uuid,
    },
}

impl AssessmentEffect {
    pub fn audit(&self) -> AuditLine {
        let line = |action, details| AuditLine { action, item: None, details };
        match self {
            AssessmentEffect::Drafted(new) => {
                let Edition { id, round, term, number, .. } = &new.edition;
                let (year, quarter) = (term.year, term.quarter);
                line(
                    "assessment",
                    json!({ "edition": id, "round": round, "year": year, "quarter": quarter, "number": number }),
                )
            }
            AssessmentEffect::Sent { edition, appeal_by } => {
                line("assessment_sent", json!({ "edition": edition, "appeal_by": appeal_by }))
            }
            AssessmentEffect::Appealed { edition, sheet, place, handle, .. } => line(
                "appeal",
                json!({ "edition": edition, "sheet": sheet, "place": place, "handle": handle }),
            ),
            AssessmentEffect::Decided { edition, handle, holds, .. } => {
                line("appeal_decided", json!({ "edition": edition, "handle": handle, "holds": holds }))
            }
            AssessmentEffect::Published { edition } => {
                line("assessment_published", json!({ "edition": edition }))
            }
        }
    }
}

/// The sheets of another edition: what an appeal struck before stays struck, as long as it says the same.
pub fn carried(mut sheets: Vec<Draft>, before: &[Draft], weights: &Weights) -> Vec<Draft> {
    for sheet in &mut sheets {
        let Some(old) = before.iter().find(|old| old.unit == sheet.unit) else { continue };
        for lost in &mut sheet.deductions {
            let same = old.deductions.iter().find(|old| is_same(old, lost));
            lost.struck = same.map_or(String::new(), |old| old.struck.clone());
        }
        let unit = UnitRef { id: sheet.unit, name: std::mem::take(&mut sheet.unit_name) };
        let concerns = sheet.parts.map(|part| part.is_some());
        *sheet = Draft::counted(unit, sheet.items, concerns, std::mem::take(&mut sheet.deductions), weights);
    }
    sheets
}

fn is_same(one: &Deduction, other: &Deduction) -> bool {
    let said = |lost: &Deduction| (lost.indicator, lost.item, lost.points);
    said(one) == said(other) && one.why.zh == other.why.zh
}

/// What differs between two editions of one unit's sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    pub total: (Option<f64>, Option<f64>),
    pub gone: Vec<Deduction>,
    pub added: Vec<Deduction>,
}

/// `None`: nothing.
pub fn difference(before: Option<&Draft>, after: &Draft) -> Option<Difference> {
    let counting = |draft: Option<&Draft>| -> Vec<Deduction> {
        let all = draft.map(|draft| draft.deductions.clone()).unwrap_or_default();
        all.into_iter().filter(Deduction::counts).collect()
    };
    let (old, new) = (counting(before), counting(Some(after)));
    let only = |these: &[Deduction], others: &[Deduction]| -> Vec<Deduction> {
        let is_new = |lost: &&Deduction| !others.iter().any(|other| is_same(other, lost));
        these.iter().filter(is_new).cloned().collect()
    };
    let total = (before.and_then(|draft| draft.total), after.total);
    let found = Difference { total, gone: only(&old, &new), added: only(&new, &old) };
    let is_none = found.total.0 == found.total.1 && found.gone.is_empty() && found.added.is_empty();
    (!is_none).then_some(found)
}

/// The indicators that concern a unit, as they are kept.
pub fn concerned(draft: &Draft) -> Vec<&'static str> {
    let all = Indicator::ALL.into_iter().zip(&draft.parts);
    all.filter(|(_, part)| part.is_some()).map(|(indicator, _)| indicator.code()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ledger_file::Sentence;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn a_quarter_is_said_in_many_ways() {
        let said = |word| Term::said(word, day("2018-10-08")).map(|term| (term.year, term.quarter));
        for word in ["2018年3季度", "2018年第三季度", "3季度", "第三季度", "2018Q3", "q3"] {
            assert_eq!(said(word), Some((2018, 3)), "{word}");
        }
        assert_eq!(said("4季度"), Some((2018, 4)), "it has begun");
        let before = Term::said("4季度", day("2018-09-30")).map(|term| term.year);
        assert_eq!(before, Some(2017), "this year's has not begun");
        assert_eq!((said("5季度"), said("季度"), said("9月")), (None, None, None));
        assert_eq!(Term::ended(day("2018-10-08")), Term { year: 2018, quarter: 3 });
        assert_eq!(Term::ended(day("2019-01-01")), Term { year: 2018, quarter: 4 });
        assert_eq!(Term { year: 2018, quarter: 4 }.days(), (day("2018-10-01"), day("2018-12-31")));
    }

    const WEIGHTS: Weights = [40, 25, 15, 10, 10];

    fn sheet(points: &[f64]) -> Draft {
        let lost = |(at, points): (usize, &f64)| Deduction {
            indicator: Indicator::OnTime,
            item: Uuid::from_u128(at as u128),
            number: 1,
            title: String::new(),
            why: Sentence { zh: String::new(), en: String::new() },
            points: *points,
            struck: String::new(),
        };
        let unit = UnitRef { id: Uuid::nil(), name: "县".into() };
        let concerns = [true, false, false, false, false];
        Draft::counted(unit, 2, concerns, points.iter().enumerate().map(lost).collect(), &WEIGHTS)
    }

    #[test]
    fn what_an_appeal_struck_is_not_lost_in_the_next_edition_either() {
        let mut before = sheet(&[10.0, 6.0]);
        assert_eq!(before.total, Some(60.0));
        before.deductions[0].struck = "批准延期".into();
        let next = carried(vec![sheet(&[10.0, 6.0])], &[before.clone()], &WEIGHTS);
        assert_eq!((next[0].total, next[0].deductions[0].counts()), (Some(85.0), false));
        // Said otherwise it is another matter.
        let other = carried(vec![sheet(&[12.0, 6.0])], &[before], &WEIGHTS);
        assert_eq!(other[0].total, Some(55.0));
    }

    #[test]
    fn a_difference_names_what_is_gone_and_what_is_new() {
        let (before, after) = (sheet(&[10.0, 6.0]), sheet(&[10.0]));
        assert_eq!(difference(Some(&before), &before), None);
        let found = difference(Some(&before), &after).expect("they differ");
        assert_eq!((found.total, found.gone.len(), found.added.len()), ((Some(60.0), Some(75.0)), 1, 0));
    }
}
