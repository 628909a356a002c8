//! Cases beyond the recorded ones: masks, topics, memberships, news, and bytes nobody should send.

use duban::domain::message::Membership;
use duban::domain::{Incoming, What};
use duban::platforms::telegram::Telegram;
use duban::platforms::{Platform, Received};
use serde_json::{Value, json};

use super::{SECRET, TOKEN, bot, call, told};

const ME: u64 = 7_255_925_334;

pub fn entity(kind: &str, text: &str, words: &str) -> Value {
    let at = text.find(words).unwrap();
    let units = |text: &str| text.encode_utf16().count();
    json!({ "type": kind, "offset": units(&text[..at]), "length": units(words) })
}

/// A message of a person in a supergroup, with these fields more.
pub fn message(more: Value) -> Value {
    let mut message = json!({
        "message_id": 5, "date": 1_795_489_197,
        "chat": { "id": -1_002_781_909_976_i64, "type": "supergroup", "title": "一群" },
        "from": { "id": 4_346_461_239_u64, "is_bot": false, "first_name": "李", "last_name": "建国" },
    });
    for (name, value) in more.as_object().unwrap() {
        message[name] = value.clone();
    }
    message
}

fn heard(more: Value) -> Incoming {
    told(&bot(), &json!({ "update_id": 1, "message": message(more) }))
}

#[test]
fn a_mention_by_id_calls_us_and_another_persons_does_not() {
    let named = |id: u64| {
        let user = json!({ "id": id, "is_bot": true, "first_name": "督办" });
        let entities = json!([{ "type": "text_mention", "offset": 0, "length": 2, "user": user }]);
        heard(json!({ "text": "督办 清单", "entities": entities })).what
    };
    assert_eq!(named(ME), What::Said { text: "清单".into(), addressed: true, edited: false });
    assert_eq!(named(9), What::Said { text: "督办 清单".into(), addressed: false, edited: false });
}

#[test]
fn captions_are_texts_and_pictures_alone_are_nothing() {
    let caption = "@duban_bot 进度 3 60%";
    let photo = json!([{ "file_id": "a", "file_unique_id": "b", "width": 1, "height": 1, "file_size": 1 }]);
    let entities = json!([entity("mention", caption, "@duban_bot")]);
    let heard_with = heard(json!({ "photo": photo, "caption": caption, "caption_entities": entities }));
    assert_eq!(heard_with.what, What::Said { text: "进度 3 60%".into(), addressed: true, edited: false });
    assert_eq!(heard(json!({ "photo": photo })).what, What::Nothing);
}

#[test]
fn words_of_others_are_nothing() {
    let person = json!({ "id": 9, "is_bot": false, "first_name": "他" });
    let origins = [
        json!({ "type": "user", "date": 1, "sender_user": person }),
        json!({ "type": "hidden_user", "date": 1, "sender_user_name": "他" }),
        json!({ "type": "a_kind_of_tomorrow", "date": 1 }),
    ];
    for origin in origins {
        let forwarded = json!({ "text": "/done 3", "forward_origin": origin });
        assert_eq!(heard(forwarded).what, What::Nothing);
    }
    let bot = json!({ "id": 8, "is_bot": true, "first_name": "b", "username": "b_bot" });
    assert_eq!(heard(json!({ "text": "销号 3", "via_bot": bot })).what, What::Nothing);
}

#[test]
fn nobody_acts_through_a_mask() {
    for id in [777_000_u64, 1_087_968_824, 136_817_688, 55] {
        let from = json!({ "id": id, "is_bot": id == 55, "first_name": "x" });
        let masked = heard(json!({ "text": "销号 3", "from": from }));
        assert_eq!((masked.account, masked.display_name.as_str()), (None, ""));
    }
    let channel = json!({ "id": -1001, "type": "channel", "title": "t" });
    assert_eq!(heard(json!({ "text": "销号 3", "sender_chat": channel })).account, None);
    let person = heard(json!({ "text": "清单" }));
    assert_eq!((person.account.as_deref(), person.display_name.as_str()), (Some("4346461239"), "李 建国"));
}

#[test]
fn a_topics_first_message_is_not_what_people_answer() {
    let ours = |id: i64| {
        let from = json!({ "id": ME, "is_bot": true, "first_name": "督办" });
        let mut answered = message(json!({ "message_id": id, "from": from }));
        answered["forum_topic_created"] = json!({ "name": "防汛", "icon_color": 1 });
        answered
    };
    let in_topic = |answered: Value| {
        heard(json!({
            "text": "好", "is_topic_message": true, "message_thread_id": 77, "reply_to_message": answered
        }))
    };
    let plain = in_topic(ours(77));
    assert_eq!(plain.what, What::Said { text: "好".into(), addressed: false, edited: false });
    assert_eq!(plain.chat.thread.as_deref(), Some("77"));
    assert_eq!(in_topic(ours(78)).what, What::Said { text: "好".into(), addressed: true, edited: false });
    let general = heard(json!({ "text": "好", "is_topic_message": true, "message_thread_id": 1 }));
    assert_eq!(general.chat.thread, None);
}

