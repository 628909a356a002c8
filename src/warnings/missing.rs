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
    version: 2,
    title: Both { zh: "未报", en: "not reported" },
    to: To::Ladder,
    meaning: Both {
        zh: "填报截止后仍没有报，连续两期更重",
        en: "not reported when the window closed; two in a row weigh more",
    },
    look,
    line,
};

/// When the lead unit was heard last. What was sent back was heard; that it is reported anew has its own limit.
fn heard(facts: &Facts) -> NaiveDate {
    let (item, returned) = (&facts.item, facts.returned.map(|returned| returned.on));
    [item.state.last_report_on, returned].into_iter().flatten().fold(item.opened_on, NaiveDate::max)
}

/// The last two of the item's periods whose windows closed without a word, the later first; at most two.
fn silent(facts: &Facts, today: NaiveDate, basis: &Basis) -> Vec<Cycle> {
    let (item, heard) = (&facts.item, heard(facts));
    let closed = basis.last_closed(item.round, item.rhythm, today);
    let before = basis.closed_before(item.round, item.rhythm, &closed);
    [closed, before].into_iter().filter(|cycle| heard < cycle.starts_on).collect()
}

fn look(facts: &Facts, today: NaiveDate, basis: &Basis) -> Look {
    let silent = silent(facts, today, basis);
    // Two in a row are said once for each silence, however many follow: from there on the ladder speaks.
    let (rung, period) = match (&*silent, heard(facts)) {
        ([_, _, ..], heard) => (Rung::Warning, format!("after/{heard}")),
        ([cycle], _) if cycle.every == Every::Month => {
            (Rung::Reminder, cycle.starts_on.format("%Y-%m").to_string())
        }
        ([cycle], _) => (Rung::Reminder, format!("{}/{}", cycle.every.code(), cycle.starts_on)),
        ([], _) => (Rung::Reminder, String::new()),
    };
    let next = basis.next_closed_on(facts.item.round, facts.item.rhythm, today);
    found(&RULE, !silent.is_empty(), rung, period, again([Some(next)], today))
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
    use crate::domain::cycle::{Rhythm, Why};
    use crate::domain::finding::Returned;
    use crate::warnings::sample::{day, facts, pending};

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
        let twice = Some((Rung::Warning, "after/2018-07-24".to_owned()));
        assert_eq!(at("2018-09-26").0, twice);
        assert_eq!(at("2018-10-26").0, twice, "a third one is not said anew");
    }

    #[test]
    fn each_period_is_called_by_the_pace_it_was_owed_at() {
        let mut facts = facts("2019-12-31");
        facts.item.state.last_report_on = Some(day("2018-08-22"));
        facts.item.rhythm =
            Rhythm { every: Every::HalfMonth, since: Some(day("2018-09-26")), why: Some(Why::Missing) };
        let said = |facts: &Facts, on: &str| {
            let warning = pending(facts.clone(), &RULE, "");
            line(&warning, day(on), &Basis::default(), Lang::Zh).map(|text| text.bare())
        };
        let head = "【30】红石岭水源输水干渠未封闭：";
        let one = format!("{head}9 月没有填报，上次 2018-08-22");
        assert_eq!(said(&facts, "2018-10-10"), Some(one));
        let two = format!("{head}9 月、10 月 1 日起的一期连续两期没有填报，上次 2018-08-22");
        assert_eq!(said(&facts, "2018-10-16"), Some(two));
        // Reported, and sent back.
        facts.returned = Some(Returned { on: day("2018-10-09"), due_on: day("2018-10-16") });
        assert_eq!(said(&facts, "2018-10-16"), None);
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
