//! 记: the office records in one sentence what was done beside the items: a meeting, a field study, a site
//! visit, articles …

pub mod list; // 活动
pub mod task; // 交办

use uuid::Uuid;

use super::{Call, Command, Failure, line, show, told};
use crate::domain::activity::{ActivityEffect, Carrier, Kind, MOST, NewActivity, Told, Untold};
use crate::domain::decision::{Aggregate, Decision, Effect};
use crate::domain::people::Who;
use crate::domain::sentence::ItemWord;
use crate::domain::{Both, Button, Lang, Message, Role, Text, activity, numeral, quiet};
use crate::{say, store};

pub const COMMAND: Command = Command {
    words: &["记", "record"],
    glued: false,
    usage: Both {
        zh: "记 会议 9月5日 领导小组第三次会议 16、22项",
        en: "record meeting 2018-08-30 third session of the leading group",
    },
    about: Both {
        zh: "记台账外活动：会议、调研、督查、研判、培训、宣传（写载体和篇数：宣传 公众号 3篇 …）、约谈；记错了：记 撤销 5",
        en: "record a meeting, study, visit, analysis, training, publicity (with carrier) or interview; record undo 5",
    },
    who: Who::Roles(&[Role::Office]),
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

const UNDO: [&str; 2] = ["撤销", "undo"];
/// The longest title, in characters.
const TITLE: usize = 200;
/// Of so many records of one sentence each has its button.
const BUTTONS: usize = 3;

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let lang = call.lang();
    let said = call.words.rest();
    if let Some(handle) = UNDO.iter().find_map(|word| said.strip_prefix(word)) {
        return undo(call, handle.trim()).await;
    }
    let today = call.now.today();
    let heard = activity::told(&said, today, &call.basis.calendar).map_err(|why| untold(why, lang))?;
    if heard.title.chars().count() > TITLE {
        return Err(told(say!(
            lang,
            "请写要点（{TITLE} 字以内），没有记。",
            "Please keep it within {TITLE} characters; nothing was recorded."
        )));
    }
    let words: Vec<ItemWord> =
        heard.items.iter().map(|number| ItemWord { number: *number, round: None }).collect();
    let refs: Vec<&ItemWord> = words.iter().collect();
    let found = show::items(&mut call, &refs).await?;
    let mut items = Vec::new();
    for word in &words {
        items.push(show::pick(&call, &found, word)?.clone());
    }
    let mut units: Vec<Uuid> = Vec::new();
    for name in &heard.names {
        let called = store::people::units_called(&mut *call.read, name).await?;
        if let [unit] = &called[..]
            && !units.contains(&unit.id)
        {
            units.push(unit.id);
        }
    }
    let round = items.first().map(|item| item.round).or(call.rounds().first().copied());
    let Some(round) = round else {
        return Err(told(say!(lang, "现在没有在办的督察轮次。", "No round is open.")));
    };
    let (first, _) = store::activities::next_handles(&mut *call.read).await?;
    let month = quiet::month(heard.on);
    let rounds = call.rounds();
    let counts = store::activities::counts(&mut *call.read, &rounds, month).await?;
    let before: i64 = counts.iter().filter(|row| row.0 == heard.kind).map(|row| row.3).sum();
    let mut decision = call.decision().by(call.speaker()?);
    let mut handles = Vec::new();
    for (handle, (carrier, count)) in (first..).zip(heard.parts.iter().copied()) {
        let new = NewActivity {
            id: Uuid::now_v7(),
            handle,
            kind: heard.kind,
            on: heard.on,
            round,
            title: heard.title.clone(),
            carrier,
            count,
            items: items.iter().map(|item| item.id).collect(),
            units: units.clone(),
            notice: None,
        };
        decision = decision.with(Effect::Activity(ActivityEffect::Recorded(Box::new(new))));
        handles.push(handle);
    }
    let all: i64 = heard.parts.iter().map(|(_, count)| i64::from(*count)).sum();
    let text = recorded(&heard, &handles, before + all, lang);
    let finding = (heard.kind == Kind::SiteVisit).then(|| {
        say!(
            lang,
            "\n发现的问题可以交办给单位，例：交办 {first} 单位 9月15日 要做什么",
            "\nWhat it found may be given to a unit: assign {first} UNIT DAY WHAT"
        )
    });
    let text = text.then(finding.unwrap_or_default());
    let is_one = handles.len() == 1;
    let buttons: Vec<Option<Button>> =
        handles.into_iter().take(BUTTONS).map(|handle| revoke(handle, is_one, lang)).collect();
    Ok(call.say(decision, Message::from(text).row(buttons)))
}

fn revoke(handle: i32, is_only: bool, lang: Lang) -> Option<Button> {
    let word = Both { zh: UNDO[0], en: UNDO[1] }.pick(lang);
    let label = match is_only {
        true => say!(lang, "撤销", "Undo"),
        false => say!(lang, "撤销 {handle}", "Undo {handle}"),
    };
    Button::new(label, line(&COMMAND, &format!("{word} {handle}"), lang))
}

