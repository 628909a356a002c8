//! The right to speak for an account: held by lease, and looked at again at every step of a send. A
//! process that was paused, and wakes when another one speaks, does not even finish what it had begun.

use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::watch;
use tokio::time::Instant;
use uuid::Uuid;

use super::Sender;
use super::pace::Pace;
use crate::app::real_now;
use crate::platforms::Sent;
use crate::store::outbox;

/// A lease this long is renewed every [`RENEW`]; a sender stops speaking [`MARGIN`] before its end.
const LEASE: Duration = Duration::from_secs(12);
const RENEW: Duration = Duration::from_secs(5);
const MARGIN: Duration = Duration::from_secs(3);

/// What this sender holds. Dropped, it takes the right of everything in flight along.
pub(super) struct Lease {
    pub epoch: i64,
    renew_at: Instant,
    until: watch::Sender<Instant>,
}

impl Lease {
    fn new(epoch: i64, asked: Instant) -> Lease {
        Lease { epoch, renew_at: asked + RENEW, until: watch::Sender::new(asked + LEASE - MARGIN) }
    }

    fn renewed(&mut self, asked: Instant) {
        self.renew_at = asked + RENEW;
        self.until.send_replace(asked + LEASE - MARGIN);
    }

    /// Somebody else may have it: ask before anything else is begun.
    pub fn doubt(&mut self) {
        self.renew_at = Instant::now();
    }

    pub fn right(&self) -> Right {
        Right(self.until.subscribe())
    }
}

/// The right to speak, for one send.
#[derive(Clone)]
pub(super) struct Right(watch::Receiver<Instant>);

impl Right {
    pub fn holds(&self) -> bool {
        self.0.has_changed().is_ok() && Instant::now() < *self.0.borrow()
    }

    /// Lets a send go on as long as the right holds. What was stopped on its way may have arrived.
    pub async fn speak(&self, send: impl Future<Output = Sent>) -> Sent {
        let mut send = pin!(send);
        std::future::poll_fn(|context| match self.holds() {
            true => send.as_mut().poll(context),
            false => Poll::Ready(Sent::Doubt("the lease was over while it was being sent".to_owned())),
        })
        .await
    }
}

impl Sender {
    /// Renews the lease when it is time, and settles what was left behind. `None`: somebody else has it.
    pub(super) async fn hold_lease(&mut self) -> sqlx::Result<Option<(i64, Right)>> {
        if let Some(lease) = self.lease.as_ref().filter(|lease| Instant::now() < lease.renew_at) {
            return Ok(Some((lease.epoch, lease.right())));
        }
        let asked = Instant::now();
        let length = TimeDelta::from_std(LEASE).unwrap_or_default();
        let name = self.platform.name();
        let Some(epoch) = outbox::lease(&self.app.work, name, self.owner, length).await? else {
            self.lease = None;
            return Ok(None);
        };
        let ledger = self.app.clock.now().utc;
        let taken =
            outbox::take_over(&self.app.work, name, epoch, &self.in_hand(), ledger, real_now()).await?;
        if !taken.is_empty() {
            let (all, unclear) = (taken.len(), taken.iter().filter(|taken| taken.is_unclear).count());
            tracing::warn!(platform = name, all, unclear, "took over what nobody was sending any more");
        }
        let mut lease = match self.lease.take().filter(|lease| lease.epoch == epoch) {
            Some(lease) => lease,
            None => {
                self.pace = Pace::new(self.platform.pace());
                let minute_ago = real_now() - TimeDelta::minutes(1);
                for (chat, at) in outbox::sent_since(&self.app.work, name, minute_ago).await? {
                    self.pace.note(&chat, at);
                }
                Lease::new(epoch, asked)
            }
        };
        for taken in taken {
            self.pace.note(&taken.chat, real_now());
        }
        lease.renewed(asked);
        let right = lease.right();
        self.lease = Some(lease);
        Ok(Some((epoch, right)))
    }

    /// Steps down from this epoch, as somebody else: a new one has to be won, and winning it settles what
    /// is left over.
    pub(super) fn stand_down(&mut self, epoch: i64) {
        if self.lease.as_ref().is_some_and(|lease| lease.epoch == epoch) {
            self.lease = None;
            self.owner = Uuid::now_v7();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// A send that counts how often it got to go on, and ends at the second time.
    async fn speak(right: &Right, before_the_second: impl FnOnce()) -> (Sent, usize) {
        let steps = AtomicUsize::new(0);
        let mut between = Some(before_the_second);
        let send = std::future::poll_fn(|context| {
            if steps.fetch_add(1, Ordering::Relaxed) == 1 {
                return Poll::Ready(Sent::Done("1".to_owned()));
            }
            if let Some(between) = between.take() {
                between();
            }
            context.waker().wake_by_ref();
            Poll::Pending
        });
        let sent = right.speak(send).await;
        (sent, steps.load(Ordering::Relaxed))
    }

    #[tokio::test]
    async fn a_send_goes_on_only_while_the_right_holds() {
        let lease = Lease::new(1, Instant::now());
        assert_eq!(speak(&lease.right(), || ()).await, (Sent::Done("1".to_owned()), 2));
        // Paused for longer than the lease before it began, and in the middle.
        let late = Lease::new(1, Instant::now() - LEASE);
        let (sent, steps) = speak(&late.right(), || ()).await;
        assert!(matches!(sent, Sent::Doubt(_)));
        assert_eq!(steps, 0, "not a byte leaves");
        let right = lease.right();
        let (sent, steps) = speak(&right, || drop(lease)).await;
        assert!(matches!(sent, Sent::Doubt(_)));
        assert_eq!(steps, 1);
    }

    #[test]
    fn renewing_moves_the_right_of_what_is_in_flight() {
        let mut lease = Lease::new(1, Instant::now() - LEASE);
        let right = lease.right();
        assert!(!right.holds());
        lease.renewed(Instant::now());
        assert!(right.holds());
    }
}
