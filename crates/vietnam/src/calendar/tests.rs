use proptest::prelude::*;

use super::*;

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a date")
}

#[test]
fn working_days_per_year() {
    let calendar = WorkingCalendar::builtin();
    assert_eq!(calendar.days().count(), DAYS.lines().count());
    for (year, expected) in [
        (2020, 252),
        (2021, 250),
        (2022, 249),
        (2023, 249),
        (2024, 251),
        (2025, 250),
        (2026, 249),
        (2027, 249),
    ] {
        let found = calendar.working_days_between(date(year - 1, 12, 31), date(year, 12, 31));
        assert_eq!(found, expected, "{year}");
    }
}

#[test]
fn holidays_swaps_and_their_basis() {
    let calendar = WorkingCalendar::builtin();
    assert!(!calendar.is_working_day(date(2020, 1, 24)));
    assert!(!calendar.is_working_day(date(2021, 5, 3)), "compensation");
    assert!(!calendar.is_working_day(date(2024, 4, 29)), "swapped off");
    assert!(calendar.is_working_day(date(2024, 5, 4)), "a worked Saturday");
    assert!(!calendar.is_working_day(date(2024, 5, 5)));
    let basis = |day: NaiveDate| calendar.day(day).map(|day| day.basis.clone());
    assert_eq!(basis(date(2020, 9, 2)).as_deref(), Some("Bộ luật Lao động 2012 Điều 115"));
    assert_eq!(basis(date(2021, 9, 2)).as_deref(), Some("Bộ luật Lao động 2019 Điều 112"));
    assert!(calendar.days().filter(|day| day.date.year() == 2027).all(|day| day.provisional));
    assert!(calendar.days().filter(|day| day.date.year() < 2026).all(|day| !day.provisional));
    assert!(calendar.covers(date(2027, 3, 3)) && !calendar.covers(date(2028, 3, 3)));
}

#[test]
fn terms_skip_the_first_day_and_days_off() {
    let calendar = WorkingCalendar::builtin();
    // Friday 19/6/2020 and five working days.
    assert_eq!(calendar.add_working_days(date(2020, 6, 19), 5), date(2020, 6, 26));
    assert_eq!(calendar.add_working_days(date(2020, 6, 19), 0), date(2020, 6, 19));
    // Over 30/4 and 1/5/2020.
    assert_eq!(calendar.add_working_days(date(2020, 4, 29), 1), date(2020, 5, 4));
    assert_eq!(calendar.add_calendar_days(date(2020, 4, 25), 5), date(2020, 5, 4));
    assert_eq!(calendar.working_days_between(date(2020, 5, 4), date(2020, 4, 29)), -1);
    assert_eq!(calendar.add_working_days(NaiveDate::MAX, 3), NaiveDate::MAX);
}

#[test]
fn the_version_follows_the_rows() {
    let builtin = WorkingCalendar::builtin();
    assert!(builtin.version().starts_with("2020-2027/"));
    assert_eq!(builtin.version(), WorkingCalendar::builtin().version());
    let fewer = WorkingCalendar::from_days(builtin.days().skip(1).cloned());
    assert_ne!(fewer.version(), builtin.version());
    assert!(WorkingCalendar::from_days([]).version().starts_with("0-0/"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn longer_terms_end_later(days in 0u64..3000, count in 1u32..200) {
        let calendar = WorkingCalendar::builtin();
        let start = date(2019, 12, 1) + Days::new(days);
        let end = calendar.add_working_days(start, count);
        prop_assert!(calendar.is_working_day(end));
        prop_assert!(end < calendar.add_working_days(start, count + 1));
        prop_assert!(end <= calendar.add_working_days(start + Days::new(1), count));
        prop_assert_eq!(calendar.working_days_between(start, end), i64::from(count));
    }
}
