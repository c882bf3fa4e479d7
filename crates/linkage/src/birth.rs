//! Dates of birth as lists have them: often only a year, 01/01 for "unknown", day and month
//! swapped by a program.

use vietnam::date::{self, PartialDate};

/// A date of birth of which parts may be unknown; 0 stands for unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Birth {
    /// Year, or 0.
    pub year: u16,
    /// Month, or 0.
    pub month: u8,
    /// Day, or 0.
    pub day: u8,
}

/// How two dates of birth stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum BirthRelation {
    /// A date is missing.
    Missing,
    /// The same day.
    Equal,
    /// Both 1 January of the same year, which often stands for an unknown day.
    EqualNewYear,
    /// The same month and year, a day is unknown.
    SameMonth,
    /// The same year; exactly one of the two has no more than a year.
    YearOfFull,
    /// The same year, and both have no more than that.
    BothYearOnly,
    /// The same year; one says 1 January, the other another day.
    NewYearAgainstFull,
    /// Day and month changed places.
    Swapped,
    /// The same year and one slip in day or month.
    DaySlip,
    /// The same year, another day.
    OtherDay,
    /// The same day and month, one digit of the year differs.
    YearSlip,
    /// The same day and month, another year.
    OtherYear,
    /// One year apart, days unknown.
    NextYear,
    /// Another date.
    Different,
}

impl Birth {
    /// Reads what a list says; `None` when no date can be read. Of a day that is in no calendar only
    /// the year counts. Month and day in American order
    /// are put right where only that reading exists (`04/25/1980`).
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(plain) = parse_plain(text) {
            return plain;
        }
        let parsed = date::parse_birth(text).ok().or_else(|| {
            let serial = text.parse::<u32>().ok().filter(|day| (1000..60000).contains(day))?;
            let is_year = (1850..=2100).contains(&serial);
            if is_year { None } else { date::from_serial(f64::from(serial), false) }
                .map(PartialDate::from)
        })?;
        Self::checked(parsed.year, parsed.month.unwrap_or(0), parsed.day.unwrap_or(0))
    }

    /// A date with its parts checked; `None` for a year that no living person was born in.
    fn checked(year: i32, month: u32, day: u32) -> Option<Self> {
        let year = u16::try_from(year).ok().filter(|year| (1850..=2100).contains(year))?;
        let (month, day) = if month > 12 && day <= 12 { (day, month) } else { (month, day) };
        let (known_month, known_day) = ((month > 0).then_some(month), (day > 0).then_some(day));
        match PartialDate::new(i32::from(year), known_month, known_day) {
            Some(_) => Some(Self { year, month: month as u8, day: day as u8 }),
            // Of a day that never was the year is still worth something.
            None => Some(Self::from_year(year)),
        }
    }

    /// A year alone.
    pub fn from_year(year: u16) -> Self {
        Self { year, month: 0, day: 0 }
    }

    /// Whether day, month and year are known.
    pub fn is_full(self) -> bool {
        self.day > 0
    }

    /// Whether no more than the year is said: a year alone, or 1 January.
    pub fn is_year_only(self) -> bool {
        self.year > 0 && self.month == 0
    }

    fn is_new_year(self) -> bool {
        self.month == 1 && self.day == 1
    }

    /// All of it in one number, for keys.
    pub fn code(self) -> u32 {
        u32::from(self.year) << 9 | u32::from(self.month) << 5 | u32::from(self.day)
    }

    /// How this date stands to another; symmetric.
    pub fn relation(self, other: Self) -> BirthRelation {
        if self.year == 0 || other.year == 0 {
            return BirthRelation::Missing;
        }
        if self.year == other.year {
            return self.relation_in_year(other);
        }
        let far = self.year.abs_diff(other.year);
        if self.is_full() && other.is_full() {
            if (self.month, self.day) != (other.month, other.day) {
                return BirthRelation::Different;
            }
            // 1 January stands for an unknown day: then only the years speak.
            if self.is_new_year() {
                return if far == 1 { BirthRelation::NextYear } else { BirthRelation::Different };
            }
            return if digits_slip(self.year, other.year) || far == 1 {
                BirthRelation::YearSlip
            } else {
                BirthRelation::OtherYear
            };
        }
        if far == 1 { BirthRelation::NextYear } else { BirthRelation::Different }
    }

    fn relation_in_year(self, other: Self) -> BirthRelation {
        match (self.is_full(), other.is_full()) {
            (true, true) if self == other => {
                if self.is_new_year() {
                    BirthRelation::EqualNewYear
                } else {
                    BirthRelation::Equal
                }
            }
            (true, true) => self.other_day(other),
            _ if self.month > 0 && other.month > 0 => {
                if self.month == other.month {
                    BirthRelation::SameMonth
                } else if self.is_new_year() || other.is_new_year() {
                    BirthRelation::NewYearAgainstFull
                } else {
                    BirthRelation::OtherDay
                }
            }
            (false, false) => BirthRelation::BothYearOnly,
            // 1 January says no more than the year.
            _ if self.is_new_year() || other.is_new_year() => BirthRelation::BothYearOnly,
            _ => BirthRelation::YearOfFull,
        }
    }

    fn other_day(self, other: Self) -> BirthRelation {
        if self.month == other.day && self.day == other.month {
            return BirthRelation::Swapped;
        }
        if self.is_new_year() || other.is_new_year() {
            return BirthRelation::NewYearAgainstFull;
        }
        let day_slip = self.month == other.month && digits_slip(self.day.into(), other.day.into());
        let month_slip = self.day == other.day;
        if day_slip || month_slip { BirthRelation::DaySlip } else { BirthRelation::OtherDay }
    }
}

