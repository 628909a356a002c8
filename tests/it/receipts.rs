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
    有进展或难处回一句就行，例：进度 16 90 本月做了什么
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
    snapshot!(bot.say(CONTACT, "签收 全部").await, @"现在没有要签收的预警。");
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
    snapshot!(office, @"");
    let said = bot.say(OFFICE, "建议 16 同意").await;
    snapshot!(said, @"");
    bot.notices().await;
    snapshot!(bot.read(CONTACT), @"");
    bot.leave_unread = true;
}

#[tokio::test]
async fn the_head_of_the_unit_and_whoever_stands_in_sign_and_nobody_else() {
    let mut bot = Bot::new().await.person(CONTACT).await.person("紫岩县分管副县长").await;
    for post in ["滨江区联络员A", "洵口县联络员A"] {
        bot.bind(post, post).await;
    }
    bot.sweep().await;
    snapshot!(bot.say("滨江区联络员A", "签收 16").await, @r"
    ✅ 已登记：紫岩县联络员A 请假 2018-08-31 至 2018-09-07（8 天，首尾都算），由 洵口县联络员A 代。期间提醒发给代理人，代理人可以替 紫岩县 填报。提前回来请发“销假”。
    [取消请假→销假]
    ");
    snapshot!(bot.say(CONTACT, "请假 8月31日到9月7日 由洵口县联络员A代").await, @"");
    bot.notices().await;
    bot.read("洵口县联络员A");
    snapshot!(bot.say("洵口县联络员A", "签收").await, @"✅ 第 16 项已签收，承诺 2018-09-14 前完成。2018-09-14 前不再提醒这一项，届时未完成会升一级。");
    snapshot!(bot.say("洵口县联络员A", "签收 16 2018-09-14").await, @"第 16 项已由洵口县联络员A于 2018-08-31 签收，承诺 2018-09-14 前完成，不用再签。要改日期（只能改一次）：签收 16 日期");
    snapshot!(bot.say("紫岩县分管副县长", "签收 16").await, @r"
    ✅ 第 53 项的预警已签收。
    哪天前能完成？点一个，或回一个日期（最晚 2018-09-29）。到那天前不再提醒。
    [3 个工作日→答 · 2018-09-05] [5 个工作日→答 · 2018-09-07] [10 个工作日→答 · 2018-09-14]
    ");
    snapshot!(bot.say("洵口县联络员A", "签收 全部").await, @"已取消，没有登记。");
    snapshot!(bot.say("洵口县联络员A", "取消").await, @r"
    第 53 项已由洵口县联络员A于 2018-08-31 签收。
    哪天前能完成？点一个，或回一个日期（最晚 2018-09-29）。到那天前不再提醒。
    [3 个工作日→答 · 2018-09-05] [5 个工作日→答 · 2018-09-07] [10 个工作日→答 · 2018-09-14]
    ");
    snapshot!(bot.say("洵口县联络员A", "签收 53").await, @"第 23 项不是你单位牵头或配合的事项，没有签收。");
    snapshot!(bot.say(CONTACT, "签收 23").await, @"");
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
    snapshot!(bot.say(OFFICE, "未签收").await, @"");
    bot.advance("2018-09-05 09:00").await;
    assert_eq!(bot.read(CONTACT), "");
    bot.advance("2018-09-06 00:10").await;
    bot.advance("2018-09-06 09:00").await;
    snapshot!(bot.read(CONTACT), @"");
    assert_eq!(bot.read("洵口县联络员A"), "", "whoever has signed hears nothing");
    let urged = "SELECT count(*) FROM warning w JOIN item i ON i.id = w.item WHERE w.rule = 'unsigned' AND i.number = 16";
    assert_eq!(bot.count(urged).await, 1);
    for day in ["2018-09-07 09:00", "2018-09-08 00:10", "2018-09-11 00:10", "2018-09-20 09:00"] {
        bot.advance(day).await;
    }
    assert_eq!(bot.count(urged).await, 1);
    bot.say(CONTACT, "签收 16").await;
    snapshot!(bot.say(OFFICE, "未签收 16").await, @"");
    bot.leave_unread = true;
}
