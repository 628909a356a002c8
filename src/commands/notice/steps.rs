//! What the office does with a notice: 核稿, 签发 with a number, 要求, 限期, 抄送, 更新, 退回 of an answer, 办结, 作废.

use chrono::NaiveDate;
use uuid::Uuid;

use super::draft::DEMAND;
use super::{cc, circular, delivered, interview, message, sign};
use crate::commands::{Call, Failure, confirmed, held, questions, told, wording};
use crate::domain::decision::{Aggregate, Audience, Decision, Effect, Reply};
use crate::domain::dialogue::{Ask, Draft};
use crate::domain::leave::span;
use crate::domain::notice::effects::NoticeEffect;
use crate::domain::notice::{CopyStanding, Form, NoStep, Notice, NoticeCopy, Stamp, Standing, State, text};
use crate::domain::{Lang, Message, Text, sentence};
use crate::{say, store};

/// The longest reason, in characters.
pub(super) const REASON: usize = 200;

/// Takes the step that these words say.
pub(super) async fn take(call: Call<'_>, notice: Notice, said: String) -> Result<Decision, Failure> {
    call.office_only()?;
    let verb = |words: [&str; 2]| {
        words.iter().find_map(|word| said.strip_prefix(word)).map(|rest| rest.trim().to_owned())
    };
    if verb(["核稿", "check"]).is_some() {
        return check(call, notice).await;
    }
    if verb(["签发", "sign"]).is_some() {
        return sign::sign(call, notice).await;
    }
    if let Some(demand) = verb(["要求", "demand"]) {
        return amend(call, notice, Some(demand), None).await;
    }
    if let Some(whom) = verb(["抄送", "cc"]) {
        return cc::copy_to(call, notice, &whom).await;
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
    if let Some(whom) = verb(["送达", "deliver"]) {
        return delivered::record(call, notice, &whom);
    }
    if let Some(by) = verb(["批准", "approve"]) {
        return interview::approve(call, notice, &by).await;
    }
    if let Some(when) = verb(["安排", "arrange"]) {
        return interview::arrange(call, notice, &when).await;
    }
    if let Some(minutes) = verb(["纪要", "minutes"]) {
        return interview::held(call, notice, &minutes).await;
    }
    if let Some(reason) = verb(["作废", "void"]) {
        return void(call, notice, &reason);
    }
    Err(told(say!(
        call.lang(),
        "没看懂要办什么，没有动。可以：核稿、签发、要求、限期、抄送、更新、送达、办结、退回、作废；约谈还有：批准、安排、纪要。",
        "The step was not understood; nothing was done. There are: check, sign, demand, limit, cc, refresh, deliver, close, return, void; of an interview: approve, arrange, minutes."
    )))
}

/// The speaker, now.
pub(super) fn stamp(call: &Call<'_>) -> Result<Stamp, Failure> {
    let speaker = call.speaker()?;
    Ok(Stamp { post: speaker.post, title: speaker.post_title.clone(), at: call.now.utc })
}

/// The words of a step are asked for: what is said next completes its line.
pub(super) fn wants(
    call: &Call<'_>,
    notice: &Notice,
    verb: String,
    question: String,
) -> Result<Decision, Failure> {
    let line = message::says(&format!("{} {verb}", notice.handle), call.lang());
    held::wants_the_rest(call, line, Text::plain(question), vec![Draft::default()])
}

/// A step with a notice settles what was asked about it.
pub(super) fn settling(call: &Call<'_>, notice: &Notice, decision: Decision) -> Decision {
    let line = message::says(&format!("{} ", notice.handle), call.lang());
    let asked = |ask: &Ask| matches!(ask, Ask::Line { line: held, .. } if held.starts_with(&line));
    questions::settling(call, decision, asked)
}

/// The notice as it stands after this step.
pub(super) fn moved(call: &Call<'_>, notice: &Notice, next: Standing) -> Result<Decision, Failure> {
    let moved = NoticeEffect::Moved { notice: notice.id, next: Box::new(next) };
    let decision = call
        .decision()
        .by(call.speaker()?)
        .changing(Aggregate::Notice, notice.id, notice.version)
        .with(Effect::Notice(moved));
    Ok(settling(call, notice, decision))
}

/// The same, with the card that shows it.
pub(super) async fn stepped(
    call: &mut Call<'_>,
    notice: Notice,
    next: Standing,
) -> Result<(Decision, Message), Failure> {
    let decision = moved(call, &notice, next.clone())?;
    let card = super::card(call, &Notice { standing: next, ..notice }).await?;
    Ok((decision, card))
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
        NoStep::NotArranged => {
            let words = say!(lang, "安排 9月12日15时 市政府三楼会议室", "arrange 2018-09-12 15:00, room 3");
            let line = message::says(&format!("{} {words}", notice.handle), lang);
            say!(
                lang,
                "{name}还没有时间地点，没有动。请先写明，再核稿、签发：{line}",
                "{name} says neither when nor where; nothing was done. Say it first, then it is checked and signed: {line}"
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
    let (decision, card) = stepped(&mut call, notice, next).await?;
    Ok(call.say(decision, card))
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
    let (lang, name) = (call.lang(), notice.name(call.lang()));
    if demand.as_ref().is_some_and(String::is_empty) {
        let question = say!(lang, "{name}要求做什么？", "What does {name} require?");
        return wants(&call, &notice, say!(lang, "要求", "demand"), question);
    }
    if day.is_some_and(str::is_empty) {
        let question = say!(
            lang,
            "{name}限哪天前回复？例：9月20日、5个工作日。",
            "By when is {name} to be answered? E.g. 2018-09-20."
        );
        return wants(&call, &notice, say!(lang, "限期", "limit"), question);
    }
    if demand.as_ref().is_some_and(|demand| !wording::fits(demand, DEMAND)) {
        return Err(told(say!(
            lang,
            "要求请写一句到 {DEMAND} 字，没有改。",
            "Please say what is required, within {DEMAND} characters; nothing was changed."
        )));
    }
    let day = match day {
        None => {
            let said = demand.as_deref().unwrap_or_default();
            text::answer_by(said, call.now.today(), &call.basis.calendar).or(notice.standing.answer_by)
        }
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
    let (decision, card) = stepped(&mut call, notice, next).await?;
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
pub(super) fn meant<'n, 's>(notice: &'n Notice, said: &'s str) -> (Vec<&'n NoticeCopy>, &'s str) {
    let (name, rest) = said.split_once(char::is_whitespace).unwrap_or((said, ""));
    match notice.copies.iter().find(|copy| !name.is_empty() && copy.unit.name == name) {
        Some(copy) => (vec![copy], rest.trim()),
        None => (notice.copies.iter().collect(), said),
    }
}

/// Closes copies; with the last one the notice is closed. What nobody has answered is asked about first.
fn close(call: Call<'_>, notice: Notice, said: &str) -> Result<Decision, Failure> {
    let lang = call.lang();
    let (whom, is_confirmed) = confirmed(said);
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
    let is_open = |copy: &&NoticeCopy| copy.standing.closed.is_none();
    let mut closing: Vec<&NoticeCopy> = meant.into_iter().filter(is_open).collect();
    let open = || notice.copies.iter().filter(is_open);
    // With the last one that owes something those are closed that went out for information.
    if open().all(|copy| copy.for_information || closing.iter().any(|it| it.id == copy.id)) {
        closing = open().collect();
    }
    let left = open().count() - closing.len();
    let owes =
        |copy: &&&NoticeCopy| copy.standing.answered_at.is_none() && copy.is_open() && !copy.for_information;
    let silent = closing.iter().filter(owes).count();
    if silent > 0 && !is_confirmed {
        return still_owing(&call, &notice, &closing, whom, silent);
    }
    let mut decision = match left {
        0 => moved(&call, &notice, notice.close(call.now.utc))?,
        _ => call.decision().by(call.speaker()?),
    };
    for copy in &closing {
        let next = CopyStanding { closed: Some(stamp(&call)?), ..copy.standing.clone() };
        decision = copy_moved(decision, copy, next);
    }
    let (name, count) = (notice.name(lang), closing.len());
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

/// How many copies have no answer, to be closed all the same or not.
fn still_owing(
    call: &Call<'_>,
    notice: &Notice,
    closing: &[&NoticeCopy],
    whom: &str,
    silent: usize,
) -> Result<Decision, Failure> {
    let (lang, name) = (call.lang(), notice.name(call.lang()));
    let unsent = closing.iter().filter(|copy| copy.came_on().is_none()).count();
    let away = match unsent {
        0 => String::new(),
        _ => say!(lang, "，{unsent} 份没有送达", ", {unsent} were not delivered"),
    };
    let line = message::says(&format!("{} {}", notice.handle, say!(lang, "办结", "close")), lang);
    let line = format!("{line} {whom}").trim_end().to_owned();
    let question = say!(
        lang,
        "{name}还有 {silent} 份没有回复{away}。办结后不再催，照样办结吗？",
        "Of {name} {silent} copies have no answer{away}. Closed, they are no longer asked for; close them all the same?"
    );
    held::wants_to_be_sure(call, line, question, say!(lang, "照样办结", "Close them"))
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
    if reason.is_empty() {
        let question = say!(lang, "{unit}的回复为什么退回？", "Why is the answer of {unit} sent back?");
        return wants(&call, &notice, say!(lang, "退回 {unit}", "return {unit}"), question);
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
    let decision = settling(&call, &notice, call.decision().by(call.speaker()?));
    let moved = copy_moved(decision, copy, next);
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

/// Void, for good. Who got it is told; its number is not used again. What units have is asked about first.
fn void(call: Call<'_>, notice: Notice, said: &str) -> Result<Decision, Failure> {
    let (lang, handle, name) = (call.lang(), notice.handle, notice.name(call.lang()));
    let (reason, is_sure) = held::meant(said);
    if reason.is_empty() {
        let question = say!(lang, "{name}为什么作废？", "Why is {name} void?");
        return wants(&call, &notice, say!(lang, "作废", "void"), question);
    }
    if !wording::fits(reason, REASON) {
        return Err(told(say!(
            lang,
            "原因请控制在 {REASON} 字以内，没有作废。",
            "Please say why within {REASON} characters; nothing was voided."
        )));
    }
    let next = notice.void(reason, call.now.utc).map_err(|why| no_step(&notice, why, lang))?;
    let reached: Vec<&NoticeCopy> = notice.copies.iter().filter(|copy| copy.sent.is_some()).collect();
    if !reached.is_empty() && !is_sure {
        let (count, signed) =
            (reached.len(), reached.iter().filter(|copy| copy.standing.signed.is_some()).count());
        let signed = match signed {
            0 => String::new(),
            _ => say!(lang, "，其中 {signed} 份已签收", ", {signed} of them signed for"),
        };
        let question = say!(
            lang,
            "{name}已送达 {count} 份{signed}。作废后不能恢复，单位会收到告知，作废吗？",
            "{count} copies of {name} were delivered{signed}. Void, it stays so, and its units are told. Void it?"
        );
        let verb = say!(lang, "{handle} 作废 {reason}", "{handle} void {reason}");
        let line = message::says(&verb, lang);
        return held::wants_to_be_sure(&call, line, question, say!(lang, "作废", "Void it"));
    }
    let mut decision = moved(&call, &notice, next)?;
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
