//! Rows from a CSV text, and texts that go into one: pure, quick, and with refusals that a person
//! who has the file open in Excel can act on.
//!
//! The columns are found by their heads, in any order ([`COLUMNS`]); others are ignored. Quoting
//! is that of RFC 4180, so a quoted field may hold commas and line ends; a quote inside a field
//! that is not quoted stands for itself. Lines end as they do anywhere (`\n`, `\r\n`, `\r`); lines
//! with nothing on them are skipped.
//!
//! ```
//! let text = "full_name,record_id\nNguyễn Văn Khoai,\"thôn 3, dòng 7\"\n";
//! let table = linkage::table::read(text.as_bytes())?;
//! assert_eq!(table.ids, ["thôn 3, dòng 7"]);
//! assert_eq!(table.rows[0].name, "Nguyễn Văn Khoai");
//! assert_eq!(linkage::table::quoted(&table.ids[0]), "\"thôn 3, dòng 7\"");
//! # Ok::<(), linkage::table::TableError>(())
//! ```

use std::borrow::Cow;
use std::str;

use crate::hash;
use crate::record::RawRecord;

mod error;
mod reader;

pub use error::TableError;
use reader::{Fault, Field, Reader, Why, line_at};

/// The heads of the columns that are read, in the order of the fields they fill. Small and capital
/// letters are the same.
pub const COLUMNS: [&str; 11] = [
    "record_id",
    "full_name",
    "birth",
    "sex",
    "id_number",
    "bhxh",
    "phone",
    "address",
    "commune_code",
    "district_code",
    "policy_group",
];
/// The first so many columns must be there, any other may be missing.
pub const COLUMNS_NEEDED: usize = 2;
/// Bytes from which on two threads read.
const DIVIDED_FROM: usize = 1 << 20;
/// Bytes of a short row of a list: memory is set aside for so many rows, and used by those there are.
const ROW_BYTES_MIN: usize = 80;
/// Heads that a refusal repeats.
const HEADS_SHOWN: usize = 12;

/// Rows with their numbers, both in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table<'a> {
    /// `record_id` of each row, each once.
    pub ids: Vec<Cow<'a, str>>,
    /// The rows. A doubled quote inside a quoted field stays doubled, which no normalised field
    /// notices.
    pub rows: Vec<RawRecord<'a>>,
}

/// Reads a CSV text. It must be UTF-8, with or without a byte order mark. Long texts are read by
/// two threads; the result is the same.
///
/// # Errors
/// [`TableError`] names the first thing that is wrong; nothing is guessed or left out.
pub fn read(bytes: &[u8]) -> Result<Table<'_>, TableError> {
    if [&b"PK\x03\x04"[..], b"\xD0\xCF\x11\xE0"].iter().any(|sign| bytes.starts_with(sign)) {
        return Err(TableError::Workbook);
    }
    let text = str::from_utf8(bytes)
        .map_err(|error| TableError::NotUtf8 { line: line_at(bytes, error.valid_up_to()) })?;
    let mut reader = Reader::new(text);
    let columns = Columns::read(&mut reader)?;
    let first = reader.at;
    let middle = if text.len() < DIVIDED_FROM { text.len() } else { row_after_half(text, first) };
    let table = columns
        .rows(text, first, middle)
        .map_err(|fault| fault.explain(text, columns.places_needed))?;
    if table.ids.is_empty() {
        return Err(TableError::NoRows);
    }
    match twice(&table.ids) {
        None => Ok(table),
        Some((earlier, later)) => {
            let line_of = |row| line_at(bytes, row_start(text, first, row));
            let id = table.ids[later].chars().take(60).collect();
            Err(TableError::IdTwice { line: line_of(later), first: line_of(earlier), id })
        }
    }
}

