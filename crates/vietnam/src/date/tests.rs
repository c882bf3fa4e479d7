use proptest::prelude::*;

use super::*;

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a date")
}

#[test]
fn dates_of_birth_in_the_shapes_of_lists() {
    for (text, shown) in [
        ("18/10/1997", "18/10/1997"),
        ("5/3/1940", "05/03/1940"),
        ("5.3.1940", "05/03/1940"),
        ("05-03-1940", "05/03/1940"),
        (" 05 / 03 / 1940 ", "05/03/1940"),
        ("5 3 1940", "05/03/1940"),
        ("1979-03-28", "28/03/1979"),
        ("1979-03-28 00:00:00", "28/03/1979"),
        ("28/03/1979 0:00", "28/03/1979"),
        ("1979-03-28T00:00:00", "28/03/1979"),
        ("1965", "1965"),
        ("00/00/1965", "1965"),
        ("01/01/1965", "01/01/1965"),
        ("12/1965", "12/1965"),
        ("03/1970", "03/1970"),
        ("00/05/1965", "05/1965"),
        ("18.4.2002", "18/04/2002"),
        ("5/3/40", "05/03/1940"),
        ("5/3/15", "05/03/2015"),
        ("5/3/25", "05/03/1925"),
        ("28031979", "28/03/1979"),
        ("ngày tháng 02 năm 2021", "02/2021"),
        ("ngày ... tháng 02 năm 2021", "02/2021"),
        ("Ngày 5 tháng 3 năm 1940", "05/03/1940"),
        ("tháng 3/1940", "03/1940"),
        ("Sinh năm 1940", "1940"),
        ("SN: 1940", "1940"),
        ("Ngày sinh: 5/3/1940", "05/03/1940"),
        ("29/02/2000", "29/02/2000"),
    ] {
        let parsed = parse_birth(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(parsed.to_string(), shown, "{text}");
    }
    let young = parse_birth_until("5/3/25", 2026).expect("a date");
    assert_eq!(young.year, 2025);
}

#[test]
fn what_is_no_date_says_why() {
    for text in
        ["31/02/1965", "5/13/1965", "32/1/1965", "29/02/1900", "00/00/0000", "5/00/1965", "13/1965"]
    {
        assert_eq!(parse_birth(text), Err(BirthError::Impossible), "{text}");
    }
    for text in
        ["không rõ", "1/2", "196", "19655", "1/2/3/1965", "a/b/1965", "65 tuổi", "5/3/940", "40"]
    {
        assert_eq!(parse_birth(text), Err(BirthError::Unreadable), "{text}");
    }
    assert_eq!(parse_birth(" \u{A0}"), Err(BirthError::Empty));
}

#[test]
fn day_numbers_of_spreadsheets() {
    assert_eq!(from_serial(1.0, false), Some(date(1900, 1, 1)));
    assert_eq!(from_serial(59.0, false), Some(date(1900, 2, 28)));
    assert_eq!(from_serial(60.0, false), None);
    assert_eq!(from_serial(61.0, false), Some(date(1900, 3, 1)));
    assert_eq!(from_serial(25569.75, false), Some(date(1970, 1, 1)));
    assert_eq!(from_serial(0.0, true), Some(date(1904, 1, 1)));
    assert_eq!(from_serial(25569.0 - 1462.0, true), Some(date(1970, 1, 1)));
    assert_eq!(from_serial(2_958_465.0, false), Some(date(9999, 12, 31)));
    for serial in [-1.0, 0.0, 2_958_466.0, f64::NAN, f64::INFINITY] {
        assert_eq!(from_serial(serial, false), None);
    }
}

#[test]
fn partial_dates_compare_on_what_both_know() {
    let full = PartialDate::from(date(1965, 3, 5));
    assert!(full.compatible(&PartialDate::from_year(1965)));
    assert!(!full.compatible(&PartialDate::from_year(1966)));
    assert!(PartialDate::new(1965, Some(3), None).is_some_and(|month| month.compatible(&full)));
    assert!(PartialDate::new(1965, Some(4), None).is_some_and(|month| !month.compatible(&full)));
    assert_eq!(PartialDate::new(1965, None, Some(1)), None);
    assert_eq!(full.to_date(), Some(date(1965, 3, 5)));
}

#[test]
fn dates_on_the_screen() {
    assert_eq!(vi_date(date(2020, 6, 19)), "19/6/2020");
    assert_eq!(vi_weekday(date(2020, 6, 19)), "thứ Sáu");
    assert_eq!(vi_weekday(date(2020, 6, 21)), "Chủ nhật");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reading_never_panics(text in any::<String>(), like in "[0-9/.: t-]{0,14}", serial in any::<f64>()) {
        let _ = parse_birth(&text);
        let _ = parse_birth_until(&like, i32::MAX);
        let _ = parse_birth(&like);
        from_serial(serial, true);
        from_serial(serial, false);
    }

    #[test]
    fn shown_dates_are_read_back(days in 365_250i32..3_600_000) {
        let date = NaiveDate::from_num_days_from_ce_opt(days).expect("in range");
        let partial = PartialDate::from(date);
        prop_assert_eq!(parse_birth(&partial.to_string()), Ok(partial));
        prop_assert_eq!(parse_birth(&vi_date(date)), Ok(partial));
    }
}
