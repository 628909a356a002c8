//! 异常: what looks odd about a report. Asked about first, then taken as it is confirmed; the office sees
//! it beside the report, and nobody is scored.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::lang::Both;

/// More points than this in one report are asked about.
const JUMP: i16 = 40;
/// Texts that share this part of their pairs of characters say the same.
const ALIKE: f64 = 0.9;
/// Shorter texts are alike too easily: 正常推进 says nothing against anybody.
const SHORTEST: usize = 8;

/// One thing that looks odd.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Odd {
    /// The percent falls.
    Fall,
    /// The percent rises by more than 40 points at once.
    Jump,
    /// The text is nearly that of an earlier month.
    SameText,
    /// 100 % and acceptance not applied for.
    NotApplied,
}

impl Odd {
    pub const ALL: [Odd; 4] = [Odd::Fall, Odd::Jump, Odd::SameText, Odd::NotApplied];

    pub fn code(self) -> &'static str {
        match self {
            Odd::Fall => "fall",
            Odd::Jump => "jump",
            Odd::SameText => "same_text",
            Odd::NotApplied => "not_applied",
        }
    }

    pub fn from_code(code: &str) -> Option<Odd> {
        Odd::ALL.into_iter().find(|odd| odd.code() == code)
    }

    /// As the office reads it.
    pub fn word(self) -> Both {
        match self {
            Odd::Fall => Both { zh: "进度回落", en: "percent fell" },
            Odd::Jump => Both { zh: "一次提高超过40个百分点", en: "rose by more than 40 points" },
            Odd::SameText => {
                Both { zh: "说明与往月几乎相同", en: "text nearly that of an earlier month" }
            }
            Odd::NotApplied => Both { zh: "报100%未申请验收", en: "100% without an application" },
        }
    }
}

/// What is known of the item before the report.
pub struct Before<'a> {
    pub percent: i16,
    /// Acceptance has been applied for.
    pub is_awaiting: bool,
    /// The text of the last report, when it was made in an earlier month.
    pub earlier_text: Option<&'a str>,
}

/// What looks odd about a report of this percent and text.
pub fn odd(before: &Before<'_>, percent: i16, text: &str) -> Vec<Odd> {
    let found = [
        (percent < before.percent, Odd::Fall),
        (percent - before.percent > JUMP, Odd::Jump),
        (before.earlier_text.is_some_and(|earlier| are_alike(earlier, text)), Odd::SameText),
        (percent == 100 && before.percent < 100 && !before.is_awaiting, Odd::NotApplied),
    ];
    found.into_iter().filter(|(is_odd, _)| *is_odd).map(|(_, odd)| odd).collect()
}

/// Whether two texts say nearly the same: the Dice coefficient of their pairs of characters.
fn are_alike(a: &str, b: &str) -> bool {
    let (a, b) = (letters(a), letters(b));
    if a.len() < SHORTEST || b.len() < SHORTEST {
        return false;
    }
    let mut pairs: BTreeMap<(char, char), i32> = BTreeMap::new();
    for pair in a.windows(2) {
        *pairs.entry((pair[0], pair[1])).or_default() += 1;
    }
    let shared = b
        .windows(2)
        .filter(|pair| {
            pairs.get_mut(&(pair[0], pair[1])).is_some_and(|left| {
                *left -= 1;
                *left >= 0
            })
        })
        .count();
    2.0 * shared as f64 >= ALIKE * (a.len() + b.len() - 2) as f64
}

fn letters(text: &str) -> Vec<char> {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn falls_jumps_copies_and_early_hundreds_are_odd() {
        let before = |percent, earlier_text| Before { percent, is_awaiting: false, earlier_text };
        assert_eq!(odd(&before(50, None), 91, "设备到货"), [Odd::Jump]);
        assert_eq!(odd(&before(50, None), 90, "设备到货"), []);
        assert_eq!(odd(&before(50, None), 40, "设备到货"), [Odd::Fall]);
        assert_eq!(odd(&before(90, None), 100, "全部完工"), [Odd::NotApplied]);
        assert_eq!(odd(&Before { is_awaiting: true, ..before(90, None) }, 100, "全部完工"), []);
        let last = Some("正在开展管网施工，已完成三公里，下一步进行设备安装。");
        assert_eq!(
            odd(&before(50, last), 52, "正在开展管网施工，已完成三公里；下一步进行设备安装"),
            [Odd::SameText]
        );
        assert_eq!(odd(&before(50, last), 52, "管网施工完成五公里，开始安装设备"), []);
        assert_eq!(odd(&before(50, Some("正常推进")), 52, "正常推进"), []);
    }
}
