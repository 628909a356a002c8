//! Every recorded vector, by kind. What three independent libraries made of the same bytes is part of
//! the vectors; here our own reading is compared with what was expected of all of them.

use std::collections::BTreeMap;

use duban::domain::message::Membership;
use duban::domain::split::split;
use duban::domain::{Button, Incoming, Text, What};
use duban::platforms::telegram::{Class, classify, deep_link};
use duban::platforms::{Platform, Received};
use serde_json::Value;

use super::{bot, call};

/// The vectors of one kind.
pub fn of_kind(kind: &str) -> Vec<Value> {
    let file: Value = serde_json::from_str(include_str!("../../fixtures/telegram/vectors.json")).unwrap();
    let all = file["vectors"].as_array().unwrap().clone();
    let found: Vec<Value> = all.into_iter().filter(|vector| vector["kind"] == kind).collect();
    assert!(!found.is_empty(), "no vectors of kind {kind}");
    found
}

fn text<'a>(value: &'a Value, path: &str) -> &'a str {
    value.pointer(path).and_then(Value::as_str).unwrap_or_else(|| panic!("{path} in {value}"))
}

fn received(vector: &Value) -> Received {
    let secret = vector.pointer("/input/headers/X-Telegram-Bot-Api-Secret-Token").and_then(Value::as_str);
    bot().receive(&call(secret, text(vector, "/input/body").as_bytes()))
}

#[test]
fn updates_are_understood() {
    for vector in of_kind("update") {
        let id = text(&vector, "/id").to_owned();
        let Received::Update(incoming) = received(&vector) else { panic!("{id}: not an update") };
        let body: Value = serde_json::from_str(text(&vector, "/input/body")).unwrap();
        let fields = &vector["expect"]["fields"];
        assert_eq!(incoming.update_id, fields["update_id"].to_string(), "{id}");
        assert_eq!(incoming.private, fields["chat_type"] == "private", "{id}");
        check_place(&id, &incoming, &body, fields);
        assert_eq!(incoming.what, expected(&body, &vector["expect"], &incoming.what), "{id}");
    }
}

fn check_place(id: &str, incoming: &Incoming, body: &Value, fields: &Value) {
    let shown = |value: &Value| if value.is_null() { None } else { Some(value.to_string()) };
    let message = body.get("message").unwrap_or(&Value::Null);
    // The new chat's message about a move is told as the old chat's move.
    let moved_from = fields.get("migrate_from_chat_id");
    let chat = moved_from.unwrap_or(&fields["chat_id"]);
    assert_eq!(incoming.chat.chat, shown(chat).unwrap_or_default(), "{id}: chat");
    if moved_from.is_none() {
        assert_eq!(incoming.message_id, shown(&fields["message_id"]), "{id}: message");
    }
    // Nobody acts through the accounts behind which others are hidden.
    let is_mask = message.get("sender_chat").is_some();
    assert_eq!(incoming.account, shown(&fields["from_id"]).filter(|_| !is_mask), "{id}: account");
    // Only topics are threads to answer in.
    let is_topic = message["is_topic_message"] == true;
    assert_eq!(incoming.chat.thread, shown(&fields["thread_id"]).filter(|_| is_topic), "{id}: thread");
}

fn expected(body: &Value, expect: &Value, got: &What) -> What {
    let fields = &expect["fields"];
    if let Some(bot) = fields["bot"].as_str() {
        return What::Membership(match bot {
            "added" => Membership::Added,
            "promoted" => Membership::Promoted,
            "removed" => Membership::Removed,
            "blocked" => Membership::Blocked,
            "unblocked" => Membership::Unblocked,
            other => panic!("{other}"),
        });
    }
    if let Some(data) = fields["data"].as_str() {
        return What::Pressed { press_id: text(body, "/callback_query/id").into(), data: data.into() };
    }
    if let Some(to) = fields.get("migrate_to_chat_id") {
        return What::Moved { to: to.to_string() };
    }
    if fields.get("migrate_from_chat_id").is_some() {
        return What::Moved { to: fields["chat_id"].to_string() };
    }
    let said = fields["text"].as_str().or(fields["caption"].as_str());
    let is_channels = body.get("channel_post").is_some() || body["message"]["is_automatic_forward"] == true;
    // A piece of an album without words may belong to one with words.
    let said = said.or(fields["media_group_id"].as_str().map(|_| ""));
    let (Some(said), false) = (said, is_channels || fields["for_us"] == false) else { return What::Nothing };
    let edited = body.get("edited_message").is_some();
    let answers_us = body.pointer("/message/reply_to_message/from/id") == Some(&7_255_925_334_u64.into());
    let names_us = said.to_lowercase().contains("@duban_bot");
    let addressed = names_us || answers_us || said.starts_with('/') || fields["chat_type"] == "private";
    let words = match fields["start_payload"].as_str() {
        Some(payload) => format!("绑定 {}", payload.trim_start_matches("bind_")),
        None if said.starts_with('/') => {
            let (command, rest) = said.split_once(' ').unwrap_or((said, ""));
            format!("{} {rest}", command.to_lowercase().replace("@duban_bot", ""))
        }
        None => said.replace("@duban_bot ", ""),
    };
    // Blanks are compared as one: what stood around a name is joined.
    let What::Said { text, .. } = got else { panic!("{got:?} instead of {words}") };
    let same = text.split_whitespace().eq(words.split_whitespace());
    What::Said { text: if same { text.clone() } else { words }, addressed, edited }
}

