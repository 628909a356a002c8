//! 我的: the open items of the own unit, lead and co; for a leader, the items the post holds.

use super::{Call, Command, Failure, wording};
use crate::domain::decision::Decision;
use crate::domain::people::Who;
use crate::domain::{Both, Button, Item, Message, Part, Role, Text};
use crate::{say, store};

pub const COMMAND: Command = Command {
    words: &["我的", "mine", "我的事项"],
    glued: false,
    usage: Both { zh: "我的", en: "mine" },
    about: Both {
        zh: "本单位在办事项：编号、进度、期限、状态",
        en: "open items of your unit: number, percent, deadline, flag",
    },
    who: Who::Bound,
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

/// Items of one answer; the rest is told as a number, to be asked for one by one.
const SHOWN: usize = 20;
/// Buttons under the list: the most pressing items.
const BUTTONS: usize = 4;

async fn run(call: Call<'_>) -> Result<Decision, Failure> {
    let speaker = call.speaker()?;
    let lang = call.lang();
    let today = call.now.today();
    let rounds: Vec<_> = call.door.rounds.iter().map(|round| round.id).collect();
    let mut items = if speaker.role == Role::Leader {
        store::items::open_held_by(&mut *call.read, &rounds, speaker.post).await?
    } else {
        store::items::open_of_unit(&mut *call.read, &rounds, speaker.unit.id).await?
    };
    let whose = if speaker.role == Role::Leader { &speaker.post_title } else { &speaker.unit.name };
    if items.is_empty() {
        return Ok(call.answer(Message::plain(say!(
            lang,
            "{whose} 没有在办事项。",
            "No open items of {whose}."
        ))));
    }
    let part = |item: &Item| item.part_of(speaker.unit.id);
    let leading = items.iter().filter(|item| part(item) == Some(Part::Lead)).count();
    let (all, co) = (items.len(), items.len() - leading);
    let mut text = Text::default().strong(if speaker.role == Role::Leader {
        say!(lang, "{whose} 包抓的在办事项 {all} 项", "{whose}: {all} open items held")
    } else {
        say!(
            lang,
            "{whose} 在办 {all} 项：牵头 {leading}，配合 {co}",
            "{whose}: {all} open items, {leading} lead, {co} co-unit"
        )
    });
    let as_of = call.now.spoken();
    text = text.then(say!(lang, "（截至 {as_of}）", " (as of {as_of})"));
    // The most pressing first: by flag, then by deadline; co-unit items behind the own.
    let rank = |item: &Item| {
        (
            part(item) == Some(Part::Co),
            item.standing(today).primary.map_or(u8::MAX, |flag| flag as u8),
            item.deadline,
        )
    };
    items.sort_by_key(rank);
    let shows = items.iter().all(|item| call.shows(item));
    for item in items.iter().take(SHOWN) {
        text = text.then("\n");
        if shows {
            let is_co = part(item) == Some(Part::Co);
            text.0.extend(wording::item_lines(item, is_co, today, lang).0);
        } else {
            text = text.then(format!("【{}】{}%", item.number, item.state.percent));
        }
    }
    if all > SHOWN {
        let more = all - SHOWN;
        text = text.then(say!(
            lang,
            "\n另有 {more} 项，请用“查 编号”查看。",
            "\n{more} more: ask with “item NUMBER”."
        ));
    }
    if !shows {
        text = text.then("\n").then(wording::ask_in_private(lang));
    }
    let verb = call_word(lang);
    let buttons = items.iter().take(BUTTONS).map(|item| {
        let number = item.number;
        Button::new(say!(lang, "查 {number}", "item {number}"), format!("{verb} {number}"))
    });
    Ok(call.answer(Message::from(text).row(buttons)))
}

fn call_word(lang: crate::domain::Lang) -> &'static str {
    let [zh, en, ..] = super::show::COMMAND.words else { return "查" };
    Both { zh, en }.pick(lang)
}
