//! How files call units: by name, alias or code, with the blanks and full-width letters people type.

use std::collections::HashMap;

use uuid::Uuid;

use super::{Sentence, sentence};
use crate::domain::numeral::half_width;

/// A name without what people add or leave out: blanks, full-width forms, case.
pub fn plain(name: &str) -> String {
    half_width(name).chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// All units there will be after the import, by every word they answer to.
#[derive(Debug, Default)]
pub(super) struct Names<'a> {
    by_word: HashMap<String, Uuid>,
    by_code: HashMap<&'a str, Uuid>,
    name: HashMap<Uuid, &'a str>,
}

impl<'a> Names<'a> {
    pub fn add(&mut self, id: Uuid, code: &'a str, name: &'a str) {
        self.by_code.insert(code, id);
        self.name.insert(id, name);
    }

    /// Lets a unit answer to a word; the one that already does is returned.
    pub fn answers_to(&mut self, id: Uuid, word: &str) -> Option<Uuid> {
        let other = *self.by_word.entry(plain(word)).or_insert(id);
        (other != id).then_some(other)
    }

    /// A unit by name or alias; by its code where nothing is called so.
    pub fn find(&self, word: &str) -> Result<Uuid, Sentence> {
        let found = self.by_word.get(&plain(word)).or_else(|| self.by_code.get(word.trim()));
        found.copied().ok_or_else(|| {
            sentence!(
                "没有叫“{word}”的单位；请改正，或先在单位表里加上它（或给已有单位加这个别名）",
                "there is no unit called “{word}”; correct it, or add it (or this alias) to the units file first"
            )
        })
    }

    /// A unit by its code; by name where there is no such code.
    pub fn find_code(&self, code: &str) -> Result<Uuid, Sentence> {
        self.by_code.get(code.trim()).copied().map_or_else(|| self.find(code), Ok)
    }

    pub fn name(&self, id: Uuid) -> &'a str {
        self.name.get(&id).copied().unwrap_or("?")
    }
}
