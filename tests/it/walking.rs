//! 申请销号 walked forwards and backwards, sentences that steps of acceptance wait for, and two units that have a say
//! in one check.

use insta::assert_snapshot as snapshot;

use crate::attachments::{JPEG, photo};
use crate::harness::Bot;

const CONTACT: &str = "滨江区联络员A";
const CHECKER: &str = "市农业局联络员A";
const OFFICE: &str = "调度专员A";
const OTHER: &str = "调度专员B";

/// A unit's contact, a contact of the unit that checks, and two clerks of the office.
async fn people(contact: &str, checker: &str) -> Bot {
    let mut bot = Bot::new().await.person(contact).await.person(checker).await.person(OFFICE).await;
    bot.bind(OTHER, OTHER).await;
    bot.leave_unread = true;
    bot
}

/// Item 34, which 滨江区 leads, reported to be done and, where it is said so, applied for.
async fn world(applied: bool) -> Bot {
    let mut bot = people(CONTACT, CHECKER).await;
    bot.say(CONTACT, "进度 34 100 船舶和管理房已清零").await;
    bot.say(CONTACT, "没错").await;
    if applied {
        apply(&mut bot).await;
        quiet(&mut bot).await;
    }
    bot
}

/// 34 is applied for, all points in one word.
async fn apply(bot: &mut Bot) {
    bot.say(CONTACT, "申请销号 34 全部完成").await;
    assert!(bot.say(CONTACT, "提交").await.contains("已申请销号"));
}

/// Everything that was said so far is read.
async fn quiet(bot: &mut Bot) {
    bot.notices().await;
    for person in [CONTACT, CHECKER, OFFICE, OTHER] {
        bot.read(person);
    }
}

