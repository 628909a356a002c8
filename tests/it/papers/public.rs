//! What is made public names no person that the ledger knows, and the office is told what it cannot know.

use insta::assert_snapshot as snapshot;

use super::{CLERK, CONTACT, apply, office};
use crate::exporting::words;

#[tokio::test]
async fn names_and_telephone_numbers_are_masked_in_the_public_table() {
    let mut bot = office().await;
    sqlx::raw_sql(
        "UPDATE holder SET display_name = '滨江区-张建国' WHERE account = '滨江区联络员A';
         INSERT INTO holder (id, post, platform, account, display_name, bound_at, ended_at)
         SELECT gen_random_uuid(), id, 'fake', 'gone', '欧阳明', '2017-01-02', '2018-01-02'
         FROM post WHERE title = '滨江区分管副区长'",
    )
    .execute(&bot.pool)
    .await
    .unwrap();
    apply(&mut bot, "由张建国13812345678牵头，欧阳明、李不识到场，船舶已清零").await;
    bot.say(CLERK, "核查 34 通过").await;
    bot.say(CLERK, "公示 34 确认").await;
    bot.notices().await;
    bot.read(CLERK);
    let (said, file) = bot.document(CLERK, "导出 公示").await;
    snapshot!(said, @r"
    「验收销号公示表」，截至 2018-08-31 09:00。
    台账认识的人名已遮去 2 处，电话号码已遮。台账不认识的人名查不出来：公开前请通读一遍，并补上联系电话和邮箱。
    📎 验收销号公示表_20180831.docx
    ");
    let table = words(&file);
    assert!(table.contains("由张某某138****5678牵头，欧阳某、李不识到场"), "{table}");
    // Inside the office nothing is masked.
    bot.read(CONTACT);
    let (_, file) = bot.document(CONTACT, "导出 卷宗 34").await;
    let record = super::parts(&file).into_iter().find(|(name, _)| name.starts_with("02_")).unwrap().1;
    assert!(words(&record).contains("由张建国13812345678牵头"), "{}", words(&record));
}

#[tokio::test]
async fn the_office_sees_what_will_be_public_and_may_say_it_in_its_own_words() {
    let mut bot = office().await;
    sqlx::raw_sql("UPDATE holder SET display_name = '滨江区-张建国' WHERE account = '滨江区联络员A'")
        .execute(&bot.pool)
        .await
        .unwrap();
    apply(&mut bot, "由张建国13812345678牵头，船舶已清零").await;
    bot.say(CLERK, "核查 34 通过").await;
    bot.notices().await;
    bot.read(CLERK);
    snapshot!(bot.say(CLERK, "公示 34").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」：公示 2018-08-31 至 2018-09-13，10 个工作日。公示表“整改完成情况”将写：
    由张某某138****5678牵头，船舶已清零
    台账认识的人名和电话已遮，其他人名请看一遍。还没有开始；要换一种写法，直接回一句。
    [开始公示→答 · 是] [取消→取消]
    ");
    assert_eq!(bot.count("SELECT count(*) FROM publicity_window").await, 0);
    // Another sentence is shown as well before anything begins.
    snapshot!(bot.say(CLERK, "库区应清船舶和管理房全部清零，张建国到场").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」：公示 2018-08-31 至 2018-09-13，10 个工作日。公示表“整改完成情况”将写：
    库区应清船舶和管理房全部清零，张某某到场
    台账认识的人名和电话已遮，其他人名请看一遍。还没有开始；要换一种写法，直接回一句。
    [开始公示→答 · 是] [取消→取消]
    ");
    snapshot!(bot.tap(CLERK, CLERK, "开始公示").await.1, @r"
    📢 第 34 项公示：2018-08-31 至 2018-09-13，10 个工作日，首尾都算。期满没有异议会提醒你销号；收到异议请发：异议 34 内容
    [公示表→导出 公示]
    ");
    bot.notices().await;
    bot.read(CLERK);
    let (_, file) = bot.document(CLERK, "导出 公示").await;
    let table = words(&file);
    assert!(
        table.contains("库区应清船舶和管理房全部清零，张某某到场") && !table.contains("牵头，"),
        "{table}"
    );
    // While it runs the table changes, and the office is told what follows.
    bot.advance("2018-09-03 10:00").await;
    bot.notices().await;
    bot.read(CLERK);
    snapshot!(bot.say(CLERK, "公示 34").await, @r"
    第 34 项在公示：2018-08-31 至 2018-09-13。
    公示表“整改完成情况”：库区应清船舶和管理房全部清零，张某某到场
    [改这一句→公示 34 情况] [公示表→导出 公示]
    ");
    snapshot!(bot.tap(CLERK, CLERK, "改这一句").await.1, @r"
    第 34 项「网箱户转产与渔船清理未到位」：公示表“整改完成情况”一栏写什么？一句话，会公开，不写人名、电话。还没有登记。
    [取消→取消]
    ");
    snapshot!(bot.say(CLERK, "应清船舶全部清零").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」正在公示，公示表“整改完成情况”改为：
    应清船舶全部清零
    公示期照旧；已经公开的表要换成新的。还没有改。
    [改公示表→答 · 是] [取消→取消]
    ");
    snapshot!(bot.tap(CLERK, CLERK, "改公示表").await.1, @r"
    ✅ 第 34 项公示表的情况已改，单位申请里写的不变。请重新导出公示表，把已经公开的换掉。
    [公示表→导出 公示]
    ");
    bot.notices().await;
    bot.read(CLERK);
    let (_, file) = bot.document(CLERK, "导出 公示").await;
    assert!(words(&file).contains("应清船舶全部清零") && !words(&file).contains("张某某到场"));
    // What the unit wrote stays, and the file of the item keeps every wording.
    assert_eq!(bot.count("SELECT count(*) FROM public_wording").await, 2);
    assert_eq!(bot.count("SELECT count(*) FROM audit WHERE action = 'public_wording'").await, 2);
    assert_eq!(bot.count("SELECT count(*) FROM application WHERE summary LIKE '由张建国%'").await, 1);
    bot.read(CONTACT);
    let (_, file) = bot.document(CONTACT, "导出 卷宗 34").await;
    let record = super::parts(&file).into_iter().find(|(name, _)| name.starts_with("02_")).unwrap().1;
    let record = words(&record);
    for kept in ["公示表述", "由张建国13812345678牵头", "张建国到场", "应清船舶全部清零"]
    {
        assert!(record.contains(kept), "{kept}: {record}");
    }
    snapshot!(bot.say(CLERK, "公示 34 9月5日").await, @"第 34 项在公示：2018-08-31 至 2018-09-13。");
    snapshot!(bot.say(CLERK, "公示 22 情况 已完成").await, @"第 22 项现在整改中，没有待办的销号申请。");
}

#[tokio::test]
async fn publicity_may_begin_later_in_other_words_and_from_one_line() {
    let mut bot = office().await;
    apply(&mut bot, "船舶已清零").await;
    bot.say(CLERK, "核查 34 通过").await;
    snapshot!(bot.say(CLERK, "公示 34 不知哪天").await, @"没看懂从哪天起公示，没有登记。例：公示 34 9月20日；改公示表那一句：公示 34 情况 …");
    snapshot!(bot.say(CLERK, "公示 34 9月4日起 情况 应清船舶全部清零").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」：公示 2018-09-04 至 2018-09-17，10 个工作日。公示表“整改完成情况”将写：
    应清船舶全部清零
    台账认识的人名和电话已遮，其他人名请看一遍。还没有开始；要换一种写法，直接回一句。
    [开始公示→答 · 是] [取消→取消]
    ");
    assert!(bot.say(CLERK, "是").await.starts_with("📢 第 34 项公示：2018-09-04 至"));
    assert_eq!(bot.count("SELECT count(*) FROM public_wording WHERE text = '应清船舶全部清零'").await, 1);
}

/// No cell of the public table stays empty: what the unit last reported is offered, and kept as what was public.
#[tokio::test]
async fn an_application_without_a_sentence_is_public_with_the_last_report_or_asked_about() {
    let mut bot = office().await;
    apply(&mut bot, "船舶已清零").await;
    sqlx::raw_sql("UPDATE application SET summary = ''").execute(&bot.pool).await.unwrap();
    bot.say(CLERK, "核查 34 通过").await;
    assert!(bot.say(CLERK, "公示 34").await.contains("将写：\n船舶已清零\n"));
    bot.say(CLERK, "取消").await;
    snapshot!(bot.say(CLERK, "公示 34 情况").await, @r"
    第 34 项「网箱户转产与渔船清理未到位」：公示表“整改完成情况”一栏写什么？一句话，会公开，不写人名、电话。还没有登记。
    [取消→取消]
    ");
    bot.say(CLERK, "取消").await;
    let long = "长".repeat(501);
    assert!(bot.say(CLERK, &format!("公示 34 情况 {long}")).await.contains("500 字以内"));
    assert!(bot.say(CLERK, "公示 34 确认").await.starts_with("📢"));
    assert_eq!(bot.count("SELECT count(*) FROM public_wording WHERE text = '船舶已清零'").await, 1);
}
