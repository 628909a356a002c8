//! How an assessment reads: the office's card with all units in the ledger's order, and the sheet of one unit.

use chrono::{Days, NaiveDate};

use super::{AGAIN, PUBLISH, SEND, Sheets, says};
use crate::commands::{Call, wording};
use crate::domain::assessment::edition::{Appeal, Difference, Edition, Sheet, Stage, Term};
use crate::domain::assessment::{Deduction, Draft, Indicator};
use crate::domain::workday::Calendar;
use crate::domain::{Both, Button, Lang, Message, Now, Role, RoundRef, Text};
use crate::say;

/// Units on a card, and deductions on a sheet; the rest is counted.
const UNITS: usize = 20;
const LOST: usize = 20;
/// Texts of appeals are cut here on a card.
const TEXT: usize = 80;

/// `2018年第3季度`, `2018年第3季度（第 2 版）`
fn name(edition: &Edition, lang: Lang) -> String {
    let (term, number) = (edition.term.name(lang), edition.number);
    match number {
        1 => term,
        _ => say!(lang, "{term}（第 {number} 版）", "{term} (edition {number})"),
    }
}

fn stage(edition: &Edition, today: NaiveDate, lang: Lang) -> String {
    let open = edition.open;
    match edition.stage(today) {
        Stage::Draft => say!(lang, "草案，未送单位", "a draft, not sent yet"),
        Stage::Heard(by) => {
            say!(lang, "听取申诉到 {by}，待答复 {open} 件", "appeals until {by}, {open} to answer")
        }
        Stage::Over(0) => say!(lang, "申诉期满，可以发布", "may be published"),
        Stage::Over(open) => {
            say!(lang, "申诉期满，还有 {open} 件待答复", "the time for appeals is over, {open} to answer")
        }
        Stage::Published => {
            let on = edition.published_at.map_or(today, |at| Now::at(at).today());
            say!(lang, "{on} 已发布", "published {on}")
        }
    }
}

/// The quarters of a round; `ended`: the last one, not drafted yet.
pub fn list(call: &Call<'_>, round: &RoundRef, newest: &[&Edition], ended: Option<Term>) -> Message {
    let (lang, today) = (call.lang(), call.now.today());
    let round_name = &round.name;
    let mut text =
        Text::default().strong(say!(lang, "📊 季度考核 · {round_name}", "📊 Assessments · {round_name}"));
    for edition in newest {
        let (name, stage) = (name(edition, lang), stage(edition, today, lang));
        text = text.then(format!("\n{name}：{stage}"));
    }
    if let Some(term) = ended {
        let name = term.name(lang);
        text = text.then(say!(lang, "\n{name}：已结束，还没有拟", "\n{name}: over, not drafted yet"));
    }
    let drafts = call.door.speaker.as_ref().is_some_and(|speaker| speaker.role == Role::Office);
    let draft = ended.filter(|_| drafts).and_then(|term| {
        let name = term.name(lang);
        Button::new(say!(lang, "拟{name}草案", "Draft {name}"), says(call, round_name, term, ""))
    });
    let open = newest.iter().map(|edition| {
        Button::new(edition.term.name(lang), says(call, &edition.round_name, edition.term, ""))
    });
    let mut message = Message::from(text).row([draft]);
    for row in open.collect::<Vec<_>>().chunks(2) {
        message = message.row(row.to_vec());
    }
    message
}

