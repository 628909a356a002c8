//! 邀请: the office gives a one-time binding code for a post, shown to the clerk in private only.

use super::{Call, Command, Failure, posts};
use crate::domain::decision::{Aggregate, CodeFor, Decision, Effect, Touch};
use crate::domain::people::Who;
use crate::domain::{Both, Message, Role, Text};
use crate::{say, store};

pub const COMMAND: Command = Command {
    words: &["邀请", "invite"],
    glued: false,
    usage: Both { zh: "邀请 紫岩县 联络员A", en: "invite ZYX contact" },
    about: Both {
        zh: "给岗位发一次性绑定码（私聊）", en: "a one-time binding code for a post (in private)"
    },
    who: Who::Roles(&[Role::Office]),
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let lang = call.lang();
    let speaker = call.speaker()?;
    call.only_in_private()?;
    let said = call.words.rest();
    let post = posts::one(&mut call, &said, |post| format!("邀请 {} {}", post.unit_code, post.title)).await?;
    if posts::is_overseer(post.role) {
        return Err(Failure::Refused {
            what: "invite_overseer",
            item: None,
            told: Message::plain(say!(
                lang,
                "督查和审计监督整改办，绑定码不由整改办发，请系统管理员用命令行 duban invite 发。",
                "Supervisors and auditors oversee the office: their codes come from the administrator (duban invite)."
            )),
        });
    }
    let holders = store::people::holders_of(&mut *call.read, post.id).await?;
    let (spelt, code) = posts::fresh(&call, &post, CodeFor::Invite)?;
    let (title, unit, role) = (&post.title, &post.unit.name, post.role.title().pick(lang));
    let mut text = Text::default()
        .strong(say!(lang, "邀请 {title}", "Invitation: {title}"))
        .then(say!(lang, "（{unit}，{role}）\n绑定码：", " ({unit}, {role})\ncode: "))
        .code(&spelt);
    text = posts::how_to_use(&call, &spelt, &code, text);
    if !holders.is_empty() {
        let names = posts::names(&call, &holders);
        text = text.then(say!(
            lang,
            "\n这个岗位现在由 {names} 绑定；在同一平台上用新码后，原来的绑定就结束。",
            "\nBound now: {names}; a new binding on the same platform ends that one."
        ));
    }
    let mut decision = call.decision().by(speaker).with(Effect::CodeIssued(code));
    let before = store::people::open_codes(&mut *call.read, post.id, CodeFor::Invite, call.now.utc).await?;
    if !before.is_empty() {
        text = text.then(say!(
            lang,
            "\n这个岗位前面发过、还没用的码已作废。",
            "\nThe code that was given for this post before and is not used is void."
        ));
    }
    for (id, version) in before {
        decision = decision.changing(Aggregate::Code, id, version).with(Effect::CodeRevoked { code: id });
    }
    decision.rests_on.push(Touch { of: Aggregate::Post, id: post.id, version: post.version });
    Ok(call.say_secret(decision, text))
}
