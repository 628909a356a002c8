//! What the office does with a quarter: it is drafted, sent to the units and published.

use std::sync::atomic::AtomicU64;

use chrono::NaiveDate;
use uuid::Uuid;

use super::{Sheets, compared, message, moved, published, says};
use crate::commands::{Call, Failure, confirmed, declined, left_as_it_is, told, wording};
use crate::domain::assessment::edition::{
    AssessmentEffect, Edition, NewEdition, Sheet, Stage, Term, carried,
};
use crate::domain::assessment::weights;
use crate::domain::basis::Threshold;
use crate::domain::decision::{Audience, Decision, Effect, Reply, Saying};
use crate::domain::{Button, Lang, Message, RoundRef};
use crate::store::people::Reader;
use crate::{say, store};

/// Larger rounds are assessed from the exported table: this one is counted while somebody waits.
const ITEMS: i64 = 10_000;
/// The longest reason, in characters.
pub(super) const REASON: usize = 200;

/// Freezes an edition: the first one of a quarter that is over, or another one for a reason.
pub(super) async fn draft(
    mut call: Call<'_>,
    round: &RoundRef,
    term: Term,
    editions: &[Edition],
    reason: &str,
) -> Result<Decision, Failure> {
    let (lang, today) = (call.lang(), call.now.today());
    let (_, last) = term.days();
    if last >= today {
        let (name, paper) = (term.name(lang), say!(lang, "导出 考核表", "export assessment"));
        return Err(told(say!(
            lang,
            "{name}到 {last} 才结束，结束后再拟。现在看情况请发：{paper}",
            "{name} ends on {last}; draft it afterwards. How it looks by now: {paper}"
        )));
    }
    let number = editions.first().map_or(1, |newest| newest.number + 1);
    if let Some(newest) = editions.first() {
        if !matches!(newest.stage(today), Stage::Draft | Stage::Published) {
            return Err(told(say!(
                lang,
                "这一版已送各单位，正在听取申诉，没有重拟。先答复申诉、发布，再更正。",
                "This edition is with the units; nothing was drafted. Answer the appeals and publish it, then correct it."
            )));
        }
        if !wording::fits(reason, REASON) {
            let line = says(&call, &round.name, term, &say!(lang, "重拟 补录了延期批复", "redraft why"));
            return Err(told(say!(
                lang,
                "重拟请写一句原因（{REASON} 字以内），没有重拟。例：{line}",
                "Say why, within {REASON} characters; nothing was drafted. E.g. {line}"
            )));
        }
    }
    if store::assessed::has_more(&mut *call.read, round.id, ITEMS).await? {
        let text = say!(
            lang,
            "这一轮超过 {ITEMS} 项，在聊天里算不完，没有拟。全表在后台做，做好发到这里：",
            "This round has more than {ITEMS} items, too many to count here. The whole table is made in the background:"
        );
        let paper = say!(lang, "导出 考核表 {last}", "export assessment {last}");
        let export = Button::new(say!(lang, "导出全表", "The whole table"), paper);
        return Err(Failure::Told(Message::plain(text).row([export])));
    }
    let mut drafts = Vec::new();
    let mut on_draft = |draft| {
        drafts.push(draft);
        Ok(())
    };
    let known = (last, call.now.utc);
    let none = AtomicU64::new(0);
    store::assessed::each_draft(&mut *call.read, round.id, known, call.basis, &none, &mut on_draft)
        .await
        .map_err(Failure::Broken)?;
    let weights = weights(call.basis.of(round.id));
    if drafts.is_empty() {
        return Err(told(say!(
            lang,
            "截至 {last} 还没有事项，没有拟。",
            "No items by {last}; nothing was drafted."
        )));
    }
    let edition = Edition {
        id: Uuid::now_v7(),
        version: 1,
        round: round.id,
        round_name: round.name.clone(),
        term,
        number,
        weights,
        reason: reason.to_owned(),
        drafted_by: call.speaker()?.post,
        sent_at: None,
        appeal_by: None,
        published_at: None,
        open: 0,
    };
    let before = published(&mut call, &edition, editions, None).await?;
    let sheets = carried(drafts, before.as_deref().unwrap_or_default(), &weights);
    let shown = sheets.iter().cloned().map(|draft| Sheet { id: Uuid::nil(), draft, appeals: Vec::new() });
    let shown = Sheets { is_correction: before.is_some(), all: compared(shown.collect(), before.as_deref()) };
    if shown.is_correction && shown.to_send().next().is_none() {
        return Err(told(say!(
            lang,
            "和已发布的一版相比没有变化，没有重拟。",
            "Nothing differs from the edition that is published; nothing was drafted."
        )));
    }
    let card = message::card(&call, &edition, &shown);
    let basis_version = call.basis.version;
    let drafted = AssessmentEffect::Drafted(Box::new(NewEdition { edition, basis_version, sheets }));
    Ok(call.say(call.decision().by(call.speaker()?).with(Effect::Assessment(drafted)), card))
}

