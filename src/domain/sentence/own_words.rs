//! What of a message are the speaker's own words. Quotes, forwarded messages, code and signatures are
//! taken out before anything is read, so that nobody is made to report what somebody else said.

use crate::domain::numeral;

/// A line that begins so, and all below it, is somebody else's.
const FORWARDED: &[&str] = &[
    "转发",
    "[转发",
    "【转发",
    "(转发",
    "（转发",
    "转：",
    "转自",
    "fwd:",
    "fw:",
    "forwarded",
    "---------- forwarded",
    "-----原始邮件",
    "----- 原始邮件",
    "-----original message",
    "发件人：",
    "发件人:",
    "聊天记录",
    "[聊天记录",
];
/// A line that begins so is added by a phone.
const SIGNATURES: &[&str] = &["发自", "来自我的", "sent from my", "get outlook for"];
/// A line that begins so is quoted.
const QUOTED: &[char] = &['>', '＞', '|'];

/// The text without what is not the speaker's own; what is left keeps its letters.
pub(super) fn own_words(text: &str) -> String {
    let text = without_code(&without_fences(text));
    let mut kept: Vec<&str> = Vec::new();
    for line in text.lines() {
        let line = line.trim();
        let low = line.to_lowercase();
        if FORWARDED.iter().any(|word| low.starts_with(word)) {
            break;
        }
        let is_added = line.starts_with(QUOTED)
            || SIGNATURES.iter().any(|word| low.starts_with(word))
            || is_rule(line)
            || line.is_empty();
        if !is_added {
            kept.push(line);
        }
    }
    let kept = without_head_quote(&without_mentions(&kept.join("\n")));
    without_list_numbers(kept.trim())
}

/// Without `1、` `2、` before the lines of a list, which would read as items. Alone, `1、16项90%` is the
/// head of a list as well; `1、16项无变化` may be two items and is left.
fn without_list_numbers(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let numbered = |(n, line): (usize, &&str)| behind_list_number(line, n + 1).is_some();
    let is_list = match lines.as_slice() {
        [] => false,
        [line] => behind_list_number(line, 1).is_some() && line.contains(['%', '％', '成']),
        lines => lines.iter().enumerate().all(numbered),
    };
    if !is_list {
        return text.to_owned();
    }
    let bare = lines.iter().enumerate().map(|(n, line)| behind_list_number(line, n + 1).unwrap_or(line));
    bare.collect::<Vec<_>>().join("\n")
}

/// What stands behind the list number `n` of a line.
fn behind_list_number(line: &str, n: usize) -> Option<&str> {
    let open = line.strip_prefix(['(', '（']).unwrap_or(line);
    let end = open.find(|c: char| !c.is_ascii_digit() && !"一二三四五六七八九十".contains(c))?;
    let is_it = numeral::number(&open[..end]) == i64::try_from(n).ok();
    let rest = open[end..].strip_prefix(['、', '.', '．', ')', '）'])?;
    is_it.then(|| rest.trim_start_matches(['、', ' ', '\u{3000}']))
}

/// A line of strokes, as chat programs put between a quote and its answer.
fn is_rule(line: &str) -> bool {
    line.chars().count() >= 3 && line.chars().all(|c| c.is_whitespace() || "-—–_=─".contains(c))
}

fn without_fences(text: &str) -> String {
    text.split("```").step_by(2).collect::<Vec<_>>().join("\n")
}

/// Without `…`; a lone mark is an ordinary letter.
fn without_code(text: &str) -> String {
    let mut left = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('`') {
        left.push_str(before);
        match after.split_once('`') {
            Some((_, behind)) => {
                left.push(' ');
                rest = behind;
            }
            None => rest = after,
        }
    }
    left.push_str(rest);
    left
}

/// Without `@name` at the head: it says who is called, not what is told.
fn without_mentions(text: &str) -> String {
    let mut rest = text.trim_start();
    while let Some(behind) = rest.strip_prefix(['@', '＠']) {
        let Some(gap) = behind.find(|c: char| c.is_whitespace() || c == '\u{2005}') else { break };
        rest = behind[gap..].trim_start_matches(|c: char| c.is_whitespace() || c == '\u{2005}');
    }
    rest.to_owned()
}

/// Without 「name: text」 at the head, the way chat programs quote.
fn without_head_quote(text: &str) -> String {
    let mut rest = text.trim_start();
    for (open, close) in [('「', '」'), ('『', '』')] {
        if let Some(end) = rest.strip_prefix(open).and_then(|_| rest.find(close)) {
            rest = rest[end + close.len_utf8()..].trim_start();
        }
    }
    rest.to_owned()
}
