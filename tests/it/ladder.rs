//! The ladder: by itself up to the warning, then the office decides; mended matters fall silent.

use insta::assert_snapshot as snapshot;

use crate::harness::Bot;

const CONTACT: &str = "紫岩县联络员A";
const OFFICE: &str = "调度专员A";

#[tokio::test]
async fn a_matter_climbs_to_the_warning_and_then_the_office_decides() {
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
    bot.say(CONTACT, "签收 16").await;
    bot.advance("2018-09-10 18:00").await;
    assert!(bot.read(OFFICE).contains("提醒送达情况"));
    bot.expect_silence();
    // The limit has lapsed; the office reads of it on the next working morning, the unit does not.
    bot.advance("2018-09-11 08:59").await;
    bot.expect_silence();
    bot.advance("2018-09-11 09:00").await;
    snapshot!(bot.read(OFFICE), @r"
    📋 5 件请整改办定夺
    【37】中心城市垃圾处理场渗滤液积存：60%，期限 2018-08-15，已逾期 27 天。市住建局，预警（2018-09-03）没有送达，单位还不知道，请先电话告知、绑定联络员。建议：督办
    【22】八里沟沟渠污水直排：35%，阶段目标 60%，落后 25 个百分点（较重滞后）。滨江区，预警（2018-09-03）没有送达，单位还不知道，请先电话告知、绑定联络员。建议：督办
    【16】紫岩县污水处理厂提标改造：85%，期限 2018-06-30，已逾期 73 天。紫岩县，预警（2018-09-03）限期 2018-09-10 已过，仍未解决。建议：督办
    【53】洵口县历史遗留矿渣重金属治理：28%，阶段目标 70%，落后 42 个百分点（严重滞后）。洵口县，预警（2018-09-03）没有送达，单位还不知道，请先电话告知、绑定联络员。建议：督办
    【25】恒河片区污水收集空白：7 月、8 月连续两期没有填报，上次 2018-06-22。恒河示范区，预警（2018-09-03）没有送达，单位还不知道，请先电话告知、绑定联络员。建议：督办
    [去定夺→建议]
    ");
    snapshot!(bot.say(OFFICE, "建议").await, @r"
    📋 待定的建议 5 条
    【16】紫岩县污水处理厂提标改造：85%，期限 2018-06-30，已逾期 73 天。紫岩县，预警（2018-09-03）限期 2018-09-10 已过，仍未解决
    建议：督办（2018-09-11 提出，以上是当天的情况）
    【22】八里沟沟渠污水直排：35%，阶段目标 60%，落后 25 个百分点（较重滞后）。滨江区，预警（2018-09-03）没有送达，单位还不知道，请先电话告知、绑定联络员
    建议：督办（2018-09-11 提出，以上是当天的情况）
    【25】恒河片区污水收集空白：7 月、8 月连续两期没有填报，上次 2018-06-22。恒河示范区，预警（2018-09-03）没有送达，单位还不知道，请先电话告知、绑定联络员
    建议：督办（2018-09-11 提出，以上是当天的情况）
    【37】中心城市垃圾处理场渗滤液积存：60%，期限 2018-08-15，已逾期 27 天。市住建局，预警（2018-09-03）没有送达，单位还不知道，请先电话告知、绑定联络员
    建议：督办（2018-09-11 提出，以上是当天的情况）
    【53】洵口县历史遗留矿渣重金属治理：28%，阶段目标 70%，落后 42 个百分点（严重滞后）。洵口县，预警（2018-09-03）没有送达，单位还不知道，请先电话告知、绑定联络员
    建议：督办（2018-09-11 提出，以上是当天的情况）
    [✅ 16 同意→建议 16 同意] [调整→建议 16 调整] [不处理→建议 16 不处理]
    [✅ 22 同意→建议 22 同意] [调整→建议 22 调整] [不处理→建议 22 不处理]
    [✅ 25 同意→建议 25 同意] [调整→建议 25 调整] [不处理→建议 25 不处理]
    [✅ 37 同意→建议 37 同意] [调整→建议 37 调整] [不处理→建议 37 不处理]
    [✅ 53 同意→建议 53 同意] [调整→建议 53 调整] [不处理→建议 53 不处理]
    ");
    bot.say(OFFICE, "语言 英文").await;
    snapshot!(bot.say(OFFICE, "proposals 16").await, @r"
    【16】紫岩县污水处理厂提标改造: 85%, due 2018-06-30, 73 days overdue. 紫岩县: the limit of the warning of 2018-09-03, 2018-09-10, has passed, and it is not solved
    proposed: supervision notice (of 2018-09-11, as it stood that day)
    [✅ agree 16→proposals 16 agree] [adjust→proposals 16 adjust] [dismiss→proposals 16 dismiss]
    ");
    bot.say(OFFICE, "language zh").await;

    snapshot!(bot.say(OFFICE, "建议 16 调整").await, @r"
    第 16 项改用哪一级？
    [提醒→建议 16 调整 提醒] [预警→建议 16 调整 预警] [通报→建议 16 调整 通报] [约谈→建议 16 调整 约谈]
    ");
    snapshot!(bot.say(OFFICE, "建议 16 同意").await, @r"
    ✅ 第 16 项：督办。督办通知已拟稿（稿1），核稿、签发后紫岩县才收到，限期从那时算。
    [看稿→发文 1] [下一条→建议]
    ");
    snapshot!(bot.say(OFFICE, "建议 16 同意").await, @"第 16 项没有待定的建议；上一条已由调度专员A定了（同意）。");
    bot.notices().await;
    assert_eq!(bot.read(CONTACT), "", "the unit hears from the signed paper");
    for line in ["发文 代字 安整改办", "发文 1 核稿", "发文 1 签发"] {
        bot.say(OFFICE, line).await;
    }
    bot.notices().await;
    assert!(bot.read(CONTACT).starts_with("📨 督办通知 安整改办督〔2018〕1号"));
    snapshot!(bot.say(OFFICE, "建议 37 不处理").await, @r"
    第 37 项「中心城市垃圾处理场渗滤液积存」
    不处理的原因是什么？一句话，记在案上，不告诉单位。
    [取消→取消]
    ");
    snapshot!(bot.say(OFFICE, "渗滤液外运合同已签").await, @r"
    好的，第 37 项这次不处理，单位不会收到消息；2018-09-18 以后仍未改善会再请您定。
    [下一条→建议]
    ");
    snapshot!(bot.say(OFFICE, "暂停 53 到 9月20日").await, @"请写到哪天、因为什么，没有暂停。例：暂停 16 到 9月20日 因 汛期停工");
    assert!(
        bot.say(OFFICE, "暂停 53 到 9月20日 因 汛期停工")
            .await
            .starts_with("⏸ 第 53 项的预警暂停到 2018-09-20")
    );
    assert!(bot.say(OFFICE, "暂停 53 取消").await.starts_with("▶️ 第 53 项的预警不再暂停，预警的限期是"));
    snapshot!(bot.say(OFFICE, "暂停 53 取消").await, @"第 53 项没有在暂停。");
    bot.leave_unread = true;
}

#[tokio::test]
async fn the_case_of_a_unit_that_leads_no_longer_is_closed() {
    let bot = Bot::new().await.person(OFFICE).await;
    bot.sweep().await;
    sqlx::raw_sql(
        "UPDATE item SET lead_unit = (SELECT id FROM unit WHERE name = '洵口县'), next_check_on = '2018-08-31'
         WHERE number = 16",
    )
    .execute(&bot.pool)
    .await
    .unwrap();
    bot.sweep().await;
    let cases = "SELECT c.closed_why, u.name FROM ladder_case c JOIN item i ON i.id = c.item
                 JOIN unit u ON u.id = c.unit WHERE i.number = 16 ORDER BY c.opened_on, c.id";
    let cases: Vec<(Option<String>, String)> = sqlx::query_as(cases).fetch_all(&bot.pool).await.unwrap();
    assert_eq!(cases, [(Some("moved".into()), "紫岩县".into()), (None, "洵口县".into())]);
}

#[tokio::test]
async fn what_is_mended_closes_its_case_and_nobody_hears_more() {
    let mut bot = Bot::new().await.person("市水利局联络员A").await.person(OFFICE).await;
    bot.sweep().await;
    let open = "SELECT count(*) FROM ladder_case c JOIN item i ON i.id = c.item
                WHERE i.number = 32 AND c.closed_on IS NULL";
    assert_eq!(bot.count(open).await, 1);
    // Reported over the weekend: the reminder is not sent any more.
    bot.say("市水利局联络员A", "32项到70%，界桩已埋设").await;
    bot.advance("2018-09-03 09:00").await;
    let told = bot.read("市水利局联络员A");
    assert!(!told.contains("【32】"), "{told}");
    assert_eq!(bot.count(open).await, 0);
    bot.leave_unread = true;
}

#[tokio::test]
async fn a_pause_keeps_silent_and_the_limit_goes_on_behind_it() {
    let mut bot = Bot::new().await.person(CONTACT).await.person(OFFICE).await;
    bot.leave_unread = true;
    bot.sweep().await;
    bot.advance("2018-09-03 09:00").await;
    snapshot!(bot.say(OFFICE, "暂停 16 到 9月20日 因 汛期停工").await, @"⏸ 第 16 项的预警暂停到 2018-09-20（汛期停工），期间不提醒、不升级；预警的限期顺延到 2018-09-29。");
    let about = "SELECT count(*) FROM proposal p JOIN ladder_case c ON c.id = p.case_id
                 JOIN item i ON i.id = c.item WHERE i.number = 16";
    bot.advance("2018-09-29 09:00").await;
    assert_eq!(bot.count(about).await, 0);
    bot.advance("2018-09-30 09:00").await;
    assert_eq!(bot.count(about).await, 1);
}

/// Two replicas see the same limits lapse: one case, one warning, one proposal each.
#[tokio::test]
async fn two_replicas_open_and_propose_once() {
    let mut one = Bot::new().await.person(CONTACT).await;
    let mut two = Bot::on(one.url.clone()).await;
    (one.leave_unread, two.leave_unread) = (true, true);
    for day in ["2018-09-01 00:10", "2018-09-11 00:10", "2018-09-29 00:10"] {
        one.app.clock.forward_to(crate::harness::china(day));
        two.app.clock.forward_to(crate::harness::china(day));
        for _ in 0..3 {
            tokio::join!(one.sweep(), two.sweep());
        }
    }
    let twice =
        "SELECT count(*) FROM (SELECT item, unit FROM ladder_case GROUP BY item, unit HAVING count(*) > 1) t";
    assert_eq!(two.count(twice).await, 0);
    let twice = "SELECT count(*) FROM (SELECT case_id FROM proposal GROUP BY case_id HAVING count(*) > 1) t";
    assert_eq!(two.count(twice).await, 0);
    assert!(two.count("SELECT count(*) FROM proposal").await > 2);
    let lost = "SELECT count(*) FROM outbox o, unnest(o.warnings) w
                WHERE NOT EXISTS (SELECT 1 FROM warning WHERE id = w)";
    assert_eq!(two.count(lost).await, 0, "every message speaks of a warning that was raised");
}

#[tokio::test]
async fn what_climbs_tomorrow_is_not_said_today_as_well() {
    let contact = "滨江区联络员A";
    let mut bot = Bot::new().await.person(contact).await;
    bot.leave_unread = true;
    bot.sweep().await;
    bot.advance("2018-09-15 10:00").await;
    // A reminder whose limit ends on the morning on which the unit would hear that the item is overdue.
    sqlx::raw_sql(
        "INSERT INTO ladder_case (id, item, unit, rule, period, ladder, rung, step_on, limit_on, opened_on)
         SELECT gen_random_uuid(), i.id, i.lead_unit, 'lagging', '2018-09-01', c.ladder, 'reminder', '2018-09-03',
                '2018-09-17', '2018-09-03'
         FROM item i, ladder_case c
         WHERE i.number = 34 AND c.item = (SELECT id FROM item WHERE number = 16)",
    )
    .execute(&bot.pool)
    .await
    .unwrap();
    bot.advance("2018-09-16 00:10").await;
    bot.read(contact);
    bot.advance("2018-09-17 00:10").await;
    bot.advance("2018-09-17 09:30").await;
    assert!(!bot.read(contact).contains("【34】"));
    bot.advance("2018-09-18 00:10").await;
    bot.advance("2018-09-18 09:30").await;
    let told = bot.read(contact);
    assert!(told.contains("【34】") && told.contains("逾期"), "{told}");
}
