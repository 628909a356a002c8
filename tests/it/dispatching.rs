//! 发出: checked, rehearsed, sent once, and accounted for; reminded of when it is forgotten.

use insta::assert_snapshot as snapshot;

use crate::harness::{Bot, china};

const OFFICE: &str = "调度专员A";
const ZIYAN: &str = "紫岩县联络员A";
const BINJIANG: &str = "滨江区联络员A";

/// On the first working day of September, two contacts and the office bound.
async fn september() -> Bot {
    let mut bot = Bot::new().await.person(OFFICE).await.person(ZIYAN).await.person(BINJIANG).await;
    bot.sweep().await;
    bot.advance("2018-09-03 09:30").await;
    // The reminders of that morning are not what is looked at here.
    for reader in [ZIYAN, BINJIANG, OFFICE] {
        bot.read(reader);
    }
    bot
}

#[tokio::test]
async fn the_office_checks_rehearses_and_sends_out_once() {
    let mut bot = september().await.person("督办专员A").await;
    snapshot!(bot.say(OFFICE, "调度").await, @r"
    📅 调度（截至 2018-09-03 09:30）
    9 月：9月25日（周二）截止，应报 15 项，已报或已报验 1 项，待报 14 项；还没有发出
    7 至 9 月长期坚持：9月25日（周二）截止，应报 1 项，已报或已报验 0 项，待报 1 项；还没有发出
    [预检→预检] [彩排→彩排]
    ");
    snapshot!(bot.say(OFFICE, "发出 确认").await, @r"
    没有发出：9 月、7 至 9 月长期坚持还有 9 条红线，处理好或豁免后再发。
    [预检→预检]
    ");
    snapshot!(bot.say(OFFICE, "预检").await, @r"
    🔎 预检 9 月、7 至 9 月长期坚持：11 个单位，15 项待报
    ❗ 红线 9 条，处理好或豁免后才能发出：
    1. 市国土资源局（1 项）：联络员没有绑定
    2. 市工信局（1 项）：联络员没有绑定
    3. 高新区（1 项）：联络员没有绑定
    4. 市环保局（1 项）：联络员没有绑定
    5. 恒河示范区（1 项）：联络员没有绑定
    6. 市交通运输局（1 项）：联络员没有绑定
    7. 市水利局（1 项）：联络员没有绑定
    8. 洵口县（1 项）：联络员没有绑定
    另有 1 条
    [1 发绑定码→邀请 GTJ 市国土资源局联络员A] [1 豁免→预检 豁免 GTJ no_contact]
    [2 发绑定码→邀请 GXJ 市工信局联络员A] [2 豁免→预检 豁免 GXJ no_contact]
    [3 发绑定码→邀请 GXQ 高新区联络员A] [3 豁免→预检 豁免 GXQ no_contact]
    [4 发绑定码→邀请 HBJ 市环保局联络员A] [4 豁免→预检 豁免 HBJ no_contact]
    [5 发绑定码→邀请 HHQ 恒河示范区联络员A] [5 豁免→预检 豁免 HHQ no_contact]
    [6 发绑定码→邀请 JTJ 市交通运输局联络员A] [6 豁免→预检 豁免 JTJ no_contact]
    [7 发绑定码→邀请 SLJ 市水利局联络员A] [7 豁免→预检 豁免 SLJ no_contact]
    [8 发绑定码→邀请 XKX 洵口县联络员A] [8 豁免→预检 豁免 XKX no_contact]
    [全部豁免（9 条）→预检 豁免 全部]
    ");
    snapshot!(bot.say("督办专员A", "预检 豁免 全部").await, @"红线由整改办豁免，您可以查看。");
    snapshot!(bot.tap(OFFICE, OFFICE, "1 豁免").await.1, @r"
    ✅ 已豁免 1 条，记入日志；这些单位仍会列入未送达。
    🔎 预检 9 月、7 至 9 月长期坚持：11 个单位，15 项待报
    已豁免 1 条
    ❗ 红线 8 条，处理好或豁免后才能发出：
    1. 市工信局（1 项）：联络员没有绑定
    2. 高新区（1 项）：联络员没有绑定
    3. 市环保局（1 项）：联络员没有绑定
    4. 恒河示范区（1 项）：联络员没有绑定
    5. 市交通运输局（1 项）：联络员没有绑定
    6. 市水利局（1 项）：联络员没有绑定
    7. 洵口县（1 项）：联络员没有绑定
    8. 市住建局（3 项）：联络员没有绑定
    [1 发绑定码→邀请 GXJ 市工信局联络员A] [1 豁免→预检 豁免 GXJ no_contact]
    [2 发绑定码→邀请 GXQ 高新区联络员A] [2 豁免→预检 豁免 GXQ no_contact]
    [3 发绑定码→邀请 HBJ 市环保局联络员A] [3 豁免→预检 豁免 HBJ no_contact]
    [4 发绑定码→邀请 HHQ 恒河示范区联络员A] [4 豁免→预检 豁免 HHQ no_contact]
    [5 发绑定码→邀请 JTJ 市交通运输局联络员A] [5 豁免→预检 豁免 JTJ no_contact]
    [6 发绑定码→邀请 SLJ 市水利局联络员A] [6 豁免→预检 豁免 SLJ no_contact]
    [7 发绑定码→邀请 XKX 洵口县联络员A] [7 豁免→预检 豁免 XKX no_contact]
    [8 发绑定码→邀请 ZJJ 市住建局联络员A] [8 豁免→预检 豁免 ZJJ no_contact]
    [全部豁免（8 条）→预检 豁免 全部]
    ");
    snapshot!(bot.tap(OFFICE, OFFICE, "全部豁免").await.1, @r"
    ✅ 已豁免 8 条，记入日志；这些单位仍会列入未送达。
    🔎 预检 9 月、7 至 9 月长期坚持：11 个单位，15 项待报
    已豁免 9 条
    ✅ 没有红线，可以彩排、发出。
    [彩排→彩排]
    ");
    snapshot!(bot.tap(OFFICE, OFFICE, "彩排").await.1, @r"
    🎬 彩排 9 月、7 至 9 月长期坚持
    11 个单位，2 人，2 条私聊，0 条进群
    第一条 2018-09-03 09:30，最后一条 2018-09-03 09:30，前后约 1 秒（fake 2 条，按平台限速）
    9 个单位送不到，发出后列入未送达
    ---
    ［样张·滨江区］
    📋 滨江区：本期 3 项，请在9月25日（周二）前报（还有 15 个工作日，其间 9 月 24 日放假）
    【34】网箱户转产与渔船清理未到位：上次 8 月 23 日报 82%
    【30】红石岭水源输水干渠未封闭：上次 8 月 24 日报 88%
    【22】八里沟沟渠污水直排：上次 8 月 24 日报 35%
    每项回一句就行，没有变化就发“34项无变化”，例：进度 34 82 本期做了什么
    ---
    ［样张·紫岩县］
    📋 紫岩县：本期 1 项，请在9月25日（周二）前报（还有 15 个工作日，其间 9 月 24 日放假）
    【16】紫岩县污水处理厂提标改造：上次 8 月 23 日报 85%
    每项回一句就行，没有变化就发“16项无变化”，例：进度 16 85 本期做了什么
    [发出→发出 确认]
    ");
    let waived = "SELECT count(*) FROM audit WHERE action = 'dispatch_waived'";
    assert_eq!(bot.count(waived).await, 2, "each time on record");
    assert_eq!(bot.count("SELECT count(*) FROM outbox WHERE kind = 'dispatch'").await, 0);
    snapshot!(bot.say(OFFICE, "发出").await, @r"
    把 9 月、7 至 9 月长期坚持 的调度发给 11 个单位的联络员，共 15 项？发出后本期不再重发。
    [确认发出→发出 确认] [彩排→彩排]
    ");
    snapshot!(bot.tap(OFFICE, OFFICE, "确认发出").await.1, @r"
    ✅ 已发出 9 月、7 至 9 月长期坚持 的调度：11 个单位，15 项，2018-09-03 09:30 起送达。送完给您回执。
    [看回执→调度]
    ");
    snapshot!(bot.say(OFFICE, "发出 确认").await, @r"
    本期调度已由调度专员A在 2018-09-03 09:30 发出，不用再发。
    [看回执→调度]
    ");
    // Whoever was spoken to this morning hears of it in the afternoon.
    bot.advance("2018-09-03 14:00").await;
    bot.notices().await;
    snapshot!(bot.read(ZIYAN), @r"
    📋 紫岩县：本期 1 项，请在9月25日（周二）前报（还有 15 个工作日，其间 9 月 24 日放假）
    【16】紫岩县污水处理厂提标改造：上次 8 月 23 日报 85%
    每项回一句就行，没有变化就发“16项无变化”，例：进度 16 85 本期做了什么
    本月向你发出 2 条，上限 6 条
    [待报 1 项→清单 待报 我们]
    ");
    snapshot!(bot.read(BINJIANG), @r"
    📋 滨江区：本期 3 项，请在9月25日（周二）前报（还有 15 个工作日，其间 9 月 24 日放假）
    【34】网箱户转产与渔船清理未到位：上次 8 月 23 日报 82%
    【30】红石岭水源输水干渠未封闭：上次 8 月 24 日报 88%
    【22】八里沟沟渠污水直排：上次 8 月 24 日报 35%
    每项回一句就行，没有变化就发“34项无变化”，例：进度 34 82 本期做了什么
    本月向你发出 2 条，上限 6 条
    [待报 3 项→清单 待报 我们]
    ");
    bot.advance("2018-09-03 14:10").await;
    bot.notices().await;
    snapshot!(bot.read(OFFICE), @r"
    📮 回执（调度专员A 2018-09-03 09:30 发出）
    应发 11 = 已发 2 + 待发 0 + 暂存 9 + 失败 0 + 撤下 0
    已报齐 0 个单位
    未送达：
    1. 市国土资源局：联络员没有绑定，请电话
    2. 市工信局：联络员没有绑定，请电话
    3. 高新区：联络员没有绑定，请电话
    4. 市环保局：联络员没有绑定，请电话
    5. 恒河示范区：联络员没有绑定，请电话
    6. 市交通运输局：联络员没有绑定，请电话
    7. 市水利局：联络员没有绑定，请电话
    8. 洵口县：联络员没有绑定，请电话
    9. 市住建局：联络员没有绑定，请电话
    [1 发绑定码→邀请 GTJ 市国土资源局联络员A]
    [2 发绑定码→邀请 GXJ 市工信局联络员A]
    [3 发绑定码→邀请 GXQ 高新区联络员A]
    [4 发绑定码→邀请 HBJ 市环保局联络员A]
    [5 发绑定码→邀请 HHQ 恒河示范区联络员A]
    [6 发绑定码→邀请 JTJ 市交通运输局联络员A]
    [7 发绑定码→邀请 SLJ 市水利局联络员A]
    [8 发绑定码→邀请 XKX 洵口县联络员A]
    [9 发绑定码→邀请 ZJJ 市住建局联络员A]
    ");
    bot.say(BINJIANG, "进度 34 85 清理完成").await;
    snapshot!(bot.say("督办专员A", "调度").await, @r"
    📅 调度（截至 2018-09-03 14:10）
    9 月：9月25日（周二）截止，应报 15 项，已报或已报验 2 项，待报 13 项
    7 至 9 月长期坚持：9月25日（周二）截止，应报 1 项，已报或已报验 0 项，待报 1 项

    📮 回执（调度专员A 2018-09-03 09:30 发出）
    应发 11 = 已发 2 + 待发 0 + 暂存 9 + 失败 0 + 撤下 0
    已报齐 0 个单位
    未送达：
    1. 市国土资源局：联络员没有绑定，请电话
    2. 市工信局：联络员没有绑定，请电话
    3. 高新区：联络员没有绑定，请电话
    4. 市环保局：联络员没有绑定，请电话
    5. 恒河示范区：联络员没有绑定，请电话
    6. 市交通运输局：联络员没有绑定，请电话
    7. 市水利局：联络员没有绑定，请电话
    8. 洵口县：联络员没有绑定，请电话
    9. 市住建局：联络员没有绑定，请电话
    ");
    // Said once: not again, and nobody is reminded of what was done.
    bot.advance("2018-09-05 10:00").await;
    bot.notices().await;
    let told = bot.read(OFFICE);
    assert!(told.starts_with("📋 提醒送达情况") && !told.contains("调度"), "{told}");
    bot.expect_silence();
}

#[tokio::test]
async fn what_is_not_sent_out_is_put_before_the_office_once_and_goes_by_nothing_else() {
    let mut bot = september().await;
    bot.advance("2018-09-04 10:00").await;
    bot.notices().await;
    assert!(bot.read(OFFICE).starts_with("📋 提醒送达情况"));
    bot.expect_silence();
    bot.advance("2018-09-05 09:00").await;
    bot.notices().await;
    snapshot!(bot.read(OFFICE), @r"
    📅 9 月的调度还没有发出
    先预检、彩排，再发出。不发出，各单位不会收到本期的填报通知；只提醒这一次。
    [预检→预检] [彩排→彩排]
    ");
    bot.advance("2018-09-07 09:00").await;
    bot.notices().await;
    bot.expect_silence();
    assert_eq!(bot.count("SELECT count(*) FROM outbox WHERE kind = 'dispatch'").await, 0);
}

#[tokio::test]
async fn of_two_clerks_at_once_the_second_hears_who_was_faster() {
    let mut one = september().await;
    one.say(OFFICE, "预检 豁免 全部").await;
    let mut two = Bot::on(one.url.clone()).await.person("调度专员B").await;
    let now = china("2018-09-03 09:31");
    two.app.clock.forward_to(now);
    let what = || duban::domain::What::Said { text: "发出 确认".into(), addressed: true, edited: false };
    let first = one.update(OFFICE, OFFICE, what());
    let mut second = two.update("调度专员B", "调度专员B", what());
    second.update_id = "another".into();
    let (a, b) = tokio::join!(
        one.app.desk.handle(&first, one.app.clock.now()),
        two.app.desk.handle(&second, two.app.clock.now()),
    );
    assert!(matches!(
        (a, b),
        (duban::commands::dispatch::Outcome::Settled, duban::commands::dispatch::Outcome::Settled)
    ));
    one.send_all().await;
    two.send_all().await;
    let answers = [OFFICE, "调度专员B"].map(|clerk| one.read(clerk) + &two.read(clerk));
    assert_eq!(answers.iter().filter(|answer| answer.starts_with("✅ 已发出")).count(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|answer| answer.contains("已由调度专员")).count(), 1, "{answers:?}");
    assert_eq!(one.count("SELECT count(*) FROM dispatch").await, 1);
    let units = one.count("SELECT count(*) FROM dispatch_copy").await;
    assert_eq!(one.count("SELECT count(*) FROM outbox WHERE kind = 'dispatch'").await, units);
    one.leave_unread = true;
    two.leave_unread = true;
}

#[tokio::test]
async fn what_is_reported_before_it_leaves_is_not_asked_for_and_the_sums_add_up() {
    let mut bot = september().await;
    bot.advance("2018-09-03 19:00").await;
    bot.say(OFFICE, "预检 豁免 全部").await;
    snapshot!(bot.say(OFFICE, "发出 确认").await, @r"
    ✅ 已发出 9 月、7 至 9 月长期坚持 的调度：11 个单位，15 项，2018-09-04 09:00 起送达。送完给您回执。
    [看回执→调度]
    ");
    for line in ["进度 30 90 封闭段焊接", "进度 34 84 清理渔船"] {
        bot.say(BINJIANG, line).await;
    }
    sqlx::raw_sql("UPDATE item SET last_report_on = '2018-09-03' WHERE lead_unit = (SELECT id FROM unit WHERE name = '滨江区')")
        .execute(&bot.pool)
        .await
        .unwrap();
    bot.advance("2018-09-04 09:00").await;
    assert_eq!(bot.read(BINJIANG), "");
    assert!(bot.read(ZIYAN).starts_with("📋"));
    bot.advance("2018-09-04 09:10").await;
    bot.notices().await;
    snapshot!(bot.read(OFFICE), @r"
    📋 提醒送达情况（截至 2018-09-03 17:00）
    应发 11 条：已发 4，暂缓 7。
    [看原因、放行→放行]
    ---
    📮 回执（调度专员A 2018-09-03 19:00 发出）
    应发 11 = 已发 1 + 待发 0 + 暂存 9 + 失败 0 + 撤下 1
    已报齐 1 个单位
    未送达：
    1. 市国土资源局：联络员没有绑定，请电话
    2. 市工信局：联络员没有绑定，请电话
    3. 高新区：联络员没有绑定，请电话
    4. 市环保局：联络员没有绑定，请电话
    5. 恒河示范区：联络员没有绑定，请电话
    6. 市交通运输局：联络员没有绑定，请电话
    7. 市水利局：联络员没有绑定，请电话
    8. 洵口县：联络员没有绑定，请电话
    9. 市住建局：联络员没有绑定，请电话
    [1 发绑定码→邀请 GTJ 市国土资源局联络员A]
    [2 发绑定码→邀请 GXJ 市工信局联络员A]
    [3 发绑定码→邀请 GXQ 高新区联络员A]
    [4 发绑定码→邀请 HBJ 市环保局联络员A]
    [5 发绑定码→邀请 HHQ 恒河示范区联络员A]
    [6 发绑定码→邀请 JTJ 市交通运输局联络员A]
    [7 发绑定码→邀请 SLJ 市水利局联络员A]
    [8 发绑定码→邀请 XKX 洵口县联络员A]
    [9 发绑定码→邀请 ZJJ 市住建局联络员A]
    ");
}

#[tokio::test]
async fn an_item_that_lags_is_asked_about_more_often_and_its_unit_is_told_why() {
    let mut bot = september().await;
    bot.leave_unread = true;
    bot.advance("2018-09-26 10:00").await;
    bot.read(ZIYAN);
    bot.advance("2018-09-27 09:00").await;
    snapshot!(bot.read(ZIYAN), @r"
    📅 1 项的填报频次有调整
    【16】紫岩县污水处理厂提标改造：改为半月一次填报（上一期没有报），下一期 10 月 1 日起、10 月 15 日截止，正常一期后恢复
    回一句就行，没有变化就发“16项无变化”，例：进度 16 85 本月做了什么
    本月向你发出 2 条，上限 6 条
    [签收 16→签收 16]
    ");
    snapshot!(bot.say(ZIYAN, "查 16").await.lines().find(|line| line.starts_with("调度")).unwrap(), @"调度：半月一次（未报，自 9 月 26 日起）");
    bot.advance("2018-10-08 09:00").await;
    bot.read(ZIYAN);
    snapshot!(bot.say(ZIYAN, "截止").await, @r"
    本月填报到10月25日（周四）为止，连今天还有 14 个工作日（按国务院放假和调休安排）。
    半月一次的 1 项（16）：这一期到10月15日（周一）为止。
    紫岩县牵头的还有 1 项待报。
    [待报 1 项→清单 待报 我们]
    ");
    bot.say(ZIYAN, "进度 16 92 设备安装完成，正在调试").await;
    bot.advance("2018-10-16 09:00").await;
    bot.read(ZIYAN);
    bot.advance("2018-10-17 09:00").await;
    snapshot!(bot.read(ZIYAN), @r"
    📅 1 项的填报频次有调整
    【16】紫岩县污水处理厂提标改造：上一期正常，恢复每月一次填报，下一期 11 月 1 日起、11 月 26 日截止
    回一句就行，没有变化就发“16项无变化”，例：进度 16 92 本月做了什么
    本月向你发出 1 条，上限 6 条
    ");
}

#[tokio::test]
async fn who_has_blocked_the_bot_is_away_or_lost_the_group_is_a_red_line() {
    let mut bot = september().await;
    bot.unit_group("-7", "滨江区").await;
    sqlx::raw_sql(
        "UPDATE chat SET state = 'removed' WHERE chat = '-7';
         INSERT INTO chat (id, platform, chat, is_private, state)
         VALUES (gen_random_uuid(), 'fake', '滨江区联络员A', true, 'blocked');
         INSERT INTO leave (id, post, substitute_post, from_on, to_on, taken_at)
         SELECT gen_random_uuid(), p.id, s.id, '2018-09-01', '2018-09-30', now()
         FROM post p, post s WHERE p.title = '紫岩县联络员A' AND s.title = '市水利局联络员A'",
    )
    .execute(&bot.pool)
    .await
    .unwrap();
    let said = bot.say(OFFICE, "预检").await;
    assert!(said.contains("❗ 红线 12 条"), "{said}");
    sqlx::raw_sql(
        "INSERT INTO dispatch_waiver (cycle, unit, line, waived_by, waived_at)
         SELECT c.id, u.id, 'no_contact', (SELECT id FROM post WHERE title = '调度专员A'), now()
         FROM cycle c, unit u WHERE c.state = 'open' AND c.due > 0",
    )
    .execute(&bot.pool)
    .await
    .unwrap();
    let chat: String = sqlx::query_scalar("SELECT right(id::text, 8) FROM chat WHERE chat = '-7'")
        .fetch_one(&bot.pool)
        .await
        .unwrap();
    let said = bot.say(OFFICE, "预检").await.replace(&chat, "·");
    snapshot!(said, @r"
    🔎 预检 9 月、7 至 9 月长期坚持：11 个单位，15 项待报
    已豁免 9 条
    ❗ 红线 3 条，处理好或豁免后才能发出：
    1. 滨江区（3 项）：联络员拉黑了机器人，私聊送不到
    2. 滨江区（3 项）：机器人被移出了单位群
    3. 紫岩县（1 项）：联络员请假，代办人也收不到
    [1 发绑定码→邀请 BJQ 滨江区联络员A] [1 豁免→预检 豁免 BJQ blocked]
    [2 解除这个群→群设置 @· 解除] [2 豁免→预检 豁免 BJQ group_gone]
    [3 发绑定码→邀请 ZYX 紫岩县联络员A] [3 豁免→预检 豁免 ZYX away]
    [全部豁免（3 条）→预检 豁免 全部]
    ");
}

#[tokio::test]
async fn a_report_that_came_late_is_not_said_to_be_missing() {
    let mut bot = september().await;
    bot.leave_unread = true;
    // Moved to the faster pace in the night, reported before the morning's message leaves.
    bot.advance("2018-09-26 00:10").await;
    bot.say(ZIYAN, "进度 16 88 设备安装完成，正在调试").await;
    bot.advance("2018-09-26 09:30").await;
    bot.advance("2018-09-27 09:30").await;
    let told = bot.read(ZIYAN);
    let line = told.lines().find(|line| line.contains("半月一次填报")).unwrap_or_default();
    snapshot!(line, @"【16】紫岩县污水处理厂提标改造：改为半月一次填报（上一期截止后才报），下一期 10 月 1 日起、10 月 15 日截止，正常一期后恢复");
}
