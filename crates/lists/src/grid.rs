//! A sheet seen as decoded text: decides per cell whether its bytes are TCVN3, VNI or VPS.
//!
//! The font decides first; where it is lost, the texts of the column, and then of the sheet
//! (`relief.md` §6: no single character decides, the share of possible syllables does).

use std::collections::BTreeMap;

use sheets::{Cell, Row, Sheet, Value};
use vietnam::charset::{self, Legacy};
use vietnam::text;

/// Rows that are looked at to find the encoding of a column.
const SAMPLED_ROWS: usize = 400;

/// Decoded text of a cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Decoded {
    /// Text in normal form C, spaces as stored.
    pub(crate) text: String,
    /// Encoding the text was decoded from, when that changed it.
    pub(crate) legacy: Option<Legacy>,
    /// The text was not in normal form C.
    pub(crate) composed: bool,
    /// U+00D0 or a look-alike stood for Đ.
    pub(crate) eth: bool,
}

/// A sheet with the encodings of its columns.
#[derive(Debug)]
pub(crate) struct Grid<'a> {
    pub(crate) sheet: &'a Sheet,
    columns: BTreeMap<u32, Legacy>,
    whole: Option<Legacy>,
}

impl<'a> Grid<'a> {
    /// Looks at the texts of every column.
    pub(crate) fn new(sheet: &'a Sheet) -> Self {
        let mut samples: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
        for row in sheet.rows.iter().take(SAMPLED_ROWS) {
            for cell in &row.cells {
                if let Value::Text(text) = &cell.value
                    && !text.is_ascii()
                    && font_of(cell).is_none()
                {
                    samples.entry(cell.col).or_default().push(text);
                }
            }
        }
        let columns = samples
            .iter()
            .filter_map(|(&col, texts)| Some((col, charset::detect(texts.iter().copied())?)))
            .collect();
        let whole = charset::detect(samples.values().flatten().copied());
        Self { sheet, columns, whole }
    }

    /// The rows of the sheet.
    pub(crate) fn rows(&self) -> &'a [Row] {
        &self.sheet.rows
    }

    /// Number of the last row that shows something.
    pub(crate) fn last_row(&self) -> u32 {
        let shows = |row: &&Row| row.cells.iter().any(|cell| !is_blank(&cell.value));
        self.sheet.rows.iter().rev().find(shows).map_or(0, |row| row.number)
    }

    /// The row with this number.
    pub(crate) fn row(&self, number: u32) -> Option<&'a Row> {
        let place = self.sheet.rows.binary_search_by_key(&number, |row| row.number).ok()?;
        self.sheet.rows.get(place)
    }

    /// The merged range that covers a cell: first row, first column, last row, last column.
    pub(crate) fn merged(&self, row: u32, col: u32) -> Option<(u32, u32, u32, u32)> {
        self.sheet
            .merged
            .iter()
            .copied()
            .find(|&(r1, c1, r2, c2)| (r1..=r2).contains(&row) && (c1..=c2).contains(&col))
    }

    /// The decoded text of a text cell; numbers as digits; nothing for errors.
    pub(crate) fn decode(&self, cell: &Cell) -> Decoded {
        match &cell.value {
            Value::Text(raw) => self.decode_text(raw, cell),
            Value::Number(n) => Decoded { text: number_text(*n), ..Decoded::default() },
            Value::Bool(b) => Decoded { text: b.to_string(), ..Decoded::default() },
            Value::Error(e) => Decoded { text: e.clone(), ..Decoded::default() },
        }
    }

    /// Decoded and cleaned text: for headings.
    pub(crate) fn heading(&self, cell: &Cell) -> String {
        text::clean(&self.decode(cell).text)
    }

    /// Texts of a row with their columns, without blank ones.
    pub(crate) fn texts(&self, row: &Row) -> Vec<(u32, String)> {
        row.cells
            .iter()
            .map(|cell| (cell.col, self.heading(cell)))
            .filter(|(_, text)| !text.is_empty())
            .collect()
    }

    fn decode_text(&self, raw: &str, cell: &Cell) -> Decoded {
        if raw.is_ascii() {
            return Decoded { text: raw.to_owned(), ..Decoded::default() };
        }
        let font = font_of(cell);
        if let Some(legacy) = font.or_else(|| self.columns.get(&cell.col).copied()).or(self.whole)
            && !raw.chars().any(is_only_unicode)
        {
            let decoded = charset::decode(raw, legacy);
            if decoded != raw && reads_better(raw, &decoded, font.is_some()) {
                return Decoded { text: decoded, legacy: Some(legacy), ..Decoded::default() };
            }
        }
        unicode(raw)
    }

    /// The encoding a cell's column is in, also when the text itself shows no sign of it.
    pub(crate) fn legacy_of(&self, cell: &Cell) -> Option<Legacy> {
        let Value::Text(raw) = &cell.value else { return None };
        if raw.chars().any(is_only_unicode) {
            return None;
        }
        font_of(cell).or_else(|| self.columns.get(&cell.col).copied()).or(self.whole)
    }

    /// The encoding that most text of the sheet is in.
    pub(crate) fn charset(&self) -> Option<&'static str> {
        let in_fonts = self
            .sheet
            .rows
            .iter()
            .take(SAMPLED_ROWS)
            .flat_map(|row| &row.cells)
            .filter(|cell| matches!(&cell.value, Value::Text(text) if !text.is_ascii()))
            .find_map(font_of);
        Some(match in_fonts.or(self.whole)? {
            Legacy::Tcvn3 | Legacy::Tcvn3Capitals => "TCVN3",
            Legacy::Vni => "VNI",
            Legacy::Vps => "VPS",
        })
    }
}

