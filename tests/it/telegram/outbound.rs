//! The same calls as other libraries made them: ours must mean the same. They send forms and we send
//! JSON, so fields are compared by their values.

use std::collections::BTreeMap;

use duban::domain::message::Body;
use duban::domain::{Button, Message, Outgoing, Text};
use duban::platforms::Platform;
use duban::platforms::telegram::{Telegram, setup};
use reqwest::Url;
use serde_json::{Value, json};

use super::outside::{NAMES, asked, at, me, server};
use super::vectors::of_kind;
use super::{GROUP, address};

/// What the libraries of the vectors sent: fields by name, each as JSON where it is.
fn theirs(vector: &Value) -> Vec<BTreeMap<String, Value>> {
    let requests = vector["expect"]["requests"].as_object().unwrap();
    let bodies = requests.values().map(|sent| sent[0]["body"].as_str().unwrap());
    bodies
        .map(|form| {
            let form = Url::parse(&format!("http://form/?{form}")).unwrap();
            let field = |value: &str| serde_json::from_str(value).unwrap_or_else(|_| json!(value));
            form.query_pairs().map(|(name, value)| (name.into_owned(), field(&value))).collect()
        })
        .collect()
}

#[tokio::test]
async fn our_requests_mean_what_other_libraries_requests_mean() {
    let server = server(&[("getMe", me()), ("sendMessage", json!({ "message_id": 5 }))]).await;
    let public = [("DUBAN_PUBLIC_URL", "https://example.com")];
    let bot = Telegram::open(&at(&server, &public)).unwrap().unwrap();
    let say = async |message: Message, thread: Option<&str>| {
        let mut to = address(GROUP);
        to.thread = thread.map(str::to_owned);
        bot.send(&Outgoing { id: 1, to, body: Body::Message(message), path: None }).await;
        asked(&server).await["sendMessage"].last().unwrap().clone()
    };
    let mut compared = 0;
    for vector in of_kind("outbound") {
        let id = vector["id"].as_str().unwrap().trim_start_matches("telegram-p-out-");
        let (ours, same): (Value, &[&str]) = match id {
            "sendMessage-html-keyboard" => {
                let text = Text::default().strong("城建督办一群");
                let text = text.then("\n请在周五前把环评材料交到城建处，逾期将上报。 <A&B>");
                let row = [Button::new("已完成", "done:1"), Button::new("申请延期", "delay:1")];
                let ours = say(Message::from(text).row(row), Some("77")).await;
                // Links are not buttons of ours: only the first row is.
                for theirs in theirs(&vector) {
                    let row = |body: &Value| body["inline_keyboard"][0].clone();
                    assert_eq!(row(&ours["reply_markup"]), row(&theirs["reply_markup"]));
                }
                (ours, &["chat_id", "text", "message_thread_id", "parse_mode"])
            }
            "reply" => {
                let text = theirs(&vector)[0]["text"].as_str().unwrap().to_owned();
                let message = Message { reply_to: Some("12".into()), ..Message::plain(text) };
                (say(message, None).await, &["chat_id", "text", "reply_parameters"])
            }
            "answerCallbackQuery" => {
                let text = theirs(&vector)[0]["text"].as_str().unwrap().to_owned();
                let body = Body::Toast { press_id: "99".into(), text };
                bot.send(&Outgoing { id: 1, to: address(GROUP), body, path: None }).await;
                let mut ours = asked(&server).await["answerCallbackQuery"][0].clone();
                // Forms do not tell numbers from text.
                ours["callback_query_id"] = json!(99);
                (ours, &["callback_query_id", "text"])
            }
            "setMyCommands-groups" => {
                setup(&at(&server, &public), &NAMES).await.unwrap();
                let calls = asked(&server).await;
                let is_this = |menu: &&Value| {
                    menu["language_code"] == "zh" && menu["scope"]["type"] == "all_group_chats"
                };
                let ours = calls["setMyCommands"].iter().find(is_this).unwrap().clone();
                (ours, &["commands", "scope", "language_code"])
            }
            "setWebhook" => {
                setup(&at(&server, &public), &NAMES).await.unwrap();
                (asked(&server).await["setWebhook"][0].clone(), &["secret_token"])
            }
            // Not said by this adapter: it neither edits nor sends files.
            "editMessageText" | "sendDocument" | "sendPhoto" => continue,
            other => panic!("{other}"),
        };
        for theirs in theirs(&vector) {
            for field in same {
                assert_eq!(ours[*field], theirs[*field], "{id}: {field}");
            }
        }
        compared += 1;
    }
    assert_eq!(compared, 5);
}
