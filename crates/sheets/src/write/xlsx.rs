//! Streamed xlsx of one sheet: a title row, then rows that leave memory as they come.

use std::io::{Seek, Write};

use rust_xlsxwriter::{ExcelDateTime, Format, FormatAlign, Workbook, Worksheet};

use super::{CellOut, WriteError, column, new_workbook};

/// How a column is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text format ("@"): identity numbers keep their zeros when somebody edits a cell.
    Text,
    /// Plain numbers.
    Number,
    /// Amounts with thousands separators.
    Money,
    /// Days as dd/mm/yyyy.
    Date,
}

/// A column of an export.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Text of the first row.
    pub title: String,
    /// Width in characters.
    pub width: f64,
    /// How its values are shown.
    pub kind: ColumnKind,
}

/// Writes one sheet row by row; rows already written are kept in a temporary file.
pub struct XlsxWriter {
    workbook: Workbook,
    formats: Vec<Format>,
    date: Format,
    next_row: u32,
}

/// Whole numbers up to here are exact as xlsx numbers.
const EXACT: u64 = 1 << 53;

impl XlsxWriter {
    /// Starts the sheet: titles in bold, frozen, columns at their widths.
    ///
    /// # Errors
    /// A sheet name Excel does not allow, too many columns, no temporary file.
    pub fn new(sheet_name: &str, columns: &[Column]) -> Result<Self, WriteError> {
        let mut workbook = new_workbook()?;
        let sheet = workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(sheet_name)?;
        sheet.set_freeze_panes(1, 0)?;
        let title = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Center);
        let mut formats = Vec::with_capacity(columns.len());
        for (col, spec) in columns.iter().enumerate() {
            let col = column(col as u32)?;
            sheet.set_column_width(col, spec.width)?;
            sheet.write_string_with_format(0, col, spec.title.as_str(), &title)?;
            formats.push(Format::new().set_num_format(match spec.kind {
                ColumnKind::Text => "@",
                ColumnKind::Number => "General",
                ColumnKind::Money => "#,##0",
                ColumnKind::Date => "dd/mm/yyyy",
            }));
        }
        let date = Format::new().set_num_format("dd/mm/yyyy");
        Ok(Self { workbook, formats, date, next_row: 1 })
    }

    /// Writes the next row. Cells beyond the declared columns have no format.
    ///
    /// # Errors
    /// Text of more than 32,767 characters, one row too many, a full disk.
    pub fn row(&mut self, cells: &[CellOut<'_>]) -> Result<(), WriteError> {
        let row = self.next_row;
        let general = Format::default();
        let sheet = self.workbook.worksheet_from_index(0)?;
        for (col, cell) in cells.iter().enumerate() {
            let format = self.formats.get(col).unwrap_or(&general);
            write(sheet, row, column(col as u32)?, *cell, format, &self.date)?;
        }
        self.next_row += 1;
        Ok(())
    }

    /// The finished file.
    ///
    /// # Errors
    /// As [`XlsxWriter::row`].
    pub fn finish(mut self) -> Result<Vec<u8>, WriteError> {
        Ok(self.workbook.save_to_buffer()?)
    }

    /// Writes the finished file to `out`.
    ///
    /// # Errors
    /// As [`XlsxWriter::row`], and what `out` reports.
    pub fn finish_to<W: Write + Seek + Send>(mut self, out: W) -> Result<(), WriteError> {
        Ok(self.workbook.save_to_writer(out)?)
    }
}

fn write(
    sheet: &mut Worksheet,
    row: u32,
    col: u16,
    cell: CellOut<'_>,
    format: &Format,
    date: &Format,
) -> Result<(), WriteError> {
    match cell {
        CellOut::Blank | CellOut::Text("") => return Ok(()),
        CellOut::Text(text) => sheet.write_string_with_format(row, col, text, format)?,
        CellOut::Number(number) if number.is_finite() => {
            sheet.write_number_with_format(row, col, number, format)?
        }
        CellOut::Number(number) => {
            sheet.write_string_with_format(row, col, number.to_string(), format)?
        }
        CellOut::Whole(whole) if whole.unsigned_abs() <= EXACT => {
            sheet.write_number_with_format(row, col, whole as f64, format)?
        }
        CellOut::Whole(whole) => {
            sheet.write_string_with_format(row, col, whole.to_string(), format)?
        }
        CellOut::Bool(value) => sheet.write_boolean_with_format(row, col, value, format)?,
        CellOut::Date { year, month, day } => match ExcelDateTime::from_ymd(year, month, day) {
            Ok(value) if (year, month) >= (1900, 3) => {
                sheet.write_datetime_with_format(row, col, &value, date)?
            }
            _ => {
                let text = format!("{day:02}/{month:02}/{year:04}");
                sheet.write_string_with_format(row, col, text, format)?
            }
        },
    };
    Ok(())
}
