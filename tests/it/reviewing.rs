//! 审核 and 退回: what the office sees of a report before it judges, and the limit it gives with a return.

use insta::assert_snapshot as snapshot;

use crate::attachments::{JPEG, photo};
use crate::harness::Bot;

const CONTACT: &str = "紫岩县联络员A";
const CLERK: &str = "调度专员A";

#[tokio::test]
async fn it_shows_who_reported_for_the_unit_and_what_came_with_it() {
    let mut bot = Bot::new().await.person(CONTACT).await.person(CLERK).await;
    bot.fake.contents.lock().unwrap().insert("a".into(), JPEG.to_vec());
    bot.send(CONTACT, "16项90%，设备到货", &[photo("a")]).await;
    bot.say(CLERK, "代 滨江区 填报 22 40 电话报来：施工单位已进场").await;
    bot.fetch_all().await;
    snapshot!(bot.say(CLERK, "审核").await, @r"
    待审填报 2 条（2017-08-01 以来）
    【16】紫岩县污水处理厂提标改造
    紫岩县 2018-08-31 85% → 90% 设备到货 · 附 1 个文件
    【22】八里沟沟渠污水直排
    滨江区 2018-08-31 35% → 40% 电话报来：施工单位已进场 · 市整改办代报
    [✅ 16 通过→审核 16 11 通过] [↩️ 16 退回→审核 16 11 退回]
    [✅ 22 通过→审核 22 11 通过] [↩️ 22 退回→审核 22 11 退回]
    ");
    snapshot!(bot.say(CLERK, "审核 22").await, @r"
    【22】八里沟沟渠污水直排
    滨江区 2018-08-31 35% → 40% 电话报来：施工单位已进场 · 市整改办代报
    [✅ 22 通过→审核 22 11 通过] [↩️ 22 退回→审核 22 11 退回]
    ");
    let last = |shown: String| {
        shown.lines().skip_while(|line| !line.starts_with("2018-08-31")).take(1).collect::<String>()
    };
    snapshot!(last(bot.say(CONTACT, "查 16").await), @"2018-08-31 紫岩县 90% 设备到货 · 附 1 个文件");
    snapshot!(last(bot.say(CLERK, "查 22").await), @"2018-08-31 滨江区 40% 电话报来：施工单位已进场 · 市整改办代报");
    bot.say(CLERK, "语言 英文").await;
    snapshot!(last(bot.say(CLERK, "item 22").await), @"2018-08-31 滨江区 40% 电话报来：施工单位已进场 · reported by 市整改办");
    // As it stood on a day, what came later is left out.
    assert!(!bot.say(CONTACT, "查 16 8月31日").await.contains("文件"));
}

#[tokio::test]
async fn the_office_chooses_the_limit_by_button_and_the_contact_reads_it() {
    let mut bot = Bot::new().await.person(CONTACT).await.person(CLERK).await;
    bot.say(CONTACT, "进度 16 90 设备到货").await;
    bot.say(CLERK, "审核").await;
    let (_, asked) = bot.tap(CLERK, CLERK, "↩️ 16 退回").await;
    snapshot!(asked, @r"
    第 16 项「紫岩县污水处理厂提标改造」
    退回的原因是什么？一句话，会原样告诉填报单位。
    期限：5 个工作日内重报。要改先点下面，或写在原因前面：9月20日 原因
    [3 个工作日→答 · 3个工作日] [5 个工作日→答 · 5个工作日] [10 个工作日→答 · 10个工作日]
    [取消→取消]
    ");
    let (_, chosen) = bot.tap(CLERK, CLERK, "10 个工作日").await;
    snapshot!(chosen, @r"
    第 16 项「紫岩县污水处理厂提标改造」
    退回的原因是什么？一句话，会原样告诉填报单位。
    期限：2018-09-14 前重报。要改先点下面，或写在原因前面：9月20日 原因
    [3 个工作日→答 · 3个工作日] [5 个工作日→答 · 5个工作日] [10 个工作日→答 · 10个工作日]
    [取消→取消]
    ");
    snapshot!(bot.say(CLERK, "请写明调试时间").await, @r"
    ↩️ 第 16 项的填报已退回紫岩县，请其在 2018-09-14 前重报（10 个工作日）。
    [下一条→审核]
    ");
    bot.notices().await;
    snapshot!(bot.read(CONTACT), @r"
    ↩️ 第 16 项「紫岩县污水处理厂提标改造」
    2018-08-31 的填报退回，原因：请写明调试时间
    请在 2018-09-14 前重报（10 个工作日）。
    [重报→进度 16]
    ");
    assert_eq!(bot.count("SELECT count(*) FROM verdict WHERE due_on = '2018-09-14'").await, 1);
}

#[tokio::test]
async fn the_contact_is_told_in_the_own_language() {
    let mut bot = Bot::new().await.person(CONTACT).await.person(CLERK).await;
    bot.say(CONTACT, "语言 英文").await;
    bot.say(CLERK, "代 紫岩县 填报 16 90 电话报来：设备到货").await;
    bot.notices().await;
    snapshot!(bot.read(CONTACT), @r"
    The office has reported item 16 “紫岩县污水处理厂提标改造” for your unit: 90% 电话报来：设备到货
    If it is wrong send: correct 16
    ");
    bot.say(CONTACT, "report 16 91 delivered and installed").await;
    bot.say(CLERK, "审核 16 退回 3个工作日 请附照片").await;
    bot.notices().await;
    snapshot!(bot.read(CONTACT), @r"
    ↩️ Item 16 “紫岩县污水处理厂提标改造”
    The report of 2018-08-31 was sent back: 请附照片
    Please report again by 2018-09-05, 3 working days.
    [Report again→report 16]
    ");
    // Who stands in, and who is away, read their own language as well.
    let mut bot = bot.person("滨江区联络员A").await;
    bot.say(CLERK, "请假 紫岩县联络员A 3天 由 滨江区联络员A 代").await;
    bot.notices().await;
    snapshot!(bot.read(CONTACT), @"The office recorded your leave: 2018-08-31 to 2018-09-02, 滨江区联络员A stands in. If this is wrong send “back” or ask the office.");
    snapshot!(bot.read("滨江区联络员A"), @"紫岩县联络员A 请假（2018-08-31 至 2018-09-02），期间由你代：提醒发给你，可以直接替 紫岩县 填报。牵头在办 1 项：16，发送“查 编号”看情况。");
}

#[tokio::test]
async fn the_limit_may_stand_before_the_reason() {
    let mut bot = Bot::new().await.person(CONTACT).await.person(CLERK).await;
    bot.say(CONTACT, "进度 16 90 设备到货").await;
    snapshot!(bot.say(CLERK, "退回 16 2018-08-01 照片不清楚").await, @"重报期限要在今天之后、三个月以内，没有退回。如果这个日子是原因的一部分，请写在原因后面。");
    snapshot!(bot.say(CLERK, "退回 16 2018-09-20 照片不清楚").await, @r"
    ↩️ 第 16 项的填报已退回紫岩县，请其在 2018-09-20 前重报（14 个工作日）。
    [下一条→审核]
    ");
    bot.notices().await;
    snapshot!(bot.read(CONTACT), @r"
    ↩️ 第 16 项「紫岩县污水处理厂提标改造」
    2018-08-31 的填报退回，原因：照片不清楚
    请在 2018-09-20 前重报（14 个工作日）。
    [重报→进度 16]
    ");
    bot.say(CONTACT, "进度 16 91 设备到货，补了照片").await;
    snapshot!(bot.say(CLERK, "审核 16 退回 3个工作日").await, @r"
    第 16 项「紫岩县污水处理厂提标改造」
    退回的原因是什么？一句话，会原样告诉填报单位。
    期限：2018-09-05 前重报。要改先点下面，或写在原因前面：9月20日 原因
    [3 个工作日→答 · 3个工作日] [5 个工作日→答 · 5个工作日] [10 个工作日→答 · 10个工作日]
    [取消→取消]
    ");
    snapshot!(bot.say(CLERK, "10个工作日 还是看不清").await, @r"
    ↩️ 第 16 项的填报已退回紫岩县，请其在 2018-09-14 前重报（10 个工作日）。
    [下一条→审核]
    ");
    bot.notices().await;
    bot.read(CONTACT);
    // A day inside the reason is no limit.
    bot.say(CONTACT, "进度 16 92 设备到货，又补了照片").await;
    snapshot!(bot.say(CLERK, "16项退回 9月20日的照片不清楚").await, @r"
    ↩️ 第 16 项的填报已退回紫岩县，请其在 2018-09-07 前重报（5 个工作日）。
    [下一条→审核]
    ");
    bot.notices().await;
    bot.read(CONTACT);
}
