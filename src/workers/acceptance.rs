//! What is due on the way to sign-off and behind it: windows of publicity that are over (公示期满), looks back
//! (回头看). The office hears of each once, in the morning, in one message; nothing happens by itself.

use crate::app::App;
use crate::domain::acceptance::AcceptanceEffect;
use crate::domain::decision::{Audience, Decision, Origin, Reply};
use crate::domain::workday::{Calendar, MORNING_SLOT};
use crate::domain::{Button, Lang, Message, Now, Text};
use crate::say;
use crate::store::waiting;

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
    let mut text = Text::default();
    let mut buttons = Vec::new();
    if !over.is_empty() {
        let count = over.len();
        text = text.strong(say!(
            lang,
            "📢 {count} 项公示期满、没有异议，可以销号",
            "📢 {count} item(s) may be signed off: publicity is over"
        ));
        for one in &over {
            let (number, title, from, to) = (one.number, &one.title, one.starts_on, one.ends_on);
            text = text.then(say!(
                lang,
                "\n【{number}】{title}（{from} 至 {to}）",
                "\n[{number}] {title} ({from} to {to})"
            ));
            let words = say!(lang, "销号 {number}", "sign_off {number}");
            buttons.push(Button::new(words.clone(), words));
        }
    }
    if !due.is_empty() {
        let (count, gap) = (due.len(), if over.is_empty() { "" } else { "\n" });
        text = text.then(gap).strong(say!(
            lang,
            "🔁 {count} 项销号后该回头看了",
            "🔁 {count} item(s) to look at again after sign-off"
        ));
        for one in &due {
            let (number, title, unit, on) = (one.number, &one.title, &one.unit, one.signed_on);
            text = text.then(say!(
                lang,
                "\n【{number}】{title}（{unit}，{on} 销号）",
                "\n[{number}] {title} ({unit}, signed off {on})"
            ));
            let words = say!(lang, "回头看 {number}", "recheck {number}");
            buttons.push(Button::new(words.clone(), words));
        }
    }
    let mut message = Message::from(text);
    for row in buttons.chunks(3) {
        message = message.row(row.to_vec());
    }
    let origin = Origin { account: "acceptance".into(), key: format!("{today}/{first}") };
    let decision = Decision::new(origin, now)
        .accepting(AcceptanceEffect::Told { windows, rechecks })
        .saying(Reply::notice(Audience::Office(None), message, now));
    super::daily::tell(app, decision).await
}
