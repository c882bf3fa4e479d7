//! Writers: streamed xlsx for exports, free-form xlsx for made-up workbooks, csv.

mod csv;
mod free;
mod xlsx;

pub use csv::CsvWriter;
pub use free::{FreeCell, FreeSheet, write_xlsx};
pub use xlsx::{Column, ColumnKind, Letters, Look, Side, Spread, XlsxWriter};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};
use thiserror::Error;

/// A value to be written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CellOut<'a> {
    /// Nothing.
    Blank,
    /// Text; never becomes a formula, whatever it begins with.
    Text(&'a str),
    /// A number.
    Number(f64),
    /// A whole number: đồng, counts. Beyond 2^53 an xlsx keeps it as text, for no digit may change.
    Whole(i64),
    /// A day. Before 1900-03-01, which Excel miscounts, it is written as text.
    Date {
        /// Year, four digits.
        year: u16,
        /// Month 1–12.
        month: u8,
        /// Day 1–31.
        day: u8,
    },
    /// TRUE / FALSE.
    Bool(bool),
}

/// Why a workbook could not be written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The library refused: text of more than 32,767 characters, more than 1,048,576 rows, a bad
    /// sheet name, overlapping merged ranges, no room for temporary files.
    #[error("xlsx: {0}")]
    Xlsx(#[from] XlsxError),
    /// Text of more than 32,767 characters.
    #[error("the text of cell {cell} is too long for a workbook")]
    TooLong {
        /// Where.
        cell: String,
    },
    /// More than 1,048,576 rows.
    #[error("a sheet has no more rows")]
    Rows,
    /// A name that no tab may have.
    #[error("{0:?} cannot be the name of a sheet")]
    SheetName(String),
    /// An earlier error left the file unfinished.
    #[error("the file was given up after an error")]
    Broken,
    /// The output cannot be written to.
    #[error("output: {0}")]
    Output(#[from] std::io::Error),
    /// The archive could not be written.
    #[error("archive: {0}")]
    Archive(#[from] zip::result::ZipError),
    /// More columns than a sheet has.
    #[error("column {0} does not exist in a sheet")]
    Column(u32),
}

/// An empty workbook. Its creation day is fixed so that equal content gives equal bytes; the
/// library would ask the clock.
fn new_workbook() -> Result<Workbook, WriteError> {
    let mut workbook = Workbook::new();
    let day = ExcelDateTime::from_ymd(2020, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&day));
    Ok(workbook)
}

fn column(col: u32) -> Result<u16, WriteError> {
    u16::try_from(col).map_err(|_| WriteError::Column(col))
}
