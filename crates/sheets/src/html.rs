//! Tables in HTML, as exporting programs save them under the ending .xls: sloppy, with a great
//! many attributes, often without closing tags. Tolerant: nothing here is an error but the limits.

use std::collections::HashMap;
use std::sync::Arc;

use crate::limits::{SheetBuilder, Tally};
use crate::text::Decoded;
use crate::xml::numeric_reference;
use crate::{Cell, DateSystem, Format, ReadError, Value, Workbook};

/// Bytes at the start in which a charset may be declared (WHATWG: 1,024; exporters are wordier).
const DECLARATION_BYTES: usize = 4_096;

/// Largest span (WHATWG HTML, 4.9.11).
const MAX_COLSPAN: u32 = 1_000;
const MAX_ROWSPAN: u32 = 65_534;

/// Tables within tables that are told apart.
const MAX_NESTED: usize = 64;

/// Attribute quotes without a partner that are forgiven; after that quotes mean nothing.
const FORGIVEN_QUOTES: u32 = 100;

/// The charset named in a `<meta>` near the start, if any.
pub(crate) fn declared_charset(bytes: &[u8]) -> Option<&str> {
    let head = &bytes[..bytes.len().min(DECLARATION_BYTES)];
    let at = head.windows(8).position(|w| w.eq_ignore_ascii_case(b"charset="))? + 8;
    if !head.trim_ascii_start().starts_with(b"<") {
        return None;
    }
    let rest = head.get(at..)?;
    let rest = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).unwrap_or(rest);
    let name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':');
    let end = rest.iter().position(|b| !name(b)).unwrap_or(rest.len());
    std::str::from_utf8(&rest[..end]).ok().filter(|label| !label.is_empty())
}

/// Reads all tables of the document into one sheet: row number = n-th `<tr>` of the document.
pub(crate) fn read(decoded: &Decoded<'_>, tally: &mut Tally) -> Result<Workbook, ReadError> {
    let mut walk = Walk {
        builder: SheetBuilder::new(None, false),
        rows: 0,
        place: Place::default(),
        outer: Vec::new(),
        cell: None,
        forgiven: 0,
    };
    let mut rest: &str = &decoded.text;
    while !rest.is_empty() {
        rest = match rest.strip_prefix('<') {
            Some(after) => walk.markup(after, tally)?,
            None => {
                let end = rest.find('<').unwrap_or(rest.len());
                walk.text(&rest[..end], tally);
                &rest[end..]
            }
        };
    }
    walk.end_row(tally)?;
    Ok(Workbook {
        format: Format::Html,
        encoding: Some(decoded.encoding.clone()),
        separator: None,
        date_system: DateSystem::Excel1900,
        sheets: vec![walk.builder.finish()],
    })
}

/// A cell being read.
struct Open {
    col: u32,
    colspan: u32,
    rowspan: u32,
    text: String,
    font: Option<Arc<str>>,
}

/// Where we are in one table.
#[derive(Default)]
struct Place {
    number: u32,
    in_row: bool,
    hidden: bool,
    col: u32,
    /// Columns covered from above by a rowspan: column → last row covered.
    covered: HashMap<u32, u32>,
}

struct Walk {
    builder: SheetBuilder,
    /// `<tr>` met so far.
    rows: u32,
    place: Place,
    /// Tables around this one. Pages lay themselves out in tables, so an inner table is the one
    /// with the rows; the outer row goes on after it under its own number.
    outer: Vec<Place>,
    cell: Option<Open>,
    /// Quotes nobody closed.
    forgiven: u32,
}

