//! Binding codes: once, shortly, and not by guessing.

use chrono::TimeDelta;
use duban::domain::code;
use insta::assert_snapshot as snapshot;
use uuid::Uuid;

use crate::harness::{Bot, START, china};

/// A code for a post, as `duban invite` writes it.
async fn invite(bot: &Bot, post: &str, code: &str) {
    sqlx::query(
        "INSERT INTO binding_code (id, post, digest, expires_at) SELECT $1, id, $2, $3 FROM post WHERE title = $4",
    )
    .bind(Uuid::now_v7())
    .bind(code::digest(code))
    .bind(china(START) + TimeDelta::hours(24))
    .bind(post)
    .execute(&bot.pool)
    .await
    .unwrap();
}

#[tokio::test]
async fn a_code_binds_once_and_never_again() {
    let mut bot = Bot::new().await;
    invite(&bot, "紫岩县联络员A", "ABCDE-FGHJK").await;
    snapshot!(bot.say("小王", "绑定 abcde fghjk").await, @r"
    ✅ 已绑定：紫岩县联络员A（紫岩县，联络员）。
    发送“帮助”看可以做什么。
    ");
    snapshot!(bot.say("小王", "我是谁").await, @r"
    紫岩县联络员A
    单位：紫岩县
    角色：联络员
    在这里可以：进度、撤回、更正、取消、附到、材料、签收、申请销号、延期、我的、查、清单、找、剩余、截止、总览、为什么没提醒、导出、图、发文、回复、交办、考核、申诉、核查、异议、口径、我是谁、权限、绑定、请假、销假、免打扰、交接、解绑、语言、帮助
    ");
    snapshot!(bot.say("小李", "绑定 ABCDE-FGHJK").await, @"绑定码不对、已用过或已过期，没有绑定。请核对，或请整改办重发一个。");
    assert_eq!(bot.count("SELECT count(*) FROM audit WHERE action = 'bind'").await, 1);
}

#[tokio::test]
async fn an_expired_code_binds_nobody() {
    let mut bot = Bot::new().await;
    invite(&bot, "紫岩县联络员A", "ABCDE-FGHJK").await;
    bot.app.clock.forward_to(china("2018-09-01 09:01"));
    assert!(bot.say("小王", "绑定 ABCDE-FGHJK").await.contains("过期"));
    assert_eq!(bot.count("SELECT count(*) FROM holder").await, 0);
}

#[tokio::test]
async fn guessing_is_throttled_even_for_the_right_code() {
    let mut bot = Bot::new().await;
    invite(&bot, "紫岩县联络员A", "ABCDE-FGHJK").await;
    for _ in 0..5 {
        bot.say("路人", "绑定 AAAAA-AAAAA").await;
    }
    snapshot!(bot.say("路人", "绑定 ABCDE-FGHJK").await, @"绑定码连续输错，请 15 分钟后再试，或请整改办重发一个。");
    snapshot!(bot.say("路人", "绑定").await, @r"
    少了绑定码。
    你发的：绑定 ▁
    用法：绑定 ABCDE-FGHJK
    ");
    // Somebody else is not held up, and the guesser may try again after a quarter of an hour.
    bot.app.clock.forward_to(china("2018-08-31 09:16"));
    assert!(bot.say("路人", "绑定 ABCDE-FGHJK").await.contains("已绑定"));
}

#[tokio::test]
async fn a_new_code_moves_the_post_to_its_new_holder() {
    let mut bot = Bot::new().await.person("紫岩县联络员A").await;
    invite(&bot, "紫岩县联络员A", "ABCDE-FGHJK").await;
    assert!(bot.say("小王", "绑定 ABCDE-FGHJK").await.contains("已绑定"));
    assert!(bot.say("紫岩县联络员A", "我是谁").await.contains("没有绑定"));
    assert_eq!(bot.count("SELECT count(*) FROM holder WHERE ended_at IS NULL").await, 1);
}

#[tokio::test]
async fn two_people_with_one_code_at_the_same_moment_bind_one_of_them() {
    let mut bot = Bot::new().await;
    invite(&bot, "紫岩县联络员A", "ABCDE-FGHJK").await;
    let said = |text: &str| duban::domain::What::Said { text: text.into(), addressed: true, edited: false };
    let updates: Vec<_> =
        (0..8).map(|n| bot.update(&format!("人{n}"), &format!("人{n}"), said("绑定 ABCDE-FGHJK"))).collect();
    let now = bot.app.clock.now();
    let all = updates.iter().map(|update| bot.app.desk.handle(update, now));
    futures_util::future::join_all(all).await;
    bot.send_all().await;
    assert_eq!(bot.count("SELECT count(*) FROM holder WHERE ended_at IS NULL").await, 1);
    let answers: Vec<String> = (0..8).map(|n| bot.read(&format!("人{n}"))).collect();
    assert_eq!(answers.iter().filter(|answer| answer.contains("✅")).count(), 1, "{answers:?}");
}
