//! The sender: one per bot account, by lease. Keeps many chats in flight, one message per chat, at the
//! platform's pace; woken by a bell after commits, and looking by itself anyway.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use tokio::sync::watch;
use uuid::Uuid;

use super::Stop;
use super::delivery::{Delivered, deliver};
use super::pace::Pace;
use super::quiet;
use crate::app::{App, real_now};
use crate::commands::events;
use crate::domain::decision::{ChatTold, Decision, Effect, Origin};
use crate::platforms::{Platform, Sent};
use crate::store;
use crate::store::outbox::{self, Due, End};

/// A lease this long is renewed every [`RENEW`]; a sender stops speaking [`MARGIN`] before its end.
const LEASE: Duration = Duration::from_secs(12);
const RENEW: Duration = Duration::from_secs(5);
const MARGIN: Duration = Duration::from_secs(3);
/// Bells that ring faster than this are answered together: under load one look serves many commits.
const BREATH: Duration = Duration::from_millis(20);
/// How often rows that speak to a unit look for their contact; they leave in morning slots, not at once.
const ADDRESS_EVERY: TimeDelta = TimeDelta::seconds(1);
/// Safety behind the bell, and the time in which another replica's messages are found.
const POLL: Duration = Duration::from_secs(1);
/// Chats in flight at once.
const FLIGHT: usize = 64;
/// Tries of a message that surely was not delivered; with doubling pauses that is about two hours.
const TRIES: i32 = 12;
/// The pause before the second try.
const FIRST_PAUSE: TimeDelta = TimeDelta::seconds(1);
/// The longest pause between two tries.
const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(15);
/// How long an account whose token is refused stays silent before it tries again.
const LOCKED: Duration = Duration::from_secs(60);

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
    if let Err(error) = outbox::release(&sender.app.work, sender.platform.name(), sender.owner).await {
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

/// One attempt that is over: under which epoch it was begun, and what came of it.
struct Landed {
    due: Due,
    epoch: i64,
    delivered: sqlx::Result<Delivered>,
}

/// How an attempt ended, while the database does not take it.
struct Unwritten {
    seq: i64,
    epoch: i64,
    end: End,
}

struct Lease {
    epoch: i64,
    asked: Instant,
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
    flights: FuturesUnordered<BoxFuture<'static, Landed>>,
    /// Every row in flight, with its chat where the line waits for it.
    in_flight: HashMap<i64, Option<String>>,
    /// What is known is kept until it can be written: a message that was sent is not sent again because
    /// the database was away.
    unwritten: Vec<Unwritten>,
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
            flights: FuturesUnordered::new(),
            in_flight: HashMap::new(),
            unwritten: Vec::new(),
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
        let landed = tokio::select! {
            landed = flights.next() => landed,
            () = reason_to_look(bell, wait) => None,
        };
        if let Some(landed) = landed {
            self.settle(landed).await?;
        }
        while let Some(Some(landed)) = self.flights.next().now_or_never() {
            self.settle(landed).await?;
        }
        Ok(Step::Busy)
    }

    /// Puts the heads of free chats into flight; returns how long there is nothing more to start.
    async fn start(&mut self) -> sqlx::Result<Duration> {
        if let Some(until) = self.locked_until.filter(|until| *until > Instant::now()) {
            return Ok(until - Instant::now());
        }
        let Some(epoch) = self.hold_lease().await? else { return Ok(POLL) };
        let ledger = self.app.clock.now().utc;
        if self.addressed_at.is_none_or(|at| ledger - at >= ADDRESS_EVERY) {
            quiet::address(&self.app).await?;
            self.addressed_at = Some(ledger);
        }
        let name = self.platform.name();
        for toast in outbox::toasts(&self.app.work, name, epoch, real_now()).await? {
            self.fly(toast, epoch);
        }
        let platform = Arc::clone(&self.platform);
        let (mut busy, next) = self.pace.held(|chat| platform.is_group(chat), real_now());
        let account = self.pace.account_next(real_now());
        let room = FLIGHT.saturating_sub(self.flights.len());
        if account <= real_now() && room > 0 {
            busy.extend(self.in_flight.values().flatten().cloned());
            let heads = outbox::heads(&self.app.work, name, &busy, ledger, real_now(), room as i64).await?;
            self.begin(epoch, heads).await?;
        }
        let account = self.pace.account_next(real_now());
        let soon = next.into_iter().chain((account > real_now()).then_some(account)).min();
        Ok(soon.map_or(POLL, |at| (at - real_now()).to_std().unwrap_or_default()))
    }

    /// Marks heads as being sent, as many as the pace allows, and sends them.
    async fn begin(&mut self, epoch: i64, heads: Vec<Due>) -> sqlx::Result<()> {
        // Tried on a copy: what counts is when a message leaves, and the mark before it may take its time.
        let mut pace = self.pace.clone();
        let mut speaking: Vec<Due> = Vec::new();
        for due in heads {
            let now = real_now();
            if pace.next(&due.chat, self.platform.is_group(&due.chat), now) > now {
                continue;
            }
            pace.note(&due.chat, now);
            speaking.push(due);
        }
        if speaking.is_empty() {
            return Ok(());
        }
        let seqs: Vec<i64> = speaking.iter().map(|due| due.seq).collect();
        let begun = outbox::begin(&self.app.work, self.platform.name(), epoch, &seqs).await?;
        if begun.len() < seqs.len() {
            self.lease = None;
        }
        for due in speaking.into_iter().filter(|due| begun.contains(&due.seq)) {
            self.pace.note(&due.chat, real_now());
            self.fly(due, epoch);
        }
        Ok(())
    }

    fn fly(&mut self, due: Due, epoch: i64) {
        let (app, platform) = (Arc::clone(&self.app), Arc::clone(&self.platform));
        let until = self.lease.as_ref().map(|lease| lease.asked + LEASE - MARGIN);
        self.in_flight.insert(due.seq, due.press_id.is_none().then(|| due.chat.clone()));
        self.flights.push(Box::pin(async move {
            let delivered = deliver(&app, platform.as_ref(), &due, until).await;
            Landed { due, epoch, delivered }
        }));
    }

    /// Settles one attempt. What was begun under an epoch that is over, somebody else has settled.
    async fn settle(&mut self, landed: Landed) -> sqlx::Result<()> {
        let Landed { due, epoch, delivered } = landed;
        self.in_flight.remove(&due.seq);
        let end = match delivered {
            Ok(Delivered::LeaseOver) => {
                self.stand_down();
                End::Again { at: real_now(), reason: "the lease was over before it left".into() }
            }
            Ok(Delivered::End(end)) => end,
            Ok(Delivered::Sent(sent)) => self.judge(&due, sent).await,
            // Nothing left: the words could not be read from the database.
            Err(error) => End::Again { at: real_now() + FIRST_PAUSE, reason: error.to_string() },
        };
        let name = self.platform.name();
        if let Some(item) = due.card_item {
            self.keep_card(&due, item, &end).await?;
        }
        metrics::counter!("duban_outbox_ends_total", "platform" => name, "end" => end.name()).increment(1);
        self.unwritten.push(Unwritten { seq: due.seq, epoch, end });
        self.write_ends().await
    }

    /// An answer that was sent is its item's card from now on; a card that cannot be edited is none. A
    /// crash in between leaves the card before, which is edited instead.
    async fn keep_card(&mut self, due: &Due, item: Uuid, end: &End) -> sqlx::Result<()> {
        match end {
            End::Sent { id } if due.kind != "card" && !id.is_empty() => {
                outbox::placed(&self.app.work, due.seq, id, real_now()).await
            }
            End::Dead { .. } if due.kind == "card" => {
                outbox::lost(&self.app.work, self.platform.name(), &due.chat, item).await
            }
            _ => Ok(()),
        }
    }

    /// Writes how attempts ended; the epoch of each is checked.
    async fn write_ends(&mut self) -> sqlx::Result<()> {
        while let Some(Unwritten { seq, epoch, end }) = self.unwritten.last() {
            let name = self.platform.name();
            let ledger = self.app.clock.now().utc;
            let is_ours = outbox::end(&self.app.work, name, *epoch, *seq, end, ledger, real_now()).await?;
            if !is_ours && self.lease.as_ref().is_some_and(|lease| lease.epoch == *epoch) {
                self.stand_down();
            }
            self.unwritten.pop();
        }
        Ok(())
    }

    /// Steps down as somebody else: a new epoch has to be won, and winning it settles what is left over.
    fn stand_down(&mut self) {
        self.lease = None;
        self.owner = Uuid::now_v7();
    }

    /// Renews the lease when it is time, and settles what was left behind.
    async fn hold_lease(&mut self) -> sqlx::Result<Option<i64>> {
        if let Some(lease) = self.lease.as_ref().filter(|lease| lease.asked.elapsed() < RENEW) {
            return Ok(Some(lease.epoch));
        }
        let asked = Instant::now();
        let length = TimeDelta::from_std(LEASE).unwrap_or_default();
        let name = self.platform.name();
        let Some(epoch) = outbox::lease(&self.app.work, name, self.owner, length).await? else {
            self.lease = None;
            return Ok(None);
        };
        let flying: Vec<i64> =
            self.in_flight.keys().copied().chain(self.unwritten.iter().map(|end| end.seq)).collect();
        let ledger = self.app.clock.now().utc;
        let taken = outbox::take_over(&self.app.work, name, epoch, &flying, ledger, real_now()).await?;
        if !taken.is_empty() {
            let (all, unclear) = (taken.len(), taken.iter().filter(|taken| taken.is_unclear).count());
            tracing::warn!(platform = name, all, unclear, "took over what nobody was sending any more");
        }
        if self.lease.as_ref().is_none_or(|lease| lease.epoch != epoch) {
            self.pace = Pace::new(self.platform.pace());
            let minute_ago = real_now() - TimeDelta::minutes(1);
            for (chat, at) in outbox::sent_since(&self.app.work, name, minute_ago).await? {
                self.pace.note(&chat, at);
            }
        }
        for taken in taken {
            self.pace.note(&taken.chat, real_now());
        }
        self.lease = Some(Lease { epoch, asked });
        Ok(Some(epoch))
    }

    /// What an answer of the platform means for the row.
    async fn judge(&mut self, due: &Due, sent: Sent) -> End {
        let now = real_now();
        let again = |reason: String| {
            if due.press_id.is_some() || due.attempts + 1 >= TRIES {
                return End::Dead { reason };
            }
            let pause = TimeDelta::seconds(1 << due.attempts.clamp(0, 12)).min(LONGEST_PAUSE);
            End::Again { at: now + pause, reason }
        };
        match sent {
            Sent::Done(id) => End::Sent { id },
            Sent::Wait(pause) => {
                let until = now + TimeDelta::from_std(pause).unwrap_or(LONGEST_PAUSE);
                self.pace.wait(&due.chat, until);
                if due.press_id.is_some() {
                    return End::Dead { reason: "too fast for an answer that cannot wait".into() };
                }
                End::Again { at: until, reason: "the platform asked to wait".into() }
            }
            Sent::Again(reason) => again(reason),
            Sent::Doubt(reason) if due.repeats => again(reason),
            Sent::Doubt(reason) => End::Unclear { reason },
            Sent::Gone(reason) => {
                let state = if self.platform.is_group(&due.chat) { "removed" } else { "blocked" };
                self.tell_chat(due, state, None).await;
                End::Dead { reason }
            }
            Sent::Moved(to) => {
                self.tell_chat(due, "moved", Some(to)).await;
                End::Again { at: now, reason: "the chat has moved".into() }
            }
            Sent::Refused(reason) => End::Dead { reason },
            Sent::Locked(reason) => {
                tracing::error!(platform = self.platform.name(), "nothing can be sent: {reason}");
                self.locked_until = Some(Instant::now() + LOCKED);
                End::Again { at: now + TimeDelta::from_std(LOCKED).unwrap_or_default(), reason }
            }
        }
    }

    /// What a send has told about a chat goes into the ledger like everything else: by a decision.
    async fn tell_chat(&mut self, due: &Due, state: &'static str, moved_to: Option<String>) {
        let name = self.platform.name();
        let origin = Origin { account: format!("{name}/sent"), key: format!("{}/{}", due.seq, due.attempts) };
        let now = self.app.clock.now();
        let told = Effect::ChatTold(ChatTold {
            id: Uuid::now_v7(),
            platform: name.to_owned(),
            chat: due.chat.clone(),
            private: !self.platform.is_group(&due.chat),
            state,
            moved_to,
            new_id: Uuid::now_v7(),
            title: String::new(),
        });
        let mut decision = Decision::new(origin, now).with(told);
        match store::chats::loss(&self.app.read, name, &due.chat).await {
            // Told once: the next message that fails finds the state as it is.
            Ok(loss) if loss.state.as_deref() != Some(state) => {
                let whom = loss.holder.or(loss.group.map(|title| format!("「{title}」")));
                decision.replies.extend(whom.map(|whom| events::lost(state, &whom, loss.purpose, now)));
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(platform = name, "the office is not told of a lost chat: {error}"),
        }
        if let Err(error) = self.app.desk.committer.commit(decision).await {
            tracing::warn!(
                platform = name,
                "a chat's state was not noted; the next send will tell again: {error}"
            );
        }
    }
}
