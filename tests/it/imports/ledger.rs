//! The sample ledger in the database, and what stops an import.

use duban::domain::ledger_file::{FileKind, Outcome};
use duban::imports::sample;
use serde::Deserialize;
use sqlx::Row;

use super::{batch, count, database, day, import, import_sample, lines, sample_batch};

#[tokio::test]
async fn the_sample_is_60_items_45_completed_15_open() {
    let pool = database().await;
    let done = import_sample(&pool).await;
    assert_eq!((done.outcome, done.items.inserted), (Outcome::Written, 60));
    assert_eq!(count(&pool, "SELECT count(*) FROM unit").await, 43);
    assert_eq!(count(&pool, "SELECT count(*) FROM post").await, 101);
    assert_eq!(count(&pool, "SELECT count(*) FROM item").await, 60);
    assert_eq!(count(&pool, "SELECT count(*) FROM item WHERE status = 'signed_off'").await, 37);
    assert_eq!(count(&pool, "SELECT count(*) FROM item WHERE status = 'completed'").await, 8);
    assert_eq!(count(&pool, "SELECT count(*) FROM report").await, 192);
    // 277 events, and item 21, which the ledger has 验收中 while its last event is the application.
    assert_eq!(count(&pool, "SELECT count(*) FROM item_history").await, 278);
    assert_eq!(count(&pool, "SELECT count(*) FROM item_history WHERE change = 'import'").await, 1);
    assert_eq!(count(&pool, "SELECT count(*) FROM audit WHERE action = 'import'").await, 4);
    assert_eq!(count(&pool, "SELECT count(*) FROM item WHERE leader_post IS NULL").await, 0);
    assert_eq!(count(&pool, "SELECT count(*) FROM item_co_unit").await, 240);
}

#[tokio::test]
async fn versions_dates_and_history_of_an_item_follow_its_events() {
    let pool = database().await;
    import_sample(&pool).await;
    let dates =
        "SELECT version, opened_on::text, last_report_on::text, completed_on::text, signed_off_on::text
                 FROM item WHERE number = $1";
    for (number, expected) in [
        (2, (3, "2017-11-05", Some("2017-11-05"), Some("2017-11-07"), Some("2017-11-21"))),
        (1, (2, "2018-04-02", Some("2018-04-02"), Some("2018-04-18"), None)),
        (21, (12, "2017-11-22", Some("2018-08-10"), None, None)),
        (59, (12, "2017-11-19", Some("2018-08-24"), None, None)),
    ] {
        let row = sqlx::query(dates).bind(number).fetch_one(&pool).await.expect("the item");
        let on = |at: usize| row.get::<Option<String>, _>(at);
        let expected_on = |on: Option<&str>| on.map(str::to_owned);
        let (version, opened, reported, completed, signed) = expected;
        assert_eq!(row.get::<i32, _>(0), version, "{number}");
        assert_eq!(on(1).as_deref(), Some(opened), "{number}");
        assert_eq!(on(2), expected_on(reported), "{number}");
        assert_eq!(on(3), expected_on(completed), "{number}");
        assert_eq!(on(4), expected_on(signed), "{number}");
    }
    // An item's version is that of its last history row, and the versions have no gap.
    let gaps = "SELECT count(*) FROM item
                WHERE version <> (SELECT count(*) FROM item_history WHERE item = item.id)
                   OR version <> (SELECT max(version) FROM item_history WHERE item = item.id)";
    assert_eq!(count(&pool, gaps).await, 0);
    // The latest row by day and version tells the state the item has.
    let untrue = "SELECT count(*) FROM item
                  CROSS JOIN LATERAL (
                      SELECT status, percent, flag FROM item_history WHERE item = item.id
                      ORDER BY effective_on DESC, version DESC LIMIT 1
                  ) AS last
                  WHERE (last.status, last.percent) <> (item.status, item.percent)";
    assert_eq!(count(&pool, untrue).await, 0);
}

#[derive(Debug, Deserialize)]
struct Expected {
    number: i32,
    primary_situation: String,
    other_flags: String,
    last_report_on: String,
    reported_percent: i16,
}

#[tokio::test]
async fn the_flags_of_the_15_open_items_are_those_of_the_fixture() {
    let pool = database().await;
    import_sample(&pool).await;
    let fixture = include_str!("../../fixtures/in-progress-15.csv");
    let mut seen = 0;
    for row in csv::Reader::from_reader(fixture.as_bytes()).deserialize::<Expected>() {
        let expected = row.expect("a row of the fixture");
        let row = sqlx::query(
            "SELECT COALESCE(flag, 'on_track'), other_flags, last_report_on::text, percent
             FROM item WHERE number = $1",
        )
        .bind(expected.number)
        .fetch_one(&pool)
        .await
        .expect("the item");
        let flag: String = row.get(0);
        let flag = if flag == "missing" { "missing_report".to_owned() } else { flag };
        let others: Vec<String> = row.get(1);
        let wanted: Vec<&str> = expected.other_flags.split(';').filter(|flag| !flag.is_empty()).collect();
        assert_eq!(flag, expected.primary_situation, "{expected:?}");
        assert_eq!(others, wanted, "{expected:?}");
        assert_eq!(row.get::<String, _>(2), expected.last_report_on, "{expected:?}");
        assert_eq!(row.get::<i16, _>(3), expected.reported_percent, "{expected:?}");
        seen += 1;
    }
    assert_eq!(seen, 15);
    assert_eq!(
        count(
            &pool,
            "SELECT count(*) FROM item WHERE flag IS NOT NULL AND status IN ('completed', 'signed_off')"
        )
        .await,
        0
    );
}

