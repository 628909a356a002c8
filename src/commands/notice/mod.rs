//! 发文: the office's notices, and what becomes of each: checked and signed by two, delivered, signed for,
//! answered, closed. A unit finds its own copies here.

mod agency; // 代字
mod cc; // 抄送
pub mod circular; // 通报
mod delivered; // 送达 by other means
pub mod draft;
mod interview; // 批准, 纪要
pub mod message;
pub mod receipt; // 签收 of a copy
pub mod record; // 送达回证
pub mod reply;
mod sign; // 签发
mod steps; // 核稿, 作废 …

use self::message::Desk;
use super::words::{SlipKind, Words};
use super::{Call, Command, Failure, told};
use crate::domain::decision::Decision;
use crate::domain::notice::reference::{self, Reference};
use crate::domain::notice::{Notice, NoticeCopy, State};
use crate::domain::people::Who;
use crate::domain::{Both, Button, Lang, Message, Role, Text, UnitRef, numeral};
use crate::store::notices::{Listed, Of};
use crate::{say, store};

pub const COMMAND: Command = Command {
    words: &["发文", "notices"],
    glued: true,
    usage: Both { zh: "发文", en: "notices" },
    about: Both {
        zh: "督办通知等文件：列表；发文 3 看一件的全文，发文 16项 看一项的",
        en: "the office's notices; one in full: notices 3",
    },
    who: Who::Bound,
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

/// Notices on one page.
const PAGE: i64 = 8;

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    private_enough(&call)?;
    let is_office = call.speaker()?.role == Role::Office;
    if call.words.is_empty() {
        return list(call, None, 0).await;
    }
    let said = call.words.clone().rest();
    if let Some(rest) = ["代字", "abbr"].iter().find_map(|word| said.strip_prefix(word)) {
        return agency::set(call, rest.trim()).await;
    }
    if let Some((item, page)) = item_number(&said) {
        return list(call, Some(item), page).await;
    }
    let Some((reference, verb)) = reference::leading(&said) else {
        return match call.words.page() {
            Some(page) => list(call, None, page - 1).await,
            None => Err(call.slip(&call.words.clone().slip(SlipKind::NoWords))),
        };
    };
    let notice = readable(&mut call, &reference).await?;
    if !verb.is_empty() && is_office {
        return steps::take(call, notice, verb.to_owned()).await;
    }
    if !verb.is_empty() {
        return Err(not_office(call.lang()));
    }
    let (lang, today) = (call.lang(), call.now.today());
    let own = copy_of(&call, &notice)?.map(|copy| copy.id);
    let message = match own {
        Some(own) if !is_office => message::of_unit(&notice, own, today, call.basis, lang),
        _ => None,
    };
    let message = match message {
        Some(message) => message,
        None if is_office => card(&mut call, &notice).await?,
        None => {
            let read = card(&mut call, &notice).await?;
            Message { buttons: Vec::new(), ..read }
        }
    };
    Ok(call.answer(message))
}

/// The office's card, for this speaker.
pub(super) async fn card(call: &mut Call<'_>, notice: &Notice) -> Result<Message, Failure> {
    let card = message::card(notice, desk(call, notice).await?, call.lang());
    let other = message::other_day(notice, call.now.today(), &call.basis.calendar, call.lang());
    Ok(match other {
        Some((text, button)) => Message { text: card.text.then(text), ..card }.row([button]),
        None => card,
    })
}

/// How the speaker stands to a notice.
pub(super) async fn desk(call: &mut Call<'_>, notice: &Notice) -> Result<Desk, Failure> {
    let is_drafter = notice.drafted.post == call.speaker()?.post;
    Ok(Desk { is_drafter, is_alone: is_alone(call).await? })
}

/// Whether the office has nobody else.
pub(super) async fn is_alone(call: &mut Call<'_>) -> Result<bool, Failure> {
    Ok(store::people::office_posts(&mut *call.read).await? <= 1)
}

/// `16项`, `第16项 第2页`: the notices about an item, and how many pages are left out.
fn item_number(said: &str) -> Option<(i32, i64)> {
    let said = numeral::half_width(said);
    let (item, page) = said.split_once('项')?;
    let page = if page.trim().is_empty() { 1 } else { Words::new(page).page()? };
    Some((numeral::item_number(item)?, page - 1))
}

fn not_office(lang: Lang) -> Failure {
    Failure::Refused {
        what: "notice_not_office",
        item: None,
        told: Message::plain(say!(
            lang,
            "核稿、签发、办结由整改办办理。要回复请发：回复 文号 内容",
            "The office checks, signs and closes notices. To answer one: reply NUMBER WORDS"
        )),
    }
}

/// What notices say is for the office's own group, for a unit's own group, and for private chats.
pub(super) fn private_enough(call: &Call<'_>) -> Result<(), Failure> {
    match call.is_office_group() || call.is_own_group() {
        true => Ok(()),
        false => call.only_in_private(),
    }
}

/// The speaker's own copy: of the unit, or of one for which the speaker stands in.
pub(super) fn copy_of<'n>(call: &Call<'_>, notice: &'n Notice) -> Result<Option<&'n NoticeCopy>, Failure> {
    let units: Vec<&UnitRef> = call.speaker()?.units().collect();
    Ok(notice.copies.iter().find(|copy| units.iter().any(|unit| unit.id == copy.unit.id)))
}

