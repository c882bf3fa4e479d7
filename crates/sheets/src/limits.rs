//! How much a file may ask of us, and the counting of it while reading.

use crate::{Cell, ReadError, Row, Sheet, Value};

/// Bounds on what one file may cost. Passing one gives [`ReadError::TooLarge`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Size of the file, bytes.
    pub file_bytes: u64,
    /// Unpacked size of all zip entries together, bytes; also the bound of all cell text together,
    /// because one shared string can be shown by a million cells.
    pub unpacked_bytes: u64,
    /// Unpacked : packed, looked at only above `ratio_floor_bytes`: an honest sheet of empty rows
    /// packs extremely well too.
    pub ratio: u64,
    /// Unpacked bytes below which the ratio does not matter.
    pub ratio_floor_bytes: u64,
    /// Entries of the zip directory.
    pub zip_entries: u64,
    /// Sheets of the workbook.
    pub sheets: u64,
    /// Rows with at least one cell, over all sheets. Blank rows cost nothing.
    pub rows: u64,
    /// Non-empty cells, over all sheets.
    pub cells: u64,
    /// Columns: no non-empty cell may stand further right.
    pub columns: u32,
    /// Characters in one cell (Excel's own bound is 32,767).
    pub cell_chars: u64,
    /// Nesting of XML elements.
    pub xml_depth: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 20 * 1024 * 1024,
            unpacked_bytes: 300 * 1024 * 1024,
            ratio: 200,
            ratio_floor_bytes: 50 * 1024 * 1024,
            zip_entries: 2_000,
            sheets: 100,
            rows: 200_000,
            cells: 5_000_000,
            columns: 500,
            cell_chars: 32_767,
            xml_depth: 64,
        }
    }
}

/// Styles, fonts, formats, relationships of one file: Excel allows 65,490 cell styles. Later ones are
/// not kept, so that a part of nothing but tiny elements does not fill the memory.
pub(crate) const MAX_NAMED: usize = 65_536;

/// Merged ranges kept per sheet; later ones are of no use to anybody.
const MAX_MERGED: usize = 200_000;

/// Rows between two calls of the progress function.
const PROGRESS_STEP: u64 = 1_000;

/// Counts what was read against the limits and tells the progress.
pub(crate) struct Tally<'a> {
    pub(crate) limits: &'a Limits,
    progress: &'a mut dyn FnMut(u64),
    rows: u64,
    cells: u64,
    text_bytes: u64,
    unpacked: u64,
}

impl<'a> Tally<'a> {
    pub(crate) fn new(limits: &'a Limits, progress: &'a mut dyn FnMut(u64)) -> Self {
        Self { limits, progress, rows: 0, cells: 0, text_bytes: 0, unpacked: 0 }
    }

    /// Non-blank rows read so far.
    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    /// Tells the final number of rows.
    pub(crate) fn finish(&mut self) {
        (self.progress)(self.rows);
    }

    /// Checks one cell before it is kept.
    pub(crate) fn cell(&mut self, col: u32, value: &Value) -> Result<(), ReadError> {
        if col >= self.limits.columns {
            return Err(too_large("columns", u64::from(self.limits.columns)));
        }
        self.cells += 1;
        if self.cells > self.limits.cells {
            return Err(too_large("cells", self.limits.cells));
        }
        if let Value::Text(text) | Value::Error(text) = value {
            let bytes = text.len() as u64;
            if bytes > self.limits.cell_chars
                && text.chars().count() as u64 > self.limits.cell_chars
            {
                return Err(too_large("characters in a cell", self.limits.cell_chars));
            }
            self.text_bytes += bytes;
            if self.text_bytes > self.limits.unpacked_bytes {
                return Err(too_large("bytes of text", self.limits.unpacked_bytes));
            }
        }
        Ok(())
    }

    /// Counts one non-blank row.
    pub(crate) fn row(&mut self) -> Result<(), ReadError> {
        self.rows += 1;
        if self.rows > self.limits.rows {
            return Err(too_large("rows", self.limits.rows));
        }
        if self.rows.is_multiple_of(PROGRESS_STEP) {
            (self.progress)(self.rows);
        }
        Ok(())
    }

    /// Refuses one sheet too many.
    pub(crate) fn sheets(&self, count: usize) -> Result<(), ReadError> {
        if count as u64 > self.limits.sheets {
            return Err(too_large("sheets", self.limits.sheets));
        }
        Ok(())
    }

    /// Unpacked bytes that may still be read.
    pub(crate) fn unpacked_left(&self) -> u64 {
        self.limits.unpacked_bytes.saturating_sub(self.unpacked)
    }

