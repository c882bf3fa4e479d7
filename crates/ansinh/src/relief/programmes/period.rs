//! What a rate is paid by, and the words for it.

use serde::Deserialize;
use vietnam::money::Dong;

use super::{PolicyGroup, Unit};

/// What a rate is multiplied with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// A month (Nghị quyết 42).
    #[default]
    Month,
    /// Once, whatever time has passed (Nghị quyết 68).
    Once,
    /// A day (tiền ăn F0, F1).
    Day,
    /// A child who is cared for (khoản bổ sung).
    Child,
}

impl Period {
    /// "một tháng", as in "500.000 đồng một tháng".
    pub fn each(self) -> &'static str {
        match self {
            Self::Month => "một tháng",
            Self::Once => "một lần",
            Self::Day => "một ngày",
            Self::Child => "một trẻ em",
        }
    }

    /// "tháng", as in "3 tháng".
    pub fn word(self) -> &'static str {
        match self {
            Self::Month => "tháng",
            Self::Once => "lần",
            Self::Day => "ngày",
            Self::Child => "trẻ em",
        }
    }

    /// "Số tháng", the label of a field.
    pub fn count_label(self) -> &'static str {
        match self {
            Self::Month => "Số tháng",
            Self::Once => "Số lần",
            Self::Day => "Số ngày",
            Self::Child => "Số trẻ em",
        }
    }
}

impl Period {
    /// "3 tháng × 500.000 đồng", or the rate alone where it is paid once.
    pub fn product_text(self, count: i32, rate_dong: i64) -> String {
        let rate = Dong(rate_dong).with_unit();
        match self {
            Self::Once => format!("một lần {rate}"),
            _ => format!("{count} {} × {rate}", self.word()),
        }
    }

    /// "Hỗ trợ 3 tháng", the purpose on a receipt.
    pub fn purpose(self, count: i32) -> String {
        match self {
            Self::Once => "Hỗ trợ một lần".to_owned(),
            _ => format!("Hỗ trợ {count} {}", self.word()),
        }
    }
}

/// The sum for everybody whose months lie below a bound: Quyết định 28/2021 pays by the months of
/// unused unemployment insurance.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// Fewer months than this; none in the last band.
    pub below: Option<i32>,
    /// Đồng, once.
    pub dong: i64,
}

impl PolicyGroup {
    /// Đồng for one unit with this count of months (days, children, months of contributions);
    /// `None` when it does not fit in an `i64`.
    pub fn sum_dong(&self, count: i32) -> Option<i64> {
        if self.bands.is_empty() {
            return self.monthly_dong.checked_mul(i64::from(count));
        }
        let band = self.bands.iter().find(|band| band.below.is_none_or(|below| count < below));
        band.map(|band| band.dong)
    }

    /// The rate that holds for a row of this count, đồng.
    pub fn rate_dong(&self, count: i32) -> i64 {
        if self.bands.is_empty() { self.monthly_dong } else { self.sum_dong(count).unwrap_or(0) }
    }

    /// The count of a row that says none; 0 when the row must say it.
    pub fn assumed_count(&self) -> i32 {
        match self.period {
            _ if !self.bands.is_empty() => 0,
            Period::Month | Period::Once => self.months_max,
            Period::Day => 0,
            Period::Child => 1,
        }
    }

    /// The most that one unit can receive, đồng.
    pub fn most_dong(&self) -> i64 {
        let bands = self.bands.iter().map(|band| band.dong).max();
        bands.unwrap_or_else(|| self.monthly_dong.saturating_mul(i64::from(self.months_max)))
    }

    /// What the count of a row is called: "Số tháng", "Số ngày" …
    pub fn count_label(&self) -> &'static str {
        if self.bands.is_empty() { self.period.count_label() } else { "Số tháng đóng" }
    }

    /// "500.000 đồng một người một tháng, nhiều nhất 3 tháng".
    pub fn rate_text(&self) -> String {
        let unit = match self.unit {
            Unit::Person => "một người",
            Unit::HouseholdMember => "một khẩu",
            Unit::Business => "một hộ",
        };
        let rate = Dong(self.monthly_dong).with_unit();
        let least = self.bands.iter().map(|band| band.dong).min();
        match (least, self.period) {
            (Some(least), _) => {
                let (least, most) = (Dong(least), Dong(self.most_dong()).with_unit());
                format!("từ {least} đến {most} {unit}, một lần, theo số tháng đóng bảo hiểm")
            }
            (None, Period::Once) => format!("{rate} {unit}, một lần"),
            (None, Period::Child) => {
                format!("{rate} một trẻ em, nhiều nhất {} trẻ em", self.months_max)
            }
            (None, period) => {
                let (each, most, word) = (period.each(), self.months_max, period.word());
                format!("{rate} {unit} {each}, nhiều nhất {most} {word}")
            }
        }
    }
}
