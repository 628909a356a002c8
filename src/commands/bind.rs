//! 绑定: ties this chat account to a post by a one-time code. Codes live shortly, work once, and
//! guessing is throttled per account.

use uuid::Uuid;

use super::words::SlipKind;
use super::{Call, Command, Failure, told};
use crate::domain::code;
use crate::domain::decision::{Aggregate, Decision, Effect, NewHolder, Touch};
use crate::domain::people::{GUESSES, GUESSING_WINDOW, Who};
use crate::domain::{Both, Message, Text};
use crate::{say, store};

pub const COMMAND: Command = Command {
    words: &["绑定", "bind"],
    glued: false,
    usage: Both { zh: "绑定 ABCDE-FGHJK", en: "bind ABCDE-FGHJK" },
    about: Both {
        zh: "用整改办给的一次性绑定码，把这个账号绑到岗位",
        en: "tie this account to a post by a one-time code",
    },
    who: Who::Anyone,
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let lang = call.lang();
    let Some(account) = &call.incoming.account else {
        return Err(told(say!(
            lang,
            "看不出是谁在说话（匿名管理员或频道），请用自己的账号私聊我绑定。",
            "I cannot tell who is speaking (anonymous admin or channel): please bind in private."
        )));
    };
    let typed = call.words.rest();
    if typed.is_empty() {
        let slip = call.words.slip(SlipKind::NoCode);
        return Err(call.slip(&slip));
    }
    let platform = &call.incoming.chat.platform;
    let wrong = store::door::wrong_codes(&mut *call.read, platform, account).await?;
    if wrong.is_some_and(|(n, since)| n >= GUESSES && since > call.now.utc - GUESSING_WINDOW) {
        return Err(Failure::Refused {
            what: "bind_throttled",
            item: None,
            told: Message::plain(say!(
                lang,
                "绑定码连续输错，请 15 分钟后再试，或请整改办重发一个。",
                "Too many wrong codes: try again in 15 minutes, or ask the office for a new one."
            )),
        });
    }
    let found = store::door::code(&mut *call.read, &code::digest(&typed), platform).await?;
    let Some(found) = found.filter(|found| !found.is_used && found.expires_at > call.now.utc) else {
        let failed = Effect::BindFailed { platform: platform.clone(), account: account.clone() };
        return Ok(call.say(
            call.decision().with(failed),
            Message::plain(say!(
                lang,
                "绑定码不对、已用过或已过期，没有绑定。请核对，或请整改办重发一个。",
                "The code is wrong, used or expired; nothing was bound. Check it, or ask the office for a new one."
            )),
        ));
    };
    let holder = NewHolder {
        id: Uuid::now_v7(),
        post: found.post,
        platform: platform.clone(),
        account: account.clone(),
        display_name: call.incoming.display_name.clone(),
        lang,
        bound_at: call.now.utc,
    };
    let mut decision = call.decision().changing(Aggregate::Code, found.id, found.version);
    decision.rests_on.push(Touch { of: Aggregate::Post, id: found.post, version: found.post_version });
    decision.actor.post = Some(found.post);
    decision.actor.unit = Some(found.unit.id);
    // A new code for a held post, or of a person who holds another one: the old holding ends.
    let before = call.door.speaker.as_ref().map(|s| (s.holder, s.holder_version));
    let mut ending: Vec<_> = found.held_by.into_iter().chain(before).collect();
    ending.sort_unstable();
    ending.dedup();
    for (old, version) in ending {
        decision =
            decision.changing(Aggregate::Holder, old, version).with(Effect::HolderEnded { holder: old });
    }
    let decision = decision.with(Effect::HolderBound { holder, code: found.id });
    let (post, unit, role) = (found.post_title, found.unit.name, found.role.title().pick(lang));
    Ok(call.say(
        decision,
        Text::default().strong(say!(lang, "✅ 已绑定", "✅ Bound")).then(say!(
            lang,
            "：{post}（{unit}，{role}）。\n发送“帮助”看可以做什么。",
            ": {post} ({unit}, {role}).\nSend “help” to see what you may do."
        )),
    ))
}
