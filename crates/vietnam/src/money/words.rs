//! Amounts in Vietnamese words.

/// Which of the accepted readings to print. The default is the northern office style
/// (`nghìn`, `lẻ`), without `chẵn`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WordStyle {
    /// `ngàn` instead of `nghìn`.
    pub ngan: bool,
    /// `linh` instead of `lẻ`.
    pub linh: bool,
    /// How a final 4 is read after `mươi`.
    pub four: Four,
    /// `chẵn` at the end of an amount of whole thousands.
    pub chan: bool,
}

/// The reading of a final 4 after `mươi`. Every one is accepted everywhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Four {
    /// `hai mươi tư` but `ba mươi bốn`, as the example amounts of the forms read.
    #[default]
    TuAfterTwenty,
    /// `hai mươi tư`, `ba mươi tư`.
    Tu,
    /// `hai mươi bốn`, `ba mươi bốn`.
    Bon,
}

const DIGITS: [&str; 10] = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];

/// One billion: tỷ, the largest unit with a name; larger numbers count tỷ.
const TY: u64 = 1_000_000_000;

pub(super) fn in_words(amount: i64, style: WordStyle) -> String {
    let mut words = Vec::new();
    if amount < 0 {
        words.push("âm");
    }
    let size = amount.unsigned_abs();
    if size == 0 {
        words.push(DIGITS[0]);
    } else {
        read_number(&mut words, size, false, style);
    }
    words.push("đồng");
    if style.chan && size > 0 && size.is_multiple_of(1000) {
        words.push("chẵn");
    }
    let sentence = words.join(" ");
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// `after`: something larger was read before, so hundreds and tens are read even when 0.
fn read_number(words: &mut Vec<&'static str>, number: u64, after: bool, style: WordStyle) {
    let mut after = after;
    let mut rest = number;
    if number >= TY {
        read_number(words, number / TY, after, style);
        words.push("tỷ");
        rest = number % TY;
        after = true;
    }
    let thousand = if style.ngan { "ngàn" } else { "nghìn" };
    for (size, unit) in [(1_000_000, Some("triệu")), (1000, Some(thousand)), (1, None)] {
        let group = rest / size % 1000;
        if group > 0 {
            read_group(words, group as usize, after, style);
            words.extend(unit);
            after = true;
        }
    }
}

/// Reads 1 to 999.
fn read_group(words: &mut Vec<&'static str>, group: usize, after: bool, style: WordStyle) {
    let (hundreds, tens, ones) = (group / 100, group / 10 % 10, group % 10);
    if hundreds > 0 || after {
        words.extend([DIGITS[hundreds], "trăm"]);
    }
    match tens {
        0 if ones > 0 && (hundreds > 0 || after) => {
            words.push(if style.linh { "linh" } else { "lẻ" });
        }
        0 => {}
        1 => words.push("mười"),
        _ => words.extend([DIGITS[tens], "mươi"]),
    }
    match ones {
        0 => {}
        1 if tens > 1 => words.push("mốt"),
        4 if reads_tu(tens, style.four) => words.push("tư"),
        5 if tens > 0 => words.push("lăm"),
        _ => words.push(DIGITS[ones]),
    }
}

fn reads_tu(tens: usize, four: Four) -> bool {
    match four {
        Four::TuAfterTwenty => tens == 2,
        Four::Tu => tens > 1,
        Four::Bon => false,
    }
}
