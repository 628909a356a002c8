//! The messages: written by decisions through the store, as every message is, round by round over all
//! groups in an order of chance. Three of four are answers (sent again when in doubt), every fourth is
//! one that must never come twice, as digests are; it is worded beforehand, because real ones rest at night.

use std::sync::Arc;

use anyhow::{Result, ensure};
use duban::app::real_now;
use duban::domain::decision::Fate;
use duban::domain::{Audience, Button, ChatAddress, Decision, Message, Now, OnDoubt, Origin, Reply, Text};
use duban::store::commit::{Committer, Surroundings, writers};
use duban::store::pools;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use sqlx::PgPool;

const PLATFORM: &str = "telegram";
const DIGEST_ONE_IN: u32 = 4;

/// The chat of a group (numbered from 0), before it becomes a supergroup.
pub fn chat(group: u32) -> i64 {
    -4_000_000 - i64::from(group)
}

/// The same afterwards.
pub fn moved(group: u32) -> i64 {
    -1_002_000_000_000 - i64::from(group)
}

/// Which group a chat is, under either id.
pub fn group(chat: i64) -> u32 {
    let index = if chat < moved(0) + 1 { moved(0) - chat } else { self::chat(0) - chat };
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// Whether a message may come twice.
pub fn repeats(number: u32) -> bool {
    !number.is_multiple_of(DIGEST_ONE_IN)
}

/// The number in a text; none in what is said besides.
pub fn number(text: &str) -> Option<u32> {
    let (_, rest) = text.split_once("（记")?;
    rest.split_once('）')?.0.parse().ok()
}

/// The group of each message, in order.
pub fn groups_in_turn(random: &mut StdRng, messages: u32, groups: u32) -> Vec<u32> {
    let mut turns = Vec::with_capacity(messages as usize);
    let mut round: Vec<u32> = (0..groups).collect();
    while turns.len() < messages as usize {
        round.shuffle(random);
        turns.extend(round.iter().copied().take(messages as usize - turns.len()));
    }
    turns
}

/// Writes all of them.
pub async fn write(pool: &PgPool, url: &str, groups: u32, group_of: &[u32]) -> Result<()> {
    sqlx::query(
        "INSERT INTO chat (id, platform, chat, is_private, title)
         SELECT gen_random_uuid(), $1, (-4000000 - n)::text, false, '第' || n || '工作群'
         FROM generate_series(0, $2::integer - 1) n",
    )
    .bind(PLATFORM)
    .bind(groups.cast_signed())
    .execute(pool)
    .await?;
    let options = pools::commit_options(&pools::options(url)?);
    let around = Surroundings { real_now, ring: Arc::new(|| ()) };
    let committer = Committer::start(options, writers(), around);
    let numbered: Vec<(u32, u32)> = (1..).zip(group_of.iter().copied()).collect();
    // A chat's next message comes after the one before has its fate.
    for round in numbered.chunks(groups as usize) {
        let commits = round.iter().map(|(number, group)| committer.commit(decision(*number, *group)));
        for fate in futures_util::future::join_all(commits).await {
            ensure!(fate? == Fate::Committed, "a message was not written");
        }
    }
    Ok(())
}

fn decision(number: u32, group: u32) -> Decision {
    let origin = Origin { account: PLATFORM.to_owned(), key: format!("push-{number}") };
    let to = ChatAddress { platform: PLATFORM.to_owned(), chat: chat(group).to_string(), thread: None };
    let reply = Reply::answer(Audience::Chat(to), message(number));
    let on_doubt = if repeats(number) { OnDoubt::Repeat } else { OnDoubt::Hold };
    Decision::new(origin, Now::at(real_now())).saying(Reply { on_doubt, ..reply })
}

fn message(number: u32) -> Message {
    let item = number % 60 + 1;
    if repeats(number) {
        let text = Text::plain("已记录：")
            .strong(format!("【{item}】污水处理厂提标改造"))
            .then(format!(" 60% → 80% <设备已到货，9月15日调试>（记{number}）"));
        return Message::from(text)
            .row([Button::new("撤回", format!("撤回 {item}")), Button::new("更正", format!("更正 {item}"))]);
    }
    let mut text = Text::plain("本周要办：");
    for line in 0..5 {
        text = text.then("\n").strong(format!("【{}】", item + line)).then("还有 3 天到期，目前 80%。");
    }
    text.then(format!("（记{number}）")).into()
}
