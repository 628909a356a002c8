//! Marks nobody sees: zero-width ones, and those that turn the writing around. In a sentence they only hide what
//! is said, so that they are dropped where words come in.

/// Whether this is one of them. Joiners inside emoji (U+200D) are seen.
pub fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
            | '\u{61c}' | '\u{feff}'
    )
}

/// The text without them.
pub fn visible(text: &str) -> String {
    text.chars().filter(|c| !is_invisible(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_is_dropped_and_emoji_stay_whole() {
        assert_eq!(visible("\u{202e}16项\u{200b}到92%\u{feff}"), "16项到92%");
        assert_eq!(visible("👩\u{200d}💻 完成"), "👩\u{200d}💻 完成");
    }
}
