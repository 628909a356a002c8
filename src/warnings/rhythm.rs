//! 加密调度: an item is reported on more often from now on, or less often again; told once for each move, with
//! the reason.

use chrono::{Datelike, NaiveDate};

use super::Rule;
use crate::domain::cycle::Why;
use crate::domain::warning::{Draft, Pending};
use crate::domain::{Basis, Both, Item, Lang, Text};
use crate::say;

pub(super) const RULE: Rule = Rule {
    name: "rhythm",
    meaning: Both {
        zh: "加密调度，或恢复原来的频次", en: "to be reported more often, or less often again"
    },
    check,
    line,
};

fn check(item: &Item, _: NaiveDate, _: &Basis) -> Option<Draft> {
    let since = item.rhythm.since.filter(|_| !item.state.status.is_completed())?;
    Some(Draft { rule: RULE.name, rung: "reminder", period: since.to_string() })
}

fn line(warning: &Pending, today: NaiveDate, basis: &Basis, lang: Lang) -> Option<Text> {
    let rhythm = warning.rhythm;
    // Moved on meanwhile: that move is told by its own warning.
    let since = rhythm.since.filter(|since| warning.period == since.to_string())?;
    if warning.status.is_completed() {
        return None;
    }
    let (title, often) = (super::short(&warning.title), rhythm.every.word().pick(lang));
    let mut next = basis.cycle(warning.round, rhythm.every, since.max(today));
    if next.starts_on < since {
        next = basis.cycle_after(warning.round, &next);
    }
    let day = |day: NaiveDate| {
        let (month, date) = (day.month(), day.day());
        say!(lang, "{month} 月 {date} 日", "{day}")
    };
    let (from, to) = (day(next.starts_on), day(next.closes_on));
    let what = match rhythm.why {
        Some(Why::Good) => say!(
            lang,
            "上一期正常，恢复{often}填报，下一期 {from}起、{to}截止",
            "a good period: reported {often} again, the next from {from}, closing on {to}"
        ),
        why => {
            let why = match why {
                Some(Why::Lagging) => say!(lang, "进度明显落后", "seriously behind"),
                _ => say!(lang, "上一期没有报", "not reported in the last period"),
            };
            say!(
                lang,
                "{why}，改为{often}填报，下一期 {from}起、{to}截止，正常一期后恢复",
                "{why}: reported {often} from now on, the next from {from}, closing on {to}; back after one good period"
            )
        }
    };
    Some(Text::default().strong(format!("【{}】", warning.number)).then(say!(
        lang,
        "{title}：{what}",
        "{title}: {what}"
    )))
}
