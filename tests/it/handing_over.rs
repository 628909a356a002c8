//! 交接: a post passes on, both confirm, and everything that hangs on it moves along.

use duban::domain::What;
use insta::assert_snapshot as snapshot;

use crate::harness::Bot;
use crate::inviting::{code_in, without_code};

const CLERK: &str = "调度专员A";
const CONTACT: &str = "滨江区联络员A";

#[tokio::test]
async fn both_confirm_and_then_the_post_is_the_successors() {
    let mut bot = Bot::new().await.person(CLERK).await.person(CONTACT).await;
    snapshot!(bot.say(CONTACT, "交接").await, @r"
    要把 滨江区联络员A（滨江区）交给继任者吗？确认后给你一个交接码，转给继任者；对方用它绑定并确认接任后，原来的绑定在各平台同时结束。在办事项、未答复的提醒、草稿和承诺都在岗位上，随之转交；历史记录保留两人。
    [确认交接→答 · 是] [取消→取消]
    ");
    let (_, answer) = bot.tap(CONTACT, CONTACT, "取消").await;
    snapshot!(answer, @"已取消，没有登记。");
    let (_, answer) = bot.press(CONTACT, CONTACT, "交接 确认").await;
    snapshot!(without_code(&answer), @r"
    交接 滨江区联络员A
    交接码：CODE
    24 小时内有效（到 2018-09-01 09:00），只能用一次。请转给本人，由本人私聊我发送：绑定 CODE
    或点开链接：https://fake.example/start=CODE
    继任者确认接任后才算交接；在那以前一切照旧。
    [取消交接→交接 取消]
    ");
    let code = code_in(&answer);
    snapshot!(bot.say(CONTACT, &format!("绑定 {code}")).await, @"这是交给继任者的交接码，请转给继任者本人使用。");
    let asked = bot.say("小张", &format!("绑定 {code}")).await;
    snapshot!(asked.replace(&code.replace('-', ""), "CODE"), @r"
    你将接任 滨江区联络员A（滨江区，联络员）。确认后，原来的绑定在各平台结束，在办事项和未答复的提醒由你接手。
    [确认接任→绑定 CODE 确认] [取消→绑定 算了]
    ");
    // Not before the successor confirms.
    assert!(bot.say(CONTACT, "我是谁").await.contains(CONTACT));
    let (_, answer) = bot.press("小张", "小张", &format!("绑定 {code} 确认")).await;
    snapshot!(answer, @r"
    ✅ 已接任：滨江区联络员A（滨江区，联络员）。
    发送“帮助”看可以做什么。
    ");
    assert!(bot.say(CONTACT, "我的").await.contains("没有绑定"));
    bot.notices().await;
    snapshot!(bot.read(CONTACT), @"交接完成：小张 已接任 滨江区联络员A，你在各平台的绑定已结束，在办事项随岗位转交。谢谢。");
    snapshot!(bot.read(CLERK), @"滨江区联络员A（滨江区）已交接：小张 在 fake 上接任。");
    // History keeps both.
    assert_eq!(
        bot.count(
            "SELECT count(*) FROM holder h JOIN post p ON p.id = h.post WHERE p.title = '滨江区联络员A'"
        )
        .await,
        2
    );
    assert_eq!(
        bot.count("SELECT count(*) FROM audit WHERE action IN ('handover', 'bind', 'unbind')").await,
        3
    );
}

#[tokio::test]
async fn what_was_addressed_already_and_what_is_to_come_reach_the_successor() {
    let mut bot = Bot::new().await.person(CLERK).await.person(CONTACT).await;
    bot.sweep().await;
    // The reminder finds the old holder, but the platform is away: it stays in line.
    bot.fake.outcomes.lock().unwrap().push_back(duban::platforms::Sent::Again("away".into()));
    bot.advance("2018-09-03 09:00").await;
    assert_eq!(
        bot.count("SELECT count(*) FROM outbox WHERE state = 'due' AND chat = '滨江区联络员A'").await,
        1
    );
    // The code waits behind the reminder that is tried again: a chat's line keeps its order.
    assert_eq!(bot.press(CONTACT, CONTACT, "交接 确认").await.1, "");
    let waiting = sqlx::query_scalar("SELECT payload::text FROM outbox WHERE kind = 'secret'");
    let waiting: String = waiting.fetch_one(&bot.pool).await.unwrap();
    let code = code_in(&waiting);
    bot.press("小张", "小张", &format!("绑定 {code} 确认")).await;
    sqlx::raw_sql("UPDATE outbox SET next_try_at = NULL").execute(&bot.pool).await.unwrap();
    bot.notices().await;
    assert!(bot.read("小张").contains("【34】"), "the open reminder moves along");
    assert!(!bot.read(CONTACT).contains("【34】"));
    bot.read(CLERK);
}

#[tokio::test]
async fn a_handover_can_be_cancelled_and_a_second_one_voids_the_first() {
    let mut bot = Bot::new().await.person(CLERK).await.person(CONTACT).await;
    let first = code_in(&bot.press(CONTACT, CONTACT, "交接 确认").await.1);
    let answer = bot.press(CONTACT, CONTACT, "交接 确认").await.1;
    assert!(answer.contains("前一个交接码已作废"), "{answer}");
    let second = code_in(&answer);
    assert!(bot.say("小张", &format!("绑定 {first}")).await.contains("没有绑定"));
    snapshot!(bot.press(CONTACT, CONTACT, "交接 取消").await.1, @"✅ 已取消交接：发出的交接码作废，滨江区联络员A 不变。");
    snapshot!(bot.press(CONTACT, CONTACT, "交接 取消").await.1, @"滨江区联络员A 没有进行中的交接。");
    assert!(bot.say("小张", &format!("绑定 {second} 确认")).await.contains("没有绑定"));
    assert!(bot.say(CONTACT, "我是谁").await.contains(CONTACT));
}

#[tokio::test]
async fn the_office_hands_a_units_post_over_and_contacts_only_their_own() {
    let mut bot = Bot::new().await.person(CLERK).await.person(CONTACT).await;
    snapshot!(bot.say(CONTACT, "交接 紫岩县 联络员A").await, @"只能交接自己的岗位（整改办可以代单位交接，督查和审计除外）。交接自己的请只发：交接");
    snapshot!(bot.say(CLERK, "交接 滨江区 联络员A").await, @r"
    要把 滨江区联络员A（滨江区）交给继任者吗？确认后给你一个交接码，转给继任者；对方用它绑定并确认接任后，原来的绑定在各平台同时结束。在办事项、未答复的提醒、草稿和承诺都在岗位上，随之转交；历史记录保留两人。
    [确认交接→答 · 是] [取消→取消]
    ");
    let answer = bot.press(CLERK, CLERK, "交接 BJQ 滨江区联络员A 确认").await.1;
    let code = code_in(&answer);
    assert!(answer.contains("[取消交接→交接 BJQ 滨江区联络员A 取消]"), "{answer}");
    // In a group such a code is void at once.
    snapshot!(bot.say_in("-1", "小张", &format!("绑定 {code}")).await, @"这个绑定码（滨江区联络员A）已在群里露面，现已作废，没有绑定任何人。请整改办在私聊里重发一个，由本人私聊我绑定。");
    let code = code_in(&bot.press(CLERK, CLERK, "交接 BJQ 滨江区联络员A 确认").await.1);
    assert!(bot.say("小张", &format!("绑定 {code} 确认")).await.contains("✅ 已接任"));
    bot.notices().await;
    assert!(bot.read(CONTACT).contains("交接完成"));
    assert!(bot.read(CLERK).contains("已交接"));
}

#[tokio::test]
async fn two_successors_at_the_same_moment_are_one() {
    let mut bot = Bot::new().await.person(CLERK).await.person(CONTACT).await;
    let code = code_in(&bot.press(CONTACT, CONTACT, "交接 确认").await.1);
    let says = || What::Pressed { press_id: "p".into(), data: format!("绑定 {code} 确认") };
    let updates: Vec<_> = (0..6).map(|n| bot.update(&format!("人{n}"), &format!("人{n}"), says())).collect();
    let now = bot.app.clock.now();
    futures_util::future::join_all(updates.iter().map(|update| bot.app.desk.handle(update, now))).await;
    bot.send_all().await;
    bot.leave_unread = true;
    let answers: Vec<String> = (0..6).map(|n| bot.read(&format!("人{n}"))).collect();
    assert_eq!(answers.iter().filter(|answer| answer.contains("✅")).count(), 1, "{answers:?}");
    let held = "SELECT count(*) FROM holder h JOIN post p ON p.id = h.post WHERE p.title = '滨江区联络员A' AND h.ended_at IS NULL";
    assert_eq!(bot.count(held).await, 1);
}

#[tokio::test]
async fn a_predecessors_leave_does_not_bind_the_successor() {
    let mut bot = Bot::new().await.person(CLERK).await.person(CONTACT).await.person("滨江区联络员B").await;
    assert!(bot.say(CONTACT, "请假 10天 由 联络员B 代").await.contains("✅"));
    let code = code_in(&bot.press(CONTACT, CONTACT, "交接 确认").await.1);
    bot.say("小张", &format!("绑定 {code} 确认")).await;
    assert_eq!(bot.count("SELECT count(*) FROM leave WHERE ended_on IS NULL").await, 0);
    bot.leave_unread = true;
}
