//! Streamed xlsx of one sheet: every row leaves memory as it comes, and the output is never gone
//! back to, so that it may be a connection. A zip's table of contents is its end: a file that was
//! not finished cannot be opened.

mod look;
mod parts;

use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, StreamWriter, ZipWriter};

pub use look::{ColumnKind, Letters, Look, Side};

use super::{CellOut, WriteError, column};
use crate::column_letters;
use look::{HEAD, MAIN};

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

/// A cell outside the table: titles, sums, signatures. It may lie over several columns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread<'a> {
    /// First column, 0-based.
    pub from: u32,
    /// Last column, 0-based.
    pub to: u32,
    /// What it says.
    pub value: CellOut<'a>,
    /// How.
    pub look: Look,
}

/// Rows of a sheet (ECMA-376; Excel).
const ROWS_MAX: u32 = 1_048_576;
/// Characters of a cell.
const TEXT_MAX: usize = 32_767;
/// Whole numbers up to here are exact as xlsx numbers.
const EXACT: u64 = 1 << 53;
/// Little less small than the best, several times as fast.
const DEFLATE_LEVEL: i64 = 2;

/// Writes one sheet row by row to any output.
pub struct XlsxWriter<W: Write = Vec<u8>> {
    /// Before `zip`: fields are dropped in order.
    cut: Cut,
    zip: ZipWriter<StreamWriter<Sink<W>>>,
    name: String,
    columns: Vec<Column>,
    letters: Vec<String>,
    next_row: u32,
    repeated: Option<u32>,
    merged: Vec<String>,
    breaks: Vec<u32>,
    paper: bool,
    landscape: bool,
    /// Percent of the natural size on paper.
    scale: u32,
    /// Points; `None`: as high as the text.
    height: Option<f64>,
    /// Look of the table's rows.
    rows: Look,
    broken: bool,
    line: String,
}

/// Lets nothing through once the writer was given up: the zip library finishes an archive when it
/// is dropped, and what was given up must not look whole.
struct Sink<W> {
    out: W,
    cut: Arc<AtomicBool>,
}

impl<W: Write> Write for Sink<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.cut.load(Ordering::Relaxed) { Ok(bytes.len()) } else { self.out.write(bytes) }
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.cut.load(Ordering::Relaxed) { Ok(()) } else { self.out.flush() }
    }
}

struct Cut(Arc<AtomicBool>);

impl Drop for Cut {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl XlsxWriter<Vec<u8>> {
    /// Starts a table in memory: titles in bold, frozen, columns at their widths.
    ///
    /// # Errors
    /// A sheet name Excel does not allow, too many columns.
    pub fn new(sheet_name: &str, columns: &[Column]) -> Result<Self, WriteError> {
        Self::to(Vec::new(), sheet_name, columns)
    }
}

impl<W: Write> XlsxWriter<W> {
    /// Starts a table on an output: titles in bold, frozen, columns at their widths.
    ///
    /// # Errors
    /// A sheet name Excel does not allow, too many columns, what `out` reports.
    pub fn to(out: W, sheet_name: &str, columns: &[Column]) -> Result<Self, WriteError> {
        let mut writer = Self::begin(out, sheet_name, columns, false, true)?;
        writer.heads()?;
        Ok(writer)
    }

    /// Starts a sheet made for paper (A4): rows around the table are written with
    /// [`XlsxWriter::free`], the titles with [`XlsxWriter::heads`], the table has lines.
    ///
    /// # Errors
    /// As [`XlsxWriter::to`].
    pub fn paper(
        out: W,
        sheet_name: &str,
        columns: &[Column],
        landscape: bool,
    ) -> Result<Self, WriteError> {
        Self::begin(out, sheet_name, columns, true, landscape)
    }

