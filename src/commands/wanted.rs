//! 导出总结, 卷宗 21, 把台账发我一份: a document that is asked for in free words, as the command line that asks the
//! same.

use super::export;
use crate::domain::document::{Format, Paper};

/// What people say before its name …
const BEFORE: &[&str] = &[
    "请",
    "麻烦",
    "帮忙",
    "帮我",
    "给我",
    "我想要",
    "我要",
    "想要",
    "需要",
    "要",
    "把",
    "导出",
    "导",
    "下载",
    "发我",
    "发",
    "一份",
];
/// … and behind all.
const BEHIND: &[&str] = &[
    "发给我",
    "发我",
    "给我",
    "导出来",
    "导出",
    "下载",
    "发一下",
    "发",
    "一份",
    "一下",
    "吧",
    "谢谢",
    "。",
    "！",
    "!",
    "，",
    ",",
];
/// What may stand between, in characters: an item, a day, a form.
const LONGEST: usize = 12;

pub(super) fn line(text: &str, papers: &[&'static Paper]) -> Option<String> {
    let mut rest = text.trim();
    while let Some(after) = BEFORE.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = after.trim_start();
    }
    let spelt = papers.iter().flat_map(|paper| paper.words).filter(|word| !word.is_ascii());
    let word = spelt.filter(|word| rest.starts_with(**word)).max_by_key(|word| word.len())?;
    let mut rest = rest.strip_prefix(word)?.trim();
    while let Some(before) = BEHIND.iter().find_map(|word| rest.strip_suffix(word)) {
        rest = before.trim_end();
    }
    let is_telling =
        rest.chars().any(|c| c.is_ascii_digit()) || Format::from_code(&rest.to_lowercase()).is_some();
    let is_clear = rest.is_empty() || (is_telling && rest.chars().count() <= LONGEST);
    is_clear.then(|| format!("{} {word} {rest}", export::COMMAND.words[0]).trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Both;
    use crate::domain::document::About;
    use crate::domain::people::Who;

    const NONE: Both = Both { zh: "", en: "" };
    const LEDGER: Paper = paper(&["台账", "ledger"]);
    const SUMMARY: Paper = paper(&["总结", "summary", "报告"]);
    const DOSSIER: Paper = paper(&["卷宗", "dossier"]);

    const fn paper(words: &'static [&'static str]) -> Paper {
        Paper {
            name: "",
            words,
            title: NONE,
            about: NONE,
            usage: NONE,
            formats: &[Format::Xlsx],
            who: Who::Bound,
            of: About::Round,
        }
    }

    #[test]
    fn a_document_is_asked_for_in_ones_own_words() {
        let read = |text| line(text, &[&LEDGER, &SUMMARY, &DOSSIER]);
        for (text, said) in [
            ("导出总结", "导出 总结"),
            ("把台账发我一份", "导出 台账"),
            ("请给我一份台账，谢谢", "导出 台账"),
            ("卷宗 21", "导出 卷宗 21"),
            ("卷宗21", "导出 卷宗 21"),
            ("导出卷宗第21项", "导出 卷宗 第21项"),
            ("总结 8月31日", "导出 总结 8月31日"),
            ("台账csv", "导出 台账 csv"),
        ] {
            assert_eq!(read(text).as_deref(), Some(said), "{text}");
        }
        for text in ["台账怎么还没改", "总结会开了没有", "发", "", "报告已经送到市里，请查收2份，谢谢大家"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
