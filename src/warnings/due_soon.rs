//! 临期 reminder: an open item has at most 30 days left. Said once per deadline, to the contact of the
//! lead unit; a new deadline is a new period.

use chrono::NaiveDate;

use super::Rule;
use crate::domain::basis::Threshold;
use crate::domain::warning::{Draft, Pending};
use crate::domain::{Basis, Both, Flag, Item, Lang, Text};
use crate::say;

pub(super) const RULE: Rule =
    Rule { name: "due_soon", meaning: Both { zh: "临近期限", en: "the deadline is near" }, check, line };

fn check(item: &Item, today: NaiveDate, basis: &Basis) -> Option<Draft> {
    item.standing(today, basis).has(Flag::DueSoon).then(|| Draft {
        rule: RULE.name,
        rung: "reminder",
        period: item.deadline.to_string(),
    })
}

fn line(warning: &Pending, today: NaiveDate, basis: &Basis, lang: Lang) -> Option<Text> {
    let soon = i64::from(basis.of(warning.round).first(Threshold::DueSoon));
    let days = (warning.deadline - today).num_days();
    // Done, handed in, moved to another day, or over: other rules' business by now.
    let holds = !warning.status.is_completed()
        && !warning.status.is_awaiting()
        && warning.period == warning.deadline.to_string()
        && (0..=soon).contains(&days);
    let (title, percent, deadline) = (super::short(&warning.title), warning.percent, warning.deadline);
    let left = if days == 0 {
        say!(lang, "今天到期", "due today")
    } else {
        say!(lang, "还有 {days} 天", "{days} days left")
    };
    holds.then(|| {
        Text::default().strong(format!("【{}】", warning.number)).then(say!(
            lang,
            "{title}：{percent}%，期限 {deadline}，{left}",
            "{title}: {percent}%, due {deadline}, {left}"
        ))
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::Status;

    fn line(warning: &Pending, today: NaiveDate, lang: Lang) -> Option<Text> {
        super::line(warning, today, &Basis::default(), lang)
    }

    fn warning(status: Status) -> Pending {
        Pending {
            id: Uuid::nil(),
            rule: RULE.name.into(),
            period: "2018-09-30".into(),
            round: Uuid::nil(),
            number: 30,
            title: "红石岭水源输水干渠未封闭".into(),
            percent: 88,
            status,
            deadline: "2018-09-30".parse().expect("a date"),
            last_report_on: None,
        }
    }

    #[test]
    fn a_line_counts_the_days_of_the_day_it_leaves() {
        let day = |text: &str| text.parse().expect("a date");
        let said =
            line(&warning(Status::InProgress), day("2018-09-03"), Lang::Zh).expect("still holds").bare();
        assert_eq!(said, "【30】红石岭水源输水干渠未封闭：88%，期限 2018-09-30，还有 27 天");
        assert_eq!(line(&warning(Status::InProgress), day("2018-10-01"), Lang::Zh), None);
        assert_eq!(line(&warning(Status::Applied), day("2018-09-03"), Lang::Zh), None);
        let moved = Pending { deadline: day("2018-12-31"), ..warning(Status::InProgress) };
        assert_eq!(line(&moved, day("2018-09-03"), Lang::Zh), None);
    }
}
