//! 未签收: which units have not signed for what they were warned of, the longest ago first.

use std::collections::BTreeSet;

use super::{Call, Command, Failure, wording};
use crate::domain::decision::Decision;
use crate::domain::people::Who;
use crate::domain::receipt::Owed;
use crate::domain::{Both, Message, Role, Text};
use crate::{say, store};

pub const COMMAND: Command = Command {
    words: &["未签收", "unsigned"],
    glued: true,
    usage: Both { zh: "未签收", en: "unsigned" },
    about: Both {
        zh: "哪些单位还没有签收预警；写编号看一项",
        en: "which units have not signed for a warning; with a number, of one item",
    },
    who: Who::Roles(&[Role::Office, Role::Supervisor, Role::Auditor]),
    item: |words| words.clone().item().ok().map(|item| item.number),
    run: |call| Box::pin(run(call)),
};

/// Lines of the list.
const SHOWN: usize = 20;

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let lang = call.lang();
    let item = match call.words.is_empty() {
        true => None,
        false => {
            let word = call.words.item().map_err(|slip| call.slip(&slip))?;
            Some(super::show::named(&call, &word)?.id)
        }
    };
    let rounds = call.rounds();
    let open = store::receipts::open(&mut *call.read, &rounds, None, item).await?;
    // Nobody can sign for what has not been sent.
    let (open, unsent): (Vec<Owed>, Vec<Owed>) =
        open.into_iter().partition(|owed| owed.sent_on.is_some() || owed.receipt.is_some());
    let all: BTreeSet<_> = open.iter().map(|owed| (owed.item, owed.unit.id)).collect();
    let silent: Vec<&Owed> = open.iter().filter(|owed| owed.receipt.is_none()).collect();
    let left: BTreeSet<_> = silent.iter().map(|owed| (owed.item, owed.unit.id)).collect();
    let (signed, count) = (all.len() - left.len(), all.len());
    let numbers: BTreeSet<i32> = unsent.iter().map(|owed| owed.number).collect();
    let waiting = match numbers.is_empty() {
        true => String::new(),
        false => {
            let numbers: Vec<String> = numbers.iter().map(i32::to_string).collect();
            let numbers = wording::head(&numbers.join(say!(lang, "、", ", ").as_str()), 60);
            say!(
                lang,
                "\n另有没发出去的（第 {numbers} 项），原因见“放行”。",
                "\nNot sent yet (items {numbers}); “release” says why."
            )
        }
    };
    if left.is_empty() {
        let told = match count {
            0 => say!(lang, "现在没有要签收的预警。", "Nothing is to be signed for."),
            _ => say!(lang, "{signed}/{count} 已签收，都签了。", "{signed}/{count} signed: all of them."),
        };
        return Ok(call.answer(Message::plain(told + &waiting)));
    }
    let mut text = Text::default().strong(say!(
        lang,
        "{signed}/{count} 已签收，未签收：",
        "{signed}/{count} signed; not yet:"
    ));
    for owed in silent.iter().take(SHOWN) {
        let (number, unit, rung) = (owed.number, &owed.unit.name, owed.rung.word().pick(lang));
        let sent = owed.sent_on.map_or(String::new(), |on| say!(lang, "，{on} 发出", ", sent {on}"));
        text = text.then("\n").strong(format!("【{number}】")).then(say!(
            lang,
            "{unit} {rung}{sent}",
            "{unit} {rung}{sent}"
        ));
    }
    if silent.len() > SHOWN {
        let more = silent.len() - SHOWN;
        text = text.then(say!(lang, "\n另有 {more} 条", "\n{more} more"));
    }
    Ok(call.answer(text.then(waiting)))
}
