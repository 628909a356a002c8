//! 找: words in plans and last reports, only of items the speaker may see.

use insta::assert_snapshot as snapshot;

use crate::harness::Bot;

const CONTACT: &str = "紫岩县联络员A";
const OFFICE: &str = "调度专员A";

#[tokio::test]
async fn words_are_found_and_their_place_is_quoted() {
    let mut bot = Bot::new().await.person(OFFICE).await;
    snapshot!(bot.say(OFFICE, "找 渗滤液").await, @r"
    找“渗滤液”：2 项
    【37】中心城市垃圾处理场渗滤液积存 60%
    🔴 逾期（另：滞后） · 已过 16 天 · 2018-08-15 · 市住建局
    问题：【渗滤液】处理能力小于产生量，调节…
    【39】紫岩县填埋场渗滤液设施停运 100%
    ✅ 已销号 · 期限 2017-12-31 · 紫岩县
    问题：设施故障后未及时修复，【渗滤液】外运台账不全。
    [查 37→查 37] [查 39→查 39]
    ");
    snapshot!(bot.say(OFFICE, "find 提标改造 云阴").await, @r"
    找“提标改造 云阴”：1 项
    【13】云阴县污水处理厂提标改造 100%
    ✅ 已销号 · 期限 2017-12-31 · 云阴县
    目标：完成【提标改造】，出水稳定达到一级A标准…
    [查 13→查 13]
    ");
    snapshot!(bot.say(OFFICE, "找 一级ａ标准").await, @r"
    找“一级a标准”：11 项
    【16】紫岩县污水处理厂提标改造 85%
    🔴 逾期（另：滞后） · 已过 62 天 · 2018-06-30 · 紫岩县
    目标：…成提标改造，出水稳定达到【一级A标准】并与市级监控平台联网
    【21】白沙县污水处理厂提标改造 100%
    🔴 逾期待验收 · 已过 31 天 · 2018-07-31 · 白沙县
    目标：…成提标改造，出水稳定达到【一级A标准】并与市级监控平台联网
    【11】江南污水处理厂能力不足需迁建 36%
    🟢 正常 · 还有 487 天 · 2019-12-31 · 市住建局
    目标：新厂建成通水并稳定达到【一级A标准】
    【12】江北污水处理厂提标改造 100%
    ✅ 已销号 · 期限 2018-03-31 · 市住建局
    目标：…成提标改造，出水稳定达到【一级A标准】并与市级监控平台联网
    【13】云阴县污水处理厂提标改造 100%
    ✅ 已销号 · 期限 2017-12-31 · 云阴县
    目标：…成提标改造，出水稳定达到【一级A标准】并与市级监控平台联网
    【14】清泉县污水处理厂提标改造 100%
    ✅ 已销号 · 期限 2017-12-31 · 清泉县
    目标：…成提标改造，出水稳定达到【一级A标准】并与市级监控平台联网
    【15】宁岭县污水处理厂提标改造 100%
    ✅ 已销号 · 期限 2018-03-31 · 宁岭县
    目标：…成提标改造，出水稳定达到【一级A标准】并与市级监控平台联网
    【17】岚溪县污水处理厂提标改造 100%
    ✅ 已销号 · 期限 2018-06-30 · 岚溪县
    目标：…成提标改造，出水稳定达到【一级A标准】并与市级监控平台联网
    【18】平川县污水处理厂提标改造 100%
    ✅ 已销号 · 期限 2017-12-31 · 平川县
    目标：…成提标改造，出水稳定达到【一级A标准】并与市级监控平台联网
    【19】镇岭县污水处理厂提标改造 100%
    ✅ 已销号 · 期限 2018-06-30 · 镇岭县
    目标：…成提标改造，出水稳定达到【一级A标准】并与市级监控平台联网
    第 1 页，共 2 页
    [查 16→查 16] [查 21→查 21] [查 11→查 11] [查 12→查 12]
    [下一页 ›→找 一级a标准 第2页]
    ");
    snapshot!(bot.say(OFFICE, "找 没有这样的词").await, @"找“没有这样的词”：标题和方案里没有。");
    // The pairs 提标 and 标准 both stand in plans, the word does not.
    snapshot!(bot.say(OFFICE, "找 提标准").await, @"找“提标准”：标题和方案里没有。");
    snapshot!(bot.say(OFFICE, "找 水").await, @r"
    每个词至少两个字，标点不算。
    在这里：找 【水】
    用法：找 渗滤液
    ");
    snapshot!(bot.say(OFFICE, "找").await, @r"
    要找什么？
    你发的：找 ▁
    用法：找 渗滤液
    ");
}

#[tokio::test]
async fn a_contact_finds_only_what_concerns_the_unit_and_its_last_report_too() {
    let mut bot = Bot::new().await.person(CONTACT).await.person(OFFICE).await;
    snapshot!(bot.say(CONTACT, "找 渗滤液").await, @r"
    找“渗滤液”：1 项
    【39】紫岩县填埋场渗滤液设施停运 100%
    ✅ 已销号 · 期限 2017-12-31
    问题：设施故障后未及时修复，【渗滤液】外运台账不全。
    [查 39→查 39]
    ");
    bot.say(CONTACT, "进度 16 90 鼓风机房已封顶").await;
    snapshot!(bot.say(CONTACT, "找 鼓风机").await, @r"
    找“鼓风机”：1 项
    【16】紫岩县污水处理厂提标改造 90%
    🔴 逾期（另：滞后） · 已过 62 天 · 2018-06-30
    最近填报：【鼓风机】房已封顶
    [查 16→查 16]
    ");
    // Of all units only the plans are searched.
    snapshot!(bot.say(OFFICE, "找 鼓风机").await, @"找“鼓风机”：标题和方案里没有。");
}

#[tokio::test]
async fn what_is_found_comes_in_pages() {
    let mut bot = Bot::new().await.person(OFFICE).await;
    let first = bot.say(OFFICE, "找 污水").await;
    let turned = first.lines().last().unwrap().to_owned();
    snapshot!(turned, @"[下一页 ›→找 污水 第2页]");
    let (_, second) = bot.press(OFFICE, OFFICE, "找 污水 第2页").await;
    assert!(second.contains("第 2 页"), "{second}");
}
