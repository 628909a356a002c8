//! The calendar over whole years: the shipped table, and tables nobody would publish.

use proptest::prelude::*;

use super::*;
use crate::domain::Lang;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// 2017–2026 as it is shipped.
fn shipped() -> Calendar {
    let rows = include_str!("../../../migrations/20261124090450_fill_calendar.sql").lines();
    let days = rows.filter_map(|row| {
        let (day, rest) = row.trim().strip_prefix("('")?.split_once("', ")?;
        Some((day.parse().ok()?, rest.starts_with("true")))
    });
    let calendar = Calendar::new(days);
    assert!((2017..=2026).all(|year| calendar.knows_year(year)) && !calendar.knows_year(2027));
    calendar
}

fn counted(first: &str, last: &str, lang: Lang) -> String {
    shipped().workdays_left(day(first), day(last)).spoken(lang)
}

#[test]
fn the_national_day_week_of_2018_is_skipped_and_its_make_up_days_are_worked() {
    let calendar = shipped();
    assert_eq!(calendar.next_workday(day("2018-09-28")), day("2018-09-29"));
    assert_eq!(calendar.next_workday(day("2018-09-30")), day("2018-10-08"));
    assert_eq!(calendar.last_workday_on_or_before(day("2018-10-07")), day("2018-09-30"));
    assert_eq!(calendar.last_workday_on_or_before(day("2018-10-08")), day("2018-10-08"));
    // A limit of five working days that begins on Friday the 28th.
    assert_eq!(calendar.nth_workday_after(day("2018-09-28"), 5), day("2018-10-10"));
    assert_eq!(calendar.nth_workday_after(day("2018-10-01"), 0), day("2018-10-01"));
    let october = |n| calendar.nth_workday_of(day("2018-10-01"), day("2018-10-31"), n);
    assert_eq!(october(1), Some(day("2018-10-08")));
    assert_eq!((october(18), october(19), october(0)), (Some(day("2018-10-31")), None, None));
}

#[test]
fn a_count_says_which_days_were_counted_otherwise_than_the_plain_week() {
    for (first, last, said) in [
        ("2018-09-03", "2018-09-07", "5 个工作日"),
        ("2018-09-25", "2018-09-30", "6 个工作日，按 9 月 29、30 日补班计"),
        ("2018-10-03", "2018-10-12", "5 个工作日，其间 10 月 3 日至 7 日放假"),
        (
            "2018-09-20",
            "2018-10-12",
            "13 个工作日，按 9 月 29、30 日补班计，其间 9 月 24 日、10 月 1 日至 7 日放假",
        ),
        (
            "2018-12-28",
            "2019-01-02",
            "3 个工作日，按 12 月 29 日补班计，其间 12 月 30 日至 2019 年 1 月 1 日放假",
        ),
        (
            "2025-01-26",
            "2025-02-10",
            "7 个工作日，按 1 月 26 日、2 月 8 日补班计，其间 1 月 28 日至 2 月 4 日放假",
        ),
        // Holidays on a weekend change no count.
        ("2018-10-06", "2018-10-07", "0 个工作日"),
        ("2026-12-31", "2027-01-04", "3 个工作日，2027 年放假安排未录入，先按周一至周五计"),
        ("2018-09-07", "2018-09-03", "0 个工作日"),
    ] {
        assert_eq!(counted(first, last, Lang::Zh), said);
    }
    assert_eq!(
        counted("2018-09-20", "2018-10-12", Lang::En),
        "13 working days (Sep 29, 30 worked, Sep 24, Oct 1 to 7 off)"
    );
    assert_eq!(counted("2018-09-03", "2018-09-03", Lang::En), "1 working day");
}

#[test]
fn next_year_is_missed_from_december_on() {
    let calendar = shipped();
    for (today, missing) in [
        ("2018-12-31", vec![]),
        ("2026-11-30", vec![]),
        ("2026-12-01", vec![2027]),
        ("2027-12-01", vec![2027, 2028]),
    ] {
        assert_eq!(calendar.missing_years(day(today)), missing, "{today}");
    }
}