/// The text as a field of CSV: quoted when it would be read otherwise.
pub fn quoted(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n')) {
        Cow::Owned(format!("\"{}\"", text.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(text)
    }
}

/// Where the columns stand.
struct Columns {
    places: [usize; COLUMNS.len()],
    /// Fields a row must have.
    places_needed: usize,
}

impl Columns {
    fn read(reader: &mut Reader<'_>) -> Result<Self, TableError> {
        let text = reader.text;
        let mut fields = Vec::new();
        reader.skip_line_ends();
        let start = reader.at;
        let line = line_at(text.as_bytes(), start);
        let written = text[start..].split(['\r', '\n']).next().unwrap_or_default();
        let other =
            || other_separator(written).map(|sign| TableError::OtherSeparator { line, sign });
        match reader.next_row(&mut fields) {
            Ok(true) => {}
            Ok(false) => return Err(TableError::Empty),
            Err(fault) => return Err(other().unwrap_or_else(|| fault.explain(text, 0))),
        }
        let heads: Vec<&str> = fields.iter().map(|field| field.text.trim()).collect();
        let mut places = [usize::MAX; COLUMNS.len()];
        for (number, (place, column)) in places.iter_mut().zip(COLUMNS).enumerate() {
            let is_it = |head: &&str| head.eq_ignore_ascii_case(column);
            if let Some(found) = heads.iter().position(is_it) {
                *place = found;
                if heads[found + 1..].iter().any(is_it) {
                    return Err(TableError::ColumnTwice { line, column });
                }
            } else if number < COLUMNS_NEEDED {
                if let Some(refusal) = other() {
                    return Err(refusal);
                }
                let shown = heads.iter().take(HEADS_SHOWN).map(|head| head.chars().take(40));
                let shown: Vec<String> = shown.map(Iterator::collect).collect();
                return Err(TableError::NoColumn { line, column, heads: shown.join(", ") });
            }
        }
        let last = heads.iter().rposition(|head| !head.is_empty()).unwrap_or(0);
        Ok(Self { places, places_needed: last + 1 })
    }

    /// The rows from `first` on. Another thread reads those from `middle` on; should that turn
    /// out to be no beginning of a row (a lone quote misled [`row_after_half`]), they are read
    /// again.
    fn rows<'a>(&self, text: &'a str, first: usize, middle: usize) -> Result<Table<'a>, Fault> {
        let (mut end, mut later_end) = (first, middle);
        let (all, half) = (text.len() - first, text.len() - middle);
        let (earlier, later) = std::thread::scope(|scope| {
            let later = (middle < text.len())
                .then(|| scope.spawn(|| self.part(text, &mut later_end, text.len(), half)));
            // With room for the others' rows, which are put behind.
            let earlier = self.part(text, &mut end, middle, all);
            (earlier, later.map(std::thread::ScopedJoinHandle::join))
        });
        let mut table = earlier?;
        let mut later = match later {
            Some(Ok(later)) if end == middle => later?,
            Some(Err(panic)) => std::panic::resume_unwind(panic),
            _ => self.part(text, &mut end, text.len(), half)?,
        };
        table.ids.append(&mut later.ids);
        table.rows.append(&mut later.rows);
        Ok(table)
    }

    /// The rows that begin from `at` on and before `end`; `at` moves behind them. There is room for
    /// those of `bytes` bytes.
    fn part<'a>(
        &self,
        text: &'a str,
        at: &mut usize,
        end: usize,
        bytes: usize,
    ) -> Result<Table<'a>, Fault> {
        let mut reader = Reader { text, at: *at };
        let mut fields: Vec<Field<'a>> = Vec::new();
        let mut table = Table::default();
        let expected = bytes / ROW_BYTES_MIN;
        table.ids.reserve(expected);
        table.rows.reserve(expected);
        while reader.at < end {
            let start = reader.at;
            if !reader.next_row(&mut fields)? {
                break;
            }
            if fields.iter().all(|field| field.text.trim().is_empty()) {
                continue;
            }
            let surplus = fields.iter().skip(self.places_needed);
            if fields.len() < self.places_needed
                || surplus.into_iter().any(|field| !field.text.trim().is_empty())
            {
                return Err(Fault { at: start, why: Why::Width(fields.len()) });
            }
            let field = |column: usize| {
                fields.get(self.places[column]).map_or("", |field: &Field<'a>| field.text)
            };
            if field(0).trim().is_empty() {
                return Err(Fault { at: start, why: Why::NoId });
            }
            table.ids.push(fields[self.places[0]].whole());
            table.rows.push(RawRecord {
                name: field(1),
                birth: field(2),
                sex: field(3),
                id_number: field(4),
                insurance_number: field(5),
                phone: field(6),
                address: field(7),
                commune: field(8),
                district: field(9),
                list: field(10),
            });
        }
        *at = reader.at;
        Ok(table)
    }
}

/// The sign that divides a line whose commas do not, if it has one.
fn other_separator(line: &str) -> Option<char> {
    let needed = |sign: char| {
        let mut heads = line.split(sign).map(|head| head.trim().trim_matches('"').trim());
        heads.any(|head| COLUMNS[..COLUMNS_NEEDED].iter().any(|c| head.eq_ignore_ascii_case(c)))
    };
    let found = ['\t', ';', '|'].into_iter().find(|&sign| line.contains(sign) && needed(sign));
    let only = |sign: &char| !line.contains(',') && line.contains(*sign);
    found.or_else(|| ['\t', ';', '|'].into_iter().find(only))
}

/// Where the first row behind the half of the text begins, if the quotes before are in pairs.
fn row_after_half(text: &str, first: usize) -> usize {
    let bytes = text.as_bytes();
    let half = first.midpoint(text.len());
    let mut inside = bytes[first..half].iter().filter(|byte| **byte == b'"').count() % 2 == 1;
    for (at, byte) in bytes.iter().enumerate().skip(half) {
        match byte {
            b'"' => inside = !inside,
            b'\n' if !inside => {
                let mut reader = Reader { text, at };
                reader.skip_line_ends();
                return reader.at;
            }
            _ => {}
        }
    }
    text.len()
}

/// Where the row begins that is the so-manieth with anything on it.
fn row_start(text: &str, first: usize, wanted: usize) -> usize {
    let mut reader = Reader { text, at: first };
    let mut fields = Vec::new();
    let mut row = 0;
    loop {
        let start = reader.at;
        if !matches!(reader.next_row(&mut fields), Ok(true)) {
            return start;
        }
        if fields.iter().any(|field| !field.text.trim().is_empty()) {
            if row == wanted {
                return start;
            }
            row += 1;
        }
    }
}

/// Two rows with one number: of all such pairs the one that ends first.
fn twice(ids: &[Cow<'_, str>]) -> Option<(usize, usize)> {
    let mut keys: Vec<u128> =
        (0u128..).zip(ids).map(|(row, id)| u128::from(hash::text(id)) << 64 | row).collect();
    keys.sort_unstable();
    let mut found: Option<(usize, usize)> = None;
    for same in keys.chunk_by(|a, b| a >> 64 == b >> 64).filter(|same| same.len() > 1) {
        let mut rows: Vec<usize> = same.iter().map(|key| *key as u64 as usize).collect();
        rows.sort_by(|a, b| (&ids[*a], a).cmp(&(&ids[*b], b)));
        for pair in rows.windows(2).filter(|pair| ids[pair[0]] == ids[pair[1]]) {
            if found.is_none_or(|(_, later)| pair[1] < later) {
                found = Some((pair[0], pair[1]));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests;
