//! 考核: the quarter's assessment, from the frozen draft to what is published. The office drafts an edition, sends
//! each unit its own sheet, answers appeals (申诉) and publishes; a unit reads its own sheet and nothing else, whoever oversees the office all of it.

pub(super) mod appeal; // 申诉
mod message; // how an edition and a sheet read

use std::sync::atomic::AtomicU64;

use chrono::NaiveDate;
use uuid::Uuid;

use super::{Call, Command, Failure, at_round, confirmed, declined, left_as_it_is, told, wording};
use crate::domain::assessment::edition::{
    AssessmentEffect, Difference, Edition, NewEdition, Sheet, Stage, Term, carried, difference,
};
use crate::domain::assessment::{Draft, weights};
use crate::domain::basis::Threshold;
use crate::domain::decision::{Aggregate, Audience, Decision, Effect, Reply, Saying};
use crate::domain::people::Who;
use crate::domain::{Both, Button, Lang, Message, Role, RoundRef, Text};
use crate::store::people::Reader;
use crate::{say, store};

pub use appeal::COMMAND as APPEAL;

pub const COMMAND: Command = Command {
    words: &["考核", "assessment"],
    glued: false,
    usage: Both { zh: "考核 3季度", en: "assessment 2018Q3" },
    about: Both {
        zh: "季度考核：整改办拟草案、送各单位核对、答复申诉、发布；单位只看自己的一份",
        en: "the quarter's assessment: drafted, heard and published by the office; a unit reads its own sheet",
    },
    who: Who::Roles(&[Role::Office, Role::Contact, Role::UnitHead]),
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

/// Larger rounds are assessed from the exported table: this one is counted while somebody waits.
const ITEMS: i64 = 10_000;
/// The longest reason, in characters.
const REASON: usize = 200;
const SEND: Both = Both { zh: "送达", en: "send" };
const PUBLISH: Both = Both { zh: "发布", en: "publish" };
const AGAIN: Both = Both { zh: "重拟", en: "redraft" };

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let role = call.speaker()?.role;
    let is_office = role == Role::Office;
    if role.sees_all() {
        call.office_only()?;
    } else {
        call.only_in_private()?;
    }
    let said = call.words.rest();
    let (said, named) = at_round(&said);
    let (word, rest) = said.split_once(char::is_whitespace).unwrap_or((said, ""));
    if ["申诉", "appeal"].contains(&word) {
        return match is_office {
            true => appeal::decide(call, rest.trim()).await,
            false => appeal::appeal(call, rest.trim(), named).await,
        };
    }
    let term = match word {
        "" => None,
        said => Some(Term::said(said, call.now.today()).ok_or_else(|| how(&call))?),
    };
    if !role.sees_all() {
        return own(call, term, named).await;
    }
    let round = call.round(named)?.clone();
    match term {
        None => list(call, &round).await,
        Some(term) => take(call, &round, term, rest.trim()).await,
    }
}

fn how(call: &Call<'_>) -> Failure {
    let lang = call.lang();
    let text = say!(
        lang,
        "没看懂是哪个季度，没有办。例：",
        "The quarter was not understood; nothing was done. E.g. "
    );
    Failure::Told(Text::plain(text).code(COMMAND.usage.pick(lang)).into())
}

/// A line of 考核 about an edition's quarter; the round is named where there are several.
fn says(call: &Call<'_>, round: &str, term: Term, verb: &str) -> String {
    let lang = call.lang();
    let round = if call.door.rounds.len() > 1 { format!(" @{round}") } else { String::new() };
    let words = format!("{} {verb}", term.word(lang));
    super::line(&COMMAND, &format!("{}{round}", words.trim_end()), lang)
}

/// The quarters of a round, and the last one that is over where it is not drafted yet.
async fn list(call: Call<'_>, round: &RoundRef) -> Result<Decision, Failure> {
    let editions = store::assessments::editions(&mut *call.read, &[round.id], None, None).await?;
    let mut newest: Vec<&Edition> = Vec::new();
    for edition in &editions {
        if !newest.iter().any(|known| known.term == edition.term) {
            newest.push(edition);
        }
    }
    let ended = Term::ended(call.now.today());
    let is_new = newest.iter().all(|known| known.term != ended);
    Ok(call.answer(message::list(&call, round, &newest, is_new.then_some(ended))))
}

/// What the office does with a quarter; whoever oversees it reads it.
async fn take(mut call: Call<'_>, round: &RoundRef, term: Term, said: &str) -> Result<Decision, Failure> {
    let lang = call.lang();
    let editions = store::assessments::editions(&mut *call.read, &[round.id], Some(term), None).await?;
    let verb = |word: Both| [word.zh, word.en].iter().find_map(|word| said.strip_prefix(word));
    let Some(newest) = editions.first() else {
        let drafts = call.speaker()?.role == Role::Office;
        return match said {
            "" if drafts => draft(call, round, term, &editions, "").await,
            "" => {
                let name = term.name(lang);
                Err(told(say!(lang, "{name}还没有拟。", "{name} is not drafted yet.")))
            }
            _ => {
                let (name, first) = (term.name(lang), says(&call, &round.name, term, ""));
                Err(told(say!(
                    lang,
                    "{name}还没有拟，没有办。先发：{first}",
                    "{name} is not drafted yet; nothing was done. First: {first}"
                )))
            }
        };
    };
    if said.is_empty() {
        let sheets = Sheets::of(&mut call, newest, &editions, None).await?;
        return Ok(call.answer(message::card(&call, newest, &sheets)));
    }
    if verb(SEND).is_some() {
        return send(call, newest, &editions).await;
    }
    if let Some(said) = verb(PUBLISH) {
        return publish(call, newest, &editions, said).await;
    }
    match verb(AGAIN) {
        Some(reason) => draft(call, round, term, &editions, reason.trim()).await,
        None => Err(told(say!(
            lang,
            "没看懂要办什么，没有办。可以：送达、发布、重拟 原因。",
            "The step was not understood; nothing was done. There are: send, publish, redraft WHY."
        ))),
    }
}

