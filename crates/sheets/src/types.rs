//! What a workbook is once read: sheets of positioned rows of positioned cells.

use std::sync::Arc;

/// File family as recognised from the content, never from the file name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Office Open XML (.xlsx, .xlsm without running anything).
    Xlsx,
    /// BIFF8/BIFF5 (.xls).
    Xls,
    /// OpenDocument.
    Ods,
    /// Delimited text.
    Csv,
    /// An HTML table, usually saved with the ending .xls.
    Html,
}

/// Which day is number 1 in the workbook's dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DateSystem {
    /// 1 = 1900-01-01, with Excel's invented 1900-02-29.
    #[default]
    Excel1900,
    /// 0 = 1904-01-01 (old Mac files).
    Excel1904,
}

/// A whole file.
#[derive(Debug, Clone)]
pub struct Workbook {
    /// Recognised file family.
    pub format: Format,
    /// Text encoding of csv and html ("utf-8", "utf-8-sig", "windows-1258" …).
    pub encoding: Option<String>,
    /// Field separator of csv.
    pub separator: Option<char>,
    /// Which day is number 1.
    pub date_system: DateSystem,
    /// Sheets in file order.
    pub sheets: Vec<Sheet>,
}

/// One sheet. `name` is `None` for csv and html.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// Name on the tab.
    pub name: Option<String>,
    /// The tab itself is hidden.
    pub hidden: bool,
    /// Rows that hold at least one cell, ascending by `number`; rows between are blank.
    pub rows: Vec<Row>,
    /// Hidden columns, 0-based.
    pub hidden_columns: Vec<u32>,
    /// Merged ranges (first row, first col, last row, last col): rows 1-based, columns 0-based.
    pub merged: Vec<(u32, u32, u32, u32)>,
}

/// One row of a sheet.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// 1-based row number as the user sees it (csv: line, html: n-th `<tr>`).
    pub number: u32,
    /// The row is hidden in the sheet.
    pub hidden: bool,
    /// Non-empty cells, ascending by column.
    pub cells: Vec<Cell>,
}

/// One non-empty cell.
#[derive(Debug, Clone)]
pub struct Cell {
    /// 0-based column.
    pub col: u32,
    /// What is stored (for a formula: its cached result).
    pub value: Value,
    /// Font name, when the format tells it.
    pub font: Option<Arc<str>>,
    /// The number format shows a date (so a number is a serial shown as a date).
    pub date_format: bool,
    /// The cell holds a formula; `value` is its cached result.
    pub formula: bool,
}

/// What is stored in a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text, exactly as stored: no trimming, no normalisation.
    Text(String),
    /// A number, also a date serial (see [`Cell::date_format`]).
    Number(f64),
    /// TRUE / FALSE.
    Bool(bool),
    /// An error such as `#REF!`, as shown.
    Error(String),
}
