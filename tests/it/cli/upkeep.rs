//! What keeps a service in order: calendar, schema, doctor.

use duban::app::real_now;
use sqlx::{Connection, PgConnection};

use super::Desk;
use crate::harness::{bare_database, china, database};

async fn execute(url: &str, sql: &'static str) {
    let mut conn = PgConnection::connect(url).await.expect("connects");
    sqlx::raw_sql(sql).execute(&mut conn).await.expect("runs");
    conn.close().await.expect("closes");
}

/// A desk on a copy of a harness's database, whose ledger stands on this day of the sample's year.
async fn desk(template: &str, day: &str) -> (Desk, String) {
    let url = database(template).await;
    let mut conn = PgConnection::connect(&url).await.expect("connects");
    let clock = sqlx::query("INSERT INTO ledger_clock (one, ledger_at) VALUES (true, $1)");
    clock.bind(china(&format!("{day} 09:00"))).execute(&mut conn).await.expect("a clock");
    conn.close().await.expect("closes");
    (Desk::new().with("DATABASE_URL", &url), url)
}

#[tokio::test]
async fn a_year_of_the_calendar_is_shown_and_replaced() {
    let desk = Desk::on("template_empty").await;
    let shown = desk.duban(&["calendar", "show", "2018"]).await.well().out;
    assert!(shown.contains("2018-12-29,班,元旦调休\n"), "{shown}");
    assert!(shown.lines().all(|line| line.starts_with("2018-")), "{shown}");

    desk.duban(&["calendar", "show", "2035"])
        .await
        .refused()
        .saying(&["没有 2035 年", "duban calendar import"]);
    desk.write("2035.csv", "日期,类型,名称\n2035-01-01,休,元旦\n2035/2/4,班,春节调休\n");
    let told = desk.duban(&["calendar", "import", "2035.csv"]).await.well();
    told.telling(&["已导入 2035 年：休 1 天，班 1 天"]);
    let told = desk.duban(&["calendar", "show", "2035"]).await.well();
    assert_eq!(told.out, "2035-01-01,休,元旦\n2035-02-04,班,春节调休\n");
    desk.duban(&["calendar", "import", "2035.csv"]).await.well().telling(&["没有变化"]);
    // What is shown can be changed and brought back; other years are left alone.
    desk.write("2035.csv", told.out.replace("02-04", "02-11"));
    desk.duban(&["calendar", "import", "2035.csv"]).await.well();
    let told = desk.duban(&["calendar", "show", "2035"]).await.well();
    assert_eq!(told.out, "2035-01-01,休,元旦\n2035-02-11,班,春节调休\n");
    assert_eq!(desk.duban(&["calendar", "show", "2018"]).await.well().out, shown);

    desk.write("bad.csv", "2035-01-01,休,元旦\n2035-02-30,班,\n2035-03-01,加班,\n");
    let bad = desk.duban(&["calendar", "import", "bad.csv"]).await.refused();
    bad.saying(&["bad.csv 第 2 行“日期”", "2035-02-30", "bad.csv 第 3 行“类型”", "加班", "什么也没有导入"]);
    desk.duban(&["calendar", "import", "no.csv"]).await.refused().saying(&["读不了 no.csv"]);
    let told = desk.duban(&["calendar", "show", "2035"]).await.well();
    assert_eq!(told.out, "2035-01-01,休,元旦\n2035-02-11,班,春节调休\n");
}

#[tokio::test]
async fn an_imported_year_is_audited_and_open_items_are_looked_at_again() {
    let (desk, url) = desk("template_sample", "2018-12-05").await;
    desk.write("2019.csv", "2019-01-01,休,元旦\n");
    desk.duban(&["calendar", "import", "2019.csv"])
        .await
        .well()
        .telling(&["已导入 2019 年：休 1 天，班 0 天"]);
    let mut conn = PgConnection::connect(&url).await.expect("connects");
    let marked: i64 = sqlx::query_scalar("SELECT count(*) FROM item WHERE next_check_on <= '2018-12-05'")
        .fetch_one(&mut conn)
        .await
        .expect("counts");
    let audited: serde_json::Value =
        sqlx::query_scalar("SELECT details FROM audit WHERE action = 'calendar'")
            .fetch_one(&mut conn)
            .await
            .expect("one row");
    assert_eq!((marked, audited["plain"].as_array().map(Vec::len)), (15, Some(33)), "{audited}");
    conn.close().await.expect("closes");
}

#[tokio::test]
async fn an_older_schema_is_brought_up_and_a_newer_one_is_refused() {
    let url = bare_database().await;
    let desk = Desk::new().with("DATABASE_URL", &url);
    desk.duban(&["doctor"]).await.refused().telling(&["✗ 数据库结构差", "请运行 duban migrate"]);
    for _ in 0..2 {
        desk.duban(&["migrate"]).await.well().telling(&["数据库结构是最新的"]);
    }
    execute(
        &url,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (99990101000000, 'of the future', true, '', 0)",
    )
    .await;
    let sentence = "数据库结构比这个程序新，请换用新版程序";
    desk.duban(&["doctor"]).await.refused().telling(&[sentence]);
    for words in [&["migrate"][..], &["serve"], &["import", "--units", "units.csv"]] {
        desk.write("units.csv", "code,name,kind\nA,甲,county\n");
        desk.duban(words).await.refused().saying(&[sentence]);
    }
}

