//! 通报 with computed figures, 约谈 from the application to the report after thirty days, 回证, 记 and 交办.

use insta::assert_snapshot as snapshot;

use super::{CONTACT, DRAFTER, NUMBER, SIGNER, issue, office, signed};

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
    snapshot!(card, @r"
    📄 稿2 通报 · 待核稿
    主送：市考核办、市委组织部、市委宣传部、市纪委监委、市编办、市环保局、市住建局、市水利局、市农业局、市国土资源局、市交通运输局、市工信局、市安监局、市公安局、市财政局、市卫计局、市商务局、滨江区、云阴县、清泉县、宁岭县、紫岩县、岚溪县、平川县、镇岭县、洵口县、白沙县、高新区、恒河示范区、映湖生态旅游区
    关于环保督察整改工作进展情况的通报
    截至2018年9月3日，2017年省级环保督察整改事项共60项，完成45项（其中销号37项），正在整改15项，其中逾期3项、滞后4项、未报2项、临期3项。市考核办、市委组织部、市委宣传部、市纪委监委、市编办、市环保局、市农业局、市安监局等19个单位牵头的事项已全部完成。
    存在问题：
    【16】紫岩县，紫岩县污水处理厂提标改造：整改时限2018年6月30日，上报进度85%，阶段目标100%，相差15个百分点，已逾期65天，最近填报2018年8月23日
    要求：请各单位对照整改
    书面回复限期：2018-09-10（点到的 1 个牵头单位；其他单位供工作参考）
    拟稿 调度专员A（2018-09-03 09:00）
    第 21、22、23、25、32、37、48、53 项也有问题，还没提醒过本单位，没有点名。
    [作废→发文 2 作废]
    ");
    assert!(card.contains("共60项，完成45项") && card.contains("正在整改15项"), "{card}");
    let said = issue(&mut bot, 2).await;
    assert!(said.contains("安整改办通报2018年第1期"), "{said}");
    let annex: serde_json::Value =
        sqlx::query_scalar("SELECT figures FROM notice WHERE form = 'circular' AND state = 'signed'")
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
    snapshot!(bot.say(DRAFTER, "约谈 16 说明逾期原因").await, @r"
    📄 稿1 约谈通知 · 待核稿
    主送：紫岩县
    关于第16项整改工作的约谈通知
    依据：2017年省级环保督察整改方案第16项
    现状（截至 2018-08-31）：
    【16】紫岩县污水处理厂提标改造：整改时限2018年6月30日，上报进度85%，阶段目标100%，相差15个百分点，已逾期62天，最近填报2018年8月23日
    要求：说明逾期原因
    书面回复限期：2018-09-07
    拟稿 调度专员A（2018-08-31 09:00）
    核稿、签发请另一位同事办；要改要求请发：发文 1 要求 …
    [作废→发文 1 作废]
    ");
    snapshot!(bot.say(SIGNER, "发文 1 核稿").await, @"稿1还没有时间地点，没有动。请先写明，再核稿、签发：发文 1 安排 9月12日15时 市政府三楼会议室");
    bot.say(SIGNER, "发文 1 安排 9月9日15时 市政府三楼会议室").await;
    assert!(bot.say(SIGNER, "发文 1 核稿").await.contains("待签发"));
    snapshot!(bot.say(SIGNER, "发文 1 签发").await, @"稿1还没有批准，没有签发。约谈先报批，记下谁批准的：发文 1 批准 分管副市长 9月3日");
    let approved = bot.say(SIGNER, "发文 1 批准 分管副市长 8月31日").await;
    assert!(approved.contains("批准：分管副市长 8月31日"), "{approved}");
    let again = bot.say(SIGNER, "发文 1 批准 分管副市长 9月1日").await;
    assert!(again.contains("原来记的批准是“分管副市长 8月31日”，已改"), "{again}");
    // What is changed after the check is checked again.
    let arranged = bot.say(SIGNER, "发文 1 安排 9月10日15时 市政府三楼会议室").await;
    assert!(arranged.contains("时间地点：9月10日15时 市政府三楼会议室"), "{arranged}");
    assert!(arranged.contains("待核稿"), "{arranged}");
    snapshot!(bot.say(SIGNER, "发文 1 签发").await, @"稿1还没有核稿，没有动。核稿请发：发文 1 核稿");
    bot.say(SIGNER, "发文 1 核稿").await;
    assert!(bot.say(SIGNER, "发文 1 签发").await.contains("安整改办约〔2018〕1号"));
    bot.notices().await;
    assert!(bot.read(CONTACT).contains("约谈通知"));
    bot.say(CONTACT, "回复 按时参加，书面说明随带").await;
    snapshot!(bot.say(DRAFTER, "发文 1 纪要 9月10日 明确月底前完成调试").await, @"请写哪天谈的、谈了什么（不能是以后的日期），没有登记。例：发文 1 纪要 9月10日 明确月底前完成调试");
    bot.app.clock.forward_to(crate::harness::china("2018-09-11 10:00"));
    snapshot!(bot.say(DRAFTER, "发文 1 纪要 9月10日 明确月底前完成调试").await, @r"
    💬 紫岩县 回复 安整改办约〔2018〕1号：按时参加，书面说明随带
    [办结→发文 1 办结 紫岩县] [看全文→发文 1]
    ---
    ✅ 已记约谈 2018-09-10：明确月底前完成调试。单位 2018-10-10 前（30 天）书面报告整改情况，核实后请办结。
    ");
    bot.notices().await;
    snapshot!(bot.read(CONTACT), @r"
    🗒 安整改办约〔2018〕1号 的约谈已于 2018-09-10 进行：明确月底前完成调试
    请于 2018-10-10 前书面报告整改情况：回复 安整改办约〔2018〕1号 整改情况
    ");
    bot.say(CONTACT, "回复 调试完成，出水稳定").await;
    assert!(bot.say(DRAFTER, "发文 1 办结").await.contains("全部办结"));
    snapshot!(bot.say(DRAFTER, "活动 约谈").await, @r"
    📒 2018 台账外活动
    约谈 1 次
    最近
    1 2018-09-10 约谈 明确月底前完成调试
    ");
    snapshot!(bot.say(DRAFTER, "记 撤销 1").await, @"编号 1 是 发文 1 的约谈纪要，和约谈的办理连在一起，这里不能撤销。看这件发文：发文 1");
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
    snapshot!(bot.say("督办专员A", &format!("回证 {NUMBER}")).await, @r"
    📮 送达回证 安整改办督〔2018〕1号（1 份）
    ▪ 紫岩县
    　发出 2018-08-31 09:00，紫岩县联络员A
    　签收 2018-08-31 09:00，紫岩县联络员A
    　承诺 2018-09-20 前
    　回复 2018-08-31 09:00，紫岩县联络员A
    　办结 2018-08-31 09:00，市整改办副主任
    “发出”指平台已收下，不等于对方已读。
    ");
    bot.leave_unread = true;
}

#[tokio::test]
async fn what_was_done_beside_the_items_is_counted_and_undone() {
    let mut bot = office().await;
    snapshot!(bot.say(DRAFTER, "记 会议 8月30日 领导小组第三次会议 16、22项").await, @r"
    ✅ 已记会议（编号 1）：2018-08-30，1次，领导小组第三次会议 16、22项。当月会议 1 次。
    [撤销→记 撤销 1]
    ");
    snapshot!(bot.say(DRAFTER, "记 吃饭 8月30日").await, @"先写是哪一类：会议、调研、督查、研判、培训、宣传、约谈。没有记。例：记 会议 9月5日 领导小组第三次会议");
    snapshot!(bot.say(DRAFTER, "记 宣传 3篇 垃圾场整改纪实").await, @"宣传请写载体：电视台、报纸、网站、公众号、其他，没有记。例：记 宣传 公众号 3篇 垃圾场整改纪实");
    snapshot!(bot.say(DRAFTER, "记 宣传 公众号 3篇 垃圾场整改纪实").await, @r"
    ✅ 已记宣传（编号 2）：2018-08-31，公众号 3篇，垃圾场整改纪实。当月宣传 3 篇。
    [撤销→记 撤销 2]
    ");
    snapshot!(bot.say(DRAFTER, "记 会议 9月5日 推进会").await, @"2018-09-05 还没到，办完再记。没有记。");
    snapshot!(bot.say(DRAFTER, "记 会议 2月30日 推进会").await, @"没有“2月30日”这一天，没有记。");
    snapshot!(bot.say(DRAFTER, "记 宣传 公众号 -3篇 纪实").await, @"“-3篇”不是能记的数，要在 1 到 1000 之间。没有记。");
    snapshot!(bot.say(DRAFTER, "记 宣传 报纸 99999999999篇 纪实").await, @"“99999999999篇”不是能记的数，要在 1 到 1000 之间。没有记。");
    bot.say(DRAFTER, "记 宣传 电视台 7月2日 一线见闻").await;
    snapshot!(bot.say(DRAFTER, "记 督查 到 紫岩县 16项 昨天").await, @r"
    ✅ 已记督查（编号 4）：2018-08-30，1次，到 紫岩县 16项。当月督查 1 次。
    发现的问题可以交办给单位，例：交办 4 单位 9月15日 要做什么
    [撤销→记 撤销 4]
    ");
    snapshot!(bot.say(DRAFTER, "活动").await, @r"
    📒 2018 台账外活动
    会议 1 次
    督查 1 次
    宣传 4 篇（电视台 1、公众号 3）：7 月 1、8 月 3
    最近
    2 2018-08-31 宣传 垃圾场整改纪实
    4 2018-08-30 督查 到 紫岩县 16项
    1 2018-08-30 会议 领导小组第三次会议 16、22项
    3 2018-07-02 宣传 一线见闻
    ");
    snapshot!(bot.say(DRAFTER, "活动 7月").await, @r"
    📒 2018-07 台账外活动
    宣传 1 篇（电视台 1）
    最近
    3 2018-07-02 宣传 一线见闻
    ");
    let (_, said) = bot.tap(DRAFTER, DRAFTER, "撤销").await;
    snapshot!(said, @"↩️ 已撤销 4（到 紫岩县 16项），不再计数，记录留着。");
    snapshot!(bot.say(DRAFTER, "记 撤销 4").await, @"4 已经撤销过。");
    snapshot!(bot.say(DRAFTER, "活动 督查").await, @"2018 还没有记过。要记请发，例：记 会议 9月5日 领导小组第三次会议 16、22项");
    assert_eq!(bot.count("SELECT count(*) FROM activity").await, 4);
    // One sentence about several carriers is as many records; nothing of it is lost.
    snapshot!(bot.say(DRAFTER, "记 宣传 电视台 2条 报纸 1篇 江水清了").await, @r"
    ✅ 已记宣传（编号 5、6）：2018-08-31，电视台 2篇、报纸 1篇，江水清了。当月宣传 6 篇。
    [撤销 5→记 撤销 5] [撤销 6→记 撤销 6]
    ");
    snapshot!(bot.say(DRAFTER, "记 宣传 报纸 1篇 2篇 江水清了").await, @"“2”是什么的数没看懂，没有记。写一个数就够；宣传有几个载体的，每个后面写它的数，例：记 宣传 电视台 2条 报纸 1篇 江水清了");
    let all = bot.say(DRAFTER, "活动").await;
    assert!(all.contains("宣传 7 篇（电视台 3、报纸 1、公众号 3）"), "{all}");
    bot.say(DRAFTER, "记 撤销 5").await;
    let left = bot.say(DRAFTER, "活动").await;
    assert!(left.contains("宣传 5 篇（电视台 1、报纸 1、公众号 3）"), "{left}");
}

#[tokio::test]
async fn what_a_visit_found_is_a_task_with_a_limit() {
    let mut bot = office().await.person("滨江区联络员A").await;
    bot.say(DRAFTER, "记 督查 到 紫岩县 16项 昨天").await;
    snapshot!(bot.say(DRAFTER, "交办 1 紫岩县 9月14日 配齐调试人员").await, @"✅ 交办单 1：紫岩县，2018-09-14 前，配齐调试人员");
    snapshot!(bot.say(DRAFTER, "交办 9 紫岩县 9月14日 配齐调试人员").await, @"没有编号 9 的督查，没有交办。先记一次：记 督查 …；编号见“活动 督查”。");
    snapshot!(bot.say(DRAFTER, "交办 1 紫岩县 8月14日").await, @"请写督查编号、单位、限期和要做什么，没有交办。例：交办 5 紫岩县 9月15日 配齐调试人员");
    bot.notices().await;
    snapshot!(bot.read(CONTACT), @r"
    📌 交办单 1：配齐调试人员
    2018-09-14 前办好；办好请发：交办 1 完成 做了什么
    ");
    snapshot!(bot.say("滨江区联络员A", "交办 1 完成 不是我们的").await, @"没有交办单 1。");
    snapshot!(bot.say(CONTACT, "交办 1 办结").await, @"交办和办结由整改办办理。做完了请发：交办 编号 完成 做了什么");
    snapshot!(bot.say(CONTACT, "交办 1").await, @"");
    snapshot!(bot.say(DRAFTER, "交办 1").await, @"");
    snapshot!(bot.say(CONTACT, "交办 1 完成 已增配4人").await, @"✅ 交办单 1 已报完成，整改办核实后办结。");
    bot.notices().await;
    snapshot!(bot.read(DRAFTER) + &bot.read(SIGNER), @r"
    📌 紫岩县 办好了交办单 1：已增配4人
    [办结 1→交办 1 办结]
    ");
    snapshot!(bot.say(DRAFTER, "交办").await, @r"
    📌 在办交办单 1 件
    1 紫岩县 · 2018-09-14 前 · 配齐调试人员 · 已报完成：已增配4人
    ");
    snapshot!(bot.say(SIGNER, "交办 1 办结").await, @"✅ 紫岩县的交办单 1 已办结。");
    snapshot!(bot.say(SIGNER, "交办 1 办结").await, @"交办单 1 已办结。");
    bot.notices().await;
    snapshot!(bot.read(CONTACT), @"");
    snapshot!(bot.say(CONTACT, "交办 1").await, @"");
    assert_eq!(bot.say(CONTACT, "交办").await, "没有在办的交办单。");
}
