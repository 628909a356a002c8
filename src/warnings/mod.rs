//! When the bot speaks unasked: rules, pure functions of (item, day), one file each, in one table.
//! A rule says whether there is something to raise, and words it again when the message leaves, from
//! what holds then.

use chrono::NaiveDate;

use crate::domain::warning::{Draft, Pending};
use crate::domain::{Basis, Both, Item, Lang, Text};
use crate::say;

mod due_soon;
pub mod leader; // the week of whoever holds items
mod urge;

/// One rule.
pub struct Rule {
    /// Part of the key that makes a warning happen once.
    pub name: &'static str,
    pub meaning: Both,
    /// The warning this item needs on this day, if any.
    pub check: fn(&Item, NaiveDate, &Basis) -> Option<Draft>,
    /// One line about a warning that still holds; `None` when it no longer does.
    pub line: fn(&Pending, NaiveDate, &Basis, Lang) -> Option<Text>,
}

/// Lines of one digest: one screen of a phone, and one message on every platform.
const SHOWN: usize = 20;
/// Titles are cut here in a digest.
const TITLE: usize = 60;

/// The head of a title.
fn short(title: &str) -> String {
    if title.chars().count() <= TITLE {
        title.to_owned()
    } else {
        title.chars().take(TITLE).chain(['…']).collect()
    }
}

/// Every rule there is. A new one is a file and two lines here.
pub const WARNINGS: &[Rule] = &[due_soon::RULE, urge::RULE];

/// Everything the rules want raised about an item on a day.
pub fn check(item: &Item, today: NaiveDate, basis: &Basis) -> Vec<Draft> {
    WARNINGS.iter().filter_map(|rule| (rule.check)(item, today, basis)).collect()
}

/// One line about a warning that still holds; `None` when it no longer does, or no rule knows it.
pub fn line(warning: &Pending, today: NaiveDate, basis: &Basis, lang: Lang) -> Option<Text> {
    let rule = WARNINGS.iter().find(|rule| rule.name == warning.rule)?;
    (rule.line)(warning, today, basis, lang)
}

/// The message for a unit's contact: the warnings that still hold, in one. `None`: nothing to say.
pub fn digest(pending: &[Pending], today: NaiveDate, basis: &Basis, lang: Lang) -> Option<Text> {
    let lines: Vec<Text> = pending.iter().filter_map(|warning| line(warning, today, basis, lang)).collect();
    if lines.is_empty() {
        return None;
    }
    let count = lines.len();
    let is_urged = pending.iter().all(|warning| warning.rule == urge::RULE.name);
    let mut text = Text::default().strong(match is_urged {
        true => say!(lang, "⏰ 本月还有 {count} 项没有报", "⏰ {count} items not reported this month"),
        false => say!(lang, "⏰ 提醒：{count} 项临近期限", "⏰ Reminder: {count} due soon"),
    });
    for line in lines.into_iter().take(SHOWN) {
        text = text.then("\n");
        text.0.extend(line.0);
    }
    if count > SHOWN {
        let more = count - SHOWN;
        text = text.then(say!(lang, "\n另有 {more} 项，发送“我的”查看", "\n{more} more: send “mine”"));
    }
    let number = pending.first().map_or(0, |warning| warning.number);
    let hint = match is_urged {
        true => say!(
            lang,
            "\n回一句就行，没有变化就发“{number}项无变化”，例：",
            "\nOne sentence is enough, “item {number} no change” is one; e.g. "
        ),
        false => say!(
            lang,
            "\n验收一般要一个月，材料请提前备。有进展回一句就行，例：",
            "\nAcceptance takes about a month: prepare the file early. One sentence is enough, e.g. "
        ),
    };
    Some(text.then(hint).code(say!(
        lang,
        "进度 {number} 90 本月做了什么",
        "report {number} 90 what was done"
    )))
}
