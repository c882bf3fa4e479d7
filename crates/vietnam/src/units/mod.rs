//! Administrative units of Viet Nam with their history since 2019: provinces, districts (until
//! 30/6/2025) and communes, the links from old units to new ones, and a search by written name.
//!
//! Codes are those of the Statistics Office (Quyết định 124/2004/QĐ-TTg; from 01/7/2025 Quyết
//! định 19/2025/QĐ-TTg): 2, 3 and 5 digits with leading zeros. A unit is a code **and** a period:
//! communes of 2025 reuse codes of communes of before, with another name and territory.

mod address;
mod gazetteer;
mod links;
mod search;

use chrono::NaiveDate;

pub use gazetteer::Gazetteer;
pub use links::{LinkKind, LinkMethod, UnitLink};
pub use search::UnitMatch;

/// The tier of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UnitLevel {
    /// Tỉnh, thành phố trực thuộc trung ương: codes of two digits.
    Province,
    /// Huyện, quận, thị xã, thành phố thuộc tỉnh: codes of three digits, until 30/6/2025.
    District,
    /// Xã, phường, thị trấn, đặc khu: codes of five digits.
    Commune,
}

impl UnitLevel {
    /// The level that a code of this many digits belongs to: 2, 3 or 5.
    pub fn of_code(code: &str) -> Option<Self> {
        match code.len() {
            2 => Some(Self::Province),
            3 => Some(Self::District),
            5 => Some(Self::Commune),
            _ => None,
        }
    }
}

/// A unit in one period of its life, during which name and parent stay the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Unit {
    /// Tier.
    pub level: UnitLevel,
    /// Code with leading zeros; unique only together with the period.
    pub code: &'static str,
    /// Code of the unit above: a district's or, from 01/7/2025, a province's; none for provinces.
    pub parent: Option<&'static str>,
    /// Name with the kind of unit, `Xã Sơn Kim 1`.
    pub full_name: &'static str,
    /// First day; `None` when before the records begin (11/2019).
    pub valid_from: Option<NaiveDate>,
    /// The day after the last; `None` when the unit still exists.
    pub valid_to: Option<NaiveDate>,
}

impl Unit {
    /// Whether the period holds the date.
    pub fn is_valid_on(&self, date: NaiveDate) -> bool {
        self.valid_from.is_none_or(|from| from <= date) && self.valid_to.is_none_or(|to| date < to)
    }

    /// The name without the kind of unit: `Sơn Kim 1`, for `Phường 1` just `1`.
    pub fn bare_name(&self) -> &'static str {
        address::split_kind(self.full_name)
    }
}

#[cfg(test)]
mod tests;
