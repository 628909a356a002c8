//! Whatever somebody writes, the grammar of sentences answers: no panic, and nothing unmistakable that
//! names no item.
#![no_main]

use duban::domain::sentence::{Sentence, fields, understand};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let sentence = understand(text);
    if sentence.is_unmistakable() {
        let Sentence::Reports(reports) = &sentence else { panic!("only reports are unmistakable") };
        assert!(reports.iter().all(|report| report.item.is_some()));
    }
    let _ = fields(text);
});
