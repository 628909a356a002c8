//! What a sign-off is judged by, and what an application answers: each measure of the plan, each standard.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::lang::Both;

/// What a sign-off is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standard {
    /// 措施落实: each numbered measure of the plan is asked for by itself.
    Measures,
    /// 违法违规问题查处
    Violations,
    /// 整改成效
    Effect,
    /// 举一反三
    SameKind,
    /// 长效机制
    Mechanism,
}

/// Every standard: its code, its word, and what is asked.
const STANDARDS: &[(Standard, &str, Both, Both)] = &[
    (
        Standard::Measures,
        "measures",
        Both { zh: "措施落实", en: "measures" },
        Both { zh: "方案里的措施都做完了吗？", en: "Are all measures of the plan done?" },
    ),
    (
        Standard::Violations,
        "violations",
        Both { zh: "问题查处", en: "violations" },
        Both {
            zh: "涉及的违法违规问题都查处到位了吗？", en: "Have the violations been dealt with?"
        },
    ),
    (
        Standard::Effect,
        "effect",
        Both { zh: "整改成效", en: "effect" },
        Both { zh: "达到整改目标了吗？", en: "Has the goal been reached?" },
    ),
    (
        Standard::SameKind,
        "same_kind",
        Both { zh: "举一反三", en: "same kind" },
        Both {
            zh: "同类问题排查整改了吗？", en: "Were problems of the same kind looked for and mended?"
        },
    ),
    (
        Standard::Mechanism,
        "mechanism",
        Both { zh: "长效机制", en: "mechanism" },
        Both {
            zh: "长效管理的制度、责任落实了吗？", en: "Is there a mechanism that keeps it so?"
        },
    ),
];

impl Standard {
    fn row(self) -> &'static (Standard, &'static str, Both, Both) {
        &STANDARDS[self as usize]
    }

    pub fn code(self) -> &'static str {
        self.row().1
    }

    pub fn from_code(code: &str) -> Option<Standard> {
        STANDARDS.iter().find(|row| row.1 == code).map(|row| row.0)
    }

    pub fn word(self) -> Both {
        self.row().2
    }

    pub fn question(self) -> Both {
        self.row().3
    }
}

/// One thing an application answers: a standard, or one measure of the plan under the first of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    pub standard: Standard,
    /// The measure as the plan words it; empty for a standard as a whole.
    pub measure: String,
}

/// What an application for this item answers, in order: each measure where the plan numbers them, then the
/// other standards.
pub fn points(measures: &str) -> Vec<Point> {
    let whole = |standard| Point { standard, measure: String::new() };
    let numbered = numbered(measures);
    let first = match numbered.len() {
        0 | 1 => vec![whole(Standard::Measures)],
        _ => numbered.into_iter().map(|measure| Point { standard: Standard::Measures, measure }).collect(),
    };
    first.into_iter().chain(STANDARDS[1..].iter().map(|row| whole(row.0))).collect()
}

/// `1.设计；2.施工` → 设计, 施工. Only what counts up from one is a list.
fn numbered(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut rest = text.trim();
    loop {
        let next = found.len() + 1;
        let marks = [
            format!("{next}."),
            format!("{next}．"),
            format!("{next}、"),
            format!("({next})"),
            format!("（{next}）"),
        ];
        let Some(start) = marks.iter().find_map(|mark| rest.strip_prefix(mark.as_str())) else {
            return found;
        };
        let after = next + 1;
        let ends = [
            format!("{after}."),
            format!("{after}．"),
            format!("{after}、"),
            format!("({after})"),
            format!("（{after}）"),
        ];
        // A number ends a measure only where something separates it from the words before: 2.5公里 does not.
        let end = ends
            .iter()
            .flat_map(|mark| start.match_indices(mark.as_str()))
            .map(|(at, _)| at)
            .filter(|at| start[..*at].trim_end_matches(' ').ends_with(['；', ';', '。', '\n', '，', ',']))
            .min();
        let (measure, left) = start.split_at(end.unwrap_or(start.len()));
        let measure = measure.trim().trim_end_matches(['；', ';', '。', '，', ',']).trim();
        if measure.is_empty() {
            return found;
        }
        found.push(measure.to_owned());
        rest = left;
    }
}

