//! Texts that people typed: made fit to keep, and the numbers in them found.

use std::ops::Range;

use vietnam::identity::IdNumber;
use vietnam::text::{clean, nfc};

/// Longest text, characters.
pub(super) const TEXT_MAX: usize = 4_000;
/// Longest name.
pub(super) const NAME_MAX: usize = 80;

/// Line by line without invisible characters (control, direction, zero width), one form of each
/// letter, no more than one empty line in a row.
pub(super) fn tidy(typed: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in typed.replace("\r\n", "\n").replace('\r', "\n").split('\n') {
        let line = clean(&nfc(line));
        if !line.is_empty() || lines.last().is_some_and(|last| !last.is_empty()) {
            lines.push(line);
        }
    }
    lines.join("\n").trim().to_owned()
}

/// A text of several lines, or what is wrong with it.
pub(super) fn read_text(typed: &str, least: usize, missing: &str) -> Result<String, String> {
    let text = tidy(typed);
    let length = text.chars().count();
    if length > TEXT_MAX {
        return Err(format!(
            "Dài {length} ký tự, nhiều nhất {TEXT_MAX}. Rút gọn, hoặc gửi phần còn lại sau bằng mã tra \
             cứu."
        ));
    }
    if length < least { Err(missing.to_owned()) } else { Ok(text) }
}

/// Where a text has what looks like an identity number, a telephone or a bank account: eight digits
/// and more, with spaces, dots and dashes between them. Sums of money are left alone.
pub(super) fn numbers(text: &str) -> Vec<Range<usize>> {
    const DIGITS_MIN: usize = 8;
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut run: Option<(Range<usize>, usize)> = None;
    let mut gap = 0;
    let mut finish = |run: &mut Option<(Range<usize>, usize)>| {
        if let Some((place, digits)) = run.take()
            && digits >= DIGITS_MIN
            && !is_money(text, &place)
            && !is_date(text.get(place.clone()).unwrap_or(""))
        {
            found.push(place);
        }
    };
    for (at, c) in text.char_indices() {
        if c.is_ascii_digit() {
            gap = 0;
            run = match run {
                Some((place, digits)) => Some((place.start..at + 1, digits + 1)),
                None => Some((at..at + 1, 1)),
            };
        } else if run.is_some() && matches!(c, '.' | '-' | '–' | '/' | ' ' | '(' | ')') && gap < 3
        {
            gap += 1;
        } else {
            finish(&mut run);
            gap = 0;
        }
    }
    finish(&mut run);
    found
}

/// "150.000.000 đồng": groups of three, and the word after it.
fn is_money(text: &str, place: &Range<usize>) -> bool {
    let after = vietnam::text::fold(text.get(place.end..).unwrap_or(""));
    let digits = number_of(text, place);
    // No sum begins with a zero, and twelve digits in a row are an identity number.
    if digits.starts_with('0') || (digits.len() == 12 && text.get(place.clone()) == Some(&*digits))
    {
        return false;
    }
    let unit = ["d", "dong", "vnd", "trieu", "ty"];
    let word: String = after.trim_start().chars().take_while(|c| c.is_alphabetic()).collect();
    let number = text.get(place.clone()).unwrap_or("");
    let grouped = number.split('.').skip(1).all(|group| group.len() == 3) && number.contains('.');
    unit.contains(&word.as_str()) && (grouped || number.bytes().all(|b| b.is_ascii_digit()))
}

fn number_of(text: &str, place: &Range<usize>) -> String {
    text.get(place.clone()).unwrap_or("").chars().filter(char::is_ascii_digit).collect()
}

/// "20.05.2020", "2020-2021".
fn is_date(number: &str) -> bool {
    let parts: Vec<&str> = number.split(['.', '-']).collect();
    let year = |text: &str| text.len() == 4 && (text.starts_with("19") || text.starts_with("20"));
    match parts.as_slice() {
        [day, month, last] => {
            let within = |text: &str, most: u8| {
                text.parse::<u8>().is_ok_and(|value| (1..=most).contains(&value))
            };
            within(day, 31) && within(month, 12) && year(last)
        }
        [from, to] => year(from) && year(to),
        _ => false,
    }
}

/// The text with those numbers hidden.
pub(super) fn without_numbers(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut from = 0;
    for place in numbers(text) {
        shown.push_str(text.get(from..place.start).unwrap_or(""));
        shown.push('…');
        from = place.end;
    }
    shown.push_str(text.get(from..).unwrap_or(""));
    shown
}