/// The office's card.
pub fn card(call: &Call<'_>, edition: &Edition, sheets: &Sheets) -> Message {
    let (lang, today) = (call.lang(), call.now.today());
    let (name, stage, round) = (name(edition, lang), stage(edition, today, lang), &edition.round_name);
    let ((_, last), count) = (edition.term.days(), sheets.all.len());
    let mut text =
        Text::default().strong(say!(lang, "📊 {name}整改考核 · {stage}", "📊 Assessment {name} · {stage}"));
    text = text.then(say!(
        lang,
        "\n{round}，截至 {last}，{count} 个单位，按台账顺序，不作排名",
        "\n{round}, as of {last}, {count} units in the ledger's order, no ranking"
    ));
    if !edition.reason.is_empty() {
        let reason = &edition.reason;
        text = text.then(say!(lang, "\n另出一版的原因：{reason}", "\nWhy another edition: {reason}"));
    }
    let costly = |sheet: &Sheet| sheet.draft.deductions.iter().any(Deduction::counts);
    let shown: Vec<&(Sheet, Option<Difference>)> =
        sheets.all.iter().filter(|(sheet, differs)| costly(sheet) || differs.is_some()).collect();
    for (sheet, differs) in shown.iter().take(UNITS) {
        let Draft { unit_name, deductions, .. } = &sheet.draft;
        let (total, lost) = (total(&sheet.draft, lang), deductions.iter().filter(|d| d.counts()).count());
        text = text.then(say!(
            lang,
            "\n{unit_name}：{total}，扣分 {lost} 处",
            "\n{unit_name}: {total}, {lost} deductions"
        ));
        if let Some(differs) = differs {
            text = text.then(format!("（{}）", differing(differs, lang)));
        }
    }
    let (more, rest) = (shown.len().saturating_sub(UNITS), count - shown.len());
    if more > 0 {
        text = text.then(say!(lang, "\n另有 {more} 个单位有扣分", "\n{more} more units with deductions"));
    }
    if rest > 0 {
        text = text.then(match sheets.is_correction {
            true => say!(lang, "\n其余 {rest} 个单位没有扣分、没有变化", "\n{rest} others: nothing"),
            false => say!(lang, "\n其余 {rest} 个单位没有扣分", "\n{rest} others: no deductions"),
        });
    }
    let mut decide = Vec::new();
    for (sheet, _) in &sheets.all {
        for appeal in sheet.appeals.iter().filter(|appeal| appeal.decided.is_none()) {
            text = text.then("\n");
            text.0.extend(appealed(sheet, appeal, lang).0);
            decide.push(verdicts(appeal.handle, lang));
        }
    }
    text = text.then(say!(lang, "\n全表：", "\nThe whole table: ")).code(say!(
        lang,
        "导出 考核表 {last}",
        "export assessment {last}"
    ));
    let step = |label: String, verb: Both| {
        Button::new(label, says(call, &edition.round_name, edition.term, verb.pick(lang)))
    };
    let next = match edition.stage(today) {
        Stage::Draft => {
            let label = match sheets.is_correction {
                true => say!(lang, "送有变化的单位核对", "Send what differs"),
                false => say!(lang, "送各单位核对", "Send the sheets"),
            };
            vec![step(label, SEND)]
        }
        Stage::Over(0) => vec![step(say!(lang, "发布", "Publish"), PUBLISH)],
        Stage::Published => vec![step(say!(lang, "更正（重拟）", "Correct it"), AGAIN)],
        Stage::Heard(_) | Stage::Over(_) => Vec::new(),
    };
    decide.into_iter().fold(Message::from(text), Message::row).row(next)
}

/// Asks before a result is published that some units had no chance to appeal against.
pub fn unheard(call: &Call<'_>, edition: &Edition, units: &[&str]) -> Message {
    let (lang, name, count) = (call.lang(), name(edition, call.lang()), units.len());
    let units = wording::head(&units.join(Both { zh: "、", en: ", " }.pick(lang)), 400);
    let says = |verb: &str| says(call, &edition.round_name, edition.term, verb);
    let says = |said: Both| says(&format!("{} {}", PUBLISH.pick(lang), said.pick(lang)));
    Message::plain(say!(
        lang,
        "{name}考核的草案有 {count} 个单位没有收到，没有机会申诉，还没有发布：{units}\n请先另行送达并听取意见；绑定后的联络员发“考核”也能看到。已经另行送达的，可以发布。",
        "{count} units never got their sheet of {name} and could not appeal; nothing is published yet: {units}\nDeliver it yourself and hear them first; a contact bound by now reads it with “assessment”. Publish it if they were heard."
    ))
    .row([
        Button::new(
            say!(lang, "已另行送达，发布", "They were heard: publish"),
            says(Both { zh: "确认", en: "confirm" }),
        ),
        Button::new(say!(lang, "取消", "Cancel"), says(Both { zh: "算了", en: "no" })),
    ])
}

