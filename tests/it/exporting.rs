//! Documents: asked for in the chat, made in the background, given where they were asked for.

use std::io::Cursor;
use std::time::Duration;

use calamine::{Reader, Xlsx};
use insta::assert_snapshot as snapshot;

use crate::harness::Bot;

const CLERK: &str = "调度专员A";
const CONTACT: &str = "紫岩县联络员A";

async fn office() -> Bot {
    Bot::new().await.person(CLERK).await.person(CONTACT).await
}

#[tokio::test]
async fn what_may_be_exported_is_listed_and_comes_as_a_file() {
    let mut bot = office().await;
    snapshot!(bot.say(CLERK, "导出").await, @r"
    可以导出
    导出 台账　整改台账（xlsx/csv）：全部事项，一项一行
    导出 月调度表　月调度表（xlsx）：本月各项进展，与上月不同处标黄，可加日期
    导出 上报表　上报表（xlsx/csv）：按上级要的表头出同一份台账，对照表可换
    导出 考核草案　季度考核草案（xlsx）：按单位算一个季度的整改结果，逐条列扣分依据，可加日期
    [整改台账→导出 台账] [月调度表→导出 月调度表]
    [上报表→导出 上报表] [季度考核草案→导出 考核草案]
    ");
    snapshot!(bot.say(CONTACT, "导出").await, @"你的岗位现在没有可以导出的文件。");
    let (_, answer) = bot.tap(CLERK, CLERK, "整改台账").await;
    snapshot!(answer, @"正在做「整改台账」（xlsx，截至 2018-08-31），做好发到这里。");
    bot.make_all().await;
    snapshot!(bot.read(CLERK), @r"
    「整改台账」，截至 2018-08-31 09:00。
    📎 整改台账_20180831.xlsx
    ");
    let file = std::fs::read(bot.fake.given.lock().unwrap().pop().unwrap()).unwrap();
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(file)).unwrap();
    assert_eq!(book.worksheet_range_at(0).unwrap().unwrap().height(), 61);
    let (said, file) = bot.document(CLERK, "导出 台账 CSV").await;
    snapshot!(said, @r"
    「整改台账」，截至 2018-08-31 09:00。
    📎 整改台账_20180831.csv
    ");
    assert_eq!(String::from_utf8(file).unwrap().matches("\r\n").count(), 61);
    assert_eq!(
        bot.count("SELECT count(*) FROM document_end WHERE is_made AND rows = 60 AND basis -> 'thresholds' ->> 'due_soon' = '[30, 15, 7, 3, 1]'").await,
        2
    );
    assert_eq!(
        bot.count("SELECT count(*) FROM audit WHERE action IN ('document', 'document_made')").await,
        4
    );
}

#[tokio::test]
async fn what_cannot_be_had_is_told_with_what_can() {
    let mut bot = office().await;
    snapshot!(bot.say(CLERK, "导出 台帐").await, @r"
    没有叫“台帐”的文件。你可以导出下面这些，或发送“导出”看说明。
    [整改台账→导出 台账] [月调度表→导出 月调度表]
    [上报表→导出 上报表] [季度考核草案→导出 考核草案]
    ");
    snapshot!(bot.say(CONTACT, "导出 台账").await, @"「整改台账」不对你的岗位开放。发送“导出”看你能要什么。");
    snapshot!(bot.say(CLERK, "导出 台账 pdf").await, @r"
    后面这些没有看懂，整条没有执行。
    在这里：导出 台账 【pdf】
    用法：导出 台账
    ");
    bot.unit_group("-1", "紫岩县").await;
    snapshot!(bot.say_in("-1", CLERK, "导出 台账").await, @"这件事只在私聊里办，群里不处理。请私聊我发送：导出 台账");
    for _ in 0..5 {
        bot.say(CLERK, "导出 台账").await;
    }
    snapshot!(bot.say(CLERK, "导出 台账").await, @"你要的还有 5 份在做，做好会发来，请稍等再要。");
    assert_eq!(bot.count("SELECT count(*) FROM document").await, 5);
}

#[tokio::test]
async fn a_document_is_made_once_whatever_happens_in_between() {
    let mut bot = office().await;
    bot.say(CLERK, "导出 台账").await;
    // Somebody has it and is gone.
    sqlx::raw_sql("UPDATE job SET owner = gen_random_uuid(), until = now() + interval '1 hour'")
        .execute(&bot.pool)
        .await
        .unwrap();
    assert_eq!(bot.clerk.step().await.unwrap(), 0);
    sqlx::raw_sql("UPDATE job SET until = now() - interval '1 second'").execute(&bot.pool).await.unwrap();
    bot.make_all().await;
    assert!(bot.read(CLERK).contains("📎 整改台账_20180831.xlsx"));
    // Given, and the job not ended: nothing is given again.
    sqlx::raw_sql("UPDATE job SET state = 'due', settled_at = NULL").execute(&bot.pool).await.unwrap();
    bot.make_all().await;
    bot.expect_silence();
    assert_eq!(bot.count("SELECT count(*) FROM document_end").await, 1);
}

#[tokio::test]
async fn one_that_takes_long_says_so_once_and_stays_ours() {
    let mut bot = office().await;
    bot.clerk.keep_every = Duration::ZERO;
    bot.say(CLERK, "导出 台账").await;
    bot.make_all().await;
    let said = bot.read(CLERK);
    assert_eq!(said.matches("还在做").count(), 1, "{said}");
    assert!(said.contains("📎"), "{said}");
}

#[tokio::test]
async fn one_that_cannot_be_made_is_told_with_a_way_on() {
    let mut bot = office().await;
    // More than a cell of a spreadsheet holds.
    sqlx::raw_sql(
        "UPDATE item_text SET measures = repeat('长', 40000) FROM item WHERE item.id = item AND number = 22",
    )
    .execute(&bot.pool)
    .await
    .unwrap();
    bot.say(CLERK, "导出 台账").await;
    bot.make_all().await;
    snapshot!(bot.read(CLERK), @r"
    「整改台账」没有做成：第 22 项写不进 xlsx，请导出 CSV / item 22 does not fit into xlsx: take CSV
    [再试→导出 台账 xlsx]
    ");
    assert_eq!(bot.count("SELECT count(*) FROM job WHERE state = 'dead' AND attempts = 1").await, 1);
    // Our own trouble: tried again, then told with a number.
    std::fs::remove_dir_all(bot.data.path().join("files")).unwrap();
    std::fs::write(bot.data.path().join("files"), b"no folder").unwrap();
    bot.say(CLERK, "导出 台账 csv").await;
    bot.make_all().await;
    let said = bot.read(CLERK);
    let number = said.split("编号 ").nth(1).unwrap()[..8].to_owned();
    snapshot!(said.replace(&number, "·"), @r"
    「整改台账」没有做成：原因已记下（编号 ·）。请稍后再试；还不行，请把编号告诉维护人员。
    [再试→导出 台账 csv]
    ");
    assert_eq!(bot.count("SELECT count(*) FROM job WHERE state = 'dead' AND attempts = 3").await, 1);
    assert_eq!(bot.count("SELECT count(*) FROM document_end WHERE NOT is_made").await, 2);
}
