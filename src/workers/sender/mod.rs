//! The sender: one per bot account, by lease. Keeps many chats in flight, one message per chat, at the
//! platform's pace; woken by a bell after commits, and looking by itself anyway.
//!
//! A message is marked and worded a little before its moment comes and leaves exactly then; how attempts
//! ended is written together. Neither waits for the other.

mod addressing; // to whom, when it leaves
mod delivery; // one message on its way
mod digest; // what a person is told unasked, in one message
mod judging; // what an answer means
mod lease; // the right to speak
pub mod pace; // how fast

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};
use uuid::Uuid;

pub use self::addressing::address;
use self::delivery::{Delivered, deliver};
use self::lease::{Lease, Right};
use self::pace::{Departure, Pace};
use super::Stop;
use crate::app::{App, real_now};
use crate::platforms::Platform;
use crate::store::outbox::{self, Due, End};

/// Bells that ring faster than this are answered together: under load one look serves many commits.
const BREATH: Duration = Duration::from_millis(20);
/// How long before its moment a message is marked as being sent: time to write the mark and to find the
/// words. What a crash leaves in doubt grows with it.
const AHEAD: TimeDelta = TimeDelta::milliseconds(200);
/// The sender looks this long before the next moment, so that one look serves several messages.
const LOOK: TimeDelta = TimeDelta::milliseconds(100);
/// How often rows that speak to a unit look for their contact; they leave in morning slots, not at once.
const ADDRESS_EVERY: TimeDelta = TimeDelta::seconds(1);
/// Safety behind the bell, and the time in which another replica's messages are found.
const POLL: Duration = Duration::from_secs(1);
/// Chats in flight at once.
const FLIGHT: usize = 64;
/// The pause after words could not be read.
const PAUSE: TimeDelta = TimeDelta::seconds(1);

/// Runs until stopped, as the speaker of this account or waiting to become it.
pub async fn run(app: Arc<App>, platform: Arc<dyn Platform>, stop: Stop) {
    let mut sender = Sender::new(app, platform);
    let mut clock = sender.app.clock_bell.listen();
    while !*stop.borrow() {
        let wait = match sender.step().await {
            Ok(Step::Busy) => continue,
            Ok(Step::Idle(until)) => until.clamp(Duration::from_millis(1), POLL),
            Err(error) => {
                tracing::warn!(platform = sender.platform.name(), "the sender goes on shortly: {error}");
                POLL
            }
        };
        let mut stop = stop.clone();
        tokio::select! {
            () = reason_to_look(&mut sender.bell, wait) => {}
            _ = clock.changed() => {}
            _ = stop.wait_for(|stopping| *stopping) => {}
        }
    }
    if let Err(error) = sender.finish().await {
        tracing::debug!("the lease runs out by itself: {error}");
    }
}

/// A bell, or the end of `wait`; never sooner than a breath, so that a busy hour is not spent looking.
async fn reason_to_look(bell: &mut watch::Receiver<u64>, wait: Duration) {
    tokio::time::sleep(wait.min(BREATH)).await;
    tokio::select! {
        _ = bell.changed() => {}
        () = tokio::time::sleep(wait.saturating_sub(BREATH)) => {}
    }
}

/// What one step of the sender found.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// Something was sent; there may be more.
    Busy,
    /// Nothing to send before this time has passed.
    Idle(Duration),
}

/// One attempt: the epoch under which it was begun, and its moment, where the pace binds it.
struct Attempt {
    due: Due,
    epoch: i64,
    departure: Option<Arc<Departure>>,
}

/// An attempt that is over, and what came of it.
struct Landed {
    attempt: Attempt,
    delivered: sqlx::Result<Delivered>,
}

/// How an attempt ended, while the database has not taken it.
struct Unwritten {
    due: Due,
    epoch: i64,
    end: End,
}

/// The speaker of one account.
pub struct Sender {
    app: Arc<App>,
    platform: Arc<dyn Platform>,
    owner: Uuid,
    lease: Option<Lease>,
    pace: Pace,
    locked_until: Option<Instant>,
    /// The ledger time up to which rows that speak to a unit have been addressed.
    addressed_at: Option<DateTime<Utc>>,
    bell: watch::Receiver<u64>,
    flights: JoinSet<Landed>,
    /// Every row in flight, with its chat where the line waits for it.
    in_flight: HashMap<i64, Option<String>>,
    /// What is known is kept until it can be written: a message that was sent is not sent again because
    /// the database was away.
    unwritten: Vec<Unwritten>,
    /// When rows in line may be tried again, to look at that moment; the rows themselves know it too.
    tries: BTreeSet<DateTime<Utc>>,
}

