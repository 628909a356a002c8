//! One page of rows as a phone shows it: a heading for each lamp, two lines an item, buttons to ask on.

use uuid::Uuid;

use super::super::{Call, wording};
use super::gather::{Found, MOST, PAGE};
use crate::domain::tally::Lamp;
use crate::domain::{Button, Item, Lang, Message, Part, Text};
use crate::say;

/// Items offered as buttons: the first of the page.
const BUTTONS: usize = 4;

/// Where the lamp of an open item is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Lamps {
    /// In a heading before the first row under each.
    Headings,
    /// In the head of the list: they are all the same.
    Head,
    /// In each row.
    Rows,
}

/// How a page is shown.
pub(in super::super) struct Sheet<'a> {
    /// The unit whose part in an item is told, and whose name need not stand beside its own items.
    pub unit: Option<Uuid>,
    pub lamps: Lamps,
    /// The page, counted from one.
    pub number: usize,
    /// The command line of another page.
    pub line: &'a dyn Fn(usize) -> String,
    /// What stands under an item: the place that was found.
    pub below: &'a dyn Fn(&Item) -> Option<Text>,
}

/// Nothing stands under an item.
pub(in super::super) fn bare(_: &Item) -> Option<Text> {
    None
}

/// `3 项`; of what was not counted to the end `1000 项以上`.
pub(in super::super) fn count(found: &Found, lang: Lang) -> String {
    let (total, most) = (found.totals.total, MOST);
    if found.is_more {
        say!(lang, "{most} 项以上", "more than {most} items")
    } else if total == 1 {
        say!(lang, "1 项", "1 item")
    } else {
        say!(lang, "{total} 项", "{total} items")
    }
}

/// `🔴 逾期 1　🟢 正常 2`: the lamps that have items.
pub(in super::super) fn lamps(found: &Found, call: &Call<'_>) -> String {
    let (lang, colours) = (call.lang(), call.colours());
    let lit = Lamp::ALL.into_iter().filter(|lamp| found.totals.under(*lamp) > 0);
    let words = lit.map(|lamp| {
        format!("{} {} {}", colours.mark(lamp), lamp.word().pick(lang), found.totals.under(lamp))
    });
    words.collect::<Vec<_>>().join(say!(lang, "　", ", ").as_str())
}

/// The rows of a page under its head.
pub(in super::super) fn rows(call: &Call<'_>, head: Text, found: &Found, sheet: &Sheet<'_>) -> Message {
    let lang = call.lang();
    let today = call.now.today();
    let (pages, number) = (found.rows.div_ceil(PAGE), sheet.number);
    let mut text = head;
    if found.page.is_empty() && pages > 0 {
        text = text.then(say!(lang, "\n只有 {pages} 页。", "\nPages: {pages}."));
    }
    let mut lamp = None;
    for item in &found.page {
        if sheet.lamps == Lamps::Headings && lamp != Some(item.lamp(today, call.basis)) {
            let here = item.lamp(today, call.basis);
            let (mark, word) = (call.basis.of(item.round).mark(here), here.word().pick(lang));
            text = text.strong(if found.is_more {
                format!("\n{mark} {word}")
            } else {
                let under = found.totals.under(here);
                say!(lang, "\n{mark} {word} {under} 项", "\n{mark} {word}: {under}")
            });
            lamp = Some(here);
        }
        text = text.then("\n");
        text.0.extend(item_rows(call, item, sheet).0);
        text.0.extend((sheet.below)(item).unwrap_or_default().0);
    }
    if pages > 1 && !found.page.is_empty() {
        text = text.then(say!(lang, "\n第 {number} 页，共 {pages} 页", "\npage {number} of {pages}"));
    }
    let most = MOST;
    if found.is_more && (number == 1 || number == pages) {
        text = text.then(say!(
            lang,
            "\n只列前 {most} 项，请再加一个条件；总数见“总览”。",
            "\nOnly the first {most} are listed: please add one more condition. For the totals send: status."
        ));
    }
    if found.is_cut {
        text = text.then(say!(
            lang,
            "\n事项太多，没有全部看完，可能还有；请再加一个条件。",
            "\nThere are too many items to look at all of them, and there may be more: please add one more condition."
        ));
    }
    let turn = |label: String, to: usize| {
        (to != number && (1..=pages).contains(&to)).then(|| Button::new(label, (sheet.line)(to))).flatten()
    };
    // What the unit leads comes first: there it has something to do.
    let mut offered: Vec<&Item> = found.page.iter().collect();
    offered.sort_by_key(|item| sheet.unit.is_some_and(|unit| item.lead.id != unit));
    Message::from(text).row(offered.into_iter().take(BUTTONS).map(|item| show(item, call, lang))).row([
        turn(say!(lang, "‹ 上一页", "‹ back"), number.saturating_sub(1).min(pages)),
        turn(say!(lang, "下一页 ›", "more ›"), number + 1),
    ])
}

