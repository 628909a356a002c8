//! 未签收: a warning reached the unit and nobody signed for it; it is said once more, never again. Raised
//! beside what the rules find, for each unit of its own.

use chrono::NaiveDate;
use uuid::Uuid;

use super::{Rule, To, head};
use crate::domain::basis::Threshold;
use crate::domain::finding::{Facts, Finding, Look, Rung};
use crate::domain::warning::Pending;
use crate::domain::{Basis, Both, Lang, Text};
use crate::say;

pub(super) const RULE: Rule = Rule {
    name: "unsigned",
    version: 1,
    title: Both { zh: "未签收", en: "not signed for" },
    to: To::Unit,
    meaning: Both {
        zh: "预警以上过了签收时限没有签收，只再提醒一次",
        en: "a warning that nobody signed for in time, said once more",
    },
    look: |_, _, _| Look::default(),
    line,
};

/// Which units are to hear once more of what they have not signed for, and when to look again.
pub fn silent(facts: &Facts, today: NaiveDate, basis: &Basis) -> (Vec<(Uuid, Finding)>, Option<NaiveDate>) {
    let rests = |unit: Uuid| {
        facts.case.as_ref().is_some_and(|case| case.unit == unit && case.standing.rests_on(today))
    };
    let (mut silent, mut again) = (Vec::new(), None);
    for open in facts.unsigned.iter().filter(|open| !rests(open.unit)) {
        let due_on = due_on(facts, open.sent_on.unwrap_or(today), basis);
        if due_on < today {
            let period = open.warning.to_string();
            silent.push((open.unit, Finding { rule: RULE.name, rung: Rung::Reminder, period }));
        } else {
            again = [again, due_on.succ_opt()].into_iter().flatten().min();
        }
    }
    (silent, again)
}

/// The last day to sign for what was sent on this day.
pub fn due_on(facts: &Facts, sent_on: NaiveDate, basis: &Basis) -> NaiveDate {
    basis.calendar.nth_workday_after(sent_on, basis.of(facts.item.round).count(Threshold::Receipt))
}

fn line(warning: &Pending, _: NaiveDate, _: &Basis, lang: Lang) -> Option<Text> {
    let open = warning.facts.unsigned.iter().find(|open| open.warning.to_string() == warning.period)?;
    let (rung, on) = (open.rung.word().pick(lang), open.sent_on?);
    Some(head(warning, lang).then(say!(
        lang,
        "{rung}（{on} 发出）还没有签收",
        "{rung} of {on} is not signed for yet"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::finding::Unsigned;
    use crate::warnings::sample::{day, facts};

    #[test]
    fn only_what_was_sent_and_not_signed_for_in_time() {
        let mut facts = facts("2018-12-31");
        let (unit, warning) = (Uuid::nil(), Uuid::max());
        facts.unsigned =
            vec![Unsigned { warning, unit, rung: Rung::Warning, sent_on: Some(day("2018-09-03")) }];
        let on = |facts: &Facts, on: &str| silent(facts, day(on), &Basis::default());
        assert_eq!(on(&facts, "2018-09-05"), (Vec::new(), Some(day("2018-09-06"))));
        assert_eq!(on(&facts, "2018-09-06").0.len(), 1);
        // Held somewhere: whoever has not heard it is not urged to sign.
        facts.unsigned[0].sent_on = None;
        assert_eq!(on(&facts, "2018-09-06"), (Vec::new(), Some(day("2018-09-11"))));
    }
}
