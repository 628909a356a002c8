//! 答 and 取消: answers to the question that is open in a chat, pressed or typed. A press carries the
//! question's token, so that a late one says so instead of answering another question.

use super::report::take::{self, Of};
use super::words::Words;
use super::{
    Call, Command, Failure, acceptance, activity, assessment, held, line, notice, proposals, questions,
    receipt, report, review, small_talk,
};
use crate::domain::decision::Decision;
use crate::domain::dialogue::{Ask, Draft, Step};
use crate::domain::people::Who;
use crate::domain::sentence::{self, Percent, Sentence};
use crate::domain::{Both, Button, Lang, Message, Role, numeral};
use crate::say;

/// Only buttons say it.
pub const COMMAND: Command = Command {
    words: &["答", "answer"],
    glued: false,
    usage: Both { zh: "答 题号 回答", en: "answer TOKEN WORDS" },
    about: Both { zh: "", en: "" },
    who: Who::Bound,
    item: |_| None,
    run: |call| Box::pin(pressed(call)),
};

pub const CANCEL: Command = Command {
    words: &["取消", "cancel"],
    glued: false,
    usage: Both { zh: "取消", en: "cancel" },
    about: Both { zh: "放弃正在填的内容", en: "give up what is being filled in" },
    who: Who::Bound,
    item: |_| None,
    run: |call| Box::pin(give_up(call)),
};

/// A button that gives this answer to this question.
pub(super) fn choice(step: &Step, label: String, value: &str, lang: Lang) -> Option<Button> {
    Button::new(label, line(&COMMAND, &format!("{} {value}", step.token), lang))
}

/// A button that gives up.
pub(super) fn cancel(lang: Lang) -> Option<Button> {
    Button::new(say!(lang, "取消", "Cancel"), line(&CANCEL, "", lang))
}

pub(super) async fn give_up(call: Call<'_>) -> Result<Decision, Failure> {
    let lang = call.lang();
    let speaker = call.speaker()?;
    if questions::open(&call).is_some_and(|step| matches!(step.ask, Ask::Promise { .. })) {
        let decision = questions::ending(&call, call.decision().by(speaker));
        let text = say!(lang, "好的，已签收，没有承诺日期。", "Signed for, without a promised day.");
        return Ok(call.say(decision, Message::plain(text)));
    }
    if let Some(Step { ask: Ask::Apply(applying), drafts, .. }) = questions::open(&call)
        && let Some(item) = drafts.first().and_then(|draft| draft.item.as_ref())
    {
        return acceptance::walk::left(call, item.number, applying.answers.len());
    }
    if call.door.dialogue.is_none() {
        return Ok(call.answer(Message::plain(say!(
            lang,
            "没有正在填的内容。",
            "There is nothing being filled in."
        ))));
    }
    let decision = questions::ending(&call, call.decision().by(speaker));
    let text = say!(lang, "已取消，没有登记。", "Cancelled; nothing was recorded.");
    Ok(call.say(decision, Message::plain(text)))
}

async fn pressed(mut call: Call<'_>) -> Result<Decision, Failure> {
    let token = call.words.word().unwrap_or_default();
    let value = call.words.rest();
    match questions::open(&call).filter(|step| step.token == token) {
        Some(step) => answered(call, step, &value).await,
        None => Err(questions::passed(&call)),
    }
}

