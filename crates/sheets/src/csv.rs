//! Delimited text (RFC 4180, read with leniency: any of four separators, any line end, quotes that
//! nobody closed).

use crate::limits::{SheetBuilder, Tally};
use crate::text::Decoded;
use crate::{Cell, DateSystem, Format, ReadError, Value, Workbook};

const SEPARATORS: [char; 4] = [';', ',', '\t', '|'];

/// Records looked at to find the separator.
const SNIFFED_RECORDS: usize = 500;

/// Opening quotes without a partner that are forgiven: each costs a second look at up to a cell's
/// length of text.
const FORGIVEN_QUOTES: u32 = 100;

/// Reads delimited text. Every value is text; the row number is the line a record starts on.
pub(crate) fn read(decoded: &Decoded<'_>, tally: &mut Tally) -> Result<Workbook, ReadError> {
    let (separator, skip) = separator(&decoded.text);
    let mut builder = SheetBuilder::new(None, false);
    let mut scanner = Scanner::new(&decoded.text, separator, tally.limits.cell_chars);
    scanner.pos = skip;
    scanner.line = 1 + u32::from(skip > 0);
    while scanner.more() {
        builder.start_row(scanner.line, false);
        let mut col = 0u32;
        loop {
            let (value, ended) = scanner.field()?;
            if !value.is_empty() {
                let value = Value::Text(value);
                let cell = Cell { col, value, font: None, date_format: false, formula: false };
                builder.push(cell, tally)?;
            }
            col = col.saturating_add(1);
            if ended {
                break;
            }
        }
        builder.end_row(tally)?;
    }
    Ok(Workbook {
        format: Format::Csv,
        encoding: Some(decoded.encoding.clone()),
        separator: Some(separator),
        date_system: DateSystem::Excel1900,
        sheets: vec![builder.finish()],
    })
}

/// The separator, and how many bytes of a `sep=;` line (Excel's own hint) to pass over.
fn separator(text: &str) -> (char, usize) {
    let line = text.split(['\r', '\n']).next().unwrap_or_default();
    let hint = line.get(..4).filter(|h| h.eq_ignore_ascii_case("sep="));
    if hint.is_some() {
        let mut rest = line[4..].chars();
        if let (Some(separator), None) = (rest.next(), rest.next()) {
            let after = &text[line.len()..];
            let end = if after.starts_with("\r\n") { 2 } else { after.len().min(1) };
            return (separator, line.len() + end);
        }
    }
    (sniff(text), 0)
}

/// The candidate that most records hold the same number of times, outside quotes; a number of
/// columns shared by many records counts more than a comma in some addresses.
fn sniff(text: &str) -> char {
    let mut counts: Vec<[u32; 4]> = Vec::new();
    let mut current = [0u32; 4];
    let mut quoted = false;
    let mut at_start = true;
    for c in text.chars() {
        match c {
            '"' if quoted => quoted = false,
            '"' if at_start => quoted = true,
            '\n' | '\r' if !quoted => {
                if current != [0; 4] {
                    counts.push(current);
                    current = [0; 4];
                }
                if counts.len() >= SNIFFED_RECORDS {
                    break;
                }
                at_start = true;
                continue;
            }
            _ if !quoted => {
                if let Some(which) = SEPARATORS.iter().position(|s| *s == c) {
                    current[which] += 1;
                    at_start = true;
                    continue;
                }
            }
            _ => {}
        }
        at_start = false;
    }
    counts.push(current);
    let mut best = (0u64, ',');
    for (which, separator) in SEPARATORS.into_iter().enumerate() {
        let mut column: Vec<u32> = counts.iter().map(|c| c[which]).filter(|n| *n > 0).collect();
        column.sort_unstable();
        let groups = column.chunk_by(|a, b| a == b);
        let score = groups.map(|g| (g.len() * g.len()) as u64 * u64::from(g[0])).max().unwrap_or(0);
        if score > best.0 {
            best = (score, separator);
        }
    }
    best.1
}

