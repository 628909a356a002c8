//! 未报 and 催报: the units (or the one that is named) that have not reported in their current cycle, and one
//! button that reminds only these, at most once per day and item. What is reported meanwhile falls silent when
//! the reminder leaves.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::list::{Asked, names};
use super::{Call, Command, Failure};
use crate::domain::cycle::begun;
use crate::domain::decision::{Audience, Decision, Effect, OnDoubt, Reply, Saying};
use crate::domain::people::Who;
use crate::domain::warning::NewWarning;
use crate::domain::{Both, Button, Item, Message, Role, Text, UnitRef};
use crate::{say, store};

pub const COMMAND: Command = Command {
    words: &["催报", "urge"],
    glued: false,
    usage: Both { zh: "催报 紫岩县", en: "urge ZYX" },
    about: Both {
        zh: "本月未报的单位和事项（可只写一个单位）；点按钮只提醒这些人，每天每项最多一次",
        en: "who has not reported this month (of one unit, if named); a button reminds only them, once a day and item at most",
    },
    who: Who::Roles(&[Role::Office]),
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

/// Units on the list; the rest is told as a number.
const SHOWN: usize = 20;
/// The rule under which urging is remembered.
pub const RULE: &str = "urge";
/// The most items of one urging: a batch of this size is written in a moment.
const AT_MOST: i64 = 2000;

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let said = call.words.rest();
    let (said, goes) = match said.strip_suffix("发送").or_else(|| said.strip_suffix("send")) {
        Some(rest) => (rest.trim_end(), true),
        None => (said.as_str(), false),
    };
    let unit = match said {
        "" => None,
        name => Some(names::the_unit(&mut call, &Asked::default(), name).await?),
    };
    let lang = call.lang();
    let today = call.now.today();
    let rounds = call.rounds();
    let items = store::items::unheard(
        &mut *call.read,
        &rounds,
        unit.as_ref().map(|unit| unit.id),
        begun(today),
        AT_MOST,
    )
    .await?;
    if items.is_empty() {
        let of = unit.map_or_else(String::new, |unit| unit.name);
        let all = say!(
            lang,
            "{of}本期都报了，没有要催的。",
            "Everything is reported in this period, nobody to urge. {of}"
        );
        return Ok(call.answer(Message::plain(all.trim_end())));
    }
    let mut units: BTreeMap<Uuid, Vec<&Item>> = BTreeMap::new();
    for item in &items {
        units.entry(item.lead.id).or_default().push(item);
    }
    let ids: Vec<Uuid> = units.keys().copied().collect();
    let unreachable = store::people::unreachable(&mut *call.read, &ids).await?;
    if goes {
        return send(call, &items, &units, &unreachable).await;
    }
    let (count, all) = (items.len(), units.len());
    let mut text = Text::default().strong(say!(
        lang,
        "本期未报：{all} 个单位 {count} 项",
        "Not reported in this period: {all} units, {count} items"
    ));
    for of_unit in units.values().take(SHOWN) {
        let Some(first) = of_unit.first() else { continue };
        let numbers: Vec<String> = of_unit.iter().map(|item| item.number.to_string()).collect();
        let (unit, numbers) = (&first.lead.name, numbers.join(say!(lang, "、", ", ").as_str()));
        text = text.then(format!("\n{unit}：{numbers}"));
        if unreachable.contains(&first.lead.id) {
            text = text.then(say!(lang, "（联络员未绑定，请电话）", " (no contact bound: phone them)"));
        }
    }
    if all > SHOWN {
        let more = all - SHOWN;
        text = text.then(say!(lang, "\n另有 {more} 个单位", "\n{more} more units"));
    }
    let word = match &unit {
        Some(UnitRef { name, .. }) => say!(lang, "催报 {name} 发送", "urge {name} send"),
        None => say!(lang, "催报 发送", "urge send"),
    };
    let can_be_told = unreachable.len() < all;
    Ok(call.answer(
        Message::from(text)
            .row([can_be_told.then(|| Button::new(say!(lang, "催报", "Remind them"), word)).flatten()]),
    ))
}

async fn send(
    call: Call<'_>,
    items: &[Item],
    units: &BTreeMap<Uuid, Vec<&Item>>,
    unreachable: &[Uuid],
) -> Result<Decision, Failure> {
    let lang = call.lang();
    let period = call.now.today().to_string();
    let ids: Vec<Uuid> = items.iter().map(|item| item.id).collect();
    let raised = store::warnings::raised(&mut *call.read, &ids).await?;
    let leaves = call.basis.calendar.leaves_at(call.now);
    let mut decision = call.decision().by(call.speaker()?);
    let (mut told, mut again) = (0, 0);
    for (unit, of_unit) in units.iter().filter(|(unit, _)| !unreachable.contains(unit)) {
        let mut said = Vec::new();
        for item in of_unit {
            if raised.iter().any(|r| r.item == item.id && r.rule == RULE && r.period == period) {
                again += 1;
                continue;
            }
            let id = Uuid::now_v7();
            said.push(id);
            decision = decision.with(Effect::WarningRaised(NewWarning {
                id,
                item: item.id,
                unit: *unit,
                rule: RULE.to_owned(),
                rung: "reminder",
                period: period.clone(),
            }));
        }
        if said.is_empty() {
            continue;
        }
        told += 1;
        decision = decision.saying(Reply {
            audience: Audience::UnitContact(*unit),
            not_before: Some(leaves),
            on_doubt: if said.len() > 1 { OnDoubt::Hold } else { OnDoubt::Repeat },
            say: Saying::Warnings(said),
            card_of: None,
        });
    }
    let when = crate::domain::Now::at(leaves).spoken();
    let mut text = match told {
        0 if again == 0 => say!(lang, "没有能发的，没有催。", "Nobody can be reached; nothing was sent."),
        0 => {
            say!(lang, "今天都催过了，没有再发。", "Everybody was reminded today already; nothing was sent.")
        }
        _ => say!(
            lang,
            "已提醒 {told} 个单位的联络员，{when} 发出；期间报了的不再打扰。",
            "{told} units' contacts are reminded, at {when}; whoever reports meanwhile is left alone."
        ),
    };
    if told > 0 && again > 0 {
        text +=
            &say!(lang, "另有 {again} 项今天已催过。", " {again} items were reminded about today already.");
    }
    let silent: Vec<&str> =
        unreachable.iter().filter_map(|unit| Some(units.get(unit)?.first()?.lead.name.as_str())).collect();
    if !silent.is_empty() {
        let silent = silent.join(say!(lang, "、", ", ").as_str());
        text += &say!(
            lang,
            "\n这些单位联络员还没绑定，没有发，请电话：{silent}",
            "\nNo contact is bound at these units, nothing was sent; phone them: {silent}"
        );
    }
    Ok(call.say(decision, Message::plain(text)))
}