    fn begin(
        out: W,
        sheet_name: &str,
        columns: &[Column],
        paper: bool,
        landscape: bool,
    ) -> Result<Self, WriteError> {
        parts::check_name(sheet_name)?;
        column(u32::try_from(columns.len()).unwrap_or(u32::MAX))?;
        let cut = Arc::new(AtomicBool::new(false));
        let zip = ZipWriter::new_stream(Sink { out, cut: cut.clone() });
        let rows = if paper { Look::PLAIN.boxed().wrapped() } else { Look::PLAIN };
        let mut writer = Self {
            cut: Cut(cut),
            zip,
            name: sheet_name.to_owned(),
            columns: columns.to_vec(),
            letters: (0..columns.len()).map(|at| column_letters(at as u32)).collect(),
            next_row: 1,
            repeated: None,
            merged: Vec::new(),
            breaks: Vec::new(),
            paper,
            landscape,
            scale: 100,
            height: None,
            rows,
            broken: false,
            line: String::new(),
        };
        writer.part("[Content_Types].xml", &parts::content_types())?;
        writer.part("_rels/.rels", &parts::package_relations())?;
        writer.part("xl/styles.xml", &look::styles())?;
        writer.part("xl/worksheets/sheet1.xml", "")?;
        writer.sheet_head()?;
        Ok(writer)
    }

