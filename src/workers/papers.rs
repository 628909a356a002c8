//! What is out and not settled: a unit is reminded once of an answer that is due, through the quiet rules; the
//! office hears in the morning, once of each and in one message, what has passed its limit. Which paper follows
//! it decides.

use uuid::Uuid;

use crate::app::App;
use crate::domain::decision::{Audience, Decision, Effect, OnDoubt, Origin, Reply, Saying};
use crate::domain::finding::Rung;
use crate::domain::notice::Form;
use crate::domain::notice::overdue::{Matter, OutCopy, Past, next};
use crate::domain::warning::{ANSWER_DUE, NewWarning};
use crate::domain::{Basis, Button, Lang, Message, Now, Text};
use crate::say;
use crate::store::overdue::{self, Heard, LateTask};

/// Matters in one message; the rest has its turn right behind it. A circular to forty units is one line.
const SHOWN: usize = 40;
/// Buttons under it.
const BUTTONS: usize = 6;

/// Reminds units of answers that are due; returns whether there was anything.
pub(super) async fn remind(app: &App, copies: &[OutCopy], basis: &Basis, now: Now) -> anyhow::Result<bool> {
    let mut has_told = false;
    for copy in copies.iter().filter(|copy| copy.is_due(now.today(), basis)) {
        if let Some(decision) = reminder(copy, now) {
            has_told |= super::daily::tell(app, decision).await?;
        }
    }
    Ok(has_told)
}

/// What the office has not been told of: for its message of the morning.
pub(super) struct Late {
    pub message: Message,
    pub matters: Vec<(Uuid, Matter)>,
    /// Where it is told by itself, what makes that happen once.
    pub key: String,
}

/// What has passed its limit; `None`: nothing new.
pub(super) async fn late(
    app: &App,
    copies: &[OutCopy],
    basis: &Basis,
    now: Now,
) -> anyhow::Result<Option<Late>> {
    let today = now.today();
    let mut read = app.read.acquire().await?;
    let tasks = overdue::tasks(&mut read, today).await?;
    let heard = overdue::assessments(&mut read, today).await?;
    let late: Vec<(&OutCopy, Past)> = copies
        .iter()
        .filter_map(|copy| Some((copy, copy.past(today, basis)?)))
        .filter(|(copy, past)| !copy.put_up.contains(&past.matter()))
        .take(SHOWN)
        .collect();
    let overtaken: Vec<&OutCopy> = copies
        .iter()
        .filter(|copy| copy.is_overtaken && copy.sent_on.is_none())
        .filter(|copy| !copy.put_up.contains(&Matter::Overtaken))
        .take(SHOWN)
        .collect();
    let tasks = &tasks[..tasks.len().min(SHOWN)];
    let matters: Vec<(Uuid, Matter)> = late
        .iter()
        .map(|(copy, past)| (copy.id, past.matter()))
        .chain(overtaken.iter().map(|copy| (copy.id, Matter::Overtaken)))
        .chain(tasks.iter().map(|task| (task.id, Matter::Task)))
        .chain(heard.iter().map(|heard| (heard.id, Matter::Assessment)))
        .collect();
    let Some((first, matter)) = matters.first() else { return Ok(None) };
    let key = format!("{}/{first}", matter.code());
    Ok(Some(Late { message: morning(&late, &overtaken, tasks, &heard, now), matters, key }))
}

/// A reminder like others: under the item, in a digest, within the month's number. The copy makes it once.
fn reminder(copy: &OutCopy, now: Now) -> Option<Decision> {
    let (item, _) = *copy.items.first()?;
    let id = Uuid::now_v7();
    let raised = NewWarning {
        id,
        item,
        unit: copy.unit.id,
        rule: ANSWER_DUE.to_owned(),
        rung: Rung::Reminder.code(),
        period: copy.id.to_string(),
    };
    let origin = Origin { account: "papers".into(), key: format!("due/{}", copy.id) };
    Some(Decision::new(origin, now).with(Effect::WarningRaised(raised)).saying(Reply {
        audience: Audience::UnitContact(copy.unit.id),
        say: Saying::Warnings(vec![id]),
        not_before: Some(now.utc),
        on_doubt: OnDoubt::Repeat,
        card_of: None,
    }))
}

