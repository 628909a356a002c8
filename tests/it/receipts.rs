//! 签收 and 承诺: signed once, silent until the promised day, then one rung up; only the silent are urged.

use insta::assert_snapshot as snapshot;

use crate::harness::Bot;

const CONTACT: &str = "紫岩县联络员A";
const OFFICE: &str = "调度专员A";

#[tokio::test]
async fn a_promise_is_silence_until_its_day_and_one_rung_up_behind_it() {
    let mut bot = Bot::new().await.person(CONTACT).await.person(OFFICE).await;
    bot.sweep().await;
    bot.advance("2018-09-03 09:00").await;
    snapshot!(bot.read(CONTACT), @r"
    ⏰ 1 项需要留意
    【16】预警 · 紫岩县污水处理厂提标改造：85%，期限 2018-06-30，已逾期 65 天
    有进展或难处回一句就行，例：进度 16 85 本月做了什么
    本月向你发出 1 条，上限 6 条
    [签收 16→签收 16]
    ");
    let (_, said) = bot.tap(CONTACT, CONTACT, "签收 16").await;
    snapshot!(said, @r"
    ✅ 第 16 项的预警已签收。
    哪天前能完成？点一个，或回一个日期（最晚 2018-09-30）。到那天前不再提醒。
    [3 个工作日→答 · 2018-09-06] [5 个工作日→答 · 2018-09-10] [10 个工作日→答 · 2018-09-17]
    ");
    snapshot!(bot.say(CONTACT, "看情况").await, @"没看懂哪天前完成。请回一个日期，如 9月20日、下周五、5个工作日。");
    snapshot!(bot.say(CONTACT, "12月1日").await, @"承诺最晚到 2018-09-30。请再回一个日期；确实更久，请向整改办说明。");
    snapshot!(bot.say(CONTACT, "9月20日前").await, @"✅ 第 16 项已签收，承诺 2018-09-20 前完成。2018-09-20 前不再提醒这一项，届时未完成会升一级。");
    // Twice is harmless, for one and for all.
    snapshot!(bot.say(CONTACT, "签收 16").await, @"第 16 项已由紫岩县联络员A于 2018-09-03 签收，承诺 2018-09-20 前完成，不用再签。要改日期（只能改一次）：签收 16 日期");
    snapshot!(bot.say(CONTACT, "签收 全部").await, @"现在没有要签收的预警和文件。");
    assert!(bot.say(CONTACT, "我的").await.contains("🤝 承诺：16（2018-09-20 前）"));
    snapshot!(bot.say(CONTACT, "acknowledge 16 2018-09-21").await, @"✅ 第 16 项已签收，承诺 2018-09-21 前完成。2018-09-21 前不再提醒这一项，届时未完成会升一级。");
    snapshot!(bot.say(CONTACT, "签收 16 9月22日").await, @"✅ 第 16 项已签收。承诺的日期改过一次，不再改（2018-09-21）；有困难请向整改办说明。");
    for day in ["2018-09-10 09:00", "2018-09-17 09:00", "2018-09-21 17:30"] {
        bot.advance(day).await;
        assert!(!bot.read(OFFICE).contains("【16】"), "{day}");
    }
    bot.expect_silence();
    bot.advance("2018-09-25 00:10").await;
    bot.advance("2018-09-25 09:00").await;
    let office = bot.read(OFFICE);
    snapshot!(office, @r"
    📋 1 件请整改办定夺
    【16】紫岩县污水处理厂提标改造：承诺的 2018-09-21 已过，现在 85%，期限 2018-06-30，已逾期 87 天。紫岩县，预警（2018-09-03）以后仍未解决。建议：督办
    还有 4 件没有定，最早的从 2018-09-17 等起
    [去定夺→建议]
    ");
    let said = bot.say(OFFICE, "建议 16 同意").await;
    snapshot!(said, @r"
    ✅ 第 16 项：督办。督办通知已拟稿（稿1），核稿、签发后紫岩县才收到，限期从那时算。
    [看稿→发文 1] [下一条→建议]
    ");
    bot.notices().await;
    snapshot!(bot.read(CONTACT), @"");
    bot.leave_unread = true;
}

#[tokio::test]
async fn only_what_was_told_is_signed_for() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    bot.sweep().await;
    // Raised on a Friday; it is said on Monday.
    let mine = bot.say(CONTACT, "我的").await;
    assert!(!mine.contains("待签收"), "{mine}");
    snapshot!(bot.say(CONTACT, "签收").await, @"现在没有要签收的预警和文件。");
    snapshot!(bot.say(CONTACT, "签收 16").await, @"第 16 项现在没有要签收的预警。");
    assert_eq!(bot.count("SELECT count(*) FROM receipt").await, 0);
    bot.advance("2018-09-03 09:00").await;
    bot.read(CONTACT);
    assert!(bot.say(CONTACT, "我的").await.contains("✍️ 待签收 1 项：16"));
    assert!(bot.say(CONTACT, "签收 16 9月20日").await.contains("已签收"));
}

#[tokio::test]
async fn the_head_of_the_unit_and_whoever_stands_in_sign_and_nobody_else() {
    let mut bot = Bot::new().await.person(CONTACT).await.person("紫岩县分管副县长").await;
    for post in ["滨江区联络员A", "洵口县联络员A"] {
        bot.bind(post, post).await;
    }
    bot.sweep().await;
    snapshot!(bot.say("滨江区联络员A", "签收 16").await, @"第 16 项不是你单位牵头或配合的事项，没有签收。");
    snapshot!(bot.say(CONTACT, "请假 8月31日到9月7日 由洵口县联络员A代").await, @r"
    ✅ 已登记：紫岩县联络员A 请假 2018-08-31 至 2018-09-07（8 天，首尾都算），由 洵口县联络员A 代。期间提醒发给代理人，代理人可以替 紫岩县 填报。提前回来请发“销假”。
    [取消请假→销假]
    ");
    bot.advance("2018-09-03 09:00").await;
    bot.read("洵口县联络员A");
    snapshot!(bot.say("洵口县联络员A", "签收").await, @r"
    待签收 2 件
    【16】预警，2018-09-03 发出
    【53】预警，2018-09-03 发出
    [签收 16→签收 16] [签收 53→签收 53] [全部签收→签收 全部]
    ");
    snapshot!(bot.say("洵口县联络员A", "签收 16 2018-09-14").await, @"✅ 第 16 项已签收，承诺 2018-09-14 前完成。2018-09-14 前不再提醒这一项，届时未完成会升一级。");
    snapshot!(bot.say("紫岩县分管副县长", "签收 16").await, @"第 16 项已由洵口县联络员A于 2018-09-03 签收，承诺 2018-09-14 前完成，不用再签。要改日期（只能改一次）：签收 16 日期");
    snapshot!(bot.say("洵口县联络员A", "签收 全部").await, @r"
    ✅ 第 53 项的预警已签收。
    哪天前能完成？点一个，或回一个日期（最晚 2018-09-30）。到那天前不再提醒。
    [3 个工作日→答 · 2018-09-06] [5 个工作日→答 · 2018-09-10] [10 个工作日→答 · 2018-09-17]
    ");
    snapshot!(bot.say("洵口县联络员A", "取消").await, @"好的，已签收，没有承诺日期。");
    snapshot!(bot.say("洵口县联络员A", "签收 53").await, @r"
    第 53 项已由洵口县联络员A于 2018-09-03 签收。
    哪天前能完成？点一个，或回一个日期（最晚 2018-09-30）。到那天前不再提醒。
    [3 个工作日→答 · 2018-09-06] [5 个工作日→答 · 2018-09-10] [10 个工作日→答 · 2018-09-17]
    ");
    snapshot!(bot.say(CONTACT, "签收 23").await, @"第 23 项不是你单位牵头或配合的事项，没有签收。");
    assert_eq!(bot.count("SELECT count(*) FROM receipt").await, 2);
    bot.leave_unread = true;
}

#[tokio::test]
async fn only_the_silent_are_urged_and_only_once() {
    let mut bot = Bot::new().await.person(CONTACT).await.person(OFFICE).await;
    bot.bind("洵口县联络员A", "洵口县联络员A").await;
    bot.sweep().await;
    bot.advance("2018-09-03 09:00").await;
    bot.read(CONTACT);
    bot.read("洵口县联络员A");
    bot.say("洵口县联络员A", "签收 53").await;
    snapshot!(bot.say(OFFICE, "未签收").await, @r"
    1/2 已签收，未签收：
    【16】紫岩县 预警，2018-09-03 发出
    另有没发出去的（第 22、25、37 项），原因见“放行”。
    ");
    snapshot!(bot.say(CONTACT, "我的").await, @r"
    紫岩县 在办 5 项：牵头 1，配合 4（截至 2018-09-03 09:00）
    🔴 逾期 1　⚪ 未报 1　🟡 临期 1　🟢 正常 2
    📝 本月待报 1 项：16（9月25日截止）
    ✍️ 待签收 1 项：16（发送“签收”）
    🔴 逾期 1 项
    【16】紫岩县污水处理厂提标改造 85%
    已过 65 天 · 2018-06-30 · 另：滞后 · 本月待报
    ⚪ 未报 1 项
    【32】乡镇水源保护区划定滞后 65% 〔配合〕
    还有 88 天 · 2018-11-30 · 市水利局
    🟡 临期 1 项
    【59】临江路段缺少事故应急池 90% 〔配合〕
    还有 27 天 · 2018-09-30 · 市交通运输局 · 另：退回整改
    🟢 正常 2 项
    【24】乡镇污水处理设施运行率低 76% 〔配合〕
    还有 119 天 · 2018-12-31 · 市住建局
    【51】露天矿山生态恢复滞后 48% 〔配合〕
    还有 484 天 · 2019-12-31 · 市国土资源局
    [查 16→查 16] [查 32→查 32] [查 59→查 59] [查 24→查 24]
    [待报 1 项→清单 待报 我们]
    ");
    bot.advance("2018-09-05 09:00").await;
    assert_eq!(bot.read(CONTACT), "");
    bot.advance("2018-09-06 00:10").await;
    bot.advance("2018-09-06 09:00").await;
    snapshot!(bot.read(CONTACT), @r"
    ✍️ 1 项还没有签收
    【16】紫岩县污水处理厂提标改造：预警（2018-09-03 发出）还没有签收
    签收时可以承诺日期，例：签收 16 2018-09-13
    本月向你发出 2 条，上限 6 条
    [签收 16→签收 16]
    ");
    assert_eq!(bot.read("洵口县联络员A"), "", "whoever has signed hears nothing");
    let urged = "SELECT count(*) FROM warning w JOIN item i ON i.id = w.item WHERE w.rule = 'unsigned' AND i.number = 16";
    assert_eq!(bot.count(urged).await, 1);
    for day in ["2018-09-07 09:00", "2018-09-08 00:10", "2018-09-11 00:10", "2018-09-20 09:00"] {
        bot.advance(day).await;
    }
    assert_eq!(bot.count(urged).await, 1);
    bot.say(CONTACT, "签收 16").await;
    bot.read(OFFICE);
    snapshot!(bot.say(OFFICE, "未签收 16").await, @"1/1 已签收，都签了。");
    bot.leave_unread = true;
}

#[tokio::test]
async fn the_office_warns_by_hand_and_each_unit_signs_for_its_own() {
    let mut bot = Bot::new().await.person(CONTACT).await.person(OFFICE).await;
    let co = "SELECT u.name FROM item i JOIN item_co_unit c ON c.item = i.id JOIN unit u ON u.id = c.unit
              WHERE i.number = 16 AND EXISTS (SELECT 1 FROM post WHERE title = u.name || '联络员A') ORDER BY u.name";
    let co: Vec<String> = sqlx::query_scalar(co).fetch_all(&bot.pool).await.expect("reads");
    let unit = co.first().expect("item 16 has a co-unit").clone();
    let other = format!("{unit}联络员A");
    bot.bind(&other, &other).await;
    snapshot!(bot.say(OFFICE, "预警 16 紫 请加快").await, @"请写颜色和一句话，没有发。颜色：蓝 · 提示，黄 · 预警，橙 · 严重预警，红 · 紧急预警。例：预警 16 黄 给 紫岩县 请加快安装进度");
    snapshot!(bot.say(OFFICE, "预警 16 黄 给 滨江区 请加快").await, @"“滨江区”不是第 16 项的责任单位，没有发。责任单位：紫岩县、市住建局、市环保局");
    snapshot!(bot.say(OFFICE, "预警 16 红 请加快安装进度").await, @r"
    第 16 项 红 · 紧急预警，发给紫岩县：请加快安装进度
    还没有发。
    [确认发出→答 · 是] [取消→取消]
    ");
    snapshot!(bot.tap(OFFICE, OFFICE, "取消").await.1, @"已取消，没有登记。");
    // However long the words are, they need not be typed again.
    let long = "请主要负责人过问设备安装和联网调试，九月底前逐项核对并书面报告整改办";
    bot.say(OFFICE, &format!("预警 16 红 {long}")).await;
    bot.say(OFFICE, "等一等").await;
    bot.tap(OFFICE, OFFICE, "取消").await;
    bot.notices().await;
    bot.expect_silence();
    snapshot!(bot.say(OFFICE, &format!("预警 16 黄 给 紫岩县、{unit} 请加快安装进度")).await, @"✅ 第 16 项 黄 · 预警，发给紫岩县、市住建局，2018-08-31 09:00 发出。0/2 已签收，查看请发：未签收 16");
    bot.notices().await;
    snapshot!(bot.read(&other), @r"
    ⏰ 1 项需要留意
    【16】黄 · 预警 · 紫岩县污水处理厂提标改造：请加快安装进度（整改办）
    有进展或难处回一句就行，例：进度 16 85 本月做了什么
    本月向你发出 1 条，上限 6 条
    [签收 16→签收 16]
    ");
    snapshot!(bot.read(CONTACT), @r"
    ⏰ 1 项需要留意
    【16】黄 · 预警 · 紫岩县污水处理厂提标改造：请加快安装进度（整改办）
    有进展或难处回一句就行，例：进度 16 85 本月做了什么
    本月向你发出 1 条，上限 6 条
    [签收 16→签收 16]
    ");
    snapshot!(bot.say(&other, "签收 16 9月10日").await, @"✅ 第 16 项已签收，承诺 2018-09-10 前完成。");
    snapshot!(bot.say(OFFICE, "未签收 16").await, @r"
    1/2 已签收，未签收：
    【16】紫岩县 预警，2018-08-31 发出
    ");
    bot.say(OFFICE, &format!("预警 16 红 {long}")).await;
    let sent = bot.tap(OFFICE, OFFICE, "确认发出").await.1;
    assert!(sent.starts_with("✅ 第 16 项 红 · 紧急预警"), "{sent}");
    assert!(bot.tap(OFFICE, OFFICE, "确认发出").await.0.contains("这一问已经过去了"));
    snapshot!(bot.say(OFFICE, "预警 16 红 请主要负责人过问 确认").await, @"✅ 第 16 项 红 · 紧急预警，发给紫岩县，2018-08-31 09:00 发出。0/1 已签收，查看请发：未签收 16");
    bot.leave_unread = true;
}