/// Each unit gets its own sheet; the limit for appeals runs from here.
pub(super) async fn send(
    mut call: Call<'_>,
    edition: &Edition,
    editions: &[Edition],
) -> Result<Decision, Failure> {
    let (lang, today) = (call.lang(), call.now.today());
    if edition.stage(today) != Stage::Draft {
        return Err(no_step(edition, today, lang));
    }
    let days = call.basis.of(edition.round).count(Threshold::Appeal);
    let by = call.basis.calendar.nth_workday_after(today, days);
    let sheets = Sheets::of(&mut call, edition, editions, None).await?;
    let sent = Edition { appeal_by: Some(by), ..edition.clone() };
    let decision = moved(&call, edition, AssessmentEffect::Sent { edition: edition.id, appeal_by: by })?;
    let (decision, text) = to_units(&mut call, decision, &sent, &sheets).await?;
    let name = edition.term.name(lang);
    Ok(call.say(
        decision,
        Message::plain(say!(
            lang,
            "✅ {name}考核草案已送{text}\n申诉到 {by}（{days} 个工作日），之后才能发布。",
            "✅ The draft of {name} goes to {text}\nAppeals until {by} ({days} working days); it is published only afterwards."
        )),
    ))
}

/// What was heard is decided: it stands from now on. Who never got the sheet could not be heard: that is asked
/// about first.
pub(super) async fn publish(
    mut call: Call<'_>,
    edition: &Edition,
    editions: &[Edition],
    said: &str,
) -> Result<Decision, Failure> {
    let (lang, today) = (call.lang(), call.now.today());
    if declined(said) {
        return Ok(left_as_it_is(&call));
    }
    if edition.stage(today) != Stage::Over(0) {
        return Err(no_step(edition, today, lang));
    }
    let sheets = Sheets::of(&mut call, edition, editions, None).await?;
    let unreached = store::assessments::unreached(&mut *call.read, edition.id).await?;
    let unheard: Vec<&str> = sheets
        .to_send()
        .filter(|(sheet, _)| unreached.contains(&sheet.id))
        .map(|(sheet, _)| sheet.draft.unit_name.as_str())
        .collect();
    if !unheard.is_empty() && !confirmed(said).1 {
        return Ok(call.answer(message::unheard(&call, edition, &unheard)));
    }
    let done = Edition { published_at: Some(call.now.utc), ..edition.clone() };
    let decision = moved(&call, edition, AssessmentEffect::Published { edition: edition.id })?;
    let (decision, text) = to_units(&mut call, decision, &done, &sheets).await?;
    let (name, (_, last)) = (edition.term.name(lang), edition.term.days());
    Ok(call.say(
        decision,
        Message::plain(say!(
            lang,
            "✅ {name}考核已发布，不再改动；结果已告知{text}\n全表请发：导出 考核表 {last}。以后发现有误，用“重拟 原因”另出一版。",
            "✅ The assessment of {name} is published and stays; the result goes to {text}\nThe whole table: export assessment {last}. A mistake found later is another edition: redraft WHY."
        )),
    ))
}

