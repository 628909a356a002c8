//! Rows that stopped an import, as a workbook: a sheet a file, each row as the file has it with the reason
//! before it. Corrected here, they go back into the file, since an import is all or nothing.

use std::io;

use rust_xlsxwriter::Workbook;

use super::sheet::{Sheet, Value, text};
use crate::domain::ledger_file::FailedRows;

/// Writes the workbook; the number of its rows.
pub fn write(files: &[FailedRows], out: &mut (dyn io::Write + Send)) -> anyhow::Result<usize> {
    let mut book = Workbook::new();
    let mut count = 0;
    for (at, file) in (1..).zip(files) {
        // A sheet's name holds 31 characters and none of these.
        let name: String = file.file.chars().filter(|c| !"[]:*?/\\'".contains(*c)).take(27).collect();
        let mut sheet = Sheet::streamed(&mut book, &format!("{at} {name}"))?;
        let own = file.headings.iter().map(|heading| (heading.as_str(), 16));
        sheet.headings([("原行号", 8), ("未导入原因", 48)].into_iter().chain(own))?;
        sheet.freeze(2)?;
        for row in &file.rows {
            let number = i32::try_from(row.row).ok().filter(|number| *number > 0);
            let number = number.map_or(text("整个文件"), Value::Number);
            let reasons = Value::Marked(Box::new(Value::Text(row.reasons.join("\n").into())));
            sheet.row([number, reasons].into_iter().chain(row.cells.iter().map(|cell| text(cell))))?;
            count += 1;
        }
        sheet.put_into(&mut book);
    }
    book.save_to_writer(out)?;
    Ok(count)
}
