//! 总结: the report that goes upward, as a draft. Its figures are read from the history as of a day; what it was
//! counted by and what it says are kept, and when it is made again for the same day it tells what has moved.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveTime};
use serde_json::{Value, json};

use super::docx::{Body, Data, Fields, Picture, Template};
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

pub const TEMPLATE: Template = Template {
    name: "整改情况报告",
    fields: Fields {
        texts: &[
            "轮次",
            "截至",
            "办公室",
            "成文日期",
            "事项总数",
            "完成",
            "在办",
            "完成率",
            "已销号",
            "公示中",
            "基本完成",
            "验收中",
            "正常",
            "临期",
            "未报",
            "滞后",
            "逾期",
            "逾期待验收",
            "填报次数",
            "填报单位数",
            "调度期数",
            "应报",
            "已报",
            "按期率",
            "调度批次",
            "调度份数",
            "提醒批次",
            "提醒份数",
            "预警批次",
            "预警份数",
            "预警通知批次",
            "预警通知份数",
            "督办通知批次",
            "督办通知份数",
            "通报期数",
            "通报份数",
            "约谈通知批次",
            "约谈通知份数",
            "约谈次数",
            "会议",
            "研判",
            "调研",
            "督查",
            "培训",
            "电视",
            "报纸",
            "网站",
            "一台一报一网",
            "公众号",
            "其他媒体",
            "申请",
            "核查",
            "公示",
            "异议",
            "销号",
            "口径",
            "完成情况",
            "会议活动",
            "调度情况",
            "督办情况",
            "验收情况",
            "宣传情况",
            "问题情况",
        ],
        lists: &[
            ("逾期事项", &["编号", "事项", "单位", "时限", "进度", "情况"]),
            ("滞后事项", &["编号", "事项", "单位", "时限", "进度", "情况"]),
            ("未报事项", &["编号", "事项", "单位", "时限", "进度", "情况"]),
            ("类别", &["名称", "总数", "完成", "在办", "逾期", "滞后"]),
            ("单位", &["名称", "总数", "完成", "在办", "逾期", "滞后", "未报"]),
            ("更正", &["内容"]),
            ("有逾期", &[]),
            ("有滞后", &[]),
            ("有未报", &[]),
            ("无问题", &[]),
            ("有更正", &[]),
        ],
        pictures: &["类别", "单位", "曲线"],
    },
    body,
};

fn body() -> Body {
    let problem = "第{{编号}}项“{{事项}}”（{{单位}}，时限{{时限}}）：上报进度{{进度}}，{{情况}}。";
    Body::default()
        .title("关于{{轮次}}反馈问题整改情况的报告")
        .under("（截至{{截至}}　草稿）")
        .text("截至{{截至}}，{{轮次}}反馈问题共{{事项总数}}项，完成整改{{完成}}项，正在整改{{在办}}项，完成率{{完成率}}。{{完成情况}}")
        .head("一、整改工作开展情况")
        .subhead("（一）加强组织领导，压实整改责任。")
        .text("逐项明确牵头单位、配合单位、包抓领导和整改时限，分类建立台账，由{{办公室}}统筹调度。{{会议活动}}")
        .subhead("（二）细化整改方案，实行清单管理。")
        .text("按类别统计整改进展如下：")
        .table("类别", &[("类别", 4, "{{名称}}"), ("总数", 2, "{{总数}}"), ("完成", 2, "{{完成}}"), ("在办", 2, "{{在办}}"), ("滞后", 2, "{{滞后}}"), ("逾期", 2, "{{逾期}}")])
        .picture("类别", 110)
        .subhead("（三）定期调度，跟踪整改进度。")
        .text("{{调度情况}}逐月进展见下图。")
        .picture("曲线", 120)
        .subhead("（四）预警督办，推动问题解决。")
        .text("{{督办情况}}")
        .subhead("（五）严格验收销号，接受社会监督。")
        .text("{{验收情况}}")
        .subhead("（六）加强宣传引导，及时公开信息。")
        .text("{{宣传情况}}")
        .head("二、存在的问题")
        .text("{{问题情况}}")
        .each("无问题", |body| body.text("目前没有滞后、逾期和未报的事项。"))
        .each("有逾期", |body| body.subhead("（一）超过整改时限的"))
        .each("逾期事项", |body| body.text(problem))
        .each("有滞后", |body| body.subhead("（二）落后于序时进度的"))
        .each("滞后事项", |body| body.text(problem))
        .each("有未报", |body| body.subhead("（三）未按期填报的"))
        .each("未报事项", |body| body.text(problem))
        .head("三、下一步工作")
        .last("一是紧盯超期和滞后事项，逐项倒排工期，明确完成日期；二是对未按期填报的单位督促补报，核实进展；三是对完成整改的事项抓紧验收、公示、销号，适时开展回头看，防止反弹；四是举一反三，完善长效机制。")
        .signature("{{办公室}}", "{{成文日期}}")
        .annex("附表：各牵头单位整改情况")
        .table("单位", &[("牵头单位", 5, "{{名称}}"), ("总数", 2, "{{总数}}"), ("完成", 2, "{{完成}}"), ("在办", 2, "{{在办}}"), ("未报", 2, "{{未报}}"), ("滞后", 2, "{{滞后}}"), ("逾期", 2, "{{逾期}}")])
        .picture("单位", 100)
        .note("统计口径：{{口径}}")
        .each("有更正", |body| body.head("更正说明"))
        .each("更正", |body| body.text("{{内容}}"))
}

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
