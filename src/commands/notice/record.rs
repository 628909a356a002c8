//! 回证: the record of delivery of a notice, one entry for each copy with its times.

use super::message;
use crate::commands::words::SlipKind;
use crate::commands::{Call, Command, Failure};
use crate::domain::decision::Decision;
use crate::domain::notice::reference;
use crate::domain::people::Who;
use crate::domain::{Both, Role};

pub const COMMAND: Command = Command {
    words: &["回证", "delivery"],
    glued: true,
    usage: Both { zh: "回证 3", en: "delivery 3" },
    about: Both {
        zh: "一件文的送达回证：每份何时发出、签收、承诺、回复、办结",
        en: "when each copy of a notice was sent, signed for, answered and closed",
    },
    who: Who::Roles(&[Role::Office, Role::Supervisor, Role::Auditor]),
    item: |_| None,
    run: |call| Box::pin(run(call)),
};

async fn run(mut call: Call<'_>) -> Result<Decision, Failure> {
    let said = call.words.clone().rest();
    let Some((reference, _)) = reference::leading(&said) else {
        return Err(call.slip(&call.words.clone().slip(SlipKind::NoWords)));
    };
    let notice = super::readable(&mut call, &reference).await?;
    Ok(call.answer(message::record(&notice, call.lang())))
}
