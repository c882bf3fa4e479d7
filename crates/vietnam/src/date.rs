//! Dates as Vietnamese lists write them: often only a year, sometimes a month, sometimes
//! impossible; and the day numbers of spreadsheets.

use std::fmt;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use crate::text;

/// A date of which the day, or day and month, may be unknown. A day is only known with its month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PartialDate {
    /// Year of the Gregorian calendar.
    pub year: i32,
    /// Month, 1 to 12.
    pub month: Option<u32>,
    /// Day of the month, 1 to 31.
    pub day: Option<u32>,
}

/// Why a text is no date of birth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BirthError {
    /// Nothing was written.
    Empty,
    /// The text has no shape of a date.
    Unreadable,
    /// A date that does not exist: 31/02, month 13, year 0000.
    Impossible,
}

impl fmt::Display for BirthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "chưa ghi ngày sinh",
            Self::Unreadable => "không đọc được ngày sinh",
            Self::Impossible => "ngày sinh không có trong lịch",
        })
    }
}

impl std::error::Error for BirthError {}

impl PartialDate {
    /// A year alone.
    pub fn from_year(year: i32) -> Self {
        Self { year, month: None, day: None }
    }

    /// The date, checked: `None` for a day without month or a date that does not exist.
    pub fn new(year: i32, month: Option<u32>, day: Option<u32>) -> Option<Self> {
        let checked = match (month, day) {
            (None, Some(_)) => None,
            (month, day) => {
                NaiveDate::from_ymd_opt(year, month.unwrap_or(1), day.unwrap_or(1)).map(|_| ())
            }
        };
        checked.map(|()| Self { year, month, day })
    }

    /// The full date, when day and month are known.
    pub fn to_date(self) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(self.year, self.month?, self.day?)
    }

    /// Whether both can be the same date: what both know must be equal. A year alone is
    /// compatible with every date of that year, which is weak evidence.
    pub fn compatible(&self, other: &Self) -> bool {
        let agree = |a: Option<u32>, b: Option<u32>| a.is_none() || b.is_none() || a == b;
        self.year == other.year && agree(self.month, other.month) && agree(self.day, other.day)
    }
}

impl From<NaiveDate> for PartialDate {
    fn from(date: NaiveDate) -> Self {
        Self { year: date.year(), month: Some(date.month()), day: Some(date.day()) }
    }
}

impl fmt::Display for PartialDate {
    /// `05/03/1965`, `03/1965` or `1965`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.month, self.day) {
            (Some(month), Some(day)) => write!(f, "{day:02}/{month:02}/{:04}", self.year),
            (Some(month), None) => write!(f, "{month:02}/{:04}", self.year),
            _ => write!(f, "{:04}", self.year),
        }
    }
}

/// The latest year that [`parse_birth`] gives to a two-digit year: the year of the programme the
/// oldest lists belong to, so that `25` is a person of 95 and not a child not yet born.
const LATEST_YEAR: i32 = 2020;

/// Words that may stand before a date of birth, longest first.
const LEADS: [&str; 7] = ["ngay sinh", "sinh ngay", "nam sinh", "sinh nam", "sinh", "sn", "ns"];

/// Reads a date of birth, day first: `5/3/1940`, `05-03-1940`, `5.3.1940`, `5 / 3 / 1940`,
/// `1940-03-05` (also with a time), `05/1965`, `00/05/1965`, `1965`, `00/00/1965`, `5/3/40`,
/// `ngày 5 tháng 3 năm 1940` with blanks, `sinh năm 1940`. Two-digit years lie in 1921–2020; see
/// [`parse_birth_until`] for another century.
///
/// # Errors
/// [`BirthError::Empty`], [`BirthError::Unreadable`] for other shapes and
/// [`BirthError::Impossible`] for a date that does not exist. Future dates are not errors here.
pub fn parse_birth(text: &str) -> Result<PartialDate, BirthError> {
    parse_birth_until(text, LATEST_YEAR)
}

/// [`parse_birth`] with the latest year that a two-digit year may mean.
///
/// # Errors
/// As [`parse_birth`].
pub fn parse_birth_until(text: &str, latest_year: i32) -> Result<PartialDate, BirthError> {
    let folded = text::fold(text);
    if folded.is_empty() {
        return Err(BirthError::Empty);
    }
    let written = LEADS.iter().find_map(|lead| folded.strip_prefix(lead)).unwrap_or(&folded);
    let written = written.trim_start_matches([' ', ':', '.']);
    let fields = if written.contains(|c: char| c.is_alphabetic() && c != 't') {
        split_words(written)?
    } else {
        split_numbers(written)?
    };
    assemble(fields, latest_year)
}

/// Day, month and year as written; an empty text is a blank.
struct Fields<'a> {
    day: &'a str,
    month: &'a str,
    year: &'a str,
}

