//! What goes out, and what each answer says about its fate: every outcome against loopback servers.

use std::time::Duration;

use duban::domain::document::Enclosed;
use duban::domain::message::Body;
use duban::domain::{Button, Message, Outgoing, Text};
use duban::platforms::{Platform, Sent};
use serde_json::{Value, json};
use wiremock::matchers::{body_partial_json, method};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use super::vectors::of_kind;
use super::{GROUP, TOKEN, address, bot, bot_at};

pub fn to(chat: &str, body: impl Into<Message>) -> Outgoing {
    Outgoing { id: 1, to: address(chat), body: Body::Message(body.into()), path: None }
}

fn toast(text: &str) -> Outgoing {
    Outgoing {
        id: 1,
        to: address(GROUP),
        body: Body::Toast { press_id: "99".into(), text: text.into() },
        path: None,
    }
}

pub fn done(id: i64) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({ "ok": true, "result": { "message_id": id, "date": 1 } }))
}

fn refused(code: u16, description: &str) -> ResponseTemplate {
    let body = json!({ "ok": false, "error_code": code, "description": description });
    ResponseTemplate::new(code).set_body_json(body)
}

/// A server that answers everything alike.
pub async fn answering(response: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(response).mount(&server).await;
    server
}

/// The requests a server got: method and JSON body.
async fn asked(server: &MockServer) -> Vec<(String, Value)> {
    let requests = server.received_requests().await.unwrap();
    requests.iter().map(|request| (method_of(request), request.body_json().unwrap())).collect()
}

fn method_of(request: &Request) -> String {
    let path = request.url.path().to_owned();
    path.strip_prefix(&format!("/bot{TOKEN}/")).unwrap().to_owned()
}

