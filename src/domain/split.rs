//! Where a long message may be cut. The outbox holds one row per message of the platform, so whoever
//! writes rows asks here first: a row that is too long would otherwise be refused, and a row that
//! became several messages could be half delivered.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::message::{Message, Span, Text};

/// The most words beside a file, by the tightest platform (Telegram).
pub const CAPTION: usize = 1024;
const LINE_BREAKS: [char; 2] = ['\n', '\r'];

impl Span {
    /// The words without their dress.
    pub fn words(&self) -> &str {
        match self {
            Span::Plain(words) | Span::Strong(words) | Span::Code(words) | Span::File(words) => words,
        }
    }

    fn with(&self, words: &str) -> Span {
        match self {
            Span::Plain(_) => Span::Plain(words.to_owned()),
            Span::Strong(_) => Span::Strong(words.to_owned()),
            Span::Code(_) => Span::Code(words.to_owned()),
            // Half a digest opens nothing.
            Span::File(_) => Span::Plain(words.to_owned()),
        }
    }
}

impl Text {
    /// The length as platforms count it: UTF-16 units of the bare text.
    pub fn units(&self) -> usize {
        self.0.iter().map(|span| units(span.words())).sum()
    }

    /// Nothing a reader could see.
    pub fn is_blank(&self) -> bool {
        self.0.iter().all(|span| span.words().trim().is_empty())
    }
}

impl Message {
    /// The messages this one becomes where a message holds at most `limit` UTF-16 units: the first
    /// one quotes what is answered and has the file, the last one carries the buttons. Never empty.
    pub fn parts(self, limit: usize) -> Vec<Message> {
        let limit = if self.file.is_some() { limit.min(CAPTION) } else { limit };
        let mut parts: Vec<Message> = split(&self.text, limit).into_iter().map(Message::from).collect();
        if parts.len() < 2 {
            return vec![self];
        }
        if let Some(first) = parts.first_mut() {
            first.reply_to = self.reply_to;
            first.file = self.file;
        }
        if let Some(last) = parts.last_mut() {
            last.buttons = self.buttons;
        }
        parts
    }
}

/// Cuts a text into parts of at most `limit` UTF-16 units (at least 2, so that every character fits).
/// No part is blank, no part ends inside what a reader sees as one character, and the parts together
/// are the text without the line breaks at the cuts. Line breaks are preferred, then pauses.
/// Only a "character" longer than `limit` itself is cut inside, between code points.
pub fn split(text: &Text, limit: usize) -> Vec<Text> {
    let limit = limit.max(2);
    if text.is_blank() {
        return Vec::new();
    }
    if text.units() <= limit {
        return vec![text.clone()];
    }
    let bare = text.bare();
    let mut parts = Vec::new();
    let mut from = 0;
    while let Some(rest) = bare.get(from..).filter(|rest| !rest.trim().is_empty()) {
        let taken = &rest[..cut(rest, limit)];
        let left = &rest[taken.len()..];
        let kept = if left.is_empty() { taken } else { taken.trim_end_matches(LINE_BREAKS) };
        if !kept.trim().is_empty() {
            parts.push(slice(text, from..from + kept.len()));
        }
        from = bare.len() - left.trim_start_matches(LINE_BREAKS).len();
    }
    parts
}

/// How many bytes of `rest` the next part takes, counting the line breaks at its end.
fn cut(rest: &str, limit: usize) -> usize {
    let (mut used, mut end) = (0, 0);
    let (mut line, mut pause) = (0, 0);
    for (start, seen) in rest.grapheme_indices(true) {
        used += units(seen);
        if used > limit {
            let at_line = seen.starts_with(LINE_BREAKS);
            return match [line, pause].into_iter().find(|at| *at > 0) {
                _ if end == 0 => inside(rest, limit),
                Some(at) if !at_line => at,
                _ => end,
            };
        }
        end = start + seen.len();
        // A cut in the first half would waste more of the message than it helps the reader.
        if used > limit / 2 {
            if seen.ends_with(LINE_BREAKS) {
                line = end;
            } else if seen.ends_with(is_pause) {
                pause = end;
            }
        }
    }
    rest.len()
}

fn is_pause(last: char) -> bool {
    last.is_whitespace() || "，。；：、！？".contains(last)
}

/// The cut inside one character that is longer than a whole message.
fn inside(rest: &str, limit: usize) -> usize {
    let mut used = 0;
    rest.char_indices()
        .find(|(_, letter)| {
            used += letter.len_utf16();
            used > limit
        })
        .map_or(rest.len(), |(start, _)| start)
}

/// The part of a text that stands at these bytes of its bare form.
fn slice(text: &Text, bytes: Range<usize>) -> Text {
    let mut at = 0;
    let spans = text.0.iter().filter_map(|span| {
        let words = span.words();
        let from = bytes.start.saturating_sub(at).min(words.len());
        let to = bytes.end.saturating_sub(at).min(words.len());
        at += words.len();
        (from < to).then(|| span.with(&words[from..to]))
    });
    Text(spans.collect())
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}
