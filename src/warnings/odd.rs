//! 异常: a report that looks odd, confirmed by whoever made it. Told to the office alone, which reviews it
//! anyway; never to the unit.

use chrono::NaiveDate;

use super::{Rule, To, found, head};
use crate::domain::finding::{Facts, Look, Rung};
use crate::domain::warning::Pending;
use crate::domain::{Basis, Both, Lang, Text};
use crate::say;

pub(super) const RULE: Rule = Rule {
    name: "odd",
    version: 1,
    title: Both { zh: "填报异常", en: "odd report" },
    to: To::Office,
    meaning: Both {
        zh: "填报看着异常、还没有审核（只告诉整改办）",
        en: "a report looks odd and is not reviewed yet (the office only)",
    },
    look,
    line,
};

fn look(facts: &Facts, _: NaiveDate, _: &Basis) -> Look {
    let period = facts.odd.map(|version| version.to_string()).unwrap_or_default();
    found(&RULE, facts.odd.is_some(), Rung::Reminder, period, None)
}

fn line(warning: &Pending, _: NaiveDate, _: &Basis, lang: Lang) -> Option<Text> {
    let (unit, percent) = (&warning.facts.item.lead.name, warning.facts.item.state.percent);
    Some(head(warning, lang).then(say!(
        lang,
        "{unit}报到 {percent}%，看着异常，还没有审核",
        "{unit} reported {percent}%, which looks odd; not reviewed yet"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::warnings::sample::{day, facts};

    #[test]
    fn each_report_is_told_once_and_only_to_the_office() {
        let mut facts = facts("2019-12-31");
        facts.odd = Some(7);
        let (findings, _) = crate::warnings::look(&facts, day("2018-09-03"), &Basis::default());
        assert_eq!(findings.iter().map(|f| (f.rule, f.period.as_str())).collect::<Vec<_>>(), [("odd", "7")]);
        assert_eq!(RULE.to, To::Office);
    }
}
