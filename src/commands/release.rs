//! 放行: what has not reached anybody, and why; the office lets one item's warnings through, in the next
//! working hours or, where it says so, at once. Each is on record.

use chrono::{DateTime, Utc};

use super::words::SlipKind;
use super::{Call, Command, Failure, show, told, wording};
use crate::domain::decision::{Decision, Effect, LetOut};
use crate::domain::notice::effects::NoticeEffect;
use crate::domain::notice::reference;
use crate::domain::people::Who;
use crate::domain::quiet::{LetThrough, Why};
use crate::domain::{Both, Button, Lang, Message, Now, Role, Text};
use crate::say;
use crate::store::fates::{self, Stuck};
use crate::store::overdue::{self, StuckCopy};

pub const COMMAND: Command = Command {
    words: &["放行", "release"],
    glued: true,
    usage: Both { zh: "放行 16", en: "release 16" },
    about: Both {
        zh: "没有送达的提醒和原因；写上编号就放行这一项（超上限、免打扰的也发）",
        en: "reminders that did not arrive, and why; with a number that item's are let through",
    },
    who: Who::Roles(&[Role::Office]),
    item: |words| words.clone().item().ok().map(|word| word.number),
    run: |call| Box::pin(run(call)),
};

/// Places of each reason in the list, and buttons under it.
const SHOWN: usize = 20;
const BUTTONS: usize = 6;
/// At any hour.
const NOW: [&str; 4] = ["现在", "立即", "马上", "now"];

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    if call.words.is_empty() {
        let stuck = fates::stuck(&mut *call.read, None).await?;
        let copies = overdue::stuck(&mut *call.read, None).await?;
        let message = list(&call, &stuck, &copies);
        return Ok(call.answer(message));
    }
    if let Some((number, said)) = reference::number(&call.words.clone().rest()) {
        return notice(call, number, NOW.contains(&said)).await;
    }
    let word = call.words.item().map_err(|slip| call.slip(&slip))?;
    let at_once = NOW.iter().any(|word| call.words.take_word(word));
    if !call.words.is_empty() {
        return Err(call.slip(&call.words.clone().slip(SlipKind::TooMuch)));
    }
    let (lang, item) = (call.lang(), show::named(&call, &word)?);
    let number = item.number;
    let stuck = fates::stuck(&mut *call.read, Some(item.id)).await?;
    let (waiting, lost): (Vec<&Stuck>, Vec<&Stuck>) =
        stuck.iter().partition(|stuck| matches!(stuck.state.as_str(), "due" | "held"));
    let waiting: Vec<&Stuck> =
        waiting.into_iter().filter(|stuck| stuck.why.is_some() || stuck.state == "due").collect();
    if waiting.is_empty() || waiting.iter().all(|stuck| stuck.why == Some(Why::Nobody)) {
        let mut text = Text::plain(match (lost.is_empty(), waiting.is_empty()) {
            (_, false) => say!(
                lang,
                "第 {number} 项的提醒没有人可以收：联络员没有绑定，或请假没有人代。请电话联系，或先邀请联络员。",
                "Nobody can receive the reminders of item {number}: no contact is bound, or nobody stands in. Phone them, or invite a contact."
            ),
            (false, true) => say!(
                lang,
                "第 {number} 项的提醒可能已经送到，也可能没有，不再重发，请电话确认。",
                "The reminders of item {number} may have arrived or not; they are not sent again. Please phone."
            ),
            (true, true) => {
                say!(lang, "第 {number} 项没有暂缓的提醒。", "No reminder of item {number} is held.")
            }
        });
        text = text.then(say!(lang, "全部记录请发：", " For the record send: "));
        return Ok(call.answer(text.code(say!(lang, "为什么没提醒 {number}", "why {number}"))));
    }
    let calendar = &call.basis.calendar;
    let is_day = calendar.is_speaking_time(call.now);
    let how = if at_once { LetThrough::Now } else { LetThrough::Day };
    let mut rows: Vec<i64> = waiting.iter().map(|stuck| stuck.row).collect();
    rows.dedup();
    let warnings = waiting.iter().map(|stuck| stuck.warning).collect();
    let decision = call.decision().by(call.speaker()?).with(Effect::LetThrough(LetOut {
        item: item.id,
        rows,
        warnings,
        how,
    }));
    let mut units: Vec<&str> = waiting.iter().map(|stuck| stuck.unit_name.as_str()).collect();
    units.dedup();
    let units = units.join(say!(lang, "、", ", ").as_str());
    let when = match is_day || at_once {
        true => say!(lang, "马上发出", "It leaves at once"),
        false => {
            let when = Now::at(calendar.next_speaking_time(call.now)).spoken();
            say!(lang, "{when} 发出", "It leaves at {when}")
        }
    };
    let message = Message::plain(say!(
        lang,
        "✅ 第 {number} 项的提醒已放行给{units}的联络员，{when}，计入其本月条数。已记录在案。",
        "✅ The reminders of item {number} are let through to the contact of {units}. {when}, and counts in the month. This is on record."
    ));
    let night = (!is_day && !at_once)
        .then(|| {
            Button::new(
                say!(lang, "现在就发", "At once"),
                say!(lang, "放行 {number} 现在", "release {number} now"),
            )
        })
        .flatten();
    Ok(call.say(decision, message.row([night])))
}

