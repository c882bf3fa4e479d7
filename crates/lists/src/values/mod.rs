//! The values of a row: one module per kind of value, each with its repairs and checks.

pub(crate) mod address;
pub(crate) mod amount;
pub(crate) mod birth;
pub(crate) mod id;
pub(crate) mod lossy;
pub(crate) mod months;
pub(crate) mod name;
pub(crate) mod phone;
pub(crate) mod sex;

use vietnam::charset::Legacy;

use crate::{DataRow, Problem, ProblemCode, RepairCode};

/// What a cell gives, or what the clerk typed in its place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Given {
    /// Nothing.
    Blank,
    /// Text, decoded, spaces as stored.
    Text(String),
    /// A number; `date` when the cell shows it as a date.
    Number {
        /// The stored number.
        value: f64,
        /// Shown as a date.
        date: bool,
    },
    /// An error value.
    Error(String),
}

/// A value with where it came from.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    /// Name of the cell.
    pub(crate) cell: String,
    /// What it gives.
    pub(crate) given: Given,
    /// Typed by the clerk: repaired without a flag.
    pub(crate) typed: bool,
    /// Digits may have lost zeros: a numeric cell, or a source without types.
    pub(crate) loose: bool,
    /// Old encoding of the column, also where this text shows no sign of it.
    pub(crate) legacy: Option<Legacy>,
}

impl Source {
    /// Nothing at a cell.
    pub(crate) fn blank(cell: String) -> Self {
        Self { cell, given: Given::Blank, typed: false, loose: false, legacy: None }
    }

    /// The value as text; numbers as typed digits.
    pub(crate) fn text(&self) -> String {
        match &self.given {
            Given::Blank => String::new(),
            Given::Text(text) | Given::Error(text) => text.clone(),
            Given::Number { value, .. } => crate::grid::number_text(*value),
        }
    }

    /// The text without superfluous and invisible characters.
    pub(crate) fn clean(&self) -> String {
        let text = self.text();
        let text =
            if self.legacy.is_none() { vietnam::text::strip_soft_hyphens(&text) } else { text };
        vietnam::text::clean(&text)
    }

    /// The cleaned text, if it says anything.
    pub(crate) fn filled(&self) -> Option<String> {
        Some(self.clean()).filter(|text| !text.is_empty())
    }

    /// Notes a repair of this value; what was typed is not flagged.
    pub(crate) fn repaired(&self, row: &mut DataRow, code: RepairCode) {
        if !self.typed {
            row.repaired(code, &self.cell);
        }
    }

    /// A problem at this cell.
    pub(crate) fn problem(&self, code: ProblemCode, field: crate::Field) -> Problem {
        Problem::at(code, Some(field), self.cell.clone())
    }

    /// The column is in TCVN3.
    pub(crate) fn is_tcvn3(&self) -> bool {
        matches!(self.legacy, Some(Legacy::Tcvn3 | Legacy::Tcvn3Capitals))
    }
}
