//! Files: what comes with messages, and fetching one from a server that misbehaves.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use duban::domain::What;
use duban::domain::attachment::{Attachment, Shape};
use duban::platforms::{Fetched, Platform};
use serde_json::{Value, json};
use wiremock::matchers::{method, path, path_regex};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::receive::message;
use super::{TOKEN, bot, bot_at, told};

const LIMIT: u64 = 1000;

fn sent(mut more: Value) -> (What, Vec<Attachment>) {
    more["chat"] = json!({ "id": 7, "type": "private", "first_name": "李" });
    let incoming = told(&bot(), &json!({ "update_id": 1, "message": message(more) }));
    (incoming.what, incoming.files)
}

fn said(text: &str) -> What {
    What::Said { text: text.into(), addressed: true, edited: false }
}

#[test]
fn the_largest_size_of_a_photo_and_a_document_with_its_name_are_understood() {
    let sizes = json!([
        { "file_id": "small", "file_unique_id": "s", "width": 90, "height": 60, "file_size": 100 },
        { "file_id": "large", "file_unique_id": "l", "width": 1280, "height": 960, "file_size": 90_000 },
        { "file_id": "middle", "file_unique_id": "m", "width": 320, "height": 240 },
        { "hologram": true },
    ]);
    let (what, files) = sent(json!({ "photo": sizes, "caption": "进度 3 60%", "media_group_id": "13579" }));
    assert_eq!(what, said("进度 3 60%"));
    let photo = Attachment {
        file: "large".into(),
        unique: "l".into(),
        name: String::new(),
        mime: String::new(),
        bytes: Some(90_000),
        caption: "进度 3 60%".into(),
        album: Some("13579".into()),
        shape: Shape::Photo,
    };
    assert_eq!(files, [photo]);
    let document = json!({ "file_id": "d", "file_unique_id": "u", "file_name": "../整改\u{0}方案.pdf",
        "mime_type": "application/pdf", "file_size": 5, "thumbnail": { "file_id": "t" } });
    let (what, files) = sent(json!({ "document": document }));
    assert_eq!((what, files[0].name.as_str(), files[0].shape), (said(""), "整改方案.pdf", Shape::Document));
    let video = json!({ "file_id": "v", "file_unique_id": "u", "duration": 3, "width": 1, "height": 1 });
    for (kind, more) in
        [("video", json!({})), ("voice", json!({})), ("animation", json!({ "document": document }))]
    {
        let mut more = more;
        more[kind] = video.clone();
        assert_eq!(sent(more).1[0].shape, Shape::Other, "{kind}");
    }
}

#[test]
fn in_a_group_only_a_piece_of_an_album_is_worth_a_look() {
    let photo = json!([{ "file_id": "a", "file_unique_id": "b", "width": 1, "height": 1 }]);
    let heard = |more: Value| told(&bot(), &json!({ "update_id": 1, "message": message(more) }));
    let alone = heard(json!({ "photo": photo }));
    assert_eq!((alone.what, alone.files.len()), (What::Nothing, 0));
    let piece = heard(json!({ "photo": photo, "media_group_id": "1" }));
    let unasked = What::Said { text: String::new(), addressed: false, edited: false };
    assert_eq!((piece.what, piece.files.len()), (unasked, 1));
    let forwarded = json!({ "type": "hidden_user", "date": 1, "sender_user_name": "他" });
    let borrowed = heard(json!({ "photo": photo, "media_group_id": "1", "forward_origin": forwarded }));
    assert_eq!((borrowed.what, borrowed.files.len()), (What::Nothing, 0));
}

#[test]
fn ids_that_are_none_are_no_files() {
    for id in ["", "a b", "a\u{0}", "编号"] {
        let document = json!({ "file_id": id, "file_unique_id": "u" });
        assert_eq!(
            sent(json!({ "document": document, "caption": "进度 3 60%" })),
            (said("进度 3 60%"), vec![])
        );
    }
}

/// A server whose getFile names this path.
async fn naming(file_path: &str) -> MockServer {
    let server = MockServer::start().await;
    let result = json!({ "file_id": "a", "file_unique_id": "u", "file_path": file_path });
    Mock::given(path(format!("/bot{TOKEN}/getFile")))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({ "ok": true, "result": result })))
        .mount(&server)
        .await;
    server
}

async fn fetch(server: &str) -> (Fetched, Vec<u8>) {
    let mut got = Vec::new();
    let bot = bot_at(server).patience(Duration::from_secs(2));
    let fetched = bot.fetch("a", LIMIT, &mut got).await;
    assert!(!format!("{fetched:?}").contains("HushHush"), "{fetched:?}");
    assert!(got.len() as u64 <= LIMIT);
    (fetched, got)
}

