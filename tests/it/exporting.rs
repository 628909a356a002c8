//! Documents: asked for in the chat, made in the background, given where they were asked for.

use std::io::Cursor;
use std::time::Duration;

use calamine::{Reader, Xlsx};
use duban::domain::What;
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
    导出 总结 8月31日　整改情况报告（docx）：截至某天的整改情况报告，草稿，改好再报
    导出 台账　整改台账（xlsx/csv）：全部事项，一项一行
    发文（docx）：督办通知、预警通知、提醒函、通报、约谈通知。现在没有
    送达回证（docx）：一件发文每一份的送达、签收、回复时间。现在没有
    验收销号公示表（docx）：正在公示的事项，供网站公开。现在没有
    导出 项目卡 11　项目卡（docx）：一项的方案、进展和最近填报
    导出 卷宗 11　销号卷宗（zip）：一项的项目卡、验收销号记录和全部材料，附校验清单
    导出 月调度表　月调度表（xlsx）：本月各项进展，与上月不同处标黄，可加日期
    导出 上报表　上报表（xlsx/csv）：按上级要的表头出同一份台账，对照表可换
    导出 考核表　季度考核表（xlsx）：按单位算一个季度的整改结果，逐条列扣分依据，可加日期
    [整改情况报告→导出 总结] [整改台账→导出 台账]
    [月调度表→导出 月调度表] [上报表→导出 上报表]
    [季度考核表→导出 考核表]
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
    bot.say(CONTACT, "进度 16 86 =HYPERLINK(\"http://x\",\"点我\")").await;
    let (said, file) = bot.document(CLERK, "导出 台账 CSV").await;
    snapshot!(said, @r"
    「整改台账」，截至 2018-08-31 09:00。
    📎 整改台账_20180831.csv
    ");
    let table = String::from_utf8(file).unwrap();
    assert_eq!(table.matches("\r\n").count(), 61);
    assert!(table.contains(",\"'=HYPERLINK(\"\"http://x\"\""), "{}", table.lines().nth(16).unwrap());
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
    [整改情况报告→导出 总结] [整改台账→导出 台账]
    [月调度表→导出 月调度表] [上报表→导出 上报表]
    [季度考核表→导出 考核表]
    ");
    snapshot!(bot.say(CONTACT, "导出 台账").await, @"「整改台账」不对你的岗位开放。发送“导出”看你能要什么。");
    snapshot!(bot.say(CLERK, "导出 台账 pdf").await, @r"
    后面这些没有看懂，整条没有执行。
    在这里：导出 台账 【pdf】
    用法：导出 台账
    ");
    snapshot!(bot.say(CLERK, "导出 上报表 8月15日").await, @r"
    「上报表」只出今天的，不能加日期，没有执行。
    用法：导出 上报表
    ");
    snapshot!(bot.say(CLERK, "导出 总结 9月31日").await, @r"
    没有这一天，整条没有执行。
    在这里：导出 总结 【9月31日】
    用法：导出 总结 8月31日
    ");
    snapshot!(bot.say(CLERK, "图 16 2018-13-40").await, @r"
    没有这一天，整条没有执行。
    在这里：图 16 【2018-13-40】
    用法：图 16
    ");
    // In the room a unit's group has nobody else in it: that of the office is the office's own.
    for (unit, is_given) in [("市整改办", true), ("紫岩县", false)] {
        let said = What::Said { text: "导出 台账".into(), addressed: true, edited: false };
        let mut update = bot.update(CLERK, "-9", said);
        let id = sqlx::query_scalar("SELECT id FROM unit WHERE name = $1").bind(unit);
        update.unit = Some(id.fetch_one(&bot.pool).await.unwrap());
        bot.deliver(&update).await;
        assert_eq!(bot.read("-9").starts_with("正在做"), is_given, "{unit}");
        bot.make_all().await;
        assert_eq!(bot.read("-9").contains("📎"), is_given, "{unit}");
    }
    bot.unit_group("-1", "紫岩县").await;
    snapshot!(bot.say_in("-1", CLERK, "导出 台账").await, @"这件事只在私聊里办，群里不处理。请私聊我发送：导出 台账");
    for _ in 0..5 {
        bot.say(CLERK, "导出 台账").await;
    }
    snapshot!(bot.say(CLERK, "导出 台账").await, @"你要的还有 5 份在做，做好会发来，请稍等再要。");
    assert_eq!(bot.count("SELECT count(*) FROM document").await, 6);
}

#[tokio::test]
async fn a_paper_that_is_named_in_other_words_is_offered() {
    let mut bot = office().await;
    snapshot!(bot.say(CLERK, "导出总结").await, @r"
    要这份文件吗？点一下就做。
    [整改情况报告→导出 总结]
    ");
    snapshot!(bot.say(CLERK, "把台账发我一份").await, @r"
    要这份文件吗？点一下就做。
    [整改台账→导出 台账]
    ");
    snapshot!(bot.say(CLERK, "卷宗 21").await, @r"
    要这份文件吗？点一下就做。
    [销号卷宗→导出 卷宗 21]
    ");
    // To whom it is not open it is not offered; what to do instead goes by the role.
    snapshot!(bot.say(CONTACT, "把台账发我一份").await, @"没看懂这句话，什么都没有做。报进度：进度 16 90 设备已到货；其他用法请发：帮助");
    snapshot!(bot.say(CLERK, "把东西发我一份").await, @"没看懂这句话，什么都没有做。看事项：查 16；要文件：导出；其他用法请发：帮助");
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
    「整改台账」没有做成：第 22 项写不进 xlsx，请导出 CSV。
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
    for name in names.iter().filter(|name| !name.ends_with(".png")) {
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
    snapshot!(said, @r"
    「整改情况报告」，截至 2018-08-31 09:00。
    共 60 项，完成 45，在办 15。这是草稿，请核对后使用。
    📎 整改情况报告_20180831.docx
    ");
    let words = words(&file);
    assert!(words.contains("共60项，完成整改45项，正在整改15项，完成率75%"), "{words}");
    let numbers = words.char_indices().filter(|(_, c)| "项次件批份篇期".contains(*c));
    for (at, _) in numbers {
        let before = words[..at].trim_end_matches(|c: char| c.is_ascii_digit());
        assert_ne!(&words[before.len()..at], "0", "{}", words[before.len()..].lines().next().unwrap());
    }
    // Paragraphs; the tables are checked against the ledger below.
    let paragraphs: Vec<&str> = words.lines().filter(|line| line.chars().count() > 12).collect();
    snapshot!(paragraphs.join("\n"), @r"
    关于2017年省级环保督察反馈问题整改情况的报告
    （截至2018年8月31日　草稿）
    截至2018年8月31日，2017年省级环保督察反馈问题共60项，完成整改45项，正在整改15项，完成率75%。完成整改的事项中，已销号37项，基本完成并长期坚持8项。
    （一）加强组织领导，压实整改责任。
    逐项明确牵头单位、配合单位、包抓领导和整改时限，分类建立台账，由市整改办统筹调度。台账中没有登记会议、分析研判、实地调研和业务培训。
    （二）细化整改方案，实行清单管理。
    （三）定期调度，跟踪整改进度。
    累计收到30个单位填报进展192次。逐月进展见下图。
    （四）预警督办，推动问题解决。
    台账中没有登记预警、督办、通报和约谈。
    （五）严格验收销号，接受社会监督。
    已销号37项，申请验收和验收中1项。督办系统登记：收到验收销号申请1件。
    （六）加强宣传引导，及时公开信息。
    正在整改的15项中，进度正常3项，临近时限3项，本期未报2项，进度滞后4项，超过时限3项（其中已申请验收1项）。每项按最重的一种情况计一次。
    第16项“紫岩县污水处理厂提标改造”（紫岩县，时限2018年6月30日）：上报进度85%，已逾期62天，落后于序时进度，最近填报2018年8月23日。
    第21项“白沙县污水处理厂提标改造”（白沙县，时限2018年7月31日）：上报进度100%，已逾期31天，逾期待验收，最近填报2018年8月10日。
    第37项“中心城市垃圾处理场渗滤液积存”（市住建局，时限2018年8月15日）：上报进度60%，已逾期16天，落后于序时进度，最近填报2018年8月24日。
    第22项“八里沟沟渠污水直排”（滨江区，时限2018年12月31日）：上报进度35%，落后于序时进度，最近填报2018年8月24日。
    第23项“黄泥沟排污渠雨污不分”（高新区，时限2018年10月31日）：上报进度60%，落后于序时进度，最近填报2018年8月24日。
    第48项“工业集中区污水设施未全覆盖”（市工信局，时限2018年9月10日）：上报进度70%，落后于序时进度，临期，最近填报2018年8月20日。
    第53项“洵口县历史遗留矿渣重金属治理”（洵口县，时限2018年12月31日）：上报进度28%，落后于序时进度，最近填报2018年8月24日。
    第25项“恒河片区污水收集空白”（恒河示范区，时限2019年6月30日）：上报进度45%，未报，最近填报2018年6月22日。
    第32项“乡镇水源保护区划定滞后”（市水利局，时限2018年11月30日）：上报进度65%，未报，最近填报2018年7月24日。
    一是紧盯超期和滞后事项，逐项倒排工期，明确完成日期；二是对未按期填报的单位督促补报，核实进展；三是对完成整改的事项抓紧验收、公示、销号，适时开展回头看，防止反弹；四是举一反三，完善长效机制。
    统计口径：数据截至2018年8月31日，按2018-08-31 09:00时台账所载统计；完成含已销号、公示中和基本完成；期限为自然日，到期次日起算逾期；期限前30天内算临期；落后阶段目标1个百分点以上算滞后；上一调度期内没有填报算未报；批次按发出日期计，份数按送达对象计；口径第1版。
    ");
    // The annex adds up to the ledger, column by column.
    let annex: Vec<&str> =
        words.split("附表：各牵头单位整改情况\n").nth(1).unwrap().lines().skip(7).collect();
    let rows: Vec<&[&str]> = annex.chunks(7).filter(|row| row.len() == 7).collect();
    let sum = |column: usize| rows.iter().filter_map(|row| row[column].parse::<i64>().ok()).sum::<i64>();
    assert_eq!([1, 2, 3, 4, 5, 6].map(sum), [60, 45, 15, 2, 4, 3]);
    for row in &rows {
        let items = sqlx::query_scalar::<_, i64>(
            "SELECT count(*) FROM item i JOIN unit u ON u.id = i.lead_unit WHERE u.name = $1",
        );
        assert_eq!(items.bind(row[0]).fetch_one(&bot.pool).await.unwrap().to_string(), row[1], "{}", row[0]);
    }
}

#[tokio::test]
async fn a_summary_made_again_tells_what_was_corrected_and_the_first_can_be_counted_again() {
    let mut bot = office().await;
    bot.document(CLERK, "导出 总结 8月31日").await;
    let (said, file) = bot.document(CLERK, "导出 总结 8月31日").await;
    assert!(!words(&file).contains("更正说明"), "nothing has moved");
    snapshot!(said, @r"
    「整改情况报告」，截至 2018-08-31 09:00。
    共 60 项，完成 45，在办 15。这是草稿，请核对后使用。
    与 2018-08-31 09:00 导出的同日报告相比，数字没有变化。
    📎 整改情况报告_20180831.docx
    ");
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
    snapshot!(said, @r"
    「整改情况报告」，截至 2018-08-31。
    共 60 项，完成 44，在办 16。这是草稿，请核对后使用。
    与 2018-08-31 09:00 导出的同日报告相比，有 4 处变化：在办由 15 变为 16；基本完成由 8 变为 7；完成由 45 变为 44；逾期由 3 变为 4。
    📎 整改情况报告_20180831.docx
    ");
    let words = words(&file);
    assert!(words.contains("共60项，完成整改44项，正在整改16项"), "{words}");
    assert!(words.contains("更正说明\n") && words.contains("完成由 45 变为 44"), "{words}");
    assert_eq!(
        bot.count(
            "SELECT count(DISTINCT figures -> '完成') FROM document_end WHERE basis ->> 'version' IS NOT NULL"
        )
        .await,
        2
    );
}

/// What the lists show as an example is given when it is sent as it stands, whoever reads them.
#[tokio::test]
async fn the_examples_of_the_lists_are_what_the_speaker_may_have() {
    let mut bot = Bot::new().await.person("调度专员B").await;
    bot.leave_unread = true;
    let readers = [CLERK, "紫岩县分管副县长", "分管环保副市长", "督办专员A", "市农业局联络员A", CONTACT];
    for reader in readers {
        bot.bind(reader, reader).await;
    }
    bot.say(CLERK, "发文 代字 安整改办 安澜市环保督察整改办").await;
    bot.say(CLERK, "督办 16 9月底前完成设备调试").await;
    // With a draft, and with a notice that is out; nothing is in publicity.
    for (is_out, readers) in [(false, &readers[..1]), (true, &readers[..])] {
        if is_out {
            bot.say("调度专员B", "发文 1 核稿").await;
            bot.say("调度专员B", "发文 1 签发").await;
            bot.notices().await;
        }
        for person in readers {
            let mut count = 0;
            for asked in ["导出", "图"] {
                bot.read(person);
                let list = bot.say(person, asked).await;
                let is_example = |line: &&str| line.starts_with("导出 ") || line.starts_with("图 ");
                for example in list.lines().filter_map(|line| line.split('　').next()).filter(is_example) {
                    let answer = bot.say(person, example).await;
                    assert!(answer.starts_with("正在做"), "{person} {example}: {answer}");
                    bot.make_all().await;
                    let made = bot.read(person);
                    assert!(made.contains("📎"), "{person} {example}: {made}");
                    count += 1;
                }
            }
            assert!(count > 2, "{person}");
        }
    }
    bot.read(CONTACT);
    snapshot!(bot.say(CONTACT, "导出").await, @r"
    可以导出
    导出 督办 安整改办督〔2018〕1号　发文（docx）：督办通知、预警通知、提醒函、通报、约谈通知
    导出 项目卡 16　项目卡（docx）：一项的方案、进展和最近填报
    导出 卷宗 16　销号卷宗（zip）：一项的项目卡、验收销号记录和全部材料，附校验清单
    ");
    snapshot!(bot.say("市农业局联络员A", "导出").await, @r"
    可以导出
    发文（docx）：督办通知、预警通知、提醒函、通报、约谈通知。现在没有
    导出 项目卡 34　项目卡（docx）：一项的方案、进展和最近填报
    导出 卷宗 34　销号卷宗（zip）：一项的项目卡、验收销号记录和全部材料，附校验清单
    ");
    // In a group of its own a unit has what is about its items.
    bot.unit_group("-1", "紫岩县").await;
    snapshot!(bot.say_in("-1", CONTACT, "导出").await, @r"
    可以导出
    导出 项目卡 16　项目卡（docx）：一项的方案、进展和最近填报
    导出 卷宗 16　销号卷宗（zip）：一项的项目卡、验收销号记录和全部材料，附校验清单
    其余的请在私聊里要。
    ");
    // With a second round a number may be another item's.
    sqlx::raw_sql(
        "INSERT INTO round (id, name) VALUES ('00000000-0000-7000-8000-000000000001', '2018年回头看');
         INSERT INTO item (id, round, number, title, lead_unit, deadline, kind, status, percent, opened_on)
         SELECT '00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000001', 16, '另一轮的第16项',
                id, '2018-12-31', 'by_deadline', 'in_progress', 10, '2018-08-01'
         FROM unit WHERE name = '紫岩县';
         INSERT INTO item_text (item) VALUES ('00000000-0000-7000-8000-000000000002');",
    )
    .execute(&bot.pool)
    .await
    .unwrap();
    let list = bot.say(CONTACT, "导出").await;
    let example = list.lines().find(|line| line.starts_with("导出 项目卡 16@")).unwrap_or(&list);
    let answer = bot.say(CONTACT, example.split('　').next().unwrap()).await;
    assert!(answer.starts_with("正在做"), "{answer}");
    bot.make_all().await;
    assert!(bot.read(CONTACT).contains("📎"));
    sqlx::raw_sql("UPDATE item SET status = 'signed_off'").execute(&bot.pool).await.unwrap();
    // What is over has its papers as well.
    let list = bot.say(CONTACT, "导出").await;
    assert!(list.contains("\n导出 项目卡 ") && list.contains("\n导出 卷宗 "), "{list}");
}

#[tokio::test]
async fn an_item_has_a_card_for_those_it_concerns() {
    let mut bot = office().await;
    snapshot!(bot.say(CONTACT, "导出").await, @r"
    可以导出
    发文（docx）：督办通知、预警通知、提醒函、通报、约谈通知。现在没有
    导出 项目卡 16　项目卡（docx）：一项的方案、进展和最近填报
    导出 卷宗 16　销号卷宗（zip）：一项的项目卡、验收销号记录和全部材料，附校验清单
    ");
    let (said, file) = bot.document(CONTACT, "导出 项目卡 16").await;
    snapshot!(said, @r"
    「项目卡」第16项，截至 2018-08-31 09:00。
    📎 项目卡_第16项_20180831.docx
    ");
    snapshot!(words(&file), @r"

    整改事项第16项项目卡
    （2017年省级环保督察　截至2018-08-31 09:00）
    整改事项
    紫岩县污水处理厂提标改造
    问题描述
    出水标准仍为一级B，总氮、总磷偶有波动，不满足澜江水源保护要求。
    整改目标
    完成提标改造，出水稳定达到一级A标准并与市级监控平台联网
    整改措施
    1.完成设计与招标；2.深度处理单元施工；3.联动调试；4.在线监测比对验收
    整改时限
    2018年6月30日
    整改类型
    限期整改
    牵头单位
    紫岩县
    配合单位
    市住建局、市环保局
    责任人
    紫岩县分管副县长
    包抓领导
    分管城建副市长
    整改状态
    整改中
    上报进度
    85%
    核实进度
    尚未核实
    预警
    逾期、滞后
    阶段目标
    2017年12月31日前达到40%；2018年3月31日前达到70%；2018年6月30日前达到100%
    完成时间
    —
    验收时间
    —
    销号时间
    —
    反弹
    —
    延期
    —
    最近填报
    日期
    单位
    进度
    内容
    审核
    2018-08-23
    紫岩县
    85%
    安装调试
    导入
    2018-07-23
    紫岩县
    74%
    安装调试
    导入
    2018-06-22
    紫岩县
    65%
    设备陆续到货
    导入
    2018-05-20
    紫岩县
    57%
    主体工程推进
    导入
    2018-04-19
    紫岩县
    49%
    主体工程推进
    导入
    2018-03-19
    紫岩县
    41%
    招标完成，施工单位进场
    导入
    2018-02-23
    紫岩县
    32%
    招标完成，施工单位进场
    导入
    2018-01-24
    紫岩县
    24%
    前期手续办理中
    导入
    2017-12-21
    紫岩县
    16%
    前期手续办理中
    导入
    2017-11-18
    紫岩县
    8%
    方案已细化，责任到人
    导入
    ");
    snapshot!(bot.say(CONTACT, "导出 项目卡 30").await, @"第 30 项与你单位无关，不能查看。发送“我的”看本单位的事项。");
    snapshot!(bot.say(CONTACT, "导出 项目卡").await, @r"
    少了事项编号。
    你发的：导出 项目卡 ▁
    用法：导出 项目卡 16
    ");
    bot.unit_group("-1", "紫岩县").await;
    bot.say_in("-1", CONTACT, "导出 card 16").await;
    bot.make_all().await;
    assert!(bot.read("-1").contains("📎 项目卡_第16项_20180831.docx"));
}

#[tokio::test]
async fn the_card_of_an_item_that_came_back_says_so() {
    let mut bot = office().await;
    bot.leave_unread = true;
    let said = bot.say(CLERK, "反弹 2 到 2019-03-31 因 机构改革后职责又不清 确认").await;
    assert!(said.contains("已登记反弹"), "{said}");
    let (_, file) = bot.document(CLERK, "导出 项目卡 2").await;
    let card = words(&file);
    assert!(card.contains("反弹\n2018年8月31日，机构改革后职责又不清；原销号记录保留\n"), "{card}");
}

#[tokio::test]
async fn the_offices_own_template_takes_the_place_of_ours_and_what_is_wrong_in_it_is_named() {
    let mut bot = office().await;
    let folder = bot.data.path().join("templates");
    std::fs::create_dir(&folder).unwrap();
    let path = folder.join("项目卡.docx");
    // Exported and left as they are they are ours.
    for template in duban::exports::TEMPLATES {
        std::fs::write(folder.join(format!("{}.docx", template.name)), template.file().unwrap()).unwrap();
        assert!(!template.check(bot.data.path()).unwrap(), "{}", template.name);
    }
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
    assert!(duban::exports::TEMPLATES.iter().any(|template| template.check(bot.data.path()).unwrap()));
    let (_, file) = bot.document(CONTACT, "导出 项目卡 16").await;
    assert!(words(&file).trim_start().starts_with("本办的卡 16 号\n"), "{}", words(&file));
    with("{{编码}}");
    bot.say(CONTACT, "导出 项目卡 16").await;
    bot.make_all().await;
    snapshot!(bot.read(CONTACT), @r"
    「项目卡」第16项没有做成：模板 templates/项目卡.docx 有误：不认识占位符 {{编码}}，这里可以用：轮次、编号、事项、问题、目标、措施、时限、类型、牵头单位、配合单位、责任人、包抓领导、状态、上报进度、核实进度、预警、完成时间、验收时间、销号时间、反弹、延期、阶段目标、截至
    [再试→导出 项目卡 第16项]
    ");
    std::fs::write(&path, b"not a zip").unwrap();
    bot.say(CONTACT, "导出 项目卡 16").await;
    bot.make_all().await;
    snapshot!(bot.read(CONTACT), @r"
    「项目卡」第16项没有做成：模板 templates/项目卡.docx 有误：不是 docx 文件
    [再试→导出 项目卡 第16项]
    ");
}

#[tokio::test]
async fn a_signed_notice_and_its_delivery_record_are_papers_of_the_office() {
    let mut bot = office().await.person("调度专员B").await;
    bot.leave_unread = true;
    bot.say(CLERK, "发文 代字 安整改办 安澜市环保督察整改办").await;
    bot.say(CLERK, "督办 16 9月底前完成设备调试").await;
    let (_, file) = bot.document(CLERK, "导出 督办 稿1").await;
    assert!(words(&file).contains("草稿，签发时编号"), "{}", words(&file));
    bot.say("调度专员B", "发文 1 核稿").await;
    bot.say("调度专员B", "发文 1 签发").await;
    bot.notices().await;
    bot.say(CONTACT, "签收 安整改办督〔2018〕1号").await;
    bot.read(CLERK);
    let (said, file) = bot.document(CLERK, "导出 督办 安整改办督〔2018〕1号").await;
    assert!(said.contains("📎 发文_安整改办督〔2018〕1号_20180831.docx"), "{said}");
    let notice = words(&file);
    for part in [
        "安澜市环保督察整改办文件",
        "安整改办督〔2018〕1号",
        "紫岩县：",
        "第16项",
        "9月底前完成设备调试",
        "2018年8月31日",
    ] {
        assert!(notice.contains(part), "{part}: {notice}");
    }
    assert!(!notice.contains("草稿"), "{notice}");
    let (_, file) = bot.document(CLERK, "导出 回证 1").await;
    let record = words(&file);
    for part in ["安整改办督〔2018〕1号", "紫岩县", "紫岩县联络员A"] {
        assert!(record.contains(part), "{part}: {record}");
    }
    assert!(!record.contains("已读") && record.contains("不表示已阅"), "{record}");
    assert!(bot.say(CONTACT, "导出 回证 1").await.contains("不对你的岗位开放"));
    assert!(bot.say(CLERK, "导出 督办").await.contains("请写上件号或文号"));
    assert!(bot.say(CLERK, "导出 督办 9").await.contains("没有找到"));
    // The report counts it.
    let (_, file) = bot.document(CLERK, "导出 总结").await;
    assert!(words(&file).contains("督办通知1批1份"), "{}", words(&file));
}

#[tokio::test]
async fn what_is_in_publicity_has_a_table_and_its_way_a_file_with_every_digest() {
    let mut bot =
        Bot::new().await.person("滨江区联络员A").await.person(CLERK).await.person("调度专员B").await;
    bot.leave_unread = true;
    // Told at once, not when somebody has looked for it.
    snapshot!(bot.say(CLERK, "导出 公示").await, @"现在没有正在公示的事项。核查通过后发“公示 编号”开始公示。");
    for nothing in
        ["导出 总结 2016-01-01", "导出 月调度表 2016-01-01", "图 类别 2016-01-01", "图 曲线 2016-01-01"]
    {
        assert_eq!(bot.say(CLERK, nothing).await, "截至 2016-01-01 台账上还没有事项。", "{nothing}");
    }
    assert_eq!(bot.count("SELECT count(*) FROM document").await, 0);
    let photo = crate::attachments::photo("a");
    bot.fake.contents.lock().unwrap().insert("a".into(), crate::attachments::JPEG.to_vec());
    bot.send("滨江区联络员A", "进度 34 100 船舶和管理房已清零，转产培训完成", &[photo]).await;
    bot.say("滨江区联络员A", "没错").await;
    bot.say("滨江区联络员A", "申请销号 34 全部完成").await;
    bot.say("滨江区联络员A", "提交").await;
    bot.fetch_all().await;
    bot.say(CLERK, "核查 34 通过").await;
    bot.say(CLERK, "公示 34 确认").await;
    bot.notices().await;
    bot.read(CLERK);
    let (_, file) = bot.document(CLERK, "导出 公示").await;
    let table = words(&file);
    assert!(table.contains("\n34\n") && table.contains("滨江区") && table.contains("10个工作日"), "{table}");
    bot.read("滨江区联络员A");
    let (said, file) = bot.document("滨江区联络员A", "导出 卷宗 34").await;
    assert!(said.contains("📎 销号卷宗_第34项_20180831.zip"), "{said}");
    let mut archive = zip::ZipArchive::new(Cursor::new(&file)).unwrap();
    let mut manifest = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("目录.csv").unwrap(), &mut manifest).unwrap();
    let mut listed = 0;
    for line in manifest.lines().skip(1) {
        let [_, name, digest, bytes, ..] = line.split(',').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let mut content = Vec::new();
        std::io::Read::read_to_end(&mut archive.by_name(name.trim_matches('"')).unwrap(), &mut content)
            .unwrap();
        use sha2::{Digest, Sha256};
        assert_eq!(duban::domain::code::hex(&Sha256::digest(&content)), digest, "{name}");
        assert_eq!(content.len().to_string(), bytes);
        listed += 1;
    }
    assert_eq!((listed, archive.len()), (3, 4), "{manifest}");
    let mut record = Vec::new();
    std::io::Read::read_to_end(&mut archive.by_name("02_验收销号记录.docx").unwrap(), &mut record).unwrap();
    let record = words(&record);
    assert!(
        record.contains("申请")
            && record.contains("核查通过") | record.contains("通过")
            && record.contains("公示"),
        "{record}"
    );
}
