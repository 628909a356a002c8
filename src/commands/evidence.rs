//! The files that came with a message: judged, kept together with the others of their album, and put where
//! they belong by effects. Secrecy marks end here. Files are never asked for and never needed.

use uuid::Uuid;

use super::{Call, Failure, attach, line, refused};
use crate::domain::attachment::{
    FileNext, FileState, Held, MOST_FILES, NewFile, Place, Shape, Stage, TAKEN, Unfit, is_marked,
};
use crate::domain::decision::{Decision, Effect};
use crate::domain::dialogue::Draft;
use crate::domain::{Attachment, Button, Incoming, Lang, Message, Speaker, What};
use crate::say;
use crate::store::files::{self, Sent};

/// What is kept of a caption that is no report.
const NOTE: usize = 100;

/// Files on their way to a place.
#[derive(Default)]
pub(super) struct Evidence {
    new: Vec<NewFile>,
    /// Others of the album, and those that waited for the answer to a question.
    held: Vec<Held>,
    /// One sentence for each kind of file that is not taken.
    told: Vec<String>,
    /// Others of the album may still come.
    is_album: bool,
}

/// What came with the message is marked as secret.
pub(super) fn is_secret(incoming: &Incoming) -> bool {
    let words = match &incoming.what {
        What::Said { text, .. } => text.as_str(),
        _ => "",
    };
    !incoming.files.is_empty()
        && (is_marked(words)
            || incoming.files.iter().any(|file| is_marked(&file.name) || is_marked(&file.caption)))
}

/// The album a message belongs to.
fn album(incoming: &Incoming) -> Option<&str> {
    incoming.files.iter().find_map(|file| file.album.as_deref())
}

/// Whose files a message is about: those its sender sent in its chat.
pub(super) fn sent<'a>(incoming: &'a Incoming) -> Sent<'a> {
    Sent { chat: &incoming.chat, account: incoming.account.as_deref().unwrap_or_default() }
}

impl Evidence {
    /// The files of the message, without the others of its album.
    fn of(call: &Call<'_>, note: &str) -> Result<Evidence, Failure> {
        let (lang, speaker) = (call.lang(), call.speaker()?);
        let mut evidence = Evidence { is_album: album(call.incoming).is_some(), ..Evidence::default() };
        for file in &call.incoming.files {
            match file.unfit() {
                Some(why) => {
                    let told = unfit(why, lang);
                    if !evidence.told.contains(&told) {
                        evidence.told.push(told);
                    }
                }
                None => evidence.new.push(new_file(call, speaker, file.clone(), note)),
            }
        }
        Ok(evidence)
    }

    /// The files of the message with those of their album that came before: `true` when one of these was
    /// refused, and with it all.
    pub(super) async fn with_album(call: &mut Call<'_>, note: &str) -> Result<(Evidence, bool), Failure> {
        let mut evidence = Evidence::of(call, note)?;
        if let Some(album) = album(call.incoming) {
            evidence.held = files::of_album(&mut *call.read, sent(call.incoming), album).await?;
        }
        let is_refused = evidence.held.iter().any(|held| held.state == FileState::Refused);
        Ok((evidence, is_refused))
    }

    /// What belongs to the report that is being made of these drafts. Nothing is read where no file is
    /// concerned.
    pub(super) async fn of_report(call: &mut Call<'_>, drafts: &[Draft]) -> Result<Evidence, Failure> {
        let waiting: Vec<Uuid> = drafts.iter().flat_map(|draft| draft.files.iter().copied()).collect();
        if call.incoming.files.is_empty() && waiting.is_empty() {
            return Ok(Evidence::default());
        }
        let (mut evidence, is_refused) = Evidence::with_album(call, "").await?;
        if let What::Said { text, .. } = &call.incoming.what {
            evidence.show(Stage::named(text));
        }
        if is_refused {
            let lang = call.lang();
            evidence = Evidence { told: vec![with_refused(lang)], ..Evidence::default() };
        }
        if !waiting.is_empty() {
            let found = files::waiting_with(&mut *call.read, sent(call.incoming), &waiting).await?;
            let is_new = |file: &Held| evidence.held.iter().all(|held| held.id != file.id);
            let found: Vec<Held> = found.into_iter().filter(is_new).collect();
            evidence.held.extend(found);
        }
        Ok(evidence)
    }

    pub(super) fn held(&self) -> &[Held] {
        &self.held
    }

