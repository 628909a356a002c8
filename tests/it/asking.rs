//! People ask: own items, one item, totals, who they are, what they may do.

use insta::assert_snapshot as snapshot;

use crate::harness::Bot;

mod cards;
mod find;
mod leaks;
mod lists;
mod numbers;
mod past;

const CONTACT: &str = "紫岩县联络员A";

#[tokio::test]
async fn a_contact_lists_the_own_units_items_with_flags_in_words() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    snapshot!(bot.say(CONTACT, "我的").await, @r"
    紫岩县 在办 5 项：牵头 1，配合 4（截至 2018-08-31 09:00）
    🔴 逾期 1　⚪ 未报 1　🟡 临期 1　🟢 正常 2
    🔴 逾期 1 项
    【16】紫岩县污水处理厂提标改造 85%
    已过 62 天 · 2018-06-30 · 另：滞后
    ⚪ 未报 1 项
    【32】乡镇水源保护区划定滞后 65% 〔配合〕
    还有 91 天 · 2018-11-30 · 市水利局
    🟡 临期 1 项
    【59】临江路段缺少事故应急池 90% 〔配合〕
    还有 30 天 · 2018-09-30 · 市交通运输局 · 另：退回整改
    🟢 正常 2 项
    【24】乡镇污水处理设施运行率低 76% 〔配合〕
    还有 122 天 · 2018-12-31 · 市住建局
    【51】露天矿山生态恢复滞后 48% 〔配合〕
    还有 487 天 · 2019-12-31 · 市国土资源局
    [查 16→查 16] [查 32→查 32] [查 59→查 59] [查 24→查 24]
    ");
}