/// What the unit answers to one point.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Answer {
    /// 不涉及: the point does not arise here.
    pub not_needed: bool,
    pub note: String,
    /// What was sent along; never required.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<Uuid>,
}

/// An application on its way: answered so far, the next point is the one asked about.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Applying {
    pub answers: Vec<Answer>,
    pub summary: String,
    /// What was said to the next point and sounds as if it were not reached yet, until that has been asked.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub doubt: String,
    /// Files of an answer to the next point that is not settled.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<Uuid>,
    /// Files that belong to the application as a whole.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub whole: Vec<Uuid>,
}

/// What says that something is still to be done.
const UNMET: [&str; 20] = [
    "没", "未", "还差", "只差", "就差", "还有", "仍有", "仍在", "还在", "还需", "还要", "还剩", "尚有",
    "尚在", "尚需", "尚待", "有待", "正在", "预计", "not ",
];
/// Words with one of these in them that say nothing of the kind.
const FINE: [&str; 30] = [
    "没有问题",
    "没问题",
    "没有发现",
    "没发现",
    "没有发生",
    "没有出现",
    "没有残留",
    "没有新增",
    "没有反弹",
    "没有异味",
    "没有遗漏",
    "没有投诉",
    "没有遗留",
    "没有违法",
    "没有违规",
    "没有同类",
    "没有类似",
    "没有新的",
    "没收",
    "未发现",
    "未发生",
    "未出现",
    "未新增",
    "未反弹",
    "未再",
    "没再",
    "未见",
    "未来",
    "淹没",
    "未成年",
];

/// Whether an answer sounds as if its point were not reached yet. It is asked about then, so a word too many costs a
/// press; one that is missed would stand in the file as evidence.
pub fn sounds_unmet(said: &str) -> bool {
    let rest = FINE.iter().fold(said.to_lowercase(), |rest, fine| rest.replace(fine, ""));
    UNMET.iter().any(|word| rest.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_standard_stands_at_its_place() {
        for (at, row) in STANDARDS.iter().enumerate() {
            assert_eq!(row.0 as usize, at);
            assert_eq!(Standard::from_code(row.1), Some(row.0));
        }
    }

    #[test]
    fn what_is_still_to_be_done_is_heard_and_what_did_not_happen_is_not() {
        for said in [
            "还有一起案件没结",
            "未完成",
            "还差验收照片",
            "正在收尾",
            "预计9月底完成",
            "尚有两户未搬",
            "没有",
            "Not yet",
        ] {
            assert!(sounds_unmet(said), "{said}");
        }
        for said in [
            "水面无残留船舶",
            "排查12处，未发现同类问题",
            "没收违法所得3万元",
            "已印发",
            "没有问题，已复查",
            "没有遗留问题，已建立运维制度",
            "没有违法行为",
        ] {
            assert!(!sounds_unmet(said), "{said}");
        }
    }

    #[test]
    fn numbered_measures_are_asked_one_by_one_and_others_as_a_whole() {
        let measures = |text: &str| -> Vec<String> {
            points(text).into_iter().filter(|p| p.standard == Standard::Measures).map(|p| p.measure).collect()
        };
        assert_eq!(measures("1.设计；2.铺设管网2.5公里；3.调试"), ["设计", "铺设管网2.5公里", "调试"]);
        assert_eq!(measures("1、设计。\n2、施工。"), ["设计", "施工"]);
        assert_eq!(measures("（1）设计；（2）施工"), ["设计", "施工"]);
        assert_eq!(measures("加快施工"), [""]);
        assert_eq!(measures("1.只有一条"), [""]);
        assert_eq!(measures(""), [""]);
        assert_eq!(points("").len(), 5);
    }
}