/// Why nothing is to be signed for or answered any more.
fn settled(copy: &NoticeCopy, number: &str, lang: Lang) -> Option<String> {
    if copy.standing.closed.is_some() {
        return Some(say!(
            lang,
            "{number} 已办结，不用再签收、回复。",
            "{number} is closed: nothing more is to be done."
        ));
    }
    let by = copy.escalated.as_ref()?.by.clone().unwrap_or_default();
    Some(say!(
        lang,
        "{number} 已由 {by} 接替，不用再签收、回复；请办理 {by}。",
        "{by} took the place of {number}: nothing more is to be done about it; see {by}."
    ))
}

/// The notice that is named, where the speaker may read it. To everybody else it is not there.
pub(super) async fn readable(call: &mut Call<'_>, said: &Reference) -> Result<Notice, Failure> {
    let lang = call.lang();
    let name = match said {
        Reference::Handle(handle) => say!(lang, "第 {handle} 件", "No. {handle}"),
        Reference::Number(number) => number.clone(),
    };
    let none = || {
        say!(
            lang,
            "没有找到{name}。发送“发文”看有哪些。",
            "There is no notice {name}. Send “notices” for the list."
        )
    };
    let Some(notice) = store::notices::named(&mut *call.read, said).await? else { return Err(told(none())) };
    let speaker = call.speaker()?;
    let is_out = notice.standing.state.is_out();
    let had_it = copy_of(call, &notice)?.is_some_and(|copy| copy.sent.is_some());
    if had_it && notice.standing.state == State::Void {
        let reason = &notice.standing.void_reason;
        return Err(told(say!(
            lang,
            "{name} 已作废（{reason}），不用再签收和回复。",
            "{name} is void ({reason}); nothing more is to be done."
        )));
    }
    let is_theirs = match speaker.role {
        Role::Office => true,
        Role::Supervisor | Role::Auditor => is_out,
        Role::Contact | Role::UnitHead => is_out && copy_of(call, &notice)?.is_some(),
        Role::Leader => {
            let ids: Vec<_> = notice.lines.iter().map(|line| line.item).collect();
            let items = store::items::these(&mut *call.read, &ids).await?;
            is_out && items.iter().any(|item| item.leader_post == Some(speaker.post))
        }
    };
    match is_theirs {
        true => Ok(notice),
        false => Err(Failure::Refused { what: "notice_not_yours", item: None, told: Message::plain(none()) }),
    }
}

async fn list(call: Call<'_>, item: Option<i32>, page: i64) -> Result<Decision, Failure> {
    let (lang, speaker) = (call.lang(), call.speaker()?);
    let units: Vec<_> = speaker.units().map(|unit| unit.id).collect();
    let of = match speaker.role {
        Role::Office | Role::Supervisor | Role::Auditor => Of::All,
        Role::Contact | Role::UnitHead => Of::Units(&units),
        Role::Leader => Of::Leader(speaker.post),
    };
    let drafts = speaker.role == Role::Office;
    let rounds = call.rounds();
    let number = item;
    let item = match number {
        None => None,
        Some(number) => {
            let items = store::items::by_numbers(&mut *call.read, &rounds, &[number]).await?;
            let Some(item) = items.first() else {
                return Err(told(say!(lang, "没有第 {number} 项。", "There is no item {number}.")));
            };
            Some(item.id)
        }
    };
    let listed = store::notices::list(&mut *call.read, &of, drafts, item, PAGE, page * PAGE).await?;
    let Some(all) = listed.first().map(|first| first.all) else {
        if page > 0 {
            return Err(told(say!(lang, "没有这一页。", "There is no such page.")));
        }
        let text = match drafts {
            true => Text::plain(say!(lang, "还没有发文。要拟稿请发，例：", "No notices yet. To draft one: "))
                .code(say!(lang, "督办 16", "supervise 16")),
            false => Text::plain(say!(lang, "没有发文。", "No notices.")),
        };
        return Ok(call.answer(text));
    };
    let mut text = Text::default().strong(say!(lang, "📄 发文 {all} 件", "📄 {all} notices"));
    for one in &listed {
        text = text.then("\n").then(entry(one, lang));
    }
    let open = listed.iter().map(|one| {
        let name = one.number.clone().unwrap_or_else(|| {
            let handle = one.handle;
            say!(lang, "稿{handle}", "draft {handle}")
        });
        Button::new(name, message::says(&one.handle.to_string(), lang))
    });
    let mut message = Message::from(text);
    for row in open.collect::<Vec<_>>().chunks(2) {
        message = message.row(row.to_vec());
    }
    if (page + 1) * PAGE < all {
        let next = page + 2;
        let of = number.map_or(String::new(), |number| format!("{number}项 "));
        let says = message::says(&say!(lang, "{of}第{next}页", "{of}page {next}"), lang);
        message = message.row([Button::new(say!(lang, "下一页", "Next page"), says)]);
    }
    Ok(call.answer(message))
}

/// `3 安整改办督〔2018〕1号 · 已签发 · 紫岩县等 2 份，签收 1、回复 0，限期 2018-09-07`
fn entry(one: &Listed, lang: Lang) -> String {
    let (handle, state, copies) = (one.handle, one.state.word().pick(lang), one.copies);
    let name = match &one.number {
        Some(number) => number.clone(),
        None => one.title.clone(),
    };
    let first = one.units.first().map_or("", String::as_str);
    let units = match one.units.len() {
        0 | 1 => first.to_owned(),
        _ => say!(lang, "{first}等 {copies} 份", "{first} and others, {copies} copies"),
    };
    let mut line = format!("{handle} {name} · {state} · {units}");
    if one.state.is_out() {
        let (signed, answered) = (one.signed, one.answered);
        line += &say!(lang, "，签收 {signed}、回复 {answered}", ", {signed} signed for, {answered} answered");
        if let Some(by) = one.answer_by {
            line += &say!(lang, "，限期 {by}", ", due {by}");
        }
    }
    line
}
