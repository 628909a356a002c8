//! 图: what this speaker may see drawn, and asking for one. A picture is a document like any other: the clerk
//! draws it and gives it where it was asked for.

use super::help::Examples;
use super::{Call, Command, Failure, export, wording};
use crate::domain::decision::Decision;
use crate::domain::document::{About, Paper};
use crate::domain::people::Who;
use crate::domain::{Both, Button, Lang, Message, Text};
use crate::say;

pub const COMMAND: Command = Command {
    words: &["图", "picture"],
    glued: false,
    usage: Both { zh: "图 16", en: "picture 16" },
    about: Both {
        zh: "看图：一项的进度，各单位、各类别，逐月曲线",
        en: "pictures: an item's course, units, categories, months",
    },
    who: Who::Bound,
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let lang = call.lang();
    if call.words.is_empty() {
        return list(call).await;
    }
    let pictures = pictures(&call);
    let by_number = || pictures.iter().copied().find(|paper| paper.of == About::Item);
    let named = pictures.iter().copied().find_map(|paper| {
        let mut words = call.words.clone();
        paper
            .words
            .iter()
            .any(|word| words.take_word(word) || words.take_word(short(word)))
            .then_some((paper, words))
    });
    let (paper, words) = match (named, by_number()) {
        (Some(named), _) => named,
        (None, Some(paper)) if call.words.clone().item().is_ok() => (paper, call.words.clone()),
        _ => {
            let said = wording::head(&call.words.rest(), 20);
            let one = Examples::of(&mut call).await?.name(COMMAND.usage);
            let mut message = Message::plain(say!(
                lang,
                "没有叫“{said}”的图。看一项的进度发“{one}”；你还可以看下面这些。",
                "There is no picture called “{said}”. For one item send “{one}”; you may have these as well."
            ));
            let asked = open(&mut call).await?;
            message.buttons = buttons(&asked, lang);
            return Err(Failure::Told(message));
        }
    };
    export::is_for_here(&call, paper)?;
    call.words = words;
    export::ask(call, paper).await
}

/// `单位图` is said as 单位 behind 图.
fn short(word: &'static str) -> &'static str {
    word.strip_suffix('图').unwrap_or(word)
}

/// The pictures among all papers.
fn pictures(call: &Call<'_>) -> Vec<&'static Paper> {
    call.able.papers.iter().copied().filter(|paper| paper.is_picture()).collect()
}

/// Those this speaker may see, and how to ask for them.
async fn open(call: &mut Call<'_>) -> Result<Vec<(&'static Paper, Option<String>)>, Failure> {
    let mut pictures = pictures(call);
    pictures.retain(|paper| paper.who.admits(call.door.speaker.as_ref()));
    export::examples(call, &pictures).await
}

fn buttons(asked: &[(&'static Paper, Option<String>)], lang: Lang) -> Vec<Vec<Button>> {
    export::buttons(&COMMAND, asked, short, lang)
}

async fn list(mut call: Call<'_>) -> Result<Decision, Failure> {
    let lang = call.lang();
    let asked = open(&mut call).await?;
    if asked.iter().all(|(_, example)| example.is_none()) {
        return Ok(call.answer(Message::plain(say!(
            lang,
            "这里现在没有可以看的图，请私聊我再问一次。",
            "There is no picture to be had here now: please ask me in private."
        ))));
    }
    let mut text = Text::default().strong(say!(lang, "可以看的图", "Pictures"));
    for (paper, example) in &asked {
        let (example, about) = (example.as_deref(), paper.about.pick(lang));
        let Some(example) = example else { continue };
        text = text.then("\n").code(example).then(say!(lang, "　{about}", " – {about}"));
    }
    let mut message = Message::from(text);
    message.buttons = buttons(&asked, lang);
    Ok(call.answer(message))
}
