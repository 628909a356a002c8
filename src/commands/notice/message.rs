//! How a notice reads: the office's card with what became of each copy, and the copy that a unit gets. What it
//! says is official Chinese; only what is around it follows the reader's language.

use chrono::{Days, NaiveDate};
use uuid::Uuid;

use crate::commands::{files, line, wording};
use crate::domain::basis::{Basis, Threshold};
use crate::domain::notice::overdue::due_of;
use crate::domain::notice::{
    Answer, Delivered, Form, NoStep, Notice, NoticeCopy, Stamp, Standing, State, text,
};
use crate::domain::quiet::Why;
use crate::domain::workday::Calendar;
use crate::domain::{Button, Lang, Message, Now, Text};
use crate::say;

/// Copies shown one by one; of a circular to forty units the rest is counted.
const COPIES: usize = 12;
/// Answers are cut here on a card.
const ANSWER: usize = 60;

/// The line of 发文 with these words.
pub fn says(words: &str, lang: Lang) -> String {
    line(&super::COMMAND, words, lang)
}

/// A button that takes a step with a notice.
fn step(label: String, notice: &Notice, verb: &str, lang: Lang) -> Option<Button> {
    Button::new(label, says(&format!("{} {verb}", notice.handle), lang))
}

/// What stands in it.
fn body(notice: &Notice, lang: Lang) -> Text {
    let (title, basis, as_of) = (&notice.title, &notice.basis, notice.as_of);
    let mut text = match notice.form {
        // What it begins with are its figures.
        Form::Circular => Text::plain(format!("{title}\n{basis}")),
        _ => Text::plain(say!(lang, "{title}\n依据：{basis}", "{title}\nOn the basis of: {basis}")),
    };
    if notice.form == Form::Circular && !notice.lines.is_empty() {
        text = text.then(say!(lang, "\n存在问题：", "\nWhat is wrong:"));
    } else if !notice.lines.is_empty() {
        text = text.then(say!(lang, "\n现状（截至 {as_of}）：", "\nAs of {as_of}:"));
    }
    for line in &notice.lines {
        text = text.then("\n").strong(format!("【{}】", line.number)).then(&line.fact);
    }
    let Standing { demand, appointment, .. } = &notice.standing;
    if !appointment.is_empty() {
        text = text.then(say!(lang, "\n时间地点：{appointment}", "\nWhen and where: {appointment}"));
    }
    text.then(say!(lang, "\n要求：{demand}", "\nRequired: {demand}"))
}

/// 送达回证: each copy with its times. Nothing in it says that somebody has read it.
pub fn record(notice: &Notice, lang: Lang) -> Message {
    let (name, count) = (notice.name(lang), notice.copies.len());
    let mut text = Text::default().strong(say!(
        lang,
        "📮 送达回证 {name}（{count} 份）",
        "📮 Record of delivery, {name} ({count} copies)"
    ));
    let at = |at| Now::at(at).spoken();
    for copy in &notice.copies {
        let (unit, standing) = (&copy.unit.name, &copy.standing);
        let cc = if copy.is_cc { say!(lang, "（抄送）", " (copied to)") } else { String::new() };
        text = text.then("\n").strong(format!("▪ {unit}{cc}"));
        let mut lines = vec![match (&copy.sent, copy.held) {
            (Some(sent), _) => {
                let (at, to) = (at(sent.at), sent.to.clone().unwrap_or_default());
                let for_post = sent
                    .for_post
                    .as_ref()
                    .map_or(String::new(), |post| say!(lang, "（代 {post}）", " (standing in for {post})"));
                Text::plain(say!(lang, "发出 {at}，{to}{for_post}", "sent {at}, {to}{for_post}"))
            }
            (None, why) => Text::plain(otherwise(copy, why, lang)),
        }];
        let step = |what: String, when, who: &str| Text::plain(format!("{what} {}，{who}", at(when)));
        if let Some(signed) = &standing.signed {
            lines.push(step(say!(lang, "签收", "signed for"), signed.at, &signed.title));
        }
        if let Some(on) = standing.promised_on {
            lines.push(Text::plain(say!(lang, "承诺 {on} 前", "promised by {on}")));
        }
        for answer in &copy.answers {
            let answered = step(say!(lang, "回复", "answered"), answer.at, &answer.by);
            lines.push(enclosed(answered, answer, lang));
            if let Some(returned) = &answer.returned {
                let (at, why) = (at(returned.at), wording::head(&returned.reason, ANSWER));
                lines.push(Text::plain(say!(lang, "退回 {at}：{why}", "sent back {at}: {why}")));
            }
        }
        if let Some(closed) = &standing.closed {
            lines.push(step(say!(lang, "办结", "closed"), closed.at, &closed.title));
        }
        if let Some(escalated) = &copy.escalated {
            let (at, by) = (at(escalated.at), escalated.by.clone().unwrap_or_default());
            lines.push(Text::plain(say!(lang, "升级 {at}，由 {by} 接替", "escalated {at} by {by}")));
        }
        for line in lines {
            text = text.then("\n　");
            text.0.extend(line.0);
        }
    }
    text.then(say!(
        lang,
        "\n“发出”指平台已收下，不等于对方已读。",
        "\n“Sent” means that the platform took it; whether it was read nobody knows."
    ))
    .into()
}

