//! Money in đồng: whole numbers only, checked arithmetic, the written forms of offices and lists.

mod parse;
mod words;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use parse::{ParsedAmount, parse_amount};
pub use words::{Four, WordStyle};

/// An amount in đồng. There is no smaller unit. Serialized as a plain integer.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Dong(pub i64);

impl Dong {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Sum; `None` on overflow.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// Difference; `None` on overflow.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The amount so many times (months, persons); `None` on overflow.
    pub fn checked_mul(self, times: i64) -> Option<Self> {
        self.0.checked_mul(times).map(Self)
    }

    /// The sum of all amounts; `None` on overflow, zero for none.
    pub fn checked_sum(amounts: impl IntoIterator<Item = Self>) -> Option<Self> {
        amounts.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }

    /// `1.500.000 đồng`.
    pub fn with_unit(self) -> String {
        format!("{self} đồng")
    }

    /// The amount in words as decisions print it: `Một triệu năm trăm nghìn đồng`. An empty group
    /// of thousands is not spoken (2.000.500: `Hai triệu năm trăm đồng`); negative amounts begin
    /// with `Âm`. Works for every `i64`.
    pub fn in_words(self) -> String {
        words::in_words(self.0, WordStyle::default())
    }

    /// The amount in words in another of the accepted styles.
    pub fn in_words_with(self, style: WordStyle) -> String {
        words::in_words(self.0, style)
    }
}

impl fmt::Display for Dong {
    /// Groups of three with dots: `1.500.000`, `-750.000`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.unsigned_abs().to_string();
        let mut grouped = String::with_capacity(digits.len() * 4 / 3 + 1);
        if self.0 < 0 {
            grouped.push('-');
        }
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                grouped.push('.');
            }
            grouped.push(digit);
        }
        f.pad(&grouped)
    }
}

#[cfg(test)]
mod tests;
