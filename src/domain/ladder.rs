//! 阶梯: a matter climbs 提醒 → 预警 → 督办 → 通报 → 约谈, one case for an item and unit (一事一单). The first
//! two rungs go out by themselves; from the third on the office decides. The next rung comes only after the
//! last one's own limit, in working days, has lapsed. The ladder of a case is frozen when it starts.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::basis::{Basis, Threshold, Thresholds};
use super::finding::Rung;
use super::lang::Both;
use super::ledger_file::Sentence;

/// A rung and how many working days it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub rung: Rung,
    pub limit: usize,
}

/// The rungs of a city, the mildest first. Never empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ladder(Vec<Step>);

impl Ladder {
    /// As the round's thresholds have it: a limit of zero leaves a rung out. The reminder always stays.
    pub fn of(thresholds: &Thresholds) -> Ladder {
        let limits =
            thresholds.all(Threshold::Limits).iter().map(|limit| usize::try_from(*limit).unwrap_or(0));
        let steps = Rung::ALL.into_iter().zip(limits).map(|(rung, limit)| Step { rung, limit });
        Ladder(steps.filter(|step| step.limit > 0 || step.rung == Rung::Reminder).collect())
    }

    /// The step of this rung, or the next milder one.
    pub fn at(&self, rung: Rung) -> Step {
        let milder = self.0.iter().rev().find(|step| step.rung <= rung).or(self.0.first());
        milder.copied().unwrap_or(Step { rung: Rung::Reminder, limit: 0 })
    }

    pub fn above(&self, rung: Rung) -> Option<Step> {
        self.0.iter().find(|step| step.rung > rung).copied()
    }

    pub fn rungs(&self) -> impl Iterator<Item = Rung> {
        self.0.iter().map(|step| step.rung)
    }
}

/// An open case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    pub id: Uuid,
    pub item: Uuid,
    pub unit: Uuid,
    pub ladder: Ladder,
    pub opened_on: NaiveDate,
    pub standing: CaseStanding,
    /// The day of the last proposal to the office.
    pub proposed_on: Option<NaiveDate>,
    /// The last proposal is not decided yet.
    pub is_pending: bool,
    /// Its unit was told of it at all.
    pub is_told: bool,
    /// The paper of its rung is drafted and not signed.
    pub is_drafting: bool,
}

/// The columns of a case that change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseStanding {
    pub rule: String,
    pub period: String,
    pub rung: Rung,
    /// When the rung began, or its limit began anew.
    pub step_on: NaiveDate,
    /// The last day of the rung's limit.
    pub limit_on: NaiveDate,
    pub paused_until: Option<NaiveDate>,
    pub pause_reason: String,
    /// Until when the unit promised it would be done; it rests until then.
    pub promised_on: Option<NaiveDate>,
    /// How often a day was promised in this case.
    pub promises: i16,
}

/// What happens to a case on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// Nothing before this day; `None`: not by the calendar.
    Wait(Option<NaiveDate>),
    /// The work was sent back after the rung had begun: its limit begins anew on this day.
    Restart(NaiveDate),
    /// By itself, up to the warning.
    Climb(Rung),
    /// The office is asked; `aged`: because the case is old.
    Propose { rung: Rung, aged: bool },
    /// The matter is mended.
    Close,
}

/// Why a case was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    Mended,
    /// Another unit leads the item now: a matter with it is a case of its own.
    Moved,
}

impl Closed {
    pub fn code(self) -> &'static str {
        match self {
            Closed::Mended => "mended",
            Closed::Moved => "moved",
        }
    }
}

/// A proposal to the office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProposal {
    pub id: Uuid,
    pub case: Uuid,
    pub item: Uuid,
    pub rung: Rung,
    /// What was known when it was made, in a sentence.
    pub facts: Sentence,
}

/// What the office decided about a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// 同意
    Agreed,
    /// 调整: another rung.
    Adjusted,
    /// 不处理, with a reason.
    Dismissed,
}

impl Verdict {
    pub fn code(self) -> &'static str {
        match self {
            Verdict::Agreed => "agreed",
            Verdict::Adjusted => "adjusted",
            Verdict::Dismissed => "dismissed",
        }
    }

    pub fn from_code(code: &str) -> Option<Verdict> {
        [Verdict::Agreed, Verdict::Adjusted, Verdict::Dismissed].into_iter().find(|it| it.code() == code)
    }

    pub fn word(self) -> Both {
        match self {
            Verdict::Agreed => Both { zh: "同意", en: "agreed" },
            Verdict::Adjusted => Both { zh: "调整", en: "adjusted" },
            Verdict::Dismissed => Both { zh: "不处理", en: "dismissed" },
        }
    }
}

