//! 验收销号: the whole life of one item as one conversation, what was true after each step, and the doors that
//! stay shut.

use insta::assert_snapshot as snapshot;

use crate::harness::Bot;

const CONTACT: &str = "滨江区联络员A";
const CHECKER: &str = "市农业局联络员A";
const OFFICE: &str = "调度专员A";
const OTHER: &str = "调度专员B";

/// Item 34, which 滨江区 leads, reported to be done.
async fn done() -> Bot {
    let mut bot = Bot::new().await.person(CONTACT).await.person(CHECKER).await.person(OFFICE).await;
    bot.bind(OTHER, OTHER).await;
    bot.say(CONTACT, "进度 34 100 船舶和管理房已清零，转产培训完成").await;
    bot.say(CONTACT, "没错").await;
    bot
}

/// All questions of an application answered and handed in.
async fn applied(bot: &mut Bot) {
    bot.say(CONTACT, "申请销号 34 全部完成").await;
    assert!(bot.say(CONTACT, "提交").await.contains("已申请销号"));
    bot.notices().await;
    bot.read(OFFICE);
}

#[tokio::test]
async fn the_whole_life_of_an_item() {
    let mut bot = done().await;
    snapshot!(bot.say(CONTACT, "申请销号").await, @r"
    申请哪一项？
    [34 网箱户转产与渔船清理未到位→申请销号 34]
    ");
    // The office says who checks.
    snapshot!(bot.say(OFFICE, "核查 34 由 滨江区").await, @"滨江区是第 34 项的牵头单位，不能自己验收自己，没有指定。");
    snapshot!(bot.say(OFFICE, "核查 34 由 市农业局").await, @"✅ 第 34 项由市农业局核查验收。");
    bot.advance("2018-09-03 10:00").await;
    bot.read(OFFICE);
    bot.read(CONTACT);
    snapshot!(bot.say(CONTACT, "申请销号 34").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」申请销号 1/7
    措施落实：1.船舶登记处置，完成了吗？
    点按钮，或回一句情况；可以附照片、文件，不是必须。
    [已完成→答 · 已完成] [不涉及→答 · 不涉及]
    [取消→取消]
    ");
    snapshot!(bot.tap(CONTACT, CONTACT, "已完成").await.1, @r"
    第 34 项「网箱户转产与渔船清理未到位」申请销号 2/7
    措施落实：2.管理房拆除，完成了吗？
    [已完成→答 · 已完成] [不涉及→答 · 不涉及]
    [上一步→答 · 上一步] [取消→取消]
    ");
    snapshot!(bot.say(CONTACT, "管理房拆除12处，已复绿").await, @r"
    记下：管理房拆除12处，已复绿
    第 34 项「网箱户转产与渔船清理未到位」申请销号 3/7
    措施落实：3.技能培训与岗位对接，完成了吗？
    [已完成→答 · 已完成] [不涉及→答 · 不涉及]
    [上一步→答 · 上一步] [取消→取消]
    ");
    bot.tap(CONTACT, CONTACT, "已完成").await;
    bot.tap(CONTACT, CONTACT, "不涉及").await;
    bot.say(CONTACT, "水面无残留船舶，市农业局已抽查").await;
    bot.tap(CONTACT, CONTACT, "已达到").await;
    snapshot!(bot.say(CONTACT, "区政府印发长效管护办法").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」销号申请，请核对：
    ✓ 措施落实：船舶登记处置
    ✓ 措施落实：管理房拆除（管理房拆除12处，已复绿）
    ✓ 措施落实：技能培训与岗位对接
    – 问题查处（不涉及）
    ✓ 整改成效（水面无残留船舶，市农业局已抽查）
    ✓ 举一反三
    ✓ 长效机制（区政府印发长效管护办法）
    提交即表示本单位已自查自验、情况属实。
    [提交申请→答 · 提交] [上一步→答 · 上一步] [取消→取消]
    ");
    snapshot!(bot.tap(CONTACT, CONTACT, "提交申请").await.1, @r"
    ✅ 已申请销号 第 34 项，由市农业局核查，结论会告诉你。
    [撤回申请→申请销号 34 撤回]
    ");
    bot.notices().await;
    snapshot!(bot.read(CHECKER), @r"
    📥 第 34 项「网箱户转产与渔船清理未到位」
    滨江区申请销号（滨江区联络员A），请核查。
    [看申请→核查 34]
    ");
    snapshot!(bot.read(OFFICE), @r"
    📥 第 34 项「网箱户转产与渔船清理未到位」
    滨江区申请销号（滨江区联络员A），由市农业局核查。
    [看申请→核查 34]
    ");
    snapshot!(bot.say(CONTACT, "申请销号 34").await, @r"
    第 34 项已由滨江区联络员A于 2018-09-03 申请销号，等待核查，不用再申请。
    [撤回申请→申请销号 34 撤回]
    ");

    bot.advance("2018-09-05 10:00").await;
    snapshot!(bot.tap(CHECKER, CHECKER, "看申请").await.1, @r"
    第 34 项「网箱户转产与渔船清理未到位」
    滨江区（滨江区联络员A）2018-09-03 申请销号
    目标：应清船舶和管理房清零，转产帮扶全覆盖
    ✓ 措施落实：船舶登记处置
    ✓ 措施落实：管理房拆除（管理房拆除12处，已复绿）
    ✓ 措施落实：技能培训与岗位对接
    – 问题查处（不涉及）
    ✓ 整改成效（水面无残留船舶，市农业局已抽查）
    ✓ 举一反三
    ✓ 长效机制（区政府印发长效管护办法）
    完成 2018-08-31
    销号申请 2018-09-03，待核查
    材料：材料 34
    [开始核查→核查 34 开始] [✅ 通过→核查 34 通过] [不通过→核查 34 不通过] [补充材料→核查 34 补充]
    ");
    snapshot!(bot.tap(CHECKER, CHECKER, "开始核查").await.1, @r"
    🔍 第 34 项开始核查，已告知单位。看完请在现场写结论：
    [✅ 通过→核查 34 通过] [不通过→核查 34 不通过] [补充材料→核查 34 补充]
    ");
    bot.notices().await;
    bot.read(OFFICE);
    snapshot!(bot.say(OFFICE, "销号 34").await, @"第 34 项的销号申请还没有核查结论，先核查：核查 34");
    bot.notices().await;
    snapshot!(bot.read(CONTACT), @r"
    ⏰ 2 项需要留意
    【22】预警 · 八里沟沟渠污水直排：35%，阶段目标 60%，落后 25 个百分点（较重滞后）
    【30】红石岭水源输水干渠未封闭：88%，期限 2018-09-30，还有 25 天
    有进展或难处回一句就行，例：进度 22 35 本月做了什么
    本月向你发出 1 条，上限 6 条
    [签收 22→签收 22]
    ---
    第 34 项「网箱户转产与渔船清理未到位」：市农业局开始核查，请备好材料和现场。
    ");
    // The first check wants more, the second one is passed.
    snapshot!(bot.say(CHECKER, "核查 34 补充").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」：要补充什么材料？一句话，会原样告诉单位，还没有登记。
    [取消→取消]
    ");
    snapshot!(bot.say(CHECKER, "核查 34 补充 缺船舶注销证明").await, @"📎 第 34 项请滨江区补充材料，已告知。补齐重新申请后再写结论。");
    bot.notices().await;
    snapshot!(bot.read(CONTACT), @r"
    第 34 项「网箱户转产与渔船清理未到位」：市农业局核查，请补充：缺船舶注销证明
    补齐后再发一次申请，上次填的会带出来。
    [补齐，再申请→申请销号 34]
    ");
    bot.read(OFFICE);
    snapshot!(bot.say(CHECKER, "核查 34 通过").await, @"第 34 项 2018-09-05 核查要求补充材料，等单位补齐后再核查。");
    assert!(!bot.say(CHECKER, "核查 34").await.contains("✅ 通过"));
    bot.advance("2018-09-07 10:00").await;
    snapshot!(bot.say(CONTACT, "申请销号 34").await, @r"
    2018-09-05 市农业局要求补充：缺船舶注销证明
    第 34 项「网箱户转产与渔船清理未到位」申请销号 1/7
    措施落实：1.船舶登记处置，完成了吗？
    点按钮，或回一句情况；可以附照片、文件，不是必须。
    [已完成→答 · 已完成] [不涉及→答 · 不涉及]
    [同上次→答 · 同上次] [全部同上次→答 · 全部同上次] [取消→取消]
    ");
    snapshot!(bot.tap(CONTACT, CONTACT, "全部同上次").await.1, @r"
    第 34 项「网箱户转产与渔船清理未到位」销号申请，请核对：
    ✓ 措施落实：船舶登记处置
    ✓ 措施落实：管理房拆除（管理房拆除12处，已复绿）
    ✓ 措施落实：技能培训与岗位对接
    – 问题查处（不涉及）
    ✓ 整改成效（水面无残留船舶，市农业局已抽查）
    ✓ 举一反三
    ✓ 长效机制（区政府印发长效管护办法）
    提交即表示本单位已自查自验、情况属实。
    [提交申请→答 · 提交] [上一步→答 · 上一步] [取消→取消]
    ");
    bot.say(CONTACT, "提交").await;
    bot.notices().await;
    bot.read(CHECKER);
    bot.read(OFFICE);
    bot.advance("2018-09-12 10:00").await;
    bot.read(OFFICE);
    snapshot!(bot.say(CHECKER, "核查34项通过 现场看了三处，情况属实").await, @"✅ 第 34 项核查通过，验收日 2018-09-12。接下来由整改办公示、销号（要由另一个岗位销号）。");
    bot.notices().await;
    snapshot!(bot.read(CONTACT), @"第 34 项「网箱户转产与渔船清理未到位」：市农业局核查通过，现场看了三处，情况属实。接下来由整改办公示。");
    snapshot!(bot.read(OFFICE), @r"
    第 34 项「网箱户转产与渔船清理未到位」：市农业局核查通过，现场看了三处，情况属实
    [去公示→公示 34]
    ");

    // Publicity, an objection in it, and the whole period once more.
    bot.advance("2018-09-14 10:00").await;
    bot.read(OFFICE);
    let put_off = bot.say(OFFICE, "公示 34 9月24日").await;
    assert!(put_off.contains("（2018-09-24 不是工作日，顺延到 2018-09-25）"), "{put_off}");
    snapshot!(bot.say(OFFICE, "公示 34 确认").await, @r"
    📢 第 34 项公示：2018-09-14 至 2018-09-28，10 个工作日，其间 9 月 24 日放假，首尾都算。期满没有异议会提醒你销号；收到异议请发：异议 34 内容
    [公示表→导出 公示]
    ");
    bot.notices().await;
    snapshot!(bot.read(CONTACT), @r"
    ✍️ 1 项还没有签收
    【22】八里沟沟渠污水直排：预警（2018-09-05 发出）还没有签收
    签收时可以承诺日期，例：签收 22 2018-09-21
    本月向你发出 2 条，上限 6 条
    [签收 22→签收 22]
    ---
    第 34 项「网箱户转产与渔船清理未到位」：开始公示，2018-09-14 至 2018-09-28，10 个工作日，其间 9 月 24 日放假。
    ");
    snapshot!(bot.say(OFFICE, "销号 34").await, @"第 34 项公示到 2018-09-28，2018-09-29 起才能销号。");
    bot.advance("2018-09-18 10:00").await;
    bot.read(OFFICE);
    snapshot!(bot.say(OFFICE, "异议 34 王先生13812345678来电，码头仍停有旧船").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」：下面这句会原样告诉滨江区并写进卷宗，不要写来电人姓名、电话、住址。还没有登记；要改就重新写一句。
    王先生138****5678来电，码头仍停有旧船
    [登记并告知单位→答 · 是] [取消→取消]
    ");
    bot.tap(OFFICE, OFFICE, "登记并告知单位").await;
    bot.notices().await;
    snapshot!(bot.read(CONTACT), @r"
    第 34 项「网箱户转产与渔船清理未到位」：公示期收到异议，王先生138****5678来电，码头仍停有旧船
    公示先停，请核实，点下面把情况报整改办。
    [说明核实情况→异议 34]
    ");
    snapshot!(bot.say(OFFICE, "销号 34").await, @"第 34 项公示期有异议没有处理完，先处理：异议 34");
    bot.advance("2018-09-20 10:00").await;
    bot.read(OFFICE);
    snapshot!(bot.tap(OFFICE, OFFICE, "已处理").await.1, @r"
    第 34 项「网箱户转产与渔船清理未到位」：异议怎么处理的？一句话，记入卷宗，不写来电人姓名住址。还没有登记。
    [取消→取消]
    ");
    snapshot!(bot.say(OFFICE, "异议 34 处理 现场复查，旧船已拖离，已答复来电人").await, @"▶️ 第 34 项异议已处理，重新公示：2018-09-20 至 2018-10-09，10 个工作日，按 9 月 29、30 日补班计，其间 9 月 24 日、10 月 1 日至 7 日放假，首尾都算。");
    snapshot!(bot.say(OFFICE, "异议 34").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」
    2018-09-18 异议：王先生138****5678来电，码头仍停有旧船
    　2018-09-20 已处理：现场复查，旧船已拖离，已答复来电人
    ");
    bot.notices().await;
    bot.read(CONTACT);
    snapshot!(bot.say(OFFICE, "销号").await, @r"
    销号申请 2 件
    【21】白沙县污水处理厂提标改造
    白沙县 2018-08-10 申请，待核查（整改办）
    【34】网箱户转产与渔船清理未到位
    滨江区 2018-09-07 申请，公示到 2018-10-09
    [21 核查→核查 21]
    ");

    // The office hears once that the window is over, on the first working morning behind it.
    bot.advance("2018-10-09 17:30").await;
    bot.read(OFFICE);
    bot.read(CONTACT);
    bot.advance("2018-10-10 09:00").await;
    let told = bot.read(OFFICE);
    snapshot!(told, @r"
    📅 10 月的调度还没有发出
    先预检、彩排，再发出。不发出，各单位不会收到本期的填报通知；只提醒这一次。
    [预检→预检] [彩排→彩排]
    ---
    📢 1 项公示期满、没有异议，可以销号
    【34】网箱户转产与渔船清理未到位（2018-09-20 至 2018-10-09）
    [销号 34→销号 34]
    ");
    bot.read(CONTACT);
    snapshot!(bot.tap(OFFICE, OFFICE, "销号 34").await.1, @r"
    第 34 项「网箱户转产与渔船清理未到位」销号，请核对：
    申请 2018-09-07 滨江区（滨江区联络员A）
    核查通过 2018-09-12 市农业局（市农业局联络员A）：现场看了三处，情况属实
    公示 2018-09-20 至 2018-10-09，10 个工作日，按 9 月 29、30 日补班计，其间 9 月 24 日、10 月 1 日至 7 日放假，异议 1 件已处理
    期限 2018-09-15，完成 2018-08-31，验收 2018-09-12
    [确认销号→销号 34 确认] [退回→销号 34 退回] [取消→销号 34 算了]
    ");
    snapshot!(bot.tap(OFFICE, OFFICE, "确认销号").await.1, @"✅ 第 34 项已销号，销号日 2018-10-10，单位和包抓领导会收到告知。回头看：2019-01-10、2019-04-10、2019-10-10，到时提醒。");
    bot.notices().await;
    snapshot!(bot.read(CONTACT), @"第 34 项「网箱户转产与渔船清理未到位」：2018-10-10 已销号。");
    snapshot!(bot.say(OFFICE, "销号 34 确认").await, @"第 34 项现在已销号，没有待办的销号申请。");
    snapshot!(bot.say(CONTACT, "查 34").await, @r"
    【34】网箱户转产与渔船清理未到位
    状态 已销号 · 限期整改
    自报进度 100%，核实 100%
    期限 2018-09-15
    完成 2018-08-31
    验收 2018-09-12
    销号 2018-10-10
    牵头 滨江区
    配合 映湖生态旅游区、市农业局、市交通运输局
    问题：网箱拆除后部分渔船、管理用房仍滞留水面，转产培训不足。
    目标：应清船舶和管理房清零，转产帮扶全覆盖
    措施：1.船舶登记处置；2.管理房拆除；3.技能培训与岗位对接
    最近填报
    2018-08-31 滨江区 100% 船舶和管理房已清零，转产培训完成
    2018-08-23 滨江区 82% 安装调试
    2018-07-18 滨江区 71% 设备陆续到货
    ");

    // What was true on each of these days.
    let mut then = String::new();
    for day in
        ["9月2日", "9月3日", "9月5日", "9月7日", "9月12日", "9月14日", "9月18日", "9月20日", "10月10日"]
    {
        let card = bot.say(CONTACT, &format!("查 34 {day}")).await;
        let told: Vec<&str> = card
            .lines()
            .filter(|line| {
                ["（", "🟡", "🔴", "🟢", "状态", "自报", "期限", "完成", "验收", "销号"]
                    .iter()
                    .any(|head| line.starts_with(head))
            })
            .collect();
        then += &(told.join("\n") + "\n");
    }
    snapshot!(then, @r"
    （2018-09-02 当天的情况）
    🟡 临期 · 整改中 · 限期整改
    自报进度 100%（未核实），序时应达 80%
    期限 2018-09-15（还有 13 天）
    （2018-09-03 当天的情况）
    🟡 临期 · 申请验收 · 限期整改
    自报进度 100%（未核实），序时应达 80%
    期限 2018-09-15（还有 12 天）
    完成 2018-08-31
    销号申请 2018-09-03，待核查
    （2018-09-05 当天的情况）
    🟡 临期 · 验收中 · 限期整改
    自报进度 100%（未核实），序时应达 80%
    期限 2018-09-15（还有 10 天）
    完成 2018-08-31
    销号申请 2018-09-03，2018-09-05 市农业局核查要求补充：缺船舶注销证明
    （2018-09-07 当天的情况）
    🟡 临期 · 申请验收 · 限期整改
    自报进度 100%（未核实），序时应达 80%
    期限 2018-09-15（还有 8 天）
    完成 2018-08-31
    销号申请 2018-09-07，待核查
    （2018-09-12 当天的情况）
    状态 基本完成 · 限期整改
    自报进度 100%，核实 100%
    期限 2018-09-15
    完成 2018-08-31
    验收 2018-09-12
    销号申请 2018-09-07，2018-09-12 市农业局核查通过，待公示
    （2018-09-14 当天的情况）
    状态 公示中 · 限期整改
    自报进度 100%，核实 100%
    期限 2018-09-15
    完成 2018-08-31
    验收 2018-09-12
    销号申请 2018-09-07，公示 2018-09-14 至 2018-09-28，10 个工作日，其间 9 月 24 日放假
    （2018-09-18 当天的情况）
    状态 公示中止 · 限期整改
    自报进度 100%，核实 100%
    期限 2018-09-15
    完成 2018-08-31
    验收 2018-09-12
    销号申请 2018-09-07，公示 2018-09-18 因异议中止，待处理 1 件
    （2018-09-20 当天的情况）
    状态 公示中 · 限期整改
    自报进度 100%，核实 100%
    期限 2018-09-15
    完成 2018-08-31
    验收 2018-09-12
    销号申请 2018-09-07，公示 2018-09-20 至 2018-10-09，10 个工作日，按 9 月 29、30 日补班计，其间 9 月 24 日、10 月 1 日至 7 日放假
    （2018-10-10 当天的情况）
    状态 已销号 · 限期整改
    自报进度 100%，核实 100%
    期限 2018-09-15
    完成 2018-08-31
    验收 2018-09-12
    销号 2018-10-10
    ");
    bot.leave_unread = true;
}

#[tokio::test]
async fn whoever_checked_does_not_sign_off() {
    let mut bot = done().await;
    bot.leave_unread = true;
    applied(&mut bot).await;
    // No unit is named: the office checks.
    snapshot!(bot.say(OFFICE, "核查 34 通过").await, @r"
    ✅ 第 34 项核查通过，验收日 2018-08-31。接下来由整改办公示、销号（要由另一个岗位销号）。
    现场看了什么可以补一句：核查 34 通过 情况
    [去公示→公示 34]
    ");
    bot.say(OFFICE, "公示 34 确认").await;
    bot.advance("2018-10-08 10:00").await;
    bot.notices().await;
    // What waits for another post is said to another post.
    assert!(!bot.read(OFFICE).contains("📢") && bot.read(OTHER).contains("[销号 34→销号 34]"));
    snapshot!(bot.say(OFFICE, "销号 34 确认").await, @"第 34 项是你（调度专员A）核查的，核查和销号要由两个岗位办，请整改办另一个岗位销号。");
    assert_eq!(bot.count("SELECT count(*) FROM refusal WHERE what = 'sign_off_own_check'").await, 1);
    assert!(bot.say(OTHER, "销号 34 确认").await.starts_with("✅ 第 34 项已销号"));
}

#[tokio::test]
async fn work_that_goes_back_has_its_reason_and_comes_again() {
    let mut bot = done().await;
    bot.leave_unread = true;
    applied(&mut bot).await;
    snapshot!(bot.say(OFFICE, "核查 34 不通过 仍有旧船未清").await, @"↩️ 第 34 项核查不通过，已退回滨江区整改，原因已告知。");
    bot.notices().await;
    snapshot!(bot.read(CONTACT), @r"
    第 34 项「网箱户转产与渔船清理未到位」：退回整改，市整改办核查不通过，仍有旧船未清
    改好后重新申请，上次填的会带出来。
    [填报进展→进度 34] [重新申请→申请销号 34]
    ");
    let card = bot.say(CONTACT, "查 34").await;
    assert!(
        card.contains("退回整改") && card.contains("仍有旧船未清") && !card.contains("\n完成 "),
        "{card}"
    );
    // An objection that holds sends it back as well.
    applied(&mut bot).await;
    bot.say(OTHER, "核查 34 通过").await;
    bot.say(OFFICE, "公示 34 9月3日起 确认").await;
    bot.advance("2018-09-04 10:00").await;
    bot.say(OFFICE, "异议 34 旧船又停回来了 确认").await;
    bot.say(OFFICE, "异议 34 码头有异味 确认").await;
    snapshot!(bot.say(OFFICE, "异议 34 成立 现场核实，旧船两艘").await, @"↩️ 第 34 项异议属实，公示终止，已退回滨江区整改。");
    let open = "SELECT count(*) FROM objection WHERE settled_on IS NULL";
    assert_eq!(bot.count(open).await, 0);
    let accepted = "SELECT count(*) FROM item WHERE number = 34 AND (accepted_on IS NOT NULL OR completed_on IS NOT NULL)";
    assert_eq!(bot.count(accepted).await, 0);
    // And so may the office, at any step.
    applied(&mut bot).await;
    snapshot!(bot.say(OFFICE, "销号 34 退回").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」：退回的原因是什么？一句话，会原样告诉单位，还没有退回。
    [取消→取消]
    ");
    snapshot!(bot.say(OFFICE, "销号 34 退回 台账缺验收照片").await, @"↩️ 第 34 项已退回滨江区整改，原因已告知。");
    applied(&mut bot).await;
    bot.notices().await;
    bot.read(CONTACT);
    snapshot!(bot.tap(CONTACT, CONTACT, "撤回申请").await.1, @"↩️ 第 34 项的销号申请已撤回，可以改好再申请。");
    let open = "SELECT count(*) FROM application a JOIN item i ON i.id = a.item WHERE i.number = 34 AND a.closed_on IS NULL";
    assert_eq!(bot.count(open).await, 0);
    let all = "SELECT count(*) FROM application a JOIN item i ON i.id = a.item WHERE i.number = 34";
    assert_eq!(bot.count(all).await, 4);
}

#[tokio::test]
async fn what_is_not_done_is_not_applied_for() {
    let mut bot = Bot::new().await.person(CONTACT).await.person("市农业局联络员A").await;
    snapshot!(bot.say(CONTACT, "申请销号 34").await, @r"
    第 34 项现在报的是 82%。整改完成、报到 100% 以后再申请销号。
    [报 100%→进度 34 100]
    ");
    snapshot!(bot.say("市农业局联络员A", "申请销号 34").await, @"第 34 项由牵头单位滨江区申请销号，配合单位不用申请。");
    bot.say(CONTACT, "进度 34 100 已清零").await;
    snapshot!(bot.say(CONTACT, "没错").await, @r"
    ✅ 已登记 第 34 项「网箱户转产与渔船清理未到位」
    进度 82% → 100%
    说明：已清零
    期限 2018-09-15（还有 15 天） 🟡 临期
    已报 100%，还没有申请验收；材料备齐后请发：申请销号 34
    [撤回（10分钟内）→撤回 34 11] [更正→更正 34] [申请销号→申请销号 34]
    ");
    bot.say(CONTACT, "申请销号 34").await;
    bot.say(CONTACT, "还没有，差最后一步").await;
    snapshot!(bot.tap(CONTACT, CONTACT, "先不申请").await.1, @"好的，第 34 项先不申请。要申请时再发：申请销号 34");
    snapshot!(bot.say(CONTACT, "取消").await, @"没有正在填的内容。");
    // A question of the dialogue that is pressed late does nothing.
    bot.say(CONTACT, "申请销号 34").await;
    let old = bot.button(CONTACT, "不涉及");
    bot.say(CONTACT, "取消").await;
    let (toast, said) = bot.press(CONTACT, CONTACT, &old).await;
    assert!(toast.contains("已经过去了") && said.is_empty(), "{toast} {said}");
    let all = "SELECT count(*) FROM application a JOIN item i ON i.id = a.item WHERE i.number = 34";
    assert_eq!(bot.count(all).await, 0);
}

/// Past its deadline with an application pending: overdue, and said to await acceptance; signed off behind the
/// deadline it is not overdue any more.
#[tokio::test]
async fn past_the_deadline_it_awaits_acceptance_inside_overdue() {
    let mut bot = done().await;
    bot.leave_unread = true;
    applied(&mut bot).await;
    bot.advance("2018-09-17 10:00").await;
    let card = bot.say(CONTACT, "查 34").await;
    assert!(card.contains("🔴 逾期待验收 · 申请验收"), "{card}");
    assert!(bot.say(OFFICE, "清单 逾期").await.contains("【34】"));
    let before = bot.say(OFFICE, "总览").await;
    bot.say(OTHER, "核查 34 通过").await;
    let card = bot.say(CONTACT, "查 34").await;
    assert!(card.contains("状态 基本完成") && card.contains("\n验收 2018-09-17"), "{card}");
    assert_ne!(before, bot.say(OFFICE, "总览").await);
    // In publicity it stays done.
    let done = bot.say(OFFICE, "总览").await;
    bot.say(OFFICE, "公示 34 确认").await;
    assert_eq!(done, bot.say(OFFICE, "总览").await);
    assert!(!bot.say(OFFICE, "清单 逾期").await.contains("【34】"));
    bot.advance("2018-10-10 10:00").await;
    bot.say(OFFICE, "销号 34 确认").await;
    let card = bot.say(CONTACT, "查 34").await;
    assert!(card.contains("状态 已销号") && !card.contains("逾期"), "{card}");
}

/// Pressed twice, or by two clerks at once: one sign-off.
#[tokio::test]
async fn two_clerks_sign_off_once() {
    let mut bot = done().await;
    bot.leave_unread = true;
    applied(&mut bot).await;
    bot.say("调度专员B", "核查 34 通过").await;
    bot.bind("台账管理员A", "台账管理员A").await;
    bot.say(OFFICE, "公示 34 确认").await;
    bot.advance("2018-09-28 10:00").await;
    use duban::domain::What;
    let said = |text: &str| What::Said { text: text.into(), addressed: true, edited: false };
    let first = bot.update(OFFICE, OFFICE, said("销号 34 确认"));
    let second = bot.update("台账管理员A", "台账管理员A", said("销号 34 确认"));
    let now = bot.app.clock.now();
    tokio::join!(bot.app.desk.handle(&first, now), bot.app.desk.handle(&second, now));
    bot.app.desk.handle(&first, now).await;
    bot.send_all().await;
    assert_eq!(bot.count("SELECT count(*) FROM sign_off WHERE post IS NOT NULL").await, 1);
    let both = bot.read(OFFICE) + &bot.read("台账管理员A");
    assert!(both.contains("✅ 第 34 项已销号") && both.contains("现在已销号"), "{both}");
}