    /// Nothing new to put anywhere.
    pub(super) fn is_nothing_new(&self) -> bool {
        self.new.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.new.len() + self.held.len()
    }

    /// Those that will be put somewhere.
    pub(super) fn ids(&self) -> Vec<Uuid> {
        let held = self.held.iter().filter(|held| held.state != FileState::Refused).map(|held| held.id);
        self.new.iter().map(|file| file.id).chain(held).collect()
    }

    /// Leaves the others of the album where they are.
    pub(super) fn alone(&mut self) {
        self.held.clear();
    }

    /// The stage that the words name, for all of them that say nothing else.
    pub(super) fn show(&mut self, stage: Option<Stage>) {
        for file in &mut self.new {
            file.stage = stage;
        }
    }

    /// Puts all of them there; the rest is said by [`Evidence::say`].
    pub(super) fn place(&mut self, mut decision: Decision, place: Place) -> (Decision, Option<Put>) {
        let Some(first) = self.new.first().map(|file| file.id).or(self.held.first().map(|held| held.id))
        else {
            return (decision, None);
        };
        let stage = self.new.first().and_then(|file| file.stage);
        let mut put = Put { first, count: 0, stage };
        for mut file in self.new.drain(..) {
            file.place = Some(place);
            decision = decision.with(Effect::fetch(file.id, file.sent.album.is_some()));
            decision = decision.with(Effect::FileAdded(Box::new(file)));
            put.count += 1;
        }
        for held in self.held.drain(..).filter(|held| held.state != FileState::Refused) {
            put.count += 1;
            put.stage = put.stage.or(held.stage);
            let next = FileNext { place: Some(place), stage: held.stage.or(stage), ..held.next() };
            if next != held.next() {
                decision = decision.moving(&held, next);
            }
        }
        (decision, Some(put))
    }

    /// Leaves all of them waiting for their place; returns which.
    pub(super) fn wait(&mut self, mut decision: Decision) -> (Decision, Vec<Uuid>) {
        let mut ids: Vec<Uuid> = self.held.drain(..).map(|held| held.id).collect();
        for file in self.new.drain(..) {
            ids.push(file.id);
            decision = decision.with(Effect::FileAdded(Box::new(file)));
        }
        (decision, ids)
    }

    /// What is said of those that are not taken.
    pub(super) fn told(&self) -> Option<String> {
        (!self.told.is_empty()).then(|| self.told.join("\n"))
    }

    /// What an answer says of them, with buttons for the stage.
    pub(super) fn say(&self, message: Message, put: Option<&Put>, lang: Lang) -> Message {
        let message = self.mention(message, put, lang);
        match put {
            Some(put) => stages(message, put, lang),
            None => message,
        }
    }

    /// What an answer says of them.
    pub(super) fn mention(&self, mut message: Message, put: Option<&Put>, lang: Lang) -> Message {
        if let Some(put) = put {
            let attached = self.attached(put, lang);
            message.text = message.text.then(format!("\n{attached}"));
        }
        if let Some(told) = self.told() {
            message.text = message.text.then(format!("\n{told}"));
        }
        message
    }

    /// How many were put there, and what they show.
    pub(super) fn attached(&self, put: &Put, lang: Lang) -> String {
        let count = put.count;
        let shown = put.stage.map_or(String::new(), |stage| format!(" · {}", stage.word().pick(lang)));
        let more = self.more(lang);
        say!(lang, "📎 附 {count} 个文件{shown}{more}", "📎 with {count} file(s){shown}{more}")
    }

    /// What is not taken has been told.
    pub(super) fn hush(&mut self) {
        self.told.clear();
    }

    /// What else of an album may come.
    pub(super) fn more(&self, lang: Lang) -> String {
        match self.is_album {
            true => say!(lang, "（同组的会一起附上）", " (the rest of the album follows)"),
            false => String::new(),
        }
    }
}

/// What was put somewhere.
pub(super) struct Put {
    /// Buttons name it.
    pub first: Uuid,
    pub count: usize,
    pub stage: Option<Stage>,
}

/// Buttons for the stage, as long as it is not known.
pub(super) fn stages(message: Message, put: &Put, lang: Lang) -> Message {
    if put.stage.is_some() {
        return message;
    }
    let token = put.first.simple();
    message.row(Stage::ALL.map(|stage| {
        let word = stage.word().pick(lang);
        Button::new(word, line(&attach::COMMAND, &format!("{word} {token}"), lang))
    }))
}

