//! Periods: they open and close by the calendar, late as well; what was owed has an outcome; lagging items are
//! asked about more often, and told so.

use crate::harness::Bot;

/// Kind, first day, state, due, reported, missed and let off, of the periods in which something was due.
async fn periods(bot: &Bot) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT concat_ws(' ', kind, starts_on, closes_on, state, due, reported, missed, waived)
         FROM cycle WHERE due > 0 ORDER BY starts_on, kind",
    )
    .fetch_all(&bot.pool)
    .await
    .unwrap()
}

#[tokio::test]
async fn a_period_opens_on_its_first_working_day_and_closes_with_an_outcome_for_each_item() {
    let mut bot = Bot::new().await.person("紫岩县联络员A").await;
    bot.leave_unread = true;
    bot.sweep().await;
    // August had closed before the service began: it is left to the reports.
    assert_eq!(periods(&bot).await, ["long_term 2018-07-01 2018-09-25 open 1 0 0 0"]);
    bot.advance("2018-09-02 12:00").await;
    assert_eq!(periods(&bot).await.len(), 1);
    bot.advance("2018-09-03 09:00").await;
    assert!(periods(&bot).await.contains(&"month 2018-09-01 2018-09-25 open 15 0 0 0".to_owned()));
    bot.advance("2018-09-10 09:00").await;
    bot.say("紫岩县联络员A", "进度 16 88 设备安装完成，正在调试").await;
    bot.advance("2018-09-25 18:00").await;
    assert!(periods(&bot).await.contains(&"month 2018-09-01 2018-09-25 open 15 0 0 0".to_owned()));
    bot.advance("2018-09-26 00:01").await;
    // One reported, one waits for acceptance.
    assert!(periods(&bot).await.contains(&"month 2018-09-01 2018-09-25 closed 15 1 13 1".to_owned()));
    let outcome = bot.count("SELECT count(*) FROM duty WHERE number = 16 AND outcome = 'reported'").await;
    assert_eq!(outcome, 1);
    let before = bot.count("SELECT sum(version)::bigint FROM cycle").await;
    bot.sweep().await;
    assert_eq!(
        bot.count("SELECT sum(version)::bigint FROM cycle").await,
        before,
        "a second run writes nothing"
    );
}

#[tokio::test]
async fn after_months_of_standstill_every_period_has_its_outcome_and_nobody_is_moved_twice() {
    let mut bot = Bot::new().await;
    bot.leave_unread = true;
    bot.advance("2018-09-03 09:00").await;
    bot.advance("2018-12-20 10:00").await;
    let months: Vec<String> =
        periods(&bot).await.into_iter().filter(|line| line.starts_with("month")).collect();
    assert_eq!(
        months,
        [
            "month 2018-09-01 2018-09-25 closed 15 0 14 1",
            "month 2018-10-01 2018-10-25 closed 15 0 14 1",
            "month 2018-11-01 2018-11-26 closed 15 0 14 1",
            "month 2018-12-01 2018-12-25 open 1 0 0 0",
        ]
    );
    // They moved once, when November closed; what had begun by then is not theirs.
    assert_eq!(bot.count("SELECT count(*) FROM item WHERE cycle = 'half_month'").await, 14);
    assert_eq!(bot.count("SELECT count(*) FROM item_history WHERE change = 'faster'").await, 14);
    assert_eq!(bot.count("SELECT count(*) FROM cycle WHERE kind = 'half_month' AND due > 0").await, 0);
}

#[tokio::test]
async fn two_replicas_open_and_close_a_period_once() {
    let one = Bot::new().await;
    let mut two = Bot::on(one.url.clone()).await;
    two.leave_unread = true;
    for day in ["2018-09-03 09:00", "2018-09-26 09:00"] {
        let at = crate::harness::china(day);
        one.app.clock.forward_to(at);
        two.app.clock.forward_to(at);
        for _ in 0..3 {
            let ((), ()) = tokio::join!(one.sweep(), two.sweep());
        }
    }
    assert!(periods(&two).await.contains(&"month 2018-09-01 2018-09-25 closed 15 0 14 1".to_owned()));
    let history = "SELECT count(*) FROM item_history WHERE change = 'faster'";
    assert_eq!(two.count(history).await, two.count("SELECT count(*) FROM item WHERE cycle <> 'month'").await);
}
