//! How fast one account may speak: sliding windows over real time, from the platform's limits as data.
//! Moments are booked ahead, so that a message is marked and worded by the time it may leave.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, OnceLock};

use chrono::{DateTime, TimeDelta, Utc};

use crate::platforms::{Limit, Scope};

/// A hair more than the platform's window: its clock and ours do not tick together.
const MARGIN: TimeDelta = TimeDelta::milliseconds(5);
/// Messages do not all take the same time to get there: one whose answer came later than the fastest
/// may have arrived that much later, and counts from there; up to this, as it may be the answer that dawdled.
const LATEST: TimeDelta = TimeDelta::milliseconds(50);
/// So many answers tell how fast the fastest is; the first ones open connections.
const TELLING: u32 = 100;
/// What the platform refuses is no message and takes no place, up to one in so many of the account's
/// limit: more refusals than that are not about single chats.
const REFUSED_ONE_IN: usize = 3;

/// One message on its way, or said lately.
#[derive(Debug)]
pub struct Departure {
    planned: DateTime<Utc>,
    left: OnceLock<DateTime<Utc>>,
    answered: OnceLock<DateTime<Utc>>,
    /// When it may have arrived.
    counts: OnceLock<DateTime<Utc>>,
}

impl Departure {
    /// One that has left.
    fn past(at: DateTime<Utc>) -> Arc<Departure> {
        Arc::new(Departure { left: at.into(), ..Departure::planned_for(at) })
    }

    fn planned_for(planned: DateTime<Utc>) -> Departure {
        Departure { planned, left: OnceLock::new(), answered: OnceLock::new(), counts: OnceLock::new() }
    }

    /// When it may leave.
    pub fn planned(&self) -> DateTime<Utc> {
        self.planned
    }

    /// It leaves now: what follows waits from here, not from the plan.
    pub fn leaves(&self, now: DateTime<Utc>) {
        let _ = self.left.set(now);
    }

    /// Its answer is there.
    pub fn is_answered(&self, now: DateTime<Utc>) {
        let _ = self.answered.set(now);
    }

    pub fn has_left(&self) -> bool {
        self.left.get().is_some()
    }

    fn at(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.counts.get().or(self.left.get()).copied().unwrap_or_else(|| self.planned.max(now))
    }
}

type Line = VecDeque<Arc<Departure>>;

/// What was said lately and what is booked, per chat and in all.
#[derive(Debug, Default)]
pub struct Pace {
    limits: &'static [Limit],
    account: Line,
    chats: HashMap<String, Line>,
    /// Chats the platform told to wait.
    waiting: HashMap<String, DateTime<Utc>>,
    /// Places given back after a refusal.
    refused: VecDeque<DateTime<Utc>>,
    /// How long the fastest answer took, and how many there were.
    fastest: Option<TimeDelta>,
    answers: u32,
}

impl Pace {
    pub fn new(limits: &'static [Limit]) -> Pace {
        Pace { limits, ..Pace::default() }
    }

    /// Notes a message said at `at`, by whomever.
    pub fn note(&mut self, chat: &str, at: DateTime<Utc>) {
        self.add(chat, Departure::past(at));
    }

    fn add(&mut self, chat: &str, departure: Arc<Departure>) {
        if !self.limits.is_empty() {
            self.account.push_back(Arc::clone(&departure));
            self.chats.entry(chat.to_owned()).or_default().push_back(departure);
        }
    }

    /// Books the next moment for this chat, if there is one no later than `horizon`.
    pub fn book(
        &mut self,
        chat: &str,
        is_group: bool,
        now: DateTime<Utc>,
        horizon: DateTime<Utc>,
    ) -> Option<Arc<Departure>> {
        let planned = self.next(chat, is_group, now).max(self.account_next(now)).max(now);
        (planned <= horizon).then(|| {
            let departure = Arc::new(Departure::planned_for(planned));
            self.add(chat, Arc::clone(&departure));
            departure
        })
    }

    /// An attempt is over: from its answer follows when it may have arrived.
    pub fn landed(&mut self, departure: &Departure) {
        let (Some(left), Some(answered)) = (departure.left.get(), departure.answered.get()) else { return };
        let took = *answered - *left;
        let fastest = self.fastest.map_or(took, |fastest| fastest.min(took));
        (self.fastest, self.answers) = (Some(fastest), self.answers.saturating_add(1));
        let usual = if self.answers > TELLING { fastest } else { TimeDelta::zero() };
        let _ = departure.counts.set(*left + (took - usual).min(LATEST));
    }

