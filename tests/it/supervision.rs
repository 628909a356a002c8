//! 发文: drafted, checked and signed by two, delivered, signed for, answered, closed; numbers without gaps, and
//! under the same number again after a crash.

mod numbers;

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

/// A notice about item 16 that is signed and on its way.
async fn signed() -> Bot {
    let mut bot = office().await;
    bot.say(DRAFTER, "督办 16 9月底前完成设备调试").await;
    bot.say(SIGNER, "发文 1 核稿").await;
    bot.say(SIGNER, "发文 1 签发").await;
    bot
}

#[tokio::test]
async fn a_notice_goes_from_the_draft_to_the_last_answer() {
    let mut bot = Bot::new().await.person(CONTACT).await.person(DRAFTER).await.person(SIGNER).await;
    snapshot!(bot.say(DRAFTER, "督办 16 9月底前完成设备调试").await);
    snapshot!(bot.say(DRAFTER, "发文 1 核稿").await);
    snapshot!(bot.say(SIGNER, "发文 1 签发").await);
    snapshot!(bot.say(SIGNER, "发文").await);
    let (_, card) = bot.tap(SIGNER, SIGNER, "稿1").await;
    snapshot!(card);
    let (_, card) = bot.tap(SIGNER, SIGNER, "核稿").await;
    snapshot!(card);
    let (_, said) = bot.tap(SIGNER, SIGNER, "签发").await;
    snapshot!(said);
    snapshot!(bot.say(SIGNER, "发文 代字").await);
    snapshot!(bot.say(SIGNER, "发文 代字 安整改办 安澜市环保督察整改办").await);
    snapshot!(bot.say(SIGNER, "发文 1 签发").await);
    snapshot!(bot.say(SIGNER, "发文 1 签发").await);
    bot.notices().await;
    snapshot!(bot.read(CONTACT));
    snapshot!(bot.say(SIGNER, "发文 1").await);
    let (_, said) = bot.tap(CONTACT, CONTACT, "签收").await;
    snapshot!(said);
    snapshot!(bot.say(CONTACT, &format!("签收 {NUMBER}")).await);
    snapshot!(bot.say(CONTACT, "签收 安整改办督[2018]1号 9月20日").await);
    snapshot!(bot.say(CONTACT, &format!("回复 {NUMBER}")).await);
    snapshot!(bot.say(CONTACT, "回复 设备已到货，9月20日前完成调试").await);
    bot.notices().await;
    snapshot!(bot.read(DRAFTER) + &bot.read(SIGNER));
    snapshot!(bot.say(DRAFTER, "发文 1 退回 紫岩县").await);
    snapshot!(bot.say(DRAFTER, "发文 1 退回 紫岩县 请写明责任人").await);
    bot.notices().await;
    snapshot!(bot.read(CONTACT));
    bot.say(CONTACT, "回复 责任人：分管副县长；9月20日前完成调试").await;
    bot.notices().await;
    let closing = format!("{}{}", bot.read(DRAFTER), bot.read(SIGNER));
    assert!(closing.contains("责任人：分管副县长"), "{closing}");
    snapshot!(bot.say(CONTACT, "发文").await);
    snapshot!(bot.say(CONTACT, "发文 1").await);
    snapshot!(bot.say(SIGNER, "发文 1 办结").await);
    snapshot!(bot.say(SIGNER, "发文 1").await);
    snapshot!(bot.say(CONTACT, "回复 再补充一句").await);
    snapshot!(bot.say(SIGNER, "发文 1 作废 发错了").await);
}

#[tokio::test]
async fn several_items_and_units_and_how_much_paper_they_got() {
    let mut bot = signed().await;
    bot.notices().await;
    bot.read(CONTACT);
    snapshot!(bot.say(DRAFTER, "督办").await);
    snapshot!(bot.say(DRAFTER, "督办 16 给 滨江区 请加快").await);
    snapshot!(bot.say(DRAFTER, "督办 1 请加快").await);
    snapshot!(bot.say(DRAFTER, "督办 16、22 给 紫岩县、滨江区 请加快").await);
    let (_, card) = bot.tap(DRAFTER, DRAFTER, "拟稿").await;
    snapshot!(card);
    snapshot!(bot.say(DRAFTER, "发文 2 要求 9月15日前报倒排计划").await);
    snapshot!(bot.say(DRAFTER, "发文 2 限期 9月15日").await);
    bot.say(SIGNER, "发文 2 核稿").await;
    // Somebody reports between check and signature: what was checked is no longer true.
    bot.say(CONTACT, "16项到90%，设备已到货").await;
    snapshot!(bot.say(SIGNER, "发文 2 签发").await);
    let (_, card) = bot.tap(SIGNER, SIGNER, "更新现状").await;
    assert!(card.contains("上报进度90%") && card.contains("待核稿"), "{card}");
    bot.say(SIGNER, "发文 2 核稿").await;
    snapshot!(bot.say(SIGNER, "发文 2 签发").await);
    bot.notices().await;
    assert!(bot.read(CONTACT).contains("安整改办督〔2018〕2号"));
    bot.say(DRAFTER, "督办 16 再催一次").await;
    snapshot!(bot.say(DRAFTER, "取消").await);
    assert_eq!(bot.count("SELECT count(*) FROM notice").await, 2);
    // A second paper to the same unit under the same notice cannot be.
    assert_eq!(bot.count("SELECT count(*) FROM notice_copy").await, 3);
}

