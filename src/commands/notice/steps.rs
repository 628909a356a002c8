//! What the office does with a notice: 核稿, 签发 with a number, 要求, 限期, 更新, 退回 of an answer, 办结, 作废.

use chrono::{Datelike, NaiveDate};
use uuid::Uuid;

use super::draft::DEMAND;
use super::{circular, interview, message};
use crate::commands::{Call, Failure, told, wording};
use crate::domain::decision::{Aggregate, Audience, Decision, Effect, OnDoubt, Reply, Saying};
use crate::domain::leave::span;
use crate::domain::notice::effects::NoticeEffect;
use crate::domain::notice::series::Series;
use crate::domain::notice::{
    CopyStanding, Form, Line, NoStep, Notice, NoticeCopy, Stamp, Standing, State, text,
};
use crate::domain::{Button, Lang, Message, Now, Text, sentence};
use crate::{say, store};

/// The longest reason, in characters.
pub(super) const REASON: usize = 200;

/// Takes the step that these words say.
pub(super) async fn take(call: Call<'_>, notice: Notice, said: String) -> Result<Decision, Failure> {
    super::office_only(&call)?;
    let verb = |words: [&str; 2]| {
        words.iter().find_map(|word| said.strip_prefix(word)).map(|rest| rest.trim().to_owned())
    };
    if verb(["核稿", "check"]).is_some() {
        return check(call, notice).await;
    }
    if verb(["签发", "sign"]).is_some() {
        return sign(call, notice).await;
    }
    if let Some(demand) = verb(["要求", "demand"]) {
        return amend(call, notice, Some(demand), None).await;
    }
    if let Some(day) = verb(["限期", "limit"]) {
        return amend(call, notice, None, Some(&day)).await;
    }
    if verb(["更新", "refresh"]).is_some() {
        return refresh(call, notice).await;
    }
    if let Some(whom) = verb(["办结", "close"]) {
        return close(call, notice, &whom);
    }
    if let Some(what) = verb(["退回", "return"]) {
        return send_back(call, notice, &what);
    }
    if let Some(by) = verb(["批准", "approve"]) {
        return interview::approve(call, notice, &by).await;
    }
    if let Some(minutes) = verb(["纪要", "minutes"]) {
        return interview::held(call, notice, &minutes).await;
    }
    if let Some(reason) = verb(["作废", "void"]) {
        return void(call, notice, &reason);
    }
    Err(told(say!(
        call.lang(),
        "没看懂要办什么，没有动。可以：核稿、签发、要求、限期、更新、办结、退回、作废；约谈还有：批准、纪要。",
        "The step was not understood; nothing was done. There are: check, sign, demand, limit, refresh, close, return, void; of an interview: approve, minutes."
    )))
}

/// The speaker, now.
pub(super) fn stamp(call: &Call<'_>) -> Result<Stamp, Failure> {
    let speaker = call.speaker()?;
    Ok(Stamp { post: speaker.post, title: speaker.post_title.clone(), at: call.now.utc })
}

/// The notice as it stands after this step.
pub(super) fn moved(call: &Call<'_>, notice: &Notice, next: Standing) -> Result<Decision, Failure> {
    let moved = NoticeEffect::Moved { notice: notice.id, next: Box::new(next) };
    Ok(call
        .decision()
        .by(call.speaker()?)
        .changing(Aggregate::Notice, notice.id, notice.version)
        .with(Effect::Notice(moved)))
}

pub(super) fn no_step(notice: &Notice, why: NoStep, lang: Lang) -> Failure {
    let name = notice.name(lang);
    told(match why {
        NoStep::OwnDraft => say!(
            lang,
            "{name}是你拟的稿，核稿和签发请另一位同事办，没有动。",
            "You drafted {name}: a colleague checks and signs it. Nothing was done."
        ),
        NoStep::OwnCheck => {
            let line = message::says(&format!("{} {}", notice.handle, say!(lang, "核稿", "check")), lang);
            say!(
                lang,
                "{name}是拟稿人自己核的（当时整改办只有一人）。现在有别的同事，请先由同事再核稿，没有签发。核稿请发：{line}",
                "{name} was checked by whoever drafted it, who was alone in the office. Now a colleague checks it first; nothing was signed. To check it: {line}"
            )
        }
        NoStep::NotApproved => {
            let line = message::says(
                &format!(
                    "{} {}",
                    notice.handle,
                    say!(lang, "批准 分管副市长 9月3日", "approve the vice-mayor")
                ),
                lang,
            );
            say!(
                lang,
                "{name}还没有批准，没有签发。约谈先报批，记下谁批准的：{line}",
                "{name} is not approved; nothing was signed. Record who approved it: {line}"
            )
        }
        NoStep::NotNow(State::Draft) => {
            let line = message::says(&format!("{} {}", notice.handle, say!(lang, "核稿", "check")), lang);
            say!(
                lang,
                "{name}还没有核稿，没有动。核稿请发：{line}",
                "{name} is not checked yet; nothing was done. To check it: {line}"
            )
        }
        NoStep::NotNow(state) => {
            let state = state.word().pick(lang);
            let form = notice.form.word().pick(lang);
            say!(lang, "{name}（{form}）{state}，没有动。", "{name} ({form}): {state}; nothing was done.")
        }
    })
}

