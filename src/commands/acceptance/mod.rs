//! 验收销号: 申请销号 by the lead unit, 核查 by the acceptance unit, 公示, 异议 and 销号 by the office. Every step by
//! button or command; every step back with its reason. What an item's card says of it stands here too.

use super::words::Words;
use super::{Call, Command, Failure, held, show, told, wording};
use crate::domain::acceptance::{AcceptanceEffect, Application, Course, Ended, Stage, moved};
use crate::domain::decision::{Aggregate, Change, Decision, Effect};
use crate::domain::people::Who;
use crate::domain::{Both, Button, Item, Lang, Message, Role, Status, Text};
use crate::store::people::Reader;
use crate::{say, store};

mod apply;
mod card;
mod check;
mod checker;
mod objection;
mod others;
mod points;
mod publicity;
pub(super) mod relapse;
mod sign_off;
pub(super) mod walk;

pub(super) use card::lines;
use card::span;

pub const APPLY: Command = Command {
    words: &["申请销号", "apply", "申请验收", "销号申请"],
    glued: true,
    usage: Both { zh: "申请销号 16", en: "apply 16" },
    about: Both {
        zh: "整改完成后申请验收销号，按标准逐条问；撤回：申请销号 16 撤回",
        en: "apply for acceptance and sign-off, point by point; take it back: apply 16 withdraw",
    },
    who: Who::Roles(&[Role::Contact, Role::UnitHead]),
    item: |words| words.clone().item().ok().map(|item| item.number),
    run: |call| Box::pin(apply::run(call)),
};

pub const CHECK: Command = Command {
    words: &["核查", "check", "现场核查"],
    glued: true,
    usage: Both { zh: "核查 16", en: "check 16" },
    about: Both {
        zh: "看销号申请；现场写结论：核查 16 通过，核查 16 不通过 原因，核查 16 补充 要补什么；整改办指定验收单位：核查 16 由 市环保局",
        en: "an application; write the conclusion on the spot: check 16 pass, check 16 fail REASON, check 16 supplement WHAT; the office names who checks: check 16 by UNIT",
    },
    who: Who::Roles(&[Role::Contact, Role::UnitHead, Role::Office]),
    item: |words| words.clone().item().ok().map(|item| item.number),
    run: |call| Box::pin(check::run(call)),
};

pub const PUBLISH: Command = Command {
    words: &["公示", "publish"],
    glued: true,
    usage: Both { zh: "公示 16", en: "publish 16" },
    about: Both {
        zh: "核查通过后公示，先看公示表怎么写；改开始日：公示 16 9月20日；改公示表那一句：公示 16 情况 已建成并稳定达标",
        en: "begin publicity after the check, shown first; from another day: publish 16 2018-09-20; in other words: publish 16 saying TEXT",
    },
    who: Who::Roles(&[Role::Office]),
    item: |words| words.clone().item().ok().map(|item| item.number),
    run: |call| Box::pin(publicity::run(call)),
};

pub const OBJECT: Command = Command {
    words: &["异议", "objection"],
    glued: true,
    usage: Both { zh: "异议 16 来电反映夜间有异味", en: "objection 16 smell at night" },
    about: Both {
        zh: "公示期收到异议，公示先停；单位核实后报情况：异议 16 情况；整改办处理完重新公示：异议 16 处理 情况；属实退回：异议 16 成立 情况",
        en: "an objection stops publicity; the unit says what it found: objection 16 TEXT; the office settles it and publicity begins anew: objection 16 settle TEXT; it holds, the item goes back: objection 16 uphold TEXT",
    },
    who: Who::Roles(&[Role::Contact, Role::UnitHead, Role::Office]),
    item: |words| words.clone().item().ok().map(|item| item.number),
    run: |call| Box::pin(objection::run(call)),
};

pub const SIGN_OFF: Command = Command {
    words: &["销号", "sign_off", "signoff"],
    glued: true,
    usage: Both { zh: "销号 16", en: "sign_off 16" },
    about: Both {
        zh: "公示期满后销号；不写编号看销号申请到哪一步；退回：销号 16 退回 原因",
        en: "sign off after publicity; without a number how far applications have come; send back: sign_off 16 return REASON",
    },
    who: Who::Roles(&[Role::Office]),
    item: |words| words.clone().item().ok().map(|item| item.number),
    run: |call| Box::pin(sign_off::run(call)),
};

pub const RELAPSE: Command = Command {
    words: &["反弹", "relapse"],
    glued: true,
    usage: Both { zh: "反弹 16 二号池又渗漏", en: "relapse 16 pond two leaks" },
    about: Both {
        zh: "已销号的又出问题，重新打开：反弹 16 到 2019-06-30 因 情况；原销号记录保留",
        en: "what was signed off has come back and is open again: relapse 16 until 2019-06-30 because TEXT",
    },
    who: Who::Roles(&[Role::Office]),
    item: |words| words.clone().item().ok().map(|item| item.number),
    run: |call| Box::pin(relapse::run(call)),
};

