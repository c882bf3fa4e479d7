//! Dates of birth: partial dates, day numbers, impossible and improbable dates.

use chrono::NaiveDate;
use vietnam::date::{self, BirthError, PartialDate};

use super::{Given, Source};
use crate::grid::whole;
use crate::layout::Layout;
use crate::{DataRow, Field, ProblemCode, RepairCode};

/// Numbers that are a year, not a day.
const YEARS: std::ops::RangeInclusive<i64> = 1800..=2100;

/// Reads and checks the date of birth.
pub(crate) fn read(row: &mut DataRow, layout: &Layout<'_>, source: &Source) {
    let read = match &source.given {
        Given::Blank => Err(BirthError::Empty),
        Given::Error(_) => Err(BirthError::Impossible),
        Given::Number { value, date } => from_number(row, source, *value, *date, layout.from_1904),
        Given::Text(_) => from_text(row, source, layout.from_1904),
    };
    let problem = |code| source.problem(code, Field::Birth);
    match read {
        Ok(birth) => {
            row.birth = Some(birth);
            check(row, layout, source, birth);
        }
        Err(BirthError::Empty) => row.problem(problem(ProblemCode::BirthMissing)),
        Err(_) => {
            row.problem(
                problem(ProblemCode::BirthImpossible).detail(format!("ghi “{}”", source.clean())),
            );
        }
    }
}

fn check(row: &mut DataRow, layout: &Layout<'_>, source: &Source, birth: PartialDate) {
    let problem = |code| source.problem(code, Field::Birth).detail(birth.to_string());
    match (birth.month, birth.day) {
        (None, _) => row.problem(problem(ProblemCode::BirthYearOnly)),
        (Some(_), None) => row.problem(problem(ProblemCode::BirthMonthOnly)),
        _ => {}
    }
    let catalogue = layout.context.catalogue;
    if earliest(birth).is_some_and(|day| day > catalogue.latest_birth) {
        row.problem(problem(ProblemCode::BirthFuture));
    } else if birth.year < catalogue.earliest_birth_year {
        row.problem(problem(ProblemCode::BirthTooOld));
    }
}

/// The first day a partial date can mean.
pub(crate) fn earliest(birth: PartialDate) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(birth.year, birth.month.unwrap_or(1), birth.day.unwrap_or(1))
}

fn from_number(
    row: &mut DataRow,
    source: &Source,
    value: f64,
    is_date: bool,
    from_1904: bool,
) -> Result<PartialDate, BirthError> {
    let number = whole(value);
    // A year typed into a cell that shows dates: nobody on a list was born in 1905 on such a day.
    if let Some(year) = number.filter(|year| YEARS.contains(year)) {
        return i32::try_from(year).map(PartialDate::from_year).map_err(|_| BirthError::Impossible);
    }
    if !is_date && let Some(digits) = number.filter(|n| (1_011_800..=31_122_100).contains(n)) {
        return date::parse_birth(&format!("{digits:08}"));
    }
    let day = date::from_serial(value, from_1904).ok_or(BirthError::Impossible)?;
    if !is_date {
        source.repaired(row, RepairCode::ExcelSerialDate);
    }
    Ok(PartialDate::from(day))
}

fn from_text(
    row: &mut DataRow,
    source: &Source,
    from_1904: bool,
) -> Result<PartialDate, BirthError> {
    let text = source.clean();
    let text = text.strip_suffix(".0").unwrap_or(&text).trim_start_matches('\'');
    if !text.chars().any(|c| c.is_ascii_digit()) {
        return Err(BirthError::Empty);
    }
    if text.bytes().all(|b| b.is_ascii_digit())
        && (4..=5).contains(&text.len())
        && let Ok(number) = text.parse::<i64>()
        && !YEARS.contains(&number)
        && number > 0
    {
        return from_number(row, source, number as f64, false, from_1904);
    }
    date::parse_birth(text)
}
