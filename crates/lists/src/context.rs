//! What a reading depends on beside the bytes.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use vietnam::units::Gazetteer;

use crate::{Field, RateCatalogue};

/// The world a list is read in.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Groups and rates.
    pub catalogue: &'a RateCatalogue,
    /// Administrative units.
    pub gazetteer: &'a Gazetteer,
    /// The day whose units are meant.
    pub as_of: NaiveDate,
    /// Code of the province whose communes are searched first.
    pub province: Option<&'a str>,
    /// Commune of the signed-in clerk: only ever a suggestion, never put over what the file says.
    pub home_unit: Option<&'a str>,
}

/// What the clerk decided about a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnChoice {
    /// The column means this.
    Field(Field),
    /// The column is not to be read.
    Ignore,
}

/// The clerk's corrections. Sheets are counted from 0, rows from 1 as on the screen, columns
/// from 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides {
    /// Text typed for a field of a row; checked by the same rules as if the cell held it.
    pub values: BTreeMap<(usize, u32, Field), String>,
    /// Meaning of a column.
    pub columns: BTreeMap<(usize, u32), ColumnChoice>,
    /// Group of a whole sheet (code), over everything the file says about the sheet; a group
    /// column or a section still decides for its rows.
    pub groups: BTreeMap<usize, String>,
    /// Commune of a whole sheet (code).
    pub units: BTreeMap<usize, String>,
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Unpacking the file.
    Opening,
    /// Reading the rows of the sheets.
    Reading,
    /// Looking for duplicates.
    Comparing,
    /// Nothing is left.
    Done,
}

/// How far a reading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub stage: Stage,
    /// Rows done in this stage.
    pub done: u64,
    /// Rows to be done in this stage; `None` while unknown.
    pub total: Option<u64>,
}
