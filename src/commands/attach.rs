//! 附到: puts files that were sent to an item, and says which stage they show. A file without words goes to
//! the speaker's report of a moment ago, or is asked about; in a group nothing is done unasked but joining
//! the album of a report.

use chrono::TimeDelta;
use uuid::Uuid;

use super::evidence::{self, Evidence, Put, sent};
use super::words::{ItemWord, Slip, SlipKind, Words};
use super::{Call, Command, Failure, dispatch, line, questions, show, told, wording};
use crate::domain::attachment::{FileNext, FileState, Held, MOST_FILES, Place, Stage, is_label};
use crate::domain::decision::Decision;
use crate::domain::dialogue::{Ask, Step};
use crate::domain::people::Who;
use crate::domain::sentence::{Change, Sentence, Why};
use crate::domain::{Both, Button, Incoming, Item, Lang, Message, Role, Speaker, Status};
use crate::store::files;
use crate::{say, store};

pub const COMMAND: Command = Command {
    words: &["附到", "attach"],
    glued: true,
    usage: Both { zh: "附到 16 整改后", en: "attach 16 after" },
    about: Both {
        zh: "把刚发的照片、文件附到某一项（整改前、整改中、整改后）",
        en: "attach what you just sent to an item (before, during, after)",
    },
    who: Who::Roles(&[Role::Contact]),
    item: |words| words.clone().item().ok().map(|item| item.number),
    run: |call| Box::pin(run(call)),
};

/// A report of this age is the one that a file without words belongs to.
const RECENT: TimeDelta = TimeDelta::minutes(30);
/// Items offered.
const OFFERED: usize = 8;

struct Asked {
    item: Option<ItemWord>,
    stage: Option<Stage>,
    /// The file a button stands for.
    token: Option<Uuid>,
}

/// `16 整改后`, `16 TOKEN`, `整改后 TOKEN`.
fn parse(words: &mut Words) -> Result<Asked, Slip> {
    if words.is_empty() {
        return Err(words.slip(SlipKind::NoItem));
    }
    let item = match words.clone().item() {
        Ok(_) => Some(words.item()?),
        Err(_) => None,
    };
    let mut asked = Asked { item, stage: None, token: None };
    while !words.is_empty() {
        let slip = words.clone().slip(SlipKind::TooMuch);
        let word = words.word().unwrap_or_default();
        match (Stage::named(&word), Uuid::try_parse(&word)) {
            (Some(stage), _) => asked.stage = Some(stage),
            (None, Ok(token)) => asked.token = Some(token),
            (None, Err(_)) if is_label(&word) => {}
            (None, Err(_)) => return Err(slip),
        }
    }
    Ok(asked)
}

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let asked = parse(&mut call.words).map_err(|slip| call.slip(&slip))?;
    match (asked.item, asked.token) {
        (item, _) if !call.incoming.files.is_empty() => {
            let caption = asked.stage.map_or("", |stage| stage.word().zh);
            let lang = call.lang();
            came(call, true, item, caption).await?.ok_or_else(|| dispatch::unclear(lang))
        }
        (Some(item), token) => waiting(call, &item, asked.stage, token).await,
        (None, Some(token)) => restage(call, asked.stage, token).await,
        (None, None) => Err(call.slip(&call.words.clone().slip(SlipKind::NoItem))),
    }
}

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
        let (item, place, at) = place_on(&mut call, &word).await?;
        return placed(call, evidence, &item, place, at).await.map(Some);
    }
    if let Some(step) = open_report(&call) {
        return with_the_question(&call, evidence, step.clone()).map(Some);
    }
    let rounds = call.rounds();
    let mut last = None::<store::reports::Report>;
    for unit in speaker.units() {
        let of_unit = store::reports::last_by_post(&mut *call.read, &rounds, unit.id, speaker.post).await?;
        last = last.into_iter().chain(of_unit).max_by_key(|report| report.recorded_at);
    }
    match last.filter(|last| call.now.utc - last.recorded_at <= RECENT) {
        Some(last) => {
            let number = store::items::number_of(&mut *call.read, last.item).await?;
            let (item, place, at) = place_on(&mut call, &ItemWord { number, round: None }).await?;
            placed(call, evidence, &item, place, at).await.map(Some)
        }
        None => ask(call, evidence).await.map(Some),
    }
}

