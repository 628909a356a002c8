//! What every door needs, as plain public fields, and the two small things they share: the ledger's
//! clock and bells.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Duration, Utc};
use metrics_exporter_prometheus::PrometheusHandle;
use sqlx::PgPool;
use tokio::sync::watch;

use crate::commands::dispatch::Desk;
use crate::config::Settings;
use crate::domain::Now;
use crate::platforms::Platform;

/// One running service.
pub struct App {
    pub settings: Settings,
    /// Read-only connections (`default_transaction_read_only=on`) for commands and pages.
    pub read: PgPool,
    /// For outbox, leases, room, seals and sweeps: modules that own their tables.
    pub work: PgPool,
    /// Where messages are decided.
    pub desk: Desk,
    pub platforms: Vec<Arc<dyn Platform>>,
    pub clock: Clock,
    /// Rung when there is something to send, by a commit here or on another replica.
    pub outbox_bell: Bell,
    /// Rung after a commit here that has something to say, for the other replicas.
    pub commit_bell: Bell,
    /// Rung after the demo's clock was moved.
    pub clock_bell: Bell,
    /// Rung when a line was added to the room.
    pub room_bell: Bell,
    /// Where figures are gathered; absent in tests.
    pub figures: Option<PrometheusHandle>,
    /// The demo lets visitors sit down as anybody and move the clock.
    pub is_demo: bool,
}

impl App {
    pub fn platform(&self, name: &str) -> Option<&Arc<dyn Platform>> {
        self.platforms.iter().find(|platform| platform.name() == name)
    }

    /// To be called after the ledger's clock was moved.
    pub fn clock_moved(&self) {
        self.clock_bell.ring();
    }
}

/// The ledger's clock: real time, plus a shift that only the demo sets and that only grows.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    shift_ms: Arc<AtomicI64>,
}

impl Clock {
    /// A clock that shows `ledger` now.
    pub fn showing(ledger: DateTime<Utc>) -> Clock {
        let clock = Clock::default();
        clock.shift_ms.store((ledger - real_now()).num_milliseconds(), Ordering::Relaxed);
        clock
    }

    pub fn now(&self) -> Now {
        Now::at(real_now() + Duration::milliseconds(self.shift_ms.load(Ordering::Relaxed)))
    }

    /// Moves the ledger's time forward to `ledger`; backwards is not possible and changes nothing.
    pub fn forward_to(&self, ledger: DateTime<Utc>) {
        self.shift_ms.fetch_max((ledger - real_now()).num_milliseconds(), Ordering::Relaxed);
    }
}

/// Real time, for leases, pace and retries.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
pub fn real_now() -> DateTime<Utc> {
    Utc::now()
}

/// A bell that wakes whoever listens. Arm (`listen`) before you look, then wait: no ring is lost.
#[derive(Debug, Clone)]
pub struct Bell(watch::Sender<u64>);

impl Default for Bell {
    fn default() -> Bell {
        Bell(watch::Sender::new(0))
    }
}

impl Bell {
    pub fn ring(&self) {
        self.0.send_modify(|rings| *rings = rings.wrapping_add(1));
    }

    pub fn listen(&self) -> watch::Receiver<u64> {
        self.0.subscribe()
    }
}
