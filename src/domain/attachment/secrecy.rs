//! Marks of secrecy (密级标志) in file names and captions: such a file is never fetched, nor its name kept.
//! A mark stands as the regulations write it (秘密★, 机密★1年, 绝密★长期), as a word of its own, in brackets, or before
//! what it marks (机密图, 秘密报告). 秘密 is an everyday word as well (秘密排污口), 机密 and 绝密 are not, unless another
//! word begins with their second letter (风机密封, 相机密码).

use crate::domain::visible::is_invisible;

/// The levels, and whether they mark whatever stands behind them.
const LEVELS: [(&str, bool); 3] = [("绝密", true), ("机密", true), ("秘密", false)];
/// Letters that make another word of the second one: 密封, 密切, 机密性.
const GOES_ON: [char; 7] = ['封', '切', '码', '闭', '度', '集', '性'];
/// What an office writes on papers that are not to leave it.
const INTERNAL: [&str; 6] = ["内部资料", "内部文件", "内部使用", "内部公开", "内部", "工作秘密"];
/// What a level stands before where it marks it: 机密文件, 秘密级.
const DRESS: [&str; 24] = [
    "级",
    "件",
    "文件",
    "材料",
    "资料",
    "公文",
    "文档",
    "图纸",
    "图",
    "照片",
    "图片",
    "表",
    "清单",
    "名单",
    "台账",
    "报告",
    "方案",
    "通知",
    "通报",
    "纪要",
    "附件",
    "档案",
    "扫描件",
    "复印件",
];
/// What may follow and still leaves a mark alone: copies, years.
const STARS: [char; 4] = ['★', '☆', '⭐', '*'];

/// Whether a text carries a mark.
pub fn is_marked(text: &str) -> bool {
    let letters: Vec<char> = text.chars().filter(|c| !is_hidden(*c)).collect();
    if letters.contains(&'★') {
        return true;
    }
    let level = |at: usize| {
        LEVELS.iter().any(|(level, marks_all)| {
            after(&letters, at, level).is_some_and(|end| {
                let goes_on = letters.get(end).is_some_and(|c| GOES_ON.contains(c));
                is_starred(&letters, end)
                    || (begins(&letters, at) && is_over(&letters, end))
                    || (is_named(&letters, at) && (is_dressed(&letters, end) || (*marks_all && !goes_on)))
            })
        })
    };
    let internal = |at: usize| {
        INTERNAL.iter().any(|word| {
            after(&letters, at, word).is_some_and(|end| begins(&letters, at) && is_over(&letters, end))
        })
    };
    (0..letters.len()).any(|at| level(at) || internal(at))
}

/// Letters nobody sees between those of a mark would hide it; blanks inside it (机 密) are usual.
fn is_hidden(c: char) -> bool {
    is_invisible(c) || c == '\u{200d}'
}

/// Where a word that begins here ends; blanks between its letters do not count.
fn after(letters: &[char], at: usize, word: &str) -> Option<usize> {
    let mut at = at;
    for (n, wanted) in word.chars().enumerate() {
        while n > 0 && letters.get(at).is_some_and(|c| matches!(c, ' ' | '\u{3000}')) {
            at += 1;
        }
        if letters.get(at) != Some(&wanted) {
            return None;
        }
        at += 1;
    }
    Some(at)
}

/// 机密★, 秘密 ☆ 10年, 绝密*: nobody writes this by chance.
fn is_starred(letters: &[char], end: usize) -> bool {
    letters[end..].iter().find(|c| !c.is_whitespace()).is_some_and(|c| STARS.contains(c))
}

/// Nothing that belongs to the word stands before it.
fn begins(letters: &[char], at: usize) -> bool {
    at == 0 || !letters[at - 1].is_alphabetic()
}

/// No other word that ends in the level: 非机密, 国家秘密, 商业秘密, 技术秘密.
fn is_named(letters: &[char], at: usize) -> bool {
    at == 0 || !['非', '家', '业', '术', '守', '泄', '窃'].contains(&letters[at - 1])
}

/// The word is over: at the end, before a sign or a number.
fn is_over(letters: &[char], end: usize) -> bool {
    letters.get(end).is_none_or(|c| !c.is_alphabetic())
}

fn is_dressed(letters: &[char], end: usize) -> bool {
    DRESS.iter().any(|dress| after(letters, end, dress).is_some_and(|end| is_over(letters, end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_seen_however_they_stand() {
        for marked in [
            "秘密★",
            "机密★1年 整改方案.pdf",
            "绝密★长期",
            "绝密☆",
            "★整改清单.docx",
            "整改方案（秘密）.docx",
            "[机密]清单.xlsx",
            "机密_16项.pdf",
            "机密文件-16.pdf",
            "秘密级 16项90%",
            "机密级.pdf",
            "整改方案-内部.docx",
            "【内部资料】16项90%",
            "内部文件.pdf",
            "内部使用 第16项",
            "机 密.pdf",
            "机\u{200b}密.pdf",
            "工作秘密.doc",
            "会议纪要 秘密 2018.pdf",
            "秘密*5年",
            "第16项机密文件.pdf",
            "关于排污的秘密材料",
            "机密图.png",
            "整改机密方案.docx",
            "绝密小组整改照片",
            "16项机密a1.jpg",
            "秘密图.png",
            "秘密名单2018.xlsx",
        ] {
            assert!(is_marked(marked), "{marked}");
        }
    }

    #[test]
    fn harmless_words_are_no_marks() {
        for harmless in [
            "保密办现场照片.jpg",
            "市保密局验收.pdf",
            "保密协议.pdf",
            "风机密封改造.jpg",
            "相机密码.txt",
            "隔绝密闭空间",
            "有机密集区",
            "秘密图谋",
            "机密性测试.docx",
            "秘密调查组报告",
            "该厂秘密排污口已封堵",
            "内部管线改造90%",
            "厂区内部道路硬化",
            "16项内部装修完成",
            "涉密人员培训",
            "非机密文件.pdf",
            "保守国家秘密材料学习",
            "秘密文件柜已采购",
            "加密传输.pdf",
            "",
            "16项90%设备到货",
        ] {
            assert!(!is_marked(harmless), "{harmless}");
        }
    }
}