/// The files that came along with an answer, each to be opened once it is kept.
fn enclosed(mut text: Text, answer: &Answer, lang: Lang) -> Text {
    let mut before = say!(lang, "，附 ", ", with ");
    for file in &answer.files {
        text = text.then(std::mem::replace(&mut before, say!(lang, "、", ", "))).then(&file.name);
        if let Some(digest) = &file.sha256 {
            text = text.then(" ").file(files::short(digest));
        }
    }
    text
}

/// How many there are.
fn with_files(answer: &Answer, lang: Lang) -> String {
    match answer.files.len() {
        0 => String::new(),
        count => say!(lang, "（附 {count} 个文件）", " (with {count} file(s))"),
    }
}

fn stamped(what: &str, stamp: Option<&Stamp>) -> Option<String> {
    let stamp = stamp?;
    Some(format!("{what} {}（{}）", stamp.title, Now::at(stamp.at).spoken()))
}

/// How its reader stands to a notice.
#[derive(Debug, Clone, Copy)]
pub struct Desk {
    /// The reader drafted it.
    pub is_drafter: bool,
    /// The office has nobody else.
    pub is_alone: bool,
}

impl Desk {
    /// The reader drafted it and leaves the next steps to a colleague.
    pub fn is_left_to_others(self) -> bool {
        self.is_drafter && !self.is_alone
    }
}

