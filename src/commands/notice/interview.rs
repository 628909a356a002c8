//! What 约谈 has besides: it is approved before it is signed, and held with minutes.

use chrono::Days;
use uuid::Uuid;

use super::steps::{REASON, copy_moved, moved, no_step, stepped, wants};
use crate::commands::{Call, Failure, told, wording};
use crate::domain::activity::{self, ActivityEffect, NewActivity};
use crate::domain::decision::{Audience, Decision, Effect, Reply};
use crate::domain::notice::{CopyStanding, Form, Notice};
use crate::domain::{Message, Text};
use crate::{say, store};

/// Days after an interview in which its unit reports what it has put right.
const REPORT: u64 = 30;

/// 批准 of an interview: by whom, in the office's words. Outside the chat it is the leader's own signature.
pub(super) async fn approve(mut call: Call<'_>, notice: Notice, by: &str) -> Result<Decision, Failure> {
    let (lang, name) = (call.lang(), notice.name(call.lang()));
    if notice.form == Form::Interview && by.is_empty() {
        let question = say!(
            lang,
            "{name}由谁批准的？例：分管副市长 9月3日",
            "Who approved {name}? E.g. the vice-mayor, 2018-09-03"
        );
        return wants(&call, &notice, say!(lang, "批准", "approve"), question);
    }
    if notice.form != Form::Interview || !wording::fits(by, REASON) {
        return Err(told(say!(
            lang,
            "批准只用于约谈，后面写谁批准的，没有动。例：发文 3 批准 分管副市长 9月3日",
            "Only interviews are approved; say by whom. Nothing was done."
        )));
    }
    let next = notice.approved(by).map_err(|why| no_step(&notice, why, lang))?;
    let before = notice.standing.approval.clone();
    let (decision, mut card) = stepped(&mut call, notice, next).await?;
    if !before.is_empty() && before != by {
        card.text = card.text.then(say!(
            lang,
            "\n原来记的批准是“{before}”，已改。",
            "\nThe approval on record was “{before}”; it is changed."
        ));
    }
    Ok(call.say(decision, card))
}

/// 安排 of an interview: when and where, in the office's words.
pub(super) async fn arrange(mut call: Call<'_>, notice: Notice, when: &str) -> Result<Decision, Failure> {
    let (lang, name) = (call.lang(), notice.name(call.lang()));
    if notice.form == Form::Interview && when.is_empty() {
        let question = say!(
            lang,
            "{name}什么时间、在哪里谈？例：9月12日15时 市政府三楼会议室",
            "When and where is {name} held? E.g. 2018-09-12 15:00, room 3"
        );
        return wants(&call, &notice, say!(lang, "安排", "arrange"), question);
    }
    if notice.form != Form::Interview || !wording::fits(when, REASON) {
        return Err(told(say!(
            lang,
            "安排只用于约谈，后面写时间和地点，没有动。例：发文 3 安排 9月12日15时 市政府三楼会议室",
            "Only interviews are arranged; say when and where. Nothing was done."
        )));
    }
    let next = notice.arranged(when).map_err(|why| no_step(&notice, why, lang))?;
    let (decision, card) = stepped(&mut call, notice, next).await?;
    Ok(call.say(decision, card))
}

/// 纪要: the interview was held. It is recorded as an activity, and within thirty days its unit reports what it
/// has put right; that is verified by 办结.
pub(super) async fn held(call: Call<'_>, notice: Notice, said: &str) -> Result<Decision, Failure> {
    let (lang, today, handle) = (call.lang(), call.now.today(), notice.handle);
    let usage = || {
        told(say!(
            lang,
            "请写哪天谈的、谈了什么（不能是以后的日期），没有登记。例：发文 {handle} 纪要 9月10日 明确月底前完成调试",
            "Say on which day and what; nothing was recorded. E.g. notices {handle} minutes 2018-09-10 to be done by the end of the month"
        ))
    };
    if notice.form != Form::Interview {
        return Err(usage());
    }
    if said.is_empty() {
        let question = say!(
            lang,
            "哪天谈的、谈了什么？例：9月10日 明确月底前完成调试",
            "On which day was it held, and what was said? E.g. 2018-09-10 to be done by the end of the month"
        );
        return wants(&call, &notice, say!(lang, "纪要", "minutes"), question);
    }
    let heard = activity::told(&format!("约谈 {said}"), today, &call.basis.calendar).map_err(|_| usage())?;
    let by = heard.on + Days::new(REPORT);
    let next = notice.held(by).map_err(|why| no_step(&notice, why, lang))?;
    let (number, (record, _)) = (notice.name(lang), store::activities::next_handles(&mut *call.read).await?);
    let recorded = NewActivity {
        id: Uuid::now_v7(),
        handle: record,
        kind: activity::Kind::Interview,
        on: heard.on,
        round: notice.round,
        title: heard.title,
        carrier: None,
        count: 1,
        items: notice.lines.iter().map(|line| line.item).collect(),
        units: notice.copies.iter().map(|copy| copy.unit.id).collect(),
        notice: Some(notice.id),
    };
    let (on, title) = (recorded.on, recorded.title.clone());
    let mut decision =
        moved(&call, &notice, next)?.with(Effect::Activity(ActivityEffect::Recorded(Box::new(recorded))));
    for copy in &notice.copies {
        let told =
            Text::plain(format!("🗒 {number} 的约谈已于 {on} 进行：{title}\n请于 {by} 前书面报告整改情况："))
                .code(format!("回复 {number} 整改情况"));
        // What was answered before is about the time before.
        decision = copy_moved(decision, copy, CopyStanding { answered_at: None, ..copy.standing.clone() })
            .saying(Reply::notice(Audience::UnitContact(copy.unit.id), told, call.now));
    }
    Ok(call.say(
        decision,
        Message::plain(say!(
            lang,
            "✅ 已记约谈 {on}：{title}。单位 {by} 前（{REPORT} 天）书面报告整改情况，核实后请办结。",
            "✅ The interview of {on} is recorded: {title}. Its unit reports until {by} ({REPORT} days); verify and close it then."
        )),
    ))
}
