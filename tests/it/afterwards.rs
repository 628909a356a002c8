//! 延期 before the deadline, 反弹 and 回头看 behind the sign-off, and what was true on the days between.

use insta::assert_snapshot as snapshot;

use crate::attachments::{JPEG, photo};
use crate::harness::Bot;

const CONTACT: &str = "滨江区联络员A";
const HEAD: &str = "滨江区分管副区长";
const OFFICE: &str = "调度专员A";
const OTHER: &str = "调度专员B";

/// The lines of an item's card that tell where it stands.
async fn stands(bot: &mut Bot, line: &str) -> String {
    stands_for(bot, CONTACT, line).await
}

async fn stands_for(bot: &mut Bot, reader: &str, line: &str) -> String {
    let card = bot.say(reader, line).await;
    let heads =
        ["🟡", "🔴", "🟠", "🟢", "⚪", "状态", "自报", "期限", "完成", "验收", "销号", "反弹", "延期"];
    card.lines().filter(|line| heads.iter().any(|head| line.starts_with(head))).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn an_extension_is_asked_confirmed_and_approved_and_the_past_keeps_its_deadline() {
    let mut bot = Bot::new().await.person(CONTACT).await.person(HEAD).await.person(OFFICE).await;
    bot.leave_unread = true;
    snapshot!(bot.say(CONTACT, "延期 34").await, @"第 34 项没有申请过延期，期限 2018-09-15。到期前可以申请：延期 34 到 日期 因 原因");
    snapshot!(bot.say(CONTACT, "延期 34 请批准").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」：延期到哪天、因为什么？一句话，如：到 2019-03-31 因 汛期停工两个月。还没有登记。
    [取消→取消]
    ");
    snapshot!(bot.say(CONTACT, "到 2018-12-31").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」：延期到 2018-12-31 是因为什么？一句话。还没有登记。
    [取消→取消]
    ");
    assert!(bot.say(CONTACT, "汛期停工两个月").await.contains("2018-09-15 → 2018-12-31"));
    assert_eq!(bot.count("SELECT count(*) FROM extension WHERE reason = '汛期停工两个月'").await, 1);
    bot.say(CONTACT, "延期 34 撤回").await;
    bot.notices().await;
    bot.read(HEAD);
    snapshot!(bot.say(CONTACT, "延期 34 到 2018-09-15 因 汛期停工").await, @"2018-09-15 不晚于现在的期限 2018-09-15，没有登记。");
    snapshot!(bot.say(CONTACT, "延期 34 到 2081-09-15 因 汛期停工").await, @"一次延期最多 3 年，2081-09-15 太远了，没有登记。");
    snapshot!(bot.say(CONTACT, "34项申请延期到明年3月，因为汛期停工两个月").await, @r"
    ✅ 已申请延期 第 34 项：2018-09-15 → 2019-03-31，现进度 82%
    等单位负责人确认，再由整改办批。批准前期限不变。
    [撤回→延期 34 撤回]
    ");
    snapshot!(bot.say(CONTACT, "延期 34 到 2018-12-31 因 汛期停工").await, @r"
    第 34 项已由滨江区联络员A申请延期到 2019-03-31，还在办；要改先撤回。
    [撤回延期申请→延期 34 撤回]
    ");
    bot.notices().await;
    snapshot!(bot.read(HEAD), @r"
    第 34 项「网箱户转产与渔船清理未到位」
    滨江区联络员A申请延期：2018-09-15 → 2019-03-31
    现进度 82%，原因：汛期停工两个月
    请你确认。
    [确认→延期 34 确认] [不同意→延期 34 不同意]
    ");
    // It is not the office's turn yet.
    assert!(!bot.read(OFFICE).contains("34"));
    // Nobody goes ahead of the head, and the contact is not the head.
    snapshot!(bot.say(CONTACT, "延期 34 确认").await, @"第 34 项的延期要由单位负责人确认。");
    snapshot!(bot.say(HEAD, "延期 34 批准").await, @"延期由整改办批。");
    snapshot!(bot.say(OFFICE, "延期 34 批准").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」：单位负责人还没有确认，要有书面确认或上级批复。批准延期到 2019-03-31 的依据是什么？一句话，如批复、函的文号，会告诉单位、记在案上。还没有批准。
    [单位书面确认已收→答 · 单位书面确认已收] [取消→取消]
    ");
    snapshot!(bot.tap(HEAD, HEAD, "确认").await.1, @"✅ 第 34 项的延期申请已确认，报整改办批。");
    bot.notices().await;
    snapshot!(bot.read(OFFICE), @r"
    第 34 项「网箱户转产与渔船清理未到位」
    滨江区联络员A申请延期：2018-09-15 → 2019-03-31
    现进度 82%，原因：汛期停工两个月
    单位负责人已确认，请定。
    [✅ 34 批准→延期 34 批准] [不批→延期 34 不批]
    ");
    snapshot!(bot.say(OFFICE, "延期").await, @r"
    延期申请 1 件
    【34】网箱户转产与渔船清理未到位
    滨江区 2018-09-15 → 2019-03-31，汛期停工两个月（待整改办批）
    [✅ 34 批准→延期 34 批准] [不批→延期 34 不批]
    ");
    bot.advance("2018-09-20 10:00").await;
    bot.read(OFFICE);
    // Not approved yet: overdue.
    snapshot!(stands(&mut bot, "查 34").await, @r"
    🔴 逾期（另：滞后） · 整改中 · 限期整改
    自报进度 82%（未核实），序时应达 100%
    期限 2018-09-15（已过 5 天）
    延期 2018-09-15 → 2019-03-31：2018-08-31 单位负责人已确认，待整改办批
    ");
    snapshot!(bot.say(OFFICE, "延期 34 批准 市政府批复〔2018〕9号").await, @"✅ 第 34 项延期已批准（市政府批复〔2018〕9号）：2018-09-15 → 2019-03-31，单位已告知。到 2019-03-31 前不算逾期。");
    bot.sweep().await;
    let case = "SELECT count(*) FROM ladder_case c JOIN item i ON i.id = c.item WHERE i.number = 34 AND c.closed_on IS NULL";
    assert_eq!(bot.count(case).await, 0);
    bot.notices().await;
    assert!(
        bot.read(CONTACT).contains("延期已批准（市政府批复〔2018〕9号），期限 2018-09-15 → 2019-03-31。")
    );
    bot.advance("2018-09-25 10:00").await;
    bot.read(CONTACT);
    snapshot!(stands(&mut bot, "查 34").await, @r"
    🟢 正常 · 整改中 · 限期整改
    自报进度 82%（未核实），序时应达 80%
    期限 2019-03-31（还有 187 天）
    延期 2018-09-15 → 2019-03-31：2018-09-20 已批准（市政府批复〔2018〕9号）
    ");
    snapshot!(stands(&mut bot, "查 34 9月18日").await, @r"
    🔴 逾期（另：滞后） · 整改中 · 限期整改
    自报进度 82%（未核实），序时应达 100%
    期限 2018-09-15（已过 3 天）
    延期 2018-09-15 → 2019-03-31：2018-08-31 单位负责人已确认，待整改办批
    ");
    snapshot!(stands(&mut bot, "查 34 8月30日").await, @r"
    🟡 临期 · 整改中 · 限期整改
    自报进度 82%（未核实），序时应达 80%
    期限 2018-09-15（还有 16 天）
    ");
    assert!(!bot.say(OFFICE, "清单 逾期").await.contains("【34】"));
    // The head hears what was decided; another request leaves the approved one on the card.
    assert!(
        bot.read(HEAD)
            .contains("：你确认的延期已批准（市政府批复〔2018〕9号），期限 2018-09-15 → 2019-03-31。")
    );
    bot.say(HEAD, "延期 34 到 2019-06-30 因 转产资金未到").await;
    bot.say(OFFICE, "延期 34 不批 工期可以压缩").await;
    bot.notices().await;
    snapshot!(bot.read(HEAD), @"第 34 项「网箱户转产与渔船清理未到位」：你确认的延期（到 2019-06-30）未批准，工期可以压缩。期限仍为 2019-03-31。");
    bot.read(CONTACT);
    snapshot!(stands(&mut bot, "查 34").await, @r"
    🟢 正常 · 整改中 · 限期整改
    自报进度 82%（未核实），序时应达 80%
    期限 2019-03-31（还有 187 天）
    延期 2018-09-15 → 2019-03-31：2018-09-20 已批准（市政府批复〔2018〕9号）
    延期 2019-03-31 → 2019-06-30：2018-09-25 未批准（工期可以压缩）
    ");
}

#[tokio::test]
async fn an_extension_may_be_refused_declined_taken_back_and_comes_too_late() {
    let mut bot = Bot::new().await.person(CONTACT).await.person(HEAD).await.person(OFFICE).await;
    bot.bind("紫岩县联络员A", "紫岩县联络员A").await;
    bot.leave_unread = true;
    snapshot!(bot.say("紫岩县联络员A", "延期 16 到 2018-12-31 因 设备晚到").await, @"第 16 项期限 2018-06-30 已过，延期只能在到期前申请，没有登记。请向整改办说明情况。");
    snapshot!(bot.say("紫岩县联络员A", "延期 34 到 2018-12-31 因 设备晚到").await, @"第 34 项由牵头单位滨江区申请延期。");
    snapshot!(bot.say(OFFICE, "延期 34 到 2018-12-31 因 设备晚到").await, @"延期由责任单位申请，整改办批：延期 34 批准，或 延期 34 不批 原因。单位自己不得改期限。");
    // By the head alone it is confirmed at once.
    snapshot!(bot.say(HEAD, "延期 22 到 2019-06-30 因 管网改线").await, @r"
    ✅ 已申请延期 第 22 项：2018-12-31 → 2019-06-30，现进度 35%
    已报整改办批。批准前期限不变。
    [撤回→延期 22 撤回]
    ");
    snapshot!(bot.say(OFFICE, "延期 22 不批").await, @r"
    第 22 项「八里沟沟渠污水直排」：不批延期到 2019-06-30，原因是什么？一句话，会原样告诉单位，还没有登记。
    [取消→取消]
    ");
    snapshot!(bot.say(OFFICE, "延期 22 不批 工期可以压缩").await, @"第 22 项的延期申请未批准，期限仍为 2018-12-31。");
    bot.say(CONTACT, "延期 34 到 2018-12-31 因 汛期停工").await;
    snapshot!(bot.say(HEAD, "延期 34 不同意 月底能完成").await, @"第 34 项的延期申请单位负责人不同意，期限仍为 2018-09-15。");
    bot.say(CONTACT, "延期 34 到 2018-12-31 因 汛期停工").await;
    snapshot!(bot.tap(CONTACT, CONTACT, "撤回").await.1, @"第 34 项的延期申请已撤回，期限仍为 2018-09-15。");
    bot.say(CONTACT, "延期 34 到 2018-12-31 因 汛期停工").await;
    // The consent may be on paper: a letter is one, a word is none.
    assert!(bot.say(OFFICE, "延期 34 批准 同意").await.contains("单位负责人还没有确认"));
    assert!(bot.tap(OFFICE, OFFICE, "取消").await.1.contains("没有登记"));
    assert!(bot.say(OFFICE, "延期 34 批准 省督察办批复同意").await.starts_with("✅ 第 34 项延期已批准"));
    let outcomes = "SELECT count(DISTINCT outcome) FROM extension";
    assert_eq!(bot.count(outcomes).await, 4);
}

/// Signed off, looked at again, come back, signed off once more; and what was true on each of these days.
#[tokio::test]
async fn what_was_signed_off_comes_back_and_keeps_its_sign_off() {
    let mut bot = Bot::new().await.person(CONTACT).await.person(OFFICE).await;
    bot.bind(OTHER, OTHER).await;
    bot.bind("督办专员A", "督办专员A").await;
    bot.leave_unread = true;
    bot.say(CONTACT, "进度 34 100 已清零").await;
    bot.say(CONTACT, "没错").await;
    bot.say(CONTACT, "申请销号 34 全部完成").await;
    bot.say(CONTACT, "提交").await;
    bot.say(OTHER, "核查 34 通过").await;
    bot.say(OFFICE, "公示 34 确认").await;
    bot.advance("2018-09-17 10:00").await;
    bot.read(OFFICE);
    snapshot!(bot.say(OFFICE, "销号 34 确认").await, @"✅ 第 34 项已销号，销号日 2018-09-17，单位和包抓领导会收到告知。回头看：2018-12-17、2019-03-17、2019-09-17，到时提醒。");
    snapshot!(bot.say(OFFICE, "回头看").await, @"一个月内没有要回头看的事项。");
    snapshot!(bot.say(OFFICE, "回头看 34").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」
    滨江区，2018-09-17 销号，回头看应于 2018-12-17
    目标：应清船舶和管理房清零，转产帮扶全覆盖
    到期前一个月内看过再登记；反弹请写情况：回头看 34 反弹 情况
    [反弹→回头看 34 反弹]
    ");
    bot.notices().await;
    bot.read(CONTACT);
    snapshot!(bot.say(CONTACT, "进度 34 60 又有船").await, @"第 34 项已销号，不再填报。如情况有反复，请联系整改办。");
    // Three months later it appears by itself, once.
    bot.advance("2018-12-17 09:00").await;
    let told = bot.read(OFFICE);
    assert!(told.contains("🔁 1 项销号后该回头看了\n【34】"), "{told}");
    bot.advance("2018-12-18 09:00").await;
    assert!(!bot.read(OFFICE).contains("🔁"));
    snapshot!(bot.say("督办专员A", "回头看").await, @r"
    🔁 回头看 1 项（一个月内到期的也在内）
    【34】网箱户转产与渔船清理未到位
    滨江区 2018-09-17 销号，应于 2018-12-17
    [34 回头看→回头看 34]
    ");
    bot.say(OFFICE, "回头看 34").await;
    snapshot!(bot.tap(OFFICE, OFFICE, "✅ 没有反弹").await.1, @"✅ 第 34 项回头看（应于 2018-12-17）：2018-12-18 看过，没有反弹。下一次 2019-03-17。");
    // One visit counts once, and nobody looks back long before the day.
    snapshot!(bot.say("督办专员A", "回头看 34 通过").await, @"第 34 项今天已由调度专员A记过回头看（应于 2018-12-17），没有再登记。下一次 2019-03-17。");
    bot.advance("2018-12-20 09:00").await;
    snapshot!(bot.say("督办专员A", "回头看 34 通过").await, @"第 34 项下一次回头看应于 2019-03-17，到期前一个月内看过才登记，没有登记。又出问题请发：回头看 34 反弹 情况");
    assert_eq!(bot.count("SELECT count(*) FROM recheck WHERE done_on IS NULL").await, 2);
    bot.advance("2019-03-18 09:00").await;
    assert!(bot.read(OFFICE).contains("🔁 1 项"));
    snapshot!(bot.say("督办专员A", "回头看 34 反弹").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」：又出了什么问题？一句话，会原样告诉单位，还没有登记。要定期限写在前面：到 日期 因 情况
    [取消→取消]
    ");
    snapshot!(bot.say("督办专员A", "回头看 34 反弹 到 2019-06-30 因 旧船两艘停回码头").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」：登记反弹，旧船两艘停回码头
    将重新打开：整改期限 2019-06-30，进度从 0 重新报，原来的销号记录保留。还没有登记；换期限请写：到 日期 因 情况
    [确认反弹→答 · 是] [取消→取消]
    ");
    snapshot!(bot.tap("督办专员A", "督办专员A", "取消").await.1, @"已取消，没有登记。");
    snapshot!(bot.say("督办专员A", "回头看 34 反弹 到 2019-06-30 因 旧船两艘停回码头 确认").await, @"↩️ 第 34 项已登记反弹，整改中，期限 2019-06-30；单位、包抓领导和整改办会收到告知，原销号记录保留。");
    bot.read(CONTACT);
    bot.notices().await;
    let office = bot.read(OFFICE);
    assert!(office.contains("登记反弹，重新整改") && office.contains("由督办专员A登记"), "{office}");
    let heard = bot.read(CONTACT);
    assert!(heard.contains("登记反弹，重新整改。情况：旧船两艘停回码头\n整改期限 2019-06-30"), "{heard}");
    // The other looks back are dropped, the sign-off stays.
    let left = "SELECT count(*) FROM recheck WHERE done_on IS NULL";
    assert_eq!(
        (bot.count(left).await, bot.count("SELECT count(*) FROM sign_off WHERE post IS NOT NULL").await),
        (0, 1)
    );
    snapshot!(stands(&mut bot, "查 34").await, @r"
    🟢 正常 · 整改中 · 限期整改
    自报进度 0%（未核实）
    期限 2019-06-30（还有 104 天）
    反弹 2019-03-18：旧船两艘停回码头（销号 1 次，记录保留）
    ");
    snapshot!(bot.say(OFFICE, "清单 反弹").await, @r"
    全部单位 · 反弹：1 项（截至 2019-03-18 09:00）
    🟢 正常 1 项
    【34】网箱户转产与渔船清理未到位 0%
    还有 104 天 · 2019-06-30 · 滨江区
    [查 34→查 34]
    ");
    snapshot!(bot.say(OFFICE, "反弹 34 又来了").await, @"第 34 项现在整改中，还没有销号，不用登记反弹。");
    assert!(bot.say(CONTACT, "进度 34 40 已拖离一艘").await.contains("进度 0% → 40%"));
    bot.advance("2019-05-06 10:00").await;
    bot.say(CONTACT, "进度 34 100 全部拖离").await;
    bot.say(CONTACT, "没错").await;
    bot.say(CONTACT, "申请销号 34").await;
    bot.tap(CONTACT, CONTACT, "全部同上次").await;
    bot.say(CONTACT, "提交").await;
    bot.say(OTHER, "核查 34 通过").await;
    bot.say(OFFICE, "公示 34 确认").await;
    snapshot!(bot.say(OFFICE, "清单 公示").await, @r"
    全部单位 · 公示：1 项（截至 2019-05-06 10:00）
    【34】网箱户转产与渔船清理未到位 100%
    ✅ 公示中 · 期限 2019-06-30 · 滨江区
    [查 34→查 34]
    ");
    bot.advance("2019-05-20 10:00").await;
    bot.say(OFFICE, "销号 34 确认").await;
    assert_eq!(bot.count("SELECT count(*) FROM sign_off WHERE post IS NOT NULL").await, 2);
    let mut then = String::new();
    for day in [
        "2018-08-30",
        "2018-09-16",
        "2018-09-17",
        "2019-03-17",
        "2019-03-18",
        "2019-04-30",
        "2019-05-06",
        "2019-05-20",
    ] {
        then += &format!("{day}\n{}\n", stands(&mut bot, &format!("查 34 {day}")).await);
    }
    snapshot!(then, @r"
    2018-08-30
    🟡 临期 · 整改中 · 限期整改
    自报进度 82%（未核实），序时应达 80%
    期限 2018-09-15（还有 16 天）
    2018-09-16
    状态 公示中 · 限期整改
    自报进度 100%，核实 100%
    期限 2018-09-15
    完成 2018-08-31
    验收 2018-08-31
    销号申请 2018-08-31，公示 2018-08-31 至 2018-09-13，10 个工作日，已期满
    2018-09-17
    状态 已销号 · 限期整改
    自报进度 100%，核实 100%
    期限 2018-09-15
    完成 2018-08-31
    验收 2018-08-31
    销号 2018-09-17
    2019-03-17
    状态 已销号 · 限期整改
    自报进度 100%，核实 100%
    期限 2018-09-15
    完成 2018-08-31
    验收 2018-08-31
    销号 2018-09-17
    2019-03-18
    🟢 正常 · 整改中 · 限期整改
    自报进度 40%（未核实）
    期限 2019-06-30（还有 104 天）
    反弹 2019-03-18：旧船两艘停回码头（销号 1 次，记录保留）
    2019-04-30
    ⚪ 未报 · 整改中 · 限期整改
    自报进度 40%（未核实）
    期限 2019-06-30（还有 61 天）
    反弹 2019-03-18：旧船两艘停回码头（销号 1 次，记录保留）
    2019-05-06
    状态 公示中 · 限期整改
    自报进度 100%，核实 100%
    期限 2019-06-30
    完成 2019-05-06
    验收 2019-05-06
    反弹 2019-03-18：旧船两艘停回码头（销号 1 次，记录保留）
    销号申请 2019-05-06，公示 2019-05-06 至 2019-05-17，10 个工作日
    2019-05-20
    状态 已销号 · 限期整改
    自报进度 100%，核实 100%
    期限 2019-06-30
    完成 2019-05-06
    验收 2019-05-06
    销号 2019-05-20
    反弹 2019-03-18：旧船两艘停回码头（销号 2 次，记录保留）
    ");
}

#[tokio::test]
async fn what_is_not_signed_off_cannot_come_back() {
    let mut slips = String::new();
    let mut bot = Bot::new().await.person(OFFICE).await;
    snapshot!(bot.say(OFFICE, "反弹 34 又有船").await, @"第 34 项现在整改中，还没有销号，不用登记反弹。");
    snapshot!(bot.say(OFFICE, "反弹 2").await, @r"
    第 2 项「部门环保职责边界不清」：又出了什么问题？一句话，会原样告诉单位，还没有登记。要定期限写在前面：到 日期 因 情况
    [取消→取消]
    ");
    for said in [
        "反弹 2 到 2018-01-01 因 又推诿",
        "反弹 2 到 2019-02-30 因 又推诿",
        "反弹 2 2018-02-30 又推诿",
        "反弹 2 2019-06-30 又推诿",
        "反弹 2 到",
        "回头看 2 反弹 到哪天 因 又推诿",
    ] {
        let told = bot.say(OFFICE, said).await;
        slips += &format!("{told}\n");
    }
    snapshot!(slips, @r"
    期限要是今天以后的一天，整条没有执行。
    在这里：反弹 2 到 【2018-01-01】
    用法：反弹 16 到 2027-06-30 因 二号池又渗漏
    没有这一天，整条没有执行。
    在这里：反弹 2 到 【2019-02-30】
    用法：反弹 16 到 2027-06-30 因 二号池又渗漏
    没有这一天，整条没有执行。
    在这里：反弹 2 【2018-02-30】
    用法：反弹 16 到 2027-06-30 因 二号池又渗漏
    这一天还没到；要作期限，前面写“到”。整条没有执行。
    在这里：反弹 2 【2019-06-30】
    用法：反弹 16 到 2027-06-30 因 二号池又渗漏
    这里要写日期并带上年份，如 2027-01-01。
    在这里：反弹 2 【到】
    用法：反弹 16 到 2027-06-30 因 二号池又渗漏
    这里要写日期并带上年份，如 2027-01-01。
    在这里：回头看 2 反弹 到【哪天】
    用法：回头看 16 反弹 到 2027-06-30 因 二号池又渗漏
    ");
    // A day of the past is part of the reason.
    assert!(bot.say(OFFICE, "反弹 2 2018-08-20 又推诿").await.contains("登记反弹，2018-08-20 又推诿"));
    snapshot!(bot.say(OFFICE, "反弹 2 又互相推诿").await, @r"
    第 2 项「部门环保职责边界不清」：登记反弹，又互相推诿
    将重新打开：整改期限 2018-10-30，进度从 0 重新报，原来的销号记录保留。还没有登记；换期限请写：到 日期 因 情况
    [确认反弹→答 · 是] [取消→取消]
    ");
    snapshot!(bot.tap(OFFICE, OFFICE, "取消").await.1, @"已取消，没有登记。");
    bot.say(OFFICE, "反弹 2 又互相推诿").await;
    // Signed off before there were applications: its course is remembered from then on.
    assert!(bot.tap(OFFICE, OFFICE, "确认反弹").await.1.starts_with("↩️ 第 2 项已登记反弹"));
    bot.notices().await;
    let card = bot.say(OFFICE, "查 2 2018-08-30").await;
    assert!(
        card.contains("状态 已销号") && card.contains("销号 2017-11-21") && card.contains("期限 2017-10-31"),
        "{card}"
    );
    let card = bot.say(OFFICE, "查 2").await;
    assert!(
        card.contains("整改中") && card.contains("期限 2018-10-30") && !card.contains("\n销号 2017"),
        "{card}"
    );
    assert!(card.contains("反弹 2018-08-31：又互相推诿（销号 1 次，记录保留）"), "{card}");
    assert!(bot.say(OFFICE, "查 2 2016-01-01").await.contains("才交办"));
}

/// 长期坚持: completed, it goes on reporting; signed off like the others, and done all the while.
#[tokio::test]
async fn a_long_term_item_is_signed_off_from_completion_and_stays_done() {
    let mut bot = Bot::new().await.person("市环保局联络员A").await.person(OFFICE).await;
    bot.bind(OTHER, OTHER).await;
    bot.leave_unread = true;
    let before = bot.say(OFFICE, "总览").await;
    assert!(bot.say("市环保局联络员A", "进度 1 100 二季度会议纪要已报").await.contains("✅"));
    bot.say("市环保局联络员A", "申请销号 1 全部达到 机制已固定").await;
    assert!(bot.say("市环保局联络员A", "提交").await.contains("已申请销号"));
    assert_eq!(bot.say(OFFICE, "总览").await, before);
    let card = bot.say("市环保局联络员A", "查 1").await;
    assert!(card.contains("状态 基本完成 · 长期坚持") && card.contains("待核查"), "{card}");
    bot.say(OTHER, "核查 1 通过").await;
    bot.say(OFFICE, "公示 1 确认").await;
    bot.advance("2018-09-17 10:00").await;
    assert!(bot.say(OFFICE, "销号 1 确认").await.contains("已销号"));
}

/// What is sent along stands with the item, and under its point.
#[tokio::test]
async fn files_are_evidence_of_the_point_that_is_asked_about() {
    let mut bot = Bot::new().await.person(CONTACT).await.person(OFFICE).await;
    for id in ["a", "b", "c"] {
        bot.fake.contents.lock().unwrap().insert(id.into(), [JPEG, id.as_bytes()].concat());
    }
    bot.leave_unread = true;
    bot.say(CONTACT, "进度 34 100 已清零").await;
    bot.say(CONTACT, "没错").await;
    bot.say(CONTACT, "申请销号 34").await;
    snapshot!(bot.send(CONTACT, "", &[photo("a"), photo("b")]).await, @r"
    收到 1 个文件，回答完上面的问题就一起附上。
    ---
    收到 2 个文件，回答完上面的问题就一起附上。
    ");
    snapshot!(bot.tap(CONTACT, CONTACT, "已完成").await.1, @r"
    📎 附 2 个文件
    第 34 项「网箱户转产与渔船清理未到位」申请销号 2/7
    措施落实：2.管理房拆除，完成了吗？
    [已完成→答 · 已完成] [不涉及→答 · 不涉及]
    [上一步→答 · 上一步] [取消→取消]
    [整改前→附到 整改前 ·] [整改中→附到 整改中 ·] [整改后→附到 整改后 ·]
    ");
    snapshot!(bot.send(CONTACT, "管理房拆除前后对比", &[photo("c")]).await, @r"
    记下：管理房拆除前后对比
    📎 附 1 个文件
    第 34 项「网箱户转产与渔船清理未到位」申请销号 3/7
    措施落实：3.技能培训与岗位对接，完成了吗？
    [已完成→答 · 已完成] [不涉及→答 · 不涉及]
    [上一步→答 · 上一步] [取消→取消]
    [整改前→附到 整改前 ·] [整改中→附到 整改中 ·] [整改后→附到 整改后 ·]
    ");
    for _ in 0..5 {
        bot.tap(CONTACT, CONTACT, "已").await;
    }
    bot.say(CONTACT, "提交").await;
    bot.notices().await;
    bot.read(OFFICE);
    snapshot!(bot.say(OFFICE, "核查 34").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」
    滨江区（滨江区联络员A）2018-08-31 申请销号
    目标：应清船舶和管理房清零，转产帮扶全覆盖
    ✓ 措施落实：船舶登记处置 · 附 2 个文件
    ✓ 措施落实：管理房拆除（管理房拆除前后对比） · 附 1 个文件
    ✓ 措施落实：技能培训与岗位对接
    ✓ 问题查处
    ✓ 整改成效
    ✓ 举一反三
    ✓ 长效机制
    完成 2018-08-31
    销号申请 2018-08-31，待核查
    材料：材料 34
    [开始核查→核查 34 开始] [✅ 通过→核查 34 通过] [不通过→核查 34 不通过] [补充材料→核查 34 补充]
    ");
    assert_eq!(
        bot.count("SELECT count(*) FROM attachment a JOIN item i ON i.id = a.item WHERE i.number = 34").await,
        3
    );
}

/// What came signed off with the ledger keeps that on record, and is looked at again like the others.
#[tokio::test]
async fn a_sign_off_of_the_ledger_is_kept_and_looked_at_again() {
    let mut bot = Bot::with_looks().await.person(OFFICE).await;
    bot.leave_unread = true;
    bot.advance("2018-09-05 09:30").await;
    let told = bot.read(OFFICE);
    assert!(told.contains("🔁 1 项销号后该回头看了\n【35】") && told.contains("2018-06-05 销号"), "{told}");
    assert!(bot.say(OFFICE, "回头看 35").await.contains("2018-06-05 销号，回头看应于 2018-09-05"));
    bot.say(OFFICE, "回头看 35 反弹 到 2019-06-30 因 污水又直排 确认").await;
    let record = |file: &[u8]| {
        let parts = crate::papers::parts(file);
        crate::exporting::words(&parts.into_iter().find(|(name, _)| name.starts_with("02")).unwrap().1)
    };
    bot.read(OFFICE);
    let (_, file) = bot.document(OFFICE, "导出 卷宗 35").await;
    let record = record(&file);
    let (_, way) = record.split_once("办理过程\n").unwrap();
    for part in ["2018-06-05\n销号\n", "第1次销号（台账导入）", "\n反弹重开\n"] {
        assert!(way.contains(part), "{part}: {way}");
    }
    let card = bot.say(OFFICE, "查 35").await;
    assert!(card.contains("反弹 2018-09-05：污水又直排（销号 1 次，记录保留）"), "{card}");
    let planned = "SELECT count(*) FROM recheck r JOIN item i ON i.id = r.item WHERE i.number = 35 AND r.done_on IS NULL";
    assert_eq!(bot.count(planned).await, 0);
}

/// The unit is done when it says so, not when it applies; taking an application back changes nothing about it.
#[tokio::test]
async fn the_day_of_completion_is_that_of_the_full_report() {
    let mut bot = Bot::new().await.person(CONTACT).await.person(OFFICE).await;
    bot.bind("白沙县联络员A", "白沙县联络员A").await;
    bot.leave_unread = true;
    bot.say(CONTACT, "进度 34 100 已清零").await;
    bot.say(CONTACT, "没错").await;
    bot.advance("2018-09-05 10:00").await;
    bot.say("白沙县联络员A", "申请销号 21 撤回").await;
    bot.say("白沙县联络员A", "申请销号 21 撤回 确认").await;
    for (who, item) in [(CONTACT, "34"), ("白沙县联络员A", "21")] {
        bot.say(who, &format!("申请销号 {item} 全部完成")).await;
        bot.say(who, "提交").await;
    }
    let stood = [stands(&mut bot, "查 34").await, stands_for(&mut bot, OFFICE, "查 21").await];
    snapshot!(stood.join("\n"), @r"
    🟡 临期 · 申请验收 · 限期整改
    自报进度 100%（未核实），序时应达 80%
    期限 2018-09-15（还有 10 天）
    完成 2018-08-31
    销号申请 2018-09-05，待核查
    🔴 逾期待验收 · 申请验收 · 限期整改
    自报进度 100%（未核实），序时应达 100%
    期限 2018-07-31（已过 36 天）
    完成 2018-08-10
    销号申请 2018-09-05，待核查
    ");
    // What went back is done anew.
    bot.say(OFFICE, "核查 34 不通过 仍有旧船").await;
    bot.advance("2018-09-10 10:00").await;
    bot.say(CONTACT, "进度 34 95 正在拖离").await;
    bot.say(CONTACT, "没错").await;
    bot.advance("2018-09-12 10:00").await;
    bot.say(CONTACT, "进度 34 100 旧船已拖离").await;
    bot.say(CONTACT, "没错").await;
    bot.advance("2018-09-14 10:00").await;
    bot.say(CONTACT, "申请销号 34 全部完成 旧船已拖离").await;
    bot.say(CONTACT, "提交").await;
    snapshot!(stands(&mut bot, "查 34").await, @r"
    🟡 临期 · 申请验收 · 限期整改
    自报进度 100%（未核实），序时应达 80%
    期限 2018-09-15（还有 1 天）
    完成 2018-09-12
    销号申请 2018-09-14，待核查
    ");
}
