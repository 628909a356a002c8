//! 加密调度: an item is reported on more often from now on, or less often again; told once for each move, with
//! the reason.

use chrono::{Datelike, NaiveDate};

use super::{Rule, To, head};
use crate::domain::cycle::Why;
use crate::domain::finding::{Facts, Finding, Look, Rung};
use crate::domain::warning::Pending;
use crate::domain::{Basis, Both, Lang, Text};
use crate::say;

pub(super) const RULE: Rule = Rule {
    name: "rhythm",
    meaning: Both {
        zh: "加密调度，或恢复原来的频次", en: "to be reported more often, or less often again"
    },
    version: 1,
    title: Both { zh: "填报频次", en: "reporting pace" },
    to: To::Beside,
    look,
    line,
};

fn look(facts: &Facts, _: NaiveDate, _: &Basis) -> Look {
    let since = facts.item.rhythm.since;
    let finding =
        since.map(|since| Finding { rule: RULE.name, rung: Rung::Reminder, period: since.to_string() });
    Look { finding, again: None }
}

fn line(warning: &Pending, today: NaiveDate, basis: &Basis, lang: Lang) -> Option<Text> {
    let item = &warning.facts.item;
    let rhythm = item.rhythm;
    // Moved on meanwhile: that move is told by its own warning.
    let since = rhythm.since.filter(|since| warning.period == since.to_string())?;
    let often = rhythm.every.word().pick(lang);
    let mut next = basis.cycle(item.round, rhythm.every, since.max(today));
    if next.starts_on < since {
        next = basis.cycle_after(item.round, &next);
    }
    let day = |day: NaiveDate| {
        let (month, date) = (day.month(), day.day());
        say!(lang, "{month} 月 {date} 日", "{day}")
    };
    let (from, to) = (day(next.starts_on), day(next.closes_on));
    let which = match next.starts_on > today {
        true => say!(lang, "下一期", "the next"),
        false => say!(lang, "这一期", "this one"),
    };
    let what = match rhythm.why {
        Some(Why::Good) => say!(
            lang,
            "上一期正常，恢复{often}填报，{which} {from}起、{to}截止",
            "a good period: reported {often} again, {which} from {from}, closing on {to}"
        ),
        why => {
            let why = match why {
                Some(Why::Lagging) => say!(lang, "进度明显落后", "seriously behind"),
                // It came late, before this was told.
                Some(Why::Missing) if item.state.last_report_on >= Some(since) => {
                    say!(lang, "上一期截止后才报", "reported after the last period had closed")
                }
                _ => say!(lang, "上一期没有报", "not reported in the last period"),
            };
            say!(
                lang,
                "改为{often}填报（{why}），{which} {from}起、{to}截止，正常一期后恢复",
                "reported {often} from now on ({why}), {which} from {from}, closing on {to}; back after one good period"
            )
        }
    };
    Some(head(warning, lang).then(what))
}
