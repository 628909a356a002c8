//! 考核草案: how the items of each unit came out in a quarter, with the evidence of every point that is lost. A
//! draft for the units to be heard on; the office decides what becomes of it.

use std::sync::atomic::Ordering;

use anyhow::Context;
use chrono::Datelike;
use rust_xlsxwriter::Workbook;

use super::sheet::{Sheet, Value, text};
use super::{Call, Export, Format, Unmade, Written};
use crate::domain::assessment::{Deduction, Draft, Indicator, ItemFacts, drafts, quarter};
use crate::domain::basis::Threshold;
use crate::domain::document::{About, Paper};
use crate::domain::flag::planned_percent;
use crate::domain::people::Who;
use crate::domain::{Both, Role};
use crate::store::as_of_rows::Pages;
use crate::store::assessed::quarters;
use crate::store::summary::round_name;

pub const EXPORT: Export = Export {
    paper: Paper {
        name: "assessment",
        words: &["考核草案", "assessment", "考核"],
        title: Both { zh: "季度考核草案", en: "quarterly assessment, a draft" },
        about: Both {
            zh: "按单位算一个季度的整改结果，逐条列扣分依据，可加日期",
            en: "how each unit's items came out in a quarter, with the evidence; a day may be said",
        },
        usage: Both { zh: "导出 考核草案", en: "export assessment" },
        formats: &[Format::Xlsx],
        who: Who::Roles(&[Role::Office]),
        of: About::Day,
    },
    write: |call| Box::pin(write(call)),
};

async fn write(call: Call<'_>) -> anyhow::Result<Written> {
    let day = call.as_of;
    let (first, last) = quarter(day);
    let round = round_name(call.db, call.round).await?;
    let mut items = Vec::new();
    let mut pages = Pages::open(call.db, call.round, day, call.now.utc).await?;
    while let Some(page) = pages.next(call.basis).await? {
        let ids: Vec<_> = page.iter().map(|item| item.id).collect();
        let found = quarters(pages.conn(), call.round, &ids, first, day).await?;
        items.extend(page.into_iter().map(|item| ItemFacts {
            unit: item.lead,
            unit_name: item.lead_unit,
            number: item.number,
            title: item.title,
            kind: item.kind,
            deadline: item.deadline,
            status: item.status,
            percent: item.percent,
            planned: planned_percent(&item.milestones, day),
            quarter: found.get(&item.id).copied().unwrap_or_default(),
        }));
        call.rows.store(items.len() as u64, Ordering::Relaxed);
    }
    pages.close().await?;
    if items.is_empty() {
        return Err(Unmade(format!("截至 {day} 还没有事项。 / no items by {day}")).into());
    }
    let weights = call.basis.of(call.round).all(Threshold::Assessment);
    let weights: &[i32; 5] = weights.try_into().context("the weights are five")?;
    let drafts = drafts(&items, day, weights);
    let (year, number) = (day.year(), day.month0() / 3 + 1);
    let name = format!("{year}年第{number}季度");
    let so_far = if day < last { format!("（截至 {day}，本季度未满）") } else { String::new() };
    let mut book = Workbook::new();
    scores(&mut book, &format!("{round}{name}整改考核草案{so_far}"), &drafts)?;
    evidence(&mut book, &drafts)?;
    explained(&mut book, weights)?;
    book.save_to_writer(call.out).context("the workbook cannot be written")?;
    let lost: usize = drafts.iter().map(|draft| draft.deductions.len()).sum();
    let units = drafts.len();
    let figures = drafts.iter().filter_map(|draft| Some((draft.unit_name.clone(), draft.total?.into())));
    Ok(Written {
        rows: units as u64,
        figures: figures.collect(),
        note: format!(
            "{name}{so_far}：{units} 个单位，{lost} 处扣分都列了依据。这是草案：先送单位核对，申诉答复后再定。"
        ),
    })
}

fn scores(book: &mut Workbook, title: &str, drafts: &[Draft]) -> anyhow::Result<()> {
    let mut sheet = Sheet::streamed(book, "考核草案")?;
    sheet.title(title, "草案，供单位核对和申诉，未经整改办确定不得公布；按台账顺序，不作排名", 8)?;
    let indicators = Indicator::ALL.map(|indicator| (indicator.word().zh, 14));
    sheet.headings(
        [("牵头单位", 20), ("事项数", 8)].into_iter().chain(indicators).chain([("合计（百分制）", 14)]),
    )?;
    sheet.freeze(1)?;
    for draft in drafts {
        let parts = draft.parts.iter().map(|part| match part {
            Some((got, full)) => {
                let told = Value::Text(format!("{got}/{full}").into());
                if got < full { Value::Marked(Box::new(told)) } else { told }
            }
            None => text("不涉及"),
        });
        let total = draft.total.map_or(text("不涉及"), Value::Points);
        let items = Value::Number(i32::try_from(draft.items)?);
        sheet.row([text(&draft.unit_name), items].into_iter().chain(parts).chain([total]))?;
    }
    Ok(())
}

fn evidence(book: &mut Workbook, drafts: &[Draft]) -> anyhow::Result<()> {
    let mut sheet = Sheet::streamed(book, "扣分依据")?;
    sheet.headings(
        [
            ("牵头单位", 20),
            ("指标", 12),
            ("序号", 6),
            ("整改事项", 32),
            ("扣分", 8),
            ("依据", 56),
            ("单位意见", 30),
        ]
        .into_iter(),
    )?;
    sheet.freeze(2)?;
    for draft in drafts {
        for Deduction { indicator, number, title, why, points } in &draft.deductions {
            let word = text(indicator.word().zh);
            let (number, points) = (Value::Number(*number), Value::Points(*points));
            sheet.row(
                [text(&draft.unit_name), word, number, text(title), points, text(why), text("")].into_iter(),
            )?;
        }
    }
    Ok(())
}

fn explained(book: &mut Workbook, weights: &[i32; 5]) -> anyhow::Result<()> {
    let mut sheet = Sheet::streamed(book, "口径")?;
    sheet.headings([("指标", 12), ("权重", 8), ("怎样算", 80)].into_iter())?;
    let told = [
        "时限已到的事项：完成（含公示、销号）不扣；已申请待核查扣三成；逾期按天数扣五成至全部（90 天封顶）。批准延期的按新时限。",
        "时限未到的在办事项：上报进度比阶段目标每差 1 个百分点扣四十分之一，差 40 个百分点扣完。",
        "本季度截止的应报期次中未按期填报的比例；经批准免报的不算。",
        "本季度有结论的现场核查中未通过的比例；要求补充材料不算。",
        "已销号事项本季度反弹重开的扣完。",
    ];
    for ((indicator, weight), told) in Indicator::ALL.into_iter().zip(weights).zip(told) {
        sheet.row([text(indicator.word().zh), Value::Number(*weight), text(told)].into_iter())?;
    }
    for told in [
        "每项指标按涉及事项所占份额扣分，事项多少不影响结果；长期坚持事项按半项计。单位不涉及的指标不计，合计折成百分制。",
        "只算牵头事项，不算配合；只看事项结果，不看个人，不看聊天。",
        "权重由整改办用“口径 考核权重 40 25 15 10 10”调整，按上面的次序。",
    ] {
        sheet.row([text("说明"), text(""), text(told)].into_iter())?;
    }
    Ok(())
}
