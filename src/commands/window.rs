//! 截止: until when this month's progress is to be reported, in working days, and what the own unit still
//! has to report.

use chrono::{Datelike, Months, NaiveDate};
use uuid::Uuid;

use super::list::gather::{self, Whose};
use super::words::SlipKind;
use super::{Call, Command, Failure, spelling, wording};
use crate::domain::basis::Threshold;
use crate::domain::decision::Decision;
use crate::domain::listing::Stage;
use crate::domain::people::Who;
use crate::domain::tally::cycle_of;
use crate::domain::{Basis, Both, Button, Lang, Message, Role, Text};
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

/// The last day of a month's window; of several rounds the first.
pub(super) fn closing(basis: &Basis, rounds: &[Uuid], month: NaiveDate) -> NaiveDate {
    let of_rounds = rounds.iter().map(|round| basis.closes_on(*round, month)).min();
    of_rounds.unwrap_or_else(|| basis.closes_on(Uuid::nil(), month))
}

/// 本月截止几号.
pub(super) async fn answer(mut call: Call<'_>) -> Result<Decision, Failure> {
    let lang = call.lang();
    let today = call.now.today();
    let this = cycle_of(today);
    let (basis, rounds) = (call.basis, call.rounds());
    let closing = |month| closing(basis, &rounds, month);
    let is_closed = today > closing(this);
    let opens = if is_closed { this + Months::new(1) } else { this };
    let closes = closing(opens);
    let from = today.max(opens);
    let count = basis.calendar.workdays_left(from, closes);
    let mut days = count.spoken(lang);
    if !is_closed && count.how(lang).is_none() {
        days += &say!(lang, "（按国务院放假和调休安排）", " by the State Council's calendar");
    }
    let (start, end) = (spoken(opens, lang), spoken(closes, lang));
    let mut text = Text::default();
    if is_closed {
        let closed = spoken(closing(this), lang);
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
        let own = items.iter().filter(|item| item.lead.id == speaker.unit.id);
        let (unit, count) = (&speaker.unit.name, own.filter(|item| item.is_to_report(today)).count());
        let is_shown = call.incoming.private || call.group_unit() == Some(speaker.unit.id);
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
                "\n{unit}牵头的本月都报了。",
                "\n{unit} has reported everything it leads."
            ));
        }
    }
    Ok(call.answer(message))
}

/// `9月25日（周二）`
fn spoken(day: NaiveDate, lang: Lang) -> String {
    let (month, date) = (day.month(), day.day());
    let weekday = wording::weekday(day, lang);
    say!(lang, "{month}月{date}日（{weekday}）", "{day} ({weekday})")
}
