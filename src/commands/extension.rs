//! 延期: before the deadline a unit asks for another one, with the reason; its head stands behind it, the office
//! decides or notes what the higher office approved. Until then nothing moves; approved time is not overdue.

use chrono::NaiveDate;
use uuid::Uuid;

use super::acceptance::relapse::without_because;
use super::{Call, Command, Failure, acceptance, show, told, wording};
use crate::domain::acceptance::{
    AcceptanceEffect, Course, Days, Extension, LONGEST_YEARS, NoExtension, Outcome, extended, may_extend,
    moved_milestones,
};
use crate::domain::decision::{Aggregate, Audience, Change, Decision, Effect, Reply};
use crate::domain::people::Who;
use crate::domain::sentence::{DateWord, leading_limit};
use crate::domain::{Both, Button, Item, ItemState, Lang, Message, Role, Text};
use crate::store::people;
use crate::{say, store};

pub const COMMAND: Command = Command {
    words: &["延期", "extend", "申请延期"],
    glued: true,
    usage: Both {
        zh: "延期 22 到 2019-03-31 因 汛期停工两个月",
        en: "extend 22 until 2019-03-31 because of the flood",
    },
    about: Both {
        zh: "到期前申请延期，写清到哪天、因为什么；单位负责人确认、整改办批：延期 22 确认，延期 22 批准，延期 22 不批 原因",
        en: "ask for a later deadline before it expires; the head confirms, the office decides: extend 22 confirm, extend 22 approve, extend 22 refuse REASON",
    },
    who: Who::Roles(&[Role::Contact, Role::UnitHead, Role::Office]),
    item: |words| words.clone().item().ok().map(|item| item.number),
    run: |call| Box::pin(run(call)),
};

const VERB: Both = Both { zh: "延期", en: "extend" };
/// Lines of the list.
const SHOWN: usize = 15;
const CONFIRM: [&str; 3] = ["确认", "同意", "confirm"];
const DECLINE: [&str; 2] = ["不同意", "decline"];
const APPROVE: [&str; 3] = ["批准", "准予", "approve"];
const REFUSE: [&str; 4] = ["不批准", "不批", "不予批准", "refuse"];
const WITHDRAW: [&str; 3] = ["撤回", "取消", "withdraw"];
/// The head's consent is on paper.
const ON_PAPER: [&str; 3] = ["书面", "上级", "paper"];
const UNTIL: [&str; 4] = ["延期到", "到", "至", "until"];

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    if call.words.is_empty() {
        return list(call).await;
    }
    let lang = call.lang();
    let word = call.words.item().map_err(|slip| call.slip(&slip))?;
    let item = show::item(&mut call, &word).await?;
    let speaker = call.speaker()?.clone().concerning(std::slice::from_ref(&item));
    let is_office = speaker.role == Role::Office;
    if !is_office && speaker.unit.id != item.lead.id {
        let (number, lead) = (item.number, &item.lead.name);
        return Err(Failure::Refused {
            what: "extension_not_yours",
            item: Some(item.id),
            told: Message::plain(say!(
                lang,
                "第 {number} 项由牵头单位{lead}申请延期。",
                "{lead} leads item {number} and asks for an extension."
            )),
        });
    }
    if !call.shows(&item) {
        return Err(told(wording::ask_in_private(lang)));
    }
    let course = store::acceptance::course(&mut *call.read, item.id, call.now.today()).await?;
    let open = course.extension.as_ref().filter(|extension| extension.is_open());
    // The longer word first: 不同意 ends with 同意.
    let takes = |call: &mut Call<'_>, words: &[&str]| words.iter().any(|word| call.words.take(word));
    let closes = if takes(&mut call, &DECLINE) {
        Some(Outcome::Declined)
    } else if takes(&mut call, &REFUSE) {
        Some(Outcome::Refused)
    } else if takes(&mut call, &APPROVE) {
        Some(Outcome::Approved)
    } else if takes(&mut call, &WITHDRAW) {
        Some(Outcome::Withdrawn)
    } else {
        None
    };
    let confirms = closes.is_none() && takes(&mut call, &CONFIRM);
    let said = call.words.rest();
    if closes.is_none() && !confirms && said.is_empty() {
        return Ok(shown(&call, &item, course.extension.as_ref()));
    }
    if closes.is_none() && !confirms {
        return asked(call, item, open, &said).await;
    }
    let Some(open) = open else {
        let number = item.number;
        return Err(told(say!(
            lang,
            "第 {number} 项没有待办的延期申请。",
            "No extension of item {number} is asked for."
        )));
    };
    match closes {
        None => confirmed(call, item, open).await,
        Some(Outcome::Approved) => approved(call, item, &course, open, &said).await,
        Some(outcome) => closed(call, item, open, outcome, &said).await,
    }
}

