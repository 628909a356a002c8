//! 台账: the whole ledger of a round in the official order of columns. Importing it again changes
//! nothing; the columns behind 阶段目标 are for the reader only.

use std::borrow::Cow;
use std::sync::atomic::Ordering;

use anyhow::Context;
use chrono::NaiveDate;
use rust_xlsxwriter::Workbook;

use super::sheet::{self, Sheet, Value, csv_writer, plain, text};
use super::{Call, Export, Format, Unmade, Written};
use crate::domain::document::{About, Needs, Paper};
use crate::domain::people::Who;
use crate::domain::{Both, Flag, Role};
use crate::store::ledger_rows::{LedgerRow, each_ledger_row};

pub const EXPORT: Export = Export {
    paper: Paper {
        name: "ledger",
        words: &["台账", "ledger"],
        title: Both { zh: "整改台账", en: "ledger" },
        about: Both { zh: "全部事项，一项一行", en: "every item, one a row" },
        usage: Both { zh: "导出 台账", en: "export ledger" },
        formats: &[Format::Xlsx, Format::Csv],
        who: Who::Roles(&[Role::Office, Role::Supervisor, Role::Auditor]),
        of: About::Round,
        needs: Needs::Nothing,
    },
    write: |call| Box::pin(write(call)),
};

pub(super) type Column = sheet::Column<LedgerRow>;

const fn column(heading: &'static str, width: u16, value: fn(&LedgerRow) -> Value<'_>) -> Column {
    Column { heading, width, value }
}

const COLUMNS: &[Column] = &[
    column("序号", 6, |row| Value::Number(row.number)),
    column("上级编号", 10, |row| text(row.superior_number.as_deref().unwrap_or(""))),
    column("整改事项", 32, |row| text(&row.title)),
    column("问题描述", 48, |row| text(&row.description)),
    column("类别", 12, |row| text(&row.category)),
    column("行政区域", 12, |row| text(&row.region)),
    column("整改目标", 40, |row| text(&row.goal)),
    column("整改措施", 48, |row| text(&row.measures)),
    column("整改时限", 12, |row| Value::Date(Some(row.deadline))),
    column("时限表述", 16, |row| text(row.deadline_text.as_deref().unwrap_or(""))),
    column("整改类型", 10, |row| text(row.kind.word().zh)),
    column("牵头单位", 16, |row| text(&row.lead_unit)),
    column("配合单位", 32, |row| Value::Text(row.co_units.join("；").into())),
    column("责任人", 20, |row| text(&row.responsible_post)),
    column("包抓领导", 16, |row| text(&row.leader)),
    column("验收单位", 16, |row| text(&row.acceptance_unit)),
    column("整改状态", 10, |row| text(row.status.word().zh)),
    column("整改进度", 10, |row| Value::Percent(Some(row.percent))),
    column("完成时间", 12, |row| Value::Date(completed_on(row))),
    column("销号时间", 12, |row| Value::Date(row.signed_off_on)),
    column("阶段目标", 32, |row| Value::Text(milestones(row).into())),
    column("核实进度", 10, |row| Value::Percent(row.verified_percent)),
    column("最近进展", 40, |row| text(&row.last_text)),
    column("最近填报", 12, |row| Value::Date(row.last_report_on)),
    column("预警", 8, |row| text(row.flag.map_or("", |flag| flag.word().zh))),
    column("其他预警", 16, |row| Value::Text(flags(&row.other_flags).into())),
];

/// A column of a table that shows the ledger, under whatever heading.
#[derive(Debug)]
pub(super) struct Shown {
    pub heading: Cow<'static, str>,
    pub of: Of,
}

pub(super) enum Of {
    Column(&'static Column),
    /// The same words in every row.
    Words(String),
}

impl std::fmt::Debug for Of {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Of::Column(column) => f.write_str(column.heading),
            Of::Words(words) => write!(f, "={words}"),
        }
    }
}

impl Shown {
    fn value<'r>(&'r self, row: &'r LedgerRow) -> Value<'r> {
        match &self.of {
            Of::Column(column) => (column.value)(row),
            Of::Words(words) => text(words),
        }
    }

    fn width(&self) -> u16 {
        match &self.of {
            Of::Column(column) => column.width,
            Of::Words(_) => 12,
        }
    }
}

/// A column of ours by its heading.
pub(super) fn column_called(heading: &str) -> Option<&'static Column> {
    COLUMNS.iter().find(|column| column.heading == heading)
}

pub(super) fn headings() -> impl Iterator<Item = &'static str> {
    COLUMNS.iter().map(|column| column.heading)
}

/// When the unit said that it was done; of one that went back to it, this is no longer true.
fn completed_on(row: &LedgerRow) -> Option<NaiveDate> {
    row.completed_on.filter(|_| row.status.is_said_done())
}

fn milestones(row: &LedgerRow) -> String {
    row.milestones.iter().map(|m| format!("{}={}", m.due_on, m.percent)).collect::<Vec<_>>().join("；")
}

fn flags(flags: &[Flag]) -> String {
    flags.iter().map(|flag| flag.word().zh).collect::<Vec<_>>().join("、")
}

async fn write(call: Call<'_>) -> anyhow::Result<Written> {
    let own: Vec<Shown> = COLUMNS
        .iter()
        .map(|column| Shown { heading: column.heading.into(), of: Of::Column(column) })
        .collect();
    table(call, "整改台账", 3, &own).await.context("writing the ledger")
}

/// Every item of the round under these columns, as XLSX or CSV. Rows go out as they come, so memory stays flat.
pub(super) async fn table(
    call: Call<'_>,
    name: &str,
    frozen: u16,
    columns: &[Shown],
) -> anyhow::Result<Written> {
    let Call { db, round, out, rows, .. } = call;
    let count = if call.format == Format::Csv {
        let mut file = csv_writer(out)?;
        file.write_record(columns.iter().map(|column| &*column.heading))?;
        let count = each_ledger_row(db, round, &mut |row| {
            rows.fetch_add(1, Ordering::Relaxed);
            Ok(file.write_record(columns.iter().map(|column| plain(column.value(&row)).into_owned()))?)
        })
        .await?;
        file.flush()?;
        count
    } else {
        let mut book = Workbook::new();
        let mut sheet = Sheet::streamed(&mut book, name)?;
        sheet.headings(columns.iter().map(|column| (&*column.heading, column.width())))?;
        sheet.freeze(frozen)?;
        let count = each_ledger_row(db, round, &mut |row| {
            rows.fetch_add(1, Ordering::Relaxed);
            sheet.row(columns.iter().map(|column| column.value(&row))).map_err(|_| too_long(row.number))
        })
        .await?;
        sheet.put_into(&mut book);
        book.save_to_writer(out)?;
        count
    };
    Ok(Written::rows(count))
}

fn too_long(number: i32) -> anyhow::Error {
    Unmade::new(
        format!("第 {number} 项写不进 xlsx，请导出 CSV。"),
        format!("Item {number} does not fit into xlsx: take CSV."),
    )
    .into()
}
