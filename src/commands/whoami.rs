//! 我是谁: post, unit, role, and what may be done here.

use super::{COMMANDS, Call, Command, Failure};
use crate::domain::decision::Decision;
use crate::domain::people::Who;
use crate::domain::{Both, Text};
use crate::say;

pub const COMMAND: Command = Command {
    words: &["我是谁", "whoami"],
    glued: false,
    usage: Both { zh: "我是谁", en: "whoami" },
    about: Both {
        zh: "你的岗位、单位和在这里能做什么", en: "your post, unit, and what you may do here"
    },
    who: Who::Anyone,
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Decision, Failure> {
    let lang = call.lang();
    let Ok(speaker) = call.speaker() else {
        return Ok(call.answer(Text::plain(say!(
            lang,
            "这个账号还没有绑定岗位，只能用：帮助、绑定、我是谁。请向整改办要一个绑定码。",
            "This account is not bound to a post: you may use help, bind and whoami. Ask the office for a code."
        ))));
    };
    let (post, unit, role) = (&speaker.post_title, &speaker.unit.name, speaker.role.title().pick(lang));
    let may: Vec<&str> = COMMANDS
        .iter()
        .filter(|command| command.is_for(Some(speaker)))
        .map(|command| Both { zh: command.words[0], en: command.words[1] }.pick(lang))
        .collect();
    let may = may.join(say!(lang, "、", ", ").as_str());
    Ok(call.answer(Text::default().strong(post).then(say!(
        lang,
        "\n单位：{unit}\n角色：{role}\n在这里可以：{may}",
        "\nunit: {unit}\nrole: {role}\nhere you may: {may}"
    ))))
}