/// The sheets of an edition, each with what differs from the one that was published before.
struct Sheets {
    all: Vec<(Sheet, Option<Difference>)>,
    /// There was one before: only what differs is sent.
    is_correction: bool,
}

impl Sheets {
    /// All of them, or those of these units.
    async fn of(
        call: &mut Call<'_>,
        edition: &Edition,
        editions: &[Edition],
        units: Option<&[Uuid]>,
    ) -> Result<Sheets, Failure> {
        let sheets = store::assessments::sheets(&mut *call.read, edition, units).await?;
        let before = published(call, edition, editions, units).await?;
        Ok(Sheets { is_correction: before.is_some(), all: compared(sheets, before.as_deref()) })
    }

    /// Those that somebody is to read now.
    fn to_send(&self) -> impl Iterator<Item = &(Sheet, Option<Difference>)> {
        self.all.iter().filter(|(_, differs)| !self.is_correction || differs.is_some())
    }
}

/// The sheets of the same quarter that were published before this edition.
async fn published(
    call: &mut Call<'_>,
    edition: &Edition,
    editions: &[Edition],
    units: Option<&[Uuid]>,
) -> Result<Option<Vec<Draft>>, Failure> {
    let before = editions.iter().find(|other| {
        let is_same = other.round == edition.round && other.term == edition.term;
        is_same && other.number < edition.number && other.published_at.is_some()
    });
    let Some(before) = before else { return Ok(None) };
    let sheets = store::assessments::sheets(&mut *call.read, before, units).await?;
    Ok(Some(sheets.into_iter().map(|sheet| sheet.draft).collect()))
}

fn compared(sheets: Vec<Sheet>, before: Option<&[Draft]>) -> Vec<(Sheet, Option<Difference>)> {
    let with = |sheet: Sheet| {
        let differs = before.and_then(|before| {
            difference(before.iter().find(|old| old.unit == sheet.draft.unit), &sheet.draft)
        });
        (sheet, differs)
    };
    sheets.into_iter().map(with).collect()
}

/// Freezes an edition: the first one of a quarter that is over, or another one for a reason.
async fn draft(
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

fn moved(call: &Call<'_>, edition: &Edition, effect: AssessmentEffect) -> Result<Decision, Failure> {
    Ok(call
        .decision()
        .by(call.speaker()?)
        .changing(Aggregate::Assessment, edition.id, edition.version)
        .with(Effect::Assessment(effect)))
}

/// Each unit gets its own sheet; the limit for appeals runs from here.
async fn send(mut call: Call<'_>, edition: &Edition, editions: &[Edition]) -> Result<Decision, Failure> {
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
async fn publish(
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
struct Readers {
    away: Vec<Uuid>,
    heads: Vec<(Uuid, Uuid)>,
}

impl Readers {
    async fn of(call: &mut Call<'_>, units: &[Uuid]) -> Result<Readers, Failure> {
        Ok(Readers {
            away: store::people::unreachable(&mut *call.read, units).await?,
            heads: store::people::heads(&mut *call.read, units).await?,
        })
    }

    /// Those of one unit, each with the language they read.
    async fn of_unit(&self, call: &mut Call<'_>, unit: Uuid) -> Result<Vec<(Audience, Lang)>, Failure> {
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

/// What was sent to the units the speaker speaks for, the newest first: of the round that is named, or of all.
async fn sent(
    call: &mut Call<'_>,
    term: Option<Term>,
    named: Option<&str>,
) -> Result<(Vec<Uuid>, Vec<Edition>), Failure> {
    let rounds = match named {
        Some(_) => vec![call.round(named)?.id],
        None => call.rounds(),
    };
    let units: Vec<Uuid> = call.speaker()?.units().map(|unit| unit.id).collect();
    let editions = store::assessments::editions(&mut *call.read, &rounds, term, Some(&units)).await?;
    Ok((units, editions))
}

/// A unit's own sheets: of this quarter, or of the last one that was sent.
async fn own(mut call: Call<'_>, term: Option<Term>, named: Option<&str>) -> Result<Decision, Failure> {
    let (lang, today) = (call.lang(), call.now.today());
    let (units, editions) = sent(&mut call, term, named).await?;
    let Some(newest) = editions.first() else {
        return Ok(call.answer(Message::plain(say!(
            lang,
            "没有发给你单位的考核。",
            "No assessment was sent to your unit."
        ))));
    };
    let term = newest.term;
    let mut messages = Vec::new();
    for (at, edition) in editions.iter().enumerate().filter(|(_, edition)| edition.term == term) {
        let is_same = |other: &Edition| other.round == edition.round && other.term == term;
        if editions[..at].iter().any(is_same) {
            continue; // a newer one takes its place
        }
        let sheets = Sheets::of(&mut call, edition, &editions, Some(&units)).await?;
        for (sheet, differs) in &sheets.all {
            let calendar = &call.basis.calendar;
            messages.push(message::sheet(edition, sheet, differs.as_ref(), today, calendar, lang));
        }
    }
    let decision = call.decision();
    Ok(call.say_all(decision, messages))
}
