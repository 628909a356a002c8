//! A process that is killed between decide, commit, lease, begin, send and mark, or paused there: what a
//! second one makes of it, by what doubt means for each message. The first one's pools and tasks go with
//! it; the second one is opened anew on the same database.

use std::time::Duration;

use chrono::TimeDelta;
use duban::app::real_now;
use duban::commands::dispatch::Outcome;
use duban::domain::decision::Fate;
use duban::domain::{Audience, ChatAddress, Decision, Message, OnDoubt, Origin, Reply, What};
use duban::store::outbox;
use sqlx::PgPool;
use uuid::Uuid;

use crate::harness::{Bot, Freeze};

const CONTACT: &str = "紫岩县联络员A";
/// Where an answer goes, which is sent again when in doubt.
const ANSWER: &str = "a";
/// Where a digest goes, which is never sent twice.
const DIGEST: &str = "d";

/// Commits one message of each kind.
async fn commit_both(bot: &Bot) {
    for (chat, on_doubt) in [(ANSWER, OnDoubt::Repeat), (DIGEST, OnDoubt::Hold)] {
        let origin = Origin { account: "fake".into(), key: chat.into() };
        let to = ChatAddress { platform: "fake".into(), chat: chat.into(), thread: None };
        let reply = Reply::answer(Audience::Chat(to), Message::plain(format!("for {chat}")));
        let decision = Decision::new(origin, bot.app.clock.now()).saying(Reply { on_doubt, ..reply });
        assert_eq!(bot.app.desk.committer.commit(decision).await.unwrap(), Fate::Committed);
    }
}

/// The process is gone, and another one starts.
async fn killed(mut bot: Bot) -> Bot {
    bot.leave_unread = true;
    let url = bot.url.clone();
    drop(bot);
    Bot::on(url).await
}

/// The time of the dead sender's lease passes.
async fn lease_ends(pool: &PgPool) {
    sqlx::raw_sql("UPDATE sender_lease SET until = now() - interval '1 second'").execute(pool).await.unwrap();
}

/// State and attempts of the two, answer first.
async fn ends(pool: &PgPool) -> Vec<(String, i32)> {
    sqlx::query_as("SELECT state, attempts FROM outbox ORDER BY seq").fetch_all(pool).await.unwrap()
}

/// Takes the lease as a sender that goes no further than the test says. Returns its epoch.
async fn lease(pool: &PgPool) -> i64 {
    let length = TimeDelta::seconds(12);
    outbox::lease(pool, "fake", Uuid::now_v7(), length).await.unwrap().expect("nobody has it")
}

/// Lets the sender work until both sends stop where the fake was told to stop.
async fn until_frozen(bot: &mut Bot, at: Freeze) {
    *bot.fake.freezes.lock().unwrap() = Some(at);
    let Bot { sender, fake, .. } = bot;
    let mut frozen = fake.frozen.subscribe();
    let both = frozen.wait_for(|sends| *sends == 2);
    tokio::select! {
        stopped = both => { stopped.unwrap(); }
        () = async { while sender.step().await.is_ok() {} } => panic!("the sender fails"),
    }
}

async fn only_the_digest_is_unclear(pool: &PgPool) {
    let list = outbox::troubled(pool).await.unwrap();
    assert_eq!(list, [("unclear".to_owned(), "taken over while being sent".to_owned(), 1)]);
}

#[tokio::test]
async fn decided_and_not_committed_the_platform_comes_again_and_there_is_one_effect() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    let what = What::Said { text: "进度 16 90 设备已到货".into(), addressed: true, edited: false };
    let update = bot.update(CONTACT, CONTACT, what);
    // The decision stands before the door of the inbox, which somebody keeps shut.
    let mut shut = bot.pool.begin().await.unwrap();
    sqlx::raw_sql("LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE").execute(&mut *shut).await.unwrap();
    let waiting = "SELECT pid FROM pg_locks WHERE relation = 'inbox'::regclass AND NOT granted";
    let now = bot.app.clock.now();
    let killed_there = async {
        loop {
            let pid: Option<i32> = sqlx::query_scalar(waiting).fetch_optional(&bot.pool).await.unwrap();
            if let Some(pid) = pid {
                break sqlx::query("SELECT pg_terminate_backend($1)").bind(pid).execute(&bot.pool).await;
            }
        }
    };
    tokio::select! {
        biased;
        killed = killed_there => { killed.unwrap(); }
        // Its connection may be seen to break before the kill is told: 503, which is no 200 either.
        outcome = bot.app.desk.handle(&update, now) => assert_eq!(outcome, Outcome::Later),
    }
    shut.rollback().await.unwrap();
    let mut next = killed(bot).await;
    assert_eq!(next.count("SELECT count(*) FROM report WHERE text = '设备已到货'").await, 0);
    assert_eq!(next.count("SELECT count(*) FROM outbox").await, 0);
    // No 200 was given: it comes again, and once more.
    assert_eq!(next.deliver(&update).await, Outcome::Settled);
    assert!(next.read(CONTACT).contains("85% → 90%"));
    assert_eq!(next.deliver(&update).await, Outcome::Settled);
    assert_eq!(next.count("SELECT count(*) FROM report WHERE text = '设备已到货'").await, 1);
    assert_eq!(next.count("SELECT count(*) FROM outbox").await, 1);
}