fn words(number: i32, rest: &str, lang: Lang) -> String {
    format!("{} {number} {rest}", VERB.pick(lang)).trim_end().to_owned()
}

fn head(item: &Item, lang: Lang) -> Text {
    let (number, title) = (item.number, &item.title);
    Text::default().strong(say!(lang, "第 {number} 项「{title}」", "Item {number} “{title}”"))
}

/// The item is only touched: its version guards the extension.
fn touching(call: &Call<'_>, item: &Item) -> Result<Decision, Failure> {
    let next_check_on = item.state.next_check_on;
    Ok(call
        .decision()
        .by(call.speaker()?)
        .changing(Aggregate::Item, item.id, item.version)
        .with(Effect::ItemChecked { item: item.id, version: item.version + 1, next_check_on }))
}

/// `到明年3月，因为资金未到位`: the day and the reason. A month alone is its last day.
fn parts(call: &Call<'_>, said: &str) -> Option<(NaiveDate, String)> {
    let today = call.now.today();
    let rest = UNTIL.iter().find_map(|word| said.strip_prefix(word)).unwrap_or(said).trim_start();
    let calendar = &call.basis.calendar;
    let read = |text: &str| {
        let (word, reason) = leading_limit(text)?;
        // A deadline is a day of the calendar, worked or not.
        let counts = |day| !matches!(word, DateWord::Workdays(_)) || calendar.is_workday(day);
        Some((word.resolve(today, &counts), without_because(&reason)))
    };
    let to_the_end = rest.split_once('月').map(|(month, after)| format!("{month}月底{after}"));
    read(rest).or_else(|| read(&to_the_end?))
}

