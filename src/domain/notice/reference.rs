//! How people name a notice: by its number, in whatever brackets, or by what stands for it (稿3, 3).

use crate::domain::numeral::half_width;

/// One notice, as it was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// 稿3, draft 3, 3
    Handle(i32),
    /// As it is printed.
    Number(String),
}

/// The longest number looked for at the head of a text, in characters.
const LONGEST: usize = 40;

/// The number that a text begins with, as it is printed, and the text behind it: `安整改办督[2018]12号 已倒排计划`,
/// `安整改办通报2018年第3期`.
pub fn number(said: &str) -> Option<(String, &str)> {
    let said = said.trim_start();
    let mut number = String::new();
    let mut years = 0;
    for (at, c) in said.char_indices().take(LONGEST) {
        match half_width(&c.to_string()).chars().next()? {
            '[' | '(' | '〔' | '【' | '［' => number.push('〔'),
            ']' | ')' | '〕' | '】' | '］' => number.push('〕'),
            c if c.is_whitespace() => {}
            c => number.push(c),
        }
        if c.is_ascii_digit() || ('０'..='９').contains(&c) {
            years += 1;
        }
        // A year stands before the end: four digits and at least one more.
        if matches!(c, '号' | '期') && years > 4 {
            let behind = &said[at + c.len_utf8()..];
            let is_one = number.contains('〔') && number.contains('〕') || number.contains("年第");
            return is_one
                .then(|| (number, behind.trim_start_matches([':', '：', ',', '，', '、', ' ', '\u{3000}'])));
        }
    }
    None
}

/// The notice that a text begins with, and the text behind it.
pub fn leading(said: &str) -> Option<(Reference, &str)> {
    if let Some((number, behind)) = number(said) {
        return Some((Reference::Number(number), behind));
    }
    let said = said.trim_start();
    let bare =
        ["稿", "draft", "第"].iter().find_map(|mark| said.strip_prefix(mark)).unwrap_or(said).trim_start();
    let end = bare.find(|c: char| half_width(&c.to_string()).chars().all(|c| !c.is_ascii_digit()));
    let (digits, behind) = bare.split_at(end.unwrap_or(bare.len()));
    let handle = half_width(digits).parse().ok()?;
    let behind = behind.strip_prefix('件').unwrap_or(behind);
    // 3天内 is no notice.
    let is_apart = behind.is_empty() || behind.starts_with([' ', '\u{3000}', ':', '：', ',', '，']);
    is_apart.then(|| {
        (Reference::Handle(handle), behind.trim_start_matches([':', '：', ',', '，', ' ', '\u{3000}']))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_reads_in_whatever_brackets() {
        let printed = "安整改办督〔2018〕12号";
        for said in [
            "安整改办督〔2018〕12号",
            "安整改办督[2018]12号",
            "安整改办督（2018）12号",
            "安整改办督【2018】12号",
            " 安整改办督 〔２０１８〕 １２ 号",
        ] {
            assert_eq!(number(said), Some((printed.to_owned(), "")), "{said}");
            let answered = format!("{said}：已倒排计划，9月30日前完成调试");
            assert_eq!(
                number(&answered).map(|found| found.1),
                Some("已倒排计划，9月30日前完成调试"),
                "{said}"
            );
        }
        let issue = "安整改办通报2018年第3期";
        assert_eq!(number(&format!("{issue} 收悉")), Some((issue.to_owned(), "收悉")));
        for said in ["16号到90%", "2018年9月20号前", "安整改办督", "", "16"] {
            assert_eq!(number(said), None, "{said}");
        }
    }

    #[test]
    fn what_has_no_number_yet_is_named_by_its_handle() {
        for said in ["3", "稿3", "稿 3", "draft 3", "３", "第3件"] {
            assert_eq!(leading(said), Some((Reference::Handle(3), "")), "{said}");
        }
        assert_eq!(leading("3 核稿"), Some((Reference::Handle(3), "核稿")));
        assert_eq!(leading("3天内"), None);
        assert_eq!(leading("核稿"), None);
    }

    proptest! {
        #[test]
        fn nothing_upsets_the_reader(said in "\\PC{0,60}") {
            let _ = (number(&said), leading(&said));
        }

        #[test]
        fn every_number_that_is_taken_is_read_again(
            abbr in "[\u{4e00}-\u{9fff}]{2,12}", year in 2000i32..2100, no in 1i32..100_000, form in 0usize..5,
        ) {
            prop_assume!(!abbr.contains(['号', '期']));
            let form = crate::domain::notice::Form::ALL[form];
            let series = crate::domain::notice::series::Series {
                next: no, ..crate::domain::notice::series::Series::begun(uuid::Uuid::nil(), &abbr, form, year)
            };
            let (printed, _) = series.take();
            prop_assert_eq!(number(&printed), Some((printed.clone(), "")));
        }
    }
}