async fn check(mut call: Call<'_>, notice: Notice) -> Result<Decision, Failure> {
    let lang = call.lang();
    let is_alone = super::is_alone(&mut call).await?;
    let next = notice.check(stamp(&call)?, is_alone).map_err(|why| no_step(&notice, why, lang))?;
    let decision = moved(&call, &notice, next.clone())?;
    let card = super::card(&mut call, &Notice { standing: next, ..notice }).await?;
    Ok(call.say(decision, card))
}

/// Signed, numbered and on its way, in one commit: no number without a notice, no notice without its number.
async fn sign(mut call: Call<'_>, notice: Notice) -> Result<Decision, Failure> {
    let (lang, today) = (call.lang(), call.now.today());
    let is_alone = super::is_alone(&mut call).await?;
    let (by, handle) = (stamp(&call)?, notice.handle);
    // Before a number is thought of.
    notice.sign(by.clone(), is_alone, String::new()).map_err(|why| no_step(&notice, why, lang))?;
    let Some(agency) = store::notices::agency(&mut *call.read).await? else {
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
    let found = store::notices::series(&mut *call.read, &agency.abbr, notice.form, year).await?;
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
    let (decision, before) = escalating(&mut call, decision, &notice).await?;
    let (count, when, units) = (notice.copies.len(), Now::at(leaves).spoken(), message::names(&notice, lang));
    let mut text =
        Text::default().strong(say!(lang, "✅ {number} 已签发", "✅ {number} is signed")).then(say!(
            lang,
            "，{when} 起发给{units}（{count} 份）。",
            "; it goes to {units} from {when} on ({count} copies)."
        ));
    let ids: Vec<Uuid> = notice.copies.iter().map(|copy| copy.unit.id).collect();
    let away = store::people::unreachable(&mut *call.read, &ids).await?;
    let away: Vec<&str> = notice
        .copies
        .iter()
        .filter(|copy| away.contains(&copy.unit.id))
        .map(|copy| copy.unit.name.as_str())
        .collect();
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
            "\n过了限期没有办的 {before} 记为升级。",
            "\nWhat is past its limit is recorded as escalated: {before}."
        ));
    }
    let see = Button::new(say!(lang, "看送达", "How it fares"), message::says(&handle.to_string(), lang));
    Ok(call.say(decision, Message::from(text).row([see])))
}