fn total(draft: &Draft, lang: Lang) -> String {
    match draft.total {
        Some(total) => say!(lang, "{total} 分", "{total} points"),
        None => say!(lang, "不涉及", "not concerned"),
    }
}

/// The two answers to an appeal.
pub fn verdicts(handle: i32, lang: Lang) -> [Option<Button>; 2] {
    let button = |label: String, word: String| {
        let words = say!(lang, "申诉 {handle} {word}", "appeal {handle} {word}");
        Button::new(label, crate::commands::line(&super::COMMAND, &words, lang))
    };
    [
        button(say!(lang, "✅ 申诉 {handle} 成立", "✅ {handle} holds"), say!(lang, "成立", "holds")),
        button(say!(lang, "不成立", "does not hold"), say!(lang, "不成立", "fails")),
    ]
}

/// `⚖️ 申诉 1 · 紫岩县：…`
pub fn appealed(sheet: &Sheet, appeal: &Appeal, lang: Lang) -> Text {
    let (handle, unit, said) = (appeal.handle, &sheet.draft.unit_name, wording::head(&appeal.text, TEXT));
    let mut text =
        Text::default().strong(say!(lang, "⚖️ 申诉 {handle} · {unit}：", "⚖️ Appeal {handle} · {unit}: "));
    let place = usize::try_from(appeal.place).unwrap_or_default();
    if let Some(lost) = place.checked_sub(1).and_then(|at| sheet.draft.deductions.get(at)) {
        text.0.extend(deduction(lost, lang).0);
    }
    text.then(say!(lang, "\n理由：{said}", "\nWhy: {said}"))
}

/// `【16】提标改造 · 按期完成 扣 16.9 分：…`
fn deduction(lost: &Deduction, lang: Lang) -> Text {
    let Deduction { indicator, number, title, why, points, .. } = lost;
    let (word, why) = (indicator.word().pick(lang), why.pick(lang));
    Text::default().strong(format!("【{number}】")).then(say!(
        lang,
        "{title} · {word} 扣 {points} 分：{why}",
        "{title} · {word}, {points} points: {why}"
    ))
}

/// `66.2 → 83.1，少扣 1 处`
fn differing(differs: &Difference, lang: Lang) -> String {
    let points = |total: Option<f64>| match total {
        Some(total) => total.to_string(),
        None => say!(lang, "不涉及", "not concerned"),
    };
    let (before, after) = (points(differs.total.0), points(differs.total.1));
    let mut said = say!(lang, "合计 {before} → {after}", "total {before} → {after}");
    for (lost, zh, en) in [(&differs.gone, "不再扣", "gone"), (&differs.added, "新增", "new")] {
        for Deduction { number, indicator, points, .. } in lost {
            let word = indicator.word().pick(lang);
            said += &say!(
                lang,
                "；{zh} 第 {number} 项{word} {points} 分",
                "; {en}: item {number}, {word}, {points}"
            );
        }
    }
    said
}

