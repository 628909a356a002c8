//! 签发: a notice gets its number and goes out; what else moves with it, in the same commit.

use chrono::{Datelike, NaiveDate};
use uuid::Uuid;

use super::message;
use super::steps::{moved, no_step, stamp};
use crate::commands::{Call, Failure, posts, proposals, told};
use crate::domain::decision::{Aggregate, Audience, Decision, Effect, OnDoubt, Reply, Saying};
use crate::domain::ladder::CaseStanding;
use crate::domain::notice::effects::NoticeEffect;
use crate::domain::notice::series::Series;
use crate::domain::notice::{Form, Line, Notice, text};
use crate::domain::{Button, Lang, Message, Now, Text, UnitRef};
use crate::{say, store};

/// Signed, numbered and on its way, in one commit: no number without a notice, no notice without its number.
pub(super) async fn sign(mut call: Call<'_>, notice: Notice) -> Result<Decision, Failure> {
    let (lang, today) = (call.lang(), call.now.today());
    let is_alone = super::is_alone(&mut call).await?;
    let (by, handle) = (stamp(&call)?, notice.handle);
    // Before a number is thought of.
    notice.sign(by.clone(), is_alone, String::new()).map_err(|why| no_step(&notice, why, lang))?;
    let Some(agency) = store::series::agency(&mut *call.read).await? else {
        return Err(Failure::Told(
            Text::plain(say!(
                lang,
                "还没有设代字，编不出文号，没有签发。设一次就行，例：",
                "The abbreviation for numbers is not set; nothing was signed. Set it once, e.g. "
            ))
            .code(message::says(&say!(lang, "代字 安整改办", "abbr 安整改办"), lang))
            .into(),
        ));
    };
    if let Some(by) = notice.standing.answer_by.filter(|by| *by <= today) {
        let line = message::says(&say!(lang, "{handle} 限期 5个工作日", "{handle} limit 5 days"), lang);
        return Err(told(say!(
            lang,
            "回复限期 {by} 已到，没有签发。请先改：{line}",
            "The answer was due by {by}; nothing was signed. Set another day first: {line}"
        )));
    }
    if let Some(changed) = changed(&mut call, &notice).await? {
        return Err(Failure::Told(
            Message::plain(say!(
                lang,
                "第 {changed} 项的进度在拟稿后有变化，没有签发。请先更新现状，再核稿。",
                "Item {changed} has moved since this was drafted; nothing was signed. Refresh the figures and have it checked again."
            ))
            .row([Button::new(
                say!(lang, "更新现状", "Refresh"),
                message::says(&say!(lang, "{handle} 更新", "{handle} refresh"), lang),
            )]),
        ));
    }
    let year = today.year();
    let found = store::series::series(&mut *call.read, &agency.abbr, notice.form, year).await?;
    let series = found.unwrap_or_else(|| Series::begun(Uuid::now_v7(), &agency.abbr, notice.form, year));
    let (number, behind) = series.take();
    let next = notice.sign(by, is_alone, number.clone()).map_err(|why| no_step(&notice, why, lang))?;
    let mut decision = moved(&call, &notice, next)?;
    // Written before the notice that bears the number: of two that begin a series, one is told so.
    decision.effects.insert(0, Effect::Notice(NoticeEffect::NumberTaken(behind)));
    if let Some(version) = series.version {
        decision = decision.changing(Aggregate::Series, series.id, version);
    }
    let leaves = call.basis.calendar.leaves_at(call.now);
    for copy in &notice.copies {
        decision = decision.saying(Reply {
            audience: Audience::UnitContact(copy.unit.id),
            say: Saying::Copy(copy.id),
            not_before: Some(leaves),
            on_doubt: OnDoubt::Repeat,
            card_of: None,
        });
    }
    if matches!(notice.form, Form::Supervision | Form::Interview) {
        decision = with_heads(&mut call, decision, &notice, &number).await?;
    }
    let decision = limits_begin(&mut call, decision, &notice, Now::at(leaves).today()).await?;
    let (decision, before) = escalating(&mut call, decision, &notice).await?;
    let (count, when, units) =
        (notice.addressed().count(), Now::at(leaves).spoken(), message::names(&notice, lang));
    let mut text =
        Text::default().strong(say!(lang, "✅ {number} 已签发", "✅ {number} is signed")).then(say!(
            lang,
            "，{when} 起发给{units}（{count} 份）。",
            "; it goes to {units} from {when} on ({count} copies)."
        ));
    let cc = &notice.standing.cc;
    if !cc.is_empty() {
        text = text.then(say!(lang, "抄送{cc}。", " Copied to {cc}."));
    }
    let addressees: Vec<&UnitRef> = notice.copies.iter().map(|copy| &copy.unit).collect();
    let away = posts::out_of_reach(&mut call, &addressees).await?;
    if !away.is_empty() {
        let away = away.join(say!(lang, "、", ", ").as_str());
        text = text.then(say!(
            lang,
            "\n{away}没有绑定联络员，请另行送达。",
            "\nNo contact of {away} is bound: deliver it yourself."
        ));
    }
    if !before.is_empty() {
        let before = before.join(say!(lang, "、", ", ").as_str());
        text = text.then(say!(
            lang,
            "\n过了限期没有办的 {before} 记为升级，由本件接替，不用再签收、回复。",
            "\nWhat is past its limit is recorded as escalated, and nothing is owed of it any more: {before}."
        ));
    }
    let see = Button::new(say!(lang, "看送达", "How it fares"), message::says(&handle.to_string(), lang));
    Ok(call.say(decision, Message::from(text).row([see])))
}

