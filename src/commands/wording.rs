//! Sentences that several commands share: slips with the place quoted, refusals, one line of an item.

use chrono::{Datelike, NaiveDate};

use super::words::{Slip, SlipKind};
use super::{Failure, told};
use crate::domain::basis::{Threshold, Thresholds};
use crate::domain::cycle::Every;
use crate::domain::flag::Standing;
use crate::domain::quiet::Why;
use crate::domain::sentence;
use crate::domain::tally::Lamp;
use crate::domain::{Basis, Both, Flag, Item, Lang, Message, Text};
use crate::say;
use crate::store::reports::Shown;

/// The longest quote of somebody's own words in an answer.
const QUOTE: usize = 40;

pub fn not_bound(lang: Lang) -> Failure {
    told(say!(
        lang,
        "这个账号还没有绑定岗位。请向整改办要一个绑定码，然后发送：绑定 绑定码",
        "This account is not bound to a post yet. Ask the office for a binding code, then send: bind CODE"
    ))
}

/// The last `QUOTE` characters of a text.
fn tail(text: &str) -> String {
    let count = text.chars().count();
    if count <= QUOTE {
        text.to_owned()
    } else {
        format!("…{}", text.chars().skip(count - QUOTE).collect::<String>())
    }
}

/// Whether something is said, in at most so many characters.
pub fn fits(text: &str, most: usize) -> bool {
    !text.is_empty() && text.chars().count() <= most
}

/// The first `n` characters of a text.
pub fn head(text: &str, n: usize) -> String {
    if text.chars().count() <= n {
        text.to_owned()
    } else {
        format!("{}…", text.chars().take(n).collect::<String>())
    }
}

/// `调度：半月一次（滞后，自 9 月 5 日起）`, for an item that is not simply reported on every month.
pub fn rhythm(item: &Item, basis: &Basis, today: NaiveDate, lang: Lang) -> Option<String> {
    let every = item.asked_every()?;
    if every == Every::LongTerm {
        let months = basis.of(item.round).first(Threshold::LongTermMonths);
        return Some(say!(
            lang,
            "调度：每 {months} 个月一次（长期坚持）",
            "reported every {months} months (long term)"
        ));
    }
    if every == Every::Month {
        return None;
    }
    let often = every.word().pick(lang);
    let why = item.rhythm.why.map(|why| why.word().pick(lang));
    let since = item.rhythm.since.map(|since| match since.year() == today.year() {
        true => {
            let (month, day) = (since.month(), since.day());
            say!(lang, "自 {month} 月 {day} 日起", "since {since}")
        }
        false => say!(lang, "自 {since} 起", "since {since}"),
    });
    let how: Vec<String> = why.map(str::to_owned).into_iter().chain(since).collect();
    let how = how.join(say!(lang, "，", ", ").as_str());
    Some(say!(lang, "调度：{often}（{how}）", "reported {often} ({how})"))
}

