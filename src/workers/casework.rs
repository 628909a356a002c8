//! What the ladder does with what the rules find in an item: a case is opened, climbs, waits, is put before
//! the office or closed. Pure; the sweep commits it.

use chrono::{Days, NaiveDate};
use uuid::Uuid;

use crate::domain::basis::Threshold;
use crate::domain::decision::Effect;
use crate::domain::finding::{Facts, Finding, Rung};
use crate::domain::ladder::{Case, CaseStanding, Closed, Ladder, Move, NewProposal};
use crate::domain::ledger_file::Sentence;
use crate::domain::{Basis, Lang};
use crate::{say, warnings};

/// What comes of one look at an item.
#[derive(Default)]
pub(super) struct Work {
    pub effects: Vec<Effect>,
    /// What the unit hears, unless it was said before.
    pub say: Option<Finding>,
    /// The day of the case's next look.
    pub again: Option<NaiveDate>,
}

/// When the case is looked at, and when the unit hears what comes of it: its limits begin there.
#[derive(Clone, Copy)]
pub(super) struct When {
    pub today: NaiveDate,
    pub told_on: NaiveDate,
}

/// The gravest finding for the unit meets the item's case.
pub(super) fn work(facts: &Facts, finding: Option<Finding>, when: When, basis: &Basis) -> Work {
    let climbing = finding.clone().filter(|finding| warnings::climbs(finding.rule));
    let mut work = match (&facts.case, climbing) {
        (None, None) => Work { say: finding, ..Work::default() },
        (None, Some(found)) => open(facts, found, when, basis),
        (Some(case), climbing) => go_on(facts, case, climbing, finding, when, basis),
    };
    let item = facts.item.id;
    let left = facts.former.iter().map(|case| Effect::CaseClosed { case: *case, item, why: Closed::Moved });
    work.effects.extend(left);
    work
}

fn open(facts: &Facts, found: Finding, When { today, told_on }: When, basis: &Basis) -> Work {
    let item = &facts.item;
    let ladder = Ladder::of(basis.of(item.round));
    let step = ladder.at(found.rung);
    let case = Case {
        id: Uuid::now_v7(),
        item: item.id,
        unit: item.lead.id,
        standing: CaseStanding::begun(found.rule, &found.period, step, told_on, basis),
        ladder,
        opened_on: today,
        proposed_on: None,
        is_pending: false,
        is_told: false,
        is_drafting: false,
    };
    Work {
        again: case.standing.limit_on.succ_opt(),
        say: Some(Finding { rung: step.rung, ..found }),
        effects: vec![Effect::CaseOpened(Box::new(case))],
    }
}

fn go_on(
    facts: &Facts,
    case: &Case,
    climbing: Option<Finding>,
    finding: Option<Finding>,
    When { today, told_on }: When,
    basis: &Basis,
) -> Work {
    let item = &facts.item;
    let cap = Days::new(basis.of(item.round).count(Threshold::AgeCap) as u64);
    let sent_back_on = facts.returned.map(|returned| returned.on);
    let step = case.next(climbing.is_some(), sent_back_on, cap, today);
    let Some(found) = climbing else {
        let closed = Effect::CaseClosed { case: case.id, item: item.id, why: Closed::Mended };
        return Work { effects: vec![closed], say: finding, ..Work::default() };
    };
    // 一事一单: the case goes on under the gravest finding of the day.
    let named =
        CaseStanding { rule: found.rule.to_owned(), period: found.period.clone(), ..case.standing.clone() };
    let moved = |standing: CaseStanding| {
        let changed = standing != case.standing;
        changed.then(|| Effect::CaseMoved { case: case.id, item: item.id, standing: Box::new(standing) })
    };
    match step {
        Move::Close => Work::default(),
        Move::Wait(again) => {
            // A new finding under the same case is said, on the case's own rung; not while it rests or lies
            // with the office. What the office itself stepped up to is not called a warning again.
            let rests = case.is_pending || case.standing.rests_on(today);
            let rung = Some(case.standing.rung).filter(|rung| *rung <= Rung::Warning);
            let rung = rung.unwrap_or(Rung::Reminder);
            let is_new = (found.rule, &found.period) != (&*case.standing.rule, &case.standing.period);
            // What climbs on the morning behind is said there: not on two mornings in a row.
            let climbs = |on| matches!(case.next(true, sent_back_on, cap, on), Move::Climb(_));
            let is_soon = told_on.succ_opt().is_some_and(climbs);
            let say = (is_new && !rests && !is_soon).then_some(Finding { rung, ..found });
            Work { effects: moved(named).into_iter().collect(), say, again }
        }
        Move::Restart(on) => {
            let standing = named.on(case.ladder.at(named.rung), on, basis);
            let again = standing.limit_on.succ_opt().max(today.succ_opt());
            Work { again, effects: moved(standing).into_iter().collect(), ..Work::default() }
        }
        Move::Climb(rung) => {
            let standing = named.on(case.ladder.at(rung), told_on, basis);
            let again = standing.limit_on.succ_opt();
            let say = Some(Finding { rung, ..found });
            Work { effects: moved(standing).into_iter().collect(), say, again }
        }
        Move::Propose { rung, aged } => {
            let text = proposal(facts, case, &found, aged, today, basis);
            let proposed = Effect::Proposed(Box::new(NewProposal {
                id: Uuid::now_v7(),
                case: case.id,
                item: item.id,
                rung,
                facts: text,
            }));
            let effects = moved(named).into_iter().chain([proposed]).collect();
            Work { effects, ..Work::default() }
        }
    }
}

/// What the office reads about a proposal, as it was known when it was made.
fn proposal(
    facts: &Facts,
    case: &Case,
    found: &Finding,
    aged: bool,
    today: NaiveDate,
    basis: &Basis,
) -> Sentence {
    let said = |lang| {
        let words =
            warnings::words(facts, found, today, basis, lang).map_or(String::new(), |text| text.bare());
        let now = &case.standing;
        let (rung, since, limit) = (now.rung.word().pick(lang), now.step_on, now.limit_on);
        let (unit, opened) = (&facts.item.lead.name, case.opened_on);
        let why = match aged {
            true => say!(lang, "{opened} 起一直没有了结，请定夺", "open since {opened}: please decide"),
            // The ladder goes on, but nobody can have heeded it.
            false if !case.is_told => say!(
                lang,
                "{rung}（{since}）没有送达，单位还不知道，请先电话告知、绑定联络员",
                "the {rung} of {since} did not arrive, the unit knows nothing: phone them and bind a contact first"
            ),
            // The finding itself says which promise was broken.
            false if case.standing.promised_on.is_some_and(|on| on >= since) => {
                say!(lang, "{rung}（{since}）以后仍未解决", "not solved since the {rung} of {since}")
            }
            false => say!(
                lang,
                "{rung}（{since}）限期 {limit} 已过，仍未解决",
                "the limit of the {rung} of {since}, {limit}, has passed, and it is not solved"
            ),
        };
        say!(lang, "{words}。{unit}，{why}", "{words}. {unit}: {why}")
    };
    Sentence { zh: said(Lang::Zh), en: said(Lang::En) }
}