    /// Counts unpacked bytes.
    pub(crate) fn unpacked(&mut self, bytes: u64) {
        self.unpacked = self.unpacked.saturating_add(bytes);
    }
}

pub(crate) fn too_large(what: &'static str, limit: u64) -> ReadError {
    ReadError::TooLarge { what, limit }
}

/// Gathers the cells of one sheet in any order and hands out a [`Sheet`] in order.
pub(crate) struct SheetBuilder {
    sheet: Sheet,
    row: Row,
    rows_sorted: bool,
    cells_sorted: bool,
}

impl SheetBuilder {
    pub(crate) fn new(name: Option<String>, hidden: bool) -> Self {
        let sheet = Sheet { name, hidden, ..Sheet::default() };
        Self { sheet, row: Row::default(), rows_sorted: true, cells_sorted: true }
    }

    /// Starts a row; `number` is 1-based.
    pub(crate) fn start_row(&mut self, number: u32, hidden: bool) {
        self.row.number = number;
        self.row.hidden = hidden;
        self.row.cells.clear();
        self.cells_sorted = true;
    }

    /// Adds a non-empty cell to the row that was started.
    pub(crate) fn push(&mut self, cell: Cell, tally: &mut Tally) -> Result<(), ReadError> {
        tally.cell(cell.col, &cell.value)?;
        if self.row.cells.last().is_some_and(|last| last.col >= cell.col) {
            self.cells_sorted = false;
        }
        self.row.cells.push(cell);
        Ok(())
    }

    /// Ends the row; a row without cells is forgotten.
    pub(crate) fn end_row(&mut self, tally: &mut Tally) -> Result<(), ReadError> {
        if self.row.cells.is_empty() {
            return Ok(());
        }
        tally.row()?;
        if !self.cells_sorted {
            sort_cells(&mut self.row.cells);
        }
        if self.sheet.rows.last().is_some_and(|last| last.number >= self.row.number) {
            self.rows_sorted = false;
        }
        // A fresh exactly sized vector: the scratch row keeps its capacity for the next one.
        let mut cells = Vec::with_capacity(self.row.cells.len());
        cells.append(&mut self.row.cells);
        self.sheet.rows.push(Row { number: self.row.number, hidden: self.row.hidden, cells });
        Ok(())
    }

    /// Repeats the row just ended under the following numbers, `times` more times.
    pub(crate) fn repeat_row(&mut self, times: u32, tally: &mut Tally) -> Result<(), ReadError> {
        let Some(last) = self.sheet.rows.last().cloned() else { return Ok(()) };
        for step in 1..=times {
            let mut row = last.clone();
            row.number = last.number.saturating_add(step);
            for cell in &row.cells {
                tally.cell(cell.col, &cell.value)?;
            }
            tally.row()?;
            self.sheet.rows.push(row);
        }
        Ok(())
    }

    /// Notes a merged range (first row, first col, last row, last col), rows 1-based.
    pub(crate) fn merge(&mut self, range: (u32, u32, u32, u32)) {
        let many = self.sheet.merged.len() >= MAX_MERGED;
        if (range.0, range.1) != (range.2, range.3) && !many {
            self.sheet.merged.push(range);
        }
    }

    /// Notes hidden columns `first..=last`, 0-based, as far as a cell may stand.
    pub(crate) fn hide_columns(&mut self, first: u32, last: u32, limits: &Limits) {
        // A hostile sheet repeats the same span for ever; an honest one names a column once.
        let room = self.sheet.hidden_columns.len() < limits.columns as usize;
        if room && first < limits.columns {
            self.sheet.hidden_columns.extend(first..=last.min(limits.columns - 1));
        }
    }

    pub(crate) fn finish(mut self) -> Sheet {
        if !self.rows_sorted {
            sort_rows(&mut self.sheet.rows);
        }
        self.sheet.hidden_columns.sort_unstable();
        self.sheet.hidden_columns.dedup();
        self.sheet
    }
}

/// Orders by column; of two cells in one place the later one stays.
fn sort_cells(cells: &mut Vec<Cell>) {
    cells.sort_by_key(|cell| cell.col);
    cells.dedup_by(|later, kept| {
        let same = later.col == kept.col;
        if same {
            std::mem::swap(later, kept);
        }
        same
    });
}

/// Orders by number; rows with one number become one row.
fn sort_rows(rows: &mut Vec<Row>) {
    rows.sort_by_key(|row| row.number);
    rows.dedup_by(|later, kept| {
        let same = later.number == kept.number;
        if same {
            kept.hidden |= later.hidden;
            kept.cells.append(&mut later.cells);
            sort_cells(&mut kept.cells);
        }
        same
    });
}
