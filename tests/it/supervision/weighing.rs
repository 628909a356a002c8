//! 考核: what a unit was never asked for, or could not appeal against, is not held against it unseen; whoever
//! oversees the office reads along.

use insta::assert_snapshot as snapshot;

use super::{CONTACT, DRAFTER, SIGNER, office};
use crate::harness::{Bot, china};

/// September was sent out, or not; nobody has reported, and October is there.
async fn quarter(is_sent_out: bool) -> Bot {
    let mut bot = office().await;
    bot.leave_unread = true;
    bot.sweep().await;
    bot.advance("2018-09-03 09:30").await;
    if is_sent_out {
        bot.say(DRAFTER, "预检 豁免 全部").await;
        assert!(bot.say(DRAFTER, "发出 确认").await.contains("✅ 已发出"));
        // The contact was spoken to in the morning.
        bot.advance("2018-09-03 15:30").await;
    }
    bot.advance("2018-10-08 10:00").await;
    bot.say(DRAFTER, "考核 2018年3季度").await;
    bot
}

/// What was lost under 按期填报, by unit.
async fn silent(bot: &Bot) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT concat_ws(' ', u.name, d.number, d.why)
         FROM assessment_deduction d
         JOIN assessment_sheet s ON s.id = d.sheet
         JOIN unit u ON u.id = s.unit
         WHERE d.indicator = 'reported'
         ORDER BY u.name, d.number",
    )
    .fetch_all(&bot.pool)
    .await
    .unwrap()
}

#[tokio::test]
async fn what_was_asked_for_is_counted_and_the_period_is_named() {
    let bot = quarter(true).await;
    assert!(bot.count("SELECT count(*) FROM duty WHERE outcome = 'missed'").await > 3);
    // Of all who were silent, one got the dispatch: nobody else is bound.
    assert_eq!(silent(&bot).await, ["紫岩县 16 本季度应报 1 期，1 期未按期填报：2018 年 9 月"]);
    let unheard = "SELECT count(*) FROM duty d JOIN unit u ON u.id = d.unit
                   WHERE u.name = '洵口县' AND d.outcome = 'missed' AND NOT d.told";
    assert_eq!(bot.count(unheard).await, 1);
}

#[tokio::test]
async fn what_was_never_sent_out_costs_nothing() {
    let bot = quarter(false).await;
    assert!(bot.count("SELECT count(*) FROM duty WHERE outcome = 'missed'").await > 3);
    assert!(silent(&bot).await.is_empty());
}

#[tokio::test]
async fn urging_is_asking() {
    let mut bot = office().await;
    bot.leave_unread = true;
    bot.sweep().await;
    bot.advance("2018-09-10 09:30").await;
    bot.say(DRAFTER, "催报 紫岩县 发送").await;
    bot.advance("2018-09-11 09:30").await;
    let told = "SELECT count(*) FROM warning w JOIN warning_fate f ON f.warning = w.id
                WHERE w.rule = 'urge' AND f.fate = 'sent'";
    assert_eq!(bot.count(told).await, 1);
    bot.advance("2018-10-08 10:00").await;
    bot.say(DRAFTER, "考核 2018年3季度").await;
    assert_eq!(silent(&bot).await, ["紫岩县 16 本季度应报 1 期，1 期未按期填报：2018 年 9 月"]);
}

#[tokio::test]
async fn an_appeal_is_found_however_old_its_edition_is() {
    let mut bot = office().await;
    bot.leave_unread = true;
    bot.app.clock.forward_to(china("2018-10-08 10:00"));
    bot.say(DRAFTER, "考核 2018年3季度").await;
    bot.say(DRAFTER, "考核 2018年3季度 送达").await;
    bot.notices().await;
    assert!(bot.say(CONTACT, "申诉 1 已批准延期").await.contains("✅ 已登记申诉 1"));
    sqlx::raw_sql(
        "INSERT INTO assessment (id, round, year, quarter, number, weights, basis_version, drafted_by, drafted_at)
         SELECT gen_random_uuid(), a.round, 2018, 4, n, a.weights, a.basis_version, a.drafted_by, a.drafted_at
         FROM assessment a, generate_series(1, 45) AS n",
    )
    .execute(&bot.pool)
    .await
    .unwrap();
    let told = bot.say(SIGNER, "考核 申诉 1 成立 批复核实无误").await;
    assert!(told.contains("✅ 申诉 1（紫岩县）：成立"), "{told}");
}

