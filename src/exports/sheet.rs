//! Tables as spreadsheets: typed cells in one look, written as they come. Used by every table of this
//! folder; `plain` is the same cell in a CSV.

use std::borrow::Cow;
use std::io;

use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{Color, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet};

use crate::domain::formula::guarded;

/// What stands in a cell.
pub(super) enum Value<'a> {
    Text(Cow<'a, str>),
    Number(i32),
    Percent(Option<i16>),
    /// With one decimal, or more where there are.
    Points(f64),
    Date(Option<NaiveDate>),
    /// Highlighted: the reader's eye should stop here.
    Marked(Box<Value<'a>>),
}

pub(super) fn text(text: &str) -> Value<'_> {
    Value::Text(Cow::Borrowed(text))
}

/// A column of rows of one kind.
pub(super) struct Column<R> {
    pub heading: &'static str,
    /// In characters of the sheet's font; a Chinese one takes two.
    pub width: u16,
    pub value: fn(&R) -> Value<'_>,
}

/// A cell of a CSV.
pub(super) fn plain(value: Value<'_>) -> Cow<'_, str> {
    match value {
        Value::Text(text) => guarded(text),
        Value::Number(number) => number.to_string().into(),
        Value::Percent(percent) => percent.map_or(Cow::Borrowed(""), |percent| format!("{percent}%").into()),
        Value::Points(points) => format!("{points:?}").into(),
        Value::Date(on) => on.map_or(Cow::Borrowed(""), |on| on.to_string().into()),
        Value::Marked(value) => plain(*value),
    }
}

/// A CSV as spreadsheets want it: UTF-8 with a mark, without which Excel reads Chinese as GBK.
pub(super) fn csv_writer(
    out: &mut (dyn io::Write + Send),
) -> io::Result<csv::Writer<&mut (dyn io::Write + Send)>> {
    out.write_all("\u{FEFF}".as_bytes())?;
    Ok(csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out))
}

/// The looks of a sheet.
struct Looks {
    title: Format,
    note: Format,
    heading: Format,
    text: Format,
    percent: Format,
    date: Format,
    points: Format,
    marked: Format,
    marked_percent: Format,
    marked_date: Format,
}

impl Looks {
    fn new() -> Looks {
        let cell =
            || Format::new().set_align(FormatAlign::Top).set_text_wrap().set_border(FormatBorder::Thin);
        let marked = || cell().set_background_color(Color::RGB(0xFFF2CC));
        Looks {
            title: Format::new().set_bold().set_font_size(16).set_align(FormatAlign::Center),
            note: Format::new().set_align(FormatAlign::Left),
            heading: cell().set_bold().set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter),
            text: cell(),
            percent: cell().set_num_format("0%"),
            date: cell().set_num_format("yyyy-mm-dd"),
            points: cell().set_num_format("0.0###"),
            marked: marked(),
            marked_percent: marked().set_num_format("0%"),
            marked_date: marked().set_num_format("yyyy-mm-dd"),
        }
    }
}

/// As many rows as a spreadsheet has.
const ROWS: u32 = 1_048_576;

/// A sheet that is filled from above. Several of a book may be filled side by side; each is `put_into` it at the end.
pub(super) struct Sheet {
    sheet: Worksheet,
    looks: Looks,
    line: u32,
}

impl Sheet {
    /// Its rows go to a temporary file as they come, so memory stays flat.
    pub fn streamed(book: &mut Workbook, name: &str) -> anyhow::Result<Sheet> {
        let mut sheet = book.new_worksheet_with_constant_memory()?;
        sheet.set_name(name)?;
        Ok(Sheet { sheet, looks: Looks::new(), line: 0 })
    }

    /// Its place is behind those that were put there before.
    pub fn put_into(self, book: &mut Workbook) {
        book.push_worksheet(self.sheet);
    }

    pub fn is_full(&self) -> bool {
        self.line == ROWS
    }

    /// A title across so many columns, and a line below it.
    pub fn title(&mut self, title: &str, note: &str, columns: usize) -> anyhow::Result<()> {
        let last = u16::try_from(columns.saturating_sub(1))?;
        self.sheet.merge_range(self.line, 0, self.line, last, title, &self.looks.title)?;
        self.sheet.set_row_height(self.line, 30)?;
        self.sheet.merge_range(self.line + 1, 0, self.line + 1, last, note, &self.looks.note)?;
        self.line += 2;
        Ok(())
    }

    /// The row of headings, with the widths of the columns.
    pub fn columns<R>(&mut self, columns: &[Column<R>]) -> anyhow::Result<()> {
        self.headings(columns.iter().map(|column| (column.heading, column.width)))
    }

    pub fn headings<'h>(&mut self, columns: impl Iterator<Item = (&'h str, u16)>) -> anyhow::Result<()> {
        for (at, (heading, width)) in (0u16..).zip(columns) {
            self.sheet.set_column_width(at, width)?;
            self.sheet.write_string_with_format(self.line, at, heading, &self.looks.heading)?;
        }
        self.line += 1;
        Ok(())
    }

    /// What is above stays in view, and so many columns at the left; printed, it is one page wide.
    pub fn freeze(&mut self, columns: u16) -> anyhow::Result<()> {
        self.sheet.set_freeze_panes(self.line, columns)?;
        self.sheet
            .set_repeat_rows(self.line - 1, self.line - 1)?
            .set_landscape()
            .set_print_fit_to_pages(1, 0);
        Ok(())
    }

    pub fn row<'v>(&mut self, values: impl Iterator<Item = Value<'v>>) -> anyhow::Result<()> {
        for (at, value) in (0u16..).zip(values) {
            match value {
                Value::Marked(value) => self.put(at, *value, true)?,
                value => self.put(at, value, false)?,
            }
        }
        self.line += 1;
        Ok(())
    }

    fn put(&mut self, at: u16, value: Value<'_>, marked: bool) -> anyhow::Result<()> {
        let Sheet { sheet, looks, line } = self;
        let (text, percents, date) = match marked {
            true => (&looks.marked, &looks.marked_percent, &looks.marked_date),
            false => (&looks.text, &looks.percent, &looks.date),
        };
        match value {
            Value::Text(words) if words.is_empty() => sheet.write_blank(*line, at, text)?,
            Value::Text(words) => sheet.write_string_with_format(*line, at, words, text)?,
            Value::Number(number) => sheet.write_number_with_format(*line, at, number, text)?,
            Value::Points(points) => sheet.write_number_with_format(*line, at, points, &looks.points)?,
            Value::Percent(Some(percent)) => {
                sheet.write_number_with_format(*line, at, f64::from(percent) / 100.0, percents)?
            }
            Value::Date(Some(on)) => {
                let (year, month, day) =
                    (u16::try_from(on.year())?, u8::try_from(on.month())?, u8::try_from(on.day())?);
                let on = ExcelDateTime::from_ymd(year, month, day)?;
                sheet.write_datetime_with_format(*line, at, &on, date)?
            }
            Value::Percent(None) | Value::Date(None) => sheet.write_blank(*line, at, text)?,
            Value::Marked(_) => anyhow::bail!("a cell is marked once"),
        };
        Ok(())
    }
}
