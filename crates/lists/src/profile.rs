//! What the values of a column look like, for columns whose heading does not say.

use sheets::{Cell, Value};

use crate::grid::{Grid, whole};
use crate::label::Label;

/// Rows looked at under the header.
const SAMPLE: usize = 200;

/// Counts over the non-blank cells of a column.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Profile {
    pub(crate) filled: u32,
    pub(crate) ids: u32,
    pub(crate) phones: u32,
    pub(crate) dates: u32,
    pub(crate) amounts: u32,
    pub(crate) marks: u32,
    pub(crate) names: u32,
    pub(crate) words: u32,
    pub(crate) small: u32,
    pub(crate) hamlets: u32,
    pub(crate) sexes: u32,
}

impl Profile {
    /// Looks at a column under the header.
    pub(crate) fn of(grid: &Grid<'_>, col: u32, first_row: u32) -> Self {
        let mut profile = Self::default();
        let from = grid.rows().partition_point(|row| row.number < first_row);
        for row in grid.rows().iter().skip(from).take(SAMPLE) {
            if let Some(cell) = row.cells.iter().find(|cell| cell.col == col) {
                profile.count(grid, cell);
            }
        }
        profile
    }

    fn count(&mut self, grid: &Grid<'_>, cell: &Cell) {
        let text = grid.heading(cell);
        if text.is_empty() {
            return;
        }
        self.filled += 1;
        if cell.date_format {
            self.dates += 1;
            return;
        }
        let digits = text.chars().filter(char::is_ascii_digit).count();
        let letters = text.chars().filter(|c| c.is_alphabetic()).count();
        let number = match cell.value {
            Value::Number(n) => whole(n),
            _ => text.replace(['.', ',', ' '], "").parse().ok(),
        };
        if letters == 0 && digits >= 6 && text.matches(['/', '-', '.']).count() == 2 && digits <= 8
        {
            self.dates += 1;
        }
        if letters == 0 && number.is_some_and(|n| (1900..=2020).contains(&n)) {
            self.dates += 1;
        }
        if letters <= 1 && matches!(digits, 9 | 11 | 12) {
            self.ids += 1;
        }
        if letters == 0 && is_phone(&text, digits) {
            self.phones += 1;
        }
        if letters <= 4
            && number.is_some_and(|n| n >= 100_000 && n % 50_000 == 0 && n < 100_000_000)
        {
            self.amounts += 1;
        }
        if number.is_some_and(|n| (0..=12).contains(&n)) {
            self.small += 1;
        }
        if ["x", "X", "v", "V", "×", "✓", "✔", "*", "+"].contains(&text.as_str()) {
            self.marks += 1;
        }
        if letters > 1 {
            let label = Label::of(&text);
            self.hamlets += u32::from(label.starts_any(&[
                "thon",
                "xom",
                "khoi",
                "tdp",
                "to dan pho",
                "khu pho",
                "ap",
                "ban",
            ]));
            self.sexes += u32::from(label.is_any(&["nam", "nu"]));
        }
        let words = text.split_whitespace().count();
        if digits == 0 && letters > 1 {
            self.words += 1;
            self.names +=
                u32::from((2..=6).contains(&words) && !text.contains(['/', ':', '.', ';']));
        }
    }

    /// Most values are of a kind.
    pub(crate) fn mostly(&self, count: u32) -> bool {
        self.filled > 0 && count * 10 >= self.filled * 6
    }
}

fn is_phone(text: &str, digits: usize) -> bool {
    let first = text.chars().find(char::is_ascii_digit);
    match digits {
        10 => first == Some('0'),
        9 => matches!(first, Some('3' | '5' | '7' | '8' | '9')),
        11 => text.starts_with("01"),
        _ => false,
    }
}