/// The limits of the cases for which it was drafted begin on the day it goes out.
async fn limits_begin(
    call: &mut Call<'_>,
    mut decision: Decision,
    notice: &Notice,
    on: NaiveDate,
) -> Result<Decision, Failure> {
    let ids: Vec<Uuid> = notice.lines.iter().map(|line| line.item).collect();
    let rung = notice.form.rung();
    let mut drafting = store::cases::open_of(&mut *call.read, &ids).await?;
    drafting.retain(|case| case.is_drafting && case.standing.rung == rung);
    if drafting.is_empty() {
        return Ok(decision);
    }
    for item in store::items::these(&mut *call.read, &ids).await? {
        if let Some(case) = drafting.iter().find(|case| case.item == item.id && case.unit == item.lead.id) {
            let begun = case.standing.on(case.ladder.at(rung), on, call.basis);
            // The office may have chosen a rung that the city's ladder leaves out.
            decision = proposals::moving(call, decision, &item, case, CaseStanding { rung, ..begun });
        }
    }
    Ok(decision)
}

/// The heads of the units hear of a paper that is also their affair; their contacts have the copies.
async fn with_heads(
    call: &mut Call<'_>,
    mut decision: Decision,
    notice: &Notice,
    number: &str,
) -> Result<Decision, Failure> {
    let units: Vec<Uuid> = notice.addressed().map(|copy| copy.unit.id).collect();
    for (unit, post) in store::people::heads(&mut *call.read, &units).await? {
        let of_unit = notice.for_unit(unit);
        let (form, title) = (notice.form.word().zh, &of_unit.title);
        let by = notice.standing.answer_by.map_or(String::new(), |by| format!("，书面回复限期 {by}"));
        let told = Message::plain(format!("📨 {form} {number}\n{title}，已发给你单位联络员{by}。"))
            .row([Button::new("看全文", message::says(number, Lang::Zh))]);
        decision = decision.saying(Reply::notice(Audience::Post(post), told, call.now));
    }
    Ok(decision)
}

/// Copies past their limit that went to the same units about the same items: this paper is the next one. The
/// numbers come back with the decision.
async fn escalating(
    call: &mut Call<'_>,
    mut decision: Decision,
    notice: &Notice,
) -> Result<(Decision, Vec<String>), Failure> {
    let today = call.now.today();
    let units: Vec<Uuid> = notice.addressed().map(|copy| copy.unit.id).collect();
    let mut past = store::overdue::copies(&mut *call.read, Some(&units)).await?;
    past.retain(|copy| {
        let is_about = |line: &Line| copy.items.iter().any(|(item, _)| *item == line.item);
        !copy.is_escalated && notice.lines.iter().any(is_about) && copy.past(today, call.basis).is_some()
    });
    if past.is_empty() {
        return Ok((decision, Vec::new()));
    }
    for copy in &past {
        decision = decision.changing(Aggregate::Copy, copy.id, copy.version);
    }
    let copies = past.iter().map(|copy| copy.id).collect();
    let mut numbers: Vec<String> = past.into_iter().map(|copy| copy.number).collect();
    numbers.dedup();
    let escalated = NoticeEffect::Escalated { copies, by: notice.id };
    Ok((decision.with(Effect::Notice(escalated)), numbers))
}

/// The first item of which it no longer says the truth: told as of its own day, so that days alone change nothing.
async fn changed(call: &mut Call<'_>, notice: &Notice) -> Result<Option<i32>, Failure> {
    let ids: Vec<Uuid> = notice.lines.iter().map(|line| line.item).collect();
    let items = store::items::these(&mut *call.read, &ids).await?;
    let changed = items.iter().find(|item| {
        let fresh = text::line(item, notice.as_of, call.basis);
        // A circular puts the unit's name before it.
        notice.lines.iter().any(|line| line.item == item.id && !line.fact.ends_with(&fresh.fact))
    });
    Ok(changed.map(|item| item.number))
}
