//! What is known about a sheet's table before its rows are read.

use sheets::{Cell, DateSystem, Format, Row, cell_name};

use crate::grid::Grid;
use crate::header::Header;
use crate::label::Label;
use crate::{Column, Context, Field};

/// The table of a sheet.
pub(crate) struct Layout<'a> {
    pub(crate) grid: &'a Grid<'a>,
    pub(crate) context: &'a Context<'a>,
    pub(crate) header: &'a Header,
    pub(crate) columns: &'a [Column],
    /// Labels of all headings by column, for headers that come again.
    pub(crate) headings: Vec<(u32, Vec<Label>)>,
    /// Values have no types: csv and html.
    pub(crate) untyped: bool,
    /// Day numbers count from 1904.
    pub(crate) from_1904: bool,
    /// Đồng per unit of the amounts.
    pub(crate) amount_unit: i64,
    /// Group of the sheet.
    pub(crate) group: Option<String>,
    /// Unit of the sheet.
    pub(crate) unit_code: Option<String>,
    /// Households stand as a head and members under it, the head's row carrying the amount.
    pub(crate) members: bool,
}

impl<'a> Layout<'a> {
    /// The columns of a field.
    pub(crate) fn columns_of(&self, field: Field) -> impl Iterator<Item = &'a Column> {
        self.columns.iter().filter(move |column| column.field == Some(field))
    }

    /// Whether a column of the field exists.
    pub(crate) fn has(&self, field: Field) -> bool {
        self.columns.iter().any(|column| column.field == Some(field))
    }

    /// The cell of a field in a row: the first of its columns that shows something.
    pub(crate) fn cell<'r>(&self, row: &'r Row, field: Field) -> Option<(&'a Column, &'r Cell)> {
        self.columns_of(field).find_map(|column| {
            let cell = at(row, column.index)?;
            (!crate::grid::is_blank(&cell.value)).then_some((column, cell))
        })
    }

    /// Text of a field in a row, cleaned; empty when blank.
    pub(crate) fn text(&self, row: &Row, field: Field) -> String {
        self.cell(row, field).map_or_else(String::new, |(_, cell)| self.grid.heading(cell))
    }

    /// Name of the first cell of a field in a row.
    pub(crate) fn cell_name(&self, row: u32, field: Field) -> String {
        let col = self.columns_of(field).next().map_or(0, |column| column.index);
        cell_name(row, col)
    }
}

/// The cell of a row in a column.
pub(crate) fn at(row: &Row, col: u32) -> Option<&Cell> {
    let place = row.cells.binary_search_by_key(&col, |cell| cell.col).ok()?;
    row.cells.get(place)
}

/// The labels of the headings by column.
pub(crate) fn headings(header: &Header) -> Vec<(u32, Vec<Label>)> {
    header
        .columns
        .iter()
        .map(|column| (column.col, column.parts.iter().map(|part| Label::of(part)).collect()))
        .collect()
}

/// Whether a format stores everything as text.
pub(crate) fn is_untyped(format: Format) -> bool {
    matches!(format, Format::Csv | Format::Html)
}

/// Whether day numbers count from 1904.
pub(crate) fn is_1904(system: DateSystem) -> bool {
    system == DateSystem::Excel1904
}

/// "Đơn vị tính: nghìn đồng", over the table or in the heading of the amount.
pub(crate) fn amount_unit(grid: &Grid<'_>, header: &Header, columns: &[Column]) -> i64 {
    let first = header.rows.first().copied().unwrap_or(0);
    let over = grid.rows().iter().take_while(|row| row.number < first);
    for row in over {
        for (_, text) in grid.texts(row) {
            let label = Label::of(&text);
            if label.has_any(&["don vi tinh", "dvt", "don vi"])
                && let Some(unit) = unit_in(&label)
            {
                return unit;
            }
        }
    }
    columns
        .iter()
        .filter(|column| column.field == Some(Field::Amount))
        .find_map(|column| unit_in(&Label::of(&column.header)))
        .unwrap_or(1)
}

fn unit_in(label: &Label) -> Option<i64> {
    if label.has_any(&[
        "nghin dong",
        "ngan dong",
        "1000 dong",
        "1 000 dong",
        "1000d",
        "1 000d",
        "nghin d",
        "ngan d",
    ]) || label.has_any(&["dvt nghin", "dvt ngan", "don vi tinh nghin", "don vi tinh 1000"])
    {
        return Some(1000);
    }
    if label.has_any(&["trieu dong", "trd", "dvt trieu"]) {
        return Some(1_000_000);
    }
    label.has_any(&["dong", "vnd"]).then_some(1)
}

/// Whether rows without an amount belong to the head above them: the sheet counts khẩu, or knows
/// relations and leaves most amounts of non-heads empty.
pub(crate) fn has_members(grid: &Grid<'_>, columns: &[Column], header: &Header) -> bool {
    let column = |field: Field| columns.iter().find(|c| c.field == Some(field)).map(|c| c.index);
    let Some(amount) = column(Field::Amount) else { return false };
    if column(Field::HouseholdSize).is_some() {
        return true;
    }
    let Some(relation) = column(Field::Relation) else { return false };
    let (mut others, mut without) = (0u32, 0u32);
    for row in grid.rows().iter().filter(|row| row.number >= header.first_data_row).take(500) {
        let Some(cell) = at(row, relation) else { continue };
        if Label::of(&grid.heading(cell)).is_empty() || is_head(&grid.heading(cell)) {
            continue;
        }
        others += 1;
        without += u32::from(at(row, amount).is_none_or(|cell| grid.heading(cell).is_empty()));
    }
    others > 0 && without * 10 >= others * 8
}

/// "Chủ hộ" in the column of relations.
pub(crate) fn is_head(relation: &str) -> bool {
    let label = Label::of(relation);
    label.has("chu ho")
        && !label.has_any(&["vo chu ho", "con chu ho", "chong chu ho", "me chu ho", "bo chu ho"])
        || label.is_any(&["ch", "chu"])
}
