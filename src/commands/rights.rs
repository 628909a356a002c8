//! 权限: what this speaker may do and see, from the command table and the role.

use super::{COMMANDS, Call, Command, Failure};
use crate::domain::decision::Decision;
use crate::domain::people::Who;
use crate::domain::{Both, Role, Speaker, Text};
use crate::say;

pub const COMMAND: Command = Command {
    words: &["权限", "rights"],
    glued: false,
    usage: Both { zh: "权限", en: "rights" },
    about: Both { zh: "你能做什么、能看到什么", en: "what you may do and see" },
    who: Who::Anyone,
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Decision, Failure> {
    let lang = call.lang();
    let speaker = call.door.speaker.as_ref();
    let list = |may: bool| {
        COMMANDS
            .iter()
            .filter(|command| !command.about.zh.is_empty() && command.is_for(speaker) == may)
            .map(|command| Both { zh: command.words[0], en: command.words[1] }.pick(lang))
            .collect::<Vec<_>>()
            .join(say!(lang, "、", ", ").as_str())
    };
    let (may, may_not) = (list(true), list(false));
    let mut text = match speaker {
        Some(speaker) => {
            let (post, role) = (&speaker.post_title, speaker.role.title().pick(lang));
            Text::default().strong(say!(lang, "{post}（{role}）", "{post} ({role})"))
        }
        None => Text::default().strong(say!(lang, "未绑定岗位", "not bound to a post")),
    };
    text = text.then(say!(lang, "\n可以用：{may}", "\nmay use: {may}"));
    if !may_not.is_empty() {
        text = text.then(say!(lang, "\n不能用：{may_not}", "\nmay not use: {may_not}"));
    }
    let sees = sees(speaker);
    let sees = sees.pick(lang);
    text = text.then(say!(lang, "\n看得到：{sees}", "\nsees: {sees}"));
    for away in speaker.into_iter().flat_map(|speaker| &speaker.stands_in) {
        let (post, unit) = (&away.post_title, &away.unit.name);
        text = text.then(say!(
            lang,
            "\n正在代：{post}，可以替 {unit} 填报和查询",
            "\nstands in for {post}: may report and ask for {unit}"
        ));
    }
    Ok(call.answer(text.then(say!(
        lang,
        "\n群里别人也看得到：事项内容只在本单位已确认的群或私聊里显示。",
        "\nIn groups others read along: item texts are shown only in the unit's confirmed group or in private."
    ))))
}

/// What a role sees, in words; the rule itself is `Item::is_open_to`.
fn sees(speaker: Option<&Speaker>) -> Both {
    match speaker.map(|speaker| speaker.role) {
        None => Both { zh: "什么也看不到，绑定以后才行", en: "nothing, until bound" },
        Some(Role::Contact | Role::UnitHead) => Both {
            zh: "本单位牵头和配合的事项，全市总数",
            en: "items led or shared by the own unit; the totals",
        },
        Some(Role::Leader) => {
            Both { zh: "自己包抓的事项，全市总数", en: "the items held by this post; the totals" }
        }
        Some(Role::Office) => Both { zh: "全部事项", en: "all items" },
        Some(Role::Supervisor) => {
            Both { zh: "全部事项，不改台账", en: "all items, without changing the ledger" }
        }
        Some(Role::Auditor) => Both { zh: "全部事项，只读", en: "all items, read only" },
    }
}
