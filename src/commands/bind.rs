//! 绑定: ties this chat account to a post by a one-time code. Codes live shortly, work once, and
//! guessing is throttled per account. A successor's code takes the post over from whoever holds it.

use uuid::Uuid;

use super::words::SlipKind;
use super::{Call, Command, Failure, confirmed, decline, declined, left_as_it_is, posts, told};
use crate::domain::code;
use crate::domain::decision::{Aggregate, Audience, CodeFor, Decision, Effect, NewHolder, Reply, Touch};
use crate::domain::people::{GUESSES, GUESSING_WINDOW, Who};
use crate::domain::{Both, Button, Lang, Message, Role, Text};
use crate::store::door::Code;
use crate::store::people::{self, Holder};
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
    if declined(&typed) {
        return Ok(left_as_it_is(&call));
    }
    let (typed, is_confirmed) = confirmed(&typed);
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
    let found = store::door::code(&mut *call.read, &code::digest(typed)).await?;
    let Some(found) = found.filter(|found| !found.is_spent && found.expires_at > call.now.utc) else {
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
    let holds_one = call.door.speaker.is_some();
    // Everybody reads along: a code that does not bind a newcomer at once must not wait for another reader.
    if !call.incoming.private && (holds_one || found.purpose == CodeFor::Handover) {
        return Ok(void(&call, &found));
    }
    if call.door.speaker.as_ref().is_some_and(|speaker| speaker.post == found.post) {
        let post = &found.post_title;
        return Err(told(match found.purpose {
            CodeFor::Invite => say!(
                lang,
                "这个账号已经绑定 {post}，绑定码没有用掉。",
                "This account holds {post} already; the code was not used up."
            ),
            CodeFor::Handover => say!(
                lang,
                "这是交给继任者的交接码，请转给继任者本人使用。",
                "This code is for your successor: please pass it on."
            ),
        }));
    }
    if !is_confirmed && (holds_one || found.purpose == CodeFor::Handover) {
        return Err(ask(&call, &found, typed));
    }
    let holders = people::holders_of(&mut *call.read, found.post).await?;
    bind(call, found, account.clone(), holders).await
}

/// The code was shown to a whole group: it is worth nothing from now on.
fn void(call: &Call<'_>, found: &Code) -> Decision {
    let lang = call.lang();
    let decision = call
        .decision()
        .changing(Aggregate::Code, found.id, found.version)
        .with(Effect::CodeRevoked { code: found.id });
    let post = &found.post_title;
    call.say(
        decision,
        Message::plain(say!(
            lang,
            "这个绑定码（{post}）已在群里露面，现已作废，没有绑定任何人。请整改办在私聊里重发一个，由本人私聊我绑定。",
            "This code ({post}) was shown to the whole group and is void now; nobody was bound. Ask the office for a new one and bind in private."
        )),
    )
}

/// What will happen, to be confirmed by a button.
fn ask(call: &Call<'_>, found: &Code, typed: &str) -> Failure {
    let lang = call.lang();
    let (post, unit, role) = (&found.post_title, &found.unit.name, found.role.title().pick(lang));
    let mut text = match found.purpose {
        CodeFor::Handover => say!(
            lang,
            "你将接任 {post}（{unit}，{role}）。确认后，原来的绑定在各平台结束，在办事项和未答复的提醒由你接手。",
            "You will take over {post} ({unit}, {role}). The present binding ends on every platform; its items and open reminders become yours."
        ),
        CodeFor::Invite => {
            say!(lang, "你将绑定 {post}（{unit}，{role}）。", "You will be bound to {post} ({unit}, {role}).")
        }
    };
    if let Some(speaker) = &call.door.speaker {
        let held = &speaker.post_title;
        text.push_str(&say!(
            lang,
            "\n一个账号只能绑一个岗位：你现在的岗位 {held} 会随之解绑。",
            "\nOne account holds one post: your present post {held} will be unbound."
        ));
    }
    let code: String =
        typed.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
    let says = say!(lang, "绑定 {code} 确认", "bind {code} confirm");
    let label = match found.purpose {
        CodeFor::Handover => say!(lang, "确认接任", "Take over"),
        CodeFor::Invite => say!(lang, "确认改绑", "Bind"),
    };
    let nothing = decline(&say!(lang, "绑定", "bind"), lang);
    Failure::Told(Message::plain(text).row([Button::new(label, says), nothing]))
}

