//! 我的: the open items of the own unit, lead and co; for a leader, the items the post holds. Grouped by
//! lamp, the most pressing first, a page at a time.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};

use super::list::gather::{self, Found, Whose};
use super::list::page::{self, Lamps, Sheet};
use super::list::page_number;
use super::words::SlipKind;
use super::{Call, Command, Failure, spelling};
use crate::domain::decision::Decision;
use crate::domain::listing::Stage;
use crate::domain::people::Who;
use crate::domain::receipt::Owed;
use crate::domain::tally::Lamp;
use crate::domain::{Both, Button, Item, Lang, Message, Part, Role, Text};
use crate::{say, store};

pub const COMMAND: Command = Command {
    words: &["我的", "mine", "我的事项"],
    glued: false,
    usage: Both { zh: "我的", en: "mine" },
    about: Both {
        zh: "本单位在办事项，最急的在前；第二页：我的 2",
        en: "open items of your unit, the most pressing first; next page: mine 2",
    },
    who: Who::Bound,
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

/// Numbers of items to report that a head has room for.
const NUMBERS: usize = 12;

fn verb(lang: Lang) -> &'static str {
    spelling(&COMMAND, lang)
}

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let page = match call.words.clone().word() {
        None => 1,
        Some(word) => {
            let slip = call.words.clone().slip(SlipKind::TooMuch);
            let page = page_number(&word).ok_or_else(|| call.slip(&slip))?;
            call.words.word();
            if !call.words.is_empty() {
                let slip = call.words.slip(SlipKind::TooMuch);
                return Err(call.slip(&slip));
            }
            page
        }
    };
    answer(call, page).await
}

/// The own items; pages are counted from one.
pub(super) async fn answer(mut call: Call<'_>, number: usize) -> Result<Decision, Failure> {
    let speaker = call.speaker()?;
    let lang = call.lang();
    let is_leader = speaker.role == Role::Leader;
    let name = if is_leader { &speaker.post_title } else { &speaker.unit.name };
    let whose = if is_leader { Whose::Held(None) } else { Whose::Unit(speaker.unit.clone()) };
    let items = gather::own(&mut call, &whose, Stage::Open).await?;
    let stood_in = stood_in_for(&mut call).await?;
    if items.is_empty() {
        let none = say!(lang, "{name} 没有在办事项。", "No open items of {name}.");
        return Ok(call.answer(Message::plain(none + &stood_in)));
    }
    let line = |page: usize| {
        let verb = verb(lang);
        if page > 1 { format!("{verb} {page}") } else { verb.to_owned() }
    };
    let mut head = head(&call, name, &items);
    if !items.iter().all(|item| call.shows(item)) {
        return Ok(call.answer(page::numbers_alone(head, items, lang)));
    }
    let found = Found::at_hand(&items, number, &call);
    if Lamp::ALL.into_iter().filter(|lamp| found.totals.under(*lamp) > 0).count() > 1 {
        head = head.then("\n").then(page::lamps(&found, &call));
    }
    let to_report: Vec<&Item> = items
        .iter()
        .filter(|item| item.lead.id == speaker.unit.id && item.is_to_report(call.now.today(), call.basis))
        .collect();
    if !is_leader && number == 1 && !to_report.is_empty() {
        head = head.then("\n").then(to_report_line(&call, &to_report));
    }
    if !is_leader && number == 1 {
        head = receipts(&mut call, head).await?;
    }
    let sheet = Sheet { unit: whose.unit(), lamps: Lamps::Headings, number, line: &line, below: &page::bare };
    let mut message = page::rows(&call, head, &found, &sheet);
    if number == 1 {
        message.text = message.text.then(stood_in);
    }
    if !is_leader && !to_report.is_empty() {
        let (ours, count) = (spelling(&super::list::COMMAND, lang), to_report.len());
        message = message.row([Button::new(
            say!(lang, "待报 {count} 项", "{count} to report"),
            say!(lang, "{ours} 待报 我们", "{ours} to_report ours"),
        )]);
    }
    Ok(call.answer(message))
}

