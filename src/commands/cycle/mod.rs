//! 调度: the periods in which reports are awaited, at a glance, with what was sent out for them and what became
//! of it. Beside it what the office does before and at a dispatch: 预检, 彩排, 发出.

use chrono::{Datelike, NaiveDate};

use super::words::SlipKind;
use super::{Call, Command, Failure, window};
use crate::domain::decision::Decision;
use crate::domain::people::Who;
use crate::domain::{Basis, Both, Button, Lang, Message, Now, Role, Text};
use crate::store::cycles::{Dispatched, Open};
use crate::{say, store};

pub mod message;
mod precheck;
mod rehearsal;
mod release;
pub mod statement;

pub const COMMAND: Command = Command {
    words: &["调度", "cycle"],
    glued: false,
    usage: Both { zh: "调度", en: "cycle" },
    about: Both {
        zh: "本期应报多少、报了多少、发出没有、哪些没送到",
        en: "what is due in this period, what has come, what was sent out and did not arrive",
    },
    who: Who::Roles(&[Role::Office, Role::Supervisor, Role::Auditor]),
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

pub const PRECHECK: Command = Command {
    words: &["预检", "precheck"],
    glued: false,
    usage: Both { zh: "预检", en: "precheck" },
    about: Both {
        zh: "发出前查哪些单位收不到，逐条处理或豁免",
        en: "before a dispatch: which units would not get it, to be mended or let pass",
    },
    who: Who::Roles(&[Role::Office, Role::Supervisor]),
    item: |_| None,
    run: |call| Box::pin(precheck::run(call)),
};

pub const REHEARSAL: Command = Command {
    words: &["彩排", "rehearse"],
    glued: false,
    usage: Both { zh: "彩排", en: "rehearse" },
    about: Both {
        zh: "发出前看发给多少人、几点发完、发出去是什么样",
        en: "before a dispatch: to how many, how long it takes, and what it looks like",
    },
    who: Who::Roles(&[Role::Office, Role::Supervisor, Role::Auditor]),
    item: |_| None,
    run: |call| Box::pin(rehearsal::run(call)),
};

pub const RELEASE: Command = Command {
    words: &["发出", "send_out"],
    glued: false,
    usage: Both { zh: "发出", en: "send_out" },
    about: Both {
        zh: "把本期调度发给各单位联络员，每期一次",
        en: "sends this period's dispatch to the units' contacts, once a period",
    },
    who: Who::Roles(&[Role::Office]),
    item: |_| None,
    run: |call| Box::pin(release::run(call)),
};

/// The names of several periods, each once.
fn names(open: &[&Open], basis: &Basis, lang: Lang) -> String {
    let mut said: Vec<String> = Vec::new();
    for period in open {
        let name = basis.cycle(period.round, period.every, period.starts_on).name(lang);
        if !said.contains(&name) {
            said.push(name);
        }
    }
    said.join(say!(lang, "、", ", ").as_str())
}

/// The open periods, for the office's own eyes: in private and in its own group.
async fn periods(call: &mut Call<'_>) -> Result<Vec<Open>, Failure> {
    if !call.is_office_group() {
        call.only_in_private()?;
    }
    let rounds = call.rounds();
    Ok(store::cycles::open(&mut *call.read, &rounds).await?)
}

/// Nothing is left of the words.
fn all_read(call: &Call<'_>) -> Result<(), Failure> {
    match call.words.clone().is_empty() {
        true => Ok(()),
        false => Err(call.slip(&call.words.clone().slip(SlipKind::TooMuch))),
    }
}

/// Those that were not sent out yet.
fn unsent(open: &[Open]) -> Vec<&Open> {
    open.iter().filter(|period| period.dispatch.is_none()).collect()
}

/// The answer when there is nothing to send out: who did it, or that no period is open.
fn nothing_to_send(call: &Call<'_>, open: &[Open]) -> Message {
    let lang = call.lang();
    let last = open.iter().filter_map(|period| period.dispatch.as_ref()).max_by_key(|sent| sent.at);
    let Some(Dispatched { by, at, .. }) = last else {
        return Message::plain(say!(lang, "现在没有开着的调度期。", "No period is open now."));
    };
    let at = Now::at(*at).spoken();
    Message::plain(say!(
        lang,
        "本期调度已由{by}在 {at} 发出，不用再发。",
        "This period was sent out by {by} at {at}; nothing more to send."
    ))
    .row([receipt(lang)])
}

/// The office is reminded of what it has not sent out yet.
pub fn reminder(unsent: &[&Open], basis: &Basis, lang: Lang) -> Message {
    let names = names(unsent, basis, lang);
    let text = Text::default()
        .strong(say!(lang, "📅 {names}的调度还没有发出", "📅 {names} is not sent out yet"))
        .then(say!(
            lang,
            "\n先预检、彩排，再发出。不发出，各单位不会收到本期的填报通知；只提醒这一次。",
            "\nCheck, rehearse, then send it out. Until then the units are told nothing of this period; this is said once."
        ));
    Message::from(text).row([check(lang), rehearse(lang)])
}

fn receipt(lang: Lang) -> Option<Button> {
    Button::new(say!(lang, "看回执", "What arrived"), super::line(&COMMAND, "", lang))
}

fn check(lang: Lang) -> Option<Button> {
    Button::new(say!(lang, "预检", "Check"), super::line(&PRECHECK, "", lang))
}

fn rehearse(lang: Lang) -> Option<Button> {
    Button::new(say!(lang, "彩排", "Rehearse"), super::line(&REHEARSAL, "", lang))
}

fn go(label: Both, lang: Lang) -> Option<Button> {
    let confirm = Both { zh: "确认", en: "confirm" }.pick(lang);
    Button::new(label.pick(lang), super::line(&RELEASE, confirm, lang))
}

/// Lets one line of a unit pass, or all of them.
fn let_pass(label: String, which: &str, lang: Lang) -> Option<Button> {
    let waive = Both { zh: "豁免", en: "waive" }.pick(lang);
    Button::new(label, super::line(&PRECHECK, &format!("{waive} {which}"), lang))
}

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let lang = call.lang();
    all_read(&call)?;
    let open = periods(&mut call).await?;
    if open.is_empty() {
        return Ok(call.answer(nothing_to_send(&call, &open)));
    }
    let as_of = call.now.spoken();
    let mut text =
        Text::default().strong(say!(lang, "📅 调度（截至 {as_of}）", "📅 Periods (as of {as_of})"));
    for period in &open {
        let cycle = call.basis.cycle(period.round, period.every, period.starts_on);
        let owed = store::cycles::owed(&mut *call.read, period.id).await?;
        let (name, due, done) = (cycle.name(lang), period.due, i64::from(period.due) - owed);
        let closes = window::spoken(cycle.closes_on, lang);
        text = text.then(say!(
            lang,
            "\n{name}：{closes}截止，应报 {due} 项，已报或已报验 {done} 项，待报 {owed} 项",
            "\n{name}: closes on {closes}, {due} due, {done} reported or handed in, {owed} owed"
        ));
        if period.dispatch.is_none() {
            text = text.then(say!(lang, "；还没有发出", "; not sent out yet"));
        }
    }
    let mut sent: Vec<&Dispatched> = open.iter().filter_map(|period| period.dispatch.as_ref()).collect();
    sent.sort_by_key(|sent| (sent.at, sent.id));
    sent.dedup_by_key(|sent| sent.id);
    let mut message = Message::from(text);
    let is_office = call.speaker()?.role == Role::Office;
    for sent in sent {
        let copies = store::cycles::copies(&mut *call.read, sent.id).await?;
        let told = statement::words(sent, &copies, lang);
        message.text = message.text.then("\n\n");
        message.text.0.extend(told.text.0);
        if is_office {
            message.buttons.extend(told.buttons);
        }
    }
    if !unsent(&open).is_empty() {
        // Whoever oversees may look at both.
        message = message.row([check(lang), rehearse(lang)]);
    }
    Ok(call.answer(message))
}

/// A day's month and date, for lines that stand close together.
fn short_day(day: NaiveDate, lang: Lang) -> String {
    let (month, date) = (day.month(), day.day());
    say!(lang, "{month} 月 {date} 日", "{day}")
}
