//! The fetcher: retries, giving up, crashes, replicas; and the whole way against a loopback Telegram.

use std::sync::Arc;
use std::time::Duration;

use duban::commands::dispatch::Outcome;
use duban::config::Settings;
use duban::domain::attachment::Attachment;
use duban::domain::{ChatAddress, Incoming, What};
use duban::platforms::Fetched;
use duban::service::{Plan, open};
use duban::workers::{auditor, fetcher};
use insta::assert_snapshot as snapshot;
use serde_json::json;
use sqlx::PgPool;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::attachments::{JPEG, document, photo};
use crate::harness::{Bot, database, plan};

const CONTACT: &str = "紫岩县联络员A";

async fn with(bytes: &[u8], file: Attachment) -> Bot {
    let mut bot = Bot::new().await.person(CONTACT).await;
    bot.fake.contents.lock().unwrap().insert(file.file.clone(), bytes.to_vec());
    bot.send(CONTACT, "16项90%设备已到货", &[file]).await;
    bot
}

async fn states(bot: &Bot) -> String {
    sqlx::query_scalar(
        "SELECT concat_ws(' ', a.state, a.reason, j.state, j.attempts) FROM attachment a JOIN job j ON j.subject = a.id",
    )
    .fetch_one(&bot.pool)
    .await
    .unwrap()
}

#[tokio::test]
async fn a_file_that_does_not_come_is_tried_again_and_in_the_end_asked_for() {
    let mut bot = with(JPEG, photo("a")).await;
    bot.fake.fetches.lock().unwrap().extend([
        Fetched::Again("cut".into()),
        Fetched::Wait(Duration::from_secs(9)),
        Fetched::Again("cut".into()),
    ]);
    assert_eq!(bot.fetcher.step().await.unwrap(), 1);
    assert_eq!(bot.fetcher.step().await.unwrap(), 0, "a pause is made");
    bot.fetch_all().await;
    // What the platform asked for is no try.
    assert_eq!(states(&bot).await, "stored  done 3");
    bot.expect_silence();

    let mut bot = with(JPEG, photo("a")).await;
    bot.fake.fetches.lock().unwrap().extend(vec![Fetched::Again("cut".into()); 10]);
    bot.fetch_all().await;
    assert_eq!(states(&bot).await, "failed given_up dead 10");
    snapshot!(bot.read(CONTACT), @"第 16 项的照片没有取到，请重发。");
    snapshot!(bot.say(CONTACT, "材料 16").await.lines().nth(1).unwrap(), @"1. 照片 · 紫岩县联络员A · 2018-08-31 09:00 · 没取到（多次没有取到） · 填报 90%");

    let mut bot = with(JPEG, photo("a")).await;
    bot.fake.fetches.lock().unwrap().push_back(Fetched::Gone("wrong file_id".into()));
    bot.fetch_all().await;
    assert_eq!(states(&bot).await, "failed gone dead 1");
    snapshot!(bot.read(CONTACT), @"第 16 项的照片没有取到，请重发。");
}

#[tokio::test]
async fn what_is_no_kind_that_is_kept_is_told_with_the_way_out() {
    let mut bot = with(b"MZ\x90\0", document("a", "照片.jpg")).await;
    bot.fetch_all().await;
    assert_eq!(states(&bot).await, "unkept kind done 1");
    snapshot!(bot.read(CONTACT), @"第 16 项的文件「照片.jpg」没有保存：只收图片（jpg、png、webp、heic）和文档（pdf、ofd、doc、docx、xls、xlsx、ppt、pptx、wps、et、dps），不含宏，每个不超过 20 MB。");
    let mut bot = with(b"%PDF-1.7", document("a", "方案.docx")).await;
    bot.fetch_all().await;
    snapshot!(bot.read(CONTACT), @"第 16 项的文件「方案.docx」内容与后缀不符，没有保存。请核对文件后重发。");
    let mut bot = with(&vec![b'%'; (20 << 20) + 1], document("a", "方案.pdf")).await;
    bot.fetch_all().await;
    snapshot!(bot.read(CONTACT), @"第 16 项的文件「方案.pdf」超过 20 MB，没有保存。请压缩或分成几份再发。");
    assert_eq!(std::fs::read_dir(bot.data.path().join("files/parts")).unwrap().count(), 0);
}

