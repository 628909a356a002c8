//! Who reads what of a paper and where: several addressees, those a circular does not name, heads of units, a second
//! contact, and groups in which others read along.

use insta::assert_snapshot as snapshot;

use super::{CONTACT, DRAFTER, SIGNER, issue, office, signed};
use crate::exporting::words;
use crate::harness::Bot;
use crate::inviting::{code_in, invited};

const BJ: &str = "滨江区联络员A";

#[tokio::test]
async fn each_addressee_reads_the_items_that_concern_it() {
    let mut bot = office().await.person(BJ).await.person("紫岩县分管副县长").await;
    bot.say(DRAFTER, "督办 16、22 9月底前完成").await;
    issue(&mut bot, 1).await;
    bot.notices().await;
    snapshot!(bot.read(CONTACT), @r"
    📨 督办通知 安整改办督〔2018〕1号
    紫岩县：
    关于第16项整改工作的督办通知
    依据：2017年省级环保督察整改方案第16项
    现状（截至 2018-08-31）：
    【16】紫岩县污水处理厂提标改造：整改时限2018年6月30日，上报进度85%，阶段目标100%，相差15个百分点，已逾期62天，最近填报2018年8月23日
    要求：9月底前完成
    回复请发（2018-09-07 前，还有 5 个工作日）：回复 安整改办督〔2018〕1号 原因、措施和完成日期
    本月向你发出 1 条，上限 6 条
    [签收→签收 安整改办督〔2018〕1号]
    ");
    let other = bot.read(BJ);
    assert!(other.contains("【22】") && !other.contains("16"), "{other}");
    snapshot!(bot.read("紫岩县分管副县长"), @r"
    📨 督办通知 安整改办督〔2018〕1号
    关于第16项整改工作的督办通知，已发给你单位联络员，书面回复限期 2018-09-07。
    [看全文→发文 安整改办督〔2018〕1号]
    ");
    // The same as a file: its own copy and nothing of the others.
    let (_, file) = bot.document(BJ, "导出 督办 安整改办督〔2018〕1号").await;
    let paper = words(&file);
    assert!(paper.contains("第22项") && !paper.contains("第16") && !paper.contains("紫岩县"), "{paper}");
    // The office's own is whole.
    let whole = bot.say(SIGNER, "发文 1").await;
    assert!(whole.contains("【16】") && whole.contains("【22】"), "{whole}");
}

#[tokio::test]
async fn a_unit_answers_for_the_items_it_leads_and_sees_where_it_only_helps() {
    let mut bot = office().await.person(BJ).await.person("市住建局联络员A").await;
    // Each of the two shares the other's item.
    bot.say(DRAFTER, "督办 22、37 请书面说明原因").await;
    issue(&mut bot, 1).await;
    bot.notices().await;
    for (who, own, other) in [(BJ, "【22】", "37"), ("市住建局联络员A", "【37】", "22")] {
        let copy = bot.read(who);
        assert!(copy.contains(own) && !copy.contains(other), "{who}: {copy}");
    }
    // Where the lead unit got no copy, or it leads none of them, it reads what it helps with, as such.
    bot.say(DRAFTER, "提醒函 22、37 给 滨江区 请加快").await;
    bot.say(DRAFTER, "是").await;
    issue(&mut bot, 2).await;
    bot.notices().await;
    snapshot!(bot.read(BJ), @r"
    📨 提醒函 安整改办函〔2018〕1号
    滨江区：
    关于第22、37项整改工作的提醒函
    依据：2017年省级环保督察整改方案第22、37项
    现状（截至 2018-08-31）：
    【22】八里沟沟渠污水直排：整改时限2018年12月31日，上报进度35%，阶段目标60%，相差25个百分点，最近填报2018年8月24日
    【37】〔配合〕中心城市垃圾处理场渗滤液积存：整改时限2018年8月15日，上报进度60%，阶段目标100%，相差40个百分点，已逾期16天，最近填报2018年8月24日
    要求：请加快
    回复请发（2018-09-07 前，还有 5 个工作日）：回复 安整改办函〔2018〕1号 原因、措施和完成日期
    本月向你发出 2 条，上限 6 条
    [签收→签收 安整改办函〔2018〕1号]
    ");
    let (_, file) = bot.document(BJ, "导出 督办 安整改办函〔2018〕1号").await;
    let paper = words(&file);
    assert!(paper.contains("第37项：〔配合〕"), "{paper}");
    bot.leave_unread = true;
}

#[tokio::test]
async fn what_a_circular_does_not_name_owes_nothing() {
    const OTHER: &str = "市农业局联络员A";
    let mut bot = office().await.person(OTHER).await;
    // Nobody was told anything: nobody is named, and the paper asks nobody for an answer.
    bot.sweep().await;
    let draft = bot.say(DRAFTER, "通报").await;
    assert!(draft.contains("没有点名") && !draft.contains("限期"), "{draft}");
    let (_, file) = bot.document(DRAFTER, "导出 通报 稿1").await;
    let paper = words(&file);
    assert!(!paper.contains("前回复办理情况"), "{paper}");
    bot.say(DRAFTER, "发文 1 作废 先提醒").await;
    // A notice that arrived tells as a warning does.
    bot.say(DRAFTER, "督办 16 9月底前完成设备调试").await;
    issue(&mut bot, 2).await;
    bot.notices().await;
    bot.read(CONTACT);
    bot.say(DRAFTER, "通报").await;
    snapshot!(bot.say(DRAFTER, "是").await, @r"
    📄 稿3 通报 · 待核稿
    主送：市考核办、市委组织部、市委宣传部、市纪委监委、市编办、市环保局、市住建局、市水利局、市农业局、市国土资源局、市交通运输局、市工信局、市安监局、市公安局、市财政局、市卫计局、市商务局、滨江区、云阴县、清泉县、宁岭县、紫岩县、岚溪县、平川县、镇岭县、洵口县、白沙县、高新区、恒河示范区、映湖生态旅游区
    关于环保督察整改工作进展情况的通报
    截至2018年8月31日，2017年省级环保督察整改事项共60项，完成45项（其中销号37项），正在整改15项，其中逾期3项、滞后4项、未报2项、临期3项。市考核办、市委组织部、市委宣传部、市纪委监委、市编办、市环保局、市农业局、市安监局等19个单位牵头的事项已全部完成。
    存在问题：
    【16】紫岩县，紫岩县污水处理厂提标改造：整改时限2018年6月30日，上报进度85%，阶段目标100%，相差15个百分点，已逾期62天，最近填报2018年8月23日
    要求：点到的事项，牵头单位抓紧整改，书面报告整改情况；其他事项对照整改方案按期完成。
    书面回复限期：2018-09-07（点到的 1 个牵头单位；其他单位供工作参考）
    拟稿 调度专员A（2018-08-31 09:00）
    第 21、22、23、25、32、37、48、53 项也有问题，还没提醒过本单位，没有点名。
    [作废→发文 3 作废]
    ");
    issue(&mut bot, 3).await;
    bot.notices().await;
    let named = bot.read(CONTACT);
    assert!(named.contains("回复请发") && named.contains("[签收→"), "{named}");
    let told = bot.read(OTHER);
    assert!(
        told.contains("没有点到你单位牵头的事项，供工作参考，不用签收、回复") && !told.contains("[签收→"),
        "{told}"
    );
    // The paper says the same.
    let (_, file) = bot.document(OTHER, "导出 通报 安整改办通报2018年第1期").await;
    let paper = words(&file);
    assert!(
        paper.contains("请上述事项的牵头单位于2018年9月7日前回复办理情况；其他单位供工作参考，不用回复。"),
        "{paper}"
    );
    assert!(bot.say(OTHER, "签收").await.contains("没有要签收的"));
    bot.leave_unread = true;
    bot.advance("2018-09-14 09:00").await;
    let late = bot.read(DRAFTER) + &bot.read(SIGNER);
    assert!(!late.contains("市农业局"), "{late}");
}

#[tokio::test]
async fn what_was_typed_goes_on_with_the_paper_that_is_chosen() {
    let mut bot = office().await;
    for item in [16, 16] {
        if bot.say(DRAFTER, &format!("督办 {item} 9月底前完成")).await.contains("还要再拟") {
            bot.say(DRAFTER, "是").await;
        }
    }
    issue(&mut bot, 1).await;
    issue(&mut bot, 2).await;
    bot.notices().await;
    bot.read(CONTACT);
    snapshot!(bot.say(CONTACT, "回复 设备已到货，9月30日前完成调试").await, @r"
    有几件要回复，是哪一件？没有登记，点一行再发就行：
    回复 安整改办督〔2018〕1号 设备已到货，9月30日前完成调试
    回复 安整改办督〔2018〕2号 设备已到货，9月30日前完成调试
    ");
    // 收到 is no receipt by itself; what it may be about is offered.
    snapshot!(bot.say(CONTACT, "收到").await, @r"
    待签收 2 件
    📨 安整改办督〔2018〕1号
    📨 安整改办督〔2018〕2号
    [全部签收→签收 全部]
    [签收 安整改办督〔2018〕1号→签收 安整改办督〔2018〕1号]
    [签收 安整改办督〔2018〕2号→签收 安整改办督〔2018〕2号]
    ");
}

#[tokio::test]
async fn in_a_group_where_others_read_along_the_office_does_nothing_of_its_own() {
    let mut bot = office().await;
    bot.sweep().await;
    for line in [
        "建议",
        "建议 16 同意",
        "未签收",
        "催报",
        "放行",
        "审核",
        "活动",
        "预警 16 黄 请加快",
        "暂停 16 到 9月20日 因 汛期",
        "督办 16 加快",
        "通报",
        "考核 2季度",
        "记 会议 领导小组会议",
    ] {
        let answer = bot.say_in("-7", DRAFTER, line).await;
        assert!(answer.starts_with("这件事只在私聊里办"), "{line} → {answer}");
    }
    for line in ["签收 16", "签收"] {
        let answer = bot.say_in("-7", CONTACT, line).await;
        assert!(answer.starts_with("这件事只在私聊里办"), "{line} → {answer}");
    }
}

#[tokio::test]
async fn a_second_contact_takes_nothing_away_from_the_first() {
    let mut bot = Bot::new().await.person(DRAFTER).await.person("市环保局联络员A").await;
    let code = invited(&mut bot, "市环保局联络员B").await;
    snapshot!(bot.say("小李", &format!("绑定 {code}")).await, @r"
    ✅ 已绑定：市环保局联络员B（市环保局，联络员）。
    发送“帮助”看可以做什么。
    市环保局的提醒和文件现在发给 市环保局联络员A；市环保局联络员A 请假或解绑后由你接收。要换人，请 市环保局联络员A 发“交接”。
    ");
    bot.notices().await;
    assert_eq!(bot.read("市环保局联络员A"), "", "nothing changes for the first");
    bot.read(DRAFTER);
    // The first comes later than the second.
    let mut bot = Bot::new().await.person(DRAFTER).await.person("市环保局联络员B").await;
    let code = code_in(&bot.say(DRAFTER, "邀请 市环保局联络员A").await);
    bot.say("小王", &format!("绑定 {code}")).await;
    bot.notices().await;
    bot.read(DRAFTER);
    snapshot!(bot.read("市环保局联络员B"), @"市环保局联络员A 已绑定，市环保局的提醒和文件今后发给 市环保局联络员A；你照常可以办事、查询。不是单位的安排，请马上联系整改办。");
}

#[tokio::test]
async fn a_warning_that_cannot_reach_anybody_says_so() {
    let mut bot = office().await;
    snapshot!(bot.say(DRAFTER, "预警 37 橙 给 市住建局 请尽快").await, @r"
    第 37 项 橙 · 严重预警，给市住建局，已登记。
    ⚠️ 市住建局没有绑定联络员，现在发不到，请电话告知；绑定后再发。
    0/1 已签收，查看请发：未签收 37
    ");
    snapshot!(bot.say(DRAFTER, "预警 16 橙 请尽快").await, @"✅ 第 16 项 橙 · 严重预警，发给紫岩县，2018-08-31 09:00 发出。0/1 已签收，查看请发：未签收 16");
    bot.leave_unread = true;
}

#[tokio::test]
async fn what_nobody_has_answered_is_asked_about_before_it_is_closed() {
    let mut bot = signed().await;
    bot.notices().await;
    bot.read(CONTACT);
    snapshot!(bot.say(SIGNER, "发文 1 办结").await, @r"
    安整改办督〔2018〕1号还有 1 份没有回复。办结后不再催，照样办结吗？
    [照样办结→答 · 是] [取消→取消]
    ");
    assert!(bot.tap(SIGNER, SIGNER, "取消").await.1.contains("已取消"));
    assert_eq!(bot.count("SELECT count(*) FROM notice_copy WHERE closed_at IS NOT NULL").await, 0);
    bot.say(SIGNER, "发文 1 办结").await;
    let (_, closed) = bot.tap(SIGNER, SIGNER, "照样办结").await;
    assert!(closed.contains("办结 1 份（其中 1 份没有回复）。全部办结"), "{closed}");
}

#[tokio::test]
async fn one_item_has_one_promise_whatever_paper_it_was_given_with() {
    let mut bot = office().await;
    // A warning is raised that is to be said on Monday.
    bot.sweep().await;
    bot.say(DRAFTER, "督办 16 9月底前完成").await;
    issue(&mut bot, 1).await;
    bot.notices().await;
    bot.read(CONTACT);
    // What waits about the item is the paper.
    snapshot!(bot.say(CONTACT, "签收 16").await, @r"
    ✅ 安整改办督〔2018〕1号 已签收。
    请于 2018-09-07 前回复：回复 安整改办督〔2018〕1号 原因、措施和完成日期
    哪天前能完成？点一个，或回一个日期（最晚 2018-09-29）。
    [3 个工作日→答 · 2018-09-05] [5 个工作日→答 · 2018-09-07] [10 个工作日→答 · 2018-09-14]
    ");
    // A day that is said with 全部 is for what was just signed for.
    snapshot!(bot.say(CONTACT, "签收 全部 9月25日").await, @"✅ 安整改办督〔2018〕1号 已签收，承诺 2018-09-25 前完成。");
    assert_eq!(bot.say(CONTACT, "签收").await, "现在没有要签收的预警和文件。");
    // A second paper about it asks for a receipt, and for no other promise.
    bot.say(DRAFTER, "提醒函 16 请加快").await;
    bot.say(DRAFTER, "是").await;
    issue(&mut bot, 2).await;
    bot.notices().await;
    bot.read(CONTACT);
    snapshot!(bot.say(CONTACT, "签收 全部").await, @"✅ 安整改办函〔2018〕1号 已签收，仍按原来承诺的 2018-09-25，不用再承诺。请于 2018-09-07 前回复。");
    // The promise is silence about the item, also where the warning was still to come.
    bot.advance("2018-09-03 09:00").await;
    let monday = bot.read(CONTACT);
    assert!(!monday.contains("【16】"), "{monday}");
    bot.say(DRAFTER, "预警 16 黄 请加快").await;
    bot.notices().await;
    bot.read(CONTACT);
    snapshot!(bot.say(CONTACT, "签收 16").await, @"✅ 第 16 项已签收，仍按原来承诺的 2018-09-25，不用再承诺。要改日期：签收 16 日期");
    let days = "SELECT count(DISTINCT promised_on) FROM (SELECT promised_on FROM notice_copy UNION ALL SELECT promised_on FROM receipt) p";
    assert_eq!(bot.count(days).await, 1);
    bot.leave_unread = true;
}
