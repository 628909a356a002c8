//! When the bot speaks unasked: rules, pure functions of (facts, day, basis), one file each, in one table,
//! the gravest first. A rule says whether there is something to raise and when to look again, and words it
//! anew when the message leaves, from what holds then. Of an item only the gravest finding is spoken of:
//! several are one line.

use chrono::NaiveDate;

use crate::domain::finding::{Facts, Finding, Look, Rung};
use crate::domain::message::Span;
use crate::domain::warning::Pending;
use crate::domain::{Basis, Both, Item, Lang, Text};
use crate::say;

mod answer_due;
mod due_soon;
mod lagging;
pub mod leader; // the week of whoever holds items
mod manual;
mod missing;
mod odd;
mod overdue;
mod promise_broken;
mod returned_late;
mod rhythm;
#[cfg(test)]
mod sample;
mod stalled;
pub mod unsigned;
mod urge;

/// One rule.
pub struct Rule {
    /// Part of the key that makes a warning happen once.
    pub name: &'static str,
    /// Moves when the rule finds something else than before in the same facts.
    pub version: u16,
    /// What it is called where people read of it.
    pub title: Both,
    pub meaning: Both,
    pub to: To,
    /// What it finds in an item on this day, and when to look again. Never asked about what is done or
    /// handed in.
    pub look: fn(&Facts, NaiveDate, &Basis) -> Look,
    /// One line about what still holds; `None` when it no longer does.
    pub line: fn(&Pending, NaiveDate, &Basis, Lang) -> Option<Text>,
}

/// Who hears of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// The lead unit's contact, once.
    Unit,
    /// The lead unit's contact; a case is opened and climbs while it holds.
    Ladder,
    /// The lead unit's contact, beside whatever else is said about the item.
    Beside,
    Office,
}

/// Lines of one digest: one screen of a phone, and one message on every platform.
const SHOWN: usize = 20;
/// Days before a deadline up to which preparing the file for acceptance helps.
const EARLY: i64 = 15;
/// Working days to the day of an example.
const PROMISED: usize = 5;
/// Titles are cut here in a digest.
const TITLE: usize = 60;

/// Every rule there is, the gravest first. A new one is a file and two lines here.
pub const WARNINGS: &[Rule] = &[
    promise_broken::RULE,
    overdue::RULE,
    returned_late::RULE,
    lagging::RULE,
    missing::RULE,
    stalled::RULE,
    manual::RULE,
    due_soon::RULE,
    rhythm::RULE,
    urge::RULE,
    unsigned::RULE,
    answer_due::RULE,
    odd::RULE,
];

/// The rule of this name; a warning of a newer program has none.
pub fn rule(name: &str) -> Option<&'static Rule> {
    WARNINGS.iter().find(|rule| rule.name == name)
}

/// Whether what this rule finds opens a case.
pub fn climbs(name: &str) -> bool {
    rule(name).is_some_and(|rule| rule.to == To::Ladder)
}

/// A finding in words, as a digest would say it.
pub fn words(facts: &Facts, finding: &Finding, today: NaiveDate, basis: &Basis, lang: Lang) -> Option<Text> {
    let warning = Pending {
        id: facts.item.id,
        unit: facts.item.lead.clone(),
        rule: finding.rule.to_owned(),
        rung: Rung::Reminder,
        is_signed: false,
        by_hand: None,
        answer_due: None,
        period: finding.period.clone(),
        facts: facts.clone(),
    };
    (rule(finding.rule)?.line)(&warning, today, basis, lang)
}

/// What the rules find in an item: at most one finding for the unit, the gravest, and what the office
/// alone hears. With the earliest day on which any rule may change its mind.
pub fn look(facts: &Facts, today: NaiveDate, basis: &Basis) -> (Vec<Finding>, Option<NaiveDate>) {
    let status = facts.item.state.status;
    if status.is_completed() {
        return (Vec::new(), None);
    }
    let (mut findings, mut again, mut unit_hears) = (Vec::new(), None, status.is_awaiting());
    for rule in WARNINGS {
        let look = (rule.look)(facts, today, basis);
        again = [again, look.again].into_iter().flatten().min();
        let Some(finding) = look.finding else { continue };
        match rule.to {
            To::Office | To::Beside => findings.push(finding),
            _ if unit_hears => {}
            To::Unit | To::Ladder => {
                unit_hears = true;
                findings.push(finding);
            }
        }
    }
    (findings, again)
}

/// A rule's look: what it found, if it did.
fn found(rule: &Rule, holds: bool, rung: Rung, period: String, again: Option<NaiveDate>) -> Look {
    Look { finding: holds.then_some(Finding { rule: rule.name, rung, period }), again }
}