impl Sender {
    pub fn new(app: Arc<App>, platform: Arc<dyn Platform>) -> Sender {
        let pace = Pace::new(platform.pace());
        Sender {
            bell: app.outbox_bell.listen(),
            app,
            platform,
            owner: Uuid::now_v7(),
            lease: None,
            pace,
            locked_until: None,
            addressed_at: None,
            flights: JoinSet::new(),
            in_flight: HashMap::new(),
            unwritten: Vec::new(),
            tries: BTreeSet::new(),
        }
    }

    /// Starts whatever may leave now, then settles at least one send that is in flight, if any is.
    /// Tests drive this.
    pub async fn step(&mut self) -> sqlx::Result<Step> {
        // Armed before looking: a message committed from here on rings through.
        self.bell.mark_unchanged();
        self.write_ends().await?;
        let wait = self.start().await?;
        if self.flights.is_empty() {
            return Ok(Step::Idle(wait));
        }
        let Sender { flights, bell, .. } = self;
        let mut landed = tokio::select! {
            landed = flights.join_next() => landed,
            () = reason_to_look(bell, wait) => None,
        };
        while let Some(one) = landed {
            self.settle(one).await;
            landed = self.flights.try_join_next();
        }
        self.write_ends().await?;
        Ok(Step::Busy)
    }

    /// Lets what is in flight land, so that a stop in order leaves nothing in doubt, and gives the lease
    /// back.
    async fn finish(&mut self) -> sqlx::Result<()> {
        while let Some(landed) = self.flights.join_next().await {
            self.settle(landed).await;
        }
        self.write_ends().await?;
        outbox::release(&self.app.work, self.platform.name(), self.owner).await
    }

    /// Puts the heads of free chats into flight; returns how long there is nothing more to start.
    async fn start(&mut self) -> sqlx::Result<Duration> {
        if let Some(until) = self.locked_until.filter(|until| *until > Instant::now()) {
            return Ok(until - Instant::now());
        }
        let Some((epoch, right)) = self.hold_lease().await? else { return Ok(POLL) };
        let ledger = self.app.clock.now().utc;
        if self.addressed_at.is_none_or(|at| ledger - at >= ADDRESS_EVERY) {
            address(&self.app).await?;
            self.addressed_at = Some(ledger);
        }
        let name = self.platform.name();
        for due in outbox::toasts(&self.app.work, name, epoch, real_now()).await? {
            self.fly(Attempt { due, epoch, departure: None }, &right);
        }
        let platform = Arc::clone(&self.platform);
        let now = real_now();
        let (mut busy, next) = self.pace.held(|chat| platform.is_group(chat), now, now + AHEAD);
        let room = FLIGHT.saturating_sub(self.flights.len()).min(self.pace.room(now, now + AHEAD));
        if room > 0 {
            busy.extend(self.in_flight.values().flatten().cloned());
            let heads = outbox::heads(&self.app.work, name, &busy, ledger, now, room as i64).await?;
            self.begin(epoch, &right, heads).await?;
        }
        Ok(self.rest(next))
    }

    /// Marks heads as being sent, as many as the pace allows, and sends each at its moment.
    async fn begin(&mut self, epoch: i64, right: &Right, heads: Vec<Due>) -> sqlx::Result<()> {
        let now = real_now();
        let mut attempts = Vec::with_capacity(heads.len());
        for due in heads {
            let is_group = self.platform.is_group(&due.chat);
            if let Some(departure) = self.pace.book(&due.chat, is_group, now, now + AHEAD) {
                attempts.push(Attempt { due, epoch, departure: Some(departure) });
            }
        }
        if attempts.is_empty() {
            return Ok(());
        }
        let seqs: Vec<i64> = attempts.iter().map(|attempt| attempt.due.seq).collect();
        let begun = outbox::begin(&self.app.work, self.platform.name(), epoch, &seqs).await;
        let marked = begun.as_deref().unwrap_or_default();
        for attempt in attempts {
            if marked.contains(&attempt.due.seq) {
                self.fly(attempt, right);
            } else {
                self.stays(&attempt);
            }
        }
        if let Some(lease) = self.lease.as_mut().filter(|_| marked.len() < seqs.len()) {
            lease.doubt();
        }
        begun.map(drop)
    }

