//! 查: one item in full, with its last reports, for those concerned. Also how commands find the item
//! that somebody named.

use chrono::NaiveDate;

use super::words::{ItemWord, SlipKind};
use super::{Call, Command, Failure, acceptance, as_of, told, wording};
use crate::domain::acceptance::{Course, Stage};
use crate::domain::decision::Decision;
use crate::domain::flag::planned_percent;
use crate::domain::people::Who;
use crate::domain::sentence;
use crate::domain::{Both, Button, Item, Message, Status, Text};
use crate::store::reports::Shown;
use crate::{say, store};

pub const COMMAND: Command = Command {
    words: &["查", "item", "查询"],
    glued: true,
    usage: Both { zh: "查 16", en: "item 16" },
    about: Both {
        zh: "看一个事项的全部情况和最近填报；加日期看那一天：查 16 8月15日，查 16 昨天",
        en: "one item in full, with its last reports; on a day: item 16 2018-08-15",
    },
    who: Who::Bound,
    item: |words| words.clone().item().ok().map(|word| word.number),
    run: |call| Box::pin(run(call)),
};

/// How many reports an item is shown with: what a person reads on a phone.
pub(super) const REPORTS: i64 = 3;
/// Long texts of the plan are cut here on a phone's screen.
const PARAGRAPH: usize = 200;

/// The item somebody named, out of what was read with the door's facts.
pub(super) fn named(call: &Call<'_>, word: &ItemWord) -> Result<Item, Failure> {
    pick(call, call.named, word).cloned()
}

/// The items of these numbers in all open rounds: those that the door's facts do not hold are read.
pub(super) async fn items(call: &mut Call<'_>, words: &[&ItemWord]) -> Result<Vec<Item>, Failure> {
    let mut items = call.named.to_vec();
    let known = |number: &i32| call.named.iter().any(|item| item.number == *number);
    let missing: Vec<i32> = words.iter().map(|word| word.number).filter(|n| !known(n)).collect();
    if !missing.is_empty() {
        let rounds = call.rounds();
        items.extend(store::items::by_numbers(&mut *call.read, &rounds, &missing).await?);
    }
    Ok(items)
}

/// The item somebody named, read where the door's facts do not hold it.
pub(super) async fn item(call: &mut Call<'_>, word: &ItemWord) -> Result<Item, Failure> {
    let items = items(call, &[word]).await?;
    pick(call, &items, word).cloned()
}

/// The item somebody named: unknown numbers and several rounds end here.
pub(super) fn pick<'i>(call: &Call<'_>, items: &'i [Item], word: &ItemWord) -> Result<&'i Item, Failure> {
    let lang = call.lang();
    let number = word.number;
    let rounds: Vec<_> = call
        .door
        .rounds
        .iter()
        .filter(|round| word.round.as_ref().is_none_or(|name| round.name.contains(name.as_str())))
        .collect();
    if rounds.is_empty() {
        return Err(match &word.round {
            Some(name) => told(say!(lang, "没有叫“{name}”的在办轮次。", "No open round is called “{name}”.")),
            None => told(say!(
                lang,
                "现在没有在办的督察轮次，请联系整改办。",
                "No round is open: contact the office."
            )),
        });
    }
    let is_of_round = |item: &&Item| rounds.iter().any(|round| round.id == item.round);
    let mut found: Vec<&Item> =
        items.iter().filter(|item| item.number == number).filter(is_of_round).collect();
    if found.len() > 1 {
        let verb = call.command.words[0];
        let buttons = rounds
            .iter()
            .filter(|round| found.iter().any(|item| item.round == round.id))
            .map(|round| Button::new(round.name.clone(), format!("{verb} {number}@{}", round.name)));
        return Err(Failure::Told(
            Message::plain(say!(
                lang,
                "第 {number} 项在几个轮次里都有，是哪一轮？也可以写成 {number}@轮次名。",
                "Item {number} exists in several rounds: which one? You may also write {number}@ROUND."
            ))
            .row(buttons),
        ));
    }
    let sees_all = call.door.speaker.as_ref().is_some_and(|speaker| speaker.role.sees_all());
    found.pop().ok_or_else(|| {
        told(match sees_all {
            true => say!(
                lang,
                "没有第 {number} 项。发送“清单”看有哪些事项。",
                "There is no item {number}. Send “list” for the items."
            ),
            false => say!(
                lang,
                "没有第 {number} 项。发送“我的”看本单位的事项。",
                "There is no item {number}. Send “mine” for your unit's items."
            ),
        })
    })
}

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let word = call.words.item().map_err(|slip| call.slip(&slip))?;
    let day = match call.words.clone().word() {
        None => None,
        Some(word) => {
            let slip = call.words.clone().slip(SlipKind::TooMuch);
            let day = sentence::day(&word).ok_or_else(|| call.slip(&slip))?;
            call.words.word();
            Some(as_of::looked_back(&call, day))
        }
    };
    if !call.words.is_empty() {
        return Err(call.slip(&call.words.clone().slip(SlipKind::TooMuch)));
    }
    let item = named(&call, &word)?;
    answer(call, item, day).await
}

