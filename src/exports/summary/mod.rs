//! 总结: the report that goes upward, as a draft. Its figures are read from the history as of a day; what it was
//! counted by and what it says are kept, and when it is made again for the same day it tells what has moved.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveTime};
use serde_json::{Value, json};

use super::docx::{Data, Picture};
use super::{Call, Export, Format, Unmade, Written, picture};
use crate::domain::basis::Threshold;
use crate::domain::document::{About, Figures, Needs, Paper};
use crate::domain::flag::Flag;
use crate::domain::item::Status;
use crate::domain::people::Who;
use crate::domain::tally::{Groups, Lamp, Totals};
use crate::domain::time::{in_china, official};
use crate::domain::{Both, Now, Role};
use crate::store::as_of_rows::{ItemThen, each_item_then};
use crate::store::summary::Done;
use crate::store::{documents, summary};

mod sentences;
mod template;

pub use template::TEMPLATE;

pub const EXPORT: Export = Export {
    paper: Paper {
        name: NAME,
        words: &["总结", "summary", "报告"],
        title: Both { zh: "整改情况报告", en: "summary report" },
        about: Both {
            zh: "截至某天的整改情况报告，草稿，改好再报",
            en: "the report as of a day, a draft to be edited",
        },
        usage: Both { zh: "导出 总结 8月31日", en: "export summary 2018-08-31" },
        formats: &[Format::Docx],
        who: Who::Roles(&[Role::Office, Role::Supervisor, Role::Auditor]),
        of: About::Day,
        needs: Needs::Items,
    },
    write: |call| Box::pin(write(call)),
};

const NAME: &str = "summary";
/// Items named in the text, of each kind; the rest is counted.
const NAMED: usize = 20;
/// Differences told in the chat; the document has all.
const TOLD: usize = 8;

/// The counts of a report.
#[derive(Default)]
struct Count {
    totals: Totals,
    statuses: BTreeMap<&'static str, i64>,
    awaiting_late: i64,
    categories: Groups,
    units: Groups,
    /// Under the lamps that stand for a problem, the first few of each.
    problems: BTreeMap<Lamp, Vec<Data>>,
}

impl Count {
    fn add(&mut self, item: &ItemThen, day: NaiveDate) {
        let (status, standing) = (item.status, &item.standing);
        let lamp = Lamp::of(standing.primary);
        let flags: Vec<Flag> = standing.primary.into_iter().chain(standing.others.iter().copied()).collect();
        for totals in
            [&mut self.totals, self.categories.of(item.category_or_none()), self.units.of(&item.lead_unit)]
        {
            totals.add(status, standing.primary, 1);
        }
        *self.statuses.entry(status.code()).or_default() += 1;
        if status.is_completed() {
            return;
        }
        self.awaiting_late += i64::from(flags.contains(&Flag::AwaitingAcceptance));
        if matches!(lamp, Lamp::Overdue | Lamp::Lagging | Lamp::Missing) {
            let named = self.problems.entry(lamp).or_default();
            if named.len() < NAMED {
                named.push(problem(item, &flags, day));
            }
        }
    }

    fn of(&self, status: Status) -> i64 {
        self.statuses.get(status.code()).copied().unwrap_or_default()
    }

    /// Everything the report says in numbers, by the names of its placeholders.
    fn figures(&self, done: &Done) -> Vec<(&'static str, i64)> {
        let totals = &self.totals;
        vec![
            ("事项总数", totals.total),
            ("完成", totals.done),
            ("在办", totals.going_on()),
            ("已销号", self.of(Status::SignedOff)),
            ("公示中", self.of(Status::Publicity)),
            ("基本完成", self.of(Status::Completed)),
            ("验收中", self.of(Status::Applied) + self.of(Status::Checking)),
            ("正常", totals.under(Lamp::OnTrack)),
            ("临期", totals.under(Lamp::DueSoon)),
            ("未报", totals.under(Lamp::Missing)),
            ("滞后", totals.under(Lamp::Lagging)),
            ("逾期", totals.under(Lamp::Overdue)),
            ("逾期待验收", self.awaiting_late),
            ("填报次数", done.reports),
            ("填报单位数", done.reporting_units),
            ("调度期数", done.cycles),
            ("应报", done.due),
            ("已报", done.reported),
            ("调度批次", done.dispatches),
            ("调度份数", done.dispatch_copies),
            ("提醒批次", done.reminder_batches),
            ("提醒份数", done.reminders),
            ("预警批次", done.warning_batches),
            ("预警份数", done.warnings),
            ("预警通知批次", done.warning_notices),
            ("预警通知份数", done.warning_notice_copies),
            ("督办通知批次", done.supervision_notices),
            ("督办通知份数", done.supervision_notice_copies),
            ("通报期数", done.circulars),
            ("通报份数", done.circular_copies),
            ("约谈通知批次", done.interview_notices),
            ("约谈通知份数", done.interview_notice_copies),
            ("约谈次数", done.interviews),
            ("会议", done.meetings),
            ("研判", done.analyses),
            ("调研", done.field_studies),
            ("督查", done.site_visits),
            ("培训", done.trainings),
            ("电视", done.on_tv),
            ("报纸", done.in_papers),
            ("网站", done.on_sites),
            ("一台一报一网", done.on_tv + done.in_papers + done.on_sites),
            ("公众号", done.on_accounts),
            ("其他媒体", done.elsewhere),
            ("申请", done.applications),
            ("核查", done.site_checks),
            ("公示", done.publicities),
            ("异议", done.objections),
            ("销号", done.sign_offs),
        ]
    }
}

