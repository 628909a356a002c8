//! 考核: frozen by the office, sent to each unit as its own sheet, appealed against, answered, published; a
//! correction is another edition.

use std::io::Cursor;

use calamine::{Reader, Xlsx};
use insta::assert_snapshot as snapshot;

use super::{CONTACT, DRAFTER, SIGNER, office};
use crate::harness::{Bot, china};

const HEAD: &str = "紫岩县分管副县长";
const OTHER: &str = "滨江区联络员A";

/// The third quarter of 2018 is over.
async fn october() -> Bot {
    let bot = office().await.person(HEAD).await.person(OTHER).await;
    bot.app.clock.forward_to(china("2018-10-08 10:00"));
    bot
}

/// A draft that every unit has.
async fn sent() -> Bot {
    let mut bot = october().await;
    bot.say(DRAFTER, "考核 2018年3季度").await;
    bot.say(DRAFTER, "考核 2018年3季度 送达").await;
    bot.notices().await;
    bot
}

#[tokio::test]
async fn an_assessment_goes_from_the_draft_to_its_correction() {
    let mut bot = october().await;
    snapshot!(bot.say(DRAFTER, "考核").await, @r"
    📊 季度考核 · 2017年省级环保督察
    2018年第3季度：已结束，还没有拟
    [拟2018年第3季度草案→考核 2018年3季度]
    ");
    snapshot!(bot.say(DRAFTER, "考核 2018年4季度").await, @"2018年第4季度到 2018-12-31 才结束，结束后再拟。现在看情况请发：导出 考核表");
    snapshot!(bot.say(DRAFTER, "考核 2018年3季度 送达").await, @"2018年第3季度还没有拟，没有办。先发：考核 2018年3季度");
    let line = bot.button(DRAFTER, "拟2018年第3季度");
    snapshot!(bot.say(DRAFTER, &line).await, @r"
    📊 2018年第3季度整改考核 · 草案，未送单位
    2017年省级环保督察，截至 2018-09-30，30 个单位，按台账顺序，不作排名
    市住建局：88.5 分，扣分 1 处
    紫岩县：60 分，扣分 1 处
    洵口县：66.7 分，扣分 1 处
    白沙县：88 分，扣分 1 处
    滨江区：81.9 分，扣分 2 处
    高新区：74.8 分，扣分 1 处
    市工信局：75.6 分，扣分 1 处
    其余 23 个单位没有扣分
    全表：导出 考核表 2018-09-30
    [送各单位核对→考核 2018年3季度 送达]
    ");
    assert!(bot.say(DRAFTER, "考核 3季度").await.contains("草案，未送单位"), "it is drafted once");
    snapshot!(bot.say(DRAFTER, "考核 3季度 发布").await, @"2018年第3季度还没有送各单位核对，没有发布。");
    let (_, told) = bot.tap(DRAFTER, DRAFTER, "送各单位核对").await;
    snapshot!(told, @r"
    ✅ 2018年第3季度考核草案已送 2 个单位，各看自己的一份。
    没有人绑定、请另行送达：市环保局、市考核办、市纪委监委、市委组织部、市委宣传部、市编办、市财政局、市住建局、云阴县、清泉县、宁岭县、岚溪县、平川县、镇岭县、洵口县、白沙县、高新区、恒河示范区、市水利局、映湖生态旅游区、市公安局、市商务局、市工信局、市国土资源局、市安监局、市卫计局、市交通运输局、市农业局
    申诉到 2018-10-15（5 个工作日），之后才能发布。
    ");
    bot.notices().await;
    let sheet = bot.read(CONTACT);
    snapshot!(sheet, @r"
    📊 2018年第3季度整改考核草案 · 紫岩县
    2017年省级环保督察，截至 2018-09-30，牵头 2 项，合计 60 分（百分制）
    按期完成 20/40 · 不反弹 10/10
    序时进度、按期填报、一次通过本季没有数据，不计；其余折成百分制。
    1. 【16】紫岩县污水处理厂提标改造 · 按期完成 扣 20 分：时限 2018-06-30，已逾期 92 天，上报进度 85%
    哪一处不对可以申诉（2018-10-15 前，还有 5 个工作日）：申诉 1 理由和依据
    没有意见不用回复。
    只发给你单位，不作排名。
    ");
    assert_eq!(bot.read(HEAD), sheet, "the head reads the same sheet");
    assert!(bot.read(OTHER).contains("滨江区"));
    snapshot!(bot.say(CONTACT, "申诉 9 不对").await, @"请写是第几处扣分（你单位共 1 处，见“考核”）和理由，没有登记。例：申诉 1 9月20日已批准延期，见批复");
    snapshot!(bot.say(CONTACT, "申诉 1").await, @"请写申诉的理由和依据（300 字以内），没有登记。");
    snapshot!(bot.say(CONTACT, "申诉 1 9月20日已批准延期，批复已补报").await, @"✅ 已登记申诉 1（第 1 处），整改办答复后告诉你；答复前这一季度不会发布。");
    snapshot!(bot.say(HEAD, "申诉 1 再说一次").await, @"第 1 处已经申诉过（申诉 1），等整改办答复，没有重复登记。");
    bot.notices().await;
    snapshot!(bot.read(DRAFTER) + &bot.read(SIGNER), @r"
    2018年第3季度考核
    ⚖️ 申诉 1 · 紫岩县：【16】紫岩县污水处理厂提标改造 · 按期完成 扣 20 分：时限 2018-06-30，已逾期 92 天，上报进度 85%
    理由：9月20日已批准延期，批复已补报
    [✅ 申诉 1 成立→考核 申诉 1 成立] [不成立→考核 申诉 1 不成立]
    ");
    bot.say(OTHER, "考核 申诉 1 管线迁改不归我区").await;
    snapshot!(bot.say(SIGNER, "考核 3季度").await, @r"
    📊 2018年第3季度整改考核 · 听取申诉到 2018-10-15，待答复 2 件
    2017年省级环保督察，截至 2018-09-30，30 个单位，按台账顺序，不作排名
    市住建局：88.5 分，扣分 1 处
    紫岩县：60 分，扣分 1 处
    洵口县：66.7 分，扣分 1 处
    白沙县：88 分，扣分 1 处
    滨江区：81.9 分，扣分 2 处
    高新区：74.8 分，扣分 1 处
    市工信局：75.6 分，扣分 1 处
    其余 23 个单位没有扣分
    ⚖️ 申诉 1 · 紫岩县：【16】紫岩县污水处理厂提标改造 · 按期完成 扣 20 分：时限 2018-06-30，已逾期 92 天，上报进度 85%
    理由：9月20日已批准延期，批复已补报
    ⚖️ 申诉 2 · 滨江区：【34】网箱户转产与渔船清理未到位 · 按期完成 扣 5.8 分：时限 2018-09-15，已逾期 15 天，上报进度 82%
    理由：管线迁改不归我区
    全表：导出 考核表 2018-09-30
    [✅ 申诉 1 成立→考核 申诉 1 成立] [不成立→考核 申诉 1 不成立]
    [✅ 申诉 2 成立→考核 申诉 2 成立] [不成立→考核 申诉 2 不成立]
    ");
    snapshot!(bot.say(SIGNER, "考核 3季度 发布").await, @"2018年第3季度已送各单位，申诉期到 2018-10-15，没有办。期满、申诉都答复后再发布。");
    let (_, asked) = bot.tap(SIGNER, SIGNER, "✅ 申诉 1 成立").await;
    snapshot!(asked, @r"
    申诉 1 成立的理由是什么？一句话，会告诉单位，扣分随之取消。
    [取消→取消]
    ");
    snapshot!(bot.say(SIGNER, "批复文号核实无误").await, @"✅ 申诉 1（紫岩县）：成立，合计 60 → 100。已告知单位。");
    snapshot!(bot.say(SIGNER, "考核 申诉 1 不成立 看错了").await, @"申诉 1 已答复：成立，批复文号核实无误。没有动。");
    bot.notices().await;
    snapshot!(bot.read(CONTACT), @"⚖️ 申诉 1 的答复（2018年第3季度考核，第 1 处扣分）：成立，不再扣分，合计 60 → 100。批复文号核实无误");
    assert!(!bot.read(HEAD).is_empty());
    bot.app.clock.forward_to(china("2018-10-16 10:00"));
    bot.read(DRAFTER);
    bot.read(SIGNER);
    snapshot!(bot.say(CONTACT, "申诉 1 还有一条").await, @"申诉期 2018-10-15 已过，没有登记。有新的依据请直接联系整改办。");
    snapshot!(bot.say(SIGNER, "考核 3季度 发布").await, @"2018年第3季度还有 1 件申诉没有答复，没有发布。");
    snapshot!(bot.say(SIGNER, "考核 申诉 2 不成立 管线由区里牵头").await, @"✅ 申诉 2（滨江区）：不成立，扣分不变，合计 81.9。已告知单位。");
    snapshot!(bot.say(SIGNER, "考核 3季度 发布").await, @r"
    2018年第3季度考核的草案有 28 个单位没有收到，没有机会申诉，还没有发布：市环保局、市考核办、市纪委监委、市委组织部、市委宣传部、市编办、市财政局、市住建局、云阴县、清泉县、宁岭县、岚溪县、平川县、镇岭县、洵口县、白沙县、高新区、恒河示范区、市水利局、映湖生态旅游区、市公安局、市商务局、市工信局、市国土资源局、市安监局、市卫计局、市交通运输局、市农业局
    请先另行送达并听取意见；绑定后的联络员发“考核”也能看到。已经另行送达的，可以发布。
    [已另行送达，发布→考核 2018年3季度 发布 确认] [取消→考核 2018年3季度 发布 算了]
    ");
    assert_eq!(bot.tap(SIGNER, SIGNER, "取消").await.1, "好的，没有变动。");
    snapshot!(bot.say(SIGNER, "考核 3季度 发布 确认").await, @r"
    ✅ 2018年第3季度考核已发布，不再改动；结果已告知 2 个单位，各看自己的一份。
    没有人绑定、请另行送达：市环保局、市考核办、市纪委监委、市委组织部、市委宣传部、市编办、市财政局、市住建局、云阴县、清泉县、宁岭县、岚溪县、平川县、镇岭县、洵口县、白沙县、高新区、恒河示范区、市水利局、映湖生态旅游区、市公安局、市商务局、市工信局、市国土资源局、市安监局、市卫计局、市交通运输局、市农业局
    全表请发：导出 考核表 2018-09-30。以后发现有误，用“重拟 原因”另出一版。
    ");
    bot.notices().await;
    snapshot!(bot.read(CONTACT), @r"
    📊 2018年第3季度整改考核结果 · 紫岩县
    2017年省级环保督察，截至 2018-09-30，牵头 2 项，合计 100 分（百分制）
    按期完成 40/40 · 不反弹 10/10
    序时进度、按期填报、一次通过本季没有数据，不计；其余折成百分制。
    1. 【16】紫岩县污水处理厂提标改造 · 按期完成 扣 20 分：时限 2018-06-30，已逾期 92 天，上报进度 85%（申诉成立，不扣：批复文号核实无误）
    只发给你单位，不作排名。
    ");
    let (said, book) = bot.document(SIGNER, "导出 考核表 9月30日").await;
    assert!(said.contains("第 1 版，已发布。"), "{said}");
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(book)).unwrap();
    let evidence = book.worksheet_range_at(1).unwrap().unwrap();
    let of = |unit: &str| {
        let rows = evidence.rows().map(|row| row.iter().map(ToString::to_string).collect::<Vec<_>>());
        rows.filter(|row| row[0] == unit).map(|row| row.join(" | ")).collect::<Vec<_>>().join("\n")
    };
    snapshot!(of("紫岩县") + "\n" + &of("滨江区"), @r"
    紫岩县 | 按期完成 | 16 | 紫岩县污水处理厂提标改造 | 0 | 时限 2018-06-30，已逾期 92 天，上报进度 85% | 9月20日已批准延期，批复已补报（成立，不扣：批复文号核实无误）
    滨江区 | 按期完成 | 34 | 网箱户转产与渔船清理未到位 | 5.8 | 时限 2018-09-15，已逾期 15 天，上报进度 82% | 管线迁改不归我区（不成立：管线由区里牵头）
    滨江区 | 序时进度 | 22 | 八里沟沟渠污水直排 | 7.8 | 阶段目标应达 60%，上报进度 35%，差 25 个百分点 |
    ");
    let other = bot.read(OTHER);
    assert!(other.contains("不成立：管线由区里牵头") && other.contains("考核结果"), "{other}");
    bot.read(HEAD);
    snapshot!(bot.say(SIGNER, "考核 3季度 送达").await, @"2018年第3季度已经发布，没有动。");
    // What was published stays, whatever the ledger learns later.
    snapshot!(bot.say(SIGNER, "考核 3季度 重拟").await, @"重拟请写一句原因（200 字以内），没有重拟。例：考核 2018年3季度 重拟 补录了延期批复");
    snapshot!(bot.say(SIGNER, "考核 3季度 重拟 再算一遍").await, @"和已发布的一版相比没有变化，没有重拟。");
    sqlx::raw_sql(
        "UPDATE item_history SET percent = 100
         WHERE item = (SELECT id FROM item WHERE number = 22) AND effective_on > '2018-08-01'",
    )
    .execute(&bot.pool)
    .await
    .unwrap();
    snapshot!(bot.say(SIGNER, "考核 3季度 重拟 补录了8月的填报").await, @r"
    📊 2018年第3季度（第 2 版）整改考核 · 草案，未送单位
    2017年省级环保督察，截至 2018-09-30，30 个单位，按台账顺序，不作排名
    另出一版的原因：补录了8月的填报
    市住建局：88.5 分，扣分 1 处
    洵口县：66.7 分，扣分 1 处
    白沙县：88 分，扣分 1 处
    滨江区：92.3 分，扣分 1 处（合计 81.9 → 92.3；不再扣 第 22 项序时进度 7.8 分）
    高新区：74.8 分，扣分 1 处
    市工信局：75.6 分，扣分 1 处
    其余 24 个单位没有扣分、没有变化
    全表：导出 考核表 2018-09-30
    [送有变化的单位核对→考核 2018年3季度 送达]
    ");
    let (_, told) = bot.tap(SIGNER, SIGNER, "送有变化的单位核对").await;
    snapshot!(told, @r"
    ✅ 2018年第3季度考核草案已送 1 个单位，各看自己的一份。
    申诉到 2018-10-23（5 个工作日），之后才能发布。
    ");
    bot.notices().await;
    snapshot!(bot.read(OTHER), @r"
    📊 2018年第3季度（第 2 版）整改考核草案 · 滨江区
    2017年省级环保督察，截至 2018-09-30，牵头 5 项，合计 92.3 分（百分制）
    按期完成 34.2/40 · 序时进度 25/25 · 不反弹 10/10
    按期填报、一次通过本季没有数据，不计；其余折成百分制。
    与已发布的一版相比：合计 81.9 → 92.3；不再扣 第 22 项序时进度 7.8 分
    另出一版的原因：补录了8月的填报
    1. 【34】网箱户转产与渔船清理未到位 · 按期完成 扣 5.8 分：时限 2018-09-15，已逾期 15 天，上报进度 82%
    哪一处不对可以申诉（2018-10-23 前，还有 5 个工作日）：申诉 1 理由和依据
    没有意见不用回复。
    只发给你单位，不作排名。
    ");
    assert_eq!(bot.read(CONTACT), "", "nothing has changed there");
    let struck = "SELECT count(*) FROM assessment_deduction WHERE struck = '批复文号核实无误'";
    assert_eq!(bot.count(struck).await, 2, "what an appeal struck stays struck");
    let kept = "SELECT count(*) FROM assessment WHERE number = 1 AND published_at IS NOT NULL";
    assert_eq!(bot.count(kept).await, 1);
    bot.leave_unread = true;
}

#[tokio::test]
async fn a_quarter_is_not_compared_with_another_one() {
    let mut bot = sent().await;
    bot.app.clock.forward_to(china("2018-10-16 10:00"));
    assert!(bot.say(SIGNER, "考核 3季度 发布 确认").await.starts_with("✅"));
    bot.app.clock.forward_to(china("2019-01-08 10:00"));
    bot.say(DRAFTER, "考核 2018年4季度").await;
    assert!(bot.say(DRAFTER, "考核 2018年4季度 重拟 补录了填报").await.contains("（第 2 版）"));
    assert!(bot.say(DRAFTER, "考核 2018年4季度 送达").await.starts_with("✅"));
    let sheet = bot.say(CONTACT, "考核").await;
    assert!(sheet.contains("2018年第4季度（第 2 版）") && !sheet.contains("与已发布的一版相比"), "{sheet}");
    bot.leave_unread = true;
}

#[tokio::test]
async fn a_unit_reads_its_own_sheet_and_no_other() {
    let mut bot = october().await;
    bot.say(DRAFTER, "考核 2018年3季度").await;
    let none = "没有发给你单位的考核。";
    for who in [CONTACT, HEAD, OTHER] {
        assert_eq!(bot.say(who, "考核").await, none, "a draft is the office's own: {who}");
        let early = bot.say(who, "申诉 1 不对").await;
        assert_eq!(early, "现在没有可以申诉的考核。");
    }
    bot.say(DRAFTER, "考核 2018年3季度 送达").await;
    bot.notices().await;
    for (who, own, foreign) in
        [(CONTACT, "紫岩县", "滨江区"), (HEAD, "紫岩县", "滨江区"), (OTHER, "滨江区", "紫岩县")]
    {
        let said = bot.read(who) + &bot.say(who, "考核").await + &bot.say(who, "考核 2018年3季度 发布").await;
        assert!(said.contains(own) && !said.contains(foreign), "{who}: {said}");
        // Neither a place among others nor a person.
        assert!(!said.contains("名第") && !said.contains("联络员") && !said.contains("副主任"), "{said}");
    }
    // A deduction of another unit cannot be named: numbers are those of the own sheet.
    bot.say(OTHER, "申诉 1 管线迁改不归我区").await;
    let of = "SELECT count(*) FROM assessment_appeal p JOIN assessment_sheet s ON s.id = p.sheet JOIN unit u ON u.id = s.unit WHERE u.name = '滨江区'";
    assert_eq!((bot.count(of).await, bot.count("SELECT count(*) FROM assessment_appeal").await), (1, 1));
    snapshot!(bot.say(CONTACT, "考核 申诉 1 成立 我来定").await, @"✅ 已登记申诉 2（第 1 处），整改办答复后告诉你；答复前这一季度不会发布。");
    bot.unit_group("-8", "紫岩县").await;
    snapshot!(bot.say_in("-8", CONTACT, "考核").await, @"这件事只在私聊里办，群里不处理。请私聊我发送：考核");
    snapshot!(bot.say_in("-8", DRAFTER, "考核 3季度").await, @"这件事只在私聊里办，群里不处理。请私聊我发送：考核 3季度");
    bot.leave_unread = true;
}

#[tokio::test]
async fn whoever_reads_english_reads_the_sheet_in_english() {
    let mut bot = sent().await;
    bot.say(CONTACT, "语言 英文").await;
    snapshot!(bot.say(CONTACT, "assessment").await, @r"
    📊 Assessment 2018Q3, a draft · 紫岩县
    2017年省级环保督察, as of 2018-09-30, leading 2 items, 60 points of a hundred
    done in time 20/40 · lasting 10/10
    No data this quarter for pace, reported in time, accepted at once: left out, the rest is scaled to a hundred.
    1. 【16】紫岩县污水处理厂提标改造 · done in time, 20 points: due 2018-06-30, 92 days overdue, reported 85%
    To appeal against one (by 2018-10-15: 5 working days): appeal 1 why, and what shows it
    Otherwise nothing is to be done.
    For your unit alone; there is no ranking.
    ");
    snapshot!(bot.say(CONTACT, "appeal 7").await, @"Say which deduction (1 on your sheet) and why; nothing was recorded. E.g. appeal 1 an extension was approved");
    bot.say(DRAFTER, "语言 英文").await;
    snapshot!(bot.say(DRAFTER, "assessment 2018Q3").await, @r"
    📊 Assessment 2018Q3 · appeals until 2018-10-15, 0 to answer
    2017年省级环保督察, as of 2018-09-30, 30 units in the ledger's order, no ranking
    市住建局: 88.5 points, 1 deductions
    紫岩县: 60 points, 1 deductions
    洵口县: 66.7 points, 1 deductions
    白沙县: 88 points, 1 deductions
    滨江区: 81.9 points, 2 deductions
    高新区: 74.8 points, 1 deductions
    市工信局: 75.6 points, 1 deductions
    23 others: no deductions
    The whole table: export assessment 2018-09-30
    ");
    bot.leave_unread = true;
}