/// The item now, or as it stood on a day.
pub(super) async fn answer(call: Call<'_>, item: Item, day: Option<NaiveDate>) -> Result<Decision, Failure> {
    let lang = call.lang();
    let speaker = call.speaker()?;
    let number = item.number;
    if !item.is_open_to(speaker) {
        return Err(wording::not_concerned(&item, "item_not_yours", lang));
    }
    if let Some(day) = day {
        return as_of::answer(call, item, day).await;
    }
    if !call.shows(&item) {
        let percent = item.state.percent;
        let private = wording::ask_in_private(lang);
        return Ok(call.answer(Message::plain(say!(
            lang,
            "第 {number} 项：{percent}%。{private}",
            "Item {number}: {percent}%. {private}"
        ))));
    }
    let texts = store::items::texts(&mut *call.read, item.id).await?;
    let reports = store::reports::last(&mut *call.read, item.id, REPORTS).await?;
    let course = store::acceptance::course(&mut *call.read, item.id, call.now.today()).await?;
    Ok(call.answer(card(&call, &item, &texts, &course, &reports, None)))
}

/// All of an item, now or at the end of a day.
pub(super) fn card(
    call: &Call<'_>,
    item: &Item,
    texts: &store::items::Texts,
    course: &Course,
    reports: &[Shown],
    day: Option<NaiveDate>,
) -> Text {
    let lang = call.lang();
    let today = day.unwrap_or_else(|| call.now.today());
    let (title, kind) = (&item.title, item.kind.word().pick(lang));
    let status = match course.stage() {
        Some((_, Stage::Stopped(..))) => Both { zh: "公示中止", en: "publicity stopped" },
        _ => item.state.status.word(),
    };
    let status = status.pick(lang);
    let mut text = Text::default().strong(format!("【{}】{title}", item.number));
    if let Some(day) = day {
        text = text.then(say!(lang, "\n（{day} 当天的情况）", "\n(as it stood on {day})"));
    }
    if item.state.status.is_completed() {
        text = text.then(say!(lang, "\n状态 {status} · {kind}", "\nstatus {status} · {kind}"));
    } else {
        let flags = wording::standing(&item.standing(today, call.basis), call.basis.of(item.round), lang);
        text = text.then(say!(lang, "\n{flags} · {status} · {kind}", "\n{flags} · {status} · {kind}"));
    }
    let percent = item.state.percent;
    text = text.then(say!(lang, "\n自报进度 {percent}%", "\nself-reported {percent}%"));
    text = text.then(match item.state.verified_percent {
        Some(verified) => say!(lang, "，核实 {verified}%", ", verified {verified}%"),
        // It came with the ledger, where whoever signed it off had seen it.
        None if item.state.status == Status::SignedOff => String::new(),
        None => say!(lang, "（未核实）", " (not verified)"),
    });
    if let Some(planned) =
        planned_percent(&item.milestones, today).filter(|_| !item.state.status.is_completed())
    {
        text = text.then(say!(lang, "，序时应达 {planned}%", ", planned {planned}%"));
    }
    let deadline = course.deadline_text.clone().unwrap_or_else(|| item.deadline.to_string());
    text = text.then(match item.state.status.is_completed() {
        true => say!(lang, "\n期限 {deadline}", "\ndue {deadline}"),
        false => {
            let left = wording::days_left(item.deadline, today, lang);
            say!(lang, "\n期限 {deadline}（{left}）", "\ndue {deadline} ({left})")
        }
    });
    text.0.extend(acceptance::lines(item, course, today, call.basis, lang).0);
    if let Some(often) = wording::rhythm(item, call.basis, today, lang).filter(|_| day.is_none()) {
        text = text.then("\n").then(often);
    }
    let lead = &item.lead.name;
    text = text.then(say!(lang, "\n牵头 {lead}", "\nlead {lead}"));
    if !texts.co_names.is_empty() {
        let co = texts.co_names.join(say!(lang, "、", ", ").as_str());
        text = text.then(say!(lang, "\n配合 {co}", "\nco-units {co}"));
    }
    for (zh, en, body) in [
        ("问题", "finding", &texts.description),
        ("目标", "goal", &texts.goal),
        ("措施", "measures", &texts.measures),
    ] {
        if !body.is_empty() {
            let body = wording::head(body, PARAGRAPH);
            text = text.then(say!(lang, "\n{zh}：{body}", "\n{en}: {body}"));
        }
    }
    if reports.is_empty() {
        return text.then(say!(lang, "\n还没有填报。", "\nNo report yet."));
    }
    text = text.strong(say!(lang, "\n最近填报", "\nLast reports"));
    for shown in reports {
        let report = &shown.report;
        let (on, unit, said) =
            (report.effective_on, &report.unit_name, wording::head(&report.text, PARAGRAPH));
        let part = match report.percent {
            Some(percent) => format!("{percent}%"),
            None => report.part.word().pick(lang).to_owned(),
        };
        let mark =
            if report.correction { say!(lang, "（更正）", " (correction)") } else { String::new() };
        let verdict = match report.verdict {
            Some(verdict) => format!(" · {}", verdict.word().pick(lang)),
            None => String::new(),
        };
        let beside = wording::beside(shown, lang);
        text = text.then(format!("\n{on} {unit} {part}{mark} {said}{beside}{verdict}"));
    }
    text
}
