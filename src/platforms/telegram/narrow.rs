//! A second, narrower reading of an update, for what teloxide's types cannot hold. They read a message
//! as a whole: one kind of entity, button or right that is newer than they are, and a person's words
//! arrive as an empty message. Here the update is cut down to what we use and read again.

use serde_json::{Map, Value, json};
use teloxide_core::types::{Message, MessageEntity, MessageKind, Update, UpdateKind};

/// What we use of a message.
const MESSAGE: &[&str] = &[
    "message_id",
    "message_thread_id",
    "is_topic_message",
    "date",
    "chat",
    "from",
    "sender_chat",
    "via_bot",
    "forward_origin",
    "is_automatic_forward",
    "reply_to_message",
    "text",
    "entities",
];
/// What we use of a message that another one answers, or that carries a pressed button.
const OUTLINE: &[&str] = &["message_id", "message_thread_id", "is_topic_message", "date", "chat", "from"];

/// Whether the first reading lost what the update holds (or it holds nothing we know).
pub fn is_hollow(kind: &UpdateKind) -> bool {
    match kind {
        UpdateKind::Message(message) | UpdateKind::EditedMessage(message) => {
            matches!(message.kind, MessageKind::Empty {})
        }
        UpdateKind::Error(_) => true,
        _ => false,
    }
}

/// The update, cut down; `None` when it holds nothing we know.
pub fn read(body: &[u8]) -> Option<Update> {
    let mut whole: Map<String, Value> = serde_json::from_slice(body).ok()?;
    let kinds = ["message", "edited_message", "callback_query", "my_chat_member"];
    let (kind, mut held) = kinds.into_iter().find_map(|kind| Some((kind, whole.remove(kind)?)))?;
    match kind {
        "callback_query" => press(&mut held),
        "my_chat_member" => membership(&mut held),
        _ => message(&mut held),
    }
    // As text and not as a value: teloxide's reader of kinds wants keys it can borrow. The number is
    // read elsewhere, as it may be larger than teloxide's type.
    let narrow = json!({ "update_id": 0, kind: held }).to_string();
    serde_json::from_str(&narrow).ok()
}

fn message(message: &mut Value) {
    let Some(fields) = message.as_object_mut() else { return };
    // A caption without its picture is a text to us.
    if !fields.contains_key("text") {
        for (caption, text) in [("caption", "text"), ("caption_entities", "entities")] {
            if let Some(value) = fields.remove(caption) {
                fields.insert(text.to_owned(), value);
            }
        }
    }
    fields.retain(|name, _| MESSAGE.contains(&name.as_str()));
    if let Some(entities) = fields.get_mut("entities").and_then(Value::as_array_mut) {
        entities.retain(|entity| serde_json::from_value::<MessageEntity>(entity.clone()).is_ok());
    }
    outline(fields, "reply_to_message");
}

fn press(press: &mut Value) {
    let Some(fields) = press.as_object_mut() else { return };
    fields.retain(|name, _| ["id", "from", "data", "message"].contains(&name.as_str()));
    fields.insert("chat_instance".to_owned(), json!(""));
    outline(fields, "message");
}

fn membership(change: &mut Value) {
    for side in ["old_chat_member", "new_chat_member"] {
        let Some(member) = change.get_mut(side) else { continue };
        // Rights are of no interest: two kinds of presence, two of absence.
        let kind = match member["status"].as_str() {
            Some("creator" | "administrator") => json!({ "status": "creator", "is_anonymous": false }),
            Some("member") => json!({ "status": "member" }),
            Some("restricted") if member["is_member"] == true => json!({ "status": "member" }),
            Some("kicked") => json!({ "status": "kicked", "until_date": 0 }),
            Some("restricted" | "left") => json!({ "status": "left" }),
            _ => continue,
        };
        let user = member["user"].take();
        *member = kind;
        member["user"] = user;
    }
}

/// Cuts the message in this field down to its outline; what is unreadable even so is dropped.
fn outline(fields: &mut Map<String, Value>, name: &str) {
    let Some(mut message) = fields.remove(name) else { return };
    if let Some(fields) = message.as_object_mut() {
        fields.retain(|name, _| OUTLINE.contains(&name.as_str()));
    }
    if serde_json::from_value::<Message>(message.clone()).is_ok() {
        fields.insert(name.to_owned(), message);
    }
}