/// Whether what was said is no answer to the open question: it says anew where an item stands, corrects,
/// asks, or is a verdict of the office.
pub(super) fn is_something_else(
    call: &Call<'_>,
    open: Option<&Step>,
    sentence: &Sentence,
    text: &str,
) -> bool {
    let Some(step) = open else { return true };
    let Some(speaker) = &call.door.speaker else { return true };
    if review::verdict_line(text).is_some() && review::COMMAND.who.admits(Some(speaker)) {
        return true;
    }
    let applies = matches!(speaker.role, Role::Contact | Role::UnitHead);
    if applies && acceptance::said_line(text).is_some() {
        return true;
    }
    match step.ask {
        // Work is told with numbers of its own; only an item of the unit is one that is meant.
        Ask::Text | Ask::Reason => {
            let is_own = call.named.iter().any(|item| item.part_of(speaker.unit.id).is_some());
            sentence.restates()
                && (is_own || matches!(sentence, Sentence::CorrectLast { .. } | Sentence::Ask(_)))
        }
        Ask::ReturnReason { .. }
        | Ask::DismissReason { .. }
        | Ask::AppealReason { .. }
        | Ask::Line { .. } => {
            matches!(sentence, Sentence::Ask(_))
        }
        // What was done is told with figures; a report on another item is one.
        Ask::Apply(_) => match sentence {
            Sentence::Reports(reports) => {
                let asked = step.drafts.first().and_then(|draft| draft.item.as_ref()).map(|item| item.number);
                let named = |report: &sentence::Report| report.item.as_ref().map(|item| item.number);
                reports.iter().filter_map(named).any(|number| Some(number) != asked)
            }
            sentence => matches!(sentence, Sentence::Ask(_)),
        },
        Ask::Promise { .. } => sentence.restates() && !receipt::is_day(call, text),
        _ => sentence.restates(),
    }
}

/// Goes on with the question of this chat.
pub(super) async fn answered(mut call: Call<'_>, step: &Step, value: &str) -> Result<Decision, Failure> {
    let mut drafts = step.drafts.clone();
    let Some(first) = drafts.first_mut() else { return Err(questions::passed(&call)) };
    let value = value.trim();
    if small_talk::is_courtesy(value) && yes_or_no(value).is_none() {
        return again(call, step).await;
    }
    first.doubt = None;
    match &step.ask {
        Ask::Promise { papers } => return receipt::answered(call, step, papers, value).await,
        Ask::Paper(_) | Ask::Task { .. } | Ask::Sure { .. } => {
            return match (yes_or_no(value), &step.ask) {
                (Some(true), Ask::Paper(paper)) => notice::draft::agreed(call, paper).await,
                (Some(true), Ask::Task { visit, said }) => activity::task::agreed(call, *visit, said).await,
                (Some(true), Ask::Sure { line }) => held::meant_so(call, line).await,
                (Some(false), _) => give_up(call).await,
                _ => again(call, step).await,
            };
        }
        Ask::Apply(applying) => return acceptance::walk::answered(call, step, applying, value).await,
        Ask::Line { line, said: None } if held::is_no_sentence(line, value) => {
            return again(call, step).await;
        }
        Ask::Line { line, said } => {
            return held::answered(call, line, said.as_deref(), value).await;
        }
        Ask::ReturnReason { version, due_on } => {
            let item = first.item.clone();
            return review::send_back(call, item, *version, *due_on, value).await;
        }
        Ask::DismissReason { proposal } => {
            let item = first.item.clone();
            return proposals::dismissed(call, item, *proposal, value).await;
        }
        Ask::AppealReason { handle, holds } => {
            return assessment::appeal::decided(call, *handle, *holds, value).await;
        }
        Ask::Item => match numeral::item_number(&numeral::half_width(value)) {
            Some(number) => first.item = Some(sentence::ItemWord { number, round: None }),
            None => return again(call, step).await,
        },
        Ask::Percent { .. } => match percent(value) {
            Some(Answered::Unchanged) => (first.unchanged, first.percent) = (true, None),
            Some(Answered::Percent(percent, text)) => {
                first.percent = Some(percent);
                if !text.is_empty() {
                    tell(&mut call, first, &text).await?;
                }
            }
            None => return again(call, step).await,
        },
        Ask::Text => match value {
            "" => return again(call, step).await,
            "同上月" | "同上" | "same" => first.same = true,
            text => tell(&mut call, first, text).await?,
        },
        Ask::Reason => match value {
            "" => return again(call, step).await,
            text => {
                tell(&mut call, first, text).await?;
                if first.details.difficulty.is_empty() {
                    text.clone_into(&mut first.details.difficulty);
                }
            }
        },
        Ask::Odd(_) => match (yes_or_no(value), percent(value)) {
            (Some(true), _) => first.is_sure = true,
            (Some(false), _) => return give_up(call).await,
            (None, Some(Answered::Percent(percent, text))) => {
                first.percent = Some(percent);
                if !text.is_empty() {
                    tell(&mut call, first, &text).await?;
                }
            }
            (None, _) if value.chars().count() > 3 => tell(&mut call, first, value).await?,
            _ => return again(call, step).await,
        },
        Ask::Day | Ask::All => match yes_or_no(value) {
            Some(true) => {}
            Some(false) => return give_up(call).await,
            None => return again(call, step).await,
        },
        Ask::Done => match percent(value) {
            Some(Answered::Percent(percent, _)) => (first.percent, first.is_sure) = (Some(percent), true),
            _ => return again(call, step).await,
        },
    }
    take::take(&mut call, drafts, Of::Answer).await
}

