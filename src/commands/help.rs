//! 帮助: printed from the command table, only what this speaker may do.

use chrono::{Datelike, Days};

use super::{COMMANDS, Call, Command, Failure};
use crate::domain::decision::Decision;
use crate::domain::listing::Stage;
use crate::domain::people::Who;
use crate::domain::{Both, Item, Lang, Role, Text};
use crate::{say, store};

pub const COMMAND: Command = Command {
    words: &["帮助", "help", "start", "菜单"],
    glued: false,
    usage: Both { zh: "帮助", en: "help" },
    about: Both { zh: "这一页", en: "this page" },
    who: Who::Anyone,
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

/// The number and the day in the examples of the tables.
const EXAMPLE: &str = "16";
const DAY: Both = Both { zh: "8月31日", en: "2018-08-31" };

/// The examples of the tables, with an item that this speaker may try in the place of theirs, and today.
pub(super) struct Examples {
    number: String,
    /// The same item where it may be read here, so that it can be no other one's.
    item: Option<String>,
    day: String,
    lang: Lang,
}

impl Examples {
    pub(super) async fn of(call: &mut Call<'_>) -> Result<Examples, Failure> {
        let (lang, today, own) = (call.lang(), call.now.today(), own(call).await?);
        let (month, of_month) = (today.month(), today.day());
        let day = say!(lang, "{month}月{of_month}日", "{today}");
        let number = own.as_ref().map_or(EXAMPLE.to_owned(), |item| item.number.to_string());
        let item = match own {
            Some(item) => Some(spelt(call, &item).await?),
            None => None,
        };
        Ok(Examples { number, item, day, lang })
    }

    pub(super) fn name(&self, text: Both) -> String {
        let text = text.pick(self.lang).replace(DAY.pick(self.lang), &self.day);
        text.replace(EXAMPLE, &self.number)
    }

    /// An example that is about an item, where there is one.
    pub(super) fn of_item(&self, text: Both) -> Option<String> {
        self.item.as_ref().map(|item| text.pick(self.lang).replace(EXAMPLE, item))
    }
}

/// The number of an item, with its round where another one has that number too.
async fn spelt(call: &mut Call<'_>, item: &Item) -> Result<String, Failure> {
    let (number, rounds) = (item.number, call.rounds());
    let is_shared =
        rounds.len() > 1 && store::items::by_numbers(&mut *call.read, &rounds, &[number]).await?.len() > 1;
    let round = call.door.rounds.iter().find(|round| round.id == item.round).filter(|_| is_shared);
    Ok(round.map_or(number.to_string(), |round| format!("{number}@{}", round.name)))
}

/// An item of the speaker's own, one that the unit leads before others, or any one for who sees all; open before
/// completed, and in a group one that it may read.
async fn own(call: &mut Call<'_>) -> Result<Option<Item>, Failure> {
    let Some(speaker) = &call.door.speaker else { return Ok(None) };
    let (rounds, tomorrow) = (call.rounds(), call.now.today() + Days::new(1));
    let (sees_all, unit) = (speaker.role.sees_all(), speaker.unit.id);
    let mut found = match speaker.role {
        Role::Leader => store::items::held_by(&mut *call.read, &rounds, speaker.post, Stage::All).await?,
        _ => {
            let unit = (!sees_all).then_some(unit);
            store::items::unheard(&mut *call.read, &rounds, unit, [tomorrow; 3], 1).await?
        }
    };
    if found.is_empty() && sees_all {
        found = store::items::by_numbers(&mut *call.read, &rounds, &[1]).await?;
    } else if found.is_empty() && speaker.role != Role::Leader {
        found = store::items::of_unit(&mut *call.read, &rounds, unit, Stage::All).await?;
    }
    found.sort_by_key(|item| item.state.status.is_completed());
    Ok(found.into_iter().find(|item| call.shows(item)))
}

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let lang = call.lang();
    let examples = Examples::of(&mut call).await?;
    let number = &examples.number;
    let speaker = call.door.speaker.as_ref();
    let mut text = Text::default().strong(say!(
        lang,
        "督办助手：一句话就能报，问什么答什么",
        "duban: report in one sentence, ask anything"
    ));
    for (usage, about) in COMMANDS.iter().filter_map(|command| command.told_to(speaker)) {
        text = text
            .then("\n")
            .code(examples.name(usage))
            .then(say!(lang, "　", "  "))
            .then(examples.name(about));
    }
    if speaker.is_none() {
        text = text.then(say!(
            lang,
            "\n还没有绑定岗位：请向整改办要绑定码。",
            "\nNot bound to a post yet: ask the office for a binding code."
        ));
    }
    text = text.then(say!(
        lang,
        "\n数字可写全角或中文（第十六项、百分之九十）；英文也行：report {number} 90 …",
        "\nChinese works too: 进度 {number} 90 …"
    ));
    Ok(call.answer(text))
}
