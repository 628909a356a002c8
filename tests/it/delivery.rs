//! How messages leave: in order, again when surely lost, never twice when that was promised, and never
//! silently not at all.

use std::time::Duration;

use duban::app::real_now;
use duban::commands::dispatch::Outcome;
use duban::domain::What;
use duban::domain::message::Membership;
use duban::platforms::Sent;

use crate::harness::Bot;

const CONTACT: &str = "紫岩县联络员A";

async fn states(bot: &Bot) -> Vec<(String, i64)> {
    sqlx::query_as("SELECT state, count(*) FROM outbox GROUP BY state ORDER BY state")
        .fetch_all(&bot.pool)
        .await
        .unwrap()
}

/// Lets the pauses between tries pass.
async fn pass_the_pause(bot: &mut Bot) {
    sqlx::raw_sql("UPDATE outbox SET next_try_at = NULL WHERE state = 'due'")
        .execute(&bot.pool)
        .await
        .unwrap();
    bot.send_all().await;
}

#[tokio::test]
async fn what_was_surely_not_delivered_is_sent_again_in_order() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    bot.fake.outcomes.lock().unwrap().push_back(Sent::Again("refused".into()));
    assert_eq!(bot.say(CONTACT, "进度 16 90 设备已到货").await, "");
    // The second answer waits behind the first.
    assert_eq!(bot.say(CONTACT, "进度 16 91 安装").await, "");
    pass_the_pause(&mut bot).await;
    let read = bot.read(CONTACT);
    assert!(read.find("85% → 90%").unwrap() < read.find("90% → 91%").unwrap(), "{read}");
}

#[tokio::test]
async fn doubt_repeats_an_answer_and_puts_a_digest_before_the_office() {
    let mut bot = Bot::new().await.person(CONTACT).await.person("滨江区联络员A").await;
    bot.fake.outcomes.lock().unwrap().push_back(Sent::Doubt("cut".into()));
    assert_eq!(bot.say(CONTACT, "进度 16 90 设备已到货").await, "");
    pass_the_pause(&mut bot).await;
    assert!(bot.read(CONTACT).contains("90%"));
    bot.advance("2018-08-31 10:00").await;
    // Both messages of the morning, in whatever order.
    bot.fake.outcomes.lock().unwrap().extend([Sent::Doubt("cut".into()), Sent::Doubt("cut".into())]);
    bot.advance("2018-09-03 09:00").await;
    pass_the_pause(&mut bot).await;
    // 滨江区's digest of three is unclear; what is one line is repeated; the other units have nobody bound.
    assert!(bot.read(CONTACT).contains("已逾期"));
    assert_eq!(states(&bot).await, [("held".into(), 7), ("sent".into(), 2), ("unclear".into(), 1)]);
}

#[tokio::test]
async fn a_chat_that_is_gone_is_noted_and_its_message_is_dead() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    bot.fake.outcomes.lock().unwrap().push_back(Sent::Gone("blocked".into()));
    assert_eq!(bot.say(CONTACT, "我的").await, "");
    assert_eq!(bot.count("SELECT count(*) FROM chat WHERE state = 'blocked'").await, 1);
    // The office would hear of it, if there was one.
    bot.notices().await;
    assert_eq!(states(&bot).await, [("dead".into(), 1), ("held".into(), 1)]);
    // The person comes back.
    assert!(bot.say(CONTACT, "我是谁").await.contains(CONTACT));
}

#[tokio::test]
async fn a_group_that_moved_gets_its_messages_under_the_new_id() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    bot.unit_group("-1", "紫岩县").await;
    bot.fake.outcomes.lock().unwrap().push_back(Sent::Moved("-100".into()));
    assert_eq!(bot.say_in("-1", CONTACT, "进度 16 90 设备已到货").await, "");
    assert!(bot.read("-100").contains("紫岩县污水处理厂"), "the confirmation moves along");
    // The platform tells it as well, from both sides; nothing changes any more.
    for _ in 0..2 {
        let update = bot.update(CONTACT, "-1", What::Moved { to: "-100".into() });
        assert_eq!(bot.deliver(&update).await, Outcome::Settled);
    }
    assert_eq!(
        bot.count("SELECT count(*) FROM chat WHERE state = 'active' AND confirmed AND chat = '-100'").await,
        1
    );
    assert_eq!(bot.count("SELECT count(*) FROM chat").await, 2);
}

#[tokio::test]
async fn joining_a_group_greets_once_and_leaving_is_noted() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    for change in [Membership::Added, Membership::Added, Membership::Promoted] {
        let update = bot.update(CONTACT, "-9", What::Membership(change));
        assert_eq!(bot.deliver(&update).await, Outcome::Settled);
    }
    assert_eq!(bot.read("-9").matches("大家好").count(), 1);
    let update = bot.update(CONTACT, "-9", What::Membership(Membership::Removed));
    assert_eq!(bot.deliver(&update).await, Outcome::Settled);
    assert_eq!(bot.count("SELECT count(*) FROM chat WHERE state = 'removed'").await, 1);
}

#[tokio::test]
async fn a_refused_message_is_dead_at_once_and_the_next_one_leaves() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    bot.fake.outcomes.lock().unwrap().push_back(Sent::Refused("too long".into()));
    bot.say(CONTACT, "我的").await;
    assert!(bot.say(CONTACT, "我是谁").await.contains(CONTACT));
    assert_eq!(states(&bot).await, [("dead".into(), 1), ("sent".into(), 1)]);
}

