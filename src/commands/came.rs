//! Files that came without being a report: to the item a caption names, to the speaker's report of a moment
//! ago, or a question. In a group nothing is done unasked but joining the album of a report.

use chrono::TimeDelta;

use super::attach::{choice, may_attach, not_admitted};
use super::evidence::{self, Evidence, Put, sent};
use super::words::{ItemWord, Words};
use super::{Call, Failure, questions, show, told, wording};
use crate::domain::attachment::{MOST_FILES, Place, Stage, is_label};
use crate::domain::decision::Decision;
use crate::domain::dialogue::{Ask, Step};
use crate::domain::sentence::{Change, Sentence, Why};
use crate::domain::{Incoming, Lang, Message, Status};
use crate::store::files;
use crate::{say, store};

/// A report of this age is the one that a file without words belongs to.
pub(super) const RECENT: TimeDelta = TimeDelta::minutes(30);
/// Items offered.
const OFFERED: usize = 8;

/// What a caption says, when it is about the file and not a report: with the item, where it names one.
pub(super) fn label(incoming: &Incoming, sentence: &Sentence, text: &str) -> Option<Option<ItemWord>> {
    if incoming.files.is_empty() {
        return None;
    }
    match sentence {
        Sentence::Reports(reports) => match reports.as_slice() {
            [one] if one.percent.is_none() && one.change == Change::Progress && is_label(&one.text) => {
                Some(one.item.clone())
            }
            _ => None,
        },
        Sentence::Doubtful { doubts, clear } => match (doubts.as_slice(), clear.as_slice()) {
            ([one], []) => match one.why {
                Why::OnlyItem => Some(one.report.item.clone()),
                Why::PercentOrItem(number) => {
                    Some(i32::try_from(number).ok().map(|number| ItemWord { number, round: None }))
                }
                Why::ItemOrDay if is_label(&one.report.text) => Some(one.report.item.clone()),
                _ => None,
            },
            _ => None,
        },
        Sentence::CorrectLast { .. } => None,
        Sentence::Ask(_) | Sentence::Nothing => {
            let mut words = Words::new(text);
            let item = words.item().ok().filter(|_| is_label(&words.rest()));
            Some(item)
        }
    }
}

/// Files came without a report. `None`: they are left in silence.
pub(super) async fn came(
    mut call: Call<'_>,
    addressed: bool,
    item: Option<ItemWord>,
    caption: &str,
) -> Result<Option<Decision>, Failure> {
    let Some(speaker) = call.door.speaker.as_ref().filter(|speaker| may_attach(speaker)) else {
        return if addressed { Err(not_admitted(&call)) } else { Ok(None) };
    };
    if !addressed {
        return unasked(call, caption).await;
    }
    if let Some(decision) = evidence::refuse_secret(&mut call).await? {
        return Ok(Some(decision));
    }
    let stage = Stage::named(caption);
    let note = if is_label(caption) || item.is_some() { "" } else { caption };
    let (mut evidence, is_refused) = Evidence::with_album(&mut call, note).await?;
    if is_refused {
        return Ok(Some(evidence::noted(&call, call.decision().by(speaker))));
    }
    evidence.show(stage);
    if evidence.is_nothing_new() {
        let told = evidence.told().unwrap_or_default();
        return Ok(Some(call.answer(Message::plain(told))));
    }
    if item.is_none() && caption.is_empty() && !evidence.held().is_empty() {
        return joined(call, evidence).await.map(Some);
    }
    if let Some(word) = item {
        let (place, at) = place_on(&mut call, &word).await?;
        return placed(call, evidence, place, at).await.map(Some);
    }
    if let Some(step) = open_report(&call) {
        return with_the_question(&call, evidence, step.clone()).map(Some);
    }
    let (rounds, since) = (call.rounds(), call.now.utc - RECENT);
    let mut last = None::<store::reports::Report>;
    for unit in speaker.units() {
        let of_unit = store::reports::last_by_post(&mut *call.read, &rounds, unit.id, speaker.post).await?;
        last = last.into_iter().chain(of_unit).max_by_key(|report| report.recorded_at);
    }
    let last = last.filter(|last| last.recorded_at >= since);
    let given = store::under_way::last_answer(&mut *call.read, speaker.post, since).await?;
    if let Some(given) = given.filter(|given| last.as_ref().is_none_or(|last| last.recorded_at < given.at)) {
        let place = Place { item: given.item, report: None, answer: Some(given.id) };
        return placed(call, evidence, place, At::Answer(given.number)).await.map(Some);
    }
    match last {
        Some(last) => {
            let number = store::items::number_of(&mut *call.read, last.item).await?;
            let (place, at) = place_on(&mut call, &ItemWord { number, round: None }).await?;
            placed(call, evidence, place, at).await.map(Some)
        }
        None => ask(call, evidence).await.map(Some),
    }
}