fn font_of(cell: &Cell) -> Option<Legacy> {
    charset::from_font(cell.font.as_deref()?)
}

/// A letter that no single-byte text opened as Latin-1 or Windows-1252 can show.
fn is_only_unicode(c: char) -> bool {
    matches!(c, '\u{100}'..='\u{151}' | '\u{154}'..='\u{15F}' | '\u{162}'..='\u{177}'
        | '\u{179}'..='\u{17C}' | '\u{17F}'..='\u{191}' | '\u{193}'..='\u{2C5}' | '\u{1E00}'..='\u{1EFF}'
        | '\u{300}'..='\u{36F}')
}

/// Whether the decoded text is to be taken: with a telling font unless it destroys words that are
/// right as they are, without one only when it makes more words possible or is no worse.
fn reads_better(raw: &str, decoded: &str, by_font: bool) -> bool {
    let (before, after) = (text::syllable_score(raw), text::syllable_score(decoded));
    if by_font { before < 1.0 || after >= 1.0 } else { after >= before && after > 0.0 }
}

fn unicode(raw: &str) -> Decoded {
    let needs_composing = raw.chars().any(|c| ('\u{300}'..='\u{36F}').contains(&c));
    let mut decoded = Decoded {
        text: if needs_composing { text::nfc(raw) } else { raw.to_owned() },
        ..Decoded::default()
    };
    decoded.composed = needs_composing && decoded.text != raw;
    if decoded.text.contains(['\u{D0}', '\u{F0}', '\u{189}', '\u{256}']) {
        decoded.text =
            decoded.text.replace(['\u{D0}', '\u{189}'], "Đ").replace(['\u{F0}', '\u{256}'], "đ");
        decoded.eth = true;
    }
    decoded
}

/// Whether a cell shows nothing.
pub(crate) fn is_blank(value: &Value) -> bool {
    match value {
        Value::Text(text) => text.chars().all(|c| c.is_whitespace() || is_invisible(c)),
        _ => false,
    }
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\0'..='\u{1F}')
}

/// A number as one would type it: whole numbers without a fraction and never scientific.
pub(crate) fn number_text(number: f64) -> String {
    match whole(number) {
        Some(whole) => whole.to_string(),
        None => number.to_string(),
    }
}

/// The number as an integer, when it is one (a hair of rounding is forgiven).
pub(crate) fn whole(number: f64) -> Option<i64> {
    let rounded = number.round();
    ((number - rounded).abs() < 1e-6 && rounded.abs() < 9.0e15).then_some(rounded as i64)
}