/// Walks over fields and records.
struct Scanner<'a> {
    text: &'a str,
    pos: usize,
    line: u32,
    separator: char,
    cell_chars: u64,
    forgiven: u32,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str, separator: char, cell_chars: u64) -> Self {
        Self { text, pos: 0, line: 1, separator, cell_chars, forgiven: 0 }
    }

    fn more(&self) -> bool {
        self.pos < self.text.len()
    }

    /// The next field and whether it ended its record.
    fn field(&mut self) -> Result<(String, bool), ReadError> {
        if self.text[self.pos..].starts_with('"') {
            if let Some(found) = self.quoted() {
                return Ok(found);
            }
            self.forgiven += 1;
            if self.forgiven > FORGIVEN_QUOTES {
                return Err(ReadError::corrupt("csv: too many quotes that nobody closed"));
            }
        }
        let start = self.pos;
        let separator = self.separator;
        let rest = &self.text[start..];
        let end = rest.find(['\r', '\n', separator]).unwrap_or(rest.len());
        self.pos += end;
        Ok((rest[..end].to_owned(), self.boundary()))
    }

    /// Steps over the separator or the line end here; true at the end of the record.
    fn boundary(&mut self) -> bool {
        let rest = &self.text[self.pos..];
        let mut chars = rest.chars();
        match chars.next() {
            Some(c) if c == self.separator => {
                self.pos += c.len_utf8();
                false
            }
            Some('\r') if chars.next() == Some('\n') => {
                self.pos += 2;
                self.line += 1;
                true
            }
            Some('\r' | '\n') => {
                self.pos += 1;
                self.line += 1;
                true
            }
            _ => true,
        }
    }

    /// A quoted field; `None` (and nothing moved) when its quote is never closed within a cell's
    /// length. Text between the closing quote and the separator is kept.
    fn quoted(&mut self) -> Option<(String, bool)> {
        let bytes = self.text.as_bytes();
        let most = self.cell_chars.saturating_mul(4) as usize;
        let mut value = String::new();
        let mut from = self.pos + 1;
        loop {
            let within = &bytes[from..bytes.len().min(from + most.saturating_sub(value.len()) + 1)];
            let end = from + within.iter().position(|b| *b == b'"')?;
            value.push_str(&self.text[from..end]);
            if bytes.get(end + 1) == Some(&b'"') {
                value.push('"');
                from = end + 2;
                continue;
            }
            let rest = &self.text[end + 1..];
            let tail = rest.find(['\r', '\n', self.separator]).unwrap_or(rest.len());
            value.push_str(&rest[..tail]);
            self.line += line_breaks(&value);
            self.pos = end + 1 + tail;
            return Some((value, self.boundary()));
        }
    }
}

/// Line ends in a value: "\r\n" is one.
fn line_breaks(value: &str) -> u32 {
    let bytes = value.as_bytes();
    let breaks = bytes.iter().enumerate().filter(|(at, byte)| match byte {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    });
    breaks.count() as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, Sheet};

    fn sheet(text: &str) -> (Sheet, char) {
        let limits = Limits::default();
        let mut progress = |_| {};
        let mut tally = Tally::new(&limits, &mut progress);
        let decoded = crate::text::decode(text.as_bytes(), None);
        let mut book = read(&decoded, &mut tally).unwrap();
        (book.sheets.remove(0), book.separator.unwrap())
    }

    fn texts(text: &str) -> Vec<(u32, u32, String)> {
        let (sheet, _) = sheet(text);
        let mut out = Vec::new();
        for row in sheet.rows {
            for cell in row.cells {
                let Value::Text(t) = cell.value else { panic!("csv holds text") };
                out.push((row.number, cell.col, t));
            }
        }
        out
    }

    #[test]
    fn lines_and_quotes() {
        let found = texts("a,\"b \"\"x\"\"\r\nsecond\",c\r\n\r\n,d\n");
        let want = [(1, 0, "a"), (1, 1, "b \"x\"\r\nsecond"), (1, 2, "c"), (4, 1, "d")]
            .map(|(r, c, t)| (r, c, t.to_owned()));
        assert_eq!(found, want);
    }

    #[test]
    fn a_quote_nobody_closed_is_a_character() {
        let found = texts("\"a,b\nc,d\n");
        assert_eq!(found[0], (1, 0, "\"a".to_owned()));
        assert_eq!(found.len(), 4);
        let hostile = "\"\"\",".repeat(400_000);
        let limits = Limits::default();
        let mut progress = |_| {};
        let mut tally = Tally::new(&limits, &mut progress);
        let decoded = crate::text::decode(hostile.as_bytes(), None);
        assert!(read(&decoded, &mut tally).is_err());
    }

    #[test]
    fn separators() {
        assert_eq!(sheet("a;b;c\nxã A, huyện B;1;2\n").1, ';');
        assert_eq!(sheet("a\tb\n1,5\t2,5\n").1, '\t');
        assert_eq!(sheet("a|b\n").1, '|');
        assert_eq!(sheet("\"a;b;c\",d\n").1, ',');
        assert_eq!(sheet("one column\n").1, ',');
        let (found, separator) = sheet("sep=|\r\na|b,c\r\n");
        assert_eq!((separator, found.rows[0].number, found.rows[0].cells.len()), ('|', 2, 2));
    }
}
