//! 发出: this period's dispatch goes to the units' contacts, once, by the office's press. Of two clerks at once the
//! second hears who was faster; while a red line is open nothing goes.

use uuid::Uuid;

use super::precheck::{addressees, red};
use super::{all_read, check, go, names, nothing_to_send, periods, receipt, rehearse, unsent};
use crate::commands::{Call, Failure};
use crate::domain::cycle::{CycleEffect, Released};
use crate::domain::decision::{Aggregate, Decision, Effect};
use crate::domain::{Both, Message, Now};
use crate::say;

pub(super) async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let lang = call.lang();
    let is_confirmed = call.words.take("确认") || call.words.take("confirm");
    all_read(&call)?;
    let open = periods(&mut call).await?;
    let unsent = unsent(&open);
    if unsent.is_empty() {
        return Ok(call.answer(nothing_to_send(&call, &open)));
    }
    let addressees = addressees(&mut call, &unsent).await?;
    let (names, units) = (names(&unsent, call.basis, lang), addressees.len());
    let items: i64 = addressees.iter().map(|to| to.items).sum();
    let red = red(&addressees).len();
    if red > 0 {
        let text = say!(
            lang,
            "没有发出：{names}还有 {red} 条红线，处理好或豁免后再发。",
            "Not sent: {red} lines stand against {names}; mend them or let them pass first."
        );
        return Ok(call.answer(Message::plain(text).row([check(lang)])));
    }
    if units == 0 {
        let all =
            say!(lang, "{names}都报了，不用发。", "Everything of {names} is reported; nothing to send.");
        return Ok(call.answer(Message::plain(all)));
    }
    if !is_confirmed {
        let text = say!(
            lang,
            "把 {names} 的调度发给 {units} 个单位的联络员，共 {items} 项？发出后本期不再重发。",
            "Send {names} to the contacts of {units} units, {items} items? It goes out once a period."
        );
        let sure = go(Both { zh: "确认发出", en: "Send out" }, lang);
        return Ok(call.answer(Message::plain(text).row([sure, rehearse(lang)])));
    }
    let leaves = call.basis.calendar.leaves_at(call.now);
    let mut decision = call.decision().by(call.speaker()?);
    for period in &unsent {
        decision = decision.changing(Aggregate::Cycle, period.id, period.version);
    }
    let decision = decision.with(Effect::Cycle(CycleEffect::Released(Released {
        id: Uuid::now_v7(),
        cycles: unsent.iter().map(|period| period.id).collect(),
        units: addressees.iter().map(|to| to.unit.id).collect(),
        not_before: leaves,
    })));
    let when = Now::at(leaves).spoken();
    let text = say!(
        lang,
        "✅ 已发出 {names} 的调度：{units} 个单位，{items} 项，{when} 起送达。送完给您回执。",
        "✅ {names} is sent out: {units} units, {items} items, from {when} on. You will be told what arrived."
    );
    Ok(call.say(decision, Message::plain(text).row([receipt(lang)])))
}
