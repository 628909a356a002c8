//! 退回未重报: what was sent back was not reported anew within its limit.

use chrono::NaiveDate;

use super::{Rule, To, again, found, head};
use crate::domain::finding::{Facts, Look, Rung};
use crate::domain::warning::Pending;
use crate::domain::{Basis, Both, Lang, Text};
use crate::say;

pub(super) const RULE: Rule = Rule {
    name: "returned_late",
    version: 1,
    title: Both { zh: "退回未重报", en: "returned, not reported again" },
    to: To::Ladder,
    meaning: Both {
        zh: "退回后到限期没有重报", en: "sent back, and not reported anew by the limit"
    },
    look,
    line,
};

fn look(facts: &Facts, today: NaiveDate, _: &Basis) -> Look {
    let Some(returned) = facts.returned else { return Look::default() };
    let period = returned.on.to_string();
    let late = returned.due_on < today;
    found(&RULE, late, Rung::Reminder, period, again([returned.due_on.succ_opt()], today))
}

fn line(warning: &Pending, _: NaiveDate, _: &Basis, lang: Lang) -> Option<Text> {
    let returned = warning.facts.returned?;
    let (on, due_on) = (returned.on, returned.due_on);
    Some(head(warning, lang).then(say!(
        lang,
        "{on} 退回，重报限期 {due_on} 已过",
        "sent back on {on}; a new report was expected by {due_on}"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::finding::Returned;
    use crate::warnings::sample::{day, facts};

    #[test]
    fn the_limit_itself_still_counts() {
        let mut facts = facts("2018-12-31");
        facts.returned = Some(Returned { on: day("2018-09-25"), due_on: day("2018-10-08") });
        let on = |on: &str| look(&facts, day(on), &Basis::default());
        assert_eq!((on("2018-10-08").finding, on("2018-10-08").again), (None, Some(day("2018-10-09"))));
        assert!(on("2018-10-09").finding.is_some_and(|finding| finding.period == "2018-09-25"));
        facts.returned = None;
        assert_eq!(look(&facts, day("2018-10-09"), &Basis::default()), Look::default());
    }
}
