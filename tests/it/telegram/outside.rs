//! Everything else that is asked of the platform: the bot's name, polling, setting up and diagnosing.

use std::collections::BTreeMap;

use duban::config::Settings;
use duban::domain::What;
use duban::platforms::telegram::{CommandWords, Finding, setup, webhook_state};
use duban::platforms::{Opening, PLATFORMS, Platform};
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::{SECRET, TOKEN, bot_at, settings, told};

pub const NAMES: [CommandWords<'static>; 1] =
    [CommandWords { command: "status", zh: "查看督办", en: "what is open" }];

/// A server that answers these methods with these results, and all others with `true`.
pub async fn server(results: &[(&str, Value)]) -> MockServer {
    let server = MockServer::start().await;
    let ok =
        |result: &Value| ResponseTemplate::new(200).set_body_json(json!({ "ok": true, "result": result }));
    for (name, result) in results {
        let way = path(format!("/bot{TOKEN}/{name}"));
        Mock::given(way).respond_with(ok(result)).with_priority(1).mount(&server).await;
    }
    Mock::given(method("POST")).respond_with(ok(&json!(true))).mount(&server).await;
    server
}

/// The calls a server got, by method.
pub async fn asked(server: &MockServer) -> BTreeMap<String, Vec<Value>> {
    let mut calls = BTreeMap::<String, Vec<Value>>::new();
    for request in server.received_requests().await.unwrap() {
        let name = request.url.path().rsplit('/').next().unwrap().to_owned();
        calls.entry(name).or_default().push(request.body_json().unwrap());
    }
    calls
}

pub fn me() -> Value {
    json!({ "id": 7_255_925_334_u64, "is_bot": true, "first_name": "督办助手", "username": "duban_bot",
        "can_join_groups": true, "can_read_all_group_messages": false, "supports_inline_queries": false })
}

pub fn at(server: &MockServer, more: &[(&str, &str)]) -> Settings {
    let uri = server.uri();
    settings(&[&[("DUBAN_TELEGRAM_API_URL", uri.as_str())], more].concat())
}

#[tokio::test]
async fn the_name_is_learnt_once() {
    let server = server(&[("getMe", me())]).await;
    let bot = bot_at(&server.uri());
    let text = "/status@duban_bot";
    let update = json!({ "update_id": 1, "message": {
        "message_id": 5, "date": 1, "chat": { "id": -5, "type": "group", "title": "g" }, "text": text,
        "entities": [{ "type": "bot_command", "offset": 0, "length": text.len() }] } });
    assert_eq!(told(&bot, &update).what, What::Nothing);
    bot.prepare().await.unwrap();
    bot.prepare().await.unwrap();
    assert_eq!(
        told(&bot, &update).what,
        What::Said { text: "/status".into(), addressed: true, edited: false }
    );
    assert_eq!(asked(&server).await["getMe"].len(), 1);
}

#[tokio::test]
async fn with_the_name_come_links_that_bind_and_whether_it_is_deaf() {
    let server = server(&[("getMe", me())]).await;
    let bot = bot_at(&server.uri());
    assert_eq!((bot.bind_link("ABCDE-FGHJK"), bot.is_deaf()), (None, false), "nothing is known yet");
    bot.prepare().await.unwrap();
    let link = "https://t.me/duban_bot?start=bind_ABCDE-FGHJK";
    assert_eq!((bot.bind_link("ABCDE-FGHJK").as_deref(), bot.is_deaf()), (Some(link), true));
}

#[tokio::test]
async fn a_name_that_cannot_be_learnt_is_an_error_without_the_token() {
    let refusing = MockServer::start().await;
    let body = json!({ "ok": false, "error_code": 401, "description": "Unauthorized" });
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(401).set_body_json(body))
        .mount(&refusing)
        .await;
    for server in [refusing.uri(), "http://127.0.0.1:1".to_owned()] {
        let error = format!("{:?}", bot_at(&server).prepare().await.unwrap_err());
        assert!(!error.contains("HushHush") && !error.contains(&server), "{error}");
    }
}

