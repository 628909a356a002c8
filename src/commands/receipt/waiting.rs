//! What waits for a receipt of the speaker's units: warnings and papers, with a button for each.

use uuid::Uuid;

use super::{ALL, COMMAND};
use crate::commands::words::ItemWord;
use crate::commands::{Call, Failure, line};
use crate::domain::decision::Decision;
use crate::domain::receipt::{Owed, Receipt};
use crate::domain::{Button, Lang, Message, Text};
use crate::{say, store};

/// Buttons under the list of what is to be signed for.
const BUTTONS: usize = 3;

pub(super) fn nothing(lang: Lang) -> String {
    say!(lang, "现在没有要签收的预警和文件。", "Nothing is to be signed for.")
}

/// What waits for a receipt of the speaker's units; `undated`: and what they signed for without a day.
pub(in crate::commands) async fn owed(call: &mut Call<'_>, undated: bool) -> Result<Vec<Owed>, Failure> {
    let units: Vec<Uuid> = call.speaker()?.units().map(|unit| unit.id).collect();
    let rounds = call.rounds();
    let mut open = store::receipts::open(&mut *call.read, &rounds, Some(&units), None).await?;
    let is_owed = |receipt: &Receipt| undated && receipt.promised_on.is_none();
    open.retain(|owed| owed.is_told && owed.receipt.as_ref().is_none_or(is_owed));
    Ok(open)
}

/// The items of it, each once.
pub(super) async fn owing(call: &mut Call<'_>, undated: bool) -> Result<Vec<ItemWord>, Failure> {
    let mut words: Vec<ItemWord> = Vec::new();
    for owed in owed(call, undated).await? {
        let round = call.door.rounds.iter().find(|round| round.id == owed.round);
        let word = ItemWord { number: owed.number, round: round.map(|round| round.name.clone()) };
        if !words.contains(&word) {
            words.push(word);
        }
    }
    Ok(words)
}

pub(super) async fn list(mut call: Call<'_>) -> Result<Decision, Failure> {
    let lang = call.lang();
    let waiting = waiting(&mut call).await?;
    Ok(call.answer(waiting.unwrap_or_else(|| Message::plain(nothing(lang)))))
}

/// 收到, in private: what is to be signed for is offered; `None`: nothing is.
pub async fn offered(mut call: Call<'_>) -> Result<Option<Decision>, Failure> {
    let waiting = waiting(&mut call).await?;
    Ok(waiting.map(|message| call.answer(message)))
}

/// What is to be signed for, with a button for each of the first; `None`: nothing is.
async fn waiting(call: &mut Call<'_>) -> Result<Option<Message>, Failure> {
    let lang = call.lang();
    let owed = owed(call, false).await?;
    let units: Vec<Uuid> = call.speaker()?.units().map(|unit| unit.id).collect();
    let open_copies = store::notices::open_copies(&mut *call.read, &units).await?;
    let papers: Vec<String> =
        open_copies.into_iter().filter(|copy| !copy.is_signed).map(|copy| copy.number).collect();
    if owed.is_empty() && papers.is_empty() {
        return Ok(None);
    }
    let mut numbers: Vec<i32> = owed.iter().map(|owed| owed.number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let count = numbers.len() + papers.len();
    let mut text = Text::default().strong(say!(lang, "待签收 {count} 件", "{count} to sign for"));
    for owed in &owed {
        let (rung, number) = (owed.rung.word().pick(lang), owed.number);
        text = text.then("\n").strong(format!("【{number}】")).then(rung);
        if let Some(on) = owed.sent_on {
            text = text.then(say!(lang, "，{on} 发出", ", sent {on}"));
        }
    }
    for number in &papers {
        text = text.then(format!("\n📨 {number}"));
    }
    let message = Message::from(text).row(buttons(&numbers, count, lang));
    let with_papers =
        papers.iter().take(BUTTONS).fold(message, |message, number| message.row([one_of(number, lang)]));
    Ok(Some(with_papers))
}

/// A button that signs for one item or notice.
fn one_of(what: &str, lang: Lang) -> Option<Button> {
    Button::new(say!(lang, "签收 {what}", "acknowledge {what}"), line(&COMMAND, what, lang))
}

/// One for each of the first items, and one for all of them.
fn buttons(numbers: &[i32], count: usize, lang: Lang) -> Vec<Option<Button>> {
    let mut row: Vec<Option<Button>> =
        numbers.iter().take(BUTTONS).map(|number| one_of(&number.to_string(), lang)).collect();
    if count > 1 {
        row.push(Button::new(say!(lang, "全部签收", "all of them"), line(&COMMAND, ALL.pick(lang), lang)));
    }
    row
}
