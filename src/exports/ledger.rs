//! 台账: the whole ledger of a round in the official order of columns. Importing it again changes
//! nothing; the columns behind 阶段目标 are for the reader only.

use std::borrow::Cow;
use std::sync::atomic::Ordering;

use anyhow::Context;
use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{ExcelDateTime, Format as CellFormat, FormatAlign, FormatBorder, Workbook, Worksheet};

use super::{Call, Export, Format, Unmade, Written};
use crate::domain::document::{About, Paper};
use crate::domain::item::Status;
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
    },
    write: |call| Box::pin(write(call)),
};

/// What stands in a cell.
enum Value<'a> {
    Text(Cow<'a, str>),
    Number(i32),
    Percent(Option<i16>),
    Date(Option<NaiveDate>),
}

struct Column {
    heading: &'static str,
    /// In characters of the sheet's font; a Chinese one takes two.
    width: u16,
    value: fn(&LedgerRow) -> Value<'_>,
}

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
    column("整改状态", 10, |row| text(row.status.word().zh)),
    column("整改进度", 10, |row| Value::Percent(Some(row.percent))),
    column("销号时间", 12, |row| Value::Date(closed_on(row))),
    column("阶段目标", 32, |row| Value::Text(milestones(row).into())),
    column("核实进度", 10, |row| Value::Percent(row.verified_percent)),
    column("最近填报", 12, |row| Value::Date(row.last_report_on)),
    column("预警", 8, |row| text(row.flag.map_or("", |flag| flag.word().zh))),
    column("其他预警", 16, |row| Value::Text(flags(&row.other_flags).into())),
];

fn text(text: &str) -> Value<'_> {
    Value::Text(Cow::Borrowed(text))
}

/// The date column of the ledger: when it was signed off, or completed where it goes on.
fn closed_on(row: &LedgerRow) -> Option<NaiveDate> {
    match row.status {
        Status::SignedOff => row.signed_off_on,
        Status::Completed => row.completed_on,
        _ => None,
    }
}

fn milestones(row: &LedgerRow) -> String {
    row.milestones.iter().map(|m| format!("{}={}", m.due_on, m.percent)).collect::<Vec<_>>().join("；")
}

fn flags(flags: &[Flag]) -> String {
    flags.iter().map(|flag| flag.word().zh).collect::<Vec<_>>().join("、")
}

async fn write(call: Call<'_>) -> anyhow::Result<Written> {
    let rows = match call.format {
        Format::Csv => write_csv(call).await.context("writing the ledger as CSV"),
        _ => write_xlsx(call).await.context("writing the ledger as XLSX"),
    };
    rows.map(Written::rows)
}

/// UTF-8 with a mark: without it Excel reads Chinese as GBK.
async fn write_csv(call: Call<'_>) -> anyhow::Result<u64> {
    call.out.write_all("\u{FEFF}".as_bytes())?;
    let mut file = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(call.out);
    file.write_record(COLUMNS.iter().map(|column| column.heading))?;
    let count = each_ledger_row(call.db, call.round, &mut |row| {
        file.write_record(COLUMNS.iter().map(|column| plain((column.value)(&row)).into_owned()))?;
        call.rows.fetch_add(1, Ordering::Relaxed);
        Ok(())
    })
    .await?;
    file.flush()?;
    Ok(count)
}

fn plain(value: Value<'_>) -> Cow<'_, str> {
    match value {
        // What begins like a formula would be run by whoever opens the file.
        Value::Text(text) if text.starts_with(['=', '+', '-', '@']) => format!("'{text}").into(),
        Value::Text(text) => text,
        Value::Number(number) => number.to_string().into(),
        Value::Percent(percent) => percent.map_or(Cow::Borrowed(""), |percent| format!("{percent}%").into()),
        Value::Date(on) => on.map_or(Cow::Borrowed(""), |on| on.to_string().into()),
    }
}

/// The looks of a sheet.
struct Looks {
    heading: CellFormat,
    text: CellFormat,
    percent: CellFormat,
    date: CellFormat,
}

impl Looks {
    fn new() -> Looks {
        let cell =
            || CellFormat::new().set_align(FormatAlign::Top).set_text_wrap().set_border(FormatBorder::Thin);
        Looks {
            heading: cell().set_bold().set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter),
            text: cell(),
            percent: cell().set_num_format("0%"),
            date: cell().set_num_format("yyyy-mm-dd"),
        }
    }
}

/// Rows go to a temporary file as they come, so memory stays flat.
async fn write_xlsx(call: Call<'_>) -> anyhow::Result<u64> {
    let mut book = Workbook::new();
    let looks = Looks::new();
    let sheet = book.add_worksheet_with_constant_memory()?;
    sheet.set_name("整改台账")?.set_freeze_panes(1, 3)?;
    for (at, column) in (0u16..).zip(COLUMNS) {
        sheet.set_column_width(at, column.width)?;
        sheet.write_string_with_format(0, at, column.heading, &looks.heading)?;
    }
    let mut line = 0;
    let count = each_ledger_row(call.db, call.round, &mut |row| {
        line += 1;
        call.rows.fetch_add(1, Ordering::Relaxed);
        let number = row.number;
        for (at, column) in (0u16..).zip(COLUMNS) {
            put(sheet, line, at, (column.value)(&row), &looks).map_err(|_| {
                Unmade(format!(
                    "第 {number} 项写不进 xlsx，请导出 CSV / item {number} does not fit into xlsx: take CSV"
                ))
            })?;
        }
        Ok(())
    })
    .await?;
    book.save_to_writer(call.out)?;
    Ok(count)
}

fn put(sheet: &mut Worksheet, row: u32, at: u16, value: Value<'_>, looks: &Looks) -> anyhow::Result<()> {
    match value {
        Value::Text(text) if text.is_empty() => sheet.write_blank(row, at, &looks.text)?,
        Value::Text(text) => sheet.write_string_with_format(row, at, text, &looks.text)?,
        Value::Number(number) => sheet.write_number_with_format(row, at, number, &looks.text)?,
        Value::Percent(Some(percent)) => {
            sheet.write_number_with_format(row, at, f64::from(percent) / 100.0, &looks.percent)?
        }
        Value::Date(Some(on)) => {
            let (year, month, day) =
                (u16::try_from(on.year())?, u8::try_from(on.month())?, u8::try_from(on.day())?);
            let on = ExcelDateTime::from_ymd(year, month, day)?;
            sheet.write_datetime_with_format(row, at, &on, &looks.date)?
        }
        Value::Percent(None) | Value::Date(None) => sheet.write_blank(row, at, &looks.text)?,
    };
    Ok(())
}
