//! 通报 with computed figures, 约谈 from the application to the report after thirty days, 回证, 记 and 交办.

use insta::assert_snapshot as snapshot;

use super::{CONTACT, DRAFTER, NUMBER, SIGNER, office, signed};

#[tokio::test]
async fn a_circular_has_its_figures_and_names_whom_it_told_before() {
    let mut bot = office().await;
    bot.leave_unread = true;
    let early = bot.say(DRAFTER, "通报").await;
    assert!(!early.contains("存在问题") && early.contains("没有点名"), "nobody was told yet: {early}");
    bot.say(DRAFTER, "发文 1 作废 过几天再发").await;
    bot.sweep().await;
    bot.advance("2018-09-03 09:00").await;
    bot.read(CONTACT);
    bot.read(DRAFTER);
    let card = bot.say(DRAFTER, "通报 请各单位对照整改").await;
    snapshot!(card, @"");
    assert!(card.contains("共60项，完成45项") && card.contains("正在整改15项"), "{card}");
    bot.say(SIGNER, "发文 2 核稿").await;
    let said = bot.say(SIGNER, "发文 2 签发").await;
    assert!(said.contains("安整改办通报2018年第1期"), "{said}");
    let annex: serde_json::Value = sqlx::query_scalar("SELECT figures FROM notice WHERE form = 'circular' AND state = 'signed'")
        .fetch_one(&bot.pool)
        .await
        .unwrap();
    let rows = annex["units"].as_array().unwrap();
    let total: i64 = rows.iter().map(|row| row["total"].as_i64().unwrap()).sum();
    let completed: i64 = rows.iter().map(|row| row["completed"].as_i64().unwrap()).sum();
    assert_eq!((total, completed), (60, 45));
    assert_eq!(bot.count("SELECT count(DISTINCT lead_unit) FROM item").await, rows.len() as i64);
    bot.notices().await;
    assert!(bot.read(CONTACT).contains("第1期"));
}

#[tokio::test]
async fn an_interview_is_approved_held_and_reported_on_within_thirty_days() {
    let mut bot = office().await;
    snapshot!(bot.say(DRAFTER, "约谈 16 说明逾期原因").await, @"");
    bot.say(SIGNER, "发文 1 核稿").await;
    snapshot!(bot.say(SIGNER, "发文 1 签发").await, @"");
    let approved = bot.say(SIGNER, "发文 1 批准 分管副市长 8月31日").await;
    assert!(approved.contains("批准：分管副市长 8月31日"), "{approved}");
    assert!(bot.say(SIGNER, "发文 1 签发").await.contains("安整改办约〔2018〕1号"));
    bot.notices().await;
    assert!(bot.read(CONTACT).contains("约谈通知"));
    bot.say(CONTACT, "回复 按时参加，书面说明随带").await;
    snapshot!(bot.say(DRAFTER, "发文 1 纪要 9月10日 明确月底前完成调试").await, @"");
    bot.app.clock.forward_to(crate::harness::china("2018-09-11 10:00"));
    snapshot!(bot.say(DRAFTER, "发文 1 纪要 9月10日 明确月底前完成调试").await, @"");
    bot.notices().await;
    snapshot!(bot.read(CONTACT), @"");
    bot.say(CONTACT, "回复 调试完成，出水稳定").await;
    assert!(bot.say(DRAFTER, "发文 1 办结").await.contains("全部办结"));
    snapshot!(bot.say(DRAFTER, "活动 约谈").await, @"");
    bot.leave_unread = true;
}

#[tokio::test]
async fn the_record_of_delivery_has_each_copy_with_its_times() {
    let mut bot = signed().await.person("督办专员A").await;
    bot.notices().await;
    bot.read(CONTACT);
    bot.say(CONTACT, &format!("签收 {NUMBER} 9月20日")).await;
    bot.say(CONTACT, "回复 已倒排计划").await;
    bot.say(SIGNER, "发文 1 办结").await;
    snapshot!(bot.say("督办专员A", &format!("回证 {NUMBER}")).await, @"");
    bot.leave_unread = true;
}

#[tokio::test]
async fn what_was_done_beside_the_items_is_counted_and_undone() {
    let mut bot = office().await;
    snapshot!(bot.say(DRAFTER, "记 会议 8月30日 领导小组第三次会议 16、22项").await, @"");
    snapshot!(bot.say(DRAFTER, "记 吃饭 8月30日").await, @"");
    snapshot!(bot.say(DRAFTER, "记 宣传 3篇 垃圾场整改纪实").await, @"");
    snapshot!(bot.say(DRAFTER, "记 宣传 公众号 3篇 垃圾场整改纪实").await, @"");
    snapshot!(bot.say(DRAFTER, "记 会议 9月5日 推进会").await, @"");
    bot.say(DRAFTER, "记 宣传 电视台 7月2日 一线见闻").await;
    snapshot!(bot.say(DRAFTER, "记 督查 到 紫岩县 16项 昨天").await, @"");
    snapshot!(bot.say(DRAFTER, "活动").await, @"");
    snapshot!(bot.say(DRAFTER, "活动 7月").await, @"");
    let (_, said) = bot.tap(DRAFTER, DRAFTER, "撤销").await;
    snapshot!(said, @"");
    snapshot!(bot.say(DRAFTER, "记 撤销 4").await, @"");
    snapshot!(bot.say(DRAFTER, "活动 督查").await, @"");
    assert_eq!(bot.count("SELECT count(*) FROM activity").await, 4);
}

#[tokio::test]
async fn what_a_visit_found_is_a_task_with_a_limit() {
    let mut bot = office().await.person("滨江区联络员A").await;
    bot.say(DRAFTER, "记 督查 到 紫岩县 16项 昨天").await;
    snapshot!(bot.say(DRAFTER, "交办 1 紫岩县 9月14日 配齐调试人员").await, @"");
    snapshot!(bot.say(DRAFTER, "交办 9 紫岩县 9月14日 配齐调试人员").await, @"");
    snapshot!(bot.say(DRAFTER, "交办 1 紫岩县 8月14日").await, @"");
    bot.notices().await;
    snapshot!(bot.read(CONTACT), @"");
    snapshot!(bot.say("滨江区联络员A", "交办 1 完成 不是我们的").await, @"");
    snapshot!(bot.say(CONTACT, "交办 1 办结").await, @"");
    snapshot!(bot.say(CONTACT, "交办 1 完成 已增配4人").await, @"");
    bot.notices().await;
    snapshot!(bot.read(DRAFTER) + &bot.read(SIGNER), @"");
    snapshot!(bot.say(DRAFTER, "交办").await, @"");
    snapshot!(bot.say(SIGNER, "交办 1 办结").await, @"");
    snapshot!(bot.say(SIGNER, "交办 1 办结").await, @"");
    assert_eq!(bot.say(CONTACT, "交办").await, "没有在办的交办单。");
}
