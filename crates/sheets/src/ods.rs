//! OpenDocument spreadsheets (OASIS ODF 1.3): content.xml, streamed.

use std::collections::HashMap;

use crate::limits::{MAX_NAMED, SheetBuilder, Tally};
use crate::package::Package;
use crate::serial::{duration_days, iso_serial};
use crate::xml::{Event, Tag, Xml, push_text, unescape};
use crate::{Cell, DateSystem, Format, ReadError, Sheet, Value, Workbook};

mod styles;

use styles::{Look, Styles};

/// Reads an .ods package.
pub(crate) fn read(package: &mut Package, tally: &mut Tally) -> Result<Workbook, ReadError> {
    if is_encrypted(package, tally)? {
        return Err(ReadError::Encrypted);
    }
    let mut styles = Styles::default();
    // Named styles of the document; the automatic ones of the sheets are in content.xml.
    if let Some(mut xml) = package.xml("styles.xml", tally)? {
        loop {
            match xml.next()? {
                Event::Eof => break,
                Event::Start(e) => styles.open(&e, false),
                Event::Empty(e) => styles.open(&e, true),
                Event::End(name) => styles.close(name),
                _ => {}
            }
        }
        xml.close(tally);
    }
    let mut xml = package
        .xml("content.xml", tally)?
        .ok_or_else(|| ReadError::corrupt("content.xml is missing"))?;
    let mut system = DateSystem::Excel1900;
    let mut sheets: Vec<Sheet> = Vec::new();
    loop {
        match xml.next()? {
            Event::Eof => break,
            Event::Start(e) if e.name == "table" => {
                tally.sheets(sheets.len() + 1)?;
                let name = e.attr("name").unwrap_or_default();
                let hidden = e.attr("style-name").is_some_and(|s| styles.hides_table(&s));
                let builder = SheetBuilder::new(Some(name), hidden);
                let table = Table {
                    styles: &styles,
                    system,
                    builder,
                    number: 0,
                    columns: vec![],
                    column: 0,
                    looks: HashMap::new(),
                };
                sheets.push(table.read(&mut xml, tally)?);
            }
            Event::Empty(e) if e.name == "table" => {
                tally.sheets(sheets.len() + 1)?;
                let hidden = e.attr("style-name").is_some_and(|s| styles.hides_table(&s));
                sheets.push(SheetBuilder::new(e.attr("name"), hidden).finish());
            }
            // Recorded changes keep deleted cells, which look like cells.
            Event::Start(e) if e.name == "tracked-changes" => xml.skip()?,
            Event::Start(e) => {
                null_date(&e, &mut system);
                styles.open(&e, false);
            }
            Event::Empty(e) => {
                null_date(&e, &mut system);
                styles.open(&e, true);
            }
            Event::End(name) => styles.close(name),
            _ => {}
        }
    }
    xml.close(tally);
    Ok(Workbook {
        format: Format::Ods,
        encoding: None,
        separator: None,
        date_system: system,
        sheets,
    })
}

/// The 1904 date system is said by `table:null-date` (19.657).
fn null_date(tag: &Tag<'_>, system: &mut DateSystem) {
    if tag.name == "null-date"
        && tag.attr("date-value").is_some_and(|d| d.starts_with("1904-01-01"))
    {
        *system = DateSystem::Excel1904;
    }
}

/// The manifest says it: part 2, 4.8 (or one encrypted package inside, since ODF 1.4).
fn is_encrypted(package: &mut Package, tally: &mut Tally) -> Result<bool, ReadError> {
    if package.find("encrypted-package").is_some() {
        return Ok(true);
    }
    let Some(mut xml) = package.xml("META-INF/manifest.xml", tally)? else { return Ok(false) };
    let mut found = false;
    loop {
        match xml.next()? {
            Event::Eof => break,
            Event::Start(e) | Event::Empty(e) if e.name == "encryption-data" => {
                found = true;
                break;
            }
            _ => {}
        }
    }
    xml.close(tally);
    Ok(found)
}

/// One `<table:table>`.
struct Table<'s> {
    styles: &'s Styles,
    system: DateSystem,
    builder: SheetBuilder,
    /// Rows passed so far.
    number: u32,
    /// Default cell styles: (first column after the span, style name).
    columns: Vec<(u32, String)>,
    column: u32,
    /// Looks already worked out, by style name.
    looks: HashMap<String, Look>,
}

/// Attributes of a cell, with what its paragraphs add.
#[derive(Default)]
struct Raw {
    kind: String,
    value: Option<String>,
    style: Option<String>,
    repeated: u32,
    spans: (u32, u32),
    formula: bool,
    text: String,
}