#[tokio::test]
async fn a_file_is_fetched_whole_or_not_at_all() {
    let server = naming("documents/file_3.pdf").await;
    let body = ResponseTemplate::new(200).set_body_bytes(b"%PDF-1.7".to_vec());
    Mock::given(method("GET"))
        .and(path(format!("/file/bot{TOKEN}/documents/file_3.pdf")))
        .respond_with(body)
        .mount(&server)
        .await;
    assert_eq!(fetch(&server.uri()).await, (Fetched::Done, b"%PDF-1.7".to_vec()));
    let asked: Value = server.received_requests().await.unwrap()[0].body_json().unwrap();
    assert_eq!(asked, json!({ "file_id": "a" }));

    for (answer, expected) in [
        (ResponseTemplate::new(200).set_body_bytes(vec![b'x'; 1001]), "TooBig"),
        (ResponseTemplate::new(404), "Again"),
        (ResponseTemplate::new(502).set_body_string("<html>"), "Again"),
        (ResponseTemplate::new(429).insert_header("Retry-After", "7"), "Wait(7s)"),
        (ResponseTemplate::new(302).insert_header("Location", "http://127.0.0.1:1/x"), "Again"),
        (ResponseTemplate::new(200).set_body_string("late").set_delay(Duration::from_secs(5)), "Again"),
    ] {
        let server = naming("documents/file_3.pdf").await;
        Mock::given(method("GET")).and(path_regex("^/file/")).respond_with(answer).mount(&server).await;
        let (fetched, _) = fetch(&server.uri()).await;
        assert!(format!("{fetched:?}").starts_with(expected), "{fetched:?} instead of {expected}");
    }
}

#[tokio::test]
async fn what_the_server_says_of_a_file_has_its_fate() {
    let refusal = |code: u16, description: &str| {
        let body = json!({ "ok": false, "error_code": code, "description": description });
        ResponseTemplate::new(code).set_body_json(body)
    };
    let large = json!({ "ok": true, "result": { "file_id": "a", "file_unique_id": "u", "file_size": 1001, "file_path": "a/b" } });
    for (answer, expected) in [
        (refusal(400, "Bad Request: file is too big"), "TooBig"),
        (ResponseTemplate::new(200).set_body_json(large), "TooBig"),
        (refusal(400, "Bad Request: invalid file_id"), "Gone"),
        (refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable"), "Again"),
        (refusal(401, "Unauthorized"), "Again"),
        (refusal(429, "Too Many Requests: retry later").insert_header("Retry-After", "9"), "Wait(9s)"),
        (ResponseTemplate::new(502).set_body_string("<html>"), "Again"),
        (ResponseTemplate::new(200).set_body_string("{\"ok\":true}"), "Again"),
    ] {
        let server = MockServer::start().await;
        Mock::given(method("POST")).respond_with(answer).mount(&server).await;
        let (fetched, _) = fetch(&server.uri()).await;
        assert!(format!("{fetched:?}").starts_with(expected), "{fetched:?} instead of {expected}");
    }
    assert!(matches!(fetch("http://127.0.0.1:1").await.0, Fetched::Again(_)));
}

#[tokio::test]
async fn a_path_that_leads_elsewhere_is_not_followed() {
    for (file_path, expected) in [
        ("../../bot/getMe", "Again"),
        ("documents/../../x", "Again"),
        ("a?b", "Again"),
        ("a#b", "Again"),
        ("a//b", "Again"),
        ("http://example.org/a", "Again"),
        ("a%2f..%2fb", "Again"),
        ("", "Again"),
        ("/var/lib/telegram-bot-api/documents/a.pdf", "Gone"),
    ] {
        let server = naming(file_path).await;
        let (fetched, _) = fetch(&server.uri()).await;
        assert!(format!("{fetched:?}").starts_with(expected), "{file_path}: {fetched:?}");
        assert_eq!(server.received_requests().await.unwrap().len(), 1, "{file_path}");
    }
}

/// A server for one getFile and one download, whose answer to the download is these bytes.
fn cutting(answer: &'static [u8], more: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let body = json!({ "ok": true, "result": { "file_id": "a", "file_path": "a/b" } }).to_string();
        let first =
            format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
        for (answer, more) in [(first.as_bytes(), 0), (answer, more)] {
            let (mut connection, _) = listener.accept().unwrap();
            let mut got = Vec::new();
            while !got.windows(4).any(|end| end == b"\r\n\r\n") {
                let mut some = [0; 4096];
                let read = connection.read(&mut some).unwrap();
                got.extend_from_slice(&some[..read]);
            }
            // Whoever has enough may hang up.
            let _ = connection.write_all(answer);
            let _ = (0..more).try_for_each(|_| connection.write_all(&[b'x'; 100]));
        }
    });
    address
}

#[tokio::test]
async fn a_cut_connection_is_tried_again_and_an_endless_one_is_cut() {
    let cut = cutting(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n%PDF-1.7 half", 0);
    assert!(matches!(fetch(&cut).await.0, Fetched::Again(_)));
    let gibberish = cutting(b"220 smtp ready\r\n\r\n", 0);
    assert!(matches!(fetch(&gibberish).await.0, Fetched::Again(_)));
    // No size was said, and no end is in sight.
    let endless = cutting(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n", 100_000);
    assert_eq!(fetch(&endless).await.0, Fetched::TooBig);
}