/// Copies past their limit that went to the same units about the same items: this paper is the next one. The
/// numbers come back with the decision.
async fn escalating(
    call: &mut Call<'_>,
    mut decision: Decision,
    notice: &Notice,
) -> Result<(Decision, Vec<String>), Failure> {
    let today = call.now.today();
    let units: Vec<Uuid> = notice.copies.iter().map(|copy| copy.unit.id).collect();
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
    Ok((decision.with(Effect::Notice(NoticeEffect::Escalated { copies })), numbers))
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

/// The figures of today; it is checked anew.
async fn refresh(mut call: Call<'_>, notice: Notice) -> Result<Decision, Failure> {
    let (lang, today) = (call.lang(), call.now.today());
    let fresh = match notice.form {
        Form::Circular => circular::renewed(&mut call, &notice, None).await?,
        _ => {
            let standing = &notice.standing;
            let next = notice
                .amended(standing.demand.clone(), standing.answer_by)
                .map_err(|why| no_step(&notice, why, lang))?;
            let ids: Vec<Uuid> = notice.lines.iter().map(|line| line.item).collect();
            let mut items = store::items::these(&mut *call.read, &ids).await?;
            items.sort_by_key(|item| ids.iter().position(|id| *id == item.id));
            Notice {
                lines: items.iter().map(|item| text::line(item, today, call.basis)).collect(),
                as_of: today,
                basis_version: call.basis.version,
                standing: next,
                ..notice.clone()
            }
        }
    };
    let card = super::card(&mut call, &fresh).await?;
    let decision = moved(&call, &notice, fresh.standing.clone())?
        .with(Effect::Notice(NoticeEffect::Refreshed(Box::new(fresh))));
    Ok(call.say(decision, card))
}

/// Another demand, or another day for the answer.
async fn amend(
    mut call: Call<'_>,
    notice: Notice,
    demand: Option<String>,
    day: Option<&str>,
) -> Result<Decision, Failure> {
    let lang = call.lang();
    if demand.as_ref().is_some_and(|demand| !wording::fits(demand, DEMAND)) {
        return Err(told(say!(
            lang,
            "要求请写一句到 {DEMAND} 字，没有改。",
            "Please say what is required, within {DEMAND} characters; nothing was changed."
        )));
    }
    let day = match day {
        None => notice.standing.answer_by,
        Some(said) => Some(read_day(&call, said).ok_or_else(|| {
            told(say!(
                lang,
                "没看懂限期，或不在今天以后，没有改。例：9月20日、5个工作日。",
                "The day was not understood or has passed; nothing was changed. E.g. 2018-09-20."
            ))
        })?),
    };
    let demand = demand.unwrap_or_else(|| notice.standing.demand.clone());
    let next = notice.amended(demand, day).map_err(|why| no_step(&notice, why, lang))?;
    let decision = moved(&call, &notice, next.clone())?;
    let card = super::card(&mut call, &Notice { standing: next, ..notice }).await?;
    Ok(call.say(decision, card))
}

fn read_day(call: &Call<'_>, said: &str) -> Option<NaiveDate> {
    let today = call.now.today();
    let said = said.trim_end_matches(['前', '。']);
    let word = sentence::day(said).or_else(|| sentence::day(&format!("{said}内")));
    let day = match word {
        Some(word) => word.resolve(today, &|day| call.basis.calendar.is_workday(day)),
        None => span(said, today).ok()?.1,
    };
    (day > today).then_some(day)
}

/// The copies that are meant: all, or those of the unit named; and the words behind the name.
fn meant<'n, 's>(notice: &'n Notice, said: &'s str) -> (Vec<&'n NoticeCopy>, &'s str) {
    let (name, rest) = said.split_once(char::is_whitespace).unwrap_or((said, ""));
    match notice.copies.iter().find(|copy| !name.is_empty() && copy.unit.name == name) {
        Some(copy) => (vec![copy], rest.trim()),
        None => (notice.copies.iter().collect(), said),
    }
}

/// Closes copies; with the last one the notice is closed.
fn close(call: Call<'_>, notice: Notice, whom: &str) -> Result<Decision, Failure> {
    let lang = call.lang();
    if notice.standing.state != State::Signed {
        return Err(no_step(&notice, NoStep::NotNow(notice.standing.state), lang));
    }
    let (meant, rest) = meant(&notice, whom);
    if !rest.is_empty() {
        let names = message::names(&notice, lang);
        return Err(told(say!(
            lang,
            "“{rest}”不在主送单位里，没有办结。主送：{names}",
            "“{rest}” is no addressee; nothing was closed. It went to: {names}"
        )));
    }
    let is_open = |copy: &&&NoticeCopy| copy.standing.closed.is_none();
    let closing: Vec<&NoticeCopy> = meant.iter().filter(is_open).copied().collect();
    let left = notice.copies.iter().filter(|copy| copy.standing.closed.is_none()).count() - closing.len();
    let mut decision = match left {
        0 => moved(&call, &notice, notice.close(call.now.utc))?,
        _ => call.decision().by(call.speaker()?),
    };
    for copy in &closing {
        let next = CopyStanding { closed: Some(stamp(&call)?), ..copy.standing.clone() };
        decision = copy_moved(decision, copy, next);
    }
    let (name, count) = (notice.name(lang), closing.len());
    let silent = closing.iter().filter(|copy| copy.standing.answered_at.is_none()).count();
    let without = match silent {
        0 => String::new(),
        _ => say!(lang, "（其中 {silent} 份没有回复）", " ({silent} of them without an answer)"),
    };
    let rest = match left {
        0 if notice.lines.is_empty() => say!(lang, "全部办结。", "All of it is closed."),
        0 => say!(
            lang,
            "全部办结。办结的是这件文，事项照常办理、填报。",
            "All of it is closed: the paper, that is; its items go on."
        ),
        _ => say!(lang, "还有 {left} 份没有办结。", "{left} copies are open."),
    };
    Ok(call.say(
        decision,
        Message::plain(say!(
            lang,
            "✅ {name}：办结 {count} 份{without}。{rest}",
            "✅ {name}: {count} copies closed{without}. {rest}"
        )),
    ))
}

pub(super) fn copy_moved(decision: Decision, copy: &NoticeCopy, next: CopyStanding) -> Decision {
    let moved = NoticeEffect::CopyMoved { copy: copy.id, next: Box::new(next) };
    decision.changing(Aggregate::Copy, copy.id, copy.version).with(Effect::Notice(moved))
}

/// An answer is not enough: its unit is told why, and answers again.
fn send_back(call: Call<'_>, notice: Notice, said: &str) -> Result<Decision, Failure> {
    let (lang, handle) = (call.lang(), notice.handle);
    let (meant, reason) = meant(&notice, said);
    let [copy] = meant[..] else {
        let names = message::names(&notice, lang);
        return Err(told(say!(
            lang,
            "退回谁的回复？请写：发文 {handle} 退回 单位 原因。主送：{names}",
            "Whose answer? Send: notices {handle} return UNIT WHY. It went to: {names}"
        )));
    };
    let unit = &copy.unit.name;
    if copy.standing.answered_at.is_none() || copy.standing.closed.is_some() {
        return Err(told(say!(
            lang,
            "{unit}没有待审的回复，没有退回。",
            "{unit} has no answer to send back; nothing was done."
        )));
    }
    if !wording::fits(reason, REASON) {
        return Err(told(say!(
            lang,
            "请写一句退回的原因（{REASON} 字以内），没有退回。",
            "Say why, within {REASON} characters; nothing was sent back."
        )));
    }
    let next = CopyStanding { answered_at: None, returned: reason.to_owned(), ..copy.standing.clone() };
    let number = notice.name(lang);
    let told = Text::plain(format!("↩️ {number} 的回复被退回：{reason}\n请再回复："))
        .code(format!("回复 {number} 内容"));
    let returned = NoticeEffect::AnswerReturned { copy: copy.id, reason: reason.to_owned() };
    let moved = copy_moved(call.decision().by(call.speaker()?), copy, next);
    let decision = moved.with(Effect::Notice(returned)).saying(Reply::notice(
        Audience::UnitContact(copy.unit.id),
        told,
        call.now,
    ));
    Ok(call.say(
        decision,
        Message::plain(say!(
            lang,
            "↩️ 已退回{unit}的回复，对方会收到原因。",
            "↩️ The answer of {unit} is sent back; they are told why."
        )),
    ))
}

/// Void, for good. Who got it is told; its number is not used again.
fn void(call: Call<'_>, notice: Notice, reason: &str) -> Result<Decision, Failure> {
    let (lang, handle) = (call.lang(), notice.handle);
    if !wording::fits(reason, REASON) {
        let example =
            message::says(&say!(lang, "{handle} 作废 项目编号有误", "{handle} void wrong item"), lang);
        return Err(Failure::Told(
            Text::plain(say!(
                lang,
                "作废请写一句原因（{REASON} 字以内），没有作废。例：",
                "Say why, within {REASON} characters; nothing was voided. E.g. "
            ))
            .code(example)
            .into(),
        ));
    }
    let next = notice.void(reason, call.now.utc).map_err(|why| no_step(&notice, why, lang))?;
    let mut decision = moved(&call, &notice, next)?;
    let name = notice.name(lang);
    let reached: Vec<&NoticeCopy> = notice.copies.iter().filter(|copy| copy.sent.is_some()).collect();
    for copy in &reached {
        let told = Text::plain(format!("🚫 {name} 已作废：{reason}。不用再签收和回复。"));
        decision = decision.saying(Reply::notice(Audience::UnitContact(copy.unit.id), told, call.now));
    }
    let count = reached.len();
    let after = match (&notice.standing.number, count) {
        (None, _) => String::new(),
        (Some(_), 0) => say!(
            lang,
            "文号保留，不再使用；还没送到任何单位。",
            " The number stays and is not used again; no unit has got it."
        ),
        (Some(_), _) => say!(
            lang,
            "文号保留，不再使用；已送达的 {count} 个单位会收到告知。",
            " The number stays and is not used again; the {count} units that got it are told."
        ),
    };
    Ok(call
        .say(decision, Message::plain(say!(lang, "🚫 {name} 已作废。{after}", "🚫 {name} is void.{after}"))))
}
