//! 项目卡: one item on one page or two, with its plan, how it stands and its last reports.

use std::io;

use super::docx::{Body, Data, Fields, Picture, Template};
use super::{Call, Export, Format, Unmade, Written, picture};
use crate::domain::acceptance::Course;
use crate::domain::document::{About, Needs, Paper};
use crate::domain::people::Who;
use crate::domain::time::official;
use crate::domain::{Both, Now, Status};
use crate::store::{acceptance, items, people, reports, summary};

pub const EXPORT: Export = Export {
    paper: Paper {
        name: "card",
        words: &["项目卡", "card", "卡片"],
        title: Both { zh: "项目卡", en: "item card" },
        about: Both {
            zh: "一项的方案、进展和最近填报", en: "an item's plan, standing and last reports"
        },
        usage: Both { zh: "导出 项目卡 16", en: "export card 16" },
        formats: &[Format::Docx],
        who: Who::Bound,
        of: About::Item,
        needs: Needs::Nothing,
    },
    write: |call| Box::pin(write(call)),
};

/// Reports on a card.
const REPORTS: i64 = 12;

pub const TEMPLATE: Template = Template {
    name: "项目卡",
    fields: Fields {
        texts: &[
            "轮次",
            "编号",
            "事项",
            "问题",
            "目标",
            "措施",
            "时限",
            "类型",
            "牵头单位",
            "配合单位",
            "责任人",
            "包抓领导",
            "状态",
            "上报进度",
            "核实进度",
            "预警",
            "完成时间",
            "验收时间",
            "销号时间",
            "反弹",
            "延期",
            "阶段目标",
            "截至",
        ],
        lists: &[("填报", &["日期", "单位", "进度", "内容", "审核"])],
        pictures: &["进度"],
    },
    body,
};

fn body() -> Body {
    Body::default()
        .title("整改事项第{{编号}}项项目卡")
        .under("（{{轮次}}　截至{{截至}}）")
        .form(&[
            ("整改事项", "{{事项}}"),
            ("问题描述", "{{问题}}"),
            ("整改目标", "{{目标}}"),
            ("整改措施", "{{措施}}"),
            ("整改时限", "{{时限}}"),
            ("整改类型", "{{类型}}"),
            ("牵头单位", "{{牵头单位}}"),
            ("配合单位", "{{配合单位}}"),
            ("责任人", "{{责任人}}"),
            ("包抓领导", "{{包抓领导}}"),
            ("整改状态", "{{状态}}"),
            ("上报进度", "{{上报进度}}"),
            ("核实进度", "{{核实进度}}"),
            ("预警", "{{预警}}"),
            ("阶段目标", "{{阶段目标}}"),
            ("完成时间", "{{完成时间}}"),
            ("验收时间", "{{验收时间}}"),
            ("销号时间", "{{销号时间}}"),
            ("反弹", "{{反弹}}"),
            ("延期", "{{延期}}"),
        ])
        .head("最近填报")
        .table(
            "填报",
            &[
                ("日期", 3, "{{日期}}"),
                ("单位", 3, "{{单位}}"),
                ("进度", 2, "{{进度}}"),
                ("内容", 8, "{{内容}}"),
                ("审核", 3, "{{审核}}"),
            ],
        )
        .picture("进度", 130)
}

/// `2019年1月2日，二号池又渗漏；原销号记录保留`
fn relapsed(course: &Course) -> String {
    course
        .relapse
        .as_ref()
        .map_or(String::new(), |(on, why)| format!("{}，{why}；原销号记录保留", official(*on)))
}

/// `2018年9月30日延至2018年12月31日，2018年9月3日批准`
fn extended(course: &Course) -> String {
    course.extension.as_ref().map_or(String::new(), |extension| {
        let how = match extension.closed {
            Some((on, outcome)) => format!("{}{}", official(on), outcome.word().zh),
            None => "尚未批准".to_owned(),
        };
        format!("{}延至{}，{how}", official(extension.old_deadline), official(extension.new_deadline))
    })
}

