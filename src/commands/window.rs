//! 截止: until when this month's progress is to be reported, in working days, and what the own unit still
//! has to report.

use chrono::{Datelike, Days, NaiveDate};
use uuid::Uuid;

use super::list::gather::{self, Whose};
use super::words::SlipKind;
use super::{Call, Command, Failure, spelling, wording};
use crate::domain::basis::Threshold;
use crate::domain::cycle::{Cycle, Every};
use crate::domain::decision::Decision;
use crate::domain::listing::Stage;
use crate::domain::people::Who;
use crate::domain::{Basis, Both, Button, Item, Lang, Message, Role, Text};
use crate::say;

pub const COMMAND: Command = Command {
    words: &["截止", "window", "填报截止"],
    glued: false,
    usage: Both { zh: "截止", en: "window" },
    about: Both {
        zh: "本月填报到哪天、还有几个工作日、本单位还差几项",
        en: "until when to report this month, and what is still to report",
    },
    who: Who::Bound,
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    if !call.words.is_empty() {
        let slip = call.words.slip(SlipKind::TooMuch);
        return Err(call.slip(&slip));
    }
    answer(call).await
}

/// A month's cycle; of several rounds the one that closes first.
fn month_cycle(basis: &Basis, rounds: &[Uuid], day: NaiveDate) -> Cycle {
    let of_rounds = rounds.iter().map(|round| basis.cycle(*round, Every::Month, day));
    let first = of_rounds.min_by_key(|cycle| cycle.closes_on);
    first.unwrap_or_else(|| basis.cycle(Uuid::nil(), Every::Month, day))
}

/// 本月截止几号.
pub(super) async fn answer(mut call: Call<'_>) -> Result<Decision, Failure> {
    let lang = call.lang();
    let today = call.now.today();
    let (basis, rounds) = (call.basis, call.rounds());
    let this = month_cycle(basis, &rounds, today);
    let is_closed = today > this.closes_on;
    let next = if is_closed { month_cycle(basis, &rounds, this.ends_on + Days::new(1)) } else { this };
    let (opens, closes) = (next.starts_on, next.closes_on);
    let from = today.max(opens);
    let count = basis.calendar.workdays_left(from, closes);
    let mut days = count.spoken(lang);
    if !is_closed && count.how(lang).is_none() {
        days += &say!(lang, "（按国务院放假和调休安排）", " by the State Council's calendar");
    }
    let (start, end) = (spoken(opens, lang), spoken(closes, lang));
    let mut text = Text::default();
    if is_closed {
        let closed = spoken(this.closes_on, lang);
        text = text
            .strong(say!(lang, "本月填报已于{closed}截止", "This month's reporting closed on {closed}"))
            .then(say!(
                lang,
                "，现在报仍可补上。\n下一期{start}到{end}，共 {days}。",
                "; a late report still counts.\nThe next runs from {start} to {end}: {days}."
            ));
    } else {
        text = text
            .strong(say!(lang, "本月填报到{end}为止", "This month's reporting closes on {end}"))
            .then(say!(lang, "，连今天还有 {days}。", ": with today {days}."));
        let day = closes.day();
        if rounds.iter().all(|round| basis.of(*round).first(Threshold::WindowDay) != day as i32) {
            text = text.then(say!(
                lang,
                "\n原定的截止日不上班，已顺延。",
                "\nThe day it was set for is not worked: moved on."
            ));
        }
    }
    let mut message = Message::from(text);
    // Only a unit has to report, and only where its items may be spoken of.
    let speaker = call.speaker()?;
    if matches!(speaker.role, Role::Contact | Role::UnitHead) {
        let items = gather::shown(&mut call, &Whose::Unit(speaker.unit.clone()), Stage::Open).await?;
        let own: Vec<&Item> = items.iter().filter(|item| item.lead.id == speaker.unit.id).collect();
        let unit = &speaker.unit.name;
        let count = own.iter().filter(|item| item.is_to_report(today, basis)).count();
        let is_shown = call.incoming.private || call.group_unit() == Some(speaker.unit.id);
        if is_shown {
            message.text = faster(message.text, &own, today, basis, lang);
        }
        if is_shown && count > 0 {
            let list = spelling(&super::list::COMMAND, lang);
            message.text = message.text.then(say!(
                lang,
                "\n{unit}牵头的还有 {count} 项待报。",
                "\n{unit} still has {count} to report as lead."
            ));
            message = message.row([Button::new(
                say!(lang, "待报 {count} 项", "{count} to report"),
                say!(lang, "{list} 待报 我们", "{list} to_report ours"),
            )]);
        } else if is_shown {
            message.text = message.text.then(say!(
                lang,
                "\n{unit}牵头的本期都报了。",
                "\n{unit} has reported everything it leads."
            ));
        }
    }
    Ok(call.answer(message))
}

/// The own items that are reported on more often, with their windows: `半月一次的 2 项（16、25）到9月12日（周三）为止`.
fn faster(mut text: Text, own: &[&Item], today: NaiveDate, basis: &Basis, lang: Lang) -> Text {
    for every in [Every::HalfMonth, Every::Week] {
        let items: Vec<&&Item> = own.iter().filter(|item| item.asked_every() == Some(every)).collect();
        let Some(first) = items.first() else { continue };
        let numbers: Vec<String> = items.iter().map(|item| item.number.to_string()).collect();
        let (count, numbers) = (items.len(), numbers.join(say!(lang, "、", ", ").as_str()));
        let mut cycle = basis.cycle(first.round, every, today);
        let is_new = items.iter().all(|item| item.rhythm.since.is_some_and(|since| since > cycle.starts_on));
        if is_new || today > cycle.closes_on {
            cycle = basis.cycle_after(first.round, &cycle);
        }
        let (often, end) = (every.word().pick(lang), spoken(cycle.closes_on, lang));
        text = text.then(say!(
            lang,
            "\n{often}的 {count} 项（{numbers}）：这一期到{end}为止。",
            "\n{count} are reported {often} ({numbers}): this period closes on {end}."
        ));
    }
    text
}

/// `9月25日（周二）`
pub(super) fn spoken(day: NaiveDate, lang: Lang) -> String {
    let (month, date) = (day.month(), day.day());
    let weekday = wording::weekday(day, lang);
    say!(lang, "{month}月{date}日（{weekday}）", "{day} ({weekday})")
}
