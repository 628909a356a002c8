//! Cutting long texts: what holds for every text, limit and dress.

use duban::domain::message::Span;
use duban::domain::split::split;
use duban::domain::{Button, Message, Text};
use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

/// Characters that are long, joined, doubled or invisible.
const LETTERS: &[&str] = &[
    "督",
    "办",
    "。",
    "a",
    "B",
    "1",
    "👷",
    "👍🏽",
    "👨‍👩‍👧‍👦",
    "🇨🇳",
    "e\u{301}",
    "\n",
    "\r\n",
    "क्षि",
    "<",
    "&",
    "\u{200d}",
];

fn text(letters: &'static [&'static str]) -> impl Strategy<Value = Text> {
    let words = proptest::collection::vec(proptest::sample::select(letters), 0..40).prop_map(|l| l.concat());
    proptest::collection::vec((0..3, words), 0..6).prop_map(|spans| {
        Text(
            spans
                .into_iter()
                .map(|(dress, words)| match dress {
                    0 => Span::Plain(words),
                    1 => Span::Strong(words),
                    _ => Span::Code(words),
                })
                .collect(),
        )
    })
}

/// Every visible letter with its dress.
fn dressed(parts: &[Text]) -> Vec<(std::mem::Discriminant<Span>, char)> {
    parts
        .iter()
        .flat_map(|part| &part.0)
        .flat_map(|span| span.words().chars().map(move |letter| (std::mem::discriminant(span), letter)))
        .filter(|(_, letter)| !letter.is_whitespace())
        .collect()
}

/// Whether each part ends where a character of the whole text ends.
fn cuts_between_characters(whole: &str, parts: &[Text]) -> bool {
    let ends: Vec<usize> = whole.grapheme_indices(true).map(|(at, seen)| at + seen.len()).collect();
    let mut at = 0;
    parts.iter().all(|part| {
        let bare = part.bare();
        let Some(start) = whole[at..].find(&bare) else { return false };
        at += start + bare.len();
        ends.contains(&at)
    })
}

proptest! {
    #[test]
    fn parts_fit_are_not_blank_and_lose_nothing_but_line_breaks(text in text(LETTERS), limit in 11usize..60) {
        let parts = split(&text, limit);
        for part in &parts {
            prop_assert!(part.units() <= limit, "{} > {limit}", part.units());
            prop_assert!(!part.is_blank());
        }
        let joined: String = parts.iter().map(Text::bare).collect();
        prop_assert_eq!(joined.replace(['\n', '\r'], ""), text.bare().replace(['\n', '\r'], ""));
        prop_assert_eq!(dressed(&parts), dressed(std::slice::from_ref(&text)));
        let bare = text.bare();
        let all_fit = bare.graphemes(true).all(|seen| seen.encode_utf16().count() <= limit);
        prop_assert!(!all_fit || cuts_between_characters(&bare, &parts));
    }

    #[test]
    fn any_string_and_limit_give_parts_that_fit(words in any::<String>(), limit in 0usize..20) {
        let text = Text::plain(words);
        let parts = split(&text, limit);
        for part in &parts {
            prop_assert!(part.units() <= limit.max(2));
            prop_assert!(!part.is_blank());
        }
        prop_assert_eq!(dressed(&parts), dressed(std::slice::from_ref(&text)));
    }
}

#[test]
fn line_breaks_are_preferred_then_pauses() {
    let bare = |text: &str, limit| -> Vec<String> {
        split(&Text::plain(text), limit).iter().map(Text::bare).collect()
    };
    assert_eq!(bare("第一行\n第二行。再说\n三", 10), ["第一行\n第二行。再说", "三"]);
    assert_eq!(bare("第一行\n\n第二行", 5), ["第一行", "第二行"]);
    assert_eq!(bare("一二三，四五六七八", 6), ["一二三，", "四五六七八"]);
    assert_eq!(bare("one two three", 9), ["one two ", "three"]);
    assert_eq!(bare("督督督督督", 2), ["督督", "督督", "督"]);
    assert_eq!(bare(" \n ", 2), Vec::<String>::new());
}

#[test]
fn the_first_part_quotes_and_the_last_carries_the_buttons() {
    let message = Message { reply_to: Some("7".into()), ..Message::plain("一二三四五六") };
    let message = message.row([Button::new("好", "好")]);
    let parts = message.clone().parts(2);
    assert_eq!(parts.len(), 3);
    assert_eq!(parts.iter().map(|p| p.reply_to.is_some()).collect::<Vec<_>>(), [true, false, false]);
    assert_eq!(parts.iter().map(|p| !p.buttons.is_empty()).collect::<Vec<_>>(), [false, false, true]);
    assert_eq!(message.clone().parts(6), [message]);
    assert_eq!(Message::plain("").parts(6), [Message::plain("")]);
}