async fn asked(
    mut call: Call<'_>,
    item: Item,
    open: Option<&Extension>,
    said: &str,
) -> Result<Decision, Failure> {
    let (lang, today, number, speaker) = (call.lang(), call.now.today(), item.number, call.speaker()?);
    if speaker.role == Role::Office {
        return Err(told(say!(
            lang,
            "延期由责任单位申请，整改办批：延期 {number} 批准，或 延期 {number} 不批 原因。单位自己不得改期限。",
            "The unit asks for an extension and the office decides: extend {number} approve, or extend {number} refuse REASON."
        )));
    }
    if let Some(open) = open {
        let (by, to) = (&open.by, open.new_deadline);
        return Err(Failure::Told(
            Message::plain(say!(
                lang,
                "第 {number} 项已由{by}申请延期到 {to}，还在办；要改先撤回。",
                "{by} has asked to extend item {number} until {to}; take that back first."
            ))
            .row([Button::new(
                say!(lang, "撤回延期申请", "Take it back"),
                words(number, &say!(lang, "撤回", "withdraw"), lang),
            )]),
        ));
    }
    let read = parts(&call, said).filter(|(_, reason)| !reason.is_empty());
    let Some((new, reason)) = read else {
        let example = words(
            number,
            &say!(lang, "到 2019-03-31 因 汛期停工两个月", "until 2019-03-31 because of the flood"),
            lang,
        );
        return Err(Failure::Told(
            Text::plain(say!(
                lang,
                "请写到哪天、因为什么，没有登记。例：",
                "Say until when and why; nothing was recorded. E.g. "
            ))
            .code(example)
            .into(),
        ));
    };
    acceptance::fits(&call, &reason)?;
    may_extend(&item, new, today).map_err(|why| no_extension(&item, new, why, lang))?;
    let is_head = speaker.role == Role::UnitHead;
    let percent = item.state.percent;
    let extension = Extension {
        id: Uuid::now_v7(),
        asked_on: today,
        by: speaker.post_title.clone(),
        reason: reason.clone(),
        percent,
        old_deadline: item.deadline,
        new_deadline: new,
        confirmed_on: is_head.then_some(today),
        closed: None,
        basis: String::new(),
    };
    let text_of = |to| told_of(&item, &extension, to);
    let mut decision = touching(&call, &item)?;
    let (whom, told) = match is_head {
        true => (None, office_message(&item, &extension)),
        false => {
            let heads = bound_heads(&mut call, &item).await?;
            let message = |to: Lang| {
                Message::from(text_of(to).then(say!(to, "\n请你确认。", "\nPlease confirm."))).row([
                    Button::new(say!(to, "确认", "Confirm"), words(number, &say!(to, "确认", "confirm"), to)),
                    Button::new(
                        say!(to, "不同意", "Decline"),
                        words(number, &say!(to, "不同意", "decline"), to),
                    ),
                ])
            };
            for post in &heads {
                let to = people::lang_of(&mut *call.read, people::Reader::Post(*post)).await?;
                decision = decision.saying(Reply::notice(Audience::Post(*post), message(to), call.now));
            }
            (Some(heads.len()), office_message(&item, &extension))
        }
    };
    decision = decision
        .accepting(AcceptanceEffect::ExtensionAsked { item: item.id, extension: Box::new(extension) });
    decision = decision.saying(Reply::notice(Audience::Office(None), told, call.now));
    let old = item.deadline;
    let next = match whom {
        None => say!(lang, "已报整改办批。", "It is before the office."),
        Some(0) => say!(
            lang,
            "单位负责人还没绑定，请线下签字报整改办，由整改办注明书面确认后批。",
            "No head of your unit is bound: have it signed on paper for the office."
        ),
        Some(_) => say!(
            lang,
            "等单位负责人确认，再由整改办批。",
            "The head of your unit confirms it, then the office decides."
        ),
    };
    let text = Text::default().strong(say!(lang, "✅ 已申请延期", "✅ Asked for")).then(say!(
        lang,
        " 第 {number} 项：{old} → {new}，现进度 {percent}%\n{next}批准前期限不变。",
        " item {number}: {old} → {new}, now {percent}%\n{next} Until then the deadline stands."
    ));
    let undo =
        Button::new(say!(lang, "撤回", "Take back"), words(number, &say!(lang, "撤回", "withdraw"), lang));
    Ok(call.say(decision, Message::from(text).row([undo])))
}

/// What is asked, for whoever has to say something to it.
fn told_of(item: &Item, extension: &Extension, lang: Lang) -> Text {
    let Extension { by, old_deadline: old, new_deadline: new, percent, reason, .. } = extension;
    head(item, lang).then(say!(
        lang,
        "\n{by}申请延期：{old} → {new}\n现进度 {percent}%，原因：{reason}",
        "\n{by} asks for an extension: {old} → {new}\nnow {percent}%, because {reason}"
    ))
}

fn office_message(item: &Item, extension: &Extension) -> Message {
    let (lang, number) = (Lang::Zh, item.number);
    let is_confirmed = extension.confirmed_on.is_some();
    let state = match is_confirmed {
        true => say!(lang, "\n单位负责人已确认，请定。", "\nThe head has confirmed; please decide."),
        false => say!(lang, "\n等单位负责人确认。", "\nThe head has to confirm it first."),
    };
    let message = Message::from(told_of(item, extension, lang).then(state));
    if is_confirmed { message.row(decide(number, lang)) } else { message }
}

fn decide(number: i32, lang: Lang) -> [Option<Button>; 2] {
    [
        Button::new(
            say!(lang, "✅ {number} 批准", "✅ approve {number}"),
            words(number, &say!(lang, "批准", "approve"), lang),
        ),
        Button::new(say!(lang, "不批", "refuse"), words(number, &say!(lang, "不批", "refuse"), lang)),
    ]
}

