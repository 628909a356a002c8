//! 预警 by hand: what the office itself warned of, in its own words. Never raised by a look; silent when the
//! item is done.

use chrono::NaiveDate;

use super::{Rule, To, short};
use crate::domain::finding::Look;
use crate::domain::warning::{MANUAL, Pending};
use crate::domain::{Basis, Both, Lang, Text};
use crate::say;

pub(super) const RULE: Rule = Rule {
    name: MANUAL,
    version: 1,
    title: Both { zh: "整改办预警", en: "warned by the office" },
    to: To::Beside,
    meaning: Both {
        zh: "整改办发的预警，分颜色", en: "what the office warned of by hand, with a colour"
    },
    look: |_, _, _| Look::default(),
    line,
};

fn line(warning: &Pending, _: NaiveDate, _: &Basis, lang: Lang) -> Option<Text> {
    let by_hand = warning.by_hand.as_ref()?;
    let (item, said) = (&warning.facts.item, &by_hand.text);
    let (number, title, colour) = (item.number, short(&item.title), by_hand.colour.shown(lang));
    Some(Text::default().strong(format!("【{number}】{colour} · ")).then(say!(
        lang,
        "{title}：{said}（整改办）",
        "{title}: {said} (the office)"
    )))
}
