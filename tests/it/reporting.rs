//! A contact reports in one sentence, sees what was understood, and slips are told in one sentence.

use duban::commands::dispatch::Outcome;
use duban::domain::What;
use insta::assert_snapshot as snapshot;

use crate::harness::Bot;

const CONTACT: &str = "紫岩县联络员A";

#[tokio::test]
async fn a_contact_reports_progress_and_sees_what_was_understood() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    snapshot!(bot.say(CONTACT, "进度 16 90 设备已到货，9月15日调试").await, @r"
    ✅ 已登记 第 16 项「紫岩县污水处理厂提标改造」
    进度 85% → 90%
    说明：设备已到货，9月15日调试
    下一步：2018-09-15 调试
    期限 2018-06-30（已过 62 天） 🔴 逾期（另：滞后）
    [撤回（10分钟内）→撤回 16 11] [更正→更正 16]
    ");
    snapshot!(bot.say(CONTACT, "／进度　第十六项　百分之九十五　开始调试").await, @r"
    ✅ 已登记 第 16 项「紫岩县污水处理厂提标改造」
    进度 90% → 95%
    说明：开始调试
    期限 2018-06-30（已过 62 天） 🔴 逾期（另：滞后）
    [撤回（10分钟内）→撤回 16 12] [更正→更正 16]
    ");
    snapshot!(bot.say(CONTACT, "report 16 96 testing").await, @r"
    ✅ 已登记 第 16 项「紫岩县污水处理厂提标改造」
    进度 95% → 96%
    说明：testing
    期限 2018-06-30（已过 62 天） 🔴 逾期（另：滞后）
    [撤回（10分钟内）→撤回 16 13] [更正→更正 16]
    ");
    snapshot!(bot.say(CONTACT, "进度16项100%工程完工").await, @r"
    第 16 项「紫岩县污水处理厂提标改造」
    96% → 100% 请核对一下（报100%未申请验收），还没有登记。没错就点“没错，登记”；要改请回正确的数字或说明。
    [没错，登记→答 · 没错] [取消→取消]
    ");
    // A hundred without an application is asked about first.
    let (_, recorded) = bot.tap(CONTACT, CONTACT, "没错").await;
    snapshot!(recorded, @r"
    ✅ 已登记 第 16 项「紫岩县污水处理厂提标改造」
    进度 96% → 100%
    说明：工程完工
    期限 2018-06-30（已过 62 天） 🔴 逾期
    已报 100%，还没有申请验收；材料备齐后请发：申请销号 16
    [撤回（10分钟内）→撤回 16 14] [更正→更正 16] [申请销号→申请销号 16]
    ");
    assert_eq!(bot.count("SELECT count(*) FROM report r JOIN item i ON i.id = r.item WHERE i.number = 16 AND r.effective_on = '2018-08-31'").await, 4);
    assert_eq!(bot.count("SELECT percent::bigint FROM item WHERE number = 16").await, 100);
    assert_eq!(bot.count("SELECT count(*) FROM audit WHERE action = 'report'").await, 4);
}

#[tokio::test]
async fn a_co_unit_keeps_its_text_and_never_moves_the_percent() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    snapshot!(bot.say(CONTACT, "进度 24 99 我县8个站已移交运营").await, @r"
    ✅ 已登记 第 24 项「乡镇污水处理设施运行率低」
    配合单位说明已留存；进度由牵头单位填报，仍为 76%
    说明：我县8个站已移交运营
    期限 2018-12-31（还有 122 天） 🟢 正常
    [撤回（10分钟内）→撤回 24 11] [更正→更正 24]
    ");
    assert_eq!(bot.count("SELECT percent::bigint FROM item WHERE number = 24").await, 76);
    assert_eq!(bot.count("SELECT count(*) FROM report r JOIN item i ON i.id = r.item WHERE i.number = 24 AND r.part = 'co' AND r.percent IS NULL").await, 1);
}

#[tokio::test]
async fn another_units_item_is_refused_in_a_sentence_and_audited_once_a_minute() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    snapshot!(bot.say(CONTACT, "进度 37 90 渗滤液处理完").await, @"第 37 项不是你单位牵头或配合的事项，没有登记。发送“我的”看本单位的事项。");
    assert!(!bot.say(CONTACT, "进度 37 91 再试一次").await.is_empty());
    assert_eq!(bot.count("SELECT sum(count)::bigint FROM refusal WHERE what = 'report_not_yours'").await, 2);
    assert_eq!(bot.count("SELECT percent::bigint FROM item WHERE number = 37").await, 60);
    bot.app.clock.forward_to(crate::harness::china("2018-08-31 09:02"));
    duban::store::audit::seal(&bot.pool, bot.app.clock.now().utc, bot.app.clock.now().utc).await.unwrap();
    assert_eq!(bot.count("SELECT count(*) FROM audit WHERE action = 'refused'").await, 1);
    assert_eq!(bot.count("SELECT (details->>'count')::bigint FROM audit WHERE action = 'refused'").await, 2);
}

#[tokio::test]
async fn slips_are_answered_with_the_place_and_the_usage() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    snapshot!(bot.say(CONTACT, "进度").await, @r"
    本月都报过了，谢谢。要补充请选：
    也可以直接发一句，如：16项到90%，设备已到货；没有变化就发：16项无变化
    [16 紫岩县污水处理厂提标改造 85%→进度 16]
    ");
    snapshot!(bot.say(CONTACT, "进度 那个 90 到货").await, @r"
    这里应是事项编号，如 16 或 第十六项。
    在这里：进度 【那个】
    用法：进度 16 90 设备已到货，9月15日调试
    ");
    snapshot!(bot.say(CONTACT, "进度 16 9O% 到货").await, @r"
    这里应是进度百分比，写 0 到 100 的整数，如 90。
    在这里：进度 16 【9O%】
    用法：进度 16 90 设备已到货，9月15日调试
    ");
    snapshot!(bot.say(CONTACT, "进度 16 90").await, @r"
    第 16 项「紫岩县污水处理厂提标改造」
    做了什么？一句话就行。
    上次报的：安装调试
    [同上次→答 · 同上月] [取消→取消]
    ");
    snapshot!(bot.say(CONTACT, "进度 16 120 到货").await, @"进度 120% 不在 0 到 100 之间，没有登记。请重发，如：进度 16 90 设备已到货");
    snapshot!(bot.say(CONTACT, "进度 16 -5 到货").await, @"进度 -5% 不在 0 到 100 之间，没有登记。请重发，如：进度 16 90 设备已到货");
    snapshot!(bot.say(CONTACT, "进度 99 90 到货").await, @"没有第 99 项。发送“我的”看本单位的事项。");
    snapshot!(bot.say(CONTACT, "进度 39 100 又停了").await, @"第 39 项已销号，不再填报。如情况有反复，请联系整改办。");
    bot.say(CONTACT, "取消").await;
    snapshot!(bot.say(CONTACT, "你好").await, @r"
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
    assert_eq!(bot.count("SELECT count(*) FROM report WHERE effective_on = '2018-08-31'").await, 0);
}

#[tokio::test]
async fn going_backwards_needs_the_word_and_a_button_offers_it() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    snapshot!(bot.say(CONTACT, "进度 16 80 上次看错了").await, @r"
    第 16 项上次报的是 85%，这次 80% 更低，没有登记。如果上次报错了，请加“更正”二字：进度 16 80 更正 上次看错了
    [更正为 80%→进度 16 80 更正 上次看错了]
    ");
    let (toast, answer) = bot.press(CONTACT, CONTACT, "进度 16 80 更正").await;
    assert_eq!(toast, "");
    snapshot!(answer, @r"
    ✅ 已更正 第 16 项「紫岩县污水处理厂提标改造」
    进度 85% → 80%
    说明：安装调试
    期限 2018-06-30（已过 62 天） 🔴 逾期（另：滞后）
    [撤回（10分钟内）→撤回 16 11] [更正→更正 16]
    ");
}

#[tokio::test]
async fn an_edited_report_is_asked_about_and_changes_nothing() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    bot.say(CONTACT, "进度 16 90 设备已到货").await;
    let edit = |text: &str| What::Said { text: text.into(), addressed: true, edited: true };
    let update = bot.update(CONTACT, CONTACT, edit("进度 16 95 设备已到货"));
    assert_eq!(bot.deliver(&update).await, Outcome::Settled);
    snapshot!(bot.read(CONTACT), @r"
    你修改了消息，账上没有变。要更正第 16 项吗？请点按钮，或发送：更正 16 95 设备已到货
    [更正为 95%→更正 16 95 设备已到货]
    ");
    assert_eq!(bot.count("SELECT percent::bigint FROM item WHERE number = 16").await, 90);
    // A preview that loaded late also counts as an edit: same words, no question.
    let update = bot.update(CONTACT, CONTACT, edit("进度 16 90 设备已到货"));
    assert_eq!(bot.deliver(&update).await, Outcome::Settled);
    bot.expect_silence();
}

#[tokio::test]
async fn a_redelivery_changes_nothing() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    let what = What::Said { text: "进度 16 90 设备已到货".into(), addressed: true, edited: false };
    let update = bot.update(CONTACT, CONTACT, what);
    for _ in 0..3 {
        assert_eq!(bot.deliver(&update).await, Outcome::Settled);
    }
    assert_eq!(bot.read(CONTACT).matches("已登记").count(), 1);
    assert_eq!(bot.count("SELECT count(*) FROM report WHERE effective_on = '2018-08-31'").await, 1);
}

#[tokio::test]
async fn only_contacts_report() {
    let mut bot = Bot::new().await.person("调度专员A").await;
    snapshot!(bot.say("调度专员A", "进度 16 90 代报").await, @"“进度”由联络员使用，你的岗位不能用。发送“帮助”看你可以做什么。");
    snapshot!(bot.say("路人", "进度 16 90 到货").await, @"这个账号还没有绑定岗位。请向整改办要一个绑定码，然后发送：绑定 绑定码");
    assert_eq!(bot.count("SELECT count(*) FROM report WHERE effective_on = '2018-08-31'").await, 0);
}

#[tokio::test]
async fn in_a_group_chatter_is_left_in_silence() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    for chatter in ["16号设备到了", "进度不错啊", "我的天", "查一下再说", "@张三 进度怎么样", "收到"]
    {
        assert_eq!(bot.say_in("-1", CONTACT, chatter).await, "", "{chatter}");
    }
    assert_eq!(bot.count("SELECT count(*) FROM inbox WHERE account = 'fake'").await, 0);
}

#[tokio::test]
async fn an_unconfirmed_group_reads_number_and_percent_only() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    snapshot!(bot.say_in("-1", CONTACT, "进度 16 90 设备已到货").await, @r"
    ✅ 已登记 第 16 项
    进度 85% → 90%
    [撤回（10分钟内）→撤回 16 11] [更正→更正 16]
    ");
    snapshot!(bot.say_in("-1", CONTACT, "查 16").await, @"第 16 项：90%。事项内容只在本单位已确认的工作群或私聊里显示，请私聊我再问一次。");
    snapshot!(bot.say_in("-1", CONTACT, "我的").await, @r"
    紫岩县 在办 5 项：牵头 1，配合 4（截至 2018-08-31 09:00）
    【16】90%
    【24】76%
    【32】65%
    【51】48%
    【59】90%
    事项内容只在本单位已确认的工作群或私聊里显示，请私聊我再问一次。
    ");
    bot.unit_group("-2", "紫岩县").await;
    snapshot!(bot.say_in("-2", CONTACT, "进度 16 91 安装").await, @r"
    ✅ 已登记 第 16 项「紫岩县污水处理厂提标改造」
    进度 90% → 91%
    说明：安装
    期限 2018-06-30（已过 62 天） 🔴 逾期（另：滞后）
    [撤回（10分钟内）→撤回 16 12] [更正→更正 16]
    ");
}
