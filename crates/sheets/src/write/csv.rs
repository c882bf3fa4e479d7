//! Delimited text as Excel in Viet Nam opens it: UTF-8 with byte order mark, RFC 4180 quoting,
//! CRLF, and no cell that would become a formula.

use std::io::{self, Write};

use super::CellOut;

/// Writes records to any stream.
pub struct CsvWriter<W: Write> {
    out: W,
    separator: char,
    line: String,
}

impl<W: Write> CsvWriter<W> {
    /// Starts a comma-separated file: writes the byte order mark.
    ///
    /// # Errors
    /// What `out` reports.
    pub fn new(out: W) -> io::Result<Self> {
        Self::with_separator(out, ',')
    }

    /// Like [`CsvWriter::new`] with another separator.
    ///
    /// # Errors
    /// What `out` reports.
    pub fn with_separator(mut out: W, separator: char) -> io::Result<Self> {
        out.write_all(b"\xEF\xBB\xBF")?;
        Ok(Self { out, separator, line: String::new() })
    }

    /// Writes one record.
    ///
    /// # Errors
    /// What the stream reports.
    pub fn row(&mut self, cells: &[CellOut<'_>]) -> io::Result<()> {
        self.line.clear();
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                self.line.push(self.separator);
            }
            match *cell {
                CellOut::Blank => {}
                CellOut::Text(text) => push_text(text, self.separator, &mut self.line),
                // Numbers are no text: a leading minus sign is theirs.
                CellOut::Number(number) => self.line.push_str(&number.to_string()),
                CellOut::Whole(whole) => self.line.push_str(&whole.to_string()),
                CellOut::Bool(value) => self.line.push_str(if value { "TRUE" } else { "FALSE" }),
                CellOut::Date { year, month, day } => {
                    self.line.push_str(&format!("{day:02}/{month:02}/{year:04}"));
                }
            }
        }
        self.line.push_str("\r\n");
        self.out.write_all(self.line.as_bytes())
    }

    /// Flushes and gives the stream back.
    ///
    /// # Errors
    /// What the stream reports.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }
}

/// Adds a text field. An apostrophe goes before what a spreadsheet would take for a formula
/// (OWASP, CSV injection; ASVS 5.0 1.2.10), the full-width signs of East Asian input included.
fn push_text(text: &str, separator: char, out: &mut String) {
    let risky =
        text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠']);
    // The other usual separators are quoted too: whoever opens the file with the wrong one still
    // gets whole fields.
    let special =
        |c: char| c == separator || matches!(c, '"' | '\r' | '\n' | ',' | ';' | '\t' | '|');
    let quoted = text.contains(special) || text.starts_with(' ') || text.ends_with(' ');
    if quoted {
        out.push('"');
    }
    if risky {
        out.push('\'');
    }
    match quoted && text.contains('"') {
        true => out.push_str(&text.replace('"', "\"\"")),
        false => out.push_str(text),
    }
    if quoted {
        out.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records() {
        let mut csv = CsvWriter::new(Vec::new()).unwrap();
        let day = CellOut::Date { year: 2020, month: 4, day: 9 };
        csv.row(&[CellOut::Text("=1+1"), CellOut::Text("a \"b\", c"), CellOut::Number(-1.5)])
            .unwrap();
        csv.row(&[CellOut::Text("+84912"), CellOut::Blank, CellOut::Whole(-5), day]).unwrap();
        csv.row(&[CellOut::Text("\t@x"), CellOut::Text("042025028869"), CellOut::Bool(true)])
            .unwrap();
        let text = String::from_utf8(csv.finish().unwrap()).unwrap();
        assert_eq!(
            text,
            "\u{feff}'=1+1,\"a \"\"b\"\", c\",-1.5\r\n'+84912,,-5,09/04/2020\r\n\
             \"'\t@x\",042025028869,TRUE\r\n"
        );
    }

    proptest::proptest! {
        #[test]
        fn no_cell_starts_a_formula(text in "\\PC*") {
            let mut csv = CsvWriter::new(Vec::new()).unwrap();
            csv.row(&[CellOut::Text(&text)]).unwrap();
            let file = String::from_utf8(csv.finish().unwrap()).unwrap();
            let cell = file.strip_prefix('\u{feff}').unwrap().strip_suffix("\r\n").unwrap();
            let value = cell.strip_prefix('"').and_then(|c| c.strip_suffix('"')).unwrap_or(cell);
            let formula = value.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
            proptest::prop_assert!(!formula, "{cell}");
        }
    }
}