/// Apart from the async functions, which the command's own table entry is made of.
fn may_attach(speaker: &Speaker) -> bool {
    COMMAND.who.admits(Some(speaker))
}

fn not_admitted(call: &Call<'_>) -> Failure {
    dispatch::not_admitted(call.door, &COMMAND)
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

/// Where in an item's reports files belong, as the answer says it.
enum At {
    /// The report of a moment ago.
    Now,
    Report(chrono::NaiveDate),
    Item,
}

/// The item somebody named, and the unit's last report on it.
async fn place_on(call: &mut Call<'_>, word: &ItemWord) -> Result<(Item, Place, At), Failure> {
    let (lang, speaker) = (call.lang(), call.speaker()?);
    let items = show::items(call, &[word]).await?;
    let item = show::pick(call, &items, word)?.clone();
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
    let place = Place { item: item.id, report: last.as_ref().map(|last| last.version) };
    let at = match last {
        Some(last) if last.post == Some(speaker.post) && call.now.utc - last.recorded_at <= RECENT => At::Now,
        Some(last) => At::Report(last.effective_on),
        None => At::Item,
    };
    Ok((item, place, at))
}

/// Puts them there and says so.
async fn placed(
    call: Call<'_>,
    mut evidence: Evidence,
    item: &Item,
    place: Place,
    at: At,
) -> Result<Decision, Failure> {
    let (lang, speaker) = (call.lang(), call.speaker()?);
    let there = files::of_place(&mut *call.read, place).await?;
    let coming = evidence.len() - evidence.held().iter().filter(|held| held.place == Some(place)).count();
    if there.len() + coming > MOST_FILES {
        return Err(told(evidence::too_many(lang)));
    }
    let more = evidence.more(lang);
    let (decision, put) = evidence.place(call.decision().by(speaker), place);
    let Some(put) = put else { return Err(told(evidence::too_many(lang))) };
    let mut message = Message::plain(said(&put, item.number, at, &more, lang));
    if let Some(told) = evidence.told() {
        message.text = message.text.then(format!("\n{told}"));
    }
    Ok(call.say(decision, evidence::stages(message, &put, lang)))
}

fn said(put: &Put, number: i32, at: At, more: &str, lang: Lang) -> String {
    let count = put.count;
    let shown = put.stage.map_or(String::new(), |stage| format!(" · {}", stage.word().pick(lang)));
    match at {
        At::Now => say!(
            lang,
            "已附到第 {number} 项刚才的填报（{count} 个文件{shown}）{more}",
            "Attached to the report just made on item {number} ({count} file(s){shown}){more}"
        ),
        At::Report(on) => say!(
            lang,
            "已附到第 {number} 项 {on} 的填报（{count} 个文件{shown}）{more}",
            "Attached to the report of {on} on item {number} ({count} file(s){shown}){more}"
        ),
        At::Item => say!(
            lang,
            "已附到第 {number} 项（{count} 个文件{shown}）{more}",
            "Attached to item {number} ({count} file(s){shown}){more}"
        ),
    }
}

/// The question about a report that is open in this chat.
fn open_report<'a>(call: &Call<'a>) -> Option<&'a Step> {
    let step = call.door.dialogue.as_ref()?.open(call.now.utc)?;
    (!matches!(step.ask, Ask::ReturnReason { .. }) && !step.drafts.is_empty()).then_some(step)
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

