//! Lists from draft to decision, duplicates, and what must not happen.

mod aggregates;
mod decisions;
mod duplicates;
mod holds;
mod lists;
mod matching;
pub mod people;
mod rows;
mod way;
mod whole;
