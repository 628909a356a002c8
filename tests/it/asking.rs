//! People ask: own items, one item, totals, who they are, what they may do.

use insta::assert_snapshot as snapshot;

use crate::harness::Bot;

const CONTACT: &str = "紫岩县联络员A";

#[tokio::test]
async fn a_contact_lists_the_own_units_items_with_flags_in_words() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    snapshot!(bot.say(CONTACT, "我的").await, @"");
}

#[tokio::test]
async fn a_leader_lists_the_items_the_post_holds() {
    let mut bot = Bot::new().await.person("分管环保副市长").await;
    snapshot!(bot.say("分管环保副市长", "我的").await, @"");
}

#[tokio::test]
async fn one_item_is_shown_in_full_to_those_concerned_only() {
    let mut bot = Bot::new().await.person(CONTACT).await.person("调度专员A").await;
    snapshot!(bot.say(CONTACT, "查 16").await, @"");
    snapshot!(bot.say(CONTACT, "查 37").await, @"");
    assert_eq!(bot.count("SELECT sum(count)::bigint FROM refusal WHERE what = 'item_not_yours'").await, 1);
    snapshot!(bot.say("调度专员A", "查第59项").await, @"");
    snapshot!(bot.say("调度专员A", "查 21").await, @"");
    snapshot!(bot.say("调度专员A", "查 1").await, @"");
    snapshot!(bot.say("调度专员A", "查 16 17").await, @"");
}

#[tokio::test]
async fn the_totals_are_60_45_15() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    snapshot!(bot.say(CONTACT, "总览").await, @"");
    // The same a month later, before any sweep has stored the new flags.
    bot.app.clock.forward_to(crate::harness::china("2018-10-01 09:00"));
    snapshot!(bot.say(CONTACT, "status").await, @"");
    bot.sweep().await;
    let swept = bot.say(CONTACT, "status").await;
    snapshot!(swept, @"");
}

#[tokio::test]
async fn help_and_whoami_tell_only_what_this_speaker_may_do() {
    let mut bot = Bot::new().await.person(CONTACT).await.person("分管环保副市长").await;
    snapshot!(bot.say("路人", "帮助").await, @"");
    snapshot!(bot.say(CONTACT, "help").await, @"");
    snapshot!(bot.say("分管环保副市长", "我是谁").await, @"");
    snapshot!(bot.say("路人", "我是谁").await, @"");
    snapshot!(bot.say("路人", "总览").await, @"");
}

#[tokio::test]
async fn answers_follow_the_persons_language() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    snapshot!(bot.say(CONTACT, "语言 英文").await, @"");
    snapshot!(bot.say(CONTACT, "report 16 90 equipment delivered").await, @"");
    snapshot!(bot.say(CONTACT, "report 16 80 oops").await, @"");
    snapshot!(bot.say(CONTACT, "mine").await, @"");
    snapshot!(bot.say(CONTACT, "status").await, @"");
    snapshot!(bot.say(CONTACT, "item 16").await, @"");
    snapshot!(bot.say(CONTACT, "report 16 9O").await, @"");
    snapshot!(bot.say(CONTACT, "language klingon").await, @"");
    snapshot!(bot.say(CONTACT, "语言 中文").await, @"");
}

#[tokio::test]
async fn a_number_in_two_rounds_is_asked_about() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    sqlx::raw_sql(
        "INSERT INTO round (id, name) VALUES ('00000000-0000-7000-8000-000000000001', '2018年回头看');
         INSERT INTO item (id, round, number, title, lead_unit, deadline, kind, status, percent, opened_on)
         SELECT '00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000001', 16, '另一轮的第16项',
                id, '2018-12-31', 'by_deadline', 'in_progress', 10, '2018-08-01'
         FROM unit WHERE name = '紫岩县';
         INSERT INTO item_text (item) VALUES ('00000000-0000-7000-8000-000000000002');",
    )
    .execute(&bot.pool)
    .await
    .unwrap();
    snapshot!(bot.say(CONTACT, "查 16").await, @"");
    let (_, answer) = bot.press(CONTACT, CONTACT, "查 16@2018年回头看").await;
    snapshot!(answer, @"");
    snapshot!(bot.say(CONTACT, "进度 16@2018年回头看 20 开工").await, @"");
}