/// One sentence, the place of the slip, and the right usage.
pub fn slip(slip: &Slip, usage: Both, lang: Lang) -> Message {
    let what = match slip.kind {
        SlipKind::NoItem => Both { zh: "少了事项编号。", en: "The item number is missing." },
        SlipKind::BadItem => Both {
            zh: "这里应是事项编号，如 16 或 第十六项。",
            en: "An item number belongs here, such as 16.",
        },
        SlipKind::NoPercent => Both { zh: "少了进度百分比。", en: "The percent is missing." },
        SlipKind::BadPercent => Both {
            zh: "这里应是进度百分比，写 0 到 100 的整数，如 90。",
            en: "A percent belongs here, a whole number from 0 to 100, such as 90.",
        },
        SlipKind::TooMuch | SlipKind::BadDay if sentence::is_no_day(&slip.here) => Both {
            zh: "没有这一天，整条没有执行。",
            en: "There is no such day; nothing was done.",
        },
        SlipKind::TooMuch => Both {
            zh: "后面这些没有看懂，整条没有执行。",
            en: "These words were not understood; nothing was done.",
        },
        SlipKind::NoText => {
            Both { zh: "请再写一句做了什么。", en: "Please add a sentence on what was done." }
        }
        SlipKind::TextTooLong => Both {
            zh: "说明超过 2000 字，请写要点，详细材料另附文件。",
            en: "The text is longer than 2,000 characters: give the main points, send the rest as a document.",
        },
        SlipKind::TwoItems => Both {
            zh: "一条消息里有两项，没有登记。请每项发一条。",
            en: "Two items in one message: nothing was recorded. Please send one message per item.",
        },
        SlipKind::NoCode => Both { zh: "少了绑定码。", en: "The binding code is missing." },
        SlipKind::NoWords => Both { zh: "要找什么？", en: "What should I look for?" },
        SlipKind::ShortWord => Both {
            zh: "每个词至少两个字，标点不算。",
            en: "Each word needs at least two characters; punctuation does not count.",
        },
        SlipKind::NoVerdict => Both {
            zh: "这里应写“通过”或“退回 原因”。",
            en: "“accept” or “return REASON” belongs here.",
        },
        SlipKind::BadDay => Both {
            zh: "这里要写日期并带上年份，如 2027-01-01。",
            en: "A day with its year belongs here, such as 2027-01-01.",
        },
        SlipKind::NoDayKind => Both {
            zh: "这里要写 休（放假）、班（补班）或 平（照平常）。",
            en: "rest, work or plain belongs here.",
        },
        SlipKind::PastDay => Both {
            zh: "期限要是今天以后的一天，整条没有执行。",
            en: "The deadline is a day after today; nothing was done.",
        },
        SlipKind::NoUntil => Both {
            zh: "这一天还没到；要作期限，前面写“到”。整条没有执行。",
            en: "That day is yet to come; write “until” before a deadline. Nothing was done.",
        },
        SlipKind::BadLang => Both { zh: "只能选 中文 或 英文。", en: "Choose zh or en." },
    };
    let mut text = Text::plain(what.pick(lang));
    if slip.here.is_empty() {
        text = text
            .then(say!(lang, "\n你发的：", "\nYou sent: "))
            .then(tail(slip.before.trim_end()))
            .strong(" ▁");
    } else {
        text = text
            .then(say!(lang, "\n在这里：", "\nHere: "))
            .then(tail(&slip.before))
            .strong(format!("【{}】", head(&slip.here, QUOTE)));
    }
    text.then(say!(lang, "\n用法：", "\nUsage: ")).code(usage.pick(lang)).into()
}

/// `🔴 逾期（另：滞后）`; an item on track is 正常.
pub fn standing(standing: &Standing, thresholds: &Thresholds, lang: Lang) -> String {
    let Some(primary) = standing.primary else {
        return say!(lang, "🟢 正常", "🟢 on track");
    };
    // 逾期待验收 says more than 逾期, and is counted inside it.
    let awaiting = standing.others.contains(&Flag::AwaitingAcceptance);
    let shown = if primary == Flag::Overdue && awaiting { Flag::AwaitingAcceptance } else { primary };
    let others: Vec<&str> =
        standing.others.iter().filter(|flag| **flag != shown).map(|flag| flag.word().pick(lang)).collect();
    let (mark, word) = (thresholds.mark(Lamp::of(Some(primary))), shown.word().pick(lang));
    if others.is_empty() {
        format!("{mark} {word}")
    } else {
        let others = others.join(say!(lang, "、", ", ").as_str());
        say!(lang, "{mark} {word}（另：{others}）", "{mark} {word} (also: {others})")
    }
}

/// `还有 30 天`, `今天到期`, `已过 16 天`, in calendar days.
pub fn days_left(deadline: NaiveDate, today: NaiveDate, lang: Lang) -> String {
    let days = (deadline - today).num_days();
    match days {
        0 => say!(lang, "今天到期", "due today"),
        1.. => say!(lang, "还有 {days} 天", "{days} days left"),
        _ => {
            let days = -days;
            say!(lang, "已过 {days} 天", "{days} days past")
        }
    }
}

