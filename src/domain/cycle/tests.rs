//! Cycles on known days, and the promises they keep on any.

use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;
use crate::domain::workday::Calendar;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// The National Day week of 2018 and the days worked for it.
fn autumn() -> Basis {
    let off = (1..=7).map(|d| (day(&format!("2018-10-0{d}")), false));
    let calendar = Calendar::new(off.chain([
        (day("2018-09-24"), false),
        (day("2018-09-29"), true),
        (day("2018-09-30"), true),
    ]));
    Basis::new(1, calendar, [])
}

fn window(basis: &Basis, every: Every, on: &str) -> String {
    let c = basis.cycle(Uuid::nil(), every, day(on));
    format!("{} {} {} {}", c.starts_on, c.opens_on, c.closes_on, c.ends_on)
}

#[test]
fn windows_open_and_close_on_working_days() {
    let basis = autumn();
    for (every, on, expected) in [
        (Every::Month, "2018-09-10", "2018-09-01 2018-09-03 2018-09-25 2018-09-30"),
        (Every::Month, "2018-08-31", "2018-08-01 2018-08-01 2018-08-27 2018-08-31"),
        (Every::HalfMonth, "2018-09-15", "2018-09-01 2018-09-03 2018-09-12 2018-09-15"),
        (Every::HalfMonth, "2018-09-16", "2018-09-16 2018-09-17 2018-09-27 2018-09-30"),
        // Five working days are left of it.
        (Every::HalfMonth, "2018-10-01", "2018-10-01 2018-10-08 2018-10-15 2018-10-15"),
        (Every::Week, "2018-09-05", "2018-09-03 2018-09-03 2018-09-06 2018-09-09"),
        // Seven of its days are worked.
        (Every::Week, "2018-09-30", "2018-09-24 2018-09-25 2018-09-28 2018-09-30"),
        (Every::LongTerm, "2018-08-31", "2018-07-01 2018-07-02 2018-09-25 2018-09-30"),
    ] {
        assert_eq!(window(&basis, every, on), expected, "{every:?} {on}");
    }
    assert!(!basis.cycle(Uuid::nil(), Every::Week, day("2018-10-03")).is_worked());
    let before = basis.cycle(Uuid::nil(), Every::Week, day("2018-09-30"));
    assert_eq!(basis.cycle_after(Uuid::nil(), &before).starts_on, day("2018-10-08"));
    assert_eq!(basis.closed_cycle(Uuid::nil(), Every::Week, day("2018-10-09")).starts_on, day("2018-09-24"));
}

#[test]
fn a_closing_day_moves_on_within_its_month() {
    let spring = (27..=31).map(|d| (day(&format!("2017-01-{d}")), false));
    let spring = spring.chain([(day("2017-02-01"), false), (day("2017-02-02"), false)]);
    let calendar = Calendar::new(spring);
    let basis = Basis::new(1, calendar, [(Uuid::nil(), Threshold::WindowDay, vec![28])]);
    assert_eq!(window(&basis, Every::Month, "2017-01-15"), "2017-01-01 2017-01-02 2017-01-26 2017-01-31");
}

#[test]
fn an_item_that_moved_owes_nothing_of_a_period_that_had_begun() {
    let basis = autumn();
    let rhythm =
        |since: &str| Rhythm { every: Every::HalfMonth, since: Some(day(since)), why: Some(Why::Lagging) };
    let round = Uuid::nil();
    let (today, moved) = (day("2018-09-05"), rhythm("2018-08-28"));
    assert_eq!(basis.last_closed(round, moved, day("2018-08-28")).starts_on, day("2018-08-01"));
    assert_eq!(basis.current(round, moved, day("2018-08-28")).every, Every::Month);
    assert_eq!(basis.current(round, moved, today).starts_on, day("2018-09-01"));
    assert_eq!(basis.current(round, moved, today).every, Every::HalfMonth);
    let closed = basis.last_closed(round, moved, day("2018-09-13"));
    assert_eq!(closed.starts_on, day("2018-09-01"));
    // Before its first half month the item owed August.
    let before = basis.closed_before(round, moved, &closed);
    assert_eq!((before.every, before.starts_on), (Every::Month, day("2018-08-01")));
    let later = basis.last_closed(round, moved, day("2018-09-28"));
    assert_eq!(basis.closed_before(round, moved, &later), closed);
    // Weekly since yesterday: the half month that closed may have been its first.
    let again = Rhythm { every: Every::Week, since: Some(day("2018-09-13")), ..moved };
    let closed = basis.last_closed(round, again, day("2018-09-14"));
    assert_eq!((closed.every, closed.starts_on), (Every::HalfMonth, day("2018-09-01")));
    assert_eq!(basis.closed_before(round, again, &closed).starts_on, day("2018-08-01"));
}

