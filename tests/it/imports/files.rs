//! Reading text files: every usual dress, every fault told, nothing that panics.

use duban::domain::Lang;
use duban::domain::item::{Kind, Status};
use duban::domain::ledger_file::{FileKind, ItemRow, Rows};
use duban::imports::{digest, failed, read, sample};
use proptest::prelude::*;

use super::{batch, day, lines};

fn items(bytes: &[u8]) -> Vec<ItemRow> {
    let file = read(FileKind::Ledger, "台账.csv", bytes, &mut |_| ()).unwrap_or_else(|bad| panic!("{bad}"));
    match file.rows {
        Rows::Ledger(items) => items,
        other => panic!("{other:?}"),
    }
}

fn faults(bytes: &[u8]) -> Vec<String> {
    lines(&read(FileKind::Ledger, "台账.csv", bytes, &mut |_| ()).expect_err("refused"))
}

const CHINESE: &str = "\
安澜市整改台账,,,,,,,,,,,
（截至2018年8月31日）,,,,,,,,,,,
序号,整改事项,整改目标,整改措施,整改时限,整改类型,责任单位,包抓领导,整改状态,整改进度(%),验收销号时间,备注
一、水环境方面,,,,,,,,,,,

第十六项,“提标”改造,达标,\"1.设计,
2.施工\",2018年6月底前,限期整改,紫岩县（牵头）、市住建局，市环保局,市长,正在推进（按序时推进）,８５％,,无
17,管网,达标,施工,2018/12/31,立行立改,岚溪县,市长,已完成整改，长期坚持,,2018.8.3,
合  计,2项,,,,,,,,,,
填表人：,张某,,,审核人：,,,,,,,
";

#[test]
fn a_ledger_as_offices_keep_it_reads_in_every_dress() {
    let (gbk, _, _) = encoding_rs::GBK.encode(CHINESE);
    let marked = format!("\u{FEFF}{CHINESE}");
    let utf16: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let crlf = CHINESE.replace('\n', "\r\n");
    let semicolons = CHINESE.replace("设计,", "设计，").replace(',', ";");
    let tabs = CHINESE.replace("设计,", "设计，").replace(',', "\t");
    for (dress, bytes) in [
        ("plain", CHINESE.as_bytes()),
        ("GBK", &gbk),
        ("BOM", marked.as_bytes()),
        ("UTF-16", &utf16),
        ("CRLF", crlf.as_bytes()),
        ("semicolons", semicolons.as_bytes()),
        ("tabs", tabs.as_bytes()),
    ] {
        let items = items(bytes);
        assert_eq!(items.len(), 2, "{dress}");
        let item = &items[0];
        assert_eq!((item.number, item.row, item.percent), (16, 6, Some(85)), "{dress}");
        assert_eq!(
            (item.deadline, item.deadline_text.as_deref()),
            (day("2018-06-30"), Some("2018年6月底前"))
        );
        assert_eq!((item.lead_unit.as_str(), item.status), ("紫岩县", Some(Status::InProgress)), "{dress}");
        assert_eq!(item.co_units.as_deref(), Some(&["市住建局".to_owned(), "市环保局".to_owned()][..]));
        assert!(item.measures.as_deref().is_some_and(|text| text.ends_with("\n2.施工")), "{dress}: {item:?}");
        let item = &items[1];
        assert_eq!((item.number, item.row, item.kind), (17, 7, Some(Kind::AtOnce)), "{dress}");
        assert_eq!((item.status, item.percent), (Some(Status::Completed), None), "{dress}");
        assert_eq!(item.completed_on, Some(day("2018-08-03")), "{dress}");
        assert_eq!((&item.description, &item.co_units, &item.milestones), (&None, &None, &None), "{dress}");
    }
    let file = read(FileKind::Ledger, "台账.csv", &gbk, &mut |_| ()).expect("reads");
    let notes: Vec<&str> = file.notes.iter().map(|note| note.text.zh.as_str()).collect();
    assert_eq!(
        notes,
        [
            "文字按 GBK 编码读取",
            "这些列认不出，没有导入：备注",
            "略过 1 行小标题（整行只有一格有字），第一处在第 4 行",
            "略过 2 行不是事项的（合计、落款等：没有编号、单位和时限），第一处在第 8 行“合  计”"
        ]
    );
}

