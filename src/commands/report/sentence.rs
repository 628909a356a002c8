//! Free sentences: what is said without a command word. A sentence is a report, a question (which is
//! another way to say a command line), something to be asked back, or nothing of ours.

use super::ask::{report_line, show_line};
use super::take::{Of, take};
use super::{COMMAND, spoken};
use crate::commands::words::Words;
use crate::commands::{
    Call, Command, Failure, acceptance, answer, as_of, correct, export, find, questions, receipt, refusal,
    review, small_talk,
};
use crate::domain::decision::Decision;
use crate::domain::dialogue::Ask;
use crate::domain::sentence::{Question, Report, Scope, Sentence, Why};
use crate::domain::{Button, Flag, Item, Message, Speaker};
use crate::say;

/// Answers a sentence; `None`: it is left in silence.
pub(in crate::commands) async fn said(
    mut call: Call<'_>,
    sentence: Sentence,
    addressed: bool,
) -> Result<Option<Decision>, Failure> {
    let speaker = call.door.speaker.as_ref();
    let is_meant = addressed || (sentence.is_unmistakable() && is_own_report(&call, &sentence));
    if !is_meant {
        return Ok(None);
    }
    let text = call.words.clone().rest();
    if let Some(line) = review::verdict_line(&text).or_else(|| acceptance::said_line(&text))
        && let Some((command, words)) = find(&line)
        && command.who.admits(speaker)
    {
        return (command.run)(Call { command, words, ..call }).await.map(Some);
    }
    match sentence {
        Sentence::Nothing
            if small_talk::is_receipt(&text)
                && call.incoming.private
                && receipt::COMMAND.who.admits(call.door.speaker.as_ref()) =>
        {
            receipt::offered(call).await
        }
        Sentence::Nothing if small_talk::is_courtesy(&text) => Ok(None),
        Sentence::Nothing if small_talk::asks_for_help(&text) => {
            let (command, words) = find("帮助").ok_or_else(|| refusal::unclear(call.door))?;
            (command.run)(Call { command, words, ..call }).await.map(Some)
        }
        Sentence::Nothing if call.door.dialogue.is_some() => Err(questions::passed(&call)),
        Sentence::Nothing => Err(match export::meant(&call, &text) {
            Some(papers) => papers,
            None => refusal::unclear(call.door),
        }),
        Sentence::Ask(question) => ask(call, &question).await.map(Some),
        _ if !may_report(speaker) => Err(refused(&call)),
        Sentence::Reports(reports) => {
            let drafts = spoken(reports).drafts(&call);
            take(&mut call, drafts, Of::Words).await.map(Some)
        }
        Sentence::CorrectLast { percent, item, text } => {
            correct::last(call, percent, item, text).await.map(Some)
        }
        Sentence::Doubtful { doubts, clear } => doubtful(call, doubts, clear).await.map(Some),
    }
}

/// Apart from the async functions, which the command's own table entry is made of.
fn may_report(speaker: Option<&Speaker>) -> bool {
    COMMAND.who.admits(speaker)
}

fn refused(call: &Call<'_>) -> Failure {
    refusal::not_admitted(call.door, &COMMAND)
}

/// Whether every report of the sentence is on an item of the speaker's unit, said by its contact in the
/// unit's own confirmed group: there the bot acts unasked.
fn is_own_report(call: &Call<'_>, sentence: &Sentence) -> bool {
    let (Some(speaker), Sentence::Reports(reports)) = (&call.door.speaker, sentence) else { return false };
    let is_own = |report: &Report| {
        report.item.as_ref().is_some_and(|word| {
            call.named
                .iter()
                .any(|item: &Item| item.number == word.number && item.part_of(speaker.unit.id).is_some())
        })
    };
    may_report(Some(speaker)) && call.is_own_group() && reports.iter().all(is_own)
}

