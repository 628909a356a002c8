//! Tables for people: the month with its differences, and the form another body wants. Read back with calamine.

use std::fs;
use std::io::Cursor;
use std::path::Path;

use calamine::{Data, Reader, Xlsx};
use duban::exports::{Format, Unmade};

use super::{day, made, made_from, sample};

/// The rows of the first sheet, as texts.
fn rows(book: Vec<u8>) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(book)).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let told = |cell: &Data| match cell {
        Data::DateTime(at) => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            format!("{year}-{month:02}-{day:02}")
        }
        cell => cell.to_string(),
    };
    sheet.rows().map(|row| row.iter().map(told).collect()).collect()
}

#[tokio::test]
async fn the_month_says_what_moved_and_agrees_with_the_ledger() {
    let pool = sample().await;
    let (written, book) = made(&pool, "monthly", Format::Xlsx, None, day()).await.unwrap();
    let reported: i64 = sqlx::query_scalar(
        "SELECT count(DISTINCT item) FROM report WHERE part = 'lead' AND effective_on BETWEEN '2018-08-01' AND '2018-08-31'",
    )
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!(written.note, format!("共 60 项，本月已报 {reported} 项，进度有变化 13 项。"));
    let rows = rows(book);
    assert_eq!(rows[0][0], "2017年省级环保督察整改事项2018年8月调度表");
    assert_eq!(rows[1][0], "截至 2018-08-31；与 2018-07-31 相比有变化的格子标黄；进度为单位自报");
    assert_eq!(rows.len(), 63);
    let sixteen = rows.iter().find(|row| row[0] == "16").unwrap();
    insta::assert_snapshot!(sixteen.join(" | "), @"16 | 紫岩县污水处理厂提标改造 | 紫岩县 | 2018-06-30 | 整改中 | 0.74 | 0.85 | +11个百分点 | 安装调试 |  |  | 1 | 否 | 逾期 |  |");
    // Done, and of no other month: nothing to ask for.
    let two = rows.iter().find(|row| row[0] == "2").unwrap();
    insta::assert_snapshot!(two.join(" | "), @"2 | 部门环保职责边界不清 | 市环保局 | 2017-10-31 | 已销号 | 1 | 1 | 无变化 |  |  |  | 1 | 是 |  |  |");
    let silent: Vec<&str> =
        rows.iter().filter(|row| row[8] == "本月未报").map(|row| row[0].as_str()).collect();
    assert_eq!(silent, ["25", "32"]);
    // Where something moved the cell is filled, elsewhere it is not.
    assert_eq!(rows.iter().filter(|row| row[12] == "否").count(), 6);

    // A month of the past says what was true then.
    let (_, book) = made(&pool, "monthly", Format::Xlsx, None, "2018-05-31".parse().unwrap()).await.unwrap();
    let may = self::rows(book);
    let sixteen = may.iter().find(|row| row[0] == "16").unwrap();
    assert_eq!((sixteen[5].as_str(), sixteen[6].as_str()), ("0.49", "0.57"));
    let early = made(&pool, "monthly", Format::Xlsx, None, "2016-01-31".parse().unwrap()).await.unwrap_err();
    let Unmade(told) = early.downcast_ref().unwrap();
    assert_eq!(
        (&*told.zh, &*told.en),
        ("截至 2016-01-31 台账上还没有事项。", "There was no item by 2016-01-31.")
    );
    let early = made(&pool, "summary", Format::Docx, None, "2016-01-31".parse().unwrap()).await.unwrap_err();
    assert_eq!(early.downcast_ref::<Unmade>().unwrap().0.zh, told.zh);
}

