//! 申请销号: the lead unit applies, one point after another: each measure of the plan, each standard. What was
//! said in an earlier application is offered again; a whole sentence does as well. Files are never required.

use super::points::line_of;
use super::walk::{self, ask};
use super::{
    APPLIES, CHECKS, REPORTS, button, completed_on, contact_lang, course, ended, head, item, not_there_yet,
    step,
};
use crate::commands::evidence::Evidence;
use crate::commands::held::{line, meant, wants_a_yes};
use crate::commands::{Call, Failure, evidence, questions, told, wording};
use crate::domain::acceptance::{
    AcceptanceEffect, Answer, Application, Applying, Course, Days, Ended, NewApplication, Point, Stage,
};
use crate::domain::attachment::Place;
use crate::domain::decision::{Audience, Change, Decision, Reply};
use crate::domain::listing::Stage as Listed;
use crate::domain::{Both, Item, Lang, Message, Status, Text};
use crate::store::people::Reader;
use crate::{say, store};

/// Items offered.
const OFFERED: usize = 8;
const WITHDRAW: [&str; 3] = ["撤回", "撤销", "withdraw"];
/// Every point is met.
const ALL: [&str; 10] = [
    "五项均已达到",
    "五项标准均已达到",
    "全部达到",
    "全部达标",
    "全部完成",
    "全部已完成",
    "均已完成",
    "均已达到",
    "all met",
    "all done",
];

pub(super) async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    if call.words.is_empty() {
        return offer(call).await;
    }
    let item = item(&mut call, is_lead).await?;
    if let Some(decision) = evidence::refuse_secret(&mut call).await? {
        return Ok(decision);
    }
    let course = course(&mut call, &item).await?;
    if WITHDRAW.iter().any(|word| call.words.take_word(word)) {
        return withdrawn(call, &item, &course).await;
    }
    may_apply(&call, &item, &course)?;
    let said = call.words.rest();
    super::fits(&call, &said)?;
    let points = walk::of(&mut call, &item).await?;
    let applying = match all_met(&said) {
        Some(summary) => {
            let answers = vec![Answer::default(); points.len()];
            Applying { answers, summary: summary.to_owned(), ..Applying::default() }
        }
        None => Applying { summary: said, ..Applying::default() },
    };
    // What was said to the application before stands until something else is said.
    let before = course.application.as_ref().filter(|_| applying.summary.is_empty());
    let before = before.filter(|before| !matches!(before.ended, Some((_, Ended::SignedOff))));
    let (summary, whole) = before
        .map_or((applying.summary, Vec::new()), |before| (before.summary.clone(), before.files.clone()));
    let applying = Applying { summary, whole, ..applying };
    let lead = wanted(&course, call.lang()).map_or(String::new(), |wanted| wanted + "\n");
    let evidence = Evidence::of_report(&mut call, &[]).await?;
    ask(call, &item, &course, points, applying, evidence, lead).await
}

/// What was asked for when an earlier application was not enough.
fn wanted(course: &Course, lang: Lang) -> Option<String> {
    match (course.stage(), &course.application) {
        (Some((_, Stage::ToSupplement(check))), _) => {
            let (on, unit, text) = (check.checked_on, &check.unit.name, &check.text);
            Some(say!(lang, "{on} {unit}要求补充：{text}", "{on}, wanted by {unit}: {text}"))
        }
        (None, Some(Application { ended: Some((on, Ended::Returned)), reason, .. }))
            if !reason.is_empty() =>
        {
            Some(say!(lang, "{on} 退回：{reason}", "sent back on {on}: {reason}"))
        }
        _ => None,
    }
}

