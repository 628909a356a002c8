//! What people can type: one table, one file per command.
//! A command reads its words and its facts and returns a decision; it never writes, sends or looks
//! at a clock. Every file has the same beats: words → facts → decision → wording.

use futures_util::future::BoxFuture;

use crate::domain::people::Who;
use crate::domain::{Both, Button, Decision, Lang, Message};
use crate::say;

mod acceptance;
mod act;
mod activity;
mod answer;
mod attach;
mod as_of;
mod assessment;
mod back;
mod basis;
mod bind;
mod calendar;
mod call;
mod came;
pub mod card;
mod correct;
pub mod cycle;
pub mod dispatch;
pub mod events;
mod evidence;
mod export;
mod extension;
mod files;
mod find;
mod group;
mod group_words;
mod handover;
mod hearing;
mod held; // lines that wait for what they lack
mod help;
mod invite;
mod language;
mod leave;
mod left;
mod list;
mod mine;
pub mod notice;
mod oversight;
mod pause;
mod picture;
mod posts;
mod proposals;
mod quiet;
mod questions;
mod receipt;
mod refusal;
mod release;
mod report;
mod review;
mod rights;
pub mod self_test;
mod show;
mod small_talk;
mod status;
mod unbind;
mod undo;
mod unsigned;
mod urge;
mod warn;
mod whoami;
mod why;
mod window;
mod wording;
pub mod words;

pub use call::{Abilities, Call, Failure, RuleNote, origin, told};
use call::{answer_to, refused};
use words::Words;

/// One thing people can type.
pub struct Command {
    /// All spellings; the first is the Chinese one that messages use, the second the English one.
    pub words: &'static [&'static str],
    /// An item number may follow the Chinese word without a space.
    pub glued: bool,
    pub usage: Both,
    /// One line of the help. Empty: only buttons say it.
    pub about: Both,
    /// Checked once, in dispatch.
    pub who: Who,
    /// The item the words are about: one speaks about an item at a time (see `dispatch`).
    pub item: fn(&Words) -> Option<i32>,
    pub run: for<'a> fn(Call<'a>) -> BoxFuture<'a, Result<Decision, Failure>>,
}

/// Every command there is. A new one is a file and two lines here.
pub const COMMANDS: &[Command] = &[
    report::COMMAND,
    undo::COMMAND,
    correct::COMMAND,
    answer::CANCEL,
    answer::COMMAND,
    attach::COMMAND,
    files::COMMAND,
    receipt::COMMAND,
    acceptance::APPLY,
    extension::COMMAND,
    mine::COMMAND,
    show::COMMAND,
    list::COMMAND,
    find::COMMAND,
    left::COMMAND,
    window::COMMAND,
    status::COMMAND,
    review::COMMAND,
    urge::COMMAND,
    release::COMMAND,
    why::COMMAND,
    export::COMMAND,
    picture::COMMAND,
    warn::COMMAND,
    unsigned::COMMAND,
    proposals::COMMAND,
    notice::draft::SUPERVISION,
    notice::draft::WARNING,
    notice::draft::LETTER,
    notice::draft::INTERVIEW,
    notice::circular::COMMAND,
    notice::COMMAND,
    notice::reply::COMMAND,
    notice::record::COMMAND,
    activity::COMMAND,
    activity::list::COMMAND,
    activity::task::COMMAND,
    assessment::COMMAND,
    assessment::APPEAL,
    pause::COMMAND,
    acceptance::CHECK,
    acceptance::PUBLISH,
    acceptance::OBJECT,
    acceptance::SIGN_OFF,
    acceptance::RELAPSE,
    acceptance::RECHECK,
    act::COMMAND,
    basis::COMMAND,
    whoami::COMMAND,
    rights::COMMAND,
    bind::COMMAND,
    leave::COMMAND,
    back::COMMAND,
    quiet::COMMAND,
    handover::COMMAND,
    unbind::COMMAND,
    invite::COMMAND,
    group::COMMAND,
    calendar::COMMAND,
    cycle::COMMAND,
    cycle::PRECHECK,
    cycle::REHEARSAL,
    cycle::RELEASE,
    language::COMMAND,
    help::COMMAND,
];

/// The command a line starts with, and the words behind it. The longest spelling wins.
pub fn find(line: &str) -> Option<(&'static Command, Words)> {
    let mut words = Words::new(line);
    let (command, word, _) = COMMANDS
        .iter()
        .flat_map(|command| command.words.iter().map(move |word| (command, *word)))
        .filter_map(|(command, word)| Some((command, word, words.end_of(word, command.glued)?)))
        .max_by_key(|(_, _, end)| *end)?;
    words.start_with(word, command.glued);
    Some((command, words))
}

/// How a command is called in a language.
fn spelling(command: &Command, lang: Lang) -> &'static str {
    match (command.words, lang) {
        ([_, en, ..], Lang::En) => en,
        (words, _) => words.first().copied().unwrap_or_default(),
    }
}

/// A command line in the speaker's language, as a button says it.
fn line(command: &Command, words: &str, lang: Lang) -> String {
    let [zh, en, ..] = command.words else { return words.to_owned() };
    format!("{} {words}", Both { zh, en }.pick(lang)).trim_end().to_owned()
}

/// `确认` or `confirm` at the end of a line: a button pressed, or the person means it.
fn confirmed(said: &str) -> (&str, bool) {
    let said = said.trim();
    match said.strip_suffix("确认").or_else(|| said.strip_suffix("confirm")) {
        Some(rest) => (rest.trim_end(), true),
        None => (said, false),
    }
}

/// `words @ROUND`: the words, and the round that is named.
fn at_round(said: &str) -> (&str, Option<&str>) {
    match said.split_once('@') {
        Some((before, round)) => (before.trim(), Some(round.trim())),
        None => (said.trim(), None),
    }
}

/// A button that leaves everything as it is, under a question that a command asks without a dialogue: it
/// says the command again, with this word at its end.
fn decline(line: &str, lang: Lang) -> Option<Button> {
    Button::new(say!(lang, "取消", "Cancel"), say!(lang, "{line} 算了", "{line} no"))
}

/// `算了` or `no` at the end of a line: see [`decline`].
fn declined(said: &str) -> bool {
    said.ends_with("算了") || said == "no" || said.ends_with(" no")
}

/// The answer to a question that was declined.
fn left_as_it_is(call: &Call<'_>) -> Decision {
    call.answer(Message::plain(say!(call.lang(), "好的，没有变动。", "All right, nothing was changed.")))
}