/// The text of a report, with what it tells besides.
async fn tell(call: &mut Call<'_>, draft: &mut Draft, text: &str) -> Result<(), Failure> {
    let told = Draft { text: text.to_owned(), ..std::mem::take(draft) };
    let spoken = report::one(told, sentence::fields(text));
    if let Some(told) = spoken.drafts(call).pop() {
        *draft = told;
    }
    Ok(())
}

/// The same question once more: the answer was none of those it takes.
async fn again(call: Call<'_>, step: &Step) -> Result<Decision, Failure> {
    let lang = call.lang();
    let text = match &step.ask {
        Ask::Item => say!(lang, "请回事项编号，如 16。", "Please send the item's number, such as 16."),
        Ask::Percent { .. } | Ask::Done => {
            say!(lang, "请回 0 到 100 的数字，如 90。", "Please send a number from 0 to 100, such as 90.")
        }
        Ask::Odd(_) | Ask::Day => say!(
            lang,
            "请点按钮，或回“没错”“不是”，也可以直接回正确的数字。",
            "Please press a button, or send “yes”, “no” or the right figure."
        ),
        Ask::All | Ask::Paper(_) | Ask::Task { .. } | Ask::Sure { .. } => {
            say!(lang, "请点按钮，或回“是”“不”。", "Please press a button, or send “yes” or “no”.")
        }
        Ask::Apply(_) => {
            say!(lang, "请点一个，或回一句情况。", "Please press one, or say a sentence.")
        }
        Ask::Promise { .. } => {
            say!(lang, "请点一个，或回一个日期，如 9月20日。", "Please press one, or send a day.")
        }
        Ask::Text
        | Ask::Reason
        | Ask::ReturnReason { .. }
        | Ask::DismissReason { .. }
        | Ask::AppealReason { .. }
        | Ask::Line { said: None, .. } => {
            say!(lang, "请写一句话。", "Please write one sentence.")
        }
        Ask::Line { said: Some(_), .. } => {
            say!(lang, "请点按钮，或重新写一句。", "Please press a button, or write it anew.")
        }
    };
    let first = step.drafts.first().filter(|_| step.ask != Ask::All);
    let number = first.and_then(|draft| draft.item.as_ref()).map(|item| item.number);
    let of = number.map_or(String::new(), |number| say!(lang, "第 {number} 项：", "Item {number}: "));
    Ok(call.answer(Message::plain(of + &text).row([cancel(lang)])))
}

enum Answered {
    Percent(i64, String),
    Unchanged,
}

/// `90`, `90%`, `九成`, `90 设备到货`, `无变化`.
fn percent(value: &str) -> Option<Answered> {
    let mut words = Words::new(value);
    if let Ok(percent) = words.percent() {
        return Some(Answered::Percent(percent, words.rest()));
    }
    match sentence::understand(&format!("1项 {value}")) {
        Sentence::Reports(reports) => reports.into_iter().next().and_then(|report| {
            if report.change != sentence::Change::Progress {
                return Some(Answered::Unchanged);
            }
            match report.percent? {
                Percent::Exact(percent) => Some(Answered::Percent(percent, report.text)),
                Percent::About(_) => None,
            }
        }),
        _ => None,
    }
}

const YES: [&str; 12] = ["是", "是的", "对", "对的", "没错", "确认", "登记", "好", "yes", "y", "ok", "right"];
const NO: [&str; 9] = ["不是", "不", "不对", "错了", "否", "算了", "no", "n", "wrong"];

pub(super) fn yes_or_no(value: &str) -> Option<bool> {
    let value = value.trim_end_matches(['。', '！', '!', '.', '，', ',']).to_lowercase();
    match value.as_str() {
        yes if YES.contains(&yes) => Some(true),
        no if NO.contains(&no) => Some(false),
        _ => None,
    }
}
