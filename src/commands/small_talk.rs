//! What people also say to a bot: thanks, which want no answer and are never taken for one, and how it is
//! used, which the help answers.

const COURTESY: &[&str] = &[
    "谢谢",
    "谢谢你",
    "多谢",
    "感谢",
    "谢了",
    "好的",
    "好",
    "好的谢谢",
    "收到",
    "收到谢谢",
    "嗯",
    "嗯嗯",
    "哦",
    "行",
    "可以",
    "稍等",
    "等一下",
    "辛苦",
    "辛苦了",
    "知道了",
    "明白",
    "明白了",
    "没事",
    "先这样",
    "再见",
    "👍",
    "🙏",
    "thanks",
    "thank you",
    "ok",
    "okay",
    "fine",
    "got it",
    "wait",
    "bye",
];
const HELP: &[&str] = &[
    "你好",
    "您好",
    "在吗",
    "怎么填",
    "怎么填报",
    "怎么报",
    "怎么用",
    "如何填报",
    "你能干啥",
    "你能做什么",
    "你会什么",
    "有什么功能",
    "hello",
    "hi",
    "how do i report",
    "what can you do",
];

fn bare(text: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || *c == ' ' || matches!(c, '👍' | '🙏');
    let text: String = text.chars().filter(kept).collect();
    text.trim().trim_end_matches(['了', '啊', '哈', '呀', '吗', '呢']).to_lowercase()
}

fn is_of(text: &str, table: &[&str]) -> bool {
    let said = bare(text);
    !said.is_empty()
        && text
            .split(['，', ',', '。', '！', '!', '、', '；'])
            .map(bare)
            .filter(|part| !part.is_empty())
            .all(|part| table.iter().any(|words| bare(words) == part))
}

/// Thanks, yes-I-heard, one moment.
pub(super) fn is_courtesy(text: &str) -> bool {
    is_of(text, COURTESY)
}

/// 收到: perhaps of something that is to be signed for.
pub(super) fn is_receipt(text: &str) -> bool {
    is_courtesy(text) && text.contains("收到")
}

/// A greeting, or how this is used.
pub(super) fn asks_for_help(text: &str) -> bool {
    is_of(text, HELP)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thanks_and_greetings_are_nothing_else() {
        for text in ["谢谢", "谢谢！", "好的，谢谢", "谢谢，先这样", "收到", "OK", "Thanks!"]
        {
            assert!(is_courtesy(text), "{text}");
        }
        for text in ["谢谢，16项到90%", "好的设备到了", "进度", "", "22项"] {
            assert!(!is_courtesy(text) && !asks_for_help(text), "{text}");
        }
        assert!(asks_for_help("怎么填报？") && asks_for_help("你好"));
    }
}
