//! Before the doors open: proof that somebody who is bound to nothing is refused. Real facts, real
//! decisions, nothing committed. A service whose rights do not hold does not start.

use uuid::Uuid;

use super::dispatch::{Desk, decide};
use super::hearing::Heard;
use super::{COMMANDS, find};
use crate::domain::decision::Effect;
use crate::domain::people::Who;
use crate::domain::{ChatAddress, Incoming, Now, What};
use crate::store::door::Asked;

/// A platform nobody can be bound on.
const NOWHERE: &str = "self-test";

/// Fails with a sentence when a stranger is let in by any command that is not for everybody.
pub async fn strangers_are_refused(desk: &Desk, now: Now) -> anyhow::Result<()> {
    let account = Uuid::now_v7().to_string();
    for command in COMMANDS.iter().filter(|command| command.who != Who::Anyone) {
        let word = command.words[0];
        let incoming = stranger(&account, command.usage.zh);
        let Some((found, words)) = find(command.usage.zh) else {
            anyhow::bail!(
                "自检：用法“{word}”不是命令，不启动 / self-test: the usage of {word} is no command"
            );
        };
        let heard = Heard::Command(found, words);
        let facts =
            desk.porter.facts(Asked::of(&incoming, &heard.items(), heard.may_report(), now.today())).await?;
        let mut reader = desk.readers.take().await?;
        let basis = desk.basis.of_version(reader.conn(), facts.basis).await?;
        let decided = decide(reader.conn(), &facts, &basis, &desk.able, &incoming, &heard, now).await;
        reader.give_back();
        let is_refused = match &decided {
            Ok(Some(decision)) => {
                matches!(&decision.effects[..], [Effect::Refused { what: "not_bound", .. }])
            }
            Ok(None) | Err(_) => false,
        };
        anyhow::ensure!(
            facts.door.speaker.is_none() && is_refused,
            "自检没有通过：没有绑定岗位的人用“{word}”没有被拒绝。为了不泄露台账，服务不启动；请联系维护人员 / self-test: somebody not bound was not refused “{word}”; to keep the ledger closed the service does not start"
        );
    }
    Ok(())
}

fn stranger(account: &str, line: &str) -> Incoming {
    Incoming {
        update_id: account.to_owned(),
        chat: ChatAddress { platform: NOWHERE.to_owned(), chat: account.to_owned(), thread: None },
        chat_title: String::new(),
        private: true,
        unit: None,
        account: Some(account.to_owned()),
        display_name: String::new(),
        message_id: None,
        what: What::Said { text: line.to_owned(), addressed: true, edited: false },
        files: Vec::new(),
    }
}
