//! The demo keeps to itself, can be stopped at any moment, and goes on where it stopped.

use std::fs;

use nix::sys::signal::Signal;

use super::{DUBAN, Desk, Running, Told, http, until};

async fn start(desk: &Desk) -> (Running, String) {
    let mut demo = desk.start(&["demo"]);
    let address = demo.address().await;
    (demo, address)
}

/// A form of the page; the answer.
async fn post(address: &str, path: &str, cookie: &str, body: &str) -> String {
    let origin = format!("http://{address}");
    let headers = [
        ("origin", origin.as_str()),
        ("cookie", cookie),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    http(address, &format!("POST {path}"), &headers, body).await
}

/// Sits down as the contact of 滨江区; the session's cookie.
async fn sit(address: &str) -> String {
    let answer = post(address, "/room/sit", "", "account=demo-binjiang").await;
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    let (_, cookie) = answer.split_once("set-cookie: ").expect("a cookie");
    cookie.split(';').next().expect("its value").to_owned()
}

/// What the demo's database says to this.
async fn ask(desk: &Desk, sql: &str) -> String {
    let mut command = desk.command(DUBAN);
    command.env_remove("DATABASE_URL").env("DUBAN_DATA_DIR", desk.path("data/demo"));
    command.args(["with-database", "psql", "-Atc", sql]);
    let Told { out, .. } = desk.run(command).await.well();
    out.trim_end().to_owned()
}

const ITEM: &str = "SELECT percent FROM item WHERE number = 30";
const DAY: &str = "SELECT (ledger_at AT TIME ZONE 'Asia/Shanghai')::date FROM ledger_clock";

#[tokio::test]
async fn a_demo_goes_on_where_it_stopped_however_it_stopped() {
    let port = Desk::free_port();
    // Nothing of this is the demo's business.
    let desk = Desk::new()
        .with("DATABASE_URL", "postgres://somebody:else@127.0.0.1:1/theirs")
        .with("DUBAN_TELEGRAM_TOKEN", "no token")
        .with("DUBAN_LISTEN", &format!("0.0.0.0:{port}"));
    // Stopped while it prepares, by Ctrl-C and by force, it prepares again.
    for signal in [Signal::SIGINT, Signal::SIGKILL] {
        let demo = desk.start(&["demo"]);
        let pid_file = desk.path("data/demo/postgres/data/postmaster.pid");
        until("PostgreSQL starts", async || pid_file.exists()).await;
        demo.signal(signal);
        demo.end().await;
        if signal == Signal::SIGINT {
            desk.expect_no_server().await;
        }
    }

    let (demo, address) = start(&desk).await;
    assert_eq!(address, format!("127.0.0.1:{port}"));
    assert!(demo.said().contains("演示只在本机打开"), "{}", demo.said());
    let page = http(&address, "GET /", &[], "").await;
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("滨江区联络员A"), "{page}");
    let folders = fs::read_dir(desk.path("data")).expect("the data folder");
    let folders: Vec<_> = folders.map(|entry| entry.expect("one").file_name()).collect();
    assert_eq!(folders, ["demo"], "the demo keeps to its folder");
    desk.duban(&["demo"]).await.refused().saying(&["已有一个 duban 服务在用", "先停掉它"]);

    // What is signed gets a whole number.
    assert_eq!(ask(&desk, "SELECT abbr, name FROM agency").await, "安整改办|安澜市环保督察整改办");

    // A report and a turn of the clock outlive a kill.
    assert_eq!(ask(&desk, "SELECT count(*) FROM item").await, "60");
    assert_eq!(ask(&desk, DAY).await, "2018-08-31");
    let cookie = sit(&address).await;
    let report = "chat=me&as=demo-binjiang&text=%E8%BF%9B%E5%BA%A6%2030%2090%20done";
    let answer = post(&address, "/room/say", &cookie, report).await;
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    until("the report is in the ledger", async || ask(&desk, ITEM).await == "90").await;
    let answer = post(&address, "/room/clock", &cookie, "chat=me&to=day&day=2018-09-20").await;
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    demo.signal(Signal::SIGKILL);
    demo.end().await;
    desk.expect_server().await;

    // And an orderly stop.
    let (demo, address) = start(&desk).await;
    let page = http(&address, "GET /", &[("cookie", &cookie)], "").await;
    assert!(page.contains("9月20日"), "the clock went back: {page}");
    demo.signal(Signal::SIGTERM);
    assert_eq!(demo.end().await, Some(0));
    desk.expect_no_server().await;
    assert_eq!(ask(&desk, ITEM).await, "90");
    assert_eq!(ask(&desk, DAY).await, "2018-09-20");

    let mut demo = desk.start(&["demo", "--fresh"]);
    demo.address().await;
    assert_ne!(ask(&desk, ITEM).await, "90");
    assert_eq!(ask(&desk, DAY).await, "2018-08-31");
    demo.signal(Signal::SIGINT);
    assert_eq!(demo.end().await, Some(0));
    desk.expect_no_server().await;
}