#[test]
fn all_that_is_wrong_is_told_with_row_and_column() {
    let text = "\
序号,整改事项,整改时限,牵头单位,整改状态,整改进度,阶段目标
x,甲,2018-02-30,市环保局,整改中,10,

2,,2018-03-31,市环保局,大概完成,120,2018-06-30=三成
2,丙,2018年6月前,,已销号,80,
4,丁,2018-03-31,市环保局,整改中,10,,多一格
";
    assert_eq!(
        faults(text.as_bytes()),
        [
            "台账.csv 第 2 行“序号”：“x”：编号应是 1 起的整数，如 16 或 第十六项",
            "台账.csv 第 2 行“整改时限”：“2018-02-30”：没有 2018 年 2 月 30 日这一天",
            "台账.csv 第 4 行“整改事项”：必填，不能空着（合并过的单元格请先拆开填满）",
            "台账.csv 第 4 行“整改状态”：“大概完成”：状态认不出；请用：交办、整改中、申请验收、验收中、公示中、退回整改、基本完成、已销号",
            "台账.csv 第 4 行“阶段目标”：“2018-06-30=三成”：“2018-06-30=三成”：进度应是 0 到 100，如 85 或 85%",
            "台账.csv 第 4 行“整改进度”：“120”：进度应是 0 到 100，如 85 或 85%",
            "台账.csv 第 5 行“整改时限”：“2018年6月前”：是 6 月底前，还是 6 月之前？请写成“6月底前”或写明日期",
            "台账.csv 第 5 行“牵头单位”：必填，不能空着（合并过的单元格请先拆开填满）",
            "台账.csv 第 5 行“整改进度”：状态是“已销号”而进度只有 80%，两者矛盾",
            "台账.csv 第 5 行“序号”：编号 2 与第 4 行重复",
            "台账.csv 第 6 行：这一行有 8 格，标题只有 7 列；含逗号的文字要用英文双引号括起来",
        ]
    );
}

