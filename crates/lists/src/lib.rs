//! Reads a beneficiary list out of a workbook: finds the header rows, the columns, the group, the
//! unit and the totals, classifies every row, repairs and checks every value, and says so.
//!
//! The rules are those of the project's workbook specification (`CODES.md`: repairs, problems,
//! traps), of the domain notes on real lists (`relief.md` §3, §5, §6) and of the Resolution
//! 42/NQ-CP catalogue. Everything is pure: [`read`] is a function of the bytes, the [`Context`]
//! and the clerk's [`Overrides`]; there is no clock, no database and no state, so a screen simply
//! reads again after every correction.
//!
//! No value is ever changed without a [`RepairCode`] on its row, and nothing that cannot be
//! understood is guessed: it stays empty and carries a [`ProblemCode`].

mod catalogue;
mod codes;
mod columns;
mod context;
mod duplicates;
mod field;
mod grid;
mod group;
mod header;
mod label;
mod layout;
pub mod messages;
mod model;
mod places;
mod problem_rows;
mod profile;
mod reading;
mod row_kind;
mod rows;
mod terms;
mod totals;
mod unit;
mod values;

pub use catalogue::{GroupRule, MonthRule, Per, RateCatalogue, words_of};
pub use codes::{ProblemCode, RepairCode, Severity};
pub use context::{ColumnChoice, Context, Overrides, Progress, Stage};
pub use field::Field;
pub use group::NoteKind;
pub use model::{
    Birth, Column, ComputedTotals, DataRow, DuplicateRow, Problem, Raw, Reading, Repair, Row,
    RowKind, Sex, SheetReading, SkipRow, StatedTotals, UnitFound,
};
pub use problem_rows::problem_rows_workbook;
pub use reading::read;
