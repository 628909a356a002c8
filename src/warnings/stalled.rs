//! 停滞: reported, but the percent has stood still over several windows. Said once for each standstill, and
//! as a question about help rather than a reproach.

use chrono::NaiveDate;

use super::{Rule, To, again, found, head};
use crate::domain::basis::Threshold;
use crate::domain::cycle::Rhythm;
use crate::domain::finding::{Facts, Look, Rung};
use crate::domain::warning::Pending;
use crate::domain::{Basis, Both, Lang, Text};
use crate::say;

pub(super) const RULE: Rule = Rule {
    name: "stalled",
    version: 1,
    title: Both { zh: "久无进展", en: "stalled" },
    to: To::Ladder,
    meaning: Both {
        zh: "连续几期进度没有变化", en: "no change of the percent over several windows"
    },
    look,
    line,
};

fn look(facts: &Facts, today: NaiveDate, basis: &Basis) -> Look {
    let percent = facts.item.state.percent;
    let still = percent < 100 && facts.percent_before == Some(percent);
    let next = basis.next_closed_on(facts.item.round, Rhythm::default(), today);
    found(&RULE, still, Rung::Reminder, format!("{percent}%"), again([Some(next)], today))
}

fn line(warning: &Pending, _: NaiveDate, basis: &Basis, lang: Lang) -> Option<Text> {
    let item = &warning.facts.item;
    let (percent, windows) = (item.state.percent, basis.of(item.round).first(Threshold::Stalled));
    Some(head(warning, lang).then(say!(
        lang,
        "连续 {windows} 期停在 {percent}%，有难处请写明要协调什么",
        "{percent}% over {windows} windows; if something is in the way, say what help is wanted"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::finding::still_since;
    use crate::warnings::sample::{day, facts};

    #[test]
    fn windows_count_when_they_have_closed() {
        let mut facts = facts("2019-12-31");
        let basis = Basis::default();
        assert_eq!(still_since(facts.item.round, day("2018-08-27"), &basis), day("2018-06-01"));
        assert_eq!(still_since(facts.item.round, day("2018-08-28"), &basis), day("2018-07-01"));
        let mut at = |before: Option<i16>, percent: i16| {
            (facts.percent_before, facts.item.state.percent) = (before, percent);
            look(&facts, day("2018-08-28"), &basis).finding.map(|finding| finding.period)
        };
        assert_eq!(at(Some(50), 50), Some("50%".into()));
        assert_eq!(at(Some(49), 50), None);
        assert_eq!(at(None, 50), None, "it was not there yet");
        assert_eq!(at(Some(100), 100), None, "done, and waiting to be handed in");
    }
}
