//! 附到: puts files that were sent before to an item, and says which stage they show. What is done with files
//! when they come stands in `came`.

use uuid::Uuid;

use super::came::{RECENT, came, place_on, said};
use super::evidence::{self, Put, sent};
use super::words::{ItemWord, Slip, SlipKind, Words};
use super::{Call, Command, Failure, line, refusal, told};
use crate::domain::attachment::{FileNext, FileState, Held, MOST_FILES, Stage, is_label};
use crate::domain::decision::Decision;
use crate::domain::people::Who;
use crate::domain::{Both, Button, Lang, Message, Role, Speaker};
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
            let door = call.door;
            came(call, true, item, caption).await?.ok_or_else(|| refusal::unclear(door))
        }
        (Some(item), token) => waiting(call, &item, asked.stage, token).await,
        (None, Some(token)) => restage(call, asked.stage, token).await,
        (None, None) => Err(call.slip(&call.words.clone().slip(SlipKind::NoItem))),
    }
}

/// Apart from the async functions, which the command's own table entry is made of.
pub(super) fn may_attach(speaker: &Speaker) -> bool {
    COMMAND.who.admits(Some(speaker))
}

pub(super) fn not_admitted(call: &Call<'_>) -> Failure {
    refusal::not_admitted(call.door, &COMMAND)
}

/// A button that puts what waits to an item.
pub(super) fn choice(label: String, words: &str, lang: Lang) -> Option<Button> {
    Button::new(label, line(&COMMAND, words, lang))
}

/// Puts what waits to the item.
async fn waiting(
    mut call: Call<'_>,
    word: &ItemWord,
    stage: Option<Stage>,
    token: Option<Uuid>,
) -> Result<Decision, Failure> {
    let (lang, speaker) = (call.lang(), call.speaker()?);
    let (place, at) = place_on(&mut call, word).await?;
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
    let message = Message::plain(said(&put, at, "", lang));
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
