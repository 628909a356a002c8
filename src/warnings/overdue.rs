//! 逾期: the deadline has passed and nothing was handed in. Begins the day after. Reminded of before (临期),
//! so that it begins as a warning; what is handed in waits for others and is left alone.

use chrono::NaiveDate;

use super::{Rule, To, again, found, head};
use crate::domain::finding::{Facts, Look, Rung};
use crate::domain::warning::Pending;
use crate::domain::{Basis, Both, Lang, Text};
use crate::say;

pub(super) const RULE: Rule = Rule {
    name: "overdue",
    version: 1,
    title: Both { zh: "逾期", en: "overdue" },
    to: To::Ladder,
    meaning: Both {
        zh: "过了期限、没有申请验收", en: "past the deadline, acceptance not applied for"
    },
    look,
    line,
};

fn look(facts: &Facts, today: NaiveDate, _: &Basis) -> Look {
    let deadline = facts.item.deadline;
    found(&RULE, deadline < today, Rung::Warning, deadline.to_string(), again([deadline.succ_opt()], today))
}

fn line(warning: &Pending, today: NaiveDate, _: &Basis, lang: Lang) -> Option<Text> {
    let (percent, deadline) = (warning.facts.item.state.percent, warning.facts.item.deadline);
    let days = (today - deadline).num_days();
    Some(head(warning, lang).then(say!(
        lang,
        "{percent}%，期限 {deadline}，已逾期 {days} 天",
        "{percent}%, due {deadline}, {days} days overdue"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Status;
    use crate::warnings::sample::{day, facts};

    fn rung(facts: &Facts, on: &str) -> Option<Rung> {
        look(facts, day(on), &Basis::default()).finding.map(|finding| finding.rung)
    }

    #[test]
    fn it_begins_the_day_after_the_deadline() {
        let mut facts = facts("2018-09-30");
        assert_eq!(rung(&facts, "2018-09-30"), None);
        assert_eq!(look(&facts, day("2018-09-30"), &Basis::default()).again, Some(day("2018-10-01")));
        assert_eq!(rung(&facts, "2018-10-01"), Some(Rung::Warning));
        facts.item.deadline = day("2018-10-31");
        assert_eq!(rung(&facts, "2018-10-01"), None, "an extension ends it");
    }

    #[test]
    fn what_is_handed_in_or_done_is_left_alone() {
        for status in [Status::Applied, Status::Checking, Status::Publicity, Status::Completed] {
            let mut facts = facts("2018-09-30");
            facts.item.state.status = status;
            assert_eq!(crate::warnings::look(&facts, day("2018-12-01"), &Basis::default()).0, []);
        }
    }
}
