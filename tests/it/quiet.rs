//! The manners: what one person is told unasked is one message per slot, a counted number a month, and
//! nothing that is not said is lost.

use duban::platforms::Sent;
use insta::assert_snapshot as snapshot;

use crate::harness::Bot;

const CLERK: &str = "调度专员A";
const BJ: &str = "滨江区联络员A";
const ZY: &str = "紫岩县联络员A";
const SL: &str = "市水利局联络员A";
const JT: &str = "市交通运输局联络员A";

/// The last of August in the evening: the office has urged everybody; it all waits for Monday.
async fn evening() -> Bot {
    let mut bot = Bot::new().await.person(CLERK).await.person(BJ).await.person(SL).await.person(ZY).await;
    bot.sweep().await;
    bot.advance("2018-08-31 20:00").await;
    assert!(bot.say(CLERK, "催报 发送").await.contains("已提醒"));
    bot
}

#[tokio::test]
async fn whoever_stands_in_reads_everything_in_one_message() {
    let mut bot = evening().await;
    bot.say(BJ, "请假 9月1日到9月5日 由 市水利局联络员A 代").await;
    bot.advance("2018-09-01 12:00").await;
    bot.expect_silence();
    bot.advance("2018-09-03 09:00").await;
    snapshot!(bot.read(SL), @r"
    滨江区联络员A 请假（2018-09-01 至 2018-09-05），期间由你代：提醒发给你，可以直接替 滨江区 填报。牵头在办 3 项：22、30、34，发送“查 编号”看情况。

    ▍市水利局
    ⏰ 本月还有 1 项没有报
    【32】乡镇水源保护区划定滞后：65%，上次 2018-07-24
    回一句就行，没有变化就发“32项无变化”，例：进度 32 90 本月做了什么

    ▍滨江区（代 滨江区联络员A）
    ⏰ 提醒：2 项临近期限
    【34】网箱户转产与渔船清理未到位：82%，期限 2018-09-15，还有 12 天
    【30】红石岭水源输水干渠未封闭：88%，期限 2018-09-30，还有 27 天
    验收一般要一个月，材料请提前备。有进展回一句就行，例：进度 34 90 本月做了什么
    本月向你发出 1 条，上限 6 条
    ");
    snapshot!(bot.read(CLERK), @"滨江区联络员A 请假 2018-09-01 至 2018-09-05，由 市水利局联络员A 代。");
    let merged = "SELECT count(*) FROM outbox WHERE state = 'withdrawn' AND reason = 'merged'";
    assert_eq!(bot.count(merged).await, 2);
    assert_eq!(bot.count("SELECT count(*) FROM spoken").await, 1, "one message to one post");
    let once = "SELECT count(*) FROM outbox o JOIN spoken s USING (seq) WHERE o.on_doubt = 'hold'";
    assert_eq!(bot.count(once).await, 1, "several in one are never sent twice");
    bot.advance("2018-09-04 09:00").await;
    bot.expect_silence();
}

#[tokio::test]
async fn a_single_warning_is_rather_sent_twice_than_never() {
    let mut bot = Bot::new().await.person(JT).await;
    bot.sweep().await;
    bot.fake.outcomes.lock().unwrap().push_back(Sent::Doubt("cut".into()));
    bot.advance("2018-09-03 09:00").await;
    bot.expect_silence();
    sqlx::raw_sql("UPDATE outbox SET next_try_at = NULL").execute(&bot.pool).await.unwrap();
    bot.send_all().await;
    assert_eq!(bot.read(JT).matches('【').count(), 1);
    assert_eq!(bot.count("SELECT count(*) FROM warning_fate WHERE fate = 'sent'").await, 1);
}

#[tokio::test]
async fn one_message_a_slot_and_the_rest_in_the_afternoon() {
    let mut bot = evening().await;
    bot.advance("2018-09-03 09:00").await;
    assert_eq!(bot.read(BJ).matches("本月向你发出 1 条").count(), 1);
    bot.read(SL);
    // Urged at once, and heard in the afternoon; what was reported meanwhile is left out.
    assert!(bot.say(CLERK, "催报 发送").await.contains("已提醒"));
    bot.notices().await;
    bot.say(BJ, "22项无变化").await;
    bot.advance("2018-09-03 14:59").await;
    assert_eq!((bot.read(BJ), bot.read(SL)), Default::default());
    assert!(bot.read(ZY).contains("【16】"), "who was not spoken to in the morning hears it at once");
    bot.advance("2018-09-03 15:00").await;
    snapshot!(bot.read(BJ), @r"
    ⏰ 本月还有 2 项没有报
    【34】网箱户转产与渔船清理未到位：82%，上次 2018-08-23
    【30】红石岭水源输水干渠未封闭：88%，上次 2018-08-24
    回一句就行，没有变化就发“34项无变化”，例：进度 34 90 本月做了什么
    本月向你发出 2 条，上限 6 条
    ");
    assert!(bot.read(SL).contains("本月向你发出 2 条"));
    assert_eq!(bot.count("SELECT count(*) FROM warning_fate WHERE reason = 'mended'").await, 1);
}

#[tokio::test]
async fn what_could_not_leave_before_the_evening_waits_and_is_apart_again() {
    let mut bot = evening().await;
    bot.say(BJ, "请假 9月1日到9月3日 由 市水利局联络员A 代").await;
    bot.fake.outcomes.lock().unwrap().push_back(Sent::Again("away".into()));
    bot.advance("2018-09-03 09:00").await;
    bot.expect_silence();
    assert_eq!(bot.count("SELECT count(*) FROM outbox WHERE merged_into IS NOT NULL").await, 2);
    // The platform is back when it is night, and BJ is back in the morning.
    sqlx::raw_sql("UPDATE outbox SET next_try_at = NULL").execute(&bot.pool).await.unwrap();
    bot.advance("2018-09-03 19:00").await;
    bot.expect_silence();
    assert_eq!(bot.count("SELECT count(*) FROM outbox WHERE merged_into IS NOT NULL").await, 0);
    assert_eq!(bot.count("SELECT count(*) FROM spoken").await, 0, "nothing was said");
    bot.advance("2018-09-04 09:00").await;
    assert!(bot.read(BJ).contains("【34】"));
    let own = bot.read(SL);
    assert!(own.contains("【32】") && !own.contains("【34】"), "{own}");
}

#[tokio::test]
async fn a_successor_hears_what_was_in_line_and_nobody_elses() {
    let mut bot = evening().await;
    bot.say(BJ, "请假 9月1日到9月3日 由 市水利局联络员A 代").await;
    bot.fake.outcomes.lock().unwrap().push_back(Sent::Again("away".into()));
    bot.advance("2018-09-03 09:00").await;
    // Unbound while it waits in line: it finds whoever comes next.
    bot.say(CLERK, "解绑 市水利局联络员A 确认").await;
    bot.bind("新来的", SL).await;
    sqlx::raw_sql("UPDATE outbox SET next_try_at = NULL").execute(&bot.pool).await.unwrap();
    bot.notices().await;
    let read = bot.read("新来的");
    assert!(read.contains("【32】") && read.contains("【34】"), "{read}");
    assert_eq!(bot.count("SELECT count(*) FROM spoken").await, 1);
    bot.leave_unread = true;
}

#[tokio::test]
async fn the_nights_notices_are_one_message_and_not_counted() {
    let mut bot = Bot::new().await.person(CLERK).await.person(ZY).await;
    bot.sweep().await;
    bot.say(ZY, "进度 16 86 设备到货").await;
    bot.advance("2018-08-31 20:00").await;
    bot.say(CLERK, "审核 16 退回 请写明安装进度").await;
    bot.say(CLERK, "代 紫岩县 填报 16 88 调试").await;
    bot.notices().await;
    assert_eq!(bot.read(ZY), "");
    bot.advance("2018-09-03 09:00").await;
    snapshot!(bot.read(ZY), @r"
    ↩️ 第 16 项「紫岩县污水处理厂提标改造」
    2018-08-31 的填报退回，原因：请写明安装进度
    请在 2018-09-07 前重报（5 个工作日）。

    整改办代你单位填报了第 16 项「紫岩县污水处理厂提标改造」：88% 调试
    如不对，请发：更正 16
    [重报→进度 16]
    ");
    assert_eq!(bot.count("SELECT count(*) FROM spoken").await, 0);
}
