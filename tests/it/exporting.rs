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
    [整改台账→导出 台账]
    ");
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
    [整改台账→导出 台账]
    ");
    snapshot!(bot.say(CONTACT, "导出 台账").await, @"「整改台账」不对你的岗位开放。发送“导出”看你能导出什么。");
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

/// The words of a docx file as an independent reader finds them: every part is well-formed, and paragraphs are
/// lines.
pub fn words(file: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(file)).expect("a zip file");
    let names: Vec<String> =
        (0..archive.len()).map(|at| archive.by_index(at).unwrap().name().unwrap().into_owned()).collect();
    assert_eq!(names[0], "[Content_Types].xml");
    let mut document = String::new();
    for name in &names {
        let mut xml = String::new();
        std::io::Read::read_to_string(&mut archive.by_name(name).unwrap(), &mut xml).unwrap();
        // A part that is named somewhere is there.
        for target in xml.split("Target=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            assert!(names.iter().any(|name| name.ends_with(target)), "{target} is missing");
        }
        let mut reader = quick_xml::Reader::from_str(&xml);
        loop {
            match reader.read_event().unwrap_or_else(|error| panic!("{name}: {error}")) {
                quick_xml::events::Event::Eof => break,
                quick_xml::events::Event::Text(text) if name == "word/document.xml" => {
                    document.push_str(&text)
                }
                quick_xml::events::Event::GeneralRef(text) => document.push_str(&format!("&{};", &*text)),
                quick_xml::events::Event::End(end) if end.name().0 == "w:p" => document.push('\n'),
                _ => {}
            }
        }
    }
    assert!(!document.contains("{{"), "{document}");
    document
}

#[tokio::test]
async fn the_summary_says_what_the_ledger_says() {
    let mut bot = office().await;
    let (said, file) = bot.document(CLERK, "导出 总结").await;
    snapshot!(said, @"");
    let words = words(&file);
    assert!(words.contains("共60项，完成整改45项，正在整改15项，完成率75%"), "{words}");
    snapshot!(words, @"");
}

#[tokio::test]
async fn a_summary_made_again_tells_what_was_corrected_and_the_first_can_be_counted_again() {
    let mut bot = office().await;
    bot.document(CLERK, "导出 总结 8月31日").await;
    let (said, _) = bot.document(CLERK, "导出 总结 8月31日").await;
    snapshot!(said, @"");
    bot.advance("2018-09-03 15:00").await;
    bot.leave_unread = true;
    bot.read(CLERK);
    // Learnt later, and true by then: the item had not been completed.
    sqlx::raw_sql(
        "INSERT INTO item_history (item, version, change, status, percent, effective_on, recorded_at)
         SELECT id, 900, 'imported', 'in_progress', 80, '2018-08-30', '2018-09-03 12:00+08' FROM item WHERE number = 1",
    )
    .execute(&bot.pool)
    .await
    .unwrap();
    let (said, file) = bot.document(CLERK, "导出 总结 8月31日").await;
    snapshot!(said, @"");
    let words = words(&file);
    assert!(words.contains("共60项，完成整改44项，正在整改16项"), "{words}");
    assert!(words.contains("完成由 45 变为 44"), "{words}");
    assert_eq!(
        bot.count(
            "SELECT count(DISTINCT figures -> '完成') FROM document_end WHERE basis ->> 'version' IS NOT NULL"
        )
        .await,
        2
    );
}

#[tokio::test]
async fn an_item_has_a_card_for_those_it_concerns() {
    let mut bot = office().await;
    snapshot!(bot.say(CONTACT, "导出").await, @"");
    let (said, file) = bot.document(CONTACT, "导出 项目卡 16").await;
    snapshot!(said, @"");
    snapshot!(words(&file), @"");
    snapshot!(bot.say(CONTACT, "导出 项目卡 30").await, @"");
    snapshot!(bot.say(CONTACT, "导出 项目卡").await, @"");
    bot.unit_group("-1", "紫岩县").await;
    bot.say_in("-1", CONTACT, "导出 card 16").await;
    bot.make_all().await;
    assert!(bot.read("-1").contains("📎 项目卡_第16项_20180831.docx"));
}

#[tokio::test]
async fn the_offices_own_template_takes_the_place_of_ours_and_what_is_wrong_in_it_is_named() {
    let mut bot = office().await;
    let folder = bot.data.path().join("templates");
    std::fs::create_dir(&folder).unwrap();
    let path = folder.join("项目卡.docx");
    let with = |text: &str| {
        let card = duban::exports::TEMPLATES.iter().find(|template| template.name == "项目卡").unwrap();
        let mut archive = zip::ZipArchive::new(Cursor::new(card.file().unwrap())).unwrap();
        let mut zip = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
        for at in 0..archive.len() {
            let mut part = archive.by_index(at).unwrap();
            let name = part.name().unwrap().into_owned();
            let mut xml = String::new();
            std::io::Read::read_to_string(&mut part, &mut xml).unwrap();
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            std::io::Write::write_all(&mut zip, xml.replace("整改事项第{{编号}}项项目卡", text).as_bytes())
                .unwrap();
        }
        zip.finish().unwrap();
    };
    // As an office program cuts it.
    with("本办的卡 {{编</w:t></w:r><w:r><w:t>号}} 号");
    let (_, file) = bot.document(CONTACT, "导出 项目卡 16").await;
    assert!(words(&file).starts_with("本办的卡 16 号\n"), "{}", words(&file));
    with("{{编码}}");
    bot.say(CONTACT, "导出 项目卡 16").await;
    bot.make_all().await;
    snapshot!(bot.read(CONTACT), @"");
    std::fs::write(&path, b"not a zip").unwrap();
    bot.say(CONTACT, "导出 项目卡 16").await;
    bot.make_all().await;
    snapshot!(bot.read(CONTACT), @"");
}
