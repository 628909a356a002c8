//! What is due on the way to sign-off and behind it: windows of publicity that are over (公示期满), looks back
//! (回头看). The office hears of each once, in the morning; nothing happens by itself.

use uuid::Uuid;

use crate::app::App;
use crate::domain::acceptance::AcceptanceEffect;
use crate::domain::decision::{Audience, Decision, Origin, Reply};
use crate::domain::workday::{Calendar, MORNING_SLOT};
use crate::domain::{Button, Lang, Message, Now, Text};
use crate::say;
use crate::store::waiting::{self, Due, Over};

/// Items of one kind in one message; the rest has its turn right behind it.
const SHOWN: usize = 10;

/// Tells what is due; returns whether there was anything.
pub(super) async fn step(app: &App, calendar: &Calendar, now: Now) -> anyhow::Result<bool> {
    if !calendar.is_speaking_time(now) || now.time() < MORNING_SLOT {
        return Ok(false);
    }
    let (lang, today) = (Lang::Zh, now.today());
    let mut over = waiting::over(&app.read, today).await?;
    let mut due = waiting::rechecks_untold(&app.read, today).await?;
    over.truncate(SHOWN);
    due.truncate(SHOWN);
    let windows: Vec<_> = over.iter().map(|one| one.window).collect();
    let rechecks: Vec<_> = due.iter().map(|one| one.recheck).collect();
    let Some(first) = windows.iter().chain(&rechecks).next() else { return Ok(false) };
    let mut told = Vec::new();
    // Who checked does not sign off: it is said to another post of the office.
    let mut checkers: Vec<Uuid> = over.iter().map(|one| one.checked_by).collect();
    checkers.sort_unstable();
    checkers.dedup();
    for checker in checkers {
        let over: Vec<&Over> = over.iter().filter(|one| one.checked_by == checker).collect();
        told.push((Audience::OfficeBut(checker), windows_over(&over, lang)));
    }
    if !due.is_empty() {
        told.push((Audience::Office(None), looks_due(&due, lang)));
    }
    let origin = Origin { account: "acceptance".into(), key: format!("{today}/{first}") };
    let decision = Decision::new(origin, now).accepting(AcceptanceEffect::Told { windows, rechecks });
    let decision = told
        .into_iter()
        .fold(decision, |decision, (to, message)| decision.saying(Reply::notice(to, message, now)));
    super::daily::tell(app, decision).await
}

fn windows_over(over: &[&Over], lang: Lang) -> Message {
    let count = over.len();
    let mut text = Text::default().strong(say!(
        lang,
        "📢 {count} 项公示期满、没有异议，可以销号",
        "📢 {count} item(s) may be signed off: publicity is over"
    ));
    let mut words = Vec::new();
    for one in over {
        let (number, title, from, to) = (one.number, &one.title, one.starts_on, one.ends_on);
        text = text.then(say!(
            lang,
            "\n【{number}】{title}（{from} 至 {to}）",
            "\n[{number}] {title} ({from} to {to})"
        ));
        words.push(say!(lang, "销号 {number}", "sign_off {number}"));
    }
    with_buttons(text, words)
}

fn looks_due(due: &[Due], lang: Lang) -> Message {
    let count = due.len();
    let mut text = Text::default().strong(say!(
        lang,
        "🔁 {count} 项销号后该回头看了",
        "🔁 {count} item(s) to look at again after sign-off"
    ));
    let mut words = Vec::new();
    for one in due {
        let (number, title, unit, on) = (one.number, &one.title, &one.unit, one.signed_on);
        text = text.then(say!(
            lang,
            "\n【{number}】{title}（{unit}，{on} 销号）",
            "\n[{number}] {title} ({unit}, signed off {on})"
        ));
        words.push(say!(lang, "回头看 {number}", "recheck {number}"));
    }
    with_buttons(text, words)
}

/// A button for each of these lines.
fn with_buttons(text: Text, words: Vec<String>) -> Message {
    let buttons: Vec<_> = words.into_iter().map(|words| Button::new(words.clone(), words)).collect();
    buttons.chunks(3).fold(Message::from(text), |message, row| message.row(row.to_vec()))
}
