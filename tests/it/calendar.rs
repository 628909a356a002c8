//! The working-day calendar: read and changed by the office, looked after when a year is missing, and the
//! same in two sources.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use duban::commands::dispatch::Outcome;
use duban::domain::decision::{Aggregate, Change, Decision, Effect, Fate, Origin};
use duban::domain::workday::{CALENDAR, CalendarChange};
use duban::domain::{Basis, Flag, Now, What};
use duban::store;
use insta::assert_snapshot as snapshot;
use sqlx::PgPool;

use crate::harness::{Bot, china, database};

const CLERK: &str = "调度专员A";
const CONTACT: &str = "滨江区联络员A";

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

async fn office() -> Bot {
    let bot = Bot::new().await.person(CLERK).await;
    bot.sweep().await;
    bot
}

#[tokio::test]
async fn the_office_reads_a_year_a_month_and_a_day() {
    let mut bot = office().await;
    snapshot!(bot.say(CLERK, "日历").await, @r"
    2018 年放假调休（250 个工作日）
    元旦：1 月 1 日、12 月 30 日至 31 日放假，12 月 29 日补班
    春节：2 月 15 日至 21 日放假，2 月 11、24 日补班
    清明节：4 月 5 日至 7 日放假，4 月 8 日补班
    劳动节：4 月 29 日至 5 月 1 日放假，4 月 28 日补班
    端午节：6 月 18 日放假
    中秋节：9 月 24 日放假
    国庆节：10 月 1 日至 7 日放假，9 月 29、30 日补班
    ");
    snapshot!(bot.say(CLERK, "日历 10月").await, @r"
    2018 年 10 月：18 个工作日
    国庆节：10 月 1 日至 7 日放假
    ");
    snapshot!(bot.say(CLERK, "日历 2018-09-30").await, @"2018-09-30（周日）上班（国庆节调休）。");
    snapshot!(bot.say(CLERK, "日历 10月13日").await, @"2018-10-13（周六）休息。");
    snapshot!(bot.say(CLERK, "日历 2027").await, @"2027 年的放假调休还没有录入，先按周一至周五计。按国务院办公厅的通知逐条发，放假写“休”，补班写“班”，例：日历 2027-10-01 至 2027-10-07 休 国庆节");
    snapshot!(bot.say(CLERK, "日历 2027年2月").await, @"2027 年 2 月：20 个工作日，2027 年放假安排未录入，先按周一至周五计");
    snapshot!(bot.say(CLERK, "calendar 2026-10").await, @r"
    2026 年 10 月：18 个工作日
    国庆节：10 月 1 日至 7 日放假，10 月 10 日补班
    ");
    assert!(bot.say(CLERK, "日历 明年").await.starts_with("2019 年放假调休"));
    assert_eq!(bot.count("SELECT version::bigint FROM calendar").await, 1);
}

#[tokio::test]
async fn the_office_sets_days_and_reads_how_to_take_it_back() {
    let mut bot = office().await;
    let shipped = store::calendar::days(&bot.pool, 2018, 2019).await.unwrap();
    snapshot!(bot.say(CLERK, "日历 2018-09-29 休 国庆节").await, @r"
    ✅ 已改：2018-09-29（周六）放假（国庆节）。在办事项随即按新日历核对。
    改回请发：
    日历 2018-09-29 班 国庆节调休
    [改回→日历 2018-09-29 班 国庆节调休] [看 2018 年→日历 2018]
    ");
    // Taken back by the button.
    snapshot!(bot.tap(CLERK, CLERK, "改回").await.1, @r"
    ✅ 已改：2018-09-29（周六）上班（国庆节调休）。在办事项随即按新日历核对。
    改回请发：
    日历 2018-09-29 休 国庆节
    [改回→日历 2018-09-29 休 国庆节] [看 2018 年→日历 2018]
    ");
    snapshot!(bot.say(CLERK, "日历2019年9月28日 至 2019年10月8日 休 本市活动").await, @r"
    ✅ 已改：2019-09-28（周六）至 2019-10-08（周二）放假（本市活动）。在办事项随即按新日历核对。
    改回请发：
    日历 2019-09-28 平
    日历 2019-09-29 班 国庆节调休
    日历 2019-09-30 平
    日历 2019-10-01 至 2019-10-07 休 国庆节
    日历 2019-10-08 平
    [看 2019 年→日历 2019]
    ");
    snapshot!(bot.say(CLERK, "日历 2019-09-28至2019-10-08休 本市活动").await, @"2019-09-28（周六）至 2019-10-08（周二）本来就是这样，没有变化。");
    for line in [
        "日历 2019-09-28 平",
        "日历 2019-09-29 班 国庆节调休",
        "日历 2019-09-30 平",
        "日历 2019-10-01 至 2019-10-07 休 国庆节",
    ] {
        assert!(bot.say(CLERK, line).await.starts_with("✅ 已改"), "{line}");
    }
    // A Tuesday that is worked needs no row.
    snapshot!(bot.say(CLERK, "calendar 2019-10-08 work").await, @r"
    ✅ 已改：2019-10-08（周二）上班。在办事项随即按新日历核对。
    改回请发：
    日历 2019-10-08 休 本市活动
    [改回→日历 2019-10-08 休 本市活动] [看 2019 年→日历 2019]
    ");
    assert_eq!(store::calendar::days(&bot.pool, 2018, 2019).await.unwrap(), shipped);
    let audited = "SELECT count(*) FROM audit WHERE action = 'calendar' AND actor_post IS NOT NULL";
    assert_eq!(bot.count(audited).await, 8);
}

#[tokio::test]
async fn a_slip_changes_nothing_and_is_quoted() {
    let mut bot = office().await;
    snapshot!(bot.say(CLERK, "日历 2018-09-31 休").await, @r"
    没有这一天，整条没有执行。
    在这里：日历 【2018-09-31】
    用法：日历 2027-01-01 休 元旦
    ");
    snapshot!(bot.say(CLERK, "日历 2018-09-30 加班").await, @r"
    这里要写 休（放假）、班（补班）或 平（照平常）。
    在这里：日历 2018-09-30 【加班】
    用法：日历 2027-01-01 休 元旦
    ");
    snapshot!(bot.say(CLERK, "日历 2018-10-07 至 2018-10-01 休").await, @"起始日期要在前，一次最多 31 天，没有改。");
    snapshot!(bot.say(CLERK, "日历 2081-01-01 休 元旦").await, @"2081-01-01 太远了，最多录到 2019 年，没有改。");
    snapshot!(bot.say(CLERK, "日历 9月30日 休 国庆节").await, @r"
    这里要写日期并带上年份，如 2027-01-01。
    在这里：日历 【9月30日】
    用法：日历 2027-01-01 休 元旦
    ");
    snapshot!(bot.say(CLERK, "日历 2018 10 1").await, @r"
    后面这些没有看懂，整条没有执行。
    在这里：日历 2018 【10】
    用法：日历 2027-01-01 休 元旦
    ");
    snapshot!(bot.say(CLERK, "日历 2018-09-04 班").await, @"2018-09-04（周二）本来就是这样，没有变化。");
    snapshot!(bot.say(CLERK, "日历 2018-09-04 休 这个名字长得没有一个机关会这样叫一个假日的吧").await, @"名称最多 20 个字，没有改。");
    assert_eq!(bot.count("SELECT version::bigint FROM calendar").await, 1);
}

#[tokio::test]
async fn a_limit_in_working_days_says_how_they_were_counted() {
    let mut bot = Bot::new().await.person(CLERK).await.person(CONTACT).await;
    bot.app.clock.forward_to(china("2018-09-28 10:00"));
    assert!(bot.say(CONTACT, "进度 30 90 管道焊接完成").await.contains("✅ 已登记"));
    snapshot!(bot.say(CLERK, "审核 30 退回 请附检测报告").await, @r"
    ↩️ 第 30 项的填报已退回滨江区，请其在 2018-10-10 前重报（5 个工作日，按 9 月 29、30 日补班计，其间 10 月 1 日至 7 日放假）。
    [下一条→审核]
    ");
    bot.notices().await;
    snapshot!(bot.read(CONTACT), @r"
    ↩️ 第 30 项「红石岭水源输水干渠未封闭」
    2018-09-28 的填报退回，原因：请附检测报告
    请在 2018-10-10 前重报（5 个工作日，按 9 月 29、30 日补班计，其间 10 月 1 日至 7 日放假）。
    [重报→进度 30]
    ");
    bot.say(CLERK, "语言 英文").await;
    bot.app.clock.forward_to(china("2019-02-01 10:00"));
    snapshot!(bot.say(CLERK, "window").await, @"This month's reporting closes on 2019-02-25 (Mon): with today 14 working days (Feb 2, 3 worked, Feb 4 to 10 off).");
    bot.say(CLERK, "language zh").await;
    snapshot!(bot.say(CLERK, "截止").await, @"本月填报到2月25日（周一）为止，连今天还有 14 个工作日，按 2 月 2、3 日补班计，其间 2 月 4 日至 10 日放假。");
    bot.leave_unread = true;
}

/// Open items that wait for the sweep of this day, and the sum of all versions.
async fn waiting(bot: &Bot) -> (i64, i64) {
    let today = bot.app.clock.now().today();
    let rows: (i64, i64) =
        sqlx::query_as("SELECT count(*) FILTER (WHERE next_check_on <= $1), sum(version)::bigint FROM item")
            .bind(today)
            .fetch_one(&bot.pool)
            .await
            .unwrap();
    rows
}

#[tokio::test]
async fn what_depends_on_the_calendar_is_looked_at_again() {
    let mut bot = office().await;
    let before = waiting(&bot).await;
    assert_eq!(before.0, 0);
    bot.say(CLERK, "日历 2018-09-03 休 本市活动").await;
    // The 15 that are going on, no closed one; nobody can write the mark away.
    let marked = waiting(&bot).await;
    assert_eq!(marked, (15, before.1 + 15));
    bot.sweep().await;
    assert_eq!(waiting(&bot).await.0, 0);
    // Reminders keep to the day that is free now.
    let mut bot = bot.person(CONTACT).await;
    bot.advance("2018-09-03 10:00").await;
    bot.expect_silence();
    bot.advance("2018-09-04 09:00").await;
    snapshot!(bot.read(CONTACT), @r"
    ⏰ 3 项需要留意
    【22】预警 · 八里沟沟渠污水直排：35%，阶段目标 60%，落后 25 个百分点（较重滞后）
    【34】网箱户转产与渔船清理未到位：82%，期限 2018-09-15，还有 11 天（8 个工作日）
    【30】红石岭水源输水干渠未封闭：88%，期限 2018-09-30，还有 26 天
    有进展或难处回一句就行，例：进度 22 35 本月做了什么
    本月向你发出 1 条，上限 6 条
    [签收 22→签收 22]
    ");
}

#[tokio::test]
async fn whoever_decided_by_the_calendar_of_before_decides_again() {
    let bot = office().await;
    let now = bot.app.clock.now();
    let committer = &bot.app.desk.committer;
    let ids: Vec<uuid::Uuid> =
        sqlx::query_scalar("SELECT id FROM item WHERE next_check_on IS NOT NULL ORDER BY number")
            .fetch_all(&bot.pool)
            .await
            .unwrap();
    let mut decisions = Vec::new();
    for id in ids {
        let item = store::items::by_id(&bot.app.read, id).await.unwrap().expect("an item");
        let decision = Decision::new(Origin { account: "test".into(), key: id.to_string() }, now)
            .changing(Aggregate::Item, id, item.version)
            .with(Effect::ItemChanged {
                item: id,
                version: item.version + 1,
                state: item.restated(now.today(), &Basis::default()),
                why: Change::Flags,
            });
        decisions.push(decision);
    }
    let change = |key: &str| {
        let set = vec![(day("2018-09-05"), false, key.to_owned())];
        Decision::new(Origin { account: "test".into(), key: key.into() }, now)
            .changing(Aggregate::Calendar, CALENDAR, 1)
            .with(Effect::CalendarChanged(CalendarChange { set, cleared: vec![] }))
    };
    // In whatever order and in whatever batches: the mark stands on every item.
    let late = decisions.pop().expect("fifteen");
    let half = decisions.split_off(7);
    let commit = |decisions: Vec<Decision>| {
        futures_util::future::join_all(decisions.into_iter().map(|decision| committer.commit(decision)))
    };
    let (_, changed, _) = tokio::join!(commit(decisions), committer.commit(change("甲")), commit(half));
    assert_eq!(changed.unwrap(), Fate::Committed);
    assert_eq!(waiting(&bot).await.0, 15);
    assert_eq!(committer.commit(late).await.unwrap(), Fate::Conflict);
    // Nor do two who change the calendar overlook each other.
    assert_eq!(committer.commit(change("乙")).await.unwrap(), Fate::Conflict);
    let free = store::calendar::days(&bot.pool, 2018, 2018).await.unwrap();
    assert!(free.contains(&(day("2018-09-05"), false, "甲".into())));
}

#[tokio::test]
async fn two_clerks_at_once_are_both_heard() {
    let mut bot = Bot::new().await.person(CLERK).await.person("调度专员B").await;
    bot.leave_unread = true;
    let said = |text: &str| What::Said { text: text.into(), addressed: true, edited: false };
    let one = bot.update(CLERK, CLERK, said("日历 2018-09-05 休 甲"));
    let two = bot.update("调度专员B", "调度专员B", said("日历 2018-09-06 休 乙"));
    let now = bot.app.clock.now();
    let (a, b) = tokio::join!(bot.app.desk.handle(&one, now), bot.app.desk.handle(&two, now));
    assert_eq!((a, b), (Outcome::Settled, Outcome::Settled));
    let set = "SELECT count(*) FROM workday WHERE day IN ('2018-09-05', '2018-09-06') AND NOT is_work";
    assert_eq!((bot.count(set).await, bot.count("SELECT version::bigint FROM calendar").await), (2, 3));
}

#[tokio::test]
async fn in_december_the_office_is_told_once_a_week_that_next_year_is_missing() {
    let mut bot = Bot::new().await.person(CLERK).await;
    bot.advance("2026-11-30 18:00").await;
    bot.notices().await;
    bot.expect_silence();
    bot.advance("2026-12-01 08:29").await;
    bot.notices().await;
    bot.expect_silence();
    // Two replicas in the same morning, and a restart of one of them.
    let other = Bot::on(bot.url.clone()).await;
    other.app.clock.forward_to(china("2026-12-01 09:00"));
    bot.app.clock.forward_to(china("2026-12-01 09:00"));
    tokio::join!(bot.sweep(), other.sweep());
    Bot::on(bot.url.clone()).await.sweep().await;
    bot.notices().await;
    snapshot!(bot.read(CLERK), @r"
    ⚠️ 2027 年的放假调休还没有录入
    2027 年的工作日先按周一至周五计，填报期限和提醒可能排在假日里。请按国务院办公厅的通知逐条录入，放假写“休”，补班写“班”，例：
    日历 2027-10-01 至 2027-10-07 休 国庆节
    也可以请管理员整年导入（duban calendar import 文件）。录入前每周提醒一次。
    ");
    for moment in ["2026-12-01 15:00", "2026-12-04 09:00", "2026-12-06 09:00"] {
        bot.advance(moment).await;
        bot.notices().await;
        assert!(!bot.read(CLERK).contains("放假调休"), "told once");
    }
    bot.advance("2026-12-07 09:00").await;
    bot.notices().await;
    assert!(bot.read(CLERK).contains("⚠️ 2027 年的放假调休还没有录入"));
    // The inbox forgets after two days; the alarm does not.
    sqlx::raw_sql("DELETE FROM inbox").execute(&bot.pool).await.unwrap();
    bot.advance("2026-12-09 09:00").await;
    bot.notices().await;
    assert!(!bot.read(CLERK).contains("放假调休"), "told once");
    assert!(bot.say(CLERK, "日历 2027-01-01 至 2027-01-03 休 元旦").await.starts_with("✅ 已改"));
    for moment in ["2026-12-14 09:00", "2026-12-28 09:00", "2027-01-04 09:00"] {
        bot.advance(moment).await;
        bot.notices().await;
        assert!(!bot.read(CLERK).contains("放假调休"), "told once");
    }
    assert_eq!(bot.count("SELECT count(*) FROM alarm WHERE name = 'calendar'").await, 2);
    assert_eq!(
        bot.count("SELECT count(*) FROM audit WHERE action = 'alarm' AND details->>'name' = 'calendar'")
            .await,
        2
    );
}

#[tokio::test]
async fn in_december_of_the_sample_year_next_year_is_there() {
    let mut bot = Bot::new().await.person(CLERK).await;
    for moment in ["2018-12-03 09:00", "2018-12-28 09:00"] {
        bot.advance(moment).await;
        bot.notices().await;
        assert!(!bot.read(CLERK).contains("放假调休"));
    }
    assert_eq!(bot.count("SELECT count(*) FROM alarm").await, 0);
}

#[tokio::test]
async fn overdue_begins_at_midnight_in_china_after_the_deadline() {
    let bot = office().await;
    let item = async || {
        bot.sweep().await;
        let id =
            sqlx::query_scalar("SELECT id FROM item WHERE number = 34").fetch_one(&bot.pool).await.unwrap();
        store::items::by_id(&bot.app.read, id).await.unwrap().expect("an item")
    };
    let midnight = china("2018-09-16 00:00");
    assert_eq!(midnight.to_rfc3339(), "2018-09-15T16:00:00+00:00", "still the deadline's day by UTC");
    // The clock goes on while the sweep works, so the last second is asked of the rule itself.
    let shown = item().await;
    let at = |moment| shown.restated(Now::at(moment).today(), &Basis::default()).flag;
    assert_eq!(shown.deadline, day("2018-09-15"));
    assert_eq!(at(midnight - TimeDelta::seconds(1)), Some(Flag::DueSoon));
    assert_eq!(at(midnight), Some(Flag::Overdue));
    // The same by the ledger's clock, with an hour to spare.
    bot.app.clock.forward_to(midnight - TimeDelta::hours(1));
    assert_eq!(item().await.state.flag, Some(Flag::DueSoon));
    bot.app.clock.forward_to(midnight);
    assert_eq!(item().await.state.flag, Some(Flag::Overdue));
}

/// Day → whether it is worked, of a file or of a migration.
type Days = BTreeMap<NaiveDate, bool>;

fn of(text: &str, row: fn(&str) -> Option<(&str, bool)>) -> Days {
    text.lines().filter_map(row).filter_map(|(on, is_work)| Some((on.parse().ok()?, is_work))).collect()
}

/// The days on which two calendars differ.
fn difference(a: &Days, b: &Days) -> Vec<String> {
    let days: std::collections::BTreeSet<_> = a.keys().chain(b.keys()).collect();
    days.into_iter().filter(|on| a.get(on) != b.get(on)).map(NaiveDate::to_string).collect()
}

/// Where the two sources differ, and the notice that decides.
const DECIDED: &[(&str, &str)] = &[
    // 元旦：1月1日放假，与周末连休: a plain weekend.
    ("2023-12-30", "国办发明电〔2023〕7号"),
    ("2023-12-31", "国办发明电〔2023〕7号"),
];

#[tokio::test]
async fn two_sources_agree_day_by_day_and_where_not_the_notice_decides() {
    let first = of(include_str!("../../migrations/20261124090450_fill_calendar.sql"), |row| {
        let (on, rest) = row.trim().strip_prefix("('")?.split_once("', ")?;
        Some((on, rest.starts_with("true")))
    });
    let second = of(include_str!("../fixtures/calendar/chinese-days-1.5.7.csv"), |row| {
        row.split_once(',').map(|(on, kind)| (on, kind == "班"))
    });
    assert_eq!((first.len(), second.len()), (351, 349));
    let decided: Vec<&str> = DECIDED.iter().map(|(on, _)| *on).collect();
    assert_eq!(difference(&first, &second), decided);
    // What is shipped follows the notices.
    let pool = PgPool::connect(&database("template_empty").await).await.unwrap();
    let shipped = store::calendar::days(&pool, 2000, 2100).await.unwrap();
    let shipped: Days = shipped.into_iter().map(|(on, is_work, _)| (on, is_work)).collect();
    assert_eq!(difference(&shipped, &second), Vec::<String>::new());
}