impl Walk {
    /// Handles what follows a `<`; returns what is left.
    fn markup<'t>(&mut self, after: &'t str, tally: &mut Tally) -> Result<&'t str, ReadError> {
        if let Some(comment) = after.strip_prefix("!--") {
            return Ok(comment.find("-->").map_or("", |end| &comment[end + 3..]));
        }
        if after.starts_with(['!', '?']) {
            return Ok(after.find('>').map_or("", |end| &after[end + 1..]));
        }
        let (closing, body) = match after.strip_prefix('/') {
            Some(body) => (true, body),
            None => (false, after),
        };
        if !body.starts_with(|c: char| c.is_ascii_alphabetic()) {
            self.text("<", tally);
            return Ok(after);
        }
        let end = tag_end(body, self.forgiven < FORGIVEN_QUOTES).unwrap_or_else(|| {
            self.forgiven += 1;
            body.find('>').unwrap_or(body.len())
        });
        let tag = &body[..end];
        let rest = body.get(end + 1..).unwrap_or("");
        let length = tag.find(|c: char| c.is_ascii_whitespace() || c == '/').unwrap_or(tag.len());
        let name = tag[..length].to_ascii_lowercase();
        if !closing && matches!(name.as_str(), "script" | "style" | "title" | "xml" | "textarea") {
            return Ok(skip_raw(rest, &name));
        }
        match closing {
            true => self.close(&name, tally)?,
            false => self.open(&name, &tag[length..], tally)?,
        }
        Ok(rest)
    }

    fn open(&mut self, name: &str, attributes: &str, tally: &mut Tally) -> Result<(), ReadError> {
        match name {
            "table" if self.outer.len() < MAX_NESTED => {
                self.end_cell(tally)?;
                if self.place.in_row {
                    self.builder.end_row(tally)?;
                }
                self.outer.push(std::mem::take(&mut self.place));
            }
            "br" => self.text("\n", tally),
            "tr" => self.start_row(attributes, tally)?,
            "td" | "th" => self.start_cell(attributes, tally)?,
            "font" | "span" => {
                if let Some(cell) = self.cell.as_mut().filter(|c| c.font.is_none()) {
                    cell.font = font_of(attributes);
                }
            }
            "p" | "div" | "li" => self.break_line(),
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, name: &str, tally: &mut Tally) -> Result<(), ReadError> {
        match name {
            "table" => {
                self.end_row(tally)?;
                self.place = self.outer.pop().unwrap_or_default();
                if self.place.in_row {
                    self.builder.start_row(self.place.number, self.place.hidden);
                }
            }
            "tr" => self.end_row(tally)?,
            "td" | "th" => self.end_cell(tally)?,
            _ => {}
        }
        Ok(())
    }

    fn start_row(&mut self, attributes: &str, tally: &mut Tally) -> Result<(), ReadError> {
        self.end_row(tally)?;
        self.rows = self.rows.saturating_add(1);
        let number = self.rows;
        self.place.number = number;
        self.place.in_row = true;
        self.place.col = 0;
        self.place.covered.retain(|_, last| *last >= number);
        self.place.hidden = attribute(attributes, "style").is_some_and(|s| is_hidden(&s));
        self.builder.start_row(number, self.place.hidden);
        Ok(())
    }

    fn start_cell(&mut self, attributes: &str, tally: &mut Tally) -> Result<(), ReadError> {
        if !self.place.in_row {
            self.start_row("", tally)?;
        }
        self.end_cell(tally)?;
        while self.place.covered.contains_key(&self.place.col) {
            self.place.col += 1;
        }
        let span = |name, most| {
            let value = attribute(attributes, name).and_then(|v| v.trim().parse::<u32>().ok());
            value.unwrap_or(1).clamp(1, most)
        };
        let (colspan, rowspan) = (span("colspan", MAX_COLSPAN), span("rowspan", MAX_ROWSPAN));
        self.cell = Some(Open {
            col: self.place.col,
            colspan,
            rowspan,
            text: String::new(),
            font: font_of(attributes),
        });
        self.place.col = self.place.col.saturating_add(colspan);
        Ok(())
    }

    fn end_cell(&mut self, tally: &mut Tally) -> Result<(), ReadError> {
        let Some(open) = self.cell.take() else { return Ok(()) };
        let (last_col, last_row) = (
            open.col.saturating_add(open.colspan - 1),
            self.place.number.saturating_add(open.rowspan - 1),
        );
        if open.rowspan > 1 {
            for col in (open.col..=last_col).take_while(|c| *c < tally.limits.columns) {
                self.place.covered.insert(col, last_row);
            }
        }
        self.builder.merge((self.place.number, open.col, last_row, last_col));
        // HTML blanks at the ends are layout; a cell of nothing but &nbsp; is the blank cell.
        let text = open.text.trim_matches(|c: char| c.is_ascii_whitespace());
        if text.trim().is_empty() {
            return Ok(());
        }
        let value = Value::Text(text.to_owned());
        let cell =
            Cell { col: open.col, value, font: open.font, date_format: false, formula: false };
        self.builder.push(cell, tally)
    }

    fn end_row(&mut self, tally: &mut Tally) -> Result<(), ReadError> {
        self.end_cell(tally)?;
        if std::mem::take(&mut self.place.in_row) {
            self.builder.end_row(tally)?;
        }
        Ok(())
    }

    fn break_line(&mut self) {
        if let Some(cell) = self.cell.as_mut().filter(|c| !c.text.trim().is_empty()) {
            cell.text.push('\n');
        }
    }

    /// Adds text to the open cell; runs of blanks become one, as a browser shows them.
    fn text(&mut self, raw: &str, tally: &Tally) {
        let Some(cell) = self.cell.as_mut() else { return };
        // One character past the limit is enough for the limit to be noticed.
        if cell.text.len() as u64 > tally.limits.cell_chars.saturating_mul(4) {
            return;
        }
        if raw == "\n" {
            cell.text.push('\n');
            return;
        }
        let text = references(raw);
        let mut blank = cell.text.ends_with([' ', '\n']);
        for c in text.chars() {
            if c.is_ascii_whitespace() {
                if !blank {
                    cell.text.push(' ');
                }
                blank = true;
            } else {
                cell.text.push(c);
                blank = false;
            }
        }
    }
}