#[tokio::test]
async fn a_leader_lists_the_items_the_post_holds() {
    let mut bot = Bot::new().await.person("分管环保副市长").await;
    snapshot!(bot.say("分管环保副市长", "我的").await, @r"
    分管环保副市长 包抓的在办事项 1 项（截至 2018-08-31 09:00）
    🟡 临期 1 项
    【30】红石岭水源输水干渠未封闭 88%
    还有 30 天 · 2018-09-30 · 滨江区
    [查 30→查 30]
    ");
}

#[tokio::test]
async fn one_item_is_shown_in_full_to_those_concerned_only() {
    let mut bot = Bot::new().await.person(CONTACT).await.person("调度专员A").await;
    snapshot!(bot.say(CONTACT, "查 16").await, @r"
    【16】紫岩县污水处理厂提标改造
    🔴 逾期（另：滞后） · 整改中 · 限期整改
    自报进度 85%（未核实），序时应达 100%
    期限 2018-06-30（已过 62 天）
    牵头 紫岩县
    配合 市住建局、市环保局
    问题：出水标准仍为一级B，总氮、总磷偶有波动，不满足澜江水源保护要求。
    目标：完成提标改造，出水稳定达到一级A标准并与市级监控平台联网
    措施：1.完成设计与招标；2.深度处理单元施工；3.联动调试；4.在线监测比对验收
    最近填报
    2018-08-23 紫岩县 85% 安装调试
    2018-07-23 紫岩县 74% 安装调试
    2018-06-22 紫岩县 65% 设备陆续到货
    ");
    snapshot!(bot.say(CONTACT, "查 37").await, @"第 37 项与你单位无关，不能查看。发送“我的”看本单位的事项。");
    assert_eq!(bot.count("SELECT sum(count)::bigint FROM refusal WHERE what = 'item_not_yours'").await, 1);
    snapshot!(bot.say("调度专员A", "查第59项").await, @r"
    【59】临江路段缺少事故应急池
    🟡 临期（另：退回整改） · 退回整改 · 限期整改
    自报进度 90%（未核实），序时应达 85%
    期限 2018-09-30（还有 30 天）
    牵头 市交通运输局
    配合 市环保局、市安监局、清泉县、紫岩县
    问题：危化品运输通道跨江桥梁未建导流和收集设施。
    目标：重点桥梁路段建成导流、收集和围堰物资点
    措施：1.桥梁清单；2.设计施工；3.物资储备；4.演练
    最近填报
    2018-08-24 市交通运输局 90% 收尾并整理资料
    2018-07-23 市交通运输局 78% 安装调试
    2018-06-23 市交通运输局 69% 设备陆续到货
    ");
    snapshot!(bot.say("调度专员A", "查 21").await, @r"
    【21】白沙县污水处理厂提标改造
    🔴 逾期待验收 · 验收中 · 限期整改
    自报进度 100%（未核实），序时应达 100%
    期限 2018-07-31（已过 31 天）
    销号申请 2018-08-10，正在核查
    牵头 白沙县
    配合 市住建局
    问题：出水标准仍为一级B，总氮、总磷偶有波动，不满足澜江水源保护要求。
    目标：完成提标改造，出水稳定达到一级A标准并与市级监控平台联网
    措施：1.完成设计与招标；2.深度处理单元施工；3.联动调试；4.在线监测比对验收
    最近填报
    2018-08-10 白沙县 100% 收尾并整理资料
    2018-07-20 白沙县 87% 收尾并整理资料
    2018-06-18 白沙县 77% 安装调试
    ");
    snapshot!(bot.say("调度专员A", "查 1").await, @r"
    【1】县区研究环保工作频次偏低
    状态 基本完成 · 长期坚持
    自报进度 100%（未核实）
    期限 2018-03-31
    完成 2018-04-18
    调度：每 3 个月一次（长期坚持）
    牵头 市环保局
    配合 滨江区、云阴县、清泉县、宁岭县、紫岩县、岚溪县、平川县、镇岭县、洵口县、白沙县、高新区、恒河示范区、映湖生态旅游区
    问题：个别县区常委会、常务会全年专题研究生态环保不足两次，压力传导层层递减。
    目标：各县区党委、政府每季度至少专题研究一次环保工作，形成固定机制
    措施：1.印发议事规则并列入年度议题计划；2.每季度报会议纪要目录；3.市整改办抽查原始记录
    最近填报
    2018-04-02 市环保局 100% 整改措施全部完成
    ");
    // What came signed off is not called unverified.
    snapshot!(bot.say("调度专员A", "查 2").await, @r"
    【2】部门环保职责边界不清
    状态 已销号 · 立行立改
    自报进度 100%
    期限 2017-10-31
    完成 2017-11-07
    销号 2017-11-21
    牵头 市环保局
    配合 市编办
    问题：环保工作职责文件出台晚，多部门交叉事项互相推诿。
    目标：出台市级环保工作职责文件，“党政同责、一岗双责”有据可依
    措施：1.起草并征求意见；2.以市委、市政府名义印发；3.组织宣讲
    最近填报
    2017-11-05 市环保局 100% 整改措施全部完成
    ");
    snapshot!(bot.say("调度专员A", "查 16 17").await, @r"
    后面这些没有看懂，整条没有执行。
    在这里：查 16 【17】
    用法：查 16
    ");
}

#[tokio::test]
async fn the_totals_are_60_45_15() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    snapshot!(bot.say(CONTACT, "总览").await, @r"
    2017年省级环保督察（截至 2018-08-31 09:00）
    共 60 项，完成 45，在办 15
    在办中：🟢 正常 3　🟡 临期 3　⚪ 未报 2　🟠 滞后 4　🔴 逾期 3
    紫岩县：牵头在办 1 项，配合 4 项。每项按最重的一种情况计一次。
    ");
    // Of a day of the past it says where to find it, not today's.
    snapshot!(bot.say(CONTACT, "总览 2018-06-30").await, @"“总览”只说现在的。某一天的总数发：图 类别 2018-06-30");
    snapshot!(bot.say(CONTACT, "总览 滨江区").await, @"“总览”是全部事项的总数，不分“滨江区”。看一个单位请发：剩余 单位名");
    snapshot!(bot.say(CONTACT, "总览 9月31日").await, @r"
    没有这一天，整条没有执行。
    在这里：总览 【9月31日】
    用法：总览
    ");
    // The same a month later, before any sweep has stored the new flags.
    bot.app.clock.forward_to(crate::harness::china("2018-10-01 09:00"));
    snapshot!(bot.say(CONTACT, "status").await, @r"
    2017年省级环保督察（截至 2018-10-01 09:00）
    共 60 项，完成 45，在办 15
    在办中：🟢 正常 0　🟡 临期 0　⚪ 未报 5　🟠 滞后 3　🔴 逾期 7
    紫岩县：牵头在办 1 项，配合 4 项。每项按最重的一种情况计一次。
    ");
    bot.sweep().await;
    let swept = bot.say(CONTACT, "status").await;
    snapshot!(swept, @r"
    2017年省级环保督察（截至 2018-10-01 09:00）
    共 60 项，完成 45，在办 15
    在办中：🟢 正常 0　🟡 临期 0　⚪ 未报 5　🟠 滞后 3　🔴 逾期 7
    紫岩县：牵头在办 1 项，配合 4 项。每项按最重的一种情况计一次。
    ");
}

#[tokio::test]
async fn help_and_whoami_tell_only_what_this_speaker_may_do() {
    let mut bot = Bot::new().await.person(CONTACT).await.person("分管环保副市长").await;
    snapshot!(bot.say("路人", "帮助").await, @r"
    督办助手：一句话就能报，问什么答什么
    我是谁　你的岗位、单位和在这里能做什么
    权限　你能做什么、能看到什么
    绑定 ABCDE-FGHJK　用整改办给的一次性绑定码，把这个账号绑到岗位
    帮助　这一页
    还没有绑定岗位：请向整改办要绑定码。
    数字可写全角或中文（第十六项、百分之九十）；英文也行：report 16 90 …
    ");
    snapshot!(bot.say(CONTACT, "help").await, @r"
    督办助手：一句话就能报，问什么答什么
    进度 16 90 设备已到货，9月15日调试　填报进度：编号 百分比 说明；只发“进度”一步步填
    撤回 16　10 分钟内收回刚报的一条
    更正 16 80 上次看错了　把报错的改过来，说明可以不写
    取消　放弃正在填的内容
    附到 16 整改后　把刚发的照片、文件附到某一项（整改前、整改中、整改后）
    材料 16　看某一项附了哪些照片和文件
    签收 16 9月20日　签收预警并承诺完成日期，到那天前不再提醒；“签收 全部”一次签完
    申请销号 16　整改完成后申请验收销号，按标准逐条问；撤回：申请销号 16 撤回
    延期 22 到 2019-03-31 因 汛期停工两个月　到期前申请延期，写清到哪天、因为什么；单位负责人确认、整改办批：延期 22 确认，延期 22 批准 依据，延期 22 不批 原因；补依据：延期 22 依据 文号
    我的　本单位在办事项，最急的在前；第二页：我的 2
    查 16　看一个事项的全部情况和最近填报；加日期看那一天：查 16 8月15日，查 16 昨天
    清单 逾期　按条件列事项：逾期 临期 滞后 未报 待报 待验收 退回 公示 反弹 延期 完成，单位、月份、类别、区域、类型
    找 渗滤液　按文字找事项：标题、问题、目标、措施、类别、区域
    剩余　还剩几项在办、各是什么情况；整改办可写单位：剩余 某县
    截止　本月填报到哪天、还有几个工作日、本单位还差几项
    总览　总数、完成、在办、临期、滞后、逾期、未报
    为什么没提醒 16　某一项的提醒记录：发给了谁，没发的为什么没发
    导出　台账、报告、项目卡等文件，做好发到这里
    图 16　看图：一项的进度，各单位、各类别，逐月曲线
    发文　督办通知等文件：列表；发文 3 看一件的全文，发文 16项 看一项的
    回复 安整改办督〔2018〕1号 设备已到货，9月30日前完成调试　回复督办通知等文件，可以带附件；只有一件待回复时可以不写文号
    交办　督查发现问题的交办单；交办 3 看一件，办好了：交办 3 完成 做了什么
    考核 3季度　季度考核：整改办拟草案、送各单位核对、答复申诉、发布；单位只看自己的一份
    申诉 1 9月20日已批准延期，见批复　对考核草案的一处扣分提出申诉，编号见“考核”
    核查 16　看销号申请；现场写结论：核查 16 通过，核查 16 不通过 原因，核查 16 补充 要补什么；整改办指定验收单位：核查 16 由 市环保局
    异议 16 来电反映夜间有异味　公示期收到异议，公示先停；单位核实后报情况：异议 16 情况；整改办处理完重新公示：异议 16 处理 情况；属实退回：异议 16 成立 情况
    口径　现行规则的天数、比例和起用日期；某一条的来历：口径 临期
    我是谁　你的岗位、单位和在这里能做什么
    权限　你能做什么、能看到什么
    绑定 ABCDE-FGHJK　用整改办给的一次性绑定码，把这个账号绑到岗位
    请假 3天 由 联络员B 代　不在的几天由别的联络员代：提醒发给代理人
    销假　提前回来，请假到此结束
    免打扰 到 9月10日　到哪天为止不主动提醒你，最长到月底；“免打扰 关”恢复
    交接　把岗位交给继任者，双方确认；整改办可写岗位名
    解绑　解除自己的绑定；整改办可写岗位名
    语言 英文　换回答的语言：中文 或 英文
    帮助　这一页
    数字可写全角或中文（第十六项、百分之九十）；英文也行：report 16 90 …
    ");
    snapshot!(bot.say("分管环保副市长", "我是谁").await, @r"
    分管环保副市长
    单位：市整改领导小组
    角色：包抓领导
    在这里可以：取消、材料、我的、查、清单、找、剩余、截止、总览、导出、图、发文、口径、我是谁、权限、绑定、交接、解绑、语言、帮助
    ");
    snapshot!(bot.say("路人", "我是谁").await, @"这个账号还没有绑定岗位，只能用：帮助、绑定、我是谁。请向整改办要一个绑定码。");
    snapshot!(bot.say("路人", "总览").await, @"这个账号还没有绑定岗位。请向整改办要一个绑定码，然后发送：绑定 绑定码");
}

#[tokio::test]
async fn the_examples_of_the_help_name_an_item_of_ones_own() {
    let mut bot = Bot::new().await.person("滨江区联络员A").await;
    let help = bot.say("滨江区联络员A", "帮助").await;
    assert!(help.contains("进度 22 90 设备已到货") && help.contains("查 22 8月15日"), "{help}");
    assert!(!help.contains("16"), "nobody's number: {help}");
}

#[tokio::test]
async fn answers_follow_the_persons_language() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    snapshot!(bot.say(CONTACT, "语言 英文").await, @"Answers will be in English from now on.");
    snapshot!(bot.say(CONTACT, "report 16 90 equipment delivered").await, @r"
    ✅ Recorded item 16 “紫岩县污水处理厂提标改造”
    progress 85% → 90%
    said: equipment delivered
    due 2018-06-30 (62 days past) 🔴 overdue (also: lagging)
    [Take back (10 min)→undo 16 11] [Correct→correct 16]
    ");
    snapshot!(bot.say(CONTACT, "report 16 80 oops").await, @r"
    Item 16 stood at 90%; 80% is lower and was not recorded. If the last figure was wrong, add “correction”: report 16 80 correction oops
    [Correct to 80%→report 16 80 correction oops]
    ");
    snapshot!(bot.say(CONTACT, "mine").await, @r"
    紫岩县: 5 open items, 1 lead, 4 co-unit (as of 2018-08-31 09:00)
    🔴 overdue 1, ⚪ not reported 1, 🟡 due soon 1, 🟢 on track 2
    🔴 overdue: 1
    【16】紫岩县污水处理厂提标改造 90%
    62 days past · 2018-06-30 · also: lagging
    ⚪ not reported: 1
    【32】乡镇水源保护区划定滞后 65% [co-unit]
    91 days left · 2018-11-30 · 市水利局
    🟡 due soon: 1
    【59】临江路段缺少事故应急池 90% [co-unit]
    30 days left · 2018-09-30 · 市交通运输局 · also: returned
    🟢 on track: 2
    【24】乡镇污水处理设施运行率低 76% [co-unit]
    122 days left · 2018-12-31 · 市住建局
    【51】露天矿山生态恢复滞后 48% [co-unit]
    487 days left · 2019-12-31 · 市国土资源局
    [item 16→item 16] [item 32→item 32] [item 59→item 59] [item 24→item 24]
    ");
    snapshot!(bot.say(CONTACT, "status").await, @r"
    2017年省级环保督察 (as of 2018-08-31 09:00)
    60 items, 45 done, 15 going on
    of these: 🟢 on track 3, 🟡 due soon 3, ⚪ not reported 2, 🟠 lagging 4, 🔴 overdue 3
    紫岩县: open items 1 as lead, 4 as co-unit. Each item is counted once, under its gravest flag.
    ");
    snapshot!(bot.say(CONTACT, "item 16").await, @r"
    【16】紫岩县污水处理厂提标改造
    🔴 overdue (also: lagging) · in progress · by deadline
    self-reported 90% (not verified), planned 100%
    due 2018-06-30 (62 days past)
    lead 紫岩县
    co-units 市住建局, 市环保局
    finding: 出水标准仍为一级B，总氮、总磷偶有波动，不满足澜江水源保护要求。
    goal: 完成提标改造，出水稳定达到一级A标准并与市级监控平台联网
    measures: 1.完成设计与招标；2.深度处理单元施工；3.联动调试；4.在线监测比对验收
    Last reports
    2018-08-31 紫岩县 90% equipment delivered
    2018-08-23 紫岩县 85% 安装调试
    2018-07-23 紫岩县 74% 安装调试
    ");
    snapshot!(bot.say(CONTACT, "report 16 9O").await, @r"
    A percent belongs here, a whole number from 0 to 100, such as 90.
    Here: report 16 【9O】
    Usage: report 16 90 equipment delivered
    ");
    snapshot!(bot.say(CONTACT, "language klingon").await, @r"
    Choose zh or en.
    Here: language 【klingon】
    Usage: language zh
    ");
    snapshot!(bot.say(CONTACT, "语言 中文").await, @"好的，以后用中文回答。");
}

#[tokio::test]
async fn a_number_in_two_rounds_is_asked_about() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    sqlx::raw_sql(
        "INSERT INTO round (id, name) VALUES ('00000000-0000-7000-8000-000000000001', '2018年回头看');
         INSERT INTO item (id, round, number, title, lead_unit, deadline, kind, status, percent, opened_on)
         SELECT '00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000001', 16, '另一轮的第16项',
                id, '2018-12-31', 'by_deadline', 'in_progress', 10, '2018-08-01'
         FROM unit WHERE name = '紫岩县';
         INSERT INTO item_text (item) VALUES ('00000000-0000-7000-8000-000000000002');",
    )
    .execute(&bot.pool)
    .await
    .unwrap();
    snapshot!(bot.say(CONTACT, "查 16").await, @r"
    第 16 项在几个轮次里都有，是哪一轮？也可以写成 16@轮次名。
    [2017年省级环保督察→查 16@2017年省级环保督察] [2018年回头看→查 16@2018年回头看]
    ");
    let (_, answer) = bot.press(CONTACT, CONTACT, "查 16@2018年回头看").await;
    snapshot!(answer, @r"
    【16】另一轮的第16项
    🟢 正常 · 整改中 · 限期整改
    自报进度 10%（未核实）
    期限 2018-12-31（还有 122 天）
    牵头 紫岩县
    还没有填报。
    ");
    snapshot!(bot.say(CONTACT, "进度 16@2018年回头看 20 开工").await, @r"
    ✅ 已登记 第 16 项「另一轮的第16项」
    进度 10% → 20%
    说明：开工
    期限 2018-12-31（还有 122 天） 🟢 正常
    [撤回（10分钟内）→撤回 16 2] [更正→更正 16]
    ");
}
