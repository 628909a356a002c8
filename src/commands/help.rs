//! 帮助: printed from the command table, only what this speaker may do.

use chrono::Days;

use super::{COMMANDS, Call, Command, Failure};
use crate::domain::decision::Decision;
use crate::domain::listing::Stage;
use crate::domain::people::Who;
use crate::domain::{Both, Role, Text};
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

/// The number in the examples of the command table.
const EXAMPLE: &str = "16";

/// An item of the speaker's own, or any open one for who sees all: examples name what one may try.
async fn example(call: &mut Call<'_>) -> Result<Option<i32>, Failure> {
    let Some(speaker) = &call.door.speaker else { return Ok(None) };
    let (rounds, tomorrow) = (call.rounds(), call.now.today() + Days::new(1));
    let found = match speaker.role {
        Role::Leader => store::items::held_by(&mut *call.read, &rounds, speaker.post, Stage::Open).await?,
        role => {
            let unit = (!role.sees_all()).then_some(speaker.unit.id);
            store::items::unheard(&mut *call.read, &rounds, unit, [tomorrow; 3], 1).await?
        }
    };
    Ok(found.first().map(|item| item.number))
}

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let lang = call.lang();
    let number = example(&mut call).await?.map_or(EXAMPLE.to_owned(), |number| number.to_string());
    let named = |text: Both| text.pick(lang).replace(EXAMPLE, &number);
    let speaker = call.door.speaker.as_ref();
    let mut text = Text::default().strong(say!(
        lang,
        "督办助手：一句话就能报，问什么答什么",
        "duban: report in one sentence, ask anything"
    ));
    for command in COMMANDS.iter().filter(|command| command.is_for(speaker)) {
        text = text
            .then("\n")
            .code(named(command.usage))
            .then(say!(lang, "　", "  "))
            .then(named(command.about));
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
