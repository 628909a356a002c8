//! 待回复: a notice is to be answered by tomorrow, or was. Said once of a copy, beside whatever else is said about
//! its item; raised by the worker that looks after copies, never by a look at an item.

use std::cmp::Ordering;

use chrono::{Days, NaiveDate};

use super::{Rule, To, head};
use crate::domain::finding::Look;
use crate::domain::warning::{ANSWER_DUE, Pending};
use crate::domain::{Basis, Both, Lang, Text};
use crate::say;

pub(super) const RULE: Rule = Rule {
    name: ANSWER_DUE,
    version: 1,
    title: Both { zh: "待回复发文", en: "a notice to answer" },
    to: To::Beside,
    meaning: Both {
        zh: "发文的回复限期将到，只提醒一次", en: "a notice is to be answered soon, said once"
    },
    look: |_, _, _| Look::default(),
    line,
};

fn line(warning: &Pending, today: NaiveDate, basis: &Basis, lang: Lang) -> Option<Text> {
    let due = warning.answer_due.as_ref()?;
    let (number, by) = (&due.number, due.by);
    let left = basis.calendar.workdays_left(today + Days::new(1), by).spoken(lang);
    let until = match by.cmp(&today) {
        Ordering::Less => say!(lang, "回复限期 {by} 已过", "was to be answered by {by}"),
        Ordering::Equal => say!(lang, "今天（{by}）是回复限期", "is to be answered today, {by}"),
        Ordering::Greater => {
            say!(lang, "请于 {by} 前回复（还有 {left}）", "is to be answered by {by} ({left})")
        }
    };
    let text = head(warning, lang).then(say!(lang, "{number} {until}，发：", "{number} {until}: "));
    Some(text.code(say!(lang, "回复 {number} 内容", "reply {number} WORDS")))
}
