//! 撤回: takes back the own unit's last report on an item, within ten minutes and before the office has
//! looked at it. The report stays on record, marked; the item stands as before.

use chrono::TimeDelta;

use super::{
    Call, Command, Failure, answer, decline, declined, left_as_it_is, questions, review, show, told, wording,
};
use crate::domain::decision::{Decision, NewVerdict, Verdict};
use crate::domain::people::Who;
use crate::domain::sentence::ItemWord;
use crate::domain::{Both, Button, ItemState, Message, Part, Role};
use crate::store::reports::Report;
use crate::{say, store};

pub const COMMAND: Command = Command {
    words: &["撤回", "undo"],
    glued: true,
    usage: Both { zh: "撤回 16", en: "undo 16" },
    about: Both { zh: "10 分钟内收回刚报的一条", en: "take back a report within ten minutes" },
    who: Who::Roles(&[Role::Contact, Role::Office]),
    item: |words| words.clone().item().ok().map(|item| item.number),
    run: |call| Box::pin(run(call)),
};

/// Later than this it is a correction, which keeps both figures in sight.
const WINDOW: TimeDelta = TimeDelta::minutes(10);

/// How much of the report is shown that is asked about.
const SHOWN: usize = 30;

/// Still to be taken back.
fn is_open(call: &Call<'_>, report: &Report) -> bool {
    report.verdict.is_none() && call.now.utc - report.recorded_at <= WINDOW
}

/// The report before the one that was just taken back: is it meant, too?
fn ask(call: &Call<'_>, number: i32, last: &Report) -> Failure {
    let lang = call.lang();
    let percent = last.percent.map_or(String::new(), |percent| format!("{percent}% "));
    // A group may not be one that reads items.
    let said = if call.incoming.private { wording::head(&last.text, SHOWN) } else { String::new() };
    let undo = say!(lang, "撤回", "undo");
    Failure::Told(
        Message::plain(say!(
            lang,
            "刚才那条已经撤回。再往前一条是第 {number} 项的：{percent}{said}\n也要撤回吗？",
            "That one is taken back already. The one before is on item {number}: {percent}{said}\nTake it back as well?"
        ))
        .row([
            Button::new(
                say!(lang, "撤回第 {number} 项", "Take back item {number}"),
                format!("{undo} {number} {}", last.version),
            ),
            decline(&undo, lang),
        ]),
    )
}

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let speaker = call.speaker()?;
    let lang = call.lang();
    let unit = speaker.unit.id;
    let rounds = call.rounds();
    let nothing = || told(say!(lang, "没有可以撤回的填报。", "There is no report to take back."));
    let said = call.words.clone().rest();
    if declined(&said) {
        return Ok(left_as_it_is(&call));
    }
    // Without a number: the own last report.
    let word = if call.words.is_empty() {
        // What is being filled in is given up before anything that stands is taken back.
        if questions::open(&call).is_some() {
            return answer::give_up(call).await;
        }
        let last = store::reports::last_by_post(&mut *call.read, &rounds, unit, speaker.post).await?;
        let last = last.ok_or_else(nothing)?;
        let number = store::items::number_of(&mut *call.read, last.item).await?;
        // Said twice, the one before is hardly meant.
        let (post, since) = (speaker.post, last.recorded_at);
        if is_open(&call, &last)
            && store::withdrawals::took_back_since(&mut *call.read, &rounds, unit, post, since).await?
        {
            return Err(ask(&call, number, &last));
        }
        ItemWord { number, round: None }
    } else {
        call.words.item().map_err(|slip| call.slip(&slip))?
    };
    let version: Option<i32> = call.words.word().and_then(|word| word.parse().ok());
    let item = show::item(&mut call, &word).await?;
    let number = item.number;
    if speaker.role != Role::Office && item.part_of(unit).is_none() {
        return Err(Failure::Refused {
            what: "undo_not_yours",
            item: Some(item.id),
            told: Message::plain(say!(
                lang,
                "第 {number} 项不是你单位牵头或配合的事项，没有可以撤回的填报。",
                "Item {number} is not led or shared by your unit: there is nothing of yours to take back."
            )),
        });
    }
    let mut lasts = store::reports::last_of_unit(&mut *call.read, &[&item], unit).await?;
    if lasts.is_empty() {
        // What the office has reported in a unit's name it may take back as well.
        let shown = store::reports::last(&mut *call.read, item.id, 1).await?;
        lasts = shown.into_iter().map(|shown| shown.report).collect();
        lasts.retain(|last| last.post == Some(speaker.post));
    }
    let last = lasts.pop().ok_or_else(nothing)?;
    if version.is_some_and(|version| version != last.version) {
        return Err(told(say!(
            lang,
            "第 {number} 项的这一条已经撤回，或后面又报了新的，账上没有变。",
            "That report on item {number} was taken back already, or a newer one followed; nothing was changed."
        )));
    }
    if last.verdict.is_some() {
        return Err(told(say!(
            lang,
            "第 {number} 项这一条整改办已经审核，不能撤回。要改请发：更正 {number}",
            "The office has reviewed that report on item {number}. To change it send: correct {number}"
        )));
    }
    if call.now.utc - last.recorded_at > WINDOW {
        return Err(told(say!(
            lang,
            "第 {number} 项这一条已过 10 分钟，不能撤回。要改请发：更正 {number}",
            "That report on item {number} is older than ten minutes. To change it send: correct {number}"
        )));
    }
    let today = call.now.today();
    let mut state = item.state.clone();
    if last.part == Part::Lead
        && let Some(earlier) = store::withdrawals::earlier(&mut *call.read, item.id, last.version).await?
    {
        state = ItemState {
            percent: earlier.percent,
            status: earlier.status,
            last_report_on: earlier.last_report_on,
            ..state
        };
    }
    let state = item.restated_after(state, today, call.basis);
    let percent = state.percent;
    let given = NewVerdict::plain(item.id, last.version, Verdict::Withdrawn);
    let decision = review::judged(&call, &item, state, given)?;
    let text = say!(
        lang,
        "↩️ 已撤回第 {number} 项刚才的填报，进度回到 {percent}%。",
        "↩️ The report on item {number} is taken back; it stands at {percent}% again."
    );
    Ok(call.say(decision, Message::plain(text)))
}