async fn bind(
    call: Call<'_>,
    found: Code,
    account: String,
    holders: Vec<Holder>,
) -> Result<Decision, Failure> {
    let lang = call.lang();
    let platform = &call.incoming.chat.platform;
    let mut decision = call.decision().changing(Aggregate::Code, found.id, found.version);
    decision.actor.post = Some(found.post);
    decision.actor.unit = Some(found.unit.id);
    // A new code for a held post, or of a person who holds another one: the old holding ends.
    let is_handover = found.purpose == CodeFor::Handover;
    let leaving: Vec<&Holder> =
        holders.iter().filter(|holder| is_handover || holder.platform == *platform).collect();
    let before = call.door.speaker.as_ref().map(|s| (s.holder, s.holder_version));
    let mut ending: Vec<_> = leaving.iter().map(|h| (h.id, h.version)).chain(before).collect();
    ending.sort_unstable();
    ending.dedup();
    for (old, version) in ending {
        decision =
            decision.changing(Aggregate::Holder, old, version).with(Effect::HolderEnded { holder: old });
    }
    if is_handover {
        // Other codes for a successor are void, and the leave was the predecessor's.
        let open = people::open_codes(&mut *call.read, found.post, CodeFor::Handover, call.now.utc).await?;
        for (code, version) in open {
            if code != found.id {
                decision =
                    decision.changing(Aggregate::Code, code, version).with(Effect::CodeRevoked { code });
            }
        }
        for leave in store::leaves::open(&mut *call.read, &[found.post], call.now.today()).await? {
            if leave.post == found.post {
                decision = decision
                    .changing(Aggregate::Leave, leave.id, leave.version)
                    .with(Effect::LeaveEnded { leave: leave.id });
            }
        }
    }
    decision.rests_on.push(Touch { of: Aggregate::Post, id: found.post, version: found.post_version });
    let holder = NewHolder {
        id: Uuid::now_v7(),
        post: found.post,
        platform: platform.clone(),
        account: account.clone(),
        display_name: call.incoming.display_name.clone(),
        lang,
        bound_at: call.now.utc,
    };
    let decision = decision.with(Effect::HolderBound { holder, code: found.id });
    let first = people::first_reader(&mut *call.read, found.unit.id).await?;
    let decision = call.say(decision, welcome(&call, &found, first.as_ref()));
    let name = posts::name(&call.incoming.display_name, &account);
    let decision = no_longer_first(&call, decision, &found, first);
    Ok(tell(&call, decision, &found, &leaving, &name))
}

/// Who has read so far what is now read by the post that is bound.
fn no_longer_first(
    call: &Call<'_>,
    decision: Decision,
    found: &Code,
    first: Option<(Uuid, String)>,
) -> Decision {
    let (post, unit) = (&found.post_title, &found.unit.name);
    match first.filter(|(first, _)| found.role == Role::Contact && *first > found.post) {
        None => decision,
        Some((before, _)) => {
            let text = format!(
                "{post} 已绑定，{unit}的提醒和文件今后发给 {post}；你照常可以办事、查询。不是单位的安排，请马上联系整改办。"
            );
            decision.saying(Reply::notice(Audience::Post(before), Message::plain(text), call.now))
        }
    }
}

fn welcome(call: &Call<'_>, found: &Code, first: Option<&(Uuid, String)>) -> Text {
    let lang = call.lang();
    let (post, unit, role) = (&found.post_title, &found.unit.name, found.role.title().pick(lang));
    let head = match found.purpose {
        CodeFor::Invite => say!(lang, "✅ 已绑定", "✅ Bound"),
        CodeFor::Handover => say!(lang, "✅ 已接任", "✅ Taken over"),
    };
    let text = Text::default().strong(head).then(say!(
        lang,
        "：{post}（{unit}，{role}）。\n发送“帮助”看可以做什么。",
        ": {post} ({unit}, {role}).\nSend “help” to see what you may do."
    ));
    let text = match first.filter(|(first, _)| found.role == Role::Contact && *first < found.post) {
        None => text,
        Some((_, title)) => text.then(say!(
            lang,
            "\n{unit}的提醒和文件现在发给 {title}；{title} 请假或解绑后由你接收。要换人，请 {title} 发“交接”。",
            "\nReminders and papers of {unit} go to {title} now, and to you when {title} is on leave or unbound. To change that, {title} sends “handover”."
        )),
    };
    match call.incoming.private {
        true => text,
        false => text.then(say!(
            lang,
            "\n绑定码已用掉，别人不能再用；以后请在私聊里绑定。",
            "\nThe code is used up, nobody else can use it; next time please bind in private."
        )),
    }
}

/// The old holder and the office hear of it.
fn tell(call: &Call<'_>, mut decision: Decision, found: &Code, leaving: &[&Holder], name: &str) -> Decision {
    let (post, unit) = (&found.post_title, &found.unit.name);
    let platform = (call.able.title)(&call.incoming.chat.platform, Lang::Zh);
    if let Some(last) = leaving.first() {
        let lang = Lang::from_code(&last.lang);
        let text = match found.purpose {
            CodeFor::Handover => say!(
                lang,
                "交接完成：{name} 已接任 {post}，你在各平台的绑定已结束，在办事项随岗位转交。谢谢。",
                "Handover done: {name} holds {post} now; your bindings have ended and its items moved along. Thank you."
            ),
            CodeFor::Invite => say!(
                lang,
                "你在 {post} 的绑定已由新的绑定（{name}）接替。如不是单位的安排，请马上联系整改办。",
                "Your binding to {post} was replaced by a new one ({name}). If your unit knows nothing of it, call the office at once."
            ),
        };
        decision = decision.saying(Reply::notice(Audience::Holder(last.id), Message::plain(text), call.now));
    }
    // The first of the office come in by the command line: whom should one tell?
    if found.role == Role::Office && found.issued_by.is_none() {
        return decision;
    }
    let text = match found.purpose {
        CodeFor::Handover => say!(
            Lang::Zh,
            "{post}（{unit}）已交接：{name} 在 {platform} 上接任。",
            "{post} ({unit}) was handed over: {name} took it on {platform}."
        ),
        CodeFor::Invite => say!(
            Lang::Zh,
            "{name} 在 {platform} 上绑定了 {post}（{unit}）。",
            "{name} was bound to {post} ({unit}) on {platform}."
        ),
    };
    decision.saying(Reply::notice(Audience::Office(found.issued_by), Message::plain(text), call.now))
}
