//! `deploy/backup.sh` and `deploy/restore.sh`: beside a running service, all or nothing, and what was said
//! once is not said again.

use std::path::Path;

use nix::sys::signal::Signal;
use serde_json::json;
use wiremock::matchers::path_regex;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::cli::{DUBAN, Desk, Told, http, until};
use crate::harness::{bare_database, database};

const SECRET: &str = "a-secret-of-the-hook";

/// A name that a careless script would tear apart.
const FILE: &str = "备份 $(1) 'of' \"today\".dump";

/// Runs a script of `deploy/`.
async fn script(desk: &Desk, name: &str, arguments: &[&str]) -> Told {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy").join(name);
    let mut command = desk.command(script);
    command.env("DUBAN_BIN", DUBAN).args(arguments);
    desk.run(command).await
}

/// What the desk's database says to this.
async fn ask(desk: &Desk, sql: &str) -> String {
    desk.duban(&["with-database", "psql", "-Atc", sql]).await.well().out.trim_end().to_owned()
}

async fn ledger(desk: &Desk) -> String {
    desk.duban(&["export", "--ledger", "standing.csv"]).await.well();
    desk.read("standing.csv")
}

/// A desk of an office with Telegram, its API server at this address.
fn office(api: &str) -> Desk {
    Desk::new()
        .with("DUBAN_TELEGRAM_TOKEN", "4711:AA-token")
        .with("DUBAN_TELEGRAM_SECRET", SECRET)
        .with("DUBAN_TELEGRAM_API_URL", api)
}

/// Somebody writes to the bot in private.
async fn write(address: &str, number: i64, text: &str) {
    let person = json!({ "id": 42, "is_bot": false, "type": "private", "first_name": "甲" });
    let message = json!({ "message_id": number, "date": 1, "chat": person, "from": person, "text": text });
    let update = json!({ "update_id": number, "message": message }).to_string();
    let headers = [("content-type", "application/json"), ("x-telegram-bot-api-secret-token", SECRET)];
    let answer = http(address, "POST /hooks/telegram", &headers, &update).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

/// What the server was asked to send.
async fn sent(server: &MockServer) -> Vec<String> {
    let requests = server.received_requests().await.expect("recorded");
    let sent = requests.iter().filter(|request| request.url.path().ends_with("/sendMessage"));
    sent.map(|request| String::from_utf8_lossy(&request.body).into_owned()).collect()
}

const STATES: &str = "SELECT string_agg(state || ' ' || chat, ', ' ORDER BY seq) FROM outbox";

#[tokio::test]
async fn what_a_backup_still_had_to_send_is_put_before_the_office() {
    // Telegram is out of reach, so an answer waits.
    let old = office(&format!("http://127.0.0.1:{}", Desk::free_port()));
    let mut service = old.start(&["serve"]);
    let address = service.address().await;
    old.write("units.csv", "code,name,kind\nA,甲县,county\n");
    old.write("ledger.csv", "序号,整改事项,牵头单位,整改时限\n1,黑臭水体,甲县,2018-12-31\n");
    let import = ["import", "--round", "一", "--units", "units.csv", "--ledger", "ledger.csv"];
    old.duban(&import).await.well();
    write(&address, 1, "帮助").await;
    // Being sent at that moment; a reminder of last week; one for a morning to come; one long sent.
    ask(
        &old,
        "INSERT INTO outbox (kind, lane, platform, chat, on_doubt, state, not_before, created_at) VALUES
            ('warnings', 'chat', 'elsewhere', 'a', 'hold', 'sending', NULL, '2018-01-01'),
            ('warnings', 'chat', 'elsewhere', 'b', 'repeat', 'due', '2018-01-01', '2018-01-01'),
            ('warnings', 'chat', 'elsewhere', 'c', 'repeat', 'due', '2999-01-01', '2018-01-01'),
            ('reply', 'chat', 'elsewhere', 'd', 'repeat', 'sent', NULL, '2018-01-01')",
    )
    .await;
    // What people sent; one is still on its way.
    for (name, content) in [("ab/cd", "whole"), ("parts/ef", "half")] {
        let path = old.path("data/files").join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, content).expect("written");
    }
    // The answer is tried time and again, so the backup sees it waiting or on its way.
    let told = script(&old, "backup.sh", &[FILE]).await.well();
    told.saying(&["已备份", FILE]);
    let before = ledger(&old).await;
    assert!(before.contains("黑臭水体"), "{before}");
    service.signal(Signal::SIGTERM);
    service.end().await;

    let telegram = MockServer::start().await;
    let done = |result| ResponseTemplate::new(200).set_body_json(json!({ "ok": true, "result": result }));
    let message = json!({ "message_id": 8, "date": 1, "chat": { "id": 42, "type": "private" } });
    Mock::given(path_regex("/sendMessage$")).respond_with(done(message)).mount(&telegram).await;
    let me = json!({ "id": 4711, "is_bot": true, "first_name": "督办", "username": "duban_bot" });
    Mock::given(path_regex("/getMe$")).respond_with(done(me)).mount(&telegram).await;
    let new = office(&telegram.uri());
    for file in [FILE.to_owned(), format!("{FILE}.files.tar")] {
        std::fs::copy(old.path(&file), new.path(&file)).expect("copies");
    }
    script(&new, "restore.sh", &[FILE]).await.well().saying(&["已恢复", "duban doctor"]);
    new.expect_no_server().await;
    assert_eq!(new.read("data/files/ab/cd"), "whole");
    assert!(!new.path("data/files/parts").exists());
    assert_eq!(ledger(&new).await, before);
    assert_eq!(ask(&new, STATES).await, "held 42, held a, held b, due c, sent d");
    let ill = new.duban(&["doctor"]).await.refused();
    ill.telling(&["待人处理 3", "待人处理 / held ×3：从备份恢复，备份之后可能已发出"]);

    // The service on the restored data answers what is new, in the same chat, and nothing else.
    let mut service = new.start(&["serve"]);
    let address = service.address().await;
    write(&address, 2, "我是谁").await;
    until("an answer leaves", async || !sent(&telegram).await.is_empty()).await;
    let seconds = "SELECT count(*) FROM outbox WHERE state IN ('due', 'sending') AND chat <> 'c'";
    until("nothing waits", async || ask(&new, seconds).await == "0").await;
    service.signal(Signal::SIGTERM);
    assert_eq!(service.end().await, Some(0));
    let sent = sent(&telegram).await;
    assert_eq!(sent.len(), 1, "{sent:#?}");
    assert!(sent[0].contains("这个账号还没有绑定岗位"), "the answer to 我是谁: {sent:#?}");
    assert_eq!(ask(&new, STATES).await, "held 42, held a, held b, due c, sent d, sent 42");

    // Not over what is there.
    let refused = script(&new, "restore.sh", &[FILE]).await.refused();
    refused.saying(&["目标库不是空的", "没有恢复"]);
    assert_eq!(ledger(&new).await, before);
}

