//! 月调度表: one row an item with what its unit reported this month, what moved since the end of last month
//! highlighted. 是否达序时 goes by the milestones; the percent is the unit's own.

use std::sync::atomic::Ordering;

use anyhow::Context;
use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::Workbook;

use super::sheet::{self, Sheet, Value, text};
use super::{Call, Export, Format, Unmade, Written};
use crate::domain::document::{About, Needs, Paper};
use crate::domain::flag::planned_percent;
use crate::domain::people::Who;
use crate::domain::{Both, Role};
use crate::store::as_of_rows::{ItemThen, Month, Pages, months};
use crate::store::summary::round_name;

pub const EXPORT: Export = Export {
    paper: Paper {
        name: "monthly",
        words: &["月调度表", "monthly"],
        title: Both { zh: "月调度表", en: "monthly table" },
        about: Both {
            zh: "本月各项进展，与上月不同处标黄，可加日期",
            en: "this month's progress, what moved since last month marked; a day may be said",
        },
        usage: Both { zh: "导出 月调度表", en: "export monthly" },
        formats: &[Format::Xlsx],
        who: Who::Roles(&[Role::Office, Role::Supervisor, Role::Auditor]),
        of: About::Day,
        needs: Needs::Items,
    },
    write: |call| Box::pin(write(call)),
};

/// An item with its month.
struct Line {
    item: ItemThen,
    month: Month,
    as_of: NaiveDate,
}

impl Line {
    fn planned(&self) -> Option<i16> {
        planned_percent(&self.item.milestones, self.as_of)
    }

    /// `None` where nothing was planned by then.
    fn keeps_pace(&self) -> Option<bool> {
        self.planned().map(|planned| self.item.status.is_completed() || self.item.percent >= planned)
    }

    fn moved(&self) -> Option<i16> {
        self.month.before.map(|(_, percent)| self.item.percent - percent)
    }
}

type Column = sheet::Column<Line>;

const fn column(heading: &'static str, width: u16, value: fn(&Line) -> Value<'_>) -> Column {
    Column { heading, width, value }
}

const COLUMNS: &[Column] = &[
    column("序号", 6, |line| Value::Number(line.item.number)),
    column("整改事项", 30, |line| text(&line.item.title)),
    column("牵头单位", 14, |line| text(&line.item.lead_unit)),
    column("整改时限", 12, |line| Value::Date(Some(line.item.deadline))),
    column("整改状态", 10, |line| {
        let is_other = line.month.before.is_some_and(|(status, _)| status != line.item.status);
        marked(is_other, text(line.item.status.word().zh))
    }),
    column("上月进度", 9, |line| Value::Percent(line.month.before.map(|(_, percent)| percent))),
    column("本月进度", 9, |line| {
        marked(line.moved() != Some(0), Value::Percent(Some(line.item.percent)))
    }),
    column("较上月", 9, |line| {
        let told = match line.moved() {
            None => "新增".to_owned(),
            Some(0) => "无变化".to_owned(),
            Some(points) => format!("{points:+}个百分点"),
        };
        marked(line.moved() != Some(0), Value::Text(told.into()))
    }),
    column("本月进展", 44, |line| match &line.month.report {
        Some(report) => marked(true, text(&report.text)),
        None if line.item.status.is_completed() => text(""),
        None => text("本月未报"),
    }),
    column("下一步打算", 26, |line| {
        let report = line.month.report.as_ref();
        let step = report.map_or("", |report| &report.next_step);
        match report.and_then(|report| report.next_on) {
            Some(on) if step.is_empty() => Value::Text(format!("{on} 前").into()),
            Some(on) => Value::Text(format!("{step}（{on}）").into()),
            None => text(step),
        }
    }),
    column("存在困难、需协调事项", 26, |line| {
        let report = line.month.report.as_ref();
        let parts = report.map(|report| [&*report.difficulty, &*report.help]).unwrap_or_default();
        Value::Text(parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("；").into())
    }),
    column("序时应达", 9, |line| Value::Percent(line.planned())),
    column("是否达序时", 9, |line| match line.keeps_pace() {
        Some(true) => text("是"),
        Some(false) => marked(true, text("否")),
        None => text("未设目标"),
    }),
    column("预警", 8, |line| text(line.item.standing.primary.map_or("", |flag| flag.word().zh))),
    column("填报岗位", 14, |line| text(line.month.report.as_ref().map_or("", |report| &report.post))),
    column("审核", 14, |line| text(line.month.report.as_ref().map_or("", |report| &report.judged))),
];

fn marked(is_marked: bool, value: Value<'_>) -> Value<'_> {
    if is_marked { Value::Marked(Box::new(value)) } else { value }
}

async fn write(call: Call<'_>) -> anyhow::Result<Written> {
    let as_of = call.as_of;
    let first = as_of.with_day(1).unwrap_or(as_of);
    let before = first.pred_opt().unwrap_or(first);
    let round = round_name(call.db, call.round).await?;
    let mut book = Workbook::new();
    let mut sheet = Sheet::streamed(&mut book, "月调度表")?;
    let (year, month) = (as_of.year(), as_of.month());
    sheet.title(
        &format!("{round}整改事项{year}年{month}月调度表"),
        &format!("截至 {as_of}；与 {before} 相比有变化的格子标黄；进度为单位自报"),
        COLUMNS.len(),
    )?;
    sheet.columns(COLUMNS)?;
    sheet.freeze(3)?;
    let (mut rows, mut reported, mut moved) = (0, 0u64, 0u64);
    let mut pages = Pages::open(call.db, call.round, as_of, call.now.utc).await?;
    while let Some(items) = pages.next(call.basis).await? {
        let ids: Vec<_> = items.iter().map(|item| item.id).collect();
        let mut told = months(pages.conn(), &ids, before, as_of).await?;
        for item in items {
            let month = told.remove(&item.id).unwrap_or_default();
            let number = item.number;
            let line = Line { item, month, as_of };
            reported += u64::from(line.month.report.is_some());
            moved += u64::from(line.moved() != Some(0));
            sheet.row(COLUMNS.iter().map(|column| (column.value)(&line))).map_err(|_| {
                Unmade::new(
                    format!("第 {number} 项的文字过长，写不进 xlsx。"),
                    format!("Item {number} does not fit into xlsx."),
                )
            })?;
            rows += 1;
            call.rows.fetch_add(1, Ordering::Relaxed);
        }
    }
    pages.close().await?;
    if rows == 0 {
        return Err(Unmade::lacking(Needs::Items, as_of).into());
    }
    sheet.put_into(&mut book);
    book.save_to_writer(call.out).context("the workbook cannot be written")?;
    let figures = [("事项", rows), ("本月已报", reported), ("进度有变化", moved)]
        .map(|(name, n)| (name.to_owned(), n.into()));
    Ok(Written {
        rows,
        figures: figures.into_iter().collect(),
        note: format!("共 {rows} 项，本月已报 {reported} 项，进度有变化 {moved} 项。"),
    })
}