#[tokio::test]
async fn a_crash_between_fetching_and_marking_is_made_good() {
    let mut bot = with(JPEG, photo("a")).await;
    // As a process leaves it that was killed while a file was on its way: a lease, half a file, and a whole
    // one under its name that nobody marked.
    sqlx::raw_sql(
        "UPDATE job SET owner = gen_random_uuid(), until = now() + interval '1 hour', attempts = 1",
    )
    .execute(&bot.pool)
    .await
    .unwrap();
    let parts = bot.data.path().join("files/parts");
    std::fs::create_dir_all(&parts).unwrap();
    std::fs::write(parts.join("half"), &JPEG[..4]).unwrap();
    assert_eq!(bot.fetcher.step().await.unwrap(), 0, "somebody has it");
    sqlx::raw_sql("UPDATE job SET until = now() - interval '1 second'").execute(&bot.pool).await.unwrap();
    bot.fetch_all().await;
    assert_eq!(states(&bot).await, "stored  done 2");
    // Marked, and the job not ended: nothing is fetched again.
    sqlx::raw_sql("UPDATE job SET state = 'due', settled_at = NULL").execute(&bot.pool).await.unwrap();
    bot.fetch_all().await;
    assert_eq!(states(&bot).await, "stored  done 3");
    assert_eq!(bot.fake.asked_for.lock().unwrap().len(), 1);
    assert_eq!(bot.count("SELECT count(*) FROM audit WHERE action = 'file_settled'").await, 1);
    bot.expect_silence();
}

