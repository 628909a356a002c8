//! 请假: somebody stands in, gets what is sent, and may report; never in chains.

use duban::commands::dispatch::Outcome;
use duban::domain::What;
use insta::assert_snapshot as snapshot;

use crate::harness::Bot;

const CLERK: &str = "调度专员A";
const AWAY: &str = "滨江区联络员A";
const OTHER: &str = "紫岩县联络员A";

#[tokio::test]
async fn reminders_go_to_whoever_stands_in_when_they_leave() {
    let mut bot = Bot::new().await.person(CLERK).await.person(AWAY).await.person(OTHER).await;
    bot.sweep().await;
    snapshot!(bot.say(AWAY, "请假 9月1日到9月5日 由 紫岩县联络员A 代").await, @r"
    ✅ 已登记：滨江区联络员A 请假 2018-09-01 至 2018-09-05（5 天，首尾都算），由 紫岩县联络员A 代。期间提醒发给代理人，代理人可以替 滨江区 填报。提前回来请发“销假”。
    [取消请假→销假]
    ");
    bot.notices().await;
    snapshot!(bot.read(OTHER), @"滨江区联络员A 请假（2018-09-01 至 2018-09-05），期间由你代：提醒发给你，可以直接替 滨江区 填报。牵头在办 3 项：22、30、34，发送“查 编号”看情况。");
    snapshot!(bot.read(CLERK), @"滨江区联络员A 请假 2018-09-01 至 2018-09-05，由 紫岩县联络员A 代。");
    bot.advance("2018-09-03 09:00").await;
    snapshot!(bot.read(OTHER), @r"
    ▍紫岩县
    ⏰ 1 项需要留意
    【16】预警 · 紫岩县污水处理厂提标改造：85%，期限 2018-06-30，已逾期 65 天
    有进展或难处回一句就行，例：进度 16 85 本月做了什么

    ▍滨江区（代 滨江区联络员A）
    ⏰ 3 项需要留意
    【22】预警 · 八里沟沟渠污水直排：35%，阶段目标 60%，落后 25 个百分点（较重滞后）
    【34】网箱户转产与渔船清理未到位：82%，期限 2018-09-15，还有 12 天（9 个工作日）
    【30】红石岭水源输水干渠未封闭：88%，期限 2018-09-30，还有 27 天
    有进展或难处回一句就行，例：进度 22 35 本月做了什么
    本月向你发出 1 条，上限 6 条
    [签收 16→签收 16]
    [签收 22→签收 22]
    ");
    assert_eq!(bot.read(AWAY), "");
    let both = "SELECT count(*) FROM outbox o JOIN holder h ON h.id = o.to_holder
                JOIN post p ON p.id = o.for_post WHERE h.account = '紫岩县联络员A' AND p.title = '滨江区联络员A'";
    assert!(bot.count(both).await > 0, "both posts are on record");
}

#[tokio::test]
async fn whoever_stands_in_reports_for_the_unit_and_only_in_these_days() {
    let mut bot = Bot::new().await.person(AWAY).await.person(OTHER).await.person(CLERK).await;
    assert!(bot.say(OTHER, "进度 30 90 管道焊接完成").await.contains("不是你单位"));
    assert!(bot.say(AWAY, "请假 2天 由 紫岩县 联络员A 代").await.contains("2018-08-31 至 2018-09-01"));
    let answer = bot.say(OTHER, "进度 30 90 管道焊接完成").await;
    assert!(answer.contains("✅ 已登记 第 30 项") && answer.contains("→ 90%"), "{answer}");
    assert!(answer.contains("代滨江区填报"), "{answer}");
    let mine = bot.say(OTHER, "我的").await;
    assert!(mine.contains("正在代滨江区联络员A：滨江区牵头的 22、34、30"), "{mine}");
    assert!(bot.say(OTHER, "查 30").await.contains("滨江区 90% 管道焊接完成"));
    // The own items are still one's own.
    assert!(bot.say(OTHER, "进度 16 86 调试").await.contains("✅ 已登记 第 16 项"));
    snapshot!(bot.say(OTHER, "权限").await, @r"
    紫岩县联络员A（联络员）
    可以用：进度、撤回、更正、取消、附到、材料、签收、申请销号、延期、我的、查、清单、找、剩余、截止、总览、为什么没提醒、导出、图、发文、回复、交办、考核、申诉、核查、异议、口径、我是谁、权限、绑定、请假、销假、免打扰、交接、解绑、语言、帮助
    不能用：审核、催报、放行、预警、未签收、建议、督办、预警通知、提醒函、约谈、通报、回证、记、活动、暂停、公示、销号、反弹、回头看、代、邀请、群设置、日历、调度、预检、彩排、发出
    看得到：本单位牵头和配合的事项，全市总数
    正在代：滨江区联络员A，可以替 滨江区 填报和查询
    群里别人也看得到：事项内容只在本单位已确认的群或私聊里显示。
    ");
    let posts = "SELECT count(*) FROM report r JOIN post p ON p.id = r.post JOIN unit u ON u.id = r.unit
                 WHERE p.title = '紫岩县联络员A' AND u.name = '滨江区'";
    assert_eq!(bot.count(posts).await, 1, "the report says who and for whom");
    bot.app.clock.forward_to(crate::harness::china("2018-09-02 09:00"));
    assert!(bot.say(OTHER, "进度 30 91 又干了一天").await.contains("不是你单位"));
    bot.leave_unread = true;
}

#[tokio::test]
async fn back_early_ends_it_at_once() {
    let mut bot = Bot::new().await.person(AWAY).await.person(OTHER).await.person(CLERK).await;
    bot.sweep().await;
    bot.say(AWAY, "请假 5天 由 紫岩县联络员A 代").await;
    bot.notices().await;
    for who in [OTHER, CLERK] {
        bot.read(who);
    }
    snapshot!(bot.say(AWAY, "销假").await, @"✅ 已销假：滨江区联络员A（原定 2018-08-31 至 2018-09-04）。提醒从现在起仍发给本岗位，紫岩县联络员A 不再代理。");
    bot.notices().await;
    snapshot!(bot.read(OTHER), @"滨江区联络员A 已销假，你的代理到此结束，辛苦了。");
    snapshot!(bot.read(CLERK), @"滨江区联络员A 已销假，紫岩县联络员A 不再代理。");
    assert!(bot.say(OTHER, "进度 30 90 焊接").await.contains("不是你单位"));
    snapshot!(bot.say(CLERK, "销假 滨江区联络员A").await, @"滨江区联络员A 现在没有请假：上一次已由 滨江区联络员A 于 2018-08-31 销假。");
    bot.advance("2018-09-03 09:00").await;
    assert!(bot.read(AWAY).contains("【34】"));
    bot.leave_unread = true;
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_the_reason() {
    let mut bot = Bot::new()
        .await
        .person(CLERK)
        .await
        .person(AWAY)
        .await
        .person(OTHER)
        .await
        .person("白沙县联络员A")
        .await;
    for (who, said) in [
        (AWAY, "请假"),
        (AWAY, "请假 3天"),
        (AWAY, "请假 几天 由 紫岩县联络员A 代"),
        (AWAY, "请假 8月1日到8月5日 由 紫岩县联络员A 代"),
        (AWAY, "请假 100天 由 紫岩县联络员A 代"),
        (AWAY, "请假 3天 由 滨江区联络员A 代"),
        (AWAY, "请假 3天 由 联络员B 代"),
        (AWAY, "请假 3天 由 市环保局局长 代"),
        (AWAY, "请假 紫岩县联络员A 3天 由 白沙县联络员A 代"),
        (CLERK, "请假 3天 由 紫岩县联络员A 代"),
        (AWAY, "销假"),
    ] {
        let answer = bot.say(who, said).await;
        assert!(!answer.contains('✅') && !answer.is_empty(), "{said}: {answer}");
    }
    assert_eq!(bot.count("SELECT count(*) FROM leave").await, 0);
    bot.say(AWAY, "请假 3天 由 紫岩县联络员A 代").await;
    bot.notices().await;
    assert!(bot.read(OTHER).contains("期间由你代"));
    snapshot!(bot.say(AWAY, "请假 9月2日到9月4日 由 白沙县联络员A 代").await, @"滨江区联络员A 在 2018-08-31 至 2018-09-02 已登记请假（紫岩县联络员A 代），日期重叠，没有登记。要改请先销假。");
    snapshot!(bot.say(OTHER, "请假 1天 由 白沙县联络员A 代").await, @"紫岩县联络员A 在 2018-08-31 至 2018-09-02 正代 滨江区联络员A，代理不能再转给别人，没有登记。请先请整改办给 滨江区联络员A 另定代理人。");
    snapshot!(bot.say("白沙县联络员A", "请假 1天 由 滨江区联络员A 代").await, @"滨江区联络员A 自己在 2018-08-31 至 2018-09-02 请假，不能代，没有登记。请另写一位。");
    // Afterwards is another matter.
    assert!(bot.say(OTHER, "请假9月10日到12日由白沙县联络员A代").await.contains('✅'));
    assert_eq!(bot.count("SELECT sum(count)::bigint FROM refusal WHERE what = 'leave_not_yours'").await, 1);
    bot.leave_unread = true;
}

#[tokio::test]
async fn the_office_registers_a_leave_for_somebody_and_everybody_hears_of_it() {
    let mut bot = Bot::new().await.person(CLERK).await.person(AWAY).await.person(OTHER).await;
    snapshot!(bot.say(CLERK, "请假 滨江区 联络员A 3天 由 紫岩县 联络员A 代").await, @r"
    ✅ 已登记：滨江区联络员A 请假 2018-08-31 至 2018-09-02（3 天，首尾都算），由 紫岩县联络员A 代。期间提醒发给代理人，代理人可以替 滨江区 填报。提前回来请发“销假”。
    [取消请假→销假 BJQ 滨江区联络员A]
    ");
    bot.notices().await;
    snapshot!(bot.read(AWAY), @"整改办给你登记了请假：2018-08-31 至 2018-09-02，由 紫岩县联络员A 代。如有出入请发“销假”或联系整改办。");
    assert!(bot.read(OTHER).contains("期间由你代"));
}

#[tokio::test]
async fn leaves_that_meet_at_the_same_moment_make_no_chain() {
    let mut bot = Bot::new().await.person(AWAY).await.person(OTHER).await.person("白沙县联络员A").await;
    let said = |text: &str| What::Said { text: text.into(), addressed: true, edited: false };
    let updates = [
        bot.update(AWAY, AWAY, said("请假 3天 由 紫岩县联络员A 代")),
        bot.update(OTHER, OTHER, said("请假 3天 由 白沙县联络员A 代")),
        bot.update("白沙县联络员A", "白沙县联络员A", said("请假 3天 由 滨江区联络员A 代")),
    ];
    let now = bot.app.clock.now();
    let fates =
        futures_util::future::join_all(updates.iter().map(|update| bot.app.desk.handle(update, now))).await;
    assert_eq!(fates, [Outcome::Settled; 3]);
    assert_eq!(bot.count("SELECT count(*) FROM leave").await, 1);
    bot.send_all().await;
    bot.leave_unread = true;
}

#[tokio::test]
async fn a_substitute_who_is_gone_leaves_it_to_the_office() {
    let mut bot = Bot::new().await.person(AWAY).await.person(OTHER).await;
    bot.sweep().await;
    bot.say(AWAY, "请假 10天 由 紫岩县联络员A 代").await;
    bot.notices().await;
    bot.read(OTHER);
    sqlx::raw_sql("UPDATE holder SET ended_at = now() WHERE account = '紫岩县联络员A'")
        .execute(&bot.pool)
        .await
        .unwrap();
    bot.advance("2018-09-03 09:00").await;
    bot.expect_silence();
    let held = "SELECT count(*) FROM outbox o JOIN unit u ON u.id = o.audience_unit
                WHERE o.state = 'held' AND o.kind = 'warning' AND u.name = '滨江区'
                  AND o.reason = 'the unit has no bound contact'";
    assert_eq!(bot.count(held).await, 1);
}

#[tokio::test]
async fn where_there_is_no_other_contact_the_head_reads_meanwhile() {
    let mut bot = Bot::new().await.person(CLERK).await.person("紫岩县联络员A").await;
    bot.leave_unread = true;
    snapshot!(bot.say("紫岩县联络员A", "请假 3天").await, @r"
    请写明哪几天、由谁代，没有登记。例：请假 3天 由 联络员B 代
    没有人能代，就不用登记：提醒照常发给你，回来再办；请同时告诉整改办。
    ");
    let mut bot = bot.person("紫岩县分管副县长").await;
    snapshot!(bot.say("紫岩县联络员A", "请假 9月2日到9月5日").await, @r"
    请写明哪几天、由谁代，没有登记。例：请假 3天 由 联络员B 代
    本单位没有别的联络员，可以由负责人代收：请假 3天 由 紫岩县分管副县长 代
    没有人能代，就不用登记：提醒照常发给你，回来再办；请同时告诉整改办。
    ");
    snapshot!(bot.say("紫岩县联络员A", "请假 9月2日到9月5日 由 紫岩县分管副县长 代").await, @r"
    ✅ 已登记：紫岩县联络员A 请假 2018-09-02 至 2018-09-05（4 天，首尾都算），由 紫岩县分管副县长 代。期间提醒发给代理人，可以签收、回复，填报等你回来或请整改办代报。提前回来请发“销假”。
    [取消请假→销假]
    ");
    bot.notices().await;
    snapshot!(bot.read("紫岩县分管副县长"), @"紫岩县联络员A 请假（2018-09-02 至 2018-09-05），期间由你代：提醒发给你，请签收、回复，急着要报的请整改办代报。牵头在办 1 项：16，发送“查 编号”看情况。");
    // The morning's reminders go to whoever stands in.
    bot.sweep().await;
    bot.advance("2018-09-03 09:30").await;
    assert!(bot.read("紫岩县分管副县长").contains("【16】"));
    assert!(!bot.read("紫岩县联络员A").contains("【16】"));
}
