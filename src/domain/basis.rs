//! 口径: what the rules go by, a round's thresholds and the working-day calendar. What the office has not set
//! stands at its default. Changes are appended with the day they hold from, and whatever is decided names no number
//! of its own.

use std::collections::BTreeMap;

use chrono::Days;
use uuid::Uuid;

pub use super::threshold::Threshold;
use super::workday::Calendar;

/// The thresholds of one round: what was set, and the defaults of the rest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Thresholds {
    set: BTreeMap<Threshold, Vec<i32>>,
}

static DEFAULTS: Thresholds = Thresholds { set: BTreeMap::new() };

impl Thresholds {
    /// All numbers of a threshold; never empty.
    pub fn all(&self, threshold: Threshold) -> &[i32] {
        self.set.get(&threshold).map_or(threshold.spec().default, Vec::as_slice)
    }

    /// The first, or only, number of a threshold.
    pub fn first(&self, threshold: Threshold) -> i32 {
        self.all(threshold).first().copied().unwrap_or_default()
    }

    /// The first number of a threshold, as a count.
    pub fn count(&self, threshold: Threshold) -> usize {
        usize::try_from(self.first(threshold)).unwrap_or_default()
    }

    /// The first number of a threshold that counts days.
    pub fn days(&self, threshold: Threshold) -> Days {
        Days::new(u64::try_from(self.first(threshold)).unwrap_or_default())
    }
}

/// Everything the rules go by, as one version of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Basis {
    /// Moves with every change of a threshold or of the calendar. Zero: the defaults, before anything was read.
    pub version: i64,
    pub calendar: Calendar,
    rounds: BTreeMap<Uuid, Thresholds>,
}

impl Basis {
    /// What was set, each threshold of a round once. Values that this version does not admit are left out.
    pub fn new(
        version: i64,
        calendar: Calendar,
        set: impl IntoIterator<Item = (Uuid, Threshold, Vec<i32>)>,
    ) -> Basis {
        let mut rounds: BTreeMap<Uuid, Thresholds> = BTreeMap::new();
        for (round, threshold, values) in set {
            if threshold.admits(&values) {
                rounds.entry(round).or_default().set.insert(threshold, values);
            }
        }
        Basis { version, calendar, rounds }
    }

    pub fn of(&self, round: Uuid) -> &Thresholds {
        self.rounds.get(&round).unwrap_or(&DEFAULTS)
    }

    /// A count that binds a person and not a round: the least of these rounds.
    pub fn least(&self, rounds: &[Uuid], threshold: Threshold) -> usize {
        let counts = rounds.iter().map(|round| self.of(*round).count(threshold));
        counts.min().unwrap_or_else(|| DEFAULTS.count(threshold))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_set_stands_at_its_default() {
        let basis = Basis::new(1, Calendar::default(), [(Uuid::nil(), Threshold::DueSoon, vec![20])]);
        assert_eq!(basis.of(Uuid::nil()).all(Threshold::DueSoon), [20]);
        assert_eq!(basis.of(Uuid::max()).all(Threshold::DueSoon), [30, 15, 7, 3, 1]);
        assert_eq!(basis.of(Uuid::nil()).first(Threshold::WindowDay), 25);
    }
}
