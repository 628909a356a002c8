//! 申诉: a unit's word against a deduction on its sheet while the limit runs, and the office's answer. One that
//! holds strikes the deduction.

use super::steps::{REASON, Readers};
use super::{message, moved, sent};
use crate::commands::{Call, Command, Failure, answer, at_round, questions, told, wording};
use crate::domain::assessment::Draft;
use crate::domain::assessment::edition::{Appeal, AssessmentEffect, Edition, Sheet, Stage};
use crate::domain::decision::{Audience, Decision, Reply};
use crate::domain::dialogue::{Ask, Draft as Waiting};
use crate::domain::people::Who;
use crate::domain::{Both, Lang, Message, Role, Text, UnitRef, numeral};
use crate::{say, store};

pub const COMMAND: Command = Command {
    words: &["申诉", "appeal"],
    glued: true,
    usage: Both {
        zh: "申诉 1 9月20日已批准延期，见批复", en: "appeal 1 an extension was approved"
    },
    about: Both {
        zh: "对考核草案的一处扣分提出申诉，编号见“考核”",
        en: "appeal against a deduction of the assessment; its number: assessment",
    },
    who: Who::Roles(&[Role::Contact, Role::UnitHead]),
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

/// The longest appeal, in characters.
const LONGEST: usize = 300;

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    call.only_in_private()?;
    let said = call.words.rest();
    let (said, named) = at_round(&said);
    appeal(call, said, named).await
}

/// A number, and what is behind it.
fn numbered(said: &str) -> Option<(i32, &str)> {
    let (number, rest) = said.split_once(char::is_whitespace).unwrap_or((said, ""));
    Some((numeral::half_width(number).parse().ok()?, rest.trim()))
}

/// The unit appeals.
pub(super) async fn appeal(mut call: Call<'_>, said: &str, named: Option<&str>) -> Result<Decision, Failure> {
    let (lang, today) = (call.lang(), call.now.today());
    let (units, editions) = sent(&mut call, None, named).await?;
    let mut heard = editions.iter().filter(|edition| matches!(edition.stage(today), Stage::Heard(_)));
    let edition = match (heard.next(), heard.next()) {
        (Some(edition), None) => edition,
        (Some(edition), Some(_)) => {
            let round = &edition.round_name;
            return Err(told(say!(
                lang,
                "有几轮的考核在听取申诉，请写明哪一轮，没有登记。例：申诉 1 理由 @{round}",
                "Several rounds hear appeals: name one; nothing was recorded. E.g. appeal 1 WHY @{round}"
            )));
        }
        (None, _) => {
            let over = editions.first().and_then(|newest| newest.appeal_by).filter(|by| *by < today);
            return Err(told(match over {
                Some(by) => say!(
                    lang,
                    "申诉期 {by} 已过，没有登记。有新的依据请直接联系整改办。",
                    "The time for appeals ended on {by}; nothing was recorded. Tell the office what is new."
                ),
                None => say!(lang, "现在没有可以申诉的考核。", "There is nothing to appeal against."),
            }));
        }
    };
    let sheets = store::assessments::sheets(&mut *call.read, edition, Some(&units)).await?;
    // The own unit first, then those for which the speaker stands in.
    let sheet = units.iter().find_map(|unit| sheets.iter().find(|sheet| sheet.draft.unit == *unit));
    let lost = |sheet: &Sheet, place: i32| {
        usize::try_from(place - 1).ok().and_then(|at| sheet.draft.deductions.get(at).cloned())
    };
    let found = numbered(said)
        .zip(sheet)
        .and_then(|((place, text), sheet)| lost(sheet, place).map(|_| (place, text, sheet)));
    let Some((place, text, sheet)) = found else {
        let count = sheet.map_or(0, |sheet| sheet.draft.deductions.len());
        return Err(Failure::Told(
            Text::plain(say!(
                lang,
                "请写是第几处扣分（你单位共 {count} 处，见“考核”）和理由，没有登记。例：",
                "Say which deduction ({count} on your sheet) and why; nothing was recorded. E.g. "
            ))
            .code(COMMAND.usage.pick(lang))
            .into(),
        ));
    };
    if let Some(before) = sheet.appeals.iter().find(|appeal| appeal.place == place) {
        let handle = before.handle;
        return Err(told(match &before.decided {
            None => say!(
                lang,
                "第 {place} 处已经申诉过（申诉 {handle}），等整改办答复，没有重复登记。",
                "Appeal {handle} against it waits for its answer; nothing was recorded."
            ),
            Some((_, why)) => say!(
                lang,
                "第 {place} 处的申诉已答复：{why}。没有重复登记。",
                "Appeal {handle} was answered: {why}. Nothing was recorded."
            ),
        }));
    }
    if !wording::fits(text, LONGEST) {
        return Err(told(say!(
            lang,
            "请写申诉的理由和依据（{LONGEST} 字以内），没有登记。",
            "Say why, within {LONGEST} characters; nothing was recorded."
        )));
    }
    let handle = store::assessments::next_handle(&mut *call.read).await?;
    let appeal = Appeal { handle, place, text: text.to_owned(), decided: None };
    let name = edition.term.name(Lang::Zh);
    let told = Text::plain(format!("{name}考核\n"));
    let told = Text(told.0.into_iter().chain(message::appealed(sheet, &appeal, Lang::Zh).0).collect());
    let told = Message::from(told).row(message::verdicts(handle, Lang::Zh));
    let effect = AssessmentEffect::Appealed {
        edition: edition.id,
        sheet: sheet.id,
        place,
        handle,
        text: text.to_owned(),
    };
    let decision = moved(&call, edition, effect)?.saying(Reply::notice(
        Audience::Office(Some(edition.drafted_by)),
        told,
        call.now,
    ));
    Ok(call.say(
        decision,
        Message::plain(say!(
            lang,
            "✅ 已登记申诉 {handle}（第 {place} 处），整改办答复后告诉你；答复前这一季度不会发布。",
            "✅ Appeal {handle} is recorded; you are told the answer, and nothing is published before."
        )),
    ))
}

