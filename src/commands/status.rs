//! 总览: the totals of the open rounds as of now, without names, and the own unit's line.

use super::{Call, Command, Failure, told};
use crate::domain::decision::Decision;
use crate::domain::people::Who;
use crate::domain::{Both, Flag, Part, Status, Text};
use crate::{say, store};

pub const COMMAND: Command = Command {
    words: &["总览", "status"],
    glued: false,
    usage: Both { zh: "总览", en: "status" },
    about: Both {
        zh: "总数、完成、在办、临期、滞后、逾期、未报",
        en: "totals: done, going on, due soon, lagging, overdue, not reported",
    },
    who: Who::Bound,
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

/// Totals of a round. Each open item is counted once, under its primary flag.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub total: i64,
    pub done: i64,
    pub overdue: i64,
    pub lagging: i64,
    pub missing: i64,
    pub due_soon: i64,
}

impl Totals {
    fn add(&mut self, status: Status, flag: Option<Flag>, items: i64) {
        self.total += items;
        if status.is_completed() {
            self.done += items;
            return;
        }
        match flag {
            Some(Flag::Overdue) => self.overdue += items,
            Some(Flag::Lagging) => self.lagging += items,
            Some(Flag::Missing) => self.missing += items,
            Some(Flag::DueSoon) => self.due_soon += items,
            Some(Flag::AwaitingAcceptance | Flag::Returned) | None => {}
        }
    }
}

async fn run(call: Call<'_>) -> Result<Decision, Failure> {
    let speaker = call.speaker()?;
    let lang = call.lang();
    let today = call.now.today();
    if call.door.rounds.is_empty() {
        return Err(told(say!(
            lang,
            "现在没有在办的督察轮次，请联系整改办。",
            "No round is open: contact the office."
        )));
    }
    let mut text = Text::default();
    for round in &call.door.rounds {
        let mut totals = Totals::default();
        for count in store::items::counts(&mut *call.read, &[round.id], today).await? {
            totals.add(count.status, count.flag, count.items);
        }
        // Only what the calendar may have moved since it was stored is looked at again.
        for item in store::items::stale(&mut *call.read, &[round.id], today).await? {
            totals.add(item.state.status, item.standing(today).primary, 1);
        }
        let (name, as_of) = (&round.name, call.now.spoken());
        let Totals { total, done, overdue, lagging, missing, due_soon } = totals;
        let going_on = total - done;
        let steady = going_on - overdue - lagging - missing - due_soon;
        text = text.strong(name).then(say!(
            lang,
            "（截至 {as_of}）\n共 {total} 项，完成 {done}，在办 {going_on}\n在办中：🟢 正常 {steady}　🟡 临期 {due_soon}　⚪ 未报 {missing}　🟠 滞后 {lagging}　🔴 逾期 {overdue}\n",
            " (as of {as_of})\n{total} items, {done} done, {going_on} going on\nof these: 🟢 on track {steady}, 🟡 due soon {due_soon}, ⚪ not reported {missing}, 🟠 lagging {lagging}, 🔴 overdue {overdue}\n"
        ));
    }
    let rounds: Vec<_> = call.door.rounds.iter().map(|round| round.id).collect();
    let own = store::items::open_of_unit(&mut *call.read, &rounds, speaker.unit.id).await?;
    let leading = own.iter().filter(|item| item.part_of(speaker.unit.id) == Some(Part::Lead)).count();
    let co = own.len() - leading;
    let unit = &speaker.unit.name;
    text = text.then(say!(
        lang,
        "{unit}：牵头在办 {leading} 项，配合 {co} 项。每项按最重的一种情况计一次。",
        "{unit}: open items {leading} as lead, {co} as co-unit. Each item is counted once, under its gravest flag."
    ));
    Ok(call.answer(text))
}