/// The heads of the lead unit who can be told.
async fn bound_heads(call: &mut Call<'_>, item: &Item) -> Result<Vec<Uuid>, Failure> {
    let role = Role::UnitHead;
    let posts = people::posts_called(&mut *call.read, "", &item.lead.name, role.code(), Some(role)).await?;
    let mut bound = Vec::new();
    for post in posts {
        if !people::holders_of(&mut *call.read, post.id).await?.is_empty() {
            bound.push(post.id);
        }
    }
    Ok(bound)
}

fn no_extension(item: &Item, new: NaiveDate, why: NoExtension, lang: Lang) -> Failure {
    let (number, old) = (item.number, item.deadline);
    told(match why {
        NoExtension::NotOpen => {
            let status = item.state.status.word().pick(lang);
            say!(
                lang,
                "第 {number} 项现在{status}，不用延期。",
                "Item {number} is {status}: no extension is needed."
            )
        }
        NoExtension::Expired => say!(
            lang,
            "第 {number} 项期限 {old} 已过，延期只能在到期前申请，没有登记。请向整改办说明情况。",
            "Item {number} was due on {old}: an extension is asked for before that; nothing was recorded. Tell the office."
        ),
        NoExtension::NotLater => say!(
            lang,
            "{new} 不晚于现在的期限 {old}，没有登记。",
            "{new} is not later than the deadline {old}; nothing was recorded."
        ),
        NoExtension::TooFar => say!(
            lang,
            "一次延期最多 {LONGEST_YEARS} 年，{new} 太远了，没有登记。",
            "An extension is at most {LONGEST_YEARS} years, {new} is too far; nothing was recorded."
        ),
    })
}

/// The head of the unit stands behind it; then it is before the office.
async fn confirmed(call: Call<'_>, item: Item, open: &Extension) -> Result<Decision, Failure> {
    let (lang, today, number) = (call.lang(), call.now.today(), item.number);
    only_head(&call, &item)?;
    if let Some(on) = open.confirmed_on {
        return Err(told(say!(
            lang,
            "第 {number} 项的延期 {on} 已确认，等整改办批。",
            "The extension of item {number} was confirmed on {on}; the office decides."
        )));
    }
    let after = Extension { confirmed_on: Some(today), ..open.clone() };
    let decision = touching(&call, &item)?
        .accepting(AcceptanceEffect::ExtensionConfirmed { item: item.id, extension: open.id })
        .saying(Reply::notice(Audience::Office(None), office_message(&item, &after), call.now));
    let text = say!(
        lang,
        "✅ 第 {number} 项的延期申请已确认，报整改办批。",
        "✅ The extension of item {number} is confirmed and before the office."
    );
    Ok(call.say(decision, Message::plain(text)))
}

fn only_head(call: &Call<'_>, item: &Item) -> Result<(), Failure> {
    let (lang, number) = (call.lang(), item.number);
    if call.speaker()?.role == Role::UnitHead {
        return Ok(());
    }
    Err(Failure::Refused {
        what: "extension_not_head",
        item: Some(item.id),
        told: Message::plain(say!(
            lang,
            "第 {number} 项的延期要由单位负责人确认。",
            "The head of the unit confirms the extension of item {number}."
        )),
    })
}

fn only_office(call: &Call<'_>, item: &Item) -> Result<(), Failure> {
    let lang = call.lang();
    if call.speaker()?.role == Role::Office {
        return Ok(());
    }
    Err(Failure::Refused {
        what: "extension_not_office",
        item: Some(item.id),
        told: Message::plain(say!(lang, "延期由整改办批。", "The office decides on extensions.")),
    })
}

