//! What stands in a notice: official wording, in Chinese whatever language its reader has chosen. Figures come
//! from the ledger as of a day; what is asked for is the office's own.

use chrono::NaiveDate;

use super::{Form, Line};
use crate::domain::Item;
use crate::domain::basis::Basis;
use crate::domain::flag::{Flag, planned_percent};
use crate::domain::sentence;
use crate::domain::time::official;
use crate::domain::workday::Calendar;

/// Before what is said of an item in which its reader only co-operates.
pub const CO: &str = "〔配合〕";

/// `第16、22项`
fn items(numbers: &[i32]) -> String {
    let numbers: Vec<String> = numbers.iter().map(i32::to_string).collect();
    format!("第{}项", numbers.join("、"))
}

/// 关于第16、22项整改工作的督办通知
pub fn title(form: Form, numbers: &[i32]) -> String {
    let form = form.word().zh;
    match numbers {
        [] => format!("关于环保督察整改工作进展情况的{form}"),
        _ => format!("关于{}整改工作的{form}", items(numbers)),
    }
}

/// On what it rests: the plan and its items.
pub fn basis(round: &str, numbers: &[i32]) -> String {
    match numbers {
        [] => format!("{round}整改方案"),
        _ => format!("{round}整改方案{}", items(numbers)),
    }
}

/// The same with fewer of its items. What was drafted in other words stays as it is.
pub fn basis_of(basis: &str, all: &[i32], own: &[i32]) -> String {
    match basis.strip_suffix(&items(all)) {
        Some(plan) => format!("{plan}{}", items(own)),
        None => basis.to_owned(),
    }
}

/// How an item stands on a day.
pub fn line(item: &Item, today: NaiveDate, basis: &Basis) -> Line {
    let (title, percent) = (&item.title, item.state.percent);
    let mut fact = format!("{title}：整改时限{}，上报进度{percent}%", official(item.deadline));
    if let Some(planned) = planned_percent(&item.milestones, today).filter(|planned| *planned > percent) {
        fact += &format!("，阶段目标{planned}%，相差{}个百分点", planned - percent);
    }
    let standing = item.standing(today, basis);
    let late = (today - item.deadline).num_days();
    if standing.has(Flag::Overdue) && late > 0 {
        fact += &format!("，已逾期{late}天");
    }
    fact += &match item.state.last_report_on {
        Some(on) => format!("，最近填报{}", official(on)),
        None => "，至今没有填报".to_owned(),
    };
    let units = std::iter::once(item.lead.id).chain(item.co.iter().copied()).collect();
    Line { item: item.id, number: item.number, fact, lead: item.lead.id, units }
}

/// What is asked for where the office wrote nothing of its own.
pub fn demand(form: Form) -> &'static str {
    match form {
        Form::Warning | Form::Supervision => "书面说明原因，倒排整改计划，明确完成日期，按期完成整改。",
        Form::Letter => "对照整改方案加快推进，按期完成整改。",
        Form::Circular => "点到的事项，牵头单位抓紧整改，书面报告整改情况；其他事项对照整改方案按期完成。",
        Form::Interview => "单位主要负责人参加约谈，并提交书面情况说明；约谈后30天内书面报告整改情况。",
    }
}

/// In a sentence with one of these a day is the day of the answer.
const ANSWERS: [&str; 7] = ["书面", "回复", "答复", "反馈", "报送", "reply", "answer"];

/// The days to come that a demand names.
pub fn days(demand: &str, today: NaiveDate, calendar: &Calendar) -> Vec<NaiveDate> {
    let named = sentence::days_in(demand).into_iter();
    named
        .map(|word| word.resolve(today, &|day| calendar.is_workday(day)))
        .filter(|day| *day > today)
        .collect()
}

/// The day by which a demand itself wants the answer: 9月15日前书面报告. A day by which the work is to be done says
/// nothing of that.
pub fn answer_by(demand: &str, today: NaiveDate, calendar: &Calendar) -> Option<NaiveDate> {
    let clauses = demand.split(['，', '。', '；', ',', ';', '\n']);
    let mut answers = clauses.filter(|clause| ANSWERS.iter().any(|word| clause.contains(word)));
    answers.find_map(|clause| days(clause, today, calendar).pop())
}

/// Who is to answer and until when; a circular asks those whose items it names.
pub fn limit(form: Form, by: NaiveDate) -> String {
    let by = official(by);
    match form {
        Form::Circular => format!("请上述事项的牵头单位于{by}前回复办理情况；其他单位供工作参考，不用回复。"),
        _ => format!("请于{by}前回复办理情况。"),
    }
}

/// Units whose items are all completed, as a circular praises them; at most eight by name.
pub fn done_well(figures: &super::Figures) -> String {
    let done: Vec<&str> = figures
        .units
        .iter()
        .filter(|row| row.total > 0 && row.completed == row.total)
        .map(|row| row.unit.name.as_str())
        .collect();
    match done.len() {
        0 => String::new(),
        1..=8 => done.join("、"),
        count => format!("{}等{count}个单位", done[..8].join("、")),
    }
}