    fn part(&mut self, name: &str, text: &str) -> Result<(), WriteError> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(DEFLATE_LEVEL));
        self.zip.start_file(name, options)?;
        Ok(self.zip.write_all(text.as_bytes())?)
    }

    fn sheet_head(&mut self) -> Result<(), WriteError> {
        let mut text = format!("{HEAD}<worksheet xmlns=\"{MAIN}\"><sheetViews>");
        text.push_str(if self.paper {
            "<sheetView workbookViewId=\"0\"/>"
        } else {
            "<sheetView workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" \
             activePane=\"bottomLeft\" state=\"frozen\"/></sheetView>"
        });
        text.push_str("</sheetViews>");
        if !self.columns.is_empty() {
            text.push_str("<cols>");
            for (at, column) in self.columns.iter().enumerate() {
                let width = column.width.clamp(0.0, 255.0);
                let at = at + 1;
                let _ = write!(
                    text,
                    "<col min=\"{at}\" max=\"{at}\" width=\"{width}\" customWidth=\"1\"/>"
                );
            }
            text.push_str("</cols>");
        }
        text.push_str("<sheetData>");
        Ok(self.zip.write_all(text.as_bytes())?)
    }

    /// Writes the titles of the columns; on paper they stand at the head of each page.
    ///
    /// # Errors
    /// As [`XlsxWriter::row`].
    pub fn heads(&mut self) -> Result<(), WriteError> {
        self.repeated = self.paper.then_some(self.next_row);
        let look = Look { boxed: self.paper, ..Look::BOLD.centred().wrapped() };
        let titles: Vec<String> = self.columns.iter().map(|one| one.title.clone()).collect();
        let cells: Vec<Spread<'_>> = (0u32..)
            .zip(&titles)
            .map(|(at, title)| Spread { from: at, to: at, value: CellOut::Text(title), look })
            .collect();
        self.free(&cells)
    }

    /// Writes the next row of the table. Cells beyond the declared columns have no format.
    ///
    /// # Errors
    /// Text of more than 32,767 characters, one row too many, what the output reports. After an
    /// error the file can no longer be finished.
    pub fn row(&mut self, cells: &[CellOut<'_>]) -> Result<(), WriteError> {
        self.guarded(|writer| {
            writer.open_row(writer.height)?;
            for (at, cell) in cells.iter().enumerate() {
                let kind = writer.columns.get(at).map_or(ColumnKind::Number, |one| one.kind);
                writer.cell(u32::try_from(at).unwrap_or(u32::MAX), *cell, kind, writer.rows)?;
            }
            writer.close_row()
        })
    }

    /// Writes a row of its own making: titles, sums, signatures. Cells in order, not overlapping.
    ///
    /// # Errors
    /// As [`XlsxWriter::row`].
    pub fn free(&mut self, cells: &[Spread<'_>]) -> Result<(), WriteError> {
        self.guarded(|writer| {
            writer.open_row(None)?;
            for spread in cells {
                let kind = match spread.value {
                    CellOut::Whole(_) => ColumnKind::Money,
                    CellOut::Date { .. } => ColumnKind::Date,
                    _ => ColumnKind::Text,
                };
                writer.cell(spread.from, spread.value, kind, spread.look)?;
                for at in spread.from + 1..=spread.to {
                    writer.cell(at, CellOut::Blank, kind, spread.look)?;
                }
                if spread.to > spread.from {
                    let (from, to) = (column_letters(spread.from), column_letters(spread.to));
                    let row = writer.next_row;
                    writer.merged.push(format!("{from}{row}:{to}{row}"));
                }
            }
            writer.close_row()
        })
    }

    /// Prints the sheet at this percentage of its natural size (10 to 400).
    pub fn scale(&mut self, percent: u32) {
        self.scale = percent.clamp(10, 400);
    }

    /// Rows of the table that follow are this high: points.
    pub fn row_height(&mut self, points: f64) {
        self.height = Some(points.clamp(1.0, 409.0));
    }

    /// The next row begins a new sheet of paper.
    pub fn page_break(&mut self) {
        self.breaks.push(self.next_row.saturating_sub(1));
    }

    fn guarded(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        if self.broken {
            return Err(WriteError::Broken);
        }
        let outcome = work(self);
        self.broken = outcome.is_err();
        outcome
    }

    fn open_row(&mut self, height: Option<f64>) -> Result<(), WriteError> {
        if self.next_row > ROWS_MAX {
            return Err(WriteError::Rows);
        }
        self.line.clear();
        let _ = write!(self.line, "<row r=\"{}\"", self.next_row);
        if let Some(height) = height {
            let _ = write!(self.line, " ht=\"{height}\" customHeight=\"1\"");
        }
        self.line.push('>');
        Ok(())
    }

    fn close_row(&mut self) -> Result<(), WriteError> {
        self.line.push_str("</row>");
        self.zip.write_all(self.line.as_bytes())?;
        self.next_row += 1;
        Ok(())
    }

    fn cell(
        &mut self,
        at: u32,
        cell: CellOut<'_>,
        kind: ColumnKind,
        look: Look,
    ) -> Result<(), WriteError> {
        let far;
        let letters = match self.letters.get(at as usize) {
            Some(letters) => letters,
            None => {
                column(at)?;
                far = column_letters(at);
                &far
            }
        };
        let (row, line) = (self.next_row, &mut self.line);
        let style =
            look.style(if matches!(cell, CellOut::Date { .. }) { ColumnKind::Date } else { kind });
        let mut number = |text: std::fmt::Arguments<'_>| {
            let _ = write!(line, "<c r=\"{letters}{row}\" s=\"{style}\"{text}</c>");
        };
        match cell {
            CellOut::Blank | CellOut::Text("") => {
                if look.boxed {
                    let _ = write!(line, "<c r=\"{letters}{row}\" s=\"{style}\"/>");
                }
            }
            CellOut::Number(value) if value.is_finite() => number(format_args!("><v>{value}</v>")),
            CellOut::Whole(whole) if whole.unsigned_abs() <= EXACT => {
                number(format_args!("><v>{whole}</v>"));
            }
            CellOut::Bool(value) => number(format_args!(" t=\"b\"><v>{}</v>", u8::from(value))),
            CellOut::Date { year, month, day } => match serial(year, month, day) {
                Some(serial) => number(format_args!("><v>{serial}</v>")),
                None => text(line, letters, row, style, &format!("{day:02}/{month:02}/{year:04}"))?,
            },
            CellOut::Text(value) => text(line, letters, row, style, value)?,
            CellOut::Number(value) => text(line, letters, row, style, &value.to_string())?,
            CellOut::Whole(whole) => text(line, letters, row, style, &whole.to_string())?,
        }
        Ok(())
    }

    /// Writes the end of the file, without which nothing opens it, and gives the output back.
    ///
    /// # Errors
    /// What the output reports; [`WriteError::Broken`] after an earlier error.
    pub fn finish(mut self) -> Result<W, WriteError> {
        if self.broken {
            return Err(WriteError::Broken);
        }
        let tail = self.sheet_tail();
        self.zip.write_all(tail.as_bytes())?;
        let workbook = parts::workbook(&self.name, self.repeated);
        self.part("xl/workbook.xml", &workbook)?;
        self.part("xl/_rels/workbook.xml.rels", &parts::workbook_relations())?;
        let Self { zip, cut: _cut, .. } = self;
        let mut sink = zip.finish()?.into_inner();
        sink.flush()?;
        Ok(sink.out)
    }

    /// What follows the rows, in the order of ECMA-376 part 1 §18.3.1.99.
    fn sheet_tail(&self) -> String {
        let mut text = String::from("</sheetData>");
        if !self.merged.is_empty() {
            let _ = write!(text, "<mergeCells count=\"{}\">", self.merged.len());
            for range in &self.merged {
                let _ = write!(text, "<mergeCell ref=\"{range}\"/>");
            }
            text.push_str("</mergeCells>");
        }
        let turned = if self.landscape { "landscape" } else { "portrait" };
        let scale =
            if self.scale == 100 { String::new() } else { format!(" scale=\"{}\"", self.scale) };
        // 1 inch = 2.54 cm: 2 cm left, 1.5 cm at the other sides.
        let _ = write!(
            text,
            "<pageMargins left=\"0.79\" right=\"0.59\" top=\"0.59\" bottom=\"0.79\" \
             header=\"0.3\" footer=\"0.3\"/><pageSetup paperSize=\"9\"{scale} orientation=\"{turned}\"/>"
        );
        if self.paper {
            text.push_str(
                "<headerFooter><oddFooter>&amp;C&amp;P/&amp;N</oddFooter></headerFooter>",
            );
        }
        if !self.breaks.is_empty() {
            let count = self.breaks.len();
            let _ = write!(text, "<rowBreaks count=\"{count}\" manualBreakCount=\"{count}\">");
            for row in &self.breaks {
                let _ = write!(text, "<brk id=\"{row}\" max=\"16383\" man=\"1\"/>");
            }
            text.push_str("</rowBreaks>");
        }
        text.push_str("</worksheet>");
        text
    }
}

