//! 剩余: how many items of a unit are still open, and how they stand.

use super::list::gather::{self, Found, Whose};
use super::list::{Asked, is_ours, names, owner, page};
use super::words::SlipKind;
use super::{Call, Command, Failure, spelling};
use crate::domain::decision::Decision;
use crate::domain::listing::Stage;
use crate::domain::people::Who;
use crate::domain::tally::Totals;
use crate::domain::{Both, Button, Message, Part, Text};
use crate::say;

pub const COMMAND: Command = Command {
    words: &["剩余", "left", "还剩"],
    glued: false,
    usage: Both { zh: "剩余", en: "left" },
    about: Both {
        zh: "还剩几项在办、各是什么情况；整改办可写单位：剩余 某县",
        en: "how many items are still open; the office may name a unit: left UNIT",
    },
    who: Who::Bound,
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let unit = call.words.word();
    if !call.words.is_empty() {
        let slip = call.words.slip(SlipKind::TooMuch);
        return Err(call.slip(&slip));
    }
    answer(call, unit.as_deref()).await
}

/// 洵口还剩几项: what is left of this unit, or of the own one.
pub(super) async fn answer(mut call: Call<'_>, unit: Option<&str>) -> Result<Decision, Failure> {
    let lang = call.lang();
    let ours = unit.is_some_and(is_ours);
    let unit = match unit.filter(|_| !ours) {
        Some(name) => Some(names::the_unit(&mut call, &Asked::default(), name).await?),
        None => None,
    };
    let whose = gather::whose(&mut call, unit, ours).await?;
    let (found, parts) = match &whose {
        Whose::Everybody => {
            let mut sum = Totals::default();
            for round in call.rounds() {
                sum += gather::totals(&mut call, round).await?;
            }
            (Found::counted(sum), None)
        }
        Whose::Unit(unit) => {
            let items = gather::shown(&mut call, &whose, Stage::Open).await?;
            let leading = items.iter().filter(|item| item.part_of(unit.id) == Some(Part::Lead)).count();
            (Found::at_hand(&items, 1, &call), Some((leading, items.len() - leading)))
        }
        Whose::Held(_) => {
            (Found::at_hand(&gather::shown(&mut call, &whose, Stage::Open).await?, 1, &call), None)
        }
    };
    let (owner, as_of, left) = (owner(&call, &whose)?, call.now.spoken(), found.totals.going_on());
    let mut text = Text::default().strong(if left == 0 {
        say!(lang, "{owner}：没有在办事项了", "{owner}: nothing is left open")
    } else {
        say!(lang, "{owner}：还剩 {left} 项在办", "{owner}: {left} still open")
    });
    text =
        text.then(say!(lang, "（截至 {as_of}）", " (as of {as_of})")).then(gather::only_here(&call, &whose));
    if let Some((leading, co)) = parts.filter(|_| left > 0) {
        text = text.then(say!(lang, "\n牵头 {leading}，配合 {co}", "\n{leading} as lead, {co} as co-unit"));
    }
    if left > 0 {
        text = text.then("\n").then(page::lamps(&found, &call));
    }
    let list = spelling(&super::list::COMMAND, lang);
    let line = match &whose {
        Whose::Unit(unit) | Whose::Held(Some(unit)) => format!("{list} {}", unit.name),
        Whose::Everybody | Whose::Held(None) => list.to_owned(),
    };
    let button = (left > 0).then(|| Button::new(say!(lang, "看清单", "show them"), line)).flatten();
    Ok(call.answer(Message::from(text).row([button])))
}