async fn write(mut call: Call<'_>) -> anyhow::Result<Written> {
    let mut sheet = Vec::new();
    let rows = fill(&mut call, &mut sheet).await?;
    call.out.write_all(&sheet)?;
    Ok(Written::rows(rows))
}

/// Writes the card; the number of its reports.
pub(super) async fn fill(call: &mut Call<'_>, out: &mut (dyn io::Write + Send)) -> anyhow::Result<u64> {
    let gone = || Unmade::new("这一项已不在台账上，请核对编号。", "This item is not in the ledger any more.");
    let id = call.subject.ok_or_else(gone)?;
    let item = items::by_id(&mut *call.db, id).await?.ok_or_else(gone)?;
    let texts = items::texts(&mut *call.db, id).await?;
    let course = acceptance::course(call.db, id, call.now.today()).await?;
    let leader = match item.leader_post {
        Some(post) => people::post(&mut *call.db, post).await?.map_or(texts.leader_text, |post| post.title),
        None => texts.leader_text,
    };
    let round = summary::round_name(call.db, item.round).await?;
    let said = reports::last(&mut *call.db, id, REPORTS).await?;
    let standing = item.standing(call.now.today(), call.basis);
    let flags: Vec<&str> =
        standing.primary.iter().chain(&standing.others).map(|flag| flag.word().zh).collect();
    let day = |on: Option<chrono::NaiveDate>| on.map_or("—".to_owned(), official);
    let or_none = |text: String| if text.is_empty() { "—".to_owned() } else { text };
    let milestones: Vec<String> =
        item.milestones.iter().map(|m| format!("{}前达到{}%", official(m.due_on), m.percent)).collect();
    let deadline = match &course.deadline_text {
        Some(words) => format!("{}（{words}）", official(item.deadline)),
        None => official(item.deadline),
    };
    let rows = said.iter().map(|shown| {
        let report = &shown.report;
        // What came with an imported file is the office's own, and nobody reviews it.
        let unjudged = if report.post.is_none() { "导入" } else { "未审核" };
        Data::default()
            .text("日期", report.effective_on.to_string())
            .text("单位", &report.unit_name)
            .text("进度", report.percent.map_or("—".to_owned(), |percent| format!("{percent}%")))
            .text("内容", &report.text)
            .text("审核", report.verdict.map_or(unjudged, |verdict| verdict.word().zh))
    });
    let (png, _) = picture::course::drawn(call.db, item.clone(), call.now.today()).await?;
    let alt = format!("第{}项历次进度和阶段目标，现为{}%", item.number, item.state.percent);
    let data = Data::default()
        .text("轮次", round)
        .text("编号", item.number.to_string())
        .text("事项", &item.title)
        .text("问题", or_none(texts.description))
        .text("目标", or_none(texts.goal))
        .text("措施", or_none(texts.measures))
        .text("时限", deadline)
        .text("类型", item.kind.word().zh)
        .text("牵头单位", &item.lead.name)
        .text("配合单位", or_none(texts.co_names.join("、")))
        .text("责任人", or_none(texts.responsible_post))
        .text("包抓领导", or_none(leader))
        .text("状态", item.state.status.word().zh)
        .text("上报进度", format!("{}%", item.state.percent))
        .text(
            "核实进度",
            match item.state.verified_percent {
                Some(percent) => format!("{percent}%"),
                None if item.state.status == Status::SignedOff => "—".to_owned(),
                None => "尚未核实".to_owned(),
            },
        )
        .text("预警", or_none(flags.join("、")))
        .text("阶段目标", or_none(milestones.join("；")))
        .text("完成时间", day(course.days.completed_on))
        .text("验收时间", day(course.days.accepted_on))
        .text("销号时间", day(course.days.signed_off_on))
        .text("反弹", or_none(relapsed(&course)))
        .text("延期", or_none(extended(&course)))
        .text("截至", Now::at(call.now.utc).spoken())
        .list("填报", rows)
        .picture("进度", Some(Picture { png, alt }));
    TEMPLATE.write(call.data_dir, &data, out)?;
    Ok(said.len() as u64)
}