/// The office's card: all of it, who took which step, and what may be done next.
pub fn card(notice: &Notice, desk: Desk, lang: Lang) -> Message {
    let standing = &notice.standing;
    let (name, form) = (notice.name(lang), notice.form.word().pick(lang));
    let state = standing.state.word().pick(lang);
    let head = match standing.number {
        Some(_) => format!("📄 {name} · {state}"),
        None => format!("📄 {name} {form} · {state}"),
    };
    let mut text = Text::default().strong(head);
    let units = names(notice, lang);
    text = text.then(say!(lang, "\n主送：{units}\n", "\nTo: {units}\n"));
    text.0.extend(body(notice, lang).0);
    if !standing.cc.is_empty() {
        let cc = &standing.cc;
        text = text.then(say!(lang, "\n抄送：{cc}", "\nCopied to: {cc}"));
    }
    if let Some(by) = standing.answer_by {
        text = text.then(say!(lang, "\n书面回复限期：{by}", "\nWritten answer by: {by}"));
        let named = notice.addressed().filter(|copy| !copy.for_information).count();
        if named < notice.addressed().count() {
            text = text.then(say!(
                lang,
                "（点到的 {named} 个牵头单位；其他单位供工作参考）",
                " (the {named} units named as leading; the others get it for information)"
            ));
        }
    }
    if let Some(by) = standing.report_by {
        text = text.then(say!(lang, "\n约谈后书面报告限期：{by}", "\nReport after the interview by: {by}"));
    }
    let steps = [
        stamped(&say!(lang, "拟稿", "drafted by"), Some(&notice.drafted)),
        stamped(&say!(lang, "核稿", "checked by"), standing.checked.as_ref()),
        stamped(&say!(lang, "签发", "signed by"), standing.signed.as_ref()),
    ];
    let steps: Vec<String> = steps.into_iter().flatten().collect();
    text = text.then(format!("\n{}", steps.join(" · ")));
    if notice.is_checked_by_drafter() {
        text = text.then(say!(
            lang,
            "\n拟稿人自己核稿：当时整改办只有一人。",
            "\nChecked by whoever drafted it, who was alone in the office."
        ));
    }
    if !standing.approval.is_empty() {
        let approval = &standing.approval;
        text = text.then(say!(lang, "\n批准：{approval}", "\nApproved: {approval}"));
    }
    let lacks = notice.lacks();
    if !lacks.is_empty() {
        let lacks: Vec<String> = lacks.iter().filter_map(|why| lacking(*why, lang)).map(|it| it.0).collect();
        let lacks = lacks.join(say!(lang, "、", ", ").as_str());
        text = text.then(say!(lang, "\n签发前还缺：{lacks}", "\nBefore it is signed it lacks: {lacks}"));
    }
    if !standing.void_reason.is_empty() {
        let reason = &standing.void_reason;
        text = text.then(say!(lang, "\n作废：{reason}", "\nVoid: {reason}"));
    }
    if standing.state.is_out() {
        for copy in notice.copies.iter().take(COPIES) {
            text = text.then("\n").then(fared(copy, lang));
        }
        let more = notice.copies.len().saturating_sub(COPIES);
        if more > 0 {
            text = text.then(say!(lang, "\n另有 {more} 份", "\n{more} more copies"));
        }
    }
    let supplied = lacks.iter().filter_map(|why| lacking(*why, lang));
    let supplied: Vec<_> = supplied.map(|(what, verb)| step(what, notice, &verb, lang)).collect();
    Message::from(text).row(supplied).row(next_steps(notice, desk, lang))
}

/// A draft that asks for something by another day than the answer is due: said until it is checked, with a button
/// that makes it one day. A unit may answer first and work longer, so that both may be meant.
pub fn other_day(
    notice: &Notice,
    today: NaiveDate,
    calendar: &Calendar,
    lang: Lang,
) -> Option<(String, Option<Button>)> {
    let Standing { state: State::Draft, answer_by: Some(by), demand, .. } = &notice.standing else {
        return None;
    };
    let named = text::days(demand, today, calendar);
    let day = named.last().filter(|_| !named.contains(by))?;
    let told = say!(
        lang,
        "\n要求里写的是 {day}，书面回复另限 {by}；要同一天请改限期。",
        "\nWhat is required names {day}, the written answer is due {by}; change the limit if it is to be one day."
    );
    let label = say!(lang, "限期改为 {day}", "Limit {day}");
    Some((told, step(label, notice, &say!(lang, "限期 {day}", "limit {day}"), lang)))
}

/// What is lacking, and the step that supplies it.
fn lacking(why: NoStep, lang: Lang) -> Option<(String, String)> {
    match why {
        NoStep::NotApproved => Some((say!(lang, "批准", "Approval"), say!(lang, "批准", "approve"))),
        NoStep::NotArranged => {
            Some((say!(lang, "时间地点", "When and where"), say!(lang, "安排", "arrange")))
        }
        NoStep::NotNow(_) | NoStep::OwnDraft | NoStep::OwnCheck => None,
    }
}

