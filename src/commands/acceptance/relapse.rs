//! 反弹 and 回头看: what was signed off is looked at again, and what has come back is open again. The sign-off
//! stays on record; the work begins anew, with a deadline of its own.

use chrono::{Months, NaiveDate};
use uuid::Uuid;

use super::others::whoever_passed_hears;
use super::{
    RECHECKS, RELAPSES, anybody, beside, button, contact_lang, course, head, item, not_there_yet, words,
};
use crate::commands::held::{line, meant, settling, wants_a_yes, wants_words};
use crate::commands::words::{Slip, SlipKind, Words};
use crate::commands::{Call, Failure, told, wording};
use crate::domain::acceptance::{AcceptanceEffect, Course, Days, Looked, relapse_deadline, reopened};
use crate::domain::decision::{Aggregate, Audience, Change, Decision, Effect, Reply};
use crate::domain::sentence::{self, DateWord, Year, is_no_day, leading_limit};
use crate::domain::{Both, Button, Item, Lang, Message, Role, Status, Text};
use crate::store::people::{self, Reader};
use crate::{say, store};

/// Looks back that are due within so many months are listed as well.
const AHEAD: Months = Months::new(1);
/// Lines of the list.
const SHOWN: usize = 20;
const PASSED: [&str; 3] = ["通过", "正常", "pass"];
const RELAPSED: [&str; 2] = ["反弹", "relapse"];
const UNTIL: [&str; 3] = ["到", "至", "until"];
const BECAUSE: [&str; 4] = ["因为", "因", "because of", "because"];

/// `反弹 16 [到 DAY] REASON [确认]`
pub(super) async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let item = item(&mut call, anybody).await?;
    let course = course(&mut call, &item).await?;
    relapsed(call, item, &course, RELAPSES, None).await
}

/// 回头看 16 [通过 / 反弹] TEXT
pub(super) async fn recheck(mut call: Call<'_>) -> Result<Decision, Failure> {
    if call.words.is_empty() {
        return list(call).await;
    }
    let item = item(&mut call, anybody).await?;
    let course = course(&mut call, &item).await?;
    let planned = store::waiting::rechecks_of(&mut *call.read, item.id).await?;
    let next = planned.first();
    let (lang, today, number) = (call.lang(), call.now.today(), item.number);
    if PASSED.iter().any(|word| call.words.take(word)) {
        let Some(next) = next else { return Err(nothing(&call, &item, &course)) };
        let text = call.words.rest();
        super::fits(&call, &text)?;
        is_its_turn(&mut call, &item, next.due_on).await?;
        // One visit is the look back at all that is due by now.
        let (seen, left) =
            planned.split_at(planned.iter().take_while(|one| one.due_on <= today).count().max(1));
        let decision = seen.iter().fold(beside(&call, &item)?, |decision, one| {
            decision.accepting(AcceptanceEffect::Rechecked {
                item: item.id,
                recheck: Some(one.recheck),
                outcome: Looked::Passed,
                text: text.clone(),
            })
        });
        let after = left.first().map_or(say!(lang, "已全部看完。", "That was the last one."), |after| {
            let on = after.due_on;
            say!(lang, "下一次 {on}。", "The next one is due on {on}.")
        });
        let due: Vec<String> = seen.iter().map(|one| one.due_on.to_string()).collect();
        let due = due.join(say!(lang, "、", ", ").as_str());
        let answer = say!(
            lang,
            "✅ 第 {number} 项回头看（应于 {due}）：{today} 看过，没有反弹。{after}",
            "✅ Item {number} was looked at again on {today} (due {due}): it has not come back. {after}"
        );
        return Ok(call.say(decision, Message::plain(answer)));
    }
    if RELAPSED.iter().any(|word| call.words.take(word)) {
        let recheck = next.map(|next| next.recheck);
        return relapsed(call, item, &course, RECHECKS, recheck).await;
    }
    if !call.words.is_empty() {
        let slip = call.words.clone().slip(SlipKind::TooMuch);
        return Err(call.slip(&slip));
    }
    let Some(next) = next else { return Err(nothing(&call, &item, &course)) };
    let (unit, signed, due) = (&next.unit, next.signed_on, next.due_on);
    let texts = store::items::texts(&mut *call.read, item.id).await?;
    let goal = wording::head(&texts.goal, 80);
    let may_pass = next.due_on <= today + AHEAD;
    let how = match may_pass {
        true => say!(lang, "到现场看过后点一下", "Press when you have been there"),
        false => say!(lang, "到期前一个月内看过再登记", "It is recorded from a month before"),
    };
    let text = head(&item, lang).then(say!(
        lang,
        "\n{unit}，{signed} 销号，回头看应于 {due}\n目标：{goal}\n{how}；反弹请写情况：回头看 {number} 反弹 情况",
        "\n{unit}, signed off on {signed}, to look at again by {due}\ngoal: {goal}\n{how}; if it has come back: recheck {number} relapse TEXT"
    ));
    let pass = may_pass.then(|| {
        button(say!(lang, "✅ 没有反弹", "✅ still fine"), RECHECKS, &item, &say!(lang, "通过", "pass"), lang)
    });
    Ok(call.answer(Message::from(text).row([
        pass.flatten(),
        button(say!(lang, "反弹", "it came back"), RECHECKS, &item, &say!(lang, "反弹", "relapse"), lang),
    ])))
}

