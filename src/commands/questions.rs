//! The question that is open in a chat: put, replaced, ended. One place, so that every command that asks
//! names the dialogue it changes, and a late answer is told the same way everywhere.

use uuid::Uuid;

use super::words::ItemWord;
use super::{Call, Failure, told};
use crate::domain::Item;
use crate::domain::decision::{Aggregate, Decision, Effect};
use crate::domain::dialogue::{Ask, Dialogue, Draft, LIFE, Step};
use crate::say;

/// A question with a token of its own, which is part of every button under it.
pub(super) fn step(ask: Ask, drafts: Vec<Draft>) -> Step {
    let random = Uuid::now_v7().simple().to_string();
    Step { token: random[random.len() - 5..].to_owned(), ask, drafts }
}

/// The question that the speaker has been asked here, as long as it is worth an answer.
pub(super) fn open<'a>(call: &Call<'a>) -> Option<&'a Step> {
    call.door.dialogue.as_ref()?.open(call.now.utc)
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
