//! How fast one account may speak: sliding windows over real time, from the platform's limits as data.

use std::collections::{HashMap, VecDeque};

use chrono::{DateTime, TimeDelta, Utc};

use crate::platforms::{Limit, Scope};

/// What was sent lately, per chat and in all.
#[derive(Debug, Clone, Default)]
pub struct Pace {
    limits: &'static [Limit],
    account: VecDeque<DateTime<Utc>>,
    chats: HashMap<String, VecDeque<DateTime<Utc>>>,
    /// Chats the platform told to wait.
    waiting: HashMap<String, DateTime<Utc>>,
}

/// A hair more than the platform's window: its clock and ours do not tick together.
const MARGIN: TimeDelta = TimeDelta::milliseconds(30);

impl Pace {
    pub fn new(limits: &'static [Limit]) -> Pace {
        Pace { limits, ..Pace::default() }
    }

    fn longest(&self, scopes: &[Scope]) -> TimeDelta {
        self.limits
            .iter()
            .filter(|limit| scopes.contains(&limit.scope))
            .filter_map(|limit| TimeDelta::from_std(limit.per).ok())
            .max()
            .unwrap_or_default()
            + MARGIN
    }

    /// Notes a send that was begun at `at`.
    pub fn note(&mut self, chat: &str, at: DateTime<Utc>) {
        if self.limits.is_empty() {
            return;
        }
        self.account.push_back(at);
        self.chats.entry(chat.to_owned()).or_default().push_back(at);
    }

    /// The platform asked this chat to wait.
    pub fn wait(&mut self, chat: &str, until: DateTime<Utc>) {
        self.waiting.insert(chat.to_owned(), until);
    }

    /// When this chat may be spoken to next; `now` or earlier means at once.
    pub fn next(&self, chat: &str, is_group: bool, now: DateTime<Utc>) -> DateTime<Utc> {
        let empty = VecDeque::new();
        let own = self.chats.get(chat).unwrap_or(&empty);
        let by_limits = self
            .limits
            .iter()
            .filter(|limit| limit.scope != Scope::Group || is_group)
            .filter_map(|limit| {
                let sent = if limit.scope == Scope::Account { &self.account } else { own };
                let oldest_counted = sent.len().checked_sub(limit.count as usize)?;
                Some(sent[oldest_counted] + TimeDelta::from_std(limit.per).ok()? + MARGIN)
            })
            .max();
        by_limits.into_iter().chain(self.waiting.get(chat).copied()).max().unwrap_or(now)
    }

    /// When the account as a whole may speak next.
    pub fn account_next(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.limits
            .iter()
            .filter(|limit| limit.scope == Scope::Account)
            .filter_map(|limit| {
                let oldest_counted = self.account.len().checked_sub(limit.count as usize)?;
                Some(self.account[oldest_counted] + TimeDelta::from_std(limit.per).ok()? + MARGIN)
            })
            .max()
            .unwrap_or(now)
    }

    /// Chats that must still wait, and the first moment one of them may speak again.
    pub fn held(
        &mut self,
        is_group: impl Fn(&str) -> bool,
        now: DateTime<Utc>,
    ) -> (Vec<String>, Option<DateTime<Utc>>) {
        self.forget(now);
        let (mut held, mut first) = (Vec::new(), None::<DateTime<Utc>>);
        for chat in self.chats.keys().chain(self.waiting.keys()) {
            let next = self.next(chat, is_group(chat), now);
            if next > now {
                first = Some(first.map_or(next, |f| f.min(next)));
                held.push(chat.clone());
            }
        }
        (held, first)
    }

    fn forget(&mut self, now: DateTime<Utc>) {
        let (account, chat) = (self.longest(&[Scope::Account]), self.longest(&[Scope::Chat, Scope::Group]));
        while self.account.front().is_some_and(|at| *at + account < now) {
            self.account.pop_front();
        }
        for sent in self.chats.values_mut() {
            while sent.front().is_some_and(|at| *at + chat < now) {
                sent.pop_front();
            }
        }
        self.chats.retain(|_, sent| !sent.is_empty());
        self.waiting.retain(|_, until| *until > now);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    const LIMITS: &[Limit] = &[
        Limit { scope: Scope::Chat, count: 1, per: Duration::from_secs(1) },
        Limit { scope: Scope::Group, count: 20, per: Duration::from_secs(60) },
        Limit { scope: Scope::Account, count: 30, per: Duration::from_secs(1) },
    ];

    proptest! {
        /// Whoever asks `next` before each send never exceeds a limit in any window.
        #[test]
        fn no_window_ever_holds_too_many(chats in proptest::collection::vec(0usize..40, 1..200)) {
            let mut pace = Pace::new(LIMITS);
            let mut now = DateTime::UNIX_EPOCH;
            let mut log: Vec<(usize, DateTime<Utc>)> = Vec::new();
            for chat in chats {
                let name = format!("-{chat}");
                now = now.max(pace.next(&name, true, now));
                pace.note(&name, now);
                log.push((chat, now));
                pace.held(|_| true, now);
            }
            for (at, (chat, sent)) in log.iter().enumerate() {
                let within = |per: i64| log[..=at].iter().filter(move |(_, t)| *sent - *t < TimeDelta::seconds(per));
                prop_assert!(within(1).count() <= 30);
                prop_assert!(within(1).filter(|(c, _)| c == chat).count() <= 1);
                prop_assert!(within(60).filter(|(c, _)| c == chat).count() <= 20);
            }
        }
    }
}
