//! 解绑: ends a binding: one's own on this platform, or by the office everybody's who holds a post. Asks
//! first; two clerks at once hear who was faster.

use super::{Call, Command, Failure, confirmed, decline, declined, held, left_as_it_is, posts, told};
use crate::domain::decision::{Aggregate, Audience, Decision, Effect, Reply};
use crate::domain::people::Who;
use crate::domain::{Both, Button, Lang, Message, Now, Role};
use crate::say;
use crate::store::people;

pub const COMMAND: Command = Command {
    words: &["解绑", "unbind"],
    glued: false,
    usage: Both { zh: "解绑", en: "unbind" },
    about: Both {
        zh: "解除自己的绑定；整改办可写岗位名",
        en: "end your own binding; the office may name a post",
    },
    who: Who::Bound,
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let lang = call.lang();
    let speaker = call.speaker()?;
    call.only_in_private()?;
    let said = call.words.rest();
    if declined(&said) {
        return Ok(left_as_it_is(&call));
    }
    let (said, is_confirmed) = confirmed(&said);
    if !said.is_empty() {
        return of_a_post(call, said, is_confirmed).await;
    }
    let (post, platform) = (&speaker.post_title, (call.able.title)(&call.incoming.chat.platform, lang));
    if !is_confirmed {
        return Err(Failure::Told(
            Message::plain(say!(
                lang,
                "要解除这个账号在 {platform} 上对 {post} 的绑定吗？解除后收不到提醒，也不能填报；再用要向整改办要新的绑定码。要把岗位交给别人，请发：交接",
                "End this account's binding to {post} on {platform}? You will get no reminders and cannot report; a new code comes from the office. To pass the post on, send: handover"
            ))
            .row([
                Button::new(say!(lang, "确认解绑", "Unbind"), say!(lang, "解绑 确认", "unbind confirm")),
                decline(&say!(lang, "解绑", "unbind"), lang),
            ]),
        ));
    }
    let others = people::holders_of(&mut *call.read, speaker.post).await?.len().saturating_sub(1);
    let rest = match others {
        0 => say!(Lang::Zh, "这个岗位现在没有人绑定", "nobody is bound to it now"),
        _ => say!(Lang::Zh, "这个岗位还有别的平台绑定", "it is still bound on another platform"),
    };
    let mut decision = call
        .decision()
        .changing(Aggregate::Holder, speaker.holder, speaker.holder_version)
        .with(Effect::HolderEnded { holder: speaker.holder });
    decision.actor.post = Some(speaker.post);
    decision.actor.unit = Some(speaker.unit.id);
    let decision = call.say(
        decision,
        Message::plain(say!(
            lang,
            "✅ 已解绑：{post}。以后要再用，请向整改办要绑定码。",
            "✅ Unbound from {post}. To come back, ask the office for a code."
        )),
    );
    Ok(decision.saying(Reply::notice(
        Audience::Office(None),
        Message::plain(say!(
            Lang::Zh,
            "{post} 在 {platform} 上自行解绑了；{rest}。",
            "{post} has unbound on {platform}; {rest}."
        )),
        call.now,
    )))
}

/// The office ends whoever holds a post, on every platform.
async fn of_a_post(mut call: Call<'_>, said: &str, is_confirmed: bool) -> Result<Decision, Failure> {
    let lang = call.lang();
    let speaker = call.speaker()?;
    if speaker.role != Role::Office {
        return Err(Failure::Refused {
            what: "unbind_not_office",
            item: None,
            told: Message::plain(say!(
                lang,
                "别人的岗位只有整改办能解绑。解除自己的绑定请只发：解绑",
                "Only the office unbinds other posts. For your own binding send just: unbind"
            )),
        });
    }
    let line = |post: &people::NamedPost| format!("解绑 {} {}", post.unit_code, post.title);
    let post = posts::one(&mut call, said, line).await?;
    if posts::is_overseer(post.role) {
        return Err(Failure::Refused {
            what: "unbind_overseer",
            item: None,
            told: Message::plain(say!(
                lang,
                "督查和审计监督整改办，整改办不能解除他们的绑定。",
                "Supervisors and auditors oversee the office; it cannot unbind them."
            )),
        });
    }
    let title = &post.title;
    let holders = people::holders_of(&mut *call.read, post.id).await?;
    if holders.is_empty() {
        return Err(match people::last_ended(&mut *call.read, post.id).await? {
            Some((by, at)) => {
                let at = Now::at(at).spoken();
                told(say!(
                    lang,
                    "{title} 现在没有人绑定：已由 {by} 于 {at} 处理。",
                    "Nobody is bound to {title}: done by {by} at {at}."
                ))
            }
            None => told(say!(lang, "{title} 没有人绑定。", "Nobody is bound to {title}.")),
        });
    }
    let names = posts::names(&call, &holders);
    if !is_confirmed {
        let question = say!(
            lang,
            "要解除 {title} 的绑定吗？现在绑定的是 {names}。解除后该岗位收不到提醒，直到有人重新绑定。",
            "Unbind {title}? Bound now: {names}. The post gets no reminders until somebody binds again."
        );
        let yes = say!(lang, "确认解绑", "Unbind");
        return held::wants_to_be_sure(&call, line(&post), question, yes);
    }
    let by = &speaker.post_title;
    let mut decision = call.decision().by(speaker);
    for holder in &holders {
        // Ending oneself rests on nothing else than oneself.
        decision.rests_on.retain(|touch| touch.id != holder.id);
        decision = decision
            .changing(Aggregate::Holder, holder.id, holder.version)
            .with(Effect::HolderEnded { holder: holder.id });
    }
    if let Some(last) = holders.first().filter(|last| last.id != speaker.holder) {
        let told = Lang::from_code(&last.lang);
        decision = decision.saying(Reply::notice(
            Audience::Holder(last.id),
            Message::plain(say!(
                told,
                "你在 {title} 的绑定已由整改办（{by}）解除。如有疑问请联系整改办。",
                "Your binding to {title} was ended by the office ({by}). Please ask the office if in doubt."
            )),
            call.now,
        ));
    }
    Ok(call.say(
        decision,
        Message::plain(say!(
            lang,
            "✅ 已解绑 {title}：{names}。要请新人，请发：邀请 {title}",
            "✅ Unbound {title}: {names}. To invite somebody: invite {title}"
        )),
    ))
}
