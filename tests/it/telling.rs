//! What the calendar asks to be told: the office's statement and the leaders' week; and the auditor, who
//! sees that nothing was to be said and is neither said nor on record.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use duban::app::real_now;
use duban::domain::What;
use duban::domain::message::Membership;
use duban::platforms::Sent;
use duban::store::sums;
use insta::assert_snapshot as snapshot;
use proptest::prelude::*;
use uuid::Uuid;

use crate::harness::Bot;

const CLERK: &str = "调度专员A";
const BJ: &str = "滨江区联络员A";
const SL: &str = "市水利局联络员A";
const JT: &str = "市交通运输局联络员A";

#[tokio::test]
async fn the_office_reads_at_five_how_the_reminders_fared_and_nothing_where_there_were_none() {
    let mut bot = Bot::new().await.person(CLERK).await.person(BJ).await;
    bot.advance("2018-08-31 17:00").await;
    bot.expect_silence();
    bot.advance("2018-09-03 09:00").await;
    assert!(bot.read(BJ).contains("【34】"));
    bot.say(BJ, "签收 全部").await;
    bot.advance("2018-09-03 16:59").await;
    bot.expect_silence();
    bot.advance("2018-09-03 17:00").await;
    snapshot!(bot.read(CLERK), @r"
    📋 提醒送达情况（截至 2018-09-03 17:00）
    应发 11 条：已发 3（其中签收 1），暂缓 8。
    [看原因、放行→放行]
    ");
    bot.advance("2018-09-03 18:00").await;
    bot.expect_silence();
    // The units without a contact are tried each morning, and told of once.
    bot.advance("2018-09-04 17:30").await;
    bot.expect_silence();
    // Back after a stop: one for all of it.
    bot.bind(JT, JT).await;
    bot.advance("2018-09-06 09:00").await;
    assert!(bot.read(JT).contains("【59】"));
    bot.notices().await;
    assert!(bot.read(CLERK).starts_with("📅 9 月的调度还没有发出"));
    bot.advance("2018-09-10 08:00").await;
    bot.expect_silence();
    bot.advance("2018-09-10 09:00").await;
    assert!(bot.read(BJ).contains("还有 5 天"));
    snapshot!(bot.read(CLERK), @r"
    📋 提醒送达情况（截至 2018-09-07 17:00）
    应发 1 条：已发 1。
    ");
    assert_eq!(bot.count("SELECT count(*) FROM statement WHERE kind = 'office'").await, 2);
}

#[tokio::test]
async fn leaders_hear_once_a_week_of_what_the_units_were_told() {
    const FARMS: &str = "分管农业副市长";
    const INDUSTRY: &str = "分管工业副市长";
    let mut bot = Bot::new().await.person(BJ).await.person(FARMS).await.person(INDUSTRY).await;
    bot.sweep().await;
    bot.advance("2018-09-03 08:59").await;
    bot.expect_silence();
    bot.advance("2018-09-03 09:00").await;
    assert!(bot.read(BJ).contains("【34】"));
    bot.say(BJ, "签收 全部").await;
    snapshot!(bot.read(FARMS), @r"
    📌 分管农业副市长 包抓事项一周提要
    在办 2 项，请关注 1 项（责任单位都已收到提醒）
    【34】网箱户转产与渔船清理未到位 82%
    🟡 临期 · 期限 2018-09-15 · 滨江区
    [查 34→查 34]
    [全部→我的]
    ");
    assert_eq!(bot.read(INDUSTRY), "", "no unit of these items has been told");
    bot.bind(JT, JT).await;
    bot.advance("2018-09-04 09:00").await;
    assert!(bot.read(JT).contains("【59】"));
    bot.advance("2018-09-07 16:00").await;
    bot.expect_silence();
    // Stopped on Monday morning, told on Tuesday; what is done meanwhile is left out.
    sqlx::raw_sql("UPDATE item SET status = 'completed', percent = 100 WHERE number = 34")
        .execute(&bot.pool)
        .await
        .unwrap();
    bot.advance("2018-09-11 10:00").await;
    snapshot!(bot.read(INDUSTRY), @r"
    📌 分管工业副市长 包抓事项一周提要
    在办 4 项，请关注 1 项（责任单位都已收到提醒）
    【59】临江路段缺少事故应急池 90%
    🟡 临期 · 期限 2018-09-30 · 市交通运输局
    [查 59→查 59]
    [全部→我的]
    ");
    assert_eq!(bot.read(FARMS), "");
    bot.advance("2018-09-14 16:00").await;
    bot.expect_silence();
}

#[tokio::test]
async fn two_replicas_tell_once() {
    let mut one = Bot::new().await.person(CLERK).await.person(BJ).await;
    let mut two = Bot::on(one.url.clone()).await;
    one.sweep().await;
    one.advance("2018-09-03 09:00").await;
    one.read(BJ);
    for bot in [&one, &two] {
        bot.app.clock.forward_to(crate::harness::china("2018-09-03 17:00"));
    }
    let (a, b) = tokio::join!(one.daily.step(), two.daily.step());
    let a = a.unwrap();
    assert!(b.unwrap() != a, "one of them");
    one.notices().await;
    assert_eq!(one.read(CLERK).matches("📋").count(), 1);
}

async fn late(bot: &Bot) -> sums::Late {
    let ledger = bot.app.clock.now();
    let mut late = sums::late(&bot.app.read, ledger.utc, real_now(), ledger.today()).await.unwrap();
    // Nobody seals in these tests.
    late.unsealed = 0;
    late
}

#[tokio::test]
async fn a_warning_that_is_neither_said_nor_on_record_stops_the_heartbeat() {
    let mut bot = Bot::new().await.person(BJ).await;
    bot.sweep().await;
    bot.advance("2018-09-03 09:00").await;
    bot.read(BJ);
    assert!(late(&bot).await.is_nothing(), "{:?}", late(&bot).await);
    sqlx::raw_sql("DELETE FROM warning_fate WHERE fate = 'sent'").execute(&bot.pool).await.unwrap();
    assert_eq!(late(&bot).await.unsaid, 3);
}

/// One thing that may happen in a town.
#[derive(Debug, Clone)]
enum Happens {
    Says(usize, usize),
    Fails(usize),
    Blocked(usize),
    Back(usize),
    Hours(i64),
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        2 => (0usize..3, 0usize..5).prop_map(|(who, what)| Happens::Says(who, what)),
        1 => (0usize..3).prop_map(Happens::Fails),
        1 => (0usize..3).prop_map(Happens::Blocked),
        1 => (0usize..3).prop_map(Happens::Back),
        4 => (1i64..40).prop_map(Happens::Hours),
    ]
}

/// Whatever happens, in any order: every warning is said, or on record, or waits; each statement adds up;
/// nobody is told twice in a slot or more often than the month allows; and nothing is said at night.
async fn a_random_month(events: Vec<Happens>) {
    let people = [BJ, SL, JT];
    let mut bot = Bot::new().await.person(CLERK).await.person(BJ).await.person(SL).await.person(JT).await;
    bot.leave_unread = true;
    let mut now = crate::harness::china("2018-08-31 10:00");
    for event in events {
        match event {
            Happens::Says(who, what) => {
                let (who, what) = match what {
                    0 => (people[who], "免打扰 3天"),
                    1 => (people[who], "免打扰 关"),
                    2 => (CLERK, "催报 发送"),
                    3 => (CLERK, "放行 34"),
                    _ => (people[who], "请假 2天 由 紫岩县联络员A 代"),
                };
                bot.say(who, what).await;
            }
            Happens::Fails(how) => bot.fake.outcomes.lock().unwrap().push_back(match how {
                0 => Sent::Again("away".into()),
                1 => Sent::Doubt("cut".into()),
                _ => Sent::Refused("no".into()),
            }),
            Happens::Blocked(who) | Happens::Back(who) => {
                let change = if matches!(event, Happens::Back(_)) {
                    Membership::Unblocked
                } else {
                    Membership::Blocked
                };
                let update = bot.update(people[who], people[who], What::Membership(change));
                bot.deliver(&update).await;
            }
            Happens::Hours(hours) => {
                now += chrono::TimeDelta::hours(hours);
                bot.advance(&duban::domain::Now::at(now).spoken()).await;
                sqlx::raw_sql("UPDATE outbox SET next_try_at = NULL WHERE state = 'due'")
                    .execute(&bot.pool)
                    .await
                    .unwrap();
                bot.notices().await;
            }
        }
        assert_eq!(late(&bot).await.unsaid, 0);
    }
    bot.fake.outcomes.lock().unwrap().clear();
    statements_are_what_is_on_record(&bot).await;
    let too_often = "SELECT count(*) FROM (SELECT post FROM spoken WHERE slot IS NOT NULL
                     GROUP BY post, date_trunc('month', said_on) HAVING count(*) > 6) AS p";
    assert_eq!(bot.count(too_often).await, 0);
    let unsettled = "SELECT count(*) FROM spoken s JOIN outbox o USING (seq) WHERE o.state NOT IN ('sent', 'unclear', 'due')";
    assert_eq!(bot.count(unsettled).await, 0, "what was not said is not counted");
    let lost = "SELECT count(*) FROM outbox o WHERE o.merged_into IS NOT NULL AND o.state <> 'withdrawn'";
    assert_eq!(bot.count(lost).await, 0);
}

/// The sums of every statement, counted again one by one.
async fn statements_are_what_is_on_record(bot: &Bot) {
    type Span = (Option<DateTime<Utc>>, DateTime<Utc>, [i32; 6]);
    let fates: Vec<(Uuid, DateTime<Utc>, String)> =
        sqlx::query_as("SELECT warning, at, fate FROM warning_fate WHERE fate <> 'let_through' ORDER BY at")
            .fetch_all(&bot.pool)
            .await
            .unwrap();
    let spans: Vec<Span> = sqlx::query_as(
        "SELECT since, until, ARRAY[due, sent, held, failed, withdrawn, open] FROM statement
         WHERE kind = 'office' ORDER BY on_day",
    )
    .fetch_all(&bot.pool)
    .await
    .unwrap();
    for pair in spans.windows(2) {
        assert_eq!(pair[1].0, Some(pair[0].1), "no moment is left out or told twice");
    }
    for (since, until, [due, sent, held, failed, withdrawn, open]) in spans {
        assert_eq!(due, sent + held + failed + withdrawn + open);
        let mut last: BTreeMap<Uuid, &str> = BTreeMap::new();
        for (warning, at, fate) in &fates {
            if since.is_none_or(|since| *at > since) && *at <= until {
                last.insert(*warning, fate.as_str());
            }
        }
        let count = |words: &[&str]| last.values().filter(|fate| words.contains(fate)).count() as i32;
        let by_hand =
            [count(&["sent"]), count(&["held", "later"]), count(&["unclear", "dead"]), count(&["withdrawn"])];
        let told = [sent, held, failed, withdrawn];
        if open == 0 {
            assert_eq!(told, by_hand, "{since:?} – {until}");
        }
        assert!(told.iter().zip(by_hand).all(|(told, by_hand)| *told <= by_hand));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn a_random_month_adds_up(events in proptest::collection::vec(happens(), 1..40)) {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
            .block_on(a_random_month(events));
    }
}