async fn approved(
    mut call: Call<'_>,
    item: Item,
    course: &Course,
    open: &Extension,
    said: &str,
) -> Result<Decision, Failure> {
    let (lang, today, number) = (call.lang(), call.now.today(), item.number);
    only_office(&call, &item)?;
    acceptance::fits(&call, said)?;
    if open.confirmed_on.is_none() && !ON_PAPER.iter().any(|word| said.contains(word)) {
        return Err(told(say!(
            lang,
            "第 {number} 项的延期还没有单位负责人确认。已有书面确认或上级批复的，请注明：延期 {number} 批准 书面确认已收",
            "The head of the unit has not confirmed the extension of item {number}. If that is on paper say so: extend {number} approve on paper"
        )));
    }
    let (old, new) = (open.old_deadline, open.new_deadline);
    let later = extended(&item, new);
    let state = later.restated_after(item.state.clone(), today, call.basis);
    // The ladder looks at it today: what was found for the old day alone is over.
    let state = ItemState { next_check_on: Some(today), ..state };
    let (gone, come) = moved_milestones(&item, new);
    let version = item.version + 1;
    let decision = call
        .decision()
        .by(call.speaker()?)
        .changing(Aggregate::Item, item.id, item.version)
        .with(Effect::ItemChanged { item: item.id, version, state, why: Change::Extended })
        .accepting(AcceptanceEffect::Dated {
            item: item.id,
            version,
            days: Days { deadline: new, ..course.days },
        })
        .accepting(AcceptanceEffect::Replanned { item: item.id, gone, come })
        .accepting(AcceptanceEffect::ExtensionClosed {
            item: item.id,
            extension: open.id,
            outcome: Outcome::Approved,
            basis: said.to_owned(),
        });
    let to = acceptance::contact_lang(&mut call, item.lead.id).await?;
    let basis = if said.is_empty() { String::new() } else { say!(to, "（{said}）", " ({said})") };
    let heard = head(&item, to).then(say!(
        to,
        "：延期已批准{basis}，期限 {old} → {new}。",
        ": the extension is approved{basis}, {old} → {new}."
    ));
    let decision = decision.saying(Reply::notice(Audience::UnitContact(item.lead.id), heard, call.now));
    let text = say!(
        lang,
        "✅ 第 {number} 项延期已批准：{old} → {new}，单位已告知。到 {new} 前不算逾期。",
        "✅ The extension of item {number} is approved: {old} → {new}; the unit is told. It is not overdue until then."
    );
    Ok(call.say(decision, Message::plain(text)))
}

/// Refused by the office, declined by the head, taken back by whoever asked: the deadline stays.
async fn closed(
    mut call: Call<'_>,
    item: Item,
    open: &Extension,
    outcome: Outcome,
    said: &str,
) -> Result<Decision, Failure> {
    let (lang, number, old) = (call.lang(), item.number, item.deadline);
    acceptance::fits(&call, said)?;
    match outcome {
        Outcome::Refused => only_office(&call, &item)?,
        Outcome::Declined => only_head(&call, &item)?,
        Outcome::Withdrawn if call.speaker()?.role == Role::Office => {
            return Err(told(say!(
                lang,
                "延期申请由单位自己撤回；整改办不同意请发：延期 {number} 不批 原因",
                "The unit takes its own application back; to refuse it: extend {number} refuse REASON"
            )));
        }
        _ => {}
    }
    if outcome == Outcome::Refused && said.is_empty() {
        let example =
            words(number, &say!(lang, "不批 工期可以压缩", "refuse the work can be speeded up"), lang);
        let text = Text::plain(say!(
            lang,
            "请在后面写一句原因，会原样告诉单位，还没有登记。例：",
            "Please add the reason; the unit reads it as it stands. Nothing is recorded yet. E.g. "
        ));
        return Ok(call.answer(text.code(example)));
    }
    let mut decision = touching(&call, &item)?.accepting(AcceptanceEffect::ExtensionClosed {
        item: item.id,
        extension: open.id,
        outcome,
        basis: said.to_owned(),
    });
    let why = if said.is_empty() { String::new() } else { format!("：{said}") };
    if outcome != Outcome::Withdrawn {
        let to = acceptance::contact_lang(&mut call, item.lead.id).await?;
        let word = outcome.word().pick(to);
        let heard = head(&item, to).then(say!(
            to,
            "：延期{word}{why}。期限仍为 {old}。",
            ": the extension was {word}{why}. The deadline stays {old}."
        ));
        decision = decision.saying(Reply::notice(Audience::UnitContact(item.lead.id), heard, call.now));
    }
    if outcome != Outcome::Refused {
        let word = outcome.word().zh;
        let heard = head(&item, Lang::Zh).then(say!(Lang::Zh, "：延期申请{word}{why}。", ": {word}{why}."));
        decision = decision.saying(Reply::notice(Audience::Office(None), heard, call.now));
    }
    let word = outcome.word().pick(lang);
    let text = say!(
        lang,
        "第 {number} 项的延期申请{word}，期限仍为 {old}。",
        "The extension of item {number} is {word}; the deadline stays {old}."
    );
    Ok(call.say(decision, Message::plain(text)))
}