fn no_step(edition: &Edition, today: NaiveDate, lang: Lang) -> Failure {
    let name = edition.term.name(lang);
    told(match edition.stage(today) {
        Stage::Draft => say!(
            lang,
            "{name}还没有送各单位核对，没有发布。",
            "{name} was not sent to the units yet; nothing was published."
        ),
        Stage::Heard(by) => say!(
            lang,
            "{name}已送各单位，申诉期到 {by}，没有办。期满、申诉都答复后再发布。",
            "{name} is with the units until {by}; nothing was done. Publish it afterwards, when all appeals are answered."
        ),
        Stage::Over(open) => say!(
            lang,
            "{name}还有 {open} 件申诉没有答复，没有发布。",
            "{open} appeals of {name} are not answered; nothing was published."
        ),
        Stage::Published => {
            say!(lang, "{name}已经发布，没有动。", "{name} is published; nothing was done.")
        }
    })
}

/// Whoever speaks for a unit reads its sheet, in private: the contact or whoever stands in, and its head.
async fn to_units(
    call: &mut Call<'_>,
    mut decision: Decision,
    edition: &Edition,
    sheets: &Sheets,
) -> Result<(Decision, String), Failure> {
    let (lang, today) = (call.lang(), call.now.today());
    let units: Vec<Uuid> = sheets.to_send().map(|(sheet, _)| sheet.draft.unit).collect();
    let readers = Readers::of(call, &units).await?;
    let (mut reached, mut away) = (0, Vec::new());
    for (sheet, differs) in sheets.to_send() {
        let audiences = readers.of_unit(call, sheet.draft.unit).await?;
        match audiences.is_empty() {
            true => away.push(sheet.draft.unit_name.as_str()),
            false => reached += 1,
        }
        for (audience, to) in audiences {
            let message = message::sheet(edition, sheet, differs.as_ref(), today, &call.basis.calendar, to);
            let say = Saying::Sheet(sheet.id, message);
            let told = Reply::notice(audience, Message::default(), call.now);
            decision = decision.saying(Reply { say, ..told });
        }
    }
    let mut text = say!(lang, " {reached} 个单位，各看自己的一份。", "{reached} units, each its own sheet.");
    if !away.is_empty() {
        let away = wording::head(&away.join(say!(lang, "、", ", ").as_str()), 200);
        text +=
            &say!(lang, "\n没有人绑定、请另行送达：{away}", "\nNobody is bound, deliver it yourself: {away}");
    }
    Ok((decision, text))
}

/// Who can be reached for units.
pub(super) struct Readers {
    away: Vec<Uuid>,
    heads: Vec<(Uuid, Uuid)>,
}

impl Readers {
    pub(super) async fn of(call: &mut Call<'_>, units: &[Uuid]) -> Result<Readers, Failure> {
        Ok(Readers {
            away: store::people::unreachable(&mut *call.read, units).await?,
            heads: store::people::heads(&mut *call.read, units).await?,
        })
    }

    /// Those of one unit, each with the language they read.
    pub(super) async fn of_unit(
        &self,
        call: &mut Call<'_>,
        unit: Uuid,
    ) -> Result<Vec<(Audience, Lang)>, Failure> {
        let contact =
            (!self.away.contains(&unit)).then_some((Audience::UnitContact(unit), Reader::ContactOf(unit)));
        let heads = self.heads.iter().filter(|(of, _)| *of == unit);
        let heads = heads.map(|(_, post)| (Audience::Post(*post), Reader::Post(*post)));
        let mut found = Vec::new();
        for (audience, reader) in contact.into_iter().chain(heads) {
            found.push((audience, store::people::lang_of(&mut *call.read, reader).await?));
        }
        Ok(found)
    }
}