/// What whoever checks is to know of an application that is not the first: what was asked for, and what is new
/// against the answers `before`.
fn anew(course: &Course, before: &[(Point, Answer)], new: &NewApplication, lang: Lang) -> Text {
    let (Some(wanted), Some(last)) = (wanted(course, lang), &course.application) else {
        return Text::default();
    };
    let mut text = Text::plain(say!(lang, "\n再次申请。{wanted}", "\nApplied for again. {wanted}"));
    let mut news = Text::default();
    for (point, given) in new.answers.iter().filter(|answer| !before.contains(answer)) {
        news.0.extend(line_of(point, given, lang).0);
    }
    if new.summary != last.summary && !new.summary.is_empty() {
        let summary = wording::head(&new.summary, 80);
        news = news.then(say!(lang, "\n说明：{summary}", "\nsaid: {summary}"));
    }
    let files = new.files.iter().filter(|file| !last.files.contains(file)).count();
    if files > 0 {
        news = news.then(say!(lang, "\n其他材料 {files} 个文件", "\nother files: {files}"));
    }
    text = text.then(match news.0.is_empty() {
        true => say!(lang, "\n填的内容和上次一样。", "\nNothing was written anew."),
        false => say!(lang, "\n这次新填：", "\nnew this time:"),
    });
    text.0.extend(news.0);
    text
}

/// `全部完成了，…`: what stands behind is the explanation, as it was said. Without a mark between, all of it is.
fn all_met(said: &str) -> Option<&str> {
    let bare = said.strip_prefix('已').unwrap_or(said);
    let rest = ALL.iter().find_map(|all| bare.strip_prefix(all))?;
    let is_gap = |c: char| c.is_whitespace() || "，。！；：,.!;:".contains(c);
    let is_over = |rest: &&str| rest.is_empty() || rest.starts_with(is_gap);
    let particle = ["了", "啦"].iter().find_map(|word| rest.strip_prefix(word)).filter(is_over);
    let rest = particle.or(Some(rest).filter(is_over));
    Some(rest.map_or(said, |rest| rest.trim_start_matches(is_gap)))
}

/// The lead unit alone applies, or whoever stands in for its contact.
pub(super) fn is_lead(call: &Call<'_>, item: &Item) -> Result<(), Failure> {
    let (lang, number, lead) = (call.lang(), item.number, &item.lead.name);
    if call.speaker()?.unit.id == item.lead.id {
        return Ok(());
    }
    let is_co = item.part_of(call.speaker()?.unit.id).is_some();
    Err(Failure::Refused {
        what: "apply_not_yours",
        item: Some(item.id),
        told: Message::plain(match is_co {
            true => say!(
                lang,
                "第 {number} 项由牵头单位{lead}申请销号，配合单位不用申请。",
                "{lead} leads item {number} and applies; a co-unit need not."
            ),
            false => say!(
                lang,
                "第 {number} 项不是你单位牵头的事项，不能申请销号。",
                "Item {number} is not led by your unit."
            ),
        }),
    })
}

pub(super) fn may_apply(call: &Call<'_>, item: &Item, course: &Course) -> Result<(), Failure> {
    let (lang, number, percent) = (call.lang(), item.number, item.state.percent);
    if item.state.status == Status::SignedOff {
        return Err(told(say!(
            lang,
            "第 {number} 项已销号，不用再申请。",
            "Item {number} is signed off already."
        )));
    }
    match course.stage() {
        Some((_, Stage::ToSupplement(_))) => return Ok(()),
        Some((open, Stage::ToCheck)) => {
            let (by, on) = (if open.by.is_empty() { &open.unit.name } else { &open.by }, open.applied_on);
            return Err(Failure::Told(
                Message::plain(say!(
                    lang,
                    "第 {number} 项已由{by}于 {on} 申请销号，等待核查，不用再申请。",
                    "{by} applied for item {number} on {on}; it waits for the check."
                ))
                .row([button(
                    say!(lang, "撤回申请", "Take it back"),
                    APPLIES,
                    item,
                    &say!(lang, "撤回", "withdraw"),
                    lang,
                )]),
            ));
        }
        Some(_) => return Err(not_there_yet(call, item, course)),
        None => {}
    }
    if percent < 100 && !item.state.status.is_completed() {
        return Err(Failure::Told(
            Message::plain(say!(
                lang,
                "第 {number} 项现在报的是 {percent}%。整改完成、报到 100% 以后再申请销号。",
                "Item {number} stands at {percent}%: report 100% first, then apply."
            ))
            .row([button(say!(lang, "报 100%", "Report 100%"), REPORTS, item, "100", lang)]),
        ));
    }
    Ok(())
}