/// One item that is not as it should be.
fn problem(item: &ItemThen, flags: &[Flag], day: NaiveDate) -> Data {
    let mut how: Vec<String> = Vec::new();
    if item.deadline < day {
        how.push(format!("已逾期{}天", (day - item.deadline).num_days()));
    }
    for flag in flags.iter().filter(|flag| **flag != Flag::Overdue) {
        how.push(match flag {
            Flag::Lagging => "落后于序时进度".to_owned(),
            flag => flag.word().zh.to_owned(),
        });
    }
    if let Some(on) = item.last_report_on {
        how.push(format!("最近填报{}", official(on)));
    }
    Data::default()
        .text("编号", item.number.to_string())
        .text("事项", &item.title)
        .text("单位", &item.lead_unit)
        .text("时限", official(item.deadline))
        .text("进度", format!("{}%", item.percent))
        .text("情况", how.join("，"))
}

fn percent(part: i64, whole: i64) -> String {
    match whole {
        0 => "—".to_owned(),
        _ => {
            let tenths = (part * 1000 + whole / 2) / whole;
            match tenths % 10 {
                0 => format!("{}%", tenths / 10),
                rest => format!("{}.{rest}%", tenths / 10),
            }
        }
    }
}

async fn write(call: Call<'_>) -> anyhow::Result<Written> {
    let mut call = call;
    let mut count = Count::default();
    let (round, day, known_at) = (call.round, call.as_of, call.now.utc);
    // What was recorded after this moment is left out, so that the figures belong together.
    let rows = each_item_then(call.db, round, day, known_at, call.basis, &mut |item| {
        count.add(&item, day);
        Ok(())
    })
    .await?;
    if rows == 0 {
        return Err(Unmade::lacking(Needs::Items, day).into());
    }
    let end = in_china(day, NaiveTime::from_hms_opt(23, 59, 59).unwrap_or_default());
    let done = summary::done(call.db, round, day, end, known_at).await?;
    let said = count.figures(&done);
    let figures: Figures = said.iter().map(|(name, number)| ((*name).to_owned(), json!(number))).collect();
    let earlier = documents::earlier(&mut *call.db, NAME, round, None, day).await?;
    let changes = earlier.as_ref().map_or(Vec::new(), |earlier| differences(&earlier.figures, &figures));
    let head = earlier.map(|earlier| format!("与 {} 导出的同日报告相比", Now::at(earlier.known_at).spoken()));
    let data = filled(&mut call, &count, &done, &said, head.as_deref(), &changes).await?;
    TEMPLATE.write(call.data_dir, &data, call.out)?;
    let totals = &count.totals;
    let mut note = format!(
        "共 {} 项，完成 {}，在办 {}。这是草稿，请核对后使用。",
        totals.total,
        totals.done,
        totals.going_on()
    );
    if let Some(head) = head {
        let shown = changes.iter().take(TOLD).cloned().collect::<Vec<_>>().join("；");
        note = match changes.len() {
            0 => format!("{note}\n{head}，数字没有变化。"),
            all => {
                let more =
                    if all > TOLD { format!("；另有 {} 处见文末", all - TOLD) } else { String::new() };
                format!("{note}\n{head}，有 {all} 处变化：{shown}{more}。")
            }
        };
    }
    Ok(Written { rows, figures, note })
}

