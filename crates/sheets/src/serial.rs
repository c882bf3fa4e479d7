//! Day numbers of the two date systems (ECMA-376 part 1, 18.17.4.1).

use crate::DateSystem;

/// Days from 1970-01-01 in the Gregorian calendar (Howard Hinnant's `days_from_civil`).
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let shifted = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * shifted + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Serial number of a date; `None` before the first day of the system.
pub(crate) fn serial(year: i64, month: i64, day: i64, system: DateSystem) -> Option<f64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(leap),
        _ => return None,
    };
    if day < 1 || day > days || !(1..=9999).contains(&year) {
        return None;
    }
    let unix = days_from_civil(year, month, day);
    let number = match system {
        DateSystem::Excel1904 => unix + 24_107,
        // Excel counts a 29 February 1900 that never was: days before it are one less.
        DateSystem::Excel1900 if unix + 25_569 <= 60 => unix + 25_568,
        DateSystem::Excel1900 => unix + 25_569,
    };
    let first = i64::from(system == DateSystem::Excel1900);
    (number >= first).then_some(number as f64)
}

/// Serial of an ISO 8601 date or date-time ("2020-04-28", "2020-04-28T17:30:00").
pub(crate) fn iso_serial(text: &str, system: DateSystem) -> Option<f64> {
    let text = text.trim().trim_end_matches('Z');
    let (date, time) = text.split_once(['T', ' ']).unwrap_or((text, ""));
    let mut parts = date.splitn(3, '-');
    let mut next = || parts.next()?.parse::<i64>().ok();
    let (year, month, day) = (next()?, next()?, next()?);
    let days = serial(year, month, day, system)?;
    if time.is_empty() {
        return Some(days);
    }
    let mut clock = time.splitn(3, ':');
    let mut next = || clock.next().map_or(Some(0.0), |t| t.parse::<f64>().ok());
    let (hours, minutes, seconds) = (next()?, next()?, next()?);
    let fraction = (hours * 3600.0 + minutes * 60.0 + seconds) / 86_400.0;
    (0.0..1.0).contains(&fraction).then_some(days + fraction)
}

/// Fraction of a day of an ISO 8601 duration as OpenDocument writes times ("PT17H30M00S").
pub(crate) fn duration_days(text: &str) -> Option<f64> {
    let mut rest = text.trim().strip_prefix("PT")?;
    let mut seconds = 0.0;
    for (unit, factor) in [('H', 3600.0), ('M', 60.0), ('S', 1.0)] {
        if let Some((number, after)) = rest.split_once(unit) {
            seconds += number.parse::<f64>().ok()? * factor;
            rest = after;
        }
    }
    (rest.is_empty() && seconds.is_finite()).then_some(seconds / 86_400.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_systems() {
        let d = |y, m, d| serial(y, m, d, DateSystem::Excel1900);
        assert_eq!(d(1900, 1, 1), Some(1.0));
        assert_eq!(d(1900, 2, 28), Some(59.0));
        assert_eq!(d(1900, 3, 1), Some(61.0));
        assert_eq!(d(2020, 4, 28), Some(43_949.0));
        assert_eq!(d(1899, 12, 31), None);
        assert_eq!(d(2021, 2, 29), None);
        assert_eq!(serial(1904, 1, 1, DateSystem::Excel1904), Some(0.0));
        assert_eq!(serial(2020, 4, 28, DateSystem::Excel1904), Some(42_487.0));
    }

    #[test]
    fn iso() {
        assert_eq!(iso_serial("2020-04-28T12:00:00", DateSystem::Excel1900), Some(43_949.5));
        assert_eq!(iso_serial("28/4/2020", DateSystem::Excel1900), None);
        assert_eq!(duration_days("PT18H00M00S"), Some(0.75));
        assert_eq!(duration_days("x"), None);
    }
}