fn recorded(heard: &Told, handles: &[i32], in_month: i64, lang: Lang) -> Text {
    let (kind, on, title) = (heard.kind.word().pick(lang), heard.on, &heard.title);
    let (measure, comma) = (heard.kind.measure().pick(lang), say!(lang, "、", ", "));
    let part = |(carrier, count): &(Option<Carrier>, i32)| {
        let carrier = carrier.map_or(String::new(), |carrier| format!("{} ", carrier.word().pick(lang)));
        format!("{carrier}{count}{measure}")
    };
    let parts = heard.parts.iter().map(part).collect::<Vec<_>>().join(&comma);
    let handles = handles.iter().map(i32::to_string).collect::<Vec<_>>().join(&comma);
    Text::default()
        .strong(say!(lang, "✅ 已记{kind}（编号 {handles}）", "✅ Recorded: {kind} (no. {handles})"))
        .then(say!(
            lang,
            "：{on}，{parts}，{title}。当月{kind} {in_month} {measure}。",
            ": {on}, {parts}, {title}. {in_month} in that month."
        ))
}

fn untold(why: Untold, lang: Lang) -> Failure {
    told(match why {
        Untold::NoKind => {
            let kinds: Vec<&str> = Kind::all().map(|kind| kind.word().pick(lang)).collect();
            let kinds = kinds.join(say!(lang, "、", ", ").as_str());
            say!(
                lang,
                "先写是哪一类：{kinds}。没有记。例：记 会议 9月5日 领导小组第三次会议",
                "Begin with its kind: {kinds}. Nothing was recorded. E.g. record meeting 2018-08-30 third session"
            )
        }
        Untold::Ahead(on) => {
            say!(
                lang,
                "{on} 还没到，办完再记。没有记。",
                "{on} is yet to come: record it afterwards. Nothing was recorded."
            )
        }
        Untold::NoDay(word) => {
            say!(lang, "没有“{word}”这一天，没有记。", "There is no day “{word}”; nothing was recorded.")
        }
        Untold::BadCount(word) => say!(
            lang,
            "“{word}”不是能记的数，要在 1 到 {MOST} 之间。没有记。",
            "“{word}” is no count: it lies between 1 and {MOST}. Nothing was recorded."
        ),
        Untold::WhatCount(count) => say!(
            lang,
            "“{count}”是什么的数没看懂，没有记。写一个数就够；宣传有几个载体的，每个后面写它的数，例：记 宣传 电视台 2条 报纸 1篇 江水清了",
            "It is not clear what the {count} counts; nothing was recorded. One count is enough, or one behind each carrier, e.g. record publicity tv 2篇 paper 1篇 the river runs clear"
        ),
        Untold::NoTitle => {
            say!(lang, "请再写一句是什么事，没有记。", "Say what it was about; nothing was recorded.")
        }
        Untold::NoCarrier => {
            let carriers: Vec<&str> = Carrier::all().map(|carrier| carrier.word().pick(lang)).collect();
            let carriers = carriers.join(say!(lang, "、", ", ").as_str());
            say!(
                lang,
                "宣传请写载体：{carriers}，没有记。例：记 宣传 公众号 3篇 垃圾场整改纪实",
                "Say the carrier: {carriers}. Nothing was recorded. E.g. record publicity account how the landfill was put right"
            )
        }
    })
}

/// A mistake: it counts no more, and stays on record.
async fn undo(call: Call<'_>, said: &str) -> Result<Decision, Failure> {
    let (lang, today, rounds) = (call.lang(), call.now.today(), call.rounds());
    let handle: Option<i32> = numeral::half_width(said).parse().ok();
    let found = match handle {
        Some(_) => store::activities::activities(&mut *call.read, &rounds, handle, None, (today, today), 1)
            .await?
            .pop(),
        None => None,
    };
    let Some(found) = found else {
        return Err(told(say!(
            lang,
            "没有这一条，没有撤销。发送“活动”看编号。",
            "There is no such record; nothing was undone. Send “activities” for the list."
        )));
    };
    let (handle, title) = (found.handle, &found.title);
    if let Some(notice) = found.notice {
        return Err(told(say!(
            lang,
            "编号 {handle} 是 发文 {notice} 的约谈纪要，和约谈的办理连在一起，这里不能撤销。看这件发文：发文 {notice}",
            "No. {handle} is the minutes of notice {notice} and goes with that interview; it cannot be undone here. To see it: notices {notice}"
        )));
    }
    if found.is_revoked {
        return Err(told(say!(lang, "{handle} 已经撤销过。", "{handle} was undone before.")));
    }
    let decision = call
        .decision()
        .by(call.speaker()?)
        .changing(Aggregate::Activity, found.id, found.version)
        .with(Effect::Activity(ActivityEffect::Revoked { activity: found.id }));
    let text = say!(
        lang,
        "↩️ 已撤销 {handle}（{title}），不再计数，记录留着。",
        "↩️ {handle} ({title}) is undone: it counts no more and stays on record."
    );
    Ok(call.say(decision, Message::plain(text)))
}