/// One unit's sheet, for this unit alone.
pub fn sheet(
    edition: &Edition,
    sheet: &Sheet,
    differs: Option<&Difference>,
    today: NaiveDate,
    calendar: &Calendar,
    lang: Lang,
) -> Message {
    let (name, round, (_, last)) = (name(edition, lang), &edition.round_name, edition.term.days());
    let Draft { unit_name, items, parts, deductions, .. } = &sheet.draft;
    let (total, is_final) = (total(&sheet.draft, lang), edition.published_at.is_some());
    let mut text = Text::default().strong(match is_final {
        true => say!(lang, "📊 {name}整改考核结果 · {unit_name}", "📊 Assessment {name} · {unit_name}"),
        false => {
            say!(lang, "📊 {name}整改考核草案 · {unit_name}", "📊 Assessment {name}, a draft · {unit_name}")
        }
    });
    text = text.then(say!(
        lang,
        "\n{round}，截至 {last}，牵头 {items} 项，合计 {total}（百分制）\n",
        "\n{round}, as of {last}, leading {items} items, {total} of a hundred\n"
    ));
    let told = Indicator::ALL.into_iter().zip(parts).filter_map(|(indicator, part)| {
        let (got, full) = (*part)?;
        Some(format!("{} {got}/{full}", indicator.word().pick(lang)))
    });
    text = text.then(told.collect::<Vec<_>>().join(" · "));
    let silent = Indicator::ALL.into_iter().zip(parts).filter(|(_, part)| part.is_none());
    let silent: Vec<&str> = silent.map(|(indicator, _)| indicator.word().pick(lang)).collect();
    if !silent.is_empty() && sheet.draft.total.is_some() {
        let silent = silent.join(say!(lang, "、", ", ").as_str());
        text = text.then(say!(
            lang,
            "\n{silent}本季没有数据，不计；其余折成百分制。",
            "\nNo data this quarter for {silent}: left out, the rest is scaled to a hundred."
        ));
    }
    if let Some(differs) = differs {
        let differs = differing(differs, lang);
        text = text.then(say!(
            lang,
            "\n与已发布的一版相比：{differs}",
            "\nAgainst what was published: {differs}"
        ));
    }
    if !edition.reason.is_empty() {
        let reason = &edition.reason;
        text = text.then(say!(lang, "\n另出一版的原因：{reason}", "\nWhy another edition: {reason}"));
    }
    for (place, lost) in (1..).zip(deductions).take(LOST) {
        text = text.then(format!("\n{place}. "));
        text.0.extend(deduction(lost, lang).0);
        let appeal = sheet.appeals.iter().find(|appeal| appeal.place == place);
        text = text.then(match (lost.counts(), appeal) {
            (false, _) => {
                let why = &lost.struck;
                say!(lang, "（申诉成立，不扣：{why}）", " (the appeal holds, not lost: {why})")
            }
            (true, Some(Appeal { decided: Some((_, why)), .. })) => {
                say!(lang, "（申诉不成立：{why}）", " (the appeal does not hold: {why})")
            }
            (true, Some(_)) => say!(lang, "（已申诉，待答复）", " (appealed, to be answered)"),
            (true, None) => String::new(),
        });
    }
    let more = deductions.len().saturating_sub(LOST);
    if more > 0 {
        text = text.then(say!(lang, "\n另有 {more} 处", "\n{more} more"));
    }
    if deductions.is_empty() {
        text = text.then(say!(lang, "\n没有扣分。", "\nNo deductions."));
    }
    text = match edition.stage(today) {
        Stage::Heard(by) if !deductions.is_empty() => {
            let left = calendar.workdays_left(today + Days::new(1), by).spoken(lang);
            let line = say!(lang, "申诉 1 理由和依据", "appeal 1 why, and what shows it");
            let text = text.then(say!(
                lang,
                "\n哪一处不对可以申诉（{by} 前，还有 {left}）：",
                "\nTo appeal against one (by {by}: {left}): "
            ));
            text.code(line).then(say!(lang, "\n没有意见不用回复。", "\nOtherwise nothing is to be done."))
        }
        _ => text,
    };
    text.then(say!(lang, "\n只发给你单位，不作排名。", "\nFor your unit alone; there is no ranking.")).into()
}