#[test]
fn numbers_are_taken_as_a_plan_writes_them() {
    let rows: String = ["一、", "（二）", "3.", "第四项", "五"]
        .iter()
        .map(|number| format!("{number},甲,2018年底前,局\n"))
        .collect();
    let read = items(format!("序号,整改事项,整改时限,牵头单位\n{rows}").as_bytes());
    assert_eq!(read.iter().map(|item| item.number).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
}

#[test]
fn a_closing_date_of_an_open_item_is_left_out_and_told() {
    let text = "序号,整改事项,整改时限,牵头单位,整改状态,完成时间\n1,甲,2018-12-31,局,整改中,2018-12-30\n";
    let file = read(FileKind::Ledger, "台账.csv", text.as_bytes(), &mut |_| ()).expect("reads");
    assert!(file.notes[0].text.zh.contains("时间没有导入；第一处在第 2 行"), "{:?}", file.notes);
    assert_eq!(items(text.as_bytes())[0].completed_on, None);
}

#[test]
fn the_day_of_completion_and_that_of_sign_off_are_two() {
    let head = "序号,整改事项,整改时限,牵头单位,整改状态";
    let row = "1,甲,2018-03-31,局";
    let days = |text: String| {
        let item = items(text.as_bytes()).remove(0);
        (item.completed_on, item.signed_off_on)
    };
    let both =
        |state: &str, days_said: &str| days(format!("{head},完成时间,销号时间\n{row},{state},{days_said}\n"));
    let (done, signed) = (Some(day("2018-04-01")), Some(day("2018-04-18")));
    assert_eq!(both("已销号", "2018-04-01,2018-04-18"), (done, signed));
    assert_eq!(both("基本完成", "2018-04-01,"), (done, None));
    assert_eq!(both("验收中", "2018-04-01,"), (done, None));
    assert_eq!(both("已销号", ",2018-04-18"), (None, signed));
    // What says that it was signed off does not say so of one that was not.
    assert_eq!(both("基本完成", "2018-04-01,2018-04-18"), (done, None));
    // One column: of what is not signed off it is the day of completion.
    assert_eq!(days(format!("{head},销号时间\n{row},基本完成,2018-04-01\n")), (done, None));
    assert_eq!(days(format!("{head},完成时间\n{row},已销号,2018-04-01\n")), (done, None));
}

#[test]
fn at_most_fifty_faults_are_listed() {
    let mut text = "序号,整改事项,整改时限,牵头单位\n".to_owned();
    (1..=80).for_each(|number| text.push_str(&format!("{number},甲,明天,市环保局\n")));
    let faults = faults(text.as_bytes());
    assert_eq!(faults.len(), 51);
    assert_eq!(faults[50], "……另有 30 处");
}

#[test]
fn a_missing_column_names_the_headings_that_would_do() {
    let faults = faults("序号,整改事项,责任单位\n1,甲,市环保局\n".as_bytes());
    assert_eq!(faults.len(), 1);
    assert!(
        faults[0].starts_with("台账.csv 第 1 行“整改时限”：缺少这一列；标题可写作：整改时限、整改期限、"),
        "{faults:?}"
    );
}

#[test]
fn percents_of_a_column_explain_one_another_or_are_asked_about() {
    let ledger = |cells: &[&str]| {
        let rows: String =
            (1..).zip(cells).map(|(number, cell)| format!("{number},甲,2018-12-31,局,{cell}\n")).collect();
        format!("序号,整改事项,整改时限,牵头单位,进度\n{rows}")
    };
    let percents = |cells: &[&str]| -> Vec<Option<i16>> {
        items(ledger(cells).as_bytes()).iter().map(|item| item.percent).collect()
    };
    assert_eq!(percents(&["0.85", "0.3", "0"]), [Some(85), Some(30), Some(0)]);
    assert_eq!(percents(&["85", "1", "", "100%"]), [Some(85), Some(1), None, Some(100)]);
    assert!(faults(ledger(&["0.85", "1"]).as_bytes())[0].contains("第 3 行“进度”：1 是 1% 还是 100%？"));
    assert!(faults(ledger(&["85", "0.5"]).as_bytes())[0].contains("0.5 是 0.5% 还是 50%？"));
}

#[test]
fn doubled_rows_are_told_with_both_places() {
    let twice = "日期,编号,类型,进度,说明\n2018-08-01,1,填报,10,甲\n2018-08-01,1,填报,10,乙\n2018/8/1,1,report,10%,甲\n";
    let bad = read(FileKind::History, "h.csv", twice.as_bytes(), &mut |_| ()).expect_err("refused");
    assert_eq!(lines(&bad), ["h.csv 第 4 行：与第 2 行完全相同"]);
    let twice = "单位代码,单位名称,别名\nA,甲局,甲\nB,甲 局,\n";
    let bad = read(FileKind::Units, "u.csv", twice.as_bytes(), &mut |_| ()).expect_err("refused");
    assert_eq!(lines(&bad), ["u.csv 第 3 行“单位名称”：“甲 局”与第 2 行重复"]);
    let file = (FileKind::Units, "u.csv", "单位代码,单位名称\nA,甲局\n".as_bytes());
    assert!(lines(&batch(&[file, file]).expect_err("refused"))[0].contains("同类文件（units）已有一份"));
}

#[test]
fn what_is_no_table_says_the_way_out() {
    for (bytes, expected) in [
        (&b""[..], "空的"),
        (b" \r\n\r\n", "空的"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1....", ".xls"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
        (b"%PDF-1.4", "PDF"),
        (b"\x00\x01\x02\x03", "另存为"),
        (b"PK\x03\x04 not really", "已损坏"),
        (b"PK", "已损坏"),
    ] {
        let told = faults(bytes);
        assert!(told[0].contains(expected), "{told:?}");
    }
    assert_eq!(
        faults("序号,整改事项,整改时限,牵头单位\n".as_bytes()),
        ["台账.csv：标题以下没有数据；请检查是不是选错了文件或工作表"]
    );
    assert!(faults("1|甲|2018年底前|局\n".as_bytes())[0].contains("用逗号、分号或制表符隔开"));
}

#[test]
fn what_is_wrong_behind_a_cell_that_is_too_long_is_told_as_well() {
    let long = "字".repeat(40_000);
    let text = format!(
        "{long}\n序号,整改事项,整改时限,牵头单位\n1,甲,明天,局\n2,{long},2018年底前,局\n3,丙,后天,局\n"
    );
    let told = faults(text.as_bytes());
    let expected = [
        "台账.csv 第 1 行：这一格超过 32767 字，多半是双引号没有成对",
        "台账.csv 第 3 行“整改时限”：",
        "台账.csv 第 4 行“整改事项”：这一格超过 32767 字，多半是双引号没有成对；请检查这一行",
        "台账.csv 第 5 行“整改时限”：",
    ];
    assert_eq!(told.len(), expected.len(), "{told:?}");
    for (told, expected) in told.iter().zip(expected) {
        assert!(told.starts_with(expected), "{told}");
    }
    // The row comes back, cut to what a cell holds.
    let bad = read(FileKind::Ledger, "台账.csv", text.as_bytes(), &mut |_| ()).expect_err("refused");
    let rows = failed(FileKind::Ledger, "台账.csv", text.as_bytes(), &bad, Lang::Zh).expect("some");
    assert_eq!(rows.rows[2].cells[1].chars().count(), 32_767);
}

#[test]
fn a_quote_that_is_never_closed_is_told_where_it_opens() {
    let head = "序号,整改事项,整改时限,牵头单位";
    let open = format!("{head}\n1,甲,明天,局\n2,\"乙,2018年底前,局\n3,丙,2018年底前,局\n");
    assert_eq!(
        faults(open.as_bytes())[1],
        "台账.csv 第 3 行“整改事项”：双引号没有成对，从这里到文件末尾都成了一格；请检查这一行"
    );
    // Inches, and a cell of two lines at the very end, are none.
    for last in ["1,管径 5\" 改 8\",2018年底前,局", "1,\"甲\n乙\",2018年底前,\"局\"", "1,甲,2018年底前,局"]
    {
        for end in ["", "\n", "\r\n\r\n"] {
            assert_eq!(items(format!("{head}\n{last}{end}").as_bytes()).len(), 1, "{last}{end:?}");
        }
    }
}

#[test]
fn progress_is_told_and_the_digest_is_that_of_the_bytes() {
    let mut text = "日期,编号,类型\n".to_owned();
    (1..=25_000).for_each(|number| text.push_str(&format!("2018-08-01,{number},填报\n")));
    let mut told = Vec::new();
    let file = read(FileKind::History, "h.csv", text.as_bytes(), &mut |rows| told.push(rows)).expect("reads");
    assert_eq!((told, file.source.rows), (vec![10_000, 20_000, 25_000], 25_000));
    assert_eq!(digest(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), kind in 0usize..4) {
        let _ = read(FileKind::ALL[kind], "x", &bytes, &mut |_| ());
    }

    /// A sample file with some bytes overwritten: close enough to real to get deep into the reader.
    #[test]
    fn damaged_samples_never_panic(
        which in 0usize..4, damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
    ) {
        let (kind, name, bytes) = sample::FILES[which];
        let mut bytes = bytes[..bytes.len().min(3000)].to_vec();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = read(kind, name, &bytes, &mut |_| ());
    }

    #[test]
    fn no_words_upset_a_cell(words in proptest::collection::vec("[0-9年月日底前.%/=;：\\-一十〇上半季度\\PC]{0,12}", 7)) {
        let row: Vec<String> = words.iter().map(|word| format!("\"{}\"", word.replace('"', ""))).collect();
        let text = format!("序号,整改事项,整改时限,牵头单位,整改状态,进度,阶段目标\n{}\n", row.join(","));
        let _ = read(FileKind::Ledger, "x", text.as_bytes(), &mut |_| ());
    }
}