#[test]
fn only_the_right_secret_is_let_in() {
    for vector in of_kind("secret_header") {
        let id = text(&vector, "/id");
        let expect = &vector["expect"];
        let as_expected = match received(&vector) {
            Received::Update(_) => expect["accept"] == true,
            Received::Unauthorised => expect["accept"] == false && expect["status"] == 401,
            Received::Unreadable(_) => expect["accept"] == false && expect["reason"] == "parse",
            Received::Answer(_) => false,
        };
        assert!(as_expected, "{id}: {:?}", received(&vector));
    }
}

#[test]
fn long_texts_are_cut_as_the_platform_counts() {
    let limit = bot().text_limit();
    for vector in of_kind("length") {
        let id = text(&vector, "/id");
        let whole = Text::plain(text(&vector, "/input/text"));
        let expect = &vector["expect"];
        assert_eq!(whole.units() as u64, expect["sizes"]["utf16_units"].as_u64().unwrap(), "{id}");
        let parts = split(&whole, limit);
        assert_eq!(parts.len() == 1, expect["fits_one_message"] == true, "{id}");
        assert!(parts.len() as u64 >= expect["min_parts"].as_u64().unwrap(), "{id}");
        assert!(parts.iter().all(|part| part.units() <= limit && !part.is_blank()), "{id}");
        let joined: String = parts.iter().map(Text::bare).collect();
        assert_eq!(joined.replace('\n', ""), whole.bare().replace('\n', ""), "{id}");
    }
}

#[test]
fn buttons_take_what_fits_behind_them() {
    for vector in of_kind("callback_data") {
        let button = Button::new("好", text(&vector, "/input/callback_data"));
        assert_eq!(button.is_some(), vector["expect"]["valid"] == true, "{}", vector["id"]);
    }
}

#[test]
fn deep_links_are_made_or_refused() {
    for vector in of_kind("deep_link") {
        let link = deep_link(
            text(&vector, "/input/bot"),
            text(&vector, "/input/payload"),
            vector["input"]["type"] == "startgroup",
        );
        assert_eq!(link.as_deref(), vector["expect"]["url"].as_str(), "{}", vector["id"]);
    }
}

#[test]
fn answers_fall_into_their_classes() {
    let mut seen = BTreeMap::new();
    for vector in of_kind("api_error") {
        let status = vector["input"]["status"].as_u64().unwrap() as u16;
        let class = classify(status, None, text(&vector, "/input/body").as_bytes());
        let expect = &vector["expect"];
        let (name, detail) = match class {
            Class::Ok => ("ok", None),
            Class::Gone => ("gone", None),
            Class::Migrated { to } => ("migrated", Some(("new_chat_id", to))),
            Class::Permanent => ("permanent", None),
            Class::RetryAfter { seconds } => ("retry_after", Some(("retry_after", seconds as i64))),
            Class::Ignore => ("ignore", None),
            Class::Token => ("token", None),
            Class::Conflict => ("conflict", None),
            Class::Retry => ("retry", None),
            Class::UnknownOutcome => ("unknown_outcome", None),
        };
        assert_eq!(expect["class"], name, "{}", vector["id"]);
        if let Some((field, value)) = detail {
            assert_eq!(expect[field], value, "{}", vector["id"]);
        }
        *seen.entry(name).or_insert(0) += 1;
    }
    assert_eq!(seen.len(), 9, "{seen:?}");
}
