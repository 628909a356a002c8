//! 临期: the deadline comes near. Said once at each step (30, 15, 7, 3 and 1 days before it by default), and
//! of steps that were passed in silence only the last. A new deadline begins anew.

use chrono::{Days, NaiveDate};

use super::{Rule, To, again, found, head};
use crate::domain::basis::Threshold;
use crate::domain::finding::{Facts, Look, Rung};
use crate::domain::warning::Pending;
use crate::domain::{Basis, Both, Lang, Text};
use crate::say;

pub(super) const RULE: Rule = Rule {
    name: "due_soon",
    version: 2,
    title: Both { zh: "临期提醒", en: "due soon" },
    to: To::Unit,
    meaning: Both {
        zh: "临近期限，每到一级提醒一次", en: "the deadline is near, said once at each step"
    },
    look,
    line,
};

/// From so many days before the deadline on the working days stand beside the calendar days.
const NEAR: i64 = 15;

fn look(facts: &Facts, today: NaiveDate, basis: &Basis) -> Look {
    let item = &facts.item;
    let (left, steps) = ((item.deadline - today).num_days(), basis.of(item.round).all(Threshold::DueSoon));
    // Falling: the last one reached is the nearest.
    let step = steps.iter().rfind(|step| (0..=i64::from(**step)).contains(&left));
    let period = step.map(|step| format!("{}/{step}", item.deadline)).unwrap_or_default();
    let days = steps.iter().map(|step| item.deadline.checked_sub_days(Days::new(u64::try_from(*step).ok()?)));
    found(&RULE, step.is_some(), Rung::Reminder, period, again(days, today))
}

fn line(warning: &Pending, today: NaiveDate, basis: &Basis, lang: Lang) -> Option<Text> {
    let (percent, deadline) = (warning.facts.item.state.percent, warning.facts.item.deadline);
    let days = (deadline - today).num_days();
    let left = if days == 0 {
        say!(lang, "今天到期", "due today")
    } else {
        say!(lang, "还有 {days} 天", "{days} days left")
    };
    // Deadlines count calendar days; what can still be done in them is what the working days say.
    let left = if (1..=NEAR).contains(&days) {
        let workdays = basis.calendar.workdays_left(today + Days::new(1), deadline);
        let workdays = match workdays.days {
            0 => say!(lang, "都是休息日", "all of them rest days"),
            _ => workdays.spoken(lang),
        };
        say!(lang, "{left}（{workdays}）", "{left}, {workdays}")
    } else {
        left
    };
    Some(head(warning, lang).then(say!(
        lang,
        "{percent}%，期限 {deadline}，{left}",
        "{percent}%, due {deadline}, {left}"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::workday::Calendar;
    use crate::warnings::digest;
    use crate::warnings::sample::{day, facts, pending};

    #[test]
    fn each_step_is_said_on_its_day_and_the_last_of_those_passed() {
        let facts = facts("2018-09-30");
        let at = |on: &str| {
            let look = look(&facts, day(on), &Basis::default());
            (look.finding.map(|finding| finding.period), look.again)
        };
        let step = |step: &str| Some(format!("2018-09-30/{step}"));
        assert_eq!(at("2018-08-30"), (None, Some(day("2018-08-31"))));
        assert_eq!(at("2018-08-31"), (step("30"), Some(day("2018-09-15"))));
        assert_eq!(at("2018-09-14").0, step("30"));
        assert_eq!(at("2018-09-15").0, step("15"));
        assert_eq!(at("2018-09-28").0, step("3"));
        assert_eq!(at("2018-09-30"), (step("1"), None));
        assert_eq!(at("2018-10-01"), (None, None), "overdue by now");
    }

    #[test]
    fn a_line_counts_the_days_of_the_day_it_leaves() {
        let calendar = Calendar::new([
            (day("2018-01-01"), false),
            (day("2018-09-24"), false),
            (day("2018-09-29"), true),
            (day("2018-09-30"), true),
        ]);
        let basis = Basis::new(0, calendar, []);
        let head = "⏰ 提醒：1 项临近期限\n【30】红石岭水源输水干渠未封闭：88%，期限 2018-09-30，";
        for (today, step, left) in [
            ("2018-09-03", "30", "还有 27 天"),
            ("2018-09-20", "15", "还有 10 天（7 个工作日，按 9 月 29、30 日补班计，其间 9 月 24 日放假）"),
            ("2018-09-29", "1", "还有 1 天（1 个工作日，按 9 月 30 日补班计）"),
            ("2018-09-30", "1", "今天到期"),
        ] {
            let warning = pending(facts("2018-09-30"), &RULE, &format!("2018-09-30/{step}"));
            let said = digest(&[warning], day(today), &basis, Lang::Zh).expect("still holds").bare();
            assert!(said.starts_with(&format!("{head}{left}\n")), "{said}");
        }
    }

    #[test]
    fn what_no_longer_holds_is_not_said() {
        let say = |facts: Facts, today: &str| {
            let warning = pending(facts, &RULE, "2018-09-30/30");
            digest(&[warning], day(today), &Basis::default(), Lang::Zh).is_some()
        };
        assert!(say(facts("2018-09-30"), "2018-09-03"));
        assert!(!say(facts("2018-09-30"), "2018-10-01"));
        assert!(!say(facts("2018-12-31"), "2018-09-03"), "the deadline was moved");
        let mut applied = facts("2018-09-30");
        applied.item.state.status = crate::domain::Status::Applied;
        assert!(!say(applied, "2018-09-03"));
    }
}