/// A notice that waits leaves in the next speaking hours, or at once. No budget holds it.
async fn notice(call: Call<'_>, number: String, at_once: bool) -> Result<Decision, Failure> {
    let (lang, calendar) = (call.lang(), &call.basis.calendar);
    let stuck = overdue::stuck(&mut *call.read, Some(&number)).await?;
    let (waiting, others): (Vec<StuckCopy>, Vec<StuckCopy>) = stuck
        .into_iter()
        .partition(|one| one.state == "due" || matches!(one.why, Some(Why::Hours | Why::Overtaken)));
    if waiting.is_empty() {
        return Err(told(match others.is_empty() {
            true => say!(lang, "{number} 没有等着发出的份。", "No copy of {number} waits to leave."),
            false => say!(
                lang,
                "{number} 没送达的份没有人可以收，请另行送达，或先邀请联络员。",
                "Nobody can receive the copies of {number}: deliver them yourself, or invite a contact."
            ),
        }));
    }
    let is_day = calendar.is_speaking_time(call.now);
    if !is_day && !at_once {
        let when = Now::at(calendar.next_speaking_time(call.now)).spoken();
        let line = say!(lang, "放行 {number} 现在", "release {number} now");
        let text = say!(
            lang,
            "{number} {when} 发出，不用放行。要现在就发：",
            "{number} leaves at {when} by itself. To send it at once: "
        );
        return Ok(call.answer(Text::plain(text).code(line)));
    }
    let units: Vec<&str> = waiting.iter().map(|one| one.unit.as_str()).collect();
    let units = units.join(say!(lang, "、", ", ").as_str());
    let decision = call.decision().by(call.speaker()?).with(Effect::Notice(NoticeEffect::LetThrough {
        rows: waiting.iter().map(|one| one.row).collect(),
        copies: waiting.iter().map(|one| one.copy).collect(),
        how: if at_once { LetThrough::Now } else { LetThrough::Day },
    }));
    Ok(call.say(
        decision,
        Message::plain(say!(
            lang,
            "✅ {number} 已放行给{units}，马上发出。已记录在案。",
            "✅ {number} is let through to {units} and leaves at once. This is on record."
        )),
    ))
}

