//! Reading workbooks: dates and percents as cells, title rows, other sheets, bombs and damage.

use std::io::{Cursor, Write};

use duban::domain::ledger_file::{FileKind, ItemRow, Rows};
use duban::imports::read;
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{day, lines};

fn items(bytes: &[u8]) -> (Vec<ItemRow>, Vec<String>) {
    let file = read(FileKind::Ledger, "台账.xlsx", bytes, &mut |_| ()).unwrap_or_else(|bad| panic!("{bad}"));
    let notes = file.notes.into_iter().map(|note| note.text.zh).collect();
    match file.rows {
        Rows::Ledger(items) => (items, notes),
        other => panic!("{other:?}"),
    }
}

fn fault(bytes: &[u8]) -> String {
    lines(&read(FileKind::Ledger, "台账.xlsx", bytes, &mut |_| ()).expect_err("refused")).join("\n")
}

/// A ledger as an office keeps it: a cover sheet, a merged title, dates and percents as cells.
fn office_ledger() -> Vec<u8> {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("封面").expect("a name").write(0, 0, "安澜市").expect("a cell");
    let sheet = book.add_worksheet().set_name("台账").expect("a name");
    let dated = Format::new().set_num_format("yyyy\"年\"m\"月\"d\"日\"");
    let percent = Format::new().set_num_format("0%");
    sheet.merge_range(0, 0, 0, 6, "安澜市整改台账", &Format::new()).expect("a title");
    for (at, heading) in
        (0u16..).zip(["序号", "整改任务", "完成时限", "牵头单位", "完成率", "整改进展状态", "上级编号"])
    {
        sheet.write(2, at, heading).expect("a heading");
    }
    let on = ExcelDateTime::from_ymd(2018, 6, 30).expect("a day");
    for (row, (number, value)) in (3u32..).zip([(16.0, 0.85), (17.0, 1.0), (18.0, 0.29)]) {
        sheet.write(row, 0, number).expect("a number");
        sheet.write(row, 1, "提标改造").expect("a title");
        sheet.write_with_format(row, 2, &on, &dated).expect("a date");
        sheet.write(row, 3, "紫岩县").expect("a unit");
        sheet.write_with_format(row, 4, value, &percent).expect("a percent");
        sheet.write(row, 5, "正在推进").expect("a status");
        sheet.write(row, 6, 12).expect("a number");
    }
    sheet.write(4, 2, 43281).expect("a serial number");
    sheet.write(5, 2, "2018年6月").expect("a month");
    sheet.write(2000, 300, "far away").expect("a stray cell");
    book.save_to_buffer().expect("a workbook")
}

#[test]
fn a_workbook_of_an_office_reads() {
    let (items, notes) = items(&office_ledger());
    assert_eq!(notes, ["只读了工作表“台账”，没有读“封面”；也要导入的，请并到同一张表，或另存为单独的文件"]);
    assert_eq!(items.iter().map(|item| item.row).collect::<Vec<_>>(), [4, 5, 6]);
    assert_eq!(items.iter().map(|item| item.number).collect::<Vec<_>>(), [16, 17, 18]);
    assert_eq!(items.iter().map(|item| item.percent).collect::<Vec<_>>(), [Some(85), Some(100), Some(29)]);
    assert!(items.iter().all(|item| item.deadline == day("2018-06-30")));
    assert_eq!(items[2].deadline_text.as_deref(), Some("2018年6月"));
    assert_eq!(items[0].superior_number.as_deref(), Some("12"));
}

#[test]
fn the_name_of_a_file_does_not_matter() {
    assert!(read(FileKind::Ledger, "台账.csv", &office_ledger(), &mut |_| ()).is_ok());
}

#[test]
fn errors_and_ambiguous_numbers_in_cells_are_told() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (at, heading) in (0u16..).zip(["序号", "整改任务", "完成时限", "牵头单位", "完成率"])
    {
        sheet.write(0, at, heading).expect("a heading");
    }
    sheet.write(1, 0, 1).expect("a number");
    sheet
        .write_formula(1, 1, rust_xlsxwriter::Formula::new("=1/0").set_result("#DIV/0!"))
        .expect("a formula");
    sheet.write(1, 2, 2018.1).expect("a number");
    sheet.write(1, 3, "紫岩县").expect("a unit");
    sheet.write(1, 4, 8500).expect("a percent");
    let told = fault(&book.save_to_buffer().expect("a workbook"));
    assert!(told.contains("第 2 行“完成时限”：“2018.1”：是 1 月还是 10 月？"), "{told}");
    assert!(told.contains("第 2 行“完成率”：“8500”：进度应是 0 到 100"), "{told}");
}

#[test]
fn a_workbook_without_a_ledger_says_what_is_missing() {
    let mut book = Workbook::new();
    book.add_worksheet().write(0, 0, "没有台账").expect("a cell");
    let told = fault(&book.save_to_buffer().expect("a workbook"));
    assert_eq!(
        told,
        "台账.xlsx：找不到标题行：要有一行写着 序号、整改事项、整改时限、牵头单位（上面可以有表名；CSV 各列用逗号、分号或制表符隔开）"
    );
}

/// The parts of a workbook that can be written by hand.
fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).expect("a part");
        zip.write_all(content).expect("content");
    }
    zip.finish().expect("a zip").into_inner()
}