/// The first of these days that is still to come.
fn again(days: impl IntoIterator<Item = Option<NaiveDate>>, today: NaiveDate) -> Option<NaiveDate> {
    days.into_iter().flatten().filter(|day| *day > today).min()
}

/// The head of a title.
fn short(title: &str) -> String {
    let mut head: String = title.chars().take(TITLE).collect();
    if head.len() < title.len() {
        head.push('…');
    }
    head
}

/// `【30】红石岭水源输水干渠未封闭：`, with the word of a rung above the reminder.
fn head(warning: &Pending, lang: Lang) -> Text {
    let item = &warning.facts.item;
    let title = short(&item.title);
    let text = Text::default().strong(format!("【{}】", item.number));
    let text = if warning.rung > Rung::Reminder {
        let word = warning.rung.word().pick(lang);
        text.strong(say!(lang, "{word} · ", "{word}: "))
    } else {
        text
    };
    text.then(say!(lang, "{title}：", "{title}: "))
}

/// One line about a warning that still holds; `None` when it no longer does, or no rule knows it.
pub fn line(warning: &Pending, today: NaiveDate, basis: &Basis, lang: Lang) -> Option<Text> {
    let rule = rule(&warning.rule)?;
    let item = &warning.facts.item;
    // The office's own words rest on nothing but the item.
    if rule.name == manual::RULE.name {
        return Some(warning)
            .filter(|_| !item.state.status.is_completed())
            .and_then(|warning| (rule.line)(warning, today, basis, lang));
    }
    // An answer is owed, however the item stands.
    if rule.name == answer_due::RULE.name {
        return (rule.line)(warning, today, basis, lang);
    }
    // What the calendar or a report has mended since falls silent; the office's own urging and what
    // nobody signed for do not come from a look.
    let still = (rule.look)(&warning.facts, today, basis).finding;
    let holds = [urge::RULE.name, unsigned::RULE.name].contains(&rule.name)
        || still.is_some_and(|now| now.period == warning.period || rule.name == missing::RULE.name);
    let rests = warning.facts.case.as_ref().is_some_and(|case| case.standing.rests_on(today));
    let heard = rule.to == To::Office || !item.state.status.is_awaiting();
    (!item.state.status.is_completed() && holds && heard && !rests)
        .then(|| (rule.line)(warning, today, basis, lang))
        .flatten()
}

/// A line of a digest: the gravest finding of an item.
struct Line<'p> {
    rule: &'static Rule,
    item: &'p Item,
    text: Text,
    /// So many spans of it say which item it is.
    head: usize,
}

/// The lines of a digest: the gravest of what was raised about an item, as far as it still holds.
fn lines<'p>(pending: &'p [Pending], today: NaiveDate, basis: &Basis, lang: Lang) -> Vec<Line<'p>> {
    let mut lines: Vec<(usize, &Pending, Text)> = pending
        .iter()
        .filter_map(|warning| {
            let at = WARNINGS.iter().position(|rule| rule.name == warning.rule)?;
            Some((at, warning, line(warning, today, basis, lang)?))
        })
        .collect();
    lines.sort_by_key(|(at, warning, _)| {
        let item = &warning.facts.item;
        (std::cmp::Reverse(warning.rung), *at, item.deadline, item.number, item.id)
    });
    let mut told: Vec<(usize, &Pending, Text)> = Vec::new();
    for (at, warning, line) in lines {
        let before = told.iter_mut().find(|(_, other, _)| other.facts.item.id == warning.facts.item.id);
        match before {
            None => told.push((at, warning, line)),
            // 一项一行: what stands beside the gravest goes on in its line.
            Some((_, _, text)) if WARNINGS[at].to == To::Beside => {
                let known = head(warning, lang).0.len();
                text.0.push(Span::Plain(say!(lang, "；", "; ")));
                text.0.extend(line.0.into_iter().skip(known));
            }
            Some(_) => {}
        }
    }
    let line = |(at, warning, text): (usize, &'p Pending, Text)| {
        let head = head(warning, lang).0.len();
        Line { rule: &WARNINGS[at], item: &warning.facts.item, text, head }
    };
    told.into_iter().map(line).collect()
}

