//! 导出: what this speaker may take away, and asking for it. The document is made by the clerk and given
//! where it was asked for: in private, in the office's own group, and about an item wherever it may be read.

use chrono::NaiveDate;
use uuid::Uuid;

use super::help::Examples;
use super::notice::{copy_of, readable};
use super::words::{SlipKind, Words};
use super::{Call, Command, Failure, as_of, line, show, told, wording};
use crate::domain::decision::{Decision, Effect};
use crate::domain::document::{About, Format, NewDocument, Paper};
use crate::domain::notice::reference;
use crate::domain::people::Who;
use crate::domain::sentence;
use crate::domain::{Both, Button, Lang, Message, Role, Text};
use crate::store::notices::Of;
use crate::{say, store};

pub const COMMAND: Command = Command {
    words: &["导出", "export"],
    glued: false,
    usage: Both { zh: "导出", en: "export" },
    about: Both {
        zh: "台账、报告、项目卡等文件，做好发到这里",
        en: "the ledger, reports, item cards and more as files",
    },
    who: Who::Bound,
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

/// Documents one person may have in the making at once.
const AT_ONCE: i64 = 5;

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    if call.words.is_empty() {
        return list(call).await;
    }
    let mut words = call.words.clone();
    let Some(paper) = named(&mut words, &call.able.papers) else {
        let (lang, said) = (call.lang(), wording::head(&call.words.rest(), 20));
        let mut message = Message::plain(say!(
            lang,
            "没有叫“{said}”的文件。你可以导出下面这些，或发送“导出”看说明。",
            "There is no document called “{said}”. You may have these; “export” explains them."
        ));
        message.buttons = offered(&mut call).await?;
        return Err(Failure::Told(message));
    };
    is_for_here(&call, paper)?;
    call.words = words;
    ask(call, paper).await
}

/// What is about more than an item is for the eyes of whoever asks.
pub(super) fn is_for_here(call: &Call<'_>, paper: &Paper) -> Result<(), Failure> {
    if paper.of == About::Item { Ok(()) } else { call.office_only() }
}

