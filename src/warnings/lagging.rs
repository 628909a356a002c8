//! 滞后: behind the latest milestone passed. A little behind is a reminder, far behind a warning; said once
//! for each milestone, and again only when it grows graver.

use chrono::NaiveDate;

use super::{Rule, To, again, found, head};
use crate::domain::basis::Threshold;
use crate::domain::finding::{Facts, Look, Rung};
use crate::domain::flag::planned_percent;
use crate::domain::warning::Pending;
use crate::domain::{Basis, Both, Lang, Text};
use crate::say;

pub(super) const RULE: Rule = Rule {
    name: "lagging",
    version: 1,
    title: Both { zh: "滞后", en: "lagging" },
    to: To::Ladder,
    meaning: Both {
        zh: "进度落后于已过的阶段目标，分轻、较重、严重",
        en: "behind the latest milestone passed: mild, serious, severe",
    },
    look,
    line,
};

/// How far behind, and what that is called.
fn behind(facts: &Facts, today: NaiveDate, basis: &Basis) -> Option<(i32, Both)> {
    let item = &facts.item;
    let behind = i32::from(planned_percent(&item.milestones, today)? - item.state.percent);
    let words = [
        Both { zh: "轻度滞后", en: "mildly behind" },
        Both { zh: "较重滞后", en: "seriously behind" },
        Both { zh: "严重滞后", en: "severely behind" },
    ];
    let levels = basis.of(item.round).all(Threshold::Lagging);
    let (_, word) = levels.iter().zip(words).rfind(|(level, _)| behind >= **level)?;
    Some((behind, word))
}

fn look(facts: &Facts, today: NaiveDate, basis: &Basis) -> Look {
    let milestones = &facts.item.milestones;
    let last = milestones.iter().map(|m| m.due_on).filter(|on| *on < today).max();
    let serious = basis.of(facts.item.round).all(Threshold::Lagging).get(1).copied().unwrap_or(i32::MAX);
    let behind = behind(facts, today, basis);
    let rung =
        if behind.is_some_and(|(points, _)| points >= serious) { Rung::Warning } else { Rung::Reminder };
    let period = last.map(|on| on.to_string()).unwrap_or_default();
    found(&RULE, behind.is_some(), rung, period, again(milestones.iter().map(|m| m.due_on.succ_opt()), today))
}

fn line(warning: &Pending, today: NaiveDate, basis: &Basis, lang: Lang) -> Option<Text> {
    let (points, word) = behind(&warning.facts, today, basis)?;
    let (percent, word) = (warning.facts.item.state.percent, word.pick(lang));
    let planned = i32::from(percent) + points;
    // Said in place of "due soon", which is the milder finding.
    let (deadline, soon) = (warning.facts.item.deadline, basis.of(warning.facts.item.round));
    let left = (deadline - today).num_days();
    let near = match soon.all(Threshold::DueSoon).iter().max() {
        Some(first) if (0..=i64::from(*first)).contains(&left) => {
            say!(lang, "，期限 {deadline}，还有 {left} 天", ", due {deadline}, {left} days left")
        }
        _ => String::new(),
    };
    Some(head(warning, lang).then(say!(
        lang,
        "{percent}%，阶段目标 {planned}%，落后 {points} 个百分点（{word}）{near}",
        "{percent}%, planned {planned}%: {points} points behind ({word}){near}"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Milestone;
    use crate::warnings::sample::{day, facts};

    #[test]
    fn the_day_of_a_milestone_still_counts_and_levels_begin_at_their_numbers() {
        let mut facts = facts("2018-12-31");
        facts.item.milestones = vec![Milestone { due_on: day("2018-08-31"), percent: 60 }];
        let mut at = |percent: i16, on: &str| {
            facts.item.state.percent = percent;
            let look = look(&facts, day(on), &Basis::default());
            look.finding.map(|finding| (finding.rung, finding.period))
        };
        let period = || "2018-08-31".to_owned();
        assert_eq!(at(0, "2018-08-31"), None);
        assert_eq!(at(60, "2018-09-01"), None);
        assert_eq!(at(59, "2018-09-01"), Some((Rung::Reminder, period())));
        assert_eq!(at(41, "2018-09-01"), Some((Rung::Reminder, period())));
        assert_eq!(at(40, "2018-09-01"), Some((Rung::Warning, period())));
        assert_eq!(at(20, "2018-09-01"), Some((Rung::Warning, period())));
    }
}
