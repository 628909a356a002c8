//! 销假: a leave ends before its last day, or never begins. One's own; the office also somebody's.

use super::leave::allow;
use super::{Call, Command, Failure, posts, told};
use crate::domain::decision::{Aggregate, Audience, Decision, Effect, Reply};
use crate::domain::people::Who;
use crate::domain::{Both, Lang, Message, Role};
use crate::store::people::{self, NamedPost, Reader};
use crate::{say, store};

pub const COMMAND: Command = Command {
    words: &["销假", "back"],
    glued: false,
    usage: Both { zh: "销假", en: "back" },
    about: Both { zh: "提前回来，请假到此结束", en: "back early: the leave ends" },
    who: Who::Roles(&[Role::Contact, Role::Office]),
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let lang = call.lang();
    let speaker = call.speaker()?;
    let said = call.words.rest();
    let post = match said.as_str() {
        "" => posts::own(&mut call).await?,
        _ => {
            let line = |post: &NamedPost| format!("销假 {} {}", post.unit_code, post.title);
            let post = posts::one(&mut call, &said, line).await?;
            allow(&call, &post)?;
            post
        }
    };
    let title = &post.title;
    let open = store::leaves::open(&mut *call.read, &[post.id], call.now.today()).await?;
    let Some(leave) = open.into_iter().find(|leave| leave.post == post.id) else {
        return Err(match store::leaves::last_ended(&mut *call.read, post.id).await? {
            Some((by, on)) => told(say!(
                lang,
                "{title} 现在没有请假：上一次已由 {by} 于 {on} 销假。",
                "{title} is not on leave: the last one was ended by {by} on {on}."
            )),
            None => told(say!(lang, "{title} 没有请假。", "{title} is not on leave.")),
        });
    };
    let (from, to, by) = (leave.from_on, leave.to_on, &leave.substitute_title);
    let decision = call
        .decision()
        .by(speaker)
        .changing(Aggregate::Leave, leave.id, leave.version)
        .with(Effect::LeaveEnded { leave: leave.id });
    let mut decision = call.say(
        decision,
        Message::plain(say!(
            lang,
            "✅ 已销假：{title}（原定 {from} 至 {to}）。提醒从现在起仍发给本岗位，{by} 不再代理。",
            "✅ {title} is back ({from} to {to} was planned). Reminders go there again, {by} no longer stands in."
        )),
    );
    let to_substitute = people::lang_of(&mut *call.read, Reader::Post(leave.substitute)).await?;
    let to_away = people::lang_of(&mut *call.read, Reader::Post(post.id)).await?;
    let notice = |audience, text: String| Reply::notice(audience, Message::plain(text), call.now);
    if leave.substitute != speaker.post {
        decision = decision.saying(notice(
            Audience::Post(leave.substitute),
            say!(
                to_substitute,
                "{title} 已销假，你的代理到此结束，辛苦了。",
                "{title} is back; you no longer stand in. Thank you."
            ),
        ));
    }
    if post.id != speaker.post {
        decision = decision.saying(notice(
            Audience::Post(post.id),
            say!(
                to_away,
                "整改办已给你销假，提醒从现在起发给你。",
                "The office has ended your leave; reminders come to you again."
            ),
        ));
    }
    if speaker.role != Role::Office {
        decision = decision.saying(notice(
            Audience::Office(None),
            say!(Lang::Zh, "{title} 已销假，{by} 不再代理。", "{title} is back; {by} no longer stands in."),
        ));
    }
    Ok(decision)
}