#[test]
fn a_change_is_what_differs() {
    let row = |on: &str, is_work: bool, name: &str| (day(on), is_work, name.to_owned());
    let standing =
        [row("2027-01-01", false, "元旦"), row("2027-01-02", false, "元旦"), row("2027-01-03", true, "")];
    let wanted =
        [row("2027-01-01", false, "元旦"), row("2027-01-02", true, "元旦"), row("2027-01-04", false, "")];
    let change = CalendarChange::between(&standing, &wanted);
    assert_eq!(change.set, wanted[1..]);
    assert_eq!(change.cleared, [day("2027-01-03")]);
    assert!(CalendarChange::between(&wanted, &wanted).is_empty());
}

/// A day of the ten years, and some before and behind them.
fn a_day() -> impl Strategy<Value = NaiveDate> {
    (0u64..4000).prop_map(|days| day("2016-06-01") + Days::new(days))
}

/// The shipped table, or one made of chance.
fn a_calendar() -> impl Strategy<Value = Calendar> {
    prop_oneof![
        Just(shipped()),
        proptest::collection::vec((a_day(), any::<bool>()), 0..400).prop_map(Calendar::new),
    ]
}

proptest! {
    #[test]
    fn the_next_workday_is_worked_later_and_the_first_such(calendar in a_calendar(), from in a_day()) {
        let next = calendar.next_workday(from);
        prop_assert!(next > from && calendar.is_workday(next));
        prop_assert!(from.iter_days().skip(1).take_while(|d| *d < next).all(|d| !calendar.is_workday(d)));
        // Backwards from the day before the next one is where the last one was.
        let last = calendar.last_workday_on_or_before(from);
        prop_assert!(last <= from && calendar.is_workday(last));
        prop_assert_eq!(calendar.next_workday(last), next);
        prop_assert_eq!(calendar.last_workday_on_or_before(next - Days::new(1)), last);
    }

    #[test]
    fn a_limit_of_n_working_days_holds_n_of_them(calendar in a_calendar(), from in a_day(), n in 0usize..60) {
        let end = calendar.nth_workday_after(from, n);
        prop_assert!(n == 0 || calendar.is_workday(end));
        let first = from + Days::new(1);
        prop_assert_eq!(calendar.workdays_left(first, end).days, n);
        prop_assert_eq!(calendar.nth_workday_of(first, end, n), (n > 0).then_some(end));
        prop_assert_eq!(calendar.nth_workday_of(first, end, n + 1), None);
    }

    #[test]
    fn a_count_adds_up_and_explains_itself(calendar in a_calendar(), a in a_day(), b in a_day(), c in a_day()) {
        let mut days = [a, b, c];
        days.sort_unstable();
        let [first, cut, last] = days;
        let count = |first, last| calendar.workdays_left(first, last);
        let whole = count(first, last);
        let (left, right) = (count(first, cut), count(cut + Days::new(1), last));
        prop_assert_eq!(whole.days, left.days + right.days);
        prop_assert_eq!(whole.made_up.len(), left.made_up.len() + right.made_up.len());
        // The plain week, the days named as made up, and without those named as off.
        let plain = first.iter_days().take_while(|d| *d <= last).filter(|d| is_weekday(*d)).count();
        let off = whole.off.iter().flat_map(|(a, b)| a.iter_days().take_while(|d| d <= b)).filter(|d| is_weekday(*d));
        prop_assert_eq!(whole.days, plain + whole.made_up.len() - off.count());
    }
}

#[test]
fn every_year_shipped_has_about_two_hundred_and_fifty_working_days() {
    let calendar = shipped();
    for year in 2017..=2026 {
        let first = NaiveDate::from_ymd_opt(year, 1, 1).expect("a day");
        let last = NaiveDate::from_ymd_opt(year, 12, 31).expect("a day");
        let days = calendar.workdays_left(first, last).days;
        assert!((244..=252).contains(&days), "{year}: {days}");
        // Every make-up day is a Saturday or a Sunday.
        for day in first.iter_days().take(365) {
            assert!(calendar.exceptions.get(&day) != Some(&true) || !is_weekday(day), "{day}");
        }
    }
}
