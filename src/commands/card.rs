//! The live card of an item in its unit's group: how it stands now, worded when the edit leaves.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{line, report, show, wording};
use crate::domain::receipt::Owed;
use crate::domain::{Basis, Button, Item, Lang, Message, Part, Text};
use crate::say;
use crate::store::reports::Report;

/// How much of the last report a card shows.
const SAID: usize = 60;

/// The card, for everybody in the group of a unit concerned. Of what the units were warned of (`warned`) it
/// shows what has reached them.
pub fn card(
    item: &Item,
    last: Option<&Report>,
    warned: &[Owed],
    today: NaiveDate,
    basis: &Basis,
    lang: Lang,
) -> Message {
    let (number, title, percent) = (item.number, &item.title, item.state.percent);
    let mut text = Text::default().strong(format!("【{number}】{title} {percent}%"));
    if let Some(verified) = item.state.verified_percent {
        text = text.then(say!(lang, "（核实 {verified}%）", " (verified {verified}%)"));
    }
    let status = item.state.status;
    if status.is_completed() {
        text = text.then("\n").then(status.word().pick(lang));
    } else {
        let flags = wording::standing(&item.standing(today, basis), basis.of(item.round), lang);
        let (deadline, left) = (item.deadline, wording::days_left(item.deadline, today, lang));
        text = text.then(say!(
            lang,
            "\n{flags} · 期限 {deadline}（{left}）",
            "\n{flags} · due {deadline} ({left})"
        ));
    }
    text = text.then(receipts(warned, lang).unwrap_or_default());
    let Some(last) = last else { return text.into() };
    let (on, said) = (last.effective_on, wording::head(&last.text, SAID));
    let of = match last.part {
        Part::Lead => String::new(),
        Part::Co => format!("{} ", last.unit_name),
    };
    text = text.then(say!(lang, "\n最近填报 {on} {of}{said}", "\nlast report {on} {of}{said}"));
    let verdict = match last.verdict {
        Some(verdict) => verdict.word().pick(lang),
        None => say_waiting(lang),
    };
    text = text.then(format!(" · {verdict}"));
    if let Some(reason) = last.reason.as_deref().filter(|reason| !reason.is_empty()) {
        text = text.then(say!(lang, "：{reason}", ": {reason}"));
    }
    Message::from(text).row([
        Button::new(say!(lang, "查看", "Show"), line(&show::COMMAND, &number.to_string(), lang)),
        Button::new(say!(lang, "填报", "Report"), line(&report::COMMAND, &number.to_string(), lang)),
    ])
}

/// The highest rung of the warnings that reached somebody, and how many of the units have signed for their
/// last one.
fn receipts(warned: &[Owed], lang: Lang) -> Option<String> {
    let sent = warned.iter().filter(|owed| owed.sent_on.is_some());
    let last: BTreeMap<_, _> = sent.map(|owed| (owed.unit.id, owed)).collect();
    let rung = last.values().map(|owed| owed.rung).max()?.word().pick(lang);
    let (signed, all) = (last.values().filter(|owed| owed.receipt.is_some()).count(), last.len());
    Some(say!(lang, "\n{rung}：{signed}/{all} 已签收", "\n{rung}: {signed}/{all} signed"))
}

fn say_waiting(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "待审核",
        Lang::En => "to be reviewed",
    }
}
