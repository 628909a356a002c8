//! 帮助: printed from the command table, only what this speaker may do.

use chrono::{Datelike, Days};

use super::{COMMANDS, Call, Command, Failure};
use crate::domain::decision::Decision;
use crate::domain::listing::Stage;
use crate::domain::people::Who;
use crate::domain::{Both, Lang, Role, Text};
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
    /// An item that may be read here.
    pub(super) item: Option<i32>,
    day: String,
    lang: Lang,
}

impl Examples {
    pub(super) async fn of(call: &mut Call<'_>) -> Result<Examples, Failure> {
        let (lang, today) = (call.lang(), call.now.today());
        let (month, of_month) = (today.month(), today.day());
        let day = say!(lang, "{month}月{of_month}日", "{today}");
        Ok(Examples { item: own(call).await?, day, lang })
    }

    fn number(&self) -> String {
        self.item.map_or(EXAMPLE.to_owned(), |number| number.to_string())
    }

    pub(super) fn name(&self, text: Both) -> String {
        let text = text.pick(self.lang).replace(DAY.pick(self.lang), &self.day);
        text.replace(EXAMPLE, &self.number())
    }
}

/// An item of the speaker's own, one that the unit leads before others, or any open one for who sees all; in a group
/// one that it may read.
async fn own(call: &mut Call<'_>) -> Result<Option<i32>, Failure> {
    let Some(speaker) = &call.door.speaker else { return Ok(None) };
    let (rounds, tomorrow) = (call.rounds(), call.now.today() + Days::new(1));
    let mut found = match speaker.role {
        Role::Leader => store::items::held_by(&mut *call.read, &rounds, speaker.post, Stage::Open).await?,
        role => {
            let unit = (!role.sees_all()).then_some(speaker.unit.id);
            store::items::unheard(&mut *call.read, &rounds, unit, [tomorrow; 3], 1).await?
        }
    };
    if found.is_empty() && !speaker.role.sees_all() && speaker.role != Role::Leader {
        found = store::items::open_of_unit(&mut *call.read, &rounds, speaker.unit.id).await?;
    }
    Ok(found.iter().find(|item| call.shows(item)).map(|item| item.number))
}

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let lang = call.lang();
    let examples = Examples::of(&mut call).await?;
    let number = examples.number();
    let speaker = call.door.speaker.as_ref();
    let mut text = Text::default().strong(say!(
        lang,
        "督办助手：一句话就能报，问什么答什么",
        "duban: report in one sentence, ask anything"
    ));
    for command in COMMANDS.iter().filter(|command| command.is_for(speaker)) {
        text = text
            .then("\n")
            .code(examples.name(command.usage))
            .then(say!(lang, "　", "  "))
            .then(examples.name(command.about));
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
