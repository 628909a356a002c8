//! How groups are spoken of: by name, by what they are for, and by the buttons that name them from elsewhere.

use uuid::Uuid;

use super::wording;
use crate::domain::people::Purpose;
use crate::domain::{Button, ChatAddress, Lang, Message, UnitRef};
use crate::say;

/// Titles of groups are cut here.
pub(super) const TITLE: usize = 24;

/// How buttons name a group.
pub(super) fn reference(chat: Uuid) -> String {
    let id = chat.to_string();
    format!("@{}", &id[id.len() - 8..])
}

/// The line that ends what the office said about a group, given its reference without the sign.
pub(super) fn release(reference: &str, lang: Lang) -> String {
    say!(lang, "群设置 @{reference} 解除", "group @{reference} release")
}

/// `单位群：紫岩县、滨江区`.
pub(super) fn describe(purpose: Option<Purpose>, units: &[UnitRef], lang: Lang) -> String {
    let Some(purpose) = purpose else { return say!(lang, "未确认", "not confirmed") };
    let title = purpose.title().pick(lang);
    if units.is_empty() {
        return title.to_owned();
    }
    let names = units.iter().map(|unit| unit.name.as_str()).collect::<Vec<_>>();
    let names = names.join(say!(lang, "、", ", ").as_str());
    say!(lang, "{title}：{names}", "{title}: {names}")
}

/// `「紫岩整改群」`, or where it is when it has no name.
pub(super) fn called(title: &str, to: &ChatAddress, lang: Lang) -> String {
    let (platform, chat) = (&to.platform, &to.chat);
    match short(title, TITLE) {
        title if title.is_empty() => say!(lang, "{platform} 群 {chat}", "{platform} group {chat}"),
        title => say!(lang, "「{title}」", "“{title}”"),
    }
}

/// A title on one line, cut: it is anybody's choice of words.
pub(super) fn short(title: &str, longest: usize) -> String {
    wording::head(&title.split_whitespace().collect::<Vec<_>>().join(" "), longest)
}

/// The choices for a group, as buttons that can be pressed anywhere.
pub(super) fn choices(message: Message, target: &str, unit: Option<&str>, lang: Lang) -> Message {
    let verb = say!(lang, "群设置", "group");
    let target = if target.is_empty() { String::new() } else { format!("{target} ") };
    let unit = unit.map(|unit| {
        Button::new(say!(lang, "单位群：{unit}", "unit: {unit}"), format!("{verb} {target}单位群 {unit}"))
    });
    message.row(unit).row([
        Button::new(say!(lang, "整改办群", "office"), format!("{verb} {target}整改办群")),
        Button::new(say!(lang, "领导群", "leaders"), format!("{verb} {target}领导群")),
    ])
}