/// The sample's files with one of them replaced.
fn with(kind: FileKind, text: &str) -> Vec<(FileKind, &'static str, Vec<u8>)> {
    sample::FILES
        .iter()
        .map(|(of, name, bytes)| {
            (*of, *name, if *of == kind { text.as_bytes().to_vec() } else { bytes.to_vec() })
        })
        .collect()
}

fn refs<'a>(files: &'a [(FileKind, &'a str, Vec<u8>)]) -> Vec<(FileKind, &'a str, &'a [u8])> {
    files.iter().map(|(kind, name, bytes)| (*kind, *name, bytes.as_slice())).collect()
}

fn sample_text(kind: FileKind) -> String {
    let file = sample::FILES.iter().find(|(of, ..)| *of == kind).expect("a sample file");
    String::from_utf8(file.2.to_vec()).expect("UTF-8")
}

#[tokio::test]
async fn an_unknown_unit_is_refused_by_name_and_nothing_is_written() {
    let pool = database().await;
    let text = sample_text(FileKind::Ledger).replacen("市考核办,市环保局,", "市考核局,市环保局;环保厅,", 1);
    let files = with(FileKind::Ledger, &text);
    let bad = import(&pool, &batch(&refs(&files)).expect("reads"), sample::AS_OF).await.expect_err("refused");
    let told = lines(&bad);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with("ledger.csv 第 4 行“lead_unit”：没有叫“市考核局”的单位"), "{told:?}");
    assert!(told[1].starts_with("ledger.csv 第 4 行“co_units”：没有叫“环保厅”的单位"), "{told:?}");
    assert_eq!(count(&pool, "SELECT count(*) FROM unit").await, 0);
}

#[tokio::test]
async fn aliases_and_full_width_names_are_known() {
    let pool = database().await;
    let text = sample_text(FileKind::Ledger).replacen("市考核办,市环保局,", "市考核办,环 保 局,", 1);
    let files = with(FileKind::Ledger, &text);
    let done = import(&pool, &batch(&refs(&files)).expect("reads"), sample::AS_OF).await.expect("imports");
    assert_eq!(done.items.inserted, 60);
}

#[tokio::test]
async fn no_file_may_speak_of_days_after_the_as_of_day() {
    let pool = database().await;
    let bad = import(&pool, &sample_batch(), day("2018-08-23")).await.expect_err("refused");
    let told = lines(&bad);
    assert!(
        told[0].starts_with("history.csv 第 273 行“effective_on”：2018-08-24 晚于截至日期 2018-08-23"),
        "{told:?}"
    );
    assert_eq!(bad.total(), 6);
    let bad = import(&pool, &sample_batch(), day("2018-09-04")).await.expect_err("refused");
    assert!(lines(&bad)[0].contains("晚于今天"), "{bad}");
    assert_eq!(count(&pool, "SELECT count(*) FROM item").await, 0);
}

#[tokio::test]
async fn the_history_of_an_item_nobody_has_is_refused() {
    let pool = database().await;
    let text = format!("{}2018-08-25,77,report,10,无此项\n", sample_text(FileKind::History));
    let files = with(FileKind::History, &text);
    let bad = import(&pool, &batch(&refs(&files)).expect("reads"), sample::AS_OF).await.expect_err("refused");
    assert_eq!(lines(&bad), ["history.csv 第 279 行“number”：台账里没有第 77 项"]);
}

#[tokio::test]
async fn clashing_names_and_circles_of_units_are_refused() {
    let pool = database().await;
    let text = "code,name,kind,parent,aliases\n\
                A,甲局,department,B,甲\n\
                B,乙局,department,A,\n\
                C,丙局,department,D,甲;乙局\n";
    let bad =
        import(&pool, &batch(&[(FileKind::Units, "u.csv", text.as_bytes())]).expect("reads"), sample::AS_OF)
            .await
            .expect_err("refused");
    let told = lines(&bad);
    assert_eq!(told.len(), 5, "{told:?}");
    for expected in [
        "“甲”已是“甲局”",
        "“乙局”已是“乙局”",
        "没有叫“D”的单位",
        "“甲局”成了自己的上级",
        "“乙局”成了自己的上级",
    ] {
        assert!(told.iter().any(|line| line.contains(expected)), "{expected}: {told:?}");
    }
}

#[tokio::test]
async fn a_round_must_be_named_unless_one_alone_is_open() {
    let pool = database().await;
    let mut batch = sample_batch();
    batch.round = None;
    let bad = import(&pool, &batch, sample::AS_OF).await.expect_err("refused");
    assert!(lines(&bad)[0].contains("--round"), "{bad}");
    // Units and posts belong to no round.
    let mut people = super::batch(&sample::FILES[..2]).expect("reads");
    people.round = None;
    let done = import(&pool, &people, sample::AS_OF).await.expect("imports");
    assert_eq!(done.outcome, Outcome::Written);
    assert_eq!(count(&pool, "SELECT count(*) FROM round").await, 0);
    import_sample(&pool).await;
    let done = import(&pool, &batch, sample::AS_OF).await.expect("the only open round");
    assert_eq!(done.outcome, Outcome::Nothing);
}