/// Without a number: what could be applied for.
async fn offer(call: Call<'_>) -> Result<Decision, Failure> {
    let (lang, unit, rounds) = (call.lang(), call.speaker()?.unit.id, call.rounds());
    let items = store::items::of_unit(&mut *call.read, &rounds, unit, Listed::All).await?;
    let is_ready = |item: &&Item| {
        let status = item.state.status;
        item.lead.id == unit
            && (item.state.percent == 100 || status == Status::Completed)
            && !status.is_awaiting()
            && !matches!(status, Status::Publicity | Status::SignedOff)
    };
    let ready: Vec<&Item> = items.iter().filter(is_ready).collect();
    if ready.is_empty() {
        return Ok(call.answer(Message::plain(say!(
            lang,
            "本单位没有报到 100%、还没申请销号的牵头事项。",
            "Your unit leads no item at 100% that is not applied for."
        ))));
    }
    let mut message = Message::plain(say!(lang, "申请哪一项？", "Which item?"));
    for item in ready.into_iter().take(OFFERED) {
        let number = item.number;
        let label = match call.shows(item) {
            true => format!("{number} {}", wording::head(&item.title, 16)),
            false => number.to_string(),
        };
        message = message.row([button(label, APPLIES, item, "", lang)]);
    }
    Ok(call.answer(message))
}

/// What is sent along stands with the item; the point names it besides.
pub(super) fn place_of(item: &Item) -> Place {
    Place { item: item.id, report: None, answer: None }
}

pub(super) async fn submitted(
    mut call: Call<'_>,
    item: Item,
    course: &Course,
    points: Vec<Point>,
    applying: Applying,
    mut evidence: Evidence,
) -> Result<Decision, Failure> {
    let (lang, today, speaker, number) = (call.lang(), call.now.today(), call.speaker()?, item.number);
    // What is completed stays so: only the check can take that away.
    let status = match item.state.status.is_completed() {
        true => item.state.status,
        false => Status::Applied,
    };
    let new = NewApplication {
        id: uuid::Uuid::now_v7(),
        item: item.id,
        unit: item.lead.id,
        post: speaker.post,
        summary: applying.summary.clone(),
        answers: points.into_iter().zip(applying.answers).collect(),
        files: applying.whole,
    };
    let completed_on = completed_on(&mut call, &item, course, today).await?;
    let days = Days { completed_on, ..course.days };
    let before = match &course.application {
        Some(last) => store::acceptance::answers(&mut *call.read, last.id).await?,
        None => Vec::new(),
    };
    let anew_of = [Lang::Zh, Lang::En].map(|lang| anew(course, &before, &new, lang));
    let mut decision = step(&call, &item, status, item.state.verified_percent, Change::Applied)?;
    if let Some(open) = course.open() {
        let renewed = ended(item.id, open, Ended::Renewed, "");
        decision = decision.accepting(renewed);
    }
    decision = decision.accepting(AcceptanceEffect::Applied(new)).accepting(AcceptanceEffect::Dated {
        item: item.id,
        version: item.version + 1,
        days,
    });
    decision = questions::ending(&call, evidence.place(decision, place_of(&item)).0);
    let checks = match item.acceptance_unit {
        Some(unit) => store::people::unit(&mut *call.read, unit).await?,
        None => None,
    };
    let arrived = |lang: Lang, mine: bool| {
        let (unit, by) = (&item.lead.name, &speaker.post_title);
        let mut text = Text::plain("📥 ");
        text.0.extend(head(&item, lang).0);
        text = text.then(say!(lang, "\n{unit}申请销号（{by}）", "\n{unit} applies for sign-off ({by})"));
        text = text.then(match (&checks, mine) {
            (Some(_), true) => say!(lang, "，请核查。", "; please check it."),
            (Some(checks), false) => {
                let name = &checks.name;
                say!(lang, "，由{name}核查。", "; {name} checks it.")
            }
            (None, _) => say!(
                lang,
                "，由整改办核查；要指定验收单位：核查 {number} 由 单位",
                "; the office checks it, or names a unit: check {number} by UNIT"
            ),
        });
        let [zh, en] = &anew_of;
        text.0.extend(if lang == Lang::Zh { zh } else { en }.0.iter().cloned());
        Message::from(text).row([button(say!(lang, "看申请", "Show it"), CHECKS, &item, "", lang)])
    };
    if let Some(unit) = &checks {
        let to = contact_lang(&mut call, unit.id).await?;
        decision =
            decision.saying(Reply::notice(Audience::UnitContact(unit.id), arrived(to, true), call.now));
    }
    decision = decision.saying(Reply::notice(Audience::Office(None), arrived(Lang::Zh, false), call.now));
    let who =
        checks.as_ref().map_or(Both { zh: "整改办", en: "the office" }.pick(lang), |unit| &unit.name);
    let text = Text::default().strong(say!(lang, "✅ 已申请销号", "✅ Applied")).then(say!(
        lang,
        " 第 {number} 项，由{who}核查，结论会告诉你。",
        " for item {number}; {who} checks it, and you will hear the conclusion."
    ));
    let undo =
        button(say!(lang, "撤回申请", "Take it back"), APPLIES, &item, &say!(lang, "撤回", "withdraw"), lang);
    Ok(call.say(decision, Message::from(text).row([undo])))
}

