//! Counting: an open item stands under exactly one lamp, its gravest flag; totals and the heads of lists
//! are made of these, so that a number always equals the rows behind it.

use std::collections::HashMap;
use std::ops::AddAssign;

use chrono::{Datelike, NaiveDate};

use super::basis::Basis;
use super::cycle::Every;
use super::flag::Flag;
use super::item::{Item, Kind, Status};
use super::lang::Both;

/// 灯: the colour an open item is counted under, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lamp {
    Overdue,
    Lagging,
    Missing,
    DueSoon,
    OnTrack,
}

impl Lamp {
    pub const ALL: [Lamp; 5] = [Lamp::Overdue, Lamp::Lagging, Lamp::Missing, Lamp::DueSoon, Lamp::OnTrack];

    /// The lamp of a primary flag.
    pub fn of(primary: Option<Flag>) -> Lamp {
        match primary {
            Some(Flag::Overdue) => Lamp::Overdue,
            Some(Flag::Lagging) => Lamp::Lagging,
            Some(Flag::Missing) => Lamp::Missing,
            Some(Flag::DueSoon) => Lamp::DueSoon,
            Some(Flag::AwaitingAcceptance | Flag::Returned) | None => Lamp::OnTrack,
        }
    }

    /// The primary flag under this lamp.
    pub fn flag(self) -> Option<Flag> {
        match self {
            Lamp::Overdue => Some(Flag::Overdue),
            Lamp::Lagging => Some(Flag::Lagging),
            Lamp::Missing => Some(Flag::Missing),
            Lamp::DueSoon => Some(Flag::DueSoon),
            Lamp::OnTrack => None,
        }
    }

    /// The word that always stands beside the colour.
    pub fn word(self) -> Both {
        self.flag().map_or(Both { zh: "正常", en: "on track" }, Flag::word)
    }
}

/// How many items there are, how many are done, and how the others stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    pub total: i64,
    /// Completed, signed off or not.
    pub done: i64,
    lamps: [i64; 5],
}

impl Totals {
    pub fn add(&mut self, status: Status, primary: Option<Flag>, items: i64) {
        self.total += items;
        if status.is_completed() {
            self.done += items;
        } else {
            self.lamps[Lamp::of(primary) as usize] += items;
        }
    }

    /// The totals of these items as they stand on a day.
    pub fn of<'a>(items: impl IntoIterator<Item = &'a Item>, today: NaiveDate, basis: &Basis) -> Totals {
        let mut totals = Totals::default();
        for item in items {
            totals.add(item.state.status, item.standing(today, basis).primary, 1);
        }
        totals
    }

    pub fn going_on(&self) -> i64 {
        self.total - self.done
    }

    pub fn under(&self, lamp: Lamp) -> i64 {
        self.lamps[lamp as usize]
    }
}

impl AddAssign for Totals {
    fn add_assign(&mut self, other: Totals) {
        self.total += other.total;
        self.done += other.done;
        for (sum, more) in self.lamps.iter_mut().zip(other.lamps) {
            *sum += more;
        }
    }
}

/// Totals by name, in the order in which the names came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Groups {
    all: Vec<(String, Totals)>,
    places: HashMap<String, usize>,
}

impl Groups {
    pub fn of(&mut self, name: &str) -> &mut Totals {
        let place = match self.places.get(name) {
            Some(place) => *place,
            None => {
                self.places.insert(name.to_owned(), self.all.len());
                self.all.push((name.to_owned(), Totals::default()));
                self.all.len() - 1
            }
        };
        &mut self.all[place].1
    }

    pub fn all(&self) -> &[(String, Totals)] {
        &self.all
    }
}

/// The first day of a day's month: when its cycle (调度期) begins.
pub fn cycle_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

impl Item {
    /// The lamp of a day; that of a completed item says nothing.
    pub fn lamp(&self, today: NaiveDate, basis: &Basis) -> Lamp {
        Lamp::of(self.standing(today, basis).primary)
    }

    /// 待报: open, or to be kept up for good, and nothing heard from the lead unit since the item's cycle
    /// began. An item that was opened in it has time until the next.
    pub fn is_to_report(&self, today: NaiveDate, basis: &Basis) -> bool {
        let heard = self.state.last_report_on.map_or(self.opened_on, |on| on.max(self.opened_on));
        let cycle = match self.asked_every() {
            Some(Every::LongTerm) => basis.cycle(self.round, Every::LongTerm, today),
            Some(_) => basis.current(self.round, self.rhythm, today),
            None => return false,
        };
        heard < cycle.starts_on
    }

    /// How often it is reported on; `None`: no more.
    pub fn asked_every(&self) -> Option<Every> {
        match (self.state.status, self.kind) {
            (Status::Completed, Kind::LongTerm) => Some(Every::LongTerm),
            (status, _) if status.is_completed() => None,
            _ => Some(self.rhythm.every),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_open_item_is_counted_under_exactly_one_lamp() {
        let mut totals = Totals::default();
        for flag in Flag::ALL.into_iter().map(Some).chain([None]) {
            totals.add(Status::InProgress, flag, 1);
        }
        totals.add(Status::Completed, None, 4);
        totals.add(Status::SignedOff, Some(Flag::Overdue), 1);
        assert_eq!((totals.total, totals.done, totals.going_on()), (12, 5, 7));
        assert_eq!(Lamp::ALL.into_iter().map(|lamp| totals.under(lamp)).sum::<i64>(), totals.going_on());
        assert!(Lamp::ALL.is_sorted(), "the gravest first");
        assert!(Lamp::ALL.into_iter().all(|lamp| Lamp::of(lamp.flag()) == lamp));
    }
}