#[tokio::test]
async fn the_doctor_makes_no_database_where_there_is_none() {
    let desk = Desk::new();
    let told = desk.duban(&["doctor"]).await.refused();
    let data = desk.path("data");
    told.telling(&[
        "还没有数据",
        "deploy/demo.sh",
        "duban serve",
        "DUBAN_DATA_DIR",
        &data.display().to_string(),
    ]);
    assert!(!data.exists(), "looking leaves nothing behind");
}

#[tokio::test]
async fn only_what_begins_something_makes_a_database() {
    let desk = Desk::new();
    let data = desk.path("data");
    let invite = &["invite", "--unit", "市整改办", "--post", "市整改办主任"][..];
    for words in [invite, &["export", "--ledger", "台账.csv"], &["calendar", "show", "2018"]] {
        desk.duban(words).await.refused().saying(&["还没有数据", "duban import", "DUBAN_DATA_DIR"]);
        assert!(!data.exists(), "{words:?} leaves nothing behind");
    }
    // The folder is the demo's: its data lie below.
    std::fs::create_dir_all(data.join("demo/postgres/data")).expect("a folder");
    let demo = format!("DUBAN_DATA_DIR={}", data.join("demo").display());
    for words in [invite, &["doctor"]] {
        let told = desk.duban(words).await.refused();
        assert!(told.out.contains(&demo) || told.err.contains(&demo), "{words:?}: {told:?}");
        assert!(!data.join("postgres").exists(), "{words:?}");
    }
}

#[tokio::test]
async fn the_doctor_says_what_is_wrong_and_what_to_do() {
    let (desk, url) = desk("template_sample", "2018-12-05").await;
    let well = desk.duban(&["doctor", "--audit"]).await.well();
    let well =
        well.telling(&["✓ 数据库连得上", "✓ 本机和数据库的时钟一致", "✓ 调休日历有 2018 年", "✓ 审计链完整"]);
    assert!(!well.out.contains('✗'), "{well:#?}");
    // What was not looked at is not called well.
    let well = desk.duban(&["doctor"]).await.well();
    well.telling(&["· 审计链未核对", "--audit", "· 没有接入 Telegram", "DUBAN_TELEGRAM_TOKEN"]);

    let pool = sqlx::PgPool::connect(&url).await.expect("connects");
    while duban::store::audit::seal(&pool, china("2018-12-05 09:00"), real_now()).await.expect("seals") > 0 {}
    pool.close().await;
    desk.duban(&["doctor", "--audit"]).await.well().telling(&["✓ 审计链完整：1 个封条"]);
    execute(
        &url,
        "UPDATE audit SET details = '{}' WHERE id = (SELECT min(id) FROM audit);
         DELETE FROM workday WHERE extract(year FROM day) = 2019;
         INSERT INTO outbox (kind, lane, platform, chat, on_doubt, state, reason, created_at) VALUES
             ('reply', 'chat', 'telegram', '1', 'hold', 'unclear', 'the connection broke', '2018-12-05'),
             ('reply', 'chat', 'telegram', '1', 'repeat', 'dead', 'the chat is gone', '2018-12-05'),
             ('reply', 'chat', 'telegram', '2', 'repeat', 'dead', 'the chat is gone', '2018-12-05');
         INSERT INTO poison (account, key, failures, reference, error, recorded_at, last_at) VALUES
             ('telegram:1', '77', 5, 'E-4711', 'an error', '2018-12-05', '2018-12-05');
         INSERT INTO chat (id, platform, chat, is_private, confirmed, purpose, title, state) VALUES
             (gen_random_uuid(), 'telegram', '-5', false, true, 'office', '整改办群', 'removed'),
             (gen_random_uuid(), 'telegram', '-6', false, false, NULL, '闲聊群', 'removed');
         INSERT INTO attachment (id, item, unit, post, platform, chat, account, file, shape, state, reason, sent_at)
             SELECT gen_random_uuid(), i.id, p.unit, p.id, 'telegram', '1', '1', 'f', 'photo', 'failed', 'given_up', now()
             FROM item i CROSS JOIN post p WHERE i.number = 16 LIMIT 1;
         INSERT INTO job (kind, subject, state, reason, next_try_at, created_at)
             VALUES ('fetch', gen_random_uuid(), 'dead', 'the server was silent', now(), now()),
                    ('document', gen_random_uuid(), 'dead', '现在没有正在公示的事项', now(), now());",
    )
    .await;
    let ill = desk.duban(&["doctor", "--audit"]).await.refused();
    let ill = ill.telling(&[
        "✗ 审计链在第 1 个封条处断了",
        "请停用并保留现场，从备份比对",
        // In December next year's days off are known.
        "✗ 调休日历缺 2019 年",
        "请运行：duban calendar import",
        "✗ 有消息没送到：待人处理 0，不确定 1，送不出 2",
        "duban invite",
        "送不出 / dead ×2：the chat is gone",
        "✗ 有消息处理失败，请把编号告诉维护人员",
        "E-4711",
        "✗ 有群或私聊去不了了",
        "telegram 整改办群：机器人被移出群",
        "✗ 有文件没有取到",
        "第 16 项 / item 16 ×1",
        "×1：the server was silent",
        "· 有文件没有做出来，原因已告诉要文件的人",
        "×1：现在没有正在公示的事项",
    ]);
    assert!(!ill.out.contains("闲聊群"), "nobody waits for that one");
}
