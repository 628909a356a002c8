//! The service's own sweep, in process: the app as `serve` opens it, without its workers and doors.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use duban::app::{App, Clock};
use duban::config::Settings;
use duban::service::{Plan, open};
use duban::store::items;
use duban::workers::{cycles, sweep};

pub struct Sweeper(Arc<App>);

impl Sweeper {
    pub fn open(url: &str) -> Result<Sweeper> {
        let plan = Plan {
            settings: Settings::from_vars(Vec::new())?,
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
        let (begun, mut items) = (Instant::now(), 0);
        loop {
            match sweep::step(&self.0).await? {
                0 => return Ok((items, begun.elapsed())),
                settled => items += settled,
            }
        }
    }

    /// Sweeps until nothing is due, whoever else does; returns the items that were its own. One that comes
    /// second would rest until its next turn; here it goes on at once, so that they meet all the time.
    pub async fn race(&self) -> Result<usize> {
        let mut items = 0;
        while self.due().await? {
            items += sweep::step(&self.0).await?;
        }
        Ok(items)
    }

    pub async fn due(&self) -> Result<bool> {
        Ok(!items::due_for_check(&self.0.read, self.0.clock.now().today(), 1).await?.is_empty())
    }

    pub async fn close(self) {
        self.0.read.close().await;
        self.0.work.close().await;
    }
}
