//! Numbers of Vietnamese identity papers.
//!
//! CCCD and the personal identification number have 12 digits, `PPP G YY NNNNNN`: the province of
//! birth registration (63 codes, `0` and the statistics code), century and sex, year of birth,
//! six random digits (Luật Căn cước công dân 2014; Thông tư 59/2021/TT-BCA Điều 4). There is no
//! check digit. The older CMND has 9 digits (Nghị định 05/1999/NĐ-CP).

use std::collections::HashMap;
use std::fmt;
use std::sync::OnceLock;

/// Which paper a number belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IdKind {
    /// Chứng minh nhân dân, 9 digits.
    Cmnd9,
    /// Căn cước công dân, or a 12-digit CMND, which has the same layout.
    Cccd12,
}

/// Sex as the third field of a CCCD number tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sex {
    /// Nam: even digit.
    Male,
    /// Nữ: odd digit.
    Female,
}

/// A well-formed identity number. Well-formed does not mean known or right: see
/// [`IdNumber::province_code`] and [`cccd_province`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IdNumber {
    digits: String,
}

/// Why a text is no identity number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IdError {
    /// A character that is no digit.
    NotDigits,
    /// Not 9 and not 12 digits; the count found is given.
    Length(usize),
    /// A placeholder: all digits equal, or 123456789.
    Placeholder,
}

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotDigits => f.write_str("số CMND/CCCD chỉ gồm chữ số"),
            Self::Length(found) => {
                write!(f, "có {found} chữ số; CMND có 9, CCCD có 12")
            }
            Self::Placeholder => f.write_str("số ghi tạm, không phải số CMND/CCCD"),
        }
    }
}

impl std::error::Error for IdError {}

impl IdNumber {
    /// Reads a number that is already repaired: 9 or 12 ASCII digits, nothing else.
    ///
    /// # Errors
    /// [`IdError`] when the text has other characters, another length or is a placeholder. A
    /// 12-digit number of no known province is kept: lists have wrong digits, and a person is
    /// behind them.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(IdError::NotDigits);
        }
        if !matches!(text.len(), 9 | 12) {
            return Err(IdError::Length(text.len()));
        }
        let first = text.as_bytes()[0];
        if text.bytes().all(|b| b == first) || text == "123456789" {
            return Err(IdError::Placeholder);
        }
        Ok(Self { digits: text.to_owned() })
    }

    /// The paper, by the number of digits.
    pub fn kind(&self) -> IdKind {
        if self.digits.len() == 12 { IdKind::Cccd12 } else { IdKind::Cmnd9 }
    }

    /// All digits, with leading zeros.
    pub fn as_str(&self) -> &str {
        &self.digits
    }

    /// The form for the public: the first three and the last three digits, `042******123` or
    /// `183***123`.
    pub fn masked(&self) -> String {
        let (head, rest) = self.digits.split_at(3);
        let (middle, tail) = rest.split_at(rest.len() - 3);
        format!("{head}{}{tail}", "*".repeat(middle.len()))
    }

    /// The digits without leading zeros: the key under which a number still matches after a
    /// spreadsheet has dropped its zeros.
    pub fn match_key(&self) -> &str {
        self.digits.trim_start_matches('0')
    }

    /// The first three digits of a CCCD, the province of birth registration (not of residence);
    /// `None` for a CMND. Whether the code exists: [`cccd_province`].
    pub fn province_code(&self) -> Option<&str> {
        (self.kind() == IdKind::Cccd12).then(|| &self.digits[..3])
    }

    /// The sex that a CCCD tells; `None` for a CMND.
    pub fn sex(&self) -> Option<Sex> {
        let digit = self.century_digit()?;
        Some(if digit.is_multiple_of(2) { Sex::Male } else { Sex::Female })
    }

    /// The year of birth that a CCCD tells, 1900 to 2399; `None` for a CMND.
    pub fn birth_year(&self) -> Option<i32> {
        let century = 1900 + 100 * i32::from(self.century_digit()? / 2);
        let bytes = self.digits.as_bytes();
        Some(century + 10 * i32::from(bytes[4] - b'0') + i32::from(bytes[5] - b'0'))
    }

    fn century_digit(&self) -> Option<u8> {
        (self.kind() == IdKind::Cccd12).then(|| self.digits.as_bytes()[3] - b'0')
    }
}

impl fmt::Display for IdNumber {
    /// The full number. Not for the public: see [`IdNumber::masked`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.digits)
    }
}

impl std::str::FromStr for IdNumber {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        Self::parse(text)
    }
}

/// The province (full name before 01/7/2025) whose CCCD numbers begin with these three digits,
/// or `None` for a code that was never given out. The merger of provinces changed no number.
pub fn cccd_province(code: &str) -> Option<&'static str> {
    provinces().get(code).copied()
}

/// The 63 codes with their provinces, in the order of the codes.
pub fn cccd_provinces() -> impl Iterator<Item = (&'static str, &'static str)> {
    PROVINCES.lines().filter_map(|line| line.split_once('\t'))
}

const PROVINCES: &str = include_str!("../data/cccd_provinces.tsv");

fn provinces() -> &'static HashMap<&'static str, &'static str> {
    static TABLE: OnceLock<HashMap<&'static str, &'static str>> = OnceLock::new();
    TABLE.get_or_init(|| cccd_provinces().collect())
}

#[cfg(test)]
mod tests;
