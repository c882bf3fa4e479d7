//! A payment as the log shows it: one line of text, in exactly one spelling.
//!
//! ```text
//! ansinh1|2025-11-03|18009|042-430|NQ42|HN|1500000|paid|<64 hexadecimal digits>
//! ```
//!
//! Version, day, commune, district (`-` where there is none), programme, group of the policy,
//! amount in đồng, kind, commitment. The line has no newline.

use std::fmt::{self, Write as _};

use chrono::{Datelike as _, NaiveDate};
use thiserror::Error;

use crate::hash::Hash;

/// The first field of every line.
pub const VERSION: &str = "ansinh1";
/// Bytes in a code, at most.
pub const MAX_CODE: usize = 40;
const FIELDS: usize = 9;

/// What happened to the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// It was paid; the amount is positive.
    Paid,
    /// A counter-entry: what was entered as paid was not; the amount is negative.
    Reversed,
    /// The payee gave it back; the amount is negative.
    Returned,
    /// A counter-entry to a return: it had not been given back; the amount is positive.
    Restored,
}

impl Kind {
    /// The word in the line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::Reversed => "reversed",
            Self::Returned => "returned",
            Self::Restored => "restored",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [Self::Paid, Self::Reversed, Self::Returned, Self::Restored]
            .into_iter()
            .find(|kind| kind.word() == word)
    }

    fn allows(self, amount: i64) -> bool {
        if matches!(self, Self::Paid | Self::Restored) { amount > 0 } else { amount < 0 }
    }
}

/// The code of a unit, a programme or a group: Latin letters without marks, digits, and `-`, `_`,
/// `.`, `/` after the first place; at most 40 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(Box<str>);

impl Code {
    /// Reads a code; nothing when it has another form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let later = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
        let right = text.len() <= MAX_CODE
            && text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric())
            && text.bytes().all(later);
        right.then(|| Self(text.into()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What is in a line, by the words its errors use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The commune's code.
    Commune,
    /// The district's code.
    District,
    /// The programme's code.
    Programme,
    /// The code of the policy's group.
    Group,
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Commune => "mã xã",
            Self::District => "mã huyện",
            Self::Programme => "mã chương trình",
            Self::Group => "mã nhóm chính sách",
        })
    }
}

/// Why bytes are no payment's line.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LeafError {
    /// Not UTF-8.
    #[error("không phải văn bản UTF-8")]
    Utf8,
    /// Not nine fields.
    #[error("có {0} phần, phải có đúng 9 phần ngăn bằng dấu |")]
    Fields(usize),
    /// The first field is not [`VERSION`].
    #[error("phần 1: phải là “ansinh1”")]
    Version,
    /// No day of the calendar written yyyy-mm-dd.
    #[error("phần 2: ngày phải có trong lịch và viết dạng năm-tháng-ngày, ví dụ 2025-11-03")]
    Day,
    /// A code with other characters, none or too many.
    #[error("{0} phải gồm 1–40 ký tự chữ không dấu, số, hoặc - _ . / (không đứng đầu)")]
    Code(Field),
    /// No number of đồng in its one spelling.
    #[error("phần 7: số tiền phải là số nguyên đồng, không có dấu chấm, dấu + hay số 0 ở đầu")]
    Amount,
    /// An unknown kind.
    #[error("phần 8: loại phải là paid, reversed, returned hoặc restored")]
    Kind,
    /// The sign of the amount does not fit the kind, or it is zero.
    #[error("số tiền {amount} không hợp với loại {}: paid và restored phải dương, reversed và returned phải âm", kind.word())]
    Sign {
        /// The kind.
        kind: Kind,
        /// The amount.
        amount: i64,
    },
    /// Not 64 lower-case hexadecimal digits.
    #[error("phần 9: cam kết phải là 64 chữ số thập lục phân viết thường")]
    Commitment,
}

