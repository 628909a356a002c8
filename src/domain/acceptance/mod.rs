//! 验收销号: a unit applies, the acceptance unit checks on the spot, the office publishes and signs off. What
//! each step needs and what it does to the item; facts and rows of it. Three dates that are never mixed: when
//! the unit said it was done, when that was accepted, when it was signed off.

use chrono::NaiveDate;
use uuid::Uuid;

use super::basis::{Basis, Threshold};
use super::item::{Item, ItemState, Status};
use super::lang::Both;
use super::people::UnitRef;
use super::workday::Calendar;

mod afterwards;
mod effects;
mod standard;
mod way;

pub use afterwards::{
    Extension, LONGEST_YEARS, Looked, NoExtension, Outcome, extended, may_extend, moved_milestones, rechecks,
    relapse_deadline, reopened,
};
pub use effects::AcceptanceEffect;
pub use standard::{Answer, Applying, Point, Standard, points, sounds_unmet};
pub use way::{Step, Trod};

/// The longest note, summary, conclusion or objection, in characters.
pub const LONGEST: usize = 500;

/// An application to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewApplication {
    pub id: Uuid,
    pub item: Uuid,
    pub unit: Uuid,
    pub post: Uuid,
    pub summary: String,
    pub answers: Vec<(Point, Answer)>,
    /// What was sent along with none of the points.
    pub files: Vec<Uuid>,
}

/// Why an application is no longer open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// 撤回, by the unit.
    Withdrawn,
    /// 补充: another one takes its place.
    Renewed,
    /// 退回整改, by the check, an objection or the office.
    Returned,
    /// 销号
    SignedOff,
}

impl Ended {
    pub fn code(self) -> &'static str {
        match self {
            Ended::Withdrawn => "withdrawn",
            Ended::Renewed => "renewed",
            Ended::Returned => "returned",
            Ended::SignedOff => "signed_off",
        }
    }

    pub fn from_code(code: &str) -> Option<Ended> {
        [Ended::Withdrawn, Ended::Renewed, Ended::Returned, Ended::SignedOff]
            .into_iter()
            .find(|it| it.code() == code)
    }

    pub fn word(self) -> Both {
        match self {
            Ended::Withdrawn => Both { zh: "撤回", en: "taken back" },
            Ended::Renewed => Both { zh: "补充后重新申请", en: "applied for anew" },
            Ended::Returned => Both { zh: "退回整改", en: "sent back" },
            Ended::SignedOff => Both { zh: "销号", en: "signed off" },
        }
    }
}

/// An application as it stands, or stood on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    pub id: Uuid,
    pub unit: UnitRef,
    /// Who applied; nobody where it came with an imported file.
    pub post: Option<Uuid>,
    /// The post's title; empty where it came with an imported file.
    pub by: String,
    pub applied_on: NaiveDate,
    pub summary: String,
    /// What was sent along with none of the points.
    pub files: Vec<Uuid>,
    pub ended: Option<(NaiveDate, Ended)>,
    /// Why it went back, as the unit was told.
    pub reason: String,
}

/// What the check came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conclusion {
    Passed,
    Failed,
    /// 补充: the file is to be completed.
    Supplement,
}

impl Conclusion {
    pub const ALL: [Conclusion; 3] = [Conclusion::Passed, Conclusion::Failed, Conclusion::Supplement];

    pub fn code(self) -> &'static str {
        match self {
            Conclusion::Passed => "passed",
            Conclusion::Failed => "failed",
            Conclusion::Supplement => "supplement",
        }
    }

    pub fn from_code(code: &str) -> Option<Conclusion> {
        Conclusion::ALL.into_iter().find(|it| it.code() == code)
    }

    pub fn word(self) -> Both {
        match self {
            Conclusion::Passed => Both { zh: "核查通过", en: "check passed" },
            Conclusion::Failed => Both { zh: "核查不通过", en: "check failed" },
            Conclusion::Supplement => Both { zh: "要求补充材料", en: "more papers wanted" },
        }
    }
}

/// The last check of an application; or one to write, then `by` is nobody's title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteCheck {
    pub id: Uuid,
    pub application: Uuid,
    pub unit: UnitRef,
    pub post: Uuid,
    pub by: String,
    /// A post of the office.
    pub is_of_office: bool,
    pub checked_on: NaiveDate,
    pub conclusion: Conclusion,
    pub text: String,
}

/// A publicity window (公示期): both days count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    pub id: Uuid,
    pub application: Uuid,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    /// In working days.
    pub days: i16,
    pub stopped_on: Option<NaiveDate>,
}

impl Window {
    /// One of `days` working days: it begins on this day, or on the next one that is worked.
    pub fn from(id: Uuid, application: Uuid, day: NaiveDate, days: usize, calendar: &Calendar) -> Window {
        let starts_on = if calendar.is_workday(day) { day } else { calendar.next_workday(day) };
        let ends_on = calendar.nth_workday_after(starts_on, days.saturating_sub(1));
        let days = i16::try_from(days).unwrap_or(i16::MAX);
        Window { id, application, starts_on, ends_on, days, stopped_on: None }
    }

    pub fn is_over(&self, today: NaiveDate) -> bool {
        self.stopped_on.is_none() && self.ends_on < today
    }
}

/// An objection (异议) raised in publicity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objection {
    pub id: Uuid,
    pub window: Uuid,
    pub raised_on: NaiveDate,
    pub text: String,
    /// What the unit found, the oldest first.
    pub found: Vec<(NaiveDate, String)>,
    pub settled: Option<Settled>,
}