/// What an item's card says of its figures and of its application.
async fn stands(bot: &mut Bot, words: &str) -> String {
    let card = bot.say(OFFICE, words).await;
    let told = |line: &&str| ["自报", "销号", "完成", "验收"].iter().any(|head| line.starts_with(head));
    card.lines().filter(told).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn a_step_back_mends_an_answer_and_free_words_are_repeated() {
    let mut bot = world(false).await;
    bot.say(CONTACT, "申请销号 34").await;
    snapshot!(bot.say(CONTACT, "上一步").await, @r"
    已经是第一条。
    第 34 项「网箱户转产与渔船清理未到位」申请销号 1/7
    措施落实：1.船舶登记处置，完成了吗？
    点按钮，或回一句情况；可以附照片、文件，不是必须。
    [已完成→答 · 已完成] [不涉及→答 · 不涉及]
    [取消→取消]
    ");
    snapshot!(bot.say(CONTACT, "登记处置41艘").await, @r"
    记下：登记处置41艘
    第 34 项「网箱户转产与渔船清理未到位」申请销号 2/7
    措施落实：2.管理房拆除，完成了吗？
    [已完成→答 · 已完成] [不涉及→答 · 不涉及]
    [上一步→答 · 上一步] [取消→取消]
    ");
    snapshot!(bot.say(CONTACT, "管理房拆除12处").await, @r"
    记下：管理房拆除12处
    第 34 项「网箱户转产与渔船清理未到位」申请销号 3/7
    措施落实：3.技能培训与岗位对接，完成了吗？
    [已完成→答 · 已完成] [不涉及→答 · 不涉及]
    [上一步→答 · 上一步] [取消→取消]
    ");
    snapshot!(bot.tap(CONTACT, CONTACT, "上一步").await.1, @r"
    第 34 项「网箱户转产与渔船清理未到位」申请销号 2/7
    措施落实：2.管理房拆除，完成了吗？
    上次：管理房拆除12处
    [已完成→答 · 已完成] [不涉及→答 · 不涉及]
    [同上次→答 · 同上次] [上一步→答 · 上一步] [取消→取消]
    ");
    // What the plan wants is not left out without a reason.
    snapshot!(bot.tap(CONTACT, CONTACT, "不涉及").await.1, @r"
    第 34 项「网箱户转产与渔船清理未到位」申请销号 2/7
    措施落实：2.管理房拆除
    这是整改方案里的措施，为什么不涉及？一句话，写进申请，验收单位会看到。
    [上一步→答 · 上一步] [取消→取消]
    ");
    snapshot!(bot.say(CONTACT, "不涉及").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」申请销号 2/7
    措施落实：2.管理房拆除
    这是整改方案里的措施，为什么不涉及？一句话，写进申请，验收单位会看到。
    [上一步→答 · 上一步] [取消→取消]
    ");
    snapshot!(bot.say(CONTACT, "辖区没有管理房").await, @r"
    记下：辖区没有管理房
    第 34 项「网箱户转产与渔船清理未到位」申请销号 3/7
    措施落实：3.技能培训与岗位对接，完成了吗？
    [已完成→答 · 已完成] [不涉及→答 · 不涉及]
    [上一步→答 · 上一步] [取消→取消]
    ");
    bot.say(CONTACT, "不涉及，培训由市里统一组织").await;
    bot.say(CONTACT, "上一步").await;
    snapshot!(bot.say(CONTACT, "上一步").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」申请销号 2/7
    措施落实：2.管理房拆除，完成了吗？
    上次：辖区没有管理房
    [已完成→答 · 已完成] [不涉及→答 · 不涉及]
    [同上次→答 · 同上次] [上一步→答 · 上一步] [取消→取消]
    ");
    snapshot!(bot.say(CONTACT, "管理房拆除21处，已复绿").await, @r"
    记下：管理房拆除21处，已复绿
    第 34 项「网箱户转产与渔船清理未到位」申请销号 3/7
    措施落实：3.技能培训与岗位对接，完成了吗？
    上次：培训由市里统一组织
    [已完成→答 · 已完成] [不涉及→答 · 不涉及]
    [同上次→答 · 同上次] [上一步→答 · 上一步] [取消→取消]
    ");
    for _ in 0..4 {
        bot.tap(CONTACT, CONTACT, "已").await;
    }
    snapshot!(bot.say(CONTACT, "长效管护办法已印发").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」销号申请，请核对：
    ✓ 措施落实：船舶登记处置（登记处置41艘）
    ✓ 措施落实：管理房拆除（管理房拆除21处，已复绿）
    ✓ 措施落实：技能培训与岗位对接
    ✓ 问题查处
    ✓ 整改成效
    ✓ 举一反三
    ✓ 长效机制（长效管护办法已印发）
    提交即表示本单位已自查自验、情况属实。
    [提交申请→答 · 提交] [上一步→答 · 上一步] [取消→取消]
    ");
    // The sheet waits for 提交, and goes a step back as well.
    snapshot!(bot.say(CONTACT, "材料随后送").await, @r"
    还没有提交。没问题请点“提交申请”，要改请点“上一步”。
    第 34 项「网箱户转产与渔船清理未到位」销号申请，请核对：
    ✓ 措施落实：船舶登记处置（登记处置41艘）
    ✓ 措施落实：管理房拆除（管理房拆除21处，已复绿）
    ✓ 措施落实：技能培训与岗位对接
    ✓ 问题查处
    ✓ 整改成效
    ✓ 举一反三
    ✓ 长效机制（长效管护办法已印发）
    提交即表示本单位已自查自验、情况属实。
    [提交申请→答 · 提交] [上一步→答 · 上一步] [取消→取消]
    ");
    snapshot!(bot.tap(CONTACT, CONTACT, "上一步").await.1, @r"
    第 34 项「网箱户转产与渔船清理未到位」申请销号 7/7
    长效机制：长效管理的制度、责任落实了吗？
    上次：长效管护办法已印发
    [已达到→答 · 已完成] [不涉及→答 · 不涉及]
    [同上次→答 · 同上次] [上一步→答 · 上一步] [取消→取消]
    ");
    snapshot!(bot.tap(CONTACT, CONTACT, "同上次").await.1.lines().nth(7).unwrap(), @"✓ 长效机制（长效管护办法已印发）");
    assert!(bot.say(CONTACT, "提交").await.contains("已申请销号"));
    let kept = "SELECT count(*) FROM application_standard WHERE note = '管理房拆除21处，已复绿'";
    assert_eq!(bot.count(kept).await, 1);
    assert_eq!(bot.count("SELECT count(*) FROM application_draft").await, 0);
}

#[tokio::test]
async fn what_is_not_reached_is_asked_about_and_never_taken_for_evidence() {
    let mut bot = world(false).await;
    bot.say(CONTACT, "申请销号 34").await;
    bot.say(CONTACT, "登记处置41艘").await;
    snapshot!(bot.say(CONTACT, "还有一处管理房没拆").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」申请销号 2/7
    措施落实：还有一处管理房没拆
    这一条还没达到，先不申请？已达到的点“照这样写”，或重新回一句。
    [先不申请→答 · 先不申请] [照这样写→答 · 照这样写]
    [上一步→答 · 上一步] [取消→取消]
    ");
    // It may be meant as it was said, be said anew, or be nothing to apply with.
    snapshot!(bot.say(CONTACT, "照这样写").await, @r"
    记下：还有一处管理房没拆
    第 34 项「网箱户转产与渔船清理未到位」申请销号 3/7
    措施落实：3.技能培训与岗位对接，完成了吗？
    [已完成→答 · 已完成] [不涉及→答 · 不涉及]
    [上一步→答 · 上一步] [取消→取消]
    ");
    bot.tap(CONTACT, CONTACT, "上一步").await;
    bot.say(CONTACT, "未完成").await;
    snapshot!(bot.say(CONTACT, "12处全部拆除，未发现残留").await, @r"
    记下：12处全部拆除，未发现残留
    第 34 项「网箱户转产与渔船清理未到位」申请销号 3/7
    措施落实：3.技能培训与岗位对接，完成了吗？
    [已完成→答 · 已完成] [不涉及→答 · 不涉及]
    [上一步→答 · 上一步] [取消→取消]
    ");
    bot.say(CONTACT, "还差最后一批培训").await;
    snapshot!(bot.say(CONTACT, "上一步").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」申请销号 3/7
    措施落实：3.技能培训与岗位对接，完成了吗？
    [已完成→答 · 已完成] [不涉及→答 · 不涉及]
    [上一步→答 · 上一步] [取消→取消]
    ");
    bot.say(CONTACT, "还差最后一批培训").await;
    snapshot!(bot.tap(CONTACT, CONTACT, "先不申请").await.1, @"好的，第 34 项先不申请。答过的 2 条留着，要申请时再发：申请销号 34");
    assert_eq!(
        bot.count("SELECT count(*) FROM application a JOIN item i ON i.id = a.item WHERE i.number = 34")
            .await,
        0
    );
}

#[tokio::test]
async fn a_walk_that_is_left_goes_on_where_it_was_left() {
    let mut bot = world(false).await;
    bot.say(CONTACT, "申请销号 34").await;
    bot.say(CONTACT, "登记处置41艘").await;
    bot.say(CONTACT, "不涉及，管理房由市里统一拆除").await;
    snapshot!(bot.say(CONTACT, "取消").await, @"好的，第 34 项先不申请。答过的 2 条留着，要申请时再发：申请销号 34");
    snapshot!(bot.say(CONTACT, "申请销号 34").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」申请销号 1/7
    措施落实：1.船舶登记处置，完成了吗？
    上次：登记处置41艘
    点按钮，或回一句情况；可以附照片、文件，不是必须。
    [已完成→答 · 已完成] [不涉及→答 · 不涉及]
    [同上次→答 · 同上次] [接上次，从第 3 条填→答 · 接上次] [取消→取消]
    ");
    snapshot!(bot.tap(CONTACT, CONTACT, "接上次").await.1, @r"
    第 34 项「网箱户转产与渔船清理未到位」申请销号 3/7
    措施落实：3.技能培训与岗位对接，完成了吗？
    [已完成→答 · 已完成] [不涉及→答 · 不涉及]
    [上一步→答 · 上一步] [取消→取消]
    ");
    // Something else in between takes nothing away either.
    bot.say(CONTACT, "培训120人").await;
    bot.say(CONTACT, "进度 30").await;
    bot.say(CONTACT, "取消").await;
    bot.say(CONTACT, "申请销号 34").await;
    assert!(bot.tap(CONTACT, CONTACT, "接上次").await.1.contains("申请销号 4/7"));
}

#[tokio::test]
async fn all_done_in_one_word_leaves_nothing_behind() {
    let mut bot = world(false).await;
    for said in ["全部完成了", "全部完成啦！", "全部已完成。", "已全部完成"] {
        let sheet = bot.say(CONTACT, &format!("申请销号34，{said}")).await;
        assert!(sheet.contains("请核对") && !sheet.contains("说明："), "{said}: {sheet}");
        bot.say(CONTACT, "取消").await;
    }
    let sheet = bot.say(CONTACT, "申请销号34，全部完成了，材料已送整改办").await;
    assert!(sheet.contains("说明：材料已送整改办\n"), "{sheet}");
}

#[tokio::test]
async fn a_failed_check_takes_the_verified_figure_back() {
    let mut bot = world(true).await;
    assert!(bot.say(OFFICE, "审核 34 通过").await.contains("核实进度 100%"));
    bot.say(OFFICE, "核查 34 通过").await;
    bot.advance("2018-09-03 10:00").await;
    bot.say(OFFICE, "核查 34 不通过 现场又见旧船").await;
    snapshot!(stands(&mut bot, "查 34").await, @r"
    自报进度 100%（未核实），序时应达 80%
    销号申请 2018-08-31，2018-09-03 市整改办核查不通过，退回：现场又见旧船
    ");
    snapshot!(stands(&mut bot, "查 34 8月31日").await, @r"
    自报进度 100%，核实 100%
    完成 2018-08-31
    验收 2018-08-31
    销号申请 2018-08-31，2018-08-31 市整改办核查通过，待公示
    ");
    // So does the office when it sends the file back; its reason stays on the card.
    apply(&mut bot).await;
    bot.say(OTHER, "核查 34 通过").await;
    bot.say(OFFICE, "公示 34 确认").await;
    bot.advance("2018-09-05 10:00").await;
    snapshot!(bot.say(OFFICE, "销号 34 退回").await, @r"
    📥 第 34 项「网箱户转产与渔船清理未到位」
    滨江区申请销号（滨江区联络员A），由整改办核查；要指定验收单位：核查 34 由 单位
    再次申请。2018-09-03 退回：现场又见旧船
    填的内容和上次一样。
    [看申请→核查 34]
    ---
    第 34 项「网箱户转产与渔船清理未到位」：市整改办核查通过
    [去公示→公示 34]
    ---
    📅 9 月的调度还没有发出
    先预检、彩排，再发出。不发出，各单位不会收到本期的填报通知；只提醒这一次。
    [预检→预检] [彩排→彩排]
    ---
    第 34 项「网箱户转产与渔船清理未到位」：退回的原因是什么？一句话，会原样告诉单位，还没有退回。
    [取消→取消]
    ");
    snapshot!(bot.say(OFFICE, "公示照片不清，请补拍").await, @"↩️ 第 34 项已退回滨江区整改，原因已告知。");
    snapshot!(stands(&mut bot, "查 34").await, @r"
    自报进度 100%（未核实），序时应达 80%
    销号申请 2018-09-03，2018-09-05 退回：公示照片不清，请补拍
    ");
    // A check that is written anew as wanting papers as well.
    apply(&mut bot).await;
    bot.say(OTHER, "核查 34 通过").await;
    assert!(stands(&mut bot, "查 34").await.contains("核实 100%"));
    bot.say(OTHER, "核查 34 补充 缺照片").await;
    assert!(stands(&mut bot, "查 34").await.contains("（未核实）"));
    snapshot!(stands(&mut bot, "查 34 9月3日").await, @r"
    自报进度 100%，核实 100%
    完成 2018-09-03
    验收 2018-09-03
    销号申请 2018-09-03，公示 2018-09-03 至 2018-09-14，10 个工作日
    ");
}

#[tokio::test]
async fn the_office_and_the_acceptance_unit_do_not_overrule_one_another_unasked() {
    let mut bot = world(true).await;
    bot.say(OFFICE, "核查 34 由 市农业局").await;
    quiet(&mut bot).await;
    snapshot!(bot.say(OFFICE, "核查 34 通过").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」：由市农业局核查，整改办代为结论“核查通过”？还没有登记；登记后会告知市农业局。
    [写这个结论→答 · 是] [取消→取消]
    ");
    snapshot!(bot.say(OFFICE, "不").await, @"已取消，没有登记。");
    bot.say(OFFICE, "核查 34 通过").await;
    snapshot!(bot.tap(OFFICE, OFFICE, "写这个结论").await.1, @r"
    ✅ 第 34 项核查通过，验收日 2018-08-31。接下来由整改办公示、销号（要由另一个岗位销号）。
    现场看了什么可以补一句：核查 34 通过 情况
    [去公示→公示 34]
    ");
    bot.notices().await;
    snapshot!(bot.read(CHECKER), @r"
    第 34 项「网箱户转产与渔船清理未到位」：市整改办核查通过
    由市农业局核查，整改办代为结论
    ");
    snapshot!(stands(&mut bot, "查 34").await, @r"
    自报进度 100%，核实 100%
    完成 2018-08-31
    验收 2018-08-31
    销号申请 2018-08-31，2018-08-31 市整改办核查通过，待公示
    ");
    snapshot!(bot.say(OFFICE, "销号").await, @r"
    销号申请 2 件
    【21】白沙县污水处理厂提标改造
    白沙县 2018-08-10 申请，待核查（整改办）
    【34】网箱户转产与渔船清理未到位
    滨江区 2018-08-31 申请，市整改办核查通过，待公示
    [21 核查→核查 21] [34 公示→公示 34]
    ");
    quiet(&mut bot).await;
    // The unit that checks is asked as well, and the post that is overruled hears of it.
    snapshot!(bot.say(CHECKER, "核查 34 不通过").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」：核查不通过的原因是什么？一句话，会原样告诉单位，还没有登记。
    [取消→取消]
    ");
    snapshot!(bot.say(CHECKER, "码头仍停有旧船").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」：市整改办 2018-08-31 的结论是“核查通过”，改为“核查不通过”？还没有登记；登记后会告知对方。
    [写这个结论→答 · 是] [取消→取消]
    ");
    snapshot!(bot.say(CHECKER, "是").await, @"↩️ 第 34 项核查不通过，已退回滨江区整改，原因已告知。");
    bot.notices().await;
    snapshot!(bot.read(OFFICE), @r"
    第 34 项「网箱户转产与渔船清理未到位」：市农业局核查不通过，码头仍停有旧船
    原结论：市整改办 2018-08-31 核查通过
    ");
    snapshot!(stands(&mut bot, "查 34").await, @r"
    自报进度 100%（未核实），序时应达 80%
    销号申请 2018-08-31，2018-08-31 市农业局核查不通过，退回：码头仍停有旧船
    ");
}

#[tokio::test]
async fn a_conclusion_without_words_waits_for_them() {
    let mut bot = world(true).await;
    bot.say(OFFICE, "核查 34 由 市农业局").await;
    bot.say(CHECKER, "核查 34").await;
    snapshot!(bot.tap(CHECKER, CHECKER, "补充材料").await.1, @r"
    第 34 项「网箱户转产与渔船清理未到位」：要补充什么材料？一句话，会原样告诉单位，还没有登记。
    [取消→取消]
    ");
    snapshot!(bot.say(CHECKER, "缺在线监测比对报告和盖章的自查表").await, @"📎 第 34 项请滨江区补充材料，已告知。补齐重新申请后再写结论。");
    quiet(&mut bot).await;
    apply(&mut bot).await;
    // Given up, nothing is recorded, and the next sentence is an ordinary one.
    bot.say(CHECKER, "核查 34 不通过").await;
    snapshot!(bot.say(CHECKER, "取消").await, @"已取消，没有登记。");
    // A question that is settled by a whole line is over.
    bot.say(CHECKER, "核查 34 不通过").await;
    bot.say(CHECKER, "核查 34 通过 现场看了三处").await;
    snapshot!(bot.say(CHECKER, "取消").await, @"没有正在填的内容。");
    // Who waits is told for whom.
    snapshot!(bot.say(CONTACT, "申请销号 34").await, @"第 34 项核查已通过，等整改办公示。");
}

#[tokio::test]
async fn an_objection_is_looked_over_before_the_unit_reads_it() {
    let mut bot = world(true).await;
    bot.say(OTHER, "核查 34 通过").await;
    bot.say(OFFICE, "公示 34 确认").await;
    quiet(&mut bot).await;
    snapshot!(bot.say(OFFICE, "异议 34 群众张三13812345678来电，称码头仍停有旧船，住址滨江区一马路3号").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」：下面这句会原样告诉滨江区并写进卷宗，不要写来电人姓名、电话、住址。还没有登记；要改就重新写一句。
    群众张三138****5678来电，称码头仍停有旧船，住址滨江区一马路3号
    [登记并告知单位→答 · 是] [取消→取消]
    ");
    assert!(bot.say(OFFICE, "异议 34 确认").await.contains("没有收到异议"));
    assert_eq!(bot.count("SELECT count(*) FROM objection").await, 0);
    bot.say(OFFICE, "异议 34 群众张三来电，称码头仍停有旧船").await;
    snapshot!(bot.say(OFFICE, "来电反映码头仍停有旧船").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」：下面这句会原样告诉滨江区并写进卷宗，不要写来电人姓名、电话、住址。还没有登记；要改就重新写一句。
    来电反映码头仍停有旧船
    [登记并告知单位→答 · 是] [取消→取消]
    ");
    snapshot!(bot.tap(OFFICE, OFFICE, "登记并告知单位").await.1, @r"
    ⏸ 第 34 项已记异议：来电反映码头仍停有旧船
    公示自 2018-08-31 中止，单位已告知。查实处理后点下面，或写上情况：异议 34 处理 情况
    [已处理，重新公示→异议 34 处理] [属实，退回整改→异议 34 成立]
    ");
    bot.notices().await;
    snapshot!(bot.read(CONTACT), @r"
    第 34 项「网箱户转产与渔船清理未到位」：公示期收到异议，来电反映码头仍停有旧船
    公示先停，请核实，点下面把情况报整改办。
    [说明核实情况→异议 34]
    ");
    snapshot!(bot.say(CONTACT, "申请销号 34").await, @"第 34 项公示期有异议，等整改办处理；核实的情况请报：异议 34 情况");
    snapshot!(bot.say(CHECKER, "异议 34 看过了").await, @"第 34 项的异议由牵头单位滨江区核实。");
    snapshot!(bot.tap(CONTACT, CONTACT, "说明核实情况").await.1, @r"
    第 34 项「网箱户转产与渔船清理未到位」：异议是“来电反映码头仍停有旧船”。核实的情况是什么？一句话，报整改办、写进卷宗，不写来电人姓名住址。还没有登记。
    [取消→取消]
    ");
    snapshot!(bot.say(CONTACT, "经核实，两艘旧船系外地过境，已驶离").await, @"✅ 第 34 项异议的核实情况已报整改办，处理结果会告诉你。");
    bot.notices().await;
    snapshot!(bot.read(OFFICE), @r"
    第 34 项「网箱户转产与渔船清理未到位」：滨江区核实异议，经核实，两艘旧船系外地过境，已驶离
    [已处理，重新公示→异议 34 处理] [属实，退回整改→异议 34 成立]
    ");
    snapshot!(bot.say(OFFICE, "异议 34").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」
    2018-08-31 异议：来电反映码头仍停有旧船
    　2018-08-31 单位核实：经核实，两艘旧船系外地过境，已驶离（待处理）
    [已处理，重新公示→异议 34 处理] [属实，退回整改→异议 34 成立]
    ");
    snapshot!(bot.tap(OFFICE, OFFICE, "属实").await.1, @r"
    第 34 项「网箱户转产与渔船清理未到位」：异议属实，现场是什么情况？一句话，会原样告诉单位，不写来电人姓名住址。还没有登记。
    [取消→取消]
    ");
    snapshot!(bot.say(OFFICE, "属实，旧船两艘").await, @"↩️ 第 34 项异议属实，公示终止，已退回滨江区整改。");
    snapshot!(stands(&mut bot, "查 34").await, @r"
    自报进度 100%（未核实），序时应达 80%
    销号申请 2018-08-31，2018-08-31 异议属实，退回：旧船两艘
    ");
}

/// What waits for another post than the one that checked is said to that other one.
#[tokio::test]
async fn who_checked_is_not_told_to_sign_off() {
    let mut bot = world(true).await;
    snapshot!(bot.say(OFFICE, "核查 34 通过").await, @r"
    ✅ 第 34 项核查通过，验收日 2018-08-31。接下来由整改办公示、销号（要由另一个岗位销号）。
    现场看了什么可以补一句：核查 34 通过 情况
    [去公示→公示 34]
    ");
    bot.notices().await;
    assert!(!bot.read(OFFICE).contains("核查通过") && bot.read(OTHER).contains("核查通过\n[去公示→公示 34]"));
    // A conclusion is written once; who wrote it may say what was seen.
    snapshot!(bot.say(OFFICE, "核查 34 通过").await, @"第 34 项 2018-08-31 调度专员A已写“核查通过”，没有再登记。");
    snapshot!(bot.say(OTHER, "核查 34 通过 现场看了三处").await, @"第 34 项 2018-08-31 调度专员A已写“核查通过”，没有再登记。");
    snapshot!(bot.say(OFFICE, "核查 34 通过 现场看了三处，情况属实").await, @"✅ 第 34 项 2018-08-31 的核查记录已补：现场看了三处，情况属实");
    bot.read(CONTACT);
    bot.notices().await;
    assert_eq!((bot.read(CONTACT), bot.read(OTHER)), (String::new(), String::new()));
    bot.say(OTHER, "公示 34 9月3日 确认").await;
    snapshot!(bot.say(OTHER, "销号 34").await, @"第 34 项公示到 2018-09-14，2018-09-15 起才能销号。");
    // An objection before the first day: nothing that has not begun is stopped.
    bot.say(OTHER, "异议 34 来电反映有旧船").await;
    snapshot!(bot.tap(OTHER, OTHER, "登记并告知单位").await.1.lines().nth(1).unwrap(), @"公示不按原定的 2018-09-03 开始，单位已告知。查实处理后点下面，或写上情况：异议 34 处理 情况");
    assert!(bot.say(OFFICE, "查 34").await.contains("公示（原定 2018-09-03 起）因异议没有开始"));
    bot.say(OTHER, "异议 34 处理 已驶离").await;
    quiet(&mut bot).await;
    bot.advance("2018-09-17 10:00").await;
    assert!(!bot.read(OFFICE).contains("📢"));
    let told = bot.read(OTHER);
    assert!(
        told.contains("📢 1 项公示期满、没有异议，可以销号\n【34】") && told.contains("[销号 34→销号 34]"),
        "{told}"
    );
    assert!(bot.say(OTHER, "销号 34 确认").await.starts_with("✅ 第 34 项已销号"));
}

/// What was said before is brought along, and what was asked for is shown: to who applies and to who checks.
#[tokio::test]
async fn an_application_after_a_send_back_brings_everything_along() {
    let mut bot = world(false).await;
    bot.fake.contents.lock().unwrap().insert("a".into(), JPEG.to_vec());
    bot.say(OFFICE, "核查 34 由 市农业局").await;
    bot.say(CONTACT, "申请销号 34 全部完成 船舶已清零，网箱户转产").await;
    snapshot!(bot.send(CONTACT, "比对报告", &[photo("a")]).await, @r"
    还没有提交。没问题请点“提交申请”，要改请点“上一步”。
    📎 附 1 个文件
    第 34 项「网箱户转产与渔船清理未到位」销号申请，请核对：
    ✓ 措施落实：船舶登记处置
    ✓ 措施落实：管理房拆除
    ✓ 措施落实：技能培训与岗位对接
    ✓ 问题查处
    ✓ 整改成效
    ✓ 举一反三
    ✓ 长效机制
    说明：船舶已清零，网箱户转产
    其他材料 1 个文件
    提交即表示本单位已自查自验、情况属实。
    [提交申请→答 · 提交] [上一步→答 · 上一步] [取消→取消]
    [整改前→附到 整改前 ·] [整改中→附到 整改中 ·] [整改后→附到 整改后 ·]
    ");
    bot.say(CONTACT, "提交申请").await;
    snapshot!(bot.say(CHECKER, "核查 34").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」
    滨江区（滨江区联络员A）2018-08-31 申请销号
    目标：应清船舶和管理房清零，转产帮扶全覆盖
    ✓ 措施落实：船舶登记处置
    ✓ 措施落实：管理房拆除
    ✓ 措施落实：技能培训与岗位对接
    ✓ 问题查处
    ✓ 整改成效
    ✓ 举一反三
    ✓ 长效机制
    说明：船舶已清零，网箱户转产
    其他材料 1 个文件
    完成 2018-08-31
    销号申请 2018-08-31，待核查
    材料：材料 34
    [开始核查→核查 34 开始] [✅ 通过→核查 34 通过] [不通过→核查 34 不通过] [补充材料→核查 34 补充]
    ");
    bot.say(CHECKER, "核查 34 补充 缺转产户名单").await;
    quiet(&mut bot).await;
    snapshot!(bot.say(CONTACT, "申请销号 34").await, @r"
    2018-08-31 市农业局要求补充：缺转产户名单
    第 34 项「网箱户转产与渔船清理未到位」申请销号 1/7
    措施落实：1.船舶登记处置，完成了吗？
    点按钮，或回一句情况；可以附照片、文件，不是必须。
    [已完成→答 · 已完成] [不涉及→答 · 不涉及]
    [同上次→答 · 同上次] [全部同上次→答 · 全部同上次] [取消→取消]
    ");
    bot.tap(CONTACT, CONTACT, "同上次").await;
    for _ in 0..3 {
        bot.tap(CONTACT, CONTACT, "同上次").await;
    }
    snapshot!(bot.tap(CONTACT, CONTACT, "同上次").await.1, @r"
    第 34 项「网箱户转产与渔船清理未到位」申请销号 6/7
    举一反三：同类问题排查整改了吗？
    [已达到→答 · 已完成] [不涉及→答 · 不涉及]
    [同上次→答 · 同上次] [上一步→答 · 上一步] [取消→取消]
    ");
    bot.say(CONTACT, "名单 41 户，已公开").await;
    snapshot!(bot.say(CONTACT, "同上次").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」销号申请，请核对：
    ✓ 措施落实：船舶登记处置
    ✓ 措施落实：管理房拆除
    ✓ 措施落实：技能培训与岗位对接
    ✓ 问题查处
    ✓ 整改成效
    ✓ 举一反三（名单 41 户，已公开）
    ✓ 长效机制
    说明：船舶已清零，网箱户转产
    其他材料 1 个文件
    提交即表示本单位已自查自验、情况属实。
    [提交申请→答 · 提交] [上一步→答 · 上一步] [取消→取消]
    ");
    bot.say(CONTACT, "提交").await;
    bot.notices().await;
    snapshot!(bot.read(CHECKER), @r"
    📥 第 34 项「网箱户转产与渔船清理未到位」
    滨江区申请销号（滨江区联络员A），请核查。
    再次申请。2018-08-31 市农业局要求补充：缺转产户名单
    这次新填：
    ✓ 举一反三（名单 41 户，已公开）
    [看申请→核查 34]
    ");
    // Passed by the unit, then sent back by the office: the unit that passed it hears of it.
    bot.say(CHECKER, "核查 34 通过 名单齐全").await;
    bot.say(OFFICE, "销号 34 退回 公示照片不清").await;
    bot.notices().await;
    snapshot!(bot.read(CHECKER), @"第 34 项「网箱户转产与渔船清理未到位」：整改办退回整改，公示照片不清");
    bot.read(CONTACT);
    snapshot!(bot.say(CONTACT, "申请销号 34").await.lines().next().unwrap(), @"2018-08-31 退回：公示照片不清");
    snapshot!(bot.tap(CONTACT, CONTACT, "全部同上次").await.1, @r"
    第 34 项「网箱户转产与渔船清理未到位」销号申请，请核对：
    ✓ 措施落实：船舶登记处置
    ✓ 措施落实：管理房拆除
    ✓ 措施落实：技能培训与岗位对接
    ✓ 问题查处
    ✓ 整改成效
    ✓ 举一反三（名单 41 户，已公开）
    ✓ 长效机制
    说明：船舶已清零，网箱户转产
    其他材料 1 个文件
    提交即表示本单位已自查自验、情况属实。
    [提交申请→答 · 提交] [上一步→答 · 上一步] [取消→取消]
    ");
}

#[tokio::test]
async fn an_application_that_came_with_the_ledger_can_be_checked() {
    let mut bot = people("白沙县联络员A", "市环保局联络员A").await;
    snapshot!(bot.say(OFFICE, "核查").await, @r"
    销号申请 1 件
    【21】白沙县污水处理厂提标改造
    白沙县 2018-08-10 申请，待核查（整改办）
    [21 核查→核查 21]
    ");
    snapshot!(stands(&mut bot, "查 21").await, @r"
    自报进度 100%（未核实），序时应达 100%
    销号申请 2018-08-10，正在核查
    ");
    snapshot!(stands(&mut bot, "查 21 8月9日").await, @"自报进度 87%（未核实），序时应达 100%");
    snapshot!(bot.say("白沙县联络员A", "申请销号 21").await, @r"
    第 21 项已由白沙县于 2018-08-10 申请销号，等待核查，不用再申请。
    [撤回申请→申请销号 21 撤回]
    ");
    bot.say(OFFICE, "核查 21 由 市环保局").await;
    bot.notices().await;
    snapshot!(bot.read("市环保局联络员A"), @r"
    📥 第 21 项「白沙县污水处理厂提标改造」
    白沙县申请销号，请核查。
    [看申请→核查 21]
    ");
    snapshot!(bot.say("市环保局联络员A", "核查 21").await, @r"
    第 21 项「白沙县污水处理厂提标改造」
    白沙县（台账导入）2018-08-10 申请销号
    目标：完成提标改造，出水稳定达到一级A标准并与市级监控平台联网
    说明：工程完工，验收材料已报
    销号申请 2018-08-10，正在核查
    材料：材料 21
    [✅ 通过→核查 21 通过] [不通过→核查 21 不通过] [补充材料→核查 21 补充]
    ");
    snapshot!(bot.say("市环保局联络员A", "核查 21 通过").await, @r"
    ✅ 第 21 项核查通过，验收日 2018-08-31。接下来由整改办公示、销号（要由另一个岗位销号）。
    现场看了什么可以补一句：核查 21 通过 情况
    ");
    bot.say(OFFICE, "公示 21 确认").await;
    bot.advance("2018-09-17 10:00").await;
    snapshot!(bot.say(OTHER, "销号 21").await, @r"
    第 21 项「白沙县污水处理厂提标改造」销号，请核对：
    申请 2018-08-10 白沙县（台账导入）
    核查通过 2018-08-31 市环保局（市环保局联络员A）
    公示 2018-08-31 至 2018-09-13，10 个工作日，没有异议
    期限 2018-07-31，完成 2018-08-10，验收 2018-08-31
    [确认销号→销号 21 确认] [退回→销号 21 退回] [取消→销号 21 算了]
    ");
    assert!(bot.say(OTHER, "销号 21 确认").await.starts_with("✅ 第 21 项已销号"));
}