/// 考核 申诉 N 成立|不成立 REASON, by the office.
pub(super) async fn decide(call: Call<'_>, said: &str) -> Result<Decision, Failure> {
    let lang = call.lang();
    let Some((handle, said)) = numbered(said) else {
        return Err(told(say!(
            lang,
            "请写申诉编号和结论，没有办。例：考核 申诉 1 成立 理由",
            "Say which appeal and whether it holds. E.g. assessment appeal 1 holds WHY"
        )));
    };
    let (word, reason) = said.split_once(char::is_whitespace).unwrap_or((said, ""));
    let holds = match word {
        "成立" | "holds" => true,
        "不成立" | "fails" => false,
        _ => return shown(call, handle).await,
    };
    if reason.is_empty() {
        let mut call = call;
        waiting(&mut call, handle).await?;
        let step = questions::step(Ask::AppealReason { handle, holds }, vec![Waiting::default()]);
        let text = match holds {
            true => say!(
                lang,
                "申诉 {handle} 成立的理由是什么？一句话，会告诉单位，扣分随之取消。",
                "Why does appeal {handle} hold? One sentence; the unit reads it, and the deduction is struck."
            ),
            false => say!(
                lang,
                "申诉 {handle} 不成立的理由是什么？一句话，会告诉单位。",
                "Why does appeal {handle} not hold? One sentence; the unit reads it."
            ),
        };
        let decision = questions::asking(&call, call.decision().by(call.speaker()?), step)?;
        return Ok(call.say(decision, Message::plain(text).row([answer::cancel(lang)])));
    }
    decided(call, handle, holds, reason.trim()).await
}

