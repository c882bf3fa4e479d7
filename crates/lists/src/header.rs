//! Finds the header of the table: one to three rows of headings, bands over several columns,
//! and a row of column numbers.

use sheets::Row;

use crate::Field;
use crate::grid::Grid;
use crate::label::Label;
use crate::terms::{self, Strength};

/// Rows that are searched for a header.
const SEARCHED_ROWS: usize = 400;

/// Rows of headings, without the numbers.
const MAX_HEADING_ROWS: usize = 4;

/// The header of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    /// Rows of headings and of column numbers, ascending.
    pub(crate) rows: Vec<u32>,
    /// Rows of headings alone.
    pub(crate) heading_rows: Vec<u32>,
    /// Headings by column, from the band down to the leaf.
    pub(crate) columns: Vec<HeaderColumn>,
    /// Row under the header.
    pub(crate) first_data_row: u32,
}

/// The headings over one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HeaderColumn {
    pub(crate) col: u32,
    /// Band first, leaf last.
    pub(crate) parts: Vec<String>,
    /// The column has a text of its own in some header row (is not only under a band).
    pub(crate) own: bool,
}

impl HeaderColumn {
    /// All parts in one text.
    pub(crate) fn text(&self) -> String {
        self.parts.join(" / ")
    }

    /// The heading nearest to the data.
    pub(crate) fn leaf(&self) -> &str {
        self.parts.last().map_or("", String::as_str)
    }
}

/// The first header of a sheet.
pub(crate) fn find(grid: &Grid<'_>) -> Option<Header> {
    grid.rows().iter().take(SEARCHED_ROWS).find_map(|row| at(grid, row))
}

/// The header that starts in this row, if one does.
pub(crate) fn at(grid: &Grid<'_>, first: &Row) -> Option<Header> {
    if first.cells.len() < 2 {
        return None;
    }
    let texts = grid.texts(first);
    if texts.len() < 2 || texts.iter().any(|(_, text)| is_letterhead(text)) {
        return None;
    }
    let mut block = vec![first.number];
    loop {
        // Headings are counted after every row: rows of data are never taken for more headings.
        let below = block.last().map_or(0, |last| last + 1);
        let grows = block.len() < MAX_HEADING_ROWS
            && grid.row(below).is_some_and(|row| is_sub_header(grid, &block, row));
        if !grows {
            break;
        }
        block.push(below);
    }
    let columns = headings(grid, &block);
    if !is_header(&columns) {
        return None;
    }
    let mut rows = block.clone();
    let below = block.last().map_or(0, |last| last + 1);
    if grid.row(below).is_some_and(|row| is_column_numbers(&grid.texts(row))) {
        rows.push(below);
    }
    let first_data_row = rows.last().map_or(0, |last| last + 1);
    Some(Header { rows, heading_rows: block, columns, first_data_row })
}

/// Three different columns are known by their headings, among them a name and something that relief
/// depends on, or an identity number with a running number; and at least a third of the headings
/// is known.
fn is_header(columns: &[HeaderColumn]) -> bool {
    let mut fields: Vec<Field> = Vec::new();
    let mut known = 0usize;
    let mut headed = 0usize;
    for column in columns.iter().filter(|column| !column.parts.is_empty()) {
        headed += 1;
        if let Some(meaning) = terms::classify(&Label::of(column.leaf()))
            .or_else(|| terms::classify(&Label::of(&column.text())))
        {
            known += 1;
            if meaning.strength == Strength::Strong && !fields.contains(&meaning.field) {
                fields.push(meaning.field);
            }
        }
    }
    let has = |field: Field| fields.contains(&field);
    let named = has(Field::FullName) || has(Field::HouseholdHead) || has(Field::NameLast);
    let numbered = has(Field::IdNumber) && has(Field::Stt);
    // Names with telephones are a list of contacts, not of beneficiaries.
    let relief = [
        Field::Amount,
        Field::IdNumber,
        Field::Birth,
        Field::Group,
        Field::HouseholdSize,
        Field::Months,
        Field::Rate,
    ];
    let about_relief = relief.iter().any(|&field| has(field))
        || columns.iter().any(|column| terms::sex_heading(column.leaf()).is_some());
    fields.len() >= 3 && (named && about_relief || numbered) && known * 3 >= headed
}

/// National header, unit, place: never part of a table.
fn is_letterhead(text: &str) -> bool {
    Label::of(text).has_any(&["cong hoa", "doc lap", "ubnd", "uy ban", "dang uy", "mat tran"])
}

/// A row under headings that only says more about bands.
fn is_sub_header(grid: &Grid<'_>, block: &[u32], row: &Row) -> bool {
    let texts = grid.texts(row);
    // A single text is the heading of a part of the list.
    if texts.len() < 2 || is_column_numbers(&texts) {
        return false;
    }
    let here = |col: u32| texts.iter().any(|(other, _)| *other == col);
    let banded = |col: u32| {
        // A band that was not merged: nothing stands beside it, and both columns go on below.
        leaf_above(grid, block, col).is_none_or(|row| {
            here(col + 1)
                && grid.merged(row, col + 1).is_none()
                && grid.row(row).is_none_or(|row| row.cells.iter().all(|cell| cell.col != col + 1))
        })
    };
    let heading_like = |text: &str| {
        let label = Label::of(text);
        text.chars().count() <= 60
            && (terms::classify(&label).is_some()
                || terms::sex_heading(text).is_some()
                || !text.chars().any(|c| c.is_ascii_digit()) && label.words().count() <= 8)
    };
    let vertical = |col: u32| grid.merged(row.number, col).is_some_and(|(r1, ..)| r1 < row.number);
    let known = texts.iter().any(|(_, text)| {
        terms::sex_heading(text).is_some() || terms::classify(&Label::of(text)).is_some()
    });
    known && texts.iter().all(|(col, text)| (vertical(*col) || banded(*col)) && heading_like(text))
}