/// Whether two numbers of as many digits differ in one digit or in the order of two neighbours.
fn digits_slip(a: u16, b: u16) -> bool {
    let digits = |n: u16| [n / 1000 % 10, n / 100 % 10, n / 10 % 10, n % 10];
    let (x, y) = (digits(a), digits(b));
    let differing: Vec<usize> = (0..4).filter(|&at| x[at] != y[at]).collect();
    match differing[..] {
        [_] => true,
        [first, second] => second == first + 1 && x[first] == y[second] && x[second] == y[first],
        _ => false,
    }
}

/// The forms that most rows have, read without building a text: `d/m/yyyy` with one of `/ . -`,
/// `yyyy-mm-dd` and `yyyy`. The outer `None` leaves the text to the full reader.
fn parse_plain(text: &str) -> Option<Option<Birth>> {
    let mut parts = [(0u32, 0usize); 3];
    let mut count = 0;
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' => {
                let (value, digits) = &mut parts[count];
                *value = *value * 10 + u32::from(byte - b'0');
                *digits += 1;
                if *digits > 4 {
                    return None;
                }
            }
            b'/' | b'.' | b'-' if count < 2 && parts[count].1 > 0 => count += 1,
            _ => return None,
        }
    }
    match parts {
        [(year, 4), (0, 0), (0, 0)] if count == 0 => Some(Birth::checked(year as i32, 0, 0)),
        [(day, 1 | 2), (month, 1 | 2), (year, 4)] | [(year, 4), (month, 1 | 2), (day, 1 | 2)]
            if count == 2 =>
        {
            Some(Birth::checked(year as i32, month, day))
        }
        _ => None,
    }
}

impl std::fmt::Display for Birth {
    /// `05/03/1965`, `03/1965`, `1965`, or nothing.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.year, self.month, self.day) {
            (0, _, _) => Ok(()),
            (year, 0, _) => write!(f, "{year:04}"),
            (year, month, 0) => write!(f, "{month:02}/{year:04}"),
            (year, month, day) => write!(f, "{day:02}/{month:02}/{year:04}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Birth, BirthRelation};

    fn birth(text: &str) -> Birth {
        Birth::parse(text).unwrap()
    }

    #[test]
    fn reads_the_forms_of_lists() {
        let expected = Birth { year: 1980, month: 4, day: 22 };
        for text in ["22.4.1980", "04/22/1980", "1980-04-22", "22-04-1980", " 22/04/1980 "] {
            assert_eq!(birth(text), expected, "{text}");
        }
        assert_eq!(birth("00/00/1952"), Birth::from_year(1952));
        assert_eq!(birth("07/2005"), Birth { year: 2005, month: 7, day: 0 });
        assert_eq!(birth("29332").to_string(), "21/04/1980");
        assert_eq!(birth("31/02/1980"), Birth::from_year(1980));
        assert_eq!(Birth::parse("không rõ"), None);
    }

    #[test]
    fn relations() {
        use BirthRelation::*;
        let cases = [
            ("22/04/1980", "22/4/1980", Equal),
            ("1/1/1980", "01/01/1980", EqualNewYear),
            ("22/04/1980", "1980", YearOfFull),
            ("1980", "1980", BothYearOnly),
            ("1/1/1980", "1980", BothYearOnly),
            ("1/1/1980", "22/04/1980", NewYearAgainstFull),
            ("06/07/1963", "07/06/1963", Swapped),
            ("06/07/1963", "16/07/1963", DaySlip),
            ("06/07/1963", "26/11/1963", OtherDay),
            ("06/07/1963", "06/07/1936", YearSlip),
            ("06/07/1963", "06/07/1951", OtherYear),
            ("1970", "06/07/1969", NextYear),
            ("06/1963", "16/06/1963", SameMonth),
        ];
        for (a, b, expected) in cases {
            assert_eq!(birth(a).relation(birth(b)), expected, "{a} {b}");
            assert_eq!(birth(b).relation(birth(a)), expected, "{b} {a}");
        }
    }
}