#[tokio::test]
async fn polling_asks_for_what_comes_after_and_translates_it() {
    let message = |text: &str| {
        json!({ "message_id": 5, "date": 1, "chat": { "id": 7, "type": "private", "first_name": "李" },
            "from": { "id": 7, "is_bot": false, "first_name": "李" }, "text": text })
    };
    let updates = json!([
        { "update_id": 41, "message": message("清单") },
        { "update_id": 42, "future_thing": {} },
        { "nothing": "readable" },
    ]);
    let server = server(&[("getUpdates", updates)]).await;
    let bot = bot_at(&server.uri());
    let polled = bot.poll(40).await.unwrap();
    bot.poll(0).await.unwrap();
    assert_eq!(polled.iter().map(|polled| polled.number).collect::<Vec<_>>(), [41, 42]);
    let said = What::Said { text: "清单".into(), addressed: true, edited: false };
    assert_eq!((&polled[0].update.what, &polled[1].update.what), (&said, &What::Nothing));
    let calls = &asked(&server).await["getUpdates"];
    let allowed = ["message", "edited_message", "callback_query", "my_chat_member"];
    assert_eq!(calls[0], json!({ "offset": 41, "timeout": 25, "allowed_updates": allowed }));
    assert_eq!(calls[1].get("offset"), None);
}

#[tokio::test]
async fn polling_in_vain_says_what_is_in_the_way() {
    let fails = async |response: ResponseTemplate| {
        let server = MockServer::start().await;
        Mock::given(method("POST")).respond_with(response).mount(&server).await;
        let error = format!("{:?}", bot_at(&server.uri()).poll(0).await.unwrap_err());
        assert!(!error.contains("HushHush"), "{error}");
        error
    };
    let conflict = |why: &str| {
        let body = json!({ "ok": false, "error_code": 409, "description": format!("Conflict: {why}") });
        ResponseTemplate::new(409).set_body_json(body)
    };
    let webhook =
        "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
    assert!(fails(conflict(webhook)).await.contains("deleteWebhook"));
    let other = "terminated by other getUpdates request; make sure that only one bot instance is running";
    assert!(fails(conflict(other)).await.contains("another program"));
    assert!(fails(ResponseTemplate::new(502).set_body_string("<html>")).await.contains("502"));
    assert!(fails(ResponseTemplate::new(200).set_body_string("{\"ok\":true}")).await.contains("unreadable"));
    let ok =
        |result: Value| ResponseTemplate::new(200).set_body_json(json!({ "ok": true, "result": result }));
    assert!(fails(ok(json!({}))).await.contains("no list"));
    assert!(fails(ok(json!([{}, {}]))).await.contains("nothing readable"));
}

#[tokio::test]
async fn setting_up_registers_the_webhook_and_the_menus() {
    let server = server(&[("getMe", me())]).await;
    let settings = at(&server, &[("DUBAN_PUBLIC_URL", "https://duban.example.com/")]);
    let done = setup(&settings, &NAMES).await.unwrap();
    assert!(done.iter().any(|line| line.contains("privacy mode is on")), "{done:?}");
    assert!(done.iter().all(|line| !line.contains(SECRET) && !line.contains("HushHush")), "{done:?}");
    let calls = asked(&server).await;
    let expected = json!({
        "url": "https://duban.example.com/hooks/telegram", "secret_token": SECRET, "max_connections": 40,
        "allowed_updates": ["message", "edited_message", "callback_query", "my_chat_member"],
        "drop_pending_updates": false,
    });
    assert_eq!(calls["setWebhook"], [expected]);
    let menus = &calls["setMyCommands"];
    for scope in ["default", "all_private_chats", "all_group_chats"] {
        for (language, words) in [(None, "查看督办"), (Some("zh"), "查看督办"), (Some("en"), "what is open")]
        {
            let mut menu = json!({ "commands": [{ "command": "status", "description": words }] });
            menu["scope"] = json!({ "type": scope });
            if let Some(language) = language {
                menu["language_code"] = json!(language);
            }
            assert!(menus.contains(&menu), "{menu}");
        }
    }
    assert_eq!(menus.len(), 9);
}

#[tokio::test]
async fn without_a_public_address_the_webhook_is_removed() {
    let server = server(&[("getMe", me())]).await;
    setup(&at(&server, &[]), &NAMES).await.unwrap();
    let calls = asked(&server).await;
    assert_eq!(calls["deleteWebhook"], [json!({ "drop_pending_updates": false })]);
    assert!(!calls.contains_key("setWebhook"));
}

