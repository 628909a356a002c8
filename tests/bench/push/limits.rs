//! Telegram's limits as the stand-in enforces them, counted by itself: no window of a second holds more
//! than one message of a chat or 30 of the account, none of a minute more than 20 of a group. What is
//! refused is no message and is not counted.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

const PER_CHAT: usize = 1;
const PER_ACCOUNT: usize = 30;
const PER_GROUP: usize = 20;
const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// When messages arrived, of the account and of each chat.
#[derive(Default)]
pub struct Limits {
    account: VecDeque<Instant>,
    chats: HashMap<i64, VecDeque<Instant>>,
    /// The least that was left between a message and the first that had to wait for it.
    pub closest: Option<Duration>,
}

impl Limits {
    /// Counts a message that arrives, or says which limit it breaks.
    pub fn take(&mut self, chat: i64, at: Instant) -> Result<(), &'static str> {
        let line = self.chats.entry(chat).or_default();
        let windows = [
            ("1 a second in a chat", &*line, PER_CHAT, SECOND),
            ("20 a minute in a group", &*line, PER_GROUP, MINUTE),
            ("30 a second in all", &self.account, PER_ACCOUNT, SECOND),
        ];
        let mut closest = self.closest;
        for (what, arrived, count, per) in windows {
            let Some(first) = arrived.len().checked_sub(count).and_then(|first| arrived.get(first)) else {
                continue;
            };
            let Some(left) = (at - *first).checked_sub(per) else { return Err(what) };
            closest = Some(closest.map_or(left, |closest| closest.min(left)));
        }
        self.closest = closest;
        for (line, count) in [(line, PER_GROUP), (&mut self.account, PER_ACCOUNT)] {
            line.push_back(at);
            if line.len() > count {
                line.pop_front();
            }
        }
        Ok(())
    }
}

/// The least time from the first to the last of so many messages, as many to each group, with the sum.
pub fn least(messages: u32, groups: u32) -> (Duration, String) {
    let each = messages.div_ceil(groups);
    let whole = |count: u32, per: usize| (count.max(1) - 1) / per as u32;
    let account = SECOND * whole(messages, PER_ACCOUNT);
    let group = MINUTE * whole(each, PER_GROUP) + SECOND * ((each.max(1) - 1) % PER_GROUP as u32);
    let sum = format!(
        "{messages} messages, {PER_ACCOUNT} at once and again each second: {account:?}; \
         {each} to one group, one a second and {PER_GROUP} a minute: {group:?}"
    );
    (account.max(group), sum)
}
