//! 发文: drafted, checked and signed by two, delivered, signed for, answered, closed; numbers without gaps, and
//! under the same number again after a crash.

mod activities;
mod addressees;
mod assessing;
mod copied;
mod copies;
mod limits;
mod numbers;
mod weighing;

use insta::assert_snapshot as snapshot;

use crate::harness::Bot;

const CONTACT: &str = "紫岩县联络员A";
const DRAFTER: &str = "调度专员A";
const SIGNER: &str = "市整改办副主任";
const NUMBER: &str = "安整改办督〔2018〕1号";

/// An office of two, and a contact.
async fn office() -> Bot {
    let mut bot = Bot::new().await.person(CONTACT).await.person(DRAFTER).await.person(SIGNER).await;
    bot.say(DRAFTER, "发文 代字 安整改办 安澜市环保督察整改办").await;
    bot
}

/// A draft is checked and signed; what was said to the signature.
async fn issue(bot: &mut Bot, handle: i32) -> String {
    bot.say(SIGNER, &format!("发文 {handle} 核稿")).await;
    bot.say(SIGNER, &format!("发文 {handle} 签发")).await
}

/// A notice about item 16 that is signed and on its way.
async fn signed() -> Bot {
    let mut bot = office().await;
    bot.say(DRAFTER, "督办 16 9月底前完成设备调试").await;
    issue(&mut bot, 1).await;
    bot
}