/// The row of the heading that stands over a column alone; none under a band or under nothing.
fn leaf_above(grid: &Grid<'_>, block: &[u32], col: u32) -> Option<u32> {
    for &number in block.iter().rev() {
        let merged = grid.merged(number, col);
        if merged.is_some_and(|(_, c1, _, c2)| c2 > c1) {
            return None;
        }
        let number = merged.map_or(number, |(r1, ..)| r1);
        let cell = grid.row(number).and_then(|row| row.cells.iter().find(|cell| cell.col == col));
        if cell.is_some_and(|cell| !grid.heading(cell).is_empty()) {
            return Some(number);
        }
    }
    None
}

/// `(1) (2) (3)`, `1 2 3`, `A B 1 2`, with formulas such as `(6)=(4)x(5)`.
pub(crate) fn is_column_numbers(texts: &[(u32, String)]) -> bool {
    if texts.len() < 3 {
        return false;
    }
    let mut last = 0u32;
    for (_, text) in texts {
        let head = text.split(['=', 'x', '*']).next().unwrap_or("");
        let bare =
            head.trim_matches(|c: char| c == '(' || c == ')' || c == '[' || c == ']' || c == ' ');
        if bare.len() == 1 && bare.chars().all(|c| c.is_ascii_uppercase()) && last < 4 {
            continue;
        }
        match bare.parse::<u32>() {
            Ok(number) if number > last && number <= last + 4 => last = number,
            _ => return false,
        }
    }
    last >= 2
}

/// The headings over every column of the block.
fn headings(grid: &Grid<'_>, block: &[u32]) -> Vec<HeaderColumn> {
    let rows: Vec<Vec<(u32, String)>> = block
        .iter()
        .map(|&number| grid.row(number).map(|row| grid.texts(row)).unwrap_or_default())
        .collect();
    let last = rows.iter().flatten().map(|(col, _)| *col).max().unwrap_or(0);
    let merged_to = block
        .iter()
        .flat_map(|&row| grid.sheet.merged.iter().filter(move |m| m.0 <= row && row <= m.2))
        .map(|m| m.3)
        .max()
        .unwrap_or(0)
        .min(last + 3);
    (0..=last.max(merged_to))
        .map(|col| {
            let mut parts: Vec<String> = Vec::new();
            let mut own = false;
            for (place, texts) in rows.iter().enumerate() {
                let direct = text_at(texts, col);
                own |= direct.is_some();
                let text = direct
                    .or_else(|| from_merge(grid, block, &rows, place, col))
                    .or_else(|| from_left(&rows, place, col));
                if let Some(text) = text
                    && !Label::of(text).is_empty()
                    && parts.last().is_none_or(|known| known != text)
                {
                    parts.push(text.to_owned());
                }
            }
            HeaderColumn { col, parts, own }
        })
        .collect()
}

fn text_at(texts: &[(u32, String)], col: u32) -> Option<&str> {
    texts.iter().find(|(at, _)| *at == col).map(|(_, text)| text.as_str())
}

/// The text of the merged range over a cell.
fn from_merge<'a>(
    grid: &Grid<'_>,
    block: &[u32],
    rows: &'a [Vec<(u32, String)>],
    place: usize,
    col: u32,
) -> Option<&'a str> {
    let (r1, c1, ..) = grid.merged(*block.get(place)?, col)?;
    let anchor = block.iter().position(|&row| row == r1)?;
    text_at(rows.get(anchor)?, c1)
}

/// A band that was not merged: the nearest text to the left, when both columns go on below.
fn from_left(rows: &[Vec<(u32, String)>], place: usize, col: u32) -> Option<&str> {
    let below = rows.get(place + 1)?;
    text_at(below, col)?;
    let (left, text) = rows.get(place)?.iter().rev().find(|(at, _)| *at < col)?;
    let covered = (*left..col).all(|between| text_at(below, between).is_some());
    covered.then_some(text.as_str())
}

#[cfg(test)]
mod tests {
    use super::is_column_numbers;

    fn row(texts: &[&str]) -> Vec<(u32, String)> {
        texts.iter().enumerate().map(|(col, text)| (col as u32, (*text).to_owned())).collect()
    }

    #[test]
    fn column_numbers() {
        assert!(is_column_numbers(&row(&["(1)", "(2)", "(3)", "(4)"])));
        assert!(is_column_numbers(&row(&["A", "B", "1", "2", "3=1x2"])));
        assert!(!is_column_numbers(&row(&["1", "Nguyễn Văn An", "1965"])));
        assert!(!is_column_numbers(&row(&["1", "1965", "3"])));
    }
}