/// A visit counts once, whoever of those who were there tells of it first; and nobody looks back long before the day.
async fn is_its_turn(call: &mut Call<'_>, item: &Item, due: chrono::NaiveDate) -> Result<(), Failure> {
    let (lang, today, number) = (call.lang(), call.now.today(), item.number);
    let seen = store::waiting::last_seen(&mut *call.read, item.id).await?;
    if let Some(seen) = seen.filter(|seen| seen.on == today) {
        let (by, was_due) = (&seen.by, seen.due_on);
        return Err(told(say!(
            lang,
            "第 {number} 项今天已由{by}记过回头看（应于 {was_due}），没有再登记。下一次 {due}。",
            "{by} has recorded the look back at item {number} today (due {was_due}); nothing was recorded again. The next one is due on {due}."
        )));
    }
    if due > today + AHEAD {
        return Err(told(say!(
            lang,
            "第 {number} 项下一次回头看应于 {due}，到期前一个月内看过才登记，没有登记。又出问题请发：回头看 {number} 反弹 情况",
            "The next look back at item {number} is due on {due} and recorded from a month before; nothing was recorded. If it has come back: recheck {number} relapse TEXT"
        )));
    }
    Ok(())
}

fn nothing(call: &Call<'_>, item: &Item, course: &Course) -> Failure {
    let (lang, number) = (call.lang(), item.number);
    match course.sign_offs {
        0 => not_there_yet(call, item, course),
        _ => told(say!(
            lang,
            "第 {number} 项没有安排中的回头看。发现反弹请发：反弹 {number} 情况",
            "No look back at item {number} is planned. If it has come back: relapse {number} TEXT"
        )),
    }
}

/// What is due, and what comes within a month.
async fn list(call: Call<'_>) -> Result<Decision, Failure> {
    let (lang, today, rounds) = (call.lang(), call.now.today(), call.rounds());
    let due = store::waiting::rechecks_by(&mut *call.read, &rounds, today + AHEAD).await?;
    if due.is_empty() {
        return Ok(call.answer(Message::plain(say!(
            lang,
            "一个月内没有要回头看的事项。",
            "Nothing is to be looked at again within a month."
        ))));
    }
    let count = due.len();
    let mut message = Message::from(Text::default().strong(say!(
        lang,
        "🔁 回头看 {count} 项（一个月内到期的也在内）",
        "🔁 {count} to look at again, within a month"
    )));
    let mut buttons = Vec::new();
    for one in due.iter().take(SHOWN) {
        let (number, title, unit) = (one.number, wording::head(&one.title, 24), &one.unit);
        let (signed, on) = (one.signed_on, one.due_on);
        let late = match on <= today {
            true => say!(lang, "应于 {on}", "due {on}"),
            false => say!(lang, "{on} 到期", "by {on}"),
        };
        message.text = message.text.strong(format!("\n【{number}】{title}")).then(say!(
            lang,
            "\n{unit} {signed} 销号，{late}",
            "\n{unit}, signed off {signed}, {late}"
        ));
        if on <= today {
            let label = say!(lang, "{number} 回头看", "recheck {number}");
            buttons.push(Button::new(label, words(RECHECKS, number, "", lang)));
        }
    }
    for row in buttons.chunks(3) {
        message = message.row(row.to_vec());
    }
    Ok(call.answer(message))
}

