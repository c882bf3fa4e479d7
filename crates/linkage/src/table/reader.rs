//! Rows and fields of a CSV text, by place.

use std::borrow::Cow;

use super::error::TableError;

/// The line of a place in the text, from 1. A line end is `\n`, `\r\n` or `\r`.
pub(super) fn line_at(bytes: &[u8], place: usize) -> usize {
    let before = &bytes[..place.min(bytes.len())];
    let ends = before.iter().enumerate().filter(|&(at, byte)| {
        *byte == b'\n' || (*byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'))
    });
    1 + ends.count()
}

/// What is wrong at a byte of the text.
#[derive(Debug)]
pub(super) struct Fault {
    pub at: usize,
    pub why: Why,
}

#[derive(Debug)]
pub(super) enum Why {
    OpenQuote,
    AfterQuote,
    Width(usize),
    NoId,
}

impl Fault {
    pub fn explain(&self, text: &str, columns: usize) -> TableError {
        let line = line_at(text.as_bytes(), self.at);
        match self.why {
            Why::OpenQuote => TableError::OpenQuote { line },
            Why::AfterQuote => TableError::AfterQuote { line },
            Why::Width(fields) if fields < columns => TableError::TooFew { line, fields, columns },
            Why::Width(fields) => TableError::TooMany { line, fields, columns },
            Why::NoId => TableError::NoId { line },
        }
    }
}

/// A field without the quotes around it.
pub(super) struct Field<'a> {
    pub text: &'a str,
    /// It was quoted and has doubled quotes inside.
    doubled: bool,
}

impl<'a> Field<'a> {
    /// The text as it was meant.
    pub fn whole(&self) -> Cow<'a, str> {
        if self.doubled {
            Cow::Owned(self.text.replace("\"\"", "\""))
        } else {
            Cow::Borrowed(self.text)
        }
    }
}

/// Reads row after row.
pub(super) struct Reader<'a> {
    pub text: &'a str,
    pub at: usize,
}

impl<'a> Reader<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { text, at: if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 } }
    }

    pub fn skip_line_ends(&mut self) {
        while matches!(self.text.as_bytes().get(self.at), Some(b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// Reads one row and the line ends behind it; false at the end of the text.
    pub fn next_row(&mut self, fields: &mut Vec<Field<'a>>) -> Result<bool, Fault> {
        fields.clear();
        let bytes = self.text.as_bytes();
        if self.at >= bytes.len() {
            return Ok(false);
        }
        loop {
            let field =
                if bytes.get(self.at) == Some(&b'"') { self.quoted()? } else { self.bare() };
            fields.push(field);
            match bytes.get(self.at) {
                Some(b',') => self.at += 1,
                None | Some(b'\r' | b'\n') => break,
                Some(_) => return Err(Fault { at: self.at, why: Why::AfterQuote }),
            }
        }
        self.skip_line_ends();
        Ok(true)
    }

    fn bare(&mut self) -> Field<'a> {
        let rest = &self.text.as_bytes()[self.at..];
        let ends = |byte: &u8| matches!(byte, b',' | b'\r' | b'\n');
        let length = rest.iter().position(ends).unwrap_or(rest.len());
        let text = &self.text[self.at..self.at + length];
        self.at += length;
        Field { text, doubled: false }
    }

    fn quoted(&mut self) -> Result<Field<'a>, Fault> {
        let bytes = self.text.as_bytes();
        let from = self.at + 1;
        let mut doubled = false;
        let mut at = from;
        loop {
            let Some(found) = bytes[at..].iter().position(|byte| *byte == b'"') else {
                return Err(Fault { at: self.at, why: Why::OpenQuote });
            };
            at += found;
            if bytes.get(at + 1) != Some(&b'"') {
                self.at = at + 1;
                return Ok(Field { text: &self.text[from..at], doubled });
            }
            doubled = true;
            at += 2;
        }
    }
}
