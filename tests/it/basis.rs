//! 口径: read by everybody, set by the office, in force at once in every replica.

use duban::commands::dispatch::Outcome;
use duban::domain::What;
use insta::assert_snapshot as snapshot;

use crate::harness::Bot;

const OFFICE: &str = "调度专员A";
const CONTACT: &str = "滨江区联络员A";

#[tokio::test]
async fn a_threshold_is_shown_set_and_restored() {
    let mut bot = Bot::new().await.person(OFFICE).await.person(CONTACT).await;
    snapshot!(bot.say(CONTACT, "口径").await, @r"
    📐 现行口径 · 2017年省级环保督察
    临期 30、15、7、3、1 天（默认）：期限前几天起算临期，逐级提醒
    滞后 1、20、40 个百分点（默认）：落后阶段目标多少算轻、较重、严重
    填报截止 25 日（默认）：每月几号截止填报，不上班就顺延
    停滞 2 期（默认）：进度连续几期不变算停滞
    重报限期 5 个工作日（默认）：退回后几个工作日内重报
    阶梯限期 5、5、10、10、20 个工作日（默认）：提醒、预警、督办、通报、约谈各给多久，过了仍未解决才到下一级；0 为不用这一级
    最长在阶梯 120 天（默认）：一件事拖到这么久就请整改办定夺
    签收时限 2 个工作日（默认）：预警以上发出后几个工作日没有签收，再提醒一次
    承诺最长 20 个工作日（默认）：签收时承诺的日期最晚在几个工作日以后；可以改一次
    半月截止 8 个工作日（默认）：半月期第几个工作日截止填报
    每周截止 4 个工作日（默认）：周期第几个工作日截止填报
    长期坚持 3 个月（默认）：长期坚持事项完成后几个月报一次
    回复限期 5 个工作日（默认）：督办通知等发文后几个工作日内回复，拟稿时可以另定
    公示期 10 个工作日（默认）：销号前公示几个工作日，首尾都算；有异议就停，处理完重新公示
    回头看 3、6、12 个月（默认）：销号后第几个月回头看
    考核权重 40、25、15、10、10 分（默认）：季度考核草案各指标的权重：按期完成、序时进度、按期填报、一次通过、不反弹
    减负预算 6 条（默认）：每月主动发给一个联络员最多几条，写在每条下面；几轮不同时按最少的
    颜色 红、橙、白、黄（默认）：逾期、滞后、未报、临期各用什么颜色，颜色后面总写着文字
    申诉期 5 个工作日（默认）：考核草案送单位后几个工作日内可以申诉，过了才能发布
    规则有哪几条：口径 规则
    ");
    snapshot!(bot.say(OFFICE, "口径 规则").await, @r"
    📐 现行规则，一项只说最重的一条，重的在前
    · 承诺未兑现：承诺的日期已过，问题还在（第 1 版）
    · 逾期：过了期限、没有申请验收（第 1 版）
    · 退回未重报：退回后到限期没有重报（第 1 版）
    · 滞后：进度落后于已过的阶段目标，分轻、较重、严重（第 1 版）
    · 未报：填报截止后仍没有报，连续两期更重（第 2 版）
    · 久无进展：连续几期进度没有变化（第 1 版）
    · 整改办预警：整改办发的预警，分颜色（第 1 版）
    · 临期提醒：临近期限，每到一级提醒一次（第 2 版）
    · 填报频次：加密调度，或恢复原来的频次（第 1 版）
    · 催报：整改办催报：本月还没有填报（第 1 版）
    · 未签收：预警以上过了签收时限没有签收，只再提醒一次（第 1 版）
    · 待回复发文：发文的回复限期将到，只提醒一次（第 1 版）
    · 填报异常：填报看着异常、还没有审核（只告诉整改办）（第 1 版）
    ");
    snapshot!(bot.say(OFFICE, "口径 临期 20、10").await, @r"
    ✅ 2017年省级环保督察 的“临期”改为 20、10 天，2018-08-31 起用，原为 30、15、7、3、1 天。
    在办事项马上按新口径重看；已经发出的不变。
    ");
    snapshot!(bot.say(OFFICE, "口径 临期 20 10").await, @"“临期”现在就是 20、10 天，没有改。");
    snapshot!(bot.say(OFFICE, "basis lagging 20 10 40").await, @"“滞后”要写：3 个从小到大的数，每个在 1 到 100（个百分点）之间，没有改。例：口径 滞后 1 20 40");
    snapshot!(bot.say(OFFICE, "口径 天气 3").await, @"没有叫“天气”的口径。有：临期、滞后、填报截止、停滞、重报限期、阶梯限期、最长在阶梯、签收时限、承诺最长、半月截止、每周截止、长期坚持、回复限期、公示期、回头看、考核权重、减负预算、颜色、申诉期");
    snapshot!(bot.say(OFFICE, "口径 临期").await, @r"
    📐 临期 20、10 天
    期限前几天起算临期，逐级提醒
    · 20、10 天（2018-08-31 起，调度专员A）
    默认 30、15、7、3、1 天
    [恢复默认→口径 恢复 临期 @2017年省级环保督察]
    ");
    snapshot!(bot.tap(OFFICE, OFFICE, "恢复默认").await.1, @r"
    ✅ 2017年省级环保督察 的“临期”改为 30、15、7、3、1 天（默认），2018-08-31 起用，原为 20、10 天。
    在办事项马上按新口径重看；已经发出的不变。
    ");
    snapshot!(bot.say(CONTACT, "口径 临期").await, @r"
    📐 临期 30、15、7、3、1 天
    期限前几天起算临期，逐级提醒
    · 恢复默认（2018-08-31 起，调度专员A）
    · 20、10 天（2018-08-31 起，调度专员A）
    默认 30、15、7、3、1 天
    ");
    snapshot!(bot.say(CONTACT, "口径 临期 5").await, @"口径由整改办修改。发“口径”可以看现行的。");
}

#[tokio::test]
async fn the_office_sets_the_budget_and_its_public_line_prints_it() {
    let mut bot = Bot::new().await.person(OFFICE).await.person(CONTACT).await;
    bot.sweep().await;
    snapshot!(bot.say(OFFICE, "口径 减负预算 1条").await, @r"
    ✅ 2017年省级环保督察 的“减负预算”改为 1 条，2018-08-31 起用，原为 6 条。
    在办事项马上按新口径重看；已经发出的不变。
    ");
    snapshot!(bot.say(OFFICE, "口径 减负预算 0").await, @"“减负预算”要写：一个数，每个在 1 到 30（条）之间，没有改。例：口径 减负预算 6");
    bot.advance("2018-09-03 09:00").await;
    let told = bot.read(CONTACT);
    assert!(told.contains("本月向你发出 1 条，上限 1 条"), "{told}");
    // Nobody signs: what would be said a second time waits for October, and the office sees it.
    bot.advance("2018-09-06 00:10").await;
    bot.advance("2018-09-06 09:00").await;
    assert_eq!(bot.read(CONTACT), "");
    snapshot!(bot.say(OFFICE, "为什么没提醒 22").await, @r"
    📋 提醒送达情况（截至 2018-09-05 17:00）
    应发 11 条：已发 3，暂缓 8。
    [看原因、放行→放行]
    ---
    📅 9 月的调度还没有发出
    先预检、彩排，再发出。不发出，各单位不会收到本期的填报通知；只提醒这一次。
    [预检→预检] [彩排→彩排]
    ---
    第 22 项「八里沟沟渠污水直排」的提醒记录
    2018-08-31 滞后（滨江区）
    · 2018-09-03 09:00 已发给 滨江区联络员A
    2018-09-06 未签收（滨江区）
    · 2018-09-06 09:00 没有发：滨江区联络员A 本月已到上限，等到 2018-10-08 09:00
    ");
    snapshot!(bot.say(OFFICE, "口径 减负预算").await, @r"
    📐 减负预算 1 条
    每月主动发给一个联络员最多几条，写在每条下面；几轮不同时按最少的
    · 1 条（2018-08-31 起，调度专员A）
    默认 6 条
    [恢复默认→口径 恢复 减负预算 @2017年省级环保督察]
    ");
    bot.leave_unread = true;
}

#[tokio::test]
async fn the_office_sets_the_colours_and_the_word_stays_beside_them() {
    let mut bot = Bot::new().await.person(OFFICE).await.person(CONTACT).await;
    assert!(bot.say(CONTACT, "查 30").await.contains("🟡 临期"));
    snapshot!(bot.say(OFFICE, "口径 颜色 红 橙 白").await, @"“颜色”要写：4 种不同的颜色，可以用 红、橙、黄、蓝、紫、白，没有改。例：口径 颜色 红 橙 白 黄");
    snapshot!(bot.say(OFFICE, "口径 颜色 紫色、橙、白、蓝").await, @r"
    ✅ 2017年省级环保督察 的“颜色”改为 紫、橙、白、蓝，2018-08-31 起用，原为 红、橙、白、黄。
    在办事项马上按新口径重看；已经发出的不变。
    ");
    assert!(bot.say(CONTACT, "查 30").await.contains("🔵 临期"));
    let mine = bot.say(CONTACT, "我的").await;
    assert!(mine.contains("🔵 临期") && mine.contains("🟠 滞后"), "{mine}");
    let all = bot.say(OFFICE, "总览").await;
    assert!(all.contains("🟢 正常") && all.contains("🔵 临期") && all.contains("🟣 逾期"), "{all}");
    snapshot!(bot.say(OFFICE, "basis colours").await, @r"
    📐 颜色 紫、橙、白、蓝
    逾期、滞后、未报、临期各用什么颜色，颜色后面总写着文字
    · 紫、橙、白、蓝（2018-08-31 起，调度专员A）
    默认 红、橙、白、黄
    [恢复默认→口径 恢复 颜色 @2017年省级环保督察]
    ");
}

/// What one replica sets, the other one decides by with its next message, and the sweep stores it.
#[tokio::test]
async fn what_is_set_here_is_in_force_there_at_once() {
    let mut one = Bot::new().await.person(OFFICE).await.person(CONTACT).await;
    let mut two = Bot::on(one.url.clone()).await;
    // Two replicas get different updates.
    for _ in 0..9 {
        let what = What::Said { text: String::new(), addressed: true, edited: false };
        two.update(CONTACT, CONTACT, what);
    }
    two.sweep().await;
    assert!(two.say(CONTACT, "查 30").await.contains("临期"));
    // The other one holds the sender's lease: the answer leaves there.
    let what = What::Said { text: "口径 临期 20 10".into(), addressed: true, edited: false };
    let update = one.update(OFFICE, OFFICE, what);
    assert_eq!(one.app.desk.handle(&update, one.app.clock.now()).await, Outcome::Settled);
    let flag = "SELECT count(*) FROM item WHERE number = 30 AND flag = 'due_soon'";
    // 30 days are left.
    assert!(two.say(CONTACT, "查 30").await.contains("正常"));
    assert!(two.read(OFFICE).starts_with('✅'));
    assert_eq!(two.count(flag).await, 1);
    two.sweep().await;
    assert_eq!(two.count(flag).await, 0);
    let versions = "SELECT sum(version)::bigint FROM item";
    let before = two.count(versions).await;
    one.sweep().await;
    assert_eq!(two.count(versions).await, before, "looked at once");
}
