//! 彩排: to how many a dispatch goes, when the first and the last message leave under the platforms' limits, and
//! three of them as they will look. Nothing leaves.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use super::precheck::{addressees, red};
use super::{all_read, check, go, message, names, nothing_to_send, periods, unsent};
use crate::commands::{Call, Failure};
use crate::domain::cycle::Addressee;
use crate::domain::decision::Decision;
use crate::domain::{Both, Message, Now, Role, Text};
use crate::{say, store};

/// Cards that are shown.
const SAMPLES: usize = 3;

pub(super) async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let lang = call.lang();
    all_read(&call)?;
    let open = periods(&mut call).await?;
    let unsent = unsent(&open);
    if unsent.is_empty() {
        return Ok(call.answer(nothing_to_send(&call, &open)));
    }
    let addressees = addressees(&mut call, &unsent).await?;
    let (names, units) = (names(&unsent, call.basis, lang), addressees.len());
    let reached: Vec<&Addressee> = addressees.iter().filter(|to| to.reached.is_some()).collect();
    let people: BTreeSet<_> = reached.iter().filter_map(|to| to.reached.as_ref()).collect();
    let (messages, people, lost) = (reached.len(), people.len(), units - reached.len());
    let mut text =
        Text::default().strong(say!(lang, "🎬 彩排 {names}", "🎬 Rehearsal of {names}")).then(say!(
            lang,
            "\n{units} 个单位，{people} 人，{messages} 条私聊，0 条进群",
            "\n{units} units, {people} people, {messages} private messages, none to groups"
        ));
    if messages > 0 {
        let mut on: BTreeMap<&str, usize> = BTreeMap::new();
        for (platform, _) in reached.iter().filter_map(|to| to.reached.as_ref()) {
            *on.entry(platform.as_str()).or_default() += 1;
        }
        let first = call.basis.calendar.leaves_at(call.now);
        let lasts = on.iter().map(|(platform, messages)| (call.able.lasts)(platform, *messages));
        let lasts = lasts.max().and_then(|lasts| TimeDelta::from_std(lasts).ok()).unwrap_or_default();
        let (from, to, seconds) =
            (Now::at(first).spoken(), Now::at(first + lasts).spoken(), lasts.num_seconds().max(1));
        let on: Vec<String> = on
            .iter()
            .map(|(platform, messages)| {
                let platform = (call.able.title)(platform, lang);
                say!(lang, "{platform} {messages} 条", "{platform} {messages}")
            })
            .collect();
        let on = on.join(say!(lang, "、", ", ").as_str());
        text = text.then(say!(
            lang,
            "\n第一条 {from}，最后一条 {to}，前后约 {seconds} 秒（{on}，按平台限速）",
            "\nfirst at {from}, last at {to}, about {seconds} s by the platforms' limits ({on})"
        ));
    }
    if lost > 0 {
        text = text.then(say!(
            lang,
            "\n{lost} 个单位送不到，发出后列入未送达",
            "\n{lost} units cannot be reached and will be listed"
        ));
    }
    let open_lines = red(&addressees).len();
    if open_lines > 0 {
        text = text.then(say!(
            lang,
            "\n❗ 还有 {open_lines} 条红线，先预检",
            "\n❗ {open_lines} lines stand against it: check first"
        ));
    }
    let mut messages = vec![Message::from(text)];
    messages.extend(samples(&mut call, &unsent, &reached).await?);
    if let Some(last) = messages.pop() {
        let is_office = call.speaker()?.role == Role::Office;
        let next = match open_lines {
            0 if is_office => go(Both { zh: "发出", en: "Send out" }, lang),
            0 => None,
            _ => check(lang),
        };
        messages.push(last.row([next]));
    }
    let decision = call.decision();
    Ok(call.say_all(decision, messages))
}

/// The cards of the units that owe most, as their contacts would read them now.
async fn samples(
    call: &mut Call<'_>,
    unsent: &[&store::cycles::Open],
    reached: &[&Addressee],
) -> Result<Vec<Message>, Failure> {
    let (lang, today, basis) = (call.lang(), call.now.today(), call.basis);
    let cycles: Vec<_> = unsent.iter().map(|period| period.id).collect();
    let mut most = reached.to_vec();
    most.sort_by_key(|to| (-to.items, &to.code));
    let mut cards = Vec::new();
    for to in most.into_iter().take(SAMPLES) {
        let owed = store::cycles::owed_by(&mut *call.read, &cycles, to.unit.id, message::NAMED).await?;
        let Some(mut card) = message::words(&to.unit.name, &owed, today, basis, lang) else { continue };
        // It is looked at here, and pressed only by whoever gets it.
        card.buttons.clear();
        let unit = &to.unit.name;
        let mut shown = Text::plain(say!(lang, "［样张·{unit}］\n", "[sample: {unit}]\n"));
        shown.0.append(&mut card.text.0);
        cards.push(Message::from(shown));
    }
    Ok(cards)
}