#[test]
fn bombs_are_refused_before_they_unpack() {
    // A promise of more texts than the file can hold would reserve all memory at once.
    let trap =
        packed(&[("xl/sharedStrings.xml", b"<sst uniqueCount=\"99999999999\"><si><t>1</t></si></sst>")]);
    assert!(fault(&trap).contains("已损坏"));
    // Five gibibytes of nothing, told by a header that was never true.
    let mut lying = packed(&[("xl/worksheets/sheet1.xml", &[b' '; 100_000])]);
    let at = lying.windows(4).rposition(|window| window == b"PK\x01\x02").expect("the directory");
    lying[at + 24..at + 28].copy_from_slice(&10u32.to_le_bytes());
    assert!(fault(&lying).contains("已损坏"));
    let mut huge = packed(&[("a", b"1"), ("b", b"1")]);
    let entries: Vec<usize> = (0..huge.len() - 4).filter(|at| huge[*at..*at + 4] == *b"PK\x01\x02").collect();
    for at in entries {
        huge[at + 24..at + 28].copy_from_slice(&0xFFFF_FFF0u32.to_le_bytes());
    }
    assert!(fault(&huge).contains("解压后超过"), "{}", fault(&huge));
}

#[test]
fn a_cell_longer_than_cells_are_is_refused_before_it_is_read() {
    let mut sheet = b"<worksheet><sheetData><row><c t=\"inlineStr\"><is><t>".to_vec();
    sheet.resize(65 << 20, b'x');
    sheet.extend_from_slice(b"</t></is></c></row></sheetData></worksheet>");
    assert!(fault(&packed(&[("xl/worksheets/sheet1.xml", &sheet)])).contains("32767 字"));
}

/// What no spreadsheet writes: a text of 300,000 characters in a cell.
#[test]
fn a_cell_that_is_too_long_is_one_of_the_bad_cells() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let heads = ["序号", "整改任务", "完成时限", "牵头单位"];
    for (row, cells) in (0u32..).zip([
        heads,
        ["1", "甲", "明天", "局"],
        ["2", "长", "2018年底前", "局"],
        ["3", "丙", "后天", "局"],
    ]) {
        for (at, cell) in (0u16..).zip(cells) {
            sheet.write(row, at, cell).expect("a cell");
        }
    }
    let mut archive =
        zip::ZipArchive::new(Cursor::new(book.save_to_buffer().expect("a workbook"))).expect("a zip");
    let mut parts: Vec<(String, String)> = Vec::new();
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).expect("a part");
        let name = part.name().expect("a name").into_owned();
        parts.push((
            name,
            std::io::read_to_string(&mut part)
                .expect("text")
                .replace(">长<", &format!(">{}<", "长".repeat(300_000))),
        ));
    }
    let parts: Vec<(&str, &[u8])> =
        parts.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    let told = fault(&packed(&parts));
    let expected = ["第 2 行“完成时限”", "第 3 行“整改任务”：这一格超过 32767 字", "第 4 行“完成时限”"];
    for (line, expected) in told.lines().zip(expected) {
        assert!(line.contains(expected), "{told}");
    }
    assert_eq!(told.lines().count(), 3, "{told}");
}

#[test]
fn a_hidden_sheet_is_read_only_where_no_other_is_a_ledger() {
    let ledger = |sheets: [(&str, bool); 2]| {
        let mut book = Workbook::new();
        for (name, hidden) in sheets {
            let sheet =
                book.add_worksheet().set_name(name).expect("a name").set_hidden(hidden).set_active(!hidden);
            for (at, cell) in (0u16..).zip(["序号", "整改任务", "完成时限", "牵头单位"]) {
                sheet.write(0, at, cell).expect("a heading");
            }
            for (at, cell) in (0u16..).zip(["1", name, "2018年底前", "局"]) {
                sheet.write(1, at, cell).expect("a cell");
            }
        }
        let (items, notes) = items(&book.save_to_buffer().expect("a workbook"));
        (items[0].title.clone(), notes.join("\n"))
    };
    let (read, note) = ledger([("旧表", true), ("台账", false)]);
    assert_eq!(read, "台账");
    assert!(note.starts_with("只读了工作表“台账”，没有读“旧表”；"), "{note}");
    assert_eq!(ledger([("一季度", false), ("二季度", false)]).0, "一季度");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn damaged_workbooks_never_panic(
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..30),
    ) {
        let mut bytes = office_ledger();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = read(FileKind::Ledger, "x", &bytes, &mut |_| ());
    }

    /// Damage inside the packed parts, where checksums do not catch it.
    #[test]
    fn damaged_sheets_never_panic(
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..30),
    ) {
        let mut archive = zip::ZipArchive::new(Cursor::new(office_ledger())).expect("a zip");
        let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
        for at in 0..archive.len() {
            let mut part = archive.by_index(at).expect("a part");
            let mut content = Vec::new();
            std::io::copy(&mut part, &mut content).expect("content");
            parts.push((part.name().expect("a name").into_owned(), content));
        }
        for (at, byte) in damage {
            let part = at.index(parts.len());
            let content = &mut parts[part].1;
            let at = at.index(content.len());
            content[at] = byte;
        }
        let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, content)| (name.as_str(), content.as_slice())).collect();
        let _ = read(FileKind::Ledger, "x", &packed(&parts), &mut |_| ());
    }
}
