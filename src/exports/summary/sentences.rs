//! The sentences of the report that count: what there was none of is left out, and where there was nothing at all
//! the sentence says so, for whoever edits the draft. Their words are those of the report alone.

use super::{Count, Done, percent};
use crate::domain::item::Status;
use crate::domain::tally::Lamp;

/// Each sentence under its placeholder.
pub(super) fn all(count: &Count, done: &Done) -> [(&'static str, String); 7] {
    [
        ("完成情况", completed(count)),
        ("会议活动", activities(done)),
        ("调度情况", dispatched(done)),
        ("督办情况", supervised(done)),
        ("验收情况", accepted(count, done)),
        ("宣传情况", published(done)),
        ("问题情况", problems(count)),
    ]
}

/// `召开会议3次，组织业务培训1次`: only what there was.
fn counted<const N: usize>(parts: [(i64, String); N]) -> String {
    let there = parts.into_iter().filter(|(number, _)| *number > 0).map(|(_, words)| words);
    there.collect::<Vec<_>>().join("，")
}

/// A sentence about what there was.
fn sentence(before: &str, counted: &str) -> String {
    match counted {
        "" => String::new(),
        _ => format!("{before}{counted}。"),
    }
}

/// What was said, or that the ledger has nothing of it.
fn or_none(said: String, of: &str) -> String {
    match said.as_str() {
        "" => format!("台账中没有登记{of}。"),
        _ => said,
    }
}

fn completed(count: &Count) -> String {
    let (signed_off, publicity, completed) =
        (count.of(Status::SignedOff), count.of(Status::Publicity), count.of(Status::Completed));
    let parts = counted([
        (signed_off, format!("已销号{signed_off}项")),
        (publicity, format!("公示中{publicity}项")),
        (completed, format!("基本完成并长期坚持{completed}项")),
    ]);
    sentence("完成整改的事项中，", &parts)
}

fn activities(done: &Done) -> String {
    let Done { meetings, analyses, field_studies, trainings, .. } = done;
    let parts = counted([
        (*meetings, format!("召开会议{meetings}次")),
        (*analyses, format!("开展分析研判{analyses}次")),
        (*field_studies, format!("实地调研{field_studies}次")),
        (*trainings, format!("组织业务培训{trainings}次")),
    ]);
    or_none(sentence("累计", &parts), "会议、分析研判、实地调研和业务培训")
}

fn dispatched(done: &Done) -> String {
    let Done { reports, reporting_units, cycles, due, reported, dispatches, dispatch_copies, .. } = done;
    let share = percent(*reported, *due);
    let reports =
        sentence("累计", &counted([(*reports, format!("收到{reporting_units}个单位填报进展{reports}次"))]));
    let cycles = counted([(
        (*cycles).min(*due),
        format!("已结束的调度期{cycles}期，应报{due}项次，按期填报{reported}项次，按期率{share}"),
    )]);
    let sent = counted([(*dispatches, format!("发出调度{dispatches}批{dispatch_copies}份"))]);
    or_none(reports + &sentence("", &cycles) + &sentence("", &sent), "填报进展")
}

fn supervised(done: &Done) -> String {
    let Done { reminder_batches, reminders, warning_batches, warnings, .. } = done;
    let pushed = counted([
        (*reminders, format!("提醒{reminder_batches}批{reminders}份")),
        (*warnings, format!("预警{warning_batches}批{warnings}份")),
    ]);
    let Done {
        warning_notices, warning_notice_copies, supervision_notices, supervision_notice_copies, ..
    } = done;
    let Done { circulars, circular_copies, interview_notices, interview_notice_copies, .. } = done;
    let papers = counted([
        (*warning_notices, format!("预警通知和提醒函{warning_notices}批{warning_notice_copies}份")),
        (*supervision_notices, format!("督办通知{supervision_notices}批{supervision_notice_copies}份")),
        (*circulars, format!("通报{circulars}期{circular_copies}份")),
        (*interview_notices, format!("约谈通知{interview_notices}批{interview_notice_copies}份")),
    ]);
    let Done { site_visits, interviews, .. } = done;
    let met = counted([
        (*site_visits, format!("专项督查{site_visits}次")),
        (*interviews, format!("约谈{interviews}次")),
    ]);
    let said = sentence("累计发出", &pushed) + &sentence("印发", &papers) + &sentence("开展", &met);
    or_none(said, "预警、督办、通报和约谈")
}

/// What came with the ledger was applied for and signed off elsewhere: it is not counted as done here.
fn accepted(count: &Count, done: &Done) -> String {
    let (signed_off, publicity) = (count.of(Status::SignedOff), count.of(Status::Publicity));
    let awaiting = count.of(Status::Applied) + count.of(Status::Checking);
    let stand = counted([
        (signed_off, format!("已销号{signed_off}项")),
        (publicity, format!("公示中{publicity}项")),
        (awaiting, format!("申请验收和验收中{awaiting}项")),
    ]);
    let Done { applications, site_checks, publicities, objections, sign_offs, .. } = done;
    let here = counted([
        (*applications, format!("收到验收销号申请{applications}件")),
        (*site_checks, format!("开展现场核查{site_checks}次")),
        (*publicities, format!("公示{publicities}次")),
        (*objections, format!("收到异议{objections}件")),
        (*sign_offs, format!("办理销号{sign_offs}项")),
    ]);
    match (stand.as_str(), here.as_str()) {
        ("", "") => or_none(String::new(), "验收销号"),
        (_, "") => format!("{stand}。上述记录随原台账导入，启用督办系统后没有新的申请。"),
        ("", _) => format!("督办系统登记：{here}。"),
        _ => format!("{stand}。督办系统登记：{here}。"),
    }
}

fn published(done: &Done) -> String {
    let Done { on_tv, in_papers, on_sites, on_accounts, elsewhere, .. } = done;
    let three = on_tv + in_papers + on_sites;
    let parts = counted([
        (*on_tv, format!("在电视台播出{on_tv}篇")),
        (*in_papers, format!("报纸刊发{in_papers}篇")),
        (*on_sites, format!("网站发布{on_sites}篇")),
        (three, format!("“一台一报一网”合计{three}篇")),
        (*on_accounts, format!("公众号推送{on_accounts}篇")),
        (*elsewhere, format!("其他媒体刊发{elsewhere}篇")),
    ]);
    or_none(sentence("", &parts), "宣传报道")
}

fn problems(count: &Count) -> String {
    let (totals, late) = (&count.totals, count.awaiting_late);
    let going_on = totals.going_on();
    if going_on == 0 {
        return "目前没有正在整改的事项。".to_owned();
    }
    let lamps = [Lamp::OnTrack, Lamp::DueSoon, Lamp::Missing, Lamp::Lagging, Lamp::Overdue];
    let [fine, soon, missing, lagging, overdue] = lamps.map(|lamp| totals.under(lamp));
    let applied = if late > 0 { format!("（其中已申请验收{late}项）") } else { String::new() };
    let parts = counted([
        (fine, format!("进度正常{fine}项")),
        (soon, format!("临近时限{soon}项")),
        (missing, format!("本期未报{missing}项")),
        (lagging, format!("进度滞后{lagging}项")),
        (overdue, format!("超过时限{overdue}项{applied}")),
    ]);
    format!("正在整改的{going_on}项中，{parts}。每项按最重的一种情况计一次。")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(done: &Done, name: &str) -> String {
        let all = all(&Count::default(), done);
        all.into_iter().find(|(is, _)| *is == name).expect("a sentence").1
    }

    #[test]
    fn only_what_there_was_is_said() {
        let done = Done { meetings: 3, on_sites: 2, warnings: 4, warning_batches: 2, ..Done::default() };
        assert_eq!(said(&done, "会议活动"), "累计召开会议3次。");
        assert_eq!(said(&done, "督办情况"), "累计发出预警2批4份。");
        assert_eq!(said(&done, "宣传情况"), "网站发布2篇，“一台一报一网”合计2篇。");
        assert_eq!(said(&done, "验收情况"), "台账中没有登记验收销号。");
        assert_eq!(said(&done, "问题情况"), "目前没有正在整改的事项。");
        assert_eq!(said(&done, "完成情况"), "");
        let done = Done { applications: 2, site_checks: 1, ..Done::default() };
        assert_eq!(said(&done, "验收情况"), "督办系统登记：收到验收销号申请2件，开展现场核查1次。");
    }

    #[test]
    fn no_sentence_counts_nothing() {
        for (name, text) in all(&Count::default(), &Done::default()) {
            assert!(!text.contains('0'), "{name}: {text}");
        }
    }
}
