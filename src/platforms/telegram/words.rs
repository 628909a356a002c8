//! What a person meant by a text: whether we were called, which words are theirs and which are quoted,
//! and whose command it is. The platform marks all this with entities, counted in UTF-16 units.

use std::ops::Range;

use super::update::Entity;

/// Who we are on the platform.
pub struct Me<'a> {
    pub id: i64,
    /// Without the `@`; unknown until the platform was asked.
    pub username: Option<&'a str>,
}

impl Me<'_> {
    fn is(&self, name: &str) -> bool {
        self.username.is_some_and(|username| username.eq_ignore_ascii_case(name))
    }

    fn is_mentioned(&self, mark: &Entity, words: &str) -> bool {
        match mark.kind.as_str() {
            "mention" => words.strip_prefix('@').is_some_and(|name| self.is(name)),
            "text_mention" => mark.user.as_ref().is_some_and(|user| user.id == self.id),
            _ => false,
        }
    }
}

/// A text, understood.
pub struct Words {
    /// The speaker's own words, without our name and without what they quote.
    pub text: String,
    /// Our name stands somewhere.
    pub called: bool,
    pub command: Command,
}

/// Whose command the text begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    None,
    /// A bare one, or one with our name.
    Ours,
    Anothers,
}

/// See [`Words`].
pub fn read(text: &str, entities: &[&Entity], me: &Me<'_>) -> Words {
    let marks = marks(text, entities);
    let mut cuts: Vec<Range<usize>> =
        marks.iter().filter(|(_, mark)| is_quote(mark)).map(|(bytes, _)| bytes.clone()).collect();
    let quotes = cuts.clone();
    let mut called = false;
    let mut command = Command::None;
    for (bytes, mark) in &marks {
        if quotes.iter().any(|quote| quote.start < bytes.end && bytes.start < quote.end) {
            continue;
        }
        let words = &text[bytes.clone()];
        if me.is_mentioned(mark, words) {
            called = true;
            cuts.push(bytes.clone());
        } else if mark.kind == "bot_command" {
            let leads = command == Command::None && without(&text[..bytes.start], &cuts).is_empty();
            let whose = match words.split_once('@') {
                Some((name, bot)) if me.is(bot) => {
                    called = true;
                    cuts.push(bytes.start + name.len()..bytes.end);
                    Command::Ours
                }
                Some(_) => Command::Anothers,
                None => Command::Ours,
            };
            if leads {
                command = whose;
            }
        }
    }
    let mut text = without(text, &cuts);
    if command == Command::Ours {
        // Commands are lower-case by definition; phones like to begin them with a capital.
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        text[..end].make_ascii_lowercase();
    }
    Words { text, called, command }
}

/// Words shown, not said: copied, quoted, an example.
fn is_quote(mark: &Entity) -> bool {
    matches!(mark.kind.as_str(), "blockquote" | "expandable_blockquote" | "code" | "pre")
}

/// The entities with their places in bytes, in order; what does not fit the text is left out.
fn marks<'a>(text: &str, entities: &[&'a Entity]) -> Vec<(Range<usize>, &'a Entity)> {
    if entities.is_empty() {
        return Vec::new();
    }
    // Where each UTF-16 unit begins; the second half of a pair begins nowhere.
    let mut units = Vec::with_capacity(text.len() + 1);
    for (start, letter) in text.char_indices() {
        units.push(Some(start));
        units.extend((1..letter.len_utf16()).map(|_| None));
    }
    units.push(Some(text.len()));
    let byte = |unit: usize| units.get(unit).copied().flatten();
    let mut marks: Vec<_> = entities
        .iter()
        .filter_map(|entity| {
            let start = byte(entity.offset)?;
            let end = byte(entity.offset.checked_add(entity.length)?)?;
            (start < end).then_some((start..end, *entity))
        })
        .collect();
    marks.sort_by_key(|(bytes, _)| bytes.start);
    marks
}

/// The text without these ranges (whatever their order), tidied where they were.
fn without(text: &str, cuts: &[Range<usize>]) -> String {
    let mut cuts = cuts.to_vec();
    cuts.sort_by_key(|cut| cut.start);
    let mut kept = String::with_capacity(text.len());
    let mut at = 0;
    for cut in cuts.iter().filter(|cut| cut.start < text.len()) {
        if at < cut.start {
            append(&mut kept, &text[at..cut.start], at > 0);
        }
        at = at.max(cut.end.min(text.len()));
    }
    append(&mut kept, &text[at..], at > 0);
    kept.trim().to_owned()
}

/// Joins what stands on both sides of a cut: by one space at most, and without the comma or colon
/// that follows a name at the beginning.
fn append(kept: &mut String, next: &str, after_cut: bool) {
    let next = if !after_cut {
        next
    } else if kept.trim().is_empty() {
        next.trim_start_matches(|letter: char| letter.is_whitespace() || "，,：:、".contains(letter))
    } else {
        if !kept.ends_with(char::is_whitespace) {
            kept.push(' ');
        }
        next.trim_start_matches(' ')
    };
    kept.push_str(next);
}
