//! 延期: before the deadline a unit asks for another one, with the reason; its head stands behind it, the office
//! decides or notes what the higher office approved. Until then nothing moves; approved time is not overdue.

use uuid::Uuid;

use super::acceptance::{self, head};
use super::{Call, Command, Failure, show, told, wording};
use crate::domain::acceptance::{Extension, Outcome};
use crate::domain::decision::Decision;
use crate::domain::people::Who;
use crate::domain::{Both, Button, Item, Lang, Message, Role, Text};
use crate::store::waiting::Standing;
use crate::{say, store};

mod asked;
mod decided;

use asked::asked;
use decided::{approved, based, closed, confirmed};

pub const COMMAND: Command = Command {
    words: &["延期", "extend", "申请延期"],
    glued: true,
    usage: Both {
        zh: "延期 22 到 2019-03-31 因 汛期停工两个月",
        en: "extend 22 until 2019-03-31 because of the flood",
    },
    about: Both {
        zh: "到期前申请延期，写清到哪天、因为什么；单位负责人确认、整改办批：延期 22 确认，延期 22 批准 依据，延期 22 不批 原因；补依据：延期 22 依据 文号",
        en: "ask for a later deadline before it expires; the head confirms, the office decides: extend 22 confirm, extend 22 approve BASIS, extend 22 refuse REASON; the basis afterwards: extend 22 basis WORDS",
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
const BASIS: [&str; 2] = ["依据", "basis"];
const WITHDRAW: [&str; 3] = ["撤回", "取消", "withdraw"];

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    if call.words.is_empty() {
        return list(call).await;
    }
    let lang = call.lang();
    let word = call.words.item().map_err(|slip| call.slip(&slip))?;
    let item = show::item(&mut call, &word).await?;
    let speaker = call.speaker()?.clone().concerning(std::slice::from_ref(&item));
    if !speaker.role.sees_all() && speaker.unit.id != item.lead.id {
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
    let is_basis = closes.is_none() && !confirms && takes(&mut call, &BASIS);
    let said = call.words.rest();
    if is_basis {
        return based(call, item, course.extension.as_ref(), &said).await;
    }
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
    acceptance::words(VERB, number, rest, lang)
}

/// The heads of the lead unit who can be told.
async fn bound_heads(call: &mut Call<'_>, item: &Item) -> Result<Vec<Uuid>, Failure> {
    let heads = store::people::heads(&mut *call.read, &[item.lead.id]).await?;
    Ok(heads.into_iter().map(|(_, post)| post).collect())
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
        false => say!(
            lang,
            "\n单位负责人还没绑定，收到书面确认或上级批复后再批，写明依据。",
            "\nNo head of that unit is bound: decide when it is confirmed on paper, and say by which."
        ),
    };
    Message::from(told_of(item, extension, lang).then(state)).row(decide(number, lang))
}

/// How it stands, under the item in a list.
pub(super) fn below(one: &Standing, lang: Lang) -> Text {
    let (old, new, basis) = (one.old_deadline, one.new_deadline, wording::head(&one.basis, 40));
    let basis = if basis.is_empty() { basis } else { say!(lang, "（{basis}）", " ({basis})") };
    Text::plain(match one.is_approved {
        true => {
            say!(lang, "\n延期已批准{basis}，原期限 {old}", "\nextension approved{basis}, formerly due {old}")
        }
        false => {
            let waits = waits_for(one.is_confirmed, lang);
            say!(lang, "\n申请延期到 {new}，{waits}", "\nasked to be due {new}, {waits}")
        }
    })
}

/// Whose turn it is.
fn waits_for(is_confirmed: bool, lang: Lang) -> String {
    match is_confirmed {
        true => say!(lang, "待整改办批", "before the office"),
        false => say!(lang, "待单位负责人确认", "the head has to confirm"),
    }
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
    let own = (!speaker.role.sees_all()).then_some(speaker.unit.id);
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
        let waits = waits_for(one.is_confirmed, lang);
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