/// What a group that may not read items is shown: number and percent, in the order of the numbers, which
/// says nothing about how an item stands.
pub(in super::super) fn numbers_alone(mut text: Text, mut items: Vec<Item>, lang: Lang) -> Text {
    items.sort_by_key(|item| (item.number, item.round));
    for item in items.iter().take(PAGE) {
        text = text.then(format!("\n【{}】{}%", item.number, item.state.percent));
    }
    if items.len() > PAGE {
        text = text.then("\n…");
    }
    text.then("\n").then(wording::ask_in_private(lang))
}

/// A button that asks for the item; it names the round where several are open.
fn show(item: &Item, call: &Call<'_>, lang: Lang) -> Option<Button> {
    let (number, verb) = (item.number, super::super::spelling(&super::super::show::COMMAND, lang));
    let rounds = &call.door.rounds;
    let round = rounds.iter().find(|round| rounds.len() > 1 && round.id == item.round);
    let says = match round {
        Some(round) => format!("{verb} {number}@{}", round.name),
        None => format!("{verb} {number}"),
    };
    Button::new(say!(lang, "查 {number}", "item {number}"), says)
}

/// Two lines that fit a phone:
/// `【16】紫岩县污水处理厂提标改造 85%` and `已过 62 天 · 2018-06-30 · 紫岩县 · 另：滞后 · 本月待报`.
fn item_rows(call: &Call<'_>, item: &Item, sheet: &Sheet<'_>) -> Text {
    let lang = call.lang();
    let today = call.now.today();
    let percent = item.state.percent;
    let part = sheet.unit.and_then(|unit| item.part_of(unit));
    let co = if part == Some(Part::Co) { say!(lang, " 〔配合〕", " [co-unit]") } else { String::new() };
    let text = Text::default().strong(format!("【{}】", item.number)).then(&item.title);
    let text = text.then(format!(" {percent}%{co}\n"));
    let lead = (part != Some(Part::Lead)).then(|| item.lead.name.clone());
    let due = item.deadline.to_string();
    let standing = item.standing(today, call.basis);
    let mut words = if item.state.status.is_completed() {
        let status = item.state.status.word().pick(lang);
        vec![format!("✅ {status}"), say!(lang, "期限 {due}", "due {due}")]
    } else {
        let lamp = (sheet.lamps == Lamps::Rows)
            .then(|| wording::standing(&standing, call.basis.of(item.round), lang));
        lamp.into_iter().chain([wording::days_left(item.deadline, today, lang), due]).collect()
    };
    words.extend(lead);
    if !standing.others.is_empty() && sheet.lamps != Lamps::Rows {
        let flags: Vec<&str> = standing.others.iter().map(|flag| flag.word().pick(lang)).collect();
        let flags = flags.join(say!(lang, "、", ", ").as_str());
        words.push(say!(lang, "另：{flags}", "also: {flags}"));
    }
    // Only the lead unit has to report, and a missing report is told by its lamp.
    if part == Some(Part::Lead)
        && item.is_to_report(today, call.basis)
        && item.lamp(today, call.basis) != Lamp::Missing
    {
        words.push(say!(lang, "本月待报", "to report"));
    }
    text.then(words.join(" · "))
}
