//! 考核: the quarter's assessment, from the frozen draft to what is published. The office drafts an edition, sends
//! each unit its own sheet, answers appeals (申诉) and publishes; a unit reads its own sheet and nothing else, whoever
//! oversees the office all of it.

pub(super) mod appeal; // 申诉
mod message; // how an edition and a sheet read
mod steps; // drafted, sent, published

use uuid::Uuid;

use super::{Call, Command, Failure, at_round, told};
use crate::domain::assessment::Draft;
use crate::domain::assessment::edition::{AssessmentEffect, Difference, Edition, Sheet, Term, difference};
use crate::domain::decision::{Aggregate, Decision, Effect};
use crate::domain::people::Who;
use crate::domain::{Both, Message, Role, RoundRef, Text};
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
            "" if drafts => steps::draft(call, round, term, &editions, "").await,
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
        return steps::send(call, newest, &editions).await;
    }
    if let Some(said) = verb(PUBLISH) {
        return steps::publish(call, newest, &editions, said).await;
    }
    match verb(AGAIN) {
        Some(reason) => steps::draft(call, round, term, &editions, reason.trim()).await,
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

fn moved(call: &Call<'_>, edition: &Edition, effect: AssessmentEffect) -> Result<Decision, Failure> {
    Ok(call
        .decision()
        .by(call.speaker()?)
        .changing(Aggregate::Assessment, edition.id, edition.version)
        .with(Effect::Assessment(effect)))
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