/// What became of an objection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    pub on: NaiveDate,
    /// 成立: the work goes back to the unit.
    pub upheld: bool,
    pub text: String,
}

/// The days of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    pub deadline: NaiveDate,
    /// When the unit said that it was done.
    pub completed_on: Option<NaiveDate>,
    /// When the check found it so.
    pub accepted_on: Option<NaiveDate>,
    pub signed_off_on: Option<NaiveDate>,
}

impl Days {
    /// What work that goes back is no longer.
    pub fn undone(self) -> Days {
        Days { completed_on: None, accepted_on: None, signed_off_on: None, ..self }
    }
}

/// How far an item has come, now or at the end of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    pub days: Days,
    /// The deadline as the plan words it (2018年底前), as long as it is that one.
    pub deadline_text: Option<String>,
    /// The last one, open or not.
    pub application: Option<Application>,
    /// The last one of that application.
    pub check: Option<SiteCheck>,
    /// The last one of that application.
    pub window: Option<Window>,
    /// All of that application, the oldest first.
    pub objections: Vec<Objection>,
    /// How often it was signed off.
    pub sign_offs: i16,
    /// When it was first assigned; an item that relapsed is open from another day.
    pub assigned_on: NaiveDate,
    /// The last relapse: the day, and why.
    pub relapse: Option<(NaiveDate, String)>,
    /// The last one asked for.
    pub extension: Option<Extension>,
    /// The last one that was approved, where another one was asked for since.
    pub approved: Option<Extension>,
}

/// Where an open application stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage<'c> {
    /// 待核查
    ToCheck,
    /// 待补充
    ToSupplement(&'c SiteCheck),
    /// 待公示
    ToPublish(&'c SiteCheck),
    /// 公示中, or over.
    Published(&'c SiteCheck, &'c Window),
    /// 公示中止: objections are open.
    Stopped(&'c SiteCheck, &'c Window),
}

impl Course {
    pub fn open(&self) -> Option<&Application> {
        self.application.as_ref().filter(|application| application.ended.is_none())
    }

    /// The open application, and how far it has come.
    pub fn stage(&self) -> Option<(&Application, Stage<'_>)> {
        let application = self.open()?;
        let Some(check) = &self.check else { return Some((application, Stage::ToCheck)) };
        Some((
            application,
            match (check.conclusion, &self.window) {
                (Conclusion::Passed, None) => Stage::ToPublish(check),
                (Conclusion::Passed, Some(window)) if window.stopped_on.is_some() => {
                    Stage::Stopped(check, window)
                }
                (Conclusion::Passed, Some(window)) => Stage::Published(check, window),
                _ => Stage::ToSupplement(check),
            },
        ))
    }

    pub fn unsettled(&self) -> impl Iterator<Item = &Objection> {
        self.objections.iter().filter(|objection| objection.settled.is_none())
    }
}

/// The item's columns when it goes on to this status: the rules look again today, because the ladder may have
/// something to close.
pub fn moved(
    item: &Item,
    status: Status,
    verified: Option<i16>,
    today: NaiveDate,
    basis: &Basis,
) -> ItemState {
    let state = ItemState { status, verified_percent: verified, ..item.state.clone() };
    let state = item.restated_after(state, today, basis);
    ItemState { next_check_on: Some(today), ..state }
}

/// How long a round publishes, in working days.
pub fn publicity_days(item: &Item, basis: &Basis) -> usize {
    basis.of(item.round).count(Threshold::Publicity)
}

/// Telephone numbers in an objection, as they may be kept: 138****5678.
pub fn masked(text: &str) -> String {
    let mut out = String::new();
    let mut run = String::new();
    for c in text.chars().chain(['\0']) {
        if c.is_ascii_digit() || (c == '-' && !run.is_empty()) {
            run.push(c);
            continue;
        }
        let digits = run.chars().filter(char::is_ascii_digit).count();
        // A date has eight digits and is written with its parts apart.
        let is_date = run.matches('-').count() == 2 && digits <= 8;
        if digits >= 7 && !is_date {
            let kept: Vec<char> = run.chars().filter(char::is_ascii_digit).collect();
            out.extend(&kept[..3]);
            out.push_str("****");
            out.extend(&kept[kept.len() - 4..]);
        } else {
            out.push_str(&run);
        }
        run.clear();
        if c != '\0' {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn a_window_counts_both_days_and_make_up_days() {
        // 2023-05-06 is a Saturday that is worked: 4 to 16 May are ten working days.
        let calendar = Calendar::new([(day("2023-05-06"), true)]);
        let window = |from: &str| Window::from(Uuid::nil(), Uuid::nil(), day(from), 10, &calendar);
        assert_eq!(
            (window("2023-05-04").starts_on, window("2023-05-04").ends_on),
            (day("2023-05-04"), day("2023-05-16"))
        );
        // A Sunday: from Monday on.
        assert_eq!(
            (window("2023-05-07").starts_on, window("2023-05-07").ends_on),
            (day("2023-05-08"), day("2023-05-19"))
        );
        assert!(
            !window("2023-05-04").is_over(day("2023-05-16"))
                && window("2023-05-04").is_over(day("2023-05-17"))
        );
    }

    #[test]
    fn telephone_numbers_are_masked_and_days_are_not() {
        for (said, kept) in [
            ("王先生 13812345678 反映夜间有异味", "王先生 138****5678 反映夜间有异味"),
            ("来电0915-3212345", "来电091****2345"),
            ("2018-09-03 起第16项有异味", "2018-09-03 起第16项有异味"),
            ("异味", "异味"),
        ] {
            assert_eq!(masked(said), kept);
        }
    }
}
