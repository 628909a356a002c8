//! Cells that a spreadsheet would run: what goes out in a CSV stands behind an apostrophe, what comes in is read
//! without it. The one is the other backwards, whatever a text begins with.

use std::borrow::Cow;

/// As a person would type them, and in full width; a tab or a line break before them is passed over by some programs.
const RUN: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Whether this text is run, or stands behind apostrophes already.
fn is_run(text: &str) -> bool {
    text.trim_start_matches('\'').trim_start_matches(' ').starts_with(RUN)
}

pub fn guarded(text: Cow<'_, str>) -> Cow<'_, str> {
    if is_run(&text) { format!("'{text}").into() } else { text }
}

pub fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| is_run(rest)).unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_run_is_not_and_comes_back_as_it_was() {
        for text in [
            "=HYPERLINK(\"http://x\",\"点我\")",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1+1",
            " =1+1",
            "＝1+1",
            "'=1+1",
            "''-1",
        ] {
            let out = guarded(text.into());
            assert!(out.starts_with('\'') && out.len() == text.len() + 1, "{out}");
            assert_eq!(unguarded(&out), text);
        }
        for text in ["设备已到货", "'90年代建成", "3-1号池", "", "'"] {
            assert_eq!((guarded(text.into()).as_ref(), unguarded(text)), (text, text));
        }
    }
}