/// The public facts of one payment or counter-entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentLeaf {
    /// The day it belongs to.
    pub day: NaiveDate,
    /// The commune that paid.
    pub commune: Code,
    /// The district of that day, if there were districts.
    pub district: Option<Code>,
    /// The relief programme.
    pub programme: Code,
    /// The group of the policy.
    pub group: Code,
    /// Đồng; negative for what takes a payment back.
    pub amount: i64,
    /// What happened.
    pub kind: Kind,
    /// The commitment to the payee.
    pub commitment: Hash,
}

impl PaymentLeaf {
    /// The line: the entry that goes into the log.
    ///
    /// # Errors
    /// [`LeafError::Sign`] or [`LeafError::Day`] for facts that no line may state.
    pub fn encode(&self) -> Result<String, LeafError> {
        let (kind, amount) = (self.kind, self.amount);
        if !kind.allows(amount) {
            return Err(LeafError::Sign { kind, amount });
        }
        if !(1..=9999).contains(&self.day.year()) {
            return Err(LeafError::Day);
        }
        let mut line = String::with_capacity(160);
        let written = write!(
            line,
            "{VERSION}|{:04}-{:02}-{:02}|{}|{}|{}|{}|{amount}|{}|{}",
            self.day.year(),
            self.day.month(),
            self.day.day(),
            self.commune.as_str(),
            self.district.as_ref().map_or("-", Code::as_str),
            self.programme.as_str(),
            self.group.as_str(),
            kind.word(),
            self.commitment,
        );
        debug_assert!(written.is_ok(), "a string takes every text");
        Ok(line)
    }

    /// Reads a line. Whatever it accepts, [`PaymentLeaf::encode`] writes back byte for byte.
    ///
    /// # Errors
    /// [`LeafError`] naming the first part that is wrong.
    pub fn parse(entry: &[u8]) -> Result<Self, LeafError> {
        let line = std::str::from_utf8(entry).map_err(|_| LeafError::Utf8)?;
        let mut fields = [""; FIELDS];
        let mut found = 0;
        for part in line.split('|') {
            if let Some(field) = fields.get_mut(found) {
                *field = part;
            }
            found += 1;
        }
        if found != FIELDS {
            return Err(LeafError::Fields(found));
        }
        let [version, day, commune, district, programme, group, amount, kind, commitment] = fields;
        if version != VERSION {
            return Err(LeafError::Version);
        }
        let code = |text, field| Code::parse(text).ok_or(LeafError::Code(field));
        let leaf = Self {
            day: parse_day(day).ok_or(LeafError::Day)?,
            commune: code(commune, Field::Commune)?,
            district: match district {
                "-" => None,
                text => Some(code(text, Field::District)?),
            },
            programme: code(programme, Field::Programme)?,
            group: code(group, Field::Group)?,
            amount: parse_amount(amount).ok_or(LeafError::Amount)?,
            kind: Kind::parse(kind).ok_or(LeafError::Kind)?,
            commitment: Hash::from_hex(commitment.as_bytes()).ok_or(LeafError::Commitment)?,
        };
        let (kind, amount) = (leaf.kind, leaf.amount);
        if kind.allows(amount) { Ok(leaf) } else { Err(LeafError::Sign { kind, amount }) }
    }
}

/// yyyy-mm-dd, with digits in every place.
fn parse_day(text: &str) -> Option<NaiveDate> {
    let bytes: &[u8; 10] = text.as_bytes().try_into().ok()?;
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0u16, |sum, digit| {
            digit.is_ascii_digit().then(|| sum * 10 + u16::from(digit - b'0'))
        })
    };
    let (year, month, day) = (number(&bytes[..4])?, number(&bytes[5..7])?, number(&bytes[8..])?);
    let right = bytes[4] == b'-' && bytes[7] == b'-' && year > 0;
    let day = NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day));
    day.filter(|_| right)
}

/// A decimal number; `+5`, `05` and `-0` are other spellings of numbers and no amounts.
fn parse_amount(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let right = digits.bytes().next().is_some_and(|byte| matches!(byte, b'1'..=b'9'));
    text.parse().ok().filter(|_| right || text == "0")
}