/// `ngày … tháng … năm …` with any of the first two blank or absent.
fn split_words(folded: &str) -> Result<Fields<'_>, BirthError> {
    let mut fields = Fields { day: "", month: "", year: "" };
    let mut slot = 2;
    for token in folded.split([' ', ':', ',', '/', '.', '…', '_']).filter(|t| !t.is_empty()) {
        match token {
            "ngay" => slot = 0,
            "thang" => slot = 1,
            "nam" => slot = 2,
            number if number.bytes().all(|b| b.is_ascii_digit()) => {
                let field = match slot {
                    0 => &mut fields.day,
                    1 => &mut fields.month,
                    _ => &mut fields.year,
                };
                if !field.is_empty() {
                    return Err(BirthError::Unreadable);
                }
                *field = number;
                slot = (slot + 1).min(2);
            }
            _ => return Err(BirthError::Unreadable),
        }
    }
    Ok(fields)
}

/// Numbers with separators, day first unless the first has four digits.
fn split_numbers(folded: &str) -> Result<Fields<'_>, BirthError> {
    let date = strip_time(folded);
    let mut parts: Vec<&str> =
        date.split(['/', '-', '.', ' ', '\\', ',', '_']).filter(|part| !part.is_empty()).collect();
    if parts.iter().any(|part| !part.bytes().all(|b| b.is_ascii_digit())) {
        return Err(BirthError::Unreadable);
    }
    if parts.len() > 1 && parts[0].len() == 4 {
        parts.reverse();
    }
    match parts[..] {
        [year] if year.len() == 4 => Ok(Fields { day: "", month: "", year }),
        // The form in the QR code of the CCCD.
        [whole] if whole.len() == 8 => {
            Ok(Fields { day: &whole[..2], month: &whole[2..4], year: &whole[4..] })
        }
        [month, year] if year.len() == 4 => Ok(Fields { day: "", month, year }),
        [day, month, year] => Ok(Fields { day, month, year }),
        _ => Err(BirthError::Unreadable),
    }
}

/// Takes off the midnight that programs add to a date: ` 00:00:00`, `t00:00`.
fn strip_time(folded: &str) -> &str {
    match folded.find(':') {
        Some(colon) => {
            let start = folded[..colon].rfind([' ', 't']).unwrap_or(0);
            folded[..start].trim_end()
        }
        None => folded,
    }
}

fn assemble(fields: Fields<'_>, latest_year: i32) -> Result<PartialDate, BirthError> {
    let number = |text: &str| -> Result<Option<u32>, BirthError> {
        match text.len() {
            0 => Ok(None),
            1 | 2 => text.parse().map(Some).map_err(|_| BirthError::Unreadable),
            _ => Err(BirthError::Unreadable),
        }
    };
    // 00 is how an unknown day or month is written.
    let day = number(fields.day)?.filter(|&day| day != 0);
    let month = number(fields.month)?.filter(|&month| month != 0);
    let year: i32 = fields.year.parse().map_err(|_| BirthError::Unreadable)?;
    let year = match fields.year.len() {
        4 => year,
        2 => latest_year - (latest_year - year).rem_euclid(100),
        _ => return Err(BirthError::Unreadable),
    };
    if year == 0 {
        return Err(BirthError::Impossible);
    }
    PartialDate::new(year, month, day).ok_or(BirthError::Impossible)
}

/// The date of a spreadsheet's day number; the time of day (the fraction) is dropped.
///
/// In the 1900 system 1 is 01/01/1900 and 60 is the 29/02/1900 that never was (ECMA-376 part 1,
/// 18.17.4.1 keeps it for Lotus 1-2-3): `None`. In the 1904 system 0 is 01/01/1904. `None` also
/// for negative numbers, 0 in the 1900 system, and what lies after 31/12/9999.
pub fn from_serial(serial: f64, excel_1904: bool) -> Option<NaiveDate> {
    let (lowest, highest) = if excel_1904 { (0.0, 2_957_004.0) } else { (1.0, 2_958_466.0) };
    if !(lowest..highest).contains(&serial) {
        return None;
    }
    let days = serial.floor() as u64;
    let (year, days) = match (excel_1904, days) {
        (true, days) => (1904, days),
        (false, 60) => return None,
        // Before the false day the count runs from 31/12/1899, after it from 30/12/1899.
        (false, days) => (1900, if days < 60 { days - 1 } else { days - 2 }),
    };
    NaiveDate::from_ymd_opt(year, 1, 1)?.checked_add_days(Days::new(days))
}

/// The short form for the screen: `19/6/2020`.
pub fn vi_date(date: NaiveDate) -> String {
    format!("{}/{}/{}", date.day(), date.month(), date.year())
}

/// The day of the week as it stands in a sentence: `thứ Sáu`, `Chủ nhật`.
pub fn vi_weekday(date: NaiveDate) -> &'static str {
    match date.weekday() {
        Weekday::Mon => "thứ Hai",
        Weekday::Tue => "thứ Ba",
        Weekday::Wed => "thứ Tư",
        Weekday::Thu => "thứ Năm",
        Weekday::Fri => "thứ Sáu",
        Weekday::Sat => "thứ Bảy",
        Weekday::Sun => "Chủ nhật",
    }
}

#[cfg(test)]
mod tests;