fn choice(label: String, words: &str, lang: Lang) -> Option<Button> {
    Button::new(label, line(&COMMAND, words, lang))
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

/// Puts what waits to the item.
async fn waiting(
    mut call: Call<'_>,
    word: &ItemWord,
    stage: Option<Stage>,
    token: Option<Uuid>,
) -> Result<Decision, Failure> {
    let (lang, speaker) = (call.lang(), call.speaker()?);
    let (item, place, at) = place_on(&mut call, word).await?;
    let since = call.now.utc - RECENT;
    // A button works as long as its file waits.
    let found = match token {
        Some(token) => files::waiting_with(&mut *call.read, sent(call.incoming), &[token]).await?,
        None => Vec::new(),
    };
    let mut waiting = files::waiting(&mut *call.read, sent(call.incoming), since).await?;
    waiting.retain(|file| found.iter().all(|other| other.id != file.id));
    waiting.extend(found);
    let Some(first) = waiting.first().filter(|_| token.is_none_or(|t| waiting.iter().any(|f| f.id == t)))
    else {
        return Err(told(match token {
            Some(_) => say!(
                lang,
                "这些文件已经附上，或过了太久，没有变动。看附了哪些请发：材料 编号",
                "These files are attached already, or too old; nothing was changed. To see what is attached send: files NUMBER"
            ),
            None => say!(
                lang,
                "没有等着附上的文件。请先发照片或文件，再发：附到 16",
                "No file is waiting. Send a picture or document first, then: attach 16"
            ),
        }));
    };
    let first = first.id;
    let there = files::of_place(&mut *call.read, place).await?;
    if there.len() + waiting.len() > MOST_FILES {
        return Err(told(evidence::too_many(lang)));
    }
    let mut decision = call.decision().by(speaker);
    for file in &waiting {
        let next = FileNext { place: Some(place), stage: stage.or(file.stage), ..file.next() };
        decision = decision.moving(file, next);
    }
    let stage = stage.or_else(|| waiting.iter().find_map(|file| file.stage));
    let put = Put { first, count: waiting.len(), stage };
    let message = Message::plain(said(&put, item.number, at, "", lang));
    Ok(call.say(decision, evidence::stages(message, &put, lang)))
}

/// Says which stage the files show: the one a button names with its album, and those of the same report
/// that nobody has sorted yet.
async fn restage(call: Call<'_>, stage: Option<Stage>, token: Uuid) -> Result<Decision, Failure> {
    let (lang, speaker) = (call.lang(), call.speaker()?);
    let Some(stage) = stage else {
        return Err(call.slip(&call.words.clone().slip(SlipKind::NoItem)));
    };
    let named = files::one(&mut *call.read, token).await?;
    let named = named.filter(|file| file.post == speaker.post && file.state != FileState::Refused);
    let Some((named, place)) = named.and_then(|file| Some((file.clone(), file.place?))) else {
        return Err(told(say!(
            lang,
            "这些文件不是你附的，或已不在，没有变动。",
            "These files are not yours, or gone; nothing was changed."
        )));
    };
    let is_meant = |file: &Held| {
        file.id == named.id
            || (named.album.is_some() && file.album == named.album)
            || (file.post == speaker.post && file.stage.is_none())
    };
    let there = files::of_place(&mut *call.read, place).await?;
    let meant: Vec<&Held> = there.iter().filter(|file| is_meant(file)).collect();
    let mut decision = call.decision().by(speaker);
    for file in meant.iter().filter(|file| file.stage != Some(stage)) {
        let next = FileNext { stage: Some(stage), ..file.next() };
        decision = decision.moving(file, next);
    }
    let number = store::items::number_of(&mut *call.read, place.item).await?;
    let (count, word) = (meant.len(), stage.word().pick(lang));
    let text = say!(
        lang,
        "第 {number} 项的 {count} 个文件已标为“{word}”。",
        "{count} file(s) of item {number} are marked “{word}”."
    );
    Ok(call.say(decision, Message::plain(text)))
}
