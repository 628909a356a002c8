//! 帮助: printed from the command table, only what this speaker may do.

use super::{COMMANDS, Call, Command, Failure};
use crate::domain::decision::Decision;
use crate::domain::people::Who;
use crate::domain::{Both, Text};
use crate::say;

pub const COMMAND: Command = Command {
    words: &["帮助", "help", "start", "菜单"],
    glued: false,
    usage: Both { zh: "帮助", en: "help" },
    about: Both { zh: "这一页", en: "this page" },
    who: Who::Anyone,
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Decision, Failure> {
    let lang = call.lang();
    let speaker = call.door.speaker.as_ref();
    let mut text = Text::default().strong(say!(
        lang,
        "督办助手：一句话就能报，问什么答什么",
        "duban: report in one sentence, ask anything"
    ));
    for command in COMMANDS.iter().filter(|command| command.is_for(speaker)) {
        text = text
            .then("\n")
            .code(command.usage.pick(lang))
            .then(say!(lang, "　", "  "))
            .then(command.about.pick(lang));
    }
    if speaker.is_none() {
        text = text.then(say!(
            lang,
            "\n还没有绑定岗位：请向整改办要绑定码。",
            "\nNot bound to a post yet: ask the office for a binding code."
        ));
    }
    text = text.then(say!(
        lang,
        "\n数字可写全角或中文（第十六项、百分之九十）；英文也行：report 16 90 …",
        "\nChinese works too: 进度 16 90 …"
    ));
    Ok(call.answer(text))
}
