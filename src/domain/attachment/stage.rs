//! The stage of the work that a file shows, and how captions say it.

use serde::{Deserialize, Serialize};

use crate::domain::lang::Both;

/// Which state of the place a file shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Before,
    During,
    After,
}

impl Stage {
    pub const ALL: [Stage; 3] = [Stage::Before, Stage::During, Stage::After];

    pub fn code(self) -> &'static str {
        match self {
            Stage::Before => "before",
            Stage::During => "during",
            Stage::After => "after",
        }
    }

    pub fn from_code(code: &str) -> Option<Stage> {
        Stage::ALL.into_iter().find(|stage| stage.code() == code)
    }

    pub fn word(self) -> Both {
        match self {
            Stage::Before => Both { zh: "整改前", en: "before" },
            Stage::During => Both { zh: "整改中", en: "during" },
            Stage::After => Both { zh: "整改后", en: "after" },
        }
    }

    /// The stage a caption names. Two of them, or none, say nothing.
    pub fn named(caption: &str) -> Option<Stage> {
        if caption.contains("前后") {
            return None;
        }
        let mut found = STAGES.iter().filter(|(word, _)| holds(caption, word)).map(|(_, stage)| *stage);
        let first = found.next()?;
        found.all(|stage| stage == first).then_some(first)
    }
}

/// How people call the stages.
const STAGES: &[(&str, Stage)] = &[
    ("整改前", Stage::Before),
    ("治理前", Stage::Before),
    ("施工前", Stage::Before),
    ("before", Stage::Before),
    ("整改中", Stage::During),
    ("治理中", Stage::During),
    ("施工中", Stage::During),
    ("during", Stage::During),
    ("整改后", Stage::After),
    ("治理后", Stage::After),
    ("完工后", Stage::After),
    ("after", Stage::After),
];

/// What a caption says besides when it only names the file.
const LABELS: &[&str] = &[
    "现场", "照片", "图片", "相片", "材料", "附件", "佐证", "资料", "文件", "对比", "截图", "如图", "见图",
    "的", "前后", "图", "photos", "photo", "pictures", "picture", "files", "file", "evidence",
];

/// Whether a caption only says what the file is (整改后照片), and nothing of progress.
pub fn is_label(caption: &str) -> bool {
    let mut left = caption.to_lowercase();
    for word in STAGES.iter().map(|(word, _)| *word).chain(LABELS.iter().copied()) {
        left = left.replace(word, "");
    }
    left.chars().all(|c| !c.is_alphanumeric())
}

/// A word in a text; one in Latin letters only where it stands alone.
fn holds(text: &str, word: &str) -> bool {
    if !word.is_ascii() {
        return text.contains(word);
    }
    text.split(|c: char| !c.is_ascii_alphabetic()).any(|part| part.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caption_names_one_stage_or_none() {
        for (caption, stage) in [
            ("整改前", Some(Stage::Before)),
            ("16项整改后照片", Some(Stage::After)),
            ("施工中的现场", Some(Stage::During)),
            ("photo after", Some(Stage::After)),
            ("整改前后对比", None),
            ("整改前、整改后", None),
            ("thereafter", None),
            ("设备已到货", None),
        ] {
            assert_eq!(Stage::named(caption), stage, "{caption}");
        }
    }

    #[test]
    fn a_label_says_nothing_of_progress() {
        for label in ["整改后照片", "现场图片", "整改前", "after photos", "", "（附件）"] {
            assert!(is_label(label), "{label}");
        }
        for told in ["设备已到货", "整改后验收通过", "90%"] {
            assert!(!is_label(told), "{told}");
        }
    }
}