/// Where the `>` of a tag stands, outside quotes; `None` when a quote was never closed.
fn tag_end(body: &str, quotes: bool) -> Option<usize> {
    let bytes = body.as_bytes();
    let mut quote = None;
    // No tag is longer than this.
    for (at, byte) in bytes.iter().enumerate().take(65_536) {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') if quotes && at > 0 && bytes[at - 1] == b'=' => {
                quote = Some(*byte)
            }
            (Some(open), byte) if open == *byte => quote = None,
            _ => {}
        }
    }
    None
}

/// What follows the closing tag of an element whose content is no markup.
fn skip_raw<'t>(rest: &'t str, name: &str) -> &'t str {
    let mut from = 0;
    while let Some(at) = rest[from..].find("</") {
        let after = &rest[from + at + 2..];
        if after.get(..name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name)) {
            return after.find('>').map_or("", |end| &after[end + 1..]);
        }
        from += at + 2;
    }
    ""
}

/// Value of an attribute, quoted or not.
fn attribute(attributes: &str, wanted: &str) -> Option<String> {
    let mut rest = attributes;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        let end = rest.find(|c: char| c == '=' || c.is_ascii_whitespace()).unwrap_or(rest.len());
        if rest.is_empty() {
            return None;
        }
        let name = &rest[..end];
        let after = rest[end..].trim_start();
        let Some(value) = after.strip_prefix('=') else {
            // At least one character goes each time round.
            rest = &rest[end.max(rest.chars().next().map_or(1, char::len_utf8))..];
            continue;
        };
        let value = value.trim_start();
        let (found, left) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let inside = &value[1..];
                let end = inside.find(quote).unwrap_or(inside.len());
                (&inside[..end], inside.get(end + 1..).unwrap_or(""))
            }
            _ => {
                let end = value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len());
                value.split_at(end)
            }
        };
        if name.eq_ignore_ascii_case(wanted) {
            return Some(references(found));
        }
        rest = left;
    }
}

/// Font named by `face=` or by `font-family:` of an inline style.
fn font_of(attributes: &str) -> Option<Arc<str>> {
    if attributes.len() < 6 {
        return None;
    }
    let first = |list: &str| {
        let name = list.split([',', ';']).next().unwrap_or_default();
        let name = name.trim().trim_matches(['"', '\'']);
        (!name.is_empty()).then(|| Arc::from(name))
    };
    if let Some(face) = attribute(attributes, "face") {
        return first(&face);
    }
    let style = attribute(attributes, "style")?;
    let at = style.to_ascii_lowercase().find("font-family:")? + "font-family:".len();
    first(style.get(at..)?)
}

fn is_hidden(style: &str) -> bool {
    let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
    style.to_ascii_lowercase().contains("display:none")
}

/// Resolves character references: numeric ones and the named ones of Latin text.
fn references(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '#').unwrap_or(rest.len());
        let known = rest.get(..end.min(12)).and_then(named);
        match known {
            Some(c) => {
                out.push(c);
                rest = &rest[end.min(12)..];
                rest = rest.strip_prefix(';').unwrap_or(rest);
            }
            None => out.push('&'),
        }
    }
    out.push_str(rest);
    out
}

/// Latin-1 names by code from 160 (WHATWG HTML, 13.5).
const LATIN: &str = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg \
    macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 \
    iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave \
    Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc \
    Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc \
    euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave \
    uacute ucirc uuml yacute thorn yuml";

fn named(name: &str) -> Option<char> {
    match name {
        "amp" | "AMP" => Some('&'),
        "lt" | "LT" => Some('<'),
        "gt" | "GT" => Some('>'),
        "quot" | "QUOT" => Some('"'),
        "apos" => Some('\''),
        "ndash" => Some('–'),
        "mdash" => Some('—'),
        "lsquo" => Some('‘'),
        "rsquo" => Some('’'),
        "ldquo" => Some('“'),
        "rdquo" => Some('”'),
        "hellip" => Some('…'),
        "bull" => Some('•'),
        "ensp" | "emsp" | "thinsp" => Some(' '),
        "zwnj" => Some('\u{200c}'),
        "zwj" => Some('\u{200d}'),
        _ if name.starts_with('#') => numeric_reference(name),
        _ => {
            let at = LATIN.split_ascii_whitespace().position(|n| n == name)?;
            char::from_u32(160 + at as u32)
        }
    }
}