    fn fly(&mut self, attempt: Attempt, right: &Right) {
        let (app, platform, right) = (Arc::clone(&self.app), Arc::clone(&self.platform), right.clone());
        let due = &attempt.due;
        self.in_flight.insert(due.seq, due.press_id.is_none().then(|| due.chat.clone()));
        self.flights.spawn(async move {
            let departure = attempt.departure.as_deref();
            let delivered = deliver(&app, platform.as_ref(), &attempt.due, departure, &right).await;
            Landed { attempt, delivered }
        });
    }

    /// It has not left: its place is another one's.
    fn stays(&mut self, attempt: &Attempt) {
        if let Some(departure) = &attempt.departure {
            self.pace.cancel(&attempt.due.chat, departure);
        }
    }

    /// How long to rest: until shortly before the next moment, of a chat (`next`), the account or a try.
    fn rest(&mut self, next: Option<DateTime<Utc>>) -> Duration {
        let now = real_now();
        self.tries = self.tries.split_off(&now);
        let account = Some(self.pace.account_next(now)).filter(|at| *at > now + AHEAD);
        let paced = next.into_iter().chain(account).min().map(|at| at - LOOK);
        let soon = paced.into_iter().chain(self.tries.first().copied()).min();
        soon.map_or(POLL, |at| (at - now).to_std().unwrap_or_default())
    }

    /// Rows that this sender has in hand, whatever they are marked as.
    fn in_hand(&self) -> Vec<i64> {
        self.in_flight.keys().copied().chain(self.unwritten.iter().map(|one| one.due.seq)).collect()
    }

    /// Settles one attempt. What was begun under an epoch that is over, somebody else has settled.
    async fn settle(&mut self, landed: Result<Landed, JoinError>) {
        let Landed { attempt, delivered } = match landed {
            Ok(landed) => landed,
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(_) => return,
        };
        self.in_flight.remove(&attempt.due.seq);
        match attempt.departure.as_deref() {
            Some(departure) if departure.has_left() => self.pace.landed(departure),
            _ => self.stays(&attempt),
        }
        let end = match delivered {
            Ok(Delivered::LeaseOver) => {
                self.stand_down(attempt.epoch);
                End::Again { at: real_now(), reason: "the lease was over before it left".into() }
            }
            Ok(Delivered::End(end)) => end,
            Ok(Delivered::Sent(sent)) => self.judge(&attempt, sent).await,
            // Nothing left: the words could not be read from the database.
            Err(error) => End::Again { at: real_now() + PAUSE, reason: error.to_string() },
        };
        if let End::Again { at, .. } = &end {
            self.tries.insert(*at);
        }
        let name = self.platform.name();
        metrics::counter!("duban_outbox_ends_total", "platform" => name, "end" => end.name()).increment(1);
        self.unwritten.push(Unwritten { due: attempt.due, epoch: attempt.epoch, end });
    }

    /// Writes how attempts ended, those of one epoch together; the epoch of each is checked.
    async fn write_ends(&mut self) -> sqlx::Result<()> {
        while let Some(epoch) = self.unwritten.first().map(|one| one.epoch) {
            let (of_it, name) = (|one: &&Unwritten| one.epoch == epoch, self.platform.name());
            for one in self.unwritten.iter().filter(of_it) {
                self.keep_card(one).await?;
            }
            let ends: Vec<(i64, &End)> =
                self.unwritten.iter().filter(of_it).map(|one| (one.due.seq, &one.end)).collect();
            let ledger = self.app.clock.now().utc;
            let written = outbox::end(&self.app.work, name, epoch, &ends, ledger, real_now()).await?;
            if written.len() < ends.len() {
                self.stand_down(epoch);
            }
            self.unwritten.retain(|one| one.epoch != epoch);
        }
        Ok(())
    }
}
