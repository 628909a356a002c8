//! Sentences instead of the ordinary answer: not admitted, not understood, overruled by a rule of the ledger.

use super::{Command, Failure, answer_to, origin, told, wording};
use crate::domain::decision::{Decision, Effect};
use crate::domain::people::Who;
use crate::domain::{Audience, Both, Door, Incoming, Message, Now, Reply, Role, What};
use crate::say;

/// A sentence instead of the ordinary answer. On a pressed button it is shown to the presser alone.
pub(super) fn refusal(
    door: &Door,
    incoming: &Incoming,
    now: Now,
    told: Message,
    effect: Option<Effect>,
) -> Decision {
    let mut decision = Decision::new(origin(incoming), now);
    decision.actor.account = incoming.account.clone();
    decision.actor.post = door.speaker.as_ref().map(|speaker| speaker.post);
    decision.effects.extend(effect);
    match &incoming.what {
        What::Pressed { press_id, .. } if told.buttons.is_empty() => {
            let to = Audience::Press { to: incoming.chat.clone(), press_id: press_id.clone() };
            decision.saying(Reply::answer(to, told))
        }
        _ => answer_to(incoming, decision, told),
    }
}

pub(super) fn not_admitted(door: &Door, command: &Command) -> Failure {
    let lang = door.lang();
    if door.speaker.is_none() {
        return Failure::Refused {
            what: "not_bound",
            item: None,
            told: match wording::not_bound(lang) {
                Failure::Told(message) | Failure::Refused { told: message, .. } => message,
                Failure::Broken(_) => Message::default(),
            },
        };
    }
    let word = command.words[0];
    let who = match command.who {
        Who::Roles(roles) => roles
            .iter()
            .map(|role| role.title().pick(lang))
            .collect::<Vec<_>>()
            .join(say!(lang, "、", ", ").as_str()),
        Who::Anyone | Who::Bound => String::new(),
    };
    let told = match command.is_for(door.speaker.as_ref()) {
        // Other lines of it only read.
        true => say!(
            lang,
            "这一步由{who}办，你的岗位只看不办。要看请发：{word}",
            "That step is for: {who}; your post only reads. To read send: {word}"
        ),
        false => say!(
            lang,
            "“{word}”由{who}使用，你的岗位不能用。发送“帮助”看你可以做什么。",
            "“{word}” is for: {who}. Send “help” to see what you may do."
        ),
    };
    Failure::Refused { what: "not_your_role", item: None, told: Message::plain(told) }
}

pub(super) fn unclear(door: &Door) -> Failure {
    let lang = door.lang();
    let hint = match door.speaker.as_ref().map(|speaker| speaker.role) {
        Some(role) if role.sees_all() => {
            Both { zh: "看事项：查 16；要文件：导出", en: "An item: item 16; documents: export" }
        }
        Some(Role::Leader) => Both { zh: "看包抓的事项：我的", en: "The items you hold: mine" },
        Some(Role::UnitHead) => Both { zh: "看本单位的事项：我的", en: "Your unit's items: mine" },
        _ => Both { zh: "报进度：进度 16 90 设备已到货", en: "To report: report 16 90 delivered" },
    };
    let hint = hint.pick(lang);
    told(say!(
        lang,
        "没看懂这句话，什么都没有做。{hint}；其他用法请发：帮助",
        "I did not understand, and did nothing. {hint}; for the rest send: help"
    ))
}

/// A rule over many rows said no at commit: worded as a new decision.
pub(super) fn overruled(door: &Door, incoming: &Incoming, now: Now, constraint: String) -> Option<Decision> {
    tracing::info!(constraint, "a decision was overruled by a constraint");
    let lang = door.lang();
    let text = match constraint.as_str() {
        "holder_account_once" | "holder_post_once" => say!(
            lang,
            "刚才有人同时在绑定这个岗位或账号，这次没有绑定。请请整改办核对后再试。",
            "Somebody was binding the same post or account at this moment; nothing was bound. Ask the office, then try again."
        ),
        "chat_address_once" => say!(
            lang,
            "刚才有人同时在设置这个群，这次没有改。请再发一次“群设置”看现在的状态。",
            "Somebody was setting this group up at this moment; nothing was changed. Send “group” to see how it stands."
        ),
        _ => say!(
            lang,
            "这次没有登记，因为与账上的规则冲突（{constraint}）。请联系整改办。",
            "Nothing was recorded: it conflicts with a rule of the ledger ({constraint}). Contact the office."
        ),
    };
    Some(refusal(door, incoming, now, Message::plain(text), None))
}
