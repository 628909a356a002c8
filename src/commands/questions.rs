//! The question that is open in a chat: put, replaced, ended. One place, so that every command that asks
//! names the dialogue it changes, and a late answer is told the same way everywhere.

use uuid::Uuid;

use super::words::ItemWord;
use super::{Call, Failure, told};
use crate::domain::decision::{Aggregate, Decision, Effect, Saying, Touch};
use crate::domain::dialogue::{Ask, Dialogue, Draft, LIFE, Step};
use crate::domain::visible::visible;
use crate::domain::{Audience, Door, Incoming, Item, Now, What};
use crate::say;

/// A question with a token of its own, which is part of every button under it.
pub(super) fn step(ask: Ask, drafts: Vec<Draft>) -> Step {
    let random = Uuid::now_v7().simple().to_string();
    Step { token: random[random.len() - 5..].to_owned(), ask, drafts, offers: Vec::new() }
}

/// The question that the speaker has been asked here, as long as it is worth an answer.
pub(super) fn open<'a>(call: &Call<'a>) -> Option<&'a Step> {
    call.door.dialogue.as_ref()?.open(call.now.utc)
}

/// The line of the button under the open question whose label was typed: it does what the button does, and is never
/// taken for the text that is asked for.
pub(super) fn labelled<'a>(door: &'a Door, incoming: &Incoming, now: Now) -> Option<&'a str> {
    let What::Said { text, edited: false, .. } = &incoming.what else { return None };
    let step = door.dialogue.as_ref()?.open(now.utc)?;
    // Files that come along go with an answer, not with another button.
    step.labelled(&visible(text)).filter(|line| incoming.files.is_empty() || line.contains(&step.token))
}

/// Remembers with a question the buttons that are shown under it.
pub(super) fn offering(incoming: &Incoming, mut decision: Decision) -> Decision {
    for effect in &mut decision.effects {
        let Effect::Asked { step, .. } = effect else { continue };
        for reply in &decision.replies {
            if let (Audience::Chat(to), Saying::Message(message)) = (&reply.audience, &reply.say)
                && *to == incoming.chat
            {
                step.offers.extend(message.buttons.iter().flatten().cloned());
            }
        }
    }
    decision
}

/// What a question about an item is about.
pub(super) fn about(call: &Call<'_>, item: &Item) -> Vec<Draft> {
    let round = call.door.rounds.iter().find(|round| round.id == item.round);
    let word = ItemWord { number: item.number, round: round.map(|round| round.name.clone()) };
    vec![Draft { item: Some(word), ..Draft::default() }]
}

/// Ends the question of this chat if it is this one: what it asked is settled, however it was answered.
pub(super) fn settling(call: &Call<'_>, decision: Decision, is_it: impl Fn(&Ask) -> bool) -> Decision {
    let step = call.door.dialogue.as_ref().and_then(|dialogue| dialogue.step.as_ref());
    match step.is_some_and(|step| is_it(&step.ask)) {
        true => ending(call, decision),
        false => decision,
    }
}

/// Puts this question to the speaker, in the place of the one before it.
pub(super) fn asking(call: &Call<'_>, decision: Decision, step: Step) -> Result<Decision, Failure> {
    let before = call.door.dialogue.as_ref();
    let asked = Effect::Asked {
        dialogue: before.map_or_else(Uuid::now_v7, |dialogue| dialogue.id),
        is_new: before.is_none(),
        holder: call.speaker()?.holder,
        chat: call.incoming.chat.chat.clone(),
        step,
        expires_at: call.now.utc + LIFE,
    };
    Ok(changing(before, decision).with(asked))
}

/// Ends the question of this chat, if there is one.
pub(super) fn ending(call: &Call<'_>, decision: Decision) -> Decision {
    ended(call.door.dialogue.as_ref(), decision)
}

/// Ends this one.
pub(super) fn ended(dialogue: Option<&Dialogue>, decision: Decision) -> Decision {
    match dialogue {
        Some(dialogue) => {
            changing(Some(dialogue), decision).with(Effect::DialogueEnded { dialogue: dialogue.id })
        }
        None => decision,
    }
}

/// What goes through by a line of its own ends the older question of the chat: a yes that is said later must not carry
/// out what was passed over. Looking something up, fetching a document or sending a file leaves it open.
pub(super) fn superseding(door: &Door, now: Now, decision: Decision) -> Decision {
    let is_beside = |effect: &Effect| {
        matches!(
            effect,
            Effect::Refused { .. }
                | Effect::DocumentAsked(_)
                | Effect::JobAdded { .. }
                | Effect::FileAdded(_)
                | Effect::FileChanged { .. }
                | Effect::LangChosen { .. }
        )
    };
    let settles = |touch: &Touch| touch.of == Aggregate::Dialogue;
    match door.dialogue.as_ref().filter(|dialogue| dialogue.open(now.utc).is_some()) {
        Some(dialogue)
            if !decision.effects.iter().all(is_beside) && !decision.changes.iter().any(settles) =>
        {
            ended(Some(dialogue), decision)
        }
        _ => decision,
    }
}

fn changing(dialogue: Option<&Dialogue>, decision: Decision) -> Decision {
    match dialogue {
        Some(dialogue) => decision.changing(Aggregate::Dialogue, dialogue.id, dialogue.version),
        None => decision,
    }
}

/// A sentence for somebody whose question is no longer open.
pub(super) fn passed(call: &Call<'_>) -> Failure {
    told(say!(
        call.lang(),
        "这一问已经过去了（答过、取消或过了一天），账上没有变。要填报请发：进度",
        "That question is no longer open (answered, cancelled or a day old); nothing was changed. To report send: report"
    ))
}
