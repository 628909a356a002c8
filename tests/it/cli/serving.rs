//! One data folder and those who use its PostgreSQL: services, commands, and processes that get killed.

use duban::imports::sample;
use nix::sys::signal::Signal;

use super::{DUBAN, Desk, Running, http, until};

async fn ready(address: &str) -> bool {
    http(address, "GET /readyz", &[], "").await.starts_with("HTTP/1.1 200")
}

async fn serve(desk: &Desk) -> (Running, String) {
    let mut service = desk.start(&["serve"]);
    let address = service.address().await;
    assert!(ready(&address).await, "{}", service.said());
    (service, address)
}

#[tokio::test]
async fn commands_and_services_come_and_go_and_the_last_one_stops_postgresql() {
    let desk = Desk::new();
    for (_, name, bytes) in sample::FILES {
        desk.write(name, bytes);
    }
    // A command alone starts it and stops it. That the folder is new is said: a slip in its name shows.
    let first = desk.duban(&["migrate"]).await.well();
    first.saying(&["首次启动", &desk.path("data").display().to_string()]).telling(&["最新"]);
    desk.expect_no_server().await;

    // Beside a service commands attach and leave it running.
    let (service, address) = serve(&desk).await;
    service.said().find("还没有接入聊天平台").expect("nobody could speak to it: that is said");
    let words = ["import", "--round", sample::ROUND, "--units", "units.csv", "--posts", "posts.csv"];
    assert_eq!(desk.duban(&words).await.well().err, "");
    desk.duban(&["invite", "--unit", "ZGB", "--post", "调度专员A"]).await.well();
    desk.bring_calendar().await;
    desk.duban(&["doctor"]).await.well();
    let mut child = desk.command(DUBAN);
    child.args(["with-database", "sh", "-c", "psql -Atc 'SELECT count(*) FROM unit' && exit 7"]);
    let told = desk.run(child).await;
    assert_eq!((told.code, told.out.as_str()), (Some(7), "43\n"), "{told:#?}");
    let second = desk.duban(&["serve"]).await.refused();
    second.saying(&["已有一个 duban 服务在用", "先停掉它"]);
    assert!(ready(&address).await);

    // Killed, it leaves PostgreSQL to the next service; killed again, to a command.
    service.signal(Signal::SIGKILL);
    assert_eq!(service.end().await, None);
    desk.expect_server().await;
    let (service, _) = serve(&desk).await;
    assert!(service.said().contains("接管上次遗留的数据库"), "{}", service.said());
    service.signal(Signal::SIGKILL);
    service.end().await;
    desk.expect_server().await;
    desk.duban(&["doctor"]).await.well().saying(&["接管上次遗留的数据库"]);
    desk.expect_no_server().await;

    for signal in [Signal::SIGTERM, Signal::SIGINT] {
        let (service, address) = serve(&desk).await;
        service.signal(signal);
        assert_eq!(service.end().await, Some(0), "{signal}");
        desk.expect_no_server().await;
        assert!(!ready(&address).await);
    }
}

#[tokio::test]
async fn whoever_is_told_to_stop_early_leaves_nothing_running() {
    let desk = Desk::new();
    // While it makes the database, and while it starts it.
    for sign in ["data/postgres", "data/postgres/data/postmaster.pid"] {
        let service = desk.start(&["serve"]);
        until(sign, async || desk.path(sign).exists()).await;
        service.signal(Signal::SIGTERM);
        // Where the machine was faster than this test it had started, and stopped in order.
        let said = service.said();
        assert!([Some(130), Some(0)].contains(&service.end().await), "{said}");
        desk.expect_no_server().await;
    }
    // A program that runs with the database gets the signal and decides.
    let mut shell = desk.start(&[
        "with-database",
        "sh",
        "-c",
        "trap 'exit 5' TERM; echo up; while :; do sleep 0.1; done",
    ]);
    shell.until_it_says("up").await;
    desk.expect_server().await;
    shell.signal(Signal::SIGTERM);
    assert_eq!(shell.end().await, Some(5));
    desk.expect_no_server().await;

    // A port that somebody else has.
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").to_string();
    let desk = desk.with("DUBAN_LISTEN", &port);
    let told = desk.duban(&["serve"]).await.refused();
    told.saying(&[&format!("端口 {port} 打不开，换一个：DUBAN_LISTEN=")]);
    desk.expect_no_server().await;
}