#[tokio::test]
async fn committed_and_nobody_speaks_yet_both_leave_once() {
    let bot = Bot::new().await;
    commit_both(&bot).await;
    let mut next = killed(bot).await;
    next.send_all().await;
    assert_eq!((next.read(ANSWER), next.read(DIGEST)), ("for a".into(), "for d".into()));
    assert_eq!(ends(&next.pool).await, [("sent".into(), 1), ("sent".into(), 1)]);
}

#[tokio::test]
async fn leased_and_nothing_begun_both_leave_once_when_the_lease_is_over() {
    let bot = Bot::new().await;
    commit_both(&bot).await;
    lease(&bot.pool).await;
    let mut next = killed(bot).await;
    next.send_all().await;
    next.expect_silence();
    lease_ends(&next.pool).await;
    next.send_all().await;
    assert_eq!((next.read(ANSWER), next.read(DIGEST)), ("for a".into(), "for d".into()));
    assert_eq!(ends(&next.pool).await, [("sent".into(), 1), ("sent".into(), 1)]);
}

#[tokio::test]
async fn begun_and_not_sent_the_answer_leaves_and_the_digest_is_unclear() {
    let bot = Bot::new().await;
    commit_both(&bot).await;
    let epoch = lease(&bot.pool).await;
    let heads = outbox::heads(&bot.pool, "fake", &[], real_now(), real_now(), 9).await.unwrap();
    let seqs: Vec<i64> = heads.iter().map(|due| due.seq).collect();
    assert_eq!(outbox::begin(&bot.pool, "fake", epoch, &seqs).await.unwrap().len(), 2);
    let mut next = killed(bot).await;
    lease_ends(&next.pool).await;
    next.send_all().await;
    assert_eq!(next.read(ANSWER), "for a");
    assert_eq!(ends(&next.pool).await, [("sent".into(), 2), ("unclear".into(), 1)]);
    only_the_digest_is_unclear(&next.pool).await;
}

#[tokio::test]
async fn sent_and_not_marked_the_answer_comes_twice_and_the_digest_once() {
    let mut bot = Bot::new().await;
    commit_both(&bot).await;
    until_frozen(&mut bot, Freeze::AfterItArrived).await;
    assert_eq!((bot.read(ANSWER), bot.read(DIGEST)), ("for a".into(), "for d".into()));
    let mut next = killed(bot).await;
    lease_ends(&next.pool).await;
    next.send_all().await;
    assert_eq!(next.read(ANSWER), "for a");
    assert_eq!(ends(&next.pool).await, [("sent".into(), 2), ("unclear".into(), 1)]);
    only_the_digest_is_unclear(&next.pool).await;
}

/// A minute passes without this process.
async fn a_minute_passes() {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(60)).await;
    tokio::time::resume();
}

#[tokio::test]
async fn a_sender_paused_before_the_wire_says_no_word_when_it_wakes() {
    let mut paused = Bot::new().await;
    commit_both(&paused).await;
    until_frozen(&mut paused, Freeze::BeforeItArrives).await;
    let mut next = Bot::on(paused.url.clone()).await;
    lease_ends(&next.pool).await;
    next.send_all().await;
    assert_eq!(next.read(ANSWER), "for a");
    a_minute_passes().await;
    let before = ends(&next.pool).await;
    assert_eq!(before, [("sent".into(), 2), ("unclear".into(), 1)]);
    // It wakes while the other one speaks, and there is more to say.
    paused.fake.thawed.notify_waiters();
    *paused.fake.freezes.lock().unwrap() = None;
    let what = What::Said { text: "帮助".into(), addressed: true, edited: false };
    let update = paused.update(CONTACT, CONTACT, what);
    assert_eq!(paused.deliver(&update).await, Outcome::Settled);
    paused.expect_silence();
    assert!(paused.fake.attempts.lock().unwrap().is_empty(), "nothing was on the wire");
    assert_eq!(ends(&next.pool).await[..2], before);
    next.send_all().await;
    assert!(next.read(CONTACT).contains("绑定"));
}

#[tokio::test]
async fn a_sender_paused_after_the_wire_marks_nothing_when_it_wakes() {
    let mut paused = Bot::new().await;
    commit_both(&paused).await;
    until_frozen(&mut paused, Freeze::AfterItArrived).await;
    assert_eq!((paused.read(ANSWER), paused.read(DIGEST)), ("for a".into(), "for d".into()));
    let mut next = Bot::on(paused.url.clone()).await;
    lease_ends(&next.pool).await;
    next.send_all().await;
    assert_eq!(next.read(ANSWER), "for a");
    a_minute_passes().await;
    let before = ends(&next.pool).await;
    paused.fake.thawed.notify_waiters();
    paused.send_all().await;
    paused.expect_silence();
    assert_eq!(ends(&next.pool).await, before);
    only_the_digest_is_unclear(&next.pool).await;
}
