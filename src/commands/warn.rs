//! 预警 by hand: the office warns the units of an item, with a colour and a sentence. Each unit signs for
//! its own; red goes out only when it is confirmed.

use chrono::NaiveDate;
use uuid::Uuid;

use super::{Call, Command, Failure, confirmed, held, posts, show, told};
use crate::domain::basis::Threshold;
use crate::domain::decision::{Aggregate, Audience, Decision, Effect, OnDoubt, Reply, Saying};
use crate::domain::finding::Rung;
use crate::domain::people::Who;
use crate::domain::warning::{COLOURS, Colour, MANUAL, NewManual, NewWarning};
use crate::domain::{Both, Item, Lang, Now, Role, Text, UnitRef};
use crate::{say, store};

pub const COMMAND: Command = Command {
    words: &["预警", "warn"],
    glued: true,
    usage: Both {
        zh: "预警 16 黄 给 紫岩县 请加快安装进度",
        en: "warn 16 yellow please hurry with the pumps",
    },
    about: Both {
        zh: "对一项发预警：蓝、黄、橙、红；默认发给牵头单位，“给 A、B”指定；各单位各自签收",
        en: "warn about an item: blue, yellow, orange, red; to the lead unit, or “to A,B”; each unit signs",
    },
    who: Who::Roles(&[Role::Office]),
    item: |words| words.clone().item().ok().map(|item| item.number),
    run: |call| Box::pin(run(call)),
};

/// The longest text, in characters: a line of a digest.
const LONGEST: usize = 120;

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let lang = call.lang();
    let word = call.words.item().map_err(|slip| call.slip(&slip))?;
    let said = call.words.rest();
    let (said, is_confirmed) = confirmed(&said);
    let item = show::item(&mut call, &word).await?;
    let (name, rest) = said.split_once(char::is_whitespace).unwrap_or((said, ""));
    let Some(colour) = Colour::said(name) else { return Err(how(&call)) };
    let concerned = concerned(&mut call, &item).await?;
    let (units, text) = units(&item, &concerned, rest.trim(), lang)?;
    if text.is_empty() {
        return Err(how(&call));
    }
    if text.chars().count() > LONGEST {
        return Err(told(say!(
            lang,
            "预警的话请控制在 {LONGEST} 字以内，没有发。",
            "Please keep it within {LONGEST} characters; nothing was sent."
        )));
    }
    if item.state.status.is_completed() {
        let (number, status) = (item.number, item.state.status.word().pick(lang));
        return Err(told(say!(
            lang,
            "第 {number} 项{status}，没有发预警。",
            "Item {number}: {status}; nothing was sent."
        )));
    }
    let names: Vec<&str> = units.iter().map(|unit| unit.name.as_str()).collect();
    let names = names.join(say!(lang, "、", ", ").as_str());
    let (number, shown) = (item.number, colour.shown(lang));
    if colour.is_confirmed && !is_confirmed {
        let question = say!(
            lang,
            "第 {number} 项 {shown}，发给{names}：{text}\n还没有发。",
            "Item {number}, {shown}, to {names}: {text}\nNothing is sent yet."
        );
        let verb = Both { zh: call.command.words[0], en: call.command.words[1] };
        let line = held::line(&call, verb, &item, said);
        return held::wants_to_be_sure(&call, line, question, say!(lang, "确认发出", "Send it"));
    }
    let count = units.len();
    let (decision, leaves) = warned(&call, &item, &units, colour, text)?;
    let when = Now::at(leaves).spoken();
    let away = posts::out_of_reach(&mut call, &units.iter().collect::<Vec<_>>()).await?;
    let mut answer = match away.len() == count {
        true => Text::plain(say!(
            lang,
            "第 {number} 项 {shown}，给{names}，已登记。",
            "Item {number}, {shown}, for {names}: recorded."
        )),
        false => Text::plain(say!(
            lang,
            "✅ 第 {number} 项 {shown}，发给{names}，{when} 发出。",
            "✅ Item {number}, {shown}, to {names}, at {when}."
        )),
    };
    if !away.is_empty() {
        let away = away.join(say!(lang, "、", ", ").as_str());
        answer = answer.then(say!(
            lang,
            "\n⚠️ {away}没有绑定联络员，现在发不到，请电话告知；绑定后再发。\n",
            "\n⚠️ No contact of {away} is bound: phone them; it goes out once somebody is.\n"
        ));
    }
    let answer = answer
        .then(say!(lang, "0/{count} 已签收，查看请发：", "0/{count} signed; to look again: "))
        .code(say!(lang, "未签收 {number}", "unsigned {number}"));
    Ok(call.say(decision, answer))
}