/// In a group without being meant: only a piece of an album in the unit's own group is kept for a while,
/// because another piece may be a report.
async fn unasked(mut call: Call<'_>, caption: &str) -> Result<Option<Decision>, Failure> {
    let is_piece = call.incoming.files.iter().any(|file| file.album.is_some());
    if !is_piece || !caption.is_empty() || !call.is_own_group() || evidence::is_secret(call.incoming) {
        return Ok(None);
    }
    let (evidence, is_refused) = Evidence::with_album(&mut call, "").await?;
    if is_refused || evidence.is_nothing_new() {
        return Ok(None);
    }
    joined(call, evidence).await.map(Some)
}

/// Goes where the others of the album went, or waits with them; nothing is said of it.
async fn joined(call: Call<'_>, mut evidence: Evidence) -> Result<Decision, Failure> {
    let speaker = call.speaker()?;
    let decision = call.decision().by(speaker);
    let place = evidence.held().iter().find_map(|held| Some((held.place?, held.stage)));
    evidence.alone();
    let Some((place, stage)) = place else { return Ok(evidence.wait(decision).0) };
    let there = files::of_place(&mut *call.read, place).await?.len();
    if there + evidence.len() > MOST_FILES {
        return Ok(call.say(decision, Message::plain(evidence::too_many(call.lang()))));
    }
    evidence.show(stage);
    Ok(evidence.place(decision, place).0)
}

/// Where files belong, as the answer says it: in the reports of the item of this number, or with the answer to the
/// notice of this number.
pub(super) enum At {
    /// The report of a moment ago.
    Now(i32),
    Report(i32, chrono::NaiveDate),
    Item(i32),
    Answer(String),
}

/// The item somebody named, and the unit's last report on it.
pub(super) async fn place_on(call: &mut Call<'_>, word: &ItemWord) -> Result<(Place, At), Failure> {
    let (lang, speaker) = (call.lang(), call.speaker()?);
    let item = show::item(call, word).await?;
    let number = item.number;
    // Whoever stands in for a unit speaks for it about its items.
    let unit = speaker.clone().concerning(std::slice::from_ref(&item)).unit.id;
    if item.part_of(unit).is_none() {
        return Err(Failure::Refused {
            what: "file_not_yours",
            item: Some(item.id),
            told: Message::plain(say!(
                lang,
                "第 {number} 项不是你单位牵头或配合的事项，文件没有保存。发送“我的”看本单位的事项。",
                "Item {number} is not led or shared by your unit; the file was not kept. Send “mine” for your items."
            )),
        });
    }
    if item.state.status == Status::SignedOff {
        return Err(told(say!(
            lang,
            "第 {number} 项已销号，不再收文件。如情况有反复，请联系整改办。",
            "Item {number} is signed off and takes no more files. If it has relapsed, tell the office."
        )));
    }
    let last = store::reports::last_of_unit(&mut *call.read, &[&item], unit).await?.pop();
    let place = Place { item: item.id, report: last.as_ref().map(|last| last.version), answer: None };
    let at = match last {
        Some(last) if last.post == Some(speaker.post) && call.now.utc - last.recorded_at <= RECENT => {
            At::Now(number)
        }
        Some(last) => At::Report(number, last.effective_on),
        None => At::Item(number),
    };
    Ok((place, at))
}

/// Puts them there and says so.
async fn placed(call: Call<'_>, mut evidence: Evidence, place: Place, at: At) -> Result<Decision, Failure> {
    let (lang, speaker) = (call.lang(), call.speaker()?);
    let there = files::of_place(&mut *call.read, place).await?;
    let coming = evidence.len() - evidence.held().iter().filter(|held| held.place == Some(place)).count();
    if there.len() + coming > MOST_FILES {
        return Err(told(evidence::too_many(lang)));
    }
    let more = evidence.more(lang);
    let (decision, put) = evidence.place(call.decision().by(speaker), place);
    let Some(put) = put else { return Err(told(evidence::too_many(lang))) };
    let is_answer = place.answer.is_some();
    let mut message = Message::plain(said(&put, at, &more, lang));
    if let Some(told) = evidence.told() {
        message.text = message.text.then(format!("\n{told}"));
    }
    let message = if is_answer { message } else { evidence::stages(message, &put, lang) };
    Ok(call.say(decision, message))
}

