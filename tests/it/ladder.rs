//! The ladder: by itself up to the warning, then the office decides; mended matters fall silent.

use insta::assert_snapshot as snapshot;

use crate::harness::Bot;

const CONTACT: &str = "紫岩县联络员A";
const OFFICE: &str = "调度专员A";

#[tokio::test]
async fn a_matter_climbs_to_the_warning_and_then_the_office_decides() {
    let mut bot = Bot::new().await.person(CONTACT).await.person(OFFICE).await;
    bot.sweep().await;
    bot.advance("2018-09-03 09:00").await;
    snapshot!(bot.read(CONTACT), @"");
    bot.advance("2018-09-07 18:00").await;
    bot.expect_silence();
    // The limit has lapsed; the office reads of it on the next working morning, the unit does not.
    bot.advance("2018-09-08 09:00").await;
    bot.expect_silence();
    bot.advance("2018-09-10 09:00").await;
    snapshot!(bot.read(OFFICE), @"");
    snapshot!(bot.say(OFFICE, "建议").await, @"");
    snapshot!(bot.say(OFFICE, "建议 16 调整").await, @"");
    snapshot!(bot.say(OFFICE, "建议 16 同意").await, @"");
    snapshot!(bot.say(OFFICE, "建议 16 同意").await, @"");
    snapshot!(bot.read(CONTACT), @"");
    bot.notices().await;
    snapshot!(bot.read(CONTACT), @"");
    snapshot!(bot.say(OFFICE, "建议 37 不处理").await, @"");
    snapshot!(bot.say(OFFICE, "建议 37 不处理 渗滤液外运合同已签").await, @"");
    snapshot!(bot.say(OFFICE, "暂停 53 到 9月20日").await, @"");
    bot.leave_unread = true;
}

#[tokio::test]
async fn what_is_mended_closes_its_case_and_nobody_hears_more() {
    let mut bot = Bot::new().await.person("市水利局联络员A").await.person(OFFICE).await;
    bot.sweep().await;
    let open = "SELECT count(*) FROM ladder_case c JOIN item i ON i.id = c.item
                WHERE i.number = 32 AND c.closed_on IS NULL";
    assert_eq!(bot.count(open).await, 1);
    // Reported over the weekend: the reminder is not sent any more.
    bot.say("市水利局联络员A", "32项到70%，界桩已埋设").await;
    bot.advance("2018-09-03 09:00").await;
    let told = bot.read("市水利局联络员A");
    assert!(!told.contains("【32】"), "{told}");
    assert_eq!(bot.count(open).await, 0);
    bot.leave_unread = true;
}

#[tokio::test]
async fn a_pause_keeps_silent_and_the_limit_goes_on_behind_it() {
    let mut bot = Bot::new().await.person(CONTACT).await.person(OFFICE).await;
    bot.leave_unread = true;
    bot.sweep().await;
    bot.advance("2018-09-03 09:00").await;
    snapshot!(bot.say(OFFICE, "暂停 16 到 9月20日 因 汛期停工").await, @"");
    let about = "SELECT count(*) FROM proposal p JOIN ladder_case c ON c.id = p.case_id
                 JOIN item i ON i.id = c.item WHERE i.number = 16";
    bot.advance("2018-09-28 09:00").await;
    assert_eq!(bot.count(about).await, 0);
    bot.advance("2018-09-29 09:00").await;
    assert_eq!(bot.count(about).await, 1);
}

/// Two replicas see the same limits lapse: one case, one warning, one proposal each.
#[tokio::test]
async fn two_replicas_open_and_propose_once() {
    let mut one = Bot::new().await.person(CONTACT).await;
    let mut two = Bot::on(one.url.clone()).await;
    (one.leave_unread, two.leave_unread) = (true, true);
    for day in ["2018-09-01 00:10", "2018-09-08 00:10", "2018-09-29 00:10"] {
        one.app.clock.forward_to(crate::harness::china(day));
        two.app.clock.forward_to(crate::harness::china(day));
        for _ in 0..3 {
            tokio::join!(one.sweep(), two.sweep());
        }
    }
    let twice =
        "SELECT count(*) FROM (SELECT item, unit FROM ladder_case GROUP BY item, unit HAVING count(*) > 1) t";
    assert_eq!(two.count(twice).await, 0);
    let twice = "SELECT count(*) FROM (SELECT case_id FROM proposal GROUP BY case_id HAVING count(*) > 1) t";
    assert_eq!(two.count(twice).await, 0);
    assert!(two.count("SELECT count(*) FROM proposal").await > 2);
    let lost = "SELECT count(*) FROM outbox o, unnest(o.warnings) w
                WHERE NOT EXISTS (SELECT 1 FROM warning WHERE id = w)";
    assert_eq!(two.count(lost).await, 0, "every message speaks of a warning that was raised");
}
