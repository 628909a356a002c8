//! The unasked path: a due-soon reminder leaves once, on a working morning, to the unit's contact only.

use insta::assert_snapshot as snapshot;

use crate::harness::Bot;

const CONTACT: &str = "滨江区联络员A";

#[tokio::test]
async fn the_reminder_comes_on_the_next_working_morning_and_only_once() {
    let mut bot = Bot::new().await.person(CONTACT).await.person("紫岩县联络员A").await;
    bot.advance("2018-08-31 10:00").await;
    bot.expect_silence();
    // A weekend: nothing.
    bot.advance("2018-09-02 12:00").await;
    bot.expect_silence();
    bot.advance("2018-09-03 08:59").await;
    bot.expect_silence();
    bot.advance("2018-09-03 09:00").await;
    snapshot!(bot.read(CONTACT), @r"
    ⏰ 3 项需要留意
    【22】预警 · 八里沟沟渠污水直排：35%，阶段目标 60%，落后 25 个百分点（较重滞后）
    【34】网箱户转产与渔船清理未到位：82%，期限 2018-09-15，还有 12 天（9 个工作日）
    【30】红石岭水源输水干渠未封闭：88%，期限 2018-09-30，还有 27 天
    有进展或难处回一句就行，例：进度 22 35 本月做了什么
    本月向你发出 1 条，上限 6 条
    [签收 22→签收 22]
    ");
    assert!(bot.read("紫岩县联络员A").contains("【16】"));
    bot.expect_silence();
    bot.advance("2018-09-04 09:00").await;
    bot.advance("2018-09-05 09:00").await;
    bot.expect_silence();
    // 48 is behind as well, which is graver.
    assert_eq!(bot.count("SELECT count(*) FROM warning WHERE rule = 'due_soon'").await, 3);
}

#[tokio::test]
async fn what_is_done_meanwhile_is_not_reminded_of() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    bot.sweep().await;
    // One of the two is handed in over the weekend, outside the bot.
    sqlx::raw_sql("UPDATE item SET status = 'applied', version = version + 1 WHERE number = 34")
        .execute(&bot.pool)
        .await
        .unwrap();
    bot.advance("2018-09-03 09:00").await;
    snapshot!(bot.read(CONTACT), @r"
    ⏰ 2 项需要留意
    【22】预警 · 八里沟沟渠污水直排：35%，阶段目标 60%，落后 25 个百分点（较重滞后）
    【30】红石岭水源输水干渠未封闭：88%，期限 2018-09-30，还有 27 天
    有进展或难处回一句就行，例：进度 22 35 本月做了什么
    本月向你发出 1 条，上限 6 条
    [签收 22→签收 22]
    ");
}

#[tokio::test]
async fn after_a_long_stop_one_digest_leaves_in_the_morning_and_no_burst() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    bot.sweep().await;
    // Stopped over the National Day week; back on a rest day at night.
    bot.advance("2018-10-06 23:00").await;
    bot.expect_silence();
    bot.advance("2018-10-08 09:00").await;
    // Both deadlines are past by then: what was to be said in September is not said any more.
    snapshot!(bot.read(CONTACT), @r"
    ⏰ 2 项需要留意
    【34】预警 · 网箱户转产与渔船清理未到位：82%，期限 2018-09-15，已逾期 23 天
    【30】预警 · 红石岭水源输水干渠未封闭：88%，期限 2018-09-30，已逾期 8 天
    有进展或难处回一句就行，例：进度 34 82 本月做了什么
    本月向你发出 1 条，上限 6 条
    [签收 34→签收 34] [签收 30→签收 30] [全部签收→签收 全部]
    ");
    bot.expect_silence();
}

#[tokio::test]
async fn a_unit_without_a_contact_is_put_before_the_office() {
    let mut bot = Bot::new().await;
    bot.advance("2018-08-31 10:00").await;
    bot.advance("2018-09-03 09:00").await;
    bot.expect_silence();
    let units = "SELECT count(DISTINCT audience_unit) FROM outbox WHERE state = 'held'";
    assert_eq!(bot.count(units).await, bot.count("SELECT count(DISTINCT unit) FROM warning").await);
}

#[tokio::test]
async fn whoever_holds_the_post_when_it_leaves_is_reminded() {
    let mut bot = Bot::new().await.person("滨江区联络员A").await;
    bot.advance("2018-08-31 10:00").await;
    sqlx::raw_sql("UPDATE holder SET ended_at = now()").execute(&bot.pool).await.unwrap();
    bot.bind("新来的", "滨江区联络员A").await;
    bot.advance("2018-09-03 09:00").await;
    assert!(bot.read("新来的").contains("【34】"));
}

#[tokio::test]
async fn two_replicas_sweeping_at_once_remind_once() {
    let one = Bot::new().await.person(CONTACT).await;
    let mut two = Bot::on(one.url.clone()).await;
    for _ in 0..3 {
        let (a, b) = tokio::join!(one.sweep(), two.sweep());
        let ((), ()) = (a, b);
    }
    two.advance("2018-09-03 09:00").await;
    assert_eq!(two.read(CONTACT).matches("【34】").count(), 1);
    let units = "SELECT count(DISTINCT unit) FROM warning";
    assert_eq!(two.count("SELECT count(*) FROM outbox WHERE kind = 'warning'").await, two.count(units).await);
    let written = two.count("SELECT sum(version)::bigint FROM item").await;
    two.sweep().await;
    assert_eq!(
        two.count("SELECT sum(version)::bigint FROM item").await,
        written,
        "a second run writes nothing"
    );
}

/// The table that comes with the sample: what its 15 open items must say on 2018-08-31.
#[tokio::test]
async fn the_fifteen_open_items_stand_as_the_table_says() {
    let bot = Bot::new().await;
    bot.sweep().await;
    let mut table = csv::Reader::from_reader(&include_bytes!("../fixtures/in-progress-15.csv")[..]);
    let mut rows = 0;
    for row in table.records() {
        let row = row.unwrap();
        let number: i32 = row[0].parse().unwrap();
        let (flag, others): (Option<String>, Vec<String>) =
            sqlx::query_as("SELECT flag, other_flags FROM item WHERE number = $1")
                .bind(number)
                .fetch_one(&bot.pool)
                .await
                .unwrap();
        let expected = match &row[2] {
            "on_track" => None,
            "missing_report" => Some("missing"),
            other => Some(other),
        };
        assert_eq!(flag.as_deref(), expected, "item {number}");
        // Of each item the rules speak of the gravest; what is handed in (21) is left alone.
        let said: Option<(String, String)> = sqlx::query_as(
            "SELECT rule, rung FROM warning w JOIN item i ON i.id = w.item WHERE i.number = $1",
        )
        .bind(number)
        .fetch_optional(&bot.pool)
        .await
        .unwrap();
        let rung = match number {
            16 | 37 | 22 | 53 | 25 => "warning",
            _ => "reminder",
        };
        let rule = expected.filter(|_| number != 21);
        assert_eq!(said, rule.map(|rule| (rule.to_owned(), rung.to_owned())), "item {number}");
        let expected: Vec<&str> = row[3].split(';').filter(|flag| !flag.is_empty()).collect();
        assert_eq!(others, expected, "item {number}");
        rows += 1;
    }
    assert_eq!(rows, 15);
}
