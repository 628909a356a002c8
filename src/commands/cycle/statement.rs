//! 回执: what became of a dispatch. The sums add up, and whoever was not reached is named with what to do.

use super::precheck;
use crate::domain::cycle::{Addressee, RedLine, Sums};
use crate::domain::quiet::Why;
use crate::domain::{Lang, Message, Now, Text};
use crate::say;
use crate::store::cycles::{Copy, Dispatched};

/// Units that are named.
const NAMED: usize = 10;

/// The sums of a dispatch.
pub fn sums(copies: &[Copy]) -> Sums {
    let mut sums = Sums::default();
    for copy in copies {
        sums.add(&copy.state, 1);
    }
    sums
}

pub fn words(sent: &Dispatched, copies: &[Copy], lang: Lang) -> Message {
    let sums = sums(copies);
    let (by, at, due) = (&sent.by, Now::at(sent.at).spoken(), sums.due());
    let (done, waiting, held, failed, withdrawn) =
        (sums.sent, sums.waiting, sums.held, sums.failed, sums.withdrawn);
    let reported = copies.iter().filter(|copy| copy.is_reported).count();
    let text = Text::default()
        .strong(say!(lang, "📮 回执（{by} {at} 发出）", "📮 Sent out by {by} at {at}"))
        .then(say!(
            lang,
            "\n应发 {due} = 已发 {done} + 待发 {waiting} + 暂存 {held} + 失败 {failed} + 撤下 {withdrawn}",
            "\n{due} due = {done} sent + {waiting} waiting + {held} held + {failed} failed + {withdrawn} withdrawn"
        ))
        .then(say!(lang, "\n已报齐 {reported} 个单位", "\n{reported} units have reported everything"));
    let lost: Vec<&Copy> = copies
        .iter()
        .filter(|copy| matches!(copy.state.as_str(), "held" | "dead" | "unclear") && !copy.is_reported)
        .collect();
    if lost.is_empty() {
        return text.into();
    }
    let mut message = Message::from(text.strong(say!(lang, "\n未送达：", "\nNot reached:")));
    for (at, copy) in lost.iter().take(NAMED).enumerate() {
        let (at, unit, red, why) = (at + 1, &copy.unit.name, cause(copy), why(copy, lang));
        message.text = message.text.then(format!("\n{at}. {unit}：{why}"));
        if let Some(red) = red {
            message = message.row([precheck::mend(&addressee(copy), red, at, lang)]);
        }
    }
    if lost.len() > NAMED {
        let more = lost.len() - NAMED;
        message.text = message.text.then(say!(lang, "\n另有 {more} 个单位", "\n{more} more units"));
    }
    message
}

/// What a message that did not arrive says of its reader.
fn cause(copy: &Copy) -> Option<RedLine> {
    match (copy.state.as_str(), copy.hold) {
        ("held", Some(Why::Budget | Why::Quiet)) => None,
        ("held", Some(Why::Gone)) | ("dead", _) => Some(RedLine::Blocked),
        ("held", _) => Some(RedLine::NoContact),
        _ => None,
    }
}

/// Why it was not read, and what to do.
fn why(copy: &Copy, lang: Lang) -> String {
    match (cause(copy), copy.hold) {
        (Some(red), _) => {
            let red = red.word().pick(lang);
            say!(lang, "{red}，请电话", "{red}; please telephone")
        }
        (None, Some(Why::Budget)) => say!(
            lang,
            "本月提醒已到上限，下月再发；急的请电话",
            "the month's messages are used up, it is sent next month; telephone if it is urgent"
        ),
        (None, Some(Why::Quiet)) => say!(
            lang,
            "联络员设了免打扰，到期再发；急的请电话",
            "the contact asked for quiet, it is sent afterwards; telephone if it is urgent"
        ),
        (None, _) => say!(
            lang,
            "不确定是否收到，不会重发，请电话",
            "nobody can say whether it arrived and it is not sent again; please telephone"
        ),
    }
}

fn addressee(copy: &Copy) -> Addressee {
    Addressee {
        unit: copy.unit.clone(),
        code: copy.code.clone(),
        items: 0,
        contact: copy.contact.clone(),
        is_away: false,
        reached: None,
        is_blocked: false,
        group_gone: None,
        waived: Vec::new(),
    }
}
