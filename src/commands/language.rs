//! 语言: the language of the answers, a setting of the person.

use super::words::SlipKind;
use super::{Call, Command, Failure};
use crate::domain::decision::{Aggregate, Decision, Effect};
use crate::domain::people::Who;
use crate::domain::{Both, Lang, Message};
use crate::say;

pub const COMMAND: Command = Command {
    words: &["语言", "language"],
    glued: false,
    usage: Both { zh: "语言 英文", en: "language zh" },
    about: Both { zh: "换回答的语言：中文 或 英文", en: "the language of the answers: zh or en" },
    who: Who::Bound,
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let speaker = call.speaker()?;
    let wanted = call.words.clone().word().unwrap_or_default().to_lowercase();
    let lang = match wanted.as_str() {
        "中文" | "汉语" | "zh" | "zh-cn" | "chinese" => Lang::Zh,
        "英文" | "英语" | "en" | "english" => Lang::En,
        _ => {
            let slip = call.words.slip(SlipKind::BadLang);
            return Err(call.slip(&slip));
        }
    };
    let decision = call.decision();
    let mut decision = decision
        .changing(Aggregate::Holder, speaker.holder, speaker.holder_version)
        .with(Effect::LangChosen { holder: speaker.holder, lang });
    decision.actor.post = Some(speaker.post);
    Ok(call.say(
        decision,
        Message::plain(say!(lang, "好的，以后用中文回答。", "Answers will be in English from now on.")),
    ))
}
