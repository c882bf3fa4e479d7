use super::*;

fn fixed(text: &str) -> (String, bool, bool, bool) {
    let repair = repair(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    (repair.number, repair.old_prefix, repair.zero_lost, repair.separators)
}

#[test]
fn good_numbers_pass_and_damaged_ones_are_repaired() {
    let number = |text: &str| text.to_owned();
    assert_eq!(fixed("0912345678"), (number("0912345678"), false, false, false));
    assert_eq!(fixed("912345678"), (number("0912345678"), false, true, false));
    assert_eq!(fixed("0912.345 678"), (number("0912345678"), false, false, true));
    assert_eq!(fixed("01688123456"), (number("0388123456"), true, false, false));
    assert_eq!(fixed("1688123456"), (number("0388123456"), true, true, false));
    assert_eq!(fixed("+84 912 345 678"), (number("0912345678"), false, false, true));
    assert_eq!(fixed("84912345678"), (number("0912345678"), false, false, true));
    assert_eq!(fixed("0084(0)912345678"), (number("0912345678"), false, false, true));
    assert_eq!(fixed("842345678"), (number("0842345678"), false, true, false));
    assert_eq!(fixed("912345678.0"), (number("0912345678"), false, true, true));
}

#[test]
fn what_is_no_mobile_number_is_refused_with_a_reason() {
    assert_eq!(repair("  "), Err(PhoneError::Empty));
    assert_eq!(repair("không có"), Err(PhoneError::NotANumber));
    assert_eq!(repair("091234567"), Err(PhoneError::Length));
    assert_eq!(repair("0912345678/0987654321"), Err(PhoneError::Length));
    assert_eq!(repair("02393855123"), Err(PhoneError::NotMobile));
    assert_eq!(repair("0512345678"), Err(PhoneError::NotMobile));
    assert_eq!(repair("01301234567"), Err(PhoneError::NotMobile));
}

#[test]
fn every_old_prefix_becomes_a_mobile_one() {
    for (old, new) in OLD_PREFIXES {
        let repaired = repair(&format!("{old}1234567")).expect("an old number");
        assert_eq!(repaired.number, format!("{new}1234567"));
        assert!(repaired.old_prefix && is_mobile(&repaired.number));
    }
}