#[tokio::test]
async fn a_lease_that_was_lost_settles_nothing_twice() {
    let bot = with(JPEG, photo("a")).await;
    let two = fetcher::Fetcher::new(Arc::clone(&bot.app));
    let (one, two) = tokio::join!(bot.fetcher.step(), two.step());
    assert_eq!(one.unwrap() + two.unwrap(), 1);
    assert_eq!(bot.fake.asked_for.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_stage_said_while_a_file_is_on_its_way_is_kept() {
    let mut bot = with(JPEG, photo("a")).await;
    let says = bot.button(CONTACT, "整改后");
    let (fetched, _) = tokio::join!(bot.fetcher.step(), async {
        sqlx::raw_sql("UPDATE attachment SET version = version + 1").execute(&bot.pool).await.unwrap()
    });
    assert_eq!(fetched.unwrap(), 1);
    bot.press(CONTACT, CONTACT, &says).await;
    bot.fetch_all().await;
    assert_eq!(
        bot.count("SELECT count(*) FROM attachment WHERE state = 'stored' AND stage = 'after'").await,
        1
    );
}

#[tokio::test]
async fn work_that_nobody_takes_is_late() {
    let bot = with(JPEG, photo("a")).await;
    sqlx::raw_sql("UPDATE job SET next_try_at = now() - interval '1 hour'").execute(&bot.pool).await.unwrap();
    assert_eq!(auditor::step(&bot.app).await.unwrap().jobs, 1);
}

#[tokio::test]
async fn the_same_content_of_two_people_lies_there_once() {
    let mut bot = with(JPEG, photo("a")).await;
    bot.fake.contents.lock().unwrap().insert("b".into(), JPEG.to_vec());
    bot.send(CONTACT, "16项91%调试", &[photo("b")]).await;
    bot.fetch_all().await;
    assert_eq!(bot.count("SELECT count(DISTINCT sha256) FROM attachment WHERE state = 'stored'").await, 1);
    assert_eq!(bot.count("SELECT count(*) FROM attachment WHERE state = 'stored'").await, 2);
}

#[tokio::test]
async fn a_report_without_files_writes_nothing_of_files() {
    let mut bot = Bot::new().await.person(CONTACT).await;
    bot.say(CONTACT, "16项90%设备已到货").await;
    assert_eq!(
        bot.count("SELECT count(*) FROM job").await + bot.count("SELECT count(*) FROM attachment").await,
        0
    );
    assert!(!bot.data.path().join("files").exists());
}

#[tokio::test]
async fn the_whole_way_from_telegram_into_the_folder() {
    let telegram = MockServer::start().await;
    let token = "7255925334:AAHushHush_never-shown";
    let told = |body| ResponseTemplate::new(200).set_body_json(json!({ "ok": true, "result": body }));
    let busy = json!({ "ok": false, "error_code": 429, "description": "Too Many Requests", "parameters": { "retry_after": 3 } });
    Mock::given(path(format!("/bot{token}/getFile")))
        .respond_with(ResponseTemplate::new(429).set_body_json(busy))
        .up_to_n_times(1)
        .with_priority(1)
        .mount(&telegram)
        .await;
    Mock::given(path(format!("/bot{token}/getFile")))
        .respond_with(told(
            json!({ "file_id": "a", "file_unique_id": "u", "file_path": "photos/file_1.jpg" }),
        ))
        .mount(&telegram)
        .await;
    let file = format!("/file/bot{token}/photos/file_1.jpg");
    Mock::given(method("GET"))
        .and(path(file.as_str()))
        .respond_with(ResponseTemplate::new(404))
        .up_to_n_times(1)
        .with_priority(1)
        .mount(&telegram)
        .await;
    Mock::given(method("GET"))
        .and(path(file.as_str()))
        .respond_with(ResponseTemplate::new(200).set_body_bytes(JPEG))
        .mount(&telegram)
        .await;

    let url = database("template_sample").await;
    let pool = PgPool::connect(&url).await.unwrap();
    let data = tempfile::tempdir().unwrap();
    let vars = [
        ("DUBAN_TELEGRAM_TOKEN", token.to_owned()),
        ("DUBAN_TELEGRAM_API_URL", telegram.uri()),
        ("DUBAN_DATA_DIR", data.path().display().to_string()),
    ];
    let settings = Settings::from_vars(vars.map(|(name, value)| (name.to_owned(), value))).unwrap();
    let app = open(Plan { settings, ..plan(&url) }, Vec::new()).unwrap();
    sqlx::query(
        "INSERT INTO holder (id, post, platform, account, bound_at)
         SELECT gen_random_uuid(), p.id, 'telegram', '42', now() FROM post p WHERE p.title = $1",
    )
    .bind(CONTACT)
    .execute(&pool)
    .await
    .unwrap();
    let incoming = Incoming {
        update_id: "1".into(),
        chat: ChatAddress { platform: "telegram".into(), chat: "42".into(), thread: None },
        chat_title: String::new(),
        private: true,
        unit: None,
        account: Some("42".into()),
        display_name: String::new(),
        message_id: Some("5".into()),
        what: What::Said { text: "16项90%设备已到货".into(), addressed: true, edited: false },
        files: vec![photo("a")],
    };
    assert_eq!(app.desk.handle(&incoming, app.clock.now()).await, Outcome::Settled);
    let fetcher = fetcher::Fetcher::new(Arc::clone(&app));
    for tries in 1..=3 {
        sqlx::raw_sql("UPDATE job SET next_try_at = now()").execute(&pool).await.unwrap();
        assert_eq!(fetcher.step().await.unwrap(), 1);
        let stored: i64 = sqlx::query_scalar("SELECT count(*) FROM attachment WHERE state = 'stored'")
            .fetch_one(&pool)
            .await
            .unwrap();
        assert_eq!(stored, i64::from(tries == 3), "{tries}");
    }
    let reasons: Vec<String> =
        sqlx::query_scalar("SELECT row_to_json(j)::text FROM job j").fetch_all(&pool).await.unwrap();
    assert!(!reasons.concat().contains("HushHush"));
}