    /// Gives back the place of what never left.
    pub fn cancel(&mut self, chat: &str, departure: &Arc<Departure>) {
        let is_other = |one: &Arc<Departure>| !Arc::ptr_eq(one, departure);
        self.account.retain(is_other);
        if let Some(line) = self.chats.get_mut(chat) {
            line.retain(is_other);
        }
    }

    /// Gives back the place of what the platform surely refused.
    pub fn refused(&mut self, chat: &str, departure: &Arc<Departure>, now: DateTime<Utc>) {
        let Some(limit) = self.limits.iter().find(|limit| limit.scope == Scope::Account) else { return };
        let per = TimeDelta::from_std(limit.per).unwrap_or_default();
        while self.refused.front().is_some_and(|at| *at + per < now) {
            self.refused.pop_front();
        }
        if self.refused.len() < limit.count as usize / REFUSED_ONE_IN {
            self.refused.push_back(now);
            self.cancel(chat, departure);
        }
    }

    /// The platform asked this chat to wait.
    pub fn wait(&mut self, chat: &str, until: DateTime<Utc>) {
        self.waiting.insert(chat.to_owned(), until);
    }

    /// When this chat may be spoken to next, as far as it alone is concerned.
    fn next(&self, chat: &str, is_group: bool, now: DateTime<Utc>) -> DateTime<Utc> {
        let limits = self.limits.iter().filter(|limit| match limit.scope {
            Scope::Account => false,
            Scope::Group => is_group,
            Scope::Chat => true,
        });
        let line = self.chats.get(chat);
        let by_limits = line.and_then(|line| limits.filter_map(|limit| free(line, limit, now)).max());
        by_limits.into_iter().chain(self.waiting.get(chat).copied()).max().unwrap_or(now)
    }

    /// When the account as a whole may speak next; `now` or earlier means at once.
    pub fn account_next(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let limits = self.limits.iter().filter(|limit| limit.scope == Scope::Account);
        limits.filter_map(|limit| free(&self.account, limit, now)).max().unwrap_or(now)
    }

    /// How many messages the account may begin no later than `horizon`.
    pub fn room(&self, now: DateTime<Utc>, horizon: DateTime<Utc>) -> usize {
        let limits = self.limits.iter().filter(|limit| limit.scope == Scope::Account);
        limits.map(|limit| room(&self.account, limit, now, horizon)).min().unwrap_or(usize::MAX)
    }

    /// Chats that may not speak before `horizon`, and the first moment at which one of them may.
    pub fn held(
        &mut self,
        is_group: impl Fn(&str) -> bool,
        now: DateTime<Utc>,
        horizon: DateTime<Utc>,
    ) -> (Vec<String>, Option<DateTime<Utc>>) {
        self.forget(now);
        let (mut held, mut first) = (Vec::new(), None::<DateTime<Utc>>);
        let told = self.waiting.keys().filter(|chat| !self.chats.contains_key(*chat));
        for chat in self.chats.keys().chain(told) {
            let next = self.next(chat, is_group(chat), now);
            if next > horizon {
                first = Some(first.map_or(next, |f| f.min(next)));
                held.push(chat.clone());
            }
        }
        (held, first)
    }

    fn forget(&mut self, now: DateTime<Utc>) {
        let longest = self.limits.iter().filter_map(|limit| TimeDelta::from_std(limit.per).ok()).max();
        let since = now - longest.unwrap_or_default() - MARGIN;
        for line in self.chats.values_mut().chain([&mut self.account]) {
            while line.front().is_some_and(|one| one.at(now) < since) {
                line.pop_front();
            }
        }
        self.chats.retain(|_, line| !line.is_empty());
        self.waiting.retain(|_, until| *until > now);
    }
}

/// When the window of a limit has room again; `None`: it is not full.
fn free(line: &Line, limit: &Limit, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let oldest_counted = line.len().checked_sub(limit.count as usize)?;
    Some(line.get(oldest_counted)?.at(now) + TimeDelta::from_std(limit.per).ok()? + MARGIN)
}

