//! Cell names: "E17", "AB", "A1:C3".

use crate::{Cell, Row, Sheet};

/// Letters of a 0-based column: 0 → "A", 27 → "AB".
pub fn column_letters(col: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = u64::from(col) + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

/// Name of a cell as the user sees it; `row` is 1-based, `col` 0-based: (17, 4) → "E17".
pub fn cell_name(row: u32, col: u32) -> String {
    format!("{}{row}", column_letters(col))
}

impl Sheet {
    /// The cell at 1-based `row` and 0-based `col`, when it is not blank.
    pub fn cell(&self, row: u32, col: u32) -> Option<&Cell> {
        let at = self.rows.binary_search_by_key(&row, |r| r.number).ok()?;
        self.rows.get(at)?.cell(col)
    }
}

impl Row {
    /// The cell at 0-based `col`, when it is not blank.
    pub fn cell(&self, col: u32) -> Option<&Cell> {
        let at = self.cells.binary_search_by_key(&col, |c| c.col).ok()?;
        self.cells.get(at)
    }
}

/// Splits "AB12" (also "$AB$12") into 0-based column and 1-based row.
pub(crate) fn parse_cell(name: &str) -> Option<(u32, u32)> {
    let mut col = 0u32;
    let mut row = 0u32;
    for byte in name.bytes() {
        match byte {
            b'$' => {}
            b'0'..=b'9' => row = row.checked_mul(10)?.checked_add(u32::from(byte - b'0'))?,
            b'A'..=b'Z' | b'a'..=b'z' if row == 0 => {
                let letter = u32::from(byte.to_ascii_uppercase() - b'A') + 1;
                col = col.checked_mul(26)?.checked_add(letter)?;
            }
            _ => return None,
        }
    }
    (col > 0 && row > 0).then(|| (col - 1, row))
}

/// Parses "A1:C3" into (first row, first col, last row, last col).
pub(crate) fn parse_range(range: &str) -> Option<(u32, u32, u32, u32)> {
    let (from, to) = range.split_once(':').unwrap_or((range, range));
    let (from_col, from_row) = parse_cell(from)?;
    let (to_col, to_row) = parse_cell(to)?;
    Some((from_row.min(to_row), from_col.min(to_col), from_row.max(to_row), from_col.max(to_col)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_names() {
        for (col, letters) in
            [(0, "A"), (25, "Z"), (26, "AA"), (27, "AB"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")]
        {
            assert_eq!(column_letters(col), letters);
            assert_eq!(parse_cell(&cell_name(7, col)), Some((col, 7)));
        }
        assert_eq!(cell_name(17, 4), "E17");
        assert!(!column_letters(u32::MAX).is_empty());
    }

    #[test]
    fn ranges() {
        assert_eq!(parse_range("$B$2:D4"), Some((2, 1, 4, 3)));
        assert_eq!(parse_range("D4:B2"), Some((2, 1, 4, 3)));
        assert_eq!(parse_range("A1"), Some((1, 0, 1, 0)));
        for bad in ["", "A", "1", "A0", "1A", "A1B", "ZZZZZZZZZ1", "A99999999999", "A1:"] {
            assert_eq!(parse_range(bad), None, "{bad}");
        }
    }
}
