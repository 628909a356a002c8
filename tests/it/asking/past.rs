//! 查 N DAY: an item as it stood at the end of a day.

use insta::assert_snapshot as snapshot;

use crate::harness::{Bot, china};

const CONTACT: &str = "紫岩县联络员A";
const OFFICE: &str = "调度专员A";

#[tokio::test]
async fn an_item_is_shown_as_it_stood_on_a_day() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    let july = bot.say(CONTACT, "查 16 7月1日").await;
    snapshot!(july, @r"
    【16】紫岩县污水处理厂提标改造
    （2018-07-01 当天的情况）
    🔴 逾期（另：滞后） · 整改中 · 限期整改
    自报进度 65%（未核实），序时应达 100%
    期限 2018-06-30（已过 1 天）
    牵头 紫岩县
    配合 市住建局、市环保局
    问题：出水标准仍为一级B，总氮、总磷偶有波动，不满足澜江水源保护要求。
    目标：完成提标改造，出水稳定达到一级A标准并与市级监控平台联网
    措施：1.完成设计与招标；2.深度处理单元施工；3.联动调试；4.在线监测比对验收
    最近填报
    2018-06-22 紫岩县 65% 设备陆续到货
    2018-05-20 紫岩县 57% 主体工程推进
    2018-04-19 紫岩县 49% 主体工程推进
    ");
    for line in ["查 16 2018-07-01", "查16项7月1日", "查 第十六项，2018年7月1日", "查 16 7-1"]
    {
        assert_eq!(bot.say(CONTACT, line).await, july, "{line}");
    }
    // What is reported later does not change it.
    bot.say(CONTACT, "进度 16 95 联动调试").await;
    assert_eq!(bot.say(CONTACT, "查 16 7月1日").await, july);
    snapshot!(bot.say(CONTACT, "查 16 8月31日").await, @r"
    【16】紫岩县污水处理厂提标改造
    （2018-08-31 当天的情况）
    🔴 逾期（另：滞后） · 整改中 · 限期整改
    自报进度 95%（未核实），序时应达 100%
    期限 2018-06-30（已过 62 天）
    牵头 紫岩县
    配合 市住建局、市环保局
    问题：出水标准仍为一级B，总氮、总磷偶有波动，不满足澜江水源保护要求。
    目标：完成提标改造，出水稳定达到一级A标准并与市级监控平台联网
    措施：1.完成设计与招标；2.深度处理单元施工；3.联动调试；4.在线监测比对验收
    最近填报
    2018-08-31 紫岩县 95% 联动调试
    2018-08-23 紫岩县 85% 安装调试
    2018-07-23 紫岩县 74% 安装调试
    ");
}

#[tokio::test]
async fn days_the_ledger_knows_nothing_of_are_told() {
    let mut bot = Bot::new().await.person(OFFICE).await;
    snapshot!(bot.say(OFFICE, "查 16 2016-05-01").await, @"第 16 项 2017-11-18 才交办，2016-05-01 还没有这一项。");
    snapshot!(bot.say(OFFICE, "查 16 2018-12-01").await, @"2018-12-01 还没到，账上没有。");
    snapshot!(bot.say(OFFICE, "查 16 8月32日").await, @r"
    没有这一天，整条没有执行。
    在这里：查 16 【8月32日】
    用法：查 16
    ");
    snapshot!(bot.say(OFFICE, "查 16 7月1日 7月2日").await, @r"
    后面这些没有看懂，整条没有执行。
    在这里：查 16 7月1日 【7月2日】
    用法：查 16
    ");
    sqlx::query("UPDATE item SET opened_on = '2016-01-01' WHERE number = 16")
        .execute(&bot.pool)
        .await
        .unwrap();
    snapshot!(bot.say(OFFICE, "item 16 2016-05-01").await, @"第 16 项的账从 2017-11-18 记起，2016-05-01 的情况没有记录。");
}

#[tokio::test]
async fn completion_and_sign_off_are_told_only_when_they_had_come() {
    let mut bot = Bot::new().await.person(OFFICE).await;
    snapshot!(bot.say(OFFICE, "查 2 2017-11-10").await, @r"
    【2】部门环保职责边界不清
    （2017-11-10 当天的情况）
    🔴 逾期待验收 · 申请验收 · 立行立改
    自报进度 100%（未核实），序时应达 100%
    期限 2017-10-31（已过 10 天）
    完成 2017-11-07
    牵头 市环保局
    配合 市编办
    问题：环保工作职责文件出台晚，多部门交叉事项互相推诿。
    目标：出台市级环保工作职责文件，“党政同责、一岗双责”有据可依
    措施：1.起草并征求意见；2.以市委、市政府名义印发；3.组织宣讲
    最近填报
    2017-11-05 市环保局 100% 整改措施全部完成
    ");
    bot.say(OFFICE, "语言 英文").await;
    snapshot!(bot.say(OFFICE, "item 2 2017-11-30").await, @r"
    【2】部门环保职责边界不清
    (as it stood on 2017-11-30)
    status signed off · at once
    self-reported 100%
    due 2017-10-31
    completed 2017-11-07
    signed off 2017-11-21
    lead 市环保局
    co-units 市编办
    finding: 环保工作职责文件出台晚，多部门交叉事项互相推诿。
    goal: 出台市级环保工作职责文件，“党政同责、一岗双责”有据可依
    measures: 1.起草并征求意见；2.以市委、市政府名义印发；3.组织宣讲
    Last reports
    2017-11-05 市环保局 100% 整改措施全部完成
    ");
}

#[tokio::test]
async fn what_is_learnt_late_counts_from_the_day_it_was_true() {
    let mut bot = Bot::new().await.person(OFFICE).await;
    sqlx::raw_sql(
        "INSERT INTO item_history (item, version, change, status, percent, effective_on, recorded_at)
         SELECT id, version + 1, 'report', 'in_progress', 79, '2018-08-01', '2018-08-31' FROM item WHERE number = 16;
         INSERT INTO report (item, version, unit, part, percent, text, effective_on, recorded_at)
         SELECT id, version + 1, lead_unit, 'lead', 79, '补报', '2018-08-01', '2018-08-31' FROM item WHERE number = 16;",
    )
    .execute(&bot.pool)
    .await
    .unwrap();
    bot.app.clock.forward_to(china("2018-08-31 10:00"));
    let answer = bot.say(OFFICE, "查 16 8月10日").await;
    assert!(answer.contains("自报进度 79%") && answer.contains("2018-08-01 紫岩县 79% 补报"), "{answer}");
    let answer = bot.say(OFFICE, "查 16 8月31日").await;
    assert!(answer.contains("自报进度 85%"), "{answer}");
}
