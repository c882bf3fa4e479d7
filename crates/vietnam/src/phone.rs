//! Vietnamese mobile numbers, repaired from what people and spreadsheets make of them.
//!
//! Since the numbering plan of 2018 (Thông tư 22/2014/TT-BTTTT; conversion of 11-digit mobile
//! numbers 15/9/2018) a mobile number has 10 digits and opens with 03, 05, 07, 08 or 09.

use std::fmt;

/// A mobile number and what had to be done to get it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PhoneRepair {
    /// Ten digits with the leading 0.
    pub number: String,
    /// The number had the 11-digit form used before 15/9/2018 and was converted.
    pub old_prefix: bool,
    /// The leading 0 was missing (spreadsheets drop it).
    pub zero_lost: bool,
    /// Spaces, dots, dashes or brackets were taken out, or the country code +84.
    pub separators: bool,
}

/// Why a text is no mobile number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PhoneError {
    /// Nothing was written.
    Empty,
    /// The text holds something else than digits and separators.
    NotANumber,
    /// The digits are too few or too many.
    Length,
    /// A number of the right length that is not a mobile one (landlines open with 02).
    NotMobile,
}

impl fmt::Display for PhoneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "chưa ghi số điện thoại",
            Self::NotANumber => "không phải là số điện thoại",
            Self::Length => "số điện thoại thiếu hoặc thừa chữ số",
            Self::NotMobile => "không phải số di động của Việt Nam",
        })
    }
}

impl std::error::Error for PhoneError {}

/// Prefixes of 11-digit numbers and what replaced them on 15/9/2018; the last 7 digits stayed.
const OLD_PREFIXES: [(&str, &str); 21] = [
    ("0120", "070"),
    ("0121", "079"),
    ("0122", "077"),
    ("0123", "083"),
    ("0124", "084"),
    ("0125", "085"),
    ("0126", "076"),
    ("0127", "081"),
    ("0128", "078"),
    ("0129", "082"),
    ("0162", "032"),
    ("0163", "033"),
    ("0164", "034"),
    ("0165", "035"),
    ("0166", "036"),
    ("0167", "037"),
    ("0168", "038"),
    ("0169", "039"),
    ("0186", "056"),
    ("0188", "058"),
    ("0199", "059"),
];

/// Reads a mobile number: separators and +84 out, a lost leading 0 back, an 11-digit prefix
/// converted. A lost 0 and an old prefix may come together (`1688123456`).
///
/// # Errors
/// [`PhoneError`] says why there is no mobile number; the text should then be kept as it is.
pub fn repair(text: &str) -> Result<PhoneRepair, PhoneError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(PhoneError::Empty);
    }
    let (digits, mut separators) = take_digits(text)?;
    let (digits, country_code) = drop_country_code(&digits, text.starts_with('+'));
    separators |= country_code;
    let zero_lost = !digits.starts_with('0') && !country_code;
    let national = if digits.starts_with('0') { digits } else { format!("0{digits}") };
    let (number, old_prefix) = match national.len() {
        10 => (national, false),
        11 => (convert_old(&national).ok_or(PhoneError::NotMobile)?, true),
        _ => return Err(PhoneError::Length),
    };
    if is_mobile(&number) {
        Ok(PhoneRepair { number, old_prefix, zero_lost, separators })
    } else {
        Err(PhoneError::NotMobile)
    }
}

/// Whether ten digits are a Vietnamese mobile number by the prefixes in use.
pub fn is_mobile(number: &str) -> bool {
    let bytes = number.as_bytes();
    if bytes.len() != 10 || !bytes.iter().all(u8::is_ascii_digit) || bytes[0] != b'0' {
        return false;
    }
    match bytes[1] {
        b'3' => bytes[2] >= b'2',
        b'5' => matches!(bytes[2], b'2' | b'5' | b'6' | b'8' | b'9'),
        b'7' => matches!(bytes[2], b'0' | b'6'..=b'9'),
        b'8' => bytes[2] >= b'1',
        b'9' => true,
        _ => false,
    }
}

fn take_digits(text: &str) -> Result<(String, bool), PhoneError> {
    // A text cell that came from a numeric one may end in ".0".
    let body = text.strip_suffix(".0").filter(|rest| rest.len() >= 9).unwrap_or(text);
    let mut digits = String::with_capacity(12);
    let mut separators = body.len() != text.len();
    for c in body.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '.' | '-' | '(' | ')' | '+' | '\'' | '/' | '\u{2013}' | ',' => separators = true,
            c if c.is_whitespace() || c == '\u{200B}' || c == '\u{FEFF}' => separators = true,
            _ => return Err(PhoneError::NotANumber),
        }
    }
    if digits.is_empty() { Err(PhoneError::NotANumber) } else { Ok((digits, separators)) }
}

/// Takes off 84, which is a country code after `+` or `00`, or when 11 or 12 digits open with it.
fn drop_country_code(digits: &str, plus: bool) -> (String, bool) {
    let bare = digits.strip_prefix("00").filter(|rest| rest.starts_with("84")).unwrap_or(digits);
    let marked = plus || bare.len() != digits.len();
    match bare.strip_prefix("84") {
        Some(rest) if marked || matches!(rest.len(), 9 | 10) => {
            (rest.trim_start_matches('0').to_owned(), true)
        }
        _ => (digits.to_owned(), false),
    }
}

fn convert_old(national: &str) -> Option<String> {
    let (prefix, rest) = national.split_at_checked(4)?;
    let (_, new) = OLD_PREFIXES.iter().find(|(old, _)| *old == prefix)?;
    Some(format!("{new}{rest}"))
}

#[cfg(test)]
mod tests;