impl Table<'_> {
    fn read(mut self, xml: &mut Xml<'_>, tally: &mut Tally) -> Result<Sheet, ReadError> {
        let outside = xml.depth().saturating_sub(1);
        while xml.depth() > outside {
            match xml.next()? {
                Event::Eof => break,
                Event::Start(e) => match e.name {
                    "table-row" => {
                        let (times, hidden) = row_head(&e);
                        self.row(xml, times, hidden, tally)?;
                    }
                    "table-column" => self.columns(&e, tally),
                    "shapes" | "forms" | "named-expressions" => xml.skip()?,
                    _ => {}
                },
                Event::Empty(e) => match e.name {
                    "table-row" => self.number = self.number.saturating_add(row_head(&e).0),
                    "table-column" => self.columns(&e, tally),
                    _ => {}
                },
                _ => {}
            }
        }
        Ok(self.builder.finish())
    }

    fn columns(&mut self, tag: &Tag<'_>, tally: &Tally) {
        let times = tag.number("number-columns-repeated").unwrap_or(1);
        let first = self.column;
        self.column = first.saturating_add(times);
        if times > 0 && tag.attr("visibility").is_some_and(|v| v != "visible") {
            self.builder.hide_columns(first, self.column - 1, tally.limits);
        }
        if self.columns.len() < tally.limits.columns as usize {
            let style = tag.attr("default-cell-style-name").unwrap_or_default();
            self.columns.push((self.column, style));
        }
    }

    fn row(
        &mut self,
        xml: &mut Xml<'_>,
        times: u32,
        hidden: bool,
        tally: &mut Tally,
    ) -> Result<(), ReadError> {
        let outside = xml.depth().saturating_sub(1);
        let before = tally.rows();
        self.builder.start_row(self.number.saturating_add(1), hidden);
        let mut col = 0u32;
        while xml.depth() > outside {
            match xml.next()? {
                Event::Eof => break,
                Event::Start(e) if is_cell(e.name) => {
                    let mut raw = cell_head(&e);
                    cell_text(xml, &mut raw.text, tally)?;
                    col = self.cells(col, raw, tally)?;
                }
                Event::Empty(e) if is_cell(e.name) => {
                    let raw = cell_head(&e);
                    col = self.cells(col, raw, tally)?;
                }
                _ => {}
            }
        }
        self.builder.end_row(tally)?;
        if tally.rows() > before && times > 1 {
            self.builder.repeat_row(times - 1, tally)?;
        }
        self.number = self.number.saturating_add(times);
        Ok(())
    }

    /// Adds a cell as often as it is repeated; returns the column after it.
    fn cells(&mut self, col: u32, raw: Raw, tally: &mut Tally) -> Result<u32, ReadError> {
        let after = col.saturating_add(raw.repeated);
        let Some(value) = self.value(&raw) else {
            self.merge(col, &raw);
            return Ok(after);
        };
        let default = self.columns.iter().find(|(end, _)| col < *end).map(|(_, style)| style);
        let style = raw.style.as_ref().or(default).map_or("", String::as_str);
        if !self.looks.contains_key(style) {
            // Names nobody defined could be made up for every cell.
            if self.looks.len() > MAX_NAMED {
                self.looks.clear();
            }
            self.looks.insert(style.to_owned(), self.styles.cell(style));
        }
        let style = self.looks.get(style).cloned().unwrap_or_default();
        let typed_date = matches!(raw.kind.as_str(), "date" | "time");
        for at in col..after {
            let cell = Cell {
                col: at,
                value: value.clone(),
                font: style.font.clone(),
                date_format: style.date || (typed_date && matches!(value, Value::Number(_))),
                formula: raw.formula,
            };
            self.builder.push(cell, tally)?;
        }
        self.merge(col, &raw);
        Ok(after)
    }

    fn merge(&mut self, col: u32, raw: &Raw) {
        let row = self.number.saturating_add(1);
        let (rows, cols) = raw.spans;
        self.builder.merge((row, col, row.saturating_add(rows - 1), col.saturating_add(cols - 1)));
    }

    /// The value by `office:value-type` (19.385); the shown text when the type says nothing.
    fn value(&self, raw: &Raw) -> Option<Value> {
        let given = raw.value.as_deref();
        let typed = match raw.kind.as_str() {
            "float" | "percentage" | "currency" => given
                .and_then(|v| v.trim().parse().ok())
                .filter(|n: &f64| n.is_finite())
                .map(Value::Number),
            "date" => given.and_then(|v| iso_serial(v, self.system)).map(Value::Number),
            "time" => given.and_then(duration_days).map(Value::Number),
            "boolean" => given.map(|v| Value::Bool(v == "true")),
            "error" => Some(Value::Error(raw.text.clone())),
            "string" => given.map(|v| Value::Text(v.to_owned())),
            _ => None,
        };
        let value = typed.unwrap_or_else(|| Value::Text(raw.text.clone()));
        match &value {
            Value::Text(text) | Value::Error(text) if text.is_empty() => None,
            _ => Some(value),
        }
    }
}