#[tokio::test]
async fn a_void_number_stays_and_is_not_used_again() {
    let mut bot = signed().await;
    bot.notices().await;
    bot.read(CONTACT);
    snapshot!(bot.say(DRAFTER, "发文 1 作废").await);
    snapshot!(bot.say(DRAFTER, "发文 1 作废 项目编号有误").await);
    bot.notices().await;
    snapshot!(bot.read(CONTACT));
    snapshot!(bot.say(CONTACT, &format!("签收 {NUMBER}")).await);
    bot.say(DRAFTER, "督办 16 9月底前完成设备调试").await;
    bot.say(SIGNER, "发文 2 核稿").await;
    let said = bot.say(SIGNER, "发文 2 签发").await;
    assert!(said.contains("安整改办督〔2018〕2号"), "{said}");
    bot.notices().await;
    bot.read(CONTACT);
    // Voided before it left: it does not leave, and that is on record.
    bot.app.clock.forward_to(crate::harness::china("2018-08-31 19:00"));
    bot.say(DRAFTER, "督办 16 9月底前完成设备调试").await;
    bot.tap(DRAFTER, DRAFTER, "拟稿").await;
    bot.say(SIGNER, "发文 3 核稿").await;
    bot.say(SIGNER, "发文 3 签发").await;
    snapshot!(bot.say(SIGNER, "发文 3 作废 周末前不发").await);
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
    bot.say(SIGNER, "发文 1 核稿").await;
    bot.say(SIGNER, "发文 1 签发").await;
    bot.notices().await;
    bot.read(CONTACT);
    assert_eq!(bot.say("滨江区联络员A", "发文 1").await, seen);
    snapshot!(bot.say("滨江区联络员A", "发文").await);
    snapshot!(bot.say("滨江区联络员A", &format!("签收 {NUMBER}")).await);
    snapshot!(bot.say("滨江区联络员A", &format!("回复 {NUMBER} 收到")).await);
    snapshot!(bot.say(CONTACT, "发文 1 办结").await);
    assert!(bot.say("督办专员A", "发文 1").await.contains(NUMBER));
    let refused = "SELECT COALESCE(sum(count), 0)::bigint FROM refusal WHERE what IN ('notice_not_yours', 'notice_not_office')";
    assert!(bot.count(refused).await >= 6);
    // In a group that is not the office's nothing of it is shown.
    bot.unit_group("-8", "滨江区").await;
    snapshot!(bot.say_in("-8", DRAFTER, "发文 1").await);
    assert_eq!(bot.count("SELECT count(*) FROM notice_answer").await, 0);
}

#[tokio::test]
async fn whoever_is_alone_in_the_office_takes_all_steps() {
    let mut bot = Bot::new().await.person(DRAFTER).await;
    bot.say(DRAFTER, "发文 代字 安整改办").await;
    bot.say(DRAFTER, "提醒函 16").await;
    assert!(bot.say(DRAFTER, "发文 1 核稿").await.contains("待签发"));
    snapshot!(bot.say(DRAFTER, "发文 1 签发").await);
    bot.notices().await;
    snapshot!(bot.say(DRAFTER, "发文 1").await);
}

#[tokio::test]
async fn what_the_ladder_proposes_is_drafted_when_the_office_agrees() {
    let mut bot = office().await;
    bot.sweep().await;
    bot.advance("2018-09-03 09:00").await;
    bot.advance("2018-09-10 09:00").await;
    for who in [CONTACT, DRAFTER, SIGNER] {
        bot.read(who);
    }
    snapshot!(bot.say(DRAFTER, "建议 16 同意").await);
    bot.notices().await;
    bot.read(CONTACT);
    let (_, card) = bot.tap(DRAFTER, DRAFTER, "看稿").await;
    snapshot!(card);
    bot.say(SIGNER, "发文 1 核稿").await;
    bot.say(SIGNER, "发文 1 签发").await;
    bot.notices().await;
    assert!(bot.read(CONTACT).contains(NUMBER));
    // The budget does not hold it; it counts.
    let counted = "SELECT count(*) FROM spoken s JOIN outbox o ON o.seq = s.seq WHERE o.kind = 'copy' AND s.slot IS NULL";
    assert_eq!(bot.count(counted).await, 1);
    // Signed for once, for the notice and for what was warned of.
    bot.say(CONTACT, &format!("签收 {NUMBER}")).await;
    snapshot!(bot.say(CONTACT, "签收").await);
    bot.leave_unread = true;
}