/// What may be done next, as buttons; only what can be done.
fn next_steps(notice: &Notice, desk: Desk, lang: Lang) -> Vec<Option<Button>> {
    let check = step(say!(lang, "核稿", "Check"), notice, &say!(lang, "核稿", "check"), lang);
    let sign = step(say!(lang, "签发", "Sign"), notice, &say!(lang, "签发", "sign"), lang);
    let void = step(say!(lang, "作废", "Void"), notice, &say!(lang, "作废", "void"), lang);
    let close = step(say!(lang, "办结", "Close"), notice, &say!(lang, "办结", "close"), lang);
    match notice.stands(desk.is_alone) {
        State::Draft | State::Checked if desk.is_left_to_others() => vec![void],
        State::Draft if notice.lacks().contains(&NoStep::NotArranged) => vec![void],
        State::Draft => vec![check, void],
        State::Checked if !notice.lacks().is_empty() => vec![void],
        State::Checked => vec![sign, void],
        State::Signed => vec![close, void],
        State::Closed | State::Void => Vec::new(),
    }
}

/// The addressees, in their order.
pub fn names(notice: &Notice, lang: Lang) -> String {
    let names: Vec<&str> = notice.addressed().map(|copy| copy.unit.name.as_str()).collect();
    names.join(say!(lang, "、", ", ").as_str())
}

/// What became of a copy, in one line.
fn fared(copy: &NoticeCopy, lang: Lang) -> String {
    let unit = &copy.unit.name;
    let day = |at| Now::at(at).today();
    let mut steps = vec![match (&copy.sent, copy.held) {
        (Some(sent), _) => {
            let on = day(sent.at);
            say!(lang, "{on} 送达", "sent {on}")
        }
        (None, why) => otherwise(copy, why, lang),
    }];
    let standing = &copy.standing;
    if copy.for_information {
        steps.push(say!(lang, "供参考", "for information"));
    } else if let Some(signed) = &standing.signed {
        let on = day(signed.at);
        steps.push(say!(lang, "{on} 签收", "signed for {on}"));
    } else if copy.sent.is_some() {
        steps.push(say!(lang, "未签收", "not signed for"));
    }
    if let Some(on) = standing.promised_on {
        steps.push(say!(lang, "承诺 {on} 前", "promised by {on}"));
    }
    if let Some(answer) = copy.answer() {
        let (on, said) = (day(answer.at), wording::head(&answer.text, ANSWER));
        let with = with_files(answer, lang);
        steps.push(match standing.returned.is_empty() {
            true => say!(lang, "{on} 回复：{said}{with}", "answered {on}: {said}{with}"),
            false => say!(lang, "{on} 的回复已退回", "the answer of {on} was sent back"),
        });
    }
    if let Some(closed) = &standing.closed {
        let on = day(closed.at);
        steps.push(say!(lang, "{on} 办结", "closed {on}"));
    }
    if let Some(by) = copy.escalated.as_ref().and_then(|escalated| escalated.by.as_ref()) {
        steps.push(say!(lang, "由 {by} 接替", "{by} took its place"));
    }
    let steps = steps.join(" · ");
    say!(lang, "▪ {unit}：{steps}", "▪ {unit}: {steps}")
}

/// How a copy stands that no message has carried.
fn otherwise(copy: &NoticeCopy, held: Option<Why>, lang: Lang) -> String {
    match (&copy.delivered, held) {
        (Some(Delivered { on, how }), _) => {
            say!(lang, "{on} 另行送达（{how}）", "delivered otherwise {on} ({how})")
        }
        (None, Some(why)) => unsent(why, lang),
        (None, None) => say!(lang, "还没有发出", "not sent yet"),
    }
}

fn unsent(why: Why, lang: Lang) -> String {
    let why = match why {
        Why::Nobody => say!(lang, "没有绑定联络员，请另行送达", "no contact is bound, deliver it yourself"),
        Why::Gone => {
            say!(lang, "联络员停用了机器人，请另行送达", "the contact blocked the bot, deliver it yourself")
        }
        Why::Hours | Why::Slot | Why::Budget | Why::Quiet => {
            say!(lang, "等工作时间", "waits for working hours")
        }
        Why::Overtaken => say!(lang, "已过时，等整改办定", "overtaken, the office decides"),
    };
    say!(lang, "未送达（{why}）", "not sent ({why})")
}