#[tokio::test]
async fn a_database_elsewhere_is_backed_up_and_restored_whole_or_not_at_all() {
    let old = Desk::new().with("DATABASE_URL", &database("template_sample").await);
    script(&old, "backup.sh", &[FILE]).await.well();
    let before = ledger(&old).await;

    let new = Desk::new().with("DATABASE_URL", &bare_database().await);
    let whole = std::fs::read(old.path(FILE)).expect("the backup");
    new.write("half.dump", &whole[..whole.len() * 2 / 3]);
    new.write("other.dump", "not a backup");
    for damaged in ["half.dump", "other.dump"] {
        let told = script(&new, "restore.sh", &[damaged]).await.refused();
        told.saying(&["备份文件不完整", "没有恢复"]);
        assert_eq!(ask(&new, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").await, "0");
    }
    script(&new, "restore.sh", &["missing.dump"]).await.refused().saying(&["读不了", "missing.dump"]);
    new.write(FILE, &whole);
    script(&new, "restore.sh", &[FILE]).await.well();
    assert_eq!(ledger(&new).await, before);
    new.bring_calendar().await;
    new.duban(&["doctor", "--audit"]).await.well();

    // A backup that fails leaves the one of yesterday alone, and nothing beside it.
    let gone = Desk::new().with("DATABASE_URL", &format!("postgres://u:p@127.0.0.1:{}/d", Desk::free_port()));
    gone.write(FILE, "yesterday's");
    script(&gone, "backup.sh", &[FILE]).await.refused().saying(&["备份没有成功", "DATABASE_URL"]);
    assert_eq!(gone.read(FILE), "yesterday's");
    assert_eq!(std::fs::read_dir(gone.path("")).expect("the desk").count(), 1);

    // Both say what is missing.
    let mut lost = old.command(Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/backup.sh"));
    lost.env("DUBAN_BIN", "no-such-duban").arg("x.dump");
    old.run(lost).await.refused().saying(&["DUBAN_BIN"]);
    script(&old, "restore.sh", &[]).await.refused().saying(&["用法"]);
}