/// What a text for everybody should not have, in sentences.
pub(super) fn warnings(text: &str, names: &[&str]) -> Vec<String> {
    let mut found: Vec<String> = numbers(text)
        .into_iter()
        .map(|place| {
            let number = text.get(place).unwrap_or("");
            let digits: String = number.chars().filter(char::is_ascii_digit).collect();
            let kind = if vietnam::phone::repair(&digits).is_ok() {
                "giống số điện thoại"
            } else if IdNumber::parse(&digits).is_ok() {
                "giống số giấy tờ"
            } else {
                "là dãy số dài"
            };
            format!("“{number}” {kind}")
        })
        .collect();
    let folded = vietnam::text::fold(text);
    for name in names.iter().filter(|name| !name.is_empty()) {
        if folded.contains(&vietnam::text::fold(name)) {
            found.push(format!("có tên “{name}” của người gửi hoặc người hưởng"));
        }
    }
    found.dedup();
    found
}

/// The first words of a text for a list, on one line, numbers hidden.
pub(super) fn excerpt(text: &str) -> String {
    crate::web::excerpt(&without_numbers(text))
}

/// "091****678".
pub(super) fn masked_phone(number: &str) -> String {
    match (number.get(..3), number.len().checked_sub(3).and_then(|at| number.get(at..))) {
        (Some(head), Some(tail)) if number.len() >= 9 => format!("{head}****{tail}"),
        _ => "*".repeat(number.chars().count()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_typed_text_loses_what_nobody_sees_and_keeps_its_lines() {
        assert_eq!(
            tidy("  Dòng 1\u{0}\u{202e}  x\r\n\r\n\r\n\r\nDòng 2\u{200b} \n"),
            "Dòng 1 x\n\nDòng 2"
        );
        assert_eq!(tidy("\n \n"), "");
        assert!(read_text("ít", 10, "Ghi rõ").is_err());
        assert!(read_text(&"a".repeat(5_000), 1, "").unwrap_err().contains("5000"));
    }

    #[test]
    fn numbers_of_people_are_found_and_money_is_not() {
        for (text, hidden) in [
            ("Số của tôi 0912.345.678 nhé", "Số của tôi … nhé"),
            ("CCCD 042 154 000 017.", "CCCD …."),
            ("gọi (091) 234-5678", "gọi (…"),
            ("được 1.500.000 đồng ngày 15/5/2020", "được 1.500.000 đồng ngày 15/5/2020"),
            ("xã nhận 169.310.000.000 đồng", "xã nhận 169.310.000.000 đồng"),
            ("thôn 12, xóm 3", "thôn 12, xóm 3"),
            ("042154000017", "…"),
            ("gọi 0912345678 đồng chí Nam", "gọi … đồng chí Nam"),
            ("số 042154000017 đồng ý", "số … đồng ý"),
            ("0912 - 345 - 678", "…"),
            ("0912–345–678", "…"),
            ("đến ngày 20.05.2020 hoặc 21-5-2020", "đến ngày 20.05.2020 hoặc 21-5-2020"),
            ("giai đoạn 2020-2021", "giai đoạn 2020-2021"),
        ] {
            assert_eq!(without_numbers(text), hidden);
        }
    }

    #[test]
    fn a_text_for_everybody_is_warned_of_numbers_and_names() {
        let found = warnings(
            "Bà nguyen thi tham hỏi, gọi 0912345678, số 042154000017",
            &["Nguyễn Thị Thắm"],
        );
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(
            warnings("Hộ nghèo được 750.000 đồng mỗi khẩu.", &["Nguyễn Thị Thắm", ""]).is_empty()
        );
    }

    #[test]
    fn a_telephone_keeps_its_ends() {
        assert_eq!(masked_phone("0912345678"), "091****678");
        assert_eq!(masked_phone("123"), "***");
        assert_eq!(masked_phone(""), "");
    }

    proptest! {
        #[test]
        fn any_text_is_tidied_once_and_hidden_without_harm(text in "\\PC{0,80}") {
            let once = tidy(&text);
            prop_assert_eq!(tidy(&once), once.clone());
            prop_assert!(numbers(&without_numbers(&once)).is_empty());
            let _ = excerpt(&once);
        }
    }
}
