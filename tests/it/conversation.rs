//! Reporting as people really do it: free sentences, step by step, in doubt, taken back and put right.

use duban::commands::dispatch::Outcome;
use duban::domain::What;
use insta::assert_snapshot as snapshot;

use crate::harness::Bot;

const CONTACT: &str = "紫岩县联络员A";
const OTHER: &str = "洵口县联络员A";
const CLERK: &str = "调度专员A";
const GROUP: &str = "-2";

async fn in_the_units_group() -> Bot {
    let bot = Bot::new().await.person(CONTACT).await;
    bot.unit_group(GROUP, "紫岩县").await;
    bot
}

#[tokio::test]
async fn one_free_sentence_is_a_report_with_all_its_fields() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    snapshot!(bot.say(CONTACT, "16项，本月完成设备吊装，进度到90%，预计9月20日调试").await, @r"
    ✅ 已登记 第 16 项「紫岩县污水处理厂提标改造」
    进度 85% → 90%
    说明：本月完成设备吊装，预计9月20日调试
    下一步：2018-09-20 调试
    期限 2018-06-30（已过 62 天） 🔴 逾期（另：滞后）
    [撤回（10分钟内）→撤回 16 11] [更正→更正 16]
    ");
    snapshot!(bot.say(CONTACT, "第十六项 92 管道接通，征迁卡住了，请市里协调").await, @r"
    ✅ 已登记 第 16 项「紫岩县污水处理厂提标改造」
    进度 90% → 92%
    说明：管道接通，征迁卡住了，请市里协调
    困难：征迁卡住了（涉及多方）
    需协调：请市里协调（整改办会看到）
    期限 2018-06-30（已过 62 天） 🔴 逾期（另：滞后）
    [撤回（10分钟内）→撤回 16 12] [更正→更正 16]
    ");
    assert_eq!(bot.count("SELECT count(*) FROM report WHERE next_on = '2018-09-20'").await, 1);
    assert_eq!(bot.count("SELECT count(*) FROM report WHERE cause = 'parties' AND help <> ''").await, 1);
}

#[tokio::test]
async fn two_items_in_one_message_are_two_reports_echoed_apart() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    snapshot!(bot.say(CONTACT, "16号90%，24号35%").await, @r"
    ✅ 已登记 第 16 项「紫岩县污水处理厂提标改造」
    进度 85% → 90%
    期限 2018-06-30（已过 62 天） 🔴 逾期（另：滞后）
    [撤回（10分钟内）→撤回 16 11] [更正→更正 16]
    ---
    第 24 项「乡镇污水处理设施运行率低」
    做了什么？一句话就行。
    [取消→取消]
    ");
    snapshot!(bot.say(CONTACT, "16项到91%设备到货，37项到80%").await, @r"
    ✅ 已登记 第 16 项「紫岩县污水处理厂提标改造」
    进度 90% → 91%
    说明：设备到货
    期限 2018-06-30（已过 62 天） 🔴 逾期（另：滞后）
    [撤回（10分钟内）→撤回 16 12] [更正→更正 16]
    ---
    第 37 项不是你单位牵头或配合的事项，没有登记。发送“我的”看本单位的事项。
    ");
}

#[tokio::test]
async fn nothing_changed_is_one_message_and_the_second_in_a_row_asks_why() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    snapshot!(bot.say(CONTACT, "无变化").await, @r"
    ✅ 已登记 第 16 项「紫岩县污水处理厂提标改造」
    无变化，仍为 85%
    期限 2018-06-30（已过 62 天） 🔴 逾期（另：滞后）
    [撤回（10分钟内）→撤回 16 11] [更正→更正 16]
    ");
    snapshot!(bot.say(CONTACT, "16项没进展").await, @r"
    第 16 项「紫岩县污水处理厂提标改造」
    这是连续第二次“无变化”。是什么原因？一句话就行，需要协调也请写上。
    [资金手续未到位→答 · 资金或手续未到位] [涉及多方→答 · 涉及多家单位，正在协调]
    [按计划本月无任务→答 · 按计划本月无任务] [取消→取消]
    ");
    snapshot!(bot.say(CONTACT, "等县里资金拨付").await, @r"
    ✅ 已登记 第 16 项「紫岩县污水处理厂提标改造」
    无变化，仍为 85%
    困难：等县里资金拨付
    期限 2018-06-30（已过 62 天） 🔴 逾期（另：滞后）
    [撤回（10分钟内）→撤回 16 12] [更正→更正 16]
    ");
    assert_eq!(bot.count("SELECT count(*) FROM report WHERE unchanged").await, 2);
    assert_eq!(bot.count("SELECT count(*) FROM dialogue").await, 0);
}

#[tokio::test]
async fn step_by_step_with_buttons() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    snapshot!(bot.say(CONTACT, "进度").await, @r"
    本月都报过了，谢谢。要补充请选：
    也可以直接发一句，如：16项到90%，设备已到货；没有变化就发：16项无变化
    [16 紫岩县污水处理厂提标改造 85%→进度 16]
    ");
    let (_, answer) = bot.tap(CONTACT, CONTACT, "16").await;
    snapshot!(answer, @r"
    第 16 项「紫岩县污水处理厂提标改造」
    现在 85%。进度到百分之几？回数字就行，可以连说明一起发：90 设备已到货
    [85% 无变化→答 · 无变化] [90%→答 · 90] [95%→答 · 95]
    [取消→取消]
    ");
    let (_, answer) = bot.tap(CONTACT, CONTACT, "90%").await;
    snapshot!(answer, @r"
    第 16 项「紫岩县污水处理厂提标改造」
    做了什么？一句话就行。
    上次报的：安装调试
    [同上次→答 · 同上月] [取消→取消]
    ");
    snapshot!(bot.say(CONTACT, "设备安装完，下周五调试").await, @r"
    ✅ 已登记 第 16 项「紫岩县污水处理厂提标改造」
    进度 85% → 90%
    说明：设备安装完，下周五调试
    下一步：2018-09-07 调试
    期限 2018-06-30（已过 62 天） 🔴 逾期（另：滞后）
    [撤回（10分钟内）→撤回 16 11] [更正→更正 16]
    ");
    assert_eq!(bot.count("SELECT count(*) FROM dialogue").await, 0);
}

#[tokio::test]
async fn a_question_can_be_cancelled_outlived_and_pressed_too_late() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    bot.say(CONTACT, "进度 16").await;
    let late = bot.button(CONTACT, "90%");
    snapshot!(bot.say(CONTACT, "取消").await, @"已取消，没有登记。");
    let (toast, answer) = bot.press(CONTACT, CONTACT, &late).await;
    snapshot!(toast, @"这一问已经过去了（答过、取消或过了一天），账上没有变。要填报请发：进度");
    assert_eq!(answer, "");
    snapshot!(bot.say(CONTACT, "取消").await, @"没有正在填的内容。");
    bot.say(CONTACT, "进度 16 90").await;
    bot.app.clock.forward_to(crate::harness::china("2018-09-01 09:30"));
    snapshot!(bot.say(CONTACT, "设备到了").await, @"这一问已经过去了（答过、取消或过了一天），账上没有变。要填报请发：进度");
    // It survives everything else: the next question takes its place.
    snapshot!(bot.say(CONTACT, "进度 16 90").await, @r"
    第 16 项「紫岩县污水处理厂提标改造」
    做了什么？一句话就行。
    上次报的：安装调试
    [同上次→答 · 同上月] [取消→取消]
    ");
    snapshot!(bot.say(CONTACT, "设备到了").await, @r"
    ✅ 已登记 第 16 项「紫岩县污水处理厂提标改造」
    进度 85% → 90%
    说明：设备到了
    期限 2018-06-30（已过 63 天） 🔴 逾期（另：滞后）
    [撤回（10分钟内）→撤回 16 11] [更正→更正 16]
    ");
}

#[tokio::test]
async fn two_people_in_one_group_are_not_mixed_up() {
    let mut bot = in_the_units_group().await.person(OTHER).await;
    bot.say_in(GROUP, CONTACT, "进度 16 90").await;
    // Somebody else's words are no answer, and somebody else's press is refused to that person alone.
    assert_eq!(bot.say_in(GROUP, OTHER, "设备到货了").await, "");
    let says = bot.button(GROUP, "同上次");
    let (toast, answer) = bot.press(GROUP, OTHER, &says).await;
    snapshot!(toast, @"这一问已经过去了（答过、取消或过了一天），账上没有变。要填报请发：进度");
    assert_eq!(answer, "");
    snapshot!(bot.say_in(GROUP, CONTACT, "设备到货了").await, @r"
    ✅ 已登记 第 16 项「紫岩县污水处理厂提标改造」
    进度 85% → 90%
    说明：设备到货了
    期限 2018-06-30（已过 62 天） 🔴 逾期（另：滞后）
    [撤回（10分钟内）→撤回 16 11] [更正→更正 16]
    ");
}

#[tokio::test]
async fn in_the_own_group_only_an_unmistakable_report_is_taken() {
    let mut bot = in_the_units_group().await;
    for chatter in [
        "16号下午三点开会",
        "90%的人都到了",
        "今天16个人参加",
        "进度抓紧啊",
        "90",
        "完成",
        "无变化",
        "37项到90%，设备到货",
    ] {
        assert_eq!(bot.say_in(GROUP, CONTACT, chatter).await, "", "{chatter}");
    }
    snapshot!(bot.say_in(GROUP, CONTACT, "16项到90%，设备到货").await, @r"
    ✅ 已登记 第 16 项「紫岩县污水处理厂提标改造」
    进度 85% → 90%
    说明：设备到货
    期限 2018-06-30（已过 62 天） 🔴 逾期（另：滞后）
    [撤回（10分钟内）→撤回 16 11] [更正→更正 16]
    ");
    // Neither in a group of others, nor from somebody who is not the contact.
    assert_eq!(bot.say_in("-9", CONTACT, "16项到92%，设备到货").await, "");
    assert_eq!(bot.say_in(GROUP, "路人", "16项到92%，设备到货").await, "");
}

#[tokio::test]
async fn what_is_ambiguous_is_asked_and_never_guessed() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    snapshot!(bot.say(CONTACT, "90").await, @r"
    “90”是进度，还是事项编号？
    [第 16 项报 90%→进度 16 90]
    [查第 90 项→查 90] [取消→取消]
    ");
    snapshot!(bot.say(CONTACT, "16项").await, @r"
    第 16 项：要看情况，还是填报进度？
    [查看→查 16] [填报→进度 16]
    ");
    snapshot!(bot.say(CONTACT, "16项八十左右").await, @r"
    第 16 项「紫岩县污水处理厂提标改造」
    进度到底是百分之几？请点一个，或直接回数字。
    [75%→答 · 75] [80%→答 · 80] [85%→答 · 85]
    [取消→取消]
    ");
    snapshot!(bot.say(CONTACT, "88").await, @r"
    第 16 项「紫岩县污水处理厂提标改造」
    做了什么？一句话就行。
    上次报的：安装调试
    [同上次→答 · 同上月] [取消→取消]
    ");
    snapshot!(bot.say(CONTACT, "设备到货").await, @r"
    ✅ 已登记 第 16 项「紫岩县污水处理厂提标改造」
    进度 85% → 88%
    说明：设备到货
    期限 2018-06-30（已过 62 天） 🔴 逾期（另：滞后）
    [撤回（10分钟内）→撤回 16 11] [更正→更正 16]
    ");
    snapshot!(bot.say(CONTACT, "16项已完成").await, @r"
    第 16 项「紫岩县污水处理厂提标改造」
    “完成”是指工作做完（报 100%），还是申请验收销号？申请销号要先报到 100%。
    [工作做完，报 100%→答 · 100] [取消→取消]
    ");
    let (_, answer) = bot.tap(CONTACT, CONTACT, "取消").await;
    snapshot!(answer, @"已取消，没有登记。");
    // Two doubts in one message are asked one after the other.
    snapshot!(bot.say(CONTACT, "16项九十左右，设备到货；24项大概七成，管网铺完").await, @r"
    ✅ 已登记 第 24 项「乡镇污水处理设施运行率低」
    配合单位说明已留存；进度由牵头单位填报，仍为 76%
    说明：管网铺完
    期限 2018-12-31（还有 122 天） 🟢 正常
    [撤回（10分钟内）→撤回 24 11] [更正→更正 24]
    ---
    第 16 项「紫岩县污水处理厂提标改造」
    进度到底是百分之几？请点一个，或直接回数字。
    [85%→答 · 85] [90%→答 · 90] [95%→答 · 95]
    [取消→取消]
    ");
    snapshot!(bot.say(CONTACT, "91").await, @r"
    ✅ 已登记 第 16 项「紫岩县污水处理厂提标改造」
    进度 88% → 91%
    说明：设备到货
    期限 2018-06-30（已过 62 天） 🔴 逾期（另：滞后）
    [撤回（10分钟内）→撤回 16 12] [更正→更正 16]
    ");
    // Work told without a figure is a report.
    snapshot!(bot.say(CONTACT, "16项设备已全部到货").await, @r"
    ✅ 已登记 第 16 项「紫岩县污水处理厂提标改造」
    进度仍为 91%
    说明：设备已全部到货
    期限 2018-06-30（已过 62 天） 🔴 逾期（另：滞后）
    [撤回（10分钟内）→撤回 16 13] [更正→更正 16]
    ");
}

#[tokio::test]
async fn a_question_that_was_overtaken_is_no_longer_asked() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    bot.say(CONTACT, "进度 16").await;
    assert!(bot.say(CONTACT, "80").await.contains("更低"));
    let (_, corrected) = bot.tap(CONTACT, CONTACT, "更正为 80%").await;
    assert!(corrected.contains("85% → 80%"), "{corrected}");
    assert_eq!(bot.count("SELECT count(*) FROM dialogue").await, 0);
    assert_eq!(bot.say(CONTACT, "谢谢").await, "");
    assert!(bot.say(CONTACT, "天气不错").await.contains("没看懂"));
}

#[tokio::test]
async fn what_is_about_something_else_answers_no_question() {
    let mut bot = Bot::new().await.person("滨江区联络员A").await.person(CLERK).await;
    let contact = "滨江区联络员A";
    let percent = "SELECT percent::bigint FROM item WHERE number = 22";
    let before = bot.count(percent).await;
    bot.say(contact, "22项20％左右").await;
    snapshot!(bot.say(contact, "30项到91%左右").await, @r"
    第 30 项「红石岭水源输水干渠未封闭」
    进度到底是百分之几？请点一个，或直接回数字。
    [86%→答 · 86] [91%→答 · 91] [96%→答 · 96]
    [取消→取消]
    ");
    bot.say(contact, "进度 22").await;
    snapshot!(bot.say(contact, "30 92 盖板完成").await, @r"
    ✅ 已登记 第 30 项「红石岭水源输水干渠未封闭」
    进度 88% → 92%
    说明：盖板完成
    期限 2018-09-30（还有 30 天） 🟡 临期
    [撤回（10分钟内）→撤回 30 11] [更正→更正 30]
    ");
    snapshot!(bot.say(contact, "谢谢").await, @r"
    第 22 项：请回 0 到 100 的数字，如 90。
    [取消→取消]
    ");
    assert_eq!(bot.count(percent).await, before);
    snapshot!(bot.say(contact, "撤回").await, @"已取消，没有登记。");
    snapshot!(bot.say(contact, "22、34都无变化").await, @r"
    ✅ 已登记 第 22 项「八里沟沟渠污水直排」
    无变化，仍为 35%
    期限 2018-12-31（还有 122 天） 🟠 滞后
    [撤回（10分钟内）→撤回 22 11] [更正→更正 22]
    ---
    ✅ 已登记 第 34 项「网箱户转产与渔船清理未到位」
    无变化，仍为 82%
    期限 2018-09-15（还有 15 天） 🟡 临期
    [撤回（10分钟内）→撤回 34 11] [更正→更正 34]
    ");
    // All of them at once are read back first.
    snapshot!(bot.say(contact, "都没变化").await, @r"
    这 3 项都报无变化吗？还没有登记。
    【22】八里沟沟渠污水直排 仍为 35%
    【30】红石岭水源输水干渠未封闭 仍为 92%
    【34】网箱户转产与渔船清理未到位 仍为 82%
    [3 项都登记→答 · 是] [取消→取消]
    ");
    snapshot!(bot.say(contact, "谢谢").await, @r"
    请点按钮，或回“是”“不”。
    [取消→取消]
    ");
    assert_eq!(bot.count(percent).await, before);
    snapshot!(bot.say(contact, "是").await, @r"
    ✅ 已登记 第 30 项「红石岭水源输水干渠未封闭」
    无变化，仍为 92%
    期限 2018-09-30（还有 30 天） 🟡 临期
    [撤回（10分钟内）→撤回 30 12] [更正→更正 30]
    ---
    第 22 项「八里沟沟渠污水直排」
    这是连续第二次“无变化”。是什么原因？一句话就行，需要协调也请写上。
    [资金手续未到位→答 · 资金或手续未到位] [涉及多方→答 · 涉及多家单位，正在协调]
    [按计划本月无任务→答 · 按计划本月无任务] [取消→取消]
    ");
    bot.say(contact, "取消").await;
    // The office: a verdict in free words is no reason for another one.
    bot.say(CLERK, "审核 30 退回").await;
    snapshot!(bot.say(CLERK, "谢谢，先这样").await, @r"
    第 30 项：请写一句话。
    [取消→取消]
    ");
    snapshot!(bot.say(CLERK, "22项通过").await, @r"
    ✅ 第 22 项已审核通过，核实进度 35%。
    [下一条→审核]
    ");
    snapshot!(bot.say(CLERK, "审核 30").await, @r"
    【30】红石岭水源输水干渠未封闭
    滨江区 2018-08-31 无变化 92% 没变化
    [✅ 30 通过→审核 30 12 通过] [↩️ 30 退回→审核 30 12 退回]
    ");
    snapshot!(bot.say(CLERK, "审核 30 退回 请附照片说明").await, @r"
    ↩️ 第 30 项的填报已退回滨江区，请其在 2018-09-07 前重报（5 个工作日）。
    [下一条→审核]
    ");
    assert_eq!(bot.count("SELECT count(*) FROM dialogue").await, 0);
    assert_eq!(bot.say(CLERK, "收到，谢谢").await, "");
    // What was sent back is read first, however slow this machine is.
    bot.notices().await;
    bot.read(contact);
    snapshot!(bot.say(contact, "34项100%，全部清零，申请验收").await, @r"
    ✅ 已登记 第 34 项「网箱户转产与渔船清理未到位」
    进度 82% → 100%
    说明：全部清零，申请验收
    期限 2018-09-15（还有 15 天） 🟡 临期
    这里登记的是进度；申请验收、销号请发：申请销号 34
    [撤回（10分钟内）→撤回 34 12] [更正→更正 34] [申请销号→申请销号 34]
    ");
    bot.leave_unread = true;
}

#[tokio::test]
async fn what_looks_odd_is_asked_first_and_the_office_sees_it() {
    let mut bot = Bot::new().await.person(CONTACT).await.person(CLERK).await;
    snapshot!(bot.say(CONTACT, "进度 16 100 工程完工").await, @r"
    第 16 项「紫岩县污水处理厂提标改造」
    85% → 100% 请核对一下（报100%未申请验收），还没有登记。没错就点“没错，登记”；要改请回正确的数字或说明。
    [没错，登记→答 · 没错] [取消→取消]
    ");
    let (_, answer) = bot.tap(CONTACT, CONTACT, "没错").await;
    snapshot!(answer, @r"
    ✅ 已登记 第 16 项「紫岩县污水处理厂提标改造」
    进度 85% → 100%
    说明：工程完工
    期限 2018-06-30（已过 62 天） 🔴 逾期
    已报 100%，还没有申请验收；材料备齐后请发：申请销号 16
    [撤回（10分钟内）→撤回 16 11] [更正→更正 16] [申请销号→申请销号 16]
    ");
    assert_eq!(bot.count("SELECT count(*) FROM report WHERE odd = '{not_applied}'").await, 1);
    snapshot!(bot.say(CLERK, "审核").await, @r"
    待审填报 1 条（2017-08-01 以来）
    【16】紫岩县污水处理厂提标改造
    紫岩县 2018-08-31 85% → 100% 工程完工
    ⚠️ 异常：报100%未申请验收（本人已确认）
    [✅ 16 通过→审核 16 11 通过] [↩️ 16 退回→审核 16 11 退回]
    ");
}

#[tokio::test]
async fn taken_back_within_ten_minutes_and_put_right_afterwards() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    bot.say(CONTACT, "进度 16 90 设备到货").await;
    let (toast, answer) = bot.tap(CONTACT, CONTACT, "撤回").await;
    assert_eq!(toast, "");
    snapshot!(answer, @"↩️ 已撤回第 16 项刚才的填报，进度回到 85%。");
    assert_eq!(bot.count("SELECT percent::bigint FROM item WHERE number = 16").await, 85);
    let (toast, _) = bot.tap(CONTACT, CONTACT, "撤回").await;
    snapshot!(toast, @"第 16 项的这一条已经撤回，或后面又报了新的，账上没有变。");
    bot.say(CONTACT, "进度 16 90 设备到货").await;
    snapshot!(bot.say(CONTACT, "上面那条写错了，是88不是90").await, @r"
    ✅ 已更正 第 16 项「紫岩县污水处理厂提标改造」
    进度 90% → 88%
    说明：设备到货
    期限 2018-06-30（已过 62 天） 🔴 逾期（另：滞后）
    [撤回（10分钟内）→撤回 16 14] [更正→更正 16]
    ");
    bot.app.clock.forward_to(crate::harness::china("2018-08-31 09:30"));
    snapshot!(bot.say(CONTACT, "撤回").await, @"第 16 项这一条已过 10 分钟，不能撤回。要改请发：更正 16");
    snapshot!(bot.say(CONTACT, "更正 16").await, @r"
    第 16 项「紫岩县污水处理厂提标改造」
    现在 88%。应该是百分之几？回数字就行，说明写错了可以一起改：88 设备已到货
    [78%→答 · 78] [83%→答 · 83] [93%→答 · 93]
    [取消→取消]
    ");
    snapshot!(bot.say(CONTACT, "89").await, @r"
    ✅ 已更正 第 16 项「紫岩县污水处理厂提标改造」
    进度 88% → 89%
    说明：设备到货
    期限 2018-06-30（已过 62 天） 🔴 逾期（另：滞后）
    [撤回（10分钟内）→撤回 16 15] [更正→更正 16]
    ");
}

#[tokio::test]
async fn taking_back_twice_names_the_other_report_and_asks() {
    let mut bot = Bot::new().await.person("滨江区联络员A").await;
    let who = "滨江区联络员A";
    bot.say(who, "进度 22 40 施工单位已进场").await;
    bot.app.clock.forward_to(crate::harness::china("2018-08-31 09:01"));
    bot.say(who, "进度 30 90 盖板完成七成").await;
    snapshot!(bot.say(who, "撤回").await, @"↩️ 已撤回第 30 项刚才的填报，进度回到 88%。");
    snapshot!(bot.say(who, "撤回").await, @r"
    刚才那条已经撤回。再往前一条是第 22 项的：40% 施工单位已进场
    也要撤回吗？
    [撤回第 22 项→撤回 22 11] [取消→撤回 算了]
    ");
    let (_, answer) = bot.tap(who, who, "取消").await;
    snapshot!(answer, @"好的，没有变动。");
    assert_eq!(bot.count("SELECT percent::bigint FROM item WHERE number = 22").await, 40);
    bot.say(who, "撤回").await;
    let (_, answer) = bot.tap(who, who, "撤回第 22 项").await;
    snapshot!(answer, @"↩️ 已撤回第 22 项刚才的填报，进度回到 35%。");
    snapshot!(bot.say(who, "撤回").await, @"没有可以撤回的填报。");
}

#[tokio::test]
async fn the_office_accepts_and_sends_back_and_the_second_clerk_reads_who_was_first() {
    let mut bot = Bot::new().await.person(CONTACT).await.person(CLERK).await.person("调度专员B").await;
    bot.say(CONTACT, "进度 16 90 设备到货").await;
    bot.say(CLERK, "审核").await;
    let (_, asked) = bot.tap(CLERK, CLERK, "↩️ 16 退回").await;
    snapshot!(asked, @r"
    第 16 项「紫岩县污水处理厂提标改造」
    退回的原因是什么？一句话，会原样告诉填报单位。
    期限：5 个工作日内重报。要改先点下面，或写在原因前面：9月20日 原因
    [3 个工作日→答 · 3个工作日] [5 个工作日→答 · 5个工作日] [10 个工作日→答 · 10个工作日]
    [取消→取消]
    ");
    snapshot!(bot.say(CLERK, "请写明调试时间").await, @r"
    ↩️ 第 16 项的填报已退回紫岩县，请其在 2018-09-07 前重报（5 个工作日）。
    [下一条→审核]
    ");
    bot.advance("2018-08-31 09:01").await;
    snapshot!(bot.read(CONTACT), @r"
    ↩️ 第 16 项「紫岩县污水处理厂提标改造」
    2018-08-31 的填报退回，原因：请写明调试时间
    请在 2018-09-07 前重报（5 个工作日）。
    [重报→进度 16]
    ");
    snapshot!(bot.say("调度专员B", "审核 16 通过").await, @"第 16 项这一条已由调度专员A处理（已退回），没有再动。");
    bot.say(CONTACT, "进度 16 91 设备到货，9月10日调试").await;
    snapshot!(bot.say("调度专员B", "审核 16 通过").await, @r"
    ✅ 第 16 项已审核通过，核实进度 91%。
    [下一条→审核]
    ");
    assert_eq!(bot.count("SELECT verified_percent::bigint FROM item WHERE number = 16").await, 91);
    snapshot!(bot.say(CONTACT, "撤回 16").await, @"第 16 项这一条整改办已经审核，不能撤回。要改请发：更正 16");
}

/// The live cards as they read now.
fn cards(bot: &Bot) -> String {
    let cards = bot.fake.cards.lock().unwrap();
    cards.values().map(|card| card.text.bare()).collect::<Vec<_>>().join("\n---\n")
}

#[tokio::test]
async fn a_verdict_that_overtakes_the_answer_still_reaches_its_card() {
    let mut bot = in_the_units_group().await.person(CLERK).await;
    let said = |text: &str| What::Said { text: text.into(), addressed: true, edited: false };
    let report = bot.update(CONTACT, GROUP, said("进度 16 90 设备到货"));
    let review = bot.update(CLERK, CLERK, said("审核 16 通过"));
    // Both are decided before the answer, which is to become the card, has left.
    for update in [&report, &review] {
        assert_eq!(bot.app.desk.handle(update, bot.app.clock.now()).await, Outcome::Settled);
    }
    bot.send_all().await;
    assert!(bot.read(GROUP).contains("85% → 90%"));
    assert!(bot.read(CLERK).contains("核实进度 90%"));
    snapshot!(cards(&bot), @r"
    【16】紫岩县污水处理厂提标改造 90%（核实 90%）
    🔴 逾期（另：滞后） · 期限 2018-06-30（已过 62 天）
    最近填报 2018-08-31 设备到货 · 已通过
    ");
}

#[tokio::test]
async fn the_live_card_shows_the_rung_once_it_was_told_and_who_signed() {
    let mut bot = in_the_units_group().await;
    bot.say_in(GROUP, CONTACT, "进度 16 86 设备到货").await;
    bot.sweep().await;
    bot.send_all().await;
    assert!(!cards(&bot).contains("签收"), "nobody was told yet: {}", cards(&bot));
    bot.advance("2018-09-03 09:00").await;
    snapshot!(cards(&bot), @r"
    【16】紫岩县污水处理厂提标改造 86%
    🔴 逾期（另：滞后） · 期限 2018-06-30（已过 65 天）
    预警：0/1 已签收
    最近填报 2018-08-31 设备到货 · 待审核
    ");
    bot.say(CONTACT, "签收 16 9月20日").await;
    assert!(cards(&bot).contains("1/1 已签收"), "{}", cards(&bot));
}

#[tokio::test]
async fn the_live_card_of_the_group_is_edited_in_place_and_nobody_is_disturbed() {
    let mut bot = in_the_units_group().await.person(CLERK).await;
    bot.say_in(GROUP, CONTACT, "进度 16 90 设备到货").await;
    assert!(bot.fake.cards.lock().unwrap().is_empty());
    bot.say(CLERK, "审核 16 通过").await;
    snapshot!(cards(&bot), @r"
    【16】紫岩县污水处理厂提标改造 90%（核实 90%）
    🔴 逾期（另：滞后） · 期限 2018-06-30（已过 62 天）
    最近填报 2018-08-31 设备到货 · 已通过
    ");
    assert_eq!(bot.read(GROUP), "");
    // A report made in private brings it up to date as well; one made here becomes the card.
    bot.say(CONTACT, "进度 16 92 开始安装").await;
    assert!(cards(&bot).contains("92%"));
    bot.say_in(GROUP, CONTACT, "进度 16 93 安装过半").await;
    assert!(cards(&bot).contains("92%"), "the new answer is the card now");
    bot.say(CONTACT, "进度 16 94 安装完").await;
    assert_eq!(bot.fake.cards.lock().unwrap().len(), 2);
    assert!(cards(&bot).contains("94%"));
    // A group that is no longer confirmed reads nothing more.
    sqlx::query("UPDATE chat SET confirmed = false").execute(&bot.pool).await.unwrap();
    bot.say(CONTACT, "进度 16 95 调试").await;
    assert!(!cards(&bot).contains("95%"));
    assert_eq!(bot.count("SELECT count(*) FROM outbox WHERE state = 'due'").await, 0);
}

#[tokio::test]
async fn only_the_silent_are_urged_and_once_a_day() {
    let mut bot = Bot::new().await.person(CONTACT).await.person(CLERK).await;
    bot.advance("2018-09-20 10:00").await;
    bot.read(CONTACT);
    snapshot!(bot.say(CLERK, "催报").await, @r"
    📅 9 月的调度还没有发出
    先预检、彩排，再发出。不发出，各单位不会收到本期的填报通知；只提醒这一次。
    [预检→预检] [彩排→彩排]
    ---
    本期未报：10 个单位 14 项
    市住建局：11、24、37（联络员未绑定，请电话）
    市水利局：32（联络员未绑定，请电话）
    市国土资源局：51（联络员未绑定，请电话）
    市交通运输局：59（联络员未绑定，请电话）
    市工信局：48（联络员未绑定，请电话）
    滨江区：22、30、34（联络员未绑定，请电话）
    紫岩县：16
    洵口县：53（联络员未绑定，请电话）
    高新区：23（联络员未绑定，请电话）
    恒河示范区：25（联络员未绑定，请电话）
    [催报→催报 发送]
    ");
    let (_, answer) = bot.tap(CLERK, CLERK, "催报").await;
    snapshot!(answer, @r"
    已提醒 1 个单位的联络员，2018-09-20 10:00 发出；期间报了的不再打扰。
    这些单位联络员还没绑定，没有发，请电话：市住建局、市水利局、市国土资源局、市交通运输局、市工信局、滨江区、洵口县、高新区、恒河示范区
    ");
    bot.advance("2018-09-20 10:01").await;
    snapshot!(bot.read(CONTACT), @r"
    ⏰ 本期还有 1 项没有报
    【16】紫岩县污水处理厂提标改造：85%，上次 2018-08-23
    回一句就行，没有变化就发“16项无变化”，例：进度 16 85 本月做了什么
    本月向你发出 1 条，上限 6 条
    ");
    snapshot!(bot.say(CLERK, "催报 洵口县").await, @r"
    本期未报：1 个单位 1 项
    洵口县：53（联络员未绑定，请电话）
    ");
    snapshot!(bot.say(CLERK, "催报 某某局 发送").await, @"没有叫“某某局”的单位。");
    snapshot!(bot.say(CLERK, "催报 发送").await, @r"
    今天都催过了，没有再发。
    这些单位联络员还没绑定，没有发，请电话：市住建局、市水利局、市国土资源局、市交通运输局、市工信局、滨江区、洵口县、高新区、恒河示范区
    ");
    bot.expect_silence();
}

#[tokio::test]
async fn one_unit_is_urged_alone() {
    let mut bot = Bot::new().await.person(CONTACT).await.person("洵口县联络员A").await.person(CLERK).await;
    bot.advance("2018-09-20 10:00").await;
    bot.read(CONTACT);
    bot.read("洵口县联络员A");
    snapshot!(bot.say(CLERK, "催报 紫岩").await, @r"
    📅 9 月的调度还没有发出
    先预检、彩排，再发出。不发出，各单位不会收到本期的填报通知；只提醒这一次。
    [预检→预检] [彩排→彩排]
    ---
    本期未报：1 个单位 1 项
    紫岩县：16
    [催报→催报 紫岩县 发送]
    ");
    let (_, answer) = bot.tap(CLERK, CLERK, "催报").await;
    snapshot!(answer, @"已提醒 1 个单位的联络员，2018-09-20 10:00 发出；期间报了的不再打扰。");
    bot.advance("2018-09-20 10:01").await;
    assert!(bot.read(CONTACT).contains("【16】"));
    bot.expect_silence();
    bot.say(CONTACT, "16项无变化").await;
    snapshot!(bot.say(CLERK, "催报 紫岩县").await, @"紫岩县本期都报了，没有要催的。");
    snapshot!(bot.say(CLERK, "urge ZYX send").await, @"紫岩县本期都报了，没有要催的。");
}

#[tokio::test]
async fn the_office_reports_for_a_unit_and_the_unit_hears_of_it() {
    let mut bot = Bot::new().await.person(CONTACT).await.person(CLERK).await;
    snapshot!(bot.say(CLERK, "代 紫岩县 填报 16 90 电话报来：设备到货").await, @r"
    ✅ 已登记 第 16 项「紫岩县污水处理厂提标改造」
    代紫岩县填报，会告知该单位
    进度 85% → 90%
    说明：电话报来：设备到货
    期限 2018-06-30（已过 62 天） 🔴 逾期（另：滞后）
    [撤回（10分钟内）→撤回 16 11]
    ");
    bot.advance("2018-08-31 09:01").await;
    snapshot!(bot.read(CONTACT), @r"
    整改办代你单位填报了第 16 项「紫岩县污水处理厂提标改造」：90% 电话报来：设备到货
    如不对，请发：更正 16
    ");
    snapshot!(bot.say(CLERK, "代 紫岩县 填报 37 90 渗滤液").await, @"第 37 项不是紫岩县牵头或配合的事项，没有登记。");
    snapshot!(bot.say(CLERK, "代 某某局 填报 16 90 到货").await, @"没有叫“某某局”的单位，没有登记。");
    assert_eq!(
        bot.count("SELECT count(*) FROM report r JOIN post p ON p.id = r.post WHERE p.title = '调度专员A'")
            .await,
        1
    );
    let (_, taken_back) = bot.tap(CLERK, CLERK, "撤回").await;
    snapshot!(taken_back, @"↩️ 已撤回第 16 项刚才的填报，进度回到 85%。");
}

#[tokio::test]
async fn questions_in_free_words_are_command_lines() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    let asked = bot.say(CONTACT, "16项现在什么情况").await;
    assert_eq!(asked, bot.say(CONTACT, "查 16").await);
    assert!(bot.say(CONTACT, "37项现在什么情况").await.contains("无关"));
}

#[tokio::test]
async fn a_redelivered_answer_changes_nothing_and_a_restart_loses_nothing() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    assert!(bot.say(CONTACT, "进度 16 90").await.contains("做了什么"));
    let url = bot.url.clone();
    let mut again = Bot::on(url).await;
    let what = What::Said { text: "设备到货".into(), addressed: true, edited: false };
    let mut update = again.update(CONTACT, CONTACT, what);
    update.update_id = "77".into();
    for _ in 0..3 {
        again.deliver(&update).await;
    }
    // The first process still holds the line to the platform.
    bot.send_all().await;
    assert_eq!(bot.read(CONTACT).matches("已登记").count(), 1);
    assert_eq!(bot.count("SELECT count(*) FROM report WHERE effective_on = '2018-08-31'").await, 1);
}