/// The item is open again, once that is confirmed.
async fn relapsed(
    mut call: Call<'_>,
    item: Item,
    course: &Course,
    verb: Both,
    recheck: Option<Uuid>,
) -> Result<Decision, Failure> {
    let (lang, today, number) = (call.lang(), call.now.today(), item.number);
    if !item.state.status.is_completed() {
        let status = item.state.status.word().pick(lang);
        return Err(told(say!(
            lang,
            "第 {number} 项现在{status}，还没有销号，不用登记反弹。",
            "Item {number} is {status}, not signed off: nothing has come back."
        )));
    }
    if course.open().is_some() {
        return Err(told(say!(
            lang,
            "第 {number} 项的销号申请还在办，要退回请发：销号 {number} 退回 原因",
            "An application for item {number} is open; to send it back: sign_off {number} return REASON"
        )));
    }
    let words = call.words.clone();
    let said = call.words.rest();
    let (said, is_confirmed) = meant(&said);
    let read = parts(said, &words, today);
    let (until, reason) = read.map_err(|slip| Failure::Told(wording::slip(&slip, usage(verb), lang)))?;
    super::fits(&call, &reason)?;
    let held = match verb == RECHECKS {
        true => line(&call, verb, &item, &say!(lang, "反弹", "relapse")),
        false => line(&call, verb, &item, ""),
    };
    if reason.is_empty() {
        let question = say!(
            lang,
            "：又出了什么问题？一句话，会原样告诉单位，还没有登记。要定期限写在前面：到 日期 因 情况",
            ": what has come back? One sentence; the unit reads it as it stands. Nothing is recorded yet. With a deadline: until DAY because TEXT"
        );
        return wants_words(&call, &item, held, question);
    }
    let deadline = relapse_deadline(&item, until, today);
    if !is_confirmed {
        let text = head(&item, lang).then(say!(
            lang,
            "：登记反弹，{reason}\n将重新打开：整改期限 {deadline}，进度从 0 重新报，原来的销号记录保留。还没有登记；换期限请写：到 日期 因 情况",
            " has come back: {reason}\nIt will be open again, due {deadline}, reported from 0 on; the sign-off stays on record. Nothing is recorded yet. Another deadline: until DAY because TEXT"
        ));
        return wants_a_yes(&call, &item, (held, said), text, say!(lang, "确认反弹", "Open again"));
    }
    let (after, state) = reopened(&item, deadline, today, call.basis);
    let version = item.version + 1;
    let days = Days { deadline, ..course.days.undone() };
    let decision = call
        .decision()
        .by(call.speaker()?)
        .changing(Aggregate::Item, item.id, item.version)
        .with(Effect::ItemChanged { item: item.id, version, state, why: Change::Relapsed });
    let mut decision = settling(&call, &item, decision)
        .accepting(AcceptanceEffect::Dated { item: item.id, version, days })
        .accepting(AcceptanceEffect::Relapsed { id: Uuid::now_v7(), item: item.id, reason: reason.clone() })
        .accepting(AcceptanceEffect::Replanned {
            item: item.id,
            gone: item.milestones.iter().map(|milestone| milestone.due_on).collect(),
            come: after.milestones,
        })
        .accepting(AcceptanceEffect::Rechecked {
            item: item.id,
            recheck,
            outcome: Looked::Relapsed,
            text: reason.clone(),
        });
    let to = contact_lang(&mut call, item.lead.id).await?;
    let hears = |to| {
        head(&item, to).then(say!(
            to,
            "：{today} 登记反弹，重新整改。情况：{reason}\n整改期限 {deadline}，进度从 0 重新报。",
            " has come back on {today} and is open again: {reason}\nDue {deadline}, reported from 0 on."
        ))
    };
    let report = button(say!(to, "填报", "Report"), super::REPORTS, &item, "", to);
    let heard = Message::from(hears(to)).row([report]);
    decision = decision.saying(Reply::notice(Audience::UnitContact(item.lead.id), heard, call.now));
    decision = whoever_passed_hears(&mut call, course, decision, hears).await?;
    if let Some(leader) = item.leader_post {
        let to = people::lang_of(&mut *call.read, Reader::Post(leader)).await?;
        decision = decision.saying(Reply::notice(Audience::Post(leader), hears(to), call.now));
    }
    let speaker = call.speaker()?;
    let is_office = speaker.role == Role::Office;
    if !is_office {
        let by = &speaker.post_title;
        let heard = hears(Lang::Zh).then(say!(Lang::Zh, "\n由{by}登记。", "\nRecorded by {by}."));
        decision = decision.saying(Reply::notice(Audience::Office(None), heard, call.now));
    }
    let status = Status::InProgress.word().pick(lang);
    let whom = match is_office {
        true => say!(lang, "单位和包抓领导", "the unit and its leader"),
        false => say!(lang, "单位、包抓领导和整改办", "the unit, its leader and the office"),
    };
    let text = say!(
        lang,
        "↩️ 第 {number} 项已登记反弹，{status}，期限 {deadline}；{whom}会收到告知，原销号记录保留。",
        "↩️ Item {number} is {status} again, due {deadline}; {whom} are told, the sign-off stays on record."
    );
    Ok(call.say(decision, Message::plain(text)))
}