/// The lines below one another; of neighbours about which the same is said it is said once, behind them all.
fn set(lines: &[Line<'_>], lang: Lang) -> Text {
    let (colon, comma) = (say!(lang, "：", ": "), say!(lang, "、", ", "));
    let mut text = Text::default();
    for (at, line) in lines.iter().enumerate() {
        let tail = |line: &Line<'_>| line.text.0.get(line.head..).map(<[Span]>::to_vec);
        let is_same = |other: &Line<'_>| line.rule.name != manual::RULE.name && tail(other) == tail(line);
        let goes_on = at.checked_sub(1).and_then(|before| lines.get(before)).is_some_and(is_same);
        if !goes_on {
            text = text.then("\n");
        }
        if lines.get(at + 1).is_some_and(is_same) {
            let mut head = line.text.0.iter().take(line.head).cloned().collect::<Vec<_>>();
            if let Some(Span::Plain(title)) = head.last_mut() {
                *title = format!("{}{comma}", title.trim_end_matches(&colon));
            }
            text.0.extend(head);
        } else {
            text.0.extend(line.text.0.iter().cloned());
        }
    }
    text
}

/// The items of which a unit is to sign for a warning, as a digest of these tells of them.
pub fn to_sign(pending: &[Pending], today: NaiveDate, basis: &Basis, lang: Lang) -> Vec<i32> {
    let asks = |warning: &Pending| warning.rung > Rung::Reminder || warning.rule == unsigned::RULE.name;
    let is_open = |warning: &&Pending| asks(warning) && !warning.is_signed;
    let open: Vec<Pending> = pending.iter().filter(is_open).cloned().collect();
    lines(&open, today, basis, lang).into_iter().map(|line| line.item.number).collect()
}

/// The message for whoever is to hear it: the warnings that still hold, a line an item, in one. `None`:
/// nothing to say.
pub fn digest(pending: &[Pending], today: NaiveDate, basis: &Basis, lang: Lang) -> Option<Text> {
    let lines = lines(pending, today, basis, lang);
    let first = lines.first()?.item;
    let (number, percent, count) = (first.number, first.state.percent, lines.len());
    let all = |name: &str| lines.iter().all(|line| line.rule.name == name);
    let (is_urged, is_soon, is_odd) = (all(urge::RULE.name), all(due_soon::RULE.name), all(odd::RULE.name));
    let (is_rhythm, is_unsigned) = (all(rhythm::RULE.name), all(unsigned::RULE.name));
    let mut text = Text::default().strong(if is_urged {
        say!(lang, "⏰ 本期还有 {count} 项没有报", "⏰ {count} items not reported in this period")
    } else if is_soon {
        say!(lang, "⏰ 提醒：{count} 项临近期限", "⏰ Reminder: {count} due soon")
    } else if is_rhythm {
        say!(lang, "📅 {count} 项的填报频次有调整", "📅 {count} items are to be reported at another pace")
    } else if is_unsigned {
        say!(lang, "✍️ {count} 项还没有签收", "✍️ {count} items not signed for")
    } else if is_odd {
        say!(lang, "⚠️ {count} 项填报请先看一眼", "⚠️ {count} reports to look at first")
    } else {
        say!(lang, "⏰ {count} 项需要留意", "⏰ {count} items to look at")
    });
    text.0.extend(set(lines.get(..SHOWN).unwrap_or(&lines), lang).0);
    if count > SHOWN {
        let more = count - SHOWN;
        text = text.then(say!(lang, "\n另有 {more} 项，发送“我的”查看", "\n{more} more: send “mine”"));
    }
    if is_odd {
        return Some(text.then("\n").code(say!(lang, "审核 {number}", "review {number}")));
    }
    if is_unsigned {
        let hint = say!(lang, "\n签收时可以承诺日期，例：", "\nA day may be promised with it, e.g. ");
        let on = basis.calendar.nth_workday_after(today, PROMISED);
        let example = say!(lang, "签收 {number} {on}", "acknowledge {number} {on}");
        return Some(text.then(hint).code(example));
    }
    let hint = if is_urged || is_rhythm {
        say!(
            lang,
            "\n回一句就行，没有变化就发“{number}项无变化”，例：",
            "\nOne sentence is enough, “item {number} no change” is one; e.g. "
        )
    } else if is_soon && lines.iter().all(|line| (line.item.deadline - today).num_days() >= EARLY) {
        say!(
            lang,
            "\n验收一般要一个月，材料请提前备。有进展回一句就行，例：",
            "\nAcceptance takes about a month: prepare the file early. One sentence is enough, e.g. "
        )
    } else {
        say!(
            lang,
            "\n有进展或难处回一句就行，例：",
            "\nTell how it goes, or what is in the way; one sentence is enough, e.g. "
        )
    };
    Some(text.then(hint).code(say!(
        lang,
        "进度 {number} {percent} 本月做了什么",
        "report {number} {percent} what was done"
    )))
}
