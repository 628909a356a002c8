//! The service's own sweep, in process: the app as `serve` opens it, without its workers and doors.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use duban::app::{App, Clock};
use duban::config::Settings;
use duban::service::{Plan, open};
use duban::store::items;
use duban::workers::{cycles, sender, sweep};

/// The contacts' platform has to be connected; nothing is ever sent.
const TOKEN: &str = "1:bench";

pub struct Sweeper(Arc<App>);

impl Sweeper {
    pub fn open(url: &str) -> Result<Sweeper> {
        let plan = Plan {
            settings: Settings::from_vars(vec![("DUBAN_TELEGRAM_TOKEN".into(), TOKEN.into())])?,
            database_url: url.to_owned(),
            clock: Clock::default(),
            is_demo: false,
            poll: false,
            figures: None,
        };
        Ok(Sweeper(open(plan, Vec::new())?))
    }

    /// Opens the periods of today with their duties: that is done long before, and measured apart.
    pub async fn open_periods(&self) -> Result<()> {
        let basis = self.0.desk.basis.fresh(&self.0.read).await?;
        while cycles::step(&self.0, &basis).await? > 0 {}
        Ok(())
    }

    /// Sweeps until nothing is due, as the worker does at its turn; returns the items and the time.
    pub async fn sweep(&self) -> Result<(usize, Duration)> {
        let begun = Instant::now();
        let turn = sweep::turn(&self.0).await?;
        Ok((turn.items, begun.elapsed()))
    }

    /// Sweeps until nothing is due, whoever else does; returns the items that were its own. One that comes
    /// second would rest until its next turn; here it goes on at once, so that they meet all the time.
    pub async fn race(&self) -> Result<usize> {
        let mut items = 0;
        while self.due().await? {
            items += sweep::step(&self.0).await?.items;
        }
        Ok(items)
    }

    /// Moves the ledger's clock just behind the next 09:00 at which people are spoken to.
    pub async fn wait_for_the_morning(&self) -> Result<()> {
        let (now, basis) = (self.0.clock.now(), self.0.desk.basis.fresh(&self.0.read).await?);
        self.0.clock.forward_to(basis.calendar.next_morning_slot(now) + chrono::TimeDelta::seconds(1));
        Ok(())
    }

    /// Finds everybody who is to be told something now, as the sender does every second.
    pub async fn address(&self) -> Result<()> {
        sender::address(&self.0).await?;
        Ok(())
    }

    pub async fn due(&self) -> Result<bool> {
        Ok(!items::due_for_check(&self.0.read, self.0.clock.now().today(), 1).await?.is_empty())
    }

    pub async fn close(self) {
        self.0.read.close().await;
        self.0.work.close().await;
    }
}
