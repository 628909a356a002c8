//! The ledger of a real office: titles above, headings over two rows with merged cells, captions between,
//! Chinese numerals, deadlines in words, everyday names of units, GBK; as a workbook with its merges too.

use duban::domain::Lang;
use duban::domain::ledger_file::{FileKind, Outcome, Rows};
use duban::imports::{failed, read, sample};
use rust_xlsxwriter::{Format, Workbook};

use super::{batch, count, database, import, import_sample};

const OFFICE: &[u8] = include_bytes!("../../fixtures/office-60.csv");

/// The same table as a workbook, with the cells merged that are one.
fn workbook() -> Vec<u8> {
    let (text, _, _) = encoding_rs::GBK.decode(OFFICE);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("台账").expect("a name");
    let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    for (at, row) in (0u32..).zip(rows.records()) {
        for (column, cell) in (0u16..).zip(&row.expect("a row")) {
            sheet.write(at, column, cell).expect("a cell");
        }
    }
    let look = Format::new();
    sheet.merge_range(0, 0, 0, 12, "安澜市2017年省级环境保护督察反馈问题整改台账", &look).expect("the title");
    for (column, heading) in [(0, "编号"), (3, "类别"), (6, "整改时限"), (9, "责任人"), (10, "督导领导")]
    {
        sheet.merge_range(2, column, 3, column, heading, &look).expect("a heading");
    }
    for (from, heading) in [(1, "反馈问题"), (4, "整改要求"), (7, "责任单位"), (11, "整改情况")]
    {
        sheet.merge_range(2, from, 2, from + 1, heading, &look).expect("a heading");
    }
    book.save_to_buffer().expect("a workbook")
}

#[tokio::test]
async fn the_table_of_an_office_says_what_the_sample_says() {
    let book = workbook();
    for (name, bytes) in [("台账.csv", OFFICE), ("台账.xlsx", &book[..])] {
        let pool = database().await;
        import_sample(&pool).await;
        let office = batch(&[(FileKind::Ledger, name, bytes)]).unwrap_or_else(|bad| panic!("{bad}"));
        let done = import(&pool, &office, sample::AS_OF).await.unwrap_or_else(|bad| panic!("{bad}"));
        // Deadlines get the office's own wording; nothing else differs.
        assert_eq!(done.outcome, Outcome::Written);
        assert_eq!((done.items.inserted, done.items.updated + done.items.unchanged), (0, 60));
        let other: Vec<_> = done.changes.iter().filter(|line| !line.contains("时限表述：∅ → 20")).collect();
        assert_eq!(other, Vec::<&String>::new(), "{name}");
        let states = "SELECT count(*) FROM item WHERE status IN ('completed', 'signed_off')";
        assert_eq!(count(&pool, states).await, 45);
    }
}

#[test]
fn its_reading_is_explained() {
    let file = read(FileKind::Ledger, "台账.csv", OFFICE, &mut |_| ()).expect("reads");
    let told: Vec<String> = file.notes.iter().chain(&file.reading).map(|note| note.text.zh.clone()).collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    文字按 GBK 编码读取
    略过 4 行小标题（整行只有一格有字），第一处在第 5 行
    标题占第 3 至 4 行，合并的单元格按下一行细分
    标题以上 2 行是表名和说明，不导入
    读作列：编号→序号、反馈问题→整改事项、问题描述、类别、整改目标、整改措施、整改时限、牵头→牵头单位、配合→配合单位、责任人、督导领导→包抓领导、整改情况→整改状态、完成率→整改进度
    数据 60 行，第 6 行至第 67 行
    编号：“第一项”读作 1；“二”读作 2；“第三项”读作 3；“四”读作 4；另有 56 行同样换读
    时限：“2018年3月底前”读作 2018-03-31（17 行）；“2017年10月底前”读作 2017-10-31；“2018年上半年”读作 2018-06-30（11 行）；“2018年6月底前”读作 2018-06-30（6 行）；另有 25 行同样换读
    状态：“已完成整改，长期坚持”读作 基本完成（8 行）；“已完成销号”读作 已销号（37 行）；“正在推进”读作 整改中（13 行）；“正在验收”读作 验收中
    进度：“百分之一百”读作 100%（16 行）；“百分之七十六”读作 76%；“百分之八十八”读作 88%；“百分之七十”读作 70%；另有 1 行同样换读
    ");
    let book = read(FileKind::Ledger, "台账.csv", &workbook(), &mut |_| ()).expect("reads");
    assert_eq!(book.reading, file.reading, "merged or not, it reads alike");
    assert_eq!(book.rows, file.rows);
}

#[test]
fn headings_over_two_rows_are_known_even_where_the_upper_one_would_do() {
    let rows = |text: &str| match read(FileKind::Ledger, "x", text.as_bytes(), &mut |_| ()) {
        Ok(file) => match file.rows {
            Rows::Ledger(rows) => rows,
            other => panic!("{other:?}"),
        },
        Err(bad) => panic!("{bad}"),
    };
    let two = rows(
        "序号,整改事项,整改时限,责任单位,,进度\n,,,牵头单位,配合单位,\n1,甲,2018年底前,市环保局,市住建局,5%\n",
    );
    assert_eq!((two.len(), two[0].row, two[0].lead_unit.as_str()), (1, 3, "市环保局"));
    assert_eq!(two[0].co_units.as_deref(), Some(&["市住建局".to_owned()][..]));
    // A row of data below is data, even when its number is missing.
    let text = "序号,整改事项,整改时限,责任单位\n,乙,2018年底前,市环保局\n";
    let bad = read(FileKind::Ledger, "x", text.as_bytes(), &mut |_| ()).expect_err("refused");
    assert!(bad.lines(Lang::Zh)[0].starts_with("x 第 2 行“序号”：必填"), "{bad}");
    // Printed again on the next page, both rows are passed over.
    let pages = rows(
        "序号,整改事项,整改时限,责任单位,\n,,,牵头,配合\n1,甲,2018年底前,市环保局,\n\
         序号,整改事项,整改时限,责任单位,\n,,,牵头,配合\n2,乙,2018年底前,市环保局,\n",
    );
    assert_eq!(pages.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn rows_that_fail_are_found_again_as_they_stand() {
    let (text, _, _) = encoding_rs::GBK.decode(OFFICE);
    let damaged = text.replacen("2018年3月底前", "2018年3月前", 1).replacen("第三项", "某项", 1);
    let bytes = damaged.as_bytes();
    let bad = read(FileKind::Ledger, "台账.csv", bytes, &mut |_| ()).expect_err("refused");
    let rows = failed(FileKind::Ledger, "台账.csv", bytes, &bad, Lang::Zh).expect("some");
    assert_eq!(rows.headings[..3], ["编号", "反馈问题", "问题描述"]);
    assert_eq!(rows.rows.iter().map(|row| row.row).collect::<Vec<_>>(), [6, 8]);
    assert_eq!((rows.rows[0].cells[6].as_str(), rows.rows[1].cells[0].as_str()), ("2018年3月前", "某项"));
    assert!(rows.rows[0].reasons[0].starts_with("整改时限：“2018年3月前”：是 3 月底前"), "{rows:?}");
    assert_eq!(failed(FileKind::Ledger, "别的.csv", bytes, &bad, Lang::Zh), None);
}
