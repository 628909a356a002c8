//! A leader's week: the items the post holds of which something is the matter that the unit has been told
//! of, the three worst first.

use chrono::NaiveDate;

use crate::domain::statement::Heard;
use crate::domain::tally::Lamp;
use crate::domain::{Basis, Button, Flag, Item, Lang, Message, Text};
use crate::say;

/// What a leader is shown: the worst.
const WORST: usize = 3;

/// Rules that speak of a flag; what another rule said is the unit's own affair.
fn flag_of(rule: &str) -> Option<Flag> {
    match rule {
        "urge" => Some(Flag::Missing),
        _ => Flag::from_code(rule),
    }
}

/// The gravest flag of an item about which the unit has been told.
fn known_flag(item: &Item, heard: &[Heard], today: NaiveDate, basis: &Basis) -> Option<Flag> {
    let standing = item.standing(today, basis);
    let told = heard.iter().filter(|heard| heard.item == item.id).filter_map(|heard| flag_of(&heard.rule));
    told.filter(|flag| standing.has(*flag)).min()
}

/// The week's digest of a leader who holds these open items; `None`: nothing is the matter, no unit has been
/// told yet, or nothing has moved since the week before.
pub fn week(
    post: &str,
    items: &[Item],
    heard: &[Heard],
    (today, basis): (NaiveDate, &Basis),
    lang: Lang,
) -> Option<Message> {
    let mut matter: Vec<(Flag, &Item)> =
        items.iter().filter_map(|item| Some((known_flag(item, heard, today, basis)?, item))).collect();
    let is_news = |heard: &Heard, flag: Flag| heard.is_new && flag_of(&heard.rule) == Some(flag);
    let has_moved =
        |flag: Flag, item: &Item| heard.iter().any(|heard| heard.item == item.id && is_news(heard, flag));
    if !matter.iter().any(|(flag, item)| has_moved(*flag, item)) {
        return None;
    }
    matter.sort_by_key(|(flag, item)| (Lamp::of(Some(*flag)), item.deadline, item.number));
    let (open, count) = (items.len(), matter.len());
    let mut text =
        Text::default().strong(say!(lang, "📌 {post} 包抓事项一周提要", "📌 The week of {post}")).then(say!(
            lang,
            "\n在办 {open} 项，请关注 {count} 项（责任单位都已收到提醒）",
            "\n{open} items open, {count} to look at (their units have been told)"
        ));
    for (flag, item) in matter.iter().take(WORST) {
        let (title, percent, deadline) = (super::short(&item.title), item.state.percent, item.deadline);
        let mark = basis.of(item.round).mark(Lamp::of(Some(*flag)));
        let (word, lead) = (flag.word().pick(lang), &item.lead.name);
        text = text.then("\n").strong(format!("【{}】", item.number)).then(say!(
            lang,
            "{title} {percent}%\n{mark} {word} · 期限 {deadline} · {lead}",
            "{title} {percent}%\n{mark} {word} · due {deadline} · {lead}"
        ));
    }
    let buttons = matter.iter().take(WORST).map(|(_, item)| {
        let number = item.number;
        Button::new(say!(lang, "查 {number}", "item {number}"), say!(lang, "查 {number}", "item {number}"))
    });
    let all = Button::new(say!(lang, "全部", "All"), say!(lang, "我的", "mine"));
    Some(Message::from(text).row(buttons).row([all]))
}