/// How many more a window takes until `horizon`.
fn room(line: &Line, limit: &Limit, now: DateTime<Utc>, horizon: DateTime<Utc>) -> usize {
    let count = limit.count as usize;
    let since = horizon - TimeDelta::from_std(limit.per).unwrap_or_default() - MARGIN;
    count - line.iter().rev().take(count).filter(|one| one.at(now) > since).count()
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
    const AHEAD: TimeDelta = TimeDelta::milliseconds(200);

    fn millis(ms: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::milliseconds(ms)
    }

    proptest! {
        /// Whoever books never exceeds a limit in any window, also when messages leave later than planned.
        #[test]
        fn no_window_ever_holds_too_many(
            sends in proptest::collection::vec((0usize..40, 0i64..400, any::<bool>()), 1..200),
        ) {
            let mut pace = Pace::new(LIMITS);
            let mut now = DateTime::UNIX_EPOCH;
            let mut log: Vec<(usize, DateTime<Utc>)> = Vec::new();
            for (chat, late, leaves) in sends {
                let name = format!("-{chat}");
                let departure = loop {
                    if let Some(departure) = pace.book(&name, true, now, now + AHEAD) {
                        break departure;
                    }
                    prop_assert!(pace.room(now, now + AHEAD) == 0 || pace.held(|_| true, now, now + AHEAD).0.contains(&name));
                    now += TimeDelta::milliseconds(100);
                };
                // The next one is planned before or after this one leaves, but the world goes on.
                now = now.max(departure.planned() + TimeDelta::milliseconds(late));
                if leaves {
                    departure.leaves(now);
                    log.push((chat, now));
                } else {
                    pace.cancel(&name, &departure);
                }
            }
            for (at, (chat, sent)) in log.iter().enumerate() {
                let within = |per: i64| log[..=at].iter().filter(move |(_, t)| *sent - *t < TimeDelta::seconds(per));
                prop_assert!(within(1).count() <= 30);
                prop_assert!(within(1).filter(|(c, _)| c == chat).count() <= 1);
                prop_assert!(within(60).filter(|(c, _)| c == chat).count() <= 20);
            }
        }
    }

    #[test]
    fn what_has_not_left_yet_counts_from_when_it_may() {
        let mut pace = Pace::new(LIMITS);
        let first = pace.book("-1", true, millis(0), millis(200)).expect("free");
        // Half a second late, and still here: the chat is not free a second after the plan.
        assert!(pace.book("-1", true, millis(900), millis(1100)).is_none());
        first.leaves(millis(900));
        let second = pace.book("-1", true, millis(1800), millis(2000)).expect("free by then");
        assert_eq!(second.planned(), millis(1900) + MARGIN);
    }

    #[test]
    fn a_late_answer_counts_as_a_late_arrival() {
        let mut pace = Pace::new(LIMITS);
        let mut free_after = |turn: i64, took: i64| {
            let at = turn * 2000;
            let departure = pace.book("1", false, millis(at), millis(at)).expect("free");
            departure.leaves(millis(at));
            departure.is_answered(millis(at + took));
            pace.landed(&departure);
            let next = pace.next("1", false, millis(at)) - MARGIN - millis(at);
            pace.forget(millis(at + 1500));
            next.num_milliseconds()
        };
        // Nobody knows yet how much of it is usual.
        assert_eq!(free_after(0, 20), 1020);
        assert_eq!(free_after(1, 900), 1050);
        for turn in 2..100 {
            free_after(turn, 12);
        }
        assert_eq!(free_after(100, 12), 1000);
        assert_eq!(free_after(101, 30), 1018);
        assert_eq!(free_after(102, 9), 1000);
    }

    #[test]
    fn refusals_take_no_place_until_they_are_too_many() {
        let mut pace = Pace::new(LIMITS);
        for chat in 0..50 {
            let name = format!("-{chat}");
            let Some(departure) = pace.book(&name, true, millis(0), millis(0)) else {
                assert_eq!(chat, 40, "thirty places and ten given back");
                return;
            };
            departure.leaves(millis(0));
            pace.refused(&name, &departure, millis(0));
        }
        panic!("refusals alone would go out without end");
    }
}