fn is_cell(name: &str) -> bool {
    name == "table-cell" || name == "covered-table-cell"
}

/// Repetitions and whether the row is hidden ("collapse" by hand, "filter" by a filter).
fn row_head(tag: &Tag<'_>) -> (u32, bool) {
    let times = tag.number("number-rows-repeated").unwrap_or(1);
    (times, tag.attr("visibility").is_some_and(|v| v != "visible"))
}

fn cell_head(tag: &Tag<'_>) -> Raw {
    let mut raw = Raw { repeated: 1, spans: (1, 1), ..Raw::default() };
    for (key, value) in tag.attrs() {
        let number = || value.parse().unwrap_or(1u32).max(1);
        match key {
            // LibreOffice says "string" to others and "error" to itself.
            "calcext:value-type" if value == "error" => raw.kind = value.to_owned(),
            "office:value-type" if raw.kind.is_empty() => raw.kind = value.to_owned(),
            "office:value"
            | "office:date-value"
            | "office:time-value"
            | "office:boolean-value"
            | "office:string-value" => raw.value = Some(unescape(value)),
            "table:style-name" => raw.style = Some(unescape(value)),
            "table:number-columns-repeated" => raw.repeated = number(),
            "table:number-columns-spanned" => raw.spans.1 = number(),
            "table:number-rows-spanned" => raw.spans.0 = number(),
            "table:formula" => raw.formula = true,
            _ => {}
        }
    }
    raw
}

/// Paragraphs of a cell, joined by line ends, to the end of the cell. White space follows 6.1.2:
/// runs collapse, `<text:s>` counts.
fn cell_text(xml: &mut Xml<'_>, out: &mut String, tally: &Tally) -> Result<(), ReadError> {
    let outside = xml.depth().saturating_sub(1);
    let mut paragraphs = 0u32;
    let mut inside = 0u32;
    let mut raw = String::new();
    while xml.depth() > outside {
        match xml.next()? {
            Event::Eof => break,
            Event::Start(e) => match e.name {
                // Comments and drawings hold paragraphs of their own.
                "annotation" | "frame" | "custom-shape" | "table" | "ruby-text" => xml.skip()?,
                "p" | "h" => {
                    if paragraphs > 0 && inside == 0 {
                        out.push('\n');
                    }
                    paragraphs += 1;
                    inside += 1;
                }
                other if inside > 0 => spacing(&e, other, out, tally),
                _ => {}
            },
            Event::Empty(e) => match e.name {
                "p" | "h" => {
                    if paragraphs > 0 {
                        out.push('\n');
                    }
                    paragraphs += 1;
                }
                other if inside > 0 => spacing(&e, other, out, tally),
                _ => {}
            },
            Event::Text(text) if inside > 0 => {
                raw.clear();
                push_text(text, &mut raw);
                collapse(&raw, out);
            }
            Event::CData(text) if inside > 0 => collapse(text, out),
            Event::End("p" | "h") => inside = inside.saturating_sub(1),
            _ => {}
        }
        if out.len() as u64 > tally.limits.cell_chars.saturating_mul(4) {
            return Err(crate::limits::too_large("characters in a cell", tally.limits.cell_chars));
        }
    }
    Ok(())
}

fn spacing(tag: &Tag<'_>, name: &str, out: &mut String, tally: &Tally) {
    match name {
        "s" => {
            // One past the limit is enough for the limit to be noticed.
            let most = u32::try_from(tally.limits.cell_chars).unwrap_or(u32::MAX).saturating_add(1);
            let count = tag.number("c").unwrap_or(1).min(most);
            out.extend(std::iter::repeat_n(' ', count as usize));
        }
        "tab" => out.push('\t'),
        "line-break" => out.push('\n'),
        _ => {}
    }
}

/// Blanks in the file are one space, and none at the start of a paragraph.
fn collapse(text: &str, out: &mut String) {
    for c in text.chars() {
        if matches!(c, ' ' | '\t' | '\n' | '\r') {
            if !out.is_empty() && !out.ends_with([' ', '\n', '\t']) {
                out.push(' ');
            }
        } else {
            out.push(c);
        }
    }
}
