//! 未报: the lead unit was not heard in the window that closed last; two windows in a row are a warning.

use chrono::{Datelike, NaiveDate};

use super::{Rule, To, again, found, head};
use crate::domain::cycle::{Cycle, Every};
use crate::domain::finding::{Facts, Look, Rung};
use crate::domain::warning::Pending;
use crate::domain::{Basis, Both, Lang, Text};
use crate::say;

pub(super) const RULE: Rule = Rule {
    name: "missing",
    version: 1,
    title: Both { zh: "未报", en: "not reported" },
    to: To::Ladder,
    meaning: Both {
        zh: "填报截止后仍没有报，连续两期更重",
        en: "not reported when the window closed; two in a row weigh more",
    },
    look,
    line,
};

/// The last two of the item's periods whose windows closed without a word, the later first; at most two.
fn silent(facts: &Facts, today: NaiveDate, basis: &Basis) -> Vec<Cycle> {
    let item = &facts.item;
    let heard = item.state.last_report_on.map_or(item.opened_on, |on| on.max(item.opened_on));
    let closed = basis.last_closed(item.round, item.rhythm, today);
    let before = basis.cycle_before(item.round, &closed);
    [closed, before].into_iter().filter(|cycle| heard < cycle.starts_on).collect()
}

fn look(facts: &Facts, today: NaiveDate, basis: &Basis) -> Look {
    let silent = silent(facts, today, basis);
    let rung = if silent.len() > 1 { Rung::Warning } else { Rung::Reminder };
    let period = silent.first().map(|cycle| match cycle.every {
        Every::Month => cycle.starts_on.format("%Y-%m").to_string(),
        every => format!("{}/{}", every.code(), cycle.starts_on),
    });
    let next = basis.next_closed_on(facts.item.round, facts.item.rhythm, today);
    found(&RULE, !silent.is_empty(), rung, period.unwrap_or_default(), again([Some(next)], today))
}

fn line(warning: &Pending, today: NaiveDate, basis: &Basis, lang: Lang) -> Option<Text> {
    let silent = silent(&warning.facts, today, basis);
    let names: Vec<String> = silent.iter().rev().map(|cycle| called(cycle, lang)).collect();
    let names = names.join(say!(lang, "、", " and ").as_str());
    let last = match warning.facts.item.state.last_report_on {
        Some(on) => say!(lang, "上次 {on}", "last time {on}"),
        None => say!(lang, "还没有报过", "never yet"),
    };
    let words = match silent.len() {
        0 => return None,
        1 => say!(lang, "{names}没有填报，{last}", "nothing reported in {names}, {last}"),
        _ => say!(lang, "{names}连续两期没有填报，{last}", "nothing reported in {names}, {last}"),
    };
    Some(head(warning, lang).then(words))
}

/// `8 月`, `9 月 10 日那一期`.
fn called(cycle: &Cycle, lang: Lang) -> String {
    let (month, day, name) = (cycle.starts_on.month(), cycle.starts_on.day(), cycle.starts_on.format("%b"));
    match cycle.every {
        Every::Month => say!(lang, "{month} 月", "{name}"),
        _ => say!(lang, "{month} 月 {day} 日起的一期", "the period from {name} {day}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::warnings::sample::{day, facts};

    #[test]
    fn one_window_reminds_and_two_in_a_row_warn() {
        let mut facts = facts("2019-12-31");
        facts.item.state.last_report_on = Some(day("2018-07-24"));
        let at = |on: &str| {
            let look = look(&facts, day(on), &Basis::default());
            (look.finding.map(|finding| (finding.rung, finding.period)), look.again)
        };
        // August's window closes on Monday the 27th, September's on the 25th.
        assert_eq!(at("2018-08-27"), (None, Some(day("2018-08-28"))));
        assert_eq!(at("2018-08-28").0, Some((Rung::Reminder, "2018-08".into())));
        assert_eq!(at("2018-09-25"), (Some((Rung::Reminder, "2018-08".into())), Some(day("2018-09-26"))));
        assert_eq!(at("2018-09-26").0, Some((Rung::Warning, "2018-09".into())));
    }

    #[test]
    fn a_new_item_has_time_until_its_first_whole_window() {
        let mut facts = facts("2019-12-31");
        (facts.item.state.last_report_on, facts.item.opened_on) = (None, day("2018-08-02"));
        assert_eq!(look(&facts, day("2018-08-28"), &Basis::default()).finding, None);
        let later = look(&facts, day("2018-09-26"), &Basis::default()).finding;
        assert_eq!(later.map(|finding| finding.rung), Some(Rung::Reminder));
    }
}