/// An appeal with its edition and its sheet, where nobody has answered it.
async fn waiting(call: &mut Call<'_>, handle: i32) -> Result<(Edition, Sheet, Appeal), Failure> {
    let lang = call.lang();
    let none = || told(say!(lang, "没有申诉 {handle}。", "There is no appeal {handle}."));
    let (edition, unit) = store::assessments::appealed(&mut *call.read, handle).await?.ok_or_else(none)?;
    let sheet = store::assessments::sheets(&mut *call.read, &edition, Some(&[unit])).await?.pop();
    let sheet = sheet.ok_or_else(none)?;
    let appeal = sheet.appeals.iter().find(|appeal| appeal.handle == handle).cloned().ok_or_else(none)?;
    match &appeal.decided {
        Some((holds, why)) => {
            let word = verdict(*holds, lang);
            Err(told(say!(
                lang,
                "申诉 {handle} 已答复：{word}，{why}。没有动。",
                "Appeal {handle} was answered: {word}, {why}. Nothing was done."
            )))
        }
        None => Ok((edition, sheet, appeal)),
    }
}

fn verdict(holds: bool, lang: Lang) -> String {
    match holds {
        true => say!(lang, "成立", "it holds"),
        false => say!(lang, "不成立", "it does not hold"),
    }
}

async fn shown(mut call: Call<'_>, handle: i32) -> Result<Decision, Failure> {
    let lang = call.lang();
    let (_, sheet, appeal) = waiting(&mut call, handle).await?;
    let text = message::appealed(&sheet, &appeal, lang);
    Ok(call.answer(Message::from(text).row(message::verdicts(handle, lang))))
}

/// The office's answer. Its unit is told.
pub async fn decided(
    mut call: Call<'_>,
    handle: i32,
    holds: bool,
    reason: &str,
) -> Result<Decision, Failure> {
    let lang = call.lang();
    let (edition, sheet, appeal) = waiting(&mut call, handle).await?;
    if !wording::fits(reason, REASON) {
        return Err(told(say!(
            lang,
            "请写一句理由（{REASON} 字以内），没有办。",
            "Say why, within {REASON} characters; nothing was done."
        )));
    }
    let unit = UnitRef { id: sheet.draft.unit, name: sheet.draft.unit_name.clone() };
    let before = sheet.draft.total;
    let mut deductions = sheet.draft.deductions.clone();
    let place = usize::try_from(appeal.place - 1).unwrap_or_default();
    if let (true, Some(lost)) = (holds, deductions.get_mut(place)) {
        reason.clone_into(&mut lost.struck);
    }
    let concerns = sheet.draft.parts.map(|part| part.is_some());
    let after = Draft::counted(unit.clone(), sheet.draft.items, concerns, deductions, &edition.weights).total;
    let effect = AssessmentEffect::Decided { edition: edition.id, handle, holds, reason: reason.to_owned() };
    let asked = Ask::AppealReason { handle, holds };
    let decision = moved(&call, &edition, effect)?;
    let mut decision = questions::settling(&call, decision, |ask| *ask == asked);
    let points = |total: Option<f64>| total.map_or_else(String::new, |total| total.to_string());
    let (before, after) = (points(before), points(after));
    for (audience, to) in Readers::of(&mut call, &[unit.id]).await?.of_unit(&mut call, unit.id).await? {
        let (term, number) = (edition.term.name(to), place + 1);
        let told = match holds {
            true => say!(
                to,
                "⚖️ 申诉 {handle} 的答复（{term}考核，第 {number} 处扣分）：成立，不再扣分，合计 {before} → {after}。{reason}",
                "⚖️ Appeal {handle} ({term}, deduction {number}): it holds, nothing is lost there, total {before} → {after}. {reason}"
            ),
            false => say!(
                to,
                "⚖️ 申诉 {handle} 的答复（{term}考核，第 {number} 处扣分）：不成立。{reason}",
                "⚖️ Appeal {handle} ({term}, deduction {number}): it does not hold. {reason}"
            ),
        };
        decision = decision.saying(Reply::notice(audience, Message::plain(told), call.now));
    }
    let (name, word) = (&unit.name, verdict(holds, lang));
    let total = match holds {
        true => say!(lang, "合计 {before} → {after}", "total {before} → {after}"),
        false => say!(lang, "扣分不变，合计 {after}", "nothing changes, total {after}"),
    };
    Ok(call.say(
        decision,
        Message::plain(say!(
            lang,
            "✅ 申诉 {handle}（{name}）：{word}，{total}。已告知单位。",
            "✅ Appeal {handle} ({name}): {word}, {total}. The unit is told."
        )),
    ))
}
