//! 清单: filters, pages, names that fit several, and questions in free words.

use insta::assert_snapshot as snapshot;

use crate::harness::Bot;

const CONTACT: &str = "紫岩县联络员A";
const OFFICE: &str = "调度专员A";

#[tokio::test]
async fn the_office_lists_by_lamp_and_unit() {
    let mut bot = Bot::new().await.person(OFFICE).await;
    snapshot!(bot.say(OFFICE, "清单 逾期").await, @r"
    全部单位 · 逾期：3 项（截至 2018-08-31 09:00）
    【16】紫岩县污水处理厂提标改造 85%
    已过 62 天 · 2018-06-30 · 紫岩县 · 另：滞后
    【21】白沙县污水处理厂提标改造 100%
    已过 31 天 · 2018-07-31 · 白沙县 · 另：逾期待验收
    【37】中心城市垃圾处理场渗滤液积存 60%
    已过 16 天 · 2018-08-15 · 市住建局 · 另：滞后
    [查 16→查 16] [查 21→查 21] [查 37→查 37]
    ");
    snapshot!(bot.say(OFFICE, "清单 逾期 洵口").await, @"逾期 · 洵口县：没有（截至 2018-08-31 09:00）");
    snapshot!(bot.say(OFFICE, "清单 滞后 洵口").await, @r"
    滞后 · 洵口县：2 项（截至 2018-08-31 09:00）
    【53】洵口县历史遗留矿渣重金属治理 28%
    还有 122 天 · 2018-12-31
    【48】工业集中区污水设施未全覆盖 70% 〔配合〕
    还有 10 天 · 2018-09-10 · 市工信局 · 另：临期
    [查 53→查 53] [查 48→查 48]
    ");
    snapshot!(bot.say(OFFICE, "哪些 临期、未报").await, @r"
    全部单位 · 临期 · 未报：5 项（截至 2018-08-31 09:00）
    ⚪ 未报 2 项
    【32】乡镇水源保护区划定滞后 65%
    还有 91 天 · 2018-11-30 · 市水利局
    【25】恒河片区污水收集空白 45%
    还有 303 天 · 2019-06-30 · 恒河示范区
    🟡 临期 3 项
    【34】网箱户转产与渔船清理未到位 82%
    还有 15 天 · 2018-09-15 · 滨江区
    【30】红石岭水源输水干渠未封闭 88%
    还有 30 天 · 2018-09-30 · 滨江区
    【59】临江路段缺少事故应急池 90%
    还有 30 天 · 2018-09-30 · 市交通运输局 · 另：退回整改
    [查 32→查 32] [查 25→查 25] [查 34→查 34] [查 30→查 30]
    ");
    snapshot!(bot.say(OFFICE, "list overdue").await, @r"
    全部单位 · 逾期：3 项（截至 2018-08-31 09:00）
    【16】紫岩县污水处理厂提标改造 85%
    已过 62 天 · 2018-06-30 · 紫岩县 · 另：滞后
    【21】白沙县污水处理厂提标改造 100%
    已过 31 天 · 2018-07-31 · 白沙县 · 另：逾期待验收
    【37】中心城市垃圾处理场渗滤液积存 60%
    已过 16 天 · 2018-08-15 · 市住建局 · 另：滞后
    [查 16→查 16] [查 21→查 21] [查 37→查 37]
    ");
    snapshot!(bot.say(OFFICE, "清单 待验收").await, @r"
    全部单位 · 待验收：1 项（截至 2018-08-31 09:00）
    🔴 逾期 1 项
    【21】白沙县污水处理厂提标改造 100%
    已过 31 天 · 2018-07-31 · 白沙县 · 另：逾期待验收
    [查 21→查 21]
    ");
    snapshot!(bot.say(OFFICE, "清单 退回").await, @r"
    全部单位 · 退回：1 项（截至 2018-08-31 09:00）
    🟡 临期 1 项
    【59】临江路段缺少事故应急池 90%
    还有 30 天 · 2018-09-30 · 市交通运输局 · 另：退回整改
    [查 59→查 59]
    ");
}

#[tokio::test]
async fn lists_are_narrowed_by_kind_category_region_and_month() {
    let mut bot = Bot::new().await.person(OFFICE).await;
    snapshot!(bot.say(OFFICE, "清单 长期坚持 完成").await, @r"
    全部单位 · 长期坚持 · 完成：8 项（截至 2018-08-31 09:00）
    【1】县区研究环保工作频次偏低 100%
    ✅ 基本完成 · 期限 2018-03-31 · 市环保局
    【5】干部生态环保培训不系统 100%
    ✅ 基本完成 · 期限 2018-06-30 · 市委组织部
    【6】整改信息公开不及时 100%
    ✅ 基本完成 · 期限 2018-06-30 · 市委宣传部
    【10】群众环境信访重复件较多 100%
    ✅ 基本完成 · 期限 2018-06-30 · 市环保局
    【27】澜江出境断面预警能力不足 100%
    ✅ 基本完成 · 期限 2018-06-30 · 市环保局
    【36】库面漂浮物打捞不经常 100%
    ✅ 基本完成 · 期限 2018-06-30 · 映湖生态旅游区
    【42】中心城区工地扬尘反复 100%
    ✅ 基本完成 · 期限 2018-06-30 · 市住建局
    【58】危化品过境运输管控缺位 100%
    ✅ 基本完成 · 期限 2018-06-30 · 市公安局
    [查 1→查 1] [查 5→查 5] [查 6→查 6] [查 10→查 10]
    ");
    snapshot!(bot.say(OFFICE, "清单 饮用水源").await, @r"
    全部单位 · 类别 饮用水源 · 在办：2 项（截至 2018-08-31 09:00）
    ⚪ 未报 1 项
    【32】乡镇水源保护区划定滞后 65%
    还有 91 天 · 2018-11-30 · 市水利局
    🟡 临期 1 项
    【30】红石岭水源输水干渠未封闭 88%
    还有 30 天 · 2018-09-30 · 滨江区
    [查 32→查 32] [查 30→查 30]
    ");
    snapshot!(bot.say(OFFICE, "清单 类别 固体废物 区域 中心城区").await, @r"
    全部单位 · 类别 固体废物 · 区域 中心城区 · 在办：1 项（截至 2018-08-31 09:00）
    🔴 逾期 1 项
    【37】中心城市垃圾处理场渗滤液积存 60%
    已过 16 天 · 2018-08-15 · 市住建局 · 另：滞后
    [查 37→查 37]
    ");
    snapshot!(bot.say(OFFICE, "清单 8月").await, @r"
    2018-08：要看已报的还是未报的？
    [未报→清单 2018-08 未报] [已报→清单 2018-08 已报]
    ");
    let (_, answer) = bot.press(OFFICE, OFFICE, "清单 2018-07 未报").await;
    snapshot!(answer, @r"
    全部单位 · 2018-07 · 未报：1 项（截至 2018-08-31 09:00）
    ⚪ 未报 1 项
    【25】恒河片区污水收集空白 45%
    还有 303 天 · 2019-06-30 · 恒河示范区
    [查 25→查 25]
    ");
    snapshot!(bot.say(OFFICE, "清单 上月 已报 洵口县").await, @r"
    2018-07 · 已报 · 洵口县：1 项（截至 2018-08-31 09:00）
    🟠 滞后 1 项
    【53】洵口县历史遗留矿渣重金属治理 28%
    还有 122 天 · 2018-12-31
    [查 53→查 53]
    ");
}

#[tokio::test]
async fn a_long_list_is_turned_over_by_buttons() {
    let mut bot = Bot::new().await.person(OFFICE).await;
    snapshot!(bot.say(OFFICE, "清单").await, @r"
    全部单位 · 在办：15 项（截至 2018-08-31 09:00）
    🔴 逾期 3 项
    【16】紫岩县污水处理厂提标改造 85%
    已过 62 天 · 2018-06-30 · 紫岩县 · 另：滞后
    【21】白沙县污水处理厂提标改造 100%
    已过 31 天 · 2018-07-31 · 白沙县 · 另：逾期待验收
    【37】中心城市垃圾处理场渗滤液积存 60%
    已过 16 天 · 2018-08-15 · 市住建局 · 另：滞后
    🟠 滞后 4 项
    【48】工业集中区污水设施未全覆盖 70%
    还有 10 天 · 2018-09-10 · 市工信局 · 另：临期
    【23】黄泥沟排污渠雨污不分 60%
    还有 61 天 · 2018-10-31 · 高新区
    【22】八里沟沟渠污水直排 35%
    还有 122 天 · 2018-12-31 · 滨江区
    【53】洵口县历史遗留矿渣重金属治理 28%
    还有 122 天 · 2018-12-31 · 洵口县
    ⚪ 未报 2 项
    【32】乡镇水源保护区划定滞后 65%
    还有 91 天 · 2018-11-30 · 市水利局
    【25】恒河片区污水收集空白 45%
    还有 303 天 · 2019-06-30 · 恒河示范区
    🟡 临期 3 项
    【34】网箱户转产与渔船清理未到位 82%
    还有 15 天 · 2018-09-15 · 滨江区
    第 1 页，共 2 页
    [查 16→查 16] [查 21→查 21] [查 37→查 37] [查 48→查 48]
    [下一页 ›→清单 2]
    ");
    let (_, second) = bot.press(OFFICE, OFFICE, "清单 2").await;
    snapshot!(second, @r"
    全部单位 · 在办：15 项（截至 2018-08-31 09:00）
    🟡 临期 3 项
    【30】红石岭水源输水干渠未封闭 88%
    还有 30 天 · 2018-09-30 · 滨江区
    【59】临江路段缺少事故应急池 90%
    还有 30 天 · 2018-09-30 · 市交通运输局 · 另：退回整改
    🟢 正常 3 项
    【24】乡镇污水处理设施运行率低 76%
    还有 122 天 · 2018-12-31 · 市住建局
    【11】江南污水处理厂能力不足需迁建 36%
    还有 487 天 · 2019-12-31 · 市住建局
    【51】露天矿山生态恢复滞后 48%
    还有 487 天 · 2019-12-31 · 市国土资源局
    第 2 页，共 2 页
    [查 30→查 30] [查 59→查 59] [查 24→查 24] [查 11→查 11]
    [‹ 上一页→清单]
    ");
    snapshot!(bot.say(OFFICE, "清单 完成 5").await, @r"
    全部单位 · 完成：45 项（截至 2018-08-31 09:00）
    【55】小水电生态流量不足 100%
    ✅ 已销号 · 期限 2018-06-30 · 镇岭县
    【56】乡镇医疗废物收集不规范 100%
    ✅ 已销号 · 期限 2018-03-31 · 市卫计局
    【57】企业危险废物贮存转移不规范 100%
    ✅ 已销号 · 期限 2018-06-30 · 市环保局
    【58】危化品过境运输管控缺位 100%
    ✅ 基本完成 · 期限 2018-06-30 · 市公安局
    【60】禁养区畜禽养殖关闭搬迁 100%
    ✅ 已销号 · 期限 2017-12-31 · 市农业局
    第 5 页，共 5 页
    [查 55→查 55] [查 56→查 56] [查 57→查 57] [查 58→查 58]
    [‹ 上一页→清单 完成 4]
    ");
    snapshot!(bot.say(OFFICE, "清单 完成 9").await, @r"
    全部单位 · 完成：45 项（截至 2018-08-31 09:00）
    只有 5 页。
    [‹ 上一页→清单 完成 5]
    ");
}

#[tokio::test]
async fn a_name_that_fits_several_units_is_asked_about() {
    let mut bot = Bot::new().await.person(OFFICE).await;
    sqlx::query(
        "UPDATE unit SET aliases = array_append(aliases, '环委') WHERE name IN ('市环保局', '恒河示范区')",
    )
    .execute(&bot.pool)
    .await
    .unwrap();
    snapshot!(bot.say(OFFICE, "清单 逾期 环委").await, @r"
    “环委”是哪个单位？
    [市环保局→清单 逾期 市环保局] [恒河示范区→清单 逾期 恒河示范区]
    ");
    let (_, answer) = bot.press(OFFICE, OFFICE, "清单 逾期 恒河示范区").await;
    snapshot!(answer, @"逾期 · 恒河示范区：没有（截至 2018-08-31 09:00）");
    // Part of a name is enough, when it fits one.
    snapshot!(bot.say(OFFICE, "剩余 旅游").await, @r"
    映湖生态旅游区：还剩 1 项在办（截至 2018-08-31 09:00）
    牵头 0，配合 1
    🟡 临期 1
    [看清单→清单 映湖生态旅游区]
    ");
    snapshot!(bot.say(OFFICE, "剩余 督查").await, @r"
    “督查”是哪个单位？
    [市委督查室→剩余 市委督查室] [市政府督查室→剩余 市政府督查室]
    ");
    snapshot!(bot.say(OFFICE, "清单 火星").await, @"没有叫“火星”的单位、类别或区域。用法：清单 逾期");
    snapshot!(bot.say(OFFICE, "剩余 火星").await, @"没有叫“火星”的单位。");
}

#[tokio::test]
async fn a_list_of_more_rows_than_one_reads_says_so() {
    let mut bot = Bot::new().await.person(OFFICE).await;
    sqlx::raw_sql(
        "INSERT INTO item (id, round, number, title, lead_unit, deadline, kind, status, percent, opened_on,
                           flag, next_check_on)
         SELECT gen_random_uuid(), i.round, 1000 + n, '补充事项', i.lead_unit, '2018-08-01', 'by_deadline',
                'in_progress', 10, '2018-08-01', 'overdue', '2099-01-01'
         FROM item i, generate_series(1, 1200) AS n
         WHERE i.number = 53;
         INSERT INTO item_text (item, title, category)
         SELECT id, title, '补充' FROM item WHERE number > 1000;",
    )
    .execute(&bot.pool)
    .await
    .unwrap();
    let head = |answer: String| {
        answer
            .lines()
            .filter(|line| !line.contains("补充事项"))
            .take(2)
            .map(str::to_owned)
            .collect::<Vec<_>>()
            .join("\n")
    };
    snapshot!(head(bot.say(OFFICE, "清单 逾期").await), @r"
    全部单位 · 逾期：1000 项以上（截至 2018-08-31 09:00）
    【16】紫岩县污水处理厂提标改造 85%
    ");
    let last = bot.say(OFFICE, "清单 逾期 100").await;
    assert!(last.contains("第 100 页，共 100 页") && last.contains("只列前 1000 项"), "{last}");
    snapshot!(head(bot.say(OFFICE, "清单 逾期 限期").await), @r"
    全部单位 · 逾期 · 限期整改：1000 项以上（截至 2018-08-31 09:00）
    【16】紫岩县污水处理厂提标改造 85%
    ");
    snapshot!(head(bot.say(OFFICE, "清单 类别 补充").await), @r"
    全部单位 · 类别 补充 · 在办：1000 项以上（截至 2018-08-31 09:00）
    🔴 逾期
    ");
    snapshot!(head(bot.say(OFFICE, "找 补充事项").await), @r"
    🔴 逾期 · 已过 30 天 · 2018-08-01 · 洵口县
    🔴 逾期 · 已过 30 天 · 2018-08-01 · 洵口县
    ");
}

#[tokio::test]
async fn a_question_that_little_fits_ends_before_everything_was_looked_at() {
    let mut bot = Bot::new().await.person(OFFICE).await;
    sqlx::raw_sql(
        "INSERT INTO item (id, round, number, title, lead_unit, deadline, kind, status, percent, opened_on,
                           flag, next_check_on)
         SELECT gen_random_uuid(), i.round, 1000 + n, '补充事项', i.lead_unit, '2018-08-01', 'by_deadline',
                'in_progress', 10, '2018-08-01', 'overdue', '2099-01-01'
         FROM item i, generate_series(1, 20100) AS n
         WHERE i.number = 53;",
    )
    .execute(&bot.pool)
    .await
    .unwrap();
    snapshot!(bot.say(OFFICE, "清单 逾期 长期坚持").await, @r"
    全部单位 · 逾期 · 长期坚持：还没找到（截至 2018-08-31 09:00）
    事项太多，没有全部看完，可能还有；请再加一个条件。
    ");
}

#[tokio::test]
async fn questions_in_free_words_are_the_same_as_commands() {
    let mut bot = Bot::new().await.person(OFFICE).await.person(CONTACT).await;
    for (who, question, command) in [
        (OFFICE, "哪些逾期", "清单 逾期"),
        (OFFICE, "哪些临期？", "清单 临期"),
        (OFFICE, "哪些滞后", "清单 滞后"),
        (OFFICE, "哪些没报", "清单 未报"),
        (OFFICE, "洵口哪些滞后", "清单 滞后 洵口"),
        (OFFICE, "洵口还剩几项", "剩余 洵口"),
        (CONTACT, "我们还有哪些没报", "清单 待报 我们"),
        (CONTACT, "我们还剩几项", "剩余"),
        (CONTACT, "本月截止几号", "截止"),
        (OFFICE, "37项现在什么情况", "查 37"),
        (CONTACT, "16项8月15日什么情况", "查 16 2018-08-15"),
    ] {
        let wanted = bot.say(who, command).await;
        assert_eq!(bot.say(who, question).await, wanted, "{question}");
    }
}
