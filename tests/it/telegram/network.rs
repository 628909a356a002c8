//! The way to the server: broken, silent, refused, redirected, through a proxy.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use duban::domain::Message;
use duban::platforms::telegram::Telegram;
use duban::platforms::{Platform, Sent};
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::send::{answering, done, to, words};
use super::{TOKEN, bot_at, settings};

/// A server for one connection: reads the request, then does what it is told.
fn once(act: impl FnOnce(TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        let mut got = Vec::new();
        while !String::from_utf8_lossy(&got).contains("\"chat_id\"") {
            let mut some = [0; 4096];
            let read = connection.read(&mut some).unwrap();
            assert!(read > 0, "the request came whole");
            got.extend_from_slice(&some[..read]);
        }
        act(connection);
    });
    address
}

/// An address nobody listens at.
const NOBODY: &str = "127.0.0.1:1";

#[tokio::test]
async fn a_connection_cut_after_the_request_leaves_a_doubt() {
    let cut = once(drop);
    let half = once(|mut connection| {
        connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"ok\":true").unwrap();
    });
    let gibberish = once(|mut connection| connection.write_all(b"220 smtp ready\r\n\r\n").unwrap());
    for server in [cut, half, gibberish] {
        let sent = bot_at(&server).send(&to("7", Message::plain("好"))).await;
        assert!(matches!(sent, Sent::Doubt(_)), "{sent:?}");
        words(&sent);
    }
}

#[tokio::test]
async fn no_answer_in_time_leaves_a_doubt() {
    let (hold, held) = std::sync::mpsc::channel::<()>();
    let silent = once(move |connection| {
        let _ = held.recv();
        drop(connection);
    });
    let bot = bot_at(&silent).patience(Duration::from_millis(200));
    let sent = bot.send(&to("7", Message::plain("好"))).await;
    assert!(matches!(sent, Sent::Doubt(_)), "{sent:?}");
    assert!(words(&sent).contains("in time"));
    drop(hold);
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_is_tried_again() {
    let refusing = bot_at(&format!("http://{NOBODY}"));
    let sent = refusing.send(&to("7", Message::plain("好"))).await;
    assert!(matches!(sent, Sent::Again(_)), "{sent:?}");
    assert!(words(&sent).contains("connection refused"), "{sent:?}");
    for scheme in ["http", "socks5", "socks5h"] {
        let proxy = format!("{scheme}://office:pw-in-proxy@{NOBODY}");
        let vars = [("DUBAN_PROXY", proxy.as_str()), ("DUBAN_TELEGRAM_API_URL", "https://telegram.invalid")];
        let bot = Telegram::open(&settings(&vars)).unwrap().unwrap();
        let sent = bot.send(&to("7", Message::plain("好"))).await;
        assert!(matches!(sent, Sent::Again(_)), "{sent:?}");
        words(&sent);
    }
}

#[tokio::test]
async fn calls_go_through_the_proxy_with_its_password() {
    let proxy = MockServer::start().await;
    Mock::given(path(format!("/bot{TOKEN}/sendMessage"))).respond_with(done(8)).mount(&proxy).await;
    let through = proxy.uri().replace("http://", "http://office:pw-in-proxy@");
    let vars = [("DUBAN_PROXY", through.as_str()), ("DUBAN_TELEGRAM_API_URL", "http://telegram.invalid/")];
    let bot = Telegram::open(&settings(&vars)).unwrap().unwrap();
    assert_eq!(bot.send(&to("7", Message::plain("好"))).await, Sent::Done("8".into()));
    let requests = proxy.received_requests().await.unwrap();
    assert!(requests[0].headers.contains_key("proxy-authorization"));
}

#[test]
fn wrong_settings_are_named_but_not_shown() {
    for (name, value) in [
        ("DUBAN_TELEGRAM_TOKEN", "HushHush"),
        ("DUBAN_TELEGRAM_TOKEN", "x7255925334:HushHush"),
        ("DUBAN_TELEGRAM_TOKEN", "7255925334:Hush/Hush"),
        ("DUBAN_TELEGRAM_SECRET", "HushHush 督办"),
        ("DUBAN_TELEGRAM_API_URL", "7255925334"),
        ("DUBAN_PROXY", "ftp://office:pw-in-proxy@host"),
        ("DUBAN_PROXY", "http://office:pw-in-proxy@"),
        ("DUBAN_PROXY", "pw-in-proxy"),
    ] {
        let Err(error) = Telegram::open(&settings(&[(name, value)])) else { panic!("{name}={value}") };
        let shown = format!("{error:?}");
        assert!(shown.contains(name), "{shown}");
        assert!(["Hush", "pw-in", "7255925334"].iter().all(|secret| !shown.contains(secret)), "{shown}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = answering(done(1)).await;
    let redirect = ResponseTemplate::new(307).insert_header("Location", elsewhere.uri());
    let server = answering(redirect).await;
    let sent = bot_at(&server.uri()).send(&to("7", Message::plain("好"))).await;
    assert!(matches!(sent, Sent::Locked(_)), "{sent:?}");
    assert!(elsewhere.received_requests().await.unwrap().is_empty());
}