#[tokio::test]
async fn whoever_oversees_the_office_reads_and_takes_no_step() {
    let mut bot = office().await.person("督办专员A").await.person("审计员A").await;
    bot.leave_unread = true;
    bot.app.clock.forward_to(china("2018-10-08 10:00"));
    for who in ["督办专员A", "审计员A"] {
        let list = bot.say(who, "考核").await;
        assert_eq!(list, "📊 季度考核 · 2017年省级环保督察\n2018年第3季度：已结束，还没有拟");
        assert_eq!(bot.say(who, "考核 2018年3季度").await, "2018年第3季度还没有拟。");
    }
    bot.say(DRAFTER, "考核 2018年3季度").await;
    for who in ["督办专员A", "审计员A"] {
        let card = bot.say(who, "考核 2018年3季度").await;
        assert!(card.contains("紫岩县：60 分") && !card.contains('['), "{card}");
        for step in
            ["考核 2018年3季度 送达", "考核 2018年3季度 重拟 再算", "销号 16", "审核 16 通过", "放行 16"]
        {
            let told = bot.say(who, step).await;
            assert!(told.contains("你的岗位只看不办"), "{step}: {told}");
        }
        for list in
            ["销号", "核查", "审核", "放行", "建议", "延期", "交办", "回头看", "催报", "未签收", "日历"]
        {
            let told = bot.say(who, list).await;
            assert!(!told.contains("不能用") && !told.contains("→催报 发送"), "{list}: {told}");
        }
    }
    bot.unit_group("-8", "紫岩县").await;
    let told = bot.say_in("-8", "审计员A", "核查").await;
    assert!(told.contains("只在私聊里办"), "{told}");
    let refused = "SELECT sum(count)::bigint FROM refusal WHERE what = 'not_your_role'";
    assert_eq!(bot.count(refused).await, 10);
    let help = bot.say("审计员A", "帮助").await;
    assert!(help.contains("放行　没有送达的提醒和原因（只看）") && !help.contains("督办 16"), "{help}");
}

#[tokio::test]
async fn the_day_of_the_answer_is_taken_from_what_is_required() {
    let mut bot = office().await;
    let draft = bot.say(DRAFTER, "督办 16 9月14日前书面报告原因，9月底前完成设备调试").await;
    assert!(draft.contains("书面回复限期：2018-09-14") && !draft.contains("要求里写的是"), "{draft}");
    let amended = bot.say(DRAFTER, "发文 1 要求 9月底前完成设备调试").await;
    snapshot!(amended, @r"
    📄 稿1 督办通知 · 待核稿
    主送：紫岩县
    关于第16项整改工作的督办通知
    依据：2017年省级环保督察整改方案第16项
    现状（截至 2018-08-31）：
    【16】紫岩县污水处理厂提标改造：整改时限2018年6月30日，上报进度85%，阶段目标100%，相差15个百分点，已逾期62天，最近填报2018年8月23日
    要求：9月底前完成设备调试
    书面回复限期：2018-09-14
    拟稿 调度专员A（2018-08-31 09:00）
    要求里写的是 2018-09-30，书面回复另限 2018-09-14；要同一天请改限期。
    [作废→发文 1 作废]
    [限期改为 2018-09-30→发文 1 限期 2018-09-30]
    ");
    let (_, told) = bot.tap(DRAFTER, DRAFTER, "限期改为").await;
    assert!(told.contains("书面回复限期：2018-09-30") && !told.contains("要求里写的是"), "{told}");
    let amended = bot.say(DRAFTER, "发文 1 要求 9月20日前回复").await;
    assert!(amended.contains("书面回复限期：2018-09-20"), "{amended}");
}
