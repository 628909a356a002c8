//! 临期 reminder: an open item has at most 30 days left. Said once per deadline, to the contact of the
//! lead unit; a new deadline is a new period.

use chrono::{Days, NaiveDate};

use super::Rule;
use crate::domain::basis::Threshold;
use crate::domain::warning::{Draft, Pending};
use crate::domain::{Basis, Both, Flag, Item, Lang, Text};
use crate::say;

pub(super) const RULE: Rule =
    Rule { name: "due_soon", meaning: Both { zh: "临近期限", en: "the deadline is near" }, check, line };

/// From so many days before the deadline on the working days stand beside the calendar days.
const NEAR: i64 = 15;

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
    // Deadlines count calendar days; what can still be done in them is what the working days say.
    let left = if (1..=NEAR).contains(&days) {
        let workdays = basis.calendar.workdays_left(today + Days::new(1), warning.deadline).spoken(lang);
        say!(lang, "{left}（{workdays}）", "{left}, {workdays}")
    } else {
        left
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
    use crate::domain::workday::Calendar;
    use crate::domain::{Status, UnitRef};

    fn warning(status: Status) -> Pending {
        Pending {
            id: Uuid::nil(),
            unit: UnitRef { id: Uuid::nil(), name: String::new() },
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
        let calendar = Calendar::new([
            (day("2018-01-01"), false),
            (day("2018-09-24"), false),
            (day("2018-09-29"), true),
            (day("2018-09-30"), true),
        ]);
        let basis = Basis::new(0, calendar, []);
        let said = |warning: &Pending, today: &str| {
            line(warning, day(today), &basis, Lang::Zh).map(|text| text.bare())
        };
        let open = warning(Status::InProgress);
        let head = "【30】红石岭水源输水干渠未封闭：88%，期限 2018-09-30，";
        for (today, left) in [
            ("2018-09-03", "还有 27 天"),
            ("2018-09-20", "还有 10 天（7 个工作日，按 9 月 29、30 日补班计，其间 9 月 24 日放假）"),
            ("2018-09-29", "还有 1 天（1 个工作日，按 9 月 30 日补班计）"),
            ("2018-09-30", "今天到期"),
        ] {
            assert_eq!(said(&open, today), Some(format!("{head}{left}")));
        }
        assert_eq!(said(&open, "2018-10-01"), None);
        assert_eq!(said(&warning(Status::Applied), "2018-09-03"), None);
        let moved = Pending { deadline: day("2018-12-31"), ..open };
        assert_eq!(said(&moved, "2018-09-03"), None);
    }
}
