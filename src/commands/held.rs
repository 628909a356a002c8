//! Lines that are held until somebody says what they lack (不通过, 退回, 处理 …), or yes: the next thing that is said
//! completes them. Nothing is recorded before, and no example is ever filled in.

use super::acceptance::{head, words};
use super::{Call, Failure, answer, find, questions};
use crate::domain::decision::Decision;
use crate::domain::dialogue::{Ask, Draft};
use crate::domain::{Both, Item, Message, Text};
use crate::say;

/// Behind a line: what was asked about is meant.
const SURE: Both = Both { zh: "确认", en: "confirm" };

/// A step about an item, in words that mean this very item.
pub(super) fn line(call: &Call<'_>, verb: Both, item: &Item, rest: &str) -> String {
    let round = call.door.rounds.iter().find(|round| round.id == item.round);
    let line = words(verb, item.number, rest, call.lang());
    match round.filter(|_| call.door.rounds.len() > 1) {
        Some(round) => {
            let number = item.number.to_string();
            line.replacen(&number, &format!("{number}@{}", round.name), 1)
        }
        None => line,
    }
}

/// The sentence of a step is asked for.
pub(super) fn wants_words(
    call: &Call<'_>,
    item: &Item,
    line: String,
    question: String,
) -> Result<Decision, Failure> {
    wants_the_rest(call, line, head(item, call.lang()).then(question), questions::about(call, item))
}

/// What a line lacks is asked for.
pub(super) fn wants_the_rest(
    call: &Call<'_>,
    line: String,
    question: Text,
    about: Vec<Draft>,
) -> Result<Decision, Failure> {
    let step = questions::step(Ask::Line { line, said: None }, about);
    let message = Message::from(question).row([answer::cancel(call.lang())]);
    let decision = questions::asking(call, call.decision().by(call.speaker()?), step)?;
    Ok(call.say(decision, message))
}

/// Before a step is taken its words are looked over. Other words in their place are looked over as well.
pub(super) fn wants_a_yes(
    call: &Call<'_>,
    item: &Item,
    (line, said): (String, &str),
    question: Text,
    yes: String,
) -> Result<Decision, Failure> {
    let lang = call.lang();
    let ask = Ask::Line { line, said: Some(said.to_owned()) };
    let step = questions::step(ask, questions::about(call, item));
    let yes = answer::choice(&step, yes, &say!(lang, "是", "yes"), lang);
    let message = Message::from(question).row([yes, answer::cancel(lang)]);
    let decision = questions::asking(call, call.decision().by(call.speaker()?), step)?;
    Ok(call.say(decision, message))
}

/// Before a line is carried out it is asked about. However long it is, its button is short.
pub(super) fn wants_to_be_sure(
    call: &Call<'_>,
    line: String,
    question: String,
    yes: String,
) -> Result<Decision, Failure> {
    let lang = call.lang();
    let step = questions::step(Ask::Sure { line }, vec![Draft::default()]);
    let yes = answer::choice(&step, yes, &say!(lang, "是", "yes"), lang);
    let message = Message::plain(question).row([yes, answer::cancel(lang)]);
    let decision = questions::asking(call, call.decision().by(call.speaker()?), step)?;
    Ok(call.say(decision, message))
}

/// What is said, without the word that it is meant.
pub(super) fn meant(said: &str) -> (&str, bool) {
    let said = said.trim();
    for sure in [SURE.zh, SURE.en] {
        match said.strip_suffix(sure) {
            Some("") => return ("", true),
            // A sentence may end with the same word: 现场已确认.
            Some(rest) if rest.ends_with(char::is_whitespace) => return (rest.trim_end(), true),
            _ => {}
        }
    }
    (said, false)
}

/// What was said completes the line that is held.
pub(super) async fn answered(
    call: Call<'_>,
    line: &str,
    said: Option<&str>,
    value: &str,
) -> Result<Decision, Failure> {
    let line = match (said, answer::yes_or_no(value)) {
        (Some(_), Some(false)) => return answer::give_up(call).await,
        (Some(said), Some(true)) => format!("{line} {said} {}", SURE.pick(call.lang())),
        _ => format!("{line} {value}"),
    };
    let (door, now) = (call.door, call.now);
    Ok(questions::superseding(door, now, run(call, &line).await?))
}

/// Labels that lead to these questions beside the last word of the line itself.
const LEADS: [&str; 4] = ["补充材料", "已处理，重新公示", "属实，退回整改", "说明核实情况"];

/// What was said is but the step itself once more, no sentence about it.
pub(super) fn is_no_sentence(line: &str, value: &str) -> bool {
    let said = value.trim_end_matches(['。', '！', '!', '.']);
    line.split_whitespace().next_back() == Some(said) || LEADS.contains(&said)
}

/// The line that was asked about is carried out, and the question is over.
pub(super) async fn meant_so(call: Call<'_>, line: &str) -> Result<Decision, Failure> {
    let (asked, line) = (call.door.dialogue.as_ref(), format!("{line} {}", SURE.pick(call.lang())));
    Ok(questions::ended(asked, run(call, &line).await?))
}

async fn run(call: Call<'_>, line: &str) -> Result<Decision, Failure> {
    let found = find(line).filter(|(command, _)| command.who.admits(call.door.speaker.as_ref()));
    let (command, words) = found.ok_or_else(|| questions::passed(&call))?;
    (command.run)(Call { command, words, ..call }).await
}

/// What is done about an item settles what was asked about it.
pub(super) fn settling(call: &Call<'_>, item: &Item, decision: Decision) -> Decision {
    let asked = questions::open(call).and_then(|step| step.drafts.first()?.item.as_ref());
    match asked.is_some_and(|asked| asked.number == item.number) {
        true => questions::settling(call, decision, |ask| matches!(ask, Ask::Line { .. })),
        false => decision,
    }
}
