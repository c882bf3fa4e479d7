//! Numbers and statuses in the words of the page.

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;
use vietnam::money::Dong;

use crate::relief::{PolicyGroup, Standing, Unit};

/// "134.034".
pub fn number(n: i64) -> String {
    Dong(n).to_string()
}

/// "169,31 tỷ đồng" from a thousand million on, else the exact amount.
pub fn money(dong: i64) -> String {
    const BILLION: i64 = 1_000_000_000;
    if dong < BILLION {
        return Dong(dong).with_unit();
    }
    let hundredths = dong / (BILLION / 100);
    format!("{},{:02} tỷ đồng", Dong(hundredths / 100), hundredths % 100)
}

/// Tenths of a percent, cut and not rounded: 100 % is said only when it is true.
fn per_mille(part: i64, whole: i64) -> i64 {
    if whole <= 0 { 0 } else { (part.max(0).saturating_mul(1000) / whole).min(1000) }
}

/// "94,5 %"; a dash when there is nothing to compare with.
pub fn percent(part: i64, whole: i64) -> String {
    let tenths = per_mille(part, whole);
    match (whole, tenths) {
        (..=0, _) => "–".to_owned(),
        (_, 1000) => "100 %".to_owned(),
        (_, tenths) => format!("{},{} %", tenths / 10, tenths % 10),
    }
}

/// "94.5%", the width of a bar.
pub fn width(part: i64, whole: i64) -> String {
    let tenths = per_mille(part, whole);
    format!("{}.{}%", tenths / 10, tenths % 10)
}

/// What is counted in a group.
pub fn unit_word(unit: Unit) -> &'static str {
    match unit {
        Unit::Person => "người",
        Unit::HouseholdMember => "khẩu",
        Unit::Business => "hộ",
    }
}

/// "500.000 đồng một người một tháng, nhiều nhất 3 tháng".
pub fn rate(group: &PolicyGroup) -> String {
    group.rate_text()
}

/// Words and shape of a status.
pub fn standing(standing: Standing) -> (&'static str, &'static str) {
    match standing {
        Standing::Posted => ("Đang niêm yết", "mien"),
        Standing::Waiting => ("Chờ chi", "cho"),
        Standing::Held => ("Chờ xác minh", "canh"),
        Standing::Paid => ("Đã chi", "xong"),
        Standing::NotPaid => ("Chưa chi được", "ko"),
    }
}

/// Lets anyone keep the page for a minute: it holds no token and nothing of one person.
pub fn for_a_minute(mut response: Response) -> Response {
    let value = HeaderValue::from_static("public, max-age=60");
    response.headers_mut().insert(header::CACHE_CONTROL, value);
    response
}

/// Asks search engines to keep names out of their index.
pub fn not_indexed(mut response: Response) -> Response {
    let name = HeaderName::from_static("x-robots-tag");
    response.headers_mut().insert(name, HeaderValue::from_static("noindex, nofollow"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_cut_and_never_rounded_up_to_all() {
        assert_eq!(percent(21_648, 22_913), "94,4 %");
        assert_eq!(percent(9_999_999, 10_000_000), "99,9 %");
        assert_eq!(percent(5, 5), "100 %");
        assert_eq!(percent(0, 0), "–");
        assert_eq!(width(7, 0), "0.0%");
        assert_eq!(width(1, 3), "33.3%");
    }

    #[test]
    fn large_sums_are_short_and_small_ones_exact() {
        assert_eq!(money(169_310_000_000), "169,31 tỷ đồng");
        assert_eq!(money(661_050_000), "661.050.000 đồng");
    }
}