#[test]
fn what_is_newer_than_our_types_does_not_swallow_a_persons_words() {
    let text = "@duban_bot 进度 3 60%";
    let known = entity("mention", text, "@duban_bot");
    let expected = What::Said { text: "进度 3 60%".into(), addressed: true, edited: false };
    let odd = [
        json!({ "text": text, "entities": [known, { "type": "date_time", "offset": 11, "length": 2 }] }),
        json!({ "text": text, "entities": [known, { "type": "text_link", "offset": 11, "length": 2, "url": "" }] }),
        json!({ "text": text, "entities": [known], "sender_boost_count": 99_999_999 }),
        json!({ "caption": text, "caption_entities": [known], "hologram": { "file_id": "h" } }),
        json!({ "text": text, "entities": [known], "reply_to_message": { "message_id": "?" } }),
        json!({ "text": text, "entities": [known], "external_reply": { "origin": { "type": "tomorrow" } } }),
    ];
    for (at, more) in odd.into_iter().enumerate() {
        assert_eq!(heard(more).what, expected, "{at}");
    }
    let huge = json!({ "update_id": 9_000_000_000_000_u64, "message": message(json!({ "text": "清单" })) });
    let huge = told(&bot(), &huge);
    assert_eq!(huge.update_id, "9000000000000");
    assert_eq!(huge.what, What::Said { text: "清单".into(), addressed: false, edited: false });
}

#[test]
fn memberships_are_read_whatever_rights_come_along() {
    let change = |chat: &Value, old: Value, new: Value| {
        let user = json!({ "id": ME, "is_bot": true, "first_name": "督办" });
        let [old, new] = [old, new].map(|mut member| {
            member["user"] = user.clone();
            member
        });
        let change = json!({
            "chat": chat, "from": { "id": 7, "is_bot": false, "first_name": "张" }, "date": 1,
            "old_chat_member": old, "new_chat_member": new,
        });
        told(&bot(), &json!({ "update_id": 1, "my_chat_member": change })).what
    };
    let group = json!({ "id": -1002, "type": "supergroup", "title": "g" });
    let private = json!({ "id": 7, "type": "private", "first_name": "张" });
    let channel = json!({ "id": -1003, "type": "channel", "title": "c" });
    let is = |status: &str| json!({ "status": status });
    let restricted = |is_member: bool| json!({ "status": "restricted", "is_member": is_member });
    let told = |membership| What::Membership(membership);
    assert_eq!(change(&group, is("left"), is("administrator")), told(Membership::Added));
    assert_eq!(change(&group, is("kicked"), is("member")), told(Membership::Added));
    assert_eq!(change(&group, is("left"), restricted(true)), told(Membership::Added));
    assert_eq!(change(&group, is("member"), restricted(false)), told(Membership::Removed));
    assert_eq!(change(&group, is("administrator"), is("kicked")), told(Membership::Removed));
    assert_eq!(change(&group, restricted(true), is("administrator")), told(Membership::Promoted));
    assert_eq!(change(&group, is("administrator"), is("member")), What::Nothing);
    assert_eq!(change(&group, is("left"), is("kicked")), What::Nothing);
    assert_eq!(change(&group, is("left"), is("hovering")), What::Nothing);
    assert_eq!(change(&private, is("left"), is("member")), What::Nothing);
    assert_eq!(change(&private, is("member"), is("kicked")), told(Membership::Blocked));
    assert_eq!(change(&private, is("kicked"), is("member")), told(Membership::Unblocked));
    assert_eq!(change(&channel, is("left"), is("administrator")), What::Nothing);
}

#[test]
fn a_group_has_a_title_and_people_join_it() {
    let message = |more: Value| {
        let mut message = json!({ "message_id": 5, "date": 1, "from": { "id": 7, "is_bot": false, "first_name": "张" },
            "chat": { "id": -1002, "type": "supergroup", "title": "紫岩整改群" } });
        for (name, value) in more.as_object().unwrap() {
            message[name] = value.clone();
        }
        told(&bot(), &json!({ "update_id": 1, "message": message }))
    };
    let person = |id: i64| json!({ "id": id, "is_bot": false, "first_name": "李" });
    let robot = json!({ "id": ME, "is_bot": true, "first_name": "督办" });
    let joined = message(json!({ "new_chat_members": [person(8), robot, person(9), { "id": "broken" }] }));
    assert_eq!(joined.chat_title, "紫岩整改群");
    assert_eq!(joined.what, What::Joined(vec!["8".into(), "9".into()]));
    assert_eq!(message(json!({ "new_chat_members": [robot] })).what, What::Nothing);
}

