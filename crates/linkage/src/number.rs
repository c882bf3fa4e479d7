//! Numbers that name a person: identity papers, social insurance, telephone; and the slips that
//! typists make in them.

use std::fmt;

use crate::syllable::one_edit;

/// Longest number that is kept.
const DIGITS_MAX: usize = 15;

/// A number of a person, kept as its value (leading zeros are what spreadsheets lose) and its
/// number of digits after repair. Both in one word, the digits in the highest byte: a million rows
/// have three million numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Number(u64);

const VALUE_BITS: u32 = 56;

/// How two numbers stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum NumberRelation {
    /// A number is missing, or they are of two kinds that do not compare (CMND and CCCD).
    Missing,
    /// The same number.
    Equal,
    /// One slip: a digit changed, left out or added, two neighbours swapped.
    Slip,
    /// Only the last two digits differ: a slip, or twins registered one after the other.
    Neighbour,
    /// Another number of the same kind.
    Different,
}

impl Number {
    fn new(value: u64, digits: usize) -> Self {
        Self((digits as u64) << VALUE_BITS | value)
    }

    fn digits(self) -> usize {
        (self.0 >> VALUE_BITS) as usize
    }

    /// Reads an identity number: separators and a leading apostrophe out, the zero that a
    /// spreadsheet lost back. A number of a wrong length is kept, because a slip may have made it;
    /// placeholders (`000000000`, `123456789`) are no number.
    pub fn identity(text: &str) -> Option<Self> {
        let number = Self::digits_of(text)?;
        if number.digits() == 11 && !text.trim_start_matches(['\'', ' ']).starts_with('0') {
            return Some(Self::new(number.value(), 12));
        }
        (number.digits() >= 8).then_some(number)
    }

    /// Reads a social insurance number (mã số BHXH, 10 digits).
    pub fn insurance(text: &str) -> Option<Self> {
        Self::digits_of(text)?.of_at_least(10, 1_000_000)
    }

    /// Reads a mobile number in any of its forms.
    pub fn phone(text: &str) -> Option<Self> {
        let text = text.trim();
        let bytes = text.as_bytes();
        let plain = bytes.len() == 10 && bytes.starts_with(b"0");
        if plain && bytes.iter().all(u8::is_ascii_digit) {
            return Self::digits_of(text);
        }
        match vietnam::phone::repair(text) {
            Ok(repaired) => Self::digits_of(&repaired.number),
            Err(_) => Self::digits_of(text)?.of_at_least(10, 10_000_000),
        }
    }

    /// The number with leading zeros up to `digits`, unless it is smaller than `least`.
    fn of_at_least(self, digits: usize, least: u64) -> Option<Self> {
        (self.value() >= least).then(|| Self::new(self.value(), self.digits().max(digits)))
    }

    fn digits_of(text: &str) -> Option<Self> {
        // A text cell that came from a numeric one may end in ".0".
        let text = text.trim();
        let text = text.strip_suffix(".0").filter(|rest| rest.len() >= 8).unwrap_or(text);
        let (mut value, mut digits) = (0u64, 0usize);
        let mut all_equal = true;
        let mut last = None;
        for c in text.chars() {
            let digit = match c {
                '0'..='9' => u64::from(c) - u64::from('0'),
                // The letter O typed for zero inside a number.
                'o' | 'O' if digits > 0 => 0,
                c if c.is_alphabetic() => return None,
                _ => continue,
            };
            value = value.checked_mul(10)?.checked_add(digit)?;
            digits += 1;
            all_equal &= last.is_none_or(|last| last == digit);
            last = Some(digit);
        }
        let placeholder = all_equal || value == 123_456_789 || value == 12_345_678_910;
        (digits <= DIGITS_MAX && value > 0 && !placeholder).then(|| Self::new(value, digits))
    }

    /// The value without leading zeros; stable, for keys.
    pub fn value(self) -> u64 {
        self.0 & ((1 << VALUE_BITS) - 1)
    }

    /// Whether nothing was written.
    pub fn is_empty(self) -> bool {
        self.value() == 0
    }

    /// Whether this is a number of twelve digits (CCCD, or CMND of twelve digits).
    pub fn is_cccd(self) -> bool {
        self.digits() == 12
    }

    /// Whether this is a CMND of nine digits.
    pub fn is_cmnd(self) -> bool {
        self.digits() <= 9
    }

    /// The year of birth and whether female, as a CCCD number tells them.
    pub fn cccd_facts(self) -> Option<(u16, bool)> {
        if !self.is_cccd() {
            return None;
        }
        let century_and_sex = (self.value() / 100_000_000 % 10) as u16;
        let year = (self.value() / 1_000_000 % 100) as u16;
        Some((1900 + century_and_sex / 2 * 100 + year, century_and_sex % 2 == 1))
    }

    /// How this number stands to another of the same field; symmetric.
    pub fn relation(self, other: Self) -> NumberRelation {
        if self.is_empty() || other.is_empty() {
            return NumberRelation::Missing;
        }
        if self.value() == other.value() {
            return NumberRelation::Equal;
        }
        // Nine and twelve digits are two papers of maybe one person.
        if self.digits().abs_diff(other.digits()) > 1 {
            return NumberRelation::Missing;
        }
        if self.digits() == other.digits() && self.value() / 100 == other.value() / 100 {
            return NumberRelation::Neighbour;
        }
        let ((a, a_from), (b, b_from)) = (self.decimal(), other.decimal());
        if one_edit(&a[a_from..], &b[b_from..]) {
            NumberRelation::Slip
        } else {
            NumberRelation::Different
        }
    }

    /// The decimal digits, right-aligned, and where they begin.
    fn decimal(self) -> ([u8; 20], usize) {
        let (mut digits, mut at, mut rest) = ([0u8; 20], 20, self.value());
        while rest > 0 {
            at -= 1;
            digits[at] = (rest % 10) as u8;
            rest /= 10;
        }
        (digits, at)
    }
}

impl fmt::Display for Number {
    /// All digits with leading zeros, or nothing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return Ok(());
        }
        write!(f, "{:0width$}", self.value(), width = self.digits())
    }
}

#[cfg(test)]
mod tests {
    use super::{Number, NumberRelation};

    fn identity(text: &str) -> Number {
        Number::identity(text).unwrap()
    }

    #[test]
    fn reads_identity_numbers() {
        assert_eq!(identity("42083025402"), identity("042 083 025 402"));
        assert_eq!(identity("'042083025402").to_string(), "042083025402");
        assert_eq!(identity("042083025402").cccd_facts(), Some((1983, false)));
        assert_eq!(identity("42301016735").cccd_facts(), Some((2001, true)));
        for text in ["000000000", "123456789", "chưa có", "0", ""] {
            assert_eq!(Number::identity(text), None, "{text}");
        }
    }

    #[test]
    fn relations() {
        use NumberRelation::*;
        let cases = [
            ("042083025402", "42083025402", Equal),
            ("042083025402", "042083035402", Slip),
            ("042083025402", "042038025402", Slip),
            ("042083025402", "04208302540", Slip),
            ("042083025402", "042083025403", Neighbour),
            ("042083025402", "042083129911", Different),
            ("042083025402", "183455652", Missing),
            ("183455652", "183545652", Slip),
        ];
        for (a, b, expected) in cases {
            assert_eq!(identity(a).relation(identity(b)), expected, "{a} {b}");
            assert_eq!(identity(b).relation(identity(a)), expected, "{b} {a}");
        }
    }
}