/// 撤回, as long as nobody has concluded anything. Whose application it was is told.
async fn withdrawn(mut call: Call<'_>, item: &Item, course: &Course) -> Result<Decision, Failure> {
    let (lang, number) = (call.lang(), item.number);
    let Some((open, Stage::ToCheck | Stage::ToSupplement(_))) = course.stage() else {
        return Err(match course.stage() {
            Some(_) => told(say!(
                lang,
                "第 {number} 项已经核查通过，不能撤回；确需退回请联系整改办。",
                "Item {number} has passed the check and cannot be taken back: tell the office."
            )),
            None => not_there_yet(&call, item, course),
        });
    };
    let speaker = call.speaker()?;
    let other = open.post.filter(|post| *post != speaker.post);
    let said = call.words.rest();
    if other.is_some() && !meant(&said).1 {
        let line = line(&call, APPLIES, item, &say!(lang, "撤回", "withdraw"));
        let by = &open.by;
        let question = head(item, lang).then(say!(
            lang,
            "：销号申请是{by}提交的，要撤回吗？撤回后会告诉对方。",
            ": {by} handed the application in. Take it back? {by} is told."
        ));
        return wants_a_yes(&call, item, (line, ""), question, say!(lang, "撤回", "Take it back"));
    }
    let was_completed = item.state.status.is_completed();
    let status = if was_completed { item.state.status } else { Status::InProgress };
    let completed_on = course.days.completed_on.filter(|_| was_completed);
    let mut decision = step(&call, item, status, item.state.verified_percent, Change::Unapplied)?
        .accepting(ended(item.id, open, Ended::Withdrawn, ""))
        .accepting(AcceptanceEffect::Dated {
            item: item.id,
            version: item.version + 1,
            days: Days { completed_on, ..course.days },
        });
    if let Some(other) = other {
        let to = store::people::lang_of(&mut *call.read, Reader::Post(other)).await?;
        let by = &speaker.post_title;
        let heard = head(item, to).then(say!(
            to,
            "：你提交的销号申请已由{by}撤回。",
            ": the application you handed in was taken back by {by}."
        ));
        decision = decision.saying(Reply::notice(Audience::Post(other), heard, call.now));
    }
    let told = head(item, Lang::Zh).then(say!(
        Lang::Zh,
        "：销号申请已由单位撤回。",
        ": the application was taken back."
    ));
    let decision = decision.saying(Reply::notice(Audience::Office(None), told, call.now));
    let text = say!(
        lang,
        "↩️ 第 {number} 项的销号申请已撤回，可以改好再申请。",
        "↩️ The application for item {number} was taken back; apply again whenever it is ready."
    );
    Ok(call.say(decision, Message::plain(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_behind_all_met_is_kept_word_for_word() {
        for (said, summary) in [
            ("全部完成 已联网，出水稳定达一级A", Some("已联网，出水稳定达一级A")),
            ("全部完成了，了结案件3起", Some("了结案件3起")),
            ("已全部达标", Some("")),
            ("全部完成雨污分流改造", Some("全部完成雨污分流改造")),
            ("全部完成了结案", Some("全部完成了结案")),
            ("污水已截流", None),
        ] {
            assert_eq!(all_met(said), summary, "{said}");
        }
    }
}
