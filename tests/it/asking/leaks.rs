//! What must not be told: another unit's items, flags in a group that is not confirmed, anything to who is
//! not bound. Every refusal is on record.

use insta::assert_snapshot as snapshot;

use crate::harness::Bot;

const CONTACT: &str = "紫岩县联络员A";
const LEADER: &str = "分管环保副市长";
const OFFICE: &str = "调度专员A";

/// Every question of these commands that names or could show something.
const QUESTIONS: &[&str] = &[
    "我的",
    "我的 2",
    "清单",
    "清单 逾期",
    "清单 全部",
    "清单 待报",
    "清单 2018-07 未报",
    "清单 固体废物",
    "找 渗滤液",
    "找 洵口",
    "剩余",
    "截止",
    "查 53",
    "查 53 8月15日",
    "总览",
];

/// The numbers in 【】.
fn numbers(answer: &str) -> Vec<i32> {
    answer.split('【').skip(1).filter_map(|rest| rest.split('】').next()?.parse().ok()).collect()
}

#[tokio::test]
async fn nobody_unbound_is_told_anything() {
    let mut bot = Bot::new().await;
    for question in QUESTIONS {
        let answer = bot.say("路人", question).await;
        assert!(answer.starts_with("这个账号还没有绑定岗位"), "{question} → {answer}");
    }
    let refused = bot.count("SELECT sum(count)::bigint FROM refusal WHERE what = 'not_bound'").await;
    assert_eq!(refused, QUESTIONS.len() as i64);
}

#[tokio::test]
async fn a_contact_sees_only_items_of_the_own_unit() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    let own: Vec<i32> = sqlx::query_scalar(
        "SELECT i.number FROM item i JOIN unit u ON u.name = '紫岩县'
         WHERE i.lead_unit = u.id OR EXISTS (SELECT 1 FROM item_co_unit c WHERE c.item = i.id AND c.unit = u.id)",
    )
    .fetch_all(&bot.pool)
    .await
    .unwrap();
    for question in QUESTIONS {
        let answer = bot.say(CONTACT, question).await;
        let strange: Vec<i32> = numbers(&answer).into_iter().filter(|n| !own.contains(n)).collect();
        assert!(strange.is_empty(), "{question} shows {strange:?}: {answer}");
    }
    assert_eq!(bot.count("SELECT sum(count)::bigint FROM refusal WHERE what = 'item_not_yours'").await, 2);
}

#[tokio::test]
async fn another_units_lists_are_refused_and_audited() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    snapshot!(bot.say(CONTACT, "清单 逾期 洵口").await, @"洵口县的事项只给该单位、整改办和督查看。本单位的请发：清单；全市总数请发：总览");
    for question in ["清单 洵口县", "清单 待报 XKX", "剩余 洵口", "left 洵口县", "清单 单位 洵口"]
    {
        let answer = bot.say(CONTACT, question).await;
        assert!(answer.starts_with("洵口县的事项只给"), "{question} → {answer}");
    }
    assert_eq!(bot.count("SELECT sum(count)::bigint FROM refusal WHERE what = 'unit_not_yours'").await, 6);
    // The own unit by name is no refusal.
    assert!(bot.say(CONTACT, "剩余 紫岩").await.contains("还剩 5 项"));
}

#[tokio::test]
async fn a_leader_sees_only_items_the_post_holds() {
    let mut bot = Bot::new().await.person(LEADER).await;
    let held: Vec<i32> = sqlx::query_scalar(
        "SELECT i.number FROM item i JOIN post p ON p.id = i.leader_post WHERE p.title = '分管环保副市长'",
    )
    .fetch_all(&bot.pool)
    .await
    .unwrap();
    for question in QUESTIONS.iter().copied().chain(["清单 洵口", "剩余 洵口", "清单 逾期 洵口县"])
    {
        let answer = bot.say(LEADER, question).await;
        let strange: Vec<i32> = numbers(&answer).into_iter().filter(|n| !held.contains(n)).collect();
        assert!(strange.is_empty(), "{question} shows {strange:?}: {answer}");
    }
}

