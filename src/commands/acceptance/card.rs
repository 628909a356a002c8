//! What an item's card says of its days and of how far it has come, now or on a day of the past.

use chrono::NaiveDate;

use crate::commands::{extension, wording};
use crate::domain::acceptance::{Conclusion, Course, Ended, Stage};
use crate::domain::{Basis, Item, Lang, Status, Text};
use crate::say;

/// `2018-09-18 至 2018-10-08，10 个工作日，其间 10 月 1 日至 7 日放假`
pub(super) fn span(window: (NaiveDate, NaiveDate), basis: &Basis, lang: Lang) -> String {
    let (from, to) = window;
    let counted = basis.calendar.workdays_left(from, to).spoken(lang);
    say!(lang, "{from} 至 {to}，{counted}", "{from} to {to}, {counted}")
}

/// What a card says of an item's days and of how far it has come.
pub(in crate::commands) fn lines(
    item: &Item,
    course: &Course,
    today: NaiveDate,
    basis: &Basis,
    lang: Lang,
) -> Text {
    let mut text = Text::default();
    let days = &course.days;
    for (on, zh, en) in [
        (days.completed_on, "完成", "completed"),
        (days.accepted_on, "验收", "accepted"),
        (days.signed_off_on, "销号", "signed off"),
    ] {
        if let Some(on) = on {
            text = text.then(say!(lang, "\n{zh} {on}", "\n{en} {on}"));
        }
    }
    if let Some((on, why)) = &course.relapse {
        let why = wording::head(why, 60);
        let kept = match course.sign_offs {
            0 => String::new(),
            times => say!(lang, "（销号 {times} 次，记录保留）", " (signed off {times} time(s))"),
        };
        text = text.then(say!(lang, "\n反弹 {on}：{why}{kept}", "\ncame back {on}: {why}{kept}"));
    }
    for extension in course.approved.iter().chain(&course.extension) {
        let (old, new, state) =
            (extension.old_deadline, extension.new_deadline, extension::state(extension, lang));
        text = text.then(say!(lang, "\n延期 {old} → {new}：{state}", "\nextension {old} → {new}: {state}"));
    }
    let Some(application) = &course.application else { return text };
    let on = application.applied_on;
    match (application.ended, course.stage()) {
        (Some((back, Ended::Returned)), _) if item.state.status == Status::Returned => {
            text = text.then(say!(lang, "\n销号申请 {on}，{back} ", "\napplied on {on}, {back} "));
            let failed = course.check.as_ref().filter(|check| check.conclusion == Conclusion::Failed);
            let upheld = course.objections.iter().filter_map(|objection| objection.settled.as_ref());
            text = text.then(match failed {
                Some(check) => {
                    let unit = &check.unit.name;
                    say!(lang, "{unit}核查不通过，退回", "found wanting by {unit} and sent back")
                }
                None if upheld.into_iter().any(|settled| settled.upheld) => {
                    say!(lang, "异议属实，退回", "sent back, as an objection holds")
                }
                None => say!(lang, "退回", "sent back"),
            });
            if !application.reason.is_empty() {
                let reason = wording::head(&application.reason, 60);
                text = text.then(say!(lang, "：{reason}", ": {reason}"));
            }
        }
        (None, Some((_, stage))) => {
            text = text.then(say!(lang, "\n销号申请 {on}，", "\napplied on {on}, "));
            text = text.then(match stage {
                Stage::ToCheck if item.state.status == Status::Checking => {
                    say!(lang, "正在核查", "being checked")
                }
                Stage::ToCheck => say!(lang, "待核查", "to be checked"),
                Stage::ToSupplement(check) => {
                    let (on, unit, wanted) =
                        (check.checked_on, &check.unit.name, wording::head(&check.text, 60));
                    say!(
                        lang,
                        "{on} {unit}核查要求补充：{wanted}",
                        "{on}: more papers wanted by {unit}: {wanted}"
                    )
                }
                Stage::ToPublish(check) => {
                    let (on, unit) = (check.checked_on, &check.unit.name);
                    say!(lang, "{on} {unit}核查通过，待公示", "passed by {unit} on {on}, to be published")
                }
                Stage::Published(_, window) => {
                    let span = span((window.starts_on, window.ends_on), basis, lang);
                    match window.is_over(today) {
                        true => say!(lang, "公示 {span}，已期满", "published {span}, over"),
                        false => say!(lang, "公示 {span}", "published {span}"),
                    }
                }
                Stage::Stopped(_, window) => {
                    let on = window.stopped_on.unwrap_or(today);
                    let open = course.unsettled().count();
                    let from = window.starts_on;
                    match from > on {
                        true => say!(
                            lang,
                            "公示（原定 {from} 起）因异议没有开始，待处理 {open} 件",
                            "publicity has not begun on {from}, {open} objection(s) to settle"
                        ),
                        false => say!(
                            lang,
                            "公示 {on} 因异议中止，待处理 {open} 件",
                            "publicity stopped on {on}, {open} objection(s) to settle"
                        ),
                    }
                }
            });
        }
        _ => {}
    }
    text
}
