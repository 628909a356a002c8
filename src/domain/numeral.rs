//! Numbers as people write them in chat: full-width digits, Chinese numerals, 第…项, 百分之….

/// Full-width forms to half-width, so that `１６，９０％` reads like `16,90%`. Every character maps to
/// exactly one character; other text is left as it is.
pub fn half_width(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{3000}' => ' ',
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFF01 + 0x21).unwrap_or(c),
            _ => c,
        })
        .collect()
}

fn digit(c: char) -> Option<i64> {
    Some(match c {
        '0'..='9' => i64::from(c as u32 - '0' as u32),
        '零' | '〇' | '○' => 0,
        '一' | '壹' => 1,
        '二' | '两' | '贰' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

fn unit(c: char) -> Option<i64> {
    Some(match c {
        '十' | '拾' => 10,
        '百' | '佰' => 100,
        '千' | '仟' => 1000,
        '廿' => 20,
        _ => return None,
    })
}

/// A whole number in digits or Chinese numerals (`16`, `十六`, `一百零三`, `一二三`); `None` for
/// anything else, for an empty text and above 99,999,999.
pub fn number(text: &str) -> Option<i64> {
    if text.is_empty() || text.chars().count() > 12 {
        return None;
    }
    if text.chars().all(|c| digit(c).is_some()) {
        let value =
            text.chars().filter_map(digit).try_fold(0i64, |n, d| n.checked_mul(10)?.checked_add(d))?;
        return (value <= 99_999_999).then_some(value);
    }
    let (mut total, mut section, mut pending, mut seen) = (0i64, 0i64, None::<i64>, false);
    for c in text.chars() {
        if let Some(d) = digit(c).filter(|_| !c.is_ascii_digit()) {
            if pending.is_some_and(|p| p != 0) {
                return None; // 一二十 says nothing clear
            }
            pending = Some(d);
        } else if c == '廿' {
            section += 20;
        } else if let Some(u) = unit(c) {
            section += pending.take().filter(|p| *p != 0).unwrap_or(1) * u;
        } else if c == '万' {
            total = (total + section + pending.take().unwrap_or(0)) * 10_000;
            section = 0;
        } else {
            return None;
        }
        seen = true;
    }
    let value = total + section + pending.unwrap_or(0);
    (seen && value <= 99_999_999).then_some(value)
}

/// The number of an item as it is said: `16`, `16号`, `第十六项`, `#16`, `编号9`, `序号十`.
pub fn item_number(word: &str) -> Option<i32> {
    let mut core = word;
    for prefix in ["整改事项", "事项", "编号", "序号", "第", "#", "No.", "no."] {
        core = core.strip_prefix(prefix).unwrap_or(core);
    }
    for suffix in ["项", "号", "#"] {
        core = core.strip_suffix(suffix).unwrap_or(core);
    }
    number(core).filter(|n| *n > 0).and_then(|n| i32::try_from(n).ok())
}

/// A percent as it is said: `90`, `90%`, `百分之九十`. Not limited to 0–100: the ledger says what is
/// wrong with 120, not the reader of numbers.
pub fn percent(word: &str) -> Option<i64> {
    let core = word.strip_prefix("百分之").unwrap_or(word);
    number(core.strip_suffix('%').unwrap_or(core))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_read_as_people_say_them() {
        for (text, value) in [
            ("16", 16),
            ("１６", 16),
            ("十六", 16),
            ("二十", 20),
            ("二十二", 22),
            ("一百零三", 103),
            ("一百一十", 110),
            ("三千零五", 3005),
            ("一万二千", 12_000),
            ("一二三", 123),
            ("十", 10),
            ("廿二", 22),
            ("零", 0),
            ("两百", 200),
        ] {
            assert_eq!(number(&half_width(text)), Some(value), "{text}");
        }
        for text in ["", "十六项", "-1", "1.5", "九十几", "一二十", "9999999999999"] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn items_and_percents_carry_their_usual_dress() {
        for text in ["16", "16号", "第16项", "第十六项", "#16", "编号16", "十六号"] {
            assert_eq!(item_number(text), Some(16), "{text}");
        }
        assert_eq!(item_number("0"), None);
        assert_eq!(percent("百分之九十"), Some(90));
        assert_eq!(percent("90%"), Some(90));
        assert_eq!(percent("一百"), Some(100));
        assert_eq!(percent("九十几"), None);
    }

    proptest! {
        #[test]
        fn no_text_upsets_the_reader(text in "\\PC{0,16}") {
            let half = half_width(&text);
            prop_assert_eq!(half.chars().count(), text.chars().count());
            let _ = (number(&half), item_number(&half), percent(&half));
        }

        #[test]
        fn digits_read_as_themselves(n in 0i64..99_999_999) {
            prop_assert_eq!(number(&n.to_string()), Some(n));
        }
    }
}