fn new_file(call: &Call<'_>, speaker: &Speaker, sent: Attachment, note: &str) -> NewFile {
    NewFile {
        id: Uuid::now_v7(),
        place: None,
        unit: speaker.unit.id,
        post: speaker.post,
        chat: call.incoming.chat.clone(),
        account: call.incoming.account.clone().unwrap_or_default(),
        sent,
        note: note.chars().filter(|c| !c.is_control()).take(NOTE).collect(),
        stage: None,
        state: FileState::Waiting,
        reason: "",
        sent_at: call.now.utc,
    }
}

fn unfit(why: Unfit, lang: Lang) -> String {
    let taken = TAKEN.pick(lang);
    match why {
        Unfit::Shape => {
            say!(lang, "视频、语音没有保存：{taken}。", "Video and sound were not kept: {taken}.")
        }
        Unfit::Ending => {
            say!(lang, "这种文件没有保存：{taken}。", "This kind of file was not kept: {taken}.")
        }
        Unfit::Size => {
            say!(lang, "文件太大，没有保存：{taken}。", "The file is too large and was not kept: {taken}.")
        }
    }
}

fn with_refused(lang: Lang) -> String {
    say!(
        lang,
        "同一组里有带密级标志的文件，这一组都没有保存。",
        "One of these files carries a secrecy mark; none of them was kept."
    )
}

/// No more files where there are enough.
pub(super) fn too_many(lang: Lang) -> String {
    say!(
        lang,
        "一次填报最多附 {MOST_FILES} 个文件，多出的没有保存。",
        "A report takes up to {MOST_FILES} files; what is beyond was not kept."
    )
}

/// The answer to a file with a secrecy mark: nothing of the message is recorded, nothing is fetched, and
/// what came of the same album before is refused as well. `None`: there is no mark.
pub(super) async fn refuse_secret(call: &mut Call<'_>) -> Result<Option<Decision>, Failure> {
    if !is_secret(call.incoming) {
        return Ok(None);
    }
    let (lang, speaker) = (call.lang(), call.speaker()?);
    let mut decision = noted(call, call.decision().by(speaker));
    if let Some(album) = album(call.incoming) {
        let blank = Attachment {
            file: String::new(),
            unique: String::new(),
            name: String::new(),
            mime: String::new(),
            bytes: None,
            caption: String::new(),
            album: Some(album.to_owned()),
            shape: Shape::Other,
        };
        // Remembered without a name, so that the rest of the album is refused too.
        let mark = NewFile {
            state: FileState::Refused,
            reason: "secret_mark",
            ..new_file(call, speaker, blank, "")
        };
        decision = decision.with(Effect::FileAdded(Box::new(mark)));
        for held in files::of_album(&mut *call.read, sent(call.incoming), album).await? {
            if held.state != FileState::Refused {
                let next = FileNext { place: None, state: FileState::Refused, ..held.next() };
                decision = decision.moving(&held, next);
            }
        }
    }
    let text = say!(
        lang,
        "文件名或说明带有密级标志（秘密、机密、绝密、★、内部），这条消息没有登记，文件没有下载，名称也没有保存。涉密材料请按保密规定线下报送，不要发到聊天软件。\n如果只是误写，请去掉标志后重发。",
        "The file's name or caption carries a secrecy mark (秘密, 机密, 绝密, ★, 内部): nothing was recorded, the file was not downloaded, nor its name kept. Hand in classified papers offline, never by chat.\nIf the mark is a slip, send again without it."
    );
    Ok(Some(call.say(decision, Message::plain(text))))
}

/// Counted and audited, with ids only.
pub(super) fn noted(call: &Call<'_>, decision: Decision) -> Decision {
    decision.with(refused(call.incoming, "secret_mark", None))
}

/// An answer that did nothing with the files that came along says so.
pub(super) fn mention_unused(incoming: &Incoming, decision: Decision, lang: Lang) -> Decision {
    let is_used = decision.effects.iter().any(|effect| matches!(effect, Effect::FileAdded(_)));
    let fits = incoming.files.iter().any(|file| file.unfit().is_none());
    let is_refused = decision.effects.iter().any(|effect| matches!(effect, Effect::Refused { .. }));
    if is_used || is_refused || !fits || decision.replies.is_empty() {
        return decision;
    }
    let text = say!(
        lang,
        "随消息发来的文件没有保存。要附到事项，请发文件并写上编号，如：16项 整改后",
        "The file that came along was not kept. To attach it to an item send it with: attach 16 after"
    );
    super::answer_to(incoming, decision, Message::plain(text))
}