/// Text inside its cell ("inline string"): a table of shared strings would have to be kept.
fn text(
    line: &mut String,
    letters: &str,
    row: u32,
    style: usize,
    value: &str,
) -> Result<(), WriteError> {
    if value.len() > TEXT_MAX && value.encode_utf16().count() > TEXT_MAX {
        return Err(WriteError::TooLong { cell: format!("{letters}{row}") });
    }
    let space = value.starts_with(char::is_whitespace)
        || value.ends_with(char::is_whitespace)
        || value.contains('\n');
    let keep = if space { " xml:space=\"preserve\"" } else { "" };
    let _ = write!(line, "<c r=\"{letters}{row}\" s=\"{style}\" t=\"inlineStr\"><is><t{keep}>");
    parts::push_escaped(value, line);
    line.push_str("</t></is></c>");
    Ok(())
}

/// Excel's number of a day; `None` for what is no day, or before 1900-03-01, which Excel miscounts.
fn serial(year: u16, month: u8, day: u8) -> Option<i64> {
    let leap = (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400);
    let length = match month {
        2 => 28 + u8::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if day == 0 || day > length || year > 9999 || (year, month) < (1900, 3) {
        return None;
    }
    // Days since 1/3/0000 (Howard Hinnant, chrono-compatible calendar algorithms): March begins
    // the year.
    let (year, month, day) = (i64::from(year), i64::from(month), i64::from(day));
    let year = if month <= 2 { year - 1 } else { year };
    let era = year / 400;
    let of_era = year - era * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    // 30/12/1899 is day 0 of Excel and day 693,899 of this count.
    Some(days - 693_899)
}

#[cfg(test)]
mod tests;