#[test]
fn an_item_that_is_back_owes_nothing_until_its_next_period_begins() {
    let basis = autumn();
    let round = Uuid::nil();
    // The week that closed on Thursday the 6th was a good one.
    let back = Rhythm { every: Every::HalfMonth, since: Some(day("2018-09-07")), why: Some(Why::Good) };
    for on in ["2018-09-07", "2018-09-12", "2018-09-20"] {
        let closed = basis.last_closed(round, back, day(on));
        assert_eq!((closed.every, closed.starts_on), (Every::Week, day("2018-09-03")), "{on}");
    }
    assert_eq!(basis.current(round, back, day("2018-09-12")).starts_on, day("2018-09-03"));
    assert_eq!(basis.current(round, back, day("2018-09-16")).starts_on, day("2018-09-16"));
    let closed = basis.last_closed(round, back, day("2018-09-28"));
    assert_eq!((closed.every, closed.starts_on), (Every::HalfMonth, day("2018-09-16")));
    assert_eq!(basis.closed_before(round, back, &closed).every, Every::Week);
}

#[test]
fn steps_follow_one_another_from_whatever_is_stored() {
    let basis = autumn();
    let round = Uuid::nil();
    let standing =
        |on: &str, state| Standing { id: Uuid::max(), version: 1, starts_on: day(on), state, walked: 0 };
    let step = |newest: Option<(&str, State)>, today: &str| {
        next_step(round, Every::Month, newest.map(|(on, state)| standing(on, state)), day(today), &basis)
    };
    let cycle = |on: &str| Some(Step::Open(basis.cycle(round, Every::Month, day(on))));
    // The first start: what is closed already is left to history.
    assert_eq!(step(None, "2018-08-31"), None);
    assert_eq!(step(None, "2018-09-02"), None);
    assert_eq!(step(None, "2018-09-03"), cycle("2018-09-03"));
    assert_eq!(
        step(Some(("2018-09-01", State::Opening)), "2018-09-03"),
        Some(Step::Fill(standing("2018-09-01", State::Opening)))
    );
    assert_eq!(step(Some(("2018-09-01", State::Open)), "2018-09-25"), None);
    let settle = |state, moves| {
        let of = standing("2018-09-01", state);
        Some(Step::Settle { of, closes_on: day("2018-09-25"), moves })
    };
    assert_eq!(step(Some(("2018-09-01", State::Open)), "2018-09-26"), settle(State::Open, true));
    assert_eq!(step(Some(("2018-09-01", State::Closing)), "2018-10-25"), settle(State::Closing, true));
    // Stopped until November: September's outcome is written, and moves nobody.
    assert_eq!(step(Some(("2018-09-01", State::Open)), "2018-11-05"), settle(State::Open, false));
    assert_eq!(step(Some(("2018-09-01", State::Closed)), "2018-09-30"), None);
    assert_eq!(step(Some(("2018-09-01", State::Closed)), "2018-11-05"), cycle("2018-10-08"));
}

fn any_every() -> impl Strategy<Value = Every> {
    proptest::sample::select(&Every::ALL[..])
}

proptest! {
    /// Cycles tile time, whatever the calendar says; their windows lie inside and follow one another.
    #[test]
    fn cycles_tile_time_and_windows_never_overlap(
        every in any_every(), start in 0i64..3000,
        exceptions in proptest::collection::vec((0i64..3400, any::<bool>()), 0..200),
        closes in 5i32..=28, half in 1i32..=10, week in 1i32..=5, months in 2i32..=12,
    ) {
        let epoch = day("2015-01-01");
        let calendar = Calendar::new(exceptions.into_iter().map(|(d, w)| (epoch + TimeDelta::days(d), w)));
        let round = Uuid::nil();
        let basis = Basis::new(1, calendar, [
            (round, Threshold::WindowDay, vec![closes]),
            (round, Threshold::HalfCloses, vec![half]),
            (round, Threshold::WeekCloses, vec![week]),
            (round, Threshold::LongTermMonths, vec![months]),
        ]);
        let mut cycle = basis.cycle(round, every, epoch + TimeDelta::days(start));
        for _ in 0..8 {
            prop_assert!(cycle.starts_on <= cycle.ends_on);
            for on in [cycle.starts_on, cycle.ends_on] {
                prop_assert_eq!(basis.cycle(round, every, on), cycle);
            }
            prop_assert!(cycle.opens_on <= cycle.closes_on);
            prop_assert!(basis.calendar.is_workday(cycle.opens_on));
            prop_assert!(basis.calendar.is_workday(cycle.closes_on));
            if cycle.is_worked() {
                prop_assert!(cycle.closes_on <= cycle.ends_on);
            }
            let next = basis.cycle(round, every, cycle.ends_on + Days::new(1));
            prop_assert_eq!(next.starts_on, cycle.ends_on + Days::new(1));
            if cycle.is_worked() {
                prop_assert!(cycle.closes_on < next.opens_on);
                let closed = basis.closed_cycle(round, every, cycle.closes_on + Days::new(1));
                prop_assert_eq!(closed, cycle);
            }
            cycle = next;
        }
    }
}