impl CaseStanding {
    /// Nothing is said about it on this day: it is paused, or the unit has promised a day.
    pub fn rests_on(&self, today: NaiveDate) -> bool {
        [self.paused_until, self.promised_on].into_iter().flatten().any(|until| until >= today)
    }

    /// As a case begins today, on this rung.
    pub fn begun(rule: &str, period: &str, step: Step, today: NaiveDate, basis: &Basis) -> CaseStanding {
        CaseStanding {
            rule: rule.to_owned(),
            period: period.to_owned(),
            rung: step.rung,
            step_on: today,
            limit_on: basis.calendar.nth_workday_after(today, step.limit),
            paused_until: None,
            pause_reason: String::new(),
            promised_on: None,
            promises: 0,
        }
    }

    /// On this rung from today on.
    pub fn on(&self, step: Step, today: NaiveDate, basis: &Basis) -> CaseStanding {
        CaseStanding {
            rung: step.rung,
            step_on: today,
            limit_on: basis.calendar.nth_workday_after(today, step.limit),
            paused_until: None,
            pause_reason: String::new(),
            ..self.clone()
        }
    }
}

impl Case {
    /// What happens today. `holds`: the rules still find something; `sent_back_on`: when the work was last
    /// sent back and is not reported anew.
    pub fn next(
        &self,
        holds: bool,
        sent_back_on: Option<NaiveDate>,
        age_cap: Days,
        today: NaiveDate,
    ) -> Move {
        let now = &self.standing;
        if !holds {
            return Move::Close;
        }
        if self.is_pending {
            return Move::Wait(None);
        }
        if let Some(until) = now.paused_until.filter(|until| *until >= today) {
            return Move::Wait(until.succ_opt());
        }
        if let Some(until) = now.promised_on.filter(|until| *until >= today) {
            return Move::Wait(until.succ_opt());
        }
        let above = self.ladder.above(now.rung);
        let aged_on = self.opened_on + age_cap;
        let is_aged = today >= aged_on;
        // Whoever has just decided about a rung knows of the case: while that rung's limit runs it is not asked.
        let is_decided = self.proposed_on.is_some() && today <= now.limit_on;
        let is_asked = self.proposed_on.is_some_and(|on| on >= aged_on);
        if is_aged && !is_decided && !is_asked {
            return Move::Propose { rung: above.map_or(now.rung, |step| step.rung), aged: true };
        }
        // The unit hears from the signed paper; its limit begins with it.
        if self.is_drafting {
            return Move::Wait(today.succ_opt());
        }
        // A promise of this rung that was not kept ends its limit; one that was kept leaves no finding. One that a
        // pause outlasted ends nothing: the limit behind the pause does.
        let is_outlasted = |on: NaiveDate| now.paused_until.is_some_and(|until| until >= on);
        let is_broken = now.promised_on.is_some_and(|on| on >= now.step_on && !is_outlasted(on));
        if let Some(on) = sent_back_on.filter(|on| *on > now.step_on && !is_broken) {
            return Move::Restart(on);
        }
        if today <= now.limit_on && !is_broken {
            let soon = [now.limit_on.succ_opt(), Some(aged_on).filter(|_| !is_aged)];
            return Move::Wait(soon.into_iter().flatten().min());
        }
        match above {
            Some(step) if step.rung <= Rung::Warning && !is_aged => Move::Climb(step.rung),
            Some(step) => Move::Propose { rung: step.rung, aged: false },
            None if is_aged && !is_asked => Move::Wait(now.limit_on.succ_opt()),
            None => Move::Wait(Some(aged_on).filter(|_| !is_aged)),
        }
    }

    /// Paused to the end of a day: what is left of the limit begins behind it.
    pub fn paused(&self, until: NaiveDate, reason: &str, today: NaiveDate, basis: &Basis) -> CaseStanding {
        let left = basis.calendar.workdays_left(today, self.standing.limit_on).days;
        CaseStanding {
            limit_on: basis.calendar.nth_workday_after(until, left).max(self.standing.limit_on),
            paused_until: Some(until),
            pause_reason: reason.to_owned(),
            ..self.standing.clone()
        }
    }

