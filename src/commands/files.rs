//! 材料: the files that are attached to an item, for those who may see the item.

use super::words::SlipKind;
use super::{Call, Command, Failure, attach, show, wording};
use crate::domain::attachment::FileState;
use crate::domain::decision::Decision;
use crate::domain::people::Who;
use crate::domain::{Both, Lang, Message, Now, Text};
use crate::store::files::Listed;
use crate::{say, store};

pub const COMMAND: Command = Command {
    words: &["材料", "files"],
    glued: true,
    usage: Both { zh: "材料 16", en: "files 16" },
    about: Both {
        zh: "看某一项附了哪些照片和文件", en: "the pictures and documents of an item"
    },
    who: Who::Bound,
    item: |words| words.clone().item().ok().map(|word| word.number),
    run: |call| Box::pin(run(call)),
};

/// More than anybody reads on a phone.
const SHOWN: i64 = 40;
/// Of a digest: enough to tell files apart and to ask for one.
const SHORT: usize = 12;

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    if !call.incoming.files.is_empty() {
        return (attach::COMMAND.run)(Call { command: &attach::COMMAND, ..call }).await;
    }
    let lang = call.lang();
    let speaker = call.speaker()?;
    let word = call.words.item().map_err(|slip| call.slip(&slip))?;
    if !call.words.is_empty() {
        return Err(call.slip(&call.words.clone().slip(SlipKind::TooMuch)));
    }
    let item = show::named(&call, &word)?;
    let number = item.number;
    if !item.is_open_to(speaker) {
        return Err(wording::not_concerned(&item, "files_not_yours", lang));
    }
    if !call.shows(&item) {
        return Ok(call.answer(Message::plain(wording::ask_in_private(lang))));
    }
    let files = store::files::of_item(&mut *call.read, item.id, SHOWN).await?;
    let title = &item.title;
    if files.is_empty() {
        return Ok(call.answer(Message::plain(say!(
            lang,
            "第 {number} 项「{title}」没有材料。要附上请直接发照片或文件，写上编号，如：16项 整改后",
            "Item {number} “{title}” has no files. To attach some, send them with: attach 16 after"
        ))));
    }
    let count = files.len();
    let mut text = Text::default().strong(say!(
        lang,
        "第 {number} 项「{title}」材料 {count} 个",
        "Item {number} “{title}”: {count} file(s)"
    ));
    for (at, file) in files.iter().enumerate() {
        text = line(text.then(format!("\n{}. ", at + 1)), file, lang);
    }
    Ok(call.answer(text))
}

/// `照片「现场」 整改后 · 紫岩县联络员A · 2018-08-31 09:00 · 已存 1.2 MB a1b2c3d4e5f6 · 填报 90%`
fn line(text: Text, file: &Listed, lang: Lang) -> Text {
    let shape = file.shape.word().pick(lang);
    let name = match (file.name.as_str(), file.note.as_str()) {
        ("", "") => shape.to_owned(),
        ("", note) => say!(lang, "{shape}「{note}」", "{shape} “{note}”"),
        (name, "") => name.to_owned(),
        (name, note) => say!(lang, "{name}「{note}」", "{name} “{note}”"),
    };
    let stage = file.stage.map_or(String::new(), |stage| format!(" {}", stage.word().pick(lang)));
    let (post, at, state) = (&file.post, Now::at(file.sent_at).spoken(), file.state.word().pick(lang));
    let mut text = text.then(format!("{name}{stage} · {post} · {at} · {state}"));
    match (&file.sha256, file.bytes) {
        (Some(digest), Some(bytes)) if file.state == FileState::Stored => {
            text = text.then(format!(" {} ", size(bytes))).file(short(digest));
        }
        _ => match reason(&file.reason, lang) {
            "" => {}
            why => text = text.then(say!(lang, "（{why}）", " ({why})")),
        },
    }
    if let Some(number) = &file.answers {
        return text.then(say!(lang, " · 回复 {number}", " · answer to {number}"));
    }
    match (file.percent, file.is_withdrawn) {
        (_, true) => text.then(say!(lang, " · 填报已撤回", " · the report was taken back")),
        (Some(percent), false) => text.then(say!(lang, " · 填报 {percent}%", " · report of {percent}%")),
        (None, false) => text,
    }
}

/// What names a kept file in a chat.
pub(super) fn short(digest: &str) -> &str {
    &digest[..SHORT.min(digest.len())]
}

fn size(bytes: i64) -> String {
    const KIB: i64 = 1024;
    match bytes {
        ..KIB => format!("{bytes} B"),
        _ if bytes < KIB * KIB => format!("{} KB", bytes / KIB),
        _ => format!("{:.1} MB", bytes as f64 / (KIB * KIB) as f64),
    }
}

/// Why a file is not kept, in words.
fn reason(code: &str, lang: Lang) -> &'static str {
    let both = match code {
        "too_big" => Both { zh: "超过 20 MB", en: "over 20 MB" },
        "kind" => Both { zh: "内容不在可收之列", en: "of no kind that is taken" },
        "macros" => Both { zh: "含宏", en: "with macros" },
        "other_name" => Both { zh: "内容与后缀不符", en: "the content does not fit the name" },
        "gone" => Both { zh: "平台上已没有", en: "gone from the platform" },
        "given_up" => Both { zh: "多次没有取到", en: "tried in vain" },
        _ => return "",
    };
    both.pick(lang)
}
