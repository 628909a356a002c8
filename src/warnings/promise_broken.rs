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
