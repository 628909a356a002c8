//! 送达: the office delivers a copy itself where no message can, and records on which day and how. It stands in the
//! record of delivery, and the copy is no longer on the office's list.

use chrono::NaiveDate;

use super::message;
use super::steps::{REASON, meant, no_step, settling, wants};
use crate::commands::{Call, Failure, told, wording};
use crate::domain::decision::{Aggregate, Decision, Effect};
use crate::domain::notice::effects::NoticeEffect;
use crate::domain::notice::{Delivered, NoStep, Notice, State};
use crate::domain::{Lang, Message, Now, sentence};
use crate::say;

/// `恒河示范区 9月3日 纸质送达`; the day may be left out, and the unit where there is only one.
pub(super) fn record(call: Call<'_>, notice: Notice, said: &str) -> Result<Decision, Failure> {
    let (lang, handle, name) = (call.lang(), notice.handle, notice.name(call.lang()));
    if notice.standing.state != State::Signed {
        return Err(no_step(&notice, NoStep::NotNow(notice.standing.state), lang));
    }
    let (copies, behind) = meant(&notice, said);
    let [copy] = copies[..] else {
        let names = message::names(&notice, lang);
        return Err(told(say!(
            lang,
            "送达了哪个单位？请写：发文 {handle} 送达 单位 9月3日 纸质送达。没有登记。主送：{names}",
            "Which unit was it delivered to? Send: notices {handle} deliver UNIT DAY HOW. Nothing was recorded. It goes to: {names}"
        )));
    };
    let unit = &copy.unit.name;
    if let Some(sent) = &copy.sent {
        let at = Now::at(sent.at).spoken();
        return Err(told(say!(
            lang,
            "{name} {at} 已由消息送到{unit}，不用另行送达。",
            "{name} reached {unit} by a message at {at}: nothing is to be delivered."
        )));
    }
    let (day, how) = day_of(&call, behind).ok_or_else(|| {
        told(say!(lang, "送达的日期在今天以后，没有登记。", "The day lies ahead; nothing was recorded."))
    })?;
    if notice.standing.signed.as_ref().is_some_and(|signed| day < Now::at(signed.at).today()) {
        return Err(told(say!(
            lang,
            "{day} 还没有签发，没有登记。",
            "On {day} it was not signed yet; nothing was recorded."
        )));
    }
    if how.is_empty() {
        let question = say!(
            lang,
            "{name} {day} 怎么送达{unit}的？例：纸质送达",
            "How was {name} delivered to {unit} on {day}? E.g. on paper"
        );
        return wants(&call, &notice, say!(lang, "送达 {unit} {day}", "deliver {unit} {day}"), question);
    }
    if !wording::fits(how, REASON) {
        return Err(told(say!(
            lang,
            "怎么送达的请控制在 {REASON} 字以内，没有登记。",
            "Please say how within {REASON} characters; nothing was recorded."
        )));
    }
    let delivered = Delivered { on: day, how: how.to_owned() };
    let decision = settling(&call, &notice, call.decision().by(call.speaker()?))
        .changing(Aggregate::Copy, copy.id, copy.version)
        .with(Effect::Notice(NoticeEffect::Delivered { copy: copy.id, delivered }));
    let text = done(&name, unit, day, how, lang);
    Ok(call.say(decision, Message::plain(text)))
}

fn done(name: &str, unit: &str, day: NaiveDate, how: &str, lang: Lang) -> String {
    say!(
        lang,
        "✅ 已记：{name} {day} 送达{unit}（{how}），写入回证，不再列入没有送达的发文。",
        "✅ Recorded: {name} was delivered to {unit} on {day} ({how})."
    )
}

/// The day that is named first, or today, and what is left of the words; `None`: it lies ahead.
fn day_of<'s>(call: &Call<'_>, said: &'s str) -> Option<(NaiveDate, &'s str)> {
    let today = call.now.today();
    let (first, rest) = said.split_once(char::is_whitespace).unwrap_or((said, ""));
    match sentence::day(first) {
        None => Some((today, said)),
        Some(word) => {
            let day = word.resolve(today, &|day| call.basis.calendar.is_workday(day));
            (day <= today).then_some((day, rest.trim()))
        }
    }
}
