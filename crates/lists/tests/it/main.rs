//! Tests of the reader as a whole.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may stop at once, and says loudly what it could not do"
)]

mod dev_set;
mod layouts;
mod overrides;
mod problem_rows;
mod properties;

use lists::{Context, DataRow, Overrides, RateCatalogue, Reading, Row};
use sheets::{FreeCell, FreeSheet, Value};
use vietnam::units::Gazetteer;

/// Reads bytes as a commune of Hà Tĩnh on 01/6/2020 would.
pub fn read(name: &str, bytes: &[u8], overrides: &Overrides) -> Reading {
    let catalogue = RateCatalogue::resolution_42();
    let context = Context {
        catalogue: &catalogue,
        gazetteer: Gazetteer::builtin(),
        as_of: chrono::NaiveDate::from_ymd_opt(2020, 6, 1).unwrap(),
        province: Some("42"),
        home_unit: None,
    };
    lists::read(name, bytes, &context, overrides, &mut |_| {})
}

/// A sheet from lines of cells; `|` separates cells, an empty cell is blank, digits are numbers
/// unless an apostrophe stands before them.
pub fn sheet(name: &str, lines: &[&str]) -> FreeSheet {
    let mut sheet = FreeSheet { name: name.to_owned(), ..FreeSheet::default() };
    for (row, line) in (1u32..).zip(lines) {
        for (col, text) in (0u32..).zip(line.split('|')) {
            let text = text.trim();
            if text.is_empty() {
                continue;
            }
            let value = match (text.strip_prefix('\''), text.parse::<f64>()) {
                (Some(rest), _) => Value::Text(rest.to_owned()),
                (None, Ok(number)) => Value::Number(number),
                (None, Err(_)) => Value::Text(text.to_owned()),
            };
            sheet.cells.push(FreeCell::new(row, col, value));
        }
    }
    sheet
}

/// Reads sheets as an xlsx.
pub fn read_sheets(name: &str, sheets: &[FreeSheet]) -> Reading {
    read(name, &sheets::write_xlsx(sheets).unwrap(), &Overrides::default())
}

/// Reads one sheet of lines.
pub fn read_lines(name: &str, lines: &[&str]) -> Reading {
    read_sheets(name, &[sheet("Sheet1", lines)])
}

/// The persons of a sheet.
pub fn people(reading: &Reading, sheet: usize) -> Vec<&DataRow> {
    reading.sheets[sheet].rows.iter().filter_map(Row::data).collect()
}

/// Codes of a row's problems.
pub fn problems(row: &DataRow) -> Vec<&'static str> {
    row.problems.iter().map(|problem| problem.code.as_str()).collect()
}

/// Codes of a row's repairs.
pub fn repairs(row: &DataRow) -> Vec<&'static str> {
    row.repairs.iter().map(|repair| repair.code.as_str()).collect()
}
