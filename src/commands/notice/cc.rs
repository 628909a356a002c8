//! 抄送: who else gets a paper, as its imprint says it. A unit of ours reads it for information; whom the ledger does not
//! know gets it on paper.

use uuid::Uuid;

use super::draft::copy_for;
use super::message;
use super::steps::{moved, no_step};
use crate::commands::{Call, Failure, told, wording};
use crate::domain::decision::{Decision, Effect};
use crate::domain::notice::effects::NoticeEffect;
use crate::domain::notice::{Notice, NoticeCopy};
use crate::{say, store};

/// The longest line, in characters: two of the imprint.
const MOST: usize = 100;
const NOBODY: [&str; 4] = ["无", "不抄送", "none", "nobody"];

pub(super) async fn copy_to(mut call: Call<'_>, notice: Notice, said: &str) -> Result<Decision, Failure> {
    let (lang, handle) = (call.lang(), notice.handle);
    let said = said.trim_end_matches(['。', '.']).trim();
    let cc = if NOBODY.contains(&said) { "" } else { said };
    if said.is_empty() || cc.chars().count() > MOST {
        let line = message::says(
            &say!(lang, "{handle} 抄送 市委办公室、市水利局", "{handle} cc city office, SLJ"),
            lang,
        );
        let none = message::says(&say!(lang, "{handle} 抄送 无", "{handle} cc nobody"), lang);
        return Err(told(say!(
            lang,
            "抄送给谁？写在 {MOST} 字以内，没有改。例：{line}；不抄送：{none}",
            "To whom? Within {MOST} characters; nothing was changed. E.g. {line}; to nobody: {none}"
        )));
    }
    let mut copies: Vec<NoticeCopy> = Vec::new();
    let mut others: Vec<&str> = Vec::new();
    for name in cc.split(['、', '，', ',', ';', '；']).map(str::trim).filter(|name| !name.is_empty()) {
        let mut found = store::people::units_called(&mut *call.read, name).await?;
        let Some(unit) = found.pop().filter(|_| found.is_empty()) else {
            others.push(name);
            continue;
        };
        if notice.addressed().any(|copy| copy.unit.id == unit.id) {
            return Err(told(say!(
                lang,
                "{name}是主送单位，不用再抄送，没有改。",
                "It is addressed to {name} already; nothing was changed."
            )));
        }
        if !copies.iter().any(|copy| copy.unit.id == unit.id) {
            copies.push(NoticeCopy { for_information: true, is_cc: true, ..copy_for(unit) });
        }
    }
    let next = notice.copied_to(cc).map_err(|why| no_step(&notice, why, lang))?;
    let units: Vec<(Uuid, Uuid)> = copies.iter().map(|copy| (copy.id, copy.unit.id)).collect();
    let copied = NoticeEffect::CopiedTo { notice: notice.id, copies: units };
    let decision = moved(&call, &notice, next.clone())?.with(Effect::Notice(copied));
    let known: Vec<&str> = copies.iter().map(|copy| copy.unit.name.as_str()).collect();
    let (known, others) = (known.join(&say!(lang, "、", ", ")), others.join(&say!(lang, "、", ", ")));
    let copies = notice.addressed().cloned().chain(copies).collect();
    let mut card = super::card(&mut call, &Notice { standing: next, copies, ..notice }).await?;
    if !known.is_empty() {
        card.text = card.text.then(say!(
            lang,
            "\n签发后{known}会收到一份，供了解。",
            "\nOnce it is signed {known} get it for information."
        ));
    }
    if !others.is_empty() {
        let others = wording::head(&others, 60);
        card.text = card.text.then(say!(
            lang,
            "\n{others}不在台账单位里，请另行送达。",
            "\n{others}: no unit of the ledger, deliver it yourself."
        ));
    }
    Ok(call.say(decision, card))
}