#[tokio::test]
async fn the_upward_table_has_their_headings_and_our_figures() {
    let pool = sample().await;
    let (written, book) = made(&pool, "upward", Format::Xlsx, None, day()).await.unwrap();
    assert_eq!(written.rows, 60);
    let table = rows(book);
    assert_eq!(table[0][..4], ["省整改任务编号", "市（区）", "市级编号", "反馈问题"]);
    let sixteen = table.iter().find(|row| row[2] == "16").unwrap();
    assert_eq!(
        (sixteen[1].as_str(), sixteen[6].as_str(), sixteen[10].as_str()),
        ("安澜市", "紫岩县", "0.85")
    );

    let head = |heading: &str| table[0].iter().position(|cell| cell == heading).unwrap();
    let (completed, signed_off) = (head("完成时间"), head("销号时间"));
    for row in &table[1..] {
        let is_signed_off = row[head("整改状态")] == "已销号";
        assert_eq!(!row[signed_off].is_empty(), is_signed_off, "{row:?}");
        assert!(!is_signed_off || !row[completed].is_empty(), "{row:?}");
    }

    // The office's own mapping takes its place, whatever is wrong in it is told.
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("templates")).unwrap();
    let put = |text: &str| fs::write(folder.path().join("templates/upward.csv"), text).unwrap();
    put("\u{FEFF}上级表头,台账列\r\n任务号,序号\r\n进度,整改进度\r\n来源,=市报\r\n");
    let from: &Path = folder.path();
    let (_, file) = made_from(&pool, "upward", Format::Csv, None, day(), from).await.unwrap();
    let text = String::from_utf8(file).unwrap();
    assert!(text.starts_with("\u{FEFF}任务号,进度,来源\r\n1,100%,市报\r\n"), "{text}");
    assert_eq!(text.lines().count(), 61);
    put("上级表头,台账列\n任务号,编号\n");
    let wrong = made_from(&pool, "upward", Format::Csv, None, day(), from).await.unwrap_err();
    let told = &wrong.downcast_ref::<Unmade>().unwrap().0.zh;
    assert!(
        told.starts_with("templates/upward.csv 第 2 行：台账没有“编号”这一列；可以写：序号、上级编号、"),
        "{told}"
    );
}

#[tokio::test]
async fn the_assessment_names_the_item_behind_every_point() {
    let pool = sample().await;
    let (written, book) = made(&pool, "assessment", Format::Xlsx, None, day()).await.unwrap();
    insta::assert_snapshot!(written.note, @"2018年第3季度（截至 2018-08-31，本季度未满）：30 个单位，7 处扣分都列了依据。这是草案：先送单位核对，申诉答复后再定。");
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(book)).unwrap();
    assert_eq!(book.sheet_names(), ["各单位", "扣分依据", "口径"]);
    let mut sheet = |at: usize| -> Vec<Vec<String>> {
        let sheet = book.worksheet_range_at(at).unwrap().unwrap();
        sheet.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect()
    };
    let (scores, evidence) = (sheet(0), sheet(1));
    let of = |rows: &[Vec<String>], unit: &str| {
        rows.iter().filter(|row| row[0] == unit).map(|row| row.join(" | ")).collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(of(&scores, "紫岩县") + "\n" + &of(&scores, "市环保局"), @r"
    紫岩县 | 2 | 23.1/40 | 不涉及 | 不涉及 | 不涉及 | 10/10 | 66.2
    市环保局 | 9 | 40/40 | 不涉及 | 不涉及 | 不涉及 | 10/10 | 100
    ");
    insta::assert_snapshot!(of(&evidence, "紫岩县"), @"紫岩县 | 按期完成 | 16 | 紫岩县污水处理厂提标改造 | 16.9 | 时限 2018-06-30，已逾期 62 天，上报进度 85% |");
    insta::assert_snapshot!(of(&evidence, "滨江区"), @"滨江区 | 序时进度 | 22 | 八里沟沟渠污水直排 | 5.2 | 阶段目标应达 60%，上报进度 35%，差 25 个百分点 |");
    // What is missing from a part is what its evidence says, for every unit.
    for row in &scores[3..] {
        let gone: f64 = row[2..7]
            .iter()
            .filter_map(|part| part.split_once('/'))
            .map(|(got, full)| full.parse::<f64>().unwrap() - got.parse::<f64>().unwrap())
            .sum();
        let told: f64 = evidence
            .iter()
            .filter(|line| line[0] == row[0])
            .map(|line| line[4].parse::<f64>().unwrap())
            .sum();
        assert!((gone - told).abs() < 0.01, "{row:?}: {told}");
    }
    // No person anywhere.
    assert!(!scores.iter().chain(&evidence).flatten().any(|cell| cell.contains("联络员")));
}