#[tokio::test]
async fn a_group_that_is_not_confirmed_reads_no_flag_and_no_text() {
    let mut bot = Bot::new().await.person(CONTACT).await.person(OFFICE).await.person(LEADER).await;
    for (who, question) in [CONTACT, OFFICE, LEADER]
        .iter()
        .flat_map(|who| QUESTIONS.iter().map(move |question| (*who, *question)))
    {
        let answer = bot.say_in("-1", who, question).await;
        if question == "总览" {
            continue; // totals of the round are open to every bound person
        }
        for word in ["逾期", "滞后", "临期", "未报", "待报", "污水", "渗滤液", "干渠"] {
            assert!(!answer.contains(word), "{who}: {question} → {answer}");
        }
    }
    snapshot!(bot.say_in("-1", CONTACT, "清单 逾期").await, @r"
    紫岩县 在办 5 项（这里不按条件筛选）
    【16】85%
    【24】76%
    【32】65%
    【51】48%
    【59】90%
    事项内容只在本单位已确认的工作群或私聊里显示，请私聊我再问一次。
    ");
    snapshot!(bot.say_in("-1", CONTACT, "查 16 8月1日").await, @"第 16 项 2018-08-01：74%。事项内容只在本单位已确认的工作群或私聊里显示，请私聊我再问一次。");
    snapshot!(bot.say_in("-1", CONTACT, "我的").await, @r"
    紫岩县 在办 5 项：牵头 1，配合 4（截至 2018-08-31 09:00）
    【16】85%
    【24】76%
    【32】65%
    【51】48%
    【59】90%
    事项内容只在本单位已确认的工作群或私聊里显示，请私聊我再问一次。
    ");
    snapshot!(bot.say_in("-1", LEADER, "总览").await, @r"
    2017年省级环保督察（截至 2018-08-31 09:00）
    共 60 项，完成 45，在办 15
    在办中：🟢 正常 3　🟡 临期 3　⚪ 未报 2　🟠 滞后 4　🔴 逾期 3
    市整改领导小组：牵头在办 0 项，配合 0 项。每项按最重的一种情况计一次。
    ");
}

#[tokio::test]
async fn in_a_units_group_only_its_items_are_spoken_of() {
    let mut bot = Bot::new().await.person(OFFICE).await.person("市住建局联络员A").await;
    bot.unit_group("-2", "紫岩县").await;
    snapshot!(bot.say_in("-2", OFFICE, "清单 逾期").await, @r"
    紫岩县 · 逾期：1 项（截至 2018-08-31 09:00）
    【16】紫岩县污水处理厂提标改造 85%
    已过 62 天 · 2018-06-30 · 另：滞后
    [查 16→查 16]
    ");
    // Another unit's contact: only what both are concerned with.
    snapshot!(bot.say_in("-2", "市住建局联络员A", "清单").await, @r"
    市住建局 · 在办：2 项（截至 2018-08-31 09:00）（只算与本群单位有关的）
    🔴 逾期 1 项
    【16】紫岩县污水处理厂提标改造 85% 〔配合〕
    已过 62 天 · 2018-06-30 · 紫岩县 · 另：滞后
    🟢 正常 1 项
    【24】乡镇污水处理设施运行率低 76%
    还有 122 天 · 2018-12-31
    [查 24→查 24] [查 16→查 16]
    ");
    snapshot!(bot.say_in("-2", OFFICE, "找 渗滤液").await, @r"
    找“渗滤液”：1 项
    【39】紫岩县填埋场渗滤液设施停运 100%
    ✅ 已销号 · 期限 2017-12-31
    问题：设施故障后未及时修复，【渗滤液】外运台账不全。
    [查 39→查 39]
    ");
    snapshot!(bot.say_in("-2", OFFICE, "清单 洵口").await, @r"
    洵口县 · 在办：3 项（截至 2018-08-31 09:00）（只算与本群单位有关的）
    ⚪ 未报 1 项
    【32】乡镇水源保护区划定滞后 65% 〔配合〕
    还有 91 天 · 2018-11-30 · 市水利局
    🟢 正常 2 项
    【24】乡镇污水处理设施运行率低 76% 〔配合〕
    还有 122 天 · 2018-12-31 · 市住建局
    【51】露天矿山生态恢复滞后 48% 〔配合〕
    还有 487 天 · 2019-12-31 · 市国土资源局
    [查 32→查 32] [查 24→查 24] [查 51→查 51]
    ");
}