/// The words of an outcome, checked for what must never be in them.
pub fn words(sent: &Sent) -> &str {
    let shown = format!("{sent:?}");
    for secret in ["HushHush", "pw-in-proxy", "7255925334"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    match sent {
        Sent::Done(words) | Sent::Again(words) | Sent::Doubt(words) | Sent::Gone(words) => words,
        Sent::Moved(words) | Sent::Refused(words) | Sent::Locked(words) => words,
        Sent::Wait(_) => "",
    }
}

fn edit(message_id: &str) -> Outgoing {
    let message = Message::plain("【3】 60% < 80%").row([Button::new("查看", "查 3")]);
    let body = Body::Edit { message_id: message_id.into(), message };
    Outgoing { id: 1, to: address(GROUP), body, path: None }
}

#[tokio::test]
async fn a_card_is_edited_in_place_and_again_when_in_doubt() {
    let server = answering(done(321)).await;
    assert_eq!(bot_at(&server.uri()).send(&edit("321")).await, Sent::Done("321".into()));
    let [(method, body)] = asked(&server).await.try_into().unwrap();
    assert_eq!(method, "editMessageText");
    let expected = json!({
        "chat_id": -1_002_781_909_976_i64,
        "message_id": 321,
        "text": "【3】 60% &lt; 80%",
        "parse_mode": "HTML",
        "link_preview_options": { "is_disabled": true },
        "reply_markup": { "inline_keyboard": [[{ "text": "查看", "callback_data": "查 3" }]] },
    });
    assert_eq!(body, expected);
    // It reads so already; the gateway is in doubt; it is gone; it is no number.
    let server = answering(refused(400, "Bad Request: message is not modified: specified new")).await;
    assert_eq!(bot_at(&server.uri()).send(&edit("321")).await, Sent::Done("321".into()));
    let server = answering(ResponseTemplate::new(502)).await;
    assert!(matches!(bot_at(&server.uri()).send(&edit("321")).await, Sent::Again(_)));
    let server = answering(refused(400, "Bad Request: message to edit not found")).await;
    assert!(matches!(bot_at(&server.uri()).send(&edit("321")).await, Sent::Refused(_)));
    assert!(matches!(bot_at(&server.uri()).send(&edit("x")).await, Sent::Refused(_)));
}

#[tokio::test]
async fn a_message_is_dressed_escaped_and_addressed() {
    let server = answering(done(321)).await;
    let text = Text::default().strong("城建<一>").then("\na < b & c > d ").code("进度 3 60%").strong("");
    let message = Message { text, reply_to: Some("12".into()), ..Message::default() };
    let nine = (0..9).map(|n| Button::new(n.to_string(), format!("清单 {n}")));
    let mut outgoing = to(GROUP, message.row(nine).row([Button::new("好", "撤回")]));
    outgoing.to.thread = Some("77".into());
    assert_eq!(bot_at(&server.uri()).send(&outgoing).await, Sent::Done("321".into()));
    let [(method, body)] = asked(&server).await.try_into().unwrap();
    assert_eq!(method, "sendMessage");
    let button = |n: &str| json!({ "text": n, "callback_data": format!("清单 {n}") });
    let expected = json!({
        "chat_id": -1_002_781_909_976_i64,
        "text": "<b>城建&lt;一&gt;</b>\na &lt; b &amp; c &gt; d <code>进度 3 60%</code>",
        "parse_mode": "HTML",
        "message_thread_id": 77,
        "link_preview_options": { "is_disabled": true },
        "reply_parameters": { "message_id": 12, "allow_sending_without_reply": true },
        "reply_markup": { "inline_keyboard": [
            (0..8).map(|n| button(&n.to_string())).collect::<Vec<_>>(),
            [button("8")],
            [{ "text": "好", "callback_data": "撤回" }],
        ] },
    });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn every_recorded_refusal_has_its_fate() {
    for vector in of_kind("api_error") {
        let status = vector["input"]["status"].as_u64().unwrap() as u16;
        let body = vector["input"]["body"].as_str().unwrap();
        let server = answering(ResponseTemplate::new(status).set_body_string(body)).await;
        let sent = bot_at(&server.uri()).send(&to(GROUP, Message::plain("好"))).await;
        let words = words(&sent).to_owned();
        let as_expected = match vector["expect"]["class"].as_str().unwrap() {
            "gone" => matches!(sent, Sent::Gone(_)),
            "migrated" => sent == Sent::Moved(vector["expect"]["new_chat_id"].to_string()),
            "permanent" => matches!(sent, Sent::Refused(_)),
            "retry_after" => {
                sent == Sent::Wait(Duration::from_secs(vector["expect"]["retry_after"].as_u64().unwrap()))
            }
            "ignore" => sent == Sent::Done(String::new()),
            "token" => matches!(sent, Sent::Locked(_)),
            "conflict" => matches!(sent, Sent::Again(_)),
            "retry" | "unknown_outcome" => matches!(sent, Sent::Doubt(_)),
            other => panic!("{other}"),
        };
        assert!(as_expected, "{}: {sent:?}", vector["id"]);
        // The server's own words are kept for whoever has to mend it.
        if let (true, Ok(body)) = (!words.is_empty(), serde_json::from_str::<Value>(body)) {
            let description = body["description"].as_str().unwrap_or_default();
            assert!(words.contains(description) || matches!(sent, Sent::Moved(_)), "{words}");
        }
    }
}

#[tokio::test]
async fn a_wait_is_never_nothing_and_never_endless() {
    let told = |seconds: Value| json!({ "ok": false, "error_code": 429, "description": "Too Many Requests", "parameters": { "retry_after": seconds } });
    let cases = [
        (ResponseTemplate::new(429).set_body_json(told(json!(0))), 1),
        (ResponseTemplate::new(429).set_body_json(told(json!(u64::MAX / 2 - 1))), 86_400),
        (ResponseTemplate::new(429).set_body_json(told(json!("12"))), 12),
        (ResponseTemplate::new(429).set_body_json(told(json!(-3))), 5),
        (refused(429, "Too Many Requests: retry later"), 5),
        (refused(429, "Too Many Requests: retry later").insert_header("Retry-After", "9"), 9),
        (ResponseTemplate::new(429).set_body_string("<html>").insert_header("Retry-After", "8"), 8),
        (ResponseTemplate::new(429).insert_header("Retry-After", "Tue, 24 Nov 2026 06:35:00 GMT"), 5),
    ];
    for (response, seconds) in cases {
        let server = answering(response).await;
        let sent = bot_at(&server.uri()).send(&to("7", Message::plain("好"))).await;
        assert_eq!(sent, Sent::Wait(Duration::from_secs(seconds)));
    }
}

#[tokio::test]
async fn strangers_answers_say_nothing_about_the_chat() {
    let fate = async |response| {
        let server = answering(response).await;
        let sent = bot_at(&server.uri()).send(&to("7", Message::plain("好"))).await;
        words(&sent);
        sent
    };
    // A gateway's page is not Telegram's word that the bot was blocked.
    let page = |status| ResponseTemplate::new(status).set_body_string("<html>no</html>");
    assert!(matches!(fate(page(403)).await, Sent::Doubt(_)));
    assert!(matches!(fate(page(200)).await, Sent::Doubt(_)));
    assert!(matches!(fate(page(504)).await, Sent::Doubt(_)));
    assert!(matches!(fate(page(404)).await, Sent::Locked(_)));
    assert!(matches!(fate(page(407)).await, Sent::Locked(_)));
    assert!(matches!(fate(page(413)).await, Sent::Refused(_)));
    let json = |status, body| ResponseTemplate::new(status).set_body_json(body);
    assert!(matches!(fate(json(403, json!({ "error": "blocked by the user" }))).await, Sent::Doubt(_)));
    assert!(matches!(fate(json(500, json!({ "ok": true, "result": {} }))).await, Sent::Doubt(_)));
    // The body's code counts where a gateway hides the status.
    let hidden = json!({ "ok": false, "error_code": 403, "description": "Forbidden: user is deactivated" });
    assert!(matches!(fate(json(200, hidden)).await, Sent::Gone(_)));
    assert!(matches!(fate(refused(403, "Forbidden: not enough rights to post")).await, Sent::Refused(_)));
}

/// Refuses with `description` as long as `field` is in the request.
async fn stumbling_over(field: &Value, description: &str) -> MockServer {
    let server = MockServer::start().await;
    let stumble = Mock::given(body_partial_json(field)).respond_with(refused(400, description));
    stumble.with_priority(1).mount(&server).await;
    Mock::given(method("POST")).respond_with(done(5)).mount(&server).await;
    server
}

#[tokio::test]
async fn what_the_server_stumbles_over_is_left_out_once() {
    let message = Message { text: Text::plain("a<b").strong("好"), ..Message::default() };
    let mut outgoing = to(GROUP, Message { reply_to: Some("12".into()), ..message });
    outgoing.to.thread = Some("77".into());

    let markup = "Bad Request: can't parse entities: Unsupported start tag \"b\" at byte offset 1";
    let server = stumbling_over(&json!({ "parse_mode": "HTML" }), markup).await;
    assert_eq!(bot_at(&server.uri()).send(&outgoing).await, Sent::Done("5".into()));
    let [_, (_, plain)] = asked(&server).await.try_into().unwrap();
    assert_eq!((&plain["text"], plain.get("parse_mode")), (&json!("a<b好"), None));
    assert_eq!(plain["message_thread_id"], 77);

    let reply = "Bad Request: message to be replied not found";
    let server = stumbling_over(&json!({ "reply_parameters": { "message_id": 12 } }), reply).await;
    assert_eq!(bot_at(&server.uri()).send(&outgoing).await, Sent::Done("5".into()));
    let [_, (_, alone)] = asked(&server).await.try_into().unwrap();
    assert_eq!((alone.get("reply_parameters"), &alone["parse_mode"]), (None, &json!("HTML")));

    let thread = "Bad Request: message thread not found";
    let server = stumbling_over(&json!({ "message_thread_id": 77 }), thread).await;
    assert_eq!(bot_at(&server.uri()).send(&outgoing).await, Sent::Done("5".into()));
    assert_eq!(asked(&server).await.len(), 2);

    // The same words again, when there is nothing left to leave out, are final; so is a closed topic.
    for (description, attempts) in [(markup, 2), (reply, 2), (thread, 2), ("Bad Request: TOPIC_CLOSED", 1)] {
        let server = answering(refused(400, description)).await;
        let sent = bot_at(&server.uri()).send(&outgoing).await;
        assert!(matches!(sent, Sent::Refused(_)), "{sent:?}");
        assert_eq!(asked(&server).await.len(), attempts, "{description}");
    }
}

#[tokio::test]
async fn what_can_never_be_sent_is_refused_without_asking() {
    let server = answering(done(1)).await;
    let bot = bot_at(&server.uri());
    let fits = "督".repeat(bot.text_limit());
    for outgoing in [
        to("somebody", Message::plain("好")),
        to("7", Message::plain(" \n")),
        to("7", Message::plain(format!("{fits}!"))),
    ] {
        assert!(matches!(bot.send(&outgoing).await, Sent::Refused(_)));
    }
    assert!(asked(&server).await.is_empty());
    assert_eq!(bot.send(&to("7", Message::plain(fits))).await, Sent::Done("1".into()));
}

#[tokio::test]
async fn toasts_are_short_and_never_late() {
    let server =
        answering(ResponseTemplate::new(200).set_body_json(json!({ "ok": true, "result": true }))).await;
    let bot = bot_at(&server.uri());
    for text in ["已记下", "", &"👷🏽".repeat(60)] {
        assert_eq!(bot.send(&toast(text)).await, Sent::Done(String::new()));
    }
    let [short, empty, long] = asked(&server).await.try_into().unwrap();
    assert_eq!(short, ("answerCallbackQuery".into(), json!({ "callback_query_id": "99", "text": "已记下" })));
    assert_eq!(empty.1, json!({ "callback_query_id": "99" }));
    let shown = long.1["text"].as_str().unwrap();
    assert_eq!(shown, format!("{}…", "👷🏽".repeat(49)));
    let late = "Bad Request: query is too old and response timeout expired or query ID is invalid";
    let server = answering(refused(400, late)).await;
    assert_eq!(bot_at(&server.uri()).send(&toast("好")).await, Sent::Done(String::new()));
}

#[test]
fn the_pace_tells_groups_by_their_ids() {
    let bot = bot();
    assert!(bot.is_group(GROUP) && !bot.is_group("4346461239"));
    assert_eq!(bot.pace().len(), 3);
}

#[tokio::test]
async fn a_file_goes_with_its_words_and_a_picture_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kept");
    std::fs::write(&path, b"%PDF-1.7 one").unwrap();
    let outgoing = |name: &str, mime: &str, text: &str| {
        let file = Enclosed { sha256: "a".repeat(64), name: name.into(), mime: mime.into(), bytes: 12 };
        let message = Message { file: Some(Box::new(file)), ..Message::plain(text) };
        let message = message.row([Button::new("再试", "导出 台账")]);
        Outgoing { path: Some(path.clone()), ..to(GROUP, Message { reply_to: Some("12".into()), ..message }) }
    };
    let server = answering(done(321)).await;
    let mut document = outgoing("整改台账.pdf", "application/pdf", "「台账」<b>");
    document.to.thread = Some("77".into());
    assert_eq!(bot_at(&server.uri()).send(&document).await, Sent::Done("321".into()));
    assert_eq!(
        bot_at(&server.uri()).send(&outgoing("a.png", "image/png", "图")).await,
        Sent::Done("321".into())
    );
    let requests = server.received_requests().await.unwrap();
    let [first, second] = requests.as_slice() else { panic!("{} requests", requests.len()) };
    assert_eq!((method_of(first).as_str(), method_of(second).as_str()), ("sendDocument", "sendPhoto"));
    let body = String::from_utf8_lossy(&first.body);
    for part in [
        "name=\"chat_id\"\r\n\r\n-1002781909976\r\n",
        "name=\"caption\"\r\n\r\n「台账」<b>\r\n",
        "name=\"message_thread_id\"\r\n\r\n77\r\n",
        "{\"allow_sending_without_reply\":true,\"message_id\":12}",
        "[[{\"text\":\"再试\",\"callback_data\":\"导出 台账\"}]]",
        "Content-Type: application/pdf\r\n\r\n%PDF-1.7 one\r\n",
    ] {
        assert!(body.contains(part), "{part}\n{body}");
    }
    assert!(body.contains("name=\"document\"") && !body.contains("parse_mode"), "{body}");
}

#[tokio::test]
async fn a_file_that_cannot_go_is_told_apart_from_one_that_may_later() {
    let server = answering(done(321)).await;
    let bot = bot_at(&server.uri());
    let of = |bytes| Enclosed { sha256: "a".repeat(64), name: "a".into(), mime: "text/csv".into(), bytes };
    let message = |bytes| to(GROUP, Message { file: Some(Box::new(of(bytes))), ..Message::plain("好") });
    assert!(matches!(bot.send(&message(51 << 20)).await, Sent::Refused(_)));
    assert!(matches!(bot.send(&message(1)).await, Sent::Again(_)));
    assert!(server.received_requests().await.unwrap().is_empty());
    // A deleted topic: the chat itself is read by the same people.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kept");
    std::fs::write(&path, b"1").unwrap();
    let server = answering(refused(400, "Bad Request: message thread not found")).await;
    let mut outgoing = Outgoing { path: Some(path), ..message(1) };
    outgoing.to.thread = Some("77".into());
    assert!(matches!(bot_at(&server.uri()).send(&outgoing).await, Sent::Refused(_)));
    assert_eq!(server.received_requests().await.unwrap().len(), 2);
}