fn how(call: &Call<'_>) -> Failure {
    let lang = call.lang();
    let colours: Vec<String> = COLOURS.iter().map(|colour| colour.shown(lang)).collect();
    let colours = colours.join(say!(lang, "，", ", ").as_str());
    Failure::Told(
        Text::plain(say!(
            lang,
            "请写颜色和一句话，没有发。颜色：{colours}。例：",
            "Say a colour and a sentence; nothing was sent. Colours: {colours}. E.g. "
        ))
        .code(call.command.usage.pick(lang))
        .into(),
    )
}

/// The units of an item, the lead unit first.
async fn concerned(call: &mut Call<'_>, item: &Item) -> Result<Vec<UnitRef>, Failure> {
    let co = match item.co.as_slice() {
        [] => Vec::new(),
        co => store::people::units(&mut *call.read, co).await?,
    };
    Ok(std::iter::once(item.lead.clone()).chain(co).collect())
}

/// Whom: the lead unit, or those that are named (给 A、B) of the units concerned; and what is left of the words.
fn units<'w>(
    item: &Item,
    all: &[UnitRef],
    said: &'w str,
    lang: Lang,
) -> Result<(Vec<UnitRef>, &'w str), Failure> {
    let Some(named) = said.strip_prefix('给').or_else(|| said.strip_prefix("to ")) else {
        return Ok((vec![item.lead.clone()], said));
    };
    let (names, text) = named.trim_start().split_once(char::is_whitespace).unwrap_or((named.trim(), ""));
    let mut units: Vec<UnitRef> = Vec::new();
    for name in names.split(['、', '，', ',']).filter(|name| !name.is_empty()) {
        let found = all.iter().find(|unit| unit.name == name).or_else(|| {
            let mut like = all.iter().filter(|unit| unit.name.contains(name));
            like.next().filter(|_| like.next().is_none())
        });
        let Some(unit) = found else {
            let number = item.number;
            let all: Vec<&str> = all.iter().map(|unit| unit.name.as_str()).collect();
            let all = all.join(say!(lang, "、", ", ").as_str());
            return Err(told(say!(
                lang,
                "“{name}”不是第 {number} 项的责任单位，没有发。责任单位：{all}",
                "“{name}” is no unit of item {number}; nothing was sent. Its units: {all}"
            )));
        };
        if !units.contains(unit) {
            units.push((*unit).clone());
        }
    }
    Ok((units, text.trim()))
}

fn warned(
    call: &Call<'_>,
    item: &Item,
    units: &[UnitRef],
    colour: &'static Colour,
    text: &str,
) -> Result<(Decision, chrono::DateTime<chrono::Utc>), Failure> {
    let (calendar, today) = (&call.basis.calendar, call.now.today());
    let leaves = call.basis.calendar.leaves_at(call.now);
    let sign_by = calendar.nth_workday_after(today, call.basis.of(item.round).count(Threshold::Receipt));
    let looks: [Option<NaiveDate>; 2] = [item.state.next_check_on, sign_by.succ_opt()];
    let manual = Uuid::now_v7();
    let mut decision = call
        .decision()
        .by(call.speaker()?)
        .changing(Aggregate::Item, item.id, item.version)
        .with(Effect::ItemChecked {
            item: item.id,
            version: item.version + 1,
            next_check_on: looks.into_iter().flatten().min(),
        })
        .with(Effect::WarnedByHand(NewManual { id: manual, item: item.id, colour, text: text.to_owned() }));
    for unit in units {
        let id = Uuid::now_v7();
        let raised = NewWarning {
            id,
            item: item.id,
            unit: unit.id,
            rule: MANUAL.to_owned(),
            rung: Rung::Warning.code(),
            period: manual.to_string(),
        };
        decision = decision.with(Effect::WarningRaised(raised)).saying(Reply {
            audience: Audience::UnitContact(unit.id),
            not_before: Some(leaves),
            on_doubt: OnDoubt::Repeat,
            say: Saying::Warnings(vec![id]),
            card_of: None,
        });
    }
    Ok((decision, leaves))
}
