//! 抄送 and the imprint: whom else a paper goes to, who of them reads it here, and what stands at its foot.

use insta::assert_snapshot as snapshot;

use super::{CONTACT, DRAFTER, NUMBER, SIGNER, office};
use crate::exporting::words;

const BJ: &str = "滨江区联络员A";

#[tokio::test]
async fn a_paper_is_copied_to_others_who_owe_nothing() {
    let mut bot = office().await.person(BJ).await;
    bot.say(DRAFTER, "督办 16 9月底前完成设备调试").await;
    snapshot!(bot.say(DRAFTER, "发文 1 抄送").await, @"抄送给谁？写在 100 字以内，没有改。例：发文 1 抄送 市委办公室、市水利局；不抄送：发文 1 抄送 无");
    snapshot!(bot.say(DRAFTER, "发文 1 抄送 市委办公室、紫岩县").await, @"紫岩县是主送单位，不用再抄送，没有改。");
    bot.say(SIGNER, "发文 1 核稿").await;
    // What was checked is another paper with others behind it.
    snapshot!(bot.say(SIGNER, "发文 1 抄送 市委办公室、滨江区。").await, @r"
    📄 稿1 督办通知 · 待核稿
    主送：紫岩县
    关于第16项整改工作的督办通知
    依据：2017年省级环保督察整改方案第16项
    现状（截至 2018-08-31）：
    【16】紫岩县污水处理厂提标改造：整改时限2018年6月30日，上报进度85%，阶段目标100%，相差15个百分点，已逾期62天，最近填报2018年8月23日
    要求：9月底前完成设备调试
    抄送：市委办公室、滨江区
    书面回复限期：2018-09-07
    拟稿 调度专员A（2018-08-31 09:00）
    要求里写的是 2018-09-30，书面回复另限 2018-09-07；要同一天请改限期。
    签发后滨江区会收到一份，供了解。
    市委办公室不在台账单位里，请另行送达。
    [核稿→发文 1 核稿] [作废→发文 1 作废]
    [限期改为 2018-09-30→发文 1 限期 2018-09-30]
    ");
    assert!(bot.say(SIGNER, "发文 1 签发").await.contains("还没有核稿"));
    bot.say(SIGNER, "发文 1 核稿").await;
    snapshot!(bot.say(SIGNER, "发文 1 签发").await, @r"
    ✅ 安整改办督〔2018〕1号 已签发，2018-08-31 09:00 起发给紫岩县（1 份）。抄送市委办公室、滨江区。
    [看送达→发文 1]
    ");
    bot.notices().await;
    assert!(!bot.read(CONTACT).contains("抄送"));
    snapshot!(bot.read(BJ), @r"
    📨 督办通知 安整改办督〔2018〕1号
    主送：紫岩县
    抄送：滨江区
    关于第16项整改工作的督办通知
    依据：2017年省级环保督察整改方案第16项
    现状（截至 2018-08-31）：
    【16】紫岩县污水处理厂提标改造：整改时限2018年6月30日，上报进度85%，阶段目标100%，相差15个百分点，已逾期62天，最近填报2018年8月23日
    要求：9月底前完成设备调试
    供工作参考，不用签收、回复。
    本月向你发出 1 条，上限 6 条
    ");
    assert!(bot.say(BJ, "签收").await.contains("没有要签收的"));
    assert!(bot.say(SIGNER, "发文 1 抄送 无").await.contains("已签发，没有动"));
    let (_, file) = bot.document(SIGNER, "导出 督办 稿1").await;
    let paper = words(&file);
    let foot = paper.split_once("2018年8月31日\n").unwrap().1;
    snapshot!(foot, @r"
    抄送：市委办公室、滨江区。
    安澜市环保督察整改办2018年8月31日印发
    ");
    // Who is 抄送 has it as it went out; who is addressed its own.
    let (_, file) = bot.document(BJ, &format!("导出 督办 {NUMBER}")).await;
    let copied = words(&file);
    assert!(copied.contains("紫岩县：") && copied.contains("第16项"), "{copied}");
    let (_, file) = bot.document(CONTACT, &format!("导出 督办 {NUMBER}")).await;
    assert!(words(&file).contains("抄送：市委办公室、滨江区。"));
    bot.leave_unread = true;
    let record = bot.say(SIGNER, &format!("回证 {NUMBER}")).await;
    assert!(record.contains("▪ 滨江区（抄送）"), "{record}");
    // It counts as one copy, and is over when its addressee is done.
    let closed = bot.say(SIGNER, "发文 1 办结 紫岩县 确认").await;
    assert!(closed.contains("全部办结"), "{closed}");
    let (_, file) = bot.document(SIGNER, "导出 总结").await;
    assert!(words(&file).contains("督办通知1批1份"), "{}", words(&file));
}

#[tokio::test]
async fn nobody_need_be_copied_and_the_foot_says_who_printed_it() {
    let mut bot = office().await;
    bot.say(DRAFTER, "督办 16、22").await;
    bot.say(DRAFTER, "发文 1 抄送 市委办公室").await;
    let card = bot.say(DRAFTER, "发文 1 抄送 无").await;
    assert!(!card.contains("抄送"), "{card}");
    let (_, file) = bot.document(DRAFTER, "导出 督办 稿1").await;
    let paper = words(&file);
    assert!(!paper.contains("抄送") && paper.contains("安澜市环保督察整改办（签发日期）印发"), "{paper}");
    let long = "市".repeat(101);
    assert!(bot.say(DRAFTER, &format!("发文 1 抄送 {long}")).await.contains("没有改"));
}