fn usage(verb: Both) -> Both {
    match verb == RECHECKS {
        true => Both {
            zh: "回头看 16 反弹 到 2027-06-30 因 二号池又渗漏",
            en: "recheck 16 relapse until 2027-06-30 because pond two leaks",
        },
        false => Both {
            zh: "反弹 16 到 2027-06-30 因 二号池又渗漏",
            en: "relapse 16 until 2027-06-30 because pond two leaks",
        },
    }
}

/// `到 2019-06-30 因 二号池又渗漏`: the deadline, where one is said, and the reason. `words` are those that were said.
fn parts(said: &str, words: &Words, today: NaiveDate) -> Result<(Option<NaiveDate>, String), Slip> {
    let behind = UNTIL.iter().find_map(|word| said.strip_prefix(word));
    let rest = behind.unwrap_or(said).trim_start();
    let is_end = |c: char| c.is_whitespace() || "，,。;；：:因".contains(c);
    let word = rest.split(is_end).next().unwrap_or_default();
    let slip = |kind| words.slip_on(if word.is_empty() { said } else { word }, kind);
    if is_no_day(word) {
        return Err(slip(SlipKind::BadDay));
    }
    if behind.is_none() {
        // A day of the past is part of the reason.
        let is_to_come = match sentence::day(word) {
            Some(day @ DateWord::Day { year: Year::Named(_), .. }) => day.resolve(today, &|_| true) > today,
            _ => false,
        };
        return if is_to_come { Err(slip(SlipKind::NoUntil)) } else { Ok((None, without_because(said))) };
    }
    let Some((day, reason)) = leading_limit(rest) else { return Err(slip(SlipKind::BadDay)) };
    match day.resolve(today, &|_| true) {
        day if day > today => Ok((Some(day), without_because(&reason))),
        _ => Err(slip(SlipKind::PastDay)),
    }
}

/// The reason without the word before it.
pub(in crate::commands) fn without_because(said: &str) -> String {
    let said = said.trim_start_matches(|c: char| c.is_whitespace() || "，,。;；：:".contains(c));
    let said = BECAUSE.iter().find_map(|word| said.strip_prefix(word)).unwrap_or(said);
    said.trim_start_matches(|c: char| c.is_whitespace() || "，,：:".contains(c)).trim_end().to_owned()
}