/// How the last one stands.
fn shown(call: &Call<'_>, item: &Item, last: Option<&Extension>) -> Decision {
    let (lang, number) = (call.lang(), item.number);
    let Some(last) = last else {
        let old = item.deadline;
        let example = words(number, &say!(lang, "到 日期 因 原因", "until DAY because REASON"), lang);
        return call.answer(
            Text::plain(say!(
                lang,
                "第 {number} 项没有申请过延期，期限 {old}。到期前可以申请：",
                "No extension of item {number} was asked for, it is due on {old}. To ask before that: "
            ))
            .code(example),
        );
    };
    let text = told_of(item, last, lang);
    let is_office = call.door.speaker.as_ref().is_some_and(|speaker| speaker.role == Role::Office);
    let message = Message::from(text.then(format!("\n{}", state(last, lang))));
    call.answer(match last.is_open() && is_office && last.confirmed_on.is_some() {
        true => message.row(decide(number, lang)),
        false => message,
    })
}

/// Where an extension stands, for a card.
pub(super) fn state(extension: &Extension, lang: Lang) -> String {
    match (extension.closed, extension.confirmed_on) {
        (Some((on, outcome)), _) => {
            let word = outcome.word().pick(lang);
            let basis = &extension.basis;
            let basis =
                if basis.is_empty() { String::new() } else { say!(lang, "（{basis}）", " ({basis})") };
            say!(lang, "{on} {word}{basis}", "{word} on {on}{basis}")
        }
        (None, Some(on)) => {
            say!(lang, "{on} 单位负责人已确认，待整改办批", "confirmed on {on}, before the office")
        }
        (None, None) => say!(lang, "待单位负责人确认", "to be confirmed by the head of the unit"),
    }
}

/// What is asked for and not decided.
async fn list(call: Call<'_>) -> Result<Decision, Failure> {
    let (lang, rounds, speaker) = (call.lang(), call.rounds(), call.speaker()?);
    let own = (speaker.role != Role::Office).then_some(speaker.unit.id);
    let asked = store::waiting::extensions(&mut *call.read, &rounds, own).await?;
    if asked.is_empty() {
        return Ok(call.answer(Message::plain(say!(
            lang,
            "没有待办的延期申请。",
            "No extension waits for a decision."
        ))));
    }
    let count = asked.len();
    let mut message =
        Message::from(Text::default().strong(say!(lang, "延期申请 {count} 件", "{count} extension(s)")));
    for one in asked.iter().take(SHOWN) {
        let (number, title, unit) = (one.number, wording::head(&one.title, 24), &one.unit);
        let (old, new, reason) = (one.old_deadline, one.new_deadline, wording::head(&one.reason, 40));
        let waits = match one.is_confirmed {
            true => say!(lang, "待整改办批", "before the office"),
            false => say!(lang, "待单位负责人确认", "the head has to confirm"),
        };
        message.text = message.text.strong(format!("\n【{number}】{title}")).then(say!(
            lang,
            "\n{unit} {old} → {new}，{reason}（{waits}）",
            "\n{unit} {old} → {new}, {reason} ({waits})"
        ));
        if one.is_confirmed && own.is_none() {
            message = message.row(decide(number, lang));
        }
    }
    Ok(call.answer(message))
}
