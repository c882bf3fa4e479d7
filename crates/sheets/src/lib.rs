//! Spreadsheets: reads xlsx, xls, ods, csv and HTML tables into positioned rows; writes xlsx and csv.
//!
//! Nothing here knows what a beneficiary is. A cell keeps what was stored (a number stays a number,
//! a date stays its serial), where it stood, and the font it was written in, because in Viet Nam the
//! font decides what the bytes mean (TCVN3 `.VnTime`, VNI-Windows).
//!
//! A file from outside is hostile until read: every reader counts rows, cells, characters and
//! unpacked bytes against [`Limits`] while it streams, no entity of the file's own is resolved, no
//! external reference followed, no formula or macro run.

mod coords;
mod csv;
mod detect;
mod error;
mod html;
mod limits;
mod number_format;
mod ods;
mod package;
mod serial;
mod text;
mod types;
mod write;
mod xls;
mod xlsx;
mod xml;

pub use coords::{cell_name, column_letters};
pub use error::ReadError;
pub use limits::Limits;
pub use types::*;
pub use write::{
    CellOut, Column, ColumnKind, CsvWriter, FreeCell, FreeSheet, Letters, Look, Side, Spread,
    WriteError, XlsxWriter, write_xlsx,
};

use limits::{Tally, too_large};

/// Reads a file of any known family, recognised by its content.
///
/// # Errors
/// See [`ReadError`]; a file without one non-empty cell is [`ReadError::Empty`].
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Workbook, ReadError> {
    read_with_progress(bytes, limits, &mut |_| {})
}

/// Like [`read`]; calls `progress` with the number of non-blank rows read so far, every thousand
/// rows and once at the end.
///
/// # Errors
/// As [`read`].
pub fn read_with_progress(
    bytes: &[u8],
    limits: &Limits,
    progress: &mut dyn FnMut(u64),
) -> Result<Workbook, ReadError> {
    if bytes.is_empty() {
        return Err(ReadError::Empty);
    }
    if bytes.len() as u64 > limits.file_bytes {
        return Err(too_large("bytes", limits.file_bytes));
    }
    let mut tally = Tally::new(limits, progress);
    let workbook = detect::read(bytes, &mut tally)?;
    if tally.rows() == 0 {
        return Err(ReadError::Empty);
    }
    tally.finish();
    Ok(workbook)
}
