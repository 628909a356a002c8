//! 核查 N 由 UNIT: the office says which unit leads the acceptance of an item; it is told when an application waits.

use super::{CHECKS, beside, button, contact_lang, course, head, readable};
use crate::commands::{Call, Failure, show, told};
use crate::domain::acceptance::{AcceptanceEffect, Stage};
use crate::domain::decision::{Audience, Decision, Reply};
use crate::domain::{Both, Message, Role, Text};
use crate::{say, store};

pub(super) const BY: [&str; 2] = ["由", "by"];

/// 核查 16 由 UNIT: the office says who leads the acceptance.
pub(super) async fn named(mut call: Call<'_>) -> Result<Decision, Failure> {
    let (lang, speaker) = (call.lang(), call.speaker()?);
    let word = call.words.item().map_err(|slip| call.slip(&slip))?;
    let item = show::item(&mut call, &word).await?;
    let number = item.number;
    if speaker.role != Role::Office {
        return Err(Failure::Refused {
            what: "check_not_office",
            item: Some(item.id),
            told: Message::plain(say!(
                lang,
                "由哪个单位验收，由整改办指定。",
                "The office says which unit accepts an item."
            )),
        });
    }
    let item = readable(&call, item)?;
    let _ = BY.iter().any(|word| call.words.take_word(word));
    let called = call.words.rest();
    let is_office = ["整改办", "office"].contains(&called.as_str());
    let mut units = match is_office {
        true => Vec::new(),
        false => store::people::units_called(&mut *call.read, &called).await?,
    };
    let unit = units.pop().filter(|_| units.is_empty());
    if unit.is_none() && !is_office {
        return Err(told(say!(
            lang,
            "没有找到唯一叫“{called}”的单位，没有指定。请写全称；由整改办自己核查：核查 {number} 由 整改办",
            "No single unit is called “{called}”; nothing was set. Write its full name; for the office itself: check {number} by office"
        )));
    }
    if unit.as_ref().is_some_and(|unit| unit.id == item.lead.id) {
        return Err(told(say!(
            lang,
            "{called}是第 {number} 项的牵头单位，不能自己验收自己，没有指定。",
            "{called} leads item {number} and cannot accept its own work; nothing was set."
        )));
    }
    let course = course(&mut call, &item).await?;
    let mut decision = beside(&call, &item)?
        .accepting(AcceptanceEffect::CheckedBy { item: item.id, unit: unit.as_ref().map(|unit| unit.id) });
    let waits = matches!(course.stage(), Some((_, Stage::ToCheck | Stage::ToSupplement(_))));
    if let Some(unit) = unit.as_ref().filter(|_| waits) {
        let to = contact_lang(&mut call, unit.id).await?;
        let lead = &item.lead.name;
        let mut text = Text::plain("📥 ");
        text.0.extend(head(&item, to).0);
        text = text.then(say!(
            to,
            "\n{lead}申请销号，请核查。",
            "\n{lead} applies for sign-off; please check it."
        ));
        let told = Message::from(text).row([button(say!(to, "看申请", "Show it"), CHECKS, &item, "", to)]);
        decision = decision.saying(Reply::notice(Audience::UnitContact(unit.id), told, call.now));
    }
    let who = unit.as_ref().map_or(Both { zh: "整改办", en: "the office" }.pick(lang), |unit| &unit.name);
    let mut text = say!(lang, "✅ 第 {number} 项由{who}核查验收", "✅ {who} checks item {number}");
    if let Some(unit) = unit.as_ref().filter(|_| waits) {
        text += &say!(lang, "，已告知。", " and is told.");
        if !store::people::unreachable(&mut *call.read, &[unit.id]).await?.is_empty() {
            text +=
                &say!(lang, "该单位联络员还没绑定，请电话告知。", " Its contact is not bound: phone them.");
        }
    } else {
        text += &say!(lang, "。", ".");
    }
    Ok(call.say(decision, Message::plain(text)))
}
