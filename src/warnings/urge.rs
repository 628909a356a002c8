//! 催报: the office reminds of what has not been reported this month. Raised by the office's press, never
//! by the sweep; silent when the report has come meanwhile.

use chrono::NaiveDate;

use super::Rule;
use crate::domain::warning::Pending;
use crate::domain::{Basis, Both, Lang, Text};
use crate::say;

pub(super) const RULE: Rule = Rule {
    name: "urge",
    meaning: Both {
        zh: "整改办催报：本月还没有填报", en: "the office reminds: not reported this month"
    },
    check: |_, _, _| None,
    line,
};

fn line(warning: &Pending, today: NaiveDate, basis: &Basis, lang: Lang) -> Option<Text> {
    let begun = basis.current(warning.round, warning.rhythm, today).starts_on;
    let holds = !warning.status.is_completed() && warning.last_report_on.is_none_or(|on| on < begun);
    let (title, percent) = (super::short(&warning.title), warning.percent);
    let last = match warning.last_report_on {
        Some(on) => say!(lang, "上次 {on}", "last time {on}"),
        None => say!(lang, "还没有报过", "never yet"),
    };
    holds.then(|| {
        Text::default().strong(format!("【{}】", warning.number)).then(say!(
            lang,
            "{title}：{percent}%，{last}",
            "{title}: {percent}%, {last}"
        ))
    })
}
