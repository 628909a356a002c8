//! What becomes of a copy: what comes along with its answer, which paper takes its place, how it is delivered where no
//! message can, and what is asked about before it leaves late.

use insta::assert_snapshot as snapshot;

use super::{CONTACT, DRAFTER, NUMBER, SIGNER, issue, office, signed};
use crate::attachments::{JPEG, document, photo};
use crate::exporting::words;

#[tokio::test]
async fn what_comes_along_with_an_answer_stands_with_it() {
    let mut bot = signed().await;
    for id in ["a", "b"] {
        bot.fake.contents.lock().unwrap().insert(id.into(), [JPEG, id.as_bytes()].concat());
    }
    bot.notices().await;
    bot.read(CONTACT);
    snapshot!(bot.send(CONTACT, "回复 征迁完成70%，附进度表", &[document("a", "进度表.jpg")]).await, @r"
    ✅ 安整改办督〔2018〕1号 已回复，整改办会看到。要改就再发一次“回复”。
    📎 附 1 个文件
    ");
    // What is sent behind it belongs to it as well.
    snapshot!(bot.send(CONTACT, "", &[photo("b")]).await, @"已附到对 安整改办督〔2018〕1号 的回复（1 个文件）");
    bot.fetch_all().await;
    bot.notices().await;
    snapshot!(bot.read(DRAFTER) + &bot.read(SIGNER), @r"
    💬 紫岩县 回复 安整改办督〔2018〕1号：征迁完成70%，附进度表
    📎 附 1 个文件
    [办结→发文 1 办结 紫岩县] [看全文→发文 1] [看附件→回证 1]
    ");
    let (_, record) = bot.tap(DRAFTER, DRAFTER, "看附件").await;
    snapshot!(record, @r"
    📮 送达回证 安整改办督〔2018〕1号（1 份）
    ▪ 紫岩县
    　发出 2018-08-31 09:00，紫岩县联络员A
    　签收 2018-08-31 09:00，紫岩县联络员A
    　回复 2018-08-31 09:00，紫岩县联络员A，附 进度表.jpg 320ea98b0ab4、照片 b8a2378cbba6
    “发出”指平台已收下，不等于对方已读。
    ");
    let card = bot.say(SIGNER, "发文 1").await;
    assert!(card.contains("回复：征迁完成70%，附进度表（附 2 个文件）"), "{card}");
    snapshot!(bot.say(CONTACT, "材料 16").await, @r"
    第 16 项「紫岩县污水处理厂提标改造」材料 2 个
    1. 进度表.jpg · 紫岩县联络员A · 2018-08-31 09:00 · 已存 15 B 320ea98b0ab4 · 回复 安整改办督〔2018〕1号
    2. 照片 · 紫岩县联络员A · 2018-08-31 09:00 · 已存 15 B b8a2378cbba6 · 回复 安整改办督〔2018〕1号
    ");
    let (_, file) = bot.document(DRAFTER, &format!("导出 回证 {NUMBER}")).await;
    assert!(words(&file).contains("征迁完成70%，附进度表（附件：进度表.jpg、照片）"), "{}", words(&file));
    let (said, _) = bot.document(DRAFTER, "导出 卷宗 16").await;
    snapshot!(said, @r"
    「销号卷宗」第16项，截至 2018-08-31 09:00。
    共 4 个文件，校验值见“目录.csv”。
    📎 销号卷宗_第16项_20180831.zip
    ");
    // A secrecy mark ends it before anything is recorded.
    let refused = bot.send(CONTACT, "回复 见附件", &[document("a", "机密 进度表.jpg")]).await;
    assert!(refused.contains("没有登记"), "{refused}");
    assert_eq!(bot.count("SELECT count(*) FROM notice_answer").await, 1);
}

#[tokio::test]
async fn what_another_paper_took_the_place_of_is_not_asked_for() {
    let mut bot = signed().await;
    bot.notices().await;
    bot.read(CONTACT);
    bot.advance("2018-09-10 09:00").await;
    for who in [CONTACT, DRAFTER, SIGNER] {
        bot.read(who);
    }
    // What is under way about the same item is shown before another paper is drafted.
    snapshot!(bot.say(DRAFTER, "督办 16 再次督办").await, @r"
    第 16 项已有督办通知 安整改办督〔2018〕1号（已签发，紫岩县），看请发：发文 1
    紫岩县今年已收文 1 份（督办通知 1）。
    还要再拟一份督办通知吗？
    [拟稿→答 · 是] [取消→取消]
    ");
    bot.tap(DRAFTER, DRAFTER, "拟稿").await;
    snapshot!(bot.say(DRAFTER, "督办 16 第三次").await, @r"
    第 16 项已有督办通知 稿2（待核稿，紫岩县），看请发：发文 2
    第 16 项已有督办通知 安整改办督〔2018〕1号（已签发，紫岩县），看请发：发文 1
    紫岩县今年已收文 1 份（督办通知 1）。
    还要再拟一份督办通知吗？
    [拟稿→答 · 是] [取消→取消]
    ");
    bot.say(DRAFTER, "取消").await;
    snapshot!(issue(&mut bot, 2).await, @r"
    ✅ 安整改办督〔2018〕2号 已签发，2018-09-10 09:00 起发给紫岩县（1 份）。
    过了限期没有办的 安整改办督〔2018〕1号 记为升级，由本件接替，不用再签收、回复。
    [看送达→发文 2]
    ");
    bot.notices().await;
    bot.read(CONTACT);
    snapshot!(bot.say(CONTACT, &format!("回复 {NUMBER} 已安排")).await, @"安整改办督〔2018〕1号 已由 安整改办督〔2018〕2号 接替，不用再签收、回复；请办理 安整改办督〔2018〕2号。");
    snapshot!(bot.say(CONTACT, "发文 1").await, @r"
    📨 督办通知 安整改办督〔2018〕1号
    紫岩县：
    关于第16项整改工作的督办通知
    依据：2017年省级环保督察整改方案第16项
    现状（截至 2018-08-31）：
    【16】紫岩县污水处理厂提标改造：整改时限2018年6月30日，上报进度85%，阶段目标100%，相差15个百分点，已逾期62天，最近填报2018年8月23日
    要求：9月底前完成设备调试
    已由 安整改办督〔2018〕2号 接替，不用再签收、回复。
    ");
    snapshot!(bot.say(CONTACT, "签收").await, @r"
    待签收 1 件
    📨 安整改办督〔2018〕2号
    [签收 安整改办督〔2018〕2号→签收 安整改办督〔2018〕2号]
    ");
    // Only one waits for an answer: it needs no number.
    let said = bot.say(CONTACT, "回复 已安排").await;
    assert!(said.starts_with("✅ 安整改办督〔2018〕2号 已回复"), "{said}");
    snapshot!(bot.say(SIGNER, &format!("回证 {NUMBER}")).await, @r"
    📮 送达回证 安整改办督〔2018〕1号（1 份）
    ▪ 紫岩县
    　发出 2018-08-31 09:00，紫岩县联络员A
    　升级 2018-09-10 09:00，由 安整改办督〔2018〕2号 接替
    “发出”指平台已收下，不等于对方已读。
    ");
    // The paper behind it is void: what it took the place of is owed again.
    bot.say(SIGNER, "发文 2 作废 内容有误").await;
    bot.say(SIGNER, "是").await;
    let again = bot.say(CONTACT, "签收").await;
    assert!(again.contains(NUMBER), "{again}");
    bot.leave_unread = true;
}

#[tokio::test]
async fn what_the_office_delivers_itself_stands_in_the_record() {
    let mut bot = office().await;
    bot.say(DRAFTER, "督办 16、22、37 请加快").await;
    issue(&mut bot, 1).await;
    bot.notices().await;
    bot.read(CONTACT);
    snapshot!(bot.say(DRAFTER, "放行").await, @r"
    没有送达的发文 2 份
    没有人可以收（没有绑定，或请假没有人代），2018-09-03 09:00 再试，请电话：安整改办督〔2018〕1号 滨江区、市住建局
    另行送达后记一笔就不再列出，例：发文 安整改办督〔2018〕1号 送达 滨江区 9月3日 纸质送达
    ");
    snapshot!(bot.say(DRAFTER, "发文 1 送达").await, @"送达了哪个单位？请写：发文 1 送达 单位 9月3日 纸质送达。没有登记。主送：紫岩县、滨江区、市住建局");
    snapshot!(bot.say(DRAFTER, "发文 1 送达 紫岩县 纸质送达").await, @"安整改办督〔2018〕1号 2018-08-31 09:00 已由消息送到紫岩县，不用另行送达。");
    snapshot!(bot.say(DRAFTER, "发文 1 送达 滨江区 9月3日 纸质送达").await, @"送达的日期在今天以后，没有登记。");
    snapshot!(bot.say(DRAFTER, "发文 1 送达 滨江区").await, @r"
    安整改办督〔2018〕1号 2018-08-31 怎么送达滨江区的？例：纸质送达
    [取消→取消]
    ");
    snapshot!(bot.say(DRAFTER, "纸质送达").await, @"✅ 已记：安整改办督〔2018〕1号 2018-08-31 送达滨江区（纸质送达），写入回证，不再列入没有送达的发文。");
    snapshot!(bot.say(DRAFTER, "放行").await, @r"
    没有送达的发文 1 份
    没有人可以收（没有绑定，或请假没有人代），2018-09-03 09:00 再试，请电话：安整改办督〔2018〕1号 市住建局
    另行送达后记一笔就不再列出，例：发文 安整改办督〔2018〕1号 送达 市住建局 9月3日 纸质送达
    ");
    let record = bot.say(DRAFTER, "回证 1").await;
    assert!(record.contains("▪ 滨江区\n　2018-08-31 另行送达（纸质送达）"), "{record}");
    let (_, file) = bot.document(DRAFTER, &format!("导出 回证 {NUMBER}")).await;
    assert!(words(&file).contains("纸质送达"), "{}", words(&file));
    // Delivered so it has told the unit of its items.
    bot.sweep().await;
    bot.say(DRAFTER, "通报").await;
    let draft = bot.say(DRAFTER, "是").await;
    assert!(draft.contains("【22】滨江区") && !draft.contains("【37】"), "{draft}");
    bot.say(DRAFTER, "发文 2 作废 先不发").await;
    // No message brings it a second time; its limit counts from that day.
    bot = bot.person("滨江区联络员A").await;
    bot.advance("2018-09-03 09:00").await;
    assert!(!bot.read("滨江区联络员A").contains(NUMBER));
    bot.advance("2018-09-10 09:00").await;
    let morning = bot.read(DRAFTER) + &bot.read(SIGNER);
    let late = morning.split("\n---\n").find(|part| part.contains("📄")).unwrap_or_default();
    snapshot!(late, @r"
    📅 9 月的调度还没有发出
    先预检、彩排，再发出。不发出，各单位不会收到本期的填报通知；只提醒这一次。

    📄 2 份发文过了限期
    安整改办督〔2018〕1号 2 个单位（紫岩县、滨江区）：2018-09-07 前要回复，过了 3 天没有回复
    要不要再发一件由你定；签发后前一件记为升级。
    [预检→预检] [彩排→彩排]
    [看 安整改办督〔2018〕1号→发文 1]
    ");
    bot.leave_unread = true;
}

#[tokio::test]
async fn what_was_overtaken_before_it_could_leave_waits_for_the_office() {
    let mut bot = office().await;
    bot.say(DRAFTER, "督办 22 请加快").await;
    issue(&mut bot, 1).await;
    bot.say(DRAFTER, "提醒函 37 请加快").await;
    issue(&mut bot, 2).await;
    bot.notices().await;
    // In time it leaves as soon as somebody can receive it.
    bot = bot.person("市住建局联络员A").await;
    bot.advance("2018-09-03 09:00").await;
    bot.notices().await;
    assert!(bot.read("市住建局联络员A").contains("安整改办函〔2018〕1号"));
    // Past its limit the office is asked, once.
    bot.advance("2018-09-10 09:00").await;
    bot = bot.person("滨江区联络员A").await;
    let mut mornings = String::new();
    for day in ["2018-09-11", "2018-09-12", "2018-09-13"] {
        bot.advance(&format!("{day} 09:00")).await;
        bot.notices().await;
        mornings += &format!("{}\n---\n{}\n---\n", bot.read(DRAFTER), bot.read(SIGNER));
    }
    assert!(!bot.read("滨江区联络员A").contains(NUMBER));
    assert_eq!(mornings.matches("📭").count(), 1, "{mornings}");
    let asked = mornings.split("\n---\n").find(|part| part.contains("📭")).unwrap_or_default();
    snapshot!(asked, @r"
    📭 1 份发文现在有人可以收，但已经过时，没有自动发出
    安整改办督〔2018〕1号 滨江区：限期 2018-09-07 已过
    [照发 安整改办督〔2018〕1号→放行 安整改办督〔2018〕1号] [不发，办结→发文 1 办结 滨江区]
    ");
    let list = bot.say(DRAFTER, "放行").await;
    assert!(
        list.contains("送不到时已经过时，现在有人可以收，要发请放行：安整改办督〔2018〕1号 滨江区"),
        "{list}"
    );
    let (_, sent) = bot.press(DRAFTER, DRAFTER, &format!("放行 {NUMBER}")).await;
    assert!(sent.contains("已放行给滨江区"), "{sent}");
    bot.notices().await;
    let arrived = bot.read("滨江区联络员A");
    assert!(arrived.contains("送达时原限期 2018-09-07 已到，改为 2018-09-20 前"), "{arrived}");
    bot.leave_unread = true;
}

#[tokio::test]
async fn an_interview_says_what_it_lacks_and_asks_for_it() {
    let mut bot = office().await;
    snapshot!(bot.say(DRAFTER, "约谈 16 给 紫岩县 说明逾期原因").await, @r"
    📄 稿1 约谈通知 · 待核稿
    主送：紫岩县
    关于第16项整改工作的约谈通知
    依据：2017年省级环保督察整改方案第16项
    现状（截至 2018-08-31）：
    【16】紫岩县污水处理厂提标改造：整改时限2018年6月30日，上报进度85%，阶段目标100%，相差15个百分点，已逾期62天，最近填报2018年8月23日
    要求：说明逾期原因。单位主要负责人参加约谈，并提交书面情况说明；约谈后30天内书面报告整改情况。
    书面回复限期：2018-09-07
    拟稿 调度专员A（2018-08-31 09:00）
    签发前还缺：批准、时间地点
    核稿、签发请另一位同事办；要改要求请发：发文 1 要求 …
    [批准→发文 1 批准] [时间地点→发文 1 安排]
    [作废→发文 1 作废]
    ");
    let (_, asked) = bot.tap(DRAFTER, DRAFTER, "批准").await;
    snapshot!(asked, @r"
    稿1由谁批准的？例：分管副市长 9月3日
    [取消→取消]
    ");
    bot.say(DRAFTER, "取消").await;
    bot.say(SIGNER, "发文 1 批准").await;
    let card = bot.say(SIGNER, "分管副市长 9月3日").await;
    assert!(card.contains("签发前还缺：时间地点") && card.contains("批准：分管副市长 9月3日"), "{card}");
    let (_, asked) = bot.tap(SIGNER, SIGNER, "时间地点").await;
    assert!(asked.starts_with("稿1什么时间、在哪里谈？"), "{asked}");
    snapshot!(bot.say(SIGNER, "9月12日15时 市政府三楼会议室").await, @r"
    📄 稿1 约谈通知 · 待核稿
    主送：紫岩县
    关于第16项整改工作的约谈通知
    依据：2017年省级环保督察整改方案第16项
    现状（截至 2018-08-31）：
    【16】紫岩县污水处理厂提标改造：整改时限2018年6月30日，上报进度85%，阶段目标100%，相差15个百分点，已逾期62天，最近填报2018年8月23日
    时间地点：9月12日15时 市政府三楼会议室
    要求：说明逾期原因。单位主要负责人参加约谈，并提交书面情况说明；约谈后30天内书面报告整改情况。
    书面回复限期：2018-09-07
    拟稿 调度专员A（2018-08-31 09:00）
    批准：分管副市长 9月3日
    [核稿→发文 1 核稿] [作废→发文 1 作废]
    ");
    bot.say(SIGNER, "发文 1 核稿").await;
    assert!(bot.say(SIGNER, "发文 1").await.contains("[签发→发文 1 签发]"));
    snapshot!(bot.say(SIGNER, "发文 1 作废").await, @r"
    稿1为什么作废？
    [取消→取消]
    ");
    let void = bot.say(SIGNER, "改为书面检查").await;
    assert!(void.contains("已作废"), "{void}");
    bot.leave_unread = true;
}

#[tokio::test]
async fn more_notices_of_an_item_than_one_page_holds() {
    let mut bot = office().await;
    for _ in 0..9 {
        if bot.say(DRAFTER, "督办 16 请加快").await.contains("还要再拟") {
            bot.say(DRAFTER, "是").await;
        }
    }
    let first = bot.say(DRAFTER, "发文 16项").await;
    assert!(first.contains("发文 9 件") && first.contains("[下一页→发文 16项 第2页]"), "{first}");
    let (_, second) = bot.tap(DRAFTER, DRAFTER, "下一页").await;
    assert!(second.contains("[稿1→发文 1]") && !second.contains("下一页"), "{second}");
    snapshot!(bot.say(DRAFTER, "发文 16项 第3页").await, @"没有这一页。");
}