fn morning(
    late: &[(&OutCopy, Past)],
    overtaken: &[&OutCopy],
    tasks: &[LateTask],
    heard: &[Heard],
    now: Now,
) -> Message {
    let (lang, today) = (Lang::Zh, now.today());
    let (mut text, mut buttons) = (Text::default(), Vec::new());
    let mut gap = "";
    if !late.is_empty() {
        let count = late.len();
        text = text.strong(say!(lang, "📄 {count} 份发文过了限期", "📄 {count} copies are past a limit"));
        // One line for what the same paper still has from several units.
        for group in late.chunk_by(|(one, how), (other, same)| one.notice == other.notice && how == same) {
            let Some((copy, past)) = group.first() else { continue };
            let OutCopy { number, handle, unit, items, .. } = copy;
            let whose = match group.len() {
                1 => {
                    let numbers: Vec<String> = items.iter().map(|(_, number)| number.to_string()).collect();
                    format!("{}（第 {} 项）", unit.name, numbers.join("、"))
                }
                count => {
                    let names: Vec<&str> = group.iter().map(|(copy, _)| copy.unit.name.as_str()).collect();
                    format!("{count} 个单位（{}）", names.join("、"))
                }
            };
            let how = match past {
                Past::Unanswered(by) => {
                    let days = (today - *by).num_days();
                    say!(lang, "{by} 前要回复，过了 {days} 天没有回复", "no answer by {by}, {days} days ago")
                }
                Past::Unsigned(on) => say!(lang, "{on} 送达，没有签收", "sent {on}, not signed for"),
            };
            text = text.then("\n").strong(number).then(format!(" {whose}：{how}"));
            buttons.push(Button::new(
                say!(lang, "看 {number}", "See {number}"),
                say!(lang, "发文 {handle}", "notices {handle}"),
            ));
            // Two in a row: what is one line for many leaves the second place empty.
            buttons.push((group.len() == 1).then(|| following(copy, lang)).flatten());
        }
        text = text.then(say!(
            lang,
            "\n要不要再发一件由你定；签发后前一件记为升级。",
            "\nWhether another paper follows is for you to decide; the one before is recorded as escalated then."
        ));
        gap = "\n";
    }
    if !overtaken.is_empty() {
        let count = overtaken.len();
        text = text.then(std::mem::replace(&mut gap, "\n")).strong(say!(
            lang,
            "📭 {count} 份发文现在有人可以收，但已经过时，没有自动发出",
            "📭 {count} copies could leave now, but were overtaken and have not"
        ));
        for copy in overtaken {
            let OutCopy { number, handle, unit, .. } = copy;
            let (name, why) = (&unit.name, copy.overtaken_by(lang));
            text = text.then("\n").strong(number).then(format!(" {name}：{why}"));
            buttons.push(Button::new(
                say!(lang, "照发 {number}", "Send {number}"),
                say!(lang, "放行 {number}", "release {number}"),
            ));
            buttons.push(Button::new(
                say!(lang, "不发，办结", "Close it"),
                say!(lang, "发文 {handle} 办结 {name}", "notices {handle} close {name}"),
            ));
        }
    }
    if !tasks.is_empty() {
        let count = tasks.len();
        text = text.then(gap).strong(say!(
            lang,
            "📌 {count} 件交办过了限期",
            "📌 {count} tasks are past a limit"
        ));
        for LateTask { handle, unit, due_on, text: what, .. } in tasks {
            text = text.then(say!(
                lang,
                "\n{handle} {unit}：{due_on} 前，{what}",
                "\n{handle} {unit}: by {due_on}, {what}"
            ));
        }
        buttons.push(Button::new(say!(lang, "看交办", "The tasks"), say!(lang, "交办", "assign")));
        gap = "\n";
    }
    for Heard { round, term, open, .. } in heard {
        let (name, word) = (term.name(lang), term.word(lang));
        let how = match open {
            0 => say!(lang, "可以发布", "it may be published"),
            _ => say!(lang, "还有 {open} 件申诉待答复", "{open} appeals are to be answered"),
        };
        text = text.then(std::mem::replace(&mut gap, "\n")).strong(say!(
            lang,
            "📊 {name}考核（{round}）申诉期满，{how}",
            "📊 The time for appeals against {name} ({round}) is over: {how}"
        ));
        buttons.push(Button::new(
            say!(lang, "看考核", "The assessment"),
            say!(lang, "考核 {word}", "assessment {word}"),
        ));
    }
    buttons.truncate(BUTTONS);
    buttons.chunks(2).fold(Message::from(text), |message, row| message.row(row.to_vec()))
}

/// A button that drafts the next paper.
fn following(copy: &OutCopy, lang: Lang) -> Option<Button> {
    let form = next(copy.form)?;
    let (unit, word) = (&copy.unit.name, form.word().pick(lang));
    let numbers: Vec<String> = copy.open.iter().map(i32::to_string).collect();
    let numbers = numbers.join("、");
    let says = match form {
        Form::Circular => say!(lang, "通报", "circular"),
        Form::Interview => say!(lang, "约谈 {numbers} 给 {unit}", "interview {numbers} to {unit}"),
        Form::Warning | Form::Letter | Form::Supervision => {
            say!(lang, "督办 {numbers} 给 {unit}", "supervise {numbers} to {unit}")
        }
    };
    Button::new(say!(lang, "拟{word}", "Draft a {word}"), says)
}