#[tokio::test]
async fn a_notice_goes_from_the_draft_to_the_last_answer() {
    let mut bot = Bot::new().await.person(CONTACT).await.person(DRAFTER).await.person(SIGNER).await;
    snapshot!(bot.say(DRAFTER, "督办 16 9月底前完成设备调试").await, @r"
    📄 稿1 督办通知 · 待核稿
    主送：紫岩县
    关于第16项整改工作的督办通知
    依据：2017年省级环保督察整改方案第16项
    现状（截至 2018-08-31）：
    【16】紫岩县污水处理厂提标改造：整改时限2018年6月30日，上报进度85%，阶段目标100%，相差15个百分点，已逾期62天，最近填报2018年8月23日
    要求：9月底前完成设备调试
    书面回复限期：2018-09-07
    拟稿 调度专员A（2018-08-31 09:00）
    要求里写的是 2018-09-30，书面回复另限 2018-09-07；要同一天请改限期。
    核稿、签发请另一位同事办；要改要求请发：发文 1 要求 …
    [作废→发文 1 作废]
    [限期改为 2018-09-30→发文 1 限期 2018-09-30]
    ");
    snapshot!(bot.say(DRAFTER, "发文 1 核稿").await, @"稿1是你拟的稿，核稿和签发请另一位同事办，没有动。");
    snapshot!(bot.say(SIGNER, "发文 1 签发").await, @"稿1还没有核稿，没有动。核稿请发：发文 1 核稿");
    snapshot!(bot.say(SIGNER, "发文").await, @r"
    📄 发文 1 件
    1 关于第16项整改工作的督办通知 · 待核稿 · 紫岩县
    [稿1→发文 1]
    ");
    let (_, card) = bot.tap(SIGNER, SIGNER, "稿1").await;
    snapshot!(card, @r"
    📄 稿1 督办通知 · 待核稿
    主送：紫岩县
    关于第16项整改工作的督办通知
    依据：2017年省级环保督察整改方案第16项
    现状（截至 2018-08-31）：
    【16】紫岩县污水处理厂提标改造：整改时限2018年6月30日，上报进度85%，阶段目标100%，相差15个百分点，已逾期62天，最近填报2018年8月23日
    要求：9月底前完成设备调试
    书面回复限期：2018-09-07
    拟稿 调度专员A（2018-08-31 09:00）
    要求里写的是 2018-09-30，书面回复另限 2018-09-07；要同一天请改限期。
    [核稿→发文 1 核稿] [作废→发文 1 作废]
    [限期改为 2018-09-30→发文 1 限期 2018-09-30]
    ");
    let (_, card) = bot.tap(SIGNER, SIGNER, "核稿").await;
    snapshot!(card, @r"
    📄 稿1 督办通知 · 待签发
    主送：紫岩县
    关于第16项整改工作的督办通知
    依据：2017年省级环保督察整改方案第16项
    现状（截至 2018-08-31）：
    【16】紫岩县污水处理厂提标改造：整改时限2018年6月30日，上报进度85%，阶段目标100%，相差15个百分点，已逾期62天，最近填报2018年8月23日
    要求：9月底前完成设备调试
    书面回复限期：2018-09-07
    拟稿 调度专员A（2018-08-31 09:00） · 核稿 市整改办副主任（2018-08-31 09:00）
    [签发→发文 1 签发] [作废→发文 1 作废]
    ");
    let (told, _) = bot.tap(SIGNER, SIGNER, "签发").await;
    snapshot!(told, @"还没有设代字，编不出文号，没有签发。设一次就行，例：发文 代字 安整改办");
    snapshot!(bot.say(SIGNER, "发文 代字").await, @"还没有设代字。例：发文 代字 安整改办");
    snapshot!(bot.say(SIGNER, "发文 代字 安整改办 安澜市环保督察整改办").await, @"✅ 代字：安整改办。以后签发的文号如 安整改办督〔2018〕1号；已签发的不变。");
    snapshot!(bot.say(SIGNER, "发文 1 签发").await, @r"
    ✅ 安整改办督〔2018〕1号 已签发，2018-08-31 09:00 起发给紫岩县（1 份）。
    [看送达→发文 1]
    ");
    snapshot!(bot.say(SIGNER, "发文 1 签发").await, @"安整改办督〔2018〕1号（督办通知）已签发，没有动。");
    bot.notices().await;
    snapshot!(bot.read(CONTACT), @r"
    📨 督办通知 安整改办督〔2018〕1号
    紫岩县：
    关于第16项整改工作的督办通知
    依据：2017年省级环保督察整改方案第16项
    现状（截至 2018-08-31）：
    【16】紫岩县污水处理厂提标改造：整改时限2018年6月30日，上报进度85%，阶段目标100%，相差15个百分点，已逾期62天，最近填报2018年8月23日
    要求：9月底前完成设备调试
    回复请发（2018-09-07 前，还有 5 个工作日）：回复 安整改办督〔2018〕1号 原因、措施和完成日期
    本月向你发出 1 条，上限 6 条
    [签收→签收 安整改办督〔2018〕1号]
    ");
    snapshot!(bot.say(SIGNER, "发文 1").await, @r"
    📄 安整改办督〔2018〕1号 · 已签发
    主送：紫岩县
    关于第16项整改工作的督办通知
    依据：2017年省级环保督察整改方案第16项
    现状（截至 2018-08-31）：
    【16】紫岩县污水处理厂提标改造：整改时限2018年6月30日，上报进度85%，阶段目标100%，相差15个百分点，已逾期62天，最近填报2018年8月23日
    要求：9月底前完成设备调试
    书面回复限期：2018-09-07
    拟稿 调度专员A（2018-08-31 09:00） · 核稿 市整改办副主任（2018-08-31 09:00） · 签发 市整改办副主任（2018-08-31 09:00）
    ▪ 紫岩县：2018-08-31 送达 · 未签收
    [办结→发文 1 办结] [作废→发文 1 作废]
    ");
    let (_, said) = bot.tap(CONTACT, CONTACT, "签收").await;
    snapshot!(said, @r"
    ✅ 安整改办督〔2018〕1号 已签收。
    请于 2018-09-07 前回复：回复 安整改办督〔2018〕1号 原因、措施和完成日期
    哪天前能完成？点一个，或回一个日期（最晚 2018-09-29）。
    [3 个工作日→答 · 2018-09-05] [5 个工作日→答 · 2018-09-07] [10 个工作日→答 · 2018-09-14]
    ");
    snapshot!(bot.say(CONTACT, &format!("签收 {NUMBER}")).await, @"安整改办督〔2018〕1号 已由紫岩县联络员A于 2018-08-31 签收，不用再签。");
    snapshot!(bot.say(CONTACT, "签收 安整改办督[2018]1号 9月20日").await, @r"
    ✅ 安整改办督〔2018〕1号 已签收，承诺 2018-09-20 前完成。
    请于 2018-09-07 前回复：回复 安整改办督〔2018〕1号 原因、措施和完成日期
    ");
    snapshot!(bot.say(CONTACT, &format!("回复 {NUMBER}")).await, @r"
    请直接回一段：安整改办督〔2018〕1号 的回复内容，写原因、措施和完成日期（1000 字以内，详细材料另附文件）。还没有登记。
    [取消→取消]
    ");
    snapshot!(bot.say(CONTACT, "设备已到货，9月20日前完成调试").await, @"✅ 安整改办督〔2018〕1号 已回复，整改办会看到。要改就再发一次“回复”。");
    bot.notices().await;
    snapshot!(bot.read(DRAFTER) + &bot.read(SIGNER), @r"
    💬 紫岩县 回复 安整改办督〔2018〕1号：设备已到货，9月20日前完成调试
    [办结→发文 1 办结 紫岩县] [看全文→发文 1]
    ");
    snapshot!(bot.say(DRAFTER, "发文 1 退回 紫岩县").await, @"请写一句退回的原因（200 字以内），没有退回。");
    snapshot!(bot.say(DRAFTER, "发文 1 退回 紫岩县 请写明责任人").await, @"↩️ 已退回紫岩县的回复，对方会收到原因。");
    bot.notices().await;
    snapshot!(bot.read(CONTACT), @r"
    ↩️ 安整改办督〔2018〕1号 的回复被退回：请写明责任人
    请再回复：回复 安整改办督〔2018〕1号 内容
    ");
    bot.say(CONTACT, "回复 责任人：分管副县长；9月20日前完成调试").await;
    bot.notices().await;
    let closing = format!("{}{}", bot.read(DRAFTER), bot.read(SIGNER));
    assert!(closing.contains("责任人：分管副县长"), "{closing}");
    snapshot!(bot.say(CONTACT, "发文").await, @r"
    📄 发文 1 件
    1 安整改办督〔2018〕1号 · 已签发 · 紫岩县，签收 1、回复 1，限期 2018-09-07
    [安整改办督〔2018〕1号→发文 1]
    ");
    snapshot!(bot.say(CONTACT, "发文 1").await, @r"
    📨 督办通知 安整改办督〔2018〕1号
    紫岩县：
    关于第16项整改工作的督办通知
    依据：2017年省级环保督察整改方案第16项
    现状（截至 2018-08-31）：
    【16】紫岩县污水处理厂提标改造：整改时限2018年6月30日，上报进度85%，阶段目标100%，相差15个百分点，已逾期62天，最近填报2018年8月23日
    要求：9月底前完成设备调试
    2018-08-31 已回复：责任人：分管副县长；9月20日前完成调试
    ");
    snapshot!(bot.say(SIGNER, "发文 1 办结").await, @"✅ 安整改办督〔2018〕1号：办结 1 份。全部办结。办结的是这件文，事项照常办理、填报。");
    snapshot!(bot.say(SIGNER, "发文 1").await, @r"
    📄 安整改办督〔2018〕1号 · 已办结
    主送：紫岩县
    关于第16项整改工作的督办通知
    依据：2017年省级环保督察整改方案第16项
    现状（截至 2018-08-31）：
    【16】紫岩县污水处理厂提标改造：整改时限2018年6月30日，上报进度85%，阶段目标100%，相差15个百分点，已逾期62天，最近填报2018年8月23日
    要求：9月底前完成设备调试
    书面回复限期：2018-09-07
    拟稿 调度专员A（2018-08-31 09:00） · 核稿 市整改办副主任（2018-08-31 09:00） · 签发 市整改办副主任（2018-08-31 09:00）
    ▪ 紫岩县：2018-08-31 送达 · 2018-08-31 签收 · 承诺 2018-09-20 前 · 2018-08-31 回复：责任人：分管副县长；9月20日前完成调试 · 2018-08-31 办结
    ");
    snapshot!(bot.say(CONTACT, "回复 再补充一句").await, @"现在没有要回复的文件。");
    snapshot!(bot.say(SIGNER, "发文 1 作废 发错了").await, @"安整改办督〔2018〕1号（督办通知）已办结，没有动。");
}

#[tokio::test]
async fn several_items_and_units_and_how_much_paper_they_got() {
    let mut bot = signed().await;
    bot.notices().await;
    bot.read(CONTACT);
    snapshot!(bot.say(DRAFTER, "督办").await, @"请写事项编号，需要时写发给谁、要求什么，没有拟稿。例：督办 16 给 紫岩县 9月底前完成设备调试");
    snapshot!(bot.say(DRAFTER, "督办 16 给 滨江区 请加快").await, @"“滨江区”不是这些事项的责任单位，没有拟稿。责任单位：紫岩县、市住建局、市环保局");
    snapshot!(bot.say(DRAFTER, "督办 1 请加快").await, @"第 1 项基本完成，没有拟稿。");
    snapshot!(bot.say(DRAFTER, "督办 16、22 给 紫岩县、滨江区 请加快").await, @r"
    紫岩县今年已收文 1 份（督办通知 1）。
    还要再拟一份督办通知吗？
    [拟稿→答 · 是] [取消→取消]
    ");
    let (_, card) = bot.tap(DRAFTER, DRAFTER, "拟稿").await;
    snapshot!(card, @r"
    📄 稿2 督办通知 · 待核稿
    主送：紫岩县、滨江区
    关于第16、22项整改工作的督办通知
    依据：2017年省级环保督察整改方案第16、22项
    现状（截至 2018-08-31）：
    【16】紫岩县污水处理厂提标改造：整改时限2018年6月30日，上报进度85%，阶段目标100%，相差15个百分点，已逾期62天，最近填报2018年8月23日
    【22】八里沟沟渠污水直排：整改时限2018年12月31日，上报进度35%，阶段目标60%，相差25个百分点，最近填报2018年8月24日
    要求：请加快
    书面回复限期：2018-09-07
    拟稿 调度专员A（2018-08-31 09:00）
    核稿、签发请另一位同事办；要改要求请发：发文 2 要求 …
    [作废→发文 2 作废]
    ");
    snapshot!(bot.say(DRAFTER, "发文 2 要求 9月15日前报倒排计划").await, @r"
    📄 稿2 督办通知 · 待核稿
    主送：紫岩县、滨江区
    关于第16、22项整改工作的督办通知
    依据：2017年省级环保督察整改方案第16、22项
    现状（截至 2018-08-31）：
    【16】紫岩县污水处理厂提标改造：整改时限2018年6月30日，上报进度85%，阶段目标100%，相差15个百分点，已逾期62天，最近填报2018年8月23日
    【22】八里沟沟渠污水直排：整改时限2018年12月31日，上报进度35%，阶段目标60%，相差25个百分点，最近填报2018年8月24日
    要求：9月15日前报倒排计划
    书面回复限期：2018-09-07
    拟稿 调度专员A（2018-08-31 09:00）
    要求里写的是 2018-09-15，书面回复另限 2018-09-07；要同一天请改限期。
    [作废→发文 2 作废]
    [限期改为 2018-09-15→发文 2 限期 2018-09-15]
    ");
    snapshot!(bot.say(DRAFTER, "发文 2 限期 9月15日").await, @r"
    📄 稿2 督办通知 · 待核稿
    主送：紫岩县、滨江区
    关于第16、22项整改工作的督办通知
    依据：2017年省级环保督察整改方案第16、22项
    现状（截至 2018-08-31）：
    【16】紫岩县污水处理厂提标改造：整改时限2018年6月30日，上报进度85%，阶段目标100%，相差15个百分点，已逾期62天，最近填报2018年8月23日
    【22】八里沟沟渠污水直排：整改时限2018年12月31日，上报进度35%，阶段目标60%，相差25个百分点，最近填报2018年8月24日
    要求：9月15日前报倒排计划
    书面回复限期：2018-09-15
    拟稿 调度专员A（2018-08-31 09:00）
    [作废→发文 2 作废]
    ");
    bot.say(SIGNER, "发文 2 核稿").await;
    // Somebody reports between check and signature: what was checked is no longer true.
    bot.say(CONTACT, "16项到90%，设备已到货").await;
    snapshot!(bot.say(SIGNER, "发文 2 签发").await, @r"
    第 16 项的进度在拟稿后有变化，没有签发。请先更新现状，再核稿。
    [更新现状→发文 2 更新]
    ");
    let (_, card) = bot.tap(SIGNER, SIGNER, "更新现状").await;
    assert!(card.contains("上报进度90%") && card.contains("待核稿"), "{card}");
    bot.say(SIGNER, "发文 2 核稿").await;
    snapshot!(bot.say(SIGNER, "发文 2 签发").await, @r"
    ✅ 安整改办督〔2018〕2号 已签发，2018-08-31 09:00 起发给紫岩县、滨江区（2 份）。
    滨江区没有绑定联络员，请另行送达。
    [看送达→发文 2]
    ");
    bot.notices().await;
    assert!(bot.read(CONTACT).contains("安整改办督〔2018〕2号"));
    bot.say(DRAFTER, "督办 16 再催一次").await;
    snapshot!(bot.say(DRAFTER, "取消").await, @"已取消，没有登记。");
    assert_eq!(bot.count("SELECT count(*) FROM notice").await, 2);
    // What is done by a line of its own ends the older question: a late yes carries nothing out.
    bot.say(DRAFTER, "督办 16 再催一次").await;
    assert!(bot.say(DRAFTER, "查 16").await.contains("紫岩县"));
    snapshot!(bot.say(DRAFTER, "记 会议 领导小组会议").await, @r"
    ✅ 已记会议（编号 1）：2018-08-31，1次，领导小组会议。当月会议 1 次。
    [撤销→记 撤销 1]
    ");
    snapshot!(bot.say(DRAFTER, "是").await, @"没看懂这句话，什么都没有做。看事项：查 16；要文件：导出；其他用法请发：帮助");
    assert_eq!(bot.count("SELECT count(*) FROM notice").await, 2);
    // A second paper to the same unit under the same notice cannot be.
    assert_eq!(bot.count("SELECT count(*) FROM notice_copy").await, 3);
}

#[tokio::test]
async fn a_void_number_stays_and_is_not_used_again() {
    let mut bot = signed().await;
    bot.notices().await;
    bot.read(CONTACT);
    snapshot!(bot.say(DRAFTER, "发文 1 作废").await, @"作废请写一句原因（200 字以内），没有作废。例：发文 1 作废 项目编号有误");
    bot.say(CONTACT, &format!("签收 {NUMBER}")).await;
    snapshot!(bot.say(DRAFTER, "发文 1 作废 项目编号有误").await, @r"
    安整改办督〔2018〕1号已送达 1 份，其中 1 份已签收。作废后不能恢复，单位会收到告知，作废吗？
    [作废→答 · 是] [取消→取消]
    ");
    snapshot!(bot.say(DRAFTER, "是").await, @"🚫 安整改办督〔2018〕1号 已作废。文号保留，不再使用；已送达的 1 个单位会收到告知。");
    bot.notices().await;
    snapshot!(bot.read(CONTACT), @"🚫 安整改办督〔2018〕1号 已作废：项目编号有误。不用再签收和回复。");
    snapshot!(bot.say(CONTACT, &format!("签收 {NUMBER}")).await, @"安整改办督〔2018〕1号 已作废（项目编号有误），不用再签收和回复。");
    // The paper says so as well.
    let (_, file) = bot.document(DRAFTER, &format!("导出 督办 {NUMBER}")).await;
    let paper = crate::exporting::words(&file);
    assert!(paper.contains("已作废（2018年8月31日）：项目编号有误。本件不再执行。"), "{paper}");
    bot.say(DRAFTER, "督办 16 9月底前完成设备调试").await;
    let said = issue(&mut bot, 2).await;
    assert!(said.contains("安整改办督〔2018〕2号"), "{said}");
    bot.notices().await;
    bot.read(CONTACT);
    // Voided before it left: it does not leave, and that is on record.
    bot.app.clock.forward_to(crate::harness::china("2018-08-31 19:00"));
    bot.say(DRAFTER, "督办 16 9月底前完成设备调试").await;
    bot.tap(DRAFTER, DRAFTER, "拟稿").await;
    issue(&mut bot, 3).await;
    snapshot!(bot.say(SIGNER, "发文 3 作废 周末前不发").await, @"🚫 安整改办督〔2018〕3号 已作废。文号保留，不再使用；还没送到任何单位。");
    bot.advance("2018-09-03 09:00").await;
    let monday = bot.read(CONTACT);
    assert!(!monday.contains("督〔2018〕3号"), "{monday}");
    let fates = "SELECT count(*) FROM copy_fate WHERE fate = 'withdrawn'";
    assert_eq!(bot.count(fates).await, 1);
    bot.leave_unread = true;
}

#[tokio::test]
async fn nobody_else_reads_or_steps() {
    let mut bot = office().await.person("滨江区联络员A").await.person("督办专员A").await;
    bot.say(DRAFTER, "督办 16 9月底前完成设备调试").await;
    let seen = "没有找到第 1 件。发送“发文”看有哪些。";
    for who in [CONTACT, "滨江区联络员A", "督办专员A"] {
        assert_eq!(bot.say(who, "发文 1").await, seen, "a draft is the office's own: {who}");
    }
    issue(&mut bot, 1).await;
    bot.notices().await;
    bot.read(CONTACT);
    assert_eq!(bot.say("滨江区联络员A", "发文 1").await, seen);
    snapshot!(bot.say("滨江区联络员A", "发文").await, @"没有发文。");
    snapshot!(bot.say("滨江区联络员A", &format!("签收 {NUMBER}")).await, @"没有找到安整改办督〔2018〕1号。发送“发文”看有哪些。");
    snapshot!(bot.say("滨江区联络员A", &format!("回复 {NUMBER} 收到")).await, @"没有找到安整改办督〔2018〕1号。发送“发文”看有哪些。");
    snapshot!(bot.say(CONTACT, "发文 1 办结").await, @"核稿、签发、办结由整改办办理。要回复请发：回复 文号 内容");
    assert!(bot.say("督办专员A", "发文 1").await.contains(NUMBER));
    let refused = "SELECT COALESCE(sum(count), 0)::bigint FROM refusal WHERE what IN ('notice_not_yours', 'notice_not_office')";
    assert!(bot.count(refused).await >= 6);
    // In a group that is not the office's nothing of it is shown.
    bot.unit_group("-8", "滨江区").await;
    snapshot!(bot.say_in("-8", DRAFTER, "发文 1").await, @"这件事只在私聊里办，群里不处理。请私聊我发送：发文 1");
    assert_eq!(bot.count("SELECT count(*) FROM notice_answer").await, 0);
}

#[tokio::test]
async fn whoever_is_alone_in_the_office_takes_all_steps() {
    let mut bot = Bot::new().await.person(DRAFTER).await;
    bot.say(DRAFTER, "发文 代字 安整改办").await;
    bot.say(DRAFTER, "提醒函 16").await;
    assert!(bot.say(DRAFTER, "发文 1 核稿").await.contains("待签发"));
    snapshot!(bot.say(DRAFTER, "发文 1 签发").await, @r"
    ✅ 安整改办函〔2018〕1号 已签发，2018-08-31 09:00 起发给紫岩县（1 份）。
    紫岩县没有绑定联络员，请另行送达。
    [看送达→发文 1]
    ");
    bot.notices().await;
    snapshot!(bot.say(DRAFTER, "发文 1").await, @r"
    📄 安整改办函〔2018〕1号 · 已签发
    主送：紫岩县
    关于第16项整改工作的提醒函
    依据：2017年省级环保督察整改方案第16项
    现状（截至 2018-08-31）：
    【16】紫岩县污水处理厂提标改造：整改时限2018年6月30日，上报进度85%，阶段目标100%，相差15个百分点，已逾期62天，最近填报2018年8月23日
    要求：对照整改方案加快推进，按期完成整改。
    书面回复限期：2018-09-07
    拟稿 调度专员A（2018-08-31 09:00） · 核稿 调度专员A（2018-08-31 09:00） · 签发 调度专员A（2018-08-31 09:00）
    拟稿人自己核稿：当时整改办只有一人。
    ▪ 紫岩县：未送达（没有绑定联络员，请另行送达）
    [办结→发文 1 办结] [作废→发文 1 作废]
    ");
}

#[tokio::test]
async fn what_the_ladder_proposes_is_drafted_when_the_office_agrees() {
    let mut bot = office().await;
    bot.sweep().await;
    bot.advance("2018-09-03 09:00").await;
    bot.advance("2018-09-11 00:10").await;
    bot.advance("2018-09-11 09:00").await;
    for who in [CONTACT, DRAFTER, SIGNER] {
        bot.read(who);
    }
    snapshot!(bot.say(DRAFTER, "建议 16 同意").await, @r"
    ✅ 第 16 项：督办。督办通知已拟稿（稿1），核稿、签发后紫岩县才收到，限期从那时算。
    [看稿→发文 1] [下一条→建议]
    ");
    bot.notices().await;
    bot.read(CONTACT);
    let (_, card) = bot.tap(DRAFTER, DRAFTER, "看稿").await;
    snapshot!(card, @r"
    📄 稿1 督办通知 · 待核稿
    主送：紫岩县
    关于第16项整改工作的督办通知
    依据：2017年省级环保督察整改方案第16项
    现状（截至 2018-09-11）：
    【16】紫岩县污水处理厂提标改造：整改时限2018年6月30日，上报进度85%，阶段目标100%，相差15个百分点，已逾期73天，最近填报2018年8月23日
    要求：书面说明原因，倒排整改计划，明确完成日期，按期完成整改。
    书面回复限期：2018-09-18
    拟稿 调度专员A（2018-09-11 09:00）
    [作废→发文 1 作废]
    ");
    issue(&mut bot, 1).await;
    bot.notices().await;
    assert!(bot.read(CONTACT).contains(NUMBER));
    // The budget does not hold it; it counts.
    let counted = "SELECT count(*) FROM spoken s JOIN outbox o ON o.seq = s.seq WHERE o.kind = 'copy' AND s.slot IS NULL";
    assert_eq!(bot.count(counted).await, 1);
    // Signed for once, for the notice and for what was warned of.
    bot.say(CONTACT, &format!("签收 {NUMBER}")).await;
    snapshot!(bot.say(CONTACT, "签收").await, @"现在没有要签收的预警和文件。");
    bot.leave_unread = true;
}
