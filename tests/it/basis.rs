//! 口径: read by everybody, set by the office, in force at once in every replica.

use duban::commands::dispatch::Outcome;
use duban::domain::What;
use insta::assert_snapshot as snapshot;

use crate::harness::Bot;

const OFFICE: &str = "调度专员A";
const CONTACT: &str = "滨江区联络员A";

#[tokio::test]
async fn a_threshold_is_shown_set_and_restored() {
    let mut bot = Bot::new().await.person(OFFICE).await.person(CONTACT).await;
    snapshot!(bot.say(CONTACT, "口径").await, @"");
    snapshot!(bot.say(OFFICE, "口径 临期 20、10").await, @"");
    snapshot!(bot.say(OFFICE, "口径 临期 20 10").await, @"");
    snapshot!(bot.say(OFFICE, "basis lagging 20 10 40").await, @"");
    snapshot!(bot.say(OFFICE, "口径 天气 3").await, @"");
    snapshot!(bot.say(OFFICE, "口径 临期").await, @"");
    snapshot!(bot.tap(OFFICE, OFFICE, "恢复默认").await.1, @"");
    snapshot!(bot.say(CONTACT, "口径 临期").await, @"");
    snapshot!(bot.say(CONTACT, "口径 临期 5").await, @"");
}

/// What one replica sets, the other one decides by with its next message, and the sweep stores it.
#[tokio::test]
async fn what_is_set_here_is_in_force_there_at_once() {
    let mut one = Bot::new().await.person(OFFICE).await.person(CONTACT).await;
    let mut two = Bot::on(one.url.clone()).await;
    // Two replicas get different updates.
    for _ in 0..9 {
        let what = What::Said { text: String::new(), addressed: true, edited: false };
        two.update(CONTACT, CONTACT, what);
    }
    two.sweep().await;
    assert!(two.say(CONTACT, "查 30").await.contains("临期"));
    // The other one holds the sender's lease: the answer leaves there.
    let what = What::Said { text: "口径 临期 20 10".into(), addressed: true, edited: false };
    let update = one.update(OFFICE, OFFICE, what);
    assert_eq!(one.app.desk.handle(&update, one.app.clock.now()).await, Outcome::Settled);
    let flag = "SELECT count(*) FROM item WHERE number = 30 AND flag = 'due_soon'";
    // 30 days are left.
    assert!(two.say(CONTACT, "查 30").await.contains("正常"));
    assert!(two.read(OFFICE).starts_with('✅'));
    assert_eq!(two.count(flag).await, 1);
    two.sweep().await;
    assert_eq!(two.count(flag).await, 0);
    let versions = "SELECT sum(version)::bigint FROM item";
    let before = two.count(versions).await;
    one.sweep().await;
    assert_eq!(two.count(versions).await, before, "looked at once");
}