/// `✍️ 待签收 2 项：16、24` and `🤝 承诺：16（9月20日前）`, where there are any.
async fn receipts(call: &mut Call<'_>, mut head: Text) -> Result<Text, Failure> {
    let (lang, rounds, unit) = (call.lang(), call.rounds(), call.speaker()?.unit.id);
    let open = store::receipts::open(&mut *call.read, &rounds, Some(&[unit]), None).await?;
    let told = open.into_iter().filter(|owed| owed.is_told);
    let (signed, owed): (Vec<Owed>, Vec<Owed>) = told.partition(|owed| owed.receipt.is_some());
    let owed: BTreeSet<i32> = owed.iter().map(|owed| owed.number).collect();
    let comma = say!(lang, "、", ", ");
    if !owed.is_empty() {
        let count = owed.len();
        let numbers: Vec<String> = owed.iter().map(i32::to_string).take(NUMBERS).collect();
        let numbers = numbers.join(&comma);
        head = head.then(say!(
            lang,
            "\n✍️ 待签收 {count} 项：{numbers}（发送“签收”）",
            "\n✍️ to sign for: {count} ({numbers}); send “acknowledge”"
        ));
    }
    let promised: BTreeMap<i32, NaiveDate> =
        signed.iter().filter_map(|owed| Some((owed.number, owed.receipt.as_ref()?.promised_on?))).collect();
    if !promised.is_empty() {
        let days: Vec<String> = promised
            .iter()
            .map(|(number, on)| say!(lang, "{number}（{on} 前）", "{number} (by {on})"))
            .collect();
        let days = days.join(&comma);
        head = head.then(say!(lang, "\n🤝 承诺：{days}", "\n🤝 promised: {days}"));
    }
    Ok(head)
}

/// The open items of the units the speaker stands in for, as numbers; only in private.
async fn stood_in_for(call: &mut Call<'_>) -> Result<String, Failure> {
    let (lang, private) = (call.lang(), call.incoming.private);
    let mut text = String::new();
    for away in call.speaker()?.stands_in.iter().filter(|_| private) {
        let items = gather::own(call, &Whose::Unit(away.unit.clone()), Stage::Open).await?;
        let led = items.iter().filter(|item| item.lead.id == away.unit.id);
        let numbers: Vec<String> = led.map(|item| item.number.to_string()).take(NUMBERS).collect();
        let (unit, post) = (&away.unit.name, &away.post_title);
        let numbers = numbers.join(say!(lang, "、", ", ").as_str());
        text += &say!(
            lang,
            "\n👤 正在代{post}：{unit}牵头的 {numbers}，可以照常查和填报",
            "\n👤 standing in for {post}: {unit} leads {numbers}; ask and report as usual"
        );
    }
    Ok(text)
}

fn head(call: &Call<'_>, name: &str, items: &[Item]) -> Text {
    let lang = call.lang();
    let (all, as_of) = (items.len(), call.now.spoken());
    let Some(speaker) = call.door.speaker.as_ref().filter(|speaker| speaker.role != Role::Leader) else {
        let text = say!(lang, "{name} 包抓的在办事项 {all} 项", "{name}: {all} open items held");
        return Text::default().strong(text).then(say!(lang, "（截至 {as_of}）", " (as of {as_of})"));
    };
    let leading = items.iter().filter(|item| item.part_of(speaker.unit.id) == Some(Part::Lead)).count();
    let co = all - leading;
    let text = say!(
        lang,
        "{name} 在办 {all} 项：牵头 {leading}，配合 {co}",
        "{name}: {all} open items, {leading} lead, {co} co-unit"
    );
    Text::default().strong(text).then(say!(lang, "（截至 {as_of}）", " (as of {as_of})"))
}

/// `📝 本月待报 2 项：16、24（8月25日截止）`
fn to_report_line(call: &Call<'_>, items: &[&Item]) -> String {
    let lang = call.lang();
    let today = call.now.today();
    let count = items.len();
    let mut numbers: Vec<String> = items.iter().take(NUMBERS).map(|item| item.number.to_string()).collect();
    if count > NUMBERS {
        numbers.push("…".to_owned());
    }
    let numbers = numbers.join(say!(lang, "、", ", ").as_str());
    let closings = items.iter().map(|item| call.basis.current(item.round, item.rhythm, today).closes_on);
    let (first, last) = (closings.clone().min().unwrap_or(today), closings.max().unwrap_or(today));
    let (month, day) = (first.month(), first.day());
    if first != last {
        say!(
            lang,
            "📝 待报 {count} 项：{numbers}（最早的{month}月{day}日截止，发“截止”看各期）",
            "📝 to report: {count} ({numbers}); the first closes on {month}/{day}, send “window” for all"
        )
    } else if today > last {
        say!(
            lang,
            "📝 本月待报 {count} 项：{numbers}（{month}月{day}日已截止，现在报仍可补上）",
            "📝 to report this month: {count} ({numbers}); closed on {month}/{day}, a late report still counts"
        )
    } else {
        say!(
            lang,
            "📝 本月待报 {count} 项：{numbers}（{month}月{day}日截止）",
            "📝 to report this month: {count} ({numbers}), closing on {month}/{day}"
        )
    }
}
