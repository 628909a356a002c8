//! 撤回: takes back the own unit's last report on an item, within ten minutes and before the office has
//! looked at it. The report stays on record, marked; the item stands as before.

use chrono::TimeDelta;

use super::{Call, Command, Failure, answer, questions, review, show, told};
use crate::domain::decision::{Decision, NewVerdict, Verdict};
use crate::domain::people::Who;
use crate::domain::sentence::ItemWord;
use crate::domain::{Both, ItemState, Message, Part, Role};
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

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let speaker = call.speaker()?;
    let lang = call.lang();
    let unit = speaker.unit.id;
    let rounds = call.rounds();
    let nothing = || told(say!(lang, "没有可以撤回的填报。", "There is no report to take back."));
    // Without a number: the own last report.
    let word = if call.words.is_empty() {
        // What is being filled in is given up before anything that stands is taken back.
        if questions::open(&call).is_some() {
            return answer::give_up(call).await;
        }
        let last = store::reports::last_by_post(&mut *call.read, &rounds, unit, speaker.post).await?;
        let last = last.ok_or_else(nothing)?;
        let number = store::items::number_of(&mut *call.read, last.item).await?;
        ItemWord { number, round: None }
    } else {
        call.words.item().map_err(|slip| call.slip(&slip))?
    };
    let version: Option<i32> = call.words.word().and_then(|word| word.parse().ok());
    let items = show::items(&mut call, &[&word]).await?;
    let item = show::pick(&call, &items, &word)?;
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
    let mut lasts = store::reports::last_of_unit(&mut *call.read, &[item], unit).await?;
    if lasts.is_empty() {
        // What the office has reported in a unit's name it may take back as well.
        lasts = store::reports::last(&mut *call.read, item.id, 1).await?;
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
        && let Some(earlier) = store::reports::earlier(&mut *call.read, item.id, last.version).await?
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
    let decision = review::judged(&call, item, state, given)?;
    let text = say!(
        lang,
        "↩️ 已撤回第 {number} 项刚才的填报，进度回到 {percent}%。",
        "↩️ The report on item {number} is taken back; it stands at {percent}% again."
    );
    Ok(call.say(decision, Message::plain(text)))
}