pub const RECHECK: Command = Command {
    words: &["回头看", "recheck"],
    glued: true,
    usage: Both { zh: "回头看", en: "recheck" },
    about: Both {
        zh: "销号后到期该看的事项；看过：回头看 16 通过；又出问题：回头看 16 反弹 情况",
        en: "what is to be looked at again after sign-off; recheck 16 pass; recheck 16 relapse TEXT",
    },
    who: Who::Roles(&[Role::Office, Role::Supervisor]),
    item: |words| words.clone().item().ok().map(|item| item.number),
    run: |call| Box::pin(relapse::recheck(call)),
};

/// The item that is named next, for who may read it in this chat.
async fn item(
    call: &mut Call<'_>,
    may: fn(&Call<'_>, &Item) -> Result<(), Failure>,
) -> Result<Item, Failure> {
    let word = call.words.item().map_err(|slip| call.slip(&slip))?;
    let item = show::item(call, &word).await?;
    may(call, &item)?;
    readable(call, item)
}

/// What is said about acceptance is said where the item's texts may be read.
fn readable(call: &Call<'_>, item: Item) -> Result<Item, Failure> {
    match call.shows(&item) {
        true => Ok(item),
        false => Err(told(wording::ask_in_private(call.lang()))),
    }
}

/// Whoever may use the command may use it for every item.
fn anybody(_: &Call<'_>, _: &Item) -> Result<(), Failure> {
    Ok(())
}

/// How far the item has come by today.
async fn course(call: &mut Call<'_>, item: &Item) -> Result<Course, Failure> {
    Ok(store::acceptance::course(&mut *call.read, item.id, call.now.today()).await?)
}

/// When the unit said that it was done: as it stands, else since the reports say so, else that day.
async fn completed_on(
    call: &mut Call<'_>,
    item: &Item,
    course: &Course,
    otherwise: chrono::NaiveDate,
) -> Result<Option<chrono::NaiveDate>, Failure> {
    if course.days.completed_on.is_some() {
        return Ok(course.days.completed_on);
    }
    Ok(store::acceptance::done_since(&mut *call.read, item.id).await?.or(Some(otherwise)))
}

/// The item goes on to this status.
fn step(
    call: &Call<'_>,
    item: &Item,
    status: Status,
    verified: Option<i16>,
    why: Change,
) -> Result<Decision, Failure> {
    let state = moved(item, status, verified, call.now.today(), call.basis);
    let decision = call
        .decision()
        .by(call.speaker()?)
        .changing(Aggregate::Item, item.id, item.version)
        .with(Effect::ItemChanged { item: item.id, version: item.version + 1, state, why });
    Ok(held::settling(call, item, decision))
}

/// Something happened to the item that leaves it where it stands.
pub(super) fn beside(call: &Call<'_>, item: &Item) -> Result<Decision, Failure> {
    let next_check_on = item.state.next_check_on;
    let decision = call
        .decision()
        .by(call.speaker()?)
        .changing(Aggregate::Item, item.id, item.version)
        .with(Effect::ItemChecked { item: item.id, version: item.version + 1, next_check_on });
    Ok(held::settling(call, item, decision))
}

/// 退回整改: the application is over, and what was completed, accepted and verified is so no longer.
async fn returned(
    call: &mut Call<'_>,
    item: &Item,
    course: &Course,
    open: &Application,
    reason: &str,
) -> Result<Decision, Failure> {
    let verified = store::acceptance::verified_before(&mut *call.read, item.id).await?;
    let (version, days) = (item.version + 1, course.days.undone());
    Ok(step(call, item, Status::Returned, verified, Change::Returned)?
        .accepting(ended(item.id, open, Ended::Returned, reason))
        .accepting(AcceptanceEffect::Dated { item: item.id, version, days }))
}

/// An application is over.
fn ended(item: uuid::Uuid, open: &Application, why: Ended, reason: &str) -> AcceptanceEffect {
    AcceptanceEffect::Ended { application: open.id, item, why, reason: reason.to_owned() }
}

/// Who applied: the post, or the file in which it stood.
fn applicant(open: &Application, lang: Lang) -> String {
    let by = &open.by;
    match by.is_empty() {
        true => say!(lang, "台账导入", "from the imported ledger"),
        false => by.clone(),
    }
}

/// The language of the contact who reads something.
pub(super) async fn contact_lang(call: &mut Call<'_>, unit: uuid::Uuid) -> Result<Lang, Failure> {
    Ok(store::people::lang_of(&mut *call.read, Reader::ContactOf(unit)).await?)
}

/// `第 16 项「…」`
pub(super) fn head(item: &Item, lang: Lang) -> Text {
    let (number, title) = (item.number, &item.title);
    Text::default().strong(say!(lang, "第 {number} 项「{title}」", "Item {number} “{title}”"))
}

/// The commands' words, as buttons say them.
const REPORTS: Both = Both { zh: "进度", en: "report" };
const APPLIES: Both = Both { zh: "申请销号", en: "apply" };
const CHECKS: Both = Both { zh: "核查", en: "check" };
const PUBLISHES: Both = Both { zh: "公示", en: "publish" };
const OBJECTS: Both = Both { zh: "异议", en: "objection" };
const RELAPSES: Both = Both { zh: "反弹", en: "relapse" };
const RECHECKS: Both = Both { zh: "回头看", en: "recheck" };
const SIGNS_OFF: Both = Both { zh: "销号", en: "sign_off" };

/// A command about an item, in words.
pub(super) fn words(verb: Both, number: i32, rest: &str, lang: Lang) -> String {
    format!("{} {number} {rest}", verb.pick(lang)).trim_end().to_owned()
}

/// A button for a command about an item.
fn button(label: String, verb: Both, item: &Item, rest: &str, lang: Lang) -> Option<Button> {
    Button::new(label, words(verb, item.number, rest, lang))
}

/// Words that are too long to be kept.
pub(super) fn fits(call: &Call<'_>, said: &str) -> Result<(), Failure> {
    const MOST: usize = crate::domain::acceptance::LONGEST;
    match said.chars().count() <= MOST {
        true => Ok(()),
        false => Err(told(say!(
            call.lang(),
            "请控制在 {MOST} 字以内，详细材料发文件。没有登记。",
            "Please keep it within {MOST} characters and send the rest as a file; nothing was recorded."
        ))),
    }
}

/// The work goes back to the unit: what the unit reads, with the way on.
fn sent_back(item: &Item, why: &str, lang: Lang) -> Message {
    let text = head(item, lang).then(say!(
        lang,
        "：退回整改，{why}\n改好后重新申请，上次填的会带出来。",
        " goes back: {why}\nWhen it is mended apply again; what you wrote last time is kept."
    ));
    Message::from(text).row([
        button(say!(lang, "填报进展", "Report"), REPORTS, item, "", lang),
        button(say!(lang, "重新申请", "Apply again"), APPLIES, item, "", lang),
    ])
}

/// A step that cannot be taken, because of where the application stands.
fn not_there_yet(call: &Call<'_>, item: &Item, course: &Course) -> Failure {
    let (lang, number) = (call.lang(), item.number);
    let is_office = call.door.speaker.as_ref().is_some_and(|speaker| speaker.role == Role::Office);
    let Some((_, stage)) = course.stage() else {
        let status = item.state.status.word().pick(lang);
        return told(say!(
            lang,
            "第 {number} 项现在{status}，没有待办的销号申请。",
            "Item {number} is {status}; no application is open."
        ));
    };
    told(match stage {
        Stage::ToCheck => say!(
            lang,
            "第 {number} 项的销号申请还没有核查结论，先核查：核查 {number}",
            "Item {number} has not been checked yet: check {number}"
        ),
        Stage::ToSupplement(check) => {
            let on = check.checked_on;
            say!(
                lang,
                "第 {number} 项 {on} 核查要求补充材料，等单位补齐后再核查。",
                "The check of {on} wants more papers about item {number}; the unit is to apply again."
            )
        }
        Stage::ToPublish(_) if !is_office => say!(
            lang,
            "第 {number} 项核查已通过，等整改办公示。",
            "Item {number} has passed the check; the office is to publish it."
        ),
        Stage::ToPublish(_) => say!(
            lang,
            "第 {number} 项核查已通过，还没有公示：公示 {number}",
            "Item {number} has passed the check and is not published yet: publish {number}"
        ),
        Stage::Published(_, window) => {
            let (from, to) = (window.starts_on, window.ends_on);
            say!(
                lang,
                "第 {number} 项在公示：{from} 至 {to}。",
                "Item {number} is published from {from} to {to}."
            )
        }
        Stage::Stopped(..) if !is_office => say!(
            lang,
            "第 {number} 项公示期有异议，等整改办处理；核实的情况请报：异议 {number} 情况",
            "An objection about item {number} was raised; the office is to settle it. What you found: objection {number} TEXT"
        ),
        Stage::Stopped(..) => say!(
            lang,
            "第 {number} 项公示期有异议没有处理完，先处理：异议 {number}",
            "An objection about item {number} is not settled yet: objection {number}"
        ),
    })
}

/// 34项申请销号, 22项申请延期到明年3月: in free words, as the command line that says the same.
pub(super) fn said_line(text: &str) -> Option<String> {
    let mut words = Words::new(text);
    let item = words.item().ok()?;
    for (verb, said) in [
        (APPLIES, ["申请销号", "申请验收", "提请验收", "申请验收销号"].as_slice()),
        (Both { zh: "延期", en: "extend" }, ["申请延期", "请求延期", "想延期", "延期"].as_slice()),
    ] {
        let Some(word) = said.iter().find(|word| words.take(word)) else { continue };
        // 申请验收材料已报 tells of papers.
        let is_paper =
            ["材料", "资料", "报告", "表"].iter().any(|paper| text.contains(&format!("{word}{paper}")));
        let rest = words.rest();
        let rest = rest.trim_end_matches(['。', '！', '!']);
        return (!is_paper).then(|| format!("{} {} {rest}", verb.zh, item.number));
    }
    None
}