pub(super) fn said(put: &Put, at: At, more: &str, lang: Lang) -> String {
    let count = put.count;
    let shown = put.stage.map_or(String::new(), |stage| format!(" · {}", stage.word().pick(lang)));
    match at {
        At::Now(number) => say!(
            lang,
            "已附到第 {number} 项刚才的填报（{count} 个文件{shown}）{more}",
            "Attached to the report just made on item {number} ({count} file(s){shown}){more}"
        ),
        At::Report(number, on) => say!(
            lang,
            "已附到第 {number} 项 {on} 的填报（{count} 个文件{shown}）{more}",
            "Attached to the report of {on} on item {number} ({count} file(s){shown}){more}"
        ),
        At::Item(number) => say!(
            lang,
            "已附到第 {number} 项（{count} 个文件{shown}）{more}",
            "Attached to item {number} ({count} file(s){shown}){more}"
        ),
        At::Answer(number) => say!(
            lang,
            "已附到对 {number} 的回复（{count} 个文件）{more}",
            "Attached to the answer to {number} ({count} file(s)){more}"
        ),
    }
}

/// The question about a report that is open in this chat.
fn open_report<'a>(call: &Call<'a>) -> Option<&'a Step> {
    let step = call.door.dialogue.as_ref()?.open(call.now.utc)?;
    let is_other = matches!(
        step.ask,
        Ask::ReturnReason { .. }
            | Ask::DismissReason { .. }
            | Ask::AppealReason { .. }
            | Ask::Line { .. }
            | Ask::Promise { .. }
    );
    (!is_other && !step.drafts.is_empty()).then_some(step)
}

/// Waits with the report that is being made.
fn with_the_question(call: &Call<'_>, mut evidence: Evidence, mut step: Step) -> Result<Decision, Failure> {
    let (lang, speaker) = (call.lang(), call.speaker()?);
    let before = step.drafts.first().map_or(0, |draft| draft.files.len());
    if before + evidence.len() > MOST_FILES {
        return Err(told(evidence::too_many(lang)));
    }
    let told = evidence.told();
    let (decision, ids) = evidence.wait(call.decision().by(speaker));
    let mut count = ids.len();
    if let Some(draft) = step.drafts.first_mut() {
        draft.files.extend(ids);
        draft.files.dedup();
        count = draft.files.len();
    }
    let decision = questions::asking(call, decision, step)?;
    let text = say!(
        lang,
        "收到 {count} 个文件，回答完上面的问题就一起附上。",
        "{count} file(s) received; they are attached once the question above is answered."
    );
    let text = told.map_or(text.clone(), |told| format!("{text}\n{told}"));
    Ok(call.say(decision, Message::plain(text)))
}

/// Which item? Every button names the newest file; all that wait go with it.
async fn ask(call: Call<'_>, mut evidence: Evidence) -> Result<Decision, Failure> {
    let (lang, speaker) = (call.lang(), call.speaker()?);
    let since = call.now.utc - RECENT;
    let waiting = files::waiting(&mut *call.read, sent(call.incoming), since).await?;
    let count = waiting.len() + evidence.len();
    if count > MOST_FILES {
        return Err(told(evidence::too_many(lang)));
    }
    let more = evidence.more(lang);
    let told = evidence.told();
    let (decision, ids) = evidence.wait(call.decision().by(speaker));
    let token = ids.last().copied().unwrap_or_default().simple();
    let rounds = call.rounds();
    let mut items = Vec::new();
    for unit in speaker.units() {
        items.extend(store::items::open_of_unit(&mut *call.read, &rounds, unit.id).await?);
    }
    let mut message = Message::plain(say!(
        lang,
        "收到 {count} 个文件{more}，附到哪一项？点一个，或发：附到 编号",
        "{count} file(s) received{more}. Which item do they belong to? Press one, or send: attach NUMBER"
    ));
    if let Some(told) = told {
        message.text = message.text.then(format!("\n{told}"));
    }
    for item in items.iter().take(OFFERED) {
        let number = item.number;
        let label = match call.shows(item) {
            true => format!("{number} {}", wording::head(&item.title, 16)),
            false => number.to_string(),
        };
        message = message.row([choice(label, &format!("{number} {token}"), lang)]);
    }
    Ok(call.say(decision, message))
}