/// The day by which a copy is to be answered: it may have arrived when the day had come.
pub fn due(notice: &Notice, copy: &NoticeCopy, today: NaiveDate, basis: &Basis) -> Option<NaiveDate> {
    let days = basis.of(notice.round).count(Threshold::Answer);
    let came_on = copy.came_on().unwrap_or(today);
    notice.standing.due().map(|due| due_of(due, came_on, days, &basis.calendar))
}

/// The copy as its unit reads it. `None`: it is not out, or not any more.
pub fn of_unit(notice: &Notice, copy: Uuid, today: NaiveDate, basis: &Basis, lang: Lang) -> Option<Message> {
    let number = notice.standing.number.as_ref().filter(|_| notice.standing.state.is_out())?;
    let copy = notice.copies.iter().find(|it| it.id == copy)?;
    let (form, unit) = (notice.form.word().pick(lang), &copy.unit.name);
    let names = names(notice, lang);
    let whom = match copy.is_cc {
        true => say!(lang, "主送：{names}\n抄送：{unit}", "To: {names}\nCopied to: {unit}"),
        false => say!(lang, "{unit}：", "{unit}:"),
    };
    let mut text = Text::default().strong(format!("📨 {form} {number}")).then(format!("\n{whom}\n"));
    text.0.extend(body(&notice.for_unit(copy.unit.id), lang).0);
    if copy.for_information && copy.standing.closed.is_none() {
        let why = match notice.form {
            Form::Circular => say!(lang, "没有点到你单位牵头的事项，", "It names no item that you lead. "),
            _ => String::new(),
        };
        return Some(
            text.then(say!(
                lang,
                "\n{why}供工作参考，不用签收、回复。",
                "\n{why}For information: nothing is to be signed for or answered."
            ))
            .into(),
        );
    }
    if let Some(by) = copy.escalated.as_ref().filter(|_| copy.standing.closed.is_none()) {
        let by = by.by.clone().unwrap_or_default();
        return Some(
            text.then(say!(
                lang,
                "\n已由 {by} 接替，不用再签收、回复。",
                "\n{by} took its place: nothing is to be signed for or answered."
            ))
            .into(),
        );
    }
    let standing = &copy.standing;
    let calendar = &basis.calendar;
    let due = due(notice, copy, today, basis);
    let mut message = match (&standing.closed, copy.answer(), due) {
        (Some(closed), _, _) => {
            let on = Now::at(closed.at).today();
            return Some(text.then(say!(lang, "\n✅ 已于 {on} 办结。", "\n✅ Closed on {on}.")).into());
        }
        (None, Some(answer), _) if standing.returned.is_empty() => {
            let (on, said) = (Now::at(answer.at).today(), wording::head(&answer.text, ANSWER));
            let with = with_files(answer, lang);
            let answered = say!(lang, "\n{on} 已回复：{said}{with}", "\nAnswered on {on}: {said}{with}");
            Message::from(text.then(answered))
        }
        (None, _, by) => {
            let by = by.map_or(String::new(), |by| {
                let left = calendar.workdays_left(today + Days::new(1), by).spoken(lang);
                match (by < today, notice.standing.due().filter(|first| *first != by)) {
                    (true, _) => say!(lang, "（限期 {by}，已过）", " (was due by {by})"),
                    (false, Some(first)) => say!(
                        lang,
                        "（送达时原限期 {first} 已到，改为 {by} 前，还有 {left}）",
                        " (it arrived when {first} had come, so by {by}: {left})"
                    ),
                    (false, None) => say!(lang, "（{by} 前，还有 {left}）", " (by {by}: {left})"),
                }
            });
            let text = text.then(say!(lang, "\n回复请发{by}：", "\nTo answer{by}: "));
            Message::from(text.code(say!(
                lang,
                "回复 {number} 原因、措施和完成日期",
                "reply {number} why, what is done, until when"
            )))
        }
    };
    if standing.signed.is_none() {
        message = message.row([Button::new(
            say!(lang, "签收", "Sign for it"),
            say!(lang, "签收 {number}", "acknowledge {number}"),
        )]);
    }
    Some(message)
}
