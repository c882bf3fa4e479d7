//! One sheet part of a BIFF stream.

use std::collections::HashSet;

use super::globals::{Entry, Globals};
use super::records::*;
use crate::limits::{SheetBuilder, Tally};
use crate::{Cell, ReadError, Sheet, Value};

/// State while the records of a sheet stream by.
struct Reading<'g, 't, 'l> {
    globals: &'g Globals,
    builder: SheetBuilder,
    tally: &'t mut Tally<'l>,
    row: Option<u16>,
    hidden_rows: HashSet<u16>,
    /// Row, column and style of a formula whose text follows in a STRING record.
    pending: Option<(u16, u16, u16)>,
}

/// Reads the sheet that begins where its entry says.
pub(super) fn read(
    data: &[u8],
    entry: &Entry,
    globals: &Globals,
    tally: &mut Tally,
) -> Result<Sheet, ReadError> {
    let mut records = Records::new(data, entry.position);
    match records.next()? {
        Some((BOF, _)) => {}
        _ => return Err(ReadError::corrupt("xls: a sheet does not begin with BOF")),
    }
    let builder = SheetBuilder::new(Some(entry.name.clone()), entry.hidden);
    let mut reading =
        Reading { globals, builder, tally, row: None, hidden_rows: HashSet::new(), pending: None };
    // Charts inside the sheet are parts of their own.
    let mut inner = 0u32;
    while let Some((kind, body)) = records.next()? {
        match kind {
            BOF => inner += 1,
            EOF if inner == 0 => break,
            EOF => inner -= 1,
            _ if inner > 0 => {}
            LABEL | RSTRING | STRING => {
                let segments = records.with_continues(body)?;
                reading.text(kind, body, segments)?;
            }
            _ => reading.record(kind, body)?,
        }
    }
    reading.finish()
}

impl Reading<'_, '_, '_> {
    fn record(&mut self, kind: u16, body: &[u8]) -> Result<(), ReadError> {
        let (row, col, style) = (u16_at(body, 0), u16_at(body, 2), u16_at(body, 4));
        match kind {
            NUMBER => {
                if let Some(number) = f64_at(body, 6) {
                    self.push(row, col, style, Value::Number(number), false)?;
                }
            }
            RK => self.push(row, col, style, Value::Number(rk(u32_at(body, 6))), false)?,
            MULRK => {
                // Pairs of style and number, then the last column.
                let pairs = body.get(4..body.len().saturating_sub(2)).unwrap_or_default();
                for (at, pair) in pairs.chunks_exact(6).enumerate() {
                    let value = Value::Number(rk(u32_at(pair, 2)));
                    let col = col.saturating_add(at as u16);
                    self.push(row, col, u16_at(pair, 0), value, false)?;
                }
            }
            LABELSST => {
                let globals = self.globals;
                if let Some(rich) = globals.strings.get(u32_at(body, 6) as usize) {
                    self.push_rich(row, col, style, rich.clone(), false)?;
                }
            }
            BOOLERR => {
                let (raw, error) = (byte(body, 6), byte(body, 7) != 0);
                self.push(row, col, style, bool_or_error(raw, error), false)?;
            }
            FORMULA | 0x0206 | 0x0406 => self.formula(row, col, style, body)?,
            // fDyZero (2.4.221) hides the row.
            ROW if byte(body, 12) & 0x20 != 0 => {
                self.hidden_rows.insert(row);
            }
            COLINFO if byte(body, 8) & 1 != 0 => {
                let (first, last) = (u32::from(row), u32::from(col));
                self.builder.hide_columns(first, last, self.tally.limits);
            }
            MERGECELLS => {
                for range in body.get(2..).unwrap_or_default().chunks_exact(8) {
                    let at = |i: usize| u32::from(u16_at(range, i));
                    self.builder.merge((at(0) + 1, at(4), at(2) + 1, at(6)));
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The cached result of a formula (FormulaValue, 2.5.133).
    fn formula(&mut self, row: u16, col: u16, style: u16, body: &[u8]) -> Result<(), ReadError> {
        self.pending = None;
        if u16_at(body, 12) != 0xFFFF {
            return match f64_at(body, 6) {
                Some(number) => self.push(row, col, style, Value::Number(number), true),
                None => Ok(()),
            };
        }
        match byte(body, 6) {
            0 => {
                self.pending = Some((row, col, style));
                Ok(())
            }
            1 => self.push(row, col, style, bool_or_error(byte(body, 8), false), true),
            2 => self.push(row, col, style, bool_or_error(byte(body, 8), true), true),
            _ => Ok(()),
        }
    }

    /// Cells that carry their text themselves, and the text of a formula.
    fn text(&mut self, kind: u16, body: &[u8], mut text: Segments<'_>) -> Result<(), ReadError> {
        let place = match kind {
            STRING => self.pending.take(),
            _ => {
                text.skip(6);
                Some((u16_at(body, 0), u16_at(body, 2), u16_at(body, 4)))
            }
        };
        let coding = self.globals.coding;
        let rich = if coding.unicode { text.rich() } else { text.bytes(coding) };
        match (place, rich) {
            (Some((row, col, style)), Some(rich)) => {
                self.push_rich(row, col, style, rich, kind == STRING)
            }
            _ => Ok(()),
        }
    }

    fn push_rich(
        &mut self,
        row: u16,
        col: u16,
        style: u16,
        rich: Rich,
        formula: bool,
    ) -> Result<(), ReadError> {
        if rich.text.is_empty() {
            return Ok(());
        }
        let font = rich.font.and_then(|index| self.globals.font(index));
        let mut cell = self.cell(col, style, Value::Text(rich.text), formula);
        cell.font = font.or(cell.font);
        self.add(row, cell)
    }

    fn push(
        &mut self,
        row: u16,
        col: u16,
        style: u16,
        value: Value,
        formula: bool,
    ) -> Result<(), ReadError> {
        let cell = self.cell(col, style, value, formula);
        self.add(row, cell)
    }

    fn cell(&self, col: u16, style: u16, value: Value, formula: bool) -> Cell {
        let style = self.globals.styles.get(usize::from(style));
        Cell {
            col: u32::from(col),
            value,
            font: style.and_then(|s| s.font.clone()),
            date_format: style.is_some_and(|s| s.date),
            formula,
        }
    }

    fn add(&mut self, row: u16, cell: Cell) -> Result<(), ReadError> {
        if self.row != Some(row) {
            if self.row.is_some() {
                self.builder.end_row(self.tally)?;
            }
            self.builder.start_row(u32::from(row) + 1, false);
            self.row = Some(row);
        }
        self.builder.push(cell, self.tally)
    }

    fn finish(mut self) -> Result<Sheet, ReadError> {
        self.builder.end_row(self.tally)?;
        let mut sheet = self.builder.finish();
        for row in &mut sheet.rows {
            // ROW records may follow the cells, so this is known only now.
            row.hidden = u16::try_from(row.number - 1).is_ok_and(|r| self.hidden_rows.contains(&r));
        }
        Ok(sheet)
    }
}

fn byte(body: &[u8], at: usize) -> u8 {
    body.get(at).copied().unwrap_or(0)
}

/// A Bes structure (2.5.10) as a value.
fn bool_or_error(raw: u8, error: bool) -> Value {
    if !error {
        return Value::Bool(raw != 0);
    }
    let shown = match raw {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        _ => "#N/A",
    };
    Value::Error(shown.to_owned())
}