#[test]
fn presses_are_told_even_when_their_message_is_lost() {
    let press = |more: Value| {
        let from = json!({ "id": 4_346_461_239_u64, "is_bot": false, "first_name": "李" });
        let mut press = json!({ "id": "77", "chat_instance": "c", "from": from });
        for (name, value) in more.as_object().unwrap() {
            press[name] = value.clone();
        }
        told(&bot(), &json!({ "update_id": 1, "callback_query": press }))
    };
    let pressed = What::Pressed { press_id: "77".into(), data: "清单".into() };
    let lost = press(json!({ "data": "清单", "inline_message_id": "i" }));
    assert_eq!((lost.what, lost.chat.chat.as_str(), lost.private), (pressed.clone(), "4346461239", true));
    let carrier = message(json!({ "text": "督办单", "is_topic_message": true, "message_thread_id": 77 }));
    let in_topic = press(json!({ "data": "清单", "message": carrier }));
    assert_eq!((in_topic.what, in_topic.chat.thread.as_deref()), (pressed.clone(), Some("77")));
    assert_eq!(in_topic.account.as_deref(), Some("4346461239"));
    let carrier = message(json!({ "hologram": 1, "reply_markup": { "inline_keyboard": [[{ "beam": 1 }]] } }));
    assert_eq!(press(json!({ "data": "清单", "message": carrier })).what, pressed);
    assert_eq!(press(json!({ "game_short_name": "chess" })).what, What::Nothing);
}

#[test]
fn bytes_nobody_should_send_are_recorded_or_ignored_but_never_fatal() {
    let receive = |body: &[u8]| bot().receive(&call(Some(SECRET), body));
    let nested = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let ignored = [
        format!(r#"{{"update_id":5,"message":{nested}}}"#),
        format!(r#"{{"update_id":5,"message":{{"text":{nested}}}}}"#),
        r#"{"update_id":5,"message":null}"#.to_owned(),
        r#"{"update_id":5,"message":{"message_id":99999999999999999999}}"#.to_owned(),
        r#"{"update_id":5,"callback_query":{"id":5}}"#.to_owned(),
        r#"{"update_id":5,"my_chat_member":[]}"#.to_owned(),
        r#"{"update_id":5}"#.to_owned(),
    ];
    for body in ignored {
        let Received::Update(update) = receive(body.as_bytes()) else { panic!("{}", &body[..60]) };
        assert_eq!((update.update_id.as_str(), update.what), ("5", What::Nothing), "{}", &body[..30]);
    }
    let mut garbage: Vec<u8> =
        (0..1_000_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let unreadable: [&[u8]; 8] = [
        b"",
        b"{",
        b"null",
        b"\xff\xfe",
        br#"{"update_id":"5"}"#,
        br#"{"update_id":1e30}"#,
        br#"{"update_id":5} trailing"#,
        nested.as_bytes(),
    ];
    for body in unreadable {
        assert!(matches!(receive(body), Received::Unreadable(_)), "{:?}", &body[..body.len().min(30)]);
    }
    assert!(matches!(receive(&garbage), Received::Unreadable(_)));
    garbage.splice(..0, *br#"{"update_id":5,"message":""#);
    assert!(matches!(receive(&garbage), Received::Unreadable(_)));
    let offsets = json!([
        { "type": "mention", "offset": usize::MAX, "length": usize::MAX },
        { "type": "code", "offset": 1, "length": 1 },
        { "type": "bot_command", "offset": 0, "length": 0 },
    ]);
    let kept = heard(json!({ "text": "👷办", "entities": offsets }));
    assert_eq!(kept.what, What::Said { text: "👷办".into(), addressed: false, edited: false });
}

#[test]
fn without_a_secret_every_call_is_a_strangers() {
    let bot = Telegram::new(TOKEN, "", "duban_bot").unwrap();
    for secret in [None, Some(""), Some(SECRET)] {
        assert_eq!(bot.receive(&call(secret, br#"{"update_id":5}"#)), Received::Unauthorised);
    }
}

/// Every value inside, by its place.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    let mut inside = |name: String, value: &Value| {
        let place = format!("{at}/{name}");
        places(value, &place, found);
        found.push(place);
    };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| inside(name.clone(), value)),
        Value::Array(items) => items.iter().enumerate().for_each(|(n, value)| inside(n.to_string(), value)),
        _ => {}
    }
}

#[test]
fn an_update_with_one_odd_value_is_still_that_update() {
    let odd = [json!(null), json!(-1), json!(1e300), json!("督"), json!([]), json!({}), json!(true)];
    for vector in super::vectors::of_kind("update") {
        let body: Value = serde_json::from_str(vector["input"]["body"].as_str().unwrap()).unwrap();
        let mut found = Vec::new();
        places(&body, "", &mut found);
        for place in found.iter().filter(|place| *place != "/update_id") {
            for value in &odd {
                let mut mangled = body.clone();
                *mangled.pointer_mut(place).unwrap() = value.clone();
                assert_eq!(
                    told(&bot(), &mangled).update_id,
                    body["update_id"].to_string(),
                    "{place} = {value}"
                );
            }
        }
    }
}