#[tokio::test]
async fn wrong_settings_are_told_before_anything_is_asked() {
    let fails = async |vars: &[(&str, &str)], names: &[CommandWords<'_>]| {
        let error = setup(&settings(vars), names).await.unwrap_err();
        format!("{error:#}")
    };
    for url in [
        "http://duban.example.com",
        "https://duban.example.com:444",
        "https://10.0.0.1",
        "https://localhost",
        "duban",
    ] {
        let error = fails(&[("DUBAN_PUBLIC_URL", url)], &NAMES).await;
        assert!(error.contains("DUBAN_PUBLIC_URL"), "{url}: {error}");
    }
    let public = ("DUBAN_PUBLIC_URL", "https://duban.example.com:8443");
    assert!(fails(&[public, ("DUBAN_TELEGRAM_SECRET", "")], &NAMES).await.contains("DUBAN_TELEGRAM_SECRET"));
    assert!(fails(&[public, ("DUBAN_TELEGRAM_TOKEN", "")], &NAMES).await.contains("DUBAN_TELEGRAM_TOKEN"));
    for command in ["Status", "进度", "", "a-b", &"a".repeat(33)] {
        let names = [CommandWords { command, zh: "查看", en: "see" }];
        assert!(fails(&[public], &names).await.contains("lower-case"));
    }
    let names = [CommandWords { command: "status", zh: "", en: "see" }];
    assert!(fails(&[public], &names).await.contains("1–256"));
}

#[tokio::test]
async fn the_doctor_compares_the_webhook_with_the_settings() {
    let look = async |info: Value, me: Value, vars: &[(&str, &str)]| {
        let server = server(&[("getMe", me), ("getWebhookInfo", info)]).await;
        webhook_state(&at(&server, vars)).await.unwrap()
    };
    let bad = |findings: &[Finding]| {
        findings
            .iter()
            .filter(|finding| !finding.good)
            .map(|finding| finding.text.clone())
            .collect::<Vec<_>>()
    };
    let mut open = me();
    open["can_read_all_group_messages"] = json!(true);
    let public = [("DUBAN_PUBLIC_URL", "https://duban.example.com")];
    let url = "https://duban.example.com/hooks/telegram";
    let fine = json!({ "url": url, "pending_update_count": 3,
        "allowed_updates": ["message", "edited_message", "callback_query", "my_chat_member"] });
    assert_eq!(bad(&look(fine.clone(), open.clone(), &public).await), Vec::<String>::new());
    assert_eq!(bad(&look(json!({ "url": "" }), open.clone(), &[]).await), Vec::<String>::new());

    let mut ill = fine.clone();
    ill["url"] = json!("https://other.example.com/hush/7255925334:AAHushHush");
    ill["pending_update_count"] = json!(5000);
    ill["last_error_date"] = json!(1_795_489_197);
    ill["last_error_message"] = json!("Wrong response from the webhook: 401 Unauthorized");
    ill["allowed_updates"] = json!(["message"]);
    let mut closed = me();
    closed["can_join_groups"] = json!(false);
    let found = bad(&look(ill, closed, &public).await).join("\n");
    for words in [
        "privacy mode is on",
        "may not be added",
        "elsewhere (other.example.com)",
        "5000",
        "2026-11-24 02:59 UTC Wrong response",
        "edited_message, callback_query, my_chat_member",
    ] {
        assert!(found.contains(words), "{words} in {found}");
    }
    assert!(!found.contains("HushHush"));
    assert!(bad(&look(json!({ "url": "" }), open.clone(), &public).await)[0].contains("not registered"));
    assert!(bad(&look(fine, open, &[]).await)[0].contains("polling is refused"));
}

#[test]
fn the_account_is_opened_only_with_a_token() {
    let opened = |settings: &Settings| -> Vec<&'static str> {
        let mut opening = Opening { settings, room: None };
        PLATFORMS
            .iter()
            .filter_map(|open| open(&mut opening).unwrap())
            .map(|platform| platform.name())
            .collect()
    };
    assert_eq!(opened(&settings(&[])), ["telegram"]);
    assert!(opened(&settings(&[("DUBAN_TELEGRAM_TOKEN", "")])).is_empty());
}
