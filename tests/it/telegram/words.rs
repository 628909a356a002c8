//! What is taken from a text: our name, commands, quotes.

use duban::domain::What;
use duban::platforms::telegram::Telegram;
use serde_json::{Value, json};

use super::receive::{entity, message};
use super::{bot, settings, told};

/// What was understood of a text with these marked words: the words, and whether we were meant.
fn said(text: &str, marks: &[(&str, &str)]) -> Option<(String, bool)> {
    said_to(&bot(), text, marks)
}

fn said_to(bot: &Telegram, text: &str, marks: &[(&str, &str)]) -> Option<(String, bool)> {
    let entities: Vec<Value> = marks.iter().map(|(kind, words)| entity(kind, text, words)).collect();
    let update = json!({ "update_id": 1, "message": message(json!({ "text": text, "entities": entities })) });
    match told(bot, &update).what {
        What::Said { text, addressed, edited: false } => Some((text, addressed)),
        What::Nothing => None,
        other => panic!("{other:?}"),
    }
}

fn meant(text: &str) -> Option<(String, bool)> {
    Some((text.to_owned(), true))
}

fn overheard(text: &str) -> Option<(String, bool)> {
    Some((text.to_owned(), false))
}

#[test]
fn our_name_is_taken_out_wherever_it_stands() {
    let name = ("mention", "@duban_bot");
    assert_eq!(said("@duban_bot 进度 3 60%", &[name]), meant("进度 3 60%"));
    assert_eq!(said("@duban_bot，进度 3 60%", &[name]), meant("进度 3 60%"));
    assert_eq!(said("👍🏽👨‍👩‍👧‍👦 @duban_bot 进度", &[name]), meant("👍🏽👨‍👩‍👧‍👦 进度"));
    assert_eq!(said("进度 3 60% @duban_bot", &[name]), meant("进度 3 60%"));
    assert_eq!(said("进度\n@duban_bot 3", &[name]), meant("进度\n3"));
    assert_eq!(said("@duban_bot", &[name]), meant(""));
    assert_eq!(said("@DuBan_BOT 清单", &[("mention", "@DuBan_BOT")]), meant("清单"));
    let two = [name, ("mention", "@Duban_bot")];
    assert_eq!(said("@duban_bot 清单 @Duban_bot 3", &two), meant("清单 3"));
}

#[test]
fn other_names_stay_and_do_not_call_us() {
    for other in ["@duban", "@duban_bot2", "@li_jg"] {
        let text = format!("{other} 请办理");
        assert_eq!(said(&text, &[("mention", other)]), overheard(&text));
    }
    // The name without its mark is only text.
    assert_eq!(said("写信给 a@duban_bot", &[]), overheard("写信给 a@duban_bot"));
}

#[test]
fn commands_are_ours_bare_or_with_our_name() {
    let command = |text: &str| said(text, &[("bot_command", text.split(' ').next().unwrap())]);
    assert_eq!(command("/status"), meant("/status"));
    assert_eq!(command("/Status@DUBAN_bot DB-1 A"), meant("/status DB-1 A"));
    assert_eq!(command("/status@duban 3"), None);
    assert_eq!(command("/status@duban_bot2 3"), None);
    assert_eq!(command("/start@other_bot bind_X"), None);
    // Inside a sentence a command is only mentioned.
    let inside = "请发 /status 看看";
    assert_eq!(said(inside, &[("bot_command", "/status")]), overheard(inside));
    let others = "请发 /status@other_bot 看看";
    assert_eq!(said(others, &[("bot_command", "/status@other_bot")]), overheard(others));
    let after_name = [("mention", "@duban_bot"), ("bot_command", "/Status")];
    assert_eq!(said("@duban_bot /Status 3", &after_name), meant("/status 3"));
}

#[test]
fn opening_a_link_is_binding_and_opening_the_chat_asks_for_help() {
    let start = |text: &str| said(text, &[("bot_command", text.split(' ').next().unwrap())]);
    assert_eq!(start("/start bind_4HBJi58yh51V"), meant("绑定 4HBJi58yh51V"));
    assert_eq!(start("/START@Duban_Bot 4HB-ji_58"), meant("绑定 4HB-ji_58"));
    assert_eq!(start("/start"), meant("帮助"));
    assert_eq!(start("/start bind_"), meant("帮助"));
    assert_eq!(start("/start 两个 词"), meant("帮助"));
    assert_eq!(start("/startle 3"), meant("/startle 3"));
}

#[test]
fn quoted_words_are_not_the_speakers() {
    for quote in ["code", "pre", "blockquote", "expandable_blockquote"] {
        assert_eq!(said("看 销号 3 吧", &[(quote, "销号 3")]), overheard("看 吧"), "{quote}");
        assert_eq!(said("/done 3", &[(quote, "/done 3"), ("bot_command", "/done")]), None, "{quote}");
        let name = [(quote, "@duban_bot 销号 3"), ("mention", "@duban_bot")];
        assert_eq!(said("@duban_bot 销号 3\n是什么", &name), overheard("是什么"), "{quote}");
    }
    // Nested marks are cut once.
    assert_eq!(said("一 二三 四", &[("blockquote", "二三"), ("code", "三")]), overheard("一 四"));
}

#[test]
fn before_the_name_is_known_only_the_id_calls_us() {
    let nameless = Telegram::open(&settings(&[])).unwrap().unwrap();
    let mention = said_to(&nameless, "@duban_bot 清单", &[("mention", "@duban_bot")]);
    assert_eq!(mention, overheard("@duban_bot 清单"));
    assert_eq!(said_to(&nameless, "/status@duban_bot", &[("bot_command", "/status@duban_bot")]), None);
    assert_eq!(said_to(&nameless, "/status", &[("bot_command", "/status")]), meant("/status"));
}
