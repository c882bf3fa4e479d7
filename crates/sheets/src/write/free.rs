//! Free-form workbooks: every cell where and how it is wanted. For demonstration files and tests,
//! which must look like what a commune types: merged titles, `.VnTime`, hidden rows.

use rust_xlsxwriter::{Format, FormatAlign, Formula, Worksheet};

use super::{WriteError, column, new_workbook};
use crate::Value;

/// One cell of a [`FreeSheet`].
#[derive(Debug, Clone, PartialEq)]
pub struct FreeCell {
    /// 1-based row.
    pub row: u32,
    /// 0-based column.
    pub col: u32,
    /// What is stored.
    pub value: Value,
    /// Font name; the workbook's usual font without it.
    pub font: Option<String>,
    /// Bold.
    pub bold: bool,
    /// Centred.
    pub centred: bool,
    /// Number format code ("dd/mm/yyyy", "#,##0").
    pub number_format: Option<String>,
    /// Formula (with or without "="); `value` becomes its cached result.
    pub formula: Option<String>,
}

impl FreeCell {
    /// A plain cell at 1-based `row` and 0-based `col`.
    pub fn new(row: u32, col: u32, value: Value) -> Self {
        Self {
            row,
            col,
            value,
            font: None,
            bold: false,
            centred: false,
            number_format: None,
            formula: None,
        }
    }

    /// The same cell in another font.
    #[must_use]
    pub fn font(mut self, name: &str) -> Self {
        self.font = Some(name.to_owned());
        self
    }

    /// The same cell in bold.
    #[must_use]
    pub fn bold(mut self) -> Self {
        self.bold = true;
        self
    }

    /// The same cell, centred.
    #[must_use]
    pub fn centred(mut self) -> Self {
        self.centred = true;
        self
    }

    /// The same cell with a number format code.
    #[must_use]
    pub fn number_format(mut self, code: &str) -> Self {
        self.number_format = Some(code.to_owned());
        self
    }

    /// The same cell as the cached result of a formula.
    #[must_use]
    pub fn formula(mut self, formula: &str) -> Self {
        self.formula = Some(formula.to_owned());
        self
    }

    fn format(&self) -> Format {
        let mut format = Format::new();
        if let Some(font) = &self.font {
            format = format.set_font_name(font);
        }
        if self.bold {
            format = format.set_bold();
        }
        if self.centred {
            format = format.set_align(FormatAlign::Center);
        }
        if let Some(code) = &self.number_format {
            format = format.set_num_format(code);
        }
        format
    }
}

/// A sheet of freely placed cells.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FreeSheet {
    /// Name on the tab.
    pub name: String,
    /// Cells, in any order.
    pub cells: Vec<FreeCell>,
    /// Merged ranges (first row, first col, last row, last col): rows 1-based, columns 0-based.
    pub merged: Vec<(u32, u32, u32, u32)>,
    /// Column widths in characters, by 0-based column.
    pub widths: Vec<(u32, f64)>,
    /// Hidden rows, 1-based.
    pub hidden_rows: Vec<u32>,
    /// Hidden columns, 0-based.
    pub hidden_columns: Vec<u32>,
    /// The tab is hidden (not the first one).
    pub hidden: bool,
}

/// Writes a workbook of free sheets.
///
/// # Errors
/// See [`WriteError`].
pub fn write_xlsx(sheets: &[FreeSheet]) -> Result<Vec<u8>, WriteError> {
    let mut workbook = new_workbook()?;
    for sheet in sheets {
        fill(workbook.add_worksheet(), sheet)?;
    }
    Ok(workbook.save_to_buffer()?)
}

fn fill(out: &mut Worksheet, sheet: &FreeSheet) -> Result<(), WriteError> {
    out.set_name(&sheet.name)?;
    out.set_hidden(sheet.hidden);
    for (col, width) in &sheet.widths {
        out.set_column_width(column(*col)?, *width)?;
    }
    for row in &sheet.hidden_rows {
        out.set_row_hidden(row.saturating_sub(1))?;
    }
    for col in &sheet.hidden_columns {
        out.set_column_hidden(column(*col)?)?;
    }
    // The range first, its first cell again below: the library writes "" over the whole range.
    for (first_row, first_col, last_row, last_col) in &sheet.merged {
        let (top, bottom) = (first_row.saturating_sub(1), last_row.saturating_sub(1));
        let (left, right) = (column(*first_col)?, column(*last_col)?);
        out.merge_range(top, left, bottom, right, "", &Format::default())?;
    }
    for cell in &sheet.cells {
        write(out, cell)?;
    }
    Ok(())
}

fn write(out: &mut Worksheet, cell: &FreeCell) -> Result<(), WriteError> {
    let (row, col) = (cell.row.saturating_sub(1), column(cell.col)?);
    let format = cell.format();
    if let Some(text) = &cell.formula {
        let result = match &cell.value {
            Value::Text(text) | Value::Error(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(value) => value.to_string().to_uppercase(),
        };
        let formula = Formula::new(text).set_result(result);
        out.write_formula_with_format(row, col, formula, &format)?;
        return Ok(());
    }
    match &cell.value {
        Value::Number(number) => out.write_number_with_format(row, col, *number, &format)?,
        Value::Bool(value) => out.write_boolean_with_format(row, col, *value, &format)?,
        Value::Error(text) => {
            let formula = Formula::new(text).set_result(text.as_str());
            out.write_formula_with_format(row, col, formula, &format)?
        }
        Value::Text(text) => out.write_string_with_format(row, col, text, &format)?,
    };
    Ok(())
}
