//! Figures and how they are shown.

/// What one side did in one round.
#[derive(Debug, Clone)]
pub struct Figures {
    pub per_second: f64,
    /// Latencies, sorted.
    micros: Vec<u32>,
}

impl Figures {
    pub fn new(per_second: f64, mut micros: Vec<u32>) -> Figures {
        micros.sort_unstable();
        Figures { per_second, micros }
    }

    /// Of all rounds together: the mean rate, and the percentiles of all latencies.
    pub fn together(rounds: &[Figures]) -> Figures {
        let rate = mean(rounds.iter().map(|round| round.per_second));
        Figures::new(rate, rounds.iter().flat_map(|round| round.micros.iter().copied()).collect())
    }

    /// The latency that this share of all stayed within, in milliseconds.
    pub fn millis(&self, share: f64) -> f64 {
        let at = (self.micros.len() as f64 * share).ceil() as usize;
        let micros = self.micros.get(at.saturating_sub(1)).copied().unwrap_or_default();
        f64::from(micros) / 1000.0
    }

    /// `p50 / p95 / p99`
    pub fn percentiles(&self) -> String {
        format!("{:.1} / {:.1} / {:.1}", self.millis(0.50), self.millis(0.95), self.millis(0.99))
    }
}

/// One round of one side, with the processor time it took per update.
#[derive(Debug, Clone)]
pub struct Side {
    pub figures: Figures,
    /// Whoever asked: pgbench, or our contacts.
    pub driver_micros: f64,
    pub database_micros: f64,
}

/// One round of the service.
#[derive(Debug, Clone)]
pub struct Served {
    pub side: Side,
    /// Own processor time per update, in microseconds.
    pub own_micros: f64,
    pub idle_mib: f64,
    pub load_mib: f64,
}

pub fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let values: Vec<f64> = values.collect();
    values.iter().sum::<f64>() / values.len().max(1) as f64
}