fn list(call: &Call<'_>, stuck: &[Stuck], copies: &[StuckCopy]) -> Message {
    let lang = call.lang();
    if stuck.is_empty() && copies.is_empty() {
        return Message::plain(say!(
            lang,
            "没有暂缓或没送到的提醒和发文。",
            "No reminder and no notice is held or lost."
        ));
    }
    let mut text = Text::default();
    if !copies.is_empty() {
        let count = copies.len();
        text = text.strong(say!(
            lang,
            "没有送达的发文 {count} 份",
            "{count} copies of notices have not arrived"
        ));
        let lines = copies.iter().map(|one| Held {
            why: why(&one.state, one.why, one.until, one.post_title.as_deref(), lang),
            of: &one.number,
            what: one.unit.clone(),
        });
        text = text.then(grouped(lines, lang));
        if let Some(one) = copies.iter().find(|one| one.why == Some(Why::Nobody)) {
            let (number, unit) = (&one.number, &one.unit);
            text = text.then(say!(
                lang,
                "\n另行送达后记一笔就不再列出，例：",
                "\nOnce you have delivered one, record it: "
            ));
            let how = say!(lang, "送达 {unit} 9月3日 纸质送达", "deliver {unit} 2018-09-03 on paper");
            text = text.code(super::notice::message::says(&format!("{number} {how}"), lang));
        }
        if stuck.is_empty() {
            return text.into();
        }
        text = text.then("\n");
    }
    let count = stuck.len();
    text = text.strong(say!(lang, "没有送达的提醒 {count} 条", "{count} reminders have not arrived"));
    let lines = stuck.iter().map(|one| Held {
        why: why(&one.state, one.why, one.until, one.post_title.as_deref(), lang),
        of: &one.unit_name,
        what: format!("【{}】{}", one.number, call.rule_title(&one.rule)),
    });
    text = text.then(grouped(lines, lang));
    let mut numbers: Vec<i32> = stuck
        .iter()
        .filter(|one| one.why.is_some_and(|why| why != Why::Nobody))
        .map(|one| one.number)
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    let buttons: Vec<Option<Button>> = numbers
        .into_iter()
        .take(BUTTONS)
        .map(|number| {
            Button::new(
                say!(lang, "放行 {number}", "release {number}"),
                say!(lang, "放行 {number}", "release {number}"),
            )
        })
        .collect();
    buttons.chunks(3).fold(Message::from(text), |message, row| message.row(row.iter().cloned()))
}

/// One that has not arrived: why, and what stands with what.
struct Held<'h> {
    why: String,
    of: &'h str,
    what: String,
}

/// What is held for one reason, by what it is of.
type ByReason<'h> = (String, Vec<(&'h str, Vec<String>)>);

/// A line for each reason, with everything it holds.
fn grouped<'h>(held: impl Iterator<Item = Held<'h>>, lang: Lang) -> String {
    let mut groups: Vec<ByReason<'h>> = Vec::new();
    for Held { why, of, what } in held {
        let at = groups.iter().position(|group| group.0 == why).unwrap_or_else(|| {
            groups.push((why, Vec::new()));
            groups.len() - 1
        });
        match groups[at].1.last_mut() {
            Some((same, all)) if *same == of => all.push(what),
            _ => groups[at].1.push((of, vec![what])),
        }
    }
    let (comma, stop) = (say!(lang, "、", ", "), say!(lang, "；", "; "));
    let lines = groups.into_iter().map(|(why, held)| {
        let more = held.len().saturating_sub(SHOWN);
        let shown = held.iter().take(SHOWN).map(|(of, what)| format!("{of} {}", what.join(&comma)));
        let shown = shown.collect::<Vec<_>>().join(&stop);
        let rest = match more {
            0 => String::new(),
            _ => say!(lang, "；另有 {more} 处", "; {more} more"),
        };
        say!(lang, "\n{why}：{shown}{rest}", "\n{why}: {shown}{rest}")
    });
    lines.collect()
}

/// Why one has not arrived, and what happens next.
fn why(
    state: &str,
    why: Option<Why>,
    until: Option<DateTime<Utc>>,
    post: Option<&str>,
    lang: Lang,
) -> String {
    match (state, why) {
        ("dead", _) => say!(lang, "没有送到，请电话", "not delivered: please phone"),
        ("unclear", _) => {
            say!(lang, "是否送到不清楚，不再重发，请电话确认", "unclear whether it arrived: please phone")
        }
        (_, Some(why)) => {
            let until = until.map_or_else(String::new, |until| Now::at(until).spoken());
            wording::held(why, post.unwrap_or_default(), &until, lang)
        }
        _ => say!(lang, "待整改办处理", "left to the office"),
    }
}
