//! 延期 where something is asked back: reasons, what an approval rests on, whose turn it is, whose application it was.

use insta::assert_snapshot as snapshot;

use crate::harness::Bot;

const CONTACT: &str = "滨江区联络员A";
const HEAD: &str = "滨江区分管副区长";
const OFFICE: &str = "调度专员A";

async fn asked() -> Bot {
    let mut bot = Bot::new().await.person(CONTACT).await.person(HEAD).await.person(OFFICE).await;
    bot.leave_unread = true;
    bot.say(CONTACT, "延期 34 到 2018-12-31 因 汛期停工").await;
    bot.notices().await;
    bot
}

#[tokio::test]
async fn who_does_not_agree_is_asked_why_and_the_contact_reads_it() {
    let mut bot = asked().await;
    snapshot!(bot.tap(HEAD, HEAD, "不同意").await.1, @r"
    第 34 项「网箱户转产与渔船清理未到位」
    滨江区联络员A申请延期：2018-09-15 → 2018-12-31
    现进度 82%，原因：汛期停工
    请你确认。
    [确认→延期 34 确认] [不同意→延期 34 不同意]
    ---
    第 34 项「网箱户转产与渔船清理未到位」：不同意延期到 2018-12-31，原因是什么？一句话，会原样告诉单位，还没有登记。
    [取消→取消]
    ");
    assert_eq!(bot.count("SELECT count(*) FROM extension WHERE closed_on IS NULL").await, 1);
    snapshot!(bot.say(HEAD, "谢谢").await, @r"
    第 34 项：请写一句话。
    [取消→取消]
    ");
    snapshot!(bot.say(HEAD, "太久了，最多到年底").await, @"第 34 项的延期申请单位负责人不同意，期限仍为 2018-09-15。");
    bot.notices().await;
    snapshot!(bot.read(CONTACT), @"第 34 项「网箱户转产与渔船清理未到位」：延期单位负责人不同意，太久了，最多到年底。期限仍为 2018-09-15。");
    // The office was never asked.
    assert!(!bot.read(OFFICE).contains("34"));
    assert_eq!(bot.count("SELECT count(*) FROM dialogue").await, 0);
    snapshot!(bot.say(CONTACT, "延期 34").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」
    滨江区联络员A申请延期：2018-09-15 → 2018-12-31
    现进度 82%，原因：汛期停工
    2018-08-31 单位负责人不同意（太久了，最多到年底）
    ");
    bot.say(HEAD, "延期 34 到 2018-12-31 因 汛期停工").await;
    bot.say(OFFICE, "延期 34 不批").await;
    snapshot!(bot.say(OFFICE, "取消").await, @"已取消，没有登记。");
    snapshot!(bot.say(OFFICE, "延期 34 不批").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」：不批延期到 2018-12-31，原因是什么？一句话，会原样告诉单位，还没有登记。
    [取消→取消]
    ");
    snapshot!(bot.say(OFFICE, "工期可以压缩").await, @"第 34 项的延期申请未批准，期限仍为 2018-09-15。");
}

#[tokio::test]
async fn what_an_approval_rests_on_is_asked_and_may_be_added() {
    let mut bot = asked().await;
    bot.say(HEAD, "延期 34 确认").await;
    bot.notices().await;
    snapshot!(bot.say(OFFICE, "延期 34 依据 市政府批复").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」
    滨江区联络员A申请延期：2018-09-15 → 2018-12-31
    现进度 82%，原因：汛期停工
    单位负责人已确认，请定。
    [✅ 34 批准→延期 34 批准] [不批→延期 34 不批]
    ---
    第 34 项没有已批准的延期，不用补依据。
    ");
    snapshot!(bot.tap(OFFICE, OFFICE, "✅ 34 批准").await.1, @r"
    第 34 项「网箱户转产与渔船清理未到位」：批准延期到 2018-12-31 的依据是什么？一句话，如批复、函的文号，会告诉单位、记在案上。还没有批准。
    [整改办批准→答 · 整改办批准] [取消→取消]
    ");
    assert_eq!(bot.count("SELECT count(*) FROM extension WHERE outcome = 'approved'").await, 0);
    snapshot!(bot.tap(OFFICE, OFFICE, "整改办批准").await.1, @"✅ 第 34 项延期已批准（整改办批准）：2018-09-15 → 2018-12-31，单位已告知。到 2018-12-31 前不算逾期。");
    snapshot!(bot.say(CONTACT, "延期 34 依据 市政府批复").await, @"延期由整改办批。");
    snapshot!(bot.say(OFFICE, "延期 34 依据").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」：延期的依据是什么？一句话，如批复、函的文号。还没有登记。
    [取消→取消]
    ");
    snapshot!(bot.say(OFFICE, "省整改办函〔2018〕9号同意").await, @"✅ 第 34 项延期的依据已记：整改办批准；省整改办函〔2018〕9号同意");
    let card = bot.say(OFFICE, "查 34").await;
    assert!(card.contains("已批准（整改办批准；省整改办函〔2018〕9号同意）"), "{card}");
    assert_eq!(bot.count("SELECT count(*) FROM audit WHERE action = 'extension_basis'").await, 1);
}

#[tokio::test]
async fn a_list_says_how_extensions_stand() {
    let mut bot = asked().await;
    bot.say(CONTACT, "延期 22 到 2019-03-31 因 管线迁改").await;
    bot.say(HEAD, "延期 22 确认").await;
    bot.say(OFFICE, "延期 22 批准 市政府批复〔2018〕9号").await;
    bot.say(CONTACT, "延期 22 到 2019-06-30 因 管线又改").await;
    snapshot!(bot.say(OFFICE, "清单 延期").await, @r"
    全部单位 · 延期：2 项（截至 2018-08-31 09:00）
    🟠 滞后 1 项
    【22】八里沟沟渠污水直排 35%
    还有 212 天 · 2019-03-31 · 滨江区
    申请延期到 2019-06-30，待单位负责人确认
    🟡 临期 1 项
    【34】网箱户转产与渔船清理未到位 82%
    还有 15 天 · 2018-09-15 · 滨江区
    申请延期到 2018-12-31，待单位负责人确认
    [查 22→查 22] [查 34→查 34]
    ");
    bot.say(HEAD, "延期 34 确认").await;
    bot.say(HEAD, "延期 22 不同意 不能再拖").await;
    snapshot!(bot.say(CONTACT, "清单 延期").await, @r"
    滨江区 · 延期：2 项（截至 2018-08-31 09:00）
    🟠 滞后 1 项
    【22】八里沟沟渠污水直排 35%
    还有 212 天 · 2019-03-31
    延期已批准（市政府批复〔2018〕9号），原期限 2018-12-31
    🟡 临期 1 项
    【34】网箱户转产与渔船清理未到位 82%
    还有 15 天 · 2018-09-15
    申请延期到 2018-12-31，待整改办批
    [查 22→查 22] [查 34→查 34]
    ");
}

#[tokio::test]
async fn the_office_hears_when_it_is_its_turn() {
    let mut bot = asked().await;
    assert!(!bot.read(OFFICE).contains("34"));
    bot.say(CONTACT, "延期 34 撤回").await;
    bot.notices().await;
    assert!(!bot.read(OFFICE).contains("34"));
    // Nobody is there to confirm: the office is next.
    let mut bot = Bot::new().await.person(CONTACT).await.person(OFFICE).await;
    bot.leave_unread = true;
    bot.say(CONTACT, "延期 34 到 2018-12-31 因 汛期停工").await;
    bot.notices().await;
    snapshot!(bot.read(OFFICE), @r"
    第 34 项「网箱户转产与渔船清理未到位」
    滨江区联络员A申请延期：2018-09-15 → 2018-12-31
    现进度 82%，原因：汛期停工
    单位负责人还没绑定，收到书面确认或上级批复后再批，写明依据。
    [✅ 34 批准→延期 34 批准] [不批→延期 34 不批]
    ");
    bot.say(CONTACT, "延期 34 撤回").await;
    bot.notices().await;
    snapshot!(bot.read(OFFICE), @"第 34 项「网箱户转产与渔船清理未到位」：延期申请已撤回。");
}

#[tokio::test]
async fn what_the_head_asked_for_is_not_taken_back_unheard() {
    let mut bot = Bot::new().await.person(CONTACT).await.person(HEAD).await.person(OFFICE).await;
    bot.leave_unread = true;
    bot.say(HEAD, "延期 34 到 2018-12-31 因 汛期停工").await;
    snapshot!(bot.say(CONTACT, "延期 34 撤回").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」：延期到 2018-12-31 是滨江区分管副区长申请的，要撤回吗？撤回后会告诉对方。
    [撤回→答 · 是] [取消→取消]
    ");
    bot.say(CONTACT, "不").await;
    assert_eq!(bot.count("SELECT count(*) FROM extension WHERE closed_on IS NULL").await, 1);
    bot.say(CONTACT, "延期 34 撤回 先按原期限办").await;
    snapshot!(bot.tap(CONTACT, CONTACT, "撤回").await.1, @"第 34 项的延期申请已撤回，期限仍为 2018-09-15。");
    bot.notices().await;
    snapshot!(bot.read(HEAD), @"第 34 项「网箱户转产与渔船清理未到位」：你申请的延期（到 2018-12-31）已由滨江区联络员A撤回，先按原期限办。期限仍为 2018-09-15。");
    snapshot!(bot.read(OFFICE), @r"
    第 34 项「网箱户转产与渔船清理未到位」
    滨江区分管副区长申请延期：2018-09-15 → 2018-12-31
    现进度 82%，原因：汛期停工
    单位负责人已确认，请定。
    [✅ 34 批准→延期 34 批准] [不批→延期 34 不批]
    ---
    第 34 项「网箱户转产与渔船清理未到位」：延期申请已撤回，先按原期限办。
    ");
}

#[tokio::test]
async fn an_application_of_the_head_is_not_taken_back_unheard_either() {
    let mut bot = Bot::new().await.person(CONTACT).await.person(HEAD).await.person(OFFICE).await;
    bot.leave_unread = true;
    bot.say(CONTACT, "进度 34 100 已清零").await;
    bot.say(CONTACT, "没错").await;
    bot.say(HEAD, "申请销号 34 全部完成").await;
    bot.say(HEAD, "提交").await;
    snapshot!(bot.say(CONTACT, "申请销号 34 撤回").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」：销号申请是滨江区分管副区长提交的，要撤回吗？撤回后会告诉对方。
    [撤回→答 · 是] [取消→取消]
    ");
    assert_eq!(bot.count("SELECT count(*) FROM application a JOIN item i ON i.id = a.item WHERE i.number = 34 AND a.closed_on IS NULL").await, 1);
    snapshot!(bot.tap(CONTACT, CONTACT, "撤回").await.1, @"↩️ 第 34 项的销号申请已撤回，可以改好再申请。");
    bot.notices().await;
    snapshot!(bot.read(HEAD), @"第 34 项「网箱户转产与渔船清理未到位」：你提交的销号申请已由滨江区联络员A撤回。");
}

#[tokio::test]
async fn a_day_that_does_not_exist_is_named() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    snapshot!(bot.say(CONTACT, "延期 34 到 2018-13-40 因 汛期停工").await, @"没有“2018-13-40”这一天，没有登记。");
    snapshot!(bot.say(CONTACT, "延期 34 到9月31日，因为汛期停工").await, @"没有“9月31日”这一天，没有登记。");
    snapshot!(bot.say(CONTACT, "34项申请延期到2月30日因为汛期停工").await, @"没有“2月30日”这一天，没有登记。");
}