/// The paper that comes next in the words, its longest spelling.
fn named(words: &mut Words, papers: &[&'static Paper]) -> Option<&'static Paper> {
    let spelt = papers.iter().flat_map(|paper| paper.words.iter().map(move |word| (*paper, *word)));
    let (paper, word) =
        spelt.filter(|(_, word)| words.clone().take_word(word)).max_by_key(|(_, word)| word.len())?;
    words.take_word(word);
    Some(paper)
}

/// One paper, by the words behind its name; see [`is_for_here`].
pub(super) async fn ask(mut call: Call<'_>, paper: &'static Paper) -> Result<Decision, Failure> {
    let lang = call.lang();
    let speaker = call.speaker()?;
    if !paper.who.admits(Some(speaker)) {
        let title = paper.title.pick(lang);
        let [zh, en] = if paper.is_picture() { ["图", "picture"] } else { ["导出", "export"] };
        return Err(Failure::Refused {
            what: "export_not_yours",
            item: None,
            told: Message::plain(say!(
                lang,
                "「{title}」不对你的岗位开放。发送“{zh}”看你能要什么。",
                "“{title}” is not open to your post. Send “{en}” for what is."
            )),
        });
    }
    let subject = match paper.of {
        About::Item => Some(item(&mut call, paper).await?),
        About::Notice => Some(notice(&mut call, paper).await?),
        About::Round | About::Day => None,
    };
    let mut format = paper.formats.first().copied().unwrap_or(Format::Xlsx);
    let mut as_of = call.now.today();
    while let Some(word) = call.words.clone().word() {
        let slip = call.words.clone().slip(SlipKind::TooMuch);
        call.words.word();
        if let Some(named) = Format::from_code(&word.to_lowercase()).filter(|f| paper.formats.contains(f)) {
            format = named;
        } else if paper.of == About::Day
            && let Some(day) = sentence::day(&word)
        {
            as_of = as_of::looked_back(&call, day);
        } else if sentence::day(&word).is_some() {
            return Err(of_today_only(paper, lang));
        } else {
            return Err(Failure::Told(wording::slip(&slip, paper.usage, lang)));
        }
    }
    if as_of > call.now.today() {
        return Err(told(say!(lang, "{as_of} 还没到，账上没有。", "{as_of} is yet to come.")));
    }
    if store::documents::waiting(&mut *call.read, speaker.post).await? >= AT_ONCE {
        return Err(told(say!(
            lang,
            "你要的还有 {AT_ONCE} 份在做，做好会发来，请稍等再要。",
            "{AT_ONCE} documents of yours are being made and will come here; please wait for them."
        )));
    }
    order(call, paper, format, as_of, subject).await
}

/// A day was named for a paper that has none.
fn of_today_only(paper: &Paper, lang: Lang) -> Failure {
    let title = paper.title.pick(lang);
    Failure::Told(
        Text::plain(say!(
            lang,
            "「{title}」只出今天的，不能加日期，没有执行。\n用法：",
            "“{title}” is of today only and takes no day; nothing was done.\nUsage: "
        ))
        .code(paper.usage.pick(lang))
        .into(),
    )
}

/// What one document is about: the item's round and id, and how it is called in the name of the file.
struct Subject {
    round: Uuid,
    id: Uuid,
    label: String,
}

/// The item that is named next, for who may read about it here.
async fn item(call: &mut Call<'_>, paper: &Paper) -> Result<Subject, Failure> {
    let lang = call.lang();
    let speaker = call.speaker()?;
    let word = call.words.item().map_err(|slip| Failure::Told(wording::slip(&slip, paper.usage, lang)))?;
    let item = show::item(call, &word).await.map_err(|failure| match failure {
        // Which round: the buttons say the paper as well.
        Failure::Told(mut message) => {
            for button in message.buttons.iter_mut().flatten() {
                button.says = button.says.replacen(' ', &format!(" {} ", paper.words[0]), 1);
            }
            Failure::Told(message)
        }
        other => other,
    })?;
    if !item.is_open_to(speaker) {
        return Err(wording::not_concerned(&item, "export_not_yours", lang));
    }
    if !call.shows(&item) {
        return Err(Failure::Told(Message::plain(wording::ask_in_private(lang))));
    }
    Ok(Subject { round: item.round, id: item.id, label: format!("第{}项", item.number) })
}

/// The notice that is named next.
async fn notice(call: &mut Call<'_>, paper: &Paper) -> Result<Subject, Failure> {
    let lang = call.lang();
    let said = call.words.clone().rest();
    let Some((named, behind)) = reference::leading(&said) else {
        let usage = paper.usage.pick(lang);
        return Err(told(say!(
            lang,
            "请写上件号或文号，如：{usage}。发送“发文”看有哪些。",
            "Say which one, such as: {usage}. “notices” lists them."
        )));
    };
    let behind = behind.to_owned();
    let notice = readable(call, &named).await?;
    call.words = Words::new(&behind);
    let (handle, round) = (notice.handle, notice.round);
    // A unit takes its own copy away, nothing of the others.
    let id = match call.speaker()?.role {
        Role::Contact | Role::UnitHead => copy_of(call, &notice)?.map(|copy| copy.id),
        _ => Some(notice.id),
    };
    let id = id.ok_or_else(|| told(say!(lang, "没有发给你单位的这件文。", "It did not go to your unit.")))?;
    let label = notice.standing.number.unwrap_or_else(|| format!("稿{handle}"));
    Ok(Subject { round, id, label })
}

/// Asks for it; of several open rounds for one document each. What a round has nothing for is told at once.
async fn order(
    mut call: Call<'_>,
    paper: &'static Paper,
    format: Format,
    as_of: NaiveDate,
    subject: Option<Subject>,
) -> Result<Decision, Failure> {
    let lang = call.lang();
    let speaker = call.speaker()?;
    let rounds = &call.door.rounds;
    let wanted: Vec<(Uuid, Option<Uuid>, String)> = match subject {
        Some(subject) => vec![(subject.round, Some(subject.id), subject.label)],
        None if rounds.len() == 1 => rounds.iter().map(|round| (round.id, None, String::new())).collect(),
        None => rounds.iter().map(|round| (round.id, None, round.name.clone())).collect(),
    };
    if wanted.is_empty() {
        return Err(told(say!(
            lang,
            "现在没有在办的督察轮次，请联系整改办。",
            "No round is open: contact the office."
        )));
    }
    let mut ready = Vec::with_capacity(wanted.len());
    for one in wanted {
        if is_there(&mut call, paper, one.0, as_of).await? {
            ready.push(one);
        }
    }
    let wanted = ready;
    if wanted.is_empty() {
        return Err(told(paper.needs.lacking(as_of).pick(lang)));
    }
    let count = wanted.len();
    let named = wanted.first().map(|(_, subject, label)| (subject.is_some(), label.clone()));
    let label = named.filter(|(of_one, _)| *of_one).map(|(_, label)| label).unwrap_or_default();
    let mut decision = call.decision().by(speaker);
    for (round, subject, label) in wanted {
        decision = decision.with(Effect::DocumentAsked(Box::new(NewDocument {
            id: Uuid::now_v7(),
            paper: paper.name.to_owned(),
            format,
            round,
            subject,
            label,
            as_of,
            post: speaker.post,
            chat: call.incoming.chat.clone(),
            lang,
        })));
    }
    let (title, dress) = (paper.title.pick(lang), format.code());
    let each = match count {
        1 => String::new(),
        _ => say!(lang, "，每轮一份，共 {count} 份", ", one a round, {count} in all"),
    };
    Ok(call.say(
        decision,
        Message::plain(say!(
            lang,
            "正在做「{title}」{label}（{dress}，截至 {as_of}{each}），做好发到这里。",
            "Making “{title}” {label} ({dress}, as of {as_of}{each}); it comes here when it is ready."
        )),
    ))
}

/// What this speaker may take away; pictures have a list of their own.
fn open<'a>(call: &'a Call<'_>) -> impl Iterator<Item = &'static Paper> + 'a {
    let papers = call.able.papers.iter().copied().filter(|paper| !paper.is_picture());
    papers.filter(|paper| paper.who.admits(call.door.speaker.as_ref()))
}

async fn is_there(call: &mut Call<'_>, paper: &Paper, round: Uuid, day: NaiveDate) -> Result<bool, Failure> {
    Ok(store::documents::is_there(&mut *call.read, paper.needs, round, day, call.now.today()).await?)
}

/// How the speaker would ask for each of these papers, where it would be made now and given here. `None`: there is
/// nothing to make it of.
pub(super) async fn examples(
    call: &mut Call<'_>,
    papers: &[&'static Paper],
) -> Result<Vec<(&'static Paper, Option<String>)>, Failure> {
    let (lang, today, examples) = (call.lang(), call.now.today(), Examples::of(call).await?);
    let mut asked = Vec::new();
    for paper in papers.iter().copied() {
        if is_for_here(call, paper).is_err() {
            continue;
        }
        let example = match paper.of {
            About::Item => examples.of_item(paper.usage),
            About::Notice => newest(call).await?.map(|name| asks_for(paper, &name, lang)),
            About::Round | About::Day => {
                let mut is_ready = false;
                for round in call.rounds() {
                    is_ready |= is_there(call, paper, round, today).await?;
                }
                is_ready.then(|| examples.name(paper.usage))
            }
        };
        asked.push((paper, example));
    }
    Ok(asked)
}

/// The line that asks for a paper about something of this name.
fn asks_for(paper: &Paper, name: &str, lang: Lang) -> String {
    let word = Both { zh: paper.words[0], en: paper.words[1] };
    line(&COMMAND, &format!("{} {name}", word.pick(lang)), lang)
}

/// The newest notice that this speaker may have as a file.
async fn newest(call: &mut Call<'_>) -> Result<Option<String>, Failure> {
    let (lang, speaker) = (call.lang(), call.speaker()?);
    let units: Vec<Uuid> = speaker.units().map(|unit| unit.id).collect();
    let of = if speaker.role.sees_all() { Of::All } else { Of::Units(&units) };
    let is_office = speaker.role == Role::Office;
    let found = store::notices::list(&mut *call.read, &of, is_office, None, 1, 0).await?;
    Ok(found.into_iter().next().map(|one| {
        let handle = one.handle;
        one.number.unwrap_or_else(|| say!(lang, "稿{handle}", "{handle}"))
    }))
}

async fn list(mut call: Call<'_>) -> Result<Decision, Failure> {
    let lang = call.lang();
    let papers: Vec<&'static Paper> = open(&call).collect();
    if papers.is_empty() {
        return Ok(call.answer(Message::plain(say!(
            lang,
            "你的岗位现在没有可以导出的文件。",
            "There is no document for your post."
        ))));
    }
    let asked = examples(&mut call, &papers).await?;
    let mut text = Text::default().strong(say!(lang, "可以导出", "To be had as files"));
    for (paper, example) in &asked {
        let (title, about) = (paper.title.pick(lang), paper.about.pick(lang));
        let formats = paper.formats.iter().map(|format| format.code()).collect::<Vec<_>>().join("/");
        text = match example {
            Some(example) => text.then("\n").code(example).then(say!(
                lang,
                "　{title}（{formats}）：{about}",
                " – {title} ({formats}): {about}"
            )),
            None => text.then(say!(
                lang,
                "\n{title}（{formats}）：{about}。现在没有",
                "\n{title} ({formats}): {about}; there is none now"
            )),
        };
    }
    if asked.len() < papers.len() {
        text = text.then(say!(lang, "\n其余的请在私聊里要。", "\nAsk for the others in private."));
    }
    let mut message = Message::from(text);
    message.buttons = own_buttons(&asked, lang);
    Ok(call.answer(message))
}

async fn offered(call: &mut Call<'_>) -> Result<Vec<Vec<Button>>, Failure> {
    let papers: Vec<&'static Paper> = open(call).collect();
    let asked = examples(call, &papers).await?;
    Ok(own_buttons(&asked, call.lang()))
}

fn own_buttons(asked: &[(&'static Paper, Option<String>)], lang: Lang) -> Vec<Vec<Button>> {
    buttons(&COMMAND, asked, |word| word, lang)
}

/// The papers that a sentence names which nobody understood (导出总结, 把台账发我一份, 卷宗 21), to be pressed.
pub(super) fn meant(call: &Call<'_>, said: &str) -> Option<Failure> {
    let lang = call.lang();
    let said = said.trim().trim_start_matches(COMMAND.words[0]).trim_start();
    let buttons: Vec<Button> = open(call)
        .filter_map(|paper| {
            let [zh, en, ..] = paper.words else { return None };
            let behind = said.strip_prefix(zh).map(str::trim).filter(|behind| !behind.is_empty());
            let words = match (paper.of, behind) {
                (About::Round | About::Day, _) if said.contains(zh) => Both { zh, en }.pick(lang).to_owned(),
                (About::Item | About::Notice, Some(behind)) => {
                    format!("{} {behind}", Both { zh, en }.pick(lang))
                }
                _ => return None,
            };
            Button::new(paper.title.pick(lang), line(&COMMAND, &words, lang))
        })
        .collect();
    (!buttons.is_empty()).then(|| {
        let asked =
            say!(lang, "要这份文件吗？点一下就做。", "Is this the document you want? Press to have it made.");
        Failure::Told(Message::plain(asked).row(buttons.into_iter().map(Some)))
    })
}

/// Papers that would be made now as buttons of a command, two in a row, by the word that `said` makes of their
/// Chinese one; those that want a number behind them are only told.
pub(super) fn buttons(
    command: &Command,
    asked: &[(&'static Paper, Option<String>)],
    said: fn(&'static str) -> &'static str,
    lang: Lang,
) -> Vec<Vec<Button>> {
    let is_whole = |paper: &Paper| matches!(paper.of, About::Round | About::Day);
    let ready = asked.iter().filter(|(paper, example)| example.is_some() && is_whole(paper));
    let all: Vec<Button> = ready
        .filter_map(|(paper, _)| {
            let word = Both { zh: said(paper.words[0]), en: paper.words[1] };
            Button::new(paper.title.pick(lang), line(command, word.pick(lang), lang))
        })
        .collect();
    all.chunks(2).map(<[Button]>::to_vec).collect()
}
