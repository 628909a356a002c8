//! 我的, 剩余, 截止 and a leader's card.

use insta::assert_snapshot as snapshot;

use crate::harness::{Bot, china};

const CONTACT: &str = "紫岩县联络员A";
const OFFICE: &str = "调度专员A";

#[tokio::test]
async fn the_own_items_come_in_pages_with_the_same_head() {
    let mut bot = Bot::new().await.person("市环保局联络员A").await;
    sqlx::raw_sql(
        "INSERT INTO item (id, round, number, title, lead_unit, deadline, kind, status, percent, opened_on,
                           last_report_on, next_check_on)
         SELECT gen_random_uuid(), r.id, 60 + n, '补充事项', u.id, date '2018-12-31' + n, 'by_deadline',
                'in_progress', 10, '2018-08-01', '2018-08-20', '2018-09-26'
         FROM round r, unit u, generate_series(1, 3) AS n
         WHERE u.name = '市环保局'",
    )
    .execute(&bot.pool)
    .await
    .unwrap();
    snapshot!(bot.say("市环保局联络员A", "我的").await, @r"
    市环保局 在办 12 项：牵头 3，配合 9（截至 2018-08-31 09:00）
    🔴 逾期 2　🟠 滞后 3　⚪ 未报 1　🟡 临期 2　🟢 正常 4
    🔴 逾期 2 项
    【16】紫岩县污水处理厂提标改造 85% 〔配合〕
    已过 62 天 · 2018-06-30 · 紫岩县 · 另：滞后
    【37】中心城市垃圾处理场渗滤液积存 60% 〔配合〕
    已过 16 天 · 2018-08-15 · 市住建局 · 另：滞后
    🟠 滞后 3 项
    【48】工业集中区污水设施未全覆盖 70% 〔配合〕
    还有 10 天 · 2018-09-10 · 市工信局 · 另：临期
    【23】黄泥沟排污渠雨污不分 60% 〔配合〕
    还有 61 天 · 2018-10-31 · 高新区
    【53】洵口县历史遗留矿渣重金属治理 28% 〔配合〕
    还有 122 天 · 2018-12-31 · 洵口县
    ⚪ 未报 1 项
    【32】乡镇水源保护区划定滞后 65% 〔配合〕
    还有 91 天 · 2018-11-30 · 市水利局
    🟡 临期 2 项
    【30】红石岭水源输水干渠未封闭 88% 〔配合〕
    还有 30 天 · 2018-09-30 · 滨江区
    【59】临江路段缺少事故应急池 90% 〔配合〕
    还有 30 天 · 2018-09-30 · 市交通运输局 · 另：退回整改
    🟢 正常 4 项
    【61】补充事项 10%
    还有 123 天 · 2019-01-01
    【62】补充事项 10%
    还有 124 天 · 2019-01-02
    第 1 页，共 2 页
    [查 61→查 61] [查 62→查 62] [查 16→查 16] [查 37→查 37]
    [下一页 ›→我的 2]
    ");
    let (_, second) = bot.press("市环保局联络员A", "市环保局联络员A", "我的 2").await;
    snapshot!(second, @r"
    市环保局 在办 12 项：牵头 3，配合 9（截至 2018-08-31 09:00）
    🔴 逾期 2　🟠 滞后 3　⚪ 未报 1　🟡 临期 2　🟢 正常 4
    🟢 正常 4 项
    【63】补充事项 10%
    还有 125 天 · 2019-01-03
    【11】江南污水处理厂能力不足需迁建 36% 〔配合〕
    还有 487 天 · 2019-12-31 · 市住建局
    第 2 页，共 2 页
    [查 63→查 63] [查 11→查 11]
    [‹ 上一页→我的]
    ");
    snapshot!(bot.say("市环保局联络员A", "mine 9").await, @r"
    市环保局 在办 12 项：牵头 3，配合 9（截至 2018-08-31 09:00）
    🔴 逾期 2　🟠 滞后 3　⚪ 未报 1　🟡 临期 2　🟢 正常 4
    只有 2 页。
    [‹ 上一页→我的 2]
    ");
    snapshot!(bot.say("市环保局联络员A", "我的 那些").await, @r"
    后面这些没有看懂，整条没有执行。
    在这里：我的 【那些】
    用法：我的
    ");
}

#[tokio::test]
async fn what_is_to_report_stands_in_the_head_and_has_its_list() {
    let mut bot = Bot::new().await.person("市水利局联络员A").await.person(CONTACT).await;
    snapshot!(bot.say("市水利局联络员A", "我的").await, @r"
    市水利局 在办 3 项：牵头 1，配合 2（截至 2018-08-31 09:00）
    🟠 滞后 1　⚪ 未报 1　🟡 临期 1
    📝 本月待报 1 项：32（8月27日已截止，现在报仍可补上）
    🟠 滞后 1 项
    【22】八里沟沟渠污水直排 35% 〔配合〕
    还有 122 天 · 2018-12-31 · 滨江区
    ⚪ 未报 1 项
    【32】乡镇水源保护区划定滞后 65%
    还有 91 天 · 2018-11-30
    🟡 临期 1 项
    【30】红石岭水源输水干渠未封闭 88% 〔配合〕
    还有 30 天 · 2018-09-30 · 滨江区
    [查 32→查 32] [查 22→查 22] [查 30→查 30]
    [待报 1 项→清单 待报 我们]
    ");
    let (_, answer) = bot.press("市水利局联络员A", "市水利局联络员A", "清单 待报 我们").await;
    snapshot!(answer, @r"
    市水利局 · 待报：1 项（截至 2018-08-31 09:00）
    ⚪ 未报 1 项
    【32】乡镇水源保护区划定滞后 65%
    还有 91 天 · 2018-11-30
    [查 32→查 32]
    ");
    // A new month: everything is to report again.
    bot.app.clock.forward_to(china("2018-09-10 09:00"));
    snapshot!(bot.say(CONTACT, "我的").await, @r"
    紫岩县 在办 5 项：牵头 1，配合 4（截至 2018-09-10 09:00）
    🔴 逾期 1　⚪ 未报 1　🟡 临期 1　🟢 正常 2
    📝 本月待报 1 项：16（9月25日截止）
    🔴 逾期 1 项
    【16】紫岩县污水处理厂提标改造 85%
    已过 72 天 · 2018-06-30 · 另：滞后 · 本月待报
    ⚪ 未报 1 项
    【32】乡镇水源保护区划定滞后 65% 〔配合〕
    还有 81 天 · 2018-11-30 · 市水利局
    🟡 临期 1 项
    【59】临江路段缺少事故应急池 90% 〔配合〕
    还有 20 天 · 2018-09-30 · 市交通运输局 · 另：退回整改
    🟢 正常 2 项
    【24】乡镇污水处理设施运行率低 76% 〔配合〕
    还有 112 天 · 2018-12-31 · 市住建局
    【51】露天矿山生态恢复滞后 48% 〔配合〕
    还有 477 天 · 2019-12-31 · 市国土资源局
    [查 16→查 16] [查 32→查 32] [查 59→查 59] [查 24→查 24]
    [待报 1 项→清单 待报 我们]
    ");
    bot.say(CONTACT, "进度 16 90 设备已到货").await;
    snapshot!(bot.say(CONTACT, "清单 待报").await, @"紫岩县 · 待报：没有（截至 2018-09-10 09:00）");
}

#[tokio::test]
async fn what_is_left_is_counted() {
    let mut bot = Bot::new().await.person(OFFICE).await.person(CONTACT).await.person("分管城建副市长").await;
    snapshot!(bot.say(OFFICE, "剩余 洵口").await, @r"
    洵口县：还剩 5 项在办（截至 2018-08-31 09:00）
    牵头 1，配合 4
    🟠 滞后 2　⚪ 未报 1　🟢 正常 2
    [看清单→清单 洵口县]
    ");
    snapshot!(bot.say(OFFICE, "剩余").await, @r"
    全部单位：还剩 15 项在办（截至 2018-08-31 09:00）
    🔴 逾期 3　🟠 滞后 4　⚪ 未报 2　🟡 临期 3　🟢 正常 3
    [看清单→清单]
    ");
    snapshot!(bot.say(CONTACT, "剩余").await, @r"
    紫岩县：还剩 5 项在办（截至 2018-08-31 09:00）
    牵头 1，配合 4
    🔴 逾期 1　⚪ 未报 1　🟡 临期 1　🟢 正常 2
    [看清单→清单 紫岩县]
    ");
    snapshot!(bot.say("分管城建副市长", "剩余 滨江区").await, @r"
    分管城建副市长包抓：还剩 5 项在办（截至 2018-08-31 09:00）
    🔴 逾期 1　🟠 滞后 1　⚪ 未报 1　🟢 正常 2
    [看清单→清单 滨江区]
    ");
    snapshot!(bot.say(OFFICE, "剩余 市考核办").await, @"市考核办：没有在办事项了（截至 2018-08-31 09:00）");
    snapshot!(bot.say(OFFICE, "left 洵口 now").await, @r"
    后面这些没有看懂，整条没有执行。
    在这里：left 洵口 【now】
    用法：剩余
    ");
}

#[tokio::test]
async fn the_window_is_told_in_working_days() {
    let mut bot = Bot::new().await.person(OFFICE).await.person(CONTACT).await;
    snapshot!(bot.say(CONTACT, "截止").await, @r"
    本月填报已于8月27日（周一）截止，现在报仍可补上。
    下一期9月1日（周六）到9月25日（周二），共 16 个工作日，其间 9 月 24 日放假。
    紫岩县牵头的本期都报了。
    ");
    bot.app.clock.forward_to(china("2018-09-20 09:00"));
    snapshot!(bot.say(CONTACT, "截止").await, @r"
    本月填报到9月25日（周二）为止，连今天还有 3 个工作日，其间 9 月 24 日放假。
    紫岩县牵头的还有 1 项待报。
    [待报 1 项→清单 待报 我们]
    ");
    snapshot!(bot.say(OFFICE, "window").await, @"本月填报到9月25日（周二）为止，连今天还有 3 个工作日，其间 9 月 24 日放假。");
    // A closing day that is not worked moves on.
    bot.app.clock.forward_to(china("2018-11-20 09:00"));
    snapshot!(bot.say(OFFICE, "截止").await, @r"
    本月填报到11月26日（周一）为止，连今天还有 5 个工作日（按国务院放假和调休安排）。
    原定的截止日不上班，已顺延。
    ");
}

#[tokio::test]
async fn a_leader_gets_one_card_and_the_own_lists() {
    let mut bot = Bot::new().await.person("分管城建副市长").await;
    snapshot!(bot.say("分管城建副市长", "总览").await, @r"
    分管城建副市长 包抓事项（截至 2018-08-31 09:00）
    共 19 项，完成 11，在办 8
    在办中：🟢 正常 2　🟡 临期 0　⚪ 未报 1　🟠 滞后 2　🔴 逾期 3
    最急的
    【16】紫岩县污水处理厂提标改造 85%
    🔴 逾期（另：滞后） · 已过 62 天 · 2018-06-30 · 紫岩县
    【21】白沙县污水处理厂提标改造 100%
    🔴 逾期待验收 · 已过 31 天 · 2018-07-31 · 白沙县
    【37】中心城市垃圾处理场渗滤液积存 60%
    🔴 逾期（另：滞后） · 已过 16 天 · 2018-08-15 · 市住建局
    2017年省级环保督察：共 60 项，完成 45，在办 15
    [查 16→查 16] [查 21→查 21] [查 37→查 37]
    [我的→我的]
    ");
    snapshot!(bot.say("分管城建副市长", "清单 逾期").await, @r"
    分管城建副市长包抓 · 逾期：3 项（截至 2018-08-31 09:00）
    【16】紫岩县污水处理厂提标改造 85%
    已过 62 天 · 2018-06-30 · 紫岩县 · 另：滞后
    【21】白沙县污水处理厂提标改造 100%
    已过 31 天 · 2018-07-31 · 白沙县 · 另：逾期待验收
    【37】中心城市垃圾处理场渗滤液积存 60%
    已过 16 天 · 2018-08-15 · 市住建局 · 另：滞后
    [查 16→查 16] [查 21→查 21] [查 37→查 37]
    ");
    snapshot!(bot.say("分管城建副市长", "我的").await, @r"
    分管城建副市长 包抓的在办事项 8 项（截至 2018-08-31 09:00）
    🔴 逾期 3　🟠 滞后 2　⚪ 未报 1　🟢 正常 2
    🔴 逾期 3 项
    【16】紫岩县污水处理厂提标改造 85%
    已过 62 天 · 2018-06-30 · 紫岩县 · 另：滞后
    【21】白沙县污水处理厂提标改造 100%
    已过 31 天 · 2018-07-31 · 白沙县 · 另：逾期待验收
    【37】中心城市垃圾处理场渗滤液积存 60%
    已过 16 天 · 2018-08-15 · 市住建局 · 另：滞后
    🟠 滞后 2 项
    【23】黄泥沟排污渠雨污不分 60%
    还有 61 天 · 2018-10-31 · 高新区
    【22】八里沟沟渠污水直排 35%
    还有 122 天 · 2018-12-31 · 滨江区
    ⚪ 未报 1 项
    【25】恒河片区污水收集空白 45%
    还有 303 天 · 2019-06-30 · 恒河示范区
    🟢 正常 2 项
    【24】乡镇污水处理设施运行率低 76%
    还有 122 天 · 2018-12-31 · 市住建局
    【11】江南污水处理厂能力不足需迁建 36%
    还有 487 天 · 2019-12-31 · 市住建局
    [查 16→查 16] [查 21→查 21] [查 37→查 37] [查 23→查 23]
    ");
    bot.say("分管城建副市长", "语言 英文").await;
    snapshot!(bot.say("分管城建副市长", "status").await, @r"
    Items held by 分管城建副市长 (as of 2018-08-31 09:00)
    19 items, 11 done, 8 going on
    of these: 🟢 on track 2, 🟡 due soon 0, ⚪ not reported 1, 🟠 lagging 2, 🔴 overdue 3
    The most pressing
    【16】紫岩县污水处理厂提标改造 85%
    🔴 overdue (also: lagging) · 62 days past · 2018-06-30 · 紫岩县
    【21】白沙县污水处理厂提标改造 100%
    🔴 overdue, awaiting acceptance · 31 days past · 2018-07-31 · 白沙县
    【37】中心城市垃圾处理场渗滤液积存 60%
    🔴 overdue (also: lagging) · 16 days past · 2018-08-15 · 市住建局
    2017年省级环保督察: 60 items, 45 done, 15 going on
    [item 16→item 16] [item 21→item 21] [item 37→item 37]
    [mine→mine]
    ");
    snapshot!(bot.say("分管城建副市长", "list due_soon missing").await, @r"
    held by 分管城建副市长 · due soon · missing: 1 item (as of 2018-08-31 09:00)
    ⚪ not reported: 1
    【25】恒河片区污水收集空白 45%
    303 days left · 2019-06-30 · 恒河示范区
    [item 25→item 25]
    ");
}
