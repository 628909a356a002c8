//! 预检: which units would not get a dispatch, line by line, each with a way to mend it or to let it pass. What
//! is let pass is logged, and holds for these periods.

use super::{all_read, let_pass, names, nothing_to_send, periods, rehearse, unsent};
use crate::commands::{Call, Failure, group_words, invite, line, told};
use crate::domain::cycle::{Addressee, CycleEffect, RedLine};
use crate::domain::decision::{Decision, Effect};
use crate::domain::message::Span;
use crate::domain::{Button, Lang, Message, Role, Text};
use crate::store::cycles::Open;
use crate::{say, store};

/// Lines with buttons in one message.
const LINES: usize = 8;

pub(super) async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let waives = call.words.take("豁免") || call.words.take("waive");
    let which = call.words.rest();
    if !waives {
        all_read(&call)?;
    }
    let open = periods(&mut call).await?;
    let unsent = unsent(&open);
    if unsent.is_empty() {
        return Ok(call.answer(nothing_to_send(&call, &open)));
    }
    let addressees = addressees(&mut call, &unsent).await?;
    match waives {
        true => waive(&call, &unsent, addressees, &which),
        false => Ok(call.answer(words(&call, &unsent, &addressees))),
    }
}

/// The units that these periods are to be sent to.
pub(super) async fn addressees(call: &mut Call<'_>, unsent: &[&Open]) -> Result<Vec<Addressee>, Failure> {
    let cycles: Vec<_> = unsent.iter().map(|period| period.id).collect();
    Ok(store::cycles::addressees(&mut *call.read, &cycles, call.now.today()).await?)
}

/// What stands against a dispatch and was not let pass: each unit and line.
pub(super) fn red(addressees: &[Addressee]) -> Vec<(&Addressee, RedLine)> {
    addressees.iter().flat_map(|to| to.open_lines().into_iter().map(move |line| (to, line))).collect()
}

fn words(call: &Call<'_>, unsent: &[&Open], addressees: &[Addressee]) -> Message {
    let lang = call.lang();
    let red = red(addressees);
    let is_office = call.door.speaker.as_ref().is_some_and(|speaker| speaker.role == Role::Office);
    let (names, units) = (names(unsent, call.basis, lang), addressees.len());
    let items: i64 = addressees.iter().map(|to| to.items).sum();
    let waived: usize = addressees.iter().map(|to| to.red_lines().len() - to.open_lines().len()).sum();
    let mut text = Text::default().strong(say!(
        lang,
        "🔎 预检 {names}：{units} 个单位，{items} 项待报",
        "🔎 Check of {names}: {units} units, {items} items owed"
    ));
    if waived > 0 {
        text = text.then(say!(lang, "\n已豁免 {waived} 条", "\n{waived} lines were let pass"));
    }
    if red.is_empty() {
        text = text.then(say!(lang, "\n✅ 没有红线，可以彩排、发出。", "\n✅ Nothing stands against it."));
        return Message::from(text).row([rehearse(lang)]);
    }
    let count = red.len();
    text = text.then(say!(
        lang,
        "\n❗ 红线 {count} 条，处理好或豁免后才能发出：",
        "\n❗ {count} lines stand against it; mend them or let them pass:"
    ));
    for (at, (to, line)) in red.iter().take(LINES).enumerate() {
        let (at, unit, items, line) = (at + 1, &to.unit.name, to.items, line.word().pick(lang));
        text = text.then(say!(
            lang,
            "\n{at}. {unit}（{items} 项）：{line}",
            "\n{at}. {unit} ({items} items): {line}"
        ));
    }
    if count > LINES {
        let more = count - LINES;
        text = text.then(say!(lang, "\n另有 {more} 条", "\n{more} more"));
    }
    let mut message = Message::from(text);
    if !is_office {
        return message;
    }
    for (at, (to, red)) in red.iter().take(LINES).enumerate() {
        let (at, code) = (at + 1, &to.code);
        let which = format!("{code} {}", red.code());
        let pass = let_pass(say!(lang, "{at} 豁免", "{at} let pass"), &which, lang);
        message = message.row([mend(to, *red, at, lang), pass]);
    }
    if count > 1 {
        let label = say!(lang, "全部豁免（{count} 条）", "Let all {count} pass");
        message = message.row([let_pass(label, &say!(lang, "全部", "all"), lang)]);
    }
    message
}

/// The button that mends a line: a binding code for the post, or the group's setting.
pub(super) fn mend(to: &Addressee, red: RedLine, at: usize, lang: Lang) -> Option<Button> {
    match red {
        RedLine::NoContact | RedLine::Away | RedLine::Blocked => {
            let (code, post) = (&to.code, to.contact.as_ref()?);
            Button::new(
                say!(lang, "{at} 发绑定码", "{at} binding code"),
                line(&invite::COMMAND, &format!("{code} {post}"), lang),
            )
        }
        RedLine::GroupGone => {
            let group = to.group_gone.as_ref()?;
            Button::new(
                say!(lang, "{at} 解除这个群", "{at} release the group"),
                group_words::release(group, lang),
            )
        }
    }
}

fn waive(
    call: &Call<'_>,
    unsent: &[&Open],
    mut addressees: Vec<Addressee>,
    which: &str,
) -> Result<Decision, Failure> {
    let lang = call.lang();
    let speaker = call.speaker()?;
    if speaker.role != Role::Office {
        return Err(Failure::Refused {
            what: "waive_not_yours",
            item: None,
            told: Message::plain(say!(
                lang,
                "红线由整改办豁免，您可以查看。",
                "The office lets lines pass; you may look."
            )),
        });
    }
    let all = ["全部", "all"].contains(&which.trim());
    let mut named = which.split_whitespace();
    let (unit, code) = (named.next().unwrap_or_default(), named.next().unwrap_or_default());
    let lines: Vec<_> = red(&addressees)
        .into_iter()
        .filter(|(to, line)| all || (to.code.eq_ignore_ascii_case(unit) && line.code() == code))
        .map(|(to, line)| (to.unit.id, line))
        .collect();
    if lines.is_empty() {
        return Err(told(say!(
            lang,
            "这一条已经不在了，没有改。请再发“预检”看现在的情况。",
            "That line is not there any more; nothing was changed. Send “precheck” again."
        )));
    }
    for (id, line) in &lines {
        for to in addressees.iter_mut().filter(|to| to.unit.id == *id) {
            to.waived.push(*line);
        }
    }
    let effect = CycleEffect::Waived {
        cycles: unsent.iter().map(|period| period.id).collect(),
        lines: lines.iter().map(|(unit, line)| (*unit, line.code())).collect(),
    };
    let decision = call.decision().by(speaker).with(Effect::Cycle(effect));
    let count = lines.len();
    let mut message = words(call, unsent, &addressees);
    let done = say!(
        lang,
        "✅ 已豁免 {count} 条，记入日志；这些单位仍会列入未送达。\n",
        "✅ {count} let pass, on record; these units will be listed as not reached.\n"
    );
    message.text.0.insert(0, Span::Plain(done));
    Ok(call.say(decision, message))
}
