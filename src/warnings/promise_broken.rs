//! 承诺未兑现: the day that a unit promised has passed, and what it was warned of still holds.

use chrono::NaiveDate;

use super::{Rule, To, WARNINGS, found, head};
use crate::domain::finding::{Facts, Look, Rung};
use crate::domain::warning::Pending;
use crate::domain::{Basis, Both, Lang, Text};
use crate::say;

pub(super) const RULE: Rule = Rule {
    name: "promise_broken",
    version: 1,
    title: Both { zh: "承诺未兑现", en: "promise broken" },
    to: To::Ladder,
    meaning: Both {
        zh: "承诺的日期已过，问题还在",
        en: "the promised day has passed, and the matter is not mended",
    },
    look,
    line,
};

fn look(facts: &Facts, today: NaiveDate, basis: &Basis) -> Look {
    let Some(on) = facts.case.as_ref().and_then(|case| case.standing.promised_on) else {
        return Look::default();
    };
    let others = WARNINGS.iter().filter(|rule| rule.to == To::Ladder && rule.name != RULE.name);
    let holds =
        on < today && others.into_iter().any(|rule| (rule.look)(facts, today, basis).finding.is_some());
    found(&RULE, holds, Rung::Warning, on.to_string(), on.succ_opt().filter(|next| *next > today))
}

fn line(warning: &Pending, today: NaiveDate, _: &Basis, lang: Lang) -> Option<Text> {
    let on = warning.facts.case.as_ref()?.standing.promised_on?;
    let (percent, deadline) = (warning.facts.item.state.percent, warning.facts.item.deadline);
    let days = (today - deadline).num_days();
    let late = match days {
        1.. => say!(lang, "，已逾期 {days} 天", ", {days} days overdue"),
        _ => String::new(),
    };
    Some(head(warning, lang).then(say!(
        lang,
        "承诺的 {on} 已过，现在 {percent}%，期限 {deadline}{late}",
        "the promised {on} has passed, now {percent}%, due {deadline}{late}"
    )))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::finding::Facts;
    use crate::domain::ladder::{Case, CaseStanding, Ladder};
    use crate::warnings::sample::{day, facts};

    /// An item due on this day, of which its unit promised something for the other.
    fn promised(deadline: &str, on: &str) -> Facts {
        let (basis, mut facts) = (Basis::default(), facts(deadline));
        let ladder = Ladder::of(basis.of(facts.item.round));
        let begun = day("2018-08-20");
        let standing = CaseStanding::begun("overdue", deadline, ladder.at(Rung::Reminder), begun, &basis);
        facts.case = Some(Case {
            id: Uuid::nil(),
            item: facts.item.id,
            unit: facts.item.lead.id,
            standing: CaseStanding { promised_on: Some(day(on)), promises: 1, ..standing },
            ladder,
            opened_on: begun,
            proposed_on: None,
            is_pending: false,
        });
        facts
    }

    fn found_on(facts: &Facts, today: &str) -> Option<String> {
        look(facts, day(today), &Basis::default()).finding.map(|finding| finding.period)
    }

    #[test]
    fn a_promise_is_broken_from_the_day_after_on() {
        let facts = promised("2018-08-15", "2018-08-31");
        assert_eq!(found_on(&facts, "2018-08-31"), None);
        assert_eq!(look(&facts, day("2018-08-31"), &Basis::default()).again, Some(day("2018-09-01")));
        assert_eq!(found_on(&facts, "2018-09-01").as_deref(), Some("2018-08-31"));
    }

    #[test]
    fn nothing_is_broken_where_the_matter_is_mended_or_nothing_was_promised() {
        let mut mended = promised("2019-12-31", "2018-08-31");
        mended.item.state.last_report_on = Some(day("2018-09-03"));
        assert_eq!(found_on(&mended, "2018-09-03"), None);
        let mut silent = promised("2018-08-15", "2018-08-31");
        silent.case = None;
        assert_eq!(found_on(&silent, "2018-09-03"), None);
    }

    #[test]
    fn a_later_promise_is_another_finding() {
        let (first, second) = (promised("2018-08-15", "2018-08-31"), promised("2018-08-15", "2018-09-05"));
        assert_ne!(found_on(&first, "2018-09-06"), found_on(&second, "2018-09-06"));
    }
}
