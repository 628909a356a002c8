//! 代 …: the office reports for a unit, visibly: the report carries the office's post, the answer and the
//! audit say for whom, and the unit's contact is told.

use super::report::take::{self, Of};
use super::{Call, Command, Failure, report, told};
use crate::domain::decision::{Decision, Effect, Reply};
use crate::domain::people::Who;
use crate::domain::{Audience, Both, Message, Role};
use crate::{say, store};

pub const COMMAND: Command = Command {
    words: &["代", "for"],
    glued: false,
    usage: Both {
        zh: "代 紫岩县 填报 16 90 电话报来：设备到货", en: "for ZYX report 16 90 told by phone"
    },
    about: Both {
        zh: "代单位填报，该单位联络员会收到告知", en: "report for a unit; its contact is told"
    },
    who: Who::Roles(&[Role::Office]),
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

/// Words that may stand between the unit and the report.
const VERBS: [&str; 4] = ["填报", "进度", "报", "report"];

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let lang = call.lang();
    let Some(called) = call.words.word() else {
        return Err(told(say!(
            lang,
            "少了单位名。用法：代 紫岩县 填报 16 90 电话报来：设备到货",
            "The unit is missing. Usage: for ZYX report 16 90 told by phone"
        )));
    };
    let mut units = store::people::units_called(&mut *call.read, &called).await?;
    if units.len() > 1 {
        let names: Vec<&str> = units.iter().map(|unit| unit.name.as_str()).collect();
        let names = names.join(say!(lang, "、", ", ").as_str());
        return Err(told(say!(
            lang,
            "“{called}”对应几个单位：{names}。请写全称，没有登记。",
            "“{called}” fits several units: {names}. Write the full name; nothing was recorded."
        )));
    }
    let Some(unit) = units.pop() else {
        return Err(told(say!(
            lang,
            "没有叫“{called}”的单位，没有登记。",
            "No unit is called “{called}”; nothing was recorded."
        )));
    };
    let _ = VERBS.iter().any(|verb| call.words.take(verb));
    let spoken = report::parse(&mut call.words).map_err(|slip| call.slip(&slip))?;
    let mut drafts = spoken.drafts(&call);
    for draft in &mut drafts {
        draft.unit = Some(unit.clone());
    }
    let unreachable = !store::people::unreachable(&mut *call.read, &[unit.id]).await?.is_empty();
    let decision = take::take(&mut call, drafts, Of::Words).await?;
    let is_recorded = decision.effects.iter().any(|effect| matches!(effect, Effect::ReportAdded(_)));
    if !(unreachable && is_recorded) {
        return Ok(decision);
    }
    let name = &unit.name;
    let phone = say!(
        lang,
        "{name}的联络员还没绑定，收不到告知，请电话告诉对方。",
        "No contact of {name} is bound, so nobody is told: phone them."
    );
    let mut decision = decision;
    decision.replies.retain(|reply| reply.audience != Audience::UnitContact(unit.id));
    Ok(decision.saying(Reply::answer(Audience::Chat(call.incoming.chat.clone()), Message::plain(phone))))
}
