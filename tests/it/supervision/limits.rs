//! Limits of what is out: a unit is reminded once of an answer, the office hears in the morning what is late, the
//! next paper escalates the one before, and what never arrived is on the office's list and in the auditor's sums.

use insta::assert_snapshot as snapshot;

use duban::app::real_now;
use duban::store::sums;

use super::{CONTACT, DRAFTER, NUMBER, SIGNER, issue, office, signed};
use crate::harness::china;

#[tokio::test]
async fn an_answer_is_reminded_of_once_and_what_is_late_is_put_before_the_office() {
    let mut bot = signed().await;
    bot.notices().await;
    bot.read(CONTACT);
    bot.say(DRAFTER, "记 督查 到 紫岩县 16项 昨天").await;
    bot.say(DRAFTER, "交办 1 紫岩县 9月4日 配齐调试人员").await;
    bot.tap(DRAFTER, DRAFTER, "交办").await;
    bot.notices().await;
    bot.read(CONTACT);
    bot.advance("2018-09-04 09:00").await;
    let early = bot.read(DRAFTER) + &bot.read(SIGNER);
    assert!(!early.contains("过了限期"), "two working days to sign, and the task has its day: {early}");
    bot.read(CONTACT);
    bot.advance("2018-09-05 09:00").await;
    snapshot!(bot.read(DRAFTER) + &bot.read(SIGNER), @r"
    📅 9 月的调度还没有发出
    先预检、彩排，再发出。不发出，各单位不会收到本期的填报通知；只提醒这一次。

    📄 1 份发文过了限期
    安整改办督〔2018〕1号 紫岩县（第 16 项）：2018-08-31 送达，没有签收
    要不要再发一件由你定；签发后前一件记为升级。
    📌 1 件交办过了限期
    1 紫岩县：2018-09-04 前，配齐调试人员
    [预检→预检] [彩排→彩排]
    [看 安整改办督〔2018〕1号→发文 1] [拟通报→通报]
    [看交办→交办]
    ");
    bot.read(CONTACT);
    // The working day before the limit.
    bot.advance("2018-09-06 09:00").await;
    bot.advance("2018-09-06 14:00").await;
    snapshot!(bot.read(CONTACT), @r"
    ⏰ 1 项需要留意
    【16】紫岩县污水处理厂提标改造：安整改办督〔2018〕1号 请于 2018-09-07 前回复（还有 1 个工作日），发：回复 安整改办督〔2018〕1号 内容
    有进展或难处回一句就行，例：进度 16 85 本月做了什么
    本月向你发出 2 条，上限 6 条
    ");
    bot.advance("2018-09-07 09:00").await;
    bot.advance("2018-09-10 09:00").await;
    bot.notices().await;
    let again = bot.read(CONTACT);
    assert!(!again.contains("请于 2018-09-07 前回复"), "once: {again}");
    let morning = bot.read(DRAFTER) + &bot.read(SIGNER);
    let papers = morning.split("\n---\n").find(|part| part.contains("📄")).unwrap_or_default();
    snapshot!(papers, @r"
    📄 1 份发文过了限期
    安整改办督〔2018〕1号 紫岩县（第 16 项）：2018-09-07 前要回复，过了 3 天没有回复
    要不要再发一件由你定；签发后前一件记为升级。
    [看 安整改办督〔2018〕1号→发文 1] [拟通报→通报]
    ");
    bot.advance("2018-09-11 09:00").await;
    let quiet = bot.read(DRAFTER) + &bot.read(SIGNER);
    assert!(!quiet.contains("📄"), "each matter once: {quiet}");
    // The next paper about the item escalates it; the record says when.
    bot.say(DRAFTER, "约谈 16 给 紫岩县 说明原因").await;
    bot.tap(DRAFTER, DRAFTER, "拟稿").await;
    bot.say(SIGNER, "发文 2 批准 分管副市长").await;
    bot.say(SIGNER, "发文 2 安排 9月14日15时 市政府三楼会议室").await;
    snapshot!(issue(&mut bot, 2).await, @r"
    ✅ 安整改办约〔2018〕1号 已签发，2018-09-11 09:00 起发给紫岩县（1 份）。
    过了限期没有办的 安整改办督〔2018〕1号 记为升级，由本件接替，不用再签收、回复。
    [看送达→发文 2]
    ");
    snapshot!(bot.say(SIGNER, &format!("回证 {NUMBER}")).await, @r"
    📮 送达回证 安整改办督〔2018〕1号（1 份）
    ▪ 紫岩县
    　发出 2018-08-31 09:00，紫岩县联络员A
    　升级 2018-09-11 09:00，由 安整改办约〔2018〕1号 接替
    “发出”指平台已收下，不等于对方已读。
    ");
    bot.leave_unread = true;
}

#[tokio::test]
async fn who_has_answered_is_not_reminded() {
    let mut bot = signed().await;
    bot.notices().await;
    bot.read(CONTACT);
    bot.say(CONTACT, "回复 设备已到货，9月20日前完成调试").await;
    for day in ["2018-09-06", "2018-09-07", "2018-09-10", "2018-09-17"] {
        bot.advance(&format!("{day} 09:00")).await;
    }
    let heard = bot.read(CONTACT) + &bot.read(DRAFTER) + &bot.read(SIGNER);
    assert!(!heard.contains("前回复（还有") && !heard.contains("📄 "), "{heard}");
    bot.leave_unread = true;
}

#[tokio::test]
async fn a_copy_that_has_not_arrived_is_on_the_list_and_can_be_let_through() {
    let mut bot = office().await;
    bot.say(DRAFTER, "督办 16、22 给 紫岩县、滨江区 请加快").await;
    issue(&mut bot, 1).await;
    bot.notices().await;
    bot.read(CONTACT);
    snapshot!(bot.say(DRAFTER, "放行").await, @r"
    没有送达的发文 1 份
    没有人可以收（没有绑定，或请假没有人代），2018-09-03 09:00 再试，请电话：安整改办督〔2018〕1号 滨江区
    另行送达后记一笔就不再列出，例：发文 安整改办督〔2018〕1号 送达 滨江区 9月3日 纸质送达
    ");
    snapshot!(bot.say(DRAFTER, &format!("放行 {NUMBER}")).await, @"安整改办督〔2018〕1号 没送达的份没有人可以收，请另行送达，或先邀请联络员。");
    bot.app.clock.forward_to(china("2018-08-31 20:00"));
    bot.say(DRAFTER, "提醒函 16 请加快").await;
    bot.tap(DRAFTER, DRAFTER, "拟稿").await;
    issue(&mut bot, 2).await;
    bot.notices().await;
    assert_eq!(bot.read(CONTACT), "", "it is evening");
    snapshot!(bot.say(DRAFTER, "放行 安整改办函〔2018〕1号").await, @"安整改办函〔2018〕1号 2018-09-03 09:00 发出，不用放行。要现在就发：放行 安整改办函〔2018〕1号 现在");
    snapshot!(bot.say(DRAFTER, "放行 安整改办函〔2018〕1号 现在").await, @"✅ 安整改办函〔2018〕1号 已放行给紫岩县，马上发出。已记录在案。");
    bot.notices().await;
    assert!(bot.read(CONTACT).contains("安整改办函〔2018〕1号"));
    assert_eq!(bot.count("SELECT count(*) FROM audit WHERE action = 'let_through'").await, 1);
    bot.leave_unread = true;
}

#[tokio::test]
async fn a_copy_without_a_message_and_without_a_fate_stops_the_heartbeat() {
    let mut bot = signed().await;
    bot.app.clock.forward_to(china("2018-08-31 10:00"));
    let now = bot.app.clock.now();
    let late = || sums::late(&bot.app.read, now.utc, real_now(), now.today());
    assert_eq!(late().await.unwrap().copies, 0, "it waits in line");
    sqlx::raw_sql("DELETE FROM outbox WHERE kind = 'copy'").execute(&bot.pool).await.unwrap();
    assert_eq!(late().await.unwrap().copies, 1);
    bot.leave_unread = true;
}

#[tokio::test]
async fn a_circular_that_the_ladder_proposes_is_of_the_whole_round() {
    let mut bot = office().await;
    bot.leave_unread = true;
    bot.sweep().await;
    bot.advance("2018-09-03 09:00").await;
    bot.advance("2018-09-11 00:10").await;
    bot.advance("2018-09-11 09:00").await;
    for who in [DRAFTER, SIGNER] {
        bot.read(who);
    }
    snapshot!(bot.say(DRAFTER, "建议 16 调整 通报").await, @r"
    ✅ 第 16 项：通报。本轮通报（稿1）已写明这一项，核稿、签发后紫岩县才收到，限期从那时算。
    [看稿→发文 1] [下一条→建议]
    ");
    let card = bot.say(SIGNER, "发文 1").await;
    assert!(card.contains("【16】紫岩县") && card.contains("共60项，完成45项"), "{card}");
    assert!(card.matches('、').count() > 20, "it goes to every unit: {card}");
    assert_eq!(bot.count("SELECT count(*) FROM notice WHERE figures IS NOT NULL").await, 1);
    // Another case goes into the same draft; what was checked is checked anew.
    bot.say(SIGNER, "发文 1 核稿").await;
    let open = bot.say(DRAFTER, "建议").await;
    let next = open.split("调整→建议 ").nth(1).and_then(|rest| rest.split(' ').next()).expect("another one");
    let line = format!("建议 {next} 调整 通报");
    let said = bot.say(DRAFTER, &line).await;
    assert!(said.contains("本轮通报（稿1）已写明这一项"), "{said}");
    let card = bot.say(SIGNER, "发文 1").await;
    assert!(card.contains(&format!("【{next}】")) && card.contains("待核稿"), "{card}");
    assert_eq!(bot.count("SELECT count(*) FROM notice").await, 1);
    // Its figures are made anew, and the cases stay.
    let fresh = bot.say(SIGNER, "发文 1 更新").await;
    assert!(fresh.contains("【16】") && fresh.contains(&format!("【{next}】")), "{fresh}");
}

#[tokio::test]
async fn a_day_is_promised_with_everything_that_is_signed_for() {
    let mut bot = signed().await;
    bot.say(DRAFTER, "提醒函 16 请加快").await;
    bot.tap(DRAFTER, DRAFTER, "拟稿").await;
    issue(&mut bot, 2).await;
    bot.notices().await;
    bot.read(CONTACT);
    snapshot!(bot.say(CONTACT, "签收 全部").await, @r"
    ✅ 安整改办督〔2018〕1号 已签收。请于 2018-09-07 前回复。
    ✅ 安整改办函〔2018〕1号 已签收。请于 2018-09-07 前回复。
    哪天前能完成？点一个，或回一个日期（最晚 2018-09-29）。
    [3 个工作日→答 · 2018-09-05] [5 个工作日→答 · 2018-09-07] [10 个工作日→答 · 2018-09-14]
    ");
    let (_, said) = bot.tap(CONTACT, CONTACT, "5 个工作日").await;
    snapshot!(said, @r"
    ✅ 安整改办督〔2018〕1号 已签收，承诺 2018-09-07 前完成。
    ✅ 安整改办函〔2018〕1号 已签收，承诺 2018-09-07 前完成。
    ");
    let promised = "SELECT count(*) FROM notice_copy WHERE promised_on = '2018-09-07'";
    assert_eq!(bot.count(promised).await, 2);
    bot.leave_unread = true;
}

#[tokio::test]
async fn before_another_paper_the_office_sees_how_many_there_were() {
    let mut bot = signed().await;
    bot.notices().await;
    bot.read(CONTACT);
    for line in
        ["预警通知 16 请加快", "提醒函 16 请加快", "督办 16 请加快", "约谈 16 说明原因", "通报 请对照整改"]
    {
        let asked = bot.say(DRAFTER, line).await;
        assert!(asked.contains("紫岩县今年已收文 1 份（督办通知 1）"), "{line}: {asked}");
        bot.say(DRAFTER, "取消").await;
    }
    bot.say(DRAFTER, "记 督查 到 紫岩县 16项 昨天").await;
    snapshot!(bot.say(DRAFTER, "交办 1 紫岩县 9月14日 配齐调试人员").await, @r"
    紫岩县今年已收文 1 份（督办通知 1）。
    还要再拟一份交办单吗？
    [交办→答 · 是] [取消→取消]
    ");
    let (_, given) = bot.tap(DRAFTER, DRAFTER, "交办").await;
    snapshot!(given, @"✅ 交办单 1：紫岩县，2018-09-14 前，配齐调试人员");
    let asked = bot.say(DRAFTER, "通报 请对照整改").await;
    assert!(asked.contains("紫岩县今年已收文 2 份（交办单 1、督办通知 1）"), "{asked}");
    let (_, card) = bot.tap(DRAFTER, DRAFTER, "拟稿").await;
    assert!(card.contains("通报 · 待核稿") && card.contains("要求：请对照整改"), "{card}");
    assert_eq!(bot.count("SELECT count(*) FROM notice").await, 2);
    bot.leave_unread = true;
}

#[tokio::test]
async fn extensions_are_a_list() {
    let mut bot = office().await.person("滨江区联络员A").await;
    bot.say("滨江区联络员A", "延期 22 到 2019-03-31 因 管线迁改").await;
    let list = bot.say(DRAFTER, "清单 延期").await;
    assert!(list.contains("【22】") && list.matches('【').count() == 1, "{list}");
    let own = bot.say("滨江区联络员A", "list extended").await;
    assert!(own.contains("【22】") && own.matches('【').count() == 1, "{own}");
    assert!(!bot.say(CONTACT, "清单 延期").await.contains('【'));
    bot.leave_unread = true;
}