/// `周日`
pub fn weekday(day: NaiveDate, lang: Lang) -> String {
    let weekday = day.weekday();
    let name = ["一", "二", "三", "四", "五", "六", "日"][weekday.num_days_from_monday() as usize];
    say!(lang, "周{name}", "{weekday}")
}

/// `2027-02-14（周日）`
pub fn dated(day: NaiveDate, lang: Lang) -> String {
    let weekday = weekday(day, lang);
    say!(lang, "{day}（{weekday}）", "{day} ({weekday})")
}

/// Two lines that fit a phone:
/// `【16】紫岩县污水处理厂提标改造 85%` and `🔴 逾期（另：滞后） · 已过 62 天 · 2018-06-30`.
pub fn item_lines(item: &Item, is_co: bool, today: NaiveDate, basis: &Basis, lang: Lang) -> Text {
    let (percent, deadline) = (item.state.percent, item.deadline);
    let left = days_left(deadline, today, lang);
    let flags = standing(&item.standing(today, basis), basis.of(item.round), lang);
    let co = if is_co { say!(lang, " 〔配合〕", " [co-unit]") } else { String::new() };
    Text::default().strong(format!("【{}】", item.number)).then(&item.title).then(say!(
        lang,
        " {percent}%{co}\n{flags} · {left} · {deadline}",
        " {percent}%{co}\n{flags} · {left} · {deadline}"
    ))
}

/// An item that this speaker may not read; `what` is the audit's word for the attempt.
pub fn not_concerned(item: &Item, what: &'static str, lang: Lang) -> Failure {
    let number = item.number;
    let told = Message::plain(say!(
        lang,
        "第 {number} 项与你单位无关，不能查看。发送“我的”看本单位的事项。",
        "Item {number} does not concern your unit. Send “mine” for your items."
    ));
    Failure::Refused { what, item: Some(item.id), told }
}

/// Why something unasked is not said to a post, and when it is tried again.
pub fn held(why: Why, post: &str, until: &str, lang: Lang) -> String {
    match why {
        Why::Hours => say!(lang, "休息时间，等到 {until}", "outside working hours, until {until}"),
        Why::Slot => say!(
            lang,
            "{post} 这半天已收到过一条，合到 {until} 那条",
            "{post} was told something this half-day; until {until}"
        ),
        Why::Budget => say!(
            lang,
            "{post} 本月已到上限，等到 {until}",
            "{post} has had this month's messages; until {until}"
        ),
        Why::Quiet => say!(lang, "{post} 设了免打扰，等到 {until}", "{post} asked for quiet; until {until}"),
        Why::Gone => say!(
            lang,
            "{post} 停用了机器人的私聊，{until} 再试，请电话",
            "{post} has blocked the bot; tried again {until}: please phone"
        ),
        Why::Overtaken => say!(
            lang,
            "送不到时已经过时，现在有人可以收，要发请放行",
            "overtaken while nobody could receive it; now somebody can: release it if it is still to leave"
        ),
        Why::Nobody => say!(
            lang,
            "没有人可以收（没有绑定，或请假没有人代），{until} 再试，请电话",
            "nobody can receive it (no contact bound, or nobody stands in); tried again {until}: please phone"
        ),
    }
}

/// ` · 市整改办代报 · 附 2 个文件`: who made a report for its unit, and what came with it.
pub fn beside(shown: &Shown, lang: Lang) -> String {
    let mut beside = String::new();
    if let Some(by) = &shown.made_by {
        beside += &say!(lang, " · {by}代报", " · reported by {by}");
    }
    if shown.files > 0 {
        let files = shown.files;
        beside += &say!(lang, " · 附 {files} 个文件", " · {files} file(s)");
    }
    beside
}

/// What a group reads where item texts are not shown.
pub fn ask_in_private(lang: Lang) -> String {
    say!(
        lang,
        "事项内容只在本单位已确认的工作群或私聊里显示，请私聊我再问一次。",
        "Item texts are shown only in the unit's own confirmed group or in private: please ask me there."
    )
}