/// What is clear is recorded, what is not is asked about. A doubt that a button can settle alone needs
/// no dialogue.
async fn doubtful(
    mut call: Call<'_>,
    doubts: Vec<crate::domain::sentence::Doubt>,
    clear: Vec<Report>,
) -> Result<Decision, Failure> {
    let lang = call.lang();
    let Some(first) = doubts.first() else { return Err(refusal::unclear(call.door)) };
    match &first.why {
        Why::PercentOrItem(number) => return percent_or_item(call, *number).await,
        Why::OnlyItem => {
            let number = first.report.item.as_ref().map_or(0, |item| item.number);
            let text = say!(
                lang,
                "第 {number} 项：要看情况，还是填报进度？",
                "Item {number}: to look at it, or to report?"
            );
            return Ok(call.answer(Message::plain(text).row([
                Button::new(say!(lang, "查看", "Show"), show_line(&number.to_string(), lang)),
                Button::new(say!(lang, "填报", "Report"), report_line(&number.to_string(), lang)),
            ])));
        }
        _ => {}
    }
    let asks: Vec<Ask> = doubts.iter().map(|doubt| question(&doubt.why)).collect();
    let reports = doubts.into_iter().map(|doubt| doubt.report).chain(clear).collect();
    let mut drafts = spoken(reports).drafts(&call);
    for (draft, ask) in drafts.iter_mut().zip(asks) {
        draft.doubt = Some(ask);
    }
    take(&mut call, drafts, Of::Words).await
}

/// What has to be asked.
fn question(why: &Why) -> Ask {
    match why {
        Why::ItemOrDay => Ask::Day,
        Why::DoneOrSignOff => Ask::Done,
        Why::AboutPercent(about) => Ask::Percent { about: Some(*about) },
        Why::WhichPercent(percents) => Ask::Percent { about: percents.first().copied() },
        Why::PercentOrItem(_) | Why::OnlyItem => Ask::Percent { about: None },
    }
}

/// "90": a percent of one of the unit's items, or item 90?
async fn percent_or_item(mut call: Call<'_>, number: i64) -> Result<Decision, Failure> {
    let lang = call.lang();
    let unit = call.speaker()?.unit.id;
    let items = super::ask::led_by(&mut call, unit).await?;
    let mut message = Message::plain(say!(
        lang,
        "“{number}”是进度，还是事项编号？",
        "Is “{number}” a percent, or an item?"
    ));
    if (0..=100).contains(&number) {
        for item in items.iter().take(4) {
            let of = item.number;
            let words = format!("{of} {number}");
            let label = say!(lang, "第 {of} 项报 {number}%", "Item {of} at {number}%");
            message = message.row([Button::new(label, report_line(&words, lang))]);
        }
    }
    let label = say!(lang, "查第 {number} 项", "Show item {number}");
    Ok(call.answer(
        message.row([Button::new(label, show_line(&number.to_string(), lang)), answer::cancel(lang)]),
    ))
}

/// A question in free words, as the command line that asks the same.
async fn ask(call: Call<'_>, question: &Question) -> Result<Decision, Failure> {
    let line = match question {
        Question::ItemAsOf(word, day) => {
            let day = as_of::looked_back(&call, *day);
            format!("查 {} {day}", named(word))
        }
        question => line(question),
    };
    let (command, words): (&'static Command, Words) =
        find(&line).ok_or_else(|| refusal::unclear(call.door))?;
    if !command.who.admits(call.door.speaker.as_ref()) {
        return Err(refusal::not_admitted(call.door, command));
    }
    (command.run)(Call { command, words, ..call }).await
}

/// The command line of a question.
fn line(question: &Question) -> String {
    let scope = |scope: &Scope| match scope {
        Scope::All => String::new(),
        Scope::Own => "我们".to_owned(),
        Scope::Unit(name) => name.clone(),
    };
    let line = match question {
        Question::Item(word) | Question::ItemAsOf(word, _) => format!("查 {}", named(word)),
        Question::Flagged(flag, of) => format!("清单 {} {}", word_of(*flag), scope(of)),
        // Of all units those that let a month pass, as the totals count them; of one what it still owes
        // this month.
        Question::Unreported(Scope::All) => "清单 未报".to_owned(),
        Question::Unreported(of) => format!("清单 待报 {}", scope(of)),
        Question::Remaining(of) => format!("剩余 {}", scope(of)),
        Question::WindowCloses => "截止".to_owned(),
        Question::Mine => "我的".to_owned(),
        Question::Find(text) => format!("找 {text}"),
    };
    line.trim_end().to_owned()
}

fn named(word: &crate::domain::sentence::ItemWord) -> String {
    match &word.round {
        Some(round) => format!("{}@{round}", word.number),
        None => word.number.to_string(),
    }
}

fn word_of(flag: Flag) -> &'static str {
    flag.word().zh
}
