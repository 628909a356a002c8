//! The tables of commands and rules: names once, usages that work, both languages everywhere.

use std::collections::HashSet;

use duban::commands::{COMMANDS, find};
use duban::domain::Both;
use duban::warnings::WARNINGS;

use crate::harness::Bot;

#[test]
fn no_word_names_two_commands_and_no_rule_has_two_names() {
    let mut seen = HashSet::new();
    for word in COMMANDS.iter().flat_map(|command| command.words) {
        assert!(seen.insert(word.to_lowercase()), "{word} stands twice");
    }
    let mut seen = HashSet::new();
    assert!(WARNINGS.iter().all(|rule| seen.insert(rule.name)));
}

#[test]
fn every_command_has_a_chinese_and_an_english_word_first() {
    for command in COMMANDS {
        let [zh, en, ..] = command.words else { panic!("{:?} has too few words", command.words) };
        assert!(!zh.is_ascii() && en.is_ascii(), "{:?}", command.words);
        // Telegram's menu takes it as it is.
        assert!(en.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{en}");
    }
}

#[test]
fn every_text_stands_in_both_languages() {
    let has_han = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let both = COMMANDS
        .iter()
        // What only buttons say has a usage and no line of help.
        .flat_map(|command| [command.usage, command.about])
        .filter(|both| !(both.zh.is_empty() && both.en.is_empty()))
        .chain(WARNINGS.iter().flat_map(|rule| [rule.title, rule.meaning]));
    for Both { zh, en } in both {
        assert!(has_han(zh), "{zh}");
        assert!(!en.is_empty() && !has_han(en), "{en}");
    }
}

/// The help and the list of papers put it into the text box as it stands.
#[test]
fn no_usage_is_a_grammar() {
    let commands =
        COMMANDS.iter().filter(|command| !command.about.zh.is_empty()).map(|command| command.usage);
    let papers = duban::exports::papers();
    for usage in commands.chain(papers.iter().map(|paper| paper.usage)) {
        for line in [usage.zh, usage.en] {
            assert!(!line.contains(" / ") && !line.contains(['[', ']', '<', '>', '…', '|']), "{line}");
        }
    }
}

#[tokio::test]
async fn every_usage_works_when_sent_as_it_is_printed() {
    for command in COMMANDS {
        for usage in [command.usage.zh, command.usage.en] {
            let (found, _) = find(usage).unwrap_or_else(|| panic!("{usage} is no command"));
            assert_eq!(found.words, command.words, "{usage}");
            let mut bot = Bot::new().await.person("紫岩县联络员A").await;
            let answer = bot.say("紫岩县联络员A", usage).await;
            assert!(!answer.is_empty(), "{usage} is left without an answer");
            for slip in ["用法：", "Usage:", "没看懂", "did not understand", "没有叫", "is no "] {
                assert!(!answer.contains(slip), "{usage} → {answer}");
            }
        }
    }
}