/// What the template is filled with.
async fn filled(
    call: &mut Call<'_>,
    count: &Count,
    done: &Done,
    said: &[(&'static str, i64)],
    head: Option<&str>,
    changes: &[String],
) -> anyhow::Result<Data> {
    let totals = &count.totals;
    let round = summary::round_name(call.db, call.round).await?;
    let office = super::office(call.db).await?;
    let basis = call.basis.of(call.round);
    let rules = format!(
        "数据截至{}，按{}时台账所载统计；完成含已销号、公示中和基本完成；期限为自然日，到期次日起算逾期；期限前{}天内算临期；落后阶段目标{}个百分点以上算滞后；上一调度期内没有填报算未报；批次按发出日期计，份数按送达对象计；口径第{}版。",
        official(call.as_of),
        call.now.spoken(),
        basis.first(Threshold::DueSoon),
        basis.first(Threshold::Lagging),
        call.basis.version,
    );
    let mut data = Data::default()
        .text("轮次", round)
        .text("截至", official(call.as_of))
        .text("办公室", office)
        .text("成文日期", official(call.now.today()))
        .text("完成率", percent(totals.done, totals.total))
        .text("按期率", percent(done.reported, done.due))
        .text("口径", rules);
    for (name, number) in said {
        data = data.text(name, number.to_string());
    }
    for (name, sentence) in sentences::all(count, done) {
        data = data.text(name, sentence);
    }
    let row = |(name, totals): &(String, Totals)| {
        Data::default()
            .text("名称", name)
            .text("总数", totals.total.to_string())
            .text("完成", totals.done.to_string())
            .text("在办", totals.going_on().to_string())
            .text("逾期", totals.under(Lamp::Overdue).to_string())
            .text("滞后", totals.under(Lamp::Lagging).to_string())
            .text("未报", totals.under(Lamp::Missing).to_string())
    };
    let mut is_well = true;
    for (lamp, list, part) in [
        (Lamp::Overdue, "逾期事项", "有逾期"),
        (Lamp::Lagging, "滞后事项", "有滞后"),
        (Lamp::Missing, "未报事项", "有未报"),
    ] {
        let named = count.problems.get(&lamp).cloned().unwrap_or_default();
        is_well &= named.is_empty();
        data = data.part(part, !named.is_empty()).list(list, named);
    }
    // That nothing has moved is for whoever asked, not for whoever gets the report.
    let corrections: Option<String> = head
        .filter(|_| !changes.is_empty())
        .map(|head| format!("{head}，以下数字有变化：{}。", changes.join("；")));
    Ok(data
        .part("无问题", is_well)
        .part("有更正", corrections.is_some())
        .list("更正", corrections.into_iter().map(|said| Data::default().text("内容", said)))
        .list("类别", count.categories.all().iter().map(row))
        .list("单位", count.units.all().iter().map(row))
        .picture("类别", bars(call, "各类别整改情况", &count.categories).await?)
        .picture("单位", bars(call, "各单位整改情况", &count.units).await?)
        .picture("曲线", picture::curve::drawn(call).await?))
}

/// How groups of items stand, drawn; nothing where there are none.
async fn bars(call: &mut Call<'_>, title: &str, groups: &Groups) -> anyhow::Result<Option<Picture>> {
    if groups.all().is_empty() {
        return Ok(None);
    }
    let note = picture::note(call).await?;
    let (png, _) = picture::groups::picture(title, &note, groups, call.basis.of(call.round))?;
    let told = groups.all().iter().map(|(name, totals)| format!("{name}{}/{}", totals.done, totals.total));
    Ok(Some(Picture {
        png, alt: format!("{title}（完成/总数）：{}", told.collect::<Vec<_>>().join("，"))
    }))
}

/// What has moved between two reports of the same day: `完成由 45 变为 44`.
fn differences(before: &Figures, now: &Figures) -> Vec<String> {
    let shown = |value: Option<&Value>| value.map_or("无".to_owned(), Value::to_string);
    let mut names: Vec<&String> = before.keys().chain(now.keys()).collect();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .filter(|name| before.get(*name) != now.get(*name))
        .map(|name| format!("{name}由 {} 变为 {}", shown(before.get(name)), shown(now.get(name))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_told_with_one_place_and_only_where_there_is_a_whole() {
        assert_eq!(
            [percent(45, 60), percent(1, 3), percent(0, 0), percent(2, 3)],
            ["75%", "33.3%", "—", "66.7%"]
        );
    }
}
