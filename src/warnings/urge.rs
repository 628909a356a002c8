//! 催报: the office reminds of what has not been reported this month. Raised by the office's press, never
//! by the sweep; silent when the report has come meanwhile.

use chrono::NaiveDate;

use super::{Rule, To, head};
use crate::domain::finding::Look;
use crate::domain::warning::Pending;
use crate::domain::{Basis, Both, Lang, Text};
use crate::say;

pub(super) const RULE: Rule = Rule {
    name: "urge",
    version: 1,
    title: Both { zh: "催报", en: "urged to report" },
    to: To::Unit,
    meaning: Both {
        zh: "整改办催报：本月还没有填报", en: "the office reminds: not reported this month"
    },
    look: |_, _, _| Look::default(),
    line,
};

fn line(warning: &Pending, today: NaiveDate, basis: &Basis, lang: Lang) -> Option<Text> {
    let state = &warning.facts.item.state;
    let item = &warning.facts.item;
    let begun = basis.current(item.round, item.rhythm, today).starts_on;
    let holds = state.last_report_on.is_none_or(|on| on < begun);
    let percent = state.percent;
    let last = match state.last_report_on {
        Some(on) => say!(lang, "上次 {on}", "last time {on}"),
        None => say!(lang, "还没有报过", "never yet"),
    };
    holds.then(|| head(warning, lang).then(say!(lang, "{percent}%，{last}", "{percent}%, {last}")))
}