    /// The pause ends today: what it left of the limit begins now.
    pub fn resumed(&self, today: NaiveDate, basis: &Basis) -> CaseStanding {
        let now = &self.standing;
        let left = now.paused_until.and_then(|until| until.succ_opt()).map(|after| {
            let left = basis.calendar.workdays_left(after, now.limit_on).days;
            basis.calendar.nth_workday_after(today - Days::new(1), left)
        });
        CaseStanding {
            limit_on: left.map_or(now.limit_on, |left| left.min(now.limit_on)),
            paused_until: None,
            pause_reason: String::new(),
            ..now.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::workday::Calendar;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn basis() -> Basis {
        let week = ["2018-10-01", "2018-10-02", "2018-10-03", "2018-10-04", "2018-10-05"];
        Basis::new(1, Calendar::new(week.map(|on| (day(on), false))), [])
    }

    fn case(rung: Rung, today: NaiveDate, basis: &Basis) -> Case {
        let ladder = Ladder::of(basis.of(Uuid::nil()));
        Case {
            id: Uuid::nil(),
            item: Uuid::nil(),
            unit: Uuid::nil(),
            standing: CaseStanding::begun("overdue", "2018-09-20", ladder.at(rung), today, basis),
            ladder,
            opened_on: today,
            proposed_on: None,
            is_pending: false,
            is_told: true,
            is_drafting: false,
        }
    }

    const CAP: Days = Days::new(120);

    #[test]
    fn a_limit_counts_working_days_over_a_holiday_week() {
        let basis = basis();
        let case = case(Rung::Reminder, day("2018-09-28"), &basis);
        // A week of holidays lies in it.
        assert_eq!(case.standing.limit_on, day("2018-10-12"));
        assert_eq!(case.next(true, None, CAP, day("2018-10-12")), Move::Wait(Some(day("2018-10-13"))));
        assert_eq!(case.next(true, None, CAP, day("2018-10-13")), Move::Climb(Rung::Warning));
        assert_eq!(case.next(false, None, CAP, day("2018-10-13")), Move::Close);
        let later = case.next(true, Some(day("2018-10-10")), CAP, day("2018-10-13"));
        assert_eq!(later, Move::Restart(day("2018-10-10")));
    }

    #[test]
    fn from_the_third_rung_on_the_office_is_asked_and_an_old_case_is_its_own() {
        let basis = basis();
        let mut case = case(Rung::Warning, day("2018-09-28"), &basis);
        let asked = Move::Propose { rung: Rung::Notice, aged: false };
        assert_eq!(case.next(true, None, CAP, day("2018-10-15")), asked);
        (case.is_pending, case.proposed_on) = (true, Some(day("2018-10-15")));
        assert_eq!(case.next(true, None, CAP, day("2018-12-15")), Move::Wait(None));
        case.is_pending = false;
        case.standing = case.standing.on(case.ladder.at(Rung::Interview), day("2018-10-16"), &basis);
        assert_eq!(case.next(true, None, CAP, day("2019-01-02")), Move::Wait(Some(day("2019-01-26"))));
        let aged = Move::Propose { rung: Rung::Interview, aged: true };
        assert_eq!(case.next(true, None, CAP, day("2019-01-26")), aged);
        case.proposed_on = Some(day("2019-01-26"));
        assert_eq!(case.next(true, None, CAP, day("2019-06-01")), Move::Wait(None), "asked once");
    }

    #[test]
    fn what_the_office_has_just_decided_is_not_asked_again_because_it_is_old() {
        let basis = basis();
        let mut case = case(Rung::Warning, day("2018-08-31"), &basis);
        // Decided on the 120th day but two: the notice has ten working days.
        case.proposed_on = Some(day("2018-12-26"));
        case.standing = case.standing.on(case.ladder.at(Rung::Notice), day("2018-12-27"), &basis);
        assert_eq!(case.standing.limit_on, day("2019-01-10"));
        assert_eq!(case.next(true, None, CAP, day("2018-12-29")), Move::Wait(Some(day("2019-01-11"))));
        let aged = Move::Propose { rung: Rung::Circular, aged: true };
        assert_eq!(case.next(true, None, CAP, day("2019-01-11")), aged);
    }

    #[test]
    fn a_promise_is_silence_until_its_day_and_one_rung_up_behind_it() {
        let basis = basis();
        let mut case = case(Rung::Reminder, day("2018-09-10"), &basis);
        case.standing.promised_on = Some(day("2018-09-20"));
        assert_eq!(case.standing.limit_on, day("2018-09-17"));
        assert_eq!(case.next(true, None, CAP, day("2018-09-18")), Move::Wait(Some(day("2018-09-21"))));
        assert_eq!(case.next(true, None, CAP, day("2018-09-20")), Move::Wait(Some(day("2018-09-21"))));
        assert_eq!(case.next(false, None, CAP, day("2018-09-15")), Move::Close);
        assert_eq!(case.next(true, None, CAP, day("2018-09-21")), Move::Climb(Rung::Warning));
        // The next rung has its own limit, and the broken promise is spent.
        case.standing = case.standing.on(case.ladder.at(Rung::Warning), day("2018-09-21"), &basis);
        assert_eq!(case.next(true, None, CAP, day("2018-09-22")), Move::Wait(Some(day("2018-09-29"))));
        case.standing.promised_on = Some(day("2018-09-25"));
        let asked = Move::Propose { rung: Rung::Notice, aged: false };
        let sent_back = Some(day("2018-09-24"));
        assert_eq!(case.next(true, sent_back, CAP, day("2018-09-26")), asked, "before its limit");
    }

    #[test]
    fn a_pause_keeps_what_is_left_of_the_limit() {
        let basis = basis();
        let mut case = case(Rung::Warning, day("2018-09-10"), &basis);
        assert_eq!(case.standing.limit_on, day("2018-09-17"));
        // Three working days are left on the 13th: the 13th, the 14th and the 17th.
        case.standing = case.paused(day("2018-09-20"), "汛期", day("2018-09-13"), &basis);
        assert_eq!(case.standing.limit_on, day("2018-09-25"));
        assert_eq!(case.next(true, None, CAP, day("2018-09-20")), Move::Wait(Some(day("2018-09-21"))));
        assert_eq!(case.next(true, None, CAP, day("2018-09-21")), Move::Wait(Some(day("2018-09-26"))));
    }

    proptest! {
        /// Day by day for two years, with a finding that comes and goes, work sent back, pauses and an
        /// office that decides now and then: it never skips a rung by itself, never climbs before the limit
        /// has lapsed, never rises above the warning without the office, and says when to look again.
        #[test]
        fn a_case_climbs_as_it_should(
            limits in proptest::collection::vec(0i32..12, 5), cap in 20i32..300, starts in 0usize..2,
            events in proptest::collection::vec((0u64..700, 0u8..5), 0..40),
            exceptions in proptest::collection::vec((0u64..760, any::<bool>()), 0..80),
        ) {
            let epoch = day("2018-01-01");
            let calendar = Calendar::new(exceptions.into_iter().map(|(d, w)| (epoch + Days::new(d), w)));
            let basis = Basis::new(1, calendar, [(Uuid::nil(), Threshold::Limits, limits)]);
            let cap = Days::new(cap.unsigned_abs().into());
            let mut case = case(Rung::ALL[starts], epoch, &basis);
            let (mut sent_back_on, mut planned, mut closed) = (None, Some(epoch), false);
            for today in epoch.iter_days().skip(1).take(720) {
                let happened: Vec<u8> = events.iter().filter(|(d, _)| epoch + Days::new(*d) == today).map(|e| e.1).collect();
                for event in &happened {
                    match event {
                        0 if case.is_pending => {
                            let rung = case.ladder.above(case.standing.rung).map_or(case.standing.rung, |s| s.rung);
                            case.standing = case.standing.on(case.ladder.at(rung), today, &basis);
                            case.is_pending = false;
                        }
                        1 => sent_back_on = Some(today),
                        4 => case.standing.promised_on = Some(today + Days::new(12)),
                        2 => case.standing = case.paused(today + Days::new(9), "", today, &basis),
                        _ => {}
                    }
                }
                let holds = !happened.contains(&3);
                let (before, move_) = (case.clone(), case.next(holds, sent_back_on, cap, today));
                prop_assert_eq!(move_ == Move::Close, !holds);
                let promise = before.standing.promised_on;
                let lapsed = today > before.standing.limit_on
                    || promise.is_some_and(|on| on >= before.standing.step_on && on < today);
                let rests = promise.is_some_and(|on| on >= today);
                let is_paused = before.standing.paused_until.is_some_and(|until| until >= today);
                match move_ {
                    Move::Close => closed = true,
                    Move::Climb(rung) => {
                        prop_assert!(lapsed && !is_paused && !rests && !before.is_pending && rung <= Rung::Warning);
                        prop_assert_eq!(Some(rung), before.ladder.above(before.standing.rung).map(|s| s.rung));
                        case.standing = case.standing.on(case.ladder.at(rung), today, &basis);
                    }
                    Move::Propose { aged, rung } => {
                        prop_assert!((lapsed || aged) && !is_paused && !rests && !before.is_pending);
                        prop_assert!(before.ladder.rungs().filter(|r| (before.standing.rung..rung).contains(r)).count() <= 1);
                        (case.is_pending, case.proposed_on) = (true, Some(today));
                    }
                    Move::Restart(on) => {
                        let step = case.ladder.at(case.standing.rung);
                        case.standing = CaseStanding { paused_until: None, ..case.standing.on(step, on, &basis) };
                    }
                    Move::Wait(until) => {
                        prop_assert!(until.is_none_or(|until| until > today));
                        // Between two looks nothing happens but by what people do.
                        if happened.is_empty() && planned.is_some_and(|p| p > today) {
                            prop_assert!(until.is_some_and(|until| Some(until) >= planned));
                        }
                    }
                }
                let quiet = happened.is_empty() && planned.is_none_or(|p| p > today);
                prop_assert!(!quiet || matches!(move_, Move::Wait(_)), "{move_:?} without a look on {today}");
                planned = match move_ {
                    Move::Wait(until) => until,
                    // Looked at again at once.
                    _ => Some(today.succ_opt().expect("another day")),
                };
                if closed {
                    break;
                }
            }
        }
    }
}