#[tokio::test]
async fn a_sender_that_died_while_sending_is_taken_over_as_promised() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    // As a sender killed between its mark and the platform's answer leaves it.
    sqlx::raw_sql(
        "INSERT INTO sender_lease (platform, epoch, owner, until) VALUES ('fake', 7, gen_random_uuid(), now() - interval '1 second');
         INSERT INTO outbox (kind, lane, platform, chat, payload, on_doubt, state, epoch, attempts, created_at)
         VALUES ('answer', 'chat', 'fake', 'a', '{\"text\": [{\"plain\": \"again\"}]}', 'repeat', 'sending', 7, 1, now()),
                ('answer', 'chat', 'fake', 'b', '{\"text\": [{\"plain\": \"once\"}]}', 'hold', 'sending', 7, 1, now())",
    )
    .execute(&bot.pool)
    .await
    .unwrap();
    bot.send_all().await;
    assert_eq!((bot.read("a"), bot.read("b")), ("again".into(), String::new()));
    assert_eq!(states(&bot).await, [("sent".into(), 1), ("unclear".into(), 1)]);
}

#[tokio::test]
async fn a_sender_that_lost_its_lease_speaks_no_word() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    bot.say(CONTACT, "我的").await;
    // Another replica took over while this one was paused.
    sqlx::raw_sql("UPDATE sender_lease SET epoch = epoch + 1, owner = gen_random_uuid(), until = now() + interval '1 hour'")
        .execute(&bot.pool)
        .await
        .unwrap();
    let attempts = bot.fake.attempts.lock().unwrap().len();
    assert_eq!(bot.say(CONTACT, "总览").await, "");
    assert_eq!(bot.fake.attempts.lock().unwrap().len(), attempts);
    assert_eq!(bot.count("SELECT count(*) FROM outbox WHERE state = 'due'").await, 1);
}

#[tokio::test]
async fn what_was_sent_while_the_database_was_away_is_not_sent_again() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    // As if it had gone between the platform's answer and our mark.
    let away = "ALTER TABLE outbox ADD CONSTRAINT away CHECK (state <> 'sent')";
    sqlx::raw_sql(away).execute(&bot.pool).await.unwrap();
    let what = What::Said { text: "我是谁".into(), addressed: true, edited: false };
    let update = bot.update(CONTACT, CONTACT, what);
    assert_eq!(bot.app.desk.handle(&update, bot.app.clock.now()).await, Outcome::Settled);
    for _ in 0..3 {
        assert!(bot.sender.step().await.is_err());
    }
    sqlx::raw_sql("ALTER TABLE outbox DROP CONSTRAINT away").execute(&bot.pool).await.unwrap();
    bot.send_all().await;
    assert!(bot.read(CONTACT).contains(CONTACT));
    assert_eq!(bot.fake.attempts.lock().unwrap().len(), 1);
    assert_eq!(states(&bot).await, [("sent".into(), 1)]);
}

#[tokio::test]
async fn a_button_answered_too_late_is_withdrawn() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    let update = bot.update(CONTACT, CONTACT, What::Pressed { press_id: "p".into(), data: "查 37".into() });
    assert_eq!(bot.app.desk.handle(&update, bot.app.clock.now()).await, Outcome::Settled);
    sqlx::raw_sql("UPDATE outbox SET expires_at = now() - interval '1 second'")
        .execute(&bot.pool)
        .await
        .unwrap();
    bot.send_all().await;
    assert_eq!(states(&bot).await, [("withdrawn".into(), 1)]);
}

#[tokio::test]
async fn a_refusal_on_a_button_is_shown_to_the_presser_alone() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    let (toast, answer) = bot.press("-1", CONTACT, "查 37").await;
    assert!(toast.contains("与你单位无关"), "{toast}");
    assert_eq!(answer, "");
}

#[tokio::test]
async fn the_same_lines_claimed_by_two_senders_leave_once_each_and_in_order() {
    let one = Bot::new().await;
    let mut two = Bot::on(one.url.clone()).await;
    sqlx::raw_sql(
        "INSERT INTO outbox (kind, lane, platform, chat, payload, on_doubt, created_at)
         SELECT 'answer', 'chat', 'fake', 'c' || n % 7, jsonb_build_object('text', jsonb_build_array(jsonb_build_object('plain', n::text))), 'repeat', now()
         FROM generate_series(1, 210) n",
    )
    .execute(&one.pool)
    .await
    .unwrap();
    let mut one = one;
    tokio::join!(one.send_all(), two.send_all());
    // Whoever had the lease did all of it; the other waited.
    let mut attempts = one.fake.attempts.lock().unwrap().clone();
    attempts.extend(two.fake.attempts.lock().unwrap().clone());
    assert_eq!(attempts.len(), 210);
    for chat in 0..7 {
        let said: Vec<i32> = attempts
            .iter()
            .filter(|(c, _)| *c == format!("c{chat}"))
            .map(|(_, t)| t.parse().unwrap())
            .collect();
        assert!(said.is_sorted(), "chat {chat}: {said:?}");
    }
    (one.leave_unread, two.leave_unread) = (true, true);
}

#[tokio::test]
async fn old_rows_are_cleaned_and_recent_ones_stay() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    bot.say(CONTACT, "我的").await;
    let cleaned = duban::store::cleaning::step(&bot.pool, real_now(), real_now()).await.unwrap();
    assert_eq!(cleaned, 0);
    let later = real_now() + chrono::TimeDelta::from_std(Duration::from_secs(8 * 86_400)).unwrap();
    assert!(duban::store::cleaning::step(&bot.pool, later, later).await.unwrap() >= 2);
    assert_eq!(bot.count("SELECT count(*) FROM outbox").await, 0);
    assert!(
        bot.count("SELECT count(*) FROM inbox WHERE account = 'import'").await > 0,
        "an import's key stays"
    );
}
